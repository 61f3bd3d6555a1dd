"""What an outlet expects of every run, and which expectations a run did not meet.

A run an hour may bring one article. So an expectation of articles looks at the run's own, and then at those of the runs before it, until
what is seen cannot be chance; only a run that has something to show for it is degraded. What the outlet gave in the last 14 days tightens
what is declared, and never loosens it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter
from statistics import median

from crawler.article import Issue, RunCounts
from crawler.discovery.report import RouteReport, coverage_gaps

BASELINE = timedelta(days=14)
RECENT = timedelta(days=2)  # how far back a run's own articles are looked at together with earlier ones
DAY = timedelta(days=1)
CHANCE = 0.002  # what is less likely than this by chance is no chance: seven outlets have some 200 runs a day
_FIELDS = ("headline", "published_at", "authors")
_OF_STATS = {
    "poros/store/not_stored": ("storage", "visits could not be stored: the database refused them, or was locked for long"),
    "poros/pipelines/errors": ("code", "visits met an error in our code: see the log"),
    "spider_exceptions/count": ("code", "listings or pages met an error in our code: see the log"),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a run did not meet, and the kinds of issues that it would have met: what it was not able to see is not cleared."""

    issues: Sequence[Issue]
    judged: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """Floors of one run. Shares are checked only from ``sample`` articles on, since one odd page is no redesign."""

    sample: int = 4  # articles; fewer say nothing
    headline: float = 0.98  # at least this share of articles has one
    published_at: float = 0.95  # at least this share of articles has a time of publication
    authors: float = 0.5  # at least this share of articles is signed; 0 where an outlet has no bylines
    shells: float = 0.2  # at most this share of article pages may need a browser, if the outlet does not declare it
    generic_body: float = 0.2  # at most this share of bodies may have been read without the outlet's rules
    unread: float = 0.2  # at most this share of article requests may end rejected, failed or gone
    pace: float = 60.0  # seconds a page at most, on average, in a run that spends its budget
    of_baseline: float = 0.6  # the share of articles that have a field, of what it was in the last 14 days
    volume: float = 0.25  # listed, fetched and on-topic articles of a day, of a day's in the last 14 days

    def judge(
        self,
        outlet: str,
        routes: Mapping[str, RouteReport],
        stats: Mapping[str, object],
        *,
        run: RunCounts,
        past: Sequence[RunCounts] = (),
        budget: float | None = None,
    ) -> Judgement:
        """Judge a run. ``stats`` are Scrapy's; ``past``: runs of the last 14 days, newest first; ``budget``: seconds, if it spent them."""
        routes = {name: report for name, report in routes.items() if report.answered and not report.unproven}
        issues = list(self._unmet_by_routes(outlet, routes, past))
        judged = {"outlet", "code", *(["storage"] if run.articles or run.unread else [])}
        for name, (kind, what) in _OF_STATS.items():
            if count := stats.get(name):
                issues.append(Issue(kind=kind, subject=outlet if kind == "code" else "database", detail=f"{count} {what}"))
        if not any(issue.kind == "outlet" for issue in issues):
            judged.add("route")
            windows = self._windows(run, past)
            shells, is_doubtful = self._too_many("text", self.shells, windows)
            is_missing = bool(stats.get("poros/browser/missing"))
            # pages that wait for a browser are one issue, not two
            unmet, is_clear = self._unmet_by_articles(windows, past, budget, are_read=not (shells and is_missing))
            if unmet:
                issues.append(Issue(kind="articles", subject=outlet, detail="; ".join(unmet)))
            if is_clear:
                judged.add("articles")
            if shells:
                what = "there is none: make browser" if is_missing else "declare it: browser = True"
                detail = f"{shells[0]} of {shells[1]} article pages need a browser; {what}"
                issues.append(Issue(kind="browser", subject=outlet, detail=detail))
            if (run.articles or run.unread) and not (is_doubtful and not shells):
                judged.add("browser")
            is_ill = any(issue.degrades for issue in issues)
            if not is_ill and any(report.answered for report in routes.values()) and (days := self._days(run, past)):
                judged.add("volume")
                issues += self._unmet_by_day(outlet, days[0], days[1:])
        return Judgement(issues, frozenset(judged))

    def _unmet_by_routes(self, outlet: str, routes: Mapping[str, RouteReport], past: Sequence[RunCounts]) -> Iterator[Issue]:
        reasons = {name: "; ".join(dict.fromkeys(report.problems)) or "listed no article" for name, report in routes.items()}
        living_groups = {report.group for report in routes.values() if report.group and not report.is_dead}
        dead = [report for report in routes.values() if report.is_dead]
        # that an index may be empty in the early morning is no sign of life
        is_all_silent = all(report.is_silent for report in routes.values()) and not all(report.is_new for report in dead)
        if routes and (len(dead) == len(routes) or is_all_silent):
            what = "; ".join(dict.fromkeys(reasons.values()))
            yield Issue(kind="outlet", subject=outlet, detail=f"no route listed anything: {what}")
        else:
            is_quiet = not any(report.unknown for report in routes.values())
            for name, report in routes.items():
                alone = report.group in living_groups  # others of its group list something
                is_lost = report.is_dead and not (alone and report.is_new)  # an outlet need not have every tag
                if is_lost or (report.problems and not report.is_dead):
                    since = report.last_nonempty_at
                    # an empty list may be right as long as the others have not listed anything new either
                    may_be = is_quiet and not any(since and run.unknown and run.at > since for run in past)
                    degrades = is_lost and not alone and (bool(report.problems) or not may_be)
                    yield Issue(kind="route", subject=name, detail=reasons[name], degrades=degrades)
        for name, (start, end) in coverage_gaps(routes).items():
            detail = f"nothing is known of {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
            yield Issue(kind="coverage_gap", subject=name, detail=detail, gap=(start, end))

    def _windows(self, run: RunCounts, past: Sequence[RunCounts]) -> list[RunCounts]:
        """The run, and the run with more and more of those before it."""
        windows = [run]
        for earlier in past:
            if earlier.at > run.at - RECENT and windows[-1].articles + windows[-1].unread < 10 * self.sample:
                windows.append(windows[-1] + earlier)
        return windows

    def _too_many(self, what: str, limit: float, windows: Sequence[RunCounts]) -> tuple[tuple[int, int] | None, bool]:
        """How many of how many lack it, where that is more than the limit and no chance; and whether the latest few speak for it."""
        bad = [(window.lacking(what), window.asked(what)) for window in windows]
        sure = [(k, n) for k, n in bad if n >= self.sample and k > limit * n and at_least(k, n, limit) < CHANCE]
        own, own_of = bad[0]
        is_doubtful = any(k > limit * n for k, n in [each for each in bad if each[1] >= self.sample][:1])
        return sure[0] if sure and own > limit * own_of else None, is_doubtful

    def _unmet_by_articles(
        self, windows: Sequence[RunCounts], past: Sequence[RunCounts], budget: float | None, *, are_read: bool
    ) -> tuple[list[str], bool]:
        """What the articles lack, together one issue since a redesign has many signs; and whether nothing speaks for it any more."""
        run = windows[0]
        unmet, doubtful = [], not are_read or not (run.articles or run.unread)
        if budget is not None and run.fetched < max(1, budget / self.pace):
            unmet.append(f"spent its {budget:.0f} seconds and read {run.fetched} pages")
        base = sum(past, RunCounts(at=run.at))
        for name, limit, what in self._shares(base):
            bad, is_doubtful = self._too_many(name, limit, windows)
            doubtful |= is_doubtful
            if bad and (are_read or name != "article"):
                unmet.append(what.format(*bad, good=bad[1] - bad[0]))
        return unmet, bool(unmet) or not doubtful

    def _shares(self, base: RunCounts) -> Iterator[tuple[str, float, str]]:
        """Yield what articles may lack, the share that may lack it, and how to say so."""
        is_known = base.articles >= 50  # else the last 14 days say nothing yet
        yield "article", self.unread, "{0} of {1} article pages gave no article"
        for name in _FIELDS:
            usual = 1 - base.lacking(name) / base.articles if is_known else 0
            yield name, 1 - max(getattr(self, name), self.of_baseline * usual), name + " read from {good} of {1} articles"
        usual = base.lacking("rules") / base.articles if is_known else 1
        limit = min(self.generic_body, max(self.generic_body / 2, 3 * usual))
        yield "rules", limit, "{0} of {1} bodies were read without the outlet's rules: a redesign?"

    def _days(self, run: RunCounts, past: Sequence[RunCounts]) -> list[RunCounts]:
        """What the good runs of each day gave, the last day first; empty where too few of the last day were good, or than usual.

        Other days of which one run in four was ill are left out: ill ones ask for the same again and again, and what they took is not new.
        """
        days: dict[int, list[RunCounts]] = {}
        for each in past:
            days.setdefault((run.at - each.at) // DAY, []).append(each)
        good = {day: [each for each in those if each.is_good] for day, those in days.items()}
        good = {day: those for day, those in good.items() if len(those) >= 0.75 * len(days[day])}
        if 0 not in good or len(good[0]) < 0.75 * median(map(len, good.values())):
            return []
        good[0].append(run)
        return [sum(those, RunCounts(at=run.at)) for those in good.values()]

    def _unmet_by_day(self, outlet: str, last: RunCounts, before: Sequence[RunCounts]) -> Iterator[Issue]:
        if len(before) < 3:
            return
        unmet = []
        for what, count in {"listed": attrgetter("unknown"), "fetched": attrgetter("fetched"), "on topic": attrgetter("on_topic")}.items():
            seen, usual = count(last), median(map(count, before))  # a day may have been the first, or come after an outage
            if what == "on topic":  # of what was read
                usual = last.articles * sum(map(count, before)) / max(1, sum(each.articles for each in before))
            if seen < self.volume * usual and at_most(seen, 2 * self.volume * usual) < CHANCE:
                unmet.append(f"{seen} articles {what} in a day; {usual:.0f} were usual in the {BASELINE.days} days before")
        if unmet:
            yield Issue(kind="volume", subject=outlet, detail="; ".join(unmet))


def at_least(count: int, of: int, share: float) -> float:
    """The probability of so many in ``of`` where each is one by this share (the binomial distribution's tail)."""
    return sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count, of + 1))


def at_most(count: int, usual: float) -> float:
    """The probability of at most so many where ``usual`` are expected (Poisson's)."""
    return sum(math.exp(k * math.log(usual) - usual - math.lgamma(k + 1)) for k in range(count + 1)) if usual else 1.0
