"""The ledger of runs, and the locks that keep two runs apart.

Locks are PostgreSQL advisory locks on connections of their own: the server frees them the moment their process dies. Stamps and
durations are real time, by the database's clock.
"""

import json
import logging
import os
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from pipelines.database.connection import DatabaseUnavailable, connect, described, lock_key, redact, storable

logger = logging.getLogger(__name__)

T = TypeVar("T")

_BACK_OFF = (0.5, 1, 2, 4, 8, 14)  # seconds, just under 30 in all: a restart of the database takes about ten
# SQLSTATEs after which the same may work on another connection: lost, read-only after a failover, no room, shut down, broken disk
_AWAY = ("08", "25006", "53", "57P", "58")
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # as JSON writes it, which jsonb refuses
_COUNTERS = ("listed", "known", "fetched", "on_topic", "new", "updated", "rejected", "failed")
_COUNT = """
    update crawl_runs set
        listed = coalesce(%(listed)s, listed), known = coalesce(%(known)s, known), fetched = coalesce(%(fetched)s, fetched),
        on_topic = coalesce(%(on_topic)s, on_topic), new = coalesce(%(new)s, new), updated = coalesce(%(updated)s, updated),
        rejected = coalesce(%(rejected)s, rejected), failed = coalesce(%(failed)s, failed)
    where run_id = %(run_id)s
"""


class LockHeld(Exception):  # noqa: N818 - no error: somebody else is at it
    """Another process does this already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something that was not as expected in a run, for a person to look at."""

    kind: str
    subject: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One line of the ledger."""

    run_id: int
    outlet: str
    title: str
    started_at: datetime
    finished_at: datetime | None
    story_clock: datetime
    since: datetime
    status: str  # running, ok, degraded, partial, failed, abandoned
    complete: bool
    reason: str | None
    exit_code: int | None
    listed: int
    known: int
    fetched: int
    on_topic: int
    new: int
    updated: int
    rejected: int
    failed: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class CompleteRun:
    """A run that looked back all the way to where it was to."""

    story_clock: datetime
    is_newest: bool  # whether no later run of the outlet was cut short


class Run:
    """One outlet's run: its lock, its one working connection and its line in the ledger.

    A context manager: leaving it closes the line as failed if nobody closed it, and frees the lock.
    """

    def __init__(self, url: str, outlet: str, since: datetime, lock: psycopg.Connection) -> None:
        self.outlet = outlet
        self.since = since
        self.run_id = 0
        self._url = url
        self._lock = lock
        self._closed = False
        self.connection = connect(url)

    @classmethod
    def begin(cls, url: str, outlet: str, *, title: str, home: str, story_clock: datetime, since: datetime) -> Self:
        """Take the outlet's lock and open a line in the ledger; lines that dead runs left open become ``abandoned``.

        Raises LockHeld when the outlet is being crawled already, DatabaseUnavailable or ConfigurationError.
        """
        lock = _locked_connection(url, f"outlet:{outlet}")
        try:
            run = cls(url, outlet, since, lock)
        except BaseException:
            lock.close()
            raise
        try:
            run._open(title, home, story_clock)
        except psycopg.OperationalError as error:
            run._disconnect()
            raise DatabaseUnavailable(f"the run cannot be opened: {described(error)}") from error
        except BaseException:
            run._disconnect()
            raise
        return run

    def _open(self, title: str, home: str, story_clock: datetime) -> None:
        with self.connection.transaction():
            self.connection.execute(
                """
                insert into outlets (outlet, title, home) values (%s, %s, %s)
                on conflict (outlet) do update set title = excluded.title, home = excluded.home
                where (outlets.title, outlets.home) is distinct from (excluded.title, excluded.home)
                """,
                [self.outlet, title, home],
            )
            # we hold the outlet's lock, so whoever opened these is dead
            self.connection.execute(
                """
                update crawl_runs set status = 'abandoned', finished_at = clock_timestamp(), reason = 'its process ended without a word'
                where outlet = %s and status = 'running'
                """,
                [self.outlet],
            )
            row = self.connection.execute(
                """
                insert into crawl_runs (outlet, story_clock, since, status, host, pid) values (%s, %s, %s, 'running', %s, %s)
                returning run_id
                """,
                [self.outlet, story_clock, self.since, socket.gethostname(), os.getpid()],
            ).fetchone()
            self.run_id = row[0] if row else 0

    def lock_is_held(self) -> bool:
        """Whether the outlet's lock is still ours: it is as long as its connection lives. One round trip."""
        try:
            self._lock.execute("select 1")
        except psycopg.Error:
            return False
        return True

    def attempt(self, work: Callable[[psycopg.Connection], T]) -> T:
        """Do some work on the connection; while the database is away, wait for it (30 s at most), reconnect and do the work again.

        Raises DatabaseUnavailable in the end, LockHeld when another run took over meanwhile, and other errors of the work's at once.
        """
        for delay in _BACK_OFF:
            try:
                return work(self.connection)
            except psycopg.Error as error:
                if not _is_away(error):
                    raise
                logger.warning("The database is away, trying again in %s s: %s", delay, described(error))
            time.sleep(delay)
            with suppress(DatabaseUnavailable):
                self.reconnect()
        try:
            return work(self.connection)
        except psycopg.Error as error:
            if not _is_away(error):
                raise
            raise DatabaseUnavailable(f"the database is away: {described(error)}") from error

    def reconnect(self) -> None:
        """Replace lost connections and take the lock again. Raises DatabaseUnavailable, or LockHeld when another run took over."""
        if not self.lock_is_held():
            self._lock.close()
            self._lock = _locked_connection(self._url, f"outlet:{self.outlet}")
        self.connection.close()
        self.connection = connect(self._url)

    def progress(self, counters: Mapping[str, int]) -> None:
        """Show how far the run is; counters are any of the ledger's. Skipped while the database is away: the next one will do."""
        with suppress(psycopg.OperationalError):
            self.connection.execute(_COUNT, self._counters(counters))

    def close(
        self,
        *,
        status: str,
        exit_code: int,
        reason: str | None = None,
        complete: bool = False,
        counters: Mapping[str, int] | None = None,
        routes: Mapping[str, Any] | None = None,
        stats: Mapping[str, Any] | None = None,
        issues: Sequence[Issue] = (),
    ) -> None:
        """Finish the line, with its issues, in one transaction. ``routes`` and ``stats`` are JSON, dates and the like become text.

        Raises DatabaseUnavailable, or LockHeld when the connection was lost and another run took over.
        """
        result = _result(status, exit_code, reason) | {"complete": complete, "routes": _json(routes or {}), "stats": _json(stats or {})}
        self.attempt(lambda connection: self._finish(connection, result, counters or {}, issues))
        self._closed = True

    def _finish(
        self, connection: psycopg.Connection, result: Mapping[str, Any], counters: Mapping[str, int], issues: Sequence[Issue]
    ) -> None:
        with connection.transaction():
            connection.execute(_COUNT, self._counters(counters))
            connection.execute(
                """
                update crawl_runs set status = %(status)s, complete = %(complete)s, reason = %(reason)s, exit_code = %(exit_code)s,
                    routes = %(routes)s, stats = %(stats)s, finished_at = clock_timestamp(),
                    seconds = extract(epoch from clock_timestamp() - started_at)
                where run_id = %(run_id)s
                """,
                {"run_id": self.run_id, **result},
            )
            connection.cursor().executemany(
                "insert into crawl_issues (run_id, outlet, kind, subject, detail) values (%s, %s, %s, %s, %s)",
                [(self.run_id, self.outlet, issue.kind, _text(issue.subject), _text(issue.detail)) for issue in issues],
            )

    def _counters(self, counters: Mapping[str, int]) -> dict[str, int | None]:
        if unknown := counters.keys() - set(_COUNTERS):
            raise ValueError(f"no such counter: {', '.join(sorted(unknown))}")
        return {"run_id": self.run_id, **dict.fromkeys(_COUNTERS), **counters}

    def _disconnect(self) -> None:
        self.connection.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        try:
            if not self._closed:
                reason = f"{kind.__name__}: {error}" if kind else "it ended without a result"
                with suppress(psycopg.Error):  # then the next run finds the line open and abandons it
                    self._finish(self.connection, _result("failed", 1, reason), {}, ())
        finally:
            self._disconnect()


@contextmanager
def crawl_lock(url: str) -> Iterator[None]:
    """The lock of a crawl of all outlets. Raises LockHeld, DatabaseUnavailable or ConfigurationError."""
    with _locked_connection(url, "crawlall"):
        yield


@contextmanager
def outlet_lock(url: str, outlet: str) -> Iterator[None]:
    """The lock of an outlet's runs, for work on its pages that is no run. Raises LockHeld, DatabaseUnavailable or ConfigurationError."""
    with _locked_connection(url, f"outlet:{outlet}"):
        yield


def last_complete_run(connection: psycopg.Connection, outlet: str) -> CompleteRun | None:
    """The outlet's newest run that ended well and looked back all the way: the next run need not look further back than its start."""
    query = """
        select story_clock, run_id = newest as is_newest from crawl_runs,
            (select max(run_id) as newest from crawl_runs where outlet = %(outlet)s) as last
        where outlet = %(outlet)s and complete and status in ('ok', 'degraded')
        order by run_id desc limit 1
    """
    return connection.cursor(row_factory=class_row(CompleteRun)).execute(query, {"outlet": outlet}).fetchone()


def newest_run_id(connection: psycopg.Connection) -> int:
    """The number of the newest run of any outlet, 0 when there is none: take it before a crawl, for ``latest_runs`` after it."""
    (run_id,) = connection.execute("select coalesce(max(run_id), 0) from crawl_runs").fetchone() or (0,)
    return int(run_id)


def latest_runs(connection: psycopg.Connection, outlets: Sequence[str], since_run_id: int = 0) -> list[RunRow]:
    """The newest run of each outlet that has one after ``since_run_id``, by the outlets' names."""
    return (
        connection.cursor(row_factory=class_row(RunRow))
        .execute(
            """
            select distinct on (outlet) run_id, outlet, title, started_at, finished_at, story_clock, since, status, complete, reason,
                exit_code, listed, known, fetched, on_topic, new, updated, rejected, failed, seconds
            from crawl_runs join outlets using (outlet)
            where outlet = any(%(outlets)s) and run_id > %(since)s
            order by outlet, run_id desc
            """,
            {"outlets": list(outlets), "since": since_run_id},
        )
        .fetchall()
    )


def _locked_connection(url: str, name: str) -> psycopg.Connection:
    connection = connect(url)
    try:
        (taken,) = connection.execute("select pg_try_advisory_lock(%s)", [lock_key(name)]).fetchone() or (False,)
    except psycopg.Error as error:
        connection.close()
        raise DatabaseUnavailable(f"the lock cannot be taken: {described(error)}") from error
    if not taken:
        connection.close()
        raise LockHeld(f"{name} is being worked on by another process")
    return connection


def _is_away(error: psycopg.Error) -> bool:
    return error.sqlstate.startswith(_AWAY) if error.sqlstate else isinstance(error, psycopg.OperationalError)


def _result(status: str, exit_code: int, reason: str | None) -> dict[str, Any]:
    return {"status": status, "exit_code": exit_code, "reason": _text(reason), "complete": False, "routes": _json({}), "stats": _json({})}


def _text(text: str | None) -> str | None:
    return text and storable(redact(text))


def _json(value: Mapping[str, Any]) -> Jsonb:
    return Jsonb(value, dumps=lambda obj: _NUL.sub(r"\1", storable(json.dumps(obj, default=str, ensure_ascii=False))))
