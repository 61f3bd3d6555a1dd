"""Who made a story, as printed: people, agencies, and the place in the dateline."""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from crawler.reading.noise.phrases import ROLES

# What an outlet calls itself is no person: "Kompas Cyber Media", "Tim Redaksi", "CNBC Indonesia", "detikcom", "Antara News".
_HOUSE_WORD = (
    r"(?:media|redaksi|redaktur|tim|newsroom|news|online|cyber|admin|administrator|editorial|desk|indonesia|tv|kantor|biro|group|pt"
    r"|super user|diskominfo|kominfo|dinas|humas|pemkab|pemkot|pemprov|web|staff|wire|developer|com|detik\w*|tribun\w*|liputan\w*|kompas\w*"
    r"|republika|antara|cnbc|cnn|okezone|reuters|afp)"
)
_HOUSE = re.compile(rf"\b{_HOUSE_WORD}\b", re.IGNORECASE)
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


def people(printed: str, house: Iterable[str] = ()) -> list[str]:
    """The names in a printed byline, without role words, the outlet's own names (also those in ``house``), addresses and places of work.

    "sef, CNBC Indonesia" → ["sef"]; "Kontributor Lhokseumawe, Masriadi" → ["Masriadi"]; "Kompas Cyber Media" → [].
    """
    own = {name.casefold() for name in house}
    names: list[str] = []
    if "//" in printed or _CODES.fullmatch(printed):  # article:author is often the outlet's Facebook page
        return names
    for part in _AND.split(_ROLE.sub("", " ".join(printed.split()).strip(" :|-–•"))):
        name = _PLACE_BEHIND.sub("", _WORKPLACE.sub("", part)).strip(" .:|-–•()*")
        name = _DATE_BEHIND.sub("", _ROLE.sub("", name))
        if not _LETTER.search(name) or len(name) > 60 or "@" in name or name.casefold() in own or _NOT_IN_NAMES.search(name):
            continue
        if is_house(name) or _CORRESPONDENT.match(name) or (names and "/" in printed and _DESK_CODE.fullmatch(name)):
            continue
        if names and _DEGREE.fullmatch(name):
            continue
        names.append(name)
    return list(dict.fromkeys(names))


def is_house(text: str) -> bool:
    """Whether a text names an outlet or a newsroom rather than a person."""
    return bool(_HOUSE.search(text) or _DOMAIN.search(text))


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


def by_role(printed: str) -> ByRole:
    """Read "Penulis : X Editor : Y", "Rep: A/ Red: B", "Sumber : Associated Press"."""
    named = ByRole([], [], [])
    for label, makers in _CREDIT.findall(_GLUED_ROLE.sub(" ", _RIGHTS.sub("", printed))):
        role = label.lower()
        names = people(makers.split("/")[0] if role == "laporan" else makers.strip(" /"))  # "Laporan: Rani Contoh/Bandung"
        if role == "sumber":
            named.agencies.extend(agencies_of_source(makers))
        if _EDITOR_ROLE.search(role) and role != "video editor":
            named.editors.extend(names)
        if _WRITER_ROLE.search(role):
            named.authors.extend(names)
    return named


def people_as(role: Literal["authors", "editors"], printed: str, house: Iterable[str] = ()) -> list[str]:
    """The names that a text gives for a role; all its names where it names no roles."""
    if ":" in printed and _CREDIT.search(printed):
        named = by_role(printed)
        return named.authors if role == "authors" else named.editors
    return people(printed, house)


# --- agencies

_PLAIN = {
    name: re.compile(rf"\b{name}\b")
    for name in (
        *("AFP", "KCNA", "Reuters", "REUTERS", "Yonhap", "YONHAP", "TASS", "RIA Novosti", "Xinhua", "XINHUA", "Kyodo", "KYODO"),
        "Associated Press",
    )
}
# These words also mean other things ("antara": between, AP: initials), so they count only beside a word that makes them a source.
_TAKEN_FROM = r"(?:dikutip dari|mengutip|melansir|dilansir(?: dari)?|dimuat|lapor|dilaporkan|kata)\s+"
_SOURCE = rf"(?:{_TAKEN_FROM}|(?:via|VIA|melalui|[Kk]antor [Bb]erita|[Ss]umber\s*:)\s*|[/(]\s*)"
_BESIDE = {
    "Associated Press": ("AP", re.compile(rf"{_SOURCE}AP\b|\bAP (?:Photo\b|/)|\bAP/[A-Z][a-z]")),
    "ANTARA": ("ANTARA", re.compile(rf"{_SOURCE}ANTARA\b|\bANTARA(?: FOTO| News|/)")),
    "Antara": ("Antara", re.compile(rf"{_SOURCE}Antara\b(?! (?:lain|keduanya))")),
    "Sputnik": ("Sputnik", re.compile(rf"{_TAKEN_FROM}Sputnik\b")),
}
_REACH = 30  # characters around a word in which what they look for stands
_OF_SOURCE_LINE = {name.casefold(): name for name in (*reversed(_PLAIN), "ANTARA", "Sputnik")} | {"ap": "Associated Press"}


def agencies(text: str) -> list[str]:
    """Agencies whose copy or picture a text says it leans on, as printed ("AP" written out), in order of appearance."""
    found: dict[str, tuple[int, str]] = {}
    for name, pattern in _PLAIN.items():
        if name in text and (match := pattern.search(text)):
            _keep_first(found, match.start(), name)
    for name, (word, pattern) in _BESIDE.items():
        if (start := _beside(word, pattern, text)) is not None:
            _keep_first(found, start, name)
    return [name for _, name in sorted(found.values())]


def _beside(word: str, pattern: re.Pattern[str], text: str) -> int | None:
    """Where a pattern around a word first matches; looked for where the word stands, for it is slow to fail everywhere else."""
    at = text.find(word)
    while at >= 0:
        if match := pattern.search(text, max(0, at - _REACH), at + _REACH):
            return match.start()
        at = text.find(word, at + 1)
    return None


def _keep_first(found: dict[str, tuple[int, str]], start: int, name: str) -> None:
    key = name.casefold()
    if key not in found or start < found[key][0]:
        found[key] = (start, name)


def merged(first: Iterable[str], more: Iterable[str]) -> list[str]:
    """Names of two readings, each once whatever its case."""
    by_name: dict[str, str] = {}
    for name in (*first, *more):
        by_name.setdefault(name.casefold(), name)
    return list(by_name.values())


def agencies_of_source(printed: str) -> list[str]:
    """The agencies in a line that names the source of a story: "Sumber : Associated Press", "sumber : Reuters/Antara"."""
    parts = (part.strip().casefold() for part in re.split(r"[/,;&]", printed))
    return list(dict.fromkeys(_OF_SOURCE_LINE[part] for part in parts if part in _OF_SOURCE_LINE))


# --- datelines


class Dateline(NamedTuple):
    """The opening of a story: the place (None in "TRIBUNNEWS.COM - "), and where the text after it begins."""

    place: str | None
    end: int
    is_sure: bool = True  # it names the outlet or stands in capitals: "Namun - katanya - …" looks like "Jakarta - …"


_LONGEST_OPENING = 90  # characters that the pattern can reach over, white space before the dash aside
_DASH = re.compile("[-—–―]")
_OPENING = re.compile(r"^(?P<places>[A-Z][^:;!?\"“”]{1,78}?)(?:\s*(?:--|—|–|―)\s*|\s+-\s*|-\s+(?=[A-Z\"“]))")
_INSERTION = re.compile(r"[—–]\w")  # "Rani—bukan nama sebenarnya—tiba": a dash that sets off words has no blanks
_BRAND = re.compile(
    r"\b[\w-]+\.(?:com|co\.id|co|id|tv|net|news)\b|\b(?:CNBC|CNN) Indonesia\b|\bANTARA(?: News)?\b|\bdetik\w+\b"
    r"|\b(?:VIVA|INILAHCOM|iNews|Beritasatu)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?:[A-Z][\w'’.-]*)(?:\s+[A-Z][\w'’.-]*){0,3}")


def dateline(text: str) -> Dateline | None:
    """Read "PYONGYANG, KOMPAS.TV - …", "REPUBLIKA.CO.ID,PYONGYANG -- …", "Mataram, NTB (ANTARA News) - …", "SEOUL - …"."""
    if not _DASH.search(text, 0, _LONGEST_OPENING):
        return None
    if not (opening := _OPENING.match(text[0].upper() + text[1:])):
        return None
    printed = text[: opening.end("places")]
    brand = _BRAND.search(printed) is not None
    places = [
        part.strip()
        for part in re.split(r"[,/]", re.sub(r"\([^)]*\)", "", _BRAND.sub("", printed)))
        if part.strip() and not any(letter.isdigit() for letter in part)
    ]
    place = places[0] if places else None
    if not (brand or printed.isupper()) and _INSERTION.match(text, len(printed)):
        return None
    if place is not None and not _PLACE.fullmatch(place):
        return None
    if not brand and not (place and (printed.isupper() or len(printed.split()) <= 2)):
        return None
    return Dateline(place, opening.end(), brand or printed.isupper())
