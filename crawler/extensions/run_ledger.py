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
from crawler.expectations import Issue
from crawler.outlet import OutletSpider
from pipelines.database.connection import DatabaseUnavailable
from pipelines.database.runs import Issue as StoredIssue
from pipelines.database.runs import LockHeld, Run

logger = logging.getLogger(__name__)

HEARTBEAT = 2.0  # seconds

# How a run that Scrapy closed for this reason ended, if nothing else is wrong with it. "partial": the next run goes on from there.
ENDINGS = {
    "finished": ("ok", ExitCode.OK),
    "closespider_timeout": ("partial", ExitCode.OK),
    "shutdown": ("partial", ExitCode.DEGRADED),
    "database_unavailable": ("failed", ExitCode.DATABASE),
    "lock_lost": ("failed", ExitCode.LOCKED),
}

# column of crawl_runs → the stats that add up to it
COUNTERS = {
    "listed": ("routes/listed",),
    "known": ("routes/known",),
    "fetched": ("visits/article", "visits/rejected", "visits/gone"),
    "on_topic": ("topic/about", "topic/review"),
    "new": ("store/new",),
    "updated": ("store/updated",),
    "rejected": ("visits/rejected",),
    "failed": ("visits/failed",),
}


class RunLedger:
    """Needs the spider to carry its `Run`, as ``scrapy crawl`` gives it; a spider without one runs without a ledger."""

    def __init__(self, crawler: Crawler) -> None:
        if crawler.stats is None:
            raise NotConfigured("needs the stats collector")
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

    def spider_opened(self) -> None:
        """Start telling the row how far the run is."""
        if self.run:
            self.heartbeat.start(HEARTBEAT, now=False)

    def item_error(self) -> None:
        """Count a Visit that met an error in a pipeline, which Scrapy itself only logs."""
        self.stats.inc_value("pipelines/errors")

    def _beat(self) -> None:
        if self.run is None:
            return
        try:
            if not self.run.lock_is_held():
                self.run.reconnect()
            self.run.progress(self._counters())
        except DatabaseUnavailable:
            logger.warning("the database does not answer; the next page that is to be stored waits for it")
        except LockHeld:
            # Two runs at once would be twice as impolite: this one gives way.
            self.heartbeat.stop()
            if self.crawler.engine:
                deferred_from_coro(self.crawler.engine.close_spider_async(reason="lock_lost"))

    def _counters(self) -> dict[str, int]:
        return {column: sum(self.stats.get_value(name, 0) for name in names) for column, names in COUNTERS.items()}

    def spider_closed(self, spider: OutletSpider, reason: str) -> None:
        """Judge the run, close its row and leave its exit code in the stats."""
        if self.heartbeat.running:
            self.heartbeat.stop()
        issues = list(spider.expects.unmet(spider.name, spider.reports, self.stats.get_stats()))
        status, code = ENDINGS.get(reason, ("degraded", ExitCode.DEGRADED))
        if code == ExitCode.OK and any(issue.degrades for issue in issues):
            status, code = "degraded", ExitCode.DEGRADED
        for issue in issues:
            logger.log(logging.WARNING if issue.degrades else logging.INFO, "%s %s: %s", issue.kind, issue.subject, issue.detail)
        self.stats.set_value("run/exit_code", int(code))
        logger.info("%s: %s", status, ", ".join(f"{count} {column}" for column, count in self._counters().items()))
        if self.run is None:
            return
        try:
            self._close(self.run, spider, status, code, "" if reason == "finished" else reason, issues)
        except (DatabaseError, DatabaseUnavailable, LockHeld):
            logger.exception("the run's row could not be closed; the next run will mark it abandoned")
            self.stats.set_value("run/exit_code", int(ExitCode.DATABASE))

    def _close(self, run: Run, spider: OutletSpider, status: str, code: ExitCode, reason: str, issues: list[Issue]) -> None:
        degrading = [f"{issue.kind} {issue.subject}: {issue.detail}" for issue in issues if issue.degrades]
        run.close(
            status=status,
            reason="; ".join([*([reason] if reason else []), *degrading]) or None,
            exit_code=int(code),
            complete=any(report.complete for report in spider.reports.values()),
            counters=self._counters(),
            routes={name: asdict(report) for name, report in spider.reports.items()},
            stats=self.stats.get_stats(),
            issues=[StoredIssue(kind=issue.kind, subject=issue.subject, detail=issue.detail) for issue in issues],
        )
