"""The lines around a story, which no rule points at: the time and the byline stand among them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from crawler.article import CLOCK_SKEW, Precision
from crawler.reading.attribution.bylines import find_marked_authors
from crawler.reading.dates import ParsedTime, parse_time
from crawler.reading.nodes import Node, after, ancestors, attribute, before
from crawler.reading.noise.cleaner import read_attribution
from crawler.reading.noise.elements import holds_prose
from crawler.reading.noise.pieces import CleanedLines
from crawler.reading.text import every_line, text_of

_NEAR = 20  # lines around a story that can hold its time and byline
_LONGEST_LABEL = 120  # characters of a line that is a time or a byline, not prose


class _Lines(NamedTuple):
    """Nearest to the story first; and the elements that hold those between the headline and the story."""

    between: list[str]
    above: list[str]
    below: list[str]
    holders: list[Node]


class Surroundings:
    """The lines between a headline and its story, above the headline, and below the story."""

    def __init__(self, headline: Node | None, story: Node, paragraphs: Sequence[str]) -> None:
        """``paragraphs``: the story as read from its element ``story``."""
        self._headline, self._story, self._paragraphs = headline, story, paragraphs

    @cached_property
    def _lines(self) -> _Lines:
        title = text_of(self._headline) if self._headline is not None else None
        inside = every_line(self._story)
        opening, last = (self._paragraphs[0][:40], self._paragraphs[-1][:40]) if self._paragraphs else (None, None)
        start = next((i for i, text in enumerate(inside) if opening and text.startswith(opening)), len(inside))
        end = next((i for i in range(len(inside) - 1, -1, -1) if last and inside[i].startswith(last)), len(inside))
        holders = [self._story]
        before = [*_before(self._story, self._headline, holders), *inside[:start]]
        top = next((i + 1 for i in range(len(before) - 1, -1, -1) if before[i] == title), 0)
        return _Lines(
            between=_labels(before[top:])[::-1],
            above=_labels(before[: top and top - 1])[::-1],
            below=_labels([*inside[end + 1 :], *_after(self._story)]),
            holders=holders,
        )

    def time(self, fetched_at: datetime, stamps: Iterable[Node] = ()) -> ParsedTime | None:
        """When it was published, as printed.

        Above the headline, a bare date is today's (Tribunnews seed), and a time within ``CLOCK_SKEW`` of the fetch is the site's clock.

        ``stamps``: elements that tell machines the minute where readers see a day (``time`` in WordPress, ``abbr`` in Blogger).
        """
        near: ParsedTime | None = None
        updated: ParsedTime | None = None
        around = self._lines
        for lines in (around.between, around.above, around.below):
            for line in lines:
                found = parse_time(line, fetched_at=fetched_at)
                is_clock = lines is around.above and found and abs(found.instant - fetched_at) < CLOCK_SKEW
                if found and found.precision is Precision.MINUTE and not is_clock:
                    if not found.is_update:
                        return found
                    updated = updated or found
                if lines is around.between:
                    near = near or found
            if updated:
                return updated
        for stamp in stamps if near else ():
            exact = parse_time(attribute(stamp, "datetime") or attribute(stamp, "title"), fetched_at=fetched_at)
            if exact and exact.precision is Precision.MINUTE and parse_time(text_of(stamp), fetched_at=fetched_at) == near:
                return exact
        return near

    def attribution(self) -> CleanedLines:
        """Who wrote and edited it, as printed."""
        return read_attribution([*reversed(self._lines.between), *self._lines.below], captions=False)

    def marked_authors(self, publisher: Iterable[str]) -> list[str]:
        """Writers beside the headline whom only the markup calls so."""
        return find_marked_authors(reversed(self._lines.holders), self._lines.between, publisher)


def _labels(texts: list[str]) -> list[str]:
    return [text for text in texts if len(text) <= _LONGEST_LABEL]


def _before(story: Node, headline: Node | None, walked: list[Node]) -> list[str]:
    """Lines before the story, in reading order, up to the headline and what stands beside it, or some lines where none is known.

    The elements that hold them are added to ``walked``.
    """
    holders = {each.mem_id for each in (headline, *ancestors(headline))} if headline is not None else set()
    found: list[str] = []
    reached = False
    for element in (story, *ancestors(story)):
        if element.mem_id in holders:
            break
        for sibling in before(element):
            found = [*every_line(sibling), *found]
            walked.append(sibling)
            reached = reached or sibling.mem_id in holders
            if len(found) > 4 * _NEAR:
                return found
        if reached:  # what stands above the headline beside it has been taken too
            break
    return found


def _after(story: Node) -> list[str]:
    """Some lines after the story, up to what has a headline of its own: the next one."""
    found: list[str] = []
    for element in (story, *ancestors(story)):
        for sibling in after(element):
            if sibling.css_first("h1") is not None or (sibling.css_first("h2") is not None and holds_prose(sibling)):
                return found
            found += every_line(sibling, limit=_NEAR - len(found))
            if len(found) >= _NEAR:
                return found
    return found
