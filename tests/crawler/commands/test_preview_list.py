"""`scrapy preview --list`, from the outside: lists in files and of the recorded day."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.commands.test_preview import ROOT, preview

SAMPLES = ("-s", f"ARCHIVE_REPLAY={ROOT / 'samples'}")
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Kabar</title>
<item><title>Kapal Uji &ldquo;Ombak&rdquo; Tiba</title><link>/internasional/d-7900001/kapal-uji</link><description>Ringkasan.</description>
<pubDate>Mon, 23 Nov 2026 07:30:00 +0700</pubDate></item>
<item><title>Panen Jagung</title><link>https://news.detik.com/berita/d-7900002/panen-jagung</link></item>
<item><title>Siaran</title><link>https://20.detik.com/live</link></item>
</channel></rss>"""
SITEMAP = """<urlset xmlns:news="n"><url><loc>https://kabar.example/a</loc><news:news><news:keywords>kapal, laut</news:keywords></news:news>
</url></urlset>"""
INDEX = "<sitemapindex><sitemap><loc>https://kabar.example/1.xml</loc></sitemap></sitemapindex>"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    (tmp_path / "feed.xml").write_text(FEED, "utf-8")
    return tmp_path / "feed.xml"


def rows(*arguments: str | Path, code: int = 0) -> list[dict[str, Any]]:
    ended = preview("--json", *arguments)
    assert (ended.returncode, ended.stderr) == (code, "")
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_each_entry_is_a_row_that_says_whether_a_crawl_would_ask_for_it(feed: Path) -> None:
    kapal, jagung, siaran = rows("--list", "Feed", feed, "--url", "https://news.detik.com/umpan")
    assert kapal == {
        "url": "https://news.detik.com/internasional/d-7900001/kapal-uji",
        "title": "Kapal Uji “Ombak” Tiba",
        "summary": "Ringkasan.",
        "published_at": "2026-11-23T07:30:00+07:00",
        "keywords": [],
        "article_id": "7900001",
        "taken": True,
    }
    assert (jagung["article_id"], jagung["published_at"], jagung["taken"]) == ("7900002", None, True)
    assert (siaran["url"], siaran["article_id"], siaran["taken"]) == ("https://20.detik.com/live", None, False)


def test_people_see_the_articles_alone(feed: Path) -> None:
    told = preview("--list", "Feed", feed, "--url", "https://news.detik.com/umpan").stdout
    assert (
        "taken     2026-11-23 07:30 WIB  Kapal Uji “Ombak” Tiba\n          https://news.detik.com/internasional/d-7900001/kapal-uji\n"
        in told
    )
    assert "Siaran" not in told
    assert told.endswith("3 entries, 2 articles of detik, 2 of them taken; 0 further lists\n")


def test_a_list_of_no_outlet_is_shown_whole(tmp_path: Path) -> None:
    sitemap, index = tmp_path / "sitemap.xml", tmp_path / "index.xml"
    sitemap.write_text(SITEMAP)
    index.write_text(INDEX)
    address = ("--url", "https://kabar.example/sitemap.xml")
    (row,) = rows("--list", "NewsSitemap", sitemap, *address)
    assert (row["url"], row["keywords"], row["taken"]) == ("https://kabar.example/a", ["kapal", "laut"], False)
    assert "https://kabar.example/a" in preview("--list", "NewsSitemap", sitemap, *address).stdout
    assert rows("--list", "NewsSitemap", index, *address) == [{"list": "https://kabar.example/1.xml"}]


def test_what_is_no_list_of_the_kind_says_so(feed: Path) -> None:
    (row,) = rows("--list", "NewsSitemap", feed, "--url", "https://kabar.example/x", code=1)
    assert row["rejected"] == "no list of this kind: not XML of the kind urlset or sitemapindex"


def test_a_list_is_fetched_and_read_as_the_outlets_own_route_would() -> None:
    url = "https://indeks.kompas.com/?site=news&date=2026-11-20&page=1"
    found = rows(*SAMPLES, "--list", "SectionPage", url)
    articles = [row for row in found if row["article_id"]]
    assert {row["taken"] for row in articles} == {True, False}, (
        "of its index by date Kompas takes the world alone, and what may be on topic"
    )
    assert all(row["taken"] for row in articles if "/global/" in row["url"])
    told = preview(*SAMPLES, "--list", "SectionPage", url).stdout
    assert "read as kompas reads its list “date index”" in told
    assert told.count("left out") == sum(not row["taken"] for row in articles)


def test_a_list_that_cannot_be_had() -> None:
    (row,) = rows(*SAMPLES, "--list", "Feed", "https://www.kompas.com/tidak-ada", code=1)
    assert row["rejected"].startswith("cannot be had: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--list", "Feed", "feed.xml"], "a list in a file needs its address"),
        (["--list", "Feed", "--url", "https://kabar.example/", "tidak-ada.xml"], "no such file"),
        (["--list", "Feed", "--generic", "https://www.kompas.com/"], "neither --html nor --generic"),
        (["--list", "Feed", "https://www.kompas.com/", "https://www.kompas.com/x"], "--list takes one list"),
        (["--list", "Umpan", "https://www.kompas.com/"], "invalid choice"),
        (["--list", "Feed", "https://elsewhere.example/rss"], "no address of an outlet"),
    ],
)
def test_wrong_usage_is_one_clear_line(arguments: list[str], said: str) -> None:
    ended = preview(*arguments)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert said in (ended.stderr or ended.stdout).splitlines()[-1]
