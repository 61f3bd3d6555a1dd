"""``scrapy topic``: explains a verdict, or measures the topic on labelled stories."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import load_topics, reading
from pipelines.database.errors import ConfigurationError


class Command(ProjectCommand):
    """Shows how a story's score comes about, from a file or from the database; or how well the topic does."""

    summary = "Explain a story's verdict, or measure the topic on labelled stories"
    usage = "[options] FILE|URL|ID | --evaluate CASES.jsonl"
    description = (
        "FILE is a text with the headline on its first line, or JSON or JSONL with title and text. A URL, or an id (the page's number"
        " here, or the outlet's own id), is looked up in the database. Cases have id, title, text, label (on, borderline, off), kind"
        " and text_form."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --evaluate, --topic and --json."""
        super().add_options(parser)
        parser.add_argument("--evaluate", metavar="CASES.jsonl", type=Path, help="measure precision and recall on labelled stories")
        parser.add_argument("--topic", metavar="NAME", help="by this one of several topics")
        parser.add_argument("--json", action="store_true", help="print JSON, for machines")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Explain or measure."""
        from crawler.jobs.topic import evaluate, explain_pages, explain_stories

        if len(args) != (0 if opts.evaluate else 1):
            raise UsageError("name one file, URL or id, or --evaluate a file of cases")
        console = self.console()
        topics = load_topics(self.settings)
        chosen = [topics.named(opts.topic)] if opts.topic else [*topics]
        if opts.evaluate:
            if len(chosen) > 1:
                raise ConfigurationError(f"--evaluate measures one topic: choose --topic {' or '.join(topics.names)}")
            evaluate(console, chosen[0], opts.evaluate, as_json=opts.json)
        elif Path(args[0]).is_file():
            explain_stories(console, chosen, Path(args[0]), as_json=opts.json)
        else:
            with reading(self.settings) as connection:
                explain_pages(console, connection, chosen, args[0], self.outlets().identify(args[0]), as_json=opts.json)
