"""How far an outlet's routes are followed, and which of the articles that they list are requested. No request is made here."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from crawler import clock
from crawler.article import Candidate, PageState, RouteState, Validators
from crawler.clock import WIB
from crawler.discovery.links import Entry
from crawler.discovery.report import RouteReport
from crawler.discovery.routes import Listing, Pagination, Route, days_between
from crawler.urls import ArticleUrls, is_well_formed

FIRST_LOOK_BACK = timedelta(days=2)
FURTHEST = timedelta(days=14)  # that a run looks back by itself; for what is older there is `scrapy backfill`
OVERLAP = timedelta(hours=1)  # an outlet may list an article some time after the hour it bears
# A URL's or listing's date may differ from the publication: CNBC stamps its URLs when the draft is made (2026-10).
DATE_TOLERANCE = timedelta(days=1)
COUNTED_BACK = timedelta(days=7)  # how long after a day an article of it that is listed then is still counted
_EARLY = 6  # o'clock: before, an outlet may have published nothing on a day
_DEEPEST = 3  # levels of sitemap indexes
MOST_SITEMAPS = 100  # of one route in a run: at the delay between two requests they take minutes, and an index may name 50,000


class KnownPages(Protocol):
    """What a crawl asks the database; a test passes a `KnownSet`."""

    def seen(self, article_ids: Collection[str], now: datetime) -> Mapping[str, PageState]:
        """Return those of the ids that were visited before."""
        ...

    def recrawls(self, now: datetime) -> Iterable[Candidate]:
        """Return the pages that the recrawl schedule has for now, whether or not a route lists them."""
        ...

    def is_forgotten(self, *names: str) -> bool:
        """Whether one of some ids or addresses is of a page that is not to be kept."""
        ...


class KnownSet(dict[str, PageState]):
    """Known pages for runs without a database: ids and when they were first seen."""

    def seen(self, article_ids: Collection[str], now: datetime) -> Mapping[str, PageState]:  # noqa: ARG002
        """Return those of the ids that are in the set."""
        return {article_id: self[article_id] for article_id in article_ids if article_id in self}

    def recrawls(self, now: datetime) -> Iterable[Candidate]:  # noqa: ARG002
        """Return nothing: there is no recrawl schedule."""
        return ()

    def is_forgotten(self, *names: str) -> bool:  # noqa: ARG002
        """Return False."""
        return False


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from one listing page."""

    articles: Sequence[Candidate]  # to be requested
    paginations: Sequence[Pagination]  # listing pages to be requested


class Discovery:
    """How one run follows an outlet's routes; ``reports`` says what was seen of each, ``listed`` which articles of which day.

    Without ``since`` every route is followed back to the high-water mark of its ``route_states``, with ``since`` (aware) to that time.
    With ``until`` (aware) as well, only routes that can list the time between are followed, and nothing published later is requested.
    ``may_be_relevant`` is the keyword prefilter: whether the words beside a link may be about a topic.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        articles: ArticleUrls,
        *,
        now: datetime,
        known: KnownPages,
        route_states: Mapping[str, RouteState],
        since: datetime | None = None,
        until: datetime | None = None,
        may_be_relevant: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._routes = [route for route in routes if not route.unproven] if until is None else routes_into_the_past(routes)
        self._articles, self._known, self._may_be_relevant = articles, known, may_be_relevant
        self._states = {route.name: route_states.get(route.name, RouteState()) for route in routes}
        self._now, self._since, self._until = now, since, until
        self.met: set[str] = set()  # ids of the articles that this run has requested or knows already
        self._newest: datetime | None = None  # of the publication times listed, as far as they are past
        self._has_times = True  # whether every list said when its articles were published
        self.reports = {route.name: self._report(route) for route in self._routes}
        self.since = min((report.since for report in self.reports.values()), default=now)  # how far back the run looks
        self.listed: dict[str, date] = {}  # id → day (WIB): all articles that were listed of the days looked at, wanted or not
        from_day = self.since if until else min(self.since, now - COUNTED_BACK)
        self._days = {*days_between(from_day, until or now + timedelta(microseconds=1))}

    def _report(self, route: Route) -> RouteReport:
        state = self._states[route.name]
        mark, is_new = state.high_water_mark and min(state.high_water_mark, self._now), state.last_nonempty_at is None
        is_early = route.is_by_day and self._now.astimezone(WIB).hour < _EARLY
        return RouteReport(
            exhaustive=route.exhaustive,
            group=route.group,
            unproven=route.unproven,
            is_new=is_new,
            last_nonempty_at=state.last_nonempty_at,
            # An index of days is empty early in the morning; a day of the past may be if the index is known to list articles
            may_be_empty=is_early if self._until is None else not (route.exhaustive and is_new),
            since=self._since or (max(mark, self._now - FURTHEST) if mark else self._now - FIRST_LOOK_BACK),
            high_water_mark=mark if self._since is None else None,
        )

    def paginations(self) -> Iterator[Pagination]:
        """Yield the first page of every pagination of every route."""
        for route in self._routes:
            overlap = OVERLAP if self._since is None else timedelta()
            for pagination in route.paginations(self.reports[route.name].since - overlap, self._until or self._now):
                self.reports[route.name].paginations += 1
                yield pagination

    def validators(self, pagination: Pagination) -> Validators | None:
        """What makes the request for a pagination's first page conditional."""
        validators = self._states[pagination.route.name].validators
        return validators.get(pagination.url) if pagination.number == 0 and self._since is None else None

    def unchanged(self, pagination: Pagination) -> None:
        """Note that a pagination's first page has not changed since the run that saw the pagination to its end."""
        report = self.reports[pagination.route.name]
        report.ended += 1
        report.unchanged += 1
        if validators := self.validators(pagination):
            report.validators[pagination.url] = validators

    def step(self, pagination: Pagination, listing: Listing, seen: set[str], *, fetched_at: datetime, validators: Validators) -> Step:
        """Return what one listing page leads to. ``seen``: ids and addresses on the pagination's earlier pages; this page's are added."""
        report = self.reports[pagination.route.name]
        listed = read_candidates(listing.entries, pagination.route, self._articles)
        fresh = [candidate for candidate in listed if candidate.article_id not in seen]
        seen.update(candidate.article_id for candidate in fresh)
        for candidate in fresh:
            self._count(candidate, pagination.day)
        times = [candidate.published_at for candidate in fresh if candidate.published_at]
        self._has_times &= bool(times or not fresh)
        self._newest = max((time for time in (self._newest, *times) if time and time <= self._now), default=None)
        recent = [candidate for candidate in fresh if not self._is_old(candidate, report.since)]
        in_time = [candidate for candidate in recent if not self._is_new(candidate, pagination.route)]
        wanted = [candidate for candidate in in_time if is_wanted(candidate, pagination.route, self._may_be_relevant)]
        known = self._known.seen([candidate.article_id for candidate in wanted], fetched_at)
        report.found += len(fresh)
        report.listed += len(wanted)
        report.filtered_out += len(in_time) - len(wanted)
        report.unknown += sum(candidate.article_id not in known for candidate in wanted)
        further = [address for address in dict.fromkeys(listing.further) if address not in seen and is_well_formed(address)]
        seen.update(further)  # an index may name itself
        if pagination.number == 0 and not further:  # the children of an index change while it does not
            report.validators[pagination.url] = validators
        if further:
            paginations = self._sitemaps(pagination, further)
        else:
            paginations = self._next_page(pagination, fresh, bool(recent), [known.get(candidate.article_id) for candidate in wanted])
        return Step(articles=self._to_request(wanted, known, report), paginations=paginations)

    def _count(self, candidate: Candidate, index_day: date | None) -> None:
        """Note the day that an article is of: of its publication or else, of what is new, today."""
        published = candidate.published_at
        told = published.astimezone(WIB).date() if published else index_day or self._articles.day(candidate.url)
        day = told or (None if self._until else self._now.astimezone(WIB).date())
        if day in self._days and (told or candidate.article_id not in self.listed):
            self.listed[candidate.article_id] = day

    def _sitemaps(self, pagination: Pagination, named: Sequence[str]) -> list[Pagination]:
        """Those of an index, as many as a run follows. One that was not followed to its end has not ended."""
        report = self.reports[pagination.route.name]
        room = max(0, MOST_SITEMAPS - report.paginations) if pagination.level < _DEEPEST else 0
        if len(named) <= room:
            report.ended += 1
        else:
            cap = f"{MOST_SITEMAPS} sitemaps" if pagination.level < _DEEPEST else f"{_DEEPEST} levels of sitemaps"
            report.problems.append(f"stopped at the cap of {cap}")
        followed = named[:room]
        report.paginations += len(followed)
        return [Pagination(route=pagination.route, template=each, level=pagination.level + 1) for each in followed]

    def _to_request(self, wanted: Sequence[Candidate], known: Mapping[str, PageState], report: RouteReport) -> list[Candidate]:
        first = [candidate for candidate in wanted if candidate.article_id not in self.met]  # several routes list the same article
        self.met.update(candidate.article_id for candidate in first)
        requested = [candidate for candidate in first if candidate.article_id not in known or known[candidate.article_id].is_due]
        report.first += len(first)
        report.known += len(first) - len(requested)
        return requested

    def _next_page(
        self, pagination: Pagination, fresh: Sequence[Candidate], has_recent: bool, wanted: Sequence[PageState | None]
    ) -> list[Pagination]:
        """The pagination at its next page; nothing at its end, which is counted."""
        report = self.reports[pagination.route.name]
        times = [candidate.published_at for candidate in fresh if candidate.published_at]
        oldest = times[-1] if times else None  # the last on the page: what is pinned stands at the top
        report.oldest = min(filter(None, (report.oldest, oldest)), default=None)
        since = report.since - (OVERLAP if pagination.route.is_paged else timedelta())
        met = (oldest is not None and oldest <= since) or self._is_seen(pagination, wanted)
        if met or not has_recent or not pagination.route.is_paged:
            report.ended += 1
            # Pages up to the last one are whole, and so is the index of a day; a list of the newest only if it met what was seen.
            if not (met or pagination.route.is_paged or pagination.route.is_by_day):
                report.fell_short = True
                report.oldest = report.oldest or self._now
            return []
        if following := pagination.next():
            return [following]
        report.problems.append(f"stopped at the cap of {pagination.route.max_pages} pages")
        return []

    def _is_seen(self, pagination: Pagination, wanted: Sequence[PageState | None]) -> bool:
        """Whether a page lists what a completed run has seen: then that run has seen what follows it, too."""
        completed_at = self._states[pagination.route.name].completed_at
        if self._since is not None or completed_at is None or not wanted:
            return False
        quantifier = all if pagination.route.is_paged else any
        return quantifier(page is not None and page.since <= completed_at for page in wanted)

    def route_states(self, *, finished: bool) -> dict[str, RouteState]:
        """What the run has seen of each route. ``finished``: whether it visited everything that they listed."""
        seen = {}
        for name, report in self.reports.items():
            before = self._states[name].high_water_mark
            # a look at a part of the past says nothing about the time before or after it
            is_joined = self._until is None and (before is None or report.since <= before or self._since is None)
            is_whole = finished and report.is_whole and is_joined
            # never beyond the newest article that the outlet shows: a clock may be ahead
            earlier = before and min(before, self._now)
            mark = max(filter(None, (earlier, (self._newest or earlier or self._now) if self._has_times else self._now)))
            seen[name] = RouteState(
                high_water_mark=mark if is_whole else None,
                completed_at=clock.now() if is_whole else None,
                last_nonempty_at=self._now if report.found else None,
                validators=report.validators if is_whole else {},
            )
        return seen

    def finished_days(self) -> list[date]:
        """The days (WIB) between ``since`` and ``until``, if the run has seen all of them."""
        proven = [report for report in self.reports.values() if not report.unproven]
        required = [report for report in proven if report.group is None] or proven
        if self._until is None or not required or not all(report.is_whole for report in required):
            return []
        return days_between(self.since, self._until)[::-1]

    def _is_old(self, candidate: Candidate, since: datetime) -> bool:
        published = candidate.published_at
        if published is None and (day := self._articles.day(candidate.url)):
            published = datetime.combine(day, time.max, WIB)
        return published is not None and published < since - DATE_TOLERANCE

    def _is_new(self, candidate: Candidate, route: Route) -> bool:
        """Whether it was published after ``until``; what the index of a day lists never was."""
        published = candidate.published_at
        is_exact = route.is_by_day and not route.unproven
        return self._until is not None and not is_exact and published is not None and published >= self._until


def read_candidates(entries: Iterable[Entry], route: Route, articles: ArticleUrls) -> list[Candidate]:
    """Those entries of a route's listing that are articles, each article once; a malformed address is none."""
    candidates: dict[str, Candidate] = {}
    for entry in entries:
        if candidate := candidate_of(entry, route, articles):
            candidates.setdefault(candidate.article_id, candidate)
    return list(candidates.values())


def candidate_of(entry: Entry, route: Route, articles: ArticleUrls) -> Candidate | None:
    """The article that an entry of a route's listing names, if one of its addresses is an article's."""
    for url in (entry.url, *entry.other_urls):
        if article_id := articles.article_id(url):
            return Candidate(
                url=url,
                article_id=article_id,
                route=route.name,
                title=entry.title,
                summary=entry.summary,
                keywords=entry.keywords,
                published_at=entry.published_at or articles.published_at(url),
            )
    return None


def is_wanted(candidate: Candidate, route: Route, may_be_relevant: Callable[[str], bool]) -> bool:
    """Whether an article is to be requested: by its URL, or by the words beside the link. The others are filtered out."""
    words = (candidate.title or "", candidate.summary or "", *candidate.keywords)
    return route.matches(candidate.url) or may_be_relevant("\n".join(words))


def routes_into_the_past(routes: Sequence[Route]) -> list[Route]:
    """The routes that can show what was published at any given time: those by day or, where there are none, those that have pages.

    What nobody has seen work is tried beside them.
    """
    proven, unproven = ([route for route in routes if route.unproven is wanted] for wanted in (False, True))
    by_day = [route for route in proven if route.is_by_day]
    return (by_day or [route for route in proven if route.is_paged]) + unproven
