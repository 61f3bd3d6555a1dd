"""What a crawl would take from a list, as its own route reads it."""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.article import Candidate
from crawler.clock import WIB
from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.follow import candidate_of, is_wanted, read_candidates
from crawler.discovery.links import Entry
from crawler.discovery.routes import Listing, Pagination, Route, SectionPage
from crawler.outlet import OutletSpider, reason_of
from crawler.preview.preview import ABSENT
from pipelines.clean import clean_line

KINDS: dict[str, type[Route]] = {kind.__name__: kind for kind in (Feed, NewsSitemap, SectionPage)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPreview:
    """A list, and what it comes to."""

    url: str
    outlet: str | None  # the spider's name
    route: str = ""
    listing: Listing = field(default_factory=lambda: Listing(entries=()))
    candidates: Sequence[Candidate | None] = ()  # one an entry; None: it is no article of the outlet
    taken: frozenset[str] = frozenset()  # ids of the articles that a crawl would ask for if it did not know them
    rejected: str | None = None  # why it is no list of this kind

    @property
    def is_of_use(self) -> bool:
        """Whether it leads to an article, to further lists or, where no outlet can tell, anywhere."""
        return bool(self.taken or self.listing.further or (self.outlet is None and self.listing.entries))


class ListSpider(OutletSpider):
    """Mixed into an outlet's spider: asks for one list, as that spider would, and for nothing else."""

    url: str
    answers: list[Response | str]  # filled with what was answered, or why nothing was

    @classmethod
    def of(cls, outlet: type[OutletSpider], route: Route) -> type[OutletSpider]:
        """Return the outlet's spider with its own user agent, delay and hosts, and this one route."""
        return type(outlet.__name__, (cls, outlet), {"routes": (replace(route, unproven=False),)})

    async def start(self) -> AsyncIterator[Request]:
        """Yield the one request."""
        yield self._listing_request(Pagination(route=self.routes[0], template=self.url), set())

    def parse_listing(self, response: Response, pagination: Pagination, seen: set[str]) -> Iterator[Request]:  # noqa: ARG002
        """Keep the answer."""
        self.answers.append(response)
        return iter(())

    def listing_failed(self, failure: Failure) -> None:
        """Keep the reason."""
        self.answers.append(reason_of(failure))


def route_of(kind: str, url: str, outlet: type[OutletSpider] | None) -> Route:
    """Return the route that the outlet declares for such addresses, or else one of the kind that asks for every article."""
    for route in outlet.routes if outlet else ():
        template = re.sub(r"\\\{.*?\\\}", ".+", re.escape(route.url))  # what stands in braces is filled in
        if isinstance(route, KINDS[kind]) and re.fullmatch(template, url):
            return route
    return KINDS[kind](name=kind, url=url)


def unavailable_list(url: str, outlet: type[OutletSpider] | None, reason: str) -> ListPreview:
    """Return what a list comes to that could not be had or read."""
    return ListPreview(url=url, outlet=outlet.name if outlet else None, rejected=reason)


def read_list(
    route: Route,
    content: bytes,
    url: str,
    outlet: type[OutletSpider] | None,
    may_be_relevant: Callable[[str], bool],
    *,
    fetched_at: datetime,
    encoding: str | None = None,
) -> ListPreview:
    """Read a list and say which of its entries a crawl would ask for."""
    try:
        listing = route.read(content, url, encoding=encoding, fetched_at=fetched_at)
    except ValueError as error:
        return unavailable_list(url, outlet, f"no list of this kind: {error}")
    listed = read_candidates(listing.entries, route, outlet.articles) if outlet else ()
    return ListPreview(
        url=url,
        outlet=outlet.name if outlet else None,
        route=route.name,
        listing=listing,
        candidates=[candidate_of(entry, route, outlet.articles) if outlet else None for entry in listing.entries],
        taken=frozenset(each.article_id for each in listed if is_wanted(each, route, may_be_relevant)),
    )


# --- for machines


def as_rows(shown: ListPreview) -> Iterator[dict[str, Any]]:
    """Yield what ``--json`` prints, ready for json.dumps: one an entry, and one a further list."""
    if shown.rejected:
        yield {"url": shown.url, "rejected": shown.rejected}
    for entry, candidate in zip(shown.listing.entries, shown.candidates, strict=True):
        told = candidate or entry
        yield {
            "url": told.url,
            "title": told.title,
            "summary": told.summary,
            "published_at": told.published_at and told.published_at.isoformat(),
            "keywords": list(told.keywords),
            "article_id": candidate and candidate.article_id,
            "taken": bool(candidate and candidate.article_id in shown.taken),
        }
    for url in shown.listing.further:
        yield {"list": url}


# --- for people


def show_list(shown: ListPreview, console: Console) -> None:
    """Print what a list comes to: the articles of the outlet or, where there is none, every entry."""
    console.print(Text(clean_line(shown.url), style="bold"), soft_wrap=True)
    if shown.rejected:
        console.print(Text(clean_line(shown.rejected), style="bold red"))
        return
    if shown.outlet:
        console.print(Text(f"read as {shown.outlet} reads its list “{shown.route}”", style="yellow"))
    else:
        console.print(Text("no outlet has this address: every entry is shown", style="yellow"))
    for entry, candidate in zip(shown.listing.entries, shown.candidates, strict=True):
        if candidate or shown.outlet is None:
            _show_entry(candidate or entry, console, is_taken=candidate is None or candidate.article_id in shown.taken)
    articles = {each.article_id for each in shown.candidates if each}
    told = f"{len(articles)} articles of {shown.outlet}, {len(shown.taken)} of them taken" if shown.outlet else "no outlet"
    console.print(f"\n{len(shown.listing.entries)} entries, {told}; {len(shown.listing.further)} further lists")
    for url in shown.listing.further:
        console.print(Text(f"  {clean_line(url)}"), soft_wrap=True)


def _show_entry(told: Entry | Candidate, console: Console, *, is_taken: bool) -> None:
    time = told.published_at.astimezone(WIB).strftime("%Y-%m-%d %H:%M WIB") if told.published_at else ABSENT
    mark = Text("taken     ", style="green") if is_taken else Text("left out  ", style="red")
    console.print(mark + Text(f"{time:<20}  {clean_line(told.title or ABSENT)}"), overflow="ellipsis", no_wrap=True)
    console.print(Text(f"          {clean_line(told.url)}", style="cyan"), soft_wrap=True)
