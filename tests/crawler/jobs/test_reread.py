"""``scrapy reread``: only what differs is written, it is never the outlet's change, and whoever is killed goes on."""

import io
import os
import re
import shutil
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import Event
from operator import itemgetter
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from rich.console import Console
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler import clock
from crawler.article import Visit
from crawler.exit_codes import ExitCode
from crawler.jobs import reread as job
from crawler.jobs.readers import Readers
from crawler.jobs.reclassify import reclassify
from crawler.jobs.rereader import Rereader
from crawler.outlets import Outlets
from pipelines.database import forgotten, rereading
from pipelines.database.connection import connect
from pipelines.database.locks import outlet_lock
from pipelines.database.visits import record

SAMPLES = Path(__file__).parents[3] / "samples"
OUTLETS = Outlets(["crawler.spiders"])
TABLES = ("pages", "articles", "article_versions", "stories", "near_duplicates", "verdicts", "fingerprints", "shingles", "story_changes")
STORY = {"outlet", "article_id", "url", "aliases", "headline", "body", "dateline", "original_url", "page_count", "noise_removed"}

OTHER_RULES = """
    update articles set body = body || E'\n\nIklan: sepatu ungu murah di toko khayalan.', authors = '{Si Lama}' where page_id = %(text)s;
    update article_versions set body = body || E'\n\nIklan: sepatu ungu murah di toko khayalan.' where page_id = %(text)s;
    update fingerprints set body_sha256 = repeat('0', 64) where page_id = %(text)s;
    update articles set authors = '{Si Lama}' where page_id = %(authors)s;
    update verdicts set rule_version = 'old' where page_id = %(verdict)s;
"""


class World:
    """A recorded day of an outlet in its archive, and a database."""

    def __init__(self, folder: Path, connection: psycopg.Connection, url: str) -> None:
        self.connection, self.url = connection, url
        self.archive = folder / "archive" / "kompas"
        self.archive.mkdir(parents=True)
        shutil.copy(SAMPLES / "kompas.warc.gz", self.archive)
        self.settings: Settings = get_project_settings()
        self.settings.setdict({"DATABASE_URL": url, "DATA_DIR": str(folder), "CLOCK": "2026-11-25T12:00:00+07:00"})
        connection.execute("insert into outlets values ('kompas', 'Kompas', 'https://www.kompas.com/')")

    def reread(self, since: datetime | None = None, code: ExitCode = ExitCode.OK, names: Sequence[str] = ("kompas",), jobs: int = 1) -> str:
        console = Console(width=300, file=io.StringIO())
        assert job.reread(names, OUTLETS, self.settings, console, since, jobs) == code
        file: Any = console.file
        return str(file.getvalue())

    def rows(self, query: str, **values: object) -> list[Any]:
        return self.connection.execute(query.encode(), values).fetchall()

    def snapshot(self) -> dict[str, list[Any]]:
        """Every row with its xmin, which changes whenever the row is written."""
        return {table: self.rows(f"select xmin, * from {table} order by 2, 3") for table in TABLES}

    def contents(self) -> list[Any]:
        return self.rows("select article_id, p.status, headline, body, authors, version_no from pages p left join articles using (page_id)"
                         " order by article_id")  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, connection: psycopg.Connection, database_url: str) -> Any:
    yield World(tmp_path, connection, database_url)
    clock.set_to(None)


def test_what_nobody_has_stored_comes_in_and_a_second_call_writes_nothing(world: World) -> None:
    assert world.reread() == "kompas: 16 pages: 9 with another verdict, 7 came in\n"
    assert world.rows("select status, count(*)::int from pages group by 1 order by 1") == [("off_topic", 9), ("stored", 7)]
    assert world.rows("select count(*)::int from article_versions where reread_at is null") == [(7,)]
    before = world.snapshot()
    assert world.reread() == "kompas: 16 pages: 16 unchanged\n"
    assert world.snapshot() == before
    late = datetime(2026, 11, 20, 13, 0, 0, 1, tzinfo=UTC)
    assert world.reread(late).startswith("kompas: 0 pages")


def test_other_rules_make_versions_that_are_no_change_of_the_outlets(world: World) -> None:
    world.reread()
    first = world.contents()
    stored = [page for (page,) in world.rows("select page_id from articles order by 1")]
    off_topic = [page for (page,) in world.rows("select page_id from pages where status = 'off_topic' order by 1")]
    for statement in OTHER_RULES.split(";\n"):
        world.connection.execute(statement.encode(), {"text": stored[0], "authors": stored[1], "verdict": off_topic[0]})
    world.connection.execute("update pages set status = 'rejected', reason = 'no body', attempts = 3 where page_id = %s", [off_topic[1]])
    world.connection.execute("update pages set status = 'gone', gone_since = now(), reason = 'HTTP 404' where page_id = %s", [stored[0]])
    visited = world.rows("select page_id, fetched_at, attempts, gone_since, archive_file, route, etag from pages order by 1")

    said = world.reread()
    assert said == (
        "kompas: 16 pages: 12 unchanged, 2 with another verdict, 1 with other particulars, such as time or authors, 1 with another text\n"
    )
    assert world.rows("select page_id, version_no, reread_at from article_versions where reread_at is not null") == [
        (stored[0], 2, clock.now())
    ]
    text = [[row[0], *row[2:5]] for row in world.contents()]
    assert text == [[row[0], *row[2:5]] for row in first], "as it was before the other rules"
    assert world.rows("select page_id, fetched_at, attempts, gone_since, archive_file, route, etag from pages order by 1") == visited
    assert world.rows("select status from pages where page_id = any(%(pages)s) order by page_id", pages=[stored[0], off_topic[1]]) in (
        [("gone",), ("off_topic",)], [("off_topic",), ("gone",)]
    )  # fmt: skip
    assert world.rows("select * from article_changes") == world.rows("select * from uncorrected_copies where what <> 'withdrawn'") == []
    assert {reason for (reason,) in world.rows("select reason from story_changes")} <= {"stored", "read again"}
    before = world.snapshot()
    assert world.reread() == "kompas: 16 pages: 16 unchanged\n"
    assert world.snapshot() == before

    world.connection.execute("update article_versions set reread_at = null")
    assert world.rows("select version_no from article_changes") == [(2,)], "the view shows what outlets change"


def test_a_page_whose_newer_answer_is_elsewhere_stays_as_it_is(world: World) -> None:
    world.reread()
    ((page,),) = world.rows("select min(page_id) from articles")
    world.connection.execute("update articles set body = 'Baru.' where page_id = %s", [page])
    elsewhere = "update pages set fetched_at = fetched_at + interval '1 hour', archive_file = %s where page_id = %s"
    world.connection.execute(elsewhere, ["kompas-20261120T140000Z-0badcafe.warc.gz", page])
    run = "insert into crawl_runs (outlet, logical_clock, since, status, finished_at, host, pid) values ('kompas', %s, %s, 'ok', %s, %s, 0)"
    world.connection.execute(run, [*["2026-11-20 14:00+00"] * 3, "hutan"])
    said = world.reread()
    assert "15 unchanged, 1 of which a newer answer is in no archive here" in said
    assert "kompas: 1 pages are in the archive of hutan: not read" in said
    assert world.rows("select body from articles where page_id = %(page)s", page=page) == [("Baru.",)]
    world.connection.execute("update crawl_runs set host = %s", [socket.gethostname()])
    assert "kompas: 1 pages are no longer in the archive" in world.reread()


def test_what_is_forgotten_does_not_come_back(world: World) -> None:
    world.reread()
    ((article_id,),) = world.rows("select min(article_id) from articles join pages using (page_id)")
    world.connection.execute("truncate pages, stories, shingles, rereadings cascade")
    forgotten.remember(world.connection, "kompas", [article_id], None)
    assert world.reread() == "kompas: 16 pages: 9 with another verdict, 6 came in, 1 forgotten\n"
    assert world.rows("select from pages where article_id = %(id)s", id=article_id) == []


def test_of_a_page_off_topic_the_story_alone_is_read(world: World) -> None:
    rereader = Rereader(OUTLETS.load("kompas"), world.settings, OUTLETS.identify)
    pages = rereader.archived().in_order(None)
    visits = [*filter(None, rereader.visits(pages, "reread"))]
    wanted, *in_part = [visit.article_id for visit in visits if not visit.is_on_topic]
    stories = {visit.article_id: visit for visit in rereader.visits(pages, "reread", {wanted}) if visit}
    assert (len(visits), len(in_part)) == (16, 8)
    for visit in visits:
        story = stories[visit.article_id]
        assert (story.verdicts, story.outcome, story.original) == (visit.verdicts, visit.outcome, visit.original)
        if story.article_id not in in_part:
            assert story == visit
            continue
        assert story.article
        assert {name: getattr(story.article, name) for name in STORY} == {name: getattr(visit.article, name) for name in STORY}
        assert (story.article.authors, story.article.tags, story.fingerprint) == ([], [], None)
    (on_topic, *_) = (visit for visit in visits if visit.is_on_topic)
    with pytest.raises(RuntimeError, match="without a fingerprint"):
        record(world.connection, replace(on_topic, fingerprint=None))
    assert world.rows("select from pages") == []


def test_an_article_that_is_off_topic_to_todays_rules_keeps_its_fields(world: World) -> None:
    """As does a page that a person settled: only what is neither stored nor settled is read in part."""
    world.reread()
    stored = [*map(itemgetter(0), world.rows("select article_id from pages where status = 'stored' order by 1"))]
    other = [*map(itemgetter(0), world.rows("select article_id from pages where status = 'off_topic' order by 1"))]
    settle = "update verdicts set settled_band = 'none', settled_by = 'sari', settled_at = now() where page_id = %s"
    world.connection.execute(settle, world.rows("select page_id from pages where article_id = %(id)s", id=other[0])[0])
    assert rereading.with_text(world.connection, "kompas") == {*stored, other[0]}
    authors = world.rows("select article_id, authors, tags from articles join pages using (page_id) order by 1")
    with patch.object(Visit, "is_on_topic", property(lambda _: False)):  # a topic that none of them is of
        world.reread()
    assert world.rows("select article_id, authors, tags from articles join pages using (page_id) order by 1") == authors


def test_a_copy_that_belongs_by_another_topic_steps_back_for_its_original(world: World, tmp_path: Path) -> None:
    for name in ("babe", "republika"):
        (world.archive.parent / name).mkdir()
        shutil.copy(SAMPLES / f"{name}.warc.gz", world.archive.parent / name)
    world.reread(names=("babe", "republika"))
    aliases = "select outlet from pages where status = 'alias' and original_page_id is not null"
    before = world.rows(aliases)
    wide = (SAMPLES.parent / "pipelines" / "topics" / "korea_russia.toml").read_text("utf-8")
    topic = tmp_path / "wide.toml"
    topic.write_text(re.sub(r"(?m)^(about|review) = .*", lambda band: f"{band[1]} = {1.5 if band[1] == 'about' else 0.4}", wide), "utf-8")
    settings = world.settings.copy()
    settings.set("TOPIC", str(topic))
    reclassify(["babe"], OUTLETS, settings, Console(file=io.StringIO()), None, dry_run=False)
    assert len(world.rows(aliases)) > len(before)
    assert (
        world.rows("select url from pages p where status = 'stored' and not exists (select from articles a where a.page_id = p.page_id)")
        == []
    )


def test_a_process_that_reads_may_be_killed(world: World) -> None:
    """One dies, and the other is at work: it is ended, and nobody waits."""
    began = Event()

    def read(*_: object) -> None:
        if began.is_set():
            os.kill(os.getpid(), signal.SIGKILL)
        began.set()
        time.sleep(60)

    with patch.object(job, "AT_ONCE", 3), patch.object(Readers, "read", read):
        assert "a process that reads was killed" in world.reread(code=ExitCode.DEGRADED, jobs=2)
    assert world.reread(jobs=2) == "kompas: 16 pages: 9 with another verdict, 7 came in\n"


@pytest.mark.parametrize("after", [1, 4])
def test_a_call_that_was_killed_goes_on(world: World, after: int) -> None:
    class Killed(BaseException):
        pass

    def dying(write: Callable[..., Any], calls: list[int]) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            calls.append(1)
            if len(calls) > after:
                write(*arguments)
                raise Killed
            return write(*arguments)

        return wrapped

    with patch.object(job, "AT_ONCE", 3):
        with patch.object(rereading, "write_what_differs", dying(rereading.write_what_differs, [])), pytest.raises(Killed):
            world.reread()
        assert world.rows("select count(*)::int from pages") == [(3 * after,)]
        said = world.reread()
    assert f"{3 * after} pages were read by a call that was stopped" in said
    once = world.contents()
    assert world.reread() == "kompas: 16 pages: 16 unchanged\n"
    world.connection.execute("truncate pages, stories, shingles, rereadings cascade")
    world.reread()
    assert world.contents() == once


def test_an_outlet_that_is_being_crawled_is_left_alone(world: World) -> None:
    with connect(world.url) as other, outlet_lock(other, "kompas"):
        assert "outlet:kompas is being worked on by another process: not read again" in world.reread(code=ExitCode.LOCKED)
    assert world.rows("select from pages") == []
