"""What this project's commands have in common."""

import argparse
import os
import sys
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings

from crawler.exit_codes import EXCEPTIONS
from crawler.jobs.configuration import check
from crawler.jobs.stopping import on_stop
from crawler.outlets import Outlets
from pipelines.database.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console


class ProjectCommand(ScrapyCommand):
    """A command that checks the settings, does its work in ``execute``, and ends an expected error with one line and an exit code.

    Scrapy imports every command at every start of any: what only ``execute`` needs and is slow to import is imported in there.
    """

    settings: Settings  # set before any method is called
    requires_project = True
    requires_crawler_process = False  # who crawls makes one when the settings are checked
    summary: ClassVar[str]  # the line that ``scrapy`` lists
    usage: ClassVar[str] = "[options]"
    description: ClassVar[str] = ""  # what --help says; empty: the summary
    is_private: ClassVar[bool] = True  # what it writes is the crawler's alone

    def short_desc(self) -> str:
        """Return the summary."""
        return self.summary

    def syntax(self) -> str:
        """Return how the command is called."""
        return self.usage

    def long_desc(self) -> str:
        """Return the description."""
        return self.description or self.summary

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the settings and execute the command; an expected error becomes one line on stderr and the command's exit code."""
        try:
            on_stop()
            if self.is_private:
                os.umask(0o077)
            check(self.settings)
            self.execute(args, opts)
        except tuple(EXCEPTIONS) as error:
            self.exitcode = next(code for kind, code in EXCEPTIONS.items() if isinstance(error, kind))
            sys.stderr.write(f"poros: {error}\n")

    @abstractmethod
    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work. Errors of configuration, the database or a lock become one line and the command's exit code."""

    def outlets(self) -> Outlets:
        """Load the outlets."""
        return Outlets.from_settings(self.settings)

    def console(self, width: int = 160) -> "Console":
        """Return a console on stdout; ``width`` is for where stdout is no terminal."""
        from rich.console import Console  # noqa: PLC0415 - 26 ms, and many commands print no table

        return Console(width=None if os.isatty(1) else width, highlight=False)


class ReadOnlyCommand(ProjectCommand):
    """A command that fetches pages to show them: nothing is archived, stored or counted."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Log warnings only, unless asked for more."""
        super().process_options(args, opts)
        if not opts.loglevel:
            self.settings.set("LOG_LEVEL", "WARNING", "cmdline")
        self.settings.set("ARCHIVE_DIR", "", "cmdline")
        self.settings.set("ITEM_PIPELINES", {}, "cmdline")
        extensions = self.settings.getdict("EXTENSIONS")
        self.settings.set("EXTENSIONS", {**extensions, "crawler.extensions.run_ledger.RunLedger": None}, "cmdline")


@contextmanager
def report_write_errors(path: Path) -> Iterator[None]:
    """Raise ConfigurationError where a file cannot be written in this block; ``path`` is named where the error names none."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"cannot write {error.filename or path}: {error.strerror}") from None
