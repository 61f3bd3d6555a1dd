"""``scrapy verdict URL about|none``: settles whether a page is about a topic."""

import argparse
import os
from getpass import getuser

from scrapy.exceptions import UsageError

from crawler.jobs.command import ProjectCommand


class Command(ProjectCommand):
    """Lets a person's word count instead of the rule's, in everything that analysts read."""

    summary = "Settle whether a page is about a topic"
    usage = "[options] URL|ID about|none, or URL|ID --withdraw"
    description = (
        "What a person says counts instead of the rule's verdict, which stays beside it, and holds whatever is crawled or classified later."
        " scrapy topic shows both. A URL, or an id (the page's number here, or the outlet's own id), is looked up in the database."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --note, --topic and --withdraw."""
        super().add_options(parser)
        parser.add_argument("--note", metavar="TEXT", help="why: kept and shown with it")
        parser.add_argument("--topic", metavar="NAME", help="by this one of several topics")
        parser.add_argument("--withdraw", action="store_true", help="take it back: the rule's verdict counts again")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Settle it."""
        from crawler.article import Band
        from crawler.jobs.verdict import settle_page

        given, *said = args or [""]
        if not given or said not in ([], ["about"], ["none"]) or bool(said) is opts.withdraw:
            raise UsageError("name one URL or id, and about or none (or --withdraw)")
        band = Band(said[0]) if said else None
        settle_page(
            given, band, opts.topic, by=_account(), note=opts.note, outlets=self.outlets(), settings=self.settings, console=self.console()
        )


def _account() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container's number without a name; OSError since Python 3.13
        return f"user {os.getuid()}"
