"""Told to stop at any moment, by any signal: rows closed, archives renamed, within seconds."""

import signal
import time

import pytest

from tests.faults.conftest import Crawler
from tests.faults.press import Press, articles, wait_until
from tests.faults.slow import cases

SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
SECONDS = 15  # five, on a machine with other things to do


@pytest.mark.parametrize("number", cases(*SIGNALS))
def test_a_crawl_told_to_stop_while_an_answer_hangs(crawler: Crawler, press: Press, number: signal.Signals) -> None:
    third = f"^/read/{press.stories('kabar')[3].number}$"
    with press.fault("hang", path=third), crawler.start("crawl", "kabar") as process:
        wait_until(lambda: any(path in third for path in articles(press.requests)))
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
        process.send_signal(number)
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
