"""``scrapy search``: what it prints, also of a database that is empty."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler import settings as project
from crawler.article import Visit
from crawler.commands.search import Command
from pipelines.database.connection import connect
from pipelines.database.errors import ConfigurationError
from pipelines.database.visits import record
from tests.servers.postgresql import Server


def execute(url: str, folder: Path, *words: str, **given: Any) -> None:
    command = Command()
    command.settings = Settings({"DATABASE_URL": url, "DATA_DIR": str(folder)})
    command.settings.setmodule(project, priority="default")
    command.execute([*words], argparse.Namespace(**{"since": None, "outlet": None, "topic": None, "lemmas": False} | given))


def test_lemmas_can_be_had_of_an_empty_database(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = server.create("nothing")
    with pytest.raises(ConfigurationError, match="the database nothing is empty"):
        execute(url, tmp_path, "rudal")
    for _ in range(2):
        execute(url, tmp_path, "pengirimannya", "Rudal-rudal", "F-16", "Moskwa", lemmas=True)
    assert capsys.readouterr().out == 2 * "pengirimannya\tkirim\nRudal-rudal\trudal\nF-16\tf+16 f16\nMoskwa\tmoscow moskow moskva moskwa\n"
    server.drop("nothing")


def test_hits_are_printed(
    database_url: str, server: Server, tmp_path: Path, make_visit: Callable[..., Visit], capsys: pytest.CaptureFixture[str]
) -> None:
    with connect(database_url) as connection:
        connection.execute("insert into outlets values ('kompas', 'Kompas', 'https://kompas.example/')")
        record(connection, make_visit("1", "Kapal berlayar.\n\nPelayaran itu aman."))
        record(connection, make_visit("2", "Kapal itu karam."))
    execute(server.reader(database_url), tmp_path, "layar", "-karam", since="2026-03-02", outlet="kompas", topic="korea_russia")
    shown = "2026-03-02 08:00  kompas  1  Judul 1\n    Kapal «berlayar».\n    https://kompas.example/1\n"
    assert capsys.readouterr().out == shown
    execute(database_url, tmp_path, "layar", since="2026-03-03")
    assert capsys.readouterr() == ("", "no article is found\n")
    with pytest.raises(ConfigurationError, match="nosuch"):
        execute(database_url, tmp_path, "layar", outlet="nosuch")
    with pytest.raises(ConfigurationError, match="there is no topic nosuch"):
        execute(database_url, tmp_path, "layar", topic="nosuch")
