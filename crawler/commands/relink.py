"""``scrapy relink``: applies a changed rule of near-duplicates to everything stored."""

import argparse

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import parse_time


class Command(ProjectCommand):
    """Fingerprints, compares and groups anew what an older version has linked; nothing is asked of any outlet."""

    summary = "Put stories together anew after the rule has changed"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="only articles published from this date or time on")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Link anew."""
        from crawler.jobs.relink import relink

        relink(self.settings, self.console(), parse_time("--since", opts.since))
