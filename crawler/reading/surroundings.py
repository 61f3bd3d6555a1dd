"""The lines around a story, which no rule points at: the time and the byline stand among them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain, islice, takewhile

from crawler.article import CLOCK_SKEW, Precision
from crawler.reading.attribution.bylines import find_marked_authors
from crawler.reading.body import RECOGNISED, Body
from crawler.reading.dates import ParsedTime, parse_time
from crawler.reading.nodes import Node, after, ancestors, attribute, before, holding
from crawler.reading.noise.cleaner import read_attribution
from crawler.reading.noise.elements import holds_prose
from crawler.reading.noise.pieces import CleanedLines
from crawler.reading.page import Page
from crawler.reading.text import every_line, text_of, visible_lines

_NEAR = 20  # lines around a story that can hold its time and byline
_LONGEST_LABEL = 120  # characters of a line that is a time or a byline, not prose


class Surroundings:
    """The lines around a story: read when they are asked for, for most pages tell their time right below the headline."""

    def __init__(self, page: Page, headline: Node | None, story: Node, body: Body) -> None:
        """``body``: what was read from the element ``story``."""
        self._page, self._headline, self._story = page, headline, story
        self._placed, self._paragraphs = body.placed, body.cleaned.paragraphs
        self._holders = [story]  # the elements that hold the lines before the story which have been read, nearest first
        self._before = _before(headline, story, self._paragraphs, self._holders)

    @cached_property
    def _between(self) -> list[str]:
        """The labels between the headline and the story, nearest to that first."""
        title = text_of(self._headline) if self._headline is not None else None
        return _labels(takewhile(lambda line: line != title, self._before))

    @cached_property
    def _above(self) -> list[str]:
        """The labels above the headline, nearest to that first. To be asked for after those between."""
        return _labels(self._before)

    @cached_property
    def _below(self) -> list[str]:
        """The labels below the story."""
        return _labels(chain(self._rest(), self._after()))

    def time(self, fetched_at: datetime, stamps: Iterable[Node] = ()) -> ParsedTime | None:
        """When it was published, as printed.

        Above the headline, a bare date is today's (Tribunnews seed), and a time within ``CLOCK_SKEW`` of the fetch is the site's clock.

        ``stamps``: elements that tell machines the minute where readers see a day (``time`` in WordPress, ``abbr`` in Blogger).
        """
        near: ParsedTime | None = None
        updated: ParsedTime | None = None
        for is_above, labels in self._nearest_first():
            for label in labels:
                found = parse_time(label, fetched_at=fetched_at)
                is_clock = is_above and found and abs(found.instant - fetched_at) < CLOCK_SKEW
                if found and found.precision is Precision.MINUTE and not is_clock:
                    if not found.is_update:
                        return found
                    updated = updated or found
                if labels is self._between:
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
        return read_attribution([*reversed(self._between), *self._below], captions=False)

    def marked_authors(self, publisher: Iterable[str]) -> list[str]:
        """Writers beside the headline whom only the markup calls so."""
        labels = self._between
        return find_marked_authors(reversed(self._holders), labels, publisher)

    def _rest(self) -> list[str]:
        """The lines in the story's element behind its last paragraph."""
        if not self._paragraphs:
            return []
        last = self._paragraphs[-1][:RECOGNISED]
        owner = next((owner for line, owner in reversed(self._placed) if line.startswith(last)), None)
        is_inside = owner is not None and any(above.mem_id == self._story.mem_id for above in ancestors(owner))
        lines = list(visible_lines(self._story, owner if is_inside else None))
        end = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].startswith(last)), len(lines))
        return lines[end + 1 :]

    def _after(self) -> Iterator[str]:
        """Some lines after the story, up to what has a headline of its own: the next one."""
        titled, headed = holding(self._page.select("h1")), holding(self._page.select("h2"))
        siblings = (sibling for element in (self._story, *ancestors(self._story)) for sibling in after(element))
        own = takewhile(lambda each: each.mem_id not in titled and not (each.mem_id in headed and holds_prose(each)), siblings)
        return islice((line for sibling in own for line in visible_lines(sibling)), _NEAR)

    def _nearest_first(self) -> Iterator[tuple[bool, list[str]]]:
        """Whether they stand above the headline, and the labels of one place after the other."""
        yield False, self._between
        yield True, self._above
        yield False, self._below


def _labels(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if len(line) <= _LONGEST_LABEL]


def _before(headline: Node | None, story: Node, paragraphs: Sequence[str], holders: list[Node]) -> Iterator[str]:
    """Lines before the story, nearest first, up to the headline and what stands beside it, or some lines where none is known.

    The elements that hold them are added to ``holders``.
    """
    opening = paragraphs[0][:RECOGNISED] if paragraphs else None
    inside = takewhile(lambda line: not (opening and line.startswith(opening)), visible_lines(story))
    yield from reversed(list(inside))
    headed = holding([headline] if headline is not None else [])
    count, is_reached = 0, False
    for element in (story, *ancestors(story)):
        if is_reached or element.mem_id in headed:  # what stands above the headline beside it has been taken too
            return
        for sibling in before(element):
            holders.append(sibling)
            lines = every_line(sibling)
            yield from reversed(lines)
            is_reached = is_reached or sibling.mem_id in headed
            count += len(lines)
            if count > 4 * _NEAR:
                return
