"""What people see fits a terminal of 100 columns, whatever the outlets are called and however much is the matter."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from rich.console import Console
from rich.table import Table

from crawler.jobs.tables import COUNTS, health_table, issue_lines, ledger_table, runs_table
from pipelines.database.health import DayOfRuns, Health, OpenIssue
from pipelines.database.runs import RunRow

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
DAY = DayOfRuns(
    day=date(2026, 11, 20), outlet="cnbc_indonesia", at=NOW, runs=48, bad=12, listed=12_345, fetched=1234, new=123, failed=1234,
    seconds=12_345, reason="outlet cnbc_indonesia: no route listed anything: [HTTP 403]" * 20, status="degraded",
)  # fmt: skip
HEALTH = Health(
    outlet="cnbc_indonesia", period=timedelta(hours=1), status="abandoned", since=NOW, last_run_at=NOW, last_good_run_at=None,
    newest_story_at=NOW, open_issues=123, open_gaps=123,
)  # fmt: skip


def lines(table: Table) -> list[str]:
    console = Console(width=100)
    with console.capture() as capture:
        console.print(table)
    return capture.get().splitlines()


@pytest.mark.parametrize("table", [ledger_table([DAY], single=False), ledger_table([DAY], single=True), health_table([HEALTH])])
def test_one_line_each_within_100_columns(table: Table) -> None:
    shown = lines(table)
    assert len(shown) == 2
    assert max(map(len, shown)) <= 100
    assert "123" in shown[1]


@pytest.mark.parametrize("single", [True, False])
def test_a_reason_is_cut_and_markup_in_it_is_none(single: bool) -> None:
    assert lines(ledger_table([DAY], single=single))[1].endswith("  outlet cnbc_indonesia: no rou…")
    assert lines(ledger_table([replace(DAY, reason="[HTTP 403]")], single=single))[1].endswith("  [HTTP 403]")


def test_what_degrades_no_run_is_not_shown() -> None:
    issue = OpenIssue(outlet="kompas", kind="route", subject="tag rusia", detail="HTTP 404", degrades=True, opened_at=NOW, occurrences=3)
    quiet = OpenIssue(outlet="kompas", kind="route", subject="tag korea", detail="HTTP 404", degrades=False, opened_at=NOW, occurrences=3)
    assert [*issue_lines([quiet, issue])] == ["\nkompas: route tag rusia since 2026-11-20 12:00: HTTP 404"]


def test_a_run_whose_process_is_dead_does_not_run() -> None:
    run = RunRow(run_id=1, outlet="kompas", status="running", seconds=None, reason=None, filtered_out=0, **dict.fromkeys(COUNTS, 0))
    assert lines(runs_table(["kompas"], [run], {}))[1].endswith("running")
    assert lines(runs_table(["kompas"], [run], {"kompas": -9}))[1].endswith("killed (exit -9)")
