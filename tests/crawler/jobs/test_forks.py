"""Crawls are forks of a process that has imported what they need, and otherwise as if they had been started alone."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from crawler.exit_codes import ExitCode
from crawler.jobs import forks

ROOT = Path(__file__).parents[3]


def test_the_server_has_no_reactor_thread_or_child_to_share_and_a_group_of_its_own() -> None:
    said = (
        "import os, sys, threading\n"
        "import crawler.jobs.fork_server as server\n"
        "assert server.settings['BOT_NAME'] == 'poros' and 'pipelines.store' in sys.modules\n"
        "print('twisted.internet.reactor' in sys.modules, threading.active_count(), os.getpgid(0) == os.getpid())\n"
        "print(open(f'/proc/self/task/{os.getpid()}/children').read() if sys.platform == 'linux' else '')\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "1", "True"]


def test_a_server_that_cannot_load_everything_still_forks(tmp_path: Path) -> None:
    broken = "from crawler.settings import *\nTOPIC = 'nowhere.toml'\nEXTENSIONS = {'broken.Extension': 1}\n"
    (tmp_path / "broken_settings.py").write_text(broken)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "SCRAPY_SETTINGS_MODULE": "broken_settings"}
    server = [sys.executable, "-c", "import crawler.jobs.fork_server"]
    done = subprocess.run(server, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_fork_says_where_it_is_told_and_ends_with_the_commands_code(database_url: str, tmp_path: Path) -> None:
    log = tmp_path / "crawl.log"
    log.write_text("before\n")
    for arguments, code in ((["list"], ExitCode.OK), (["crawl", "nobody"], ExitCode.CONFIGURATION)):
        process = forks.start(arguments, database_url, log)
        process.join(60)
        assert process.exitcode == code
    said = log.read_text()
    assert said.startswith("before\n")
    assert "katakini" in said
    assert "there is no outlet nobody" in said


def test_a_fork_uses_the_database_it_is_given_and_shows_itself(connection: psycopg.Connection, database_url: str, tmp_path: Path) -> None:
    samples = ["-s", "ARCHIVE_REPLAY=samples", "-s", f"DATA_DIR={tmp_path}"]
    process = forks.start(["crawl", "katakini", *samples], database_url, tmp_path / "crawl.log")
    shown = set[bytes]()
    while process.exitcode is None:
        if process.pid and sys.platform == "linux":
            shown.add(Path(f"/proc/{process.pid}/cmdline").read_bytes().rstrip(b"\0"))
        process.join(0.05)
    assert process.exitcode == ExitCode.OK, (tmp_path / "crawl.log").read_text()
    assert connection.execute("select outlet, pid, status from crawl_runs").fetchall() == [("katakini", process.pid, "ok")]
    assert sys.platform != "linux" or f"scrapy crawl katakini {' '.join(samples)}".encode() in shown
    assert database_url.encode() not in b" ".join(shown)
