"""The last pipeline: writes each Visit to the database, one transaction each."""

import logging
from typing import Self

import psycopg
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro

from crawler.article import Change, PageStatus, Visit
from pipelines.database.connection import DatabaseUnavailable, describe
from pipelines.database.errors import LockHeld
from pipelines.database.runs import Run
from pipelines.database.visits import quarantine, record

logger = logging.getLogger(__name__)

_RETRIES = 3
_IN_THE_WAY = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,  # statement_timeout
)
_UNSTORABLE = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
    ValueError,  # UnicodeError among them: a lone surrogate
    TypeError,
    OverflowError,
)


class StorePipeline:
    """Stores what the pipelines before it said about a Visit, and sets its ``status`` and ``change``.

    The run comes from ``spider.run``; without one nothing is stored. While the database is away the whole crawl waits, for at most
    30 s, so that nothing is fetched that cannot be kept; then the crawl is closed as ``database_unavailable`` (or ``lock_lost``),
    and what was not recorded is fetched again by the next run.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run: Run | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        self.run = getattr(self.crawler.spider, "run", None)
        if self.run is None:
            logger.warning("The spider was started without a run: nothing will be stored")

    def process_item(self, item: Visit) -> Visit:
        if self.run is None:
            self._count("not_stored")
            return item
        for attempt in range(_RETRIES + 1):
            try:
                item.status, item.change = self._record(self.run, item)
            except _IN_THE_WAY as error:
                logger.info("Attempt %d to store %r: %s", attempt + 1, item.url, error)
            except (DatabaseUnavailable, LockHeld) as error:
                self._give_up("lock_lost" if isinstance(error, LockHeld) else "database_unavailable", error)
                break
            else:
                self._count(item.change or item.status)
                return item
        logger.error("Not stored, left for the next run: %r", item.url)
        self._count("not_stored")
        return item

    def _record(self, run: Run, visit: Visit) -> tuple[PageStatus, Change | None]:
        try:
            return run.attempt(lambda connection: record(connection, visit))
        except _UNSTORABLE as error:
            reason = f"cannot be stored: {type(error).__name__}: {error}"
            logger.warning("%r %s", visit.url, reason)
            run.attempt(lambda connection: quarantine(connection, visit, reason))
            return PageStatus.REJECTED, None

    def _give_up(self, reason: str, error: Exception) -> None:
        logger.error("Storing ends here (%s): %s", reason, describe(error))
        self.run = None
        if self.crawler.engine:
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))  # not awaited: closing waits for this item

    def _count(self, what: str | None) -> None:
        self.crawler.stats.inc_value(f"poros/store/{what}")
