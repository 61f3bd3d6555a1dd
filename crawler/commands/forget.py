"""``scrapy forget URL``: removes a text, so that it does not come back."""

import argparse

from scrapy.exceptions import UsageError

from crawler.jobs.command import ProjectCommand


class Command(ProjectCommand):
    """Removes a text from the database, the archive, logs and exports, and lets no crawl bring it back."""

    summary = "Remove a text from the database, the archive, logs and exports, for good"
    usage = "[options] [URL]"
    description = (
        "Without a URL: remove again whatever was forgotten before and has come back, as after a backup was restored."
        " Articles elsewhere that share the text are listed, not removed."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --note."""
        super().add_options(parser)
        parser.add_argument("--note", metavar="TEXT", help="who asked for it, and why: kept with the hashes of its addresses")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Remove it."""
        from crawler.jobs.forgetting import forget

        if len(args) > 1:
            raise UsageError("name one URL, or none")
        forget(args[0] if args else None, opts.note, self.outlets(), self.settings, self.console())
