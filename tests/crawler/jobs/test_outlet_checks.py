"""How far each outlet is proven: by its declaration, by what scrapy doctor found and wrote down, and in README."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from rich.console import Console
from scrapy.settings import Settings

from crawler import clock
from crawler import settings as project
from crawler.doctor.checks import Diagnosis, Finding, Level
from crawler.doctor.observations import OutletProbe
from crawler.jobs import doctor
from crawler.jobs.startup import answering
from crawler.jobs.tables import outlets_table
from crawler.outlets import Outlets
from pipelines.database.outlet_checks import held, record_held

OUTLETS = Outlets(["crawler.spiders"]).named()
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_the_first_time_and_the_last_are_kept(connection: psycopg.Connection) -> None:
    record_held(connection, ["kompas", "antara"], MONDAY)
    record_held(connection, ["kompas"], MONDAY + timedelta(days=2))
    record_held(connection, ["kompas"], MONDAY + timedelta(days=1))
    assert {name: (row.first_held_at, row.last_held_at) for name, row in held(connection).items()} == {
        "kompas": (MONDAY, MONDAY + timedelta(days=2)),
        "antara": (MONDAY, MONDAY),
    }


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the doctor finds, nobody being asked: all is well but with Tempo."""
    failed = Finding("body", Level.FAILED, "none", "there")

    def diagnosed(seen: OutletProbe, topics: object) -> Diagnosis:
        return Diagnosis(seen, [], [failed] if seen.outlet.name == "tempo" else [Finding("body", Level.HOLDS, expected="there")])

    monkeypatch.setattr(doctor, "AsyncCrawlerProcess", lambda _: None)
    monkeypatch.setattr(doctor, "_probe", lambda *_: None)
    monkeypatch.setattr(doctor, "diagnose", diagnosed)
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return ["antara", "kompas", "tempo"]


def examine(names: list[str], folder: Path, **values: str) -> None:
    settings = Settings()
    settings.setmodule(project)
    settings.setdict({"CONTACT": "mailto:you@example.org", "DATA_DIR": str(folder), **values})
    doctor.examine([each for each in OUTLETS if each.name in names], settings, folder / "doctor", Console(file=StringIO()))


def test_the_doctor_writes_down_what_held(examined: list[str], connection: psycopg.Connection, database_url: str, tmp_path: Path) -> None:
    examine(examined, tmp_path, DATABASE_URL=database_url)
    assert {name: row.last_held_at for name, row in held(connection).items()} == {"antara": MONDAY, "kompas": MONDAY}


def test_a_recording_proves_nothing(examined: list[str], connection: psycopg.Connection, database_url: str, tmp_path: Path) -> None:
    examine(examined, tmp_path, DATABASE_URL=database_url, ARCHIVE_REPLAY="samples")
    assert held(connection) == {}


@pytest.mark.parametrize("url", ["", "postgresql://nobody@127.0.0.1:1/none"])
def test_it_needs_no_database(examined: list[str], url: str, tmp_path: Path) -> None:
    examine(examined, tmp_path, DATABASE_URL=url)
    assert [path.name for path in tmp_path.iterdir()] == ["doctor"]
    with answering(Settings({"DATABASE_URL": url, "DATA_DIR": str(tmp_path)})) as connection:
        assert connection is None


def test_the_list_says_how_far_each_is_proven(connection: psycopg.Connection) -> None:
    record_held(connection, ["antara"], MONDAY)
    console = Console(file=StringIO(), width=160)
    console.print(outlets_table(OUTLETS, held(connection)))
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    lines = {line.split()[0]: line for line in printed.splitlines()}
    assert set(lines) == {"outlet", *(each.name for each in OUTLETS)}
    assert all(each.proven in lines[each.name] for each in OUTLETS)
    assert lines["antara"].count("2026-11-23") == 2
    assert lines["kompas"].count("never seen") == 2
