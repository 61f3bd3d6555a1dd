"""How far routes have been followed, coverage gaps that are opened and closed, days that are finished."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from crawler.article import Issue, RouteState, Validators
from pipelines.database.coverage import backfilled, route_states
from pipelines.database.runs import Run, RunResult

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
GAP = (NOW - timedelta(days=2), NOW - timedelta(hours=5))  # 28 February 10:00 to 2 March 05:00 WIB

Crawl = Callable[..., None]


@pytest.fixture
def crawl(database_url: str) -> Crawl:
    def crawl(outlet: str = "kompas", until: datetime | None = None, **result: Any) -> None:
        with Run.begin(database_url, outlet, title="", home="", logical_clock=NOW, since=NOW, until=until) as run:
            run.close(RunResult(status="ok", exit_code=0, **result))

    return crawl


def coverage_gaps(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select outlet, route, gap_from, gap_to from open_coverage_gaps").fetchall()


def test_what_a_run_saw_is_known_to_the_next(connection: psycopg.Connection, crawl: Crawl) -> None:
    url = "https://kompas.example/\ud800"
    seen = RouteState(
        high_water_mark=NOW, completed_at=NOW + timedelta(minutes=2), last_nonempty_at=NOW, validators={url: Validators('"1"', None)}
    )
    crawl(route_states={"feed": seen})
    crawl("antara", route_states={"feed": RouteState(last_nonempty_at=NOW)})
    stored = route_states(connection, "kompas")["feed"]
    assert (stored.high_water_mark, stored.completed_at, list(stored.validators.values())) == (
        NOW,
        seen.completed_at,
        [Validators('"1"', None)],
    )
    assert route_states(connection, "antara")["feed"] == RouteState(last_nonempty_at=NOW)
    assert route_states(connection, "tribunnews") == {}


def test_a_run_that_was_cut_short_changes_nothing_of_it(connection: psycopg.Connection, crawl: Crawl) -> None:
    crawl(route_states={"feed": RouteState(high_water_mark=NOW, completed_at=NOW, validators={"u": Validators("1", "2")})})
    crawl(route_states={"feed": RouteState(last_nonempty_at=NOW)})
    assert route_states(connection, "kompas")["feed"] == RouteState(
        high_water_mark=NOW, completed_at=NOW, last_nonempty_at=NOW, validators={"u": Validators("1", "2")}
    )


def test_a_gap_is_closed_by_a_run_that_looks_at_all_of_it(connection: psycopg.Connection, crawl: Crawl) -> None:
    crawl(issues=[Issue(kind="coverage_gap", subject="feed", detail="", gap=GAP)])
    assert coverage_gaps(connection) == [("kompas", "feed", *GAP)]
    for whole in ((GAP[0] + timedelta(hours=1), NOW), (GAP[0], GAP[1] - timedelta(hours=1))):
        crawl(whole=whole)
    crawl("antara", whole=(GAP[0], NOW))
    assert coverage_gaps(connection), "parts of it, and another outlet's run, do not close it"
    crawl(whole=(GAP[0], NOW))
    assert coverage_gaps(connection) == []


def test_a_gap_is_closed_by_a_backfill_of_all_its_days(connection: psycopg.Connection, crawl: Crawl) -> None:
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]
    part = (GAP[0] + timedelta(hours=1), NOW)
    crawl(until=NOW, days=days[:1], whole=part)  # before the gap was noticed
    crawl(issues=[Issue(kind="coverage_gap", subject="feed", detail="", gap=GAP)])
    crawl(until=NOW, days=days[1:], whole=part)
    assert backfilled(connection, "kompas") == set(days)
    assert coverage_gaps(connection), "its first day was looked at too early"
    crawl(until=NOW, days=days[:1])
    assert coverage_gaps(connection), "only by routes that prove nothing"
    crawl(until=NOW, days=days[:1], whole=part)
    assert coverage_gaps(connection) == []
