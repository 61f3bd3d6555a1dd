"""``scrapy doctor [OUTLET …]``: each outlet as it is expected to be, beside what it shows today."""

import argparse
from pathlib import Path

from crawler.exit_codes import ExitCode
from crawler.jobs.command import ReadOnlyCommand
from crawler.jobs.startup import data_dir, set_clock


class Command(ReadOnlyCommand):
    """Opens each route and one recent article of an outlet; stores nothing but the pages, as files."""

    summary = "Open each route and one article of all outlets, or those named: is everything as expected?"
    usage = "[options] [OUTLET ...]"
    description = (
        "Asks each outlet for the first page of every route and for one recent article (three at most), exactly as a crawl would:"
        " robots.txt, delay, user agent. It needs no database. Exit code 1: something is not as the outlet's spider declares it."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --save and --report."""
        super().add_options(parser)
        parser.add_argument("--save", metavar="DIR", type=Path, help="where OUTLET/ROUTE.html and so on go (default: DATA_DIR/doctor)")
        parser.add_argument("--report", metavar="FILE.md", type=Path, help="write what failed as an issue's text, in Markdown")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Examine the outlets; the exit code says whether all checks hold."""
        from crawler.jobs.doctor import examine

        outlets = self.outlets()
        chosen = outlets.named(args)
        set_clock(self.settings)
        holds = examine(chosen, self.settings, opts.save or data_dir(self.settings) / "doctor", self.console(120), opts.report)
        self.exitcode = ExitCode.DEGRADED if outlets.broken or not holds else ExitCode.OK
