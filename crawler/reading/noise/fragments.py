"""The wording of what is never the story inside a line: fragments anywhere in it, trailers at the end of a paragraph, ends of captions.

Case counts. A pattern stands in one of the lists below and nowhere else; where none of the texts stands that must occur in it, it is not
tried (prefilter.py), so one that has a word or a sign of its own costs least.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from crawler.reading.noise.phrases import is_said
from crawler.reading.noise.pieces import Removed
from crawler.reading.prefilter import landmarks
from crawler.reading.vocabulary import AGENCY, DESK, DOMAIN, MEDIUM, OWN, PERSON


@dataclass(frozen=True)
class Pattern:
    """What a part of a line of a kind looks like, and the texts of which one stands in all of them."""

    kind: str
    source: str
    landmarks: tuple[str, ...]

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Compiled where a landmark stands: most are not met by a run, and to compile all takes as long as to read ten pages."""
        return re.compile(self.source)

    def may_be_in(self, text: str) -> bool:
        """Whether a text has a landmark of the pattern: far quicker than to try that at every letter."""
        return any(map(text.__contains__, self.landmarks))


def pattern(kind: str, source: str) -> Pattern:
    """Make one pattern of the lists."""
    return Pattern(kind, source, landmarks(source))


def trailer(kind: str, source: str) -> Pattern:
    """Make one pattern of a trailer, which is its first group."""
    before = r"\s+" if kind == "bare_signoff" else _SENTENCE_END
    return Pattern(kind, f"{before}({source})", landmarks(source))


def patterns_for(lines: Sequence[str], patterns: Sequence[Pattern]) -> list[Pattern]:
    """Those of the patterns that may match in one of the lines."""
    whole = "\n".join(lines)
    return [each for each in patterns if each.may_be_in(whole)]


# --- pieces inside a line, each cut wherever it stands; the story around it stays

_FRAGMENTS = (
    ("media", r"\[(?:Gambas|gambas|GAMBAS):[^\]]*\]"),
    ("media", r"\bpic\.twitter\.com/\w+"),
    ("script", r"(?:window\.)?googletag\.cmd\.push\(.*?\}\s*\)\s*;?"),
    ("script", r"\(adsbygoogle\b[^;]*;"),
    ("css", r"(?:[.#][\w-]+\s*,?\s*)+\{[^{}]*:[^{}]*\}"),
    ("ad", r"\bADVERTISEMENT\b"),
    ("ad", r"\bSCROLL (?:TO CONTINUE WITH CONTENT|TO RESUME CONTENT|UNTUK MELANJUTKAN MEMBACA)\b"),
    ("caption", r"\bLihat Foto\b"),
    ("related", r"(?:\((?:Baca|BACA|baca|Lihat|Simak)|\[Baca)(?i: juga| selengkapnya)?\s?:[^()]{5,200}[)\]]"),
    ("promo", r"\bAdd as a preferred source on Google\b"),
)
FRAGMENTS = [pattern(kind, source) for kind, source in _FRAGMENTS]

# --- what is glued to the end of a paragraph, mostly after the end of a sentence

BRACKETS = (")", ").", ")*", ")**", "]", "].")  # what a line ends with that is signed or credited
_REACH = 420  # how far from the end of a line a trailer can begin: the longest promotion seen has 250 characters
_SENTENCE_END = r"(?:(?<=[.!?”’)\]])|(?<=[^\s(\[][\"']))\s*"  # a quotation mark behind a blank opens a quotation
_INITIALS = r"(?:[a-z]{2,5}|[a-z]{1,3}-?\d{1,3}|[A-Z][a-z]{0,4}|\*)"
# In brackets at the end of a line, and looked for from the last ones on; "last" below the last paragraph alone, "bare" also where no
# sentence ends before them.
_SIGNOFFS = (
    ("signoff", rf"[(\[](?:[a-z]{{2,8}}\d{{0,2}}|{_INITIALS})(?:\s?/\s?(?:[A-Za-z]{{2,6}}\d?|\*)){{1,3}}[)\]][\s.*]*$"),  # Putin. (sef/sef)
    ("signoff", r"\[[a-z]{2,8}(?:/[a-z]{2,12}){1,3}\][\s.*]*$"),  # Miriskan? [ds/kabarlaut/upi]
    ("last_signoff", rf"\((?:{DESK}|[A-Z]{{2,4}}|[a-z]{{2,4}}\d?|Red|Ant|Adv|\*{{1,3}})\)[\s.*]*$"),  # (H-4), (FHM)
    ("last_signoff", r"\[(?!sic)(?:[a-z]{2,5}|[A-Z]{2,5}|Red|Ant|\*)\][\s.*]*$"),  # [bal]
    (
        "last_signoff",
        rf"\((?:{PERSON}(?:\s?/\s?{PERSON})?|(?:{PERSON}|[A-Z][\w.'’-]+|[a-z]{{2,5}})/[a-z]{{4,20}})\s?\)[\s.*]*$",
    ),  # (Rani Contoh)
    ("signoff", rf"\(\s*(?:{DOMAIN}|[Tt]ribun\w+|{AGENCY})(?:\s?[/,]\s?[^()]+)?\)\s*$"),  # (Tribunnews.com/Name), (Reuters)
    ("signoff", rf"\((?:[Ss]umber\s*:[^()]{{2,60}}|[\w.+-]+@{DOMAIN})\)\s*$"),  # (Sumber: Antara), (rani@contoh.id)
    ("signoff", rf"\((?:\*|[^()]{{2,40}})/(?:{DOMAIN}|[Tt]ribun\w+)\)\s*$"),  # (*/tribun-medan.com)
    ("bare_signoff", rf"\((?:(?!dan/|km/){_INITIALS}(?:/{_INITIALS}){{1,3}}|\*{{1,3}})\)[\s.*]*$"),  # Tol Buahbatu (mdk/yan)
)
_READ = "(?:Baca|BACA|Lihat|Simak|Tonton|Saksikan)"
_LINK = rf"(?:\({_READ}|{_READ})"
_TRAILERS = (
    ("related", rf"{_LINK}\s(?:[Jj]uga|JUGA)(?:\s[Vv]ideo)?\s*:.*$"),
    ("related", rf"{_LINK}\s?:[^.!?]{{10,160}}[.!?)]*$"),
    ("related", rf"{_LINK}\s(?:[Jj]uga\s)?[Vv]ideo(?:\s?:|\s[\"'“‘]|\s[Pp]ilihan\b)[^.]*$"),
    ("related", rf"{_LINK}\sartikel\s.{{10,200}}\sselengkapnya\b.*$"),
    ("republished", rf"(?:Artikel|Berita)\sini\s(?:(?:telah|sudah)\s(?:tayang|terbit|dimuat)|bersumber\sdari\s(?:www\.)?{DOMAIN})\b.*$"),
    ("promo", rf"(?:Simak|Ikuti|Dapatkan|Cek|Gabung|Baca|Yuk)\b{OWN}[^.]*\b(?i:{MEDIUM})\b(?!\situ\b).*$"),
    ("promo", rf"(?:Ikuti|Gabung|Follow|Join)\s(?:di\s)?(?i:{MEDIUM})\b(?!\situ\b).*$"),
    ("credit", r"(?:Penulis|Reporter|Editor|Pewarta)\s*:\s*[A-Z][^:]{2,60}(?:(?:Editor|Sumber)\s*:[^:]{2,60})?$"),
    ("credit", r"(?:Copyright|COPYRIGHT|copyright)\s*[©@(].{2,40}$"),
    ("pagination", r"Halaman\s(?i:selanjutnya|berikutnya)(?:\s*[:>»].*)?$"),
    ("pagination", r"(?:Selengkapnya|Bersambung|Lanjut)\b[^.]{0,30}\shalaman\s(?:selanjutnya|berikutnya|\d+)\W*$"),
    ("next_article", r"Next\sArticle\b.*$"),
)
TRAILERS = [trailer(kind, source) for kind, source in (*_SIGNOFFS, *_TRAILERS)]
_LAST_KINDS = frozenset({"last_signoff", "bare_signoff"})
_SIGNOFF_KINDS = _LAST_KINDS | {"signoff"}

# --- what ends a caption

_NAME = r"[\w.’' -]{2,40}"
_PICTURES = (
    r"(?:[Pp]exels|[Uu]nsplash|[Ff]reepik|[Pp]ixabay|[Ss]hutterstock|iStock|[Ii]nstagram|[Tt]witter|[Yy]ou[Tt]ube|[Ff]acebook|[Tt]ik[Tt]ok)"
    r"(?:\.com)?"
)
_CAPTION_REACH = 160
# Looked for in lines that end with brackets, or unlike a sentence.
_CAPTION_ENDS = (
    # (Dok. X), (Foto: X); but "(Sumber Daya Mineral)", "(Daerah Istimewa Yogyakarta)", "(foto dan video)" end a sentence of the story
    r"\((?:[^()]*[\s.,/])?(?:Photo by\b|[Ss]umber [Ff]oto\b|(?:[Ff]oto|FOTO|Sumber|[Dd]ok|DOK|[CcKk]redit)\s?[:;./@])[^()]*\)\.?$",
    r"\((?:[Ff]oto|FOTO|[Dd]ok|DOK)(?:\s(?:[A-Z]|dok\b|ist|pribadi|humas)[^()]*)?\)\.?$",
    r"\((?:[^()]*[:/,.]\s*)?[Ii]st(?:imewa)?\.?\)\.?$",
    rf"\(\s*(?:{AGENCY})\s*/(?!\s?(?:[A-Z]{{1,3}}-\d|[a-z]{{2,5}}\)))[^()]{{2,60}}\)\.?$",  # (AFP/GAVRIIL GRIGOROV), not (Reuters/Z-2)
    rf"\([^()]{{2,60}}/\s*(?:{AGENCY})\s*\)\.?$",  # (Kevin Dietsch/Getty Images/AFP)
    rf"[(\[](?:{_PICTURES})\s?/[^()\[\]]{{1,60}}[)\]]$",  # (unsplash.com/Nama Contoh); with a full stop behind it a sentence
    rf"\[(?:[Ff]oto\b|{_PICTURES}|{DOMAIN}/|(?:{AGENCY})\b)[^\[\]]{{0,60}}\]$",  # [Contoh.com/Name], [Shutterstock], [ANTARA]
    rf" /(?:{_PICTURES}|{AGENCY}|Dok)\b[^.!?]{{0,60}}$",  # /Pixabay/Name
    r"\b(?:Foto|FOTO|Photo)\s?:\s?[\w.@/][^.!?:]{1,50}$",  # Kapal di teluk Foto: Name
    rf"\((?!{_PICTURES}/)(?:{DOMAIN}|[A-Z]{{4,}})/[A-Z .'-]{{3,40}}\)?\.?$",  # (KOMPAS.com/NAME)
    r"(?<!\S)[A-Z]+\.(?:com|COM|ID)/[A-Z .'-]{3,40}\)?\.?$",
    rf"\b(?:{AGENCY})\s+(?:via|VIA|melalui)\s+(?:{AGENCY})(?:/{_NAME})?$",  # KCNA via REUTERS, KCNA VIA KNS/AFP
    rf"(?<!\S){_NAME}(?:\s?/\s?{_NAME}){{0,3}}\s?/\s?(?:{AGENCY})$",  # Alexey NIKOLSKY / SPUTNIK / AFP
    rf"(?<![^\s(])(?:ANTARA(?: FOTO)?|REUTERS|AFP|AP Photo)(?!/[A-Z]{{1,3}}-\d)(?:/{_NAME}){{1,3}}\)?\.?$",  # ANTARA FOTO/Name/abc
    r"(?<!right )(?<!RIGHT )©\s?(?:\d{4}\s)?[\w@/. ]{2,60}$",  # ©2021 Instagram @name/editorial
)
CAPTION_ENDS = [pattern("caption", source) for source in _CAPTION_ENDS]
_CREDIT_SIGN = re.compile(r"[(\[/:©]| (?:via|VIA|melalui) ")  # one stands in the end of every caption


def cut_fragments(lines: Sequence[str]) -> tuple[list[str], list[Removed]]:
    """The lines without what is noise wherever it stands, white space collapsed, empty ones left out; and what was cut."""
    texts, pieces = [], []
    patterns = patterns_for(lines, FRAGMENTS)
    for line in lines:
        text = line
        for each in patterns:
            if each.may_be_in(text) and (found := [match[0] for match in each.expression.finditer(text)]):
                pieces += [Removed(each.kind, fragment) for fragment in found]
                text = each.expression.sub(" ", text)
        if text := " ".join(text.split()):
            texts.append(text)
    return texts, pieces


class Trailer(NamedTuple):
    """What can be cut off the end of a line: where it begins, with the blanks before it, its kind, and its text."""

    start: int
    kind: str
    text: str
    is_last: bool  # it ends the story, or is a part of it


def find_trailer(line: str, patterns: Iterable[Pattern]) -> Trailer | None:
    """The trailer of a line; None where it has none, or somebody says it. ``patterns``: those of TRAILERS that may be on the page."""
    is_bracketed = line.endswith(BRACKETS)
    found = []
    for each in patterns:
        is_signoff = each.kind in _SIGNOFF_KINDS
        if (is_bracketed or not is_signoff) and each.may_be_in(line):
            start = _from_bracket(line, _REACH) if is_signoff else max(0, len(line) - _REACH)
            if match := each.expression.search(line, start):
                found.append(Trailer(match.start(), "signoff" if is_signoff else each.kind, match[1], each.kind in _LAST_KINDS))
    first = min(found, key=lambda trailer: trailer.start, default=None)
    return None if first is None or is_said(line[first.start :]) else first


def caption_end(line: str) -> int | None:
    """Where the credit begins that makes a line the caption of a picture; None for every other line."""
    start = _from_bracket(line, _CAPTION_REACH)
    if not _CREDIT_SIGN.search(line, start):
        return None
    matches = (each.expression.search(line, start) for each in CAPTION_ENDS if each.may_be_in(line))
    return min((match.start() for match in matches if match), default=None)


def _from_bracket(line: str, reach: int) -> int:
    """Where to look for what ends a line: from the blank before its last bracket on, if it ends with one."""
    opening = max(line.rfind("("), line.rfind("[")) - 1 if line.endswith(BRACKETS) else -1
    return max(opening, len(line) - reach, 0)


_AGE_REACH = 24
_AGED = re.compile(
    r"\d{1,2} (?:detik|menit|jam|hari|minggu|pekan|bulan|tahun|minutes?|hours?|days?) (?:yang )?(?:lalu|ago)$", re.IGNORECASE
)


def ends_with_age(line: str) -> bool:
    """Whether a line is a teaser, which ends with its age: "Kapal Khayalan Tiba 3 jam yang lalu"."""
    return line.endswith(("lalu", "ago")) and _AGED.search(line, max(0, len(line) - _AGE_REACH)) is not None


VOCABULARY = (*(each.source for each in (*FRAGMENTS, *TRAILERS, *CAPTION_ENDS)), _AGED.pattern)
