"""``scrapy export FILE``: streams the stored articles into a file."""

import argparse
import errno
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from scrapy.exceptions import UsageError
from scrapy.exporters import BaseItemExporter, CsvItemExporter, JsonLinesItemExporter

from crawler.jobs.command import ProjectCommand, report_write_errors
from crawler.jobs.exports import note_export
from crawler.jobs.startup import data_dir, load_topics, parse_time, reading

SUFFIXES = (".jsonl", ".csv", ".parquet")


def write(articles: Iterable[Mapping[str, Any]], columns: tuple[str, ...], file: BinaryIO, suffix: str) -> int:
    """Write one article a line, for CSV below a header and with lists joined by "; ", else as JSON; return how many articles."""
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


def write_file(articles: Iterable[Mapping[str, Any]], columns: tuple[str, ...], path: Path) -> int:
    """Write a file beside its place and move it there when it is whole; return how many articles. Raises OSError."""
    from pipelines.database import parquet

    lines, whole = path.with_name(f".{path.name}.partial"), path.with_name(f".{path.name}.whole")
    try:
        with lines.open("wb") as file:
            count = write(articles, columns, file, path.suffix)
        if path.suffix == ".parquet":
            parquet.write(lines, whole)
        else:
            lines.replace(whole)
        whole.replace(path)
    finally:
        lines.unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
    return count


class Command(ProjectCommand):
    """Exports what is stored, in the order of publication."""

    summary = "Write the stored articles to FILE.jsonl, FILE.csv or FILE.parquet"
    usage = "[options] FILE.jsonl|FILE.csv|FILE.parquet"
    is_private = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since, --stored-since, --outlet and --topic."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="only articles published from this date or time on")
        parser.add_argument("--stored-since", metavar="DATE", help="only what was stored, changed, settled or withdrawn since")
        parser.add_argument("--outlet", action="append", default=[], metavar="OUTLET", help="only this outlet (may be repeated)")
        parser.add_argument(
            "--topic", action="append", default=[], metavar="TOPIC", help="only this topic (may be repeated; default: each)"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the file beside its place and move it there when it is whole."""
        from pipelines.database.export import COLUMNS, known_outlets, stream_articles

        if len(args) != 1 or Path(args[0]).suffix not in SUFFIXES:
            raise UsageError(f"name one file that ends in {' or '.join(SUFFIXES)}")
        path = Path(args[0])
        since, stored_since = parse_time("--since", opts.since), parse_time("--stored-since", opts.stored_since)
        topics = [load_topics(self.settings).named(name).name for name in opts.topic]
        with reading(self.settings) as connection:
            if unknown := set(opts.outlet) - known_outlets(connection):
                self.outlets().named(sorted(unknown))
            with report_write_errors(path):
                if path.exists() and not os.access(path, os.W_OK):
                    raise PermissionError(errno.EACCES, "it is write-protected", str(path))
                self._note(path)
                stream = stream_articles(connection, since=since, stored_since=stored_since, outlets=opts.outlet, topics=topics)
                with closing(stream) as articles:  # before the connection, also where a full disk ends it
                    count = write_file(articles, COLUMNS, path)
        print(f"{count} articles in {path}", file=sys.stderr)

    def _note(self, path: Path) -> None:
        try:
            note_export(data_dir(self.settings), path)
        except OSError as error:  # who only reads need not be able to write there
            print(f"scrapy forget will not find {path}: cannot write {error.filename}: {error.strerror}", file=sys.stderr)
