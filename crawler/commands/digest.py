"""``scrapy digest``: the stories that are new, as a mail."""

import argparse
from datetime import timedelta

from crawler import clock
from crawler.jobs.command import ProjectCommand
from crawler.jobs.reports import answering, chosen_topic
from crawler.jobs.startup import parse_time, reading, set_clock


class Command(ProjectCommand):
    """Prints a mail with the stories first stored since a time; nothing at all, and exit code 0, when there is none."""

    summary = "Print the new stories as a mail for sendmail; nothing when there is none"
    description = "scrapy digest prints a mail in text and HTML, without a recipient: | sendmail you@example.org"
    is_private = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since and --topic."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="stories stored from this date or time on (default: a day back)")
        parser.add_argument("--topic", metavar="TOPIC", help="which topic, where there are several")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the database and print."""
        from reports.digest import digest

        set_clock(self.settings)
        since = parse_time("--since", opts.since) or clock.now() - timedelta(days=1)
        topic = chosen_topic(self.settings, opts.topic)
        with reading(self.settings, unattended=True) as connection:
            mail = digest(answering(connection, topic, since), topic=topic, since=since)
        if mail:
            print(mail, end="")
