"""``scrapy report``: a page to look at."""

import argparse
from datetime import timedelta
from pathlib import Path

from crawler import clock
from crawler.jobs.command import ProjectCommand
from crawler.jobs.reports import LIMIT, answering, chosen_topic
from crawler.jobs.startup import parse_time, set_clock
from pipelines.database.errors import ConfigurationError

DAYS = 28


class Command(ProjectCommand):
    """Writes one self-contained HTML page about a topic: how complete the data is, attention, stories, changes, doubtful cases."""

    summary = "Write a page about a topic: how complete the data is, attention, stories, what changed"
    usage = "[options] FILE.html"
    is_private = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since and --topic."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="TIME", help=f"what was published from then on (default: {DAYS} days back)")
        parser.add_argument("--topic", metavar="TOPIC", help="which topic, where there are several")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the database and write the file, whole or not at all."""
        from reports.page import render

        if len(args) != 1:
            raise ConfigurationError(f"scrapy report {self.usage}")
        set_clock(self.settings)
        now, topic = clock.now(), chosen_topic(self.settings, opts.topic)
        since = parse_time("--since", opts.since) or now - timedelta(days=DAYS)
        with answering(self.settings, topic=topic, since=since) as ask:
            page = render(ask, topic=topic, since=since, now=now, limit=LIMIT)
        path = Path(args[0])
        half = path.with_name(f".{path.name}.half")
        try:
            half.write_text(page, encoding="utf-8")
            half.replace(path)
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None
        print(path)
