"""Withdrawn articles show, whatever state their pages are in, until they are read again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg

from crawler.article import Visit
from pipelines.database.visits import record

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def shown(connection: psycopg.Connection) -> list[tuple[datetime, bool, str]]:
    rows = connection.execute("select gone_since, is_certain, band from withdrawn_articles order by topic").fetchall()
    marks = connection.execute("select gone_since, status = 'gone', band from current_articles where withdrawn order by topic").fetchall()
    assert rows == marks
    return rows


def test_a_withdrawn_article_shows_from_the_first_visit_to_the_one_that_reads_it_again(
    connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    connection.execute("insert into outlets values ('kompas', 'Kompas', '')")

    def visit(hours: int, outcome: str, **given: object) -> list[tuple[datetime, bool, str]]:
        record(connection, make_visit("1", outcome=outcome, fetched_at=NOW + timedelta(hours=hours), **given))
        return shown(connection)

    first = NOW + timedelta(hours=1)
    assert visit(0, "article") == []
    assert visit(1, "gone") == [(first, False, "about")]
    assert visit(2, "gone") == [(first, False, "about")]
    assert visit(3, "failed") == [(first, False, "about")]
    assert visit(4, "rejected") == [(first, False, "about")], "a page that says sorry with 200 shows no article"
    assert visit(5, "needs_browser") == [(first, False, "about")]
    assert visit(25, "gone") == [(first, True, "about")]
    assert visit(49, "gone") == [(first, True, "about")]
    assert visit(50, "rejected")[0][0] == first
    assert visit(60, "article") == []
    assert visit(61, "gone") == [(NOW + timedelta(hours=61), False, "about")]
    assert visit(62, "unchanged") == []


def test_one_that_is_doubtful_or_stored_for_another_topic_shows_too(
    connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    connection.execute("insert into outlets values ('kompas', 'Kompas', '')")
    record(connection, make_visit("1", band="review"))
    record(connection, make_visit("2", band="mention"))
    for number in "12":
        record(connection, make_visit(number, outcome="gone", fetched_at=NOW + timedelta(hours=1)))
    assert shown(connection) == [(NOW + timedelta(hours=1), False, "review")]
