"""``scrapy psql``: opens the database in the psql that comes with the embedded server."""

import argparse
import os
import sys

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import DATABASE, DEMO_DATABASE, data_dir, prepare_database


class Command(ProjectCommand):
    """Opens DATABASE_URL or the embedded database, starting it if need be."""

    summary = "Open the database in psql"
    usage = "[options] [psql options]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --demo."""
        super().add_options(parser)
        parser.add_argument("--demo", action="store_true", help="open the demo's database, whose stories are invented")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Become psql. Where nothing was ever crawled but the demo has run, open the demo's database and say so."""
        from pipelines.database import embedded
        from pipelines.database.connection import without_password

        folder = data_dir(self.settings)
        has_demo_only = embedded.has_database(folder, DEMO_DATABASE) and not embedded.has_database(folder, DATABASE)
        demo = opts.demo or (has_demo_only and not self.settings["DATABASE_URL"])
        if demo:
            print("The demo's database: its stories are invented.", file=sys.stderr)
        url = embedded.start(folder, DEMO_DATABASE) if demo else prepare_database(self.settings)
        psql, (shown, password) = embedded.binary("psql"), without_password(url)
        os.execve(psql, [str(psql), shown, *args], {**os.environ, **({"PGPASSWORD": password} if password else {})})  # noqa: S606 - no shell
