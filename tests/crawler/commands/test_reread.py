"""``scrapy reread`` from the outside: killed again and again it ends with the same rows, in one process or in two."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.slow import SLOW

ROOT = Path(__file__).parents[3]
OUTLETS = ("cnbc_indonesia", "katakini", "kompas")
KILLED = """
import os, signal, sys, time
from crawler.jobs import reread
from pipelines.database import rereading
left, reread.AT_ONCE, write = int(sys.argv.pop()), 5, rereading.write_what_differs
def dying(*arguments):
    global left
    left -= 1
    time.sleep(float(os.environ["PAUSE"]))
    ends = write(*arguments)
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return ends
rereading.write_what_differs = dying
from scrapy.cmdline import execute
if __name__ == "__main__":
    execute()
"""
ROWS = """
    select p.outlet, article_id, p.status, p.url, p.aliases, p.fetched_at, a.headline, a.body, a.authors, a.published_at, version_no,
        body_sha256,
        (select array_agg((topic, band, score, evidence) order by topic) from verdicts v where v.page_id = p.page_id),
        (select array_agg(other.article_id order by other.article_id) from articles b join pages other using (page_id)
            where b.story_id = a.story_id)
    from pages p left join articles a using (page_id) left join fingerprints using (page_id) order by 1, 2
"""
NEVER = 10_000


@pytest.fixture
def reread(database_url: str, tmp_path: Path) -> Callable[..., "subprocess.Popen[str]"]:
    for outlet in OUTLETS:
        (tmp_path / "archive" / outlet).mkdir(parents=True)
        shutil.copy(ROOT / "samples" / f"{outlet}.warc.gz", tmp_path / "archive" / outlet)
    (tmp_path / "killed.py").write_text(KILLED, "utf-8")
    environment = {**os.environ, "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "CLOCK": "", "PYTHONPATH": str(ROOT)}

    def start(jobs: int, killed_after: int = NEVER, pause: float = 0) -> "subprocess.Popen[str]":
        command = [sys.executable, str(tmp_path / "killed.py"), "reread", *OUTLETS, "--jobs", str(jobs), str(killed_after)]
        return subprocess.Popen(
            command, cwd=ROOT, env={**environment, "PAUSE": str(pause)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    return start


def children(pid: int) -> list[int]:
    return [int(each) for task in Path(f"/proc/{pid}/task").glob("*") for each in (task / "children").read_text().split()]


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not SLOW, reason="a minute: make test-slow")
def test_killed_five_times_it_ends_with_the_same_rows(connection: psycopg.Connection, reread: Callable[..., Any]) -> None:
    found = []
    for jobs, kills in ((1, ()), (1, (1, 3, 2, 4, 0)), (2, (2, 1, 0, 5, 3))):
        connection.execute("truncate pages, stories, shingles, rereadings cascade")
        for after in kills:
            with reread(jobs, after) as process:
                process.communicate(timeout=300)
            assert process.returncode == -signal.SIGKILL
        with reread(jobs) as process:
            said, errors = process.communicate(timeout=300)
        assert (process.returncode, errors.count("Traceback")) == (0, 0), errors
        assert ("were read by a call that was stopped" in said) == bool(kills)
        found.append(connection.execute(ROWS).fetchall())
        with reread(jobs) as process:
            again = process.communicate(timeout=300)[0]
        assert again.splitlines() == ["cnbc_indonesia: 42 pages: 42 unchanged", "katakini: 40 pages: 40 unchanged",
                                      "kompas: 16 pages: 16 unchanged"]  # fmt: skip
    assert len(found[0]) == 98
    assert found[0] == found[1] == found[2]


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_nobody_is_left_reading(connection: psycopg.Connection, reread: Callable[..., Any], number: int, code: int) -> None:
    with reread(2, pause=1) as process:
        deadline = time.monotonic() + 120
        while not connection.execute("select from pages limit 1").fetchall() and time.monotonic() < deadline:
            time.sleep(0.05)
        readers = children(process.pid)
        assert len(readers) >= 2
        os.kill(process.pid, number)
        assert "Traceback" not in process.communicate(timeout=60)[1]
        assert process.returncode == code
    while any(map(is_there, readers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_there, readers))
