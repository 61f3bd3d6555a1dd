"""``scrapy migrate``: brings the schema of the database up to date, as every command that writes does by itself."""

import argparse
import logging

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import load_topics, prepare_database


class Command(ProjectCommand):
    """Applies the migrations that are missing, at a time of one's own choosing: after a backup."""

    summary = "Bring the schema of the database up to date"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Migrate, and say what was applied."""
        from pipelines.database.connection import connect
        from pipelines.database.search import save_spellings

        logging.basicConfig(format="%(message)s", level=logging.INFO)
        topics = load_topics(self.settings)
        with connect(prepare_database(self.settings)) as connection:
            save_spellings(connection, topics.spellings)
        print("the schema is current")
