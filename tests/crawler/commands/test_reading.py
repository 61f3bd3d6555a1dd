"""Commands that only read: they change nothing, also where the schema is older, and do as a role that may only read."""

import argparse
from importlib import import_module
from pathlib import Path

import pytest
from psycopg import errors
from scrapy.settings import Settings

from crawler import settings as project
from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import reading
from pipelines.database.connection import connect
from pipelines.database.errors import ConfigurationError
from tests.servers.postgresql import Server

READING = {
    "export": ["articles.jsonl"],
    "overdue": [],
    "prune": [],
    "reclassify": [],
    "runs": [],
    "search": ["korea"],
    "status": [],
    "topic": ["https://kompas.example/1"],
}
OPTIONS = argparse.Namespace(dry_run=True, evaluate=None, json=False, lemmas=False, outlet=[], since=None, stored_since=None, topic=[])


def execute(name: str, url: str, folder: Path) -> ProjectCommand:
    command: ProjectCommand = import_module(f"crawler.commands.{name}").Command()
    command.settings = Settings({"DATABASE_URL": url, "DATA_DIR": str(folder)})
    command.settings.setmodule(project, priority="default")
    arguments = [str(folder / argument) if argument.endswith("jsonl") else argument for argument in READING[name]]
    command.execute(arguments, OPTIONS)
    return command


@pytest.mark.parametrize("name", READING)
def test_nothing_is_migrated(name: str, database_url: str, tmp_path: Path) -> None:
    with connect(database_url) as owner:
        applied = "select name from crawler.schema_migrations where name < '0006'"
        owner.execute("delete from crawler.schema_migrations where name >= '0006'")
        before = owner.execute(applied).fetchall()
        with pytest.raises(ConfigurationError, match=r"older than this version .*scrapy migrate"):
            execute(name, database_url, tmp_path)
        assert owner.execute("select name from crawler.schema_migrations").fetchall() == before
    assert list(tmp_path.iterdir()) == []


def test_the_reader_exports(database_url: str, server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    execute("export", server.reader(database_url), tmp_path)
    assert "database: postgresql://reader@" in caplog.text
    assert (tmp_path / "articles.jsonl").exists()


@pytest.mark.parametrize("name", ["runs", "status"])
def test_what_the_reader_may_not_see_is_said_in_one_line(name: str, database_url: str, server: Server, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="reader may not read that: connect as the database's owner"):
        execute(name, server.reader(database_url), tmp_path)


def test_the_connection_can_write_nothing(database_url: str) -> None:
    settings = Settings({"DATABASE_URL": database_url, "DATA_DIR": "data"})
    with reading(settings) as connection, pytest.raises(errors.ReadOnlySqlTransaction):
        connection.execute("delete from articles")
