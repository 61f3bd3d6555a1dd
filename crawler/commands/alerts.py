"""``scrapy alerts``: one message when something breaks, one a day while it lasts, one when it is mended."""

import argparse

from crawler.exit_codes import ExitCode
from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import prepare_database, set_clock

PATIENCE = 60  # seconds for another host to have told what it has to tell


class Command(ProjectCommand):
    """Sends what was not told yet to ALERT_URLS, while it holds a lock that two hosts cannot hold at once."""

    summary = "Tell ALERT_URLS what broke, what still is broken and what was mended"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Send; the exit code is 0 when everything was delivered or nothing was to be, 1 when some address took no message."""
        from crawler.jobs.alerts import channels, tell
        from pipelines.database.session import alerts_session

        set_clock(self.settings)
        addresses = channels(self.settings["ALERT_URLS"].split())
        with alerts_session(prepare_database(self.settings, quiet=True), PATIENCE) as session:
            self.exitcode = ExitCode.OK if tell(session.connection, addresses) else ExitCode.DEGRADED
