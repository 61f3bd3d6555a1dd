"""The ledger of runs. Stamps and durations are real time, by the database's clock."""

import json
import os
import re
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from crawler.article import Issue, RouteState, RunCounts
from pipelines.database import coverage
from pipelines.database.attention import count_listed
from pipelines.database.connection import DatabaseUnavailable, connect, describe, redact, storable
from pipelines.database.errors import LockHeld
from pipelines.database.issues import update_issues
from pipelines.database.locks import is_awaited, is_held, locked_connection, release
from pipelines.database.session import Session

# Kinds of issues that are one whatever outlet's run meets them: of this machine, and of the database
OF_MACHINE = frozenset({"archive", "clock", "network"})
OF_DATABASE = frozenset({"database_clock", "storage"})
SHARED = OF_MACHINE | OF_DATABASE
_PAST = """
    select logical_clock as at, exit_code = 0 or coalesce(reason like 'volume %%', false) as is_good,
        listed - known as unknown, fetched, on_topic, coalesce((stats->>'poros/visits/article')::integer, 0) as articles,
        rejected + failed + coalesce((stats->>'poros/visits/gone')::integer, 0)
            + coalesce((stats->>'poros/visits/needs_browser')::integer, 0) as unread,
        greatest((stats->>'poros/browser/shells')::integer, (stats->>'poros/visits/needs_browser')::integer, 0) as shells,
        coalesce((stats->>'poros/fields/headline')::integer, 0) as headline,
        coalesce((stats->>case when abs((stats->>'poros/clock/seconds_ahead')::float) > 900 -- see RunLedger._judge
            then 'poros/visits/article' else 'poros/fields/published_at' end)::integer, 0) as published_at,
        coalesce((stats->>'poros/fields/authors')::integer, 0) as authors,
        coalesce((stats->>'poros/fields/generic_body')::integer, 0) as generic_body
    from crawl_runs
    where outlet = %s and until is null and exit_code is not null and run_id < %s and logical_clock between %s and %s
    order by logical_clock desc, run_id desc
"""
_HANDOVER = 120  # seconds that an ordinary run waits for a backfill of its outlet to give way
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # as JSON writes it, which jsonb refuses


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a run ended, and how far it got. All times are of the logical clock."""

    status: str  # ok, degraded, partial, failed
    exit_code: int
    reason: str | None = None
    counters: Mapping[str, int] = field(default_factory=dict)  # by column of crawl_runs
    routes: Mapping[str, Any] = field(default_factory=dict)  # what it did on each, as JSON
    stats: Mapping[str, Any] = field(default_factory=dict)  # JSON
    issues: Sequence[Issue] = ()
    judged: Collection[str] = ()  # kinds of issues: it met all that there are
    finished: bool = False  # whether it visited all that it listed, and by a clock that is right
    route_states: Mapping[str, RouteState] = field(default_factory=dict)  # what it saw of each
    whole: tuple[datetime, datetime] | None = None  # from, to: what a route that misses nothing looked at
    days: Sequence[date] = ()  # (WIB) that a backfill finished
    listed: Mapping[str, date] = field(default_factory=dict)  # all articles it found on lists, wanted or not: id → day (WIB)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """What is shown of a line of the ledger."""

    run_id: int
    outlet: str
    status: str  # running, ok, degraded, partial, failed, abandoned
    reason: str | None
    listed: int
    known: int
    filtered_out: int
    fetched: int
    on_topic: int
    new: int
    updated: int
    rejected: int
    failed: int
    seconds: float | None


class Run(Session):
    """One outlet's run: a session under the outlet's lock, and its line in the ledger.

    A context manager: leaving it closes the line if nobody closed it, and frees the lock.
    """

    def __init__(self, url: str, outlet: str, logical_clock: datetime, until: datetime | None) -> None:
        super().__init__(partial(_lock_of, url, outlet, is_backfill=until is not None))
        self._url, self.outlet = url, outlet
        self.logical_clock = logical_clock
        self.until = until
        self.run_id = 0
        self.follows_a_crash = False  # whether the process of the run before was killed, perhaps a moment ago
        self.is_closed = False

    @classmethod
    def begin(  # noqa: PLR0913 - what the line has columns for
        cls,
        url: str,
        outlet: str,
        *,
        title: str,
        home: str,
        logical_clock: datetime,
        since: datetime,
        until: datetime | None = None,
        by_hand: bool = False,
        period: timedelta | None = None,
        proven: str | None = None,
        prepare: Callable[[], object] = lambda: None,
    ) -> Self:
        """Take the outlet's lock and open a line in the ledger; lines that dead runs left open become ``abandoned``.

        ``until``: of a backfill, which gives way to an ordinary run that waits. ``by_hand``: somebody named ``since``, so that no later
        run makes up for what this one leaves undone. ``period``: how often the outlet is to be crawled. ``proven``: from what it is known.
        ``prepare``: what takes time or may fail is done when the lock is taken and before the line is opened. Raises LockHeld when the
        outlet is being crawled already, DatabaseUnavailable or ConfigurationError.
        """
        with ExitStack() as undo:  # of whatever was taken, if the rest cannot be had
            run = cls(url, outlet, logical_clock, until)
            undo.push(run)
            prepare()
            try:
                run._open([title, home, period, proven], since, by_hand=by_hand)
            except psycopg.OperationalError as error:
                run.run_id = 0
                raise DatabaseUnavailable(f"the run cannot be opened: {describe(error)}") from error
            undo.pop_all()
        return run

    def _open(self, declared: Sequence[object], since: datetime, *, by_hand: bool) -> None:
        with self.connection.transaction():
            self.connection.execute(
                """
                insert into outlets (outlet, title, home, period, proven) values (%s, %s, %s, %s, %s)
                on conflict (outlet) do update
                set (title, home, period, proven) = row(excluded.title, excluded.home, excluded.period, excluded.proven)
                where (outlets.title, outlets.home, outlets.period, outlets.proven)
                    is distinct from (excluded.title, excluded.home, excluded.period, excluded.proven)
                """,
                [self.outlet, *declared],
            )
            # we hold the outlet's lock, so whoever opened these is dead
            abandoned = self.connection.execute(
                """
                update crawl_runs set status = 'abandoned', finished_at = clock_timestamp(),
                    reason = 'its process ended before it could close the run'
                where outlet = %s and status = 'running' returning run_id
                """,
                [self.outlet],
            ).fetchall()
            for (run_id,) in abandoned:
                coverage.settle_debt(self.connection, run_id)
            self.follows_a_crash = bool(abandoned)
            (self.run_id,) = self.connection.execute(
                """
                insert into crawl_runs (outlet, logical_clock, since, until, by_hand, status, host, pid)
                values (%s, %s, %s, %s, %s, 'running', %s, %s)
                returning run_id
                """,
                [self.outlet, self.logical_clock, since, self.until, by_hand, socket.gethostname(), os.getpid()],
            ).fetchone() or (0,)

    def reconnect(self) -> None:
        """Do so, unless another run has been there meanwhile: what this one knows of the outlet is then out of date. Raises the same."""
        super().reconnect()
        try:
            replaced = self.connection.execute("select from crawl_runs where run_id = %s and status = 'abandoned'", [self.run_id]).rowcount
        except psycopg.Error as error:
            raise DatabaseUnavailable(f"the database is away: {describe(error)}") from error
        if replaced:
            release(self.connection)
            raise LockHeld(f"{self.outlet} has been crawled by another process meanwhile")

    def is_awaited(self) -> bool:
        """Whether another run waits for this one to end."""
        with suppress(psycopg.Error):
            return is_awaited(self.connection, f"outlet:{self.outlet}")
        return False

    def looks_back_to(self, since: datetime) -> None:
        """Say how far the run looks back, once that is known. Raises DatabaseUnavailable or LockHeld."""
        self.attempt(lambda connection: self._update(connection, {"since": since}))

    def progress(self, counters: Mapping[str, int]) -> None:
        """Show how far the run is; counters are any of the ledger's. Raises DatabaseUnavailable or LockHeld."""
        with suppress(psycopg.OperationalError):  # somebody's lock is in the way: the next one will do
            self.attempt(lambda connection: self._update(connection, counters))

    def close(self, result: RunResult) -> None:
        """Finish the line, with its issues and how far it got, in one transaction.

        Raises DatabaseUnavailable, or LockHeld when the connection was lost and another run took over.
        """
        self.attempt(lambda connection: self._finish(connection, result))
        self.is_closed = True

    def _finish(self, connection: psycopg.Connection, result: RunResult) -> None:
        values = {
            "complete": result.whole is not None,
            "reason": result.reason and storable(redact(result.reason)),
            "exit_code": result.exit_code,
            "finished": result.finished,
            "routes": _json(result.routes),
            "stats": _json(result.stats),
        }
        with connection.transaction():
            self._update(connection, {**result.counters, **values})
            connection.execute(
                """
                update crawl_runs set status = %s, finished_at = clock_timestamp(),
                    seconds = extract(epoch from clock_timestamp() - started_at)
                where run_id = %s
                """,
                [result.status, self.run_id],
            )
            self._update_issues(connection, result)
            coverage.note_gaps(connection, self.outlet, {issue.subject: issue.gap for issue in result.issues if issue.gap})
            coverage.save_route_states(connection, self.outlet, result.route_states)
            coverage.finish_days(connection, self.outlet, result.days)
            count_listed(connection, self.outlet, result.listed, self.logical_clock)
            if result.whole:
                coverage.close_gaps(connection, self.outlet, *result.whole)
            coverage.settle_debt(connection, self.run_id)

    def _update_issues(self, connection: psycopg.Connection, result: RunResult) -> None:
        lasting = [issue for issue in result.issues if issue.gap is None]
        judged = set(result.judged) if result.finished and self.until is None else set[str]()
        of_outlet = [issue for issue in lasting if issue.kind not in SHARED]
        update = partial(update_issues, connection, at=self.logical_clock, run_id=self.run_id)
        update(self.outlet, of_outlet, judged=judged - SHARED)
        update(None, [issue for issue in lasting if issue.kind in OF_MACHINE], judged=judged & OF_MACHINE, machine=socket.gethostname())
        update(None, [issue for issue in lasting if issue.kind in OF_DATABASE], judged=judged & OF_DATABASE)

    def seconds_ahead(self, now: datetime) -> float:
        """By how much the database's clock is ahead of a time. Raises DatabaseUnavailable or LockHeld."""
        query = "select extract(epoch from clock_timestamp() - %s)::float"
        (ahead,) = self.attempt(lambda connection: connection.execute(query, [now]).fetchone()) or (0.0,)
        return float(ahead)

    def past(self, earliest: datetime) -> list[RunCounts]:
        """The outlet's ordinary runs before this one, back to a time of the logical clock, newest first."""
        parameters = [self.outlet, self.run_id, earliest, self.logical_clock]
        return self.attempt(lambda connection: connection.cursor(row_factory=class_row(RunCounts)).execute(_PAST, parameters).fetchall())

    def _update(self, connection: psycopg.Connection, values: Mapping[str, object]) -> None:
        columns = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in values)
        connection.execute(sql.SQL("update crawl_runs set {} where run_id = %s").format(columns), [*values.values(), self.run_id])

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        try:
            if self.run_id and not self.is_closed:
                reason = f"{kind.__name__}: {error}" if kind else "it ended without a result"
                issue = Issue(kind="code", subject=self.outlet, detail=reason)
                result = RunResult(status="failed", exit_code=1, reason=reason, issues=[issue])
                if kind is SystemExit:  # told to stop
                    result = RunResult(status="partial", exit_code=1, reason="shutdown")
                with suppress(psycopg.Error, DatabaseUnavailable):  # then the next run finds the line open and abandons it
                    self._finish(self._usable_connection(), result)
        finally:
            super().__exit__(kind, error, traceback)

    def _usable_connection(self) -> psycopg.Connection:
        """Ours; another where a signal came while something was being asked of ours: then it answers nothing more (psycopg 3.3)."""
        if self.connection.info.transaction_status is TransactionStatus.ACTIVE:
            self.connection.close()
            self.connection = connect(self._url)
        return self.connection


def _lock_of(url: str, outlet: str, *, is_backfill: bool) -> psycopg.Connection:
    name, past = f"outlet:{outlet}", f"backfill:{outlet}"
    if is_backfill:
        return locked_connection(url, past, name)
    try:
        return locked_connection(url, name)
    except LockHeld:
        with connect(url) as connection:
            if not is_held(connection, past):
                raise
    return locked_connection(url, name, wait=_HANDOVER)


def newest_run_id(connection: psycopg.Connection) -> int:
    """The number of the newest run of any outlet, 0 when there is none: take it before a crawl, for ``latest_runs`` after it."""
    (run_id,) = connection.execute("select coalesce(max(run_id), 0) from crawl_runs").fetchone() or (0,)
    return int(run_id)


_ROWS = """
    select distinct on (outlet) run_id, outlet, status, reason, listed, known, filtered_out, fetched, on_topic, new, updated, rejected,
        failed, seconds
    from crawl_runs
    where outlet = any(%(outlets)s) and run_id > %(since)s and (%(pid)s::integer is null or (pid, host) = (%(pid)s, %(host)s))
    order by outlet, run_id desc
"""


def latest_runs(connection: psycopg.Connection, outlets: Sequence[str], since_run_id: int = 0) -> list[RunRow]:
    """The newest run of each outlet that has one after ``since_run_id``, by the outlets' names."""
    parameters = {"outlets": list(outlets), "since": since_run_id, "pid": None, "host": None}
    return connection.cursor(row_factory=class_row(RunRow)).execute(_ROWS, parameters).fetchall()


def run_of(connection: psycopg.Connection, outlet: str, pid: int, since_run_id: int) -> RunRow | None:
    """The run after ``since_run_id`` of a process on this machine, if it has got as far as beginning it."""
    parameters = {"outlets": [outlet], "since": since_run_id, "pid": pid, "host": socket.gethostname()}
    return connection.cursor(row_factory=class_row(RunRow)).execute(_ROWS, parameters).fetchone()


def proven_time(connection: psycopg.Connection) -> tuple[datetime | None, datetime]:
    """The latest time that an outlet's own lists prove to have come, None before the first whole run; and the database's clock."""
    (latest, now) = connection.execute("select max(high_water_mark), clock_timestamp() from routes").fetchone() or (None, None)
    assert isinstance(now, datetime)
    return latest, now


def prune_runs(connection: psycopg.Connection, before: datetime, *, dry_run: bool = False) -> int:
    """Delete the lines of runs of an earlier logical clock, and issues cleared before; return how many lines.

    Of each outlet the newest line stays. What the runs found stays, and so do open issues. ``dry_run``: only count.
    """
    old = """
        from crawl_runs run
        where logical_clock < %s and status <> 'running'
            and exists (select from crawl_runs newer where newer.outlet = run.outlet and newer.run_id > run.run_id)
    """
    if dry_run:
        return connection.execute(f"select {old}".encode(), [before]).rowcount
    with connection.transaction():
        connection.execute("delete from crawl_issues where cleared_at < %s", [before])
        return connection.execute(f"delete {old}".encode(), [before]).rowcount


def _json(value: Mapping[str, Any]) -> Jsonb:
    return Jsonb(value, dumps=lambda obj: _NUL.sub(r"\1", storable(json.dumps(obj, default=str, ensure_ascii=False))))
