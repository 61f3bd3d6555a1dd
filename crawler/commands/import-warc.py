"""``scrapy import-warc``: reads WARC files that somebody else made. A command is called what its file is."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.jobs.command import ProjectCommand


class Command(ProjectCommand):
    """Takes the pages of our outlets out of any WARC files; nothing is asked of any outlet."""

    summary = "Read pages of our outlets from WARC files that somebody else made: CC-NEWS, Wayback, a colleague's crawl"
    usage = "FILE ..."

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read file by file."""
        from crawler.jobs.importing import import_warc

        if not args:
            raise UsageError("name a WARC file (.warc, .warc.gz)", print_help=False)
        self.exitcode = import_warc([*map(Path, args)], self.outlets(), self.settings, self.console())
