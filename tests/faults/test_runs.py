"""F1 to F6 and F13: two at once, outlets that fail, a database that goes away, processes that are killed, a full disk, a wrong clock."""

import json
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pipelines.database import embedded
from tests.faults.conftest import Crawler
from tests.faults.press import Press, articles, wait_until
from tests.faults.slow import SLOW, cases, in_full

ALL = ("kabar", "warta")


def test_f01_of_many_started_at_once_one_works(crawler: Crawler, press: Press) -> None:
    with press.fault("hang", path="^/rss"):
        processes = [crawler.start("crawl", "kabar") for _ in range(in_full(20, short=4))]
        wait_until(lambda: sum(process.poll() == 75 for process in processes) == len(processes) - 1, seconds=100)
        (working,) = (process for process in processes if process.poll() is None)
        working.kill()
    for process in processes:
        process.communicate()
    assert crawler.query("select count(*) from crawl_runs") == [(1,)]
    assert crawler("crawl", "kabar").returncode == 0
    assert crawler.query("select status from crawl_runs order by run_id") == [("abandoned",), ("ok",)]


def test_f02_a_redesign_degrades_every_outlet_and_loses_no_story(crawler: Crawler, press: Press) -> None:
    with press.fault("redesign", path="^/read/"):
        done = crawler("crawlall", *ALL)
    assert done.returncode == 1
    for outlet in ALL:
        assert crawler.last_run(outlet) == ("degraded", 1)
        assert len(crawler.stored(outlet)) == len(set(articles(press.requests, outlet))) > 40
    assert crawler.query("select distinct sources->>'body' from articles") == [("generic",)]
    assert crawler.open_issues() == {("kabar", "articles"), ("warta", "articles")}


@pytest.mark.parametrize("kind", cases("500", "403", "offline"))
def test_f03_one_outlet_fails_and_the_other_does_not_notice(crawler: Crawler, press: Press, kind: str) -> None:
    with press.fault(kind, host="kabar", path="."):
        done = crawler("crawlall", *ALL)
    assert done.returncode == 1
    assert crawler.last_run("kabar") == ("degraded", 1)
    assert crawler.counts("warta")[1:] == (len(set(articles(press.requests, "warta"))), len(crawler.stored("warta")), 0, 0)
    assert crawler.last_run("warta") == ("ok", 0)
    assert crawler.open_issues() == {("kabar", "outlet")}


def test_f03_without_a_network_there_is_one_line_and_one_issue(crawler: Crawler) -> None:
    done = crawler("crawlall", *ALL, LOOPBACK_OFFLINE="1", CONTACT="mailto:you@example.org")
    assert done.returncode == 1
    assert {crawler.last_run(outlet) for outlet in ALL} == {("failed", 1)}
    assert crawler.open_issues() == {(None, "network")}
    said = [line for line in (done.stdout + done.stderr).splitlines() if "DNS" in line or "resolve" in line]
    assert len([line for line in done.stdout.splitlines() if "is this machine online?" in line]) == 1, done.stdout
    assert len(said) == 1 + len(ALL), said
    assert crawler("crawlall", *ALL).returncode == 0
    assert crawler.open_issues() == set()


def test_f04_without_a_database_nothing_is_asked(own_crawler: Crawler, press: Press) -> None:
    away = own_crawler.url
    embedded.stop(own_crawler.folder)
    for command in (("crawl", "kabar"), ("crawlall", *ALL)):
        done = own_crawler(*command, DATABASE_URL=away)
        assert (done.returncode, done.stderr.count("\n")) == (3, 2), done.stderr  # of CONTACT, and of the database
    assert press.requests == []


@pytest.mark.parametrize("when", cases("^/read", "^/index"))
def test_f04_a_restart_of_the_database_loses_nothing(own_crawler: Crawler, press: Press, when: str) -> None:
    with press.fault("slow", path=when), own_crawler.start("crawlall", *ALL) as process:
        wait_until(lambda: sum(path.startswith(when[1:]) for _, path in press.requests) > 2)
        embedded.stop(own_crawler.folder)
        time.sleep(3)
        embedded.start(own_crawler.folder)
        out, said = process.communicate(timeout=120)
    assert process.returncode == 0, out + said
    for outlet in ALL:
        assert own_crawler.last_run(outlet) == ("ok", 0)
        assert own_crawler.stored(outlet) == {path.rpartition("/")[2] for path in articles(press.requests, outlet)}


@pytest.mark.skipif(not SLOW, reason="half a minute each: make test-slow")
@pytest.mark.parametrize("when", ["^/read", "^/index"])
def test_f04_a_database_that_stays_away_is_told_in_time(own_crawler: Crawler, press: Press, when: str) -> None:
    with press.fault("slow", path=when), own_crawler.start("crawl", "kabar") as process:
        wait_until(lambda: sum(path.startswith(when[1:]) for _, path in press.requests) > 2)
        embedded.stop(own_crawler.folder)
        asked, gone = len(press.requests), time.monotonic()
        _, said = process.communicate(timeout=120)
        seconds = time.monotonic() - gone
    assert process.returncode == 3, said
    assert "error in our code" not in said
    assert len(press.requests) - asked <= 2
    assert seconds < 3 * 35


@pytest.mark.parametrize("arguments", cases(("crawlall", *ALL), ("backfill", *ALL, "--since", "2026-11-18")))
def test_f04_what_a_command_keeps_open_may_break(crawler: Crawler, press: Press, arguments: Sequence[str]) -> None:
    with press.fault("slow", path="^/read"), crawler.start(*arguments) as process:
        wait_until(lambda: articles(press.requests))
        with psycopg.connect(crawler.url, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
            )
        time.sleep(3)
        with crawler.start(*arguments) as other:
            other.communicate(timeout=60)
        _, said = process.communicate(timeout=120)
    assert (process.returncode, other.returncode) == (0, 75), said
    assert "Traceback" not in said


def test_f05_killed_at_any_moment_nothing_is_half_written(crawler: Crawler, press: Press) -> None:
    moments = random.Random(5)
    kills = 0
    with press.fault("slow", path="^/read"):
        for _ in range(in_full(50, short=3)):
            with crawler.start("crawl", "kabar") as process:
                if process.poll() is None:
                    time.sleep(moments.uniform(0.5, 4))
                process.send_signal(signal.SIGKILL)
                kills += process.wait() == -signal.SIGKILL
    assert kills > 0
    assert crawler("crawl", "kabar").returncode == 0
    wanted = {str(story.number) for story in press.stories("kabar")}
    assert crawler.stored() == {path.rpartition("/")[2] for path in articles(press.requests)} <= wanted
    assert len(crawler.stored()) > 40
    half = (
        "select count(*) from articles a where not exists (select from article_versions v where v.page_id = a.page_id) or story_id is null"
    )
    assert crawler.query(half) == [(0,)]
    assert crawler.query("select count(*) from pages p left join articles a using (page_id) where status = 'stored' and a is null") == [
        (0,)
    ]
    assert crawler.query("select count(*) from crawl_runs where status = 'running'") == [(0,)]


@pytest.mark.skipif(not SLOW, reason="two crawls: make test-slow")
def test_f05_a_crawl_that_was_cut_off_gives_way_to_the_one_that_took_over(crawler: Crawler, press: Press) -> None:
    with press.fault("slow", path="^/read"), crawler.start("crawl", "kabar") as process:
        wait_until(lambda: len(articles(press.requests)) > 3)
        process.send_signal(signal.SIGSTOP)
        with psycopg.connect(crawler.url, autocommit=True) as connection:  # as the server does after a minute of silence
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
            )
        other = crawler("crawl", "kabar")
        process.send_signal(signal.SIGCONT)
        _, said = process.communicate(timeout=60)
    assert (other.returncode, process.returncode) == (0, 75), said
    assert "kabar has been crawled by another process meanwhile" in said
    assert "Traceback" not in said
    assert sum(times > 1 for times in Counter(articles(press.requests)).values()) <= 1
    assert crawler.query("select status from crawl_runs order by run_id") == [("abandoned",), ("ok",)]


def test_f06_a_full_disk_is_told_and_leaves_no_torn_file(crawler: Crawler) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))

    done = crawler("crawlall", *ALL, limits=small_disk)
    assert done.returncode == 1
    assert {crawler.last_run(outlet) for outlet in ALL} == {("degraded", 1)}
    assert crawler.open_issues() == {(None, "archive")}, "one disk, one issue"
    assert len(crawler.stored()) > 40, "pages are stored all the same"
    assert crawler.left_open() == []
    crawler.press.clock += timedelta(hours=2)
    assert crawler("crawlall", *ALL).returncode == 0
    assert crawler.open_issues() == set()


@pytest.mark.parametrize("off", cases(timedelta(days=3), timedelta(hours=-2), timedelta(days=366)))
def test_f13_a_clock_that_was_wrong_once_loses_no_story(crawler: Crawler, press: Press, off: timedelta) -> None:
    assert crawler("crawl", "kabar").returncode == 0
    marks = crawler.query("select route, high_water_mark from routes order by 1")
    press.clock += timedelta(hours=5)
    assert crawler("crawl", "kabar", clock=press.clock + off).returncode == 1
    assert crawler.open_issues() == {(None, "clock")}
    assert crawler.query("select route, high_water_mark from routes order by 1") == marks
    press.clock += timedelta(hours=20)
    assert crawler("crawl", "kabar").returncode == 0
    assert crawler.open_issues() == set()
    day = {str(story.number) for story in press.stories("kabar") if press.clock - story.published_at < timedelta(hours=25)}
    assert day <= crawler.stored()
    assert crawler.query("select count(*) from crawl_runs where seconds < 0 or finished_at < started_at") == [(0,)]


@pytest.mark.skipif(not SLOW, reason="two crawls more: make test-slow")
def test_f13_whose_clock_is_wrong_is_told(crawler: Crawler, press: Press) -> None:
    press.clock = datetime.now(UTC)
    assert crawler("crawl", "kabar", CLOCK="", LOOPBACK_AHEAD="7200").returncode == 1
    assert crawler.open_issues() == {(None, "clock")}, "this machine's: its database and the servers agree"
    press.clock = datetime.now(UTC) + timedelta(hours=2)
    assert crawler("crawl", "kabar", CLOCK="", LOOPBACK_AHEAD="7200").returncode == 1
    assert crawler.open_issues() == {(None, "database_clock")}
    press.clock = datetime.now(UTC)
    assert crawler("crawl", "kabar", CLOCK="").returncode == 0
    assert crawler.open_issues() == set()


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_a_dead_outlet_does_not_look_fine(crawler: Crawler, press: Press) -> None:
    with press.fault("hang", path="^/read/"):
        settings = {"CLOSESPIDER_TIMEOUT": "4", "DOWNLOAD_TIMEOUT": "30"}
        done = crawler("crawl", "kabar", settings=settings)
    assert (done.returncode, crawler.last_run()) == (1, ("degraded", 1))
    assert crawler.open_issues() == {("kabar", "articles")}


def test_a_story_that_could_not_be_stored_is_told(crawler: Crawler, press: Press) -> None:
    with psycopg.connect(crawler.url) as connection:
        connection.execute(
            """
            create function busy() returns trigger language plpgsql as $$
            begin raise exception 'busy' using errcode = '40001'; end $$;
            create trigger busy before insert on pages for each row when (new.article_id like '%7') execute function busy();
            """
        )
    assert crawler("crawl", "kabar").returncode == 1
    assert crawler.open_issues() == {(None, "storage")}
    with psycopg.connect(crawler.url) as connection:
        connection.execute("drop trigger busy on pages")
    assert crawler("crawl", "kabar").returncode == 0
    assert crawler.open_issues() == set()
    assert crawler.stored() == {path.rpartition("/")[2] for path in articles(press.requests)}


@pytest.mark.skipif(not SLOW, reason="a minute: make test-slow")
def test_a_lock_that_is_held_for_long_loses_no_story(crawler: Crawler, press: Press) -> None:
    with psycopg.connect(crawler.url) as connection, crawler.start("crawl", "kabar") as process:
        wait_until(lambda: crawler.query("select * from crawl_runs"))
        connection.execute("lock table pages in exclusive mode")
        time.sleep(35)
        connection.rollback()
        process.communicate(timeout=120)
    unstored = {path.rpartition("/")[2] for path in articles(press.requests)} - crawler.stored()
    assert process.returncode == (1 if unstored else 0)
    assert crawler.open_issues() == ({(None, "storage")} if unstored else set())
    assert crawler("crawl", "kabar").returncode == 0
    assert crawler.stored() == {path.rpartition("/")[2] for path in articles(press.requests)}


def test_a_run_of_all_outlets_without_trouble_says_little(crawler: Crawler) -> None:
    done = crawler("crawlall", *ALL, CONTACT="mailto:you@example.org")
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) <= 40 / 9 * len(ALL), done.stderr


@pytest.mark.skipif(not SLOW, reason="two processes more: make test-slow")
def test_scrapys_own_commands_go_without_a_run(crawler: Crawler, press: Press) -> None:
    feed = f"http://kabar.example:{press.port}/rss"
    for command in ("fetch", "view"):
        done = crawler(command, "--nolog", "--spider", "kabar", feed, BROWSER="true")
        assert (done.returncode, done.stderr) == (0, ""), command
        assert ("<rss" in done.stdout) is (command == "fetch")
    assert crawler.query("select * from crawl_runs") == []


def test_logs_of_json(crawler: Crawler) -> None:
    done = crawler("crawl", "kabar", LOG_JSON="1", LOG_LEVEL="WARNING", CONTACT="")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["outlet"], line["level"], line["logger"]) for line in lines] == [("kabar", "WARNING", "crawler.jobs.configuration")]
    lines = [json.loads(line) for line in crawler("crawl", "kabar", LOG_JSON="1").stderr.splitlines()]
    assert lines[-1]["message"].startswith("ok: ")
