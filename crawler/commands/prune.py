"""``scrapy prune``: deletes recordings older than ARCHIVE_DAYS, and the ledger's lines older than RUN_DAYS."""

import argparse
import sys

from crawler.extensions.archive import archive_dir, prune
from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import prepare_database, set_clock


class Command(ProjectCommand):
    """Deletes old recordings, whole or broken off, and old lines of the ledger; what was read stays in the database."""

    summary = "Delete recordings older than ARCHIVE_DAYS, runs older than RUN_DAYS"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Delete them; say how many, on a terminal."""
        from pipelines.database.connection import connect
        from pipelines.database.runs import prune_runs

        set_clock(self.settings)
        recordings = prune(archive_dir(self.settings), self.settings.getint("ARCHIVE_DAYS"))
        with connect(prepare_database(self.settings)) as connection:
            runs = prune_runs(connection, self.settings.getint("RUN_DAYS"))
        if sys.stdout.isatty():
            print(f"{len(recordings)} recordings and {runs} runs deleted")
