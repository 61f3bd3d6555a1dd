"""What a run may say it has seen, by how it ended."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import ClassVar

import pytest
from scrapy.utils.test import get_crawler

from crawler import clock
from crawler.article import RouteState, Validators
from crawler.discovery.feeds import Feed
from crawler.discovery.links import Entry
from crawler.discovery.routes import Listing, Route
from crawler.extensions.run_ledger import UNVISITED, RunLedger
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls
from pipelines.database.errors import DatabaseUnavailable, LockHeld
from pipelines.database.runs import RunResult

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)


class KabarSpider(OutletSpider):
    """An outlet with one short feed."""

    name = "kabar"
    title = "Kabar"
    home = "https://kabar.example/"
    allowed_domains = ("kabar.example",)
    articles = ArticleUrls(pattern=r"https://kabar\.example/read/(?P<id>\d+)")
    routes: ClassVar[tuple[Route, ...]] = (Feed(name="feed", url="https://kabar.example/rss"),)
    page = PageRules(body=(".isi",))


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    clock.set_to(NOW)
    yield
    clock.set_to(None)


def closed(reason: str, **stats: int) -> RunResult:
    """Close a run whose feed did not reach back to what was seen; return what was written down."""
    crawler = get_crawler(KabarSpider)
    spider = KabarSpider.from_crawler(
        crawler, route_states={"feed": RouteState(high_water_mark=YESTERDAY, completed_at=YESTERDAY, last_nonempty_at=YESTERDAY)}
    )
    crawler.spider = spider
    results: list[RunResult] = []
    spider.run = SimpleNamespace(until=None, logical_clock=NOW, past=lambda _: [], close=results.append)  # type: ignore[attr-defined]
    (pagination,) = spider.discovery.paginations()
    entries = [Entry(url="https://kabar.example/read/1", published_at=NOW - timedelta(hours=2))]
    spider.discovery.step(pagination, Listing(entries=entries), set(), fetched_at=NOW, validators=Validators('"1"', None))
    for name, value in stats.items():
        assert crawler.stats
        crawler.stats.set_value(name, value)
    RunLedger.from_crawler(crawler).spider_closed(spider, reason)
    (result,) = results
    return result


def test_a_finished_run_moves_on_and_names_the_hole_it_leaves() -> None:
    result = closed("finished")
    assert (result.route_states["feed"].high_water_mark, result.whole) == (NOW - timedelta(hours=2), None)
    (issue,) = result.issues
    assert (issue.kind, issue.subject, issue.gap) == ("coverage_gap", "feed", (YESTERDAY, NOW - timedelta(hours=2)))
    assert (result.status, result.exit_code) == ("degraded", 1)
    assert (result.counters["listed"], result.counters["known"]) == (1, 0)
    assert "validators" not in result.routes["feed"]


@pytest.mark.parametrize(("reason", "status"), [("closespider_timeout", "partial"), ("gave_way", "partial"), ("shutdown", "partial")])
def test_a_run_that_was_cut_short_leaves_it_to_the_next(reason: str, status: str) -> None:
    result = closed(reason, **{"poros/visits/unchanged": 1})
    assert result.route_states["feed"] == RouteState(last_nonempty_at=NOW)
    assert (result.status, result.issues) == (status, [])


@pytest.mark.parametrize("name", UNVISITED)
def test_a_run_that_could_not_write_something_down_does_not_move_on(name: str) -> None:
    assert closed("finished", **{name: 1}).route_states["feed"].high_water_mark is None


@pytest.mark.parametrize(("error", "code"), [(LockHeld("another"), 75), (DatabaseUnavailable("away"), 3)])
def test_a_run_whose_row_cannot_be_closed_says_whether_another_took_over(error: Exception, code: int) -> None:
    def close(_: RunResult) -> None:
        raise error

    crawler = get_crawler(KabarSpider)
    crawler.spider = spider = KabarSpider.from_crawler(crawler, route_states={})
    spider.run = SimpleNamespace(until=None, logical_clock=NOW, past=lambda _: [], close=close)  # type: ignore[attr-defined]
    RunLedger.from_crawler(crawler).spider_closed(spider, "finished")
    assert crawler.stats
    assert crawler.stats.get_value("poros/run/exit_code") == code


@pytest.mark.parametrize(("error", "reason"), [(LockHeld("another"), "lock_lost"), (DatabaseUnavailable("away"), "database_unavailable")])
def test_a_run_that_cannot_say_how_far_it_is_ends(error: Exception, reason: str) -> None:
    def progress(_: object) -> None:
        raise error

    crawler = get_crawler(KabarSpider)
    crawler.spider = spider = KabarSpider.from_crawler(crawler, route_states={})
    spider.run = SimpleNamespace(until=None, progress=progress)  # type: ignore[attr-defined]
    ledger, ended = RunLedger.from_crawler(crawler), list[str]()
    ledger._end = ended.append  # type: ignore[assignment, method-assign]
    ledger._beat()
    assert ended == [reason]


def test_a_run_that_spent_its_budget_and_read_nothing_is_degraded() -> None:
    result = closed("closespider_timeout")
    assert (result.status, result.exit_code, [issue.kind for issue in result.issues]) == ("degraded", 1, ["articles"])


@pytest.mark.parametrize("ahead", [3 * 86400.0, -7200.0])
def test_a_clock_that_no_server_agrees_with_moves_no_mark(ahead: float) -> None:
    result = closed("finished", **{"poros/clock/seconds_ahead": ahead})  # type: ignore[arg-type]
    assert (result.status, result.exit_code, [issue.kind for issue in result.issues]) == ("degraded", 1, ["clock"])
    assert (result.route_states, result.finished) == ({}, False), "nor is it known when a list had something to show"


def test_by_a_wrong_clock_no_article_lacks_its_time() -> None:
    read = {"poros/visits/article": 9, "poros/fields/headline": 9, "poros/fields/authors": 9}
    result = closed("finished", **read, **{"poros/clock/seconds_ahead": -7200})
    assert [issue.kind for issue in result.issues if issue.gap is None] == ["clock"]
    result = closed("finished", **read, **{"poros/clock/seconds_ahead": 2})
    assert [issue.kind for issue in result.issues if issue.gap is None] == ["articles"]


@pytest.mark.parametrize(
    ("servers", "database", "kind", "moves"),
    [
        (2.0, 7200.0, "database_clock", True),
        (2.0, -7200.0, "database_clock", True),
        (None, 7200.0, "database_clock", False),  # nobody knows which of the two is right
        (-7200.0, 7200.0, "clock", False),  # it is the machine's: one cause
        (2.0, 600.0, None, True),
    ],
)
def test_a_database_whose_clock_is_off_is_told(servers: float | None, database: float, kind: str | None, moves: bool) -> None:
    said = {"poros/clock/seconds_ahead": servers, "poros/clock/database_seconds_ahead": database}
    result = closed("finished", **{name: value for name, value in said.items() if value is not None})  # type: ignore[arg-type]
    assert [issue.kind for issue in result.issues if issue.gap is None] == [kind] * bool(kind)
    assert ("feed" in result.route_states) is moves
    assert "database_clock" in result.judged


@pytest.mark.parametrize(("reason", "kinds"), [("no_network", ["network"]), ("memusage_exceeded", ["code"])])
def test_why_a_run_was_ended_is_an_issue(reason: str, kinds: list[str]) -> None:
    result = closed(reason)
    assert (result.exit_code, [issue.kind for issue in result.issues]) == (1, kinds)


def test_an_archive_not_written_degrades_the_run() -> None:
    result = closed("finished", **{"poros/archive/lost": 3})
    assert [issue.kind for issue in result.issues if issue.gap is None] == ["archive"]
    assert result.exit_code == 1


def test_a_run_without_a_database_says_nothing_of_its_outlet() -> None:
    result = closed("database_unavailable", **{"spider_exceptions/count": 1})
    assert (result.status, result.exit_code, result.issues, result.judged) == ("failed", 3, [], frozenset())
