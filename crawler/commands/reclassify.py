"""``scrapy reclassify``: applies a changed topic to everything stored and archived."""

import argparse

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import parse_time


class Command(ProjectCommand):
    """Classifies again and says what came in and what went out; nothing is asked of any outlet."""

    summary = "Apply a changed topic to everything stored and archived"
    usage = "[options] [OUTLET ...]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since and --dry-run."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="only pages last visited from this date or time on")
        parser.add_argument("--dry-run", action="store_true", help="say what would come in and go out, and write nothing")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Classify outlet by outlet."""
        from crawler.jobs.reclassify import reclassify

        since = parse_time("--since", opts.since)
        self.exitcode = reclassify(args, self.outlets(), self.settings, self.console(), since, dry_run=opts.dry_run)
