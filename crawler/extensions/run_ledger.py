"""Keeps the run's row in crawl_runs true while it lasts, and closes it whatever happens."""

import logging
from dataclasses import asdict
from typing import Self

from psycopg import Error as DatabaseError
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall

from crawler.exit_codes import ExitCode
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
    "database_unavailable": ("failed", ExitCode.DATABASE),
    "lock_lost": ("failed", ExitCode.LOCKED),
}

# Stats that say that something a route listed was not visited and written down: then the route has to be followed there once more.
UNVISITED = ("poros/store/not_stored", "poros/pipelines/errors", "spider_exceptions/count")

# column of crawl_runs → the stats that add up to it
COUNTERS = {
    "fetched": ("poros/visits/article", "poros/visits/unchanged", "poros/visits/rejected", "poros/visits/gone"),
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
            self.heartbeat.start(HEARTBEAT, now=False)

    def item_error(self) -> None:
        """Count a Visit that met an error in a pipeline, which Scrapy itself only logs."""
        self.stats.inc_value("poros/pipelines/errors")

    def _beat(self) -> None:
        if self.run is None:
            return
        try:
            if not self.run.lock_is_held():
                self.run.reconnect()
            self.run.progress(self._counters())
            if self.run.until and self.run.is_awaited():
                self._end("gave_way")
        except DatabaseUnavailable:
            logger.warning("the database does not answer; the next page that is to be stored waits for it")
        except LockHeld:
            # Two runs at once would be twice as impolite: this one gives way.
            self._end("lock_lost")

    def _end(self, reason: str) -> None:
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
        finished = reason == "finished" and not any(self.stats.get_value(name) for name in UNVISITED)
        issues = list(spider.expects.unmet(spider.name, spider.discovery.reports, self.stats.get_stats()))
        issues = [issue for issue in issues if finished or issue.kind != "coverage_gap"]  # the next run may yet look into it
        status, code = ENDINGS.get(reason, ("degraded", ExitCode.DEGRADED))
        if code == ExitCode.OK and any(issue.degrades for issue in issues):
            status, code = "degraded", ExitCode.DEGRADED
        for issue in issues:
            logger.log(logging.WARNING if issue.degrades else logging.INFO, "%s %s: %s", issue.kind, issue.subject, issue.detail)
        self.stats.set_value("poros/run/exit_code", int(code))
        counters = self._counters()
        logger.info("%s: %s", status, ", ".join(f"{count} {column}" for column, count in counters.items()))
        if self.run is None:
            return
        reports = spider.discovery.reports
        degrading = [f"{issue.kind} {issue.subject}: {issue.detail}" for issue in issues if issue.degrades]
        whole = min((report.since for report in reports.values() if report.complete), default=None) if finished else None
        result = RunResult(
            status=status,
            exit_code=int(code),
            reason="; ".join([*([] if reason == "finished" else [reason]), *degrading]) or None,
            counters=counters,
            routes={name: {key: value for key, value in asdict(report).items() if key != "validators"} for name, report in reports.items()},
            stats=self.stats.get_stats(),
            issues=issues,
            finished=finished,
            route_states=spider.discovery.route_states(finished=finished),
            whole=(whole, self.run.until or self.run.logical_clock) if whole else None,
            days=spider.discovery.finished_days() if finished else (),
        )
        try:
            self.run.close(result)
        except (DatabaseError, DatabaseUnavailable, LockHeld):
            logger.exception("the run's row could not be closed; the next run will mark it abandoned")
            self.stats.set_value("poros/run/exit_code", int(ExitCode.DATABASE))
