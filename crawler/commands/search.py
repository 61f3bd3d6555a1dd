"""``scrapy search WORDS``: finds stored articles by their words, in any form."""

import argparse
import sys
from contextlib import ExitStack

from scrapy.exceptions import UsageError

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import load_topics, parse_time, prepare_search, reading
from pipelines.database.errors import DatabaseEmpty


class Command(ProjectCommand):
    """Prints the newest articles that words find, as the SQL function search_articles does; or the lemmas of words."""

    summary = "Find stored articles by words in any form"
    usage = "[options] WORDS | --lemmas WORD ..."
    description = (
        "Words, \"words that follow each other\", one or another, -not, all of it in single quotes: scrapy search 'rudal korut -uji'. A"
        " name is found in every spelling that the topic's file has of it. Shown are the 20 newest, each with its rank by how well it fits"
        " among the newest 2,000."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since, --outlet, --topic and --lemmas."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="only articles published from this date or time on")
        parser.add_argument("--outlet", metavar="OUTLET", help="only this outlet")
        parser.add_argument("--topic", metavar="TOPIC", help="only this topic")
        parser.add_argument("--lemmas", action="store_true", help="print what is looked for in the place of each word")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Search. Nothing is written, but that lemmas can be had of a database that is empty."""
        from pipelines.database.search import lemmas, search

        if not args:
            raise UsageError("name what to look for")
        since = parse_time("--since", opts.since)
        outlet = next((each.name for each in self.outlets().named([opts.outlet])), None) if opts.outlet else None
        topic = load_topics(self.settings).named(opts.topic).name if opts.topic else None
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(reading(self.settings, quiet=opts.lemmas))
            except DatabaseEmpty:
                if not opts.lemmas:
                    raise
                prepare_search(self.settings, quiet=True)
                connection = stack.enter_context(reading(self.settings, quiet=True))
            if opts.lemmas:
                for word, found in zip(args, lemmas(connection, args), strict=True):
                    print(f"{word}\t{' '.join(found)}")
                return
            hits = search(connection, " ".join(args), since, outlet, topic)
            if not hits:
                sys.stderr.write("no article is found\n")
            for hit in hits:
                print(f"{hit.published_wib:%Y-%m-%d %H:%M}  {hit.outlet}  {hit.rank}  {hit.headline}\n    {hit.snippet}\n    {hit.url}")
