"""``scrapy runs [OUTLET]``: the runs of the last two weeks, by outlet and day, or each run of one outlet."""

import argparse
from datetime import timedelta

from scrapy.exceptions import UsageError

from crawler import clock
from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import reading, set_clock

TWO_WEEKS = timedelta(days=14)


class Command(ProjectCommand):
    """Shows the ledger, newest first."""

    summary = "Show the runs of the last two weeks: by outlet and day, or each run of one outlet"
    usage = "[options] [OUTLET]"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print a table."""
        from crawler.jobs.tables import ledger_table
        from pipelines.database.health import runs_since

        if len(args) > 1:
            raise UsageError("name one outlet, or none for all")
        set_clock(self.settings)
        outlet = next((each.name for each in self.outlets().named(args)), None) if args else None
        with reading(self.settings) as connection:
            runs = runs_since(connection, clock.now() - TWO_WEEKS, outlet)
        self.console(100).print(ledger_table(runs, single=outlet is not None) if runs else "There was no run in the last two weeks.")
