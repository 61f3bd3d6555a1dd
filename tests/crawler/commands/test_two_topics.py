"""Two topics in one crawl: each page is asked for once and classified by both; a topic that comes later is told from the archive."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crawler.settings import TOPIC as KOREA_RUSSIA
from tests.faults.slow import SLOW

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"
OUTLETS = ("cnbc_indonesia", "katakini", "kompas", "kompas_tv", "republika", "tribunnews")
UKRAINE = """
name = "ukraina_rusia"
version = "1"
lead_sentences = 3
enumeration_threshold = 2
[weights]
headline = 3
lead = 2
body = 0.3
body_most = 1.5
side = 1.5
both_headline = 2.5
both_lead = 2
both_body = 0.75
link = 0.5
both_most = 5
nearby = 0.5
nearby_most = 1
[bands]
about = 5
review = 3
[limits]
sides_never_meet = 2.9
sides_in_neighbouring_sentences_only = 4.9
no_side_in_headline = 4.9
side_named_once = 4.9
genre = 2.9
genre_with_links = 4.9
[prefilter]
phrases = ["kilang minyak"]
[[sides]]
name = "ukraine"
strong = ["(Ukraina|Kyiv|Zelensky)"]
weak = ["Donbas"]
[[sides]]
name = "russia"
strong = ["(Rusia|Moskow|Moskwa|Kremlin|Putin)"]
weak = ["TASS"]
[[exclusion_phrases]]
phrases = ["bahasa Rusia"]
[others]
bloc = []
countries = ["(Korea|Korut|Korsel)", "(China|Cina)"]
[links]
phrases = ["(serang|menyerang)"]
[genre_patterns]
market = ["IHSG"]
"""

Scrapy = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def ukraine(tmp_path: Path) -> str:
    (tmp_path / "ukraine.toml").write_text(UKRAINE, "utf-8")
    return str(tmp_path / "ukraine.toml")


@pytest.fixture
def scrapy(database_url: str, tmp_path: Path) -> Scrapy:
    def run(*arguments: str, topics: tuple[str, ...] = (KOREA_RUSSIA,), code: int = 0) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "CLOCK": "", "TOPIC": ",".join(topics)}
        command = [sys.executable, "-W", "error", "-m", "scrapy", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == code, done.stderr + done.stdout
        return done

    return run


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


VERDICTS = "select outlet, article_id, topic, band, score from verdicts join pages using (page_id) order by 1, 2, 3"
CURRENT = "select topic, outlet, article_id, headline from current_articles order by 1, 2, 3"
REQUESTS = "select outlet, sum(fetched), sum((stats ->> 'downloader/request_count')::int) from crawl_runs group by outlet order by outlet"


def crawl(scrapy: Scrapy, *topics: str) -> None:
    scrapy("crawlall", *OUTLETS, "-s", f"ARCHIVE_REPLAY={SAMPLES}", topics=topics)


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_one_crawl_and_a_topic_that_came_later_give_the_same(scrapy: Scrapy, database_url: str, tmp_path: Path, ukraine: str) -> None:
    both = (KOREA_RUSSIA, ukraine)
    crawl(scrapy, KOREA_RUSSIA)
    requests, first = rows(database_url, REQUESTS), rows(database_url, VERDICTS)
    for outlet in OUTLETS:
        (tmp_path / "archive" / outlet).mkdir(parents=True)
        shutil.copy(SAMPLES / f"{outlet}.warc.gz", tmp_path / "archive" / outlet)
    said = scrapy("reclassify", topics=both).stdout
    later, articles = rows(database_url, VERDICTS), rows(database_url, CURRENT)
    assert [row for row in later if row[2] == "korea_russia"] == first, "the first topic is not disturbed"
    assert {row[2] for row in later} == {"korea_russia", "ukraina_rusia"}
    assert len([row for row in later if row[2] == "ukraina_rusia"]) == len(first)
    bands = {(row[0], row[1], row[2]): row[3] for row in later}
    other = [page for *page, topic in bands if topic == "korea_russia" and bands[*page, topic] != bands[*page, "ukraina_rusia"]]
    assert len(other) >= 30
    kept = [row for row in later if row[2] == "ukraina_rusia" and row[3] in {"about", "review"}]
    assert len(kept) > 3
    assert f"\n{len(kept)} came in\n" in said
    assert {row[0] for row in articles} == {"korea_russia", "ukraina_rusia"}

    with psycopg.connect(database_url) as connection:
        connection.execute("truncate outlets, stories, pages, articles, crawl_runs, crawl_issues cascade")
    crawl(scrapy, *both)
    assert rows(database_url, VERDICTS) == later
    assert rows(database_url, CURRENT) == articles
    assert rows(database_url, REQUESTS) == requests, "no page is asked for twice"


def test_commands_that_show_articles_take_a_topic(scrapy: Scrapy, database_url: str, tmp_path: Path, ukraine: str) -> None:
    both = (KOREA_RUSSIA, ukraine)
    crawl(scrapy, *both)
    counts = dict(rows(database_url, "select topic, count(*) from verdicts where band in ('about', 'review') group by topic"))
    for topic in ("korea_russia", "ukraina_rusia"):
        assert f"{counts[topic]} articles" in scrapy("export", str(tmp_path / "a.jsonl"), "--topic", topic, topics=both).stderr
    assert f"{sum(counts.values())} articles" in scrapy("export", str(tmp_path / "a.jsonl"), topics=both).stderr
    assert "there is no topic peru" in scrapy("export", str(tmp_path / "a.jsonl"), "--topic", "peru", topics=both, code=2).stderr


def test_two_files_with_one_name_are_refused(scrapy: Scrapy) -> None:
    assert "there is a topic korea_russia already" in scrapy("crawl", "kompas", topics=(KOREA_RUSSIA, KOREA_RUSSIA), code=2).stderr
