"""Two topics in one database: each has its verdicts and its articles, and neither disturbs the other."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from crawler.article import Band, Change, Verdict, Visit
from pipelines.database.export import newest_articles, stream_articles
from pipelines.database.verdicts import find_pages, pages_to_classify, replace_verdicts
from pipelines.database.visits import record

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
KOREA, TURKEY = "korea_russia", "turki_yunani"


@pytest.fixture(autouse=True)
def outlets(connection: psycopg.Connection) -> None:
    connection.execute("insert into outlets select name, name, name from unnest(array['kompas', 'antara']) name")


def verdicts(**bands: str) -> dict[str, Verdict]:
    return {
        topic: Verdict(topic=topic, rule_version="1", band=Band(band), score=len(band), evidence={"topic": topic})
        for topic, band in bands.items()
    }


def shown(connection: psycopg.Connection) -> dict[str, list[str]]:
    rows = connection.execute("select topic, array_agg(article_id order by article_id) from current_articles group by topic")
    return dict(rows.fetchall())


def status(connection: psycopg.Connection, article_id: str) -> object:
    return (connection.execute("select status from pages where article_id = %s", [article_id]).fetchone() or (None,))[0]


def test_each_topic_has_its_articles(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    bands: Mapping[str, tuple[str, str]] = {
        "a": ("about", "none"),
        "b": ("mention", "about"),
        "c": ("about", "about"),
        "d": ("none", "mention"),
    }
    for name, (korea, turkey) in bands.items():
        visit = make_visit(name, f"Isi {name}.", verdicts=verdicts(korea_russia=korea, turki_yunani=turkey), published_at=NOW)
        record(connection, visit)
    assert shown(connection) == {KOREA: ["a", "c"], TURKEY: ["b", "c"]}
    assert [status(connection, name) for name in "abcd"] == ["stored", "stored", "stored", "off_topic"]
    assert [row["article_id"] for row in stream_articles(connection, topics=[TURKEY])] == ["b", "c"]
    assert [(row["article_id"], row["topic"]) for row in stream_articles(connection)] == [
        ("a", KOREA), ("b", TURKEY), ("c", KOREA), ("c", TURKEY),
    ]  # fmt: skip
    assert {row["article_id"] for row in newest_articles(connection, 9, [KOREA])} == {"a", "c"}
    assert connection.execute("select topic, count(*) from current_stories group by topic order by topic").fetchall() == [
        (KOREA, 2),
        (TURKEY, 2),
    ]


def test_a_run_for_one_topic_leaves_the_others_verdict_and_article(
    connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    text = " ".join(f"kata{number}" for number in range(60))
    record(connection, make_visit("copy", text, outlet="antara", verdicts=verdicts(korea_russia="about")))
    record(connection, make_visit("a", text, verdicts=verdicts(korea_russia="about")))
    again = make_visit("a", text, verdicts=verdicts(turki_yunani="none"), fetched_at=NOW + timedelta(hours=1))
    assert record(connection, again) == ("stored", Change.UNCHANGED)
    assert shown(connection) == {KOREA: ["a", "copy"]}
    assert connection.execute("select count(distinct story_id) from articles").fetchone() == (1,), "it is still one story with its copy"
    (page,) = find_pages(connection, "a", None)
    assert {topic: (verdict.band, verdict.evidence) for topic, verdict in page.verdicts.items()} == {
        KOREA: ("about", {"topic": KOREA}), TURKEY: ("none", {"topic": TURKEY}),
    }  # fmt: skip
    off = make_visit("a", text, verdicts=verdicts(korea_russia="none", turki_yunani="none"), fetched_at=NOW + timedelta(hours=2))
    assert record(connection, off)[0] == "off_topic"
    assert shown(connection) == {KOREA: ["copy"]}


def test_a_topic_that_came_later_is_added_to_stored_pages(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("a", verdicts=verdicts(korea_russia="about")))
    record(connection, make_visit("b", verdicts=verdicts(korea_russia="none")))
    for page in pages_to_classify(connection, "kompas", None):
        assert list(page.verdicts) == [KOREA]
        replace_verdicts(connection, page.page_id, verdicts(turki_yunani="about").values(), NOW)
    assert shown(connection) == {KOREA: ["a"], TURKEY: ["a"]}
    assert (status(connection, "a"), status(connection, "b")) == ("stored", "stored")
    (page_id,) = connection.execute("select page_id from pages where article_id = 'a'").fetchone() or (0,)
    replace_verdicts(connection, page_id, verdicts(korea_russia="none").values(), NOW)
    assert status(connection, "a") == "stored", "the other topic keeps it"
    replace_verdicts(connection, page_id, verdicts(turki_yunani="mention").values(), NOW)
    assert status(connection, "a") == "off_topic"
    assert not any(page.is_shown(TURKEY) for page in pages_to_classify(connection, "kompas", None) if page.article_id == "a")


def test_pages_are_found_by_number_id_url_and_alias(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("7", aliases=["https://kompas.example/amp/7"]))
    (page_id,) = connection.execute("select page_id from pages").fetchone() or (0,)
    for given in (str(page_id), "7", "https://kompas.example/7", "https://kompas.example/amp/7"):
        assert [page.article_id for page in find_pages(connection, given, None)] == ["7"], given
    assert find_pages(connection, "9" * 30, None) == find_pages(connection, "\0", None) == []
