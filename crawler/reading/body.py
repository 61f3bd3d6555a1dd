"""Where the body of a page is: in the elements that the outlet's rules name, in its JSON-LD, or where generic reading finds it."""

import re
from collections.abc import Sequence
from itertools import dropwhile
from typing import NamedTuple

from lxml.html import HtmlElement

from crawler.article import SHORTEST_BODY
from crawler.reading.attribution.dateline import find_dateline
from crawler.reading.generic import story_element
from crawler.reading.noise.cleaner import clean_lines, may_lead, story_lines
from crawler.reading.noise.lines import lines, owners
from crawler.reading.noise.pieces import CleanedLines, Removed
from crawler.reading.page import Page, strings
from crawler.reading.rules import PageRules
from crawler.reading.text import tidy

RECOGNISED = 40  # characters of a line that tell where in the body it went: its end may have been cut off
_ORDER = ("selectors", "json-ld", "generic")
_COMPLETE = 0.9  # a JSON-LD body this long, measured by generic reading, is the whole story
_LINE_BREAK = re.compile(r"\n+|</p>|<br\s*/?>")
_TAG = re.compile(r"<[^>]+>")


class Body(NamedTuple):
    """What one page's body was read from, and what came of it."""

    cleaned: CleanedLines
    source: str
    containers: Sequence[HtmlElement]  # where it stands; none for a body from JSON-LD
    skip: frozenset[HtmlElement] = frozenset()  # what the outlet's rules take out of them

    @property
    def element(self) -> HtmlElement | None:
        """The (first) element it stands in."""
        return self.containers[0] if self.containers else None

    @property
    def places(self) -> dict[str, HtmlElement]:
        """The lines of the containers, each with the element in which it (first) begins."""
        places: dict[str, HtmlElement] = {}
        for container in self.containers:
            for line, element in owners(container, self.skip):
                places.setdefault(line, element)
        return places

    @property
    def length(self) -> int:
        """Characters in its paragraphs."""
        return sum(map(len, self.cleaned.paragraphs))


_NOTHING = Body(CleanedLines(), "generic", ())


def find_body(page: Page, rules: PageRules, headline: str | None) -> Body:
    """The body by the first source that has one of a story's length; by the one that has most where none has."""
    readers = {"selectors": _select_body, "json-ld": _structured_body, "generic": _generic_body}
    found = []
    for source in rules.source_order.get("body", _ORDER):
        body = readers[source](page, rules, headline)
        if body.length >= SHORTEST_BODY:
            return body
        found.append(body)
    return max(found, key=lambda body: body.length)


def _select_body(page: Page, rules: PageRules, headline: str | None) -> Body:  # noqa: ARG001 - one signature for all three
    for css in rules.body:
        containers = _outermost(page.select(css))
        if not containers:
            continue
        skip = _noise(page, rules)
        removed: list[Removed] = []
        texts = [line for container in containers for line in lines(container, skip, removed)]
        cleaned = clean_lines(texts, _phrases(rules))
        if cleaned.paragraphs:
            cleaned.pieces[:0] = removed
            return Body(cleaned, "selectors", containers, skip)
    return _NOTHING


def _structured_body(page: Page, rules: PageRules, headline: str | None) -> Body:
    for thing in page.json_ld:
        texts = [tidy(line) for text in strings(thing.get("articleBody")) for line in _LINE_BREAK.split(text)]
        if any(texts):
            cleaned = story_lines((_TAG.sub(" ", line) for line in texts), headline, _phrases(rules))
            body = Body(cleaned, "json-ld", ())
            if body.length >= _COMPLETE * _generic_body(page, rules, headline).length:
                return body
    return _NOTHING


def _generic_body(page: Page, rules: PageRules, headline: str | None) -> Body:
    element = story_element(page.tree)
    if element is None:
        return _NOTHING
    removed: list[Removed] = []
    skip = _noise(page, rules)
    cleaned = story_lines(lines(element, skip, removed), headline, _phrases(rules))
    _add_short_lead(cleaned, element, skip)
    cleaned.pieces[:0] = removed
    return Body(cleaned, "generic", (element,), skip)


def _add_short_lead(cleaned: CleanedLines, element: HtmlElement, skip: frozenset[HtmlElement]) -> None:
    """Begin with the sentence before a story when it stands in a ``p`` like the first paragraph's, beside that one.

    By its words alone, a first paragraph of a few is a deck or a caption.
    """
    lead = next((piece for piece in reversed(cleaned.pieces) if piece.kind == "before_start"), None)
    if lead is None or not cleaned.paragraphs or not may_lead(lead.text) or find_dateline(cleaned.paragraphs[0]):
        return
    beginning = cleaned.paragraphs[0][:RECOGNISED]
    stands = owners(element, skip)
    first = next((_paragraph(owner) for line, owner in stands if line.startswith(beginning)), None)
    before = next((_paragraph(owner) for line, owner in stands if line == lead.text), None)
    if first is not None and before is not None and before.getparent() is first.getparent() and before.get("class") == first.get("class"):
        cleaned.pieces.remove(lead)
        cleaned.paragraphs.insert(0, lead.text)


def _paragraph(element: HtmlElement) -> HtmlElement | None:
    return element if element.tag == "p" else next(element.iterancestors("p"), None)


def _outermost(elements: list[HtmlElement]) -> list[HtmlElement]:
    if len(elements) < 2:
        return elements
    chosen = set(elements)
    return [element for element in elements if not any(ancestor in chosen for ancestor in element.iterancestors())]


def _noise(page: Page, rules: PageRules) -> frozenset[HtmlElement]:
    return frozenset(element for css in rules.noise for element in page.select(css))


def _phrases(rules: PageRules) -> list[re.Pattern[str]]:
    return [re.compile(phrase, re.IGNORECASE) for phrase in rules.noise_phrases]


def join_paragraphs(bodies: Sequence[Body]) -> list[str]:
    """The paragraphs of all pages; what a page repeats of the pages before it, at its beginning, is left out."""
    joined: list[str] = []
    for body in bodies:
        known = set(joined)
        joined.extend(dropwhile(known.__contains__, body.cleaned.paragraphs))
    return joined
