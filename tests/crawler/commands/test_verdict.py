"""``scrapy verdict``: what a person says counts, whatever is crawled, classified or linked later, until it is taken back."""

import argparse
import io
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rich.console import Console
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler import clock
from crawler import settings as project
from crawler.article import Change, Original, PageStatus, Visit
from crawler.commands.topic import Command as TopicCommand
from crawler.commands.verdict import Command
from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import load_topics
from pipelines.database import forgotten
from pipelines.database.errors import ConfigurationError
from pipelines.database.verdicts import replace_verdicts
from pipelines.database.visits import record

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
TEXT = "Rusia dan Korea bertemu lagi di kota kecil itu pada hari Senin."
Verdict = Callable[..., str]


@pytest.fixture
def verdict(connection: psycopg.Connection, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """Calls the command, or `scrapy topic`, and returns what it prints."""
    monkeypatch.setenv("LOGNAME", "sari")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
    connection.execute("insert into outlets values ('kompas', 'Kompas', ''), ('babe', 'Babe', ''), ('tua', 'Tua', '')")

    def run(*arguments: str, command: type[ProjectCommand] = Command, **options: Any) -> str:
        called, said = command(), io.StringIO()
        called.settings = Settings({"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "ARCHIVE_DIR": "archive"})
        called.settings.setmodule(project, priority="default")
        monkeypatch.setattr(called, "console", lambda: Console(file=said, width=200))
        given = {"note": None, "topic": None, "withdraw": False, "json": False, "evaluate": None} | options
        called.execute([*arguments], argparse.Namespace(**given))
        return said.getvalue()

    return run


def shown(connection: psycopg.Connection) -> dict[str, str]:
    """The band of each article in current_articles, by the outlet's id; what the other views show agrees."""
    bands: dict[str, str] = dict(connection.execute("select article_id, band from current_articles").fetchall())
    doubtful = {url.rpartition("/")[2] for (url,) in connection.execute("select url from doubtful")}
    assert doubtful == {name for name, band in bands.items() if band == "review"}
    (about,) = connection.execute("select coalesce(sum(articles), 0) from attention").fetchone() or (0,)
    (told,) = connection.execute("select coalesce(sum(articles), 0) from current_stories").fetchone() or (0,)
    assert about == told == sum(band == "about" for band in bands.values())
    return bands


def rule(connection: psycopg.Connection, article_id: str) -> tuple[object, ...] | None:
    query = "select band, score, rule_version, evidence from verdicts join pages using (page_id) where article_id = %s"
    return connection.execute(query, [article_id]).fetchone()


def test_a_doubtful_case_is_settled_and_given_back(
    verdict: Verdict, connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    for number in ("1", "2"):
        record(connection, make_visit(number, f"{TEXT} {number}", band="review"))
    before = rule(connection, "1")
    assert shown(connection) == {"1": "review", "2": "review"}

    said = verdict("https://kompas.example/1", "about", note="Dua delegasi hadir")
    assert said.splitlines()[0] == "Judul 1"
    assert "topic korea_russia: about, settled by sari, 2026-03-03 10:00 WIB: Dua delegasi hadir; the rule says review 0.9" in said
    assert shown(connection) == {"1": "about", "2": "review"}
    assert rule(connection, "1") == before
    noted = "select settled_by, settled_at, settled_note from current_articles where article_id = '1'"
    assert connection.execute(noted).fetchone() == ("sari", NOW + timedelta(days=1), "Dua delegasi hadir")
    (page_id,) = connection.execute("select page_id from pages where article_id = '2'").fetchone() or (0,)
    verdict(str(page_id), "none")
    assert shown(connection) == {"1": "about"}
    assert "settled by sari" in verdict("https://kompas.example/2", "about")  # another word takes the first one's place
    assert shown(connection) == {"1": "about", "2": "about"}

    said = verdict("https://kompas.example/1", "none", note="[b]belum[/b]")
    assert ": [b]belum[/b]; the rule" in said
    assert "before: about, settled by sari, 2026-03-03 10:00 WIB: Dua delegasi hadir" in said
    assert "no longer settled; the rule says review 0.9" in verdict("https://kompas.example/1", withdraw=True)
    assert shown(connection) == {"1": "review", "2": "about"}
    with pytest.raises(ConfigurationError, match="is not settled"):
        verdict("https://kompas.example/1", withdraw=True)


def test_it_is_shown_beside_the_rules(
    verdict: Verdict, connection: psycopg.Connection, make_visit: Callable[..., Visit], capsys: Any
) -> None:
    visit = make_visit("1", TEXT)
    visit.verdicts = load_topics(Settings({"TOPIC": project.TOPIC})).classify("Judul 1", TEXT)
    record(connection, visit)
    verdict("https://kompas.example/1", "about", note="[b]lihat[/b]")
    lines = verdict("https://kompas.example/1", command=TopicCommand).splitlines()
    assert lines[2] == "about, settled by sari, 2026-03-03 10:00 WIB: [b]lihat[/b]; by the rule:"
    assert lines[3].startswith("review 4.9")
    verdict("https://kompas.example/1", command=TopicCommand, json=True)
    settled = json.loads(capsys.readouterr().out.splitlines()[-1])["settled"]
    assert (settled["band"], settled["by"], settled["note"]) == ("about", "sari", "[b]lihat[/b]")


@pytest.mark.parametrize(("word", "rules"), [("about", "review"), ("about", "none"), ("none", "about")])
def test_it_outlives_what_comes_later(
    verdict: Verdict, connection: psycopg.Connection, make_visit: Callable[..., Visit], word: str, rules: str
) -> None:
    record(connection, make_visit("1", TEXT, band="review"))
    verdict("1", word, note="tetap")
    expected = {"1": "about"} if word == "about" else {}
    at = NOW + timedelta(days=2)
    assert record(connection, make_visit("1", TEXT, band=rules, fetched_at=at))[1] is Change.UNCHANGED
    assert shown(connection) == expected
    assert record(connection, make_visit("1", f"{TEXT} Lalu mereka pulang.", band=rules, fetched_at=at))[1] is Change.UPDATED
    assert shown(connection) == expected
    (status,) = connection.execute("select status from pages").fetchone() or ("",)
    assert status == ("stored" if word == "about" else "off_topic")
    judged = make_visit("1", band=rules).verdicts.values()
    replace_verdicts(connection, 1, judged, at)
    assert shown(connection) == expected
    assert (rule(connection, "1") or ("",))[0] == rules
    for outcome in ("gone", "failed", "rejected", "unchanged"):
        record(connection, make_visit("1", outcome=outcome, fetched_at=at + timedelta(days=2)))
        assert shown(connection) == expected
    verdict("1", withdraw=True)
    assert shown(connection) == ({"1": rules} if rules != "none" else {})


def test_another_text_at_its_address_is_not_settled(
    verdict: Verdict, connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    first = "Menteri itu tiba di ibu kota pada Senin pagi untuk bertemu dengan rekannya dari utara, kata juru bicara kementerian."
    other = "Harga cabai rawit di pasar induk turun lagi pekan ini karena panen raya berlangsung serempak di beberapa daerah penghasil."
    record(connection, make_visit("1", first, band="review", headline="Menteri tiba"))
    verdict("https://kompas.example/1", "about")
    record(connection, make_visit("1", other, band="review", headline="Cabai turun", fetched_at=NOW + timedelta(hours=2)))
    rows = connection.execute("select headline, band, withdrawn from current_articles order by page_id").fetchall()
    assert rows == [("Menteri tiba", "about", True), ("Cabai turun", "review", False)]


def test_what_is_forgotten_is_not_settled_any_more(
    verdict: Verdict, connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    record(connection, make_visit("1", TEXT, band="review"))
    verdict("1", "about", note="rahasia")
    forgotten.remember(connection, "kompas", ["1", "https://kompas.example/1"], None)
    forgotten.delete(connection, forgotten.find(connection, ["kompas"]), [])
    assert connection.execute("select * from verdicts").fetchall() == []
    with pytest.raises(ConfigurationError, match="no page in the database"):
        verdict("1", "about")


def test_an_address_it_also_goes_by_and_a_copy_that_stepped_back(
    verdict: Verdict, connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    copy = make_visit("c", TEXT, outlet="babe", band="review", url="https://babe.example/c")
    copy.original = Original(outlet="kompas", article_id="1", url="https://kompas.example/1")
    record(connection, copy)
    record(connection, make_visit("1", TEXT, band="review", aliases=["https://m.kompas.example/1"]))
    assert "kompas 1, page" in verdict("https://m.kompas.example/1", "about")
    assert "kompas 1, page" in verdict("https://babe.example/c", "about")  # the copy made room for the original
    with pytest.raises(ConfigurationError, match="it is a copy of an article that counts in its place"):
        verdict("c", "about")


def test_a_text_that_was_not_kept_is_read_by_the_next_run(
    verdict: Verdict, connection: psycopg.Connection, make_visit: Callable[..., Visit]
) -> None:
    record(connection, make_visit("1", TEXT, band="none"))
    said = verdict("1", "about")
    assert "its text is neither stored nor in the archive; the outlet's next run asks for it" in said
    assert shown(connection) == {}
    page = "select status, next_crawl_at <= %s from pages"
    assert connection.execute(page, [NOW + timedelta(days=1)]).fetchone() == ("off_topic", True)
    assert record(connection, make_visit("1", TEXT, band="none"))[0] is PageStatus.STORED
    assert shown(connection) == {"1": "about"}
    record(connection, make_visit("2", TEXT, outlet="tua", band="none"))
    assert "no spider knows its outlet" in verdict("2", "about")


def test_a_text_that_was_not_kept_comes_from_the_archive(verdict: Verdict, connection: psycopg.Connection, tmp_path: Path) -> None:
    (tmp_path / "archive" / "kompas").mkdir(parents=True)
    shutil.copy(ROOT / "samples" / "kompas.warc.gz", tmp_path / "archive" / "kompas")
    address, article_id = (
        "https://internasional.kompas.com/read/2026/11/18/042525001/presiden-belarusia-terima-delegasi-dagang-korea-selatan",
        "2026/11/18/042525001",
    )
    page = """
        with page as (
            insert into pages (outlet, article_id, url, status, route, first_seen_at, fetched_at, archive_file)
            values ('kompas', %s, %s, 'off_topic', 'feed', now(), now(), 'kompas.warc.gz') returning page_id
        )
        insert into verdicts select page_id, 'korea_russia', '1', 0, 'none', '{}', now() from page
    """
    connection.execute(page.encode(), [article_id, address])
    said = verdict(address, "about")
    assert "not kept" not in said
    assert "archive" not in said
    assert shown(connection) == {article_id: "about"}


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), {}),
        (("1",), {}),
        (("1", "review"), {}),
        (("1", "about", "none"), {}),
        (("1", "about"), {"withdraw": True}),
        ((), {"withdraw": True}),
    ],
)
def test_wrong_use(verdict: Verdict, arguments: tuple[str, ...], options: Any) -> None:
    with pytest.raises(UsageError, match="name one URL or id"):
        verdict(*arguments, **options)


def test_what_cannot_be_settled_is_said(verdict: Verdict, connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    with pytest.raises(ConfigurationError, match=r"no page in the database has the URL or id https://www.kompas.com/x"):
        verdict("https://www.kompas.com/x", "about")
    record(connection, make_visit("1", outcome="rejected"))
    with pytest.raises(ConfigurationError, match="1 cannot be settled: as the test says"):
        verdict("1", "about")
    for outlet in ("kompas", "tua"):
        record(connection, make_visit("77", TEXT, outlet=outlet))
    with pytest.raises(ConfigurationError, match=r"77 may be https://kompas.example/77 or https://tua.example/77: name one by its URL"):
        verdict("77", "none")
    with pytest.raises(ConfigurationError, match="there is no topic x"):
        verdict("https://kompas.example/77", "none", topic="x")
    connection.execute("update verdicts set topic = 'old'")
    with pytest.raises(ConfigurationError, match="not classified by topic korea_russia yet: scrapy reclassify"):
        verdict("https://kompas.example/77", "none")
