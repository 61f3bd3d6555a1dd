"""``scrapy prune``: deletes recordings older than ARCHIVE_DAYS, and logs and the ledger's lines older than RUN_DAYS."""

import argparse

from crawler.jobs.command import ProjectCommand


class Command(ProjectCommand):
    """Deletes old recordings, whole or broken off, old logs and old lines of the ledger; what was read stays in the database.

    The pages of stored articles stay in one archive file a year.
    """

    summary = "Delete recordings older than ARCHIVE_DAYS, runs and logs older than RUN_DAYS"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --dry-run."""
        super().add_options(parser)
        parser.add_argument("--dry-run", action="store_true", help="say what would be deleted and kept")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Delete, and say what."""
        from crawler.jobs.keeping import prune

        prune(self.outlets(), self.settings, dry_run=opts.dry_run)
