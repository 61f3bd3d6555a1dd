"""Keeps the run's row in crawl_runs true while it lasts, and closes it whatever happens."""

import logging
import socket
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Self

from psycopg import Error as DatabaseError
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from crawler import clock
from crawler.article import CLOCK_SKEW, Issue, RunCounts
from crawler.exit_codes import ExitCode
from crawler.expectations import BASELINE, Judgement
from crawler.extensions.server_clock import seconds_ahead
from crawler.outlet import OutletSpider
from pipelines.database.connection import DatabaseUnavailable
from pipelines.database.errors import LockHeld
from pipelines.database.runs import Run, RunResult

logger = logging.getLogger(__name__)

HEARTBEAT = 2.0  # seconds

# How a run that Scrapy closed for this reason ended, if nothing else is wrong with it. "partial": the next run goes on from there.
ENDINGS = {
    "finished": ("ok", ExitCode.OK),
    "closespider_timeout": ("partial", ExitCode.OK),
    "gave_way": ("partial", ExitCode.OK),  # a backfill, to an ordinary run
    "shutdown": ("partial", ExitCode.DEGRADED),
    "no_network": ("failed", ExitCode.DEGRADED),
    "database_unavailable": ("failed", ExitCode.DATABASE),
    "lock_lost": ("failed", ExitCode.LOCKED),
}

_DATABASE_AHEAD = "poros/clock/database_seconds_ahead"  # where ours is real time
# Stats that say that something a route listed was not visited and written down: then the route has to be followed there once more.
UNVISITED = ("poros/store/not_stored", "poros/pipelines/errors", "spider_exceptions/count")

# column of crawl_runs → the stats that add up to it
COUNTERS = {
    "fetched": tuple(f"poros/visits/{outcome}" for outcome in ("article", "unchanged", "rejected", "gone", "needs_browser")),
    "unchanged": ("poros/visits/unchanged",),
    "on_topic": ("poros/topic/kept",),
    "new": ("poros/store/new",),
    "updated": ("poros/store/updated",),
    "rejected": ("poros/visits/rejected",),
    "failed": ("poros/visits/failed",),
}


class RunLedger:
    """Needs the spider to carry its `Run`, as ``scrapy crawl`` gives it; a spider without one runs without a ledger."""

    def __init__(self, crawler: Crawler) -> None:
        if not issubclass(crawler.spidercls, OutletSpider):  # scrapy fetch, view and shell
            raise NotConfigured(f"{crawler.spidercls.__name__} is no outlet's spider")
        self.crawler = crawler
        self.stats = crawler.stats
        self.heartbeat = LoopingCall(self._beat)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension and connect it to the spider's opening and closing."""
        ledger = cls(crawler)
        crawler.signals.connect(ledger.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(ledger.spider_error, signal=signals.spider_error)
        crawler.signals.connect(ledger.item_error, signal=signals.item_error)
        crawler.signals.connect(ledger.spider_closed, signal=signals.spider_closed)
        return ledger

    @property
    def run(self) -> Run | None:
        """The run whose row is kept, if there is one."""
        return getattr(self.crawler.spider, "run", None)

    def spider_opened(self, spider: OutletSpider) -> None:
        """Tell the row how far the run looks back, and from now on how far it is."""
        if self.run:
            self.run.looks_back_to(spider.since)
            if not clock.is_set():
                self.stats.set_value(_DATABASE_AHEAD, self.run.seconds_ahead(clock.now()))
            self.heartbeat.start(HEARTBEAT, now=False)

    def spider_error(self, failure: Failure) -> None:
        """End a run that has no database any more to ask what is known: nothing is the matter with the outlet."""
        if isinstance(failure.value, DatabaseUnavailable):
            self._end("database_unavailable")
        elif isinstance(failure.value, LockHeld):
            self._end("lock_lost")

    def item_error(self) -> None:
        """Count a Visit that met an error in a pipeline, which Scrapy itself only logs."""
        self.stats.inc_value("poros/pipelines/errors")

    def _beat(self) -> None:
        if self.run is None:
            return
        try:
            self.run.progress(self._counters())  # waits for a database that is away, so that nothing is asked for without the lock
            if self.run.until and self.run.is_awaited():
                self._end("gave_way")
        except DatabaseUnavailable:
            self._end("database_unavailable")
        except LockHeld:
            # Two runs at once would be twice as impolite: this one gives way.
            self._end("lock_lost")

    def _end(self, reason: str) -> None:
        if self.heartbeat.running:
            self.heartbeat.stop()
        if self.crawler.engine:
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def _counters(self) -> dict[str, int]:
        counters = {column: sum(self.stats.get_value(name, 0) for name in names) for column, names in COUNTERS.items()}
        reports = self.crawler.spider.discovery.reports.values() if isinstance(self.crawler.spider, OutletSpider) else ()
        return {
            "listed": sum(report.first for report in reports),
            "known": sum(report.known for report in reports),
            "filtered_out": sum(report.filtered_out for report in reports),
            **counters,
        }

    def spider_closed(self, spider: OutletSpider, reason: str) -> None:
        """Judge the run, close its row and leave its exit code in the stats."""
        if self.heartbeat.running:
            self.heartbeat.stop()
        try:
            result = self._result(spider, reason)
            self.stats.set_value("poros/run/exit_code", result.exit_code)
            for issue in result.issues:
                logger.log(logging.WARNING if issue.degrades else logging.INFO, "%s %s: %s", issue.kind, issue.subject, issue.detail)
            logger.info("%s: %s", result.status, ", ".join(f"{count} {column}" for column, count in result.counters.items()))
            if self.run:
                self.run.close(replace(result, stats=self.stats.get_stats()))
        except LockHeld as error:
            logger.warning("%s: what this run had done by then stays, the rest is the other's", error)
            self.stats.set_value("poros/run/exit_code", int(ExitCode.LOCKED))
        except (DatabaseError, DatabaseUnavailable):
            logger.exception("the run's row could not be closed; the next run will mark it abandoned")
            self.stats.set_value("poros/run/exit_code", int(ExitCode.DATABASE))

    def _result(self, spider: OutletSpider, reason: str) -> RunResult:
        status, code = ENDINGS.get(reason, ("degraded", ExitCode.DEGRADED))
        counters, reports = self._counters(), spider.discovery.reports
        is_ill = code in {ExitCode.DATABASE, ExitCode.LOCKED}  # such a run says nothing of its outlet
        judgement = Judgement((), frozenset()) if is_ill else self._judge(spider, reason, counters)
        finished = reason == "finished" and not self._clock_is_wrong() and not any(self.stats.get_value(name) for name in UNVISITED)
        # what a run had no time for, the next may yet look into
        issues = [issue for issue in judgement.issues if finished or issue.kind != "coverage_gap"]
        degrading = [f"{issue.kind} {issue.subject}: {issue.detail}" for issue in issues if issue.degrades]
        if code == ExitCode.OK and degrading:
            status, code = "degraded", ExitCode.DEGRADED
        whole = min((report.since for report in reports.values() if report.complete), default=None) if finished else None
        return RunResult(
            status=status,
            exit_code=int(code),
            reason="; ".join([*([] if reason in {"finished", "no_network"} else [reason]), *degrading]) or None,
            counters=counters,
            routes={name: {key: value for key, value in asdict(report).items() if key != "validators"} for name, report in reports.items()},
            issues=issues,
            judged=judgement.judged,
            finished=finished,
            route_states={} if self._clock_is_wrong() else spider.discovery.route_states(finished=finished),
            whole=(whole, self.run.until or self.run.logical_clock) if whole and self.run else None,
            days=spider.discovery.finished_days() if finished else (),
            listed=spider.discovery.listed,
        )

    def _clock_is_wrong(self) -> bool:
        """Whether this machine's clock is: then no mark moves, since it would pass what nobody has seen yet.

        Where no server says what time it is, the database's clock is a witness, too.
        """
        ahead = seconds_ahead(self.crawler)
        return _is_off(self._database_ahead() if ahead is None else ahead)

    def _database_ahead(self) -> float:
        return float(self.stats.get_value(_DATABASE_AHEAD, 0.0))

    def _judge(self, spider: OutletSpider, reason: str, counters: Mapping[str, int]) -> Judgement:
        """Judge the run by what its outlet expects, and by what a machine has to have: a network, a disk, the right time."""
        stats, run, machine = self.stats.get_stats(), self.run, socket.gethostname()
        names = ("headline", "published_at", "authors", "generic_body")
        waiting = stats.get("poros/visits/needs_browser", 0)
        own = RunCounts(
            at=run.logical_clock if run else clock.now(),
            unknown=counters["listed"] - counters["known"],
            fetched=counters["fetched"],
            on_topic=counters["on_topic"],
            articles=stats.get("poros/visits/article", 0),
            unread=counters["rejected"] + counters["failed"] + stats.get("poros/visits/gone", 0) + waiting,
            shells=max(stats.get("poros/browser/shells", 0), waiting),
            **{name: stats.get(f"poros/fields/{name}", 0) for name in names},
        )
        if self._clock_is_wrong():  # by a clock that is behind, what is new is of the future, and that is no time
            own = replace(own, published_at=own.articles)
        past = run.past(own.at - BASELINE) if run else []
        budget = self.crawler.settings.getfloat("CLOSESPIDER_TIMEOUT") if reason == "closespider_timeout" else None
        judgement = spider.expects.judge(spider.name, spider.discovery.reports, stats, run=own, past=past, budget=budget)
        issues: list[Issue] = []
        if reason not in ENDINGS:  # Scrapy's limits: exceptions, memory
            issues.append(Issue(kind="code", subject=spider.name, detail=f"the run was ended: {reason}"))
        if reason == "no_network":
            issues.append(Issue(kind="network", subject=machine, detail="no outlet's name can be resolved: is this machine online?"))
        if lost := stats.get("poros/archive/lost"):
            issues.append(Issue(kind="archive", subject=machine, detail=f"{lost} answers could not be archived: is the disk full?"))
        if _is_off(ahead := seconds_ahead(self.crawler) or 0.0):
            issues.append(Issue(kind="clock", subject=machine, detail=f"its clock is {_said(ahead)} the servers': no route's mark moves"))
        elif _is_off(ahead := self._database_ahead()):  # then it is the database's that is wrong, or nobody knows
            issues.append(Issue(kind="database_clock", subject="database", detail=f"its clock is {_said(ahead)} that of {machine}"))
        seen = {"network": "downloader/response_count", "archive": "poros/archive/stored", "clock": "poros/clock/seconds_ahead"}
        seen["database_clock"] = _DATABASE_AHEAD
        return Judgement([*issues, *judgement.issues], judgement.judged | {kind for kind, name in seen.items() if name in stats})


def _is_off(ahead: float) -> bool:
    return abs(ahead) > CLOCK_SKEW.total_seconds()


def _said(ahead: float) -> str:
    return f"{abs(timedelta(seconds=round(ahead)))} {'behind' if ahead < 0 else 'ahead of'}"
