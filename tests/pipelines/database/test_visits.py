"""Recording visits: pages, articles, versions, due times, and everything or nothing."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from crawler.article import AgencyMention, Change, PageState, Precision, Validators, Visit
from pipelines.database.known_pages import PostgresKnownPages
from pipelines.database.runs import Run
from pipelines.database.visits import quarantine, record
from tests.servers.postgresql import on_one_server

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
TABLES = ("pages", "articles", "article_versions", "stories", "near_duplicates", "verdicts", "fingerprints", "shingles", "story_changes")
HALF_WRITTEN = """
    select 'page without article', page_id from pages left join articles using (page_id)
        where status = 'stored' and articles.page_id is null
    union all select 'versions', page_id from articles a
        where version_no <> (select count(*) from article_versions v where v.page_id = a.page_id)
    union all select 'text differs from its version', page_id from articles a join article_versions v using (page_id, version_no)
        where (a.headline, a.body) is distinct from (v.headline, v.body)
    union all select 'story without article', story_id from stories s
        where merged_into is null and not exists (select from articles a where a.story_id = s.story_id)
    union all select 'copies in two stories', page_a
        from near_duplicates join articles a on a.page_id = page_a join articles b on b.page_id = page_b
        where kind = 'copy' and a.story_id <> b.story_id
    union all select 'taken from an article of another story', a.page_id
        from articles a join articles b on b.page_id = a.copied_from where a.story_id <> b.story_id
    union all select 'found by more or less than it has', f.page_id from fingerprints f
        where (select count(*) from shingles s where s.page_id = f.page_id and s.dated_at = f.indexed_at)
            <> (select count(*) from unnest(shingles) shingle where shingle % 4 = 0)
"""


@pytest.fixture(autouse=True)
def outlets(connection: psycopg.Connection, run: Run) -> None:
    connection.execute("insert into outlets values ('antara', 'Antara', 'https://antara.example')")


def page(connection: psycopg.Connection, article_id: str = "1") -> dict[str, Any]:
    row = (
        connection.cursor(row_factory=dict_row)
        .execute("select p.*, band, score, evidence from pages p left join verdicts using (page_id) where article_id = %s", [article_id])
        .fetchone()
    )
    assert row is not None
    return row


def snapshot(connection: psycopg.Connection) -> dict[str, list[Any]]:
    """Every row with its xmin, which changes whenever the row is written."""
    return {table: connection.execute(f"select xmin, * from {table} order by 2, 3".encode()).fetchall() for table in TABLES}


NAMED = [AgencyMention("AFP", "quoted"), AgencyMention("AFP", "picture")]


def test_an_article_is_stored_with_every_field(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    fields = {
        "headline": "Judul", "subtitle": "Anak judul", "authors": ["A"], "editors": ["B"], "agencies": NAMED, "section": "Dunia",
        "published_at": NOW - timedelta(hours=1), "published_source": "json-ld:datePublished", "published_precision": Precision.MINUTE,
        "modified_at": NOW, "tags": ["rusia", "korea"], "dateline": "PYONGYANG", "image_url": "https://x/i.jpg", "image_caption": "Foto",
        "language": "id", "page_count": 2, "sources": {"body": "selector"}, "noise_removed": {"baca juga": 3},
    }  # fmt: skip
    visit = make_visit(
        "1", "Paragraf satu.\n\nParagraf dua.", aliases=["https://kompas.example/amp/1"], etag='"e"', archive_file="a.warc", **fields
    )
    assert record(connection, visit) == ("stored", Change.NEW)
    row = (
        connection.cursor(row_factory=dict_row)
        .execute("select * from articles join pages using (page_id, outlet) join verdicts using (page_id)")
        .fetchone()
    )
    assert row is not None
    mentions = [{"agency": "AFP", "role": "quoted"}, {"agency": "AFP", "role": "picture"}]
    assert {name: row[name] for name in [*fields, "agency_mentions"]} == fields | {"agencies": ["AFP"], "agency_mentions": mentions}
    assert connection.execute("select agency, role from article_agencies").fetchall() == [("AFP", "quoted"), ("AFP", "picture")]
    assert row["body"] == "Paragraf satu.\n\nParagraf dua."
    assert (row["status"], row["band"], row["score"], row["evidence"]) == ("stored", "about", 0.9, {"korea": ["Pyongyang"]})
    assert (row["aliases"], row["etag"], row["archive_file"]) == (["https://kompas.example/amp/1"], '"e"', "a.warc")
    assert row["next_crawl_at"] == NOW + timedelta(minutes=15)
    assert connection.execute("select version_no, headline, body, fetched_at from article_versions").fetchall() == [
        (1, "Judul", "Paragraf satu.\n\nParagraf dua.", NOW)
    ]
    assert not connection.execute(HALF_WRITTEN).fetchall()


def test_what_becomes_of_a_page(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    for outcome, band in product(("article", "rejected", "failed", "gone"), ("about", "review", "mention", "none")):
        name = f"{outcome} {band}"
        status, change = record(connection, make_visit(name, f"Isi {name}.", outcome=outcome, band=band))
        stored = outcome == "article" and band in {"about", "review"}
        assert change == (Change.NEW if stored else None), name
        assert status == page(connection, name)["status"] == (outcome if outcome != "article" else "stored" if stored else "off_topic"), (
            name
        )
        assert page(connection, name)["band"] == (band if outcome == "article" else None), name
        assert (page(connection, name)["next_crawl_at"] is not None) == (outcome in {"failed", "rejected"} or stored), name
    stored_ids = connection.execute("select article_id from articles join pages using (page_id) order by 1").fetchall()
    assert stored_ids == [("article about",), ("article review",)]


def test_a_rejected_page_gets_three_second_looks(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    gaps, at = [], NOW
    for _ in range(4):
        record(connection, make_visit(outcome="rejected", fetched_at=at))
        due = page(connection)["next_crawl_at"]
        gaps.append(due and due - at)
        at = due or at
    assert gaps == [timedelta(hours=6), timedelta(days=1), timedelta(days=3), None]


def test_reading_the_same_again_writes_nothing_but_the_time(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit())
    before, seen = snapshot(connection), page(connection)
    assert record(connection, make_visit(fetched_at=NOW + timedelta(days=1))) == ("stored", Change.UNCHANGED)
    after = snapshot(connection)
    assert page(connection) == seen | {"fetched_at": NOW + timedelta(days=1), "next_crawl_at": NOW + timedelta(days=1, hours=6)}
    assert {table: rows for table, rows in after.items() if table != "pages"} == {
        table: rows for table, rows in before.items() if table != "pages"
    }


def test_only_a_changed_text_makes_a_version(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("1", "Kafé satu.\n\nDua."))
    later = NOW + timedelta(hours=1)
    assert record(connection, make_visit("1", "Kafe\u0301  satu. Dua.", tags=["baru"], fetched_at=later))[1] is Change.UNCHANGED
    assert connection.execute("select body, tags, updated_at from articles").fetchone() == ("Kafé satu.\n\nDua.", ["baru"], NOW)
    assert record(connection, make_visit("1", "Kafé satu.\n\nTiga.", fetched_at=later))[1] is Change.UPDATED
    assert record(connection, make_visit("1", "Kafé satu.\n\nTiga.", subtitle="S", fetched_at=later))[1] is Change.UPDATED
    assert connection.execute("select version_no, body, subtitle, fetched_at from article_versions order by 1").fetchall() == [
        (1, "Kafé satu.\n\nDua.", None, NOW), (2, "Kafé satu.\n\nTiga.", None, later), (3, "Kafé satu.\n\nTiga.", "S", later),
    ]  # fmt: skip
    assert connection.execute("select version_no, updated_at, first_stored_at from articles").fetchone() == (3, later, NOW)
    assert not connection.execute(HALF_WRITTEN).fetchall()


@pytest.mark.parametrize(
    ("headline", "subtitle", "body", "change"),
    [
        ("Kim Jong-un: “Kami Siap”", "Anak judul …", "KAPAL itu – katanya – tiba di Rajin…\n\nLalu pergi!", None),
        ("Kim Jong Un: 'Kami siap'", "Anak Judul...", "Kapal itu -- katanya -- tiba di Rajin. Lalu pergi.", None),
        ("Kim Jong Un: Kami Tidak Siap", "Anak judul", "Kapal itu, katanya, tiba di Rajin.\n\nLalu pergi.", "headline"),
        ("Kim Jong Un: Kami Siap", "Anak judul lain", "Kapal itu, katanya, tiba di Rajin.\n\nLalu pergi.", "subtitle"),
        ("Kim Jong Un: Kami Siap", "Anak judul", "Kapal itu, katanya, tiba di Rajin.\n\nLalu tinggal.", "body"),
        ("Kim Jong Un: Kami Tidak Siap", "Anak judul", "Kapal itu, katanya, tiba di Rajin.\n\nLalu tinggal.", "both"),
    ],
)
def test_typography_makes_no_version_and_a_changed_word_says_where(
    connection: psycopg.Connection, make_visit: Callable[..., Visit], headline: str, subtitle: str, body: str, change: str | None
) -> None:
    first = {"headline": "Kim Jong Un: Kami Siap", "subtitle": "Anak judul"}
    record(connection, make_visit("1", "Kapal itu, katanya, tiba di Rajin.\n\nLalu pergi.", **first))
    later = {"headline": headline, "subtitle": subtitle, "fetched_at": NOW + timedelta(hours=1)}
    assert record(connection, make_visit("1", body, **later))[1] is (Change.UPDATED if change else Change.UNCHANGED)
    changes = connection.execute("select change, changed_at, diff from article_changes").fetchall()
    assert [(kind, at) for kind, at, _ in changes] == ([(change, later["fetched_at"])] if change else [])
    assert all(("-Lalu pergi.\n+Lalu tinggal." in diff) == (change in {"body", "both"}) for *_, diff in changes)


@pytest.mark.parametrize("outcome", ["rejected", "failed", "gone"])
def test_a_stored_article_stays_whatever_comes_later(
    connection: psycopg.Connection, make_visit: Callable[..., Visit], outcome: str
) -> None:
    record(connection, make_visit())
    assert record(connection, make_visit(outcome=outcome, http_status=410))[0] == outcome
    assert (page(connection)["status"], page(connection)["band"]) == ("stored", "about")
    record(connection, make_visit(band="none"))
    assert (page(connection)["status"], page(connection)["band"]) == ("off_topic", "none")
    assert connection.execute("select count(*) from articles").fetchone() == (1,)


def test_a_stored_article_is_gone_when_it_is_missing_for_a_day(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit())
    for hours, status, due in ((0, "stored", 24), (5, "stored", 24), (24, "gone", None)):
        record(connection, make_visit(outcome="gone", fetched_at=NOW + timedelta(hours=hours)))
        assert page(connection)["status"] == status
        assert page(connection)["next_crawl_at"] == (NOW + timedelta(hours=due) if due else None)
    record(connection, make_visit(fetched_at=NOW + timedelta(hours=48)))
    assert (page(connection)["status"], page(connection)["gone_since"]) == ("stored", None)


def test_failures_are_tried_again_ever_later_and_then_never(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    waits = []
    for _ in range(10):
        record(connection, make_visit(outcome="failed"))
        due = page(connection)["next_crawl_at"]
        waits.append(due and (due - NOW) / timedelta(minutes=1))
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, None]
    record(connection, make_visit(band="none"))
    record(connection, make_visit(outcome="failed"))
    assert page(connection)["attempts"] == 1


def test_known_and_due(connection: psycopg.Connection, run: Run, make_visit: Callable[..., Visit]) -> None:
    known_pages = PostgresKnownPages(run)
    long_id = "/" + "berita-panjang-" * 66
    for article_id, outcome in (("a", "article"), ("b", "rejected"), ("c", "failed"), ("d", "gone"), (long_id, "article")):
        record(connection, make_visit(article_id, outcome=outcome, **({"band": "none"} if outcome == "article" else {})))
    record(connection, make_visit("e", outlet="antara"))
    everything = ["a", "b", "c", "d", "e", "f", long_id, "\0", "\ud800"]
    assert known_pages.seen(everything, NOW) == dict.fromkeys(("a", "b", "c", "d", long_id), PageState(NOW, is_due=False))
    assert known_pages.seen(["b", "c"], NOW + timedelta(minutes=15)) == {
        "b": PageState(NOW, is_due=False),
        "c": PageState(NOW, is_due=True),
    }
    assert known_pages.seen([], NOW) == {}
    assert known_pages.recrawls(NOW) == []
    (candidate,) = known_pages.recrawls(NOW + timedelta(minutes=15))
    assert (candidate.url, candidate.article_id, candidate.route) == ("https://kompas.example/c", "c", "recrawl")


@pytest.mark.parametrize("ahead", [timedelta(days=4), timedelta(days=366)])
@pytest.mark.parametrize("outcome", ["article", "rejected", "failed"])
def test_what_a_clock_that_was_ahead_put_off_is_due(
    connection: psycopg.Connection, run: Run, make_visit: Callable[..., Visit], ahead: timedelta, outcome: str
) -> None:
    record(connection, make_visit(outcome=outcome, published_at=NOW + ahead, fetched_at=NOW + ahead))
    known_pages = PostgresKnownPages(run)
    assert [each.article_id for each in known_pages.recrawls(NOW)] == ["1"]
    assert known_pages.seen(["1"], NOW)["1"].is_due


def test_a_story_is_looked_at_again_ever_more_rarely(connection: psycopg.Connection, run: Run, make_visit: Callable[..., Visit]) -> None:
    published = NOW - timedelta(minutes=1)
    record(connection, make_visit(published_at=published, etag='"1"', fetched_at=NOW))
    looks = []
    now = NOW
    while due := connection.execute("select next_crawl_at from pages").fetchone()[0]:  # type: ignore[index]
        looks.append(due - now)
        now = due
        (candidate,) = PostgresKnownPages(run).recrawls(now)
        assert candidate.validators == Validators('"1"', None)
        assert record(connection, make_visit(outcome="unchanged", fetched_at=now, http_status=304, route="recrawl")) == (
            "stored",
            Change.UNCHANGED,
        )
    assert looks == sorted(looks)
    assert {timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3)} == set(looks)
    assert timedelta(days=27) < now - published < timedelta(days=33)
    row = page(connection)
    assert (row["status"], row["band"], row["http_status"], row["etag"]) == ("stored", "about", 304, '"1"')
    assert row["route"] == "feed", "who listed it, not that it was due"


def test_what_was_read_from_several_pages_is_asked_for_without_conditions(
    connection: psycopg.Connection, run: Run, make_visit: Callable[..., Visit]
) -> None:
    record(connection, make_visit(page_count=2, etag='"1"', fetched_at=NOW, published_at=NOW))
    (candidate,) = PostgresKnownPages(run).recrawls(NOW + timedelta(hours=1))
    assert candidate.validators is None


def test_what_is_off_topic_or_old_is_not_looked_at_again(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit("1", band="none", published_at=NOW))
    record(connection, make_visit("2", published_at=NOW - timedelta(days=31)))
    assert connection.execute("select count(next_crawl_at) from pages").fetchone() == (0,)


def test_another_id_of_an_article_becomes_its_alias(connection: psycopg.Connection, run: Run, make_visit: Callable[..., Visit]) -> None:
    visit = make_visit("real")
    visit.article_id, visit.url = "short", "https://kompas.example/s"
    assert record(connection, visit) == ("stored", Change.NEW)
    assert (page(connection, "short")["status"], page(connection, "real")["status"]) == ("alias", "stored")
    assert page(connection, "real")["aliases"] == ["https://kompas.example/s"]
    assert PostgresKnownPages(run).seen(["short", "real"], NOW).keys() == {"short", "real"}


def test_a_visit_without_a_verdict_is_a_mistake_and_leaves_nothing(
    connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    with pytest.raises(RuntimeError, match="topic pipeline"):
        record(connection, make_visit(verdicts={}))
    assert not any(snapshot(connection).values())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_text_is_kept_as_it_is(connection: psycopg.Connection, make_visit: Callable[..., Visit], text: str) -> None:
    visit = make_visit(str(time.monotonic_ns()), text, headline=text, subtitle=text, tags=[text], sources={"body": text})
    record(connection, visit)
    row = connection.execute("select body, headline, tags[1], sources->>'body' from articles order by page_id desc limit 1").fetchone()
    assert row == (text,) * 4 or "\0" in text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(categories=["Cs", "Cc", "Co", "Ll"]), min_size=1), bad=st.sampled_from(["\0", "\ud800"]))
def test_what_cannot_be_stored_is_quarantined(
    connection: psycopg.Connection, run: Run, make_visit: Callable[..., Visit], text: str, bad: str
) -> None:
    visit = make_visit(f"{time.monotonic_ns()}{bad}", text + bad, url=f"https://kompas.example/{bad}")
    with pytest.raises((psycopg.DataError, UnicodeError)):
        record(connection, visit)
    quarantine(connection, visit, f"cannot be stored: {text}{bad}")
    assert PostgresKnownPages(run).seen([visit.article_id], NOW).keys() == {visit.article_id}
    assert connection.execute("select status from pages order by page_id desc limit 1").fetchone() == ("rejected",)


def test_quarantine_keeps_a_stored_article(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(connection, make_visit())
    quarantine(connection, make_visit(), "cannot be stored: x")
    assert (page(connection)["status"], page(connection)["reason"]) == ("stored", "cannot be stored: x")


STORING = textwrap.dedent("""
    import sys
    from conftest import build_visit
    from pipelines.database.connection import connect
    from pipelines.database.visits import record
    text = " ".join(f"kata{n}" for n in range(80))
    with connect(sys.argv[1]) as connection:
        for number in range(int(sys.argv[2]), 100_000):
            record(connection, build_visit(str(number % 40), f"{text} versi {number // 40} {'x ' * (number % 7)}"))
            print(flush=True)
""")


@on_one_server
def test_killed_at_any_moment_nothing_is_half_written(connection: psycopg.Connection, database_url: str) -> None:
    chance = random.Random(7)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    for round_no in range(8):
        command = [sys.executable, "-c", STORING, database_url, str(round_no * 25)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 25)):
                assert process.stdout.readline()
            time.sleep(chance.random() * 0.02)
            process.send_signal(signal.SIGKILL)
        assert not connection.execute(HALF_WRITTEN).fetchall()
    assert connection.execute("select count(*) > 0 from article_versions where version_no > 1").fetchone() == (True,)


def test_a_page_that_needs_a_browser_waits_until_there_is_one(
    run: Run, connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    record(connection, make_visit("1", outcome="needs_browser"))
    record(connection, make_visit("2", "Kapal itu tiba. " * 20))
    record(connection, make_visit("2", outcome="needs_browser"))
    later = NOW + timedelta(days=400)
    without, with_one = PostgresKnownPages(run), PostgresKnownPages(run, has_browser=True)
    assert (without.seen(["1"], later)["1"].is_due, with_one.seen(["1"], NOW)["1"].is_due) == (False, True)
    assert "1" not in [each.article_id for each in without.recrawls(later)]
    assert [each.article_id for each in with_one.recrawls(NOW)] == ["1"]
    assert connection.execute("select status from pages order by article_id").fetchall() == [("needs_browser",), ("stored",)]
