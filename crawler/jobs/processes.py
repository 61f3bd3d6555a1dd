"""Runs one ``scrapy crawl`` process an outlet, some at a time, and shows how far they are."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from psycopg import Connection
from rich.console import Console
from rich.live import Live
from rich.table import Table

from crawler.jobs.tables import runs_table
from pipelines.database.runs import latest_runs, newest_run_id

POLL = 0.2  # seconds between two looks at the processes
GRACE = 30  # seconds that a process has to close its run after it was told to stop


def crawl_outlets(
    outlets: Sequence[str],
    connection: Connection,
    *,
    jobs: int,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    logs: Path,
    console: Console,
) -> dict[str, int]:
    """Crawl the outlets, at most ``jobs`` at a time; show progress, then a table; return each outlet's exit code.

    On a terminal the processes log to files in ``logs``; elsewhere to stderr, so that a log file gets it all in one place.
    """
    before = newest_run_id(connection)
    waiting, running, ended = list(outlets), dict[str, subprocess.Popen[bytes]](), dict[str, int]()

    def table() -> Table:
        return runs_table(outlets, latest_runs(connection, outlets, before), ended)

    live = Live(console=console, get_renderable=table, refresh_per_second=2, transient=True) if console.is_terminal else _plain()
    with stop_processes(running), live:
        while waiting or running:
            while waiting and len(running) < jobs:
                outlet = waiting.pop(0)
                running[outlet] = start_crawl(outlet, arguments, environment, logs if console.is_terminal else None)
            time.sleep(POLL)
            for outlet in [outlet for outlet, process in running.items() if process.poll() is not None]:
                ended[outlet] = running.pop(outlet).returncode
    console.print(table())
    for run in latest_runs(connection, outlets, before):
        if run.reason:
            console.print(f"{run.outlet}: {run.reason}", soft_wrap=True, markup=False)
    return ended


def forwarded_options(opts: argparse.Namespace) -> list[str]:
    """The options of every Scrapy command that a command hands on to the crawls it starts."""
    arguments = [argument for setting in opts.set for argument in ("-s", setting)]
    if opts.loglevel:
        arguments += ["-L", opts.loglevel]
    return [*arguments, "--nolog"] if opts.nolog else arguments


@contextmanager
def _plain() -> Iterator[None]:
    yield None


def start_crawl(outlet: str, arguments: Sequence[str], environment: Mapping[str, str], logs: Path | None) -> "subprocess.Popen[bytes]":
    """Start ``scrapy crawl OUTLET``. It logs to OUTLET.log in ``logs``; without, to this process's stderr."""
    with _log(logs, outlet) if logs else _plain() as log:
        return subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", outlet, *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


@contextmanager
def _log(folder: Path, outlet: str) -> Iterator[IO[bytes]]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{outlet}.log").open("ab") as file:
        yield file


@contextmanager
def stop_processes(running: Mapping[str, "subprocess.Popen[bytes]"]) -> Iterator[None]:
    """When the block ends, also by SIGTERM, stop the processes that still run and give them time to close their runs."""

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        sys.exit(128 + number)

    previous = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
        for process in running.values():
            process.terminate()
        for process in running.values():
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
