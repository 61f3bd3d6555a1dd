"""``scrapy export FILE``: streams the stored articles into a file."""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.exit_codes import exit_on_error
from crawler.jobs.startup import parse_time, prepare_database
from pipelines.database.connection import ConfigurationError, connect
from pipelines.database.export import COLUMNS, stream_articles

Row = Mapping[str, Any]


def write_jsonl(rows: Iterable[Row], file: TextIO) -> int:
    """Write one JSON object a line; return how many."""
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last one is the answer
        file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    return count


def write_csv(rows: Iterable[Row], file: TextIO) -> int:
    """Write a header and one line an article, lists joined by "; "; return how many articles."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last one is the answer
        writer.writerow("; ".join(value) if isinstance(value, list) else value for value in row.values())
    return count


WRITERS: dict[str, Callable[[Iterable[Row], TextIO], int]] = {".jsonl": write_jsonl, ".csv": write_csv}


class Command(ScrapyCommand):
    """Exports what is stored, in the order of publication."""

    settings: Settings  # set before any method is called
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Write the stored articles to FILE.jsonl or FILE.csv"

    def syntax(self) -> str:
        """Return how the command is called."""
        return "[options] FILE.jsonl|FILE.csv"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since and --outlet."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="only articles stored or changed from this date or time on")
        parser.add_argument("--outlet", action="append", default=[], metavar="OUTLET", help="only this outlet (may be repeated)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the file beside its place and move it there when it is whole."""
        if len(args) != 1 or Path(args[0]).suffix not in WRITERS:
            raise UsageError("name one file that ends in .jsonl or .csv")
        path = Path(args[0])
        partial = path.with_name(f".{path.name}.partial")
        with exit_on_error(self):
            since = parse_time("--since", opts.since)
            with connect(prepare_database(self.settings)) as connection:
                try:
                    with partial.open("w", encoding="utf-8", newline="") as file:
                        count = WRITERS[path.suffix](stream_articles(connection, since, opts.outlet), file)
                    partial.replace(path)
                except OSError as error:
                    raise ConfigurationError(f"cannot write {path}: {error.strerror}") from None
                finally:
                    partial.unlink(missing_ok=True)
            print(f"{count} articles in {path}", file=sys.stderr)
