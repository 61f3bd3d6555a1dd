"""The base class of all spiders: an outlet declares; this follows its routes, fetches its articles and yields a Visit for each."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.exceptions import CannotResolveHostError, CloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from w3lib.encoding import http_content_type_encoding

from crawler import clock
from crawler.article import Candidate, Original, Outcome, RouteState, Validators, Visit
from crawler.browser import DOCUMENT, is_rendered, rendering_of
from crawler.declarations.check import hints_of, problems
from crawler.declarations.words import DeclarationError, one_line
from crawler.discovery.follow import Discovery, KnownPages, KnownSet
from crawler.discovery.routes import Pagination, Route
from crawler.expectations import Expectations
from crawler.reading.page import Page
from crawler.reading.rules import Rules
from crawler.urls import ArticleUrls, is_well_formed

READ_AGAIN = "read_again"  # in a request's meta: the page is not to be asked for on the condition that it has changed
_NOT_THERE = frozenset({404, 410})
_LISTINGS_FIRST, _RECRAWLS_LAST = 10, -10  # priorities: a run that is out of time has lost no new story to an old one


class OutletSpider(Spider):
    """An outlet. Subclasses declare their name, the class attributes below in their order, and no code."""

    title: ClassVar[str]  # as readers know it
    home: ClassVar[str]  # the address of its front page
    proven: ClassVar[str] = ""  # from what its declaration is known, and the latest month of each: "real page 2024-10, replica 2026-07"
    minute: ClassVar[int] = 0  # of the hour, or of the day where the period is longer: none is another outlet's
    period: ClassVar[timedelta] = timedelta(hours=1)  # how often it is crawled
    allowed_domains: ClassVar[Sequence[str]]  # with their subdomains; every other host is refused
    access: ClassVar[str] = ""  # which clients it answers 403, and when that was seen; `scrapy doctor` prints it where it happens
    browser: ClassVar[bool] = False  # whether its articles are empty until their scripts have run; what others need one is asked for again
    waits_for: ClassVar[str] = ""  # a selector of what the scripts bring, where it is not simply text
    articles: ClassVar[ArticleUrls]  # what the addresses of its articles look like
    routes: ClassVar[Sequence[Route]]  # at least two ways of finding stories
    expects: ClassVar[Expectations] = Expectations()  # what every run must deliver
    page: ClassVar[Rules]  # where its pages keep what

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Check what a class declares. Raises DeclarationError: file, attribute, what is allowed and what was probably meant."""
        super().__init_subclass__(**kwargs)
        hints = attributes()
        if found := [*problems(vars(cls), hints, {name: getattr(cls, name, None) for name in hints})]:
            raise DeclarationError(f"{cls.__module__.replace('.', '/')}.py: {one_line(found)}")

    def __init__(
        self,
        name: str | None = None,
        *,
        known: KnownPages | None = None,
        route_states: Mapping[str, RouteState] | None = None,
        identify: Callable[[str], Original | None] | None = None,
        may_be_relevant: Callable[[str], bool] = lambda _: True,
        is_online: Callable[[], bool] = lambda: True,
        since: datetime | None = None,
        until: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        """Follow the routes as `Discovery` does with the same arguments, and visit what the recrawl schedule of ``known`` has for now.

        ``identify`` finds the article that an aggregator's copy was taken from by its URL: that outlet's own spider fetches it.
        ``is_online`` is asked when the name of the outlet's host is not found: whether it is the outlet's fault.
        """
        super().__init__(name, **kwargs)
        self.known: KnownPages = known if known is not None else KnownSet()
        self.identify, self.is_online = identify, is_online
        self.story_only = False  # whether articles are read only as far as decides on their topic: see crawler.reading.reader.read
        self.is_backfill = until is not None
        self.discovery = Discovery(
            self.routes,
            self.articles,
            now=clock.now(),
            known=self.known,
            route_states=route_states or {},
            since=since,
            until=until,
            may_be_relevant=may_be_relevant,
        )
        self.since = self.discovery.since  # how far back the run looks

    async def start(self) -> AsyncIterator[Request | Visit]:
        """Yield every route's first pages, and the recrawls. A stored URL that cannot be requested is a rejected Visit."""
        for pagination in self.discovery.paginations():
            yield self._listing_request(pagination, set())
        for candidate in () if self.is_backfill else self.known.recrawls(clock.now()):
            if candidate.article_id in self.discovery.met:
                continue
            self.discovery.met.add(candidate.article_id)
            if is_well_formed(candidate.url):
                yield self._article_request(candidate, priority=_RECRAWLS_LAST)
            else:
                yield self._visit(candidate, Outcome.REJECTED, "malformed URL", None)

    def is_forgotten(self, url: str) -> bool:
        """Whether an address is of a page that is not to be kept, not in the archive either."""
        return self.known.is_forgotten(url, self.articles.article_id(url) or url)

    # Listings

    def _listing_request(self, pagination: Pagination, seen: set[str]) -> Request:
        self.discovery.reports[pagination.route.name].requests += 1
        return self._conditional(
            Request(
                pagination.url,
                callback=self.listing_answered,
                errback=self.listing_failed,
                cb_kwargs={"pagination": pagination, "seen": seen},
                dont_filter=True,
                priority=_LISTINGS_FIRST,
            ),
            None if pagination.route.browser else self.discovery.validators(pagination),  # a shell is always the same
        )

    def listing_answered(self, response: Response, pagination: Pagination, seen: set[str]) -> Iterator[Request]:
        """Yield what a listing leads to: itself once more, in the browser, where its route says so."""
        if pagination.route.browser and not is_rendered(response):
            yield rendering_of(response, pagination.route.waits_for)
        else:
            yield from self.parse_listing(response, pagination, seen)

    def parse_listing(self, response: Response, pagination: Pagination, seen: set[str]) -> Iterator[Request]:
        """Yield the requests for a listing's unknown articles and for its further pages."""
        if response.status == 304:
            self.discovery.unchanged(pagination)
            return
        fetched_at = fetched_at_of(response)
        try:
            listing = pagination.route.read(response.body, response.url, encoding=encoding_of(response), fetched_at=fetched_at)
        except ValueError as error:
            self._problem(pagination, str(error))
            return
        step = self.discovery.step(pagination, listing, seen, fetched_at=fetched_at, validators=_validators(response))
        for candidate in step.articles:
            yield self._article_request(candidate)
        for following in step.paginations:
            yield self._listing_request(following, seen)

    def listing_failed(self, failure: Failure) -> None:
        """Note a listing that could not be had. Raises CloseSpider where this machine has no network."""
        nothing_listed = not any(report.found for report in self.discovery.reports.values())
        no_such_name = isinstance(failure.value, CannotResolveHostError) or isinstance(
            getattr(failure.value, "__cause__", None),
            CannotResolveHostError,  # of robots.txt, which is asked for first
        )
        if no_such_name and nothing_listed and not self.is_online():
            raise CloseSpider("no_network")
        self._problem(failure.request.cb_kwargs["pagination"], reason_of(failure))  # type: ignore[attr-defined]

    def _problem(self, pagination: Pagination, reason: str) -> None:
        self.logger.info("%s: %s: %s", pagination.route.name, pagination.url, reason)  # the run's last lines warn of the route
        self.discovery.reports[pagination.route.name].problems.append(reason)

    def _conditional(self, request: Request, validators: Validators | None) -> Request:
        """The request, with the headers for an answer 304 if nothing has changed; a replay has no server to give it."""
        if validators and not self.settings["ARCHIVE_REPLAY"]:
            names = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
            request.headers.update({name: value for name, value in names.items() if value})
            request.meta["handle_httpstatus_list"] = [304]
        return request

    # Articles

    def _article_request(self, candidate: Candidate, url: str | None = None, *, priority: int = 0, **cb_kwargs: Any) -> Request:
        request = Request(
            url or self.articles.fetch_url(candidate.url),
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"candidate": candidate, **cb_kwargs},
            dont_filter=True,  # a request dropped as a duplicate would end without a Visit; identity is checked before
            priority=priority,
        )
        if cb_kwargs:
            request.meta["handle_httpstatus_list"] = [*_NOT_THERE]
        return request if url else self._conditional(request, candidate.validators)

    def parse_article(
        self, response: Response, candidate: Candidate, pages: tuple[Page, ...] = (), left: Sequence[str] = ()
    ) -> Iterator[Request | Visit]:
        """Yield the request for the article's next page, or its Visit.

        A further page that the outlet says is not there costs itself alone; one that cannot be had now, the visit, which is tried again.
        """
        if response.status == 304:
            yield self._visit(candidate, Outcome.UNCHANGED, None, response)
            return
        is_own = self.articles.article_id(response.url) == candidate.article_id
        if not is_own and not pages:
            yield self._visit(candidate, Outcome.REJECTED, f"redirected to {response.url}", response)
            return
        # 50 ms of regular expressions that a run with nothing new does not need
        from crawler.reading.reader import MOST_PAGES, NotAnArticle, further_pages, read  # noqa: PLC0415
        from crawler.reading.rejections import NEEDS_A_BROWSER, may_be_opened  # noqa: PLC0415

        visit = self._visit(candidate, Outcome.ARTICLE, None, response)
        try:
            if is_own and response.status not in _NOT_THERE and response.url not in {page.url for page in pages}:
                page = Page(response.body, response.url, encoding=encoding_of(response))
                if self.browser and not is_rendered(response) and may_be_opened(page):
                    raise NotAnArticle(NEEDS_A_BROWSER)  # noqa: TRY301 - before anything is read
                pages += (page,)
                following = further_pages(page, self.page, lambda url: self.articles.article_id(url) == candidate.article_id)
                left = left or following[: MOST_PAGES - len(pages)]
            else:
                self.logger.warning("%s: read without a further page, %s", candidate.url, response.url)
                visit.http_status = 200  # that of the pages before
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
                story_only=self.story_only,
            )
            if visit.article.original_url and self.identify:
                visit.original = self.identify(visit.article.original_url)
            visit.article.aliases = sorted({candidate.url, *(page.url for page in pages)} - {visit.article.url})
        except NotAnArticle as error:
            if error.reason == NEEDS_A_BROWSER and not is_rendered(response):
                yield rendering_of(response, self.waits_for, is_shell=not self.browser)
                return
            visit.outcome, visit.reason = Outcome.REJECTED, error.reason
        except Exception as error:  # no page may end without a Visit; this one is tried again
            self.logger.exception("cannot read %s", response.url)
            visit.outcome, visit.reason = Outcome.FAILED, f"reader: {type(error).__name__}"
        yield visit

    def article_failed(self, failure: Failure) -> Iterator[Visit]:
        """Yield the Visit of an article that could not be had."""
        error, request = failure.value, failure.request  # type: ignore[attr-defined]
        document = request.meta.get(DOCUMENT)
        response = error.response if isinstance(error, HttpError) else document
        outcome = Outcome.FAILED
        if response is not None and response.status in _NOT_THERE:
            outcome = Outcome.GONE
        elif document is not None:  # without a browser, or in a recording that was made without one, it waits
            waits = isinstance(error, IgnoreRequest) and not getattr(error, "transient", False)
            outcome = Outcome.NEEDS_BROWSER if waits else Outcome.FAILED
        elif isinstance(error, IgnoreRequest) and response is None:
            # Refused for good (robots.txt, the guard), unless the outlet only backs off in this run or a recording lacks the page.
            outcome = Outcome.FAILED if getattr(error, "transient", False) or self.settings["ARCHIVE_REPLAY"] else Outcome.REJECTED
        yield self._visit(request.cb_kwargs["candidate"], outcome, reason_of(failure), response)

    def _visit(self, candidate: Candidate, outcome: Outcome, reason: str | None, response: Response | None) -> Visit:
        visit = Visit(
            outlet=self.name,
            url=self.articles.canonical(candidate.url) if is_well_formed(candidate.url) else candidate.url,
            article_id=candidate.article_id,
            route=candidate.route,
            outcome=outcome,
            reason=reason,
            fetched_at=clock.now(),
        )
        if response is not None:
            visit.fetched_at = fetched_at_of(response)
            visit.http_status = response.status
            visit.archive_file = response.meta.get("archive_file")
            if not response.meta.get(READ_AGAIN):
                visit.etag, visit.last_modified = _validators(response)
        return visit

    def _canonical(self, page: Page) -> str:
        claimed = page.canonical
        same = claimed is not None and self.articles.article_id(claimed) == self.articles.article_id(page.url)
        return self.articles.canonical(claimed if claimed and same else page.url)


@cache
def attributes() -> dict[str, Any]:
    """What an outlet may declare, in the documented order: name → type."""
    found: dict[str, Any] = {"name": str}
    for name, hint in hints_of(OutletSpider).items():
        found[name] = hint
        if name == "allowed_domains":
            found["custom_settings"] = Mapping[str, Any] | None  # declared by Scrapy, as is the name
    return found


def fetched_at_of(response: Response) -> datetime:
    """When an answer was given: now, or when it was recorded."""
    recorded: datetime | None = response.meta.get("fetched_at")  # set by a replay
    return recorded or clock.now()


def _validators(response: Response) -> Validators:
    return Validators(_header(response, "ETag"), _header(response, "Last-Modified"))


def encoding_of(response: Response) -> str | None:
    """The charset that an answer's header names."""
    return http_content_type_encoding(_header(response, "Content-Type"))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def reason_of(failure: Failure) -> str:
    """Why there is no answer that is of use, in a few words."""
    if isinstance(failure.value, HttpError):
        return f"HTTP {failure.value.response.status}"
    if isinstance(failure.value, IgnoreRequest):
        return str(failure.value)
    return f"{type(failure.value).__name__}: {failure.value}".strip(": ")
