"""An aggregator's copies: they make the original due, stand in for it, and step back once it was read."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from crawler.article import Original, Visit
from pipelines.database.export import stream_articles
from pipelines.database.known_pages import PostgresKnownPages
from pipelines.database.runs import Run
from pipelines.database.visits import record

ROOT = Path(__file__).parents[3]
ORIGINAL = Original(outlet="kompas", article_id="7", url="https://kompas.example/7")


@pytest.fixture
def copy(run: Run, make_visit: Callable[..., Visit]) -> Visit:
    run.connection.execute("insert into outlets values ('babe', 'BaBe', 'https://babe.example/')")
    return make_visit("70", "Isi salinan.", outlet="babe", url="https://babe.example/70", original=ORIGINAL, original_url=ORIGINAL.url)


def pages(connection: psycopg.Connection) -> dict[str, tuple[str, object]]:
    rows = connection.execute("select c.outlet, c.status, o.outlet from pages c left join pages o on o.page_id = c.original_page_id")
    return {outlet: (status, original) for outlet, status, original in rows}


def exported(connection: psycopg.Connection) -> list[str]:
    return [row["outlet"] for row in stream_articles(connection)]


def test_a_copy_makes_its_original_due_and_stands_in_for_it(run: Run, copy: Visit) -> None:
    assert record(run.connection, copy)[0] == "stored"
    assert pages(run.connection) == {"babe": ("stored", "kompas"), "kompas": ("scheduled", None)}
    assert exported(run.connection) == ["babe"]
    known = PostgresKnownPages(run)
    assert [(each.url, each.article_id) for each in known.recrawls(copy.fetched_at)] == [(ORIGINAL.url, "7")]
    assert known.seen(["7"], copy.fetched_at) == {}, "a route that lists it fetches it too"


def test_a_copy_steps_back_when_its_original_is_read(run: Run, copy: Visit, make_visit: Callable[..., Visit]) -> None:
    record(run.connection, copy)
    record(run.connection, make_visit("7", "Isi asli.", url=ORIGINAL.url))
    assert pages(run.connection) == {"babe": ("alias", "kompas"), "kompas": ("stored", None)}
    assert run.connection.execute("select next_crawl_at from pages where outlet = 'babe'").fetchone() == (None,)
    assert exported(run.connection) == ["kompas"]
    assert run.connection.execute("select url from current_articles").fetchall() == [(ORIGINAL.url,)]
    assert run.connection.execute("select aliases from pages where outlet = 'kompas'").fetchone() == ([copy.url],)


def test_a_copy_that_comes_later_is_an_alias_at_once(run: Run, copy: Visit, make_visit: Callable[..., Visit]) -> None:
    record(run.connection, make_visit("7", "Isi asli.", url=ORIGINAL.url))
    assert record(run.connection, copy) == ("alias", None)
    assert pages(run.connection) == {"babe": ("alias", "kompas"), "kompas": ("stored", None)}
    assert exported(run.connection) == ["kompas"]
    assert run.connection.execute("select band, score from verdicts join pages using (page_id) where outlet = 'babe'").fetchone() == (
        "about",
        0.9,
    )
    assert [each.article_id for each in PostgresKnownPages(run).recrawls(copy.fetched_at + timedelta(days=30))] == ["7"], "not the copy"


STORING = textwrap.dedent("""
    import sys
    from conftest import build_visit
    from crawler.article import Original
    from pipelines.database.connection import connect
    from pipelines.database.visits import record
    with connect(sys.argv[1]) as connection:
        for number in range(30):
            text = " ".join(f"kata{number}x{word}" for word in range(80))
            original = Original(outlet="kompas", article_id=f"o{number}", url=f"https://kompas.example/o{number}")
            given = {"outlet": "babe", "original": original} if sys.argv[2] == "copy" else {}
            visit = build_visit(f"c{number}" if given else f"o{number}", text, **given)
            print(flush=True)
            sys.stdin.readline()
            record(connection, visit)
""")


def test_a_copy_and_its_original_at_the_same_moment_end_as_one(run: Run, copy: Visit, database_url: str) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    commands = [[sys.executable, "-c", STORING, database_url, role] for role in ("original", "copy")]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for command in commands
        ]
        for _ in range(30):  # both are at it, then both are let go
            for process in processes:
                assert process.stdout
                process.stdout.readline()
            for process in processes:
                assert process.stdin
                process.stdin.write("\n")
                process.stdin.flush()
    assert [process.returncode for process in processes] == [0, 0], "no deadlock, no lock that was not to be had"
    assert run.connection.execute("select outlet, count(*) from articles where not superseded group by 1").fetchall() == [("kompas", 30)]
    assert run.connection.execute("select count(distinct story_id) from articles").fetchone() == (30,)


@pytest.mark.parametrize("outcome", ["failed", "rejected", "gone"])
def test_a_copy_stays_while_its_original_cannot_be_read(run: Run, copy: Visit, make_visit: Callable[..., Visit], outcome: str) -> None:
    record(run.connection, copy)
    record(run.connection, make_visit("7", outcome=outcome, url=ORIGINAL.url))
    assert pages(run.connection)["babe"] == ("stored", "kompas")
    assert exported(run.connection) == ["babe"]


def test_a_copy_that_is_of_no_use_makes_its_original_due(run: Run, copy: Visit, make_visit: Callable[..., Visit]) -> None:
    excerpt = make_visit("70", outlet="babe", outcome="rejected", reason="an excerpt", original=ORIGINAL, url=copy.url)
    assert record(run.connection, excerpt) == ("rejected", None)
    assert pages(run.connection) == {"babe": ("rejected", "kompas"), "kompas": ("scheduled", None)}
    assert exported(run.connection) == []
    record(run.connection, make_visit("7", "Isi asli.", url=ORIGINAL.url))
    assert pages(run.connection) == {"babe": ("rejected", "kompas"), "kompas": ("stored", None)}
    assert run.connection.execute("select aliases from pages where outlet = 'kompas'").fetchone() == ([copy.url],)


def test_a_copy_that_is_off_topic_asks_for_nothing(run: Run, copy: Visit, make_visit: Callable[..., Visit]) -> None:
    record(run.connection, make_visit("70", outlet="babe", band="none", original=ORIGINAL))
    assert pages(run.connection) == {"babe": ("off_topic", None)}


def test_a_copy_of_an_outlet_without_a_spider_is_stored_with_its_source(run: Run, copy: Visit) -> None:
    copy.original = None
    assert copy.article is not None
    copy.article.original_url = "https://lain.example/berita/1"
    record(run.connection, copy)
    assert run.connection.execute("select outlet, original_url from current_articles").fetchall() == [
        ("babe", "https://lain.example/berita/1")
    ]
