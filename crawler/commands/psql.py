"""``scrapy psql``: opens the database in the psql that comes with the embedded server."""

import argparse
import os
import sys

from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings

from crawler.exit_codes import exit_on_error
from crawler.jobs.startup import DEMO_DATABASE, data_dir, prepare_database
from pipelines.database import embedded


class Command(ScrapyCommand):
    """Opens DATABASE_URL or the embedded database, starting it if need be."""

    settings: Settings  # set before any method is called
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Open the database in psql"

    def syntax(self) -> str:
        """Return how the command is called."""
        return "[options] [psql options]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --demo."""
        super().add_options(parser)
        parser.add_argument("--demo", action="store_true", help="open the demo's database, whose stories are invented")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Become psql. Where nothing was ever crawled but the demo has run, open the demo's database and say so."""
        with exit_on_error(self):
            folder = data_dir(self.settings)
            demo = opts.demo
            if not demo and not self.settings["DATABASE_URL"] and embedded.has_database(folder, DEMO_DATABASE):
                demo = not embedded.has_database(folder, "poros")
            if demo:
                print("The demo's database: its stories are invented.", file=sys.stderr)
            url = embedded.start(folder, DEMO_DATABASE) if demo else prepare_database(self.settings)
            psql = embedded.binary("psql")
            os.execv(psql, [str(psql), url, *args])  # noqa: S606 - no shell
