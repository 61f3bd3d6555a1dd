"""Back up and restore, by the commands of docs/operating.md: from one version of PostgreSQL to another every table is the same."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from crawler.article import Visit
from pipelines.database import embedded
from pipelines.database.connection import connect
from pipelines.database.migrate import migrate
from pipelines.database.visits import record
from tests.faults.slow import cases
from tests.servers.postgresql import Server

ROOT = Path(__file__).parents[2]
SECTION = re.search(r"^## Back up and restore\n.*?(?=^## )", (ROOT / "docs" / "operating.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
QUERY = "select count(*), string_agg(headline, ',' order by page_id) from current_articles join pages using (page_id)"


def commands(section: str, program: str) -> str:
    """The block of a section that calls a program, without what a reader has to fill in."""
    blocks = re.findall(r"(?:^    \S.*\n(?:^    .*\n|^\n(?=    ))*)", section, re.MULTILINE)
    (block,) = (block for block in blocks if f" {program} " in block or f"    {program} " in block)
    return re.sub(r"^    ", "", block, flags=re.MULTILINE)


def run(script: str, url: str, folder: Path) -> None:
    programs = f"{embedded.binary('pg_dump').parent}:{ROOT / '.venv' / 'bin'}"
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "DATABASE_URL": url, "DATA_DIR": str(folder / "data")}
    for name in (".venv", "scrapy.cfg", "crawler", "pipelines"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    done = subprocess.run(["sh", "-euxc", script], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def content(url: str) -> dict[str, tuple[object, ...]]:
    """Of every table how many rows it has, and a hash of them; of every view, sequence and comment what it is."""
    found = {}
    with connect(url) as connection:
        query = "select format('%I.%I', table_schema, table_name) from information_schema.tables where table_schema in ('poros', 'crawler')"
        for (name,) in connection.execute(query).fetchall():
            rows = f"select count(*), md5(string_agg(r::text, '' order by r::text collate \"C\")) from {name} r"
            found[name] = connection.execute(rows.encode()).fetchone() or ()
        for what in (
            """select attrelid::regclass::text, attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum)
            from pg_attribute join pg_class on pg_class.oid = attrelid join pg_namespace n on n.oid = relnamespace
            where nspname in ('poros', 'crawler') and attnum > 0 order by 1, attname""",
            "select schemaname, sequencename, last_value from pg_sequences order by 1, 2",
            "select indexname, indexdef from pg_indexes where schemaname in ('poros', 'crawler') order by 1",
        ):
            found[what] = tuple(connection.execute(what.encode()).fetchall())
    return found


@pytest.fixture
def filled(request: pytest.FixtureRequest, make_visit: Callable[..., Visit]) -> Callable[[Server], str]:
    def fill(server: Server) -> str:
        url = server.create_migrated("to_dump")
        request.addfinalizer(lambda: server.drop("to_dump"))
        with connect(url) as connection:
            connection.execute("insert into outlets values ('kompas', 'Kompas', 'https://www.kompas.com/'), ('babe', 'BaBe', '')")
            for number in range(20):
                body = f"Kereta dari Pyongyang tiba di Vladivostok pada hari ke-{number % 7}, kata “juru bicara” – 朝鮮 🚂."
                record(connection, make_visit(str(number), body, outlet="kompas" if number % 3 else "babe"))
            record(connection, make_visit("1", "Teks yang sudah diperbaiki seluruhnya oleh redaksi."))
            record(connection, make_visit("30", outcome="gone"))
            connection.execute("insert into forgotten (outlet, hash) values ('kompas', repeat('0', 64))")
        return url

    return fill


@pytest.mark.parametrize(("old", "new"), cases(("debian_server", "embedded_server"), ("embedded_server", "debian_server")))
def test_a_dump_of_one_version_restored_into_another_is_the_same(
    request: pytest.FixtureRequest, filled: Callable[[Server], str], make_visit: Callable[..., Visit], tmp_path: Path, old: str, new: str
) -> None:
    assert SECTION
    servers = [request.getfixturevalue(name) for name in (old, new)]
    versions = []
    for server in servers:
        with connect(server.url("migrated")) as connection:
            versions.append(connection.info.server_version // 10000)
    assert len({*versions}) == 2, versions
    source = filled(servers[0])
    before = content(source)
    (tmp_path / "data" / "archive" / "kompas").mkdir(parents=True)
    kept = tmp_path / "data" / "archive" / "kompas" / "kompas-2026.warc.gz"
    kept.write_bytes(b"as it was")
    (tmp_path / "data" / "exports").write_text("")
    run(commands(SECTION[0], "pg_dump"), source, tmp_path)
    kept.unlink()

    url = servers[1].create("restored", "template0")
    try:
        run(commands(SECTION[0], "pg_restore"), url, tmp_path)
        assert content(url) == before
        assert kept.read_bytes() == b"as it was"
        with psycopg.connect(source) as connection, psycopg.connect(url) as restored:  # as anybody would, who names no schema
            assert restored.execute(QUERY).fetchone() == connection.execute(QUERY).fetchone()
        with psycopg.connect(servers[1].reader(url)) as reader:
            assert reader.execute("select count(*) from current_articles").fetchone()
        migrate(url)
        with connect(url) as connection:  # and work goes on
            run_again = (
                "insert into crawl_runs (outlet, logical_clock, since, status, host, pid) values ('babe', now(), now(), 'running', '', 1)"
            )
            connection.execute(run_again.encode())
    finally:
        servers[1].drop("restored")


def test_a_database_without_its_search_path_gets_it_back(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"alter database {connection.info.dbname} reset search_path".encode())
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute(QUERY)
    assert migrate(database_url) == []
    with psycopg.connect(database_url) as connection:
        assert connection.execute(QUERY).fetchone() == (0, None)
