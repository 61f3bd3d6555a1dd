"""What export and display read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg

from crawler.article import Visit
from pipelines.database.export import COLUMNS, newest_articles, stream_articles
from pipelines.database.visits import record

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def fill(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    connection.execute("insert into outlets select name, name, name from unnest(array['kompas', 'antara']) name")
    for number, (outlet, band) in enumerate([("kompas", "about"), ("antara", "review"), ("kompas", "mention"), ("antara", "about")]):
        at = NOW + timedelta(hours=number)
        record(connection, make_visit(str(number), f"Isi {number}.", outlet=outlet, band=band, published_at=at, fetched_at=at))


def test_articles_are_streamed_in_order(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    fill(connection, make_visit)

    def ids(since: datetime | None = None, *outlets: str) -> list[str]:
        return [row["article_id"] for row in stream_articles(connection, since=since, outlets=outlets)]

    assert ids() == ["0", "1", "3"]
    assert ids(NOW + timedelta(hours=1)) == ["1", "3"]
    assert ids(None, "kompas") == ["0"]
    record(connection, make_visit("0", "Isi baru.", published_at=NOW, fetched_at=NOW + timedelta(days=1)))
    assert ids(NOW + timedelta(hours=2)) == ["3"]
    changed = stream_articles(connection, stored_since=NOW + timedelta(hours=2))
    assert [row["article_id"] for row in changed] == ["0", "3"]
    row = next(stream_articles(connection))
    assert tuple(row) == COLUMNS
    assert (row["url"], row["body"], row["band"], row["first_stored_at"]) == ("https://kompas.example/0", "Isi baru.", "about", NOW)


def test_an_unfinished_stream_leaves_the_connection_usable(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    fill(connection, make_visit)
    stream = stream_articles(connection)
    next(stream)
    stream.close()
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_newest_articles(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    fill(connection, make_visit)
    assert [row["article_id"] for row in newest_articles(connection, 5)] == ["3", "0"]
    assert [row["article_id"] for row in newest_articles(connection, 1)] == ["3"]
