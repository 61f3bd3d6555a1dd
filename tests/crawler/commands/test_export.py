"""``scrapy export``: what stands in a file, and when the file that was there stays."""

import argparse
import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet
import pytest
from scrapy.settings import Settings

from crawler import settings as project
from crawler.article import AgencyMention, Visit
from crawler.commands.export import Command, write_file
from pipelines.database import parquet
from pipelines.database.errors import ConfigurationError
from pipelines.database.export import COLUMNS
from pipelines.database.visits import record

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def export(connection: psycopg.Connection, database_url: str, tmp_path: Path, make_visit: Callable[..., Visit]) -> Callable[..., Path]:
    """Exports two articles to a file, or fewer."""
    connection.execute("insert into outlets values ('kompas', '', '')")
    for number in range(2):
        at = NOW + timedelta(days=number)
        visit = make_visit(str(number), 'Isi "berkutip"; é\n\nLagi.', published_at=at, fetched_at=NOW + timedelta(days=9 - number))
        assert visit.article
        visit.article.tags = ["a; b", "c"]
        visit.article.agencies = [AgencyMention("KCNA", "text")]
        record(connection, visit)

    def run(name: str, **options: Any) -> Path:
        command = Command()
        command.settings = Settings({"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path / "data")})
        command.settings.setmodule(project, priority="default")
        given = {"since": None, "stored_since": None, "outlet": [], "topic": []} | options
        command.execute([str(tmp_path / name)], argparse.Namespace(**given))
        return tmp_path / name

    return run


def test_the_formats_hold_the_same_and_parquet_has_types(export: Callable[..., Path]) -> None:
    lines = [json.loads(line) for line in export("a.jsonl").read_text("utf-8").splitlines()]
    with export("a.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    typed = pyarrow.parquet.read_table(export("it's.parquet"))
    rows = typed.to_pylist()
    assert tuple(typed.column_names) == tuple(lines[0]) == tuple(table[0]) == COLUMNS == tuple(parquet.TYPES)
    for line, cells, row in zip(lines, table, rows, strict=True):
        for name, kind in parquet.TYPES.items():
            if kind == "timestamptz" and line[name]:
                assert row[name] == datetime.fromisoformat(line[name])
            else:
                assert row[name] == line[name]
            if kind == "varchar":
                assert cells[name] == (line[name] or "")
    kinds = {field.name: str(field.type) for field in typed.schema}
    assert kinds["published_at"] == "timestamp[us, tz=UTC]"
    assert (kinds["score"], kinds["story_id"], kinds["version_no"]) == ("double", "int64", "int32")
    assert kinds["tags"].startswith("list<")
    assert rows[0]["agency_mentions"] == [{"agency": "KCNA", "role": "text"}]
    assert rows[0]["tags"] == ["a; b", "c"]


def test_without_articles_a_file_has_its_columns(export: Callable[..., Path]) -> None:
    table = pyarrow.parquet.read_table(export("a.parquet", since="2030-01-01"))
    assert (table.num_rows, tuple(table.column_names)) == (0, COLUMNS)


def test_since_is_publication_and_stored_since_is_storage(export: Callable[..., Path], connection: psycopg.Connection) -> None:
    def ids(**options: str) -> list[str]:
        return [json.loads(line)["article_id"] for line in export("a.jsonl", **options).read_text("utf-8").splitlines()]

    assert ids() == ["0", "1"]
    assert ids(since="2026-03-03") == ["1"]
    assert ids(stored_since="2026-03-11") == ["0"]
    assert ids(since="2026-03-03", stored_since="2026-03-11") == []
    settled = "update verdicts set (settled_band, settled_by, settled_at) = ('about', 'a', %s) where page_id = %s"
    (pages,) = connection.execute("select array_agg(page_id order by article_id) from pages").fetchone() or ([],)
    connection.execute(settled, [NOW + timedelta(days=20), pages[1]])
    connection.execute("update pages set gone_since = %s where page_id = %s", [NOW + timedelta(days=21), pages[0]])
    assert ids(stored_since="2026-03-21") == ["0", "1"], "settled, or taken down"
    assert ids(stored_since="2026-03-23") == ["0"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet"])
@pytest.mark.parametrize(
    ("options", "said"),
    [({"outlet": ["nosuch"]}, "there is no outlet nosuch"), ({"topic": ["nosuch"]}, "there is no topic nosuch")],
)
def test_an_unknown_name_leaves_the_old_file(export: Callable[..., Path], tmp_path: Path, name: str, options: Any, said: str) -> None:
    (tmp_path / name).write_text("old")
    with pytest.raises(ConfigurationError, match=said):
        export(name, **options)
    assert (tmp_path / name).read_text() == "old"


def test_an_outlet_that_was_never_crawled_has_no_articles(export: Callable[..., Path]) -> None:
    assert export("a.jsonl", outlet=["detik"]).read_text() == ""


def test_a_full_disk_is_said_in_one_line(
    export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def write(articles: Iterator[Any], *_: Any) -> int:
        next(articles)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crawler.commands.export.write", write)
    with pytest.raises(ConfigurationError, match="No space left on device"):
        export("a.jsonl")
    assert caplog.messages == [], "the stream ends before its connection"


@pytest.mark.parametrize("name", ["folder.parquet", "nowhere/a.parquet", "nowhere/a.csv"])
def test_where_nothing_can_be_written_is_said(export: Callable[..., Path], tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(ConfigurationError, match="cannot write"):
        export(name)
    assert {path.name for path in tmp_path.iterdir()} == {"folder.parquet", "data"}


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_what_is_not_whole_is_not_there(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        yield dict.fromkeys(COLUMNS)
        raise OSError(28, "No space left on device")

    path = tmp_path / f"a{suffix}"
    path.write_text("old")
    with pytest.raises(OSError, match="No space"):
        write_file(broken(), COLUMNS, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_parquet_that_cannot_be_made_is_an_error_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"score": "banyak"}\n')
    with pytest.raises(OSError, match="banyak"):
        parquet.write(tmp_path / "a.jsonl", tmp_path / "a.parquet")
