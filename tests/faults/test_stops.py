"""Told to stop at any moment, by any signal: rows closed, archives renamed, within seconds."""

import os
import random
import signal
import socket
import sys
import time
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Crawler
from tests.faults.press import Press, articles, wait_until
from tests.faults.slow import SLOW, cases
from tests.faults.test_answers import OPEN

SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
SECONDS = 15  # five, on a machine with other things to do


@pytest.mark.parametrize("number", cases(*SIGNALS))
def test_a_crawl_told_to_stop_while_an_answer_hangs(crawler: Crawler, press: Press, number: signal.Signals) -> None:
    third = f"^/read/{press.stories('kabar')[3].number}$"
    with press.fault("hang", path=third), crawler.start("crawl", "kabar") as process:
        wait_until(lambda: process.poll() is not None or any(path in third for path in articles(press.requests)))
        process.send_signal(number)
        process.send_signal(number)  # an impatient one
        told = time.monotonic()
        _, said = process.communicate(timeout=60)
        seconds = time.monotonic() - told
    assert (process.returncode, crawler.last_run()) == (1, ("partial", 1)), said
    assert crawler.left_open() == []
    assert list(crawler.folder.rglob("*.warc.gz"))
    assert "Traceback" not in said
    assert seconds < SECONDS
    assert crawler("crawl", "kabar").returncode == 0
    assert (
        crawler.stored()
        == {str(story.number) for story in press.stories("kabar") if (press.clock - story.published_at).days < 3} & crawler.stored()
    )


@pytest.mark.parametrize("number", cases(*SIGNALS))
@pytest.mark.parametrize("command", ["crawlall", "backfill"])
def test_a_command_told_to_stop_closes_what_it_started(crawler: Crawler, press: Press, number: signal.Signals, command: str) -> None:
    arguments = ("crawlall", "kabar", "warta") if command == "crawlall" else ("backfill", "kabar", "warta", "--since", "2026-11-18")
    with press.fault("hang", path="^/read/"), crawler.start(*arguments) as process:
        wait_until(lambda: articles(press.requests, "kabar") and articles(press.requests, "warta"))
        tell = os.killpg if command == "crawlall" else os.kill  # `timeout` and a terminal tell all of a group
        tell(process.pid, number)
        told = time.monotonic()
        _, said = process.communicate(timeout=60)
        seconds = time.monotonic() - told
    assert process.returncode == 128 + number
    assert crawler.query("select distinct status, reason from crawl_runs") == [("partial", "shutdown")]
    assert crawler.left_open() == []
    assert "Traceback" not in said
    assert seconds < SECONDS


@pytest.mark.parametrize("after", cases(0.3, 0.9, 0.6, 1.2, 1.5, short=2))
def test_a_crawl_told_to_stop_while_it_starts(crawler: Crawler, after: float) -> None:
    with crawler.start("crawl", "kabar") as process:
        time.sleep(after)
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert process.returncode in {-signal.SIGTERM, 128 + signal.SIGTERM, 1}, said
    assert crawler.query("select status from crawl_runs where status not in ('partial', 'ok')") == []
    assert crawler.left_open() == []


LONG = {
    "crawl": ("crawl", "kabar"),
    "crawlall": ("crawlall", "kabar", "warta"),
    "backfill": ("backfill", "kabar", "warta", "--since", "2026-11-18"),
    "doctor": ("doctor", "kabar", "warta"),
    "reclassify": ("reclassify",),
    "relink": ("relink",),
    "export": ("export", "{folder}/articles.jsonl"),
    "alerts": ("alerts",),
    "demo": ("demo",),
    "prune": ("prune",),
    "preview": ("preview", "http://kabar.example:{port}/read/{number}"),
}


@pytest.mark.skipif(not SLOW, reason="some minutes: make test-slow")
def test_any_command_told_to_stop_at_any_moment(own_crawler: Crawler, press: Press, capsys: pytest.CaptureFixture[str]) -> None:
    moments, table = random.Random(11), list[tuple[float, str, str, float, int]]()
    assert own_crawler("crawlall", "kabar", "warta").returncode == 0
    numbers = {"folder": own_crawler.folder, "port": press.port, "number": press.stories("kabar")[0].number}
    with socket.create_server(("127.0.0.1", 0)) as silent, psycopg.connect(own_crawler.url, autocommit=True) as connection:
        given: dict[str, Any] = {"ALERT_URLS": f"json://127.0.0.1:{silent.getsockname()[1]}"}  # who takes a message and never answers
        for name, arguments in LONG.items():
            command = [argument.format(**numbers) for argument in arguments]
            lasts = None
            for number in (None, *SIGNALS, *SIGNALS):
                connection.execute("delete from crawl_issues")
                connection.execute(OPEN)
                connection.execute("update fingerprints set linked_by = null; delete from backfilled_days")
                press.clock += timedelta(hours=1)
                began = time.monotonic()
                with press.fault("slow", path="^/(read|index)"), own_crawler.start(*command, **given) as process:
                    if number is None:
                        process.communicate(timeout=300)
                        lasts = time.monotonic() - began
                        continue
                    time.sleep(moments.uniform(0, lasts or 0))
                    process.send_signal(number)
                    told = time.monotonic()
                    _, said = process.communicate(timeout=60)
                table.append((time.monotonic() - told, name, number.name, told - began, process.returncode))
                # of an interpreter that was only starting; on a busy machine that takes longer, and ends before the command runs
                is_starting = told - began < 1 or ("_run_module_as_main" in said and ", in run\n" not in said)
                assert "Traceback" not in said or is_starting, said
                assert own_crawler.query("select status from crawl_runs where status not in ('partial', 'ok', 'degraded')") == []
                assert own_crawler.left_open() == []
    with capsys.disabled():
        for seconds, name, signal_name, after, code in sorted(table, reverse=True):
            sys.stdout.write(f"\n{name:11} {signal_name:8} after {after:5.1f} s: ended in {seconds:4.1f} s with {code}")
    assert len(table) >= 20
    assert max(table)[0] < SECONDS
