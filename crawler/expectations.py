"""What an outlet promises of every run, and whether a run kept it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class RouteReport:
    """What a run saw of one route."""

    walks: int = 0
    ended: int = 0  # walks that came to their end: the last page, or what the run was asked to look back to
    requests: int = 0
    found: int = 0  # article URLs of any kind and age: none at all means that the route is not what we believe
    listed: int = 0  # of those, the ones we want: recent, and of the channel
    unknown: int = 0  # of those, how many the database did not know
    reaches_back: bool = False  # whether the route's end proves that nothing was missed
    problems: list[str] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether the run lasted long enough to learn anything from this route."""
        return bool(self.found or self.ended or self.problems)

    @property
    def complete(self) -> bool:
        """Whether this route proves that the run missed nothing."""
        return self.reaches_back and 0 < self.walks == self.ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that was not as it should be."""

    kind: str  # outlet, route, fields, reading, articles, code
    subject: str  # which outlet, route or field
    detail: str
    degrades: bool = True  # whether the run is degraded by it


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
        reasons = {name: "; ".join(dict.fromkeys(report.problems)) for name, report in routes.items()}
        if routes and all(report.found == 0 for report in routes.values()):
            what = "; ".join(dict.fromkeys(filter(None, reasons.values()))) or "no article URL on any page"
            yield Issue(kind="outlet", subject=outlet, detail=f"no route listed anything: {what}")
        else:
            for name, report in routes.items():
                if report.found == 0:
                    yield Issue(kind="route", subject=name, detail=reasons[name] or "listed no article")
                elif report.problems:
                    yield Issue(kind="route", subject=name, detail=reasons[name], degrades=False)
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
