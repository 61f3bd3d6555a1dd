"""``scrapy status``: how each outlet is, in one line."""

import argparse
import json
from dataclasses import asdict

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import reading, set_clock


class Command(ProjectCommand):
    """Shows which outlets are well or ill and since when, what is open, and what is the matter with those that are ill."""

    summary = "Show how each outlet is, and what is open"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --json."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="for machines")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print a table and the open issues below."""
        from crawler.jobs.tables import health_table, issue_lines
        from pipelines.database.health import open_issues, outlet_health

        set_clock(self.settings)
        with reading(self.settings) as connection:
            health, issues = outlet_health(connection), open_issues(connection)
        if opts.json:
            outlets = [asdict(each) | {"is_well": each.is_well} for each in health]
            print(json.dumps({"outlets": outlets, "issues": [asdict(each) for each in issues]}, default=str))
            return
        console = self.console(100)
        console.print(health_table(health) if health else "No outlet was crawled yet.")
        for line in issue_lines(issues):
            console.print(line, markup=False, soft_wrap=True)
