"""``scrapy stop``: stops the embedded PostgreSQL."""

import argparse

from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings

from crawler.jobs.startup import data_dir
from pipelines.database import embedded


class Command(ScrapyCommand):
    """Stops the embedded PostgreSQL; a server that DATABASE_URL names is left alone."""

    settings: Settings  # set before any method is called
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Stop the embedded PostgreSQL"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Stop it and say what was done."""
        print("stopped" if embedded.stop(data_dir(self.settings)) else "the embedded PostgreSQL was not running")
