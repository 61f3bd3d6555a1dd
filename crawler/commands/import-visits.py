"""``scrapy import-visits``: stores what was read from WARC files elsewhere. A command is called what its file is."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.jobs.command import ProjectCommand


class Command(ProjectCommand):
    """Stores visits that deploy/spark has read; nothing is read again, nor asked of any outlet."""

    summary = "Store the visits in Parquet that deploy/spark made of many WARC files"
    usage = "FILE.parquet|FOLDER ..."

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Store file by file."""
        from crawler.jobs.importing import import_visits

        if not args:
            raise UsageError("name a Parquet file, or the folder that Spark wrote", print_help=False)
        self.exitcode = import_visits([*map(Path, args)], self.outlets(), self.settings, self.console())
