"""A run that is told to stop at the worst of moments closes its line."""

import sys
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from pipelines.database.runs import Run

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("is_open", [False, True], ids=["as its line is opened", "later"])
def test_a_signal_amid_a_query_leaves_no_line_open(
    database_url: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    def be_told(run: Run) -> None:
        run.connection.pgconn.send_query(b"select pg_sleep(0.2)")  # of which no answer is ever read
        sys.exit(143)

    def open_and_be_told(run: Run, *given: Any, **options: Any) -> None:
        opened(run, *given, **options)
        be_told(run)

    opened = Run._open
    if not is_open:
        monkeypatch.setattr(Run, "_open", open_and_be_told)
    with (
        pytest.raises(SystemExit),
        Run.begin(database_url, "kompas", title="Kompas", home="https://kompas.example", logical_clock=NOW, since=NOW) as run,
    ):
        be_told(run)
    assert connection.execute("select status, reason from crawl_runs").fetchall() == [("partial", "shutdown")]
