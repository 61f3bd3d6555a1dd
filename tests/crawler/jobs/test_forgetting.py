"""``scrapy forget``: nothing of the text is left, whatever it was in, it does not come back, and nothing else goes with it."""

import csv
import gzip
import io
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet
import pytest
from rich.console import Console
from scrapy.settings import Settings

from crawler import clock
from crawler.article import Original, PageStatus, Visit
from crawler.commands.export import write_file
from crawler.extensions.warc import decoded, members
from crawler.jobs import forgetting
from crawler.jobs.exports import note_export
from crawler.jobs.forgetting import forget
from crawler.jobs.keeping import prune_archive
from crawler.outlets import Outlets
from pipelines.database import embedded, forgotten, stories
from pipelines.database.connection import connect
from pipelines.database.errors import ConfigurationError, LockHeld
from pipelines.database.export import COLUMNS, stream_articles
from pipelines.database.known_pages import PostgresKnownPages
from pipelines.database.locks import outlet_lock
from pipelines.database.runs import Run
from pipelines.database.visits import record
from tests.recordings import Recording

OUTLETS = Outlets(["crawler.spiders"])
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
URL = "https://nasional.kompas.com/read/2026/03/02/08000011/menteri-tiba-di-vladivostok"
OTHER = "https://nasional.kompas.com/read/2026/03/02/09000011/harga-cabai-naik"
SHARE = "https://nasional.kompas.com/read/2026/03/02/08000011/"
FEED = "https://indeks.kompas.com/?site=global"
ID, OTHER_ID = (OUTLETS.load("kompas").articles.article_id(url) or "" for url in (URL, OTHER))
TITLE = 'Menteri "Tiba" di Vladivostok'
AGENCY = "Rombongan itu dijemput dengan kereta hijau di stasiun lama. Mereka lalu makan siang bersama gubernur wilayah pesisir itu. "
OWN = ("Satu kalimat yang hanya ada di sini – tentang Budi & keluarganya.", "Kalimat kedua, kata Budi, juga hanya di sini.")
CHANGED = "Kalimat yang belakangan menggantikan yang kedua itu."
SENTENCES = (TITLE, *OWN, CHANGED, "menteri-tiba-di-vladivostok")
WAYS = (
    "http://nasional.kompas.com/read/2026/03/02/08000011/menteri-tiba-di-vladivostok?page=all#komentar",
    "HTTPS://Nasional.Kompas.com:443/read/2026/03/02/08000011/menteri-tiba-di-vladivostok",
    "nasional.kompas.com/read/2026/03/02/08000011/lain-sekali?utm_source=x",
    f"  {SHARE}\n",
    "https://amp.kompas.com/nasional/read/2026/03/02/08000011/menteri-tiba-di-vladivostok",
)


class World:
    """A database, an archive, logs and exports with a text in all of them, and one more of which nothing may go."""

    def __init__(self, folder: Path, connection: psycopg.Connection, url: str, visit: Callable[..., Visit]) -> None:
        self.folder, self.connection, self.visit, self.url = folder, connection, visit, url
        for outlet in ("kompas", "tribunnews", "babe"):
            connection.execute("insert into outlets values (%s, '', '')", [outlet])
        copy = visit("9", AGENCY, outlet="babe", url="https://babe.example/9", original_url=URL)
        copy.original = Original(outlet="kompas", article_id=ID, url=URL)
        record(connection, copy)  # before its original is read, which it then makes room for
        old = self.recording(NOW - timedelta(days=60), URL, OTHER).close()
        self.store(f"{AGENCY}{OWN[0]} {OWN[1]}", old)
        self.store_other()
        prune_archive(connection, folder / "archive", NOW - timedelta(days=30), OUTLETS)
        new = self.recording(NOW, f"{URL}?page=all", URL, OTHER, FEED).close()
        killed = self.recording(NOW, URL).kill()
        killed.write_bytes(killed.read_bytes()[:-20])
        self.store(f"{AGENCY}{OWN[0]} {CHANGED}", new)
        self.copies()
        self.logs()
        self.exports()
        doctor = folder / "doctor" / "kompas"
        doctor.mkdir(parents=True)
        (doctor / "article.html").write_text(f"<h1>{OWN[0]}</h1>")
        (doctor / "feed.xml").write_text("<rss/>")

    def recording(self, at: datetime, *urls: str) -> Recording:
        clock.set_to(at)
        made = Recording(self.folder)
        for url in urls:
            text = "\n".join((TITLE, *OWN)) if url != OTHER else f"Harga cabai naik. Baca juga: {URL}"
            headers = {"Content-Encoding": "gzip"} if url == FEED else {}
            made.add(url, body=gzip.compress(text.encode()) if headers else text.encode(), headers=headers)
        made.add("https://www.kompas.com/pendek/1", status=301, body=b"", headers={"Location": SHARE})
        made.add("https://www.kompas.com/robots.txt", body=b"User-agent: *\n")
        return made

    def store(self, body: str, recording: Path) -> None:
        aliases = [f"{URL}?page=all", SHARE]
        given = {"headline": TITLE, "url": URL, "aliases": aliases, "archive_file": recording.name}
        record(self.connection, self.visit(ID, body, **given))

    def store_other(self) -> None:
        record(self.connection, self.visit(OTHER_ID, "Harga cabai naik lagi di pasar induk pada hari Senin ini.", url=OTHER))

    def copies(self) -> None:
        first = {"outlet": "tribunnews", "headline": "Kereta hijau", "published_at": NOW}
        record(self.connection, self.visit("t1", AGENCY, url="https://www.tribunnews.com/1", **first))
        run = "insert into crawl_runs (outlet, logical_clock, since, status, finished_at, reason, host, pid) values "
        self.connection.execute(f"{run} ('kompas', now(), now(), 'failed', now(), %s, '', 0)".encode(), [f"DataError: {OWN[0]}"])
        reason = "update pages set reason = %s where outlet = 'kompas' and article_id = %s"
        self.connection.execute(reason, [f"redirected to {URL}", OTHER_ID])

    def logs(self) -> None:
        logs = self.folder / "logs"
        logs.mkdir()
        lines = [
            f"INFO cannot read {WAYS[0]}",
            "INFO ok: 3 new",
            json.dumps({"message": f"{OWN[0]}"}),
            f"DEBUG {TITLE!r}: twice",
            f"{OTHER}",
        ]
        (logs / "kompas-2026-03.log").write_text("\n".join(lines) + "\n")
        (logs / "kompas-2026-02.log.1.gz").write_bytes(gzip.compress(("\n".join(lines)).encode()))

    def exports(self) -> None:
        for name in ("stories.jsonl", "stories.csv", "stories.parquet"):
            note_export(self.folder, self.folder / name)
            write_file(stream_articles(self.connection), COLUMNS, self.folder / name)

    def forget(self, url: str | None = URL, note: str | None = None) -> str:
        said = Console(width=300, file=io.StringIO())
        forget(url, note, OUTLETS, self.settings, said)
        file: Any = said.file
        return str(file.getvalue())

    @property
    def settings(self) -> Settings:
        values = {"DATABASE_URL": self.url, "DATA_DIR": str(self.folder), "ARCHIVE_DIR": "archive", "DOWNLOAD_MAXSIZE": 1 << 20}
        return Settings({**values, "ARCHIVE_REPLAY": ""})

    def dump(self) -> str:
        done = subprocess.run([str(embedded.binary("pg_dump")), self.url], check=True, capture_output=True, text=True)
        return str(done.stdout)

    def found(self) -> dict[str, list[str]]:
        """In which places each of the sentences is still; another article may link to it, as an outlet's pages do."""
        archive = {
            f"{path.name} {member.url}": decoded(member, 1 << 20).decode() + str(member.url)
            for path in (self.folder / "archive").rglob("*.warc.gz*")
            for member in members(path)
            if member.url and not member.url.startswith(OTHER)
        }
        files = {path.name: path for path in self.folder.rglob("*") if path.is_file() and "archive" not in path.parts}
        packed = {name: gzip.decompress(path.read_bytes()).decode() for name, path in files.items() if path.suffix == ".gz"}
        plain = {name: path.read_text(errors="replace") for name, path in files.items() if path.suffix != ".gz"}
        plain |= {name: str(pyarrow.parquet.read_table(path).to_pylist()) for name, path in files.items() if path.suffix == ".parquet"}
        places = {"dump": self.dump(), **archive, **plain, **packed}
        forms = {sentence: {sentence, json.dumps(sentence)[1:-1], sentence.replace('"', '""')} for sentence in SENTENCES}
        return {each: [place for place, text in places.items() if any(form in text for form in forms[each])] for each in SENTENCES}


@pytest.fixture
def world(tmp_path: Path, connection: psycopg.Connection, database_url: str, make_visit: Callable[..., Visit]) -> Iterator[World]:
    yield World(tmp_path, connection, database_url, make_visit)
    clock.set_to(None)


def others(world: World) -> tuple[object, ...]:
    """All there is of the other article."""
    exported = [line for line in (world.folder / "stories.jsonl").read_text().splitlines() if OTHER in line]
    with (world.folder / "stories.csv").open(newline="") as file:
        rows = [row for row in csv.reader(file) if OTHER in row]
    archived = [
        (member.url, decoded(member, 1 << 20))
        for path in sorted((world.folder / "archive").rglob("*.warc.gz"))
        for member in members(path)
        if member.url in {OTHER, "https://www.kompas.com/robots.txt"}
    ]
    stored = world.connection.execute("select headline, body, story_id from articles where outlet <> 'babe' order by page_id").fetchall()
    rows += [row for row in pyarrow.parquet.read_table(world.folder / "stories.parquet").to_pylist() if OTHER in row["url"]]
    return exported, rows, archived, [row for row in stored if row[0] != TITLE]


def test_nothing_is_left_of_a_text_and_nothing_goes_with_it(world: World) -> None:
    before = others(world)
    places = {place for found in world.found().values() for place in found}
    exports, logs = {"stories.jsonl", "stories.csv", "stories.parquet"}, {"kompas-2026-03.log", "kompas-2026-02.log.1.gz"}
    assert {"dump", *exports, *logs, "article.html"} <= places
    archived = {place for place in places if ".warc.gz" in place}
    assert {place.split()[0].partition("T")[0] for place in archived} == {"kompas-2026.warc.gz", "kompas-20260302"}
    assert f"kompas-2026.warc.gz {URL}" in archived
    assert any(FEED in place for place in archived)
    lengths = [path.stat().st_size for path in (world.folder / "logs").glob("*.log")]

    said = world.forget(WAYS[0], note="letter of 2026-03-05")

    assert world.found() == {sentence: [] for sentence in SENTENCES}
    assert not any("pendek/1" in str(member.url) for path in (world.folder / "archive").rglob("*.gz*") for member in members(path))
    assert others(world) == before
    assert "6 lines of logs, 3 lines of exports, 1 pages that the doctor saved" in said
    assert [line.split()[2] for line in said.splitlines()[1:]] == ["babe", "tribunnews"]
    assert [path.stat().st_size for path in (world.folder / "logs").glob("*.log")] == lengths
    assert (world.folder / "logs" / "kompas-2026-03.log").read_text().splitlines()[1::3] == ["INFO ok: 3 new", OTHER]
    assert (world.folder / "doctor" / "kompas" / "feed.xml").exists()
    notes = world.connection.execute("select distinct note from forgotten where note is not null").fetchall()
    assert notes == [("letter of 2026-03-05",)]

    assert world.forget().startswith("forgotten: 0 pages in the database, 0 answers in the archive, 0 lines of logs, 0 lines of exports")


@pytest.mark.parametrize("way", WAYS)
def test_however_its_address_is_written(way: str) -> None:
    outlet, names = forgetting._names(OUTLETS, way)
    assert (outlet, ID in names) == ("kompas", True)


def test_what_is_no_outlets_address_is_refused(world: World) -> None:
    for url in ("https://www.example.org/read/1", "bukan alamat", "http://[", ""):
        with pytest.raises(ConfigurationError, match="is no address"):
            forget(url, None, OUTLETS, world.settings, Console())
    assert world.connection.execute("select from forgotten").rowcount == 0


def test_its_story_goes_on_without_it_and_says_so(world: World) -> None:
    state = "select story_id, copied_from from articles where outlet = %s"
    (story, copied_from) = world.connection.execute(state, ["tribunnews"]).fetchone() or (0, 0)
    (page, same) = world.connection.execute("select page_id, story_id from articles where headline = %s", [TITLE]).fetchone() or (0, 0)
    assert (story, copied_from) == (same, page) or story == same
    world.forget()
    assert world.connection.execute(state, ["tribunnews"]).fetchone() == (story, None)
    change = "select from_story_id, to_story_id, reason, cause_page_id from story_changes where page_id = %s"
    assert world.connection.execute(change, [page]).fetchall() == [(story, None, "forgotten", page)]
    times = "select first_published_at, last_published_at from stories where story_id = %s"
    (first, last) = world.connection.execute(times, [story]).fetchone() or (0, 0)
    dates = "select min(dated_at), max(dated_at) from articles where story_id = %s"
    assert world.connection.execute(dates, [story]).fetchone() == (first, last)
    unpaired = "select from near_duplicates where %(page)s in (page_a, page_b)"
    assert world.connection.execute(unpaired, {"page": page}).rowcount == 0
    assert world.connection.execute("select from shingles where page_id = %s", [page]).rowcount == 0


def test_it_does_not_come_back(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.forget()
    with Run.begin(world.url, "kompas", title="", home="", logical_clock=NOW, since=NOW) as run:
        known = PostgresKnownPages(run)
        assert known.seen([ID, "baru"], NOW) == {ID: (datetime(1995, 1, 1, tzinfo=UTC), False)}, "a crawl does not ask for it"
        assert [each.url for each in known.recrawls(NOW + timedelta(days=400))] == [OTHER]
        spider = OUTLETS.load("kompas")(known=known)
        recording = Recording(world.folder)
        recording.spider.is_forgotten = spider.is_forgotten
        assert "archive_file" not in recording.add(URL), "whatever led to it"
        assert "archive_file" not in recording.add("https://www.kompas.com/pendek/2", 302, b"", {"Location": SHARE})
        assert "archive_file" in recording.add(OTHER)
        assert recording.stats.get_value("poros/archive/kept_out") == 2
        recording.close()
    for visit in (
        world.visit(ID, f"{AGENCY}{OWN[0]}", url=URL, headline=TITLE),  # a crawl, a re-read, an import: all that stores goes this way
        world.visit("other-id", f"{AGENCY}{OWN[0]}", url=URL, headline=TITLE),
        world.visit("other-id", OWN[0], url="https://nasional.kompas.com/new", aliases=[f"{URL}?page=all"]),
        world.visit(ID, outcome="gone", url=URL),
    ):
        assert record(world.connection, visit) == (PageStatus.FORGOTTEN, None)
    copy = world.visit("10", AGENCY, outlet="babe", url="https://babe.example/10", original_url=URL)
    copy.original = Original(outlet="kompas", article_id=ID, url=URL)
    record(world.connection, copy)
    pages = [page_id for (page_id,) in world.connection.execute("select page_id from articles")]
    stories.link_again(world.connection, pages)
    assert world.connection.execute("select from pages where outlet = 'kompas' and article_id = any(%s)", [[ID, "other-id"]]).rowcount == 0


def test_what_an_older_backup_brought_back_is_forgotten_again(world: World) -> None:
    with world.connection.transaction(force_rollback=True):
        forgotten.remember(world.connection, "kompas", [ID], None)
        kept = world.connection.execute("select outlet, hash from forgotten").fetchall()
    world.connection.cursor().executemany("insert into forgotten (outlet, hash) values (%s, %s)", kept)
    assert "1 pages in the database" in world.forget(None)
    assert world.found() == {sentence: [] for sentence in SENTENCES}


def test_whoever_is_killed_makes_the_same_call_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    for owner, name in ((forgetting, "remove"), (forgetting, "scrub_logs"), (forgotten, "delete"), (forgetting, "without")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, die)
            with pytest.raises(Killed):
                world.forget()
    world.forget()
    assert world.found() == {sentence: [] for sentence in SENTENCES}


def test_of_a_run_under_way_the_rest_is_forgotten_when_it_has_ended(world: World) -> None:
    with connect(world.url) as other, outlet_lock(other, "kompas"), pytest.raises(LockHeld, match="kompas is being crawled"):
        world.forget()
    left = {place for found in world.found().values() for place in found}
    assert left
    assert all(".open " in place for place in left), left
    world.forget()
    assert world.found() == {sentence: [] for sentence in SENTENCES}


def test_what_cannot_be_read_of_a_recording_stays_as_it_is(world: World) -> None:
    year = world.folder / "archive" / "kompas" / "kompas-2026.warc.gz"
    with year.open("ab") as file:
        file.write(b"\x1f\x8b damage")
    world.forget()
    assert year.read_bytes().endswith(b"\x1f\x8b damage")
    assert world.found() == {sentence: [] for sentence in SENTENCES}


def test_a_file_that_is_no_export_any_more_is_named(world: World) -> None:
    for name in ("stories.jsonl", "stories.parquet"):
        (world.folder / name).write_text("catatan saya\n")
    said = world.forget()
    for name in ("stories.jsonl", "stories.parquet"):
        assert f"{name} is not as it was exported" in said
        assert (world.folder / name).read_text() == "catatan saya\n"
