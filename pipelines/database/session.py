"""A connection with the locks that its work is done under; both are had again after the database was away."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

import psycopg

from pipelines.database.connection import DatabaseUnavailable, describe
from pipelines.database.locks import locked_connection, release

logger = logging.getLogger(__name__)

T = TypeVar("T")

_BACK_OFF = (0.5, 1, 2, 4, 8, 10)  # seconds, 26 in all with what connecting takes: a restart of the database takes about ten
_PATIENCE = 28  # seconds, connecting included: a run has to have ended after 35
# SQLSTATEs after which the same may work on another connection: lost, read-only after a failover, idle, no room, shut down, broken disk
_AWAY = ("08", "25006", "25P03", "53", "57P", "58")


class Session:
    """Work under a lock. A context manager: leaving it frees the lock.

    ``take`` makes the connection and takes the lock on it. All work is done there: nothing is written without the lock.
    """

    def __init__(self, take: Callable[[], psycopg.Connection]) -> None:
        self._take = take
        self._hurried = threading.Event()
        self._waited_in_vain = False
        self.connection = take()

    def lock_is_held(self) -> bool:
        """Whether the lock is still ours: it is as long as the connection lives. One round trip."""
        try:
            self.connection.execute("select 1")
        except psycopg.Error:
            return False
        return True

    def hurry(self) -> None:
        """From now on wait for no database that is away. Safe in a signal handler."""
        self._hurried.set()

    def attempt(self, work: Callable[[psycopg.Connection], T]) -> T:
        """Do some work on the connection; while the database is away, wait for it (28 s at most), reconnect and do the work again.

        Who has once waited in vain is not made to wait again. Raises DatabaseUnavailable in the end, LockHeld when another process took
        the lock meanwhile, and other errors of the work's at once.
        """
        deadline = time.monotonic() + _PATIENCE
        delays = iter(() if self._waited_in_vain else _BACK_OFF)
        if self._waited_in_vain:
            with suppress(DatabaseUnavailable):
                self.reconnect()
        while True:
            try:
                done = work(self.connection)
            except psycopg.Error as error:
                if not is_away(error):
                    raise
                delay = next(delays, None)
                if delay is None or time.monotonic() + delay > deadline or self._hurried.wait(delay):
                    self._waited_in_vain = True
                    raise DatabaseUnavailable(f"the database is away: {describe(error)}") from error
                logger.warning("The database is away, trying again: %s", describe(error))
            else:
                self._waited_in_vain = False
                return done
            with suppress(DatabaseUnavailable):
                self.reconnect()

    def reconnect(self) -> None:
        """Replace a lost connection and take the lock again. Raises DatabaseUnavailable, or LockHeld when another process took it."""
        release(self.connection)
        self.connection = self._take()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        release(self.connection)


def is_away(error: psycopg.Error) -> bool:
    """Whether it is the database that is away, and not the work that is wrong."""
    return error.sqlstate.startswith(_AWAY) if error.sqlstate else isinstance(error, psycopg.OperationalError)


def crawl_session(url: str) -> Session:
    """The session of a crawl of all outlets. Raises LockHeld, DatabaseUnavailable or ConfigurationError."""
    return Session(partial(locked_connection, url, "crawlall"))


def backfill_session(url: str) -> Session:
    """The session of a backfill; raises the same."""
    return Session(partial(locked_connection, url, "backfill"))


def alerts_session(url: str, patience: int) -> Session:
    """The session of whoever tells people what is the matter; waits for another to have done so. Raises the same."""
    return Session(partial(locked_connection, url, "alerts", wait=patience))
