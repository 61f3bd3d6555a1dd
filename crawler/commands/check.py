"""``scrapy check [OUTLET …]``: declarations, schedule and fixtures, without asking anybody for anything."""

import argparse
import sys

from crawler import settings as project
from crawler.exit_codes import ExitCode
from crawler.jobs.command import ProjectCommand, report_write_errors


class Command(ProjectCommand):
    """Stands in place of Scrapy's own, which checks contracts that no outlet has."""

    summary = "Check all outlets, or those named: declarations, schedule, fixtures"
    usage = "[options] [OUTLET ...]"
    description = (
        "Reads each outlet's declaration and its fixtures, and compares what is made from declarations: README's table,"
        " docs/declarations.md and the schedules in deploy/. Exit code 1: something is wrong; each line says what, where, and the remedy."
    )
    is_private = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --write."""
        super().add_options(parser)
        parser.add_argument("--write", action="store_true", help="make anew what is made from declarations")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print each problem on a line; the exit code says whether there is one."""
        from crawler.jobs.checking import all_problems
        from crawler.jobs.generated import write

        outlets = self.outlets()
        chosen = outlets.named(args)
        if opts.write and not outlets.broken:
            with report_write_errors(project.ROOT):
                for path in write(outlets.named(), project.ROOT):
                    print(f"{path}: made anew")
        found = [*all_problems(outlets, chosen, project.ROOT)]
        for each in found:
            sys.stderr.write(f"{each}\n")
        if found:
            self.exitcode = ExitCode.DEGRADED
            return
        print(f"{len(chosen)} outlets: declarations, schedule and fixtures hold")
