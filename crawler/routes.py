"""One class per way of finding stories.

A route is data: the outlet lists its routes, `Discovery` says how far each is followed, `OutletSpider` asks. A walk is one sequence of
listing pages (one day of an index); it goes on until it meets what an earlier run has seen, and never beyond ``max_pages``.
"""

import gzip
import re
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from io import BytesIO
from typing import Self

from lxml import etree

from crawler.clock import WIB
from crawler.reading.dates import parse_time
from crawler.reading.listing import listed
from crawler.reading.page import Page

# Names of tags that Indonesian outlets put on stories of this topic; one that an outlet does not have costs one request a run.
TAGS = ("korea-utara", "korut", "korea-selatan", "korsel", "rusia", "kim-jong-un", "vladimir-putin")
MOST_URLS = 50_000  # of one sitemap, by the protocol
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)  # all that it could declare are entities, and bombs made of them
_LONGEST_XML = 50 * 1024 * 1024  # bytes after decompression, by the sitemaps protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a listing, as it stands there: perhaps an article."""

    url: str  # absolute
    title: str | None = None
    summary: str | None = None
    keywords: tuple[str, ...] = ()
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one listing page said."""

    entries: Sequence[Entry]
    further: Sequence[str] = ()  # listings that this one names (a sitemap index's children)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """One sequence of listing pages of one route."""

    route: "Route"
    template: str  # URL with {page}, or without it where there is only one page
    page: int
    level: int = 0  # below how many indexes of sitemaps

    @property
    def url(self) -> str:
        return self.template.replace("{page}", str(self.page))

    @property
    def is_paged(self) -> bool:
        """Whether the walk may have more than one page."""
        return "{page}" in self.template

    @property
    def is_first(self) -> bool:
        """Whether this is the walk's first page."""
        return self.page == self.route.first_page

    def next(self) -> Self | None:
        """Return the walk at its next page, or None where the cap is reached."""
        pages_read = (self.page - self.route.first_page) // self.route.page_step + 1
        return replace(self, page=self.page + self.route.page_step) if pages_read < self.route.max_pages else None


@dataclass(frozen=True, kw_only=True)
class Route(ABC):
    """A way of finding stories. ``url`` is a template: ``{page}`` stands for the page number, ``{date:%Y-%m-%d}`` for a day in ``zone``.

    What is said of it beyond the paging is what somebody has seen, with a source in the spider; `scrapy doctor` holds it against today.
    """

    url: str
    name: str
    takes: str | None = (
        "."  # URLs of articles that are asked for whatever the list says; of the others (None: all) what smells of the topic
    )
    first_page: int = 1
    page_step: int = 1  # Republika counts articles, 50 a page
    max_pages: int = 48  # Kompas has 53 index pages a day for all its channels together (2026-09)
    reaches_back: bool = False  # whether a walk to the end proves that nothing since the asked-for time was missed
    reach: int | None = None  # how many hours back the list goes at least, where it ends somewhere
    zone: tzinfo = WIB
    group: str | None = None  # routes of one group may be dead one by one; all of them together may not
    tells: Sequence[str] = ("title",)  # what of an article stands in the list

    @property
    def is_by_day(self) -> bool:
        """Whether any one day can be asked for."""
        return "{date" in self.url

    @property
    def is_paged(self) -> bool:
        """Whether there may be more than one page."""
        return "{page}" in self.url

    def walks(self, since: datetime, until: datetime) -> Iterator[Walk]:  # noqa: ARG002 - only an index by date looks at the times
        """Yield the walks that cover the time from ``since`` to before ``until`` (both aware)."""
        yield self._walk(self.url)

    @abstractmethod
    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:
        """Return what a listing page says. Raises ValueError where it is not the kind of page this route expects."""

    def _walk(self, template: str) -> Walk:
        return Walk(route=self, template=template, page=self.first_page)

    def _days(self, since: datetime, until: datetime) -> Iterator[date]:
        """Yield the days of ``zone`` that the time touches, newest first."""
        day, first = (until - timedelta(microseconds=1)).astimezone(self.zone).date(), since.astimezone(self.zone).date()
        while day >= first:
            yield day
            day -= timedelta(days=1)


def _dated(url: str, **values: object) -> str:
    """Fill in everything but the page number."""
    return url.replace("{page}", "{{page}}").format(**values)


@dataclass(frozen=True, kw_only=True)
class SectionPage(Route):
    """A page of links, newest first. Every link on it is an entry: the outlet's URL pattern tells articles from menus."""

    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:
        """Return the page's links, each address once with the longest text that leads to it and the time printed beside it."""
        links = listed(Page(content, url, encoding=encoding), fetched_at=fetched_at)
        if not links:
            raise ValueError("a page without a single link")
        return Listing(entries=[Entry(url=link.address, title=link.text or None, published_at=link.published_at) for link in links])


@dataclass(frozen=True, kw_only=True)
class TagPage(SectionPage):
    """What an outlet has tagged with one word. Not every outlet uses every word."""

    group: str | None = "tags"
    max_pages: int = 10


def tag_pages(url: str, *, takes: str | None = ".") -> tuple[TagPage, ...]:
    """One route a tag; ``{slug}`` in the URL stands for the tag."""
    return tuple(TagPage(name=f"tag {slug}", url=url.replace("{slug}", slug), takes=takes) for slug in TAGS)


@dataclass(frozen=True, kw_only=True)
class DateIndex(SectionPage):
    """An index of each day's articles."""

    reaches_back: bool = True

    def walks(self, since: datetime, until: datetime) -> Iterator[Walk]:
        """Yield one walk a day, newest day first."""
        for day in self._days(since, until):
            yield self._walk(_dated(self.url, date=day))


@dataclass(frozen=True, kw_only=True)
class Search(SectionPage):
    """An outlet's own search, rendered by its server: ``{query}`` in the URL stands for words that all have to occur in a text.

    ``{first:%Y-%m-%d}`` and ``{last:%Y-%m-%d}`` are the days of a window: where results stop after some pages, windows have to be short.
    """

    queries: Sequence[str]  # as they stand in a URL
    window: int = 7  # days
    group: str | None = "search"

    @property
    def is_by_day(self) -> bool:
        """Whether any one day can be asked for: it can."""
        return True

    def walks(self, since: datetime, until: datetime) -> Iterator[Walk]:
        """Yield one walk a query and window, newest window first. Windows are whole: a day may have no hit, a week hardly."""
        days = list(self._days(since, until))
        days += [days[-1] - timedelta(days=more) for more in range(1, 1 + -len(days) % self.window)]
        for start in range(0, len(days), self.window):
            newest, *_ = several = days[start : start + self.window]
            for query in self.queries:
                yield self._walk(_dated(self.url, query=query, first=several[-1], last=newest))


def _parse_xml(content: bytes, *roots: str) -> etree._Element:
    content = _DOCTYPE.sub(b"", _unzipped(content).lstrip(), count=1)
    # recover: one bare "&" must not cost the whole feed. No entities, no network: listings are not trusted.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding=_encoding(content))
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"broken XML: {error}") from None
    if root is None or etree.QName(root).localname not in roots:
        raise ValueError(f"not XML of the kind {' or '.join(roots)}")
    return root


def _encoding(content: bytes) -> str | None:
    """UTF-8 for what is UTF-8 whatever it says of itself; None for what has to say."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _unzipped(content: bytes) -> bytes:
    """Unpack what is served as a .gz file. Raises ValueError for a broken one, or one that grows beyond all reason."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            unzipped = file.read(_LONGEST_XML + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"a broken gzip file: {error}") from None
    if len(unzipped) > _LONGEST_XML:
        raise ValueError(f"a gzip file of more than {_LONGEST_XML >> 20} MiB")
    return unzipped


def _fields(element: etree._Element) -> dict[str, str]:
    """Map the local names of an element's descendants to their text; children win over grandchildren, the first over the next."""
    fields: dict[str, str] = {}
    for child in (*element.iterchildren(etree.Element), *element.iterdescendants(etree.Element)):
        if text := (child.text or "").strip():
            fields.setdefault(etree.QName(child).localname, text)
    return fields


@dataclass(frozen=True, kw_only=True)
class Feed(Route):
    """An RSS or Atom feed."""

    tells: Sequence[str] = ("title", "summary", "time")

    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:  # noqa: ARG002
        """Return every well-formed entry of the feed."""
        entries = []
        for item in _parse_xml(content, "rss", "feed", "RDF").iter("{*}item", "{*}entry"):
            fields = _fields(item)
            link = next((href for node in item.iter("{*}link") if (href := node.get("href"))), fields.get("link"))
            when = parse_time(fields.get("pubDate") or fields.get("published") or fields.get("updated") or "", fetched_at=fetched_at)
            if link:
                entries.append(
                    Entry(
                        url=link,
                        title=fields.get("title"),
                        summary=fields.get("description") or fields.get("summary"),
                        published_at=when.instant if when else None,
                    )
                )
        return Listing(entries=entries)


@dataclass(frozen=True, kw_only=True)
class NewsSitemap(Route):
    """A sitemap in Google's news format, or an index of such sitemaps, of which those matching ``children`` are read."""

    children: str = r"."
    tells: Sequence[str] = ("title", "keywords", "time")

    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:  # noqa: ARG002
        """Return the URLs of a sitemap, or the sitemaps of an index."""
        root = _parse_xml(content, "urlset", "sitemapindex")
        locations = [fields["loc"] for node in root.iter("{*}sitemap") if "loc" in (fields := _fields(node))]
        entries: list[Entry] = []
        for node in root.iter("{*}url"):
            fields = _fields(node)
            when = parse_time(fields.get("publication_date") or fields.get("lastmod") or "", fetched_at=fetched_at)
            if "loc" in fields and len(entries) < MOST_URLS:
                entries.append(
                    Entry(
                        url=fields["loc"],
                        title=fields.get("title"),
                        keywords=tuple(word.strip() for word in fields.get("keywords", "").split(",") if word.strip()),
                        published_at=when.instant if when else None,
                    )
                )
        return Listing(entries=entries, further=[location for location in locations if re.search(self.children, location)])
