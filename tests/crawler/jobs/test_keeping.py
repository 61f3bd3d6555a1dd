"""``scrapy prune``: what it keeps for good, and that whoever is killed while he moves it loses nothing and doubles nothing."""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from scrapy import Request
from scrapy.settings import Settings

from crawler import clock
from crawler.article import Visit
from crawler.extensions import warc
from crawler.extensions.archive import WarcReplayer
from crawler.extensions.records import http_of, record_at
from crawler.jobs import keeping
from crawler.jobs.keeping import prune, prune_archive
from crawler.jobs.rereader import Rereader, pages_in
from crawler.outlets import Outlets
from pipelines.database.connection import connect
from pipelines.database.errors import ConfigurationError, LockHeld
from pipelines.database.locks import archive_lock, is_awaited
from pipelines.database.visits import record
from tests.recordings import Recording, replayed

OUTLETS = Outlets(["crawler.spiders"])
STORED, OTHER = (f"https://nasional.kompas.com/read/2026/01/02/0700000{number}/berita" for number in (1, 2))
LIST = "https://indeks.kompas.com/?site=global"
LATER = datetime(2026, 3, 1, tzinfo=UTC)


def article_id(url: str) -> str:
    found = OUTLETS.load("kompas").articles.article_id(url)
    assert found
    return found


def recording(folder: Path, at: datetime, text: str, urls: tuple[str, ...] = (STORED, OTHER, LIST)) -> Recording:
    clock.set_to(at)
    made = Recording(folder)
    for url in urls:
        made.add(url, body=f"{text} {url}".encode())
    return made


@pytest.fixture(autouse=True)
def stopped_clock() -> Any:
    yield
    clock.set_to(None)


@pytest.fixture
def archive(tmp_path: Path, connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> Path:
    """Three recordings: of an article's first text, of its second (by a killed run, under another address), and one of today."""
    connection.execute("insert into outlets values ('kompas', 'Kompas', 'https://www.kompas.com/')")
    first = recording(tmp_path, datetime(2026, 1, 2, tzinfo=UTC), "first").close()
    second = recording(tmp_path, datetime(2026, 1, 3, tzinfo=UTC), "second", (OTHER, f"{STORED}?page=all")).kill()
    recording(tmp_path, LATER, "today").close()
    with second.open("ab") as file:
        file.write(b"\x1f\x8b half a record")
    for path, body in ((first, "Isi berita yang pertama."), (second, "Isi berita yang lain sama sekali.")):
        name = path.name.removesuffix(".open")
        record(connection, make_visit(article_id(STORED), body, url=STORED, archive_file=name))
    off_topic = make_visit(article_id(OTHER), "Bukan urusan kami.", band="none", url=OTHER, archive_file=first.name)
    record(connection, off_topic)
    return tmp_path / "archive"


def files(archive: Path) -> list[str]:
    return sorted(path.name for path in archive.glob("*/*"))


def tidy(archive: Path, connection: psycopg.Connection, **options: bool) -> int:
    return prune_archive(connection, archive, LATER - timedelta(days=30), OUTLETS, **options)


def test_the_pages_of_stored_articles_stay_each_text_under_its_recordings_name(
    archive: Path, connection: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(archive)
    assert tidy(archive, connection, dry_run=True) == 2
    assert files(archive) == before
    assert tidy(archive, connection) == 2
    assert files(archive)[0] == "kompas-2026.warc.gz"
    assert len(files(archive)) == 2, "and the recording of today"
    assert "2 answers of stored articles would be kept in kompas-2026.warc.gz\n" in capsys.readouterr().out
    year = archive / "kompas" / "kompas-2026.warc.gz"
    assert year.stat().st_mode & 0o777 == 0o600
    assert [member.url for member in warc.members(year)] == [None, STORED, None, f"{STORED}?page=all"]

    texts = connection.execute("select archive_file from article_versions order by version_no").fetchall()
    settings = Settings({"DATA_DIR": str(archive.parent), "ARCHIVE_DIR": "archive", "ITEM_PIPELINES": {}})
    rereader = Rereader(OUTLETS.load("kompas"), settings, OUTLETS.identify)
    found = {page.recording: page for page in pages_in(year, rereader.spider.articles, set())}
    for (name,), url, text in zip(texts, (STORED, f"{STORED}?page=all"), ("first", "second"), strict=True):
        page = found.pop(name)
        with year.open("rb") as file:
            content = record_at(file, page.places[url, False].start).content()
        assert http_of(content).body == f"{text} {url}".encode()
        visit = rereader.visit(page, "reread")
        assert visit
        assert visit.archive_file == name, "a page that is read again names the same recording as before"
    assert not found
    pages = rereader.archived().latest
    assert (pages[article_id(STORED)].date, pages[article_id(OTHER)].date) == (LATER, LATER), "the latest answer is read"
    assert replayed(archive / "kompas", STORED).startswith(b"today"), "a replay of all finds both"
    assert replayed(year, STORED).startswith(b"first")

    content = year.read_bytes()
    assert tidy(archive, connection) == 0
    assert year.read_bytes() == content


def test_the_next_recordings_of_the_year_are_added(archive: Path, connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    tidy(archive, connection)
    year = archive / "kompas" / "kompas-2026.warc.gz"
    content = year.read_bytes()
    third = recording(archive.parent, datetime(2026, 1, 4, tzinfo=UTC), "third").close()
    record(connection, make_visit(article_id(STORED), "Isi berita untuk kali ketiga.", url=STORED, archive_file=third.name))
    tidy(archive, connection)
    assert year.read_bytes().startswith(content)
    assert WarcReplayer(Settings({"ARCHIVE_REPLAY": str(year)}), third.name).retrieve_response(None, Request(STORED))  # type: ignore[arg-type]


class Killed(BaseException):
    pass


@pytest.mark.parametrize("step", range(10))
def test_a_prune_that_is_killed_loses_nothing_and_doubles_nothing(
    archive: Path, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: int
) -> None:
    whole = shutil.copytree(archive, tmp_path / "whole")
    tidy(whole, connection)
    done = 0

    def dying(work: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            nonlocal done
            done += 1
            if done > step:
                raise Killed  # and whatever would tidy up is dead as well
            return work(*arguments, **named)

        return wrapped

    with monkeypatch.context() as patch:
        for owner, name in ((Path, "unlink"), (Path, "replace"), (os, "fsync"), (warc, "_copy")):
            patch.setattr(owner, name, dying(getattr(owner, name)))
        try:
            tidy(archive, connection)
        except Killed:
            assert done > step
        else:
            assert step >= done, "there are no more steps than these"
    left = [body for path in archive.rglob("*.warc.gz*") if not path.name.startswith(".") for body in bodies(path)]
    assert {f"first {STORED}".encode(), f"second {STORED}?page=all".encode()} <= {*left}
    tidy(archive, connection)
    assert files(archive) == files(whole)
    name = "kompas/kompas-2026.warc.gz"
    assert (archive / name).read_bytes() == (whole / name).read_bytes()


def bodies(path: Path) -> list[bytes]:
    return [member.record.raw_stream.read() for member in warc.members(path) if member.url]


def test_where_the_year_cannot_be_written_the_recordings_stay(
    archive: Path, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(archive)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match="No space left on device; its recordings stay"):
        tidy(archive, connection)
    assert files(archive) == before


def test_nothing_is_put_behind_the_damage_of_a_year(archive: Path, connection: psycopg.Connection) -> None:
    tidy(archive, connection)
    year = archive / "kompas" / "kompas-2026.warc.gz"
    with year.open("ab") as file:
        file.write(b"\x1f\x8b damage")
    content = year.read_bytes()
    third = recording(archive.parent, datetime(2026, 1, 4, tzinfo=UTC), "third").close()
    with pytest.raises(ConfigurationError, match=r"kompas-2026\.warc\.gz: it is damaged after byte \d+; its recordings stay"):
        tidy(archive, connection)
    assert (year.read_bytes(), third.exists()) == (content, True)


@pytest.mark.parametrize(("name", "days"), [("ARCHIVE_DAYS", "0"), ("ARCHIVE_DAYS", 36_501), ("RUN_DAYS", -1), ("RUN_DAYS", 10**12)])
def test_a_number_that_cannot_be_meant_deletes_nothing(archive: Path, database_url: str, name: str, days: object) -> None:
    before = files(archive)
    with pytest.raises(ConfigurationError, match=f"{name} has to be a number of days from 1 to 36500"):
        prune(OUTLETS, settings_of(archive, database_url, {name: days}), dry_run=False)
    assert files(archive) == before


def test_a_clock_that_is_ahead_of_what_outlets_have_shown_deletes_nothing(
    archive: Path, connection: psycopg.Connection, database_url: str
) -> None:
    before = files(archive)
    connection.execute("insert into routes (outlet, route, high_water_mark) values ('kompas', 'feed', %s)", [LATER])
    with pytest.raises(ConfigurationError, match=r"all that outlets have shown.*nothing is deleted"):
        prune(OUTLETS, settings_of(archive, database_url, {"CLOCK": (LATER + timedelta(days=2, minutes=1)).isoformat()}), dry_run=False)
    assert files(archive) == before
    prune(OUTLETS, settings_of(archive, database_url, {"CLOCK": (LATER + timedelta(days=1)).isoformat()}), dry_run=False)
    assert "kompas-2026.warc.gz" in files(archive)


def test_a_clock_that_is_ahead_of_the_databases_deletes_nothing(archive: Path, connection: psycopg.Connection, database_url: str) -> None:
    before = files(archive)
    connection.execute("insert into routes (outlet, route, high_water_mark) values ('kompas', 'feed', now() + interval '1 year')")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with pytest.raises(ConfigurationError, match=r"the database's clock.*nothing is deleted"):
        prune(OUTLETS, settings_of(archive, database_url, {"CLOCK": tomorrow.isoformat()}), dry_run=False)
    assert files(archive) == before


def test_two_hosts_tidy_one_after_the_other(
    archive: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(archive, database_url, {})
    with ThreadPoolExecutor() as pool, connect(database_url) as other:
        with archive_lock(other):
            waiting = pool.submit(prune, OUTLETS, settings, dry_run=False)
            while not is_awaited(other, "the archive"):
                assert not waiting.done()
        waiting.result()
        assert capsys.readouterr().out == "nothing is deleted before a first whole run\n"
        monkeypatch.setattr(keeping, "_PATIENCE", 0)
        with archive_lock(other), pytest.raises(LockHeld):
            prune(OUTLETS, settings, dry_run=False)


def settings_of(archive: Path, url: str, given: dict[str, object]) -> Settings:
    values = {"DATABASE_URL": url, "DATA_DIR": str(archive.parent), "ARCHIVE_DIR": "archive", "ARCHIVE_DAYS": 30, "RUN_DAYS": 400}
    return Settings({**values, "CLOCK": LATER.isoformat(), "ARCHIVE_REPLAY": "", **given})
