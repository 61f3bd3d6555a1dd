"""Starts crawls as forks of the command that starts them, which has imported what they need."""

import os
import signal
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg
from scrapy.cmdline import execute
from scrapy.utils.project import get_project_settings
from setproctitle import setproctitle

from crawler.jobs.configuration import STARTED_BY
from crawler.jobs.stopping import SIGNALS


@contextmanager
def signals_held() -> Iterator[None]:
    """Let what would stop the command wait until the end of the block: a process has been written down that it is to stop, too."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def start(arguments: Sequence[str], url: str, log: Path | None, connection: psycopg.Connection) -> BaseProcess:
    """Start ``scrapy ARGUMENTS`` on the database at ``url``, with signals held. What it says goes to the end of a file, or where ours goes.

    ``connection`` is ours alone, with the locks on it. Where a fork is not safe (macOS; a reactor that something has imported) it is a new
    process that imports everything again.
    """
    import crawler.jobs.preload  # noqa: F401, PLC0415 - half a second, for a command that starts nothing

    is_safe = sys.platform != "darwin" and "twisted.internet.reactor" not in sys.modules
    told = [each for each in SIGNALS if signal.getsignal(each) != signal.SIG_IGN]
    socket = None
    if is_safe:
        with suppress(psycopg.Error):  # lost: there is none
            socket = connection.fileno()
    context = get_context("fork") if is_safe else get_context("spawn")
    process = context.Process(target=_scrapy, args=(arguments, url, log, told, socket))
    process.start()
    return process


def _scrapy(arguments: Sequence[str], url: str, log: Path | None, told: Collection[signal.Signals], socket: int | None) -> None:
    os.setpgid(0, 0)  # Ctrl-C tells it once, through the command
    for each in told:
        signal.signal(each, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    if socket is not None:
        os.close(socket)  # or the locks would outlive the command
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__  # not the live table
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    if log:
        with log.open("ab") as file:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
    setproctitle(f"scrapy {' '.join(arguments)}")  # for ps and pkill
    os.environ[STARTED_BY] = "crawlall"
    settings = get_project_settings()
    settings.set("DATABASE_URL", url, "project")
    execute(["scrapy", *arguments], settings)
