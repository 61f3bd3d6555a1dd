"""``scrapy export FILE``: streams the stored articles into a file."""

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from scrapy.exceptions import UsageError
from scrapy.exporters import BaseItemExporter, CsvItemExporter, JsonLinesItemExporter

from crawler.jobs.command import ProjectCommand
from crawler.jobs.exports import note_export
from crawler.jobs.startup import data_dir, load_topics, parse_time, reading
from pipelines.database.errors import ConfigurationError

SUFFIXES = (".jsonl", ".csv")


def write(articles: Iterable[Mapping[str, Any]], columns: tuple[str, ...], file: BinaryIO, suffix: str) -> int:
    """Write one article a line, for CSV below a header and with lists joined by "; "; return how many articles."""
    exporter: BaseItemExporter
    if suffix == ".csv":
        file.write(f"{','.join(columns)}\r\n".encode())  # here because the exporter writes none where there is no article
        exporter = CsvItemExporter(file, include_headers_line=False, fields_to_export=columns, join_multivalued="; ")  # type: ignore[arg-type] # Scrapy wants a BytesIO, any binary file will do
    else:
        exporter = JsonLinesItemExporter(file, encoding="utf-8", default=str)  # type: ignore[arg-type]
    count = 0
    exporter.start_exporting()
    for count, article in enumerate(articles, 1):  # noqa: B007 - the last one is the answer
        exporter.export_item(article)
    exporter.finish_exporting()
    return count


class Command(ProjectCommand):
    """Exports what is stored, in the order of publication."""

    summary = "Write the stored articles to FILE.jsonl or FILE.csv"
    usage = "[options] FILE.jsonl|FILE.csv"
    is_private = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since, --outlet and --topic."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="only articles stored or changed from this date or time on")
        parser.add_argument("--outlet", action="append", default=[], metavar="OUTLET", help="only this outlet (may be repeated)")
        parser.add_argument(
            "--topic", action="append", default=[], metavar="TOPIC", help="only this topic (may be repeated; default: each)"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the file beside its place and move it there when it is whole."""
        from pipelines.database.export import COLUMNS, stream_articles

        if len(args) != 1 or Path(args[0]).suffix not in SUFFIXES:
            raise UsageError("name one file that ends in .jsonl or .csv")
        path = Path(args[0])
        partial = path.with_name(f".{path.name}.partial")
        since = parse_time("--since", opts.since)
        topics = [load_topics(self.settings).named(name).name for name in opts.topic]
        with reading(self.settings) as connection:
            try:
                note_export(data_dir(self.settings), path)
            except OSError as error:  # who only reads need not be able to write there
                print(f"scrapy forget will not find {path}: cannot write {error.filename}: {error.strerror}", file=sys.stderr)
            try:
                with partial.open("wb") as file:
                    count = write(stream_articles(connection, since, opts.outlet, topics), COLUMNS, file, path.suffix)
                partial.replace(path)
            except OSError as error:
                raise ConfigurationError(f"cannot write {error.filename or path}: {error.strerror}") from None
            finally:
                partial.unlink(missing_ok=True)
        print(f"{count} articles in {path}", file=sys.stderr)
