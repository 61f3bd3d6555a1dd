"""Databases for a measurement, and articles stored in them as a crawl stores them."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

from bench.copies import Piece
from crawler.article import Article, Band, Outcome, Verdict, Visit
from pipelines.database import embedded, stories
from pipelines.database.connection import connect
from pipelines.database.migrate import migrate
from pipelines.database.visits import record
from pipelines.near_duplicates import fingerprint

Story = dict[str, int]  # article → story
Pairs = dict[tuple[str, str], str]  # two articles → kind


@dataclass(frozen=True)
class Stored:
    """What came of some articles, and the CPU milliseconds that linking each took."""

    story: Story
    pairs: Pairs
    probes: list[float]


class Databases:
    """Empty databases on a server that this process has started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        self.url = ""

    @contextmanager
    def empty(self) -> Iterator[psycopg.Connection]:
        """A connection to an empty database."""
        self.number += 1
        self.url = embedded.start(self.folder, f"bench{self.number}")
        migrate(self.url)
        with connect(self.url) as connection:
            connection.execute("set statement_timeout = 0")
            yield connection
        with connect(embedded.start(self.folder, "postgres")) as server:
            server.execute(f"drop database bench{self.number} with (force)".encode())


def visit(outlet: str, article_id: str, headline: str, body: str, at: datetime | None, fetched_at: datetime) -> Visit:
    """Return a Visit as the pipelines hand it to the store."""
    url = f"https://{outlet}.example/{article_id}"
    article = Article(outlet=outlet, article_id=article_id, url=url, headline=headline, body=body, published_at=at)
    verdict = Verdict(topic="bench", rule_version="1", band=Band.ABOUT, score=9, evidence={})
    return Visit(
        outlet=outlet, url=url, article_id=article_id, route="bench", outcome=Outcome.ARTICLE, fetched_at=fetched_at, article=article,
        verdicts={"bench": verdict}, fingerprint=fingerprint(body),
    )  # fmt: skip


def visit_of(piece: Piece) -> Visit:
    """Return a Visit to an article of the corpus."""
    return visit(piece.outlet, piece.id, piece.headline, piece.body, piece.at, piece.at)


def cpu(connection: psycopg.Connection) -> float:
    """Milliseconds of CPU that this process and the connection's server process have used."""
    server = Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text("ascii").split()[0]
    return (time.process_time_ns() + int(server)) / 1e6


def store(connection: psycopg.Connection, visits: Iterable[Visit]) -> list[float]:
    """Store Visits in their order; return what linking each took."""
    outlets = set[str]()
    probes: list[float] = []
    link = stories.link

    def timed(connection: psycopg.Connection, *arguments: Any) -> None:
        before = cpu(connection)
        link(connection, *arguments)
        probes.append(cpu(connection) - before)

    with patch.object(stories, "link", timed):
        for each in visits:
            if each.outlet not in outlets:
                connection.execute("insert into outlets values (%(it)s, %(it)s, %(it)s) on conflict do nothing", {"it": each.outlet})
                outlets.add(each.outlet)
            record(connection, each)
    return probes


def read(connection: psycopg.Connection) -> tuple[Story, Pairs]:
    """Return the stories and pairs of a database."""
    story: Story = dict(connection.execute("select article_id, story_id from articles join pages using (page_id)").fetchall())
    query = (
        "select a.article_id, b.article_id, kind from near_duplicates join pages a on a.page_id = page_a join pages b on b.page_id = page_b"
    )
    return story, {(min(a, b), max(a, b)): kind for a, b, kind in connection.execute(query)}


def stored(databases: Databases, pieces: Sequence[Piece]) -> Stored:
    """Store articles in an empty database."""
    with databases.empty() as connection:
        probes = store(connection, [visit_of(piece) for piece in pieces])
        return Stored(*read(connection), probes)
