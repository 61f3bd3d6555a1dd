"""When `scrapy doctor` found outlets as their spiders declare them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """When all checks of an outlet held, first and last; aware."""

    outlet: str
    first_held_at: datetime
    last_held_at: datetime


def record_held(connection: psycopg.Connection, outlets: Collection[str], at: datetime) -> None:
    """Note that all checks of these outlets held at that time (aware)."""
    query = """
        insert into outlet_checks (outlet, first_held_at, last_held_at) select unnest(%(outlets)s::text[]), %(at)s, %(at)s
        on conflict (outlet) do update set first_held_at = least(outlet_checks.first_held_at, excluded.first_held_at),
            last_held_at = greatest(outlet_checks.last_held_at, excluded.last_held_at)
    """
    connection.execute(query, {"outlets": [*outlets], "at": at})


def held(connection: psycopg.Connection) -> dict[str, Held]:
    """When the checks of outlets held, by outlet; one whose checks never did is not there."""
    query = "select outlet, first_held_at, last_held_at from outlet_checks"
    return {row.outlet: row for row in connection.cursor(row_factory=class_row(Held)).execute(query)}
