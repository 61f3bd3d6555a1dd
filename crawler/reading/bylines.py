"""Writers whom only the markup calls so: a name beside the headline in an element of class "author", or marked rel or itemprop."""

import re
from collections.abc import Collection, Iterable

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.reading import credits as credit
from crawler.reading.page import text_of

_CLASSES = ("author", "penulis", "reporter", "byline", "writer", "pewarta", "wartawan", "jurnalis")
_MARKED = XPath("//*[@rel='author' or @itemprop='author' or {}]".format(" or ".join(f"contains(@class, '{name}')" for name in _CLASSES)))
_PERSON = re.compile(r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,4}")
_HOUSE_BEHIND = re.compile(r"\s[–-]\s.*$")  # "Rani Contoh - Contoh Kabar"
_LONGEST = 100  # characters of a byline


def marked_authors(tree: HtmlElement, labels: Collection[str], house: Iterable[str]) -> list[str]:
    """The names in the first element that is marked as a byline and whose text is (part of) one of the ``labels`` beside a story.

    Further elements with the same mark name more writers. A wrapper around names and times holds no names: what stands in it does.
    """
    found: dict[str, None] = {}
    mark = None
    own = list(house)
    marked = _MARKED(tree) if labels else []
    for element in marked if isinstance(marked, list) else []:
        if not isinstance(element, HtmlElement) or (mark is not None and mark != _mark(element)):
            continue
        text = text_of(element)
        if len(text) > _LONGEST or not any(text in label for label in labels):
            continue
        names = credit.people_as("authors", _HOUSE_BEHIND.sub("", text), own)
        if names and all(_PERSON.fullmatch(name) for name in names):
            found.update(dict.fromkeys(names))
            mark = _mark(element)
    return list(found)


def _mark(element: HtmlElement) -> tuple[str, ...]:
    return (str(element.tag), *(element.get(name) or "" for name in ("class", "rel", "itemprop")))
