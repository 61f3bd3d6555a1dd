"""Where the body of a page is: in the elements that the outlet's rules name, in its JSON-LD, or where generic reading finds it."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import dropwhile
from typing import NamedTuple

from crawler.article import SHORTEST_BODY
from crawler.reading.attribution.dateline import find_dateline
from crawler.reading.candidates import CandidateValues
from crawler.reading.generic import next_story, story_element
from crawler.reading.headline import Headline
from crawler.reading.json_ld import load_json, long_texts
from crawler.reading.nodes import Node, ancestors, attribute
from crawler.reading.noise.cleaner import clean_lines, may_lead, story_lines
from crawler.reading.noise.lines import owners
from crawler.reading.noise.pieces import CleanedLines, Removed
from crawler.reading.page import Page, strings
from crawler.reading.rules import PageRules
from crawler.reading.text import INLINE, tidy

RECOGNISED = 40  # characters of a line that tell where in the body it went: its end may have been cut off
_STREAMED = "__next_f.push("  # before each part of such data (Next.js 13 and newer)
_ORDER = ("selectors", "generic", "json-ld")
_MUCH = 0.6  # a page that shows less than this of what it says to machines does not show the story
_LINE_BREAK = re.compile(r"\n+|</(?:p|div|li|h[1-6])>|<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")


class Body(NamedTuple):
    """What one page's body was read from, and what came of it."""

    cleaned: CleanedLines
    source: str
    element: Node | None = None  # the (first) one it stands in; None for a body from JSON-LD
    placed: Sequence[tuple[str, Node]] = ()  # the lines it was made of, each with the element in which it begins

    @property
    def places(self) -> dict[str, Node]:
        """The element in which each line (first) begins."""
        places: dict[str, Node] = {}
        for line, element in self.placed:
            places.setdefault(line, element)
        return places

    @property
    def length(self) -> int:
        """Characters in its paragraphs."""
        return sum(map(len, self.cleaned.paragraphs))


_NOTHING = Body(CleanedLines(), "generic")


def find_body(values: CandidateValues, headline: Headline | None) -> Body:
    """The body by the first source that has one of a story's length; by the one that has most where none has.

    What a page says to machines is asked only where it has much more than the page shows: its paragraphs are often lost there.
    """
    found: list[Body] = []
    for source in values.rules.source_order.get("body", _ORDER):
        longest = max((body.length for body in found), default=0)
        found += (read(values, headline, longest) for read in _READERS[source])
        if source != "generic" and max(body.length for body in found) >= SHORTEST_BODY:
            break
    return max(found, key=lambda body: body.length, default=_NOTHING)


def _select_body(values: CandidateValues, headline: Headline | None, shown: int) -> Body:  # noqa: ARG001 - one signature for all
    page, rules = values.page, values.rules
    for css in rules.body:
        containers = _own(_outermost(page.select(css)), headline, page)
        if not containers:
            continue
        skip = _noise(page, rules)
        removed: list[Removed] = []
        placed = [line for container in containers for line in owners(container, skip, removed)]
        cleaned = clean_lines([line for line, _ in placed], _phrases(rules))
        if cleaned.paragraphs:
            cleaned.pieces[:0] = removed
            return Body(cleaned, "selectors", containers[0], placed)
    return _NOTHING


def _own(containers: list[Node], headline: Headline | None, page: Page) -> list[Node]:
    """The containers without those of the stories that follow in the same page, each under a headline of its own."""
    if len(containers) < 2 or headline is None or headline.element is None:
        return containers
    others = [unit for container in containers[1:] if (unit := next_story(headline.element, containers[0], container)) is not None]
    page.leave_out(others)
    return [container for container in containers if not page.is_of_other_article(container)]


def _structured_body(values: CandidateValues, headline: Headline | None, shown: int) -> Body:
    return _told_body(values, headline, strings(values.article.get("articleBody")), shown)


def _script_body(values: CandidateValues, headline: Headline | None, shown: int) -> Body:
    """The text in the data that a script builds the page of (Next.js: Jawa Pos, 2026)."""
    if shown >= SHORTEST_BODY:
        return _NOTHING
    scripts = ((attribute(script, "type"), script.text_lexbor()) for script in values.page.select("script"))
    told = (load_json(text.partition(_STREAMED)[2] or text) for kind, text in scripts if kind == "application/json" or _STREAMED in text)
    texts = [text for each in told for value in each for text in long_texts(value)]
    return _told_body(values, headline, [max(texts, key=len, default="")], shown)


def _told_body(values: CandidateValues, headline: Headline | None, texts: Sequence[str], shown: int) -> Body:
    """The body in texts, in which tags or line feeds may end lines; none where the page shows about as much (``shown`` characters)."""
    if _MUCH * sum(map(len, texts)) <= shown:
        return _NOTHING
    lines = [tidy(_TAG.sub(" ", html.unescape(line))) for text in texts for line in _LINE_BREAK.split(text)]
    body = Body(story_lines(lines, headline and headline.text, _phrases(values.rules)), "json-ld")
    return body if _MUCH * body.length > shown else _NOTHING


def _generic_body(values: CandidateValues, headline: Headline | None, shown: int) -> Body:  # noqa: ARG001 - one signature for all
    page, rules = values.page, values.rules
    heading = headline and headline.element
    element = story_element(page, heading)
    if element is None:
        return _NOTHING
    removed: list[Removed] = []
    placed = owners(element, _noise(page, rules), removed)
    is_inside = heading is None or any(above.mem_id == element.mem_id for above in ancestors(heading))
    cleaned = story_lines([line for line, _ in placed], headline and headline.text, _phrases(rules), is_headed=is_inside)
    _add_lead(cleaned, placed)
    cleaned.pieces[:0] = removed
    return Body(cleaned, "generic", element, placed)


def _add_lead(cleaned: CleanedLines, placed: Sequence[tuple[str, Node]]) -> None:
    """Begin with the lines before a story that stand in elements like its first paragraph's, beside that one, or in the same.

    By its words alone, a first paragraph without a full stop is a deck or a caption.
    """
    if not cleaned.paragraphs or find_dateline(cleaned.paragraphs[0]):
        return
    beginning = cleaned.paragraphs[0][:RECOGNISED]
    start = next((i for i, (line, _) in enumerate(placed) if line.startswith(beginning)), 0)
    cut = {piece.text: piece for piece in cleaned.pieces if piece.kind == "before_start"}
    unit = _unit(placed[start][1])
    for line, owner in reversed(placed[:start]):
        if line not in cut or not _is_beside(_unit(owner), unit) or not may_lead(line):
            return
        cleaned.pieces.remove(cut.pop(line))
        cleaned.paragraphs.insert(0, line)


def _is_beside(unit: Node, other: Node) -> bool:
    """Whether two elements look alike and stand beside each other, or are one."""
    if unit.mem_id == other.mem_id:
        return True
    alike = unit.tag == other.tag and attribute(unit, "class") == attribute(other, "class")
    return alike and unit.parent is not None and other.parent is not None and unit.parent.mem_id == other.parent.mem_id


def _unit(element: Node) -> Node:
    """The paragraph around a text: the first element that is not inline."""
    return next((each for each in (element, *ancestors(element)) if each.tag not in INLINE), element)


def _outermost(elements: list[Node]) -> list[Node]:
    if len(elements) < 2:
        return elements
    chosen = {element.mem_id for element in elements}
    return [element for element in elements if not any(ancestor.mem_id in chosen for ancestor in ancestors(element))]


def _noise(page: Page, rules: PageRules) -> frozenset[int]:
    return frozenset(element.mem_id for css in rules.noise for element in page.select(css))


def _phrases(rules: PageRules) -> list[re.Pattern[str]]:
    return [re.compile(phrase, re.IGNORECASE) for phrase in rules.noise_phrases]


_READERS: Mapping[str, Sequence[Callable[[CandidateValues, Headline | None, int], Body]]] = {
    "selectors": (_select_body,),
    "generic": (_generic_body,),
    "json-ld": (_structured_body, _script_body),
}


def join_paragraphs(bodies: Sequence[Body]) -> list[str]:
    """The paragraphs of all pages; what a page repeats of the pages before it, at its beginning, is left out."""
    joined: list[str] = []
    for body in bodies:
        known = set(joined)
        joined.extend(dropwhile(known.__contains__, body.cleaned.paragraphs))
    return joined
