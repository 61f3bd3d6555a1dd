"""``scrapy report``: a page to look at."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler import clock
from crawler.jobs.command import ProjectCommand
from crawler.jobs.reports import PERIOD, chosen_topic, write_report
from crawler.jobs.startup import parse_time, reading, set_clock


class Command(ProjectCommand):
    """Writes one self-contained HTML page about a topic: how complete the data is, attention, stories, changes, doubtful cases."""

    summary = "Write a page about a topic: how complete the data is, attention, stories, what changed"
    usage = "[options] FILE.html"
    is_private = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since and --topic."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help=f"what happened from this date or time on (default: {PERIOD.days} days back)")
        parser.add_argument("--topic", metavar="TOPIC", help="which topic, where there are several")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the database and write the file."""
        if len(args) != 1:
            raise UsageError("name one file")
        set_clock(self.settings)
        now, topic = clock.now(), chosen_topic(self.settings, opts.topic)
        since = parse_time("--since", opts.since) or now - PERIOD
        with reading(self.settings) as connection:
            write_report(connection, Path(args[0]), topic=topic, since=since, now=now)
