"""News agencies and foreign outlets that a story names, and in which role. The names stand in agencies.toml.

Indonesian pages often print a name without the blank beside it ("kepadaAFP", "Reutersmelaporkan"): it was a link.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from crawler.article import AgencyMention, AgencyRole
from crawler.reading.text import letters


class _Spelling(NamedTuple):
    text: str
    agency: str | None  # None: it looks like an agency's name and is none
    is_ambiguous: bool  # it counts only beside a word that makes it a source


class _Name(NamedTuple):
    """Where a text has a name, as a slice of it."""

    start: int
    end: int
    agency: str
    is_ambiguous: bool


_FILE = tomllib.loads(Path(__file__).with_name("agencies.toml").read_text("utf-8"))
_PICTURES = frozenset(_FILE["pictures"]["names"])  # they have nothing but pictures


def _spellings() -> Iterator[_Spelling]:
    for agency, listed in _FILE["agencies"].items():
        if f"{agency}?" not in listed:
            yield _Spelling(agency, agency, is_ambiguous=False)
        for text in listed:
            yield _Spelling(text.rstrip("?"), agency, is_ambiguous=text.endswith("?"))
    for text in _FILE["others"]["names"]:
        yield _Spelling(text, None, is_ambiguous=False)


_SPELLINGS = sorted(_spellings(), key=lambda each: -len(each.text))  # the longest that fits is the one
_KEY = 2  # characters
_BY_KEY: dict[str, list[_Spelling]] = {}
for _each in _SPELLINGS:
    for _text in dict.fromkeys((_each.text, _each.text.upper())):
        _BY_KEY.setdefault(_text[:_KEY], []).append(_each._replace(text=_text))
_OF_SOURCE_LINE = {each.text.casefold(): each.agency for each in reversed(_SPELLINGS) if each.agency}

# --- where a name begins and ends


def _beginnings(first: str) -> str:
    """A pattern for how the names begin that have a first letter: a letter of its own, so that `re` looks for nothing but first letters."""
    texts = {each.text for each in chain(*_BY_KEY.values()) if each.text[0] == first}
    if first.islower():
        return rf"{first}(?<!\w.)(?:{'|'.join(sorted(re.escape(text[1:]) for text in texts))})\b"
    return rf"{re.escape(first)}(?<![A-Z\d@#_].)(?:{'|'.join(sorted({re.escape(text[1:3]) for text in texts}))})"


_BEGINS = re.compile("|".join(map(_beginnings, sorted({key[0] for key in _BY_KEY}))))
_SHORTEST_GLUED = 3  # letters; a shorter one is glued to a source word alone: "lamanAP"
_SOURCE_WORD = re.compile(r"(?:dilansir|dikutip|melansir|mengutip|kepada|laman|situs|berita|oleh|dari|menurut|kata)$")
# What follows a name without a blank: "Politicodan", "Varietydapat", "AFPRabu"
_GLUED_BEHIND = re.compile(
    r"(?:dan|bahwa|dapat|pada|yang|di|ke|dari|tersebut|lapor|me[lmnr]|meny|ber|ter|juga|itu|ini|untuk|dengan|soal|seperti|saat|setelah"
    r"|edisi"
    r"|atau|lalu|sebelum|serta|lewat|melalui|mengenai|tentang|oleh|sebagai|karena|via|hari|kemudian|akan|telah|sudah"
    r"|Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu|Ahad)"
)
_LICENSED = re.compile(r" Indonesia\b")  # CNN Indonesia is an Indonesian outlet
_OWN_SERVICES = frozenset({"BBC", "DW", "VOA", "ABC Australia"})  # BBC Indonesia is the BBC
_PART_OF_A_NAME = re.compile(
    r"(?:'s)? (?:[A-Z][\w&]+ ){0,2}(?:Awards?|Cup|Prize|Festival|Summit|Forum|Tower|Foundation|University|Universitas|Institute|Party|Hotel"
    r"|Hall|Stadium|Arena|Building|Studios?|Pictures|Music|Philanthropies|Open|League|Group|Corp|Inc|Ltd|I{2,3}|I?V|VI{1,3}|Konstruksi)\b"
)


def _names(text: str) -> Iterator[_Name]:
    """Every name of an agency in a text, in order; those that are ambiguous, too."""
    taken = 0
    for begin in _BEGINS.finditer(text):
        start = begin.start()
        if start < taken:
            continue
        for spelling in _BY_KEY.get(text[start : start + _KEY], ()):
            end = start + len(spelling.text)
            if text.startswith(spelling.text, start) and _stands_alone(text, start, end):
                taken = end
                agency = spelling.agency
                is_other = (_LICENSED.match(text, end) and agency not in _OWN_SERVICES) or _PART_OF_A_NAME.match(text, end)
                if agency and not is_other:
                    yield _Name(start, end, agency, spelling.is_ambiguous)
                break


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, behind = text[start - 1 : start], text[end : end + 1]
    can_be_glued = end - start >= _SHORTEST_GLUED or _SOURCE_WORD.search(text, max(0, start - 10), start) is not None
    if before.isalnum() and not (can_be_glued and before.islower()):
        return False
    if before in {"-", "."} and text[start - 2 : start - 1].isalnum():
        return before == "." and can_be_glued and text[start - 2].islower()  # the end of a sentence
    if behind == "-":
        return text.startswith("nya", end + 1) or not text[end + 1 : end + 2].isalnum()
    if not behind.isalnum():
        return True
    is_abbreviation = text[start:end].isupper() and end - start >= _SHORTEST_GLUED
    return (is_abbreviation and behind.islower()) or (can_be_glued and _GLUED_BEHIND.match(text, end) is not None)


# --- what makes it a source

_KIND = (
    r"(?:kantor berita|agensi berita|media|surat kabar|koran|harian|majalah|tabloid|situs(?: web| berita)?|laman|portal|stasiun|televisi"
    r"|TV|radio"
    r"|saluran|jaringan|penyiar|lembaga penyiaran|outlet|publikasi|editorial|editor|redaktur|wartawan|jurnalis|koresponden|reporter"
    r"|kolumnis"
    r"|fotografer|kontributor|pembawa acara|presenter|pakar|pandit|agency|newspaper)"
)
_SAID = (
    r"(?:(?:dikutip|dilansir|disadur|dihimpun)(?: [\w.]+){1,2} dari|dikutip|mengutip|kutip|dilansir|melansir|lansir|dilaporkan|melaporkan"
    r"|lapor"
    r"|laporan|diberitakan|pemberitaan|berita|dimuat|diwartakan|disiarkan|dirilis|dipublikasikan|diterbitkan|dikabarkan|disadur|dihimpun"
    r"|diungkap(?:kan)?|ditulis|dirangkum|disitat|menyitat|menukil|dinukil|diambil|disurvei|survei|jajak pendapat|dianalisis|analisis"
    r"|menurut"
    r"|kata|ujar|tutur|ucap|kepada|artikel|tulis|tulisan|sebut|versi|sumber|via|melalui|lewat|bersama|dengan|data|catatan|demikian|merujuk"
    r"|berdasarkan|seturut|dari|oleh|tambah|imbuh|jelas|ungkap|wawancara|diwawancarai|diwawancara|kolom|opini|unggahan|video|foto|rekaman"
    r"|siaran|tayangan|didapat|diperoleh|diterima|dilihat|dipantau)"
)
_FILLER = r"(?:dari|oleh|pada|di|kepada|dengan|bersama|media|laman|situs|resmi|sumber|data|laporan|berita|eksklusif|khusus|kantor|the|The)"
_BEFORE = re.compile(
    rf"(?<![^\W_])(?:{_KIND}(?:\s+[\w-]+){{0,3}}|{_SAID}(?:\s+(?:{_KIND}|{_FILLER})){{0,4}})[\s,:(]*(?:the\s+)?$", re.IGNORECASE
)
# Alone, these say nothing before a name that is ambiguous.
_WEAK = re.compile(
    r"(?:dengan|dari|oleh|bersama|melalui|lewat|berita|video|foto|media|data|TV|radio|saluran|jaringan|editor)\b", re.IGNORECASE
)
_BEHIND = re.compile(
    r"[\s,]*(?:(?:pada|hari|edisi|dalam)\s+[^.]{1,40}?\s+)?(?:juga |kemudian |lalu |sebelumnya |telah )?"
    r"(?:melapor|lapor|menyebut|menulis|memberita|mengutip|melansir|mengatakan|mewarta|mengabar|menyiar|mengungkap|merilis|mencatat"
    r"|menambah"
    r"|mempublikasi|menerbit|mengonfirm|mengkonfirm|memuat|menayang|mengklaim|mengidentifikasi|mewawancarai|memperoleh|mendapat"
    r"|menggambarkan"
    r"|menjelaskan|melihat|membocorkan|merangkum|menyatakan)"
)
_LISTED = re.compile(
    rf"(?:\s*\([^()]{{1,12}}\))?[\s,/]*(?:(?:dan|serta|atau|maupun|hingga|&)\s*)?(?:{_KIND}\s+)?(?:the\s+)?", re.IGNORECASE
)
_REACH = 70  # characters before a name in which its source word stands

# Names that agencies.toml does not have, by the word they end with, where they are told as a source
_ENDS_A_NAME = re.compile(
    r"(?:Times|Post|Herald|Tribune|Daily|News|Journal|Gazette|Chronicle|Observer|Telegraph|Review|Standard|Mail|Shimbun|Ilbo|News Agency"
    r"|Zeitung"
    r"|Magazine)\b"
)
_UNKNOWN = re.compile(
    rf"(?:{_KIND}|dikutip|mengutip|dilansir|melansir|lansir|menurut|laporan|kepada)(?:\s+{_FILLER})*\s*"
    r"(?:[Tt]he )?(?P<name>(?:[A-Z][\w'’]+ ){1,3})$"
)
_INDONESIAN = re.compile(
    r"\b(?:Jakarta|Bali|Indonesia\w*|Kompas|Tribun\w*|Antara|Metro|[Dd]etik\w*|Tempo|IDN|JPNN|Sindo\w*|Liputan|Okezone|Viva|VIVA|Suara|Jawa"
    r"|Bisnis|Berita|Harian|Media|Portal|Google|Apple|Bola\w*)\b"
)

# --- what makes it the subject

_DONE_TO = re.compile(
    r"(?:sanksi (?:terhadap|kepada|atas)|(?:mencabut|pencabutan) (?:akreditasi|izin(?: siaran)?)"
    r"|menggugat|gugat(?:an)?(?: \w+)? terhadap|menuntut|tuntutan terhadap|serangan (?:terhadap|ke|di)|menyerang|markas|gedung|studio"
    r"|memblokir|pemblokiran|melarang|larangan terhadap|membredel|menutup|penutupan|membekukan|mengakuisisi|akuisisi|membeli|menggerebek"
    r"|penggerebekan|meretas|peretasan|mengatasnamakan|mencatut|logo|palsu|tayang (?:langsung )?di|ditayangkan (?:di|oleh)"
    r"|disiarkan[\w ]{0,20} di"
    r"|(?:karyawan|pegawai|bos|CEO|direktur utama|pemilik|pemegang saham|pendiri|permintaan maaf|hak siar|program|acara|serial)(?: dari)?)"
    r"\s*(?:(?:kantor berita|stasiun televisi|stasiun TV|kantor|harian|majalah|media|surat kabar|televisi|situs|laman|kanal|biro)\s*)?"
    r"(?:the )?$",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"\s*(?:telah |akhirnya |kini |akan |juga )?(?:meminta maaf|minta maaf|memohon maaf|digugat|diserang|digerebek|dituduh|dituding|didenda"
    r"|diblokir|dilarang|dibredel|dibekukan|ditutup|diretas|diakuisisi|dijual|menyesalkan|mengecam|memecat|memberhentikan|merumahkan"
    r"|menggugat"
    r"|mengakuisisi|(?:mencabut|menarik|menghapus) (?:artikel|berita|laporan))"
)
_STAFF = re.compile(r"(?:wartawan|jurnalis|kru|reporter|koresponden|fotografer|juru kamera|staf)(?: \w+){0,2}\s*(?:dari )?$", re.IGNORECASE)
_HARMED = re.compile(r"[^.]{0,60}\b(?:tewas|ditangkap|ditahan|terbunuh|dibunuh|terluka|diculik|dipenjara|diusir|dideportasi|ditembak)\b")
_KIND_BEFORE = re.compile(rf"{_KIND}\s*(?:the )?$", re.IGNORECASE)

# --- where it credits a picture, or the text

_LABELLED = re.compile(r"(?:\b(?:foto|video|grafis|infografis|dok|photo(?: by)?)\s?[:./]\s?|©\s?|\(dok\.? )(?:the )?$", re.IGNORECASE)
_BRACKET = re.compile(r"\((?P<before>[^()]{0,50})$")
_PHOTOGRAPHER = re.compile(r"(?:[A-Z][\w.'’-]*[ /]*)+")
_CREDIT_ENDS = re.compile(r"\s?(?:/\s?[A-Z\d]|\)|$| via |\s?,?\s*\d{4}\))", re.IGNORECASE)
_ENDS_A_PICTURE = re.compile(r"\s?\)(?:\s*$|\s*\.|\s+[A-Z])")
_ENDS_A_DATELINE = re.compile(r"[^.)]{0,30}\)\s*[-–—]")
_LONGEST_DATELINE = 60  # characters
_ADAPTED = re.compile(r"(?:diadaptasi|disadur|diterjemahkan|bersumber)\s*(?:dari|oleh)\s*(?:[\w-]+\s+){0,3}(?:the )?$", re.IGNORECASE)
_IN_A_CAPTION = re.compile(r"(?:^|[/,:;(]|\b(?:via|melalui|by|dan))\s*(?:the )?$", re.IGNORECASE)
_GIVEN_BY = re.compile(r"\s*(?:/|via\b)", re.IGNORECASE)

# --- where it is not meant

_RELATED = re.compile(
    r"(?:baca(?: juga)?|simak(?: juga| video)?|lihat juga|tonton(?: juga)?|pilihan editor|populer)\s?:[^.\n]{0,120}$", re.IGNORECASE
)
_OTHER_SENSES = {
    "AFP": re.compile(r"Polisi\w* Federal|Federal Police|polisi Australia"),
    "RT": re.compile(r"\bRT(?:/RW| ?\d| setempat)|\b(?:[Kk]etua|[Pp]engurus|[Ww]arga) RT\b"),  # a neighbourhood
}


def agencies_in_text(text: str) -> list[AgencyMention]:
    """The agencies named in a story's paragraphs (a line each), each once a role: quoted, subject, picture (a credit left in), text."""
    found: list[AgencyMention] = []
    before: _Name | None = None  # the last that counted
    for name in _names(text):
        line = text.rfind("\n", 0, name.start) + 1
        if _RELATED.search(text, max(line, name.start - 2 * _REACH), name.start) or _is_meant_otherwise(name, text):
            continue
        if role := _role(name, text, line, before):
            found.append(AgencyMention(name.agency, role))
            before = name
    found += (AgencyMention(name, "quoted") for name in _unknown_names(text))
    return list(dict.fromkeys(found))


def _is_meant_otherwise(name: _Name, text: str) -> bool:
    said = text[name.start : name.end]
    if name.is_ambiguous and (f"inisial {said}" in text or f"{said}, inisial" in text):  # of a person
        return True
    sense = _OTHER_SENSES.get(name.agency)
    return sense is not None and sense.search(text) is not None


def _role(name: _Name, text: str, line: int, before: _Name | None) -> AgencyRole | None:
    """What a name is in running text; None where it is no source. ``line``: where its line begins; ``before``: the name before it."""
    left = text[max(line, name.start - _REACH) : name.start]
    right = text[name.end : name.end + _REACH].partition("\n")[0]
    if _BRACKET.search(left) and name.end - line < _LONGEST_DATELINE and _ENDS_A_DATELINE.match(right):
        return "text"
    if _is_credit(name, left, right):
        return "picture"
    if _ADAPTED.search(left):
        return "text"
    told = _BEFORE.search(left)
    is_listed = before is not None and _LISTED.fullmatch(text, before.end, name.start) is not None
    if name.is_ambiguous and not (is_listed or (told and not _WEAK.match(told[0])) or _BEHIND.match(right)):
        return "subject" if _KIND_BEFORE.search(left) and _DOES.match(right) else None
    if (_STAFF.search(left) and _HARMED.match(right)) or _DOES.match(right) or _DONE_TO.search(left):
        return "subject"
    return "picture" if name.agency in _PICTURES else "quoted"


def _is_credit(name: _Name, left: str, right: str) -> bool:
    """Whether a name stands where a picture is credited: "(Reuters)", "Foto: AFP", "(AFP/NAMA)", not "Elite Pro Academy (EPA) U18"."""
    if not _CREDIT_ENDS.match(right):
        return False
    if _LABELLED.search(left):
        return True
    if not (bracket := _BRACKET.search(left)):
        return False
    before = bracket["before"]
    if right.lstrip().startswith("/") or (before.endswith("/") and _PHOTOGRAPHER.fullmatch(before)):
        return True
    return not name.is_ambiguous and not before and _ENDS_A_PICTURE.match(right) is not None


def _unknown_names(text: str) -> Iterator[str]:
    for end in _ENDS_A_NAME.finditer(text):
        if begin := _UNKNOWN.search(text[max(0, end.start() - _REACH) : end.start()]):
            name = begin["name"] + end[0]
            if not _INDONESIAN.search(name) and not names_any(name):
                yield name


def agencies_in_caption(caption: str) -> list[AgencyMention]:
    """The agencies that a caption credits its picture to."""
    found: list[str] = []
    for name in _names(caption):
        left, right = caption[: name.start], caption[name.end :]
        beside = (_LABELLED.search(left), _KIND_BEFORE.search(left), _IN_A_CAPTION.search(left), _GIVEN_BY.match(right))
        if not name.is_ambiguous or any(beside):
            found.append(name.agency)
    return [AgencyMention(agency, "picture") for agency in dict.fromkeys(found)]


def agencies_of_source(printed: str) -> list[str]:
    """The agencies in a line that names the source of a story: "Sumber : Associated Press", "sumber : Reuters/Antara"."""
    parts = (part.strip(" .()[]*").casefold().removeprefix("the ") for part in re.split(r"[/,;&|]| dan ", printed))
    return list(dict.fromkeys(_OF_SOURCE_LINE[part] for part in parts if part in _OF_SOURCE_LINE))


def names_any(text: str) -> bool:
    """Whether a text has an agency's name in it."""
    return next(_names(text), None) is not None


def is_publisher_of(agency: str, publisher: Iterable[str]) -> bool:
    """Whether an agency is the publisher itself, by what the page calls it and the labels of its host."""
    return not _spelled(agency).isdisjoint(map(letters, publisher))


@cache
def _spelled(agency: str) -> frozenset[str]:
    return frozenset(letters(each.text) for each in _SPELLINGS if each.agency == agency)
