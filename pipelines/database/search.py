"""Search: the SQL functions of migration 0012, and the names that are written in several ways."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import psycopg
from psycopg.rows import class_row

from pipelines.database.connection import storable

# Two words that many write as one, as all do between a prefix and a suffix: menandatangani, pertanggungjawaban.
_COMPOUNDS = (
    *("ambil alih", "beri tahu", "bumi hangus", "garis bawah", "juru bicara", "kambing hitam", "kerja sama", "lalu lintas", "olah raga"),
    *("salah guna", "sebar luas", "sepak bola", "serah terima", "tanda tangan", "tanggung jawab", "terima kasih", "tindak lanjut"),
    *("uji coba", "anti barat", "anti rusia", "pro barat", "pro rusia", "pro ukraina"),
)


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
    """What a search for each of some words looks for; words that have to follow each other are one, "korea+utara"."""
    query = """
        select array(
            select distinct piece[1]
            from regexp_matches(replace(search_query(word)::text, ''' <-> ''', '+'), '''([^'']+)''', 'g') piece order by 1
        )
        from unnest(%s::text[]) with ordinality given (word, place) order by place
    """
    return [found for (found,) in connection.execute(query, [[storable(word) for word in words]])]


def save_spellings(connection: psycopg.Connection, groups: Iterable[Sequence[str]]) -> None:
    """Let a search for one spelling of a name find all of its group, as of a compound; one in several groups stands for the first."""
    finds: dict[str, list[str]] = {}
    for group in (*groups, *((compound, compound.replace(" ", "")) for compound in _COMPOUNDS)):
        spellings = [" ".join(spelling.lower().replace("-", " ").split()) for spelling in group]
        finds = dict.fromkeys(spellings, spellings) | finds
    if finds == dict(connection.execute("select spelling, finds from spellings").fetchall()):
        return
    with connection.transaction():
        connection.execute("lock table spellings in share row exclusive mode")
        connection.execute("delete from spellings")
        connection.cursor().executemany("insert into spellings values (%s, %s)", [*finds.items()])
