"""Migrations: applied once, safe for many at once, nothing left of a killed one; frozen; and everything that is read is commented."""

import hashlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from crawler.article import Change, Visit
from pipelines.database.connection import ConfigurationError, connect
from pipelines.database.migrate import MIGRATIONS, check_current, migrate
from pipelines.database.visits import record
from tests.servers.postgresql import Server

ROOT = Path(__file__).parents[3]
NAMES = sorted(path.name.split(".")[0] for path in MIGRATIONS.glob("*.sql"))
MIGRATE = (
    "import sys; from pathlib import Path; from pipelines.database.migrate import migrate; print(*migrate(sys.argv[1], Path(sys.argv[2])))"
)
# A migration that has landed is never changed: write the next one.
FROZEN = {
    "0001-pages-and-articles.sql": "6b368dfd2824f4c51bb3aff9523ba4e3ff5165411d4d056f48376e4e56321340",
    "0002-runs.sql": "dc0fde144c665d2711b9a38c5e183da2b2f31bd621f8f3e299000031ff55fcce",
    "0003-views.sql": "402c96b9efcd5e2696bf0c8cddea4aa06600406ce055eef7df26b68c4980b4ab",
    "0004-stories.sql": "c4b5ce6e083fc2f59ad26ed9f9ae2cbfbed41228cdcd3c772dfe617cf39a01e4",
    "0005-unattended.sql": "db32a230e4a6bdf9a34d22c1739d3414ea07a0a46ea55f5e6536485daa491924",
    "0006-readers.sql": "e5e6b0974840f69dcd4e279e966a15dc0d60afd1dcf8fcc5cc97b84607eaa7c2",
    "0007-agencies.sql": "4f85c66d8c0a8eac339a914919bdbdcfff796e67f25203c371e71728365cc234",
    "0008-forgotten.sql": "a508b5b8cd1b1ae3961b7109d64cb857eb5112098a84f4bc5f279d973945f655",
    "0009-copies.sql": "e67cb1444ca012eb7071d3504ac21fde4581bc559789e4935fccbff0754ef738",
    "0010-browser.sql": "9141ba0deeb20b523a3a8fdb5c824819db190fa62f3f8a2db2060fe429d95c68",
    "0011-analysts.sql": "f1e9fb668122c8155564a61b96058585bc875be3ce4f7eb0698de6417e095d13",
    "0012-search.sql": "a0bcdbda572e42e90c26cda658c8faf672e428a6d690897260e77c5cea7e4418",
    "0013-search-existing.batch.sql": "40c05f48d2e4366858f09e36a8e07d88e38a5c90120e2d7b5c5c09c815db93e0",
    "0014-proven.sql": "6c312b904f49e1a0c0638c4fa98b23245ba83bcbc500f46bff897851f0f0bfa2",
    "0015-reports.sql": "c21729b2c6a53b36ac35719313008a332d1b4b51b2bb385f353be35a08bc1cfd",
    "0016-reread.sql": "6e6afb1a28d5bab7d5a2f63130e4f3cc307299d9eb2ce7efd3c58b7654289894",
    "0017-search-again.sql": "697fe3fca7d5cb05e2012338369092c393960e587da3d97f789a1251f67959bd",
    "0018-search-again.batch.sql": "93e5b12da21e971792782b1bff2e5df4ed53018a075729e8fbc479fa4be599d3",
    "0019-search-faster.sql": "2edbf338a1072b78057299420dc7070b10486b3d86ec4a943e7a70487f165e45",
    "0020-search-lookup.sql": "da417f2d7326135826abea93d5713a1bc07c1ec86858d0cbb365889c81bacdd0",
    "0021-search-memory.sql": "9d9aaf39206a81a648e39c4a0bd1d1b2a5234ca30007d7fa1ae4de38898679e2",
}
FILLED = Path(__file__).with_name("filled-0003.sql")  # the rows of a small database as migration 0003 left it
TABLES = (
    *("outlets", "stories", "pages", "verdicts", "articles", "article_versions", "fingerprints", "near_duplicates"),
    *("crawl_runs", "crawl_issues", "routes", "coverage_gaps", "backfilled_days"),
)

ASLEEP = "select pid from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid()"


@pytest.fixture
def empty_url(server: Server) -> Iterator[str]:
    yield server.create("empty")
    server.drop("empty")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The migrations, to which a test may add some."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


def start(url: str, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-W", "error", "-c", MIGRATE, url, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def tables(url: str) -> set[str]:
    with connect(url) as connection:
        query = "select table_name from information_schema.tables where table_schema in ('poros', 'crawler')"
        return {name for (name,) in connection.execute(query)}


def counts(connection: psycopg.Connection) -> dict[str, int]:
    found = {}
    for table in TABLES:
        (found[table],) = connection.execute(f"select count(*) from {table}".encode()).fetchone() or (0,)
    return found


def test_migrations_are_numbered_and_applied_once(empty_url: str) -> None:
    assert [name[:4] for name in NAMES] == [f"{number:04}" for number in range(1, len(NAMES) + 1)]
    assert migrate(empty_url) == NAMES
    assert {*TABLES, "current_articles", "current_stories", "open_coverage_gaps"} <= tables(empty_url)
    before = tables(empty_url)
    assert migrate(empty_url) == []
    assert tables(empty_url) == before


def test_migrations_are_frozen() -> None:
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in MIGRATIONS.glob("*.sql")} == FROZEN


def test_twenty_at_once(empty_url: str) -> None:
    processes = [start(empty_url, MIGRATIONS) for _ in range(20)]
    applied = sorted(process.communicate()[0].strip() for process in processes)
    assert [process.returncode for process in processes] == [0] * 20
    assert applied == [""] * 19 + [" ".join(NAMES)]


def wait_for(url: str, condition: str) -> None:
    deadline = time.monotonic() + 60
    with connect(url) as connection:
        while connection.execute(f"select {condition}".encode()).fetchone() != (True,):
            assert time.monotonic() < deadline, condition
            time.sleep(0.02)


def test_a_killed_migration_leaves_nothing_and_runs_again(empty_url: str, folder: Path) -> None:
    migrate(empty_url)
    slow = folder / "0099-slow.sql"
    slow.write_text("create table crawler.half (n int); select pg_sleep(60);", "utf-8")
    process = start(empty_url, folder)
    wait_for(empty_url, f"exists ({ASLEEP})")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with connect(empty_url) as connection:
        connection.execute(f"select pg_terminate_backend(pid, 10000) from ({ASLEEP}) asleep".encode())
    assert "half" not in tables(empty_url)
    slow.write_text("create table crawler.half (n int);", "utf-8")
    assert migrate(empty_url, folder) == ["0099-slow"]
    assert "half" in tables(empty_url)


def test_a_filled_database_is_upgraded_in_batches_and_goes_on_after_a_kill(
    empty_url: str, folder: Path, make_visit: Callable[..., Visit]
) -> None:
    migrate(empty_url)
    (folder / "0098-words.sql").write_text("alter table poros.articles add column words integer;", "utf-8")
    (folder / "0099-fill-words.batch.sql").write_text(
        """
        with batch as (select page_id from poros.articles where words is null order by page_id limit 10),
             pause as materialized (select pg_sleep(0.05))
        update poros.articles set words = cardinality(string_to_array(body, ' ')) from batch, pause where articles.page_id = batch.page_id
        """,
        "utf-8",
    )
    with connect(empty_url) as connection:
        connection.execute("insert into outlets values ('kompas', 'Kompas', 'https://kompas.example/')")
        for number in range(200):
            record(connection, make_visit(str(number), f"Isi berita nomor {number}."))
        before = counts(connection)
        process = start(empty_url, folder)
        wait_for(empty_url, "exists (select from pg_attribute where attrelid = 'poros.articles'::regclass and attname = 'words')")
        wait_for(empty_url, "count(words) >= 10 from poros.articles")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        wait_for(empty_url, f"not exists ({ASLEEP})")
        (filled,) = connection.execute("select count(words) from articles").fetchone() or (0,)
        assert 10 <= filled < 200
        assert migrate(empty_url, folder) == ["0099-fill-words"], "only what is missing"
        assert connection.execute("select count(words), min(words), max(words) from articles").fetchone() == (200, 4, 4)
        assert counts(connection) == before


def test_a_database_with_rows_is_brought_from_the_first_release_to_today(
    empty_url: str, folder: Path, make_visit: Callable[..., Visit]
) -> None:
    for path in folder.glob("*.sql"):
        if path.name[:4] > "0003":
            path.unlink()
    migrate(empty_url, folder)
    with connect(empty_url) as connection:
        connection.execute(FILLED.read_bytes())
        before = counts(connection)
        assert all(before.values()), "the fixture has a row in every table"
        shown = connection.execute("select topic, outlet, headline, copies from current_articles order by page_id, topic").fetchall()
        migrate(empty_url)
        assert counts(connection) == before
        about = "select topic, outlet, headline, copies from current_articles where band = 'about' order by page_id, topic"
        assert connection.execute(about).fetchall() == shown
        assert len(shown) >= 3
        (page,) = connection.execute("select article_id from pages where outlet = 'kompas' and status = 'stored' limit 1").fetchone() or (
            "",
        )
        assert record(connection, make_visit(page, "Teks yang berubah sesudah pembaruan."))[1] is Change.UPDATED


def test_a_database_of_before_the_release_is_refused(empty_url: str) -> None:
    with connect(empty_url) as connection:
        connection.execute("create table public._yoyo_migration (id text); create table public.pages (page_id int)")
    with pytest.raises(ConfigurationError, match=r"before the first release.*DATABASE_URL") as refusal:
        migrate(empty_url)
    assert "\n" not in str(refusal.value)
    assert tables(empty_url) == set()


def test_a_database_of_a_newer_version_is_refused(empty_url: str, folder: Path) -> None:
    (folder / "9999-future.sql").write_text("create table crawler.future (n int)", "utf-8")
    migrate(empty_url, folder)
    with pytest.raises(ConfigurationError, match=r"newer version has changed the database \(9999-future\)"):
        migrate(empty_url)


def test_who_only_reads_is_told_that_the_schema_is_not_this_versions(database_url: str, folder: Path, server: Server) -> None:
    with connect(database_url) as owner, connect(server.reader(database_url)) as reader:
        for connection in (owner, reader):
            check_current(connection)
        (folder / "0099-more.sql").write_text("create table crawler.more ()", "utf-8")
        for connection in (owner, reader):
            with pytest.raises(ConfigurationError, match=r"older than this version \(without 0099-more\): scrapy migrate"):
                check_current(connection, folder)
        migrate(database_url, folder)
        for connection in (owner, reader):
            with pytest.raises(ConfigurationError, match=r"a newer version has changed the database \(0099-more\)"):
                check_current(connection)
        owner.execute("drop view poros.schema_migrations")  # as before there were readers
        check_current(owner, folder)
        with pytest.raises(ConfigurationError, match=r"reader may not read .*, or its schema is older"):
            check_current(reader, folder)


def test_who_only_reads_an_empty_database_is_told_so(empty_url: str) -> None:
    with connect(empty_url) as connection, pytest.raises(ConfigurationError, match="empty is empty: scrapy crawlall fills it"):
        check_current(connection)
    assert tables(empty_url) == set()


@pytest.mark.parametrize("server", ["embedded_server"], indirect=True)  # where a role needs no password
def test_a_role_that_may_not_create_is_told_the_grant(empty_url: str, server: Server) -> None:
    with connect(server.superuser.format("postgres")) as connection:
        connection.execute("create role guest login")
    try:
        with pytest.raises(ConfigurationError, match="GRANT CREATE ON DATABASE empty TO guest"):
            migrate(empty_url.replace("//crawler@", "//guest@"))
    finally:
        with connect(server.superuser.format("postgres")) as connection:
            connection.execute("drop role guest")


def test_whoever_connects_finds_the_views_without_naming_a_schema(empty_url: str) -> None:
    migrate(empty_url)
    with psycopg.connect(empty_url) as plain:
        assert plain.execute("select count(*) from current_articles, crawl_runs").fetchone() == (0,)


def test_everything_is_commented(connection: psycopg.Connection) -> None:
    uncommented = connection.execute(
        """
        select c.relname, a.attname from pg_class c
        left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace in ('poros'::regnamespace, 'crawler'::regnamespace) and c.relkind in ('r', 'v', 'm', 'p')
            and (coalesce(obj_description(c.oid, 'pg_class'), '') = '' or coalesce(col_description(c.oid, a.attnum), '') = '')
        union all
        select nspname, null from pg_namespace
        where nspname in ('poros', 'crawler') and obj_description(oid, 'pg_namespace') is null
        """
    )
    assert uncommented.fetchall() == []


def test_the_schema_refuses_nonsense(connection: psycopg.Connection) -> None:
    connection.execute("insert into outlets values ('kompas', 'Kompas', 'https://kompas.example')")
    page = "insert into pages (outlet, article_id, url, first_seen_at, status) values"
    run = "insert into crawl_runs (outlet, logical_clock, since, host, pid, status) values"
    connection.execute(f"{page} ('kompas', '1', 'u', now(), 'scheduled')".encode())
    verdict = "insert into verdicts select page_id, 't', '1', 1, '{}', '{{}}', now() from pages"
    for statement in (
        f"{page} ('kompas', '2', 'u', now(), 'new')",
        f"{page} ('nobody', '1', 'u', now(), 'scheduled')",
        f"{page} ('kompas', repeat('x', 1001), 'u', now(), 'scheduled')",
        f"{page} ('kompas', '1', 'twice', now(), 'scheduled')",
        verdict.format("perhaps"),
        f"{run} ('kompas', now(), now(), 'h', 1, 'fine')",
        f"{run} ('kompas', now(), now(), 'h', 1, 'ok')",
        "insert into articles (page_id) values (1)",
        "insert into near_duplicates values (2, 1, 'exact', 1, 1, 'x')",
    ):
        with pytest.raises(psycopg.IntegrityError):
            connection.execute(statement.encode())
    connection.execute(verdict.format("none").encode())
    unnamed = """
        select conname from pg_constraint
        where connamespace in ('poros'::regnamespace, 'crawler'::regnamespace) and conname ~ '_(check|fkey|key)[0-9]*$'
    """
    assert connection.execute(unnamed).fetchall() == []
