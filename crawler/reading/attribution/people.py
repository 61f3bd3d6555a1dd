"""The people who made a story, as printed."""

import re
from collections.abc import Iterable, Set
from typing import Literal, NamedTuple

from crawler.reading.attribution.agencies import agencies_of_source
from crawler.reading.dates import MONTH
from crawler.reading.text import letters
from crawler.reading.vocabulary import AGENCY, ROLES

# --- what is no person

# What an outlet calls itself: "Kompas Cyber Media", "Tim Redaksi", "CNBC Indonesia", "detikcom", "Antara News".
_PUBLISHER_WORD = (
    r"(?:media|redaksi|redaktur|tim|newsroom|news|online|cyber|admin|administrator|editorial|desk|indonesia|tv|kantor|biro|group|pt"
    r"|super user|diskominfo|kominfo|dinas|humas|pemkab|pemkot|pemprov|web|staff|wire|developer|com|detik\w*|tribun\w*|liputan\w*|kompas\w*"
    r"|republika|katakini|babe|antara|cnbc|cnn|okezone|reuters|afp)"
)
# Outlets whose words are in the names of people, too
_OUTLET = (
    r"(?:harian|majalah|koran|tabloid|radio|radar|portal) .+|(?:suara|pikiran|jawa|bisnis|warta|berita) (?:merdeka|rakyat|pos|kota|satu)"
    r"|suara|viva|merdeka|tempo|kumparan|tirto|kontan|bisnis|gatra|gelora|jpnn|rmol|beritasatu|katadata|sindonews|inews|kapanlagi|idn times"
    r"|associated press|deutsche welle|bbc|voa|dpa|apa"
)
_NETWORK = r"facebook|twitter|instagram|linkedin|whats\s?app|telegram|pinterest|youtube|tik\s?tok|threads"
_PLACE = (
    r"(?:jawa|sumatera|kalimantan|sulawesi|papua|nusa tenggara|maluku|kota|kabupaten|kab\.|provinsi|pulau) .+"
    r"|jakarta|bogor|depok|tangerang|bekasi|bandung|cirebon|semarang|solo|surakarta|yogyakarta|jogja|surabaya|malang|serang|banda aceh|aceh"
    r"|medan|padang|pekanbaru|batam|jambi|palembang|bengkulu|bandar lampung|lampung|pontianak|palangkaraya|banjarmasin|samarinda|balikpapan"
    r"|makassar|manado|palu|kendari|gorontalo|mamuju|ambon|ternate|jayapura|denpasar|bali|mataram|kupang|seoul|busan|pyongyang|moskow|moskwa"
    r"|vladivostok|tokyo|beijing|taipei|hong ?kong|singapura|kuala lumpur|bangkok|manila|hanoi|new delhi|washington|new york|london|paris"
    r"|berlin|frankfurt|roma|jenewa|brussels?|istanbul|ankara|teheran|kairo|riyadh|dubai|kyiv|canberra|sydney"
)
_WORD = (
    r"di|dari|ke|pada|untuk|dengan|dan|oleh|by|in|at|on|of|from|for|with|and|the|von|anonim|anonymous|unknown|guest|null|none|undefined"
    r"|mon|tue|wed|thu|fri|sat|e-?mail|print|cetak|(?:bagikan|share|follow|ikuti|salin|copy)\b.*"
)
_NOBODY = re.compile(rf"{AGENCY}|(?i:{_NETWORK}|{_PLACE}|{_WORD})")
_OUTLETS = re.compile(_OUTLET, re.IGNORECASE)
_PUBLISHER = re.compile(rf"\b{_PUBLISHER_WORD}\b", re.IGNORECASE)
_DOMAIN = re.compile(r"\b[\w-]+\.(?:com|co\.id|co|id|tv|net|org|info|news|de|fr|nl|uk|my|sg|jp|kr|ru)\b", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"\d|(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)$", re.IGNORECASE)  # times
_LETTER = re.compile(r"[^\W\d_]")
_CODES = re.compile(r"\([a-z\d*/ ]+\)")  # "(dbr/c10/ayi)"
_DESK_CODE = re.compile(r"[A-Z]{2,4}")  # "Rani Contoh/WIR": who passed it on
# Behind a name: "Rani Contoh, Wartawan Senior", "Rani Contoh, Home Security Expert"
_JOB = re.compile(
    rf"(?:{ROLES}|dosen|peneliti|guru besar|pengamat|mahasiswa|direktur|ketua|staf|analis|kolumnis|pemerhati|founder|ceo)\b.*"
    r"|.*\b(?:editor|reporter|correspondent|writer|expert|reviewer|researcher|contributor|journalist|manager|director)",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"s(?:h|e|t|s|p|i?p|ag|ei|farm|hum|hi|i|i?kom|kep|ked|km|n|os|pdi?|psi|sos|si|sn|thi)|m(?:h|m|t|a|ag|ba|hum|i?kom|i?p|kes|kn|pdi?|phil|pa|sc|si)"
    r"|amd|b(?:a|sc)|phd|lc|ll[bm]|jd|md|cfa|[js]r|drs?|ir"
)
_DOTTED = re.compile(r"(?:[A-Z][A-Za-z]{0,3}\.){2,4}(?:[A-Z][a-z]{0,3})?\.?")  # "S.Tr.Kom."

# --- what stands around a name

_BEFORE = re.compile(
    r"(?:(?:penulis|reporter|pewarta|wartawan|jurnalis|laporan|editor|redaktur|penyunting)\b"
    r"(?: (?:lepas|magang|pelaksana|senior|utama)\b)?\s*[:|]?"
    r"|(?:rep|red|author|kontributor)\s*(?:[:|]|$)|(?:\w+ )?(?:oleh|by)\b|(?-i:Oleh|By)(?=(?-i:[A-Z]))|von(?= (?-i:[A-Z])))\s*",
    re.IGNORECASE,
)
_EDITOR = re.compile(r"(?:editor|redaktur|penyunting)\b", re.IGNORECASE)
_AND = re.compile(r"\s*(?:[,;|&]|/(?!\w\b)|\bdan\b|\band\b)\s*")
_BEHIND = re.compile(r"\s+[-–—]\s+")  # a place of work: "Fino Yurio Kristo - detikinet", "CNN Indonesia - Rani Contoh"
_CORRESPONDENT = re.compile(r"(?:kontributor|koresponden|contributor)\s+", re.IGNORECASE)
_DATE_BEHIND = re.compile(
    rf"(?:^|\s+)(?:\d{{1,2}}(?:\s+[A-Z][a-z]+)?|(?i:{MONTH})\s+\d{{1,2}})$"
)  # what a comma or a year leaves of a date
_PLACE_BEHIND = re.compile(r"\s*\([^()]*\)?$|\s+(?:di|dari|in|from)\s+[A-Z].*$")  # "Rani Contoh (Bandung)", "Rani Contoh di Bandung"
# "Rani ContohTwitter", "Rani ContohJurnalis": no space stands between them in the page
_GLUED = re.compile(
    rf"(?<=[a-z])(?:(?i:{_NETWORK})|Penulis|Reporter|Editor|Jurnalis|Wartawan|Kontributor|Redaksi|Nasional|Internasional|CNN|CNBC|Kompas|Tribun)\b.*"
)


def read_names(printed: str, publisher: Iterable[str] = ()) -> list[str]:
    """The names in a printed byline, without role words, degrees, places, agencies, outlets (those in ``publisher`` too), places of work.

    "sef, CNBC Indonesia" → ["sef"]; "Kontributor Lhokseumawe, Masriadi" → ["Masriadi"]; "Kompas Cyber Media" → [].
    """
    if "//" in printed or _CODES.fullmatch(printed):  # article:author is often the outlet's Facebook page
        return []
    own = {letters(name) for name in publisher}
    names: list[str] = []
    stationed = ""  # "Kontributor Lhokseumawe", "Kontributor Rani Contoh"
    text = " ".join(printed.split())
    bare = _strip_role(text)
    role = text.removesuffix(bare)  # before every name: "Reporter Rani Contoh, Reporter Hadi Umpama"
    for part in _AND.split(bare):
        is_job = _JOB.fullmatch(part) and not (role and part.startswith(role))
        if names and (is_job or _is_degree(part) or ("/" in printed and _DESK_CODE.fullmatch(part))):
            continue
        name = next(filter(None, (_name_in(text, own) for text in _BEHIND.split(part))), "")
        if _CORRESPONDENT.match(name):
            stationed = _CORRESPONDENT.sub("", name)
        elif name and not ("|" in printed and names and " " not in name):  # "Rani|Kota|Fri"
            names.append(name)
    return list(dict.fromkeys(names or ([stationed] if " " in stationed and not _is_nobody(stationed, own) else [])))


def _name_in(text: str, own: Set[str]) -> str:
    """The name in a part of a byline; empty where it is nobody's."""
    name = _PLACE_BEHIND.sub("", _GLUED.sub("", text)).strip(" .:|-–•()*")
    name = _DATE_BEHIND.sub("", _strip_role(name))
    words = name.split(" ")
    while len(words) > 1 and _is_degree(words[-1]):
        words.pop()
    name = " ".join(words)
    is_text = not _LETTER.search(name) or len(name) > 60 or "@" in name or name.startswith("#") or _NOT_IN_NAMES.search(name)
    return "" if is_text or _is_nobody(name, own) else name


def _strip_role(text: str) -> str:
    text = text.strip(" :|-–•")
    return text[before.end() :] if (before := _BEFORE.match(text)) else text


def _is_degree(text: str) -> bool:
    """Whether a word is an academic degree: "S.Sos.", "MH", "Ph.D". In small letters it is a writer's initials, capitalised a name."""
    is_marked = "." in text or sum(letter.isupper() for letter in text) > 1 or text in {"Lc", "Drs", "Dr", "Ir", "Jr", "Sr"}
    return (is_marked and _DEGREE.fullmatch(letters(text)) is not None) or _DOTTED.fullmatch(text) is not None


def _is_nobody(name: str, own: Set[str]) -> bool:
    first, *_ = name.split(" ")  # "VIVA Sumatera"
    return not own.isdisjoint({letters(name), letters(first)}) or _NOBODY.fullmatch(name) is not None or is_publisher(name)


def is_publisher(text: str) -> bool:
    """Whether a text names an outlet or a newsroom rather than a person."""
    return bool(_PUBLISHER.search(text) or _DOMAIN.search(text) or _OUTLETS.fullmatch(text))


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
    is_editor = _EDITOR.match(printed) is not None
    return [] if is_editor and role == "authors" else read_names(printed, publisher)


def merge_names(first: Iterable[str], more: Iterable[str]) -> list[str]:
    """Names of two readings, each once whatever its case."""
    by_name: dict[str, str] = {}
    for name in (*first, *more):
        by_name.setdefault(name.casefold(), name)
    return list(by_name.values())


VOCABULARY = (
    *(
        each.pattern
        for each in (_NOBODY, _OUTLETS, _PUBLISHER, _DOMAIN, _NOT_IN_NAMES, _JOB, _BEFORE, _AND, _CORRESPONDENT, _GLUED, _CREDIT)
    ),
    *(_GLUED_ROLE.pattern, _RIGHTS.pattern, _DEGREE.pattern),
)
