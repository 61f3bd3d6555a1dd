"""``scrapy import-warc``: of anybody's WARC files our outlets' pages come in as by a crawl, marked, and nothing else does."""

import gzip
import io
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rich.console import Console
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler import clock
from crawler.exit_codes import ExitCode
from crawler.extensions import records
from crawler.extensions.warc import members
from crawler.jobs.importing import import_warc
from crawler.jobs.keeping import prune_archive
from crawler.jobs.reread import reread
from crawler.outlets import Outlets
from pipelines.database import forgotten
from pipelines.database.connection import connect
from pipelines.database.errors import ConfigurationError
from pipelines.database.locks import outlet_lock
from pipelines.database.visits import record

OUTLETS = Outlets(["crawler.spiders"])
AT = "2026-11-20T05:00:00Z"
URL = "https://nasional.kompas.com/read/2026/11/20/1100000{}/menteri-tiba-di-vladivostok"
SENTENCE = "Menteri Luar Negeri Korea Utara tiba di Vladivostok untuk berunding dengan Rusia soal kereta {}. "
IDS = [OUTLETS.load("kompas").articles.article_id(URL.format(number)) or "" for number in range(10)]


def page(number: int = 1, more: str = "", topic: str = SENTENCE) -> bytes:
    text = "".join(f"<p>{topic.format(f'nomor {number} dan {word}')}</p>" for word in ("satu", "dua", "tiga", "empat", "lima"))
    time = '<meta property="article:published_time" content="2026-11-20T11:00:00+07:00">'
    headline = "Menteri Korea Utara Tiba di Rusia" if topic == SENTENCE else "Harga Cabai Naik"
    return (
        f'<!DOCTYPE html><html><head>{more}{time}<meta property="og:title" content="{headline} {number}"></head>'
        f'<body><article><h1 class="read__title">{headline} {number}</h1><div class="read__content">{text}</div></article></body></html>'
    ).encode()


def entry(url: str, body: bytes, date: str = AT, kind: str = "response", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *(f"{name}: {value}" for name, value in headers.items())]
    content = "\r\n".join([*lines, "", ""]).encode() + body
    warc = [
        "WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", f"WARC-Date: {date}",
        "WARC-Record-ID: <urn:uuid:0>", "Content-Type: application/http; msgtype=response", f"Content-Length: {len(content)}",
    ]  # fmt: skip
    return "\r\n".join([*warc, "", ""]).encode() + content + b"\r\n\r\n"


def chunked(body: bytes) -> bytes:
    parts = [body[at : at + 100] for at in range(0, len(body), 100)]
    return b"".join(b"%x;x=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


class World:
    def __init__(self, folder: Path, connection: psycopg.Connection, url: str) -> None:
        self.folder, self.connection, self.url = folder, connection, url
        self.settings: Settings = get_project_settings()
        self.settings.setdict({"DATABASE_URL": url, "DATA_DIR": str(folder), "CLOCK": "2026-11-25T12:00:00+07:00"})

    def file(self, *entries: bytes, name: str = "CC-NEWS-20261120.warc.gz") -> Path:
        path = self.folder / name
        path.write_bytes(b"".join(map(gzip.compress, entries) if name.endswith("gz") else entries))
        return path

    def take(self, *files: Path, code: ExitCode = ExitCode.OK) -> list[str]:
        return self.said(lambda console: import_warc(files, OUTLETS, self.settings, console), code)

    def reread(self) -> list[str]:
        return self.said(lambda console: reread(["kompas"], OUTLETS, self.settings, console, None, 1), ExitCode.OK)

    def said(self, command: Callable[[Console], ExitCode], code: ExitCode) -> list[str]:
        console = Console(width=300, file=io.StringIO())
        assert command(console) == code
        file: Any = console.file
        return str(file.getvalue()).splitlines()

    def rows(self, query: str) -> Sequence[Any]:
        return self.connection.execute(query.encode()).fetchall()


@pytest.fixture
def world(tmp_path: Path, connection: psycopg.Connection, database_url: str) -> Any:
    yield World(tmp_path, connection, database_url)
    clock.set_to(None)


PLAIN = page(1)
FORMS = [
    entry(URL.format(1), PLAIN),
    entry(f"<{URL.format(1)}>", chunked(PLAIN), **{"Transfer-Encoding": "chunked"}),
    entry(URL.format(1), PLAIN, **{"Transfer-Encoding": "chunked"}),
    entry(URL.format(1), gzip.compress(PLAIN), **{"Content-Encoding": "gzip"}),
    entry(URL.format(1), chunked(gzip.compress(PLAIN)), **{"Content-Encoding": "GZIP", "transfer-encoding": "Chunked"}),
    entry(URL.format(1), zlib.compress(PLAIN), **{"Content-Encoding": "deflate"}),
    entry(URL.format(1), PLAIN, **{"Content-Encoding": "br"}),
    entry(URL.format(1).replace("https", "http") + "?page=all#komentar", PLAIN),
]


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_a_page_is_the_same_however_it_was_written_down(world: World, name: str) -> None:
    found: list[Any] = []
    for form in FORMS:
        said = world.take(world.file(entry("https://example.com/", b"lain"), form, name=name))
        assert said == [f"{name}: 2 records, 1 pages of our outlets", "kompas: 1 pages: 1 came in"]
        found += world.rows("select article_id, url, headline, body, published_at, fetched_at, band from articles"
                            " join pages using (page_id, outlet) join verdicts using (page_id)")  # fmt: skip
        world.connection.execute("truncate pages, stories, shingles, rereadings cascade")
    assert len(found) == len(FORMS)
    assert {*found} == {found[0]}
    assert found[0][:3] == (IDS[1], URL.format(1), "Menteri Korea Utara Tiba di Rusia 1")
    assert found[0][5] == datetime(2026, 11, 20, 5, tzinfo=UTC)


def test_only_what_is_ours_and_of_use_comes_in_and_is_marked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = gzip.compress(entry(URL.format(3), page(3)))
    entries = [
        entry("https://example.com/kompas.com/read/2026/11/20/11000009/x", page(9)),
        entry("https://nasional.kompas.com/tag/rusia", b"<html>"),
        entry(URL.format(1), page(1), status="404 Not Found"),
        entry(URL.format(1), page(1), date="2026-11-19T05:00:00Z"),
        entry(URL.format(1), page(2)),  # later, in an earlier place than a failure
        entry(URL.format(1), b"sibuk", date="2026-11-21T05:00:00Z", status="503 Busy"),
        entry(URL.format(2), b"", kind="revisit"),
        entry(URL.format(4), page(4, topic="Harga cabai di pasar khayalan naik lagi pada hari {} menurut pedagang. ")),
        entry(URL.format(5), page(5, more='<meta name="robots" content="noarchive">')),
    ]
    path = world.file(*entries)
    with path.open("ab") as file:
        file.write(damaged[:60] + b"x" * 40 + damaged[100:] + gzip.compress(entry(URL.format(6), page(6)))[:-30])
        file.write(gzip.compress(entry(URL.format(7), page(7))))
    for engine in ("_by_fastwarc", "_by_warcio") if find_spec("fastwarc") else ("_by_warcio",):
        monkeypatch.setattr(records, "_read", getattr(records, engine))
        first, last = world.take(path)
        assert first.startswith("CC-NEWS-20261120.warc.gz: ")
        assert " 4 pages of our outlets, 1 revisits, which hold no page, " in first
        assert first.endswith(" broken")
        assert last == "kompas: 4 pages: 1 with another verdict, 3 came in"
        rows = world.rows("select article_id, status, route, imported_from, archive_file = imported_from, headline from pages p"
                          " left join articles using (page_id) order by 1")  # fmt: skip
        of = ("import", path.name)
        assert [row[:5] for row in rows] == [
            (IDS[1], "stored", *of, False), (IDS[4], "off_topic", *of, False),
            (IDS[5], "stored", *of, True), (IDS[7], "stored", *of, False),
        ]  # fmt: skip
        assert rows[0][5] == "Menteri Korea Utara Tiba di Rusia 2"
        assert world.rows("select count(*)::int from article_versions where reread_at is null") == [(3,)]
        world.connection.execute("truncate pages, stories, shingles, rereadings cascade")


def test_a_second_import_changes_nothing_and_nothing_newer_is_replaced(world: World, make_visit: Callable[..., Any]) -> None:
    world.connection.execute("insert into outlets values ('kompas', 'Kompas', 'https://www.kompas.com/')")
    for number, at in ((1, datetime(2026, 11, 21, tzinfo=UTC)), (2, datetime(2026, 11, 19, tzinfo=UTC))):
        record(world.connection, make_visit(IDS[number], "Isi lama sekali.", url=URL.format(number), fetched_at=at))
    path = world.file(*(entry(URL.format(number), page(number)) for number in (1, 2, 3)))
    assert world.take(path)[1] == "kompas: 3 pages: 1 with another text, 1 came in, 1 known as of then or later"
    assert world.rows("select version_no, reread_at, archive_file is null from article_versions where version_no > 1") == [(2, None, False)]
    assert world.rows("select body from articles join pages using (page_id) where imported_from is null") == [("Isi lama sekali.",)]
    before = world.rows("select xmin, * from pages order by page_id"), list((world.folder / "archive").rglob("*"))
    assert world.take(path)[1] == "kompas: 3 pages: 3 known as of then or later"
    assert (world.rows("select xmin, * from pages order by page_id"), list((world.folder / "archive").rglob("*"))) == before


def test_what_was_imported_is_kept_read_again_and_pruned_as_what_was_crawled(world: World) -> None:
    world.take(world.file(entry(URL.format(1), gzip.compress(page(1)), **{"Content-Encoding": "gzip"}), entry(URL.format(2), page(2))))
    ((name,),) = world.rows("select distinct archive_file from pages")
    (path,) = (world.folder / "archive" / "kompas").iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == (name, 0o600)
    assert [member.url for member in members(path)] == [None, URL.format(1), URL.format(2)]
    assert world.reread() == ["kompas: 2 pages: 2 unchanged"]
    world.connection.execute("update articles set authors = '{Si Lama}'")
    assert world.reread() == ["kompas: 2 pages: 2 with other particulars, such as time or authors"]
    prune_archive(world.connection, world.folder / "archive", datetime(2027, 1, 1, tzinfo=UTC), OUTLETS)
    assert [each.name for each in path.parent.iterdir()] == ["kompas-2026.warc.gz"]
    assert world.reread() == ["kompas: 2 pages: 2 unchanged"]
    assert world.rows("select distinct imported_from from pages") == [("CC-NEWS-20261120.warc.gz",)]


def test_what_was_archived_before_does_not_come_back_in_place_of_a_newer_answer_that_is_not_archived(world: World) -> None:
    world.take(world.file(entry(URL.format(1), page(1))))
    newer = entry(URL.format(1), page(2, more='<meta name="robots" content="noarchive">'), date="2026-11-21T05:00:00Z")
    assert world.take(world.file(newer, name="newer.warc.gz"))[1] == "kompas: 1 pages: 1 with another text"
    assert world.reread()[0] == "kompas: 1 pages: 1 of which a newer answer is in no archive here"
    assert world.rows("select headline, archive_file from articles join pages using (page_id)") == [
        ("Menteri Korea Utara Tiba di Rusia 2", "newer.warc.gz")
    ]


def test_what_is_forgotten_is_not_read_in(world: World) -> None:
    world.connection.execute("insert into outlets values ('kompas', 'Kompas', 'https://www.kompas.com/')")
    forgotten.remember(world.connection, "kompas", [IDS[1]], None)
    forgotten.remember(world.connection, "kompas", [URL.format(2)], None)
    path = world.file(*(entry(URL.format(number) + "?page=all", page(number)) for number in (1, 2, 3)))
    assert world.take(path)[1] == "kompas: 3 pages: 1 came in, 2 forgotten"
    assert world.rows("select article_id from pages") == [(IDS[3],)]
    (archived,) = (world.folder / "archive" / "kompas").iterdir()
    assert [member.url for member in members(archived)] == [None, URL.format(3) + "?page=all"]


def test_an_outlet_that_is_being_crawled_is_left_alone_and_a_missing_file_is_said(world: World) -> None:
    path = world.file(entry(URL.format(1), page(1)))
    with connect(world.url) as other, outlet_lock(other, "kompas"):
        said = world.take(path, code=ExitCode.LOCKED)
    assert said[1] == "outlet:kompas is being worked on by another process: nothing of CC-NEWS-20261120.warc.gz is imported"
    assert world.rows("select from pages") == []
    with pytest.raises(ConfigurationError, match=r"there is no file nirgends\.warc"):
        world.take(Path("nirgends.warc"))
