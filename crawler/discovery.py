"""How far the routes of an outlet are followed, and which of the articles they list are asked for. No requests are made here."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from crawler import clock
from crawler.article import Candidate, Coverage, Seen, Validators
from crawler.clock import WIB
from crawler.expectations import RouteReport
from crawler.routes import Entry, Listing, Route, Walk
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

    def seen(self, article_ids: Collection[str], now: datetime) -> Mapping[str, Seen]:
        """Return those of the ids that were visited before."""
        ...

    def due(self, now: datetime) -> Iterable[Candidate]:
        """Return the pages that are to be fetched again now, whether or not a route lists them."""
        ...


class KnownSet(dict[str, Seen]):
    """Known pages for runs without a database: ids and when they were first seen."""

    def seen(self, article_ids: Collection[str], now: datetime) -> Mapping[str, Seen]:  # noqa: ARG002
        """Return those of the ids that are in the set."""
        return {article_id: self[article_id] for article_id in article_ids if article_id in self}

    def due(self, now: datetime) -> Iterable[Candidate]:  # noqa: ARG002
        """Return nothing: a set keeps no appointments."""
        return ()


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from one listing page."""

    articles: Sequence[Candidate]  # to be asked for
    walks: Sequence[Walk]  # listing pages to be asked for


class Discovery:
    """One run's way through an outlet's routes; ``reports`` fills with what was seen of each.

    Without ``since`` every route goes back to where the ``covered`` of it ends. ``since`` (aware) sends all of them back to that time;
    with ``until`` (aware) as well, only those that can look at the time between are walked, and nothing published later is taken.
    ``smells`` tells whether words that stand beside a link may be about the topic.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        articles: ArticleUrls,
        *,
        now: datetime,
        known: KnownPages,
        covered: Mapping[str, Coverage],
        since: datetime | None = None,
        until: datetime | None = None,
        smells: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._routes = [route for route in routes if until is None or route in looking_back(routes)]
        self._articles, self._known, self._covered, self._smells = articles, known, covered, smells
        self._now, self._since, self._until = now, since, until
        self.met: set[str] = set()  # articles that this run has asked for or passed by
        self.reports = {route.name: self._report(route) for route in self._routes}

    def _report(self, route: Route) -> RouteReport:
        covered = self._covered.get(route.name, Coverage())
        return RouteReport(
            reaches_back=route.reaches_back,
            group=route.group,
            is_new=covered.listed_at is None,
            may_be_empty=self._may_be_empty(route, covered),
            since=self._point(route),
            seen_until=covered.seen_until if self._since is None else None,
        )

    def _may_be_empty(self, route: Route, covered: Coverage) -> bool:
        """Whether an index of days may list nothing: early in the morning, or on a day of the past if it is known to list articles."""
        if self._until:
            return not route.reaches_back or covered.listed_at is not None
        return route.is_by_day and self._now.astimezone(route.zone).hour < _EARLY

    def _point(self, route: Route) -> datetime:
        """How far back the route is followed."""
        if self._since:
            return self._since
        covered = self._covered.get(route.name)
        if covered is None or covered.seen_until is None:
            return self._now - FIRST_LOOK_BACK
        return max(covered.seen_until, self._now - FURTHEST)

    @property
    def since(self) -> datetime:
        """How far back the run looks: as far as its route that has the most to catch up."""
        return min((report.since for report in self.reports.values()), default=self._now)

    def walks(self) -> Iterator[Walk]:
        """Yield the first page of every walk of every route."""
        for route in self._routes:
            overlap = OVERLAP if self._since is None else timedelta()
            for walk in route.walks(self.reports[route.name].since - overlap, self._until or self._now):
                self.reports[route.name].walks += 1
                yield walk

    def validators(self, walk: Walk) -> Validators | None:
        """What to send along with the request for a walk's first page, so that a list that has not changed is not sent again."""
        covered = self._covered.get(walk.route.name)
        return covered.validators.get(walk.url) if covered and walk.is_first and self._since is None else None

    def unchanged(self, walk: Walk) -> None:
        """Note that a walk's first page has not changed since the run that saw the walk to its end."""
        report = self.reports[walk.route.name]
        report.ended += 1
        report.unchanged += 1
        if validators := self.validators(walk):
            report.validators[walk.url] = validators

    def step(self, walk: Walk, listing: Listing, seen: set[str], *, fetched_at: datetime, validators: Validators) -> Step:
        """Judge one listing page. ``seen``: what earlier pages of the walk have listed; this page's is added to it."""
        report = self.reports[walk.route.name]
        fresh = [candidate for candidate in self.candidates(listing.entries, walk.route) if candidate.article_id not in seen]
        seen.update(candidate.article_id for candidate in fresh)
        recent = [candidate for candidate in fresh if not self._is_old(candidate, report.since)]
        in_time = [candidate for candidate in recent if not self._is_new(candidate, walk.route)]
        wanted = [candidate for candidate in in_time if self.is_wanted(candidate, walk.route)]
        known = self._known.seen([candidate.article_id for candidate in wanted], fetched_at)
        report.found += len(fresh)
        report.listed += len(wanted)
        report.passed_over += len(in_time) - len(wanted)
        report.unknown += sum(candidate.article_id not in known for candidate in wanted)
        further = list(dict.fromkeys(address for address in listing.further if address not in seen))  # an index may name itself
        seen.update(further)
        if walk.is_first and not further:  # the children of an index change without it
            report.validators[walk.url] = validators
        if further and walk.level < _DEEPEST:
            report.ended += 1
            report.walks += len(further)
            walks = [Walk(route=walk.route, template=each, page=walk.route.first_page, level=walk.level + 1) for each in further]
        else:
            walks = self._goes_on(walk, fresh, bool(recent), [known.get(candidate.article_id) for candidate in wanted])
        return Step(articles=self._to_ask_for(wanted, known, report), walks=walks)

    def _to_ask_for(self, wanted: Sequence[Candidate], known: Mapping[str, Seen], report: RouteReport) -> list[Candidate]:
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

    def _goes_on(self, walk: Walk, fresh: Sequence[Candidate], has_recent: bool, wanted: Sequence[Seen | None]) -> list[Walk]:
        """The walk's next page, unless the walk has come to its end, which is noted."""
        report = self.reports[walk.route.name]
        times = [candidate.published_at for candidate in fresh if candidate.published_at]
        oldest = times[-1] if times else None  # the last on the page: what is pinned stands at the top
        if oldest and (report.oldest is None or oldest < report.oldest):
            report.oldest = oldest
        met = (oldest is not None and oldest <= report.since - (OVERLAP if walk.is_paged else timedelta())) or self._met(walk, wanted)
        if met or not has_recent or not walk.is_paged:
            report.ended += 1
            # Pages to the last one are whole, and so is the index of a day; a list of the newest only if it met what was seen.
            if not (met or walk.is_paged or walk.route.is_by_day):
                report.fell_short = True
                report.oldest = report.oldest or self._now
            return []
        if following := walk.next():
            return [following]
        report.problems.append(f"stopped at the cap of {walk.route.max_pages} pages")
        return []

    def _met(self, walk: Walk, wanted: Sequence[Seen | None]) -> bool:
        """Whether a page shows what an unbroken run has seen: then that run has seen what stands behind it, too."""
        covered = self._covered.get(walk.route.name)
        if self._since is not None or covered is None or covered.looked_at is None or not wanted:
            return False
        together = all if walk.is_paged else any
        return together(page is not None and page.since <= covered.looked_at for page in wanted)

    def coverage(self, *, finished: bool) -> dict[str, Coverage]:
        """What the run has seen of each route: whole walks only if it ``finished``, that is, if it visited all that they listed."""
        seen = {}
        for name, report in self.reports.items():
            before = self._covered.get(name, Coverage()).seen_until
            # a look at a part of the past says nothing about the time before or after it
            is_joined = self._until is None and (before is None or report.since <= before or self._since is None)
            is_whole = finished and report.is_whole and is_joined
            seen[name] = Coverage(
                seen_until=self._now if is_whole else None,
                looked_at=clock.now() if is_whole else None,
                listed_at=self._now if report.found else None,
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
        if route.takes and re.search(route.takes, candidate.url):
            return True
        return self._smells("\n".join((candidate.title or "", candidate.summary or "", *candidate.keywords)))


def looking_back(routes: Sequence[Route]) -> list[Route]:
    """The routes that can show what was published at any given time: those by day or, where there are none, those that have pages."""
    by_day = [route for route in routes if route.is_by_day]
    return by_day or [route for route in routes if route.is_paged]
