"""The one base class of all spiders: an outlet declares, this walks its routes, fetches its articles and reports every visit."""

import re
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar, Protocol

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from w3lib.encoding import http_content_type_encoding

from crawler import clock
from crawler.article import Candidate, Original, Outcome, Visit
from crawler.expectations import Expectations, RouteReport
from crawler.reading.page import Page
from crawler.reading.reader import NotAnArticle, further_pages, read
from crawler.reading.rules import Rules
from crawler.routes import Entry, Route, Walk
from crawler.urls import ArticleUrls

FIRST_LOOK_BACK = timedelta(days=2)
# A URL's or listing's date may differ from the publication: CNBC stamps its URLs when the draft is made (2026-10).
DATE_TOLERANCE = timedelta(days=1)


class KnownPages(Protocol):
    """What is asked of the database while crawling; a test hands in a `KnownSet`."""

    def known(self, article_ids: Collection[str], now: datetime) -> set[str]:
        """Return those of the ids that need not be fetched now."""
        ...

    def due(self, now: datetime) -> Iterable[Candidate]:
        """Return the pages that are to be fetched again now, whether or not a route lists them."""
        ...


class KnownSet(set[str]):
    """Known pages for runs without a database: a set of article ids."""

    def known(self, article_ids: Collection[str], now: datetime) -> set[str]:  # noqa: ARG002
        """Return those of the ids that are in the set."""
        return self.intersection(article_ids)

    def due(self, now: datetime) -> Iterable[Candidate]:  # noqa: ARG002
        """Return nothing: a set keeps no appointments."""
        return ()


class OutletSpider(Spider):
    """An outlet. Subclasses declare the class attributes below and hold no code."""

    title: ClassVar[str]  # as readers know it
    home: ClassVar[str]
    allowed_domains: ClassVar[Sequence[str]]  # with their subdomains; every other host is refused
    articles: ClassVar[ArticleUrls]
    routes: ClassVar[Sequence[Route]]
    page: ClassVar[Rules]
    expects: ClassVar[Expectations] = Expectations()

    def __init__(
        self,
        name: str | None = None,
        *,
        known: KnownPages | None = None,
        identify: Callable[[str], Original | None] | None = None,
        since: datetime | None = None,
        stop_at_known: bool = False,
        **kwargs: Any,
    ) -> None:
        """Look back to ``since`` (aware; two days when omitted), skipping what ``known`` knows.

        ``identify`` tells whose article a URL is, for an aggregator's copies: their outlet's spider is to fetch them, never this one.
        ``stop_at_known`` lets a route stop at a listing page it knows whole: right only if the run before left no hole.
        """
        super().__init__(name, **kwargs)
        self.known: KnownPages = known if known is not None else KnownSet()
        self.identify = identify
        self.since = since or clock.now() - FIRST_LOOK_BACK
        self.stop_at_known = stop_at_known
        self.reports = {route.name: RouteReport(reaches_back=route.reaches_back) for route in self.routes}
        self._met: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """Yield what is due, then every route's first pages."""
        now = clock.now()
        for candidate in self.known.due(now):
            self._met.add(candidate.article_id)
            yield self._article_request(candidate)
        for route in self.routes:
            for walk in route.walks(self.since, now):
                yield self._listing_request(walk, set())

    # Listings

    def _listing_request(self, walk: Walk, seen: set[str]) -> Request:
        report = self.reports[walk.route.name]
        report.requests += 1
        if walk.page == walk.route.first_page:
            report.walks += 1
        return Request(
            walk.url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"walk": walk, "seen": seen},
            dont_filter=True,
        )

    def parse_listing(self, response: Response, walk: Walk, seen: set[str]) -> Iterator[Request]:
        """Yield the requests for a listing's unknown articles, and for its next page while it says something new."""
        report = self.reports[walk.route.name]
        fetched_at = _fetched_at(response)
        try:
            listing = walk.route.read(response.body, response.url, encoding=_encoding(response), fetched_at=fetched_at)
        except ValueError as error:
            self._problem(walk, str(error))
            return
        candidates = [candidate for candidate in self._candidates(listing.entries, walk.route) if candidate.article_id not in seen]
        seen.update(candidate.article_id for candidate in candidates)
        recent = [candidate for candidate in candidates if not self._is_old(candidate)]
        wanted = [candidate for candidate in recent if re.search(walk.route.only, candidate.url)]
        known = self.known.known([candidate.article_id for candidate in wanted], fetched_at)
        unknown = [candidate for candidate in wanted if candidate.article_id not in known]
        report.found += len(candidates)
        report.listed += len(wanted)
        report.unknown += len(unknown)
        for candidate in wanted:
            if candidate.article_id not in self._met:  # several routes list the same article
                self._met.add(candidate.article_id)
                self._count("listed")
                if candidate.article_id in known:
                    self._count("known")
                else:
                    yield self._article_request(candidate)
        for address in dict.fromkeys(address for address in listing.further if address not in seen):  # an index may name itself
            seen.add(address)
            yield self._listing_request(Walk(route=walk.route, template=address, page=walk.route.first_page), seen)
        if not walk.is_paged or not recent or (self.stop_at_known and wanted and not unknown):
            report.ended += 1
        elif following := walk.next():
            yield self._listing_request(following, seen)
        else:
            self._problem(walk, f"stopped at the cap of {walk.route.max_pages} pages")

    def listing_failed(self, failure: Failure) -> None:
        """Note a listing that could not be had."""
        self._problem(failure.request.cb_kwargs["walk"], _reason(failure))  # type: ignore[attr-defined]

    def _problem(self, walk: Walk, reason: str) -> None:
        self.logger.warning("%s: %s: %s", walk.route.name, walk.url, reason)
        self.reports[walk.route.name].problems.append(reason)

    def _candidates(self, entries: Iterable[Entry], route: Route) -> Iterator[Candidate]:
        met: set[str] = set()
        for entry in entries:
            article_id = self.articles.article_id(entry.url)
            if article_id is not None and article_id not in met:
                met.add(article_id)
                yield Candidate(
                    url=entry.url,
                    article_id=article_id,
                    route=route.name,
                    title=entry.title,
                    summary=entry.summary,
                    keywords=entry.keywords,
                    published_at=entry.published_at,
                )

    def _is_old(self, candidate: Candidate) -> bool:
        published = candidate.published_at
        if published is None and (day := self.articles.day(candidate.url)):
            published = datetime.combine(day, time.max, clock.WIB)
        return published is not None and published < self.since - DATE_TOLERANCE

    # Articles

    def _article_request(self, candidate: Candidate, url: str | None = None, **cb_kwargs: Any) -> Request:
        return Request(
            url or self.articles.fetch_url(candidate.url),
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"candidate": candidate, **cb_kwargs},
            dont_filter=True,  # a request dropped as a duplicate would end without a Visit; identity is checked before
        )

    def parse_article(
        self, response: Response, candidate: Candidate, pages: tuple[Page, ...] = (), left: Sequence[str] = ()
    ) -> Iterator[Request | Visit]:
        """Yield the request for the article's next page, or its Visit."""
        visit = self._visit(candidate, Outcome.ARTICLE, None, response)
        if self.articles.article_id(response.url) != candidate.article_id:
            visit.outcome, visit.reason = Outcome.REJECTED, f"redirected to {response.url}"
            yield visit
            return
        try:
            page = Page(response.body, response.url, encoding=_encoding(response))
            left = left if pages else further_pages(page, self.page)
            pages += (page,)
            if left:
                yield self._article_request(candidate, left[0], pages=pages, left=left[1:])
                return
            visit.article = read(
                pages,
                self.page,
                outlet=self.name,
                article_id=candidate.article_id,
                url=self._canonical(pages[0]),
                fetched_at=visit.fetched_at,
            )
            if visit.article.original_url and self.identify:
                visit.original = self.identify(visit.article.original_url)
            visit.article.aliases = sorted({candidate.url, *(page.url for page in pages)} - {visit.article.url})
        except NotAnArticle as error:
            visit.outcome, visit.reason = Outcome.REJECTED, error.reason
        except Exception as error:  # whatever a page does to the reader, it ends as a Visit and is tried again
            self.logger.exception("cannot read %s", response.url)
            visit.outcome, visit.reason = Outcome.FAILED, f"reader: {type(error).__name__}"
        yield visit

    def article_failed(self, failure: Failure) -> Iterator[Visit]:
        """Yield the Visit of an article that could not be had."""
        error = failure.value
        response = error.response if isinstance(error, HttpError) else None
        outcome = Outcome.FAILED
        if response is not None and response.status in {404, 410}:
            outcome = Outcome.GONE
        elif isinstance(error, IgnoreRequest) and response is None:
            # Refused for good (robots.txt, the guard), unless the outlet only rests in this run or a recording lacks the page.
            outcome = Outcome.FAILED if getattr(error, "transient", False) or self.settings["ARCHIVE_REPLAY"] else Outcome.REJECTED
        yield self._visit(failure.request.cb_kwargs["candidate"], outcome, _reason(failure), response)  # type: ignore[attr-defined]

    def _visit(self, candidate: Candidate, outcome: Outcome, reason: str | None, response: Response | None) -> Visit:
        visit = Visit(
            outlet=self.name,
            url=self.articles.canonical(candidate.url),
            article_id=candidate.article_id,
            route=candidate.route,
            outcome=outcome,
            reason=reason,
            fetched_at=clock.now(),
        )
        if response is not None:
            visit.fetched_at = _fetched_at(response)
            visit.http_status = response.status
            visit.archive_file = response.meta.get("archive_file")
            visit.etag = _header(response, "ETag")
            visit.last_modified = _header(response, "Last-Modified")
        return visit

    def _canonical(self, page: Page) -> str:
        claimed = page.canonical
        same = claimed is not None and self.articles.article_id(claimed) == self.articles.article_id(page.url)
        return self.articles.canonical(claimed if claimed and same else page.url)

    def _count(self, what: str) -> None:
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"routes/{what}")


def _fetched_at(response: Response) -> datetime:
    recorded: datetime | None = response.meta.get("fetched_at")  # set by a replay
    return recorded or clock.now()


def _encoding(response: Response) -> str | None:
    return http_content_type_encoding(_header(response, "Content-Type"))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _reason(failure: Failure) -> str:
    if isinstance(failure.value, HttpError):
        return f"HTTP {failure.value.response.status}"
    if isinstance(failure.value, IgnoreRequest):
        return str(failure.value)
    return f"{type(failure.value).__name__}: {failure.value}".strip(": ")
