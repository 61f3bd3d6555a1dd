"""``scrapy migrate``: brings the schema of the database up to date, as every command that writes does by itself."""

import argparse
import logging

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import prepare_search


class Command(ProjectCommand):
    """Applies the migrations that are missing, at a time of one's own choosing: after a backup."""

    summary = "Bring the schema of the database up to date"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Migrate, and say what was applied."""
        logging.basicConfig(format="%(message)s", level=logging.INFO)
        prepare_search(self.settings)
        print("the schema is current")
