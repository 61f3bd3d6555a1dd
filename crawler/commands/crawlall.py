"""``scrapy crawlall``: the main job."""

import argparse
import os

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.exit_codes import exit_on_error, worst
from crawler.jobs.processes import crawl_outlets, forwarded_options
from crawler.jobs.startup import data_dir, parse_time, prepare_database, set_clock
from pipelines.database.connection import connect
from pipelines.database.locks import crawl_lock


class Command(ScrapyCommand):
    """Crawls all outlets, or those named, each in a process of its own."""

    settings: Settings  # set before any method is called
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Crawl all outlets, or those named, and file their stories"

    def syntax(self) -> str:
        """Return how the command is called."""
        return "[options] [OUTLET ...]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --jobs and --since."""
        super().add_options(parser)
        parser.add_argument("--jobs", type=int, default=4, metavar="N", help="how many outlets at a time (default: 4)")
        parser.add_argument("--since", metavar="DATE", help="look back to this date or time instead of to what earlier runs have seen")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl under one lock; the exit code is the worst of the outlets'."""
        known = get_spider_loader(self.settings).list()
        if unknown := sorted(set(args) - set(known)):
            raise UsageError(f"there is no outlet {', '.join(unknown)}; scrapy list names them", print_help=False)
        if opts.jobs < 1:
            raise UsageError("--jobs takes a number from 1 on", print_help=False)
        with exit_on_error(self):
            parse_time("--since", opts.since)
            set_clock(self.settings)
            url = prepare_database(self.settings)
            with crawl_lock(url), connect(url) as connection:
                ended = crawl_outlets(
                    args or sorted(known),
                    connection,
                    jobs=opts.jobs,
                    arguments=[*forwarded_options(opts), *(["--since", opts.since] if opts.since else [])],
                    environment={"DATABASE_URL": url},
                    logs=data_dir(self.settings) / "logs",
                    console=Console(width=None if os.isatty(1) else 160),
                )
            self.exitcode = worst(ended.values())
