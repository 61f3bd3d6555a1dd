"""``scrapy import-visits``: visits that were read elsewhere come in as by ``import-warc``, without an archive."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet
import pytest

from crawler import clock
from crawler.article import Visit
from crawler.exit_codes import ExitCode
from crawler.jobs import rows
from crawler.jobs.importing import import_visits
from crawler.jobs.warc_reader import WarcReader
from crawler.outlets import Outlets
from pipelines.database import forgotten
from pipelines.database.connection import connect
from pipelines.database.errors import ConfigurationError
from pipelines.database.locks import outlet_lock
from tests.crawler.jobs.test_importing import OUTLETS, URL, World, entry, page

OFF_TOPIC = "Harga cabai di pasar khayalan naik lagi pada hari {} menurut pedagang. "
ARCHIVE_COLUMNS = "{archive_file}"  # import-warc names the recording that it copied the answers into, import-visits the file that was read


@pytest.fixture
def world(tmp_path: Path, connection: psycopg.Connection, database_url: str) -> Iterator[World]:
    yield World(tmp_path, connection, database_url)
    clock.set_to(None)


def read(world: World, *files: Path) -> list[Visit]:
    reader = WarcReader(OUTLETS, world.settings)
    return [visit for path in files for visit in reader.visits_in(reader.find(path)) if visit]


def written(path: Path, visits: Sequence[Visit]) -> Path:
    """A Parquet file of visits, as Spark makes it."""
    kind = arrow_type(f"struct<{rows.schema()}>")
    pyarrow.parquet.write_table(pa.Table.from_pylist([rows.pack(visit) for visit in visits], pa.schema(list(kind))), path)
    return path


def arrow_type(name: str) -> Any:
    if name.startswith("struct<"):
        parts, depth = [""], 0
        for character in name[7:-1]:
            depth += (character == "<") - (character == ">")
            parts = [*parts, ""] if character == "," and not depth else [*parts[:-1], parts[-1] + character]
        return pa.struct([(field, arrow_type(kind)) for field, kind in (part.strip().split(": ", 1) for part in parts)])
    if name.startswith("map<"):
        return pa.map_(pa.string(), arrow_type(name[12:-1]))
    if name.startswith("array<"):
        return pa.list_(arrow_type(name[6:-1]))
    plain = {"string": pa.string(), "bigint": pa.int64(), "double": pa.float64(), "timestamp": pa.timestamp("us", "UTC")}
    return plain[name]


def stored(connection: psycopg.Connection) -> dict[str, list[Any]]:
    """All rows of all tables that an import may write to, but for the archive columns."""
    query = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('poros', 'crawler') order by 1"
    tables = [table for (table,) in connection.execute(query)]
    return {
        table: connection.execute(f"select to_jsonb(t) - '{ARCHIVE_COLUMNS}'::text[] as row from {table} t order by 1".encode()).fetchall()
        for table in tables if not table.endswith(("schema_migrations", "forgotten"))
    }  # fmt: skip


def load(world: World, *paths: Path, code: ExitCode = ExitCode.OK) -> list[str]:
    return world.said(lambda console: import_visits(paths, OUTLETS, world.settings, console), code)


@pytest.fixture
def files(world: World) -> list[Path]:
    first = [
        entry(URL.format(1), page(1)), entry(URL.format(2), page(2)), entry(URL.format(3), page(3, topic=OFF_TOPIC)),
        entry(URL.format(4), b"<html>sebentar lagi</html>"), entry(URL.format(5) + "?page=all", page(5)),
    ]  # fmt: skip
    second = [entry(URL.format(1), page(6), date="2026-11-21T05:00:00Z"), entry(URL.format(2), page(7), date="2026-11-19T05:00:00Z")]
    return [world.file(*first, name="a.warc.gz"), world.file(*second, name="b.warc.gz")]


def test_what_is_loaded_is_what_import_warc_stores(world: World, files: list[Path], server: Any) -> None:
    outlet = "insert into outlets values ('kompas', 'Kompas.com', 'https://www.kompas.com/')"
    url = server.create_migrated("imported")
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for each in (connection, world.connection):
                each.execute(outlet)
                forgotten.remember(each, "kompas", [URL.format(5)], None)
            parquet = written(world.folder / "visits.parquet", read(world, *files))
            said = load(world, parquet)
            other = World(world.folder, connection, url)
            assert other.take(*files)[1::2] == [
                "kompas: 5 pages: 1 with another verdict, 2 came in, 1 no article to today's rules, 1 forgotten",
                "kompas: 2 pages: 1 with another text, 1 known as of then or later",
            ]
            expected = stored(connection)
    finally:
        server.drop("imported")
    (line,) = said
    assert line.startswith("kompas: 7 pages: 1 with another verdict, 1 with another text, 2 came in, 1 no article to today's rules, ")
    assert line.endswith("1 forgotten, 1 known as of then or later")
    found = stored(world.connection)
    assert found == expected
    assert (len(found["crawler.pages"]), len(found["poros.articles"]), len(found["poros.article_versions"])) == (4, 2, 3)
    assert world.rows("select distinct archive_file = imported_from from pages") == [(True,)]
    before = world.rows("select xmin, * from pages order by page_id")
    assert load(world, parquet) == ["kompas: 7 pages: 1 forgotten, 6 known as of then or later"]
    assert (stored(world.connection), world.rows("select xmin, * from pages order by page_id")) == (found, before)


def test_where_the_topics_are_others_than_the_readers_they_count(world: World, files: list[Path]) -> None:
    visits = read(world, files[0])
    for visit in visits:
        for verdict in visit.verdicts.values():
            object.__setattr__(verdict, "rule_version", "older")
    load(world, written(world.folder / "visits.parquet", visits))
    ((version, count),) = world.rows("select rule_version, count(*)::int from verdicts group by 1")
    assert version != "older"
    assert count == 4


def test_what_cannot_be_loaded_is_said(world: World, files: list[Path]) -> None:
    parquet = written(world.folder / "part-00000.parquet", read(world, *files))
    with connect(world.url) as holder, outlet_lock(holder, "kompas"):
        said = load(world, parquet, code=ExitCode.LOCKED)
    assert said == [f"outlet:kompas is being worked on by another process: nothing of {path.name} is imported" for path in files]
    with pytest.raises(ConfigurationError, match="has no _SUCCESS: the job that writes it has not ended"):
        load(world, world.folder)
    with pytest.raises(ConfigurationError, match=r"a\.warc\.gz holds no visits as this version reads them"):
        load(world, files[0])
    other = world.folder / "other.parquet"
    pyarrow.parquet.write_table(pa.table({"outlet": ["kompas"], "colour": ["red"]}), other)
    with pytest.raises(ConfigurationError, match=r"other\.parquet holds no visits as this version reads them"):
        load(world, other)
    assert world.rows("select from pages") == []
    (world.folder / "_SUCCESS").touch()
    other.unlink()
    assert load(world, world.folder)[0].startswith("kompas: 7 pages: ")


def test_a_worker_that_lacks_an_outlet_does_not_go_on_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    outlets = Outlets(["crawler.spiders"])
    outlets.broken["crawler/spiders/kompas.py"] = "a package is missing"
    monkeypatch.setattr(Outlets, "from_settings", lambda _: outlets)
    with pytest.raises(ConfigurationError, match=r"crawler/spiders/kompas\.py cannot be loaded: a package is missing"):
        WarcReader.of_this_process()
