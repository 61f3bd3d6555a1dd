"""How far the routes of an outlet are followed, and which of the articles they list are asked for. No requests are made here."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from crawler import clock
from crawler.article import Candidate, PageState, RouteState, Validators
from crawler.clock import WIB
from crawler.discovery.report import RouteReport
from crawler.discovery.routes import Entry, Listing, Pagination, Route
from crawler.urls import ArticleUrls

FIRST_LOOK_BACK = timedelta(days=2)
FURTHEST = timedelta(days=14)  # that a run looks back by itself: what is older is a backfill's
OVERLAP = timedelta(hours=1)  # an outlet may list an article some time after the hour it bears
# A URL's or listing's date may differ from the publication: CNBC stamps its URLs when the draft is made (2026-10).
DATE_TOLERANCE = timedelta(days=1)
_EARLY = 6  # o'clock: before, an outlet may have published nothing on a day
_DEEPEST = 3  # indexes of sitemaps above one another


class KnownPages(Protocol):
    """What is asked of the database while crawling; a test hands in a `KnownSet`."""

    def seen(self, article_ids: Collection[str], now: datetime) -> Mapping[str, PageState]:
        """Return those of the ids that were visited before."""
        ...

    def due(self, now: datetime) -> Iterable[Candidate]:
        """Return the pages that are to be fetched again now, whether or not a route lists them."""
        ...


class KnownSet(dict[str, PageState]):
    """Known pages for runs without a database: ids and when they were first seen."""

    def seen(self, article_ids: Collection[str], now: datetime) -> Mapping[str, PageState]:  # noqa: ARG002
        """Return those of the ids that are in the set."""
        return {article_id: self[article_id] for article_id in article_ids if article_id in self}

    def due(self, now: datetime) -> Iterable[Candidate]:  # noqa: ARG002
        """Return nothing: a set keeps no appointments."""
        return ()


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from one listing page."""

    articles: Sequence[Candidate]  # to be asked for
    paginations: Sequence[Pagination]  # listing pages to be asked for


class Discovery:
    """One run's way through an outlet's routes; ``reports`` fills with what was seen of each.

    Without ``since`` every route goes back to the high-water mark of its ``route_states``. ``since`` (aware) sends all of them back to
    that time; with ``until`` (aware) as well, only those that can look at the time between are followed, and nothing published later is
    taken. ``may_be_relevant`` is the keyword prefilter: whether words that stand beside a link may be about the topic.
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
        self._routes = [route for route in routes if until is None or route in routes_into_the_past(routes)]
        self._articles, self._known, self._states, self._may_be_relevant = articles, known, route_states, may_be_relevant
        self._now, self._since, self._until = now, since, until
        self.met: set[str] = set()  # articles that this run has asked for or passed by
        self.reports = {route.name: self._report(route) for route in self._routes}

    def _report(self, route: Route) -> RouteReport:
        state = self._states.get(route.name, RouteState())
        return RouteReport(
            exhaustive=route.exhaustive,
            group=route.group,
            is_new=state.last_nonempty_at is None,
            may_be_empty=self._may_be_empty(route, state),
            since=self._point(route),
            high_water_mark=state.high_water_mark if self._since is None else None,
        )

    def _may_be_empty(self, route: Route, state: RouteState) -> bool:
        """Whether an index of days may list nothing: early in the morning, or on a day of the past if it is known to list articles."""
        if self._until:
            return not route.exhaustive or state.last_nonempty_at is not None
        return route.is_by_day and self._now.astimezone(route.zone).hour < _EARLY

    def _point(self, route: Route) -> datetime:
        """How far back the route is followed."""
        if self._since:
            return self._since
        state = self._states.get(route.name)
        if state is None or state.high_water_mark is None:
            return self._now - FIRST_LOOK_BACK
        return max(state.high_water_mark, self._now - FURTHEST)

    @property
    def since(self) -> datetime:
        """How far back the run looks: as far as its route that has the most to catch up."""
        return min((report.since for report in self.reports.values()), default=self._now)

    def paginations(self) -> Iterator[Pagination]:
        """Yield the first page of every pagination of every route."""
        for route in self._routes:
            overlap = OVERLAP if self._since is None else timedelta()
            for pagination in route.paginations(self.reports[route.name].since - overlap, self._until or self._now):
                self.reports[route.name].paginations += 1
                yield pagination

    def validators(self, pagination: Pagination) -> Validators | None:
        """What to send along with the request for a pagination's first page, so that a list that has not changed is not sent again."""
        state = self._states.get(pagination.route.name)
        return state.validators.get(pagination.url) if state and pagination.is_first and self._since is None else None

    def unchanged(self, pagination: Pagination) -> None:
        """Note that a pagination's first page has not changed since the run that saw the pagination to its end."""
        report = self.reports[pagination.route.name]
        report.ended += 1
        report.unchanged += 1
        if validators := self.validators(pagination):
            report.validators[pagination.url] = validators

    def step(self, pagination: Pagination, listing: Listing, seen: set[str], *, fetched_at: datetime, validators: Validators) -> Step:
        """Judge one listing page. ``seen``: what earlier pages of the pagination have listed; this page's is added to it."""
        report = self.reports[pagination.route.name]
        fresh = [candidate for candidate in self.candidates(listing.entries, pagination.route) if candidate.article_id not in seen]
        seen.update(candidate.article_id for candidate in fresh)
        recent = [candidate for candidate in fresh if not self._is_old(candidate, report.since)]
        in_time = [candidate for candidate in recent if not self._is_new(candidate, pagination.route)]
        wanted = [candidate for candidate in in_time if self.is_wanted(candidate, pagination.route)]
        known = self._known.seen([candidate.article_id for candidate in wanted], fetched_at)
        report.found += len(fresh)
        report.listed += len(wanted)
        report.filtered_out += len(in_time) - len(wanted)
        report.unknown += sum(candidate.article_id not in known for candidate in wanted)
        further = list(dict.fromkeys(address for address in listing.further if address not in seen))  # an index may name itself
        seen.update(further)
        if pagination.is_first and not further:  # the children of an index change without it
            report.validators[pagination.url] = validators
        if further and pagination.level < _DEEPEST:
            report.ended += 1
            report.paginations += len(further)
            paginations = [
                Pagination(route=pagination.route, template=each, page=pagination.route.first_page, level=pagination.level + 1)
                for each in further
            ]
        else:
            paginations = self._goes_on(pagination, fresh, bool(recent), [known.get(candidate.article_id) for candidate in wanted])
        return Step(articles=self._to_ask_for(wanted, known, report), paginations=paginations)

    def _to_ask_for(self, wanted: Sequence[Candidate], known: Mapping[str, PageState], report: RouteReport) -> list[Candidate]:
        asked_for = []
        for candidate in wanted:
            if candidate.article_id in self.met:  # several routes list the same article
                continue
            self.met.add(candidate.article_id)
            report.first += 1
            if (seen := known.get(candidate.article_id)) and not seen.is_due:
                report.known += 1
            else:
                asked_for.append(candidate)
        return asked_for

    def _goes_on(
        self, pagination: Pagination, fresh: Sequence[Candidate], has_recent: bool, wanted: Sequence[PageState | None]
    ) -> list[Pagination]:
        """The pagination's next page, unless the pagination has come to its end, which is noted."""
        report = self.reports[pagination.route.name]
        times = [candidate.published_at for candidate in fresh if candidate.published_at]
        oldest = times[-1] if times else None  # the last on the page: what is pinned stands at the top
        if oldest and (report.oldest is None or oldest < report.oldest):
            report.oldest = oldest
        met = (oldest is not None and oldest <= report.since - (OVERLAP if pagination.is_paged else timedelta())) or self._met(
            pagination, wanted
        )
        if met or not has_recent or not pagination.is_paged:
            report.ended += 1
            # Pages to the last one are whole, and so is the index of a day; a list of the newest only if it met what was seen.
            if not (met or pagination.is_paged or pagination.route.is_by_day):
                report.fell_short = True
                report.oldest = report.oldest or self._now
            return []
        if following := pagination.next():
            return [following]
        report.problems.append(f"stopped at the cap of {pagination.route.max_pages} pages")
        return []

    def _met(self, pagination: Pagination, wanted: Sequence[PageState | None]) -> bool:
        """Whether a page shows what an unbroken run has seen: then that run has seen what stands behind it, too."""
        state = self._states.get(pagination.route.name)
        if self._since is not None or state is None or state.completed_at is None or not wanted:
            return False
        together = all if pagination.is_paged else any
        return together(page is not None and page.since <= state.completed_at for page in wanted)

    def route_states(self, *, finished: bool) -> dict[str, RouteState]:
        """What the run has seen of each route: whole paginations only if it ``finished``, that is, if it visited all that they listed."""
        seen = {}
        for name, report in self.reports.items():
            before = self._states.get(name, RouteState()).high_water_mark
            # a look at a part of the past says nothing about the time before or after it
            is_joined = self._until is None and (before is None or report.since <= before or self._since is None)
            is_whole = finished and report.is_whole and is_joined
            seen[name] = RouteState(
                high_water_mark=self._now if is_whole else None,
                completed_at=clock.now() if is_whole else None,
                last_nonempty_at=self._now if report.found else None,
                validators=report.validators if is_whole else {},
            )
        return seen

    def finished_days(self) -> list[date]:
        """The days (WIB) of a look at the past, if it has seen all of them."""
        required = [report for report in self.reports.values() if report.group is None] or list(self.reports.values())
        if self._until is None or not required or not all(report.is_whole for report in required):
            return []
        first, end = self.since.astimezone(WIB).date(), (self._until - timedelta(microseconds=1)).astimezone(WIB).date()
        return [first + timedelta(days=day) for day in range((end - first).days + 1)]

    def candidates(self, entries: Iterable[Entry], route: Route) -> Iterator[Candidate]:
        """Yield those entries of a route's listing that are articles, each article once."""
        met: set[str] = set()
        for entry in entries:
            article_id = self._articles.article_id(entry.url)
            if article_id is not None and article_id not in met:
                met.add(article_id)
                yield Candidate(
                    url=entry.url,
                    article_id=article_id,
                    route=route.name,
                    title=entry.title,
                    summary=entry.summary,
                    keywords=entry.keywords,
                    published_at=entry.published_at or self._articles.published_at(entry.url),
                )

    def _is_old(self, candidate: Candidate, since: datetime) -> bool:
        published = candidate.published_at
        if published is None and (day := self._articles.day(candidate.url)):
            published = datetime.combine(day, time.max, WIB)
        return published is not None and published < since - DATE_TOLERANCE

    def _is_new(self, candidate: Candidate, route: Route) -> bool:
        """Whether it is too new for a look at the past; what the index of a day lists never is."""
        published = candidate.published_at
        return self._until is not None and not route.is_by_day and published is not None and published >= self._until

    def is_wanted(self, candidate: Candidate, route: Route) -> bool:
        """Whether the route takes an article: by its address, or by the words that stand beside it."""
        if route.url_filter and re.search(route.url_filter, candidate.url):
            return True
        return self._may_be_relevant("\n".join((candidate.title or "", candidate.summary or "", *candidate.keywords)))


def routes_into_the_past(routes: Sequence[Route]) -> list[Route]:
    """The routes that can show what was published at any given time: those by day or, where there are none, those that have pages."""
    by_day = [route for route in routes if route.is_by_day]
    return by_day or [route for route in routes if route.is_paged]
