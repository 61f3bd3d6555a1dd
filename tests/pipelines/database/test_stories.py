"""Near-duplicates: which pairs are linked, and which articles become one story."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

import psycopg
import pytest

from crawler.article import Band, Change, Verdict, Visit
from pipelines.database.verdicts import replace_verdicts
from pipelines.database.visits import record
from tests.servers.postgresql import on_one_server

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
    connection.execute("truncate pages, stories, shingles cascade")


def groups(*ids: str) -> set[frozenset[str]]:
    return {frozenset(each) for each in ids}


@pytest.mark.parametrize(
    ("other", "kind", "same_story"),
    [
        (prose(0, 200), "copy", True),
        (prose(0, 100), "copy", True),  # cut short: all of the shorter one is in the longer
        (prose(40, 240), "copy", True),
        (prose(60, 260), "contains", False),
        (prose(88, 288), "contains", False),
        (prose(120, 320), None, False),
        (prose(0, 42), "contains", False),  # all of it, but less than 20 % of the longer one
        (prose(0, 70), "copy", True),
        (prose(0, 12), None, False),  # 9 shingles: too few to say
    ],
)
def test_kinds_of_copies(
    connection: psycopg.Connection, make_visit: Callable[..., Visit], other: str, kind: str | None, same_story: bool
) -> None:
    record(connection, make_visit("a", prose(0, 200)))
    record(connection, make_visit("b", other, outlet="antara"))
    assert links(connection) == ([(kind, "a", "b")] if kind else [])
    assert stories(connection) == (groups("ab") if same_story else groups("a", "b"))


def test_a_cut_leaves_less_than_an_extension_takes_over(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    for first, second, expected in ((prose(0, 200), prose(0, 50), groups("ab")), (prose(0, 50), prose(0, 200), groups("a", "b"))):
        record(connection, make_visit("a", first))
        record(connection, make_visit("b", second, outlet="antara", published_at=at(1)))
        assert stories(connection) == expected
        reset(connection)


@pytest.mark.parametrize("body", ["", "Simak videonya di sini.", prose(0, 12)])
def test_what_has_hardly_any_words_is_no_copy_though_it_is_the_same(
    connection: psycopg.Connection, make_visit: Callable[..., Visit], body: str
) -> None:
    record(connection, make_visit("a", body))
    record(connection, make_visit("b", body, outlet="antara", published_at=at(1)))
    assert (stories(connection), links(connection)) == (groups("a", "b"), [])


def test_both_shares_and_the_counts_are_kept(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("a", prose(0, 203)))
    record(connection, make_visit("b", prose(0, 103), outlet="antara"))
    pair = connection.execute("select shared_shingles, distinctive_a, distinctive_b, share_a, share_b, containment from near_duplicates")
    assert pair.fetchall() == [(100, 200, 100, 0.5, 1, 1)]


def test_only_seven_days_apart(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    for hours, linked in ((-169, False), (-168, True), (168, True), (169, False)):
        for first in ({"published_at": NOW}, {"published_at": None, "fetched_at": NOW}):
            record(connection, make_visit("a", prose(0, 50), **first))
            record(connection, make_visit("b", prose(0, 50), published_at=NOW + timedelta(hours=hours)))
            assert bool(links(connection)) == linked, hours
            reset(connection)


@on_one_server
def test_stories_do_not_depend_on_the_order_of_arrival(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    """An original, its copies, what is put together of it and a stranger, copies of that, and a series: the same in every order."""
    hours = {name: number for number, name in enumerate("abcdmnxyz")}
    bodies = {
        "a": prose(0, 200), "b": prose(30, 230), "c": prose(0, 90), "d": prose(600, 800),
        "m": prose(0, 150) + " " + prose(600, 760), "n": prose(5, 150) + " " + prose(600, 770),
        "x": prose(900, 999), "y": prose(900, 990), "z": prose(700, 800) + " " + prose(900, 930),
    }  # fmt: skip
    expected = None
    for order in list(permutations(bodies))[::15013]:
        reset(connection)
        for name in order:
            visit = make_visit(name, bodies[name], outlet=("kompas", "antara", "tribun")[hours[name] % 3], published_at=at(hours[name]))
            assert record(connection, visit)[1] is Change.NEW
        expected = expected or (stories(connection), links(connection))
        assert (stories(connection), links(connection)) == expected
        assert dangling(connection) == 0
    assert expected is not None
    assert {frozenset("abc"), frozenset("mn"), frozenset("xy")} <= expected[0]
    assert ("contains", "a", "m") in expected[1]


@on_one_server
def test_series_are_the_same_in_every_order(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    """Five days of texts put together of ten passages: nearly all is used again and again, and each article changes what others may use."""
    chance = Random(1)
    given = []
    for number in range(60):
        passages = chance.sample(range(10), chance.choice((1, 1, 2, 2, 3, 4, 6)))
        words = " ".join(prose(100 * passage, 100 * passage + 30) for passage in passages).split()
        body = " ".join(words[: chance.randint(len(words) // 2, len(words))])
        when = at(chance.choice((chance.uniform(0, 100), 24 * chance.randrange(5))))
        given.append(make_visit(f"a{number}", body, outlet=chance.choice(("kompas", "antara", "tribun")), published_at=when))
    found = []
    for _ in range(2):
        reset(connection)
        for visit in given:
            record(connection, visit)
        found.append((stories(connection), links(connection)))
        chance.shuffle(given)
    assert found[0] == found[1]
    assert connection.execute("select count(*) > 9 from fingerprints where standing <> '{}'").fetchone() == (True,)


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def dangling(connection: psycopg.Connection) -> int:
    """How many numbers lead to no story with articles at once."""
    (count,) = connection.execute(
        """
        select count(*) from stories s left join stories heir on heir.story_id = s.merged_into
        where (s.merged_into is null) <> exists (select from articles a where a.story_id = s.story_id) or heir.merged_into is not null
        """
    ).fetchone() or (-1,)
    return int(count)


def test_a_text_put_together_of_two_belongs_to_neither(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    both = prose(0, 150) + " " + prose(500, 650)
    for number, (name, body) in enumerate({"a": prose(0, 150), "b": prose(500, 650), "m": both, "n": both, "c": prose(0, 140)}.items()):
        record(connection, make_visit(name, body, outlet=("kompas", "antara")[number % 2], published_at=at(number)))
    assert stories(connection) == groups("ac", "b", "mn")
    assert ("contains", "a", "m") in links(connection)


def test_a_number_stays_with_the_majority(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    for hours, name in enumerate("abcd"):
        record(connection, make_visit(name, prose(0, 200), outlet="antara", published_at=at(hours)))
    (number,) = {*story_ids(connection).values()}
    record(connection, make_visit("a", prose(500, 700), outlet="antara", published_at=at(0)))  # the first one is rewritten
    assert stories(connection) == groups("a", "bcd")
    found = story_ids(connection)
    assert found["b"] == number != found["a"]
    changes = "select from_story_id, to_story_id, reason, page_id = cause_page_id from story_changes"
    assert connection.execute(changes).fetchall() == [(number, found["a"], "text changed", True)]
    record(connection, make_visit("a", prose(0, 200), outlet="antara", published_at=at(0)))
    assert {*story_ids(connection).values()} == {number}
    assert connection.execute("select merged_into from stories where story_id = %s", [found["a"]]).fetchone() == (number,)
    assert dangling(connection) == 0


def test_a_bridge_merges_the_smaller_story_into_the_larger(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    for name, body in (("a", prose(0, 100)), ("b", prose(65, 265)), ("c", prose(65, 265))):
        record(connection, make_visit(name, body, outlet="antara", published_at=at(ord(name) - 97)))
    before = story_ids(connection)
    assert before["a"] != before["b"] == before["c"]
    bridge = make_visit("0", prose(0, 265), outlet="kompas", published_at=at(-1))
    record(connection, bridge)
    assert {*story_ids(connection).values()} == {before["b"]}, "of a, which is older, there was one article"
    assert connection.execute("select from_story_id, reason from story_changes").fetchall() == [(before["a"], "stored")]
    assert connection.execute("select count(*) from stories").fetchone() == (2,), "the number that nobody saw was not used up"
    assert dangling(connection) == 0


def test_a_corrected_date_links_anew_and_moves_the_story(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("a", prose(0, 200), published_at=NOW - timedelta(days=30)))
    record(connection, make_visit("b", prose(0, 200), outlet="antara", published_at=NOW))
    assert stories(connection) == groups("a", "b")
    assert record(connection, make_visit("a", prose(0, 200), published_at=at(1)))[1] is Change.UNCHANGED
    assert stories(connection) == groups("ab")
    times = "select first_published_at, last_published_at from stories where merged_into is null"
    assert connection.execute(times).fetchall() == [(NOW, at(1))]
    assert connection.execute("select reason from story_changes").fetchall() == [("date changed",)]


def test_what_is_off_topic_holds_nothing_together_and_comes_back_linked(
    connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    """b is between a and c, which share too little."""
    for hours, (name, body) in enumerate({"a": prose(0, 200), "b": prose(45, 245), "c": prose(90, 290)}.items()):
        record(connection, make_visit(name, body, outlet="antara", published_at=at(hours)))
    assert stories(connection) == groups("abc")
    assert record(connection, make_visit("b", prose(45, 245), outlet="antara", published_at=at(1), band="none"))[0] == "off_topic"
    assert stories(connection) == groups("a", "b", "c")
    assert connection.execute("select next_crawl_at > fetched_at from pages where article_id = 'b'").fetchone() == (True,)
    record(connection, make_visit("b", prose(45, 245), outlet="antara", published_at=at(1)))
    assert stories(connection) == groups("abc")
    (page_id,) = connection.execute("select page_id from pages where article_id = 'b'").fetchone() or (0,)
    for band, expected in (("none", groups("a", "b", "c")), ("about", groups("abc"))):
        verdict = Verdict(topic="korea_russia", rule_version="2", band=Band(band), score=1, evidence={})
        replace_verdicts(connection, page_id, [verdict], NOW)
        assert stories(connection) == expected, "reclassified"
    assert dangling(connection) == 0


def test_an_address_used_for_another_text_is_another_article(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("a", prose(0, 200), headline="Kapal Tiba di Rajin"))
    record(connection, make_visit("b", prose(0, 200), outlet="antara", published_at=at(1)))
    number = story_ids(connection)["a"]
    visit = make_visit("a", prose(500, 700), headline="Harga Beras Naik Lagi", published_at=at(48), fetched_at=at(48))
    assert record(connection, visit) == ("stored", Change.NEW)
    row = connection.execute(
        """
        select old.headline, old.story_id, old.version_no, p.status, p.url, new.story_id <> old.story_id from articles new
        join articles old on old.page_id = new.replaces join pages p on p.page_id = old.page_id
        """
    ).fetchall()
    assert row == [("Kapal Tiba di Rajin", number, 1, "gone", "https://kompas.example/a", True)]
    assert record(connection, make_visit("a", prose(500, 690), headline="Harga Beras Naik", published_at=at(48)))[1] is Change.UPDATED
    assert record(connection, make_visit("b", prose(700, 900), outlet="antara"))[1] is Change.UPDATED, "its headline stayed"


def test_fixed_sentences_of_a_series_make_no_copies(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    """Exchange rates: the same 60 words every day and 20 of news. The first ones are linked until there are enough to tell."""
    for day in range(8):
        body = prose(0, 60) + " " + prose(1000 * (day + 1), 1000 * (day + 1) + 20)
        record(connection, make_visit(f"s{day}", body, published_at=at(24.1 * day), fetched_at=at(24.1 * day)))
        assert any(len(story) > 1 for story in stories(connection)) == (0 < day < 3), day
    assert not links(connection)


def test_one_text_on_regional_hosts_is_no_series(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    for number in range(8):
        record(connection, make_visit(f"{number}", prose(0, 100) + f" kota{number}", published_at=at(3 * number)))
    assert stories(connection) == groups("01234567")


def test_texts_of_two_fingerprint_versions_are_never_compared(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("a", prose(0, 200)))
    connection.execute("update fingerprints set version = 'older'")
    record(connection, make_visit("b", prose(0, 200)))
    assert not links(connection)
    record(connection, make_visit("a", prose(0, 200)))
    assert links(connection) == [("copy", "a", "b")]


def test_views_count_copies(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    visits: Sequence[tuple[str, str, str, int]] = (("a", "kompas", "about", 1), ("b", "antara", "about", 0), ("c", "tribun", "review", 2))
    for name, outlet, band, hours in visits:
        record(connection, make_visit(name, prose(0, 100), outlet=outlet, band=band, published_at=NOW + timedelta(hours=hours)))
    articles: Iterable[tuple[object, ...]] = connection.execute(
        "select article_id, copies, published_wib from current_articles where band = 'about' order by 1"
    )
    assert list(articles) == [("a", 2, datetime(2026, 3, 2, 11)), ("b", 2, datetime(2026, 3, 2, 10))]  # noqa: DTZ001 - local time
    (story,) = connection.execute(
        "select headline, first_outlet, outlets, articles, first_published_at, last_published_at from current_stories"
    )
    assert story == ("Judul b", "antara", ["antara", "kompas"], 2, NOW, NOW + timedelta(hours=2)), "the latest is for review"
