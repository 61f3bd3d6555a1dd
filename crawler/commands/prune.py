"""``scrapy prune``: deletes recordings older than ARCHIVE_DAYS, and logs and the ledger's lines older than RUN_DAYS."""

import argparse
from datetime import datetime, timedelta
from pathlib import Path

from crawler import clock
from crawler.extensions.archive import archive_dir, prune
from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import data_dir, prepare_database, set_clock


class Command(ProjectCommand):
    """Deletes old recordings, whole or broken off, old logs and old lines of the ledger; what was read stays in the database.

    How old something is depends on what outlets have shown, not on this machine's clock alone: one that is ahead deletes nothing.
    """

    summary = "Delete recordings older than ARCHIVE_DAYS, runs and logs older than RUN_DAYS"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Delete them and say how many."""
        from pipelines.database.connection import connect
        from pipelines.database.runs import proven_time, prune_runs

        set_clock(self.settings)
        with connect(prepare_database(self.settings)) as connection:
            proven = proven_time(connection)
            if proven is None:
                print("nothing is deleted before a first whole run")
                return
            now = min(clock.now(), proven)
            last_run = now - timedelta(days=self.settings.getint("RUN_DAYS"))
            recordings = prune(archive_dir(self.settings), now - timedelta(days=self.settings.getint("ARCHIVE_DAYS")))
            logs = prune_logs(data_dir(self.settings) / "logs", last_run)
            runs = prune_runs(connection, last_run)
        print(f"{now:%Y-%m-%d %H:%M} UTC: {len(recordings)} recordings, {len(logs)} logs and {runs} runs deleted")


def prune_logs(folder: Path, before: datetime) -> list[Path]:
    """Delete the logs that nothing was written to since; return them."""
    old = [path for path in sorted(folder.rglob("*.log")) if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink()
    return old
