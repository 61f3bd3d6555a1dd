"""``scrapy overdue [OUTLET …]``: which outlets had no good run in twice the time after which they declare to be crawled."""

import argparse

from crawler import clock
from crawler.exit_codes import ExitCode
from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import reading, set_clock


class Command(ProjectCommand):
    """Says so of the outlets named, or of all that were ever crawled."""

    summary = "Name the outlets without a good run in twice their period (exit code 1)"
    usage = "[options] [OUTLET ...]"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print one line for each that is overdue."""
        from pipelines.database.health import outlet_health

        set_clock(self.settings)
        names = [outlet.name for outlet in self.outlets().named(args)] if args else []
        with reading(self.settings, unattended=True) as connection:
            health = {each.outlet: each for each in outlet_health(connection, names)}
        overdue = [name for name in names or health if name not in health or health[name].is_overdue(clock.now())]
        for name in overdue:
            good = health[name].last_good_run_at if name in health else None
            print(
                f"{name}: " + (f"no good run since {good.astimezone(clock.WIB):%Y-%m-%d %H:%M} WIB" if good else "it never had a good run")
            )
        self.exitcode = ExitCode.DEGRADED if overdue else ExitCode.OK
