"""``scrapy backfill OUTLET …``: stories of past days, from the outlets' own indexes of their past."""

import argparse
from datetime import date, timedelta
from functools import partial

from scrapy.exceptions import UsageError

from crawler import clock
from crawler.article import OLDEST
from crawler.discovery.follow import routes_into_the_past
from crawler.exit_codes import ExitCode, worst
from crawler.jobs.command import ProjectCommand
from crawler.jobs.configuration import warn
from crawler.jobs.startup import data_dir, load_topics, prepare_database, set_clock
from pipelines.database.errors import ConfigurationError


class Command(ProjectCommand):
    """Crawls the past of outlets, day by day, beside the ordinary runs; what it has finished it does not ask for again."""

    summary = "File the stories of past days"
    usage = "[options] OUTLET ..."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since, --until and --jobs."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DAY", help="the first day (WIB), as in 2026-11-01")
        parser.add_argument("--until", metavar="DAY", help="the last day (default: yesterday)")
        parser.add_argument("--jobs", type=int, default=4, metavar="N", help="how many outlets at a time (default: 4)")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look at the days that are not finished; the exit code is 1 if some still are not, else the worst of the crawls'."""
        from crawler.jobs.backfill import backfill, backfill_table, date_ranges
        from crawler.jobs.processes import Crawls, forwarded_options
        from pipelines.database.coverage import backfilled
        from pipelines.database.session import backfill_session

        if not args or not opts.since:
            raise UsageError("name outlets and, with --since, the first day")
        if opts.jobs < 1:
            raise UsageError("--jobs takes a number from 1 on", print_help=False)
        outlets = self.outlets().named(args)
        set_clock(self.settings)
        first, last = _days(opts)
        load_topics(self.settings)  # or say at once what is wrong with them: each crawl would
        warn(self.settings)
        url = prepare_database(self.settings)
        console = self.console()
        logs = data_dir(self.settings) / "logs" / "backfill"
        crawls = Crawls(url=url, arguments=forwarded_options(opts), logs=logs, console=console, jobs=opts.jobs)
        with backfill_session(url) as session:
            left = {}
            for outlet in outlets:
                if routes_into_the_past(outlet.routes):
                    left[outlet.name] = date_ranges(outlet, first, last, session.attempt(partial(backfilled, outlet=outlet.name)))
                else:
                    console.print(f"{outlet.name} shows only what is new: there is no past of it to look at")
            ended = backfill(crawls, left, session)
            console.print(backfill_table(ended, (last - first).days + 1))
        code = worst(code for each in ended for code in each.codes)
        self.exitcode = ExitCode.DEGRADED if code == ExitCode.OK and any(each.failed for each in ended) else code


def _days(opts: argparse.Namespace) -> tuple[date, date]:
    today = clock.now().astimezone(clock.WIB).date()
    try:
        first = date.fromisoformat(opts.since)
        last = date.fromisoformat(opts.until) if opts.until else today - timedelta(days=1)
    except ValueError:
        raise ConfigurationError(f"--since and --until take days such as 2026-11-01, not {opts.since!r}, {opts.until!r}") from None
    if first < OLDEST.date():
        raise ConfigurationError(f"--since {first}: no outlet was online before {OLDEST.year}")
    if not first <= last <= today:
        raise ConfigurationError(f"--since {first} and --until {last} have to lie in this order, and not in the future")
    return first, last
