"""``scrapy stop``: stops the embedded PostgreSQL."""

import argparse

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import data_dir


class Command(ProjectCommand):
    """Stops the embedded PostgreSQL; a server that DATABASE_URL names is left alone."""

    summary = "Stop the embedded PostgreSQL"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Stop it and say what was done."""
        from pipelines.database import embedded

        print("stopped" if embedded.stop(data_dir(self.settings)) else "the embedded PostgreSQL was not running")
