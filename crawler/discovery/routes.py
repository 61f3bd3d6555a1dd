"""One class per way of finding stories; those whose lists are HTML.

A route is data: the outlet lists its routes, `Discovery` says how far each is followed, `OutletSpider` makes the requests. A pagination is
one sequence of listing pages (one day of an index); it ends where it meets what an earlier run has seen, at the latest at ``max_pages``.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self

from crawler.clock import WIB
from crawler.discovery.links import Entry, read_links
from crawler.reading.page import Page

# Names of tags that Indonesian outlets put on stories of this topic; one that an outlet does not have costs one request a run.
TAGS = ("korea-utara", "korut", "korea-selatan", "korsel", "rusia", "kim-jong-un", "vladimir-putin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one listing page said."""

    entries: Sequence[Entry]
    further: Sequence[str] = ()  # listings that this one names (a sitemap index's children)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """One sequence of listing pages of one route, at one of its pages."""

    route: "Route"
    template: str  # URL with {page}, or without it where there is only one page
    number: int = 0  # of the page, the first is 0
    level: int = 0  # below how many sitemap indexes
    day: date | None = None  # (WIB) that it lists the articles of, where it is one of an index by date

    @property
    def url(self) -> str:
        """The URL of the page."""
        return self.template.replace("{page}", str(self.route.first_page + self.number * self.route.page_step))

    def next(self) -> Self | None:
        """Return the pagination at its next page, or None where the cap is reached."""
        return replace(self, number=self.number + 1) if self.number + 1 < self.route.max_pages else None


@dataclass(frozen=True, kw_only=True)
class Route(ABC):
    """A way of finding stories. ``url`` is a template: ``{page}`` stands for the page number, ``{date:%Y-%m-%d}`` for a day (WIB).

    What is declared of it beyond the paging was observed, with a source in the spider; `scrapy doctor` checks it against today.
    """

    url: str  # a template, filled as said above
    name: str  # by which runs and the doctor speak of it; no other of the outlet has it
    # Articles whose URL matches are asked for whatever the list says; of the others (None: of all) those that pass the keyword prefilter
    url_filter: str | None = "."
    first_page: int = 1  # what stands for {page} on the first page
    page_step: int = 1  # by how much that grows: Republika counts articles, 50 a page
    max_pages: int = 48  # at which it ends; Kompas has 53 index pages a day for all its channels together (2026-09)
    exhaustive: bool = False  # whether following it to its end proves that nothing since the asked-for time was missed
    horizon_hours: int | None = None  # how many hours back the list goes at least, where it is limited
    group: str | None = None  # single routes of one group may be dead, all of them together may not
    browser: bool = False  # whether the list is empty until its scripts have run
    waits_for: str = ""  # a selector of what they bring, where it is not simply text
    unproven: bool = False  # nobody has seen it work: a backfill tries it beside the others, and nothing is expected of it
    provides: Sequence[str] = ("title",)  # what the list says of an article: title, summary, keywords, time

    @property
    def is_by_day(self) -> bool:
        """Whether any one day can be asked for."""
        return "{date" in self.url or "{first" in self.url

    @property
    def is_paged(self) -> bool:
        """Whether there may be more than one page."""
        return "{page}" in self.url

    def paginations(self, since: datetime, until: datetime) -> Iterator[Pagination]:  # noqa: ARG002 - only an index by date looks at the times
        """Yield the paginations that cover the time from ``since`` to before ``until`` (both aware)."""
        yield Pagination(route=self, template=self.url)

    def matches(self, url: str) -> bool:
        """Whether an article is asked for by its URL alone."""
        return self.url_filter is not None and re.search(self.url_filter, url) is not None

    @abstractmethod
    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:
        """Return what a listing page says. Raises ValueError where it is not the kind of page this route expects."""

    def _dated(self, day: date | None = None, **values: object) -> Pagination:
        """Fill in everything but the page number."""
        return Pagination(route=self, template=self.url.replace("{page}", "{{page}}").format(date=day, **values), day=day)


def days_between(since: datetime, until: datetime) -> list[date]:
    """The days (WIB) that the time touches, newest first."""
    newest = (until - timedelta(microseconds=1)).astimezone(WIB).date()
    return [newest - timedelta(days=age) for age in range((newest - since.astimezone(WIB).date()).days + 1)]


@dataclass(frozen=True, kw_only=True)
class SectionPage(Route):
    """A page of links, newest first. Every link on it is an entry: the outlet's URL pattern tells articles from menus."""

    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:
        """Return the page's links, each address once with the longest text that leads to it and the time printed beside it."""
        links = read_links(Page(content, url, encoding=encoding), fetched_at=fetched_at)
        if not links:
            raise ValueError("a page without a single link")
        return Listing(entries=links)


@dataclass(frozen=True, kw_only=True)
class TagPage(SectionPage):
    """The articles that an outlet has given one tag. Not every outlet has every tag."""

    group: str | None = "tags"  # no outlet has every tag
    max_pages: int = 10  # an old tag goes back years


def tag_pages(url: str, *, url_filter: str | None = ".") -> tuple[TagPage, ...]:
    """One route a tag; ``{slug}`` in the URL stands for the tag."""
    return tuple(TagPage(name=f"tag {slug}", url=url.replace("{slug}", slug), url_filter=url_filter) for slug in TAGS)


@dataclass(frozen=True, kw_only=True)
class DateIndex(SectionPage):
    """An index of each day's articles."""

    exhaustive: bool = True  # False where its lists end before the day does

    def paginations(self, since: datetime, until: datetime) -> Iterator[Pagination]:
        """Yield one pagination a day, newest day first."""
        yield from (self._dated(day) for day in days_between(since, until))


@dataclass(frozen=True, kw_only=True)
class Search(SectionPage):
    """An outlet's own search: ``{query}`` in the URL stands for words that all have to occur in a text.

    ``{first:%Y-%m-%d}`` and ``{last:%Y-%m-%d}`` are the days of a window: where results stop after some pages, windows have to be short.
    """

    queries: Sequence[str]  # as they stand in a URL
    window: int = 7  # days
    group: str | None = "search"  # single queries may find nothing

    def paginations(self, since: datetime, until: datetime) -> Iterator[Pagination]:
        """Yield one pagination a query and window, newest window first. Windows are whole: a day may have no hit, a week hardly.

        A search that takes no days is asked once a query.
        """
        if not self.is_by_day:
            yield from (self._dated(query=query) for query in self.queries)
            return
        days = days_between(since, until)
        days += [days[-1] - timedelta(days=more) for more in range(1, 1 + -len(days) % self.window)]
        for start in range(0, len(days), self.window):
            newest, *_ = several = days[start : start + self.window]
            for query in self.queries:
                yield self._dated(query=query, first=several[-1], last=newest)
