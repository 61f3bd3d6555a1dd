"""Crawls are forks of the command, and otherwise as if they had been started alone."""

import os
import signal
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import psycopg
import pytest

from crawler.exit_codes import ExitCode
from crawler.jobs import forks
from crawler.jobs.processes import forwarded_options
from pipelines.database.errors import LockHeld
from pipelines.database.session import crawl_session
from tests.faults.press import wait_until

ROOT = Path(__file__).parents[3]


def test_what_is_forked_has_no_reactor_and_no_thread() -> None:
    said = (
        "import os, sys, threading\n"
        "import crawler.jobs.preload\n"
        "print('pipelines.store' in sys.modules, 'twisted.internet.reactor' in sys.modules, threading.active_count())\n"
        "print(len(os.listdir('/proc/self/task')) if sys.platform == 'linux' else 1)\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "1", "1"]


@pytest.mark.parametrize("reactor", [False, True], ids=["forked", "spawned"])
def test_a_crawl_says_where_it_is_told_and_ends_with_the_commands_code(
    connection: psycopg.Connection, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reactor: bool
) -> None:
    monkeypatch.delitem(sys.modules, "twisted.internet.reactor", raising=False)
    if reactor:  # somebody's middleware has imported it
        monkeypatch.setitem(sys.modules, "twisted.internet.reactor", sys)
    log = tmp_path / "crawl.log"
    log.write_text("before\n")
    for arguments, code in ((["list"], ExitCode.OK), (["crawl", "nobody"], ExitCode.CONFIGURATION)):
        process = forks.start(arguments, database_url, log, connection)
        process.join(60)
        assert process.exitcode == code
    said = log.read_text()
    assert said.startswith("before\n")
    assert "katakini" in said
    assert "there is no outlet nobody" in said


def test_a_fork_uses_the_database_it_is_given_and_shows_itself(
    connection: psycopg.Connection, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "twisted.internet.reactor", raising=False)
    samples = ["-s", "ARCHIVE_REPLAY=samples", "-s", f"DATA_DIR={tmp_path}"]
    process = forks.start(["crawl", "katakini", *samples], database_url, tmp_path / "crawl.log", connection)
    shown = set[bytes]()
    while process.exitcode is None:
        if process.pid and sys.platform == "linux":
            shown.add(Path(f"/proc/{process.pid}/cmdline").read_bytes().rstrip(b"\0"))
        process.join(0.05)
    assert process.exitcode == ExitCode.OK, (tmp_path / "crawl.log").read_text()
    assert connection.execute("select outlet, pid, status from crawl_runs").fetchall() == [("katakini", process.pid, "ok")]
    assert sys.platform != "linux" or f"scrapy crawl katakini {' '.join(samples)}".encode() in shown
    assert database_url.encode() not in b" ".join(shown)


def test_locks_end_with_the_command_whatever_its_crawls_do(database_url: str) -> None:
    command = (
        "import os, signal, sys\n"
        "from crawler.jobs import forks\n"
        "from pipelines.database.session import crawl_session\n"
        "session = crawl_session(sys.argv[1])\n"
        "forks.execute = lambda *_: signal.pause()\n"
        "with forks.signals_held():\n"
        "    print(forks.start(['crawl', 'kabar'], sys.argv[1], None, session.connection).pid, flush=True)\n"
        "signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", command, database_url], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        process.kill()
        process.wait()
        try:
            wait_until(lambda: _is_free(database_url), seconds=30)
            os.kill(pid, 0)  # the crawl is still there
        finally:
            os.kill(pid, signal.SIGKILL)


def _is_free(url: str) -> bool:
    try:
        with crawl_session(url):
            return True
    except LockHeld:
        return False


def test_crawls_are_handed_what_scrapy_is_told_but_no_password() -> None:
    given = ["DOWNLOAD_DELAY=2", "DATABASE_URL=postgresql://a:b@c/d", "ALERT_URLS=mailto://a:b@c"]
    told = Namespace(set=given, loglevel="DEBUG", logfile="crawls.log", nolog=False)
    assert forwarded_options(told) == ["-s", "DOWNLOAD_DELAY=2", "-L", "DEBUG", "--logfile", "crawls.log"]
    assert forwarded_options(Namespace(set=[], loglevel=None, logfile=None, nolog=True)) == ["--nolog"]
