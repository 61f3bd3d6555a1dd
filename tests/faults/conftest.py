"""A crawler as cron starts it, against the press on loopback and a PostgreSQL of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipelines.database import embedded
from pipelines.database.migrate import migrate
from tests.faults.press import Press, printing

ROOT = Path(__file__).parents[2]
OURS = {"SPIDER_MODULES": "tests.faults.outlets", "DOWNLOAD_DELAY": "0", "AUTOTHROTTLE_ENABLED": "False", "RETRY_TIMES": "0"}


class Crawler:
    """Runs commands with the logical clock at a time, by default the press's own."""

    def __init__(self, url: str, folder: Path, press: Press) -> None:
        self.url, self.folder, self.press = url, folder, press

    def start(self, *arguments: str, clock: datetime | None = None, **given: Any) -> "subprocess.Popen[str]":
        settings = [part for name, value in {**OURS, **given.pop("settings", {})}.items() for part in ("-s", f"{name}={value}")]
        environment = {
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.folder),
            "CLOCK": (clock or self.press.clock).isoformat(),
            "DESTINATION_GUARD_ALLOW": "127.0.0.0/8",
            "LOOPBACK_PORT": str(self.press.port),
            "PYTHONPATH": str(ROOT),
            **{name: value for name, value in given.items() if name != "limits"},
        }
        limits = given.pop("limits", None)
        return subprocess.Popen(
            [sys.executable, "-m", "scrapy", *arguments, *settings],
            cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0,
            preexec_fn=limits,  # noqa: PLW1509 - no thread of ours runs code between fork and exec
        )  # fmt: skip

    def __call__(self, *arguments: str, **given: Any) -> "subprocess.CompletedProcess[str]":
        with self.start(*arguments, **given) as process:
            out, error = process.communicate(timeout=180)
        return subprocess.CompletedProcess(process.args, process.returncode, out, error)

    def query(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode(), parameters or None).fetchall()

    def last_run(self, outlet: str = "kabar") -> tuple[str, int | None]:
        return self.query("select status, exit_code from crawl_runs where outlet = %s order by run_id desc limit 1", outlet)[0]

    def open_issues(self) -> set[tuple[str | None, str]]:
        return set(self.query("select outlet, kind from crawl_issues where cleared_at is null and degrades"))

    def stored(self, outlet: str = "kabar") -> set[str]:
        return {number for (number,) in self.query("select article_id from pages where outlet = %s and status = 'stored'", outlet)}

    def counts(self, outlet: str = "kabar") -> tuple[int, ...]:
        query = "select listed, fetched, new, rejected, failed from crawl_runs where outlet = %s order by run_id desc limit 1"
        return self.query(query, outlet)[0]

    def left_open(self) -> list[Path]:
        return [*self.folder.rglob("*.warc.gz.open")]


@pytest.fixture
def press() -> Iterator[Press]:
    with printing(Press()) as press:
        yield press


@pytest.fixture
def own_crawler(tmp_path: Path, press: Press, database_remover: Callable[[Path], None]) -> Iterator[Crawler]:
    """A crawler with a server of its own, which a test may stop: the embedded one under its folder."""
    url = embedded.start(tmp_path, "poros")
    migrate(url)
    try:
        yield Crawler(url, tmp_path, press)
    finally:
        database_remover(tmp_path)


@pytest.fixture
def crawler(database_url: str, tmp_path: Path, press: Press) -> Crawler:
    return Crawler(database_url, tmp_path, press)
