"""Simulated days with faults of every kind: every status, exit code and message is what the injector's table says."""

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from scrapy.utils.test import get_crawler

from crawler import clock
from crawler.article import Validators
from crawler.discovery.links import Entry
from crawler.discovery.routes import Listing
from crawler.extensions.run_ledger import RunLedger
from crawler.jobs.alerts import channels, tell
from pipelines.database.runs import Run
from tests.faults.drill import OFF, PressWorld, live, read_message
from tests.faults.forks import forking
from tests.faults.injector import Fault, Table, draw
from tests.faults.outlets.loopback import KabarSpider, LoopbackSpider, WartaSpider
from tests.faults.press import NOW, OUTLETS, Press, printing
from tests.faults.slow import SLOW
from tests.servers.receiver import receiving
from tests.stage.drill_faults import outside
from tests.stage.stage import needs_the_stage

SEED = 7
PAGES = 9  # that a run asks for
KINDS = {"down": ["500"], "articles": ["redesign", "soft_404"], "route": ["feed: 500"], "survived": ["slow"]}


@pytest.fixture
def real_clock() -> Iterator[None]:
    yield
    clock.set_to(None)


@pytest.mark.usefixtures("real_clock")
def test_a_day_of_ledger_and_messages(database_url: str) -> None:
    """What runs see is made up here; what they make of it, and who is told, is the crawler's own. On whole crawls: make test-slow."""
    outlets = {spider.name: spider for spider in (KabarSpider, WartaSpider)}
    table = Table(draw(24, SEED, dict.fromkeys(outlets, KINDS)), [*outlets])
    chance, wrong, messages = random.Random(SEED), list[str](), 0
    with receiving() as receiver, psycopg.connect(database_url, autocommit=True) as connection:
        posts = channels([receiver.url.replace("http://", "json://")])
        for hour in range(24):
            active, now = table.active(hour), NOW + timedelta(hours=hour)
            if any(fault.kind == "database" for fault in active):
                continue
            for name, spider in outlets.items():
                faults = table.active(hour, name)
                kinds = {fault.kind for fault in faults}
                clock.set_to(now + next((OFF[fault.first % 2] for fault in faults if fault.kind == "clock"), timedelta()))
                killed = "killed" in kinds and chance.random() < 0.5
                _run(database_url, spider, faults, now, killed=killed)
                query = "select status, exit_code from crawl_runs where outlet = %s order by run_id desc limit 1"
                status, code = connection.execute(query, [name]).fetchone() or ("none", None)
                asked = 0 if {"down", "network"} & kinds else PAGES
                allowed = table.allowed(hour, name, asked=asked, unchanged=0, killed=killed)
                if status not in allowed or code != {"ok": 0, "running": None}.get(status, 1):
                    wrong.append(f"hour {hour}: {name} {status} {code}, not {allowed}; {kinds}")
            clock.set_to(now)
            before = len(receiver.posted)
            assert tell(connection, posts)
            told = [each for message in receiver.posted[before:] for each in read_message(message)]
            messages += len(told)
            wrong += table.messages(hour, told)
    assert wrong == []
    assert messages >= 8


def _run(url: str, outlet: type[LoopbackSpider], faults: Collection[Fault], now: datetime, *, killed: bool) -> None:
    """A run that meets these faults at a time by the servers' clocks."""
    kinds, whats = {fault.kind for fault in faults}, {fault.what for fault in faults}
    run = Run.begin(url, outlet.name, title=outlet.title, home=outlet.home, logical_clock=clock.now(), since=clock.now())
    if killed:
        run.connection.close()
        return
    crawler = get_crawler(outlet)
    assert crawler.stats
    with run:
        crawler.spider = spider = outlet.from_crawler(crawler, run=run, route_states={})
        for pagination in () if "network" in kinds else spider.discovery.paginations():
            if "down" in kinds or ("route" in kinds and pagination.route.name == "feed"):
                spider.discovery.reports[pagination.route.name].problems.append("HTTP 500")
            else:
                entries = [Entry(url=f"http://{outlet.name}.example/read/{number}", published_at=clock.now()) for number in range(PAGES)]
                spider.discovery.step(
                    pagination, Listing(entries=entries), set(), fetched_at=clock.now(), validators=Validators(None, None)
                )
        stats = {
            "poros/clock/seconds_ahead": (clock.now() - now).total_seconds(),
            "downloader/response_count": 1,
            "poros/archive/stored": 1,
        }
        if "disk" in kinds:
            stats["poros/archive/lost"] = PAGES
        if not {"down", "network"} & kinds:
            whole = {"visits/article": PAGES, **dict.fromkeys(("fields/headline", "fields/published_at", "fields/authors"), PAGES)}
            redesigned = whole | {"fields/authors": 0, "fields/generic_body": PAGES}
            pages = {"visits/rejected": PAGES} if "soft_404" in whats else redesigned if "redesign" in whats else whole
            stats |= {f"poros/{name}": count for name, count in pages.items()}
            stats |= {"poros/store/not_stored": PAGES} if "storage" in kinds else {}
        crawler.stats.set_stats({} if "network" in kinds else stats)
        RunLedger.from_crawler(crawler).spider_closed(spider, "no_network" if "network" in kinds else "finished")


def test_crawls_can_be_forked(tmp_path: Path) -> None:
    with forking(tmp_path) as forks:
        assert forks.is_socket()


SLOWLY = pytest.mark.skipif(not SLOW, reason="minutes: make test-slow")


@SLOWLY
@pytest.mark.parametrize("outlets", [OUTLETS[:1], OUTLETS])
def test_a_day_of_faults(tmp_path: Path, database_remover: Callable[[Path], None], outlets: Sequence[str]) -> None:
    with printing(Press(per_day=96)) as press:
        try:
            result = live(PressWorld(press, outlets), 24, SEED, tmp_path)
        finally:
            database_remover(tmp_path)
    assert_true(result)


@SLOWLY
@pytest.mark.parametrize("days", [pytest.param(2, marks=needs_the_stage)])
def test_days_of_faults_on_the_stage(tmp_path: Path, database_remover: Callable[[Path], None], days: int) -> None:
    try:
        result = outside(days, SEED, "inf", tmp_path)
    finally:
        database_remover(tmp_path / "faults")
    assert_true(result)
    assert (result["score"]["n_duplicates"], result["score"]["n_extra"]) == (0, 0)


def assert_true(result: Mapping[str, Any]) -> None:
    assert result["wrong"] == []
    assert (result["duplicates"], result["half"], result["open"]) == (0, 0, [])
    assert result["recall"] >= 0.99
    assert result["messages"] > 5
