"""What an outlet promises of every run, and whether a run kept it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler.article import Validators


@dataclass(slots=True, kw_only=True)
class RouteReport:
    """What a run saw of one route."""

    since: datetime  # how far back it was to look
    seen_until: datetime | None = None  # what it was to meet: where what earlier runs saw ends; None where nothing has to be met
    oldest: datetime | None = None  # of the times it printed
    walks: int = 0
    ended: int = 0  # walks that came to their end: the last page, or what the run was asked to look back to
    unchanged: int = 0  # of those, ended by the answer that nothing has changed
    requests: int = 0
    found: int = 0  # article URLs of any kind and age: none at all means that the route is not what we believe
    listed: int = 0  # of those, the ones we want: recent, and of a channel or of words that may be the topic's
    passed_over: int = 0  # recent ones that we do not
    first: int = 0  # of those listed, the ones that no other route had listed before in this run
    known: int = 0  # of the first, the ones that were visited before
    unknown: int = 0  # of those listed, how many the database did not know
    reaches_back: bool = False  # whether the route's end proves that nothing was missed
    fell_short: bool = False  # whether a list of the newest ended before it met what was seen
    group: str | None = None  # routes of one group may be dead one by one
    is_new: bool = False  # whether it has never listed anything
    may_be_empty: bool = False
    problems: list[str] = field(default_factory=list)
    validators: dict[str, Validators] = field(default_factory=dict)  # of the first page of each walk, by URL

    @property
    def answered(self) -> bool:
        """Whether the run lasted long enough to learn anything from this route."""
        return bool(self.found or self.ended or self.problems)

    @property
    def is_dead(self) -> bool:
        """Whether it answered, and with nothing at all that is an article."""
        return self.answered and not (self.found or self.unchanged or (self.may_be_empty and not self.problems))

    @property
    def is_whole(self) -> bool:
        """Whether every walk came to its end. A tag that an outlet does not use is an empty list, and whole."""
        return 0 < self.walks == self.ended and (self.group is not None or not self.is_dead)

    @property
    def complete(self) -> bool:
        """Whether this route proves that the run missed nothing since ``since``."""
        return self.reaches_back and self.is_whole and not self.fell_short

    @property
    def gap(self) -> tuple[datetime, datetime] | None:
        """The time between what earlier runs saw and the oldest that this one saw, if it did not meet that."""
        if self.seen_until is None or not self.is_whole:
            return None
        if self.since > self.seen_until:
            return self.seen_until, self.since
        return (self.seen_until, self.oldest) if self.fell_short and self.oldest else None


def holes(routes: Mapping[str, RouteReport]) -> dict[str, tuple[datetime, datetime]]:
    """The gaps of routes that no other route of the outlet has looked into, in this run or in an unbroken row up to it, by route."""
    complete = [report for report in routes.values() if report.complete]
    if any(report.seen_until and not report.gap for report in complete):
        return {}
    back = min((report.since for report in complete), default=None)
    gaps = {name: gap for name, report in routes.items() if (gap := report.gap)}
    return {name: gap for name, gap in gaps.items() if back is None or back > gap[0]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that was not as it should be."""

    kind: str  # outlet, route, hole, fields, reading, articles, code
    subject: str  # which outlet, route or field
    detail: str
    degrades: bool = True  # whether the run is degraded by it
    hole: tuple[datetime, datetime] | None = None  # from, to: what nobody has looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """Bounds on one run. Shares are judged only from ``sample`` articles on, since one odd page is no redesign."""

    sample: int = 5
    headline: float = 0.98
    published_at: float = 0.95
    authors: float = 0.5
    generic_body: float = 0.2  # at most this share of bodies may have been read without the outlet's rules
    unread: float = 0.2  # at most this share of article requests may end rejected, failed or gone

    def unmet(self, outlet: str, routes: Mapping[str, RouteReport], stats: Mapping[str, object]) -> Iterator[Issue]:
        """Yield what this run fell short of. ``stats`` are Scrapy's, with the counts of the validate pipeline."""
        routes = {name: report for name, report in routes.items() if report.answered}
        reasons = {name: "; ".join(dict.fromkeys(report.problems)) or "listed no article" for name, report in routes.items()}
        groups = {report.group for report in routes.values() if report.group}
        dead_groups = {group for group in groups if all(report.is_dead for report in routes.values() if report.group == group)}
        if routes and all(report.is_dead for report in routes.values()):
            what = "; ".join(dict.fromkeys(reasons.values()))
            yield Issue(kind="outlet", subject=outlet, detail=f"no route listed anything: {what}")
        else:
            is_quiet = not any(report.unknown for report in routes.values())  # then a list that is empty may be right
            for name, report in routes.items():
                alone = report.group is not None and report.group not in dead_groups
                if report.is_dead and not (alone and report.is_new):  # an outlet need not have every tag
                    degrades = not alone and (bool(report.problems) or not is_quiet)
                    yield Issue(kind="route", subject=name, detail=reasons[name], degrades=degrades)
                elif report.problems and not report.is_dead:
                    yield Issue(kind="route", subject=name, detail=reasons[name], degrades=False)
        for name, (start, end) in holes(routes).items():
            detail = f"nothing is known of {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
            yield Issue(kind="hole", subject=name, detail=detail, hole=(start, end))
        for name, what in {"spider_exceptions/count": "listings or pages", "pipelines/errors": "visits"}.items():
            if stats.get(name):
                yield Issue(kind="code", subject=outlet, detail=f"{stats[name]} {what} met an error in our code: see the log")
        yield from self._unmet_by_articles(outlet, lambda name: int(str(stats.get(name, 0))))

    def _unmet_by_articles(self, outlet: str, count: Callable[[str], int]) -> Iterator[Issue]:
        articles, unread = count("visits/article"), sum(count(f"visits/{outcome}") for outcome in ("rejected", "failed", "gone"))
        if articles + unread >= self.sample and unread > self.unread * (articles + unread):
            yield Issue(kind="articles", subject=outlet, detail=f"{unread} of {articles + unread} article pages gave no article")
        if articles < self.sample:
            return
        for name in ("headline", "published_at", "authors"):
            found = count(f"fields/{name}")
            if found < getattr(self, name) * articles:
                yield Issue(kind="fields", subject=name, detail=f"read from {found} of {articles} articles")
        generic = count("fields/generic_body")
        if generic > self.generic_body * articles:
            detail = f"{generic} of {articles} bodies were read without the outlet's rules: a redesign?"
            yield Issue(kind="reading", subject="body", detail=detail)
