"""Entries of listings, and how they are read from a page of links: each address once, with the time printed beside it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from lxml.html import HtmlElement

from crawler.article import Precision
from crawler.reading.dates import parse_time
from crawler.reading.page import Page, text_of
from crawler.reading.text import every_line

_ITEM = 3  # addresses in one item of a list: the article, its topic, its channel
_LONGEST_TIME = 50  # characters of a line that is a time rather than a headline that names one
_HIGHEST = 6  # levels above a link where its item can begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a listing, as it stands there: perhaps an article."""

    url: str  # absolute
    title: str | None = None
    summary: str | None = None
    keywords: tuple[str, ...] = ()
    published_at: datetime | None = None  # aware; counted back from the fetch where it is printed as relative


def read_links(page: Page, *, fetched_at: datetime) -> list[Entry]:
    """Every address that a page links to, in order of first appearance; the title is the longest text that leads there."""
    anchors: dict[str, list[HtmlElement]] = {}
    for address, anchor in page.links():
        anchors.setdefault(address, []).append(anchor)
    return [
        Entry(
            url=address,
            title=max((text_of(element) for element in elements), key=len) or None,
            published_at=next((time for element in elements if (time := _time_beside(element, fetched_at))), None),
        )
        for address, elements in anchors.items()
    ]


def _time_beside(anchor: HtmlElement, fetched_at: datetime) -> datetime | None:
    """The newest time in the list item around a link. A date without a clock does not count: headlines name such dates."""
    for element in islice(chain([anchor], anchor.iterancestors()), _HIGHEST):
        addresses = filter(None, (link.get("href") for link in element.iter("a")))
        if len(set(islice(addresses, 4 * _ITEM))) > _ITEM:
            return None
        times = (parse_time(line, fetched_at=fetched_at) for line in every_line(element) if len(line) <= _LONGEST_TIME)
        if exact := [time.instant for time in times if time and time.precision is not Precision.DAY]:
            return max(exact)
    return None
