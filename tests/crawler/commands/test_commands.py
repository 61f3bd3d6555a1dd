"""What people type, from the outside: the recorded day replayed end to end, and what every failure looks like to cron."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from crawler import clock
from pipelines.database.runs import Run
from tests.servers.postgresql import Server, on_both_servers, on_one_server

ROOT = Path(__file__).parents[3]
REPLAY = ("-s", f"ARCHIVE_REPLAY={ROOT / 'samples'}")


class Scrapy:
    """Runs commands against one database, in a data folder of their own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    def __call__(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        given: Mapping[str, str] = {"DATABASE_URL": self.url, "DATA_DIR": str(self.folder), "CLOCK": "", **environment}
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "scrapy", *arguments],
            cwd=ROOT,
            env={**os.environ, **given},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def query(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture
def scrapy(database_url: str, tmp_path: Path) -> Scrapy:
    return Scrapy(database_url, tmp_path)


def counts(output: str, outlet: str) -> list[int]:
    """Return listed, known, fetched, on topic, new, updated, rejected, failed from the table."""
    match = re.search(rf"^{outlet} +((?:\d+ +){{8}})", output, re.MULTILINE)
    assert match, output
    return [int(number) for number in match[1].split()]


@on_one_server
def test_the_recorded_day_twice(scrapy: Scrapy, tmp_path: Path) -> None:
    first = scrapy("crawlall", "cnbc_indonesia", "kompas", *REPLAY)
    assert first.returncode == 0, first.stderr
    assert "S3CR3T" not in first.stdout + first.stderr
    for outlet in ("cnbc_indonesia", "kompas"):
        listed, known, fetched, on_topic, new, updated, rejected, failed = counts(first.stdout, outlet)
        assert (known, updated, rejected, failed) == (0, 0, 0, 0)
        assert listed == fetched > new == on_topic > 0
    stored = scrapy("export", str(tmp_path / "a.jsonl"))
    assert stored.returncode == 0, stored.stderr
    articles = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert {article["outlet"] for article in articles} == {"cnbc_indonesia", "kompas"}
    assert all(article["published_at"] and article["body"] and article["story_id"] for article in articles)

    forgotten = next(article for article in articles if article["outlet"] == "kompas")
    done = scrapy("forget", forgotten["url"].replace("https://", ""), "--note", "a letter")
    assert (done.returncode, done.stdout.partition(",")[0]) == (0, "forgotten: 1 pages in the database"), done.stderr
    articles.remove(forgotten)
    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()] == articles
    assert {path.stat().st_mode & 0o077 for path in tmp_path.rglob("*") if path.name != "a.jsonl"} == {0}

    attention = "select outlet, day, articles, listed from attention order by outlet, day"
    shares = scrapy.query(attention)
    assert sum(int(str(row[2])) for row in shares) == len(articles) - 1  # one is doubtful
    rows = scrapy.query("select page_id, version_no, updated_at from articles order by page_id")
    assert len(articles) == len(rows)
    second = scrapy("crawlall", "cnbc_indonesia", "kompas", *REPLAY)  # it does not bring back what was forgotten
    assert second.returncode == 0, second.stderr
    assert [counts(second.stdout, outlet)[2:] for outlet in ("cnbc_indonesia", "kompas")] == [[0] * 6] * 2
    assert scrapy.query("select page_id, version_no, updated_at from articles order by page_id") == rows
    assert scrapy.query(attention) == shares, "a page that two runs list is counted once"
    assert scrapy("export", "--outlet", "kompas", str(tmp_path / "a.csv")).returncode == 0
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert sorted(row["url"] for row in csv.DictReader(file)) == sorted(row["url"] for row in articles if row["outlet"] == "kompas")


@on_both_servers
def test_a_run_tells_the_ledger(scrapy: Scrapy) -> None:
    assert scrapy("crawl", "kompas", *REPLAY).returncode == 0
    ((status, complete, exit_code, routes),) = scrapy.query("select status, complete, exit_code, routes from crawl_runs")
    assert (status, complete, exit_code) == ("ok", True, 0)
    assert isinstance(routes, dict)
    assert {"date index", "news sitemap", "search", "tag rusia"} < set(routes)
    assert all(route["listed"] for name, route in routes.items() if not name.startswith("tag "))


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("crawlall", "kabar"), {}, "no outlet kabar"),
        (("crawl", "kabar"), {}, "no outlet kabar"),
        (("crawlall", "--jobs", "0"), {}, "--jobs"),
        (("crawlall", "--since", "kemarin"), {}, "--since takes a date"),
        (("crawl", "kompas", "--since", "0001-01-01"), {}, "no outlet was online before 1995"),
        (("crawl", "kompas", "--since", "2020-01-01"), {}, "scrapy backfill"),
        (("backfill", "kompas", "--since", "0001-01-01"), {}, "no outlet was online before 1995"),
        (("crawl", "kompas", "--until", "2026-11-20"), {}, "--until needs an earlier --since"),
        (("crawl", "kompas", "--since", "2026-11-20", "--until", "2026-11-20"), {}, "--until needs an earlier --since"),
        (("crawl", "babe", "--since", "2026-11-19", "--until", "2026-11-20"), {}, "an outlet that shows its past (babe)"),
        (("backfill", "kompas"), {}, "the first day"),
        (("backfill", "kabar", "--since", "2026-11-19"), {}, "no outlet kabar"),
        (("backfill", "kompas", "--since", "kemarin"), {}, "take days such as"),
        (("backfill", "kompas", "--since", "2026-11-19", "--until", "2026-11-18"), {}, "in this order"),
        (("backfill", "kompas", "--since", "2026-11-19", "--until", "2999-01-01"), {}, "not in the future"),
        (("crawlall",), {"CLOCK": "2026-11-23T08:00:00"}, "CLOCK needs an offset"),
        (("crawlall",), {"CLOCK": "kini"}, "kini"),
        (("crawlall",), {"DATABASE_URL": "mysql://poros:S3CR3T@localhost/poros"}, "DATABASE_URL is not of the form"),
        (("crawlall",), {"DESTINATION_GUARD_ALLOW": "rumah"}, "rumah"),
        (("crawl", "kompas", "-s", "TOPIC=nirgends.toml"), {}, "nirgends.toml"),
        (("crawl", "kompas", "-s", "ARCHIVE_REPLAY=nirgends.warc.gz"), {}, "nirgends.warc.gz"),
        (("crawl", "kompas", "-s", "DOWNLOAD_DELAY=banane"), {}, "DOWNLOAD_DELAY has to be a number, not 'banane'"),
        (("crawlall", "-s", "CONCURRENT_REQUESTS=x"), {}, "CONCURRENT_REQUESTS has to be a whole number"),
        (("backfill", "kompas", "--since", "2026-11-19", "-s", "DOWNLOAD_TIMEOUT=lama"), {}, "DOWNLOAD_TIMEOUT"),
        (("doctor", "kompas", "-s", "DOWNLOAD_DELAY=banane"), {}, "DOWNLOAD_DELAY"),
        (("preview", "pyproject.toml", "-s", "MEMUSAGE_LIMIT_MB=x"), {}, "MEMUSAGE_LIMIT_MB"),
        (("crawl", "kompas", "-L", "LAUT"), {}, "LOG_LEVEL"),
        (("prune",), {"ARCHIVE_DAYS": "abc"}, "ARCHIVE_DAYS has to be a whole number"),
        (("prune",), {"ARCHIVE_DAYS": "-1"}, "ARCHIVE_DAYS"),
        (("prune", "-s", "RUN_DAYS=0"), {}, "RUN_DAYS has to be a number of days from 1 to 36500, not 0: nothing is deleted"),
        (("crawl", "kompas", "-a", "run=x"), {}, "takes no arguments (-a): run"),
        (("crawl", "kompas", "-a", "since=kemarin"), {}, "takes no arguments (-a): since"),
        (("export", "articles.xml"), {}, ".jsonl or .csv"),
        (("forget", "https://www.example.org/read/1"), {}, "no address of an outlet"),
    ],
)
def test_wrong_configuration_is_one_clear_line(scrapy: Scrapy, arguments: tuple[str, ...], environment: dict[str, str], said: str) -> None:
    done = scrapy(*arguments, **environment)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "S3CR3T" not in done.stderr + done.stdout
    assert scrapy.query("select * from crawl_runs") == []


@pytest.mark.parametrize("arguments", [("crawlall",), ("crawl", "kompas")])
def test_no_database_no_request(scrapy: Scrapy, arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = scrapy(*arguments, *REPLAY, DATABASE_URL=f"postgresql://poros:S3CR3T@/poros?host={tmp_path}")
    assert done.returncode == 3
    assert done.stderr.count("\n") <= 3
    assert "Spider opened" not in done.stderr
    assert "S3CR3T" not in done.stderr + done.stdout


@on_one_server
def test_two_runs_do_not_meet(scrapy: Scrapy) -> None:
    now = clock.now()
    with Run.begin(scrapy.url, "kompas", title="Kompas.com", home="https://www.kompas.com/", logical_clock=now, since=now):
        done = scrapy("crawl", "kompas", *REPLAY)
        assert done.returncode == 75
        assert "Spider opened" not in done.stderr
        both = scrapy("crawlall", "cnbc_indonesia", "kompas", *REPLAY)
        assert both.returncode == 75
        assert counts(both.stdout, "cnbc_indonesia")[4] > 0


def test_the_demo_never_touches_the_real_database(scrapy: Scrapy, tmp_path: Path, database_remover: Callable[[Path], None]) -> None:
    try:
        first, second = scrapy("demo"), scrapy("demo")
        lemmas, search = scrapy("search", "--lemmas", "kiriman", DATABASE_URL=""), scrapy("search", "rudal", DATABASE_URL="")
    finally:
        assert scrapy("stop").stdout == "stopped\n"
        database_remover(tmp_path)
    assert first.returncode == 0, first.stderr
    assert "invented" in first.stdout
    assert "Nothing new" not in first.stdout
    assert "Nothing new" in second.stdout
    assert scrapy.query("select * from pages") == []
    assert (lemmas.stdout, lemmas.stderr) == ("kiriman\tkirim\n", "")
    assert search.stderr == "poros: database: the demo's, whose stories are invented\n", "and looking at it makes no other"
    assert "rudal" in search.stdout.casefold()


def test_stop_without_a_server(scrapy: Scrapy) -> None:
    assert "was not running" in scrapy("stop").stdout


def test_genspider_makes_an_outlet_that_the_tests_would_refuse(scrapy: Scrapy, tmp_path: Path) -> None:
    done = scrapy("genspider", "--dump", "outlet")
    assert done.returncode == 0
    assert "class $classname(OutletSpider)" in done.stdout


def test_prune_deletes_what_is_old_by_what_outlets_have_shown(scrapy: Scrapy, tmp_path: Path) -> None:
    folder, logs = tmp_path / "archive" / "kompas", tmp_path / "logs"
    folder.mkdir(parents=True)
    logs.mkdir()
    old, new = (folder / f"kompas-{day}T000000Z-0123abcd.warc.gz" for day in ("20260101", "20261120"))
    logs_of_days = [logs / f"kompas-{day}.log" for day in ("2024-01", "2026-11")]
    for path in (old, new, *logs_of_days):
        path.touch()
    os.utime(logs_of_days[0], (1704067200, 1704067200))
    done = scrapy("prune", CLOCK="2026-11-23T08:00:00+07:00")
    assert (done.returncode, done.stdout) == (0, "nothing is deleted before a first whole run\n")
    with psycopg.connect(scrapy.url) as connection:
        connection.execute("insert into outlets values ('kompas', '', '')")
        connection.execute("insert into routes (outlet, route, high_water_mark) values ('kompas', 'feed', '2026-11-20 00:00Z')")
    done = scrapy("prune", CLOCK="2027-11-23T08:00:00+07:00")  # ahead by a year
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 2)  # the first says which database it is
    assert "nothing is deleted" in done.stderr
    clock = "2026-11-21T08:00:00+07:00"
    said = "kompas: 1 recordings (0.0 MB) {0}deleted\n2026-11-20 00:00 UTC: 1 recordings, 1 logs and 0 runs {0}deleted\n"
    done = scrapy("prune", "--dry-run", CLOCK=clock)
    assert (done.returncode, done.stdout) == (0, said.format("would be ")), done.stderr
    assert {*folder.iterdir(), *logs.iterdir()} == {old, new, *logs_of_days}
    done = scrapy("prune", CLOCK=clock)
    assert (done.returncode, done.stdout) == (0, said.format("")), done.stderr
    assert (list(folder.iterdir()), list(logs.iterdir())) == ([new], logs_of_days[1:])
    assert {path.stat().st_mode & 0o777 for path in (folder, logs)} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in (new, logs_of_days[1])} == {0o600}


@on_both_servers
@pytest.mark.parametrize(("arguments", "role"), [((), "reader"), (("--owner",), "crawler")])
def test_psql_reads_and_keeps_the_password_out_of_the_list_of_processes(scrapy: Scrapy, arguments: tuple[str, ...], role: str) -> None:
    password = str(conninfo.conninfo_to_dict(scrapy.url).get("password", ""))  # the reader's is asked for, or found as libpq finds it
    done = scrapy("psql", *arguments, "-At", "-c", "\\! ps -ww -o args= -p $PPID", "-c", "select current_user", PGPASSWORD=password)
    assert done.stdout.splitlines()[-1] == role, done.stderr
    assert "psql" in done.stdout.splitlines()[0]
    assert "S3CR3T" not in done.stdout


def test_who_the_database_refuses_is_told_what_to_do(debian_server: Server, tmp_path: Path) -> None:
    url = debian_server.create_migrated("refusing")
    try:
        address = url.partition("@")[2]
        for wrong, remedy in {
            f"postgresql://poros:S3CR3T-not@{address}": "set the right password in DATABASE_URL",
            url.replace("/refusing", "/nowhere"): "CREATE DATABASE",
        }.items():
            done = Scrapy(wrong, tmp_path)("crawl", "kompas", *REPLAY)
            assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
            assert remedy in done.stderr
            assert "S3CR3T" not in done.stderr
    finally:
        debian_server.drop("refusing")
