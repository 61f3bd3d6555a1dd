"""The ledger and its locks: one run an outlet, lines that tell the truth, locks that die with their process."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crawler.article import Issue, RouteState
from pipelines.database.connection import DatabaseUnavailable, connect
from pipelines.database.errors import LockHeld
from pipelines.database.known_pages import PostgresKnownPages
from pipelines.database.locks import is_held, lock
from pipelines.database.runs import Run, RunResult, latest_runs, newest_run_id, prune_runs
from pipelines.database.session import Session, crawl_session
from tests.servers.postgresql import on_one_server

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
HOLD = """
import sys, time
from datetime import UTC, datetime
from pipelines.database.errors import LockHeld
from pipelines.database.runs import Run
now = datetime.now(UTC)
try:
    run = Run.begin(sys.argv[1], "kompas", title="Kompas", home="https://kompas.example", logical_clock=now, since=now)
except LockHeld:
    sys.exit(75)
print(run.run_id, flush=True)
time.sleep(float(sys.argv[2]))
"""


def begin(url: str, outlet: str = "kompas", clock: datetime = NOW, until: datetime | None = None) -> Run:
    home = f"https://{outlet}.example"
    return Run.begin(url, outlet, title=outlet.title(), home=home, logical_clock=clock, since=clock - timedelta(days=1), until=until)


def holder(url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", HOLD, url, "60"], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kick_out(connection: psycopg.Connection) -> None:
    """What a restart of the database does to everybody's connections."""
    connection.execute(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
    )


def test_a_run_from_beginning_to_end(database_url: str, connection: psycopg.Connection) -> None:
    with begin(database_url) as run:
        run.progress({"listed": 7, "known": 3})
        run.progress({"listed": 9})
        (row,) = latest_runs(connection, ["kompas"])
        assert (row.run_id, row.status, row.listed, row.known, row.seconds) == (run.run_id, "running", 9, 3, None)
        assert connection.execute("select host is not null, pid from crawl_runs").fetchone() == (True, os.getpid())
        run.close(RunResult(
            status="degraded", reason="too few at postgresql://u:secret@h/d", exit_code=1,
            counters={"listed": 10, "fetched": 5, "on_topic": 2, "new": 1, "updated": 1, "rejected": 1, "failed": 1},
            routes={"feed": {"oldest": NOW}}, stats={"start_time": NOW, "odd\0": "a\0b\ud800", "backslash": "\\u0000"},
            issues=[Issue(kind="minimum", subject="feed", detail="5 of 10"), Issue(kind="note", subject="\ud800\0", detail="")],
            whole=(NOW - timedelta(days=1), NOW),
        ))  # fmt: skip
    (row,) = latest_runs(connection, ["kompas"])
    assert row.status == "degraded"
    assert (row.listed, row.known, row.fetched, row.on_topic, row.new, row.updated, row.rejected, row.failed) == (10, 3, 5, 2, 1, 1, 1, 1)
    assert row.reason == "too few at postgresql://u:***@h/d"
    assert row.seconds is not None
    assert row.seconds >= 0
    line = connection.execute("select title, exit_code, complete, logical_clock, since from crawl_runs join outlets using (outlet)")
    assert line.fetchone() == ("Kompas", 1, True, NOW, NOW - timedelta(days=1))
    stamps = connection.execute("select started_at <> logical_clock, finished_at >= started_at from crawl_runs")
    assert stamps.fetchone() == (True, True), "real time, not the story's"
    assert connection.execute("select stats - 'start_time' from crawl_runs").fetchone() == ({"odd": "ab?", "backslash": "\\u0000"},)
    assert connection.execute("select routes->'feed'->>'oldest' from crawl_runs").fetchone() == (str(NOW),)
    assert connection.execute("select kind, subject, detail from crawl_issues order by 1").fetchall() == [
        ("minimum", "feed", "5 of 10"), ("note", "?", "")
    ]  # fmt: skip


@pytest.mark.parametrize(("error", "reason"), [(KeyError("x"), "KeyError: 'x'"), (None, "it ended without a result")])
def test_a_run_that_nobody_closes_has_failed(
    database_url: str, connection: psycopg.Connection, error: Exception | None, reason: str
) -> None:
    def crawl() -> None:
        with begin(database_url):
            if error:
                raise error

    if error:
        with pytest.raises(type(error)):
            crawl()
    else:
        crawl()
    (row,) = latest_runs(connection, ["kompas"])
    assert (row.status, row.reason) == ("failed", reason)
    assert connection.execute("select exit_code from crawl_runs").fetchone() == (1,)
    begin(database_url).__exit__(None, None, None)


def test_unknown_counters_are_a_mistake(database_url: str) -> None:
    with begin(database_url) as run, pytest.raises(psycopg.errors.UndefinedColumn, match="lisetd"):
        run.progress({"lisetd": 1})


def test_one_run_an_outlet(database_url: str, connection: psycopg.Connection) -> None:
    with begin(database_url) as run:
        with pytest.raises(LockHeld):
            begin(database_url)
        with begin(database_url, "antara"):
            pass
        assert run.lock_is_held()
    assert connection.execute("select outlet, count(*) from crawl_runs group by 1 order by 1").fetchall() == [("antara", 1), ("kompas", 1)]
    with begin(database_url):
        pass


@on_one_server
def test_twenty_at_once_give_one_run(database_url: str, connection: psycopg.Connection) -> None:
    processes = [holder(database_url) for _ in range(20)]
    try:
        codes: list[int | None] = []
        while codes.count(75) < 19:
            codes = [process.poll() for process in processes]
            time.sleep(0.02)
        assert codes.count(None) == 1
        assert connection.execute("select count(*) from crawl_runs").fetchone() == (1,)
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_the_lock_of_a_killed_run_is_free_at_once_and_its_line_abandoned(database_url: str, connection: psycopg.Connection) -> None:
    with holder(database_url) as process:
        assert process.stdout is not None
        killed_id = int(process.stdout.readline())
        with pytest.raises(LockHeld):
            begin(database_url)
        process.send_signal(signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + 60
    while True:
        try:
            run = begin(database_url)
            break
        except LockHeld:
            assert time.monotonic() < deadline
    with run:
        row = connection.execute(
            "select status, finished_at is not null, reason is not null from crawl_runs where run_id = %s", [killed_id]
        )
        assert row.fetchone() == ("abandoned", True, True)
        assert connection.execute("select status from crawl_runs where run_id = %s", [run.run_id]).fetchone() == ("running",)


@pytest.mark.parametrize("until", [None, NOW], ids=["run", "backfill"])
def test_the_lock_of_a_run_is_free_the_moment_it_ends(database_url: str, connection: psycopg.Connection, until: datetime | None) -> None:
    for _ in range(20):  # closing the connection alone leaves the lock to the server's next moment
        with begin(database_url, until=until) as run:
            run.close(RunResult(status="ok", exit_code=0))
        assert not is_held(connection, "outlet:kompas")
        assert not is_held(connection, "backfill:kompas")


def test_the_lock_of_a_crawl_of_all(database_url: str) -> None:
    with crawl_session(database_url):
        with pytest.raises(LockHeld), crawl_session(database_url):
            pass
        begin(database_url).__exit__(None, None, None)
    with crawl_session(database_url):
        pass


def test_a_run_survives_a_restart_of_the_database(
    database_url: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(threading.Event, "wait", lambda event, seconds: waits.append(seconds))
    with begin(database_url) as run:
        kick_out(connection)
        assert not run.lock_is_held()
        assert PostgresKnownPages(run).seen(["1"], NOW) == {}
        assert run.lock_is_held()
        with pytest.raises(LockHeld):
            begin(database_url)
        kick_out(connection)
        run.progress({"listed": 1})
        kick_out(connection)
        run.close(RunResult(status="ok", exit_code=0))
    assert [row.status for row in latest_runs(connection, ["kompas"])] == ["ok"]
    assert waits == [0.5, 0.5, 0.5]


def test_a_run_gives_way_to_one_that_took_over(database_url: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Event, "wait", lambda event, seconds: None)
    with begin(database_url) as run:
        kick_out(connection)
        with begin(database_url) as other:
            with pytest.raises(LockHeld):
                run.attempt(lambda it: it.execute("select 1"))
            other.close(RunResult(status="ok", exit_code=0))
        assert connection.execute("select status from crawl_runs where run_id = %s", [run.run_id]).fetchone() == ("abandoned",)


def test_a_run_does_not_go_on_where_another_has_been_meanwhile(
    database_url: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one whose host was cut off: what it is about to ask for, the other has asked for."""
    monkeypatch.setattr(threading.Event, "wait", lambda event, seconds: None)
    with begin(database_url) as run:
        kick_out(connection)
        with begin(database_url) as other:
            other.close(RunResult(status="ok", exit_code=0))
        for _ in range(2):
            with pytest.raises(LockHeld, match="kompas has been crawled by another process meanwhile"):
                PostgresKnownPages(run)
            assert not is_held(connection, "outlet:kompas")
        with pytest.raises(LockHeld):
            run.close(RunResult(status="ok", exit_code=0))
    assert connection.execute("select status from crawl_runs order by run_id").fetchall() == [("abandoned",), ("ok",)]


def test_who_has_lost_the_lock_has_nothing_to_write_with(database_url: str, connection: psycopg.Connection) -> None:
    """The server misses a host that was cut off connection by connection: none may be left that writes without the lock."""
    holders = "select pid from pg_locks where locktype = 'advisory'"
    with begin(database_url) as run, connect(database_url) as other, lock(other, "the archive"):
        assert connection.execute(f"select count(pg_terminate_backend(pid, 10000)) from ({holders}) held".encode()).fetchone() == (2,)
        for each in (run.connection, other):
            with pytest.raises(psycopg.OperationalError):
                each.execute("insert into outlets (outlet, title) values ('x', 'X')")
        run.is_closed = True
    with begin(database_url) as run, lock(connection, "the archive"):
        assert run.follows_a_crash


def test_waiting_for_a_lock_leaves_the_limits_as_they_were(database_url: str, connection: psycopg.Connection) -> None:
    limits = "select current_setting('lock_timeout'), current_setting('statement_timeout')"
    with lock(connection, "x"), connect(database_url) as other:
        with pytest.raises(LockHeld, match="x is being worked on"), lock(other, "x", wait=1):
            pass
        assert other.execute(limits).fetchone() == ("5s", "30s")


def test_what_others_wait_for_is_freed_and_the_work_done_again(
    database_url: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Event, "wait", lambda event, seconds: None)
    pauses = [0.3, 0.0]

    def work(it: psycopg.Connection) -> None:
        with it.transaction():
            it.execute("set local idle_in_transaction_session_timeout = '20ms'")
            time.sleep(pauses.pop(0))  # as a host that was cut off, or put to sleep
            it.execute("select 1")

    with begin(database_url) as run:
        assert run.connection.execute("show idle_in_transaction_session_timeout").fetchone() == ("12s",)
        run.attempt(work)
        assert pauses == []


def test_waiting_for_the_database_has_an_end(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(threading.Event, "wait", lambda event, seconds: waits.append(seconds))
    with begin(database_url) as run:
        monkeypatch.setattr(run, "_take", lambda: connect("postgresql://u:S3CR3T@127.0.0.1:1/d"))
        run.connection.close()
        with pytest.raises(DatabaseUnavailable) as caught:
            run.attempt(lambda it: it.execute("select 1"))
        assert "S3CR3T" not in str(caught.value)
    assert 25 < sum(waits) <= 28


def test_other_errors_are_not_waited_for(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Event, "wait", lambda event, seconds: pytest.fail("waited"))
    with begin(database_url) as run, pytest.raises(psycopg.errors.DivisionByZero):
        run.attempt(lambda it: it.execute("select 1/0"))


def test_a_backfill_gives_way_to_an_ordinary_run(database_url: str, connection: psycopg.Connection) -> None:
    with begin(database_url, until=NOW) as backfill, ThreadPoolExecutor(1) as pool:
        assert not backfill.is_awaited()
        with pytest.raises(LockHeld):
            begin(database_url, until=NOW)
        waiting = pool.submit(begin, database_url)
        while not backfill.is_awaited():
            assert not waiting.done()
        backfill.close(RunResult(status="partial", exit_code=0))
        backfill.__exit__(None, None, None)
        with waiting.result() as run:
            run.close(RunResult(status="ok", exit_code=0))
    assert connection.execute("select status, until is null from crawl_runs order by run_id").fetchall() == [
        ("partial", False),
        ("ok", True),
    ]


def test_a_run_after_a_crash_knows_it(database_url: str, connection: psycopg.Connection) -> None:
    with begin(database_url) as run:
        assert not run.follows_a_crash
        kick_out(connection)
        with begin(database_url) as next_run:
            assert next_run.follows_a_crash
            next_run.close(RunResult(status="ok", exit_code=0))


def test_latest_runs_since(database_url: str, connection: psycopg.Connection) -> None:
    assert newest_run_id(connection) == 0
    begin(database_url).__exit__(None, None, None)
    before = newest_run_id(connection)
    assert latest_runs(connection, ["kompas", "antara"], before) == []
    for outlet in ("kompas", "antara", "kompas"):
        begin(database_url, outlet).__exit__(None, None, None)
    rows = latest_runs(connection, ["kompas", "antara", "tribun"], before)
    assert [(row.outlet, row.run_id) for row in rows] == [("antara", before + 2), ("kompas", before + 3)]


def test_a_database_that_is_away_is_told_before_anything_happens() -> None:
    url = "postgresql://127.0.0.1:1/d"
    with pytest.raises(DatabaseUnavailable):
        begin(url)
    with pytest.raises(DatabaseUnavailable), crawl_session(url):
        pass


def test_no_transaction_stays_open_between_visits(database_url: str) -> None:
    with begin(database_url) as run, connect(database_url) as other:
        run.progress({"listed": 1})
        assert other.execute("select count(*) from pg_stat_activity where state like 'idle in transaction%'").fetchone() == (0,)


def test_old_lines_go_but_the_newest_of_each_outlet(database_url: str, connection: psycopg.Connection) -> None:
    issue = Issue(kind="route", subject="feed", detail="HTTP 404")
    for outlet, count in (("kompas", 3), ("antara", 1)):
        for number in range(count):
            with begin(database_url, outlet, clock=NOW + timedelta(days=number)) as run:
                issues = [issue] if number == 0 else []
                run.close(RunResult(status="ok", exit_code=0, issues=issues, judged={"route"}, finished=True))
    assert prune_runs(connection, NOW) == 0
    assert prune_runs(connection, NOW + timedelta(days=1)) == 1
    assert connection.execute("select run_id from crawl_runs order by 1").fetchall() == [(2,), (3,), (4,)]
    assert prune_runs(connection, NOW + timedelta(days=9)) == 1
    assert connection.execute("select run_id, outlet from crawl_runs order by 1").fetchall() == [(3, "kompas"), (4, "antara")]
    assert connection.execute("select outlet from crawl_issues").fetchall() == [("antara",)], "a cleared one goes, an open one stays"


def debts(connection: psycopg.Connection) -> list[tuple[str, timedelta, timedelta]]:
    rows = connection.execute("select route, gap_from, gap_to from open_coverage_gaps order by gap_from").fetchall()
    return [(route, start - NOW, end - NOW) for route, start, end in rows]


@pytest.mark.parametrize("killed", [False, True])
def test_what_a_run_by_hand_left_undone_is_a_debt_until_another_has_done_it(
    database_url: str, connection: psycopg.Connection, killed: bool
) -> None:
    def by_hand(**given: Any) -> None:
        since = NOW - timedelta(days=9)
        run = Run.begin(database_url, "kompas", title="", home="", logical_clock=NOW, since=since, by_hand=True)
        if not killed or given.get("finished"):
            run.close(RunResult(**{"status": "partial", "exit_code": 0, **given}))
        Session.__exit__(run, None, None, None)  # as if killed, where it was not closed

    with begin(database_url) as run:
        mark = {"feed": RouteState(high_water_mark=NOW - timedelta(hours=3))}
        run.close(RunResult(status="ok", exit_code=0, finished=True, route_states=mark))
    for _ in range(2):
        by_hand()
    with begin(database_url) as run:  # an ordinary one, which is cut off, has no debt: the next goes on
        run.close(RunResult(status="partial", exit_code=0))
    assert debts(connection) == [("--since", -timedelta(days=9), -timedelta(hours=3))]
    by_hand(status="ok", finished=True)
    assert debts(connection) == []


@pytest.mark.parametrize(
    ("ahead", "dated"), [({}, 3), ({"poros/clock/seconds_ahead": 2.5}, 3), ({"poros/clock/seconds_ahead": -7200.0}, 9)]
)
def test_what_earlier_runs_brought(database_url: str, ahead: dict[str, float], dated: int) -> None:
    stats = {"poros/visits/article": 9, "poros/fields/published_at": 3, **ahead}
    with Run.begin(database_url, "kompas", title="", home="", logical_clock=NOW, since=NOW) as run:
        run.close(RunResult(status="ok", exit_code=0, counters={"fetched": 9}, stats=stats))
    with Run.begin(database_url, "kompas", title="", home="", logical_clock=NOW, since=NOW) as run:
        (past,) = run.past(NOW - timedelta(days=1))
    assert (past.fetched, past.articles, past.published_at, past.is_good) == (9, 9, dated, True), "by a wrong clock none lacks its time"
