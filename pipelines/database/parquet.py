"""Articles in Parquet: DuckDB makes the file of lines of JSON, and takes articles out of it again. Its memory is bounded.

It also reads what others wrote.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

_TEXT, _TEXTS, _TIME = "varchar", "varchar[]", "timestamptz"
TYPES = {  # of an export's columns
    "url": _TEXT, "outlet": _TEXT, "article_id": _TEXT, "headline": _TEXT, "subtitle": _TEXT,
    "authors": _TEXTS, "editors": _TEXTS, "agencies": _TEXTS, "agency_mentions": "struct(agency varchar, role varchar)[]",
    "published_at": _TIME, "published_precision": _TEXT, "modified_at": _TIME,
    "section": _TEXT, "tags": _TEXTS, "dateline": _TEXT, "body": _TEXT,
    "image_url": _TEXT, "image_caption": _TEXT, "original_url": _TEXT, "language": _TEXT,
    "topic": _TEXT, "band": _TEXT, "score": "double", "settled_by": _TEXT,
    "story_id": "bigint", "aliases": _TEXTS, "status": _TEXT, "withdrawn": "boolean",
    "version_no": "integer", "first_stored_at": _TIME, "updated_at": _TIME,
}  # fmt: skip
_WRITTEN = "(format parquet, compression zstd, row_group_size 4096)"  # a row group is held in memory until it is written


def write(lines: Path, path: Path) -> None:
    """Make a Parquet file of a file of articles, one a line in JSON. Raises OSError."""
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in TYPES.items())
    source = f"read_json({_quoted(lines)}, format = 'newline_delimited', columns = {{{columns}}})"
    with _database(path) as database:
        database.execute(f"copy (select * from {source}) to {_quoted(path)} {_WRITTEN}")  # noqa: S608


def names(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield outlet, id and address of each article in a file. Raises ValueError where it is no export."""
    with duckdb.connect() as database:
        try:
            database.execute(f"select outlet, article_id, url from read_parquet({_quoted(path)})")  # noqa: S608
        except duckdb.Error as error:
            raise ValueError(str(error)) from None
        while rows := database.fetchmany(1000):
            yield from rows


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield each row of a file, in their order: columns by name, times in UTC. Raises ValueError where it is no Parquet."""
    with duckdb.connect(config={"threads": 1}) as database:
        try:
            database.execute("set timezone = 'UTC'")
            database.execute(f"select * from read_parquet({_quoted(path)})")  # noqa: S608
            columns = [column[0] for column in database.description or ()]
            while some := database.fetchmany(100):
                yield from (dict(zip(columns, row, strict=True)) for row in some)
        except duckdb.Error as error:
            raise ValueError(str(error)) from None


def without(path: Path, rows: Collection[int], target: Path) -> None:
    """Write a file anew without some of its rows, which count from 0. Raises OSError."""
    kept = f"select * exclude file_row_number from read_parquet({_quoted(path)}, file_row_number = true)"  # noqa: S608
    with _database(target) as database:
        database.execute(f"copy ({kept} where file_row_number not in ({', '.join(map(str, rows))})) to {_quoted(target)} {_WRITTEN}")


@contextmanager
def _database(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, for a statement that writes a file."""
    with duckdb.connect(config={"memory_limit": "256MB", "threads": 1, "temp_directory": str(path.parent)}) as database:
        try:
            yield database
        except duckdb.Error as error:
            raise OSError(0, str(error), str(path)) from None


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
