"""One message when something breaks, one a day while it lasts, one when it is mended; none twice, none of what is survived."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from crawler.article import Issue
from crawler.jobs.alerts import AFTER_RUNS
from pipelines.database.connection import connect
from pipelines.database.issues import update_issues
from pipelines.database.locks import lock
from pipelines.database.runs import OF_MACHINE, SHARED, Run, RunResult
from tests.crawler.commands.test_commands import Scrapy
from tests.servers.receiver import Receiver, receiving

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
DEAD = Issue(kind="outlet", subject="kompas", detail="no route listed anything: HTTP 500 at postgresql://u:S3CR3T@h/d")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


class Alerts:
    """Runs, and calls of `scrapy alerts` that tell the receiver."""

    def __init__(self, scrapy: Scrapy, receiver: Receiver) -> None:
        self.scrapy, self.receiver = scrapy, receiver

    def run(self, hour: int, *issues: Issue, outlet: str = "kompas") -> None:
        clock = NOW + timedelta(hours=hour)
        with Run.begin(self.scrapy.url, outlet, title="", home="", logical_clock=clock, since=NOW) as run:
            judged = AFTER_RUNS.keys()
            run.close(RunResult(status="ok", exit_code=0, issues=issues, judged=judged, finished=True))

    def tell(self, hour: int) -> tuple[int, list[str]]:
        """Return the exit code, and the titles of what was delivered."""
        before = len(self.receiver.posted)
        url = self.receiver.url.replace("http://", "json://")
        done = self.scrapy("alerts", CLOCK=(NOW + timedelta(hours=hour)).isoformat(), ALERT_URLS=url)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, sorted(self.receiver.titles[before:])


@pytest.fixture
def alerts(database_url: str, tmp_path: Path, receiver: Receiver) -> Alerts:
    return Alerts(Scrapy(database_url, tmp_path), receiver)


def test_the_life_of_an_issue_is_three_messages(alerts: Alerts) -> None:
    alerts.run(0, DEAD)
    assert alerts.tell(0) == (0, []), "an outlet is told of after two runs: a server may be restarted"
    alerts.run(1, DEAD)
    assert alerts.tell(1) == (0, ["Poros: kompas: not as it should be"])
    assert alerts.receiver.posted[0]["message"] == (
        "outlet kompas: no route listed anything: HTTP 500 at postgresql://u:***@h/d\nsince 2026-11-20 12:00 WIB, met by 2 runs"
    )
    for hour in (2, 12, 24):
        alerts.run(hour, DEAD)
        assert alerts.tell(hour) == (0, [])
    alerts.run(26, DEAD)
    assert alerts.tell(26) == (0, ["Poros: kompas: still not as it should be"])
    assert alerts.tell(27) == (0, [])
    alerts.run(30)
    assert alerts.tell(30) == (0, ["Poros: kompas: mended"])
    assert alerts.tell(90) == (0, [])


def test_what_is_survived_is_never_told(alerts: Alerts) -> None:
    for hour in range(3):
        alerts.run(hour, Issue(kind="route", subject="tag rusia", detail="HTTP 404", degrades=False))
        alerts.run(hour, DEAD, outlet="antara") if hour == 0 else alerts.run(hour, outlet="antara")
    assert alerts.tell(4) == (0, []), "nor is what was over before it was told"


def test_what_happens_together_is_one_message(alerts: Alerts) -> None:
    routes = [Issue(kind="route", subject=name, detail="HTTP 404") for name in ("feed", "index")]
    for hour in range(3):
        alerts.run(hour, *routes)
    assert alerts.tell(3) == (0, ["Poros: kompas: not as it should be"])
    full = Issue(kind="archive", subject="alpha", detail="is the disk full?")
    for outlet in ("kompas", "antara", "detik"):
        alerts.run(4, *(routes if outlet == "kompas" else ()), full, outlet=outlet)
    assert alerts.tell(4) == (0, ["Poros: archive alpha: not as it should be"]), "one cause, however many outlets meet it"


def test_what_nobody_took_is_told_again_and_what_one_took_is_not(alerts: Alerts) -> None:
    alerts.run(0, Issue(kind="code", subject="kompas", detail="KeyError"))
    alerts.receiver.refuses = True
    assert alerts.tell(0) == (1, [])
    alerts.receiver.refuses = False
    two = f"{alerts.receiver.url.replace('http', 'json', 1)} json://127.0.0.1:9/"
    assert alerts.scrapy("alerts", ALERT_URLS=two, CLOCK=NOW.isoformat()).returncode == 1, "one address is out of order"
    assert alerts.receiver.titles == ["Poros: kompas: not as it should be"]
    assert alerts.tell(1) == (0, [])


def test_two_hosts_do_not_tell_it_twice(alerts: Alerts, connection: psycopg.Connection) -> None:
    with ThreadPoolExecutor() as pool, connect(alerts.scrapy.url) as other, lock(other, "alerts"):
        update_issues(connection, None, [Issue(kind="clock", subject="alpha", detail="ahead")], at=NOW, judged=())
        told = [pool.submit(alerts.tell, 0) for _ in range(3)]
        while connection.execute("select count(*) from pg_locks where locktype = 'advisory' and not granted").fetchone() != (3,):
            assert not any(each.done() for each in told)
    assert [each.result()[0] for each in told] == [0, 0, 0]
    assert alerts.receiver.titles == ["Poros: clock alpha: not as it should be"]


@pytest.mark.parametrize(("addresses", "said"), [("", "ALERT_URLS is not set"), ("json://127.0.0.1 S3CR3T:nonsense", "address 2")])
def test_without_an_address_it_is_wrong_configuration(alerts: Alerts, addresses: str, said: str) -> None:
    done = alerts.scrapy("alerts", ALERT_URLS=addresses)
    assert done.returncode == 2
    assert said in done.stderr
    assert "S3CR3T" not in done.stderr


def test_the_docs_have_the_table() -> None:
    page = (Path(__file__).parents[3] / "docs" / "operating.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (at once|after \d runs) \| \S.{20,} \|$", page, re.MULTILINE))
    assert rows == {kind: "at once" if runs == 1 else f"after {runs} runs" for kind, runs in AFTER_RUNS.items()}
    assert OF_MACHINE < SHARED < AFTER_RUNS.keys()
