"""``scrapy prune``: deletes recordings that are older than ARCHIVE_DAYS."""

import argparse
import sys

from crawler.extensions.archive import archive_dir, prune
from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import set_clock


class Command(ProjectCommand):
    """Deletes old recordings, whole or broken off; what was read from them stays in the database."""

    summary = "Delete recordings older than ARCHIVE_DAYS"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Delete them; say how many, on a terminal."""
        set_clock(self.settings)
        deleted = prune(archive_dir(self.settings), self.settings.getint("ARCHIVE_DAYS"))
        if sys.stdout.isatty():
            print(f"{len(deleted)} recordings deleted")
