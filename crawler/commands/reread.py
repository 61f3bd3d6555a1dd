"""``scrapy reread``: reads the archive again by today's rules."""

import argparse

from scrapy.exceptions import UsageError

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import parse_time


class Command(ProjectCommand):
    """Reads every archived article page again and writes what differs; nothing is asked of any outlet."""

    summary = "Read the archive again by today's rules: after a mended spider, a new topic, a better reader"
    usage = "[options] [OUTLET ...]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since and --jobs."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="only pages fetched from this date or time on")
        parser.add_argument("--jobs", type=int, default=1, metavar="N", help="in how many processes to read (default: 1)")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read outlet by outlet."""
        from crawler.jobs.reread import reread

        if opts.jobs < 1:
            raise UsageError("--jobs takes a number from 1 on", print_help=False)
        since = parse_time("--since", opts.since)
        self.exitcode = reread(args, self.outlets(), self.settings, self.console(), since, opts.jobs)
