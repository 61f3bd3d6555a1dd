"""``scrapy prune``: deletes recordings that are older than ARCHIVE_DAYS."""

import argparse
import sys

from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings

from crawler.exit_codes import exit_on_error
from crawler.extensions.archive import archive_dir, prune
from crawler.jobs.startup import set_clock


class Command(ScrapyCommand):
    """Deletes old recordings, whole or broken off; what was read from them stays in the database."""

    settings: Settings  # set before any method is called
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Delete recordings older than ARCHIVE_DAYS"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Delete them; say how many, on a terminal."""
        with exit_on_error(self):
            set_clock(self.settings)
            deleted = prune(archive_dir(self.settings), self.settings.getint("ARCHIVE_DAYS"))
            if sys.stdout.isatty():
                print(f"{len(deleted)} recordings deleted")
