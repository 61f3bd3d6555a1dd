"""One class per way of finding stories.

A route is data: the outlet lists its routes, `OutletSpider` walks them. A walk is one sequence of listing pages (one tag, one day);
it goes on to its next page for as long as the last one told it something new, and never beyond ``max_pages``.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from lxml import etree

from crawler.clock import WIB
from crawler.reading.dates import parse_time
from crawler.reading.listing import listed
from crawler.reading.page import Page

# Names of tags that Indonesian outlets put on stories of this topic; one that an outlet does not have costs one request a run.
TAGS = ("korea-utara", "korut", "korea-selatan", "korsel", "rusia", "kim-jong-un", "vladimir-putin")


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

    @property
    def url(self) -> str:
        return self.template.replace("{page}", str(self.page))

    @property
    def is_paged(self) -> bool:
        """Whether the walk may have more than one page."""
        return "{page}" in self.template

    def next(self) -> Self | None:
        """Return the walk at its next page, or None where the cap is reached."""
        pages_read = (self.page - self.route.first_page) // self.route.page_step + 1
        return replace(self, page=self.page + self.route.page_step) if pages_read < self.route.max_pages else None


@dataclass(frozen=True, kw_only=True)
class Route(ABC):
    """A way of finding stories. ``url`` is a template; ``{page}`` stands for the page number."""

    url: str
    name: str
    only: str = r"."  # what the URL of an article must match to be asked for, where a listing holds every channel
    first_page: int = 1
    page_step: int = 1  # Republika counts articles, 50 a page
    max_pages: int = 60  # 53 index pages a day at Kompas were the most ever seen (2026-09)
    reaches_back: bool = False  # whether a walk to the end proves that nothing since the asked-for time was missed

    def walks(self, since: datetime, now: datetime) -> Iterator[Walk]:  # noqa: ARG002 - only an index by date looks at the times
        """Yield the walks that cover the time from ``since`` to ``now`` (both aware)."""
        yield self._walk(self.url)

    @abstractmethod
    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:
        """Return what a listing page says. Raises ValueError where it is not the kind of page this route expects."""

    def _walk(self, template: str) -> Walk:
        return Walk(route=self, template=template, page=self.first_page)


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
class TagPages(SectionPage):
    """The pages of some tags; ``{slug}`` in the URL stands for the tag."""

    slugs: Sequence[str] = TAGS
    max_pages: int = 10

    def walks(self, since: datetime, now: datetime) -> Iterator[Walk]:  # noqa: ARG002
        """Yield one walk a tag."""
        for slug in self.slugs:
            yield self._walk(self.url.replace("{slug}", slug))


@dataclass(frozen=True, kw_only=True)
class DateIndex(SectionPage):
    """An index of each day's articles; ``{date:%Y-%m-%d}`` in the URL stands for the day, in the outlet's zone."""

    reaches_back: bool = True

    def walks(self, since: datetime, now: datetime) -> Iterator[Walk]:
        """Yield one walk a day, newest day first."""
        day, first = now.astimezone(WIB).date(), since.astimezone(WIB).date()
        while day >= first:
            yield self._walk(self.url.replace("{page}", "{{page}}").format(date=day))
            day -= timedelta(days=1)


def _parse_xml(content: bytes, *roots: str) -> etree._Element:
    # recover: one bare "&" must not cost the whole feed. No entities, no network: listings are not trusted.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"broken XML: {error}") from None
    if root is None or etree.QName(root).localname not in roots:
        raise ValueError(f"not XML of the kind {' or '.join(roots)}")
    return root


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

    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:  # noqa: ARG002
        """Return the URLs of a sitemap, or the sitemaps of an index."""
        root = _parse_xml(content, "urlset", "sitemapindex")
        locations = [fields["loc"] for node in root.iter("{*}sitemap") if "loc" in (fields := _fields(node))]
        entries = []
        for node in root.iter("{*}url"):
            fields = _fields(node)
            when = parse_time(fields.get("publication_date") or fields.get("lastmod") or "", fetched_at=fetched_at)
            if "loc" in fields and re.search(self.only, fields["loc"]):
                entries.append(
                    Entry(
                        url=fields["loc"],
                        title=fields.get("title"),
                        keywords=tuple(word.strip() for word in fields.get("keywords", "").split(",") if word.strip()),
                        published_at=when.instant if when else None,
                    )
                )
        return Listing(entries=entries, further=[location for location in locations if re.search(self.children, location)])
