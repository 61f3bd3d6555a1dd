"""Migrations: idempotent, safe for many at once, nothing left of a killed one; and everything that analysts read is explain_lines."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pipelines.database import embedded
from pipelines.database.connection import connect
from pipelines.database.migrate import migrate

ROOT = Path(__file__).parents[3]
MIGRATIONS = sorted(path.stem for path in (ROOT / "pipelines" / "database" / "migrations").glob("*.sql"))
MIGRATE = "import sys; from pipelines.database.migrate import migrate; print(*migrate(sys.argv[1]))"


@pytest.fixture
def empty_url(postgres: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    url = embedded.start(postgres, "empty")
    yield url
    with connect(embedded.start(postgres, "postgres")) as connection:
        connection.execute("drop database empty with (force)")


def tables(url: str) -> set[str]:
    with connect(url) as connection:
        return {name for (name,) in connection.execute("select table_name from information_schema.tables where table_schema = 'public'")}


def test_migrations_are_numbered_and_applied_once(empty_url: str) -> None:
    assert [name[:4] for name in MIGRATIONS] == [f"{number:04}" for number in range(1, len(MIGRATIONS) + 1)]
    assert migrate(empty_url) == MIGRATIONS
    assert {"outlets", "pages", "articles", "article_versions", "stories", "near_duplicates", "crawl_runs", "crawl_issues"} <= tables(
        empty_url
    )
    before = tables(empty_url)
    assert migrate(empty_url) == []
    assert tables(empty_url) == before


def test_twenty_at_once(empty_url: str) -> None:
    command = [sys.executable, "-W", "error", "-c", MIGRATE, empty_url]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(20)]
    applied = sorted(process.communicate()[0].strip() for process in processes)
    assert [process.returncode for process in processes] == [0] * 20
    assert applied == [""] * 19 + [" ".join(MIGRATIONS)]


KILLED = """
import os, signal, sys
from yoyo.migrations import Migration
from pipelines.database.migrate import migrate
plain = Migration.process_steps
def process_steps(self, backend, direction, force=False):
    plain(self, backend, direction, force)
    if self.id == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
Migration.process_steps = process_steps
migrate(sys.argv[1])
"""


@pytest.mark.parametrize("name", [MIGRATIONS[0], MIGRATIONS[-1]])
def test_a_killed_migration_leaves_nothing_and_runs_again(empty_url: str, name: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED, empty_url, name], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert migrate(empty_url) == MIGRATIONS
    assert "articles" in tables(empty_url)


def test_everything_is_explained(connection: psycopg.Connection) -> None:
    unexplained = connection.execute(
        """
        select c.relname, a.attname from pg_class c
        left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p') and c.relname not like '\\_yoyo%'
            and (coalesce(obj_description(c.oid, 'pg_class'), '') = '' or coalesce(col_description(c.oid, a.attnum), '') = '')
        """
    )
    assert unexplained.fetchall() == []


def test_the_schema_refuses_nonsense(connection: psycopg.Connection) -> None:
    connection.execute("insert into outlets values ('kompas', 'Kompas', 'https://kompas.example')")
    page = "insert into pages (outlet, article_id, url, first_seen_at, status, band) values"
    run = "insert into crawl_runs (outlet, logical_clock, since, host, pid, status) values"
    for statement in (
        f"{page} ('kompas', '1', 'u', now(), 'new', null)",
        f"{page} ('nobody', '1', 'u', now(), 'due', null)",
        f"{page} ('kompas', '1', 'u', now(), 'due', 'about')",
        f"{run} ('kompas', now(), now(), 'h', 1, 'fine')",
        f"{run} ('kompas', now(), now(), 'h', 1, 'ok')",
        "insert into articles (page_id) values (1)",
        "insert into near_duplicates values (2, 1, 'exact', 1, 1, 'x')",
    ):
        with pytest.raises(psycopg.IntegrityError):
            connection.execute(statement.encode())
