"""``scrapy list``: the outlets, and how far each is proven."""

import argparse

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import answering


class Command(ProjectCommand):
    """Stands in place of Scrapy's own, whose output it has unless asked for more."""

    summary = "List the outlets; -v: how far each is proven"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add -v."""
        super().add_options(parser)
        parser.add_argument("-v", "--verbose", action="store_true", help="from what each is known, and when scrapy doctor found it so")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print names, or a table."""
        outlets = self.outlets()
        if not opts.verbose:
            print(*outlets.list(), sep="\n")
            return
        from crawler.jobs.tables import outlets_table
        from pipelines.database.outlet_checks import held

        with answering(self.settings) as connection:
            self.console().print(outlets_table(outlets.named(), held(connection) if connection else {}))
