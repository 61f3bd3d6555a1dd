"""``scrapy backfill OUTLET …``: stories of past days, from the outlets' own indexes of their past."""

import argparse
import os
from datetime import date, timedelta

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler import clock
from crawler.discovery.follow import routes_into_the_past
from crawler.exit_codes import ExitCode, exit_on_error, worst
from crawler.jobs.backfill import Backfill, backfill, backfill_table, date_ranges
from crawler.jobs.processes import forwarded_options
from crawler.jobs.startup import check, data_dir, prepare_database, set_clock
from crawler.outlet import OutletSpider
from pipelines.database.connection import ConfigurationError, connect
from pipelines.database.coverage import backfilled
from pipelines.database.locks import backfill_lock


class Command(ScrapyCommand):
    """Crawls the past of outlets, day by day, beside the ordinary runs; what it has finished it does not ask for again."""

    settings: Settings  # set before any method is called
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "File the stories of past days"

    def syntax(self) -> str:
        """Return how the command is called."""
        return "[options] OUTLET ..."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since, --until and --jobs."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DAY", help="the first day (WIB), as in 2026-11-01")
        parser.add_argument("--until", metavar="DAY", help="the last day (default: yesterday)")
        parser.add_argument("--jobs", type=int, default=4, metavar="N", help="how many outlets at a time (default: 4)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look at the days that are not finished; the exit code is 1 if some still are not, else the worst of the crawls'."""
        loader = get_spider_loader(self.settings)
        if not args or not opts.since:
            raise UsageError("name outlets and, with --since, the first day")
        if unknown := sorted(set(args) - set(loader.list())):
            raise UsageError(f"there is no outlet {', '.join(unknown)}; scrapy list names them", print_help=False)
        if opts.jobs < 1:
            raise UsageError("--jobs takes a number from 1 on", print_help=False)
        outlets = {name: loader.load(name) for name in dict.fromkeys(args)}
        with exit_on_error(self):
            check(self.settings)
            set_clock(self.settings)
            first, last = _days(opts)
            url = prepare_database(self.settings)
            with backfill_lock(url), connect(url) as connection:
                console = Console(width=None if os.isatty(1) else 160, highlight=False)
                left = {}
                for name, outlet in outlets.items():
                    assert issubclass(outlet, OutletSpider)
                    if routes_into_the_past(outlet.routes):
                        left[name] = date_ranges(outlet, first, last, backfilled(connection, name))
                    else:
                        console.print(f"{name} shows only what is new: there is no past of it to look at")
                ended = backfill(
                    left,
                    connection,
                    jobs=opts.jobs,
                    arguments=forwarded_options(opts),
                    environment={"DATABASE_URL": url},
                    logs=data_dir(self.settings) / "logs" / "backfill",
                    console=console,
                )
                console.print(backfill_table(ended, (last - first).days + 1))
            self.exitcode = _code(ended)


def _days(opts: argparse.Namespace) -> tuple[date, date]:
    today = clock.now().astimezone(clock.WIB).date()
    try:
        first = date.fromisoformat(opts.since)
        last = date.fromisoformat(opts.until) if opts.until else today - timedelta(days=1)
    except ValueError:
        raise ConfigurationError(f"--since and --until take days such as 2026-11-01, not {opts.since!r}, {opts.until!r}") from None
    if not first <= last <= today:
        raise ConfigurationError(f"--since {first} and --until {last} have to lie in this order, and not in the future")
    return first, last


def _code(ended: list[Backfill]) -> ExitCode:
    code = worst(code for each in ended for code in each.codes)
    return ExitCode.DEGRADED if code == ExitCode.OK and any(each.failed for each in ended) else code
