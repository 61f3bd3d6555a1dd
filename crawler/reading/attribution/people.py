"""The people who made a story, as printed."""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from crawler.reading.attribution.agencies import agencies_of_source
from crawler.reading.vocabulary import ROLES

# What an outlet calls itself is no person: "Kompas Cyber Media", "Tim Redaksi", "CNBC Indonesia", "detikcom", "Antara News".
_PUBLISHER_WORD = (
    r"(?:media|redaksi|redaktur|tim|newsroom|news|online|cyber|admin|administrator|editorial|desk|indonesia|tv|kantor|biro|group|pt"
    r"|super user|diskominfo|kominfo|dinas|humas|pemkab|pemkot|pemprov|web|staff|wire|developer|com|detik\w*|tribun\w*|liputan\w*|kompas\w*"
    r"|republika|antara|cnbc|cnn|okezone|reuters|afp)"
)
_PUBLISHER = re.compile(rf"\b{_PUBLISHER_WORD}\b", re.IGNORECASE)
_DOMAIN = re.compile(r"\b[\w-]+\.(?:com|co\.id|co|id|tv|net|org)\b", re.IGNORECASE)
_ROLE = re.compile(
    r"^(?:penulis|reporter|pewarta|wartawan|jurnalis|laporan|rep|oleh|by|author|kontributor|editor|redaktur|red|penyunting)"
    r"(?:\s*[:|]\s*|$)|^(?:oleh|by)\s+",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[,;|&]|/(?!\w\b)|\bdan\b|\band\b)\s*")
_WORKPLACE = re.compile(r"\s+[-–|]\s+\S+$")  # "Fino Yurio Kristo - detikinet"
_CORRESPONDENT = re.compile(r"(?:kontributor|koresponden|contributor)\s", re.IGNORECASE)
_DATE_BEHIND = re.compile(r"\s+\d{1,2}(?:\s+[A-Z][a-z]+)?$")  # "Rani Contoh 9 Agustus", what a comma or a year leaves of a date
_DESK_CODE = re.compile(r"[A-Z]{2,4}")  # "Rani Contoh/WIR": who passed it on
_CODES = re.compile(r"\([a-z\d*/ ]+\)")  # "(dbr/c10/ayi)"
_DEGREE = re.compile(r"(?:[SM](?:\.\s?[A-Z][a-z]{0,3}){1,2}|Ph\.\s?D)\.?")  # "Rani Contoh, S.H., M.Kn."
_PLACE_BEHIND = re.compile(r"\s*\([^()]*\)?$")  # "Rani Contoh (Bandung)"
_NOT_IN_NAMES = re.compile(r"\d|(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)$", re.IGNORECASE)  # times
_LETTER = re.compile(r"[^\W\d_]")


def read_names(printed: str, publisher: Iterable[str] = ()) -> list[str]:
    """The names in a printed byline, without role words, the outlet's own names (and those in ``publisher``), addresses, places of work.

    "sef, CNBC Indonesia" → ["sef"]; "Kontributor Lhokseumawe, Masriadi" → ["Masriadi"]; "Kompas Cyber Media" → [].
    """
    own = {name.casefold() for name in publisher}
    names: list[str] = []
    if "//" in printed or _CODES.fullmatch(printed):  # article:author is often the outlet's Facebook page
        return names
    for part in _AND.split(_ROLE.sub("", " ".join(printed.split()).strip(" :|-–•"))):
        name = _PLACE_BEHIND.sub("", _WORKPLACE.sub("", part)).strip(" .:|-–•()*")
        name = _DATE_BEHIND.sub("", _ROLE.sub("", name))
        if not _LETTER.search(name) or len(name) > 60 or "@" in name or name.casefold() in own or _NOT_IN_NAMES.search(name):
            continue
        if is_publisher(name) or _CORRESPONDENT.match(name) or (names and "/" in printed and _DESK_CODE.fullmatch(name)):
            continue
        if names and _DEGREE.fullmatch(name):
            continue
        names.append(name)
    return list(dict.fromkeys(names))


def is_publisher(text: str) -> bool:
    """Whether a text names an outlet or a newsroom rather than a person."""
    return bool(_PUBLISHER.search(text) or _DOMAIN.search(text))


# --- roles

_CREDIT = re.compile(rf"\b({ROLES})\s*:\s*(.*?)(?=\s+(?:{ROLES})\s*:|$)", re.IGNORECASE)
# Glued to a name (Antara, 2026) or to a time: "25 Februari 2019 20:18Reporter : Rani Contoh" (Merdeka, 2019)
_GLUED_ROLE = re.compile(r"(?<=[a-z\d])(?=(?:Reporter|Penulis|Editor|Sumber|Redaktur)\s*:)")
_RIGHTS = re.compile(r"\s*(?:\bcopyright\b|©).*", re.IGNORECASE)
_EDITOR_ROLE = re.compile(r"\b(?:editor|redaktur|red|penyunting)\b")
_WRITER_ROLE = re.compile(r"\b(?:penulis|reporter|pewarta|wartawan|jurnalis|kontributor|rep|oleh|laporan|teks|naskah|author|writer)\b")


class ByRole(NamedTuple):
    """Who made a story, each by what the page says they did."""

    authors: list[str]
    editors: list[str]
    agencies: list[str]
    initials: list[str]


def read_roles(printed: str) -> ByRole:
    """Read "Penulis : X Editor : Y", "Rep: A/ Red: B", "Sumber : Associated Press"."""
    named = ByRole([], [], [], [])
    for label, names_there in _CREDIT.findall(_GLUED_ROLE.sub(" ", _RIGHTS.sub("", printed))):
        role = label.lower()
        names = read_names(names_there.split("/")[0] if role == "laporan" else names_there.strip(" /"))  # "Laporan: Rani Contoh/Bandung"
        if role == "sumber":
            named.agencies.extend(agencies_of_source(names_there))
        if _EDITOR_ROLE.search(role) and role != "video editor":
            named.editors.extend(names)
        if _WRITER_ROLE.search(role):
            named.authors.extend(names)
    return named


def read_names_of(role: Literal["authors", "editors"], printed: str, publisher: Iterable[str] = ()) -> list[str]:
    """The names that a text gives for a role; all its names where it names no roles."""
    if ":" in printed and _CREDIT.search(printed):
        named = read_roles(printed)
        return named.authors if role == "authors" else named.editors
    return read_names(printed, publisher)


def merge_names(first: Iterable[str], more: Iterable[str]) -> list[str]:
    """Names of two readings, each once whatever its case."""
    by_name: dict[str, str] = {}
    for name in (*first, *more):
        by_name.setdefault(name.casefold(), name)
    return list(by_name.values())


VOCABULARY = tuple(
    each.pattern for each in (_PUBLISHER, _DOMAIN, _ROLE, _AND, _CORRESPONDENT, _NOT_IN_NAMES, _CREDIT, _GLUED_ROLE, _RIGHTS)
)
