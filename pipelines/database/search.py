"""Search: the SQL functions of migration 0011, and the names that are written in several ways."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import psycopg
from psycopg.rows import class_row

from pipelines.database.connection import storable


class Hit(NamedTuple):
    """An article that a search finds."""

    page_id: int
    published_wib: datetime
    outlet: str
    headline: str
    snippet: str
    rank: int
    url: str


def search(
    connection: psycopg.Connection, words: str, since: datetime | None = None, outlet: str | None = None, topic: str | None = None
) -> list[Hit]:
    """The newest articles that words find."""
    query = "select * from search_articles(%s, since => %s, in_outlet => %s, on_topic => %s)"
    return connection.cursor(row_factory=class_row(Hit)).execute(query, [storable(words), since, outlet, topic]).fetchall()


def lemmas(connection: psycopg.Connection, words: Sequence[str]) -> list[list[str]]:
    """What a search for each of some words looks for."""
    query = """
        select array(select distinct piece[1] from regexp_matches(search_query(word)::text, '''([^'']+)''', 'g') piece order by 1)
        from unnest(%s::text[]) with ordinality given (word, place) order by place
    """
    return [found for (found,) in connection.execute(query, [[storable(word) for word in words]])]


def save_spellings(connection: psycopg.Connection, groups: Iterable[Sequence[str]]) -> None:
    """Let a search for one spelling of a name find all of its group; one that is in several groups stands for the first."""
    finds: dict[str, list[str]] = {}
    for group in groups:
        spellings = [" ".join(spelling.lower().replace("-", " ").split()) for spelling in group]
        finds = dict.fromkeys(spellings, spellings) | finds
    if finds == dict(connection.execute("select spelling, finds from spellings").fetchall()):
        return
    with connection.transaction():
        connection.execute("lock table spellings in share row exclusive mode")
        connection.execute("delete from spellings")
        connection.cursor().executemany("insert into spellings values (%s, %s)", [*finds.items()])
