"""Writers whom only the markup calls so: a name beside the headline in an element of class "author", or marked rel or itemprop."""

import re
from collections.abc import Collection, Iterable

from lxml.html import HtmlElement

from crawler.reading import credits as credit
from crawler.reading.page import text_of

_CLASS = re.compile(r"author|penulis|reporter|byline|writer|pewarta|wartawan|jurnalis", re.IGNORECASE)
_PERSON = re.compile(r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,4}")
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
    attributes = element.attrib
    for name in ("rel", "itemprop"):
        if attributes.get(name) == "author":
            return name, "author"
    classes = attributes.get("class")
    return ("class", classes) if classes and _CLASS.search(classes) else None
