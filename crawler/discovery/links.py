"""Entries of listings, and how they are read from a page of links: each address once, with its title and the time printed beside it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from crawler.article import Precision
from crawler.reading.dates import ParsedTime, parse_time
from crawler.reading.nodes import Node, ancestors, attribute
from crawler.reading.page import Page
from crawler.reading.text import every_line, tidy

_ITEM = 3  # addresses in one item of a list: the article, its topic, its channel
_LONGEST_TIME = 50  # characters of a line that is a time rather than a headline that names one
_HIGHEST = 6  # levels above a link where its item can begin
_BUTTON = 2  # words of a link that may be "Baca selengkapnya" or a channel rather than a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a listing, as it stands there: perhaps an article."""

    url: str  # absolute
    other_urls: tuple[str, ...] = ()  # further addresses that it gives for the same: a feed's guid
    title: str | None = None
    summary: str | None = None
    keywords: tuple[str, ...] = ()
    published_at: datetime | None = None  # aware; counted back from the fetch where it is printed as relative


def read_links(page: Page, *, fetched_at: datetime) -> list[Entry]:
    """Every address that a page links to, in order of first appearance."""
    anchors: dict[str, list[Node]] = {}
    for address, anchor in page.links():
        anchors.setdefault(address, []).append(anchor)
    return [
        Entry(
            url=address,
            title=_title(elements, fetched_at),
            published_at=next((time for element in elements if (time := _time_beside(element, fetched_at))), None),
        )
        for address, elements in anchors.items()
    ]


def _title(anchors: Sequence[Node], fetched_at: datetime) -> str | None:
    """The longest text that leads to an address; where that is none, or a button's, or cut off, what the links' attributes say."""
    lines = max((every_line(anchor) for anchor in anchors), key=lambda each: len(" ".join(each)))
    attributes = (
        [attribute(anchor, "title") for anchor in anchors],
        [attribute(anchor, "aria-label") for anchor in anchors],
        [attribute(image, "alt") for anchor in anchors for image in anchor.css("img")],
    )
    shown = " ".join(lines)
    told = next(filter(None, (max((tidy(text) for text in texts), key=len, default="") for texts in attributes)), "")
    if told and told not in shown:
        start = shown.rstrip(".…")
        is_cut = len(start) < len(shown) and told.startswith(start.rstrip())
        words = " ".join(line for line in lines if not _times([line], fetched_at)).split()
        if is_cut or len(words) <= _BUTTON:
            return told
    return shown or None


def _time_beside(anchor: Node, fetched_at: datetime) -> datetime | None:
    """The newest time in the list item around a link, an exact one if there is any.

    A date without a clock does not count: headlines name such dates. The title of "7 menit yang lalu" may be exact (detik, 2024-10).
    """
    for element in _item(anchor):
        printed = _times((line for line in every_line(element) if len(line) <= _LONGEST_TIME), fetched_at)
        stamps = (attribute(each, "datetime") or attribute(each, "title") for each in element.css("time,span,abbr"))
        for times, precision in (
            (printed, Precision.MINUTE),
            (_times(stamps, fetched_at), Precision.MINUTE),
            (printed, Precision.APPROXIMATE),
        ):
            if found := [time.instant for time in times if time.precision is precision]:
                return max(found)
    return None


def _times(texts: Iterable[str], fetched_at: datetime) -> list[ParsedTime]:
    return [time for text in texts if (time := parse_time(text, fetched_at=fetched_at)) and not time.is_update]


def _item(anchor: Node) -> Iterator[Node]:
    """A link and what is around it in its item of the list, from the inside out."""
    for element in islice(chain([anchor], ancestors(anchor)), _HIGHEST):
        addresses = filter(None, (link.attributes.get("href") for link in element.css("a")))
        if len(set(islice(addresses, 4 * _ITEM))) > _ITEM:
            return
        yield element
