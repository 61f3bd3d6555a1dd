"""How far routes have been followed, holes that are opened and closed, days that are finished."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from crawler.article import Coverage, Validators
from pipelines.database.coverage import backfilled, covered
from pipelines.database.runs import Issue, Looked, Run

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
HOLE = (NOW - timedelta(days=2), NOW - timedelta(hours=5))  # 28 February 10:00 to 2 March 05:00 WIB

Crawl = Callable[..., None]


@pytest.fixture
def crawl(database_url: str) -> Crawl:
    def crawl(outlet: str = "kompas", until: datetime | None = None, **result: Any) -> None:
        with Run.begin(database_url, outlet, title="", home="", story_clock=NOW, since=NOW, until=until) as run:
            run.close(status="ok", exit_code=0, **result)

    return crawl


def holes(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select outlet, route, hole_from, hole_to from open_holes").fetchall()


def test_what_a_run_saw_is_known_to_the_next(connection: psycopg.Connection, crawl: Crawl) -> None:
    url = "https://kompas.example/\ud800"
    seen = Coverage(seen_until=NOW, looked_at=NOW + timedelta(minutes=2), listed_at=NOW, validators={url: Validators('"1"', None)})
    crawl(looked=Looked(routes={"feed": seen}))
    crawl("antara", looked=Looked(routes={"feed": Coverage(listed_at=NOW)}))
    stored = covered(connection, "kompas")["feed"]
    assert (stored.seen_until, stored.looked_at, list(stored.validators.values())) == (NOW, seen.looked_at, [Validators('"1"', None)])
    assert covered(connection, "antara")["feed"] == Coverage(listed_at=NOW)
    assert covered(connection, "tribunnews") == {}


def test_a_run_that_was_cut_short_changes_nothing_of_it(connection: psycopg.Connection, crawl: Crawl) -> None:
    crawl(looked=Looked(routes={"feed": Coverage(seen_until=NOW, looked_at=NOW, validators={"u": Validators("1", "2")})}))
    crawl(looked=Looked(routes={"feed": Coverage(listed_at=NOW)}))
    assert covered(connection, "kompas")["feed"] == Coverage(
        seen_until=NOW, looked_at=NOW, listed_at=NOW, validators={"u": Validators("1", "2")}
    )


def test_a_hole_is_closed_by_a_run_that_looks_at_all_of_it(connection: psycopg.Connection, crawl: Crawl) -> None:
    crawl(issues=[Issue(kind="hole", subject="feed", detail="", hole=HOLE)])
    assert holes(connection) == [("kompas", "feed", *HOLE)]
    for whole in ((HOLE[0] + timedelta(hours=1), NOW), (HOLE[0], HOLE[1] - timedelta(hours=1))):
        crawl(looked=Looked(whole=whole))
    crawl("antara", looked=Looked(whole=(HOLE[0], NOW)))
    assert holes(connection), "parts of it, and another outlet's run, do not close it"
    crawl(looked=Looked(whole=(HOLE[0], NOW)))
    assert holes(connection) == []


def test_a_hole_is_closed_by_a_backfill_of_all_its_days(connection: psycopg.Connection, crawl: Crawl) -> None:
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]
    part = (HOLE[0] + timedelta(hours=1), NOW)
    crawl(until=NOW, looked=Looked(days=days[:1], whole=part))  # before the hole was noticed
    crawl(issues=[Issue(kind="hole", subject="feed", detail="", hole=HOLE)])
    crawl(until=NOW, looked=Looked(days=days[1:], whole=part))
    assert backfilled(connection, "kompas") == set(days)
    assert holes(connection), "its first day was looked at too early"
    crawl(until=NOW, looked=Looked(days=days[:1]))
    assert holes(connection), "only by routes that prove nothing"
    crawl(until=NOW, looked=Looked(days=days[:1], whole=part))
    assert holes(connection) == []
