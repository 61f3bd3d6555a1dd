"""What an outlet expects of every run, and which expectations a run did not meet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from crawler.article import Issue
from crawler.discovery.report import RouteReport, coverage_gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """Bounds on one run. Shares are checked only from ``sample`` articles on, since one odd page is no redesign."""

    sample: int = 5
    headline: float = 0.98
    published_at: float = 0.95
    authors: float = 0.5
    generic_body: float = 0.2  # at most this share of bodies may have been read without the outlet's rules
    unread: float = 0.2  # at most this share of article requests may end rejected, failed or gone

    def unmet(self, outlet: str, routes: Mapping[str, RouteReport], stats: Mapping[str, object]) -> Iterator[Issue]:
        """Yield the expectations that a run did not meet. ``stats`` are Scrapy's, with the counts of the validate pipeline."""
        routes = {name: report for name, report in routes.items() if report.answered}
        reasons = {name: "; ".join(dict.fromkeys(report.problems)) or "listed no article" for name, report in routes.items()}
        living_groups = {report.group for report in routes.values() if report.group and not report.is_dead}
        if routes and all(report.is_dead for report in routes.values()):
            what = "; ".join(dict.fromkeys(reasons.values()))
            yield Issue(kind="outlet", subject=outlet, detail=f"no route listed anything: {what}")
        else:
            is_quiet = not any(report.unknown for report in routes.values())  # then an empty list may be right
            for name, report in routes.items():
                alone = report.group in living_groups  # others of its group list something
                is_lost = report.is_dead and not (alone and report.is_new)  # an outlet need not have every tag
                if is_lost or (report.problems and not report.is_dead):
                    degrades = is_lost and not alone and (bool(report.problems) or not is_quiet)
                    yield Issue(kind="route", subject=name, detail=reasons[name], degrades=degrades)
        for name, (start, end) in coverage_gaps(routes).items():
            detail = f"nothing is known of {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
            yield Issue(kind="coverage_gap", subject=name, detail=detail, gap=(start, end))
        for name, what in {"spider_exceptions/count": "listings or pages", "poros/pipelines/errors": "visits"}.items():
            if stats.get(name):
                yield Issue(kind="code", subject=outlet, detail=f"{stats[name]} {what} met an error in our code: see the log")
        yield from self._unmet_by_articles(outlet, lambda name: int(str(stats.get(name, 0))))

    def _unmet_by_articles(self, outlet: str, count: Callable[[str], int]) -> Iterator[Issue]:
        articles = count("poros/visits/article")
        unread = sum(count(f"poros/visits/{outcome}") for outcome in ("rejected", "failed", "gone"))
        if articles + unread >= self.sample and unread > self.unread * (articles + unread):
            yield Issue(kind="articles", subject=outlet, detail=f"{unread} of {articles + unread} article pages gave no article")
        if articles < self.sample:
            return
        for name in ("headline", "published_at", "authors"):
            found = count(f"poros/fields/{name}")
            if found < getattr(self, name) * articles:
                yield Issue(kind="fields", subject=name, detail=f"read from {found} of {articles} articles")
        generic = count("poros/fields/generic_body")
        if generic > self.generic_body * articles:
            detail = f"{generic} of {articles} bodies were read without the outlet's rules: a redesign?"
            yield Issue(kind="reading", subject="body", detail=detail)
