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
from crawler.browser import is_rendered
from crawler.discovery.follow import FIRST_LOOK_BACK
from crawler.discovery.routes import Listing, Pagination
from crawler.doctor.checks import is_complete
from crawler.doctor.observations import ArticleProbe, OutletProbe, Robots
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
        self.seen.user_agent = self.settings["USER_AGENT"]
        since, now = self.seen.now - FIRST_LOOK_BACK, self.seen.now
        # What may still be asked for, by route, until the route is done
        self.paginations = {route.name: [*islice(route.paginations(since, now), DAYS)] for route in self.routes}
        for paginations in list(self.paginations.values()):
            yield self._listing_request(paginations.pop(0), set())

    # Listings

    def parse_listing(self, response: Response, pagination: Pagination, seen: set[str]) -> Iterator[Request]:  # noqa: ARG002
        """Note what a list says; yield the next request."""
        listing = reason = None
        try:
            fetched_at = fetched_at_of(response)
            listing = pagination.route.read(response.body, response.url, encoding=encoding_of(response), fetched_at=fetched_at)
        except ValueError as error:
            reason = str(error)
        except Exception as error:  # one list must not end the probe of the others
            self.logger.exception("cannot read %s", response.url)
            reason = f"reader: {type(error).__name__}"
        yield from self._note_list(pagination, response, Robots.ALLOWED, reason, listing)

    def listing_failed(self, failure: Failure) -> Iterator[Request]:  # type: ignore[override] # a crawl makes no request then
        """Note why a list was not answered; yield the next request."""
        error = failure.value
        response = error.response if isinstance(error, HttpError) else None
        pagination = failure.request.cb_kwargs["pagination"]  # type: ignore[attr-defined]
        yield from self._note_list(pagination, response, _verdict(error), reason_of(failure), None)

    def _note_list(
        self, pagination: Pagination, response: Response | None, robots: Robots, reason: str | None, listing: Listing | None
    ) -> Iterator[Request]:
        """Yield the route's next page if this one lists no article; when every route is done, an article."""
        name = pagination.route.name
        route, left = self.seen.routes[name], self.paginations[name]
        route.url, route.robots, route.reason, route.listing = pagination.url, robots, reason, listing
        if response is not None:
            route.status, route.content, route.landed = response.status, response.body, response.url
        self.answered()
        if not self.seen.listed(name):
            if listing and not pagination.level:
                left += [Pagination(route=pagination.route, template=child, level=1) for child in listing.further[:CHILDREN]]
            if left and (pagination.level or not reason):  # a second day is not requested of an outlet that refuses the first
                yield self._listing_request(left.pop(0), set())
                return
        del self.paginations[name]
        if not self.paginations:
            yield from self._next_article()

    # Articles

    def _next_article(self) -> Iterator[Request]:
        candidates = self.seen.candidates()[len(self.seen.articles) : TRIES]
        if candidates:
            article = ArticleProbe(candidate=candidates[0])
            self.seen.articles.append(article)
            self.pages, self.visits = article.pages, []
            yield self._article_request(article.candidate)

    def parse_article(
        self, response: Response, candidate: Candidate, pages: tuple[Page, ...] = (), left: Sequence[str] = ()
    ) -> Iterator[Request | Visit]:
        """Keep the page; yield the request for the next page, or for another article if this one is not all that is expected."""
        article = self.seen.articles[-1]
        if is_rendered(response):
            article.is_rendered = True
            article.contents.pop()
        article.contents.append(response.body)
        yield from super().parse_article(response, candidate, pages, left)

    def _kept(self, results: Iterator[Any]) -> Iterator[Any]:
        yield from super()._kept(results)
        if self.visits:
            visit = self.seen.articles[-1].visit = self.visits[0]
            self.answered()
            if not is_complete(self.seen.outlet, visit.article):
                yield from self._next_article()


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
    files = {f"{name}.{_kind(content)}": content for name, content in lists.items() if content}
    for number, content in enumerate(article.contents if article else (), start=1):
        files[f"article.{number}.html" if number > 1 else "article.html"] = content
    for name, content in files.items():
        (folder / name).write_bytes(content)


def slug(name: str) -> str:
    """A route's name as a file's."""
    return re.sub(r"\W+", "-", name.lower()).strip("-")


def _kind(content: bytes) -> str:
    if content.startswith(b"\x1f\x8b"):
        return "xml.gz"
    opening = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "xml" if re.match(rb"<(?:\?xml|rss|feed|urlset|sitemapindex|rdf)", opening) and b"<html" not in opening else "html"
