"""`scrapy reclassify` and `scrapy topic` from the outside, on the recorded day."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from crawler.settings import TOPIC as TOPIC_FILE
from pipelines.database.connection import connect
from pipelines.database.locks import outlet_lock
from pipelines.topic import Topic
from tests.servers.postgresql import on_one_server

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"
OUTLETS = ("cnbc_indonesia", "kompas", "republika")
VERSION = Topic.load(Path(TOPIC_FILE)).definition.version
OTHER_TOPIC_FILE = ROOT / "tests" / "pipelines" / "other_topic.toml"
CASES = ROOT / "tests" / "pipelines" / "topic_cases.jsonl"

Scrapy = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def scrapy(database_url: str, tmp_path: Path) -> Scrapy:
    def run(*arguments: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "scrapy", *arguments],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "CLOCK": ""},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr + done.stdout
        assert "Traceback" not in done.stderr
        assert "\x1b" not in done.stdout  # plain lines in a log
        return done

    return run


@pytest.fixture
def strict(tmp_path: Path) -> str:
    """The setting for a topic that no story of the recorded day is about."""
    topic = re.sub(r'version = ".*"', 'version = "strict"', Path(TOPIC_FILE).read_text("utf-8"))
    topic = topic.replace("about = 5.0", "about = 50").replace("review = 3.0", "review = 40")
    (tmp_path / "strict.toml").write_text(topic, "utf-8")
    return f"TOPIC={tmp_path / 'strict.toml'}"


def archive(folder: Path) -> None:
    """Put the recorded answers where a crawl would have archived them."""
    for outlet in OUTLETS:
        (folder / "archive" / outlet).mkdir(parents=True)
        shutil.copy(SAMPLES / f"{outlet}.warc.gz", folder / "archive" / outlet)


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query.encode()).fetchall()


def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    tables = ("pages", "articles", "article_versions", "near_duplicates", "stories", "crawl_runs")
    verdicts = rows(url, "select page_id, topic, rule_version, score, band, evidence from verdicts order by page_id, topic")
    return {table: rows(url, f"select * from {table} order by 1, 2") for table in tables} | {"verdicts": verdicts}


def filed(url: str) -> Any:
    """What analysts see, without the numbers that depend on the order of arrival."""
    query = """
        select * from pages left join articles using (page_id, outlet) left join fingerprints using (page_id)
            left join (select page_id, topic, rule_version, score, band, evidence from verdicts) verdict using (page_id)
        order by outlet, article_id
    """
    pages = rows(url, query)
    name = {page["page_id"]: (page["outlet"], page["article_id"]) for page in pages}
    stories: dict[int, set[Any]] = defaultdict(set)
    for page in pages:
        stories[page["story_id"]].add(name[page["page_id"]])
        page["story_id"] = page["page_id"] = None
        page["aliases"] = sorted(page["aliases"])
        page["attempts"] = page["route"] = page["first_seen_at"] = None  # two routes list a page: whichever answers first
    versions = [
        {**version, "page_id": name[version["page_id"]]} for version in rows(url, "select * from article_versions order by headline, body")
    ]
    copies = {
        (frozenset((name[each["page_a"]], name[each["page_b"]])), each["kind"], each["containment"])
        for each in rows(url, "select * from near_duplicates")
    }
    return pages, sorted(map(sorted, stories.values())), versions, copies


def documented_query() -> str:
    """The query by which an analyst sees why a story is in, for all stories."""
    text = (ROOT / "docs" / "analysts.md").read_text("utf-8")
    return text[text.index("    select headline, band, score, rule_version") :].partition("    where outlet")[0]


def moved(output: str) -> tuple[int, int]:
    """How many came in and went out."""
    counts = re.findall(r"^(\d+) (?:would have )?(?:come|came|gone|went) (?:in|out)$", output, re.MULTILINE)
    assert len(counts) == 2, output
    return int(counts[0]), int(counts[1])


def test_stories_come_in_whole_and_go_out_without_loss(scrapy: Scrapy, database_url: str, tmp_path: Path, strict: str) -> None:
    archive(tmp_path)
    scrapy("crawlall", *OUTLETS, "-s", f"ARCHIVE_REPLAY={SAMPLES}", "-s", strict)
    missed = everything(database_url)
    assert missed["articles"] == []

    dry = scrapy("reclassify", "--dry-run")
    assert everything(database_url) == missed
    came_in, went_out = moved(dry.stdout)
    assert came_in > 10
    assert went_out == 0

    real = scrapy("reclassify")
    assert moved(real.stdout) == (came_in, 0)
    assert re.search(r"^kompas: \d+ pages: \d+ with another verdict, \d+ came in$", real.stdout, re.MULTILINE)
    assert re.search(r"^  kompas  \w+ [\d.]+ → about [\d.]+  .*Rusia.*  https://", real.stdout, re.MULTILINE)
    again = everything(database_url)
    assert len(again["articles"]) == came_in
    assert again["verdicts"]
    assert all(verdict["rule_version"] != "strict" for verdict in again["verdicts"])
    assert moved(scrapy("reclassify").stdout) == (0, 0)
    assert everything(database_url) == again
    reclassified = filed(database_url)
    explain_lines = rows(database_url, documented_query())
    assert len(explain_lines) == came_in
    assert all(row["score"] == float(row["score_again"]) and row["sentences_with_both"] for row in explain_lines)
    exported = scrapy("export", str(tmp_path / "a.jsonl"))
    assert f"{came_in} articles" in exported.stderr

    assert moved(scrapy("reclassify", "-s", strict).stdout) == (0, came_in)
    out = everything(database_url)
    assert [row for table in ("articles", "article_versions", "near_duplicates") for row in out[table]] == [
        row for table in ("articles", "article_versions", "near_duplicates") for row in again[table]
    ]
    assert {page["status"] for page in out["pages"] if page["status"] != "rejected"} == {"off_topic"}
    assert "0 articles" in scrapy("export", str(tmp_path / "b.jsonl")).stderr

    assert moved(scrapy("reclassify").stdout) == (came_in, 0)  # by their stored text now
    assert everything(database_url) == again

    with psycopg.connect(database_url) as connection:  # the same day, judged by that topic at once
        connection.execute(
            "truncate outlets, stories, pages, articles, article_versions, near_duplicates, crawl_runs, crawl_issues cascade"
        )
    scrapy("crawlall", *OUTLETS, "-s", f"ARCHIVE_REPLAY={SAMPLES}")
    assert filed(database_url) == reclassified


@on_one_server
def test_what_is_not_in_the_archive_is_counted_and_said(scrapy: Scrapy, database_url: str, tmp_path: Path, strict: str) -> None:
    archive(tmp_path)
    scrapy("crawlall", "kompas", "republika", "-s", f"ARCHIVE_REPLAY={SAMPLES}", "-s", strict)
    (tmp_path / "archive" / "kompas" / "kompas.warc.gz").unlink()
    done = scrapy("reclassify")
    pages = len(rows(database_url, "select from pages where outlet = 'kompas' and status = 'off_topic'"))
    assert f"kompas: {pages} pages: {pages} not in the archive (any more)" in done.stdout
    assert moved(done.stdout)[0] > 0
    kept = rows(database_url, "select distinct rule_version from verdicts join pages using (page_id) where outlet = 'kompas'")
    assert kept == [{"rule_version": "strict"}]

    with psycopg.connect(database_url) as connection:
        connection.execute("update pages set fetched_at = '2020-01-01' where outlet = 'republika'")
    late = scrapy("reclassify", "--since", "2021-01-01", "-s", strict).stdout
    assert "republika: 0 pages" in late
    assert moved(late) == (0, 0)
    assert "there are no pages of kabar" in scrapy("reclassify", "kabar", code=2).stderr
    assert "--since takes a date" in scrapy("reclassify", "--since", "kemarin", code=2).stderr


def test_an_outlet_that_is_being_crawled_is_left_alone(scrapy: Scrapy, database_url: str, strict: str) -> None:
    scrapy("crawlall", "kompas", "republika", "-s", f"ARCHIVE_REPLAY={SAMPLES}")
    with connect(database_url) as other, outlet_lock(other, "kompas"):
        done = scrapy("reclassify", "-s", strict, code=75)
    assert "outlet:kompas is being worked on by another process: not classified again" in done.stdout
    versions = rows(
        database_url, "select outlet, rule_version from verdicts join pages using (page_id) where band = 'about' or rule_version = 'strict'"
    )
    assert {(row["outlet"], row["rule_version"] == "strict") for row in versions} == {("kompas", False), ("republika", True)}


def test_a_topic_that_changed_without_its_version_is_noticed(scrapy: Scrapy, database_url: str, tmp_path: Path) -> None:
    scrapy("crawlall", "kompas", "-s", f"ARCHIVE_REPLAY={SAMPLES}")
    (tmp_path / "changed.toml").write_text(Path(TOPIC_FILE).read_text("utf-8").replace("headline = 3.0", "headline = 2.0"), "utf-8")
    done = scrapy("reclassify", "--dry-run", "-s", f"TOPIC={tmp_path / 'changed.toml'}")
    assert "articles have another verdict although the version of korea_russia is still" in done.stdout
    assert "although" not in scrapy("reclassify").stdout


def test_a_verdict_is_explained(scrapy: Scrapy, database_url: str, tmp_path: Path, strict: str) -> None:
    story = {
        "title": "Putin Kirim Hadiah untuk Kim Jong Un",
        "text": "Putin mengirim jam.\n\nTuris Rusia\u00a0tak ikut. Kim Jong Un senang.",
    }
    (tmp_path / "a.txt").write_text(f"{story['title']}\n\n{story['text']}\n", "utf-8")
    (tmp_path / "a.json").write_text(json.dumps(story), "utf-8")
    (tmp_path / "a.jsonl").write_text(f"{json.dumps(story)}\n{json.dumps(story)}\n", "utf-8")
    plain = scrapy("topic", str(tmp_path / "a.txt")).stdout
    assert plain.splitlines() == [
        story["title"],
        f"about 10.95  (topic korea_russia, version {VERSION})",
        "korea                           5.30",
        "  headline                      3.00  Kim Jong Un @25",
        "  lead                          2.00  Kim Jong Un @43",
        "  body                          0.30",
        "russia                          5.30",
        "  headline                      3.00  Putin @0",
        "  lead                          2.00  Putin @0",
        "  body                          0.30",
        "the weaker side, weighted       7.95",
        "sentences naming both sides     3.00",
        "  headline @0: Putin Kirim Hadiah untuk Kim Jong Un  [kirim, hadiah]",
        "neighbouring sentences          0.00",
        "not counted: turis Rusia (lead @21)",
        "",
    ]
    assert scrapy("topic", str(tmp_path / "a.json")).stdout == plain
    assert scrapy("topic", str(tmp_path / "a.jsonl")).stdout == plain * 2
    assert json.loads(scrapy("topic", "--json", str(tmp_path / "a.txt")).stdout)["band"] == "about"

    scrapy("crawlall", "kompas", "-s", f"ARCHIVE_REPLAY={SAMPLES}")
    page = rows(database_url, "select * from pages join articles using (page_id) limit 1")[0]
    by_url = scrapy("topic", page["url"]).stdout
    assert by_url.startswith(f"{page['headline']}\nkompas {page['article_id']}, page {page['page_id']}, stored: {page['url']}\nabout ")
    assert scrapy("topic", page["url"] + "?utm_source=x").stdout == scrapy("topic", page["article_id"]).stdout == by_url
    assert by_url in scrapy("topic", str(page["page_id"])).stdout
    assert "by the topic as it is now (version strict): mention" in scrapy("topic", page["url"], "-s", strict).stdout
    off = rows(database_url, "select * from pages where status = 'off_topic' limit 1")[0]
    assert "(off topic: its text is in the archive)" in scrapy("topic", off["url"]).stdout


def test_with_several_topics_each_is_explained_or_one_is_chosen(scrapy: Scrapy, tmp_path: Path) -> None:
    two = ("-s", f"TOPIC={TOPIC_FILE},{OTHER_TOPIC_FILE}")
    (tmp_path / "a.txt").write_text("Turki dan Yunani Berunding\n\nUtusan Turki tiba di Athena.\n", "utf-8")
    explained = scrapy("topic", str(tmp_path / "a.txt"), *two).stdout
    assert "none 0  (topic korea_russia, version" in explained
    assert "about 10.5  (topic turki_yunani, version 7)" in explained
    one = scrapy("topic", "--topic", "turki_yunani", str(tmp_path / "a.txt"), *two).stdout
    assert "korea_russia" not in one
    assert explained.endswith(one)

    assert "choose --topic korea_russia or turki_yunani" in scrapy("topic", "--evaluate", str(CASES), *two, code=2).stderr
    measured = json.loads(scrapy("topic", "--evaluate", str(CASES), "--json", "--topic", "turki_yunani", *two).stdout)
    assert (measured["topic"], measured["rule_version"]) == ("turki_yunani", "7")
    assert "there is no topic x, only korea_russia, turki_yunani" in scrapy("topic", "--topic", "x", "a", *two, code=2).stderr


def test_the_topic_is_measured(scrapy: Scrapy) -> None:
    plain = scrapy("topic", "--evaluate", str(CASES)).stdout
    assert re.search(r"^about or review recall +1\.000 \[0\.97\d-1\.000\] (\d+)/\1", plain, re.MULTILINE)
    assert re.search(r"^naive precision +0\.\d{3} \[", plain, re.MULTILINE)
    assert re.search(r"^off +market +invented +\d+ +0\.000", plain, re.MULTILINE)
    measured = json.loads(scrapy("topic", "--evaluate", str(CASES), "--json").stdout)
    assert measured["cases"] == len(measured["verdicts"]) == len(CASES.read_text("utf-8").splitlines())
    assert measured["all"]["about precision"]["low"] > 0.9
    assert set(measured["by_text_form"]) == {"invented"}
    assert {each["label"] for each in measured["confusion"]} == {"on", "off"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("topic",), "name one file, URL or id"),
        (("topic", "a", "b"), "name one file, URL or id"),
        (("topic", "nirgends"), "nirgends is no file, and no page"),
        (("topic", "--evaluate", "nirgends.jsonl"), "nirgends.jsonl: cannot be read"),
        (("topic", "--evaluate", "scrapy.cfg"), "scrapy.cfg:1: is no case"),
        (("topic", "tests/pages/kompas/ordinary.json"), "is no text, nor JSON with title and text"),
        (("topic", "1", "-s", "TOPIC=scrapy.cfg"), "scrapy.cfg"),
        (("reclassify", "-s", "TOPIC=nirgends.toml"), "nirgends.toml: cannot be read"),
    ],
)
def test_wrong_use_is_one_clear_line(scrapy: Scrapy, arguments: tuple[str, ...], said: str) -> None:
    assert said in scrapy(*arguments, code=2).stderr
