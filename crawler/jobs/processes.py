"""Runs one ``scrapy crawl`` process an outlet, some at a time, and shows how far they are."""

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg
from rich.console import Console
from rich.live import Live
from rich.table import Table

from crawler.exit_codes import ExitCode, worst
from crawler.jobs import forks
from crawler.jobs.tables import runs_table
from pipelines.database.connection import DatabaseUnavailable
from pipelines.database.runs import RunRow, latest_runs, newest_run_id
from pipelines.database.session import Session

POLL = 0.2  # seconds between two looks at the processes
GRACE = 10  # seconds that a process has to close its run after it was told to stop
_PRIVATE = ("DATABASE_URL", "ALERT_URLS")  # hold passwords, which `ps` would show: crawls are handed the first otherwise


@dataclass(frozen=True, kw_only=True)
class Crawls:
    """The ``scrapy crawl`` processes that a command starts, one an outlet."""

    url: str  # of the database
    arguments: Sequence[str]  # of each of them
    logs: Path  # their folder where stdout is a terminal; elsewhere they log to stderr, so that a log file gets it all in one place
    console: Console
    jobs: int  # how many at a time, at most
    running: dict[str, BaseProcess] = field(default_factory=dict)  # by outlet

    def start(self, outlet: str, session: Session, *arguments: str) -> None:
        """Start ``scrapy crawl OUTLET``, with some more arguments. The session stays ours alone."""
        log = self.logs / f"{outlet}.log" if self.console.is_terminal else None
        if log:
            self.logs.mkdir(parents=True, exist_ok=True)
        with forks.signals_held():
            self.running[outlet] = forks.start(["crawl", outlet, *self.arguments, *arguments], self.url, log, session.connection)

    @contextmanager
    def stop_processes(self) -> Iterator[None]:
        """When the block ends, however, stop the processes that still run and give them time to close their runs."""
        try:
            yield
        finally:
            for process in self.running.values():
                process.terminate()
            deadline = time.monotonic() + GRACE
            for process in self.running.values():
                process.join(max(0, deadline - time.monotonic()))
                if process.exitcode is None:
                    process.kill()

    def pause(self, session: Session) -> None:
        """Wait a moment; then have the lock again if it was lost. Raises LockHeld when another process took it."""
        time.sleep(POLL)
        if not session.lock_is_held():
            with suppress(DatabaseUnavailable):  # the crawls wait for it, and say so
                session.reconnect()

    def crawl(self, outlets: Sequence[str], session: Session) -> tuple[ExitCode, list[RunRow]]:
        """Crawl the outlets; show progress, then a table; return the worst exit code and the runs.

        Raises DatabaseUnavailable, or LockHeld when another process took the session's lock while the database was away.
        """
        before = session.attempt(newest_run_id)
        waiting, ended, runs = list(outlets), dict[str, int](), list[RunRow]()
        look = partial(latest_runs, outlets=outlets, since_run_id=before)

        def table() -> Table:
            with suppress(psycopg.Error):  # away for a while: as they were seen last
                runs[:] = look(session.connection)
            return runs_table(outlets, runs, ended)

        live = Live(console=self.console, get_renderable=table, auto_refresh=False, transient=True)  # no thread: crawls are forks
        with self.stop_processes(), live if self.console.is_terminal else nullcontext():
            while waiting or self.running:
                while waiting and len(self.running) < self.jobs:
                    self.start(waiting.pop(0), session)
                self.pause(session)
                if self.console.is_terminal:
                    live.refresh()
                for outlet, process in [*self.running.items()]:
                    if process.exitcode is not None:
                        ended[outlet] = process.exitcode
                        del self.running[outlet]
        runs = session.attempt(look)
        self.console.print(runs_table(outlets, runs, ended))
        reasons = dict[str, list[str]]()  # of the machine's there is one line, not one an outlet
        for run in runs:
            reasons.setdefault(run.reason or "", []).append(run.outlet)
        for reason, names in reasons.items():
            if reason:
                self.console.print(f"{', '.join(names)}: {reason}", soft_wrap=True, markup=False)
        return worst(ended.values()), runs


def forwarded_options(opts: argparse.Namespace) -> list[str]:
    """The options of every Scrapy command that a command hands on to the crawls it starts."""
    arguments = [argument for setting in opts.set if not setting.startswith(_PRIVATE) for argument in ("-s", setting)]
    if opts.loglevel:
        arguments += ["-L", opts.loglevel]
    if opts.logfile:
        arguments += ["--logfile", opts.logfile]
    return [*arguments, "--nolog"] if opts.nolog else arguments
