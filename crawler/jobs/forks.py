"""Starts crawls as forks of one process that has imported what they need: importing took a second of CPU a crawl (2026-11)."""

import os
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from scrapy.cmdline import execute
from scrapy.utils.project import get_project_settings
from setproctitle import setproctitle

from crawler.jobs.configuration import STARTED_BY


def start(arguments: Sequence[str], url: str, log: Path | None) -> BaseProcess:
    """Start ``scrapy ARGUMENTS`` on the database at ``url``. What it says goes to the end of a file, or else to where ours goes."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["crawler.jobs.fork_server"])
    process = context.Process(target=_scrapy, args=(arguments, url, log))
    process.start()
    return process


def _scrapy(arguments: Sequence[str], url: str, log: Path | None) -> None:
    setproctitle(f"scrapy {' '.join(arguments)}")  # for ps and pkill
    os.environ[STARTED_BY] = "crawlall"
    if log:
        with log.open("ab") as file:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
    settings = get_project_settings()
    settings.set("DATABASE_URL", url, "project")
    execute(["scrapy", *arguments], settings)
