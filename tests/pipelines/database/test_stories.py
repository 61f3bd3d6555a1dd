"""Near-duplicates: which pairs are linked, and which articles become one story."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import psycopg
import pytest

from crawler.article import Change, Visit
from pipelines.database.visits import record

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def outlets(connection: psycopg.Connection) -> None:
    connection.execute("insert into outlets select name, name, name from unnest(array['kompas', 'antara', 'tribun']) name")


def prose(start: int, end: int) -> str:
    return " ".join(f"kata{number}" for number in range(start, end))


def stories(connection: psycopg.Connection) -> set[frozenset[str]]:
    rows = connection.execute("select array_agg(article_id) from articles join pages using (page_id, outlet) group by story_id")
    return {frozenset(ids) for (ids,) in rows}


def story_ids(connection: psycopg.Connection) -> dict[str, int]:
    rows: list[tuple[str, int]] = connection.execute("select article_id, story_id from articles join pages using (page_id)").fetchall()
    return dict(rows)


def links(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    rows = connection.execute(
        """
        select kind, least(a.article_id, b.article_id), greatest(a.article_id, b.article_id)
        from near_duplicates join pages a on a.page_id = page_a join pages b on b.page_id = page_b order by 2, 3
        """
    )
    return [(kind, a, b) for kind, a, b in rows]


def reset(connection: psycopg.Connection) -> None:
    connection.execute("truncate pages, stories cascade")


def groups(*ids: str) -> set[frozenset[str]]:
    return {frozenset(each) for each in ids}


@pytest.mark.parametrize(
    ("other", "kind", "same_story"),
    [
        (prose(0, 200), "exact", True),
        (prose(0, 100), "near_duplicate", True),  # cut short: all of the shorter one is in the longer
        (prose(40, 240), "near_duplicate", True),
        (prose(60, 260), "partial_copy", False),
        (prose(88, 288), "partial_copy", False),
        (prose(120, 320), None, False),
        (prose(0, 22), None, False),  # 19 shingles: too few to say
        (prose(0, 23), "near_duplicate", True),
    ],
)
def test_kinds_of_copies(
    connection: psycopg.Connection, make_visit: Callable[..., Visit], other: str, kind: str | None, same_story: bool
) -> None:
    record(connection, make_visit("a", prose(0, 200)))
    record(connection, make_visit("b", other, outlet="antara"))
    assert links(connection) == ([(kind, "a", "b")] if kind else [])
    assert stories(connection) == (groups("ab") if same_story else groups("a", "b"))


def test_only_three_days_apart(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    for hours, linked in ((-73, False), (-72, True), (72, True), (73, False)):
        for first in ({"published_at": NOW}, {"published_at": None, "fetched_at": NOW}):
            record(connection, make_visit("a", prose(0, 50), **first))
            record(connection, make_visit("b", prose(0, 50), published_at=NOW + timedelta(hours=hours)))
            assert bool(links(connection)) == linked, hours
            reset(connection)


def test_stories_do_not_depend_on_the_order_of_arrival(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    """A chain a~b~c, a bridge d between it and e, and f by itself: the same stories and pairs in every order."""
    bodies = {
        "a": prose(0, 200),
        "b": prose(50, 250),
        "c": prose(100, 300),
        "d": prose(150, 350),
        "e": prose(200, 400),
        "f": prose(900, 999),
    }
    expected = None
    for order in list(permutations(bodies))[::23]:
        reset(connection)
        for name in order:
            assert record(connection, make_visit(name, bodies[name], outlet=("kompas", "antara", "tribun")[ord(name) % 3]))[1] is Change.NEW
        assert stories(connection) == groups("abcde", "f")
        expected = expected or links(connection)
        assert links(connection) == expected
    merged = connection.execute(
        "select count(*) from stories s where (merged_into is null) <> exists (select from articles a where a.story_id = s.story_id)"
    )
    assert merged.fetchone() == (0,)


def test_the_older_story_takes_over(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("a", prose(0, 200), published_at=NOW))
    record(connection, make_visit("c", prose(100, 300), published_at=NOW - timedelta(hours=2)))
    first, second = [story_id for (story_id,) in connection.execute("select story_id from stories order by 1")]
    record(connection, make_visit("b", prose(50, 250), published_at=NOW + timedelta(hours=1)))
    assert stories(connection) == groups("abc")
    assert connection.execute("select distinct story_id from articles").fetchall() == [(first,)]
    assert connection.execute("select merged_into from stories where story_id = %s", [second]).fetchone() == (first,)
    assert connection.execute("select first_published_at from stories where story_id = %s", [first]).fetchone() == (
        NOW - timedelta(hours=2),
    )


def test_a_changed_text_is_linked_anew(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    for name, body in (("a", prose(0, 200)), ("b", prose(50, 250)), ("c", prose(95, 295))):
        record(connection, make_visit(name, body))
    assert stories(connection) == groups("abc")
    before = story_ids(connection)
    assert record(connection, make_visit("b", prose(500, 700)))[1] is Change.UPDATED
    assert stories(connection) == groups("a", "b", "c")
    assert [kind for kind, *_ in links(connection)] == ["partial_copy"]
    assert story_ids(connection)["a"] == before["a"]
    record(connection, make_visit("b", prose(50, 250)))
    assert stories(connection) == groups("abc")


def test_fixed_sentences_of_a_series_make_no_copies(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    """Exchange rates: the same 60 words every day and 20 of news; without the filter all would be one story."""
    for day in range(8):
        body = prose(0, 60) + " " + prose(1000 * (day + 1), 1000 * (day + 1) + 20)
        at = NOW + timedelta(days=day)
        record(connection, make_visit(f"s{day}", body, published_at=at, fetched_at=at))
    assert all(frozenset({f"s{day}"}) in stories(connection) for day in range(4, 8))
    at = NOW + timedelta(days=7, hours=1)
    record(connection, make_visit("copy", prose(0, 60) + " " + prose(9000, 9020), outlet="antara", published_at=at))
    assert frozenset({"copy"}) in stories(connection)


def test_fingerprints_of_two_versions_are_never_compared(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("a", prose(0, 200)))
    connection.execute("update fingerprints set version = 'older'")
    record(connection, make_visit("b", prose(0, 200)))
    assert not links(connection)
    record(connection, make_visit("a", prose(0, 200)))
    assert links(connection) == [("exact", "a", "b")]


def test_views_count_copies(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    visits: Sequence[tuple[str, str, str, int]] = (("a", "kompas", "about", 1), ("b", "antara", "about", 0), ("c", "tribun", "review", 2))
    for name, outlet, band, hours in visits:
        record(connection, make_visit(name, prose(0, 100), outlet=outlet, band=band, published_at=NOW + timedelta(hours=hours)))
    articles: Iterable[tuple[object, ...]] = connection.execute("select article_id, copies, published_wib from current_articles order by 1")
    assert list(articles) == [("a", 2, datetime(2026, 3, 2, 11)), ("b", 2, datetime(2026, 3, 2, 10))]  # noqa: DTZ001 - local time
    (story,) = connection.execute(
        "select headline, first_outlet, outlets, articles, first_published_at, last_published_at from current_stories"
    )
    assert story == ("Judul b", "antara", ["antara", "kompas"], 2, NOW, NOW + timedelta(hours=2)), "the latest is for review"
