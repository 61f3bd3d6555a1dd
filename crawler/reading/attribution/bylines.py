"""Bylines that name no role with a colon: lines in the shapes outlets print them in, and names that only the markup calls writers."""

import re
from collections.abc import Collection, Iterable, Iterator

from crawler.reading.attribution.agencies import agencies_of_source
from crawler.reading.attribution.people import ByRole, is_publisher, read_names, read_names_of
from crawler.reading.nodes import Node
from crawler.reading.text import INLINE, every_line
from crawler.reading.vocabulary import DESK, PERSON, ROLES

_NAME = r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)"
_PERSON = re.compile(rf"{_NAME}{{0,4}}")
_PERSON_AND_MORE = re.compile(rf"{_NAME}{{0,4}}(?:(?:,| [|–-]) \D{{2,40}})?")  # "Rani Contoh, S.Sos.", "Rani Contoh - Kabar Khayal"

# --- lines

_DAY = r"(?:[A-Z][a-z']{2,5},? )?\d{1,2}[ /.-]"  # how a date begins
BYLINES = [
    re.compile(source)
    for source in (
        # "Yati Maulana | Senin, 14/07/2025 09:05 WIB" (Katakini seed), "Rani Contoh - 05 November 2015 19:21 wib" (Metro TV),
        # "Rani Contoh, Jurnalis Kabar Laut", not a headline: "Rekam Peserta Aksi, Jurnalis Kabar Laut Ikut Diseret"
        (
            rf"(?P<name>{_NAME}{{1,4}})(?: \| (?=.*\d{{4}})| [·•–-] (?={_DAY}.*\d{{4}})"
            r"|(?:,| [|–-]) (?:[Jj]urnalis|[Ww]artawan|[Rr]eporter|[Kk]ontributor)\b(?!(?:\s[^\W\d]+){4}))"
        ),
        # "Senin, 27 March 2017 13:05 WIB Rani Contoh" (Media Indonesia, 2017)
        rf"{_DAY}.{{3,20}}\d{{4}}\W{{1,3}}\d\d[.:]\d\d WI(?:B|TA?) (?P<name>{_NAME}{{1,4}})$",
        # "Oleh Rani Contoh", "By Rani Contoh | 3 March 2020", "Oleh Rani Contoh pada 3 Maret 2020", "Reporter Rani Contoh"
        (
            r"(?:(?:[Dd]itulis )?[Oo]leh|OLEH|(?:[Ww]ritten )?[Bb]y|BY|(?:Reporter|Wartawan|Jurnalis|Pewarta|Penulis)(?= \S+ \S))"
            rf" (?P<name>{_NAME}{{0,4}})(?: ?[,|·•–-] .*| pada .*)?$"
        ),
        # "sef, CNBC Indonesia" (CNBC seed)
        r"(?P<name>[\w.'/-]+(?: [\w.'-]+){0,3}?)\s*[,–|-]\s+(?P<publisher>[\w.]+(?: [\w.]+){0,2})(?: \| .*)?$",
    )
]
_PARTED = re.compile(r"[,|·•–-]\s")
_UNPARTED = BYLINES[1:3]  # all but those in which such a sign stands
_LONGEST_ROLE = 30
_BARE_ROLE = re.compile(rf"{ROLES}\s*:?", re.IGNORECASE)
TIME_THEN_ROLE = re.compile(rf"\d[:.]\d\d(?: WI[BT]A?)?(?: [|-])? ?{ROLES}\s?:", re.IGNORECASE)  # on one line


def find_byline(line: str) -> str | None:
    """The name in a line that is a byline; None for every other line."""
    for pattern in BYLINES if _PARTED.search(line) else _UNPARTED:
        if match := pattern.match(line):
            publisher = match.groupdict().get("publisher")
            if publisher is None or is_publisher(publisher):
                return match["name"]
    return None


def join_labels(lines: Iterable[str]) -> Iterator[str]:
    """The lines, a label that stands alone joined to the name below it: "Reporter", "Rani Contoh". Kompas prints the name above."""
    role, before = "", ""
    for line in lines:
        if len(line) <= _LONGEST_ROLE and _BARE_ROLE.fullmatch(line):
            role, before = ("" if _is_name(before) else line.rstrip(" :")), line
        else:
            is_named = bool(role and _is_name(line))
            yield f"{role}: {line}" if is_named else line
            role, before = "", "" if is_named else line  # a name goes with one label


def _is_name(line: str) -> bool:
    return _PERSON_AND_MORE.fullmatch(line) is not None and bool(read_names(line))


# --- sign-offs

# Below the last paragraph: "DINI TEJA", "DINI TEJA | ANTARA", "REUTERS", "(Rani Contoh)", "rs/ha (Reuters, AP)"
_CAPITALS = r"(?:[A-Z]{2,8}|[A-Z][A-Z.']+(?: [A-Z][A-Z.']*){1,4})"
_SIGNED = re.compile(
    rf"(?:{_CAPITALS}(?: ?[|/] ?{_CAPITALS}){{0,3}}|\({PERSON}(?:/[a-z]{{4,20}})?\s?\)"
    r"|[a-z]{2,3}(?:/[a-z]{2,4}){1,2}(?: \([^()]+\))?)\W*"
)
_CODED = re.compile(rf"\(?{DESK}\)?\W*")  # a desk's number for a story, which names nobody
_SOURCE_LABEL = re.compile(r"^\W*sumber\s*:", re.IGNORECASE)


def is_signature(line: str) -> bool:
    """Whether a line below the last paragraph signs the story, though no mark of a sign-off stands around it."""
    return _SIGNED.fullmatch(line) is not None


def names_source(line: str) -> bool:
    """Whether a line in brackets or alone names where the text is from: "(Sumber: Antara)", not "(Sumber foto: Antara)"."""
    return _SOURCE_LABEL.match(line) is not None


def read_signoff(line: str) -> ByRole:
    """Read "(sef/haa)", "(Tribunnews.com/Name)", "(Name/Tribunnews.com)", "(Rani Contoh)" and "DINI TEJA | ANTARA"."""
    named = ByRole([], [], [], [])
    if _CODED.fullmatch(line):
        return named
    if is_signature(line):
        parts = re.split(r"\s*[|/]\s*", line.strip(" ()*."))
        named.authors.extend(name for part in parts if " " in part for name in read_names(part))
        named.agencies.extend(agencies_of_source("/".join(parts)))
        return named
    parts = [part.strip() for part in re.split("[/,]", _SOURCE_LABEL.sub("", line).strip(" ()[].*"))]
    if any("." in part or part.lower().startswith("tribun") for part in parts):
        named.authors.extend(name for part in parts for name in read_names(part))
    elif len(parts) == 2 and " " in parts[0] and parts[1].islower():  # (Rani Contoh/kabarlaut)
        named.authors.extend(read_names(parts[0]))
    elif len(parts) == 2 and all(part.isalpha() for part in parts):
        named.initials.extend(parts)
    named.agencies.extend(agencies_of_source("/".join(parts)))
    return named


# --- markup

_CLASS = re.compile(r"author|penulis|reporter|byline|writer|pewarta|wartawan|jurnalis", re.IGNORECASE)
_IN_A_BYLINE = INLINE | {"br"}
_LONGEST, _MOST_LINES = 100, 10  # characters of a byline; lines


def find_marked_authors(beside: Iterable[Node], labels: Collection[str], publisher: Iterable[str]) -> list[str]:
    """The names in the first element that is marked as a byline and whose text is (part of) one of the ``labels`` beside a story.

    ``beside``: the elements in which the labels stand, in reading order. Further elements with the same mark name more writers.
    A wrapper around names and times holds no names: what stands in it does.
    """
    found: dict[str, None] = {}
    first, own = None, list(publisher)
    for holder in beside if labels else ():
        for element in holder.traverse():
            mark = _mark(element)
            if mark is None or first not in {None, mark}:
                continue
            lines = every_line(element, limit=_MOST_LINES)
            if len(lines) > 1 and any(inner.tag not in _IN_A_BYLINE for inner in element.traverse() if inner.mem_id != element.mem_id):
                continue
            if sum(map(len, lines)) > _LONGEST or not all(any(line in label for label in labels) for line in lines):
                continue
            names = [name for line in lines for name in read_names_of("authors", line, own)]
            if names and all(_PERSON.fullmatch(name) for name in names):
                found.update(dict.fromkeys(names))
                first = mark
    return list(found)


def _mark(element: Node) -> tuple[str, str] | None:
    """What calls an element a byline: an attribute and its value."""
    told = element.attributes if element.is_element_node else {}
    if told.get("itemprop") == "author":
        return "itemprop", "author"
    if element.tag == "a" and told.get("rel") == "author":
        return "rel", "author"
    classes = told.get("class")
    return ("class", classes) if classes and _CLASS.search(classes) else None


VOCABULARY = tuple(each.pattern for each in (*BYLINES, TIME_THEN_ROLE, _BARE_ROLE, _SOURCE_LABEL, _CLASS))
