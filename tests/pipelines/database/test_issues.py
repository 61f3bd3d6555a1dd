"""Issues: opened by the run that meets them first, gone on with, and cleared by the run that meets them no more."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from crawler.article import Issue
from pipelines.database.issues import update_issues
from pipelines.database.runs import Run, RunResult

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
FEED = Issue(kind="route", subject="feed", detail="HTTP 404")
FIELDS = Issue(kind="fields", subject="authors", detail="read from 1 of 9 articles", degrades=False)

Crawl = Callable[..., None]


@pytest.fixture
def crawl(database_url: str) -> Crawl:
    def crawl(
        hours: int, *issues: Issue, outlet: str = "kompas", finished: bool = True, judged: Collection[str] = ("route", "fields")
    ) -> None:
        clock = NOW + timedelta(hours=hours)
        with Run.begin(database_url, outlet, title="", home="", logical_clock=clock, since=NOW) as run:
            run.close(RunResult(status="ok", exit_code=0, issues=issues, judged=judged, finished=finished))

    return crawl


def rows(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    query = "select outlet, kind, detail, opened_at, last_seen_at, occurrences, cleared_at from crawl_issues order by issue_id"

    def hours(at: datetime | None) -> float | None:
        return (at - NOW) / timedelta(hours=1) if at else None

    return [(*row[:3], hours(row[3]), hours(row[4]), row[5], hours(row[6])) for row in connection.execute(query)]


def test_an_issue_has_one_row_from_its_first_run_to_its_last(connection: psycopg.Connection, crawl: Crawl) -> None:
    crawl(0, FEED, FIELDS)
    crawl(1, Issue(kind="route", subject="feed", detail="HTTP 500"))
    assert rows(connection) == [
        ("kompas", "route", "HTTP 500", 0, 1, 2, None),
        ("kompas", "fields", "read from 1 of 9 articles", 0, 0, 1, 1),
    ]
    crawl(2)
    crawl(3, FEED)
    assert rows(connection)[::2] == [("kompas", "route", "HTTP 500", 0, 1, 2, 2), ("kompas", "route", "HTTP 404", 3, 3, 1, None)]


def test_a_run_that_was_cut_short_clears_nothing(connection: psycopg.Connection, crawl: Crawl) -> None:
    crawl(0, FEED)
    crawl(1, FIELDS, finished=False)
    crawl(2, outlet="antara")
    assert [row[1:] for row in rows(connection)] == [
        ("route", "HTTP 404", 0, 0, 1, None), ("fields", "read from 1 of 9 articles", 1, 1, 1, None),
    ]  # fmt: skip


def test_issues_of_all_outlets_together_and_of_any_length(connection: psycopg.Connection) -> None:
    broken = Issue(kind="spider_file", subject="crawler/spiders/" + "x" * 5000, detail="SyntaxError postgresql://u:secret@h/d\0")
    for hours in (0, 1):
        update_issues(connection, None, [broken], at=NOW + timedelta(hours=hours), judged={"spider_file"})
    update_issues(connection, None, [], at=NOW + timedelta(hours=2), judged={"spider_file"})
    assert rows(connection) == [(None, "spider_file", "SyntaxError postgresql://u:***@h/d", 0, 1, 2, 2)]


def test_what_a_run_could_not_see_it_does_not_clear(connection: psycopg.Connection, crawl: Crawl) -> None:
    crawl(0, FEED, FIELDS)
    crawl(1, judged={"fields"})
    assert [(row[1], row[6]) for row in rows(connection)] == [("route", None), ("fields", 1)]


def test_a_full_disk_is_one_issue_however_many_outlets_meet_it_and_ends_on_its_own_machine(
    connection: psycopg.Connection, crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    for machine in ("alpha", "beta"):
        monkeypatch.setattr("socket.gethostname", lambda machine=machine: machine)
        for outlet in ("kompas", "antara"):
            crawl(0, Issue(kind="archive", subject=machine, detail="full"), outlet=outlet, judged={"archive"})
    crawl(1, judged={"archive"})
    query = "select outlet, subject, occurrences, cleared_at is null from crawl_issues order by subject"
    assert connection.execute(query).fetchall() == [(None, "alpha", 2, True), (None, "beta", 2, False)]
