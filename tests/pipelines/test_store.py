"""The store pipeline: counts, quarantine, retries, and what it does while the database is away."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.article import Change, Visit
from pipelines.database.connection import connect
from pipelines.database.runs import Run, RunResult
from pipelines.store import StorePipeline
from tests.servers.postgresql import on_both_servers

pytestmark = on_both_servers

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@dataclass
class Engine:
    reasons: list[str] = field(default_factory=list)

    async def close_spider_async(self, *, reason: str) -> None:
        self.reasons.append(reason)


def kick_out(connection: psycopg.Connection) -> None:
    """What a restart of the database does to everybody's connections; returns when they, and their locks, are gone."""
    connection.execute(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
    )


@pytest.fixture
def crawler(run: Run) -> Crawler:
    crawler = get_crawler()
    crawler.stats = StatsCollector(crawler)
    crawler.spider = type("Spider", (), {"run": run})()
    return crawler


@pytest.fixture
def pipeline(crawler: Crawler) -> StorePipeline:
    pipeline = StorePipeline.from_crawler(crawler)
    pipeline.open_spider()
    return pipeline


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(threading.Event, "wait", lambda event, seconds: waits.append(seconds))
    return waits


def counts(crawler: Crawler) -> dict[str, Any]:
    assert crawler.stats
    return {name: value for name, value in crawler.stats.get_stats().items() if name.startswith("poros/store/")}


def test_every_visit_is_counted(pipeline: StorePipeline, crawler: Crawler, make_visit: Callable[..., Visit]) -> None:
    visits = [
        (make_visit("1"), "stored", Change.NEW),
        (make_visit("1"), "stored", Change.UNCHANGED),
        (make_visit("1", "Isi lain."), "stored", Change.UPDATED),
        (make_visit("2", band="review"), "stored", Change.NEW),
        (make_visit("3", band="mention"), "off_topic", None),
        (make_visit("4", outcome="rejected"), "rejected", None),
        (make_visit("5", outcome="failed"), "failed", None),
        (make_visit("6", outcome="gone"), "gone", None),
    ]
    for visit, status, change in visits:
        assert pipeline.process_item(visit) is visit
        assert (visit.status, visit.change) == (status, change)
    expected = {"new": 2, "unchanged": 1, "updated": 1, "off_topic": 1, "rejected": 1, "failed": 1, "gone": 1}
    assert counts(crawler) == {f"poros/store/{name}": number for name, number in expected.items()}


def test_without_a_run_nothing_is_stored(crawler: Crawler, make_visit: Callable[..., Visit], caplog: pytest.LogCaptureFixture) -> None:
    crawler.spider = type("Spider", (), {})()
    pipeline = StorePipeline.from_crawler(crawler)
    pipeline.open_spider()
    for _ in range(2):
        visit = make_visit()
        assert pipeline.process_item(visit) is visit
        assert visit.status is None
    assert counts(crawler) == {"poros/store/not_stored": 2}
    assert [record.levelno for record in caplog.records if "without a run" in record.message] == [logging.WARNING]


def test_what_cannot_be_stored_is_quarantined_and_the_run_goes_on(
    pipeline: StorePipeline, crawler: Crawler, connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    bad = [
        make_visit("nul", "a\0b"), make_visit("surrogate", "a\ud800b"), make_visit("json", sources={"x": object()}),
        make_visit("count", page_count=2**40), make_visit("check", page_count=0), make_visit("nan", sources={"x": float("nan")}),
        make_visit("none", headline=None), make_visit("hash\0\ud800"), make_visit("url", url="https://kompas.example/\ud800"),
    ]  # fmt: skip
    for visit in bad:
        pipeline.process_item(visit)
        assert visit.status == "rejected", visit.article_id
    pipeline.process_item(make_visit("good"))
    rows = connection.execute("select article_id, status, reason from pages order by page_id").fetchall()
    assert len(rows) == len(bad) + 1
    assert all(status == "rejected" and reason.startswith("cannot be stored: ") for _, status, reason in rows[:-1])
    assert rows[-1] == ("good", "stored", None)
    assert counts(crawler) == {"poros/store/rejected": len(bad), "poros/store/new": 1}


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03", "57014"])
def test_what_is_in_the_way_is_tried_again(
    pipeline: StorePipeline, crawler: Crawler, connection: psycopg.Connection, make_visit: Callable[..., Visit], sqlstate: str
) -> None:
    stumble(connection, sqlstate, 3)
    assert pipeline.process_item(make_visit()).status == "stored"
    assert counts(crawler) == {"poros/store/new": 1}


def test_what_stays_in_the_way_is_left_for_the_next_run(
    pipeline: StorePipeline, crawler: Crawler, connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    stumble(connection, "40P01", 4)
    assert pipeline.process_item(make_visit()).status is None
    assert connection.execute("select count(*) from pages").fetchone() == (0,)
    assert counts(crawler) == {"poros/store/not_stored": 1}
    assert pipeline.process_item(make_visit()).status == "stored"


def stumble(connection: psycopg.Connection, sqlstate: str, times: int) -> None:
    """Let the first so many attempts to store an article fail."""
    connection.execute("create sequence tries")
    connection.execute(
        f"""
        create function stumble() returns trigger language plpgsql as $$ begin
            if nextval('tries') <= {times} then raise exception 'stumble' using errcode = '{sqlstate}'; end if;
            return new;
        end $$;
        create trigger stumble before insert on article_versions for each row execute function stumble()
        """.encode()
    )


def test_nothing_is_lost_when_the_database_restarts(
    pipeline: StorePipeline, crawler: Crawler, connection: psycopg.Connection, make_visit: Callable[..., Visit], patience: list[float]
) -> None:
    for number in range(30):
        if number % 10 == 5:
            kick_out(connection)
        assert pipeline.process_item(make_visit(str(number))).status == "stored"
    assert connection.execute("select count(*), count(distinct article_id) from pages").fetchone() == (30, 30)
    assert patience == [0.5] * 3
    assert pipeline.run
    assert pipeline.run.lock_is_held()


@pytest.fixture
def engine(crawler: Crawler, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Stands in for Scrapy's, and for the event loop that runs what the pipeline schedules."""
    engine = Engine()
    crawler.engine = engine  # type: ignore[assignment]

    def run_now(coroutine: Any) -> None:
        with pytest.raises(StopIteration):
            coroutine.send(None)

    monkeypatch.setattr("pipelines.store.deferred_from_coro", run_now)
    return engine


def test_a_database_that_stays_away_closes_the_crawl(
    pipeline: StorePipeline, engine: Engine, make_visit: Callable[..., Visit], patience: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    run = pipeline.run
    assert run
    take, run._take = run._take, lambda: connect("postgresql://u:S3CR3T@127.0.0.1:1/d")
    run.connection.close()
    for _ in range(3):
        assert pipeline.process_item(make_visit()).status is None
    run._take = take
    assert engine.reasons == ["database_unavailable"]
    assert sum(patience) <= 30
    assert "S3CR3T" not in caplog.text
    assert counts(pipeline.crawler) == {"poros/store/not_stored": 3}


@pytest.mark.usefixtures("patience")
def test_a_run_that_lost_its_lock_closes_the_crawl(
    pipeline: StorePipeline, database_url: str, connection: psycopg.Connection, engine: Engine, make_visit: Callable[..., Visit]
) -> None:
    kick_out(connection)
    with Run.begin(database_url, "kompas", title="K", home="h", logical_clock=NOW, since=NOW) as other:
        assert pipeline.process_item(make_visit()).status is None
        other.close(RunResult(status="ok", exit_code=0))
    assert engine.reasons == ["lock_lost"]
