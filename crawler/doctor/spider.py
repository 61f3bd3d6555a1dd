"""How `scrapy doctor` probes an outlet through its own spider, and where it keeps the pages."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.article import Candidate, Visit
from crawler.discovery.follow import FIRST_LOOK_BACK
from crawler.discovery.routes import Pagination
from crawler.doctor.checks import lacks
from crawler.doctor.observations import ArticleProbe, OutletProbe, Robots, RouteProbe
from crawler.fixtures.spider import RecordingSpider
from crawler.middlewares.back_off import OutletBackOff
from crawler.outlet import encoding_of, fetched_at_of, reason_of
from crawler.reading.page import Page

TRIES = 3  # articles that are opened at most, until one has all that is expected: one may be a video, or unsigned
CHILDREN = 3  # of an index of sitemaps that are opened at most, until one lists an article
DAYS = 2  # of an index by day: the newest may have just begun


class ProbeSpider(RecordingSpider):
    """Mixed into an outlet's spider: asks for the first page of each route and then for an article, as that spider would."""

    seen: OutletProbe  # filled as answers come

    def answered(self) -> None:
        """Called after each answer; whoever starts the spider may give another."""

    async def start(self) -> AsyncIterator[Request]:
        """Yield one request a route: its newest day, page 1."""
        self.pages = []
        self.left: list[Candidate] | None = None  # articles that may still be opened
        self.paginations = {
            route.name: [*islice(route.paginations(self.seen.now - FIRST_LOOK_BACK, self.seen.now), DAYS)] for route in self.routes
        }
        self.pending = len(self.paginations)
        for paginations in self.paginations.values():
            yield self._listing_request(paginations.pop(0), set())

    # Listings

    def parse_listing(self, response: Response, pagination: Pagination, seen: set[str]) -> Iterator[Request]:  # noqa: ARG002
        """Note what a list says; yield the next request."""
        route = self._answered(response, pagination)
        route.robots, route.reason = Robots.ALLOWED, None
        try:
            fetched_at = fetched_at_of(response)
            route.listing = pagination.route.read(response.body, response.url, encoding=encoding_of(response), fetched_at=fetched_at)
        except ValueError as error:
            route.reason = str(error)
        except Exception as error:  # one list must not end the probe of the others
            self.logger.exception("cannot read %s", response.url)
            route.reason = f"reader: {type(error).__name__}"
        yield from self._after(pagination)

    def listing_failed(self, failure: Failure) -> Iterator[Request]:  # type: ignore[override] # a crawl makes no request then
        """Note why a list was not answered; yield the next request."""
        pagination, error = failure.request.cb_kwargs["pagination"], failure.value  # type: ignore[attr-defined]
        response = error.response if isinstance(error, HttpError) else None
        route = self._answered(response, pagination)
        route.reason, route.robots, route.listing = reason_of(failure), _verdict(error), None
        yield from self._after(pagination)

    def _answered(self, response: Response | None, pagination: Pagination) -> RouteProbe:
        route = self.seen.routes[pagination.route.name]
        if response is not None:
            route.status, route.content, route.landed = response.status, response.body, response.url
            self._note_agent(response)
        route.url = pagination.url
        return route

    def _after(self, pagination: Pagination) -> Iterator[Request]:
        """Yield the route's next page if this one lists no article; when every route is done, an article."""
        self.answered()
        route, others = self.seen.routes[pagination.route.name], self.paginations[pagination.route.name]
        if not any(self.articles.article_id(entry.url) for entry in route.entries):
            if route.listing and not pagination.number and not pagination.level:
                children = route.listing.further[:CHILDREN]
                others += [Pagination(route=pagination.route, template=child, level=1) for child in children]
            if others and (pagination.level or not route.reason):  # a second day is not requested of an outlet that refuses the first
                yield self._listing_request(others.pop(0), set())
                return
        self.pending -= 1
        if not self.pending:
            yield from self._next_article()

    # Articles

    def _next_article(self) -> Iterator[Request]:
        if self.left is None:
            self.left = self.seen.candidates()[:TRIES]
        if self.left:
            candidate = self.left.pop(0)
            self.seen.articles.append(ArticleProbe(candidate=candidate))
            yield self._article_request(candidate)

    def parse_article(
        self, response: Response, candidate: Candidate, pages: tuple[Page, ...] = (), left: Sequence[str] = ()
    ) -> Iterator[Request | Visit]:
        """Keep the page; yield the request for the next page, or for another article if this one is not all that is expected."""
        self.seen.articles[-1].contents.append(response.body)
        self._note_agent(response)
        yield from super().parse_article(response, candidate, pages, left)

    def _kept(self, results: Iterator[Any]) -> Iterator[Any]:
        for result in results:
            if not isinstance(result, Visit):
                yield result
                continue
            article = self.seen.articles[-1]
            article.visit, article.pages = result, self.pages.copy()
            self.pages.clear()
            self.answered()
            if lacks(self.seen.outlet, result.article):
                yield from self._next_article()

    def _note_agent(self, response: Response) -> None:
        if response.request:
            self.seen.user_agent = (response.request.headers.get("User-Agent") or b"").decode("latin-1")


def _verdict(error: BaseException | None) -> Robots:
    """What robots.txt said of a request that failed. It is checked after the guard and before everything else."""
    if not isinstance(error, IgnoreRequest) or isinstance(error, HttpError):
        return Robots.ALLOWED
    if isinstance(error, OutletBackOff) and str(error).startswith("robots.txt of"):
        return Robots.UNREACHABLE
    return Robots.FORBIDDEN if "robots.txt" in str(error) else Robots.UNKNOWN


# --- the pages


def save(seen: OutletProbe, article: ArticleProbe | None, folder: Path) -> None:
    """Write every list as it was served, ROUTE.html or .xml, and one article: article.html, article.2.html and so on.

    Files that an earlier probe left of the same routes, or as an article, are removed. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lists = {slug(name): route.content for name, route in seen.routes.items()}
    stale = re.compile(rf"(?:{'|'.join(map(re.escape, lists))}|article(?:\.\d+)?)\.(?:html|xml|xml\.gz)")
    for path in folder.iterdir():
        if stale.fullmatch(path.name):
            path.unlink()
    for name, content in lists.items():
        if content:
            (folder / f"{name}.{_kind(content)}").write_bytes(content)
    for number, content in enumerate(article.contents if article else (), start=1):
        (folder / (f"article.{number}.html" if number > 1 else "article.html")).write_bytes(content)


def slug(name: str) -> str:
    """A route's name as a file's."""
    return re.sub(r"\W+", "-", name.lower()).strip("-")


def _kind(content: bytes) -> str:
    if content.startswith(b"\x1f\x8b"):
        return "xml.gz"
    opening = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "xml" if re.match(rb"<(?:\?xml|rss|feed|urlset|sitemapindex|rdf)", opening) and b"<html" not in opening else "html"
