"""How many articles an outlet listed of a day, and what share of them is about a topic."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import psycopg

from crawler.article import Visit
from pipelines.database.attention import count_listed
from pipelines.database.connection import connect
from pipelines.database.visits import record

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def counts(connection: psycopg.Connection, outlet: str = "kompas") -> dict[date, int]:
    query = "select day, articles from listed_days where outlet = %s order by day"
    return dict(connection.execute(query, [outlet]).fetchall())


def listed(first: int, last: int, day: date = TODAY) -> dict[str, date]:
    return {str(number): day for number in range(first, last)}


def outlets(connection: psycopg.Connection) -> None:
    connection.execute("insert into outlets select name, name, name from unnest(array['kompas', 'antara']) name")


def test_an_article_counts_once_however_many_runs_list_it(connection: psycopg.Connection) -> None:
    outlets(connection)
    for hour, run in enumerate((listed(0, 40), listed(10, 50), listed(20, 60), {})):
        count_listed(connection, "kompas", run, NOW + timedelta(hours=hour))
    assert counts(connection) == {TODAY: 60}
    yesterday = TODAY - timedelta(days=1)
    count_listed(connection, "kompas", listed(60, 65, yesterday) | {"0": yesterday}, NOW)
    assert counts(connection) == {yesterday: 5, TODAY: 60}
    count_listed(connection, "antara", listed(0, 3), NOW)
    assert (counts(connection, "antara"), counts(connection)[TODAY]) == ({TODAY: 3}, 60)


def test_what_stays_on_a_list_for_weeks_counts_on_its_first_day(connection: psycopg.Connection) -> None:
    outlets(connection)
    for age in range(40):
        day = TODAY + timedelta(days=age)
        count_listed(connection, "kompas", {"pinned": day, f"new {age}": day}, NOW + timedelta(days=age))
    assert [*counts(connection).values()] == [2] + [1] * 39
    (kept,) = connection.execute("select count(*) from listed_articles").fetchone() or (0,)
    assert kept == 16, "the pinned one, and the new ones of today and fourteen days"


def test_when_the_articles_are_deleted_their_count_stays(connection: psycopg.Connection) -> None:
    outlets(connection)
    count_listed(connection, "kompas", listed(0, 100), NOW)
    count_listed(connection, "kompas", {}, NOW + timedelta(days=15))
    assert counts(connection) == {TODAY: 100}
    assert connection.execute("select from listed_articles").fetchall() == []
    later = NOW + timedelta(days=20)
    count_listed(connection, "kompas", listed(0, 60), later)  # a backfill of the same day, in two runs
    assert counts(connection) == {TODAY: 100}
    count_listed(connection, "kompas", listed(0, 120), later)
    assert counts(connection) == {TODAY: 120}
    count_listed(connection, "kompas", {}, later + timedelta(days=15))
    assert counts(connection) == {TODAY: 120}


def test_processes_that_count_at_the_same_time_count_each_article_once(connection: psycopg.Connection, database_url: str) -> None:
    outlets(connection)

    def run(number: int) -> None:
        with connect(database_url) as own:
            for step in range(5):
                count_listed(own, "kompas", listed(number * 10, number * 10 + 50) | listed(900, 910), NOW + timedelta(hours=step))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))
    assert counts(connection) == {TODAY: 130}


def test_attention_is_the_share_of_what_was_listed(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    outlets(connection)
    late = datetime(2026, 3, 1, 16, 59, tzinfo=UTC)  # a minute before midnight in Jakarta
    for number, (band, at) in enumerate((("about", NOW), ("about", NOW), ("review", NOW), ("mention", NOW), ("about", late))):
        record(connection, make_visit(str(number), f"Isi {number}.", band=band, published_at=at))
    record(connection, make_visit("9", "Isi 9.", outlet="antara", published_at=NOW))
    count_listed(connection, "kompas", listed(0, 40), NOW)
    count_listed(connection, "kompas", listed(50, 60, TODAY + timedelta(days=1)), NOW)
    rows = connection.execute("select topic, outlet, day, week, articles, listed, share from attention order by outlet, day").fetchall()
    assert [(*row[:5], row[5], row[6] and float(row[6])) for row in rows] == [
        ("korea_russia", "antara", TODAY, TODAY, 1, None, None),
        ("korea_russia", "kompas", TODAY - timedelta(days=1), TODAY - timedelta(days=7), 1, None, None),
        ("korea_russia", "kompas", TODAY, TODAY, 2, 40, 0.05),
        ("korea_russia", "kompas", TODAY + timedelta(days=1), TODAY, 0, 10, 0.0),
    ]
