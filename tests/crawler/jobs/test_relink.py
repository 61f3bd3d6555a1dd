"""``scrapy relink``: the same stories whatever they were before, however often it is killed; runs say that it is due."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from bench.copies import START, corpus
from bench.near_duplicates import members, same_share
from bench.storing import read, store, visit, visit_of
from pipelines.database import stories
from pipelines.near_duplicates import VERSION

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"
KILLED = """
import os, signal, sys
from pipelines.database import stories
left = int(sys.argv.pop())
def dying(work):
    def wrapped(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*arguments, **named)
    return wrapped
stories.mark_again, stories.link_again = dying(stories.mark_again), dying(stories.link_again)
from scrapy.cmdline import execute
execute()
"""


@pytest.fixture
def relink(database_url: str, tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    environment = {**os.environ, "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path)}

    def relink(*arguments: str, killed_after: int | None = None) -> "subprocess.CompletedProcess[str]":
        start = ["-m", "scrapy"] if killed_after is None else ["-c", KILLED]
        last = [] if killed_after is None else [str(killed_after)]
        command = [sys.executable, *start, "relink", *arguments, *last]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return relink


def test_a_relink_that_is_killed_again_and_again_ends_the_same(
    connection: psycopg.Connection, relink: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    store(connection, [visit_of(piece) for piece in corpus(3, 320)])
    before = read(connection)
    assert len({*before[0].values()}) < len(before[0])
    connection.execute("update fingerprints set version = 'older', linked_by = 'older'")
    assert stories.is_outdated(connection, VERSION)
    for _ in range(5):
        assert relink(killed_after=2).returncode == -signal.SIGKILL
    assert stories.is_outdated(connection, VERSION)
    assert relink().stdout.endswith("articles linked anew\n")
    after = read(connection)
    assert same_share(before[0], after[0]) == 1
    assert before[1] == after[1]
    assert not stories.is_outdated(connection, VERSION)
    assert relink().stdout == "everything is linked by today's rule\n"


def test_since_leaves_what_is_older(connection: psycopg.Connection, relink: Callable[..., "subprocess.CompletedProcess[str]"]) -> None:
    store(connection, [visit_of(piece) for piece in corpus(3, 60)])
    connection.execute("update fingerprints set linked_by = 'older'")
    assert relink("--since", "2026-03-08").returncode == 0
    query = "select linked_by = 'older', dated_at >= '2026-03-08 00:00+07', count(*) > 9 from fingerprints join articles using (page_id)"
    assert sorted(connection.execute(f"{query} group by 1, 2".encode())) == [(False, True, True), (True, False, True)]


def test_in_two_parts_is_the_same_as_at_once(
    connection: psycopg.Connection, relink: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    """Days of an exchange rate: of the last ones nobody can tell that they are a series until the first are there, too."""
    fixed = " ".join(f"kata{number}" for number in range(60))
    for day in range(8):
        at = START + timedelta(days=1.1 * day)
        body = fixed + " " + " ".join(f"hari{day}x{number}" for number in range(20))
        store(connection, [visit("kompas", f"s{day}", "Kurs", body, at, at)])
    before = read(connection)
    assert len({*before[0].values()}) == 8
    connection.execute(
        "truncate shingles, near_duplicates; update fingerprints set (version, linked_by, indexed_at) = ('older', null, null)"
    )
    assert relink("--since", "2026-03-07").returncode == 0
    assert len({*read(connection)[0].values()}) < 8
    assert relink().stdout.endswith("articles linked anew\n")
    assert (members(before[0]), before[1]) == (members(read(connection)[0]), read(connection)[1])
    assert relink().stdout == "everything is linked by today's rule\n"


def test_a_run_says_that_it_is_due(connection: psycopg.Connection, database_url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "ARCHIVE_REPLAY": str(SAMPLES)}

    def crawl() -> str:
        command = [sys.executable, "-m", "scrapy", "crawl", "katakini"]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False).stderr

    assert "scrapy relink" not in crawl()
    store(connection, [visit_of(piece) for piece in corpus(3, 20)])
    connection.execute("update fingerprints set linked_by = 'older'")
    assert "older rule" in crawl()
