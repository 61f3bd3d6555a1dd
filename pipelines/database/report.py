"""The queries of reports, and their answers."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
from psycopg.rows import dict_row


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answered. ``query``: as it was sent, its values filled in: psql answers the same."""

    query: str
    columns: tuple[str, ...]
    rows: list[dict[str, Any]]


@cache
def _queries() -> dict[str, LiteralString]:
    text = Path(__file__).with_suffix(".sql").read_text()
    return {name: cast("LiteralString", query) for name, query in re.findall(r"^-- name: (\w+)\n(.*?;)$", text, re.MULTILINE | re.DOTALL)}


def ask(connection: psycopg.Connection, name: str, *, topic: str, since: datetime, limit: int) -> Answer:
    """Answer one of the queries of report.sql about a topic since a time; of lists, ``limit`` rows."""
    cursor = psycopg.ClientCursor(connection, row_factory=dict_row)
    query = cursor.mogrify(_queries()[name], {"topic": topic, "since": since, "limit": limit})
    cursor.execute(query.encode())
    return Answer(query, tuple(column.name for column in cursor.description or ()), cursor.fetchall())
