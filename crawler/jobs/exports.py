"""Where exports of this data folder went, and how what is forgotten is taken out of them."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from rich.console import Console

from crawler.extensions.warc import replacing

_LEDGER = "exports"  # in the data folder: the path of each file that was ever exported, a line of JSON each


def note_export(data: Path, file: Path) -> None:
    """Write down that a file is about to be exported. Raises OSError."""
    line = json.dumps(str(file.absolute())) + "\n"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    ledger = data / _LEDGER
    ledger.touch(mode=0o600)
    if line not in ledger.read_text("utf-8").splitlines(keepends=True):
        with ledger.open("a", encoding="utf-8") as open_ledger:
            open_ledger.write(line)


def without(data: Path, is_forgotten: Callable[..., bool], console: Console) -> int:
    """Take the articles that are forgotten out of all exported files that are still there; return how many lines. Raises OSError.

    A file that is no export any more is named.
    """
    ledger, count = data / _LEDGER, 0
    for path in map(Path, map(json.loads, ledger.read_text("utf-8").splitlines() if ledger.exists() else ())):
        try:
            count += _rewrite(path, is_forgotten) if path.exists() else 0
        except (ValueError, KeyError, TypeError, csv.Error):
            console.print(f"{path} is not as it was exported: look yourself whether the text is in it", markup=False, soft_wrap=True)
    return count


def _rewrite(path: Path, is_forgotten: Callable[..., bool]) -> int:
    if path.suffix == ".parquet":
        return _rewrite_parquet(path, is_forgotten)
    is_csv = path.suffix == ".csv"
    with path.open(encoding="utf-8", newline="") as file:
        count = sum(is_forgotten(*names) for _, names in _articles(file, is_csv=is_csv))
    if count:
        with path.open(encoding="utf-8", newline="") as file, replacing(path) as anew:
            anew.writelines(text.encode() for text, names in _articles(file, is_csv=is_csv) if not is_forgotten(*names))
    return count


def _rewrite_parquet(path: Path, is_forgotten: Callable[..., bool]) -> int:
    from pipelines.database import parquet  # noqa: PLC0415 - 200 ms, and every command of scrapy imports this module

    rows = [number for number, names in enumerate(parquet.names(path)) if is_forgotten(*names)]
    if rows:
        partial = path.with_name(f".{path.name}.partial")
        try:
            parquet.without(path, rows, partial)
            shutil.copymode(path, partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    return len(rows)


def _articles(file: TextIO, *, is_csv: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each article as it stands in the file, with its outlet, id and address; a header goes by no name."""
    if not is_csv:
        for line in file:
            article = json.loads(line)
            yield line, (article["outlet"], article["article_id"], article["url"])
        return
    csv.field_size_limit(2**31 - 1)  # a body may be longer than the 128 KiB that are the default
    read: list[str] = []

    def lines() -> Iterator[str]:
        for line in file:
            read.append(line)
            yield line

    columns: list[str] = []
    for row in csv.reader(lines(), strict=True):
        text = "".join(read)
        read.clear()
        if columns:
            article = dict(zip(columns, row, strict=True))
            yield text, (article["outlet"], article["article_id"], article["url"])
        else:
            columns = row
            yield text, ("",)
