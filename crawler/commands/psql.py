"""``scrapy psql``: opens the database in the psql that comes with the embedded server."""

import argparse
import os
import sys

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import DATABASE, DEMO, DEMO_DATABASE, data_dir, has_demo_only
from pipelines.database.errors import ConfigurationError


class Command(ProjectCommand):
    """Opens DATABASE_URL or the embedded database, starting it if need be, as the role that can only read."""

    summary = "Open the database in psql"
    usage = "[options] [psql options]"
    is_private = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --owner and --demo."""
        super().add_options(parser)
        parser.add_argument("--owner", action="store_true", help="as the role that may write, the one in DATABASE_URL")
        parser.add_argument("--demo", action="store_true", help="open the demo's database, whose stories are invented")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Become psql. Where nothing was ever crawled but the demo has run, open the demo's database and say so."""
        from pipelines.database import embedded
        from pipelines.database.connection import as_reader, connect, database_url, has_reader, without_password
        from pipelines.database.migrate import check_current

        folder, demo = data_dir(self.settings), opts.demo or has_demo_only(self.settings)
        if demo:
            print(f"poros: database: {DEMO}", file=sys.stderr)
        url = database_url("" if demo else self.settings["DATABASE_URL"], folder, DEMO_DATABASE if demo else DATABASE)
        with connect(url) as connection:
            try:
                check_current(connection)
            except ConfigurationError as error:
                print(f"poros: {error}", file=sys.stderr)
            if not opts.owner and not has_reader(connection):
                raise ConfigurationError(
                    "the database has no role that only reads: a superuser makes it with pipelines/database/roles.sql; to write: --owner"
                )
        url = url if opts.owner else as_reader(url)
        psql, (shown, password) = embedded.binary("psql"), without_password(url)
        os.execve(psql, [str(psql), shown, *args], {**os.environ, **({"PGPASSWORD": password} if password else {})})  # noqa: S606 - no shell
