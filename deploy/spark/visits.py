"""Reads WARC files with Spark 4: visits to our outlets' pages come out, in Parquet, for `scrapy import-visits` (docs/scale.md).

    PYTHONPATH=. spark-submit deploy/spark/visits.py LIST OUT

LIST: a text file, a path or an http(s) URL a line. OUT/visits holds the visits, a file a WARC file, in the order of the list; OUT/files a
line a WARC file, which says what came of it: one that cannot be read does not take the others with it. No database is needed.
"""

import argparse
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlretrieve

from pyspark import StorageLevel
from pyspark.sql import SparkSession

from crawler.jobs import rows

_COUNTS = ("records", "visits", "incomplete", "revisits", "broken")  # incomplete: pages without one of their further pages
_FILES = f"path: string, {', '.join(f'{name}: bigint' for name in _COUNTS)}, problem: string"
_SETTINGS = {"spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS", "spark.sql.session.timeZone": "UTC"}  # else INT96, deprecated
_TIMEOUT = 60  # seconds without a byte


@contextmanager
def _local(path: str) -> Iterator[Path]:
    """The file, or for as long as the block a copy of what a URL answers. Raises OSError, also for one that is cut off."""
    if not path.startswith(("http://", "https://")):
        yield Path(path)
        return
    with TemporaryDirectory() as folder:
        socket.setdefaulttimeout(_TIMEOUT)
        copy = Path(folder, Path(urlsplit(path).path).name)
        urlretrieve(path, copy)  # noqa: S310 - http(s), and who starts the job wrote the list
        yield copy


def _read(paths: Iterator[str]) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Yield the visits in some files (True), and what came of each file (False)."""
    from crawler.jobs.warc_reader import WarcReader

    reader = WarcReader.of_this_process()
    for path in paths:
        came: dict[str, Any] = {"path": path, **dict.fromkeys(_COUNTS, 0), "problem": None}
        try:
            with _local(path) as file:
                found = reader.find(file)
                came |= {"records": found.records, "revisits": found.revisits, "broken": found.broken}
                for visit in reader.visits_in(found):
                    came["visits" if visit else "incomplete"] += 1
                    if visit:
                        yield True, rows.pack(visit)
            if not found.records:
                came["problem"] = "no WARC record in it"
        except Exception as error:  # noqa: BLE001 - a file does not take the others with it
            came["problem"] = f"{type(error).__name__}: {error}"
        yield False, came


def main() -> None:
    """Read, write, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("list", type=Path, help="a text file with a WARC file a line: a path on every worker, or an http(s) URL")
    parser.add_argument("out", help="folder that is made, wherever Spark can write")
    arguments = parser.parse_args()
    paths = [*dict.fromkeys(filter(None, map(str.strip, arguments.list.read_text("utf-8").splitlines())))]
    if not paths:
        parser.error(f"{arguments.list} names no file")
    builder = SparkSession.builder.appName("poros visits")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    with builder.getOrCreate() as spark:
        read = spark.sparkContext.parallelize(paths, len(paths)).mapPartitions(_read).persist(StorageLevel.DISK_ONLY)
        spark.createDataFrame(read.filter(lambda row: row[0]).values(), rows.schema()).write.parquet(f"{arguments.out}/visits")
        files = read.filter(lambda row: not row[0]).values().collect()
        spark.createDataFrame(files, _FILES).coalesce(1).write.json(f"{arguments.out}/files")
    for each in files:
        if said := [*filter(None, [each["problem"]]), *(f"{each[name]} {name}" for name in ("broken", "incomplete") if each[name])]:
            print(f"{each['path']}: {', '.join(said)}")
    total = ", ".join(f"{sum(each[name] for each in files)} {name}" for name in _COUNTS)
    print(f"{len(files)} files: {total}; {sum(1 for each in files if each['problem'])} could not be read")


if __name__ == "__main__":
    main()
