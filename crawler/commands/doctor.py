"""``scrapy doctor [OUTLET …]``: each outlet as it is expected to be, beside what it shows today."""

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler import clock
from crawler.doctor.checks import Diagnosis, Level, diagnose
from crawler.doctor.observations import OutletProbe
from crawler.doctor.report import show, summary
from crawler.doctor.spider import ProbeSpider, save
from crawler.exit_codes import ExitCode, exit_on_error
from crawler.jobs.startup import check, data_dir, load_topics, read_only_run, set_clock
from crawler.outlet import OutletSpider
from pipelines.database.connection import ConfigurationError


class Command(ScrapyCommand):
    """Opens each route and one recent article of an outlet; stores nothing but the pages, as files."""

    requires_project = True
    settings: Settings  # set before any method is called

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Open each route and one article of all outlets, or those named: is everything as expected?"

    def syntax(self) -> str:
        """Return how the command is called."""
        return "[options] [OUTLET ...]"

    def long_desc(self) -> str:
        """Return what --help says."""
        return (
            "Asks each outlet for the first page of every route and for one recent article (three at most), exactly as a crawl would:"
            " robots.txt, delay, user agent. It needs no database. Exit code 1: something is not as the outlet's spider declares it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --save."""
        super().add_options(parser)
        parser.add_argument("--save", metavar="DIR", type=Path, help="where OUTLET/ROUTE.html and so on go (default: DATA_DIR/doctor)")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Log warnings only, unless asked for more; nothing is archived or filed."""
        super().process_options(args, opts)
        read_only_run(self.settings, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Examine, keep the pages, and print; the exit code says whether all checks hold."""
        process = self.crawler_process
        assert isinstance(process, AsyncCrawlerProcess)
        known = process.spider_loader.list()
        if unknown := sorted(set(args) - set(known)):
            raise UsageError(f"there is no outlet {', '.join(unknown)}; scrapy list names them", print_help=False)
        console = Console(width=None if os.isatty(1) else 120, highlight=False)
        with exit_on_error(self):
            check(self.settings)
            set_clock(self.settings)
            topics = load_topics(self.settings)
            folder = opts.save or data_dir(self.settings) / "doctor"
            outlets = [_outlet(process, name) for name in dict.fromkeys(args or sorted(known))]
            examined = [OutletProbe(outlet=outlet, now=clock.now(), may_be_relevant=topics.may_be_relevant) for outlet in outlets]
            with _writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
            if not self.settings["CONTACT"] and not self.settings["ARCHIVE_REPLAY"]:
                console.print("[yellow]CONTACT is not set (see .env.example): the outlets cannot tell who is asking.[/yellow]\n")
            _examine(process, examined, console)
            diagnoses = []
            for seen in examined:
                diagnoses.append(diagnosis := diagnose(seen, topics))
                with _writing(folder / seen.outlet.name):
                    save(seen, diagnosis.article, folder / seen.outlet.name)
                show(diagnosis, console, folder / seen.outlet.name)
            summary(diagnoses, console)
            self.exitcode = ExitCode.DEGRADED if any(map(_failed, diagnoses)) else ExitCode.OK


def _outlet(process: AsyncCrawlerProcess, name: str) -> type[OutletSpider]:
    outlet = process.spider_loader.load(name)
    assert issubclass(outlet, OutletSpider)
    return outlet


def _examine(process: AsyncCrawlerProcess, examined: Sequence[OutletProbe], console: Console) -> None:
    """Fill what is to be seen, all outlets at the same time; how far it is shows where somebody looks."""
    whom = examined[0].outlet.name if len(examined) == 1 else f"{len(examined)} outlets"
    asked, answers = sum(len(seen.routes) + 1 for seen in examined), 0

    def answered() -> None:
        nonlocal answers
        answers += 1
        status.update(f"asking {whom}, with the delays of a crawl: {answers} of about {asked} answers")

    status = console.status(f"asking {whom}")
    for seen in examined:
        process.crawl(ProbeSpider.of(seen.outlet), seen=seen, answered=answered)
    if console.is_terminal:
        with status:
            process.start()
    else:
        process.start()


def _failed(diagnosis: Diagnosis) -> bool:
    return bool(diagnosis.of(Level.FAILED))


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"cannot write {error.filename or folder}: {error.strerror}") from None
