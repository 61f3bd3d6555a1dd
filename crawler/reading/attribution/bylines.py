"""Bylines that name no role with a colon: lines in the shapes outlets print them in, and names that only the markup calls writers."""

import re
from collections.abc import Collection, Iterable, Iterator

from lxml.html import HtmlElement

from crawler.reading.attribution import people as credit
from crawler.reading.noise.phrases import ROLES
from crawler.reading.page import text_of

_NAME = r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)"
_PERSON = re.compile(rf"{_NAME}{{0,4}}")

# --- lines

_DAY = r"(?:[A-Z][a-z']{2,5},? )?\d{1,2}[ /.-]"  # how a date begins
# "Yati Maulana | Senin, 14/07/2025 09:05 WIB" (Katakini seed), "Rani Contoh - 05 November 2015 19:21 wib" (Metro TV),
# "Rani Contoh, Jurnalis"
_NAMED_FIRST = re.compile(
    rf"(?P<name>{_NAME}{{1,4}})(?: \| (?=.*\d{{4}})| [·•–-] (?={_DAY}.*\d{{4}})"
    r"|(?:,| [|–-]) (?:[Jj]urnalis|[Ww]artawan|[Rr]eporter|[Kk]ontributor)\b)"
)
# "Senin, 27 March 2017 13:05 WIB Rani Contoh" (Media Indonesia, 2017)
_NAMED_LAST = re.compile(rf"{_DAY}.{{3,20}}\d{{4}}\W{{1,3}}\d\d[.:]\d\d WI(?:B|TA?) (?P<name>{_NAME}{{1,4}})$")
# "Oleh Rani Contoh", "By Rani Contoh | 3 March 2020", "Oleh Rani Contoh pada 3 Maret 2020"
_BY = ("Oleh ", "oleh ", "OLEH ", "By ", "by ", "BY ")
_NAMED_BY = re.compile(rf"\w+ (?P<name>{_NAME}{{0,4}})(?: ?[,|·•–-] .*| pada .*)?$")
# "sef, CNBC Indonesia" (CNBC seed)
_OF_HOUSE = re.compile(r"(?P<name>[\w.'/-]+(?: [\w.'-]+){0,3}?)\s*[,–|-]\s+(?P<house>[\w.]+(?: [\w.]+){0,2})(?: \| .*)?$")
_LONGEST_ROLE = 30
_BARE_ROLE = re.compile(rf"{ROLES}\s*:?", re.IGNORECASE)
TIME_THEN_ROLE = re.compile(rf"\d[:.]\d\d(?: WI[BT]A?)?(?: [|-])? ?{ROLES}\s?:", re.IGNORECASE)  # on one line
_ABOUT_MAKERS = re.compile(r"[:|,·•–/()©-]| via | VIA |[Mm]elalui")


def may_name(line: str) -> bool:
    """Whether a line has what every byline, credit and caption has that names someone."""
    return _ABOUT_MAKERS.search(line) is not None or line.startswith(_BY)


def name_in(line: str) -> str | None:
    """The name in a line that is a byline; None for every other line."""
    match = _NAMED_FIRST.match(line) or _NAMED_LAST.match(line) or (_NAMED_BY.match(line) if line.startswith(_BY) else None)
    if match:
        return match["name"]
    match = _OF_HOUSE.match(line)
    return match["name"] if match and credit.is_house(match["house"]) else None


def labelled(lines: Iterable[str]) -> Iterator[str]:
    """The lines, a label that stands alone joined to the name below it: "Reporter", "Rani Contoh". Kompas prints the name above."""
    role, before = "", ""
    for line in lines:
        if len(line) <= _LONGEST_ROLE and _BARE_ROLE.fullmatch(line):
            role, before = ("" if _PERSON.fullmatch(before) else line.rstrip(" :")), line
        else:
            is_named = bool(role and _PERSON.fullmatch(line))
            yield f"{role}: {line}" if is_named else line
            role, before = "", "" if is_named else line  # a name goes with one label


# --- markup

_CLASS = re.compile(r"author|penulis|reporter|byline|writer|pewarta|wartawan|jurnalis", re.IGNORECASE)
_HOUSE_BEHIND = re.compile(r"\s[–-]\s.*$")  # "Rani Contoh - Contoh Kabar"
_LONGEST = 100  # characters of a byline


def marked_authors(beside: Iterable[HtmlElement], labels: Collection[str], house: Iterable[str]) -> list[str]:
    """The names in the first element that is marked as a byline and whose text is (part of) one of the ``labels`` beside a story.

    ``beside``: the elements in which the labels stand, in reading order. Further elements with the same mark name more writers.
    A wrapper around names and times holds no names: what stands in it does.
    """
    found: dict[str, None] = {}
    first, own = None, list(house)
    for holder in beside if labels else ():
        for element in holder.iter():
            mark = _mark(element)
            if mark is None or first not in {None, mark}:
                continue
            text = text_of(element)
            if len(text) > _LONGEST or not any(text in label for label in labels):
                continue
            names = credit.people_as("authors", _HOUSE_BEHIND.sub("", text), own)
            if names and all(_PERSON.fullmatch(name) for name in names):
                found.update(dict.fromkeys(names))
                first = mark
    return list(found)


def _mark(element: HtmlElement) -> tuple[str, str] | None:
    """What calls an element a byline: an attribute and its value."""
    if element.get("itemprop") == "author":
        return "itemprop", "author"
    if element.tag == "a" and element.get("rel") == "author":
        return "rel", "author"
    classes = element.get("class")
    return ("class", classes) if classes and _CLASS.search(classes) else None
