"""F7, F9 to F12, F15, F18, F23 and F24 as whole crawls: what their parts promise elsewhere (test_answers.WHERE) holds together."""

import random
import signal
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.database import embedded
from tests.faults.conftest import Crawler
from tests.faults.press import Press, Story, articles, printing
from tests.faults.slow import SLOW

pytestmark = pytest.mark.skipif(not SLOW, reason="whole crawls: make test-slow")

MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
HTML = {"Content-Type": "text/html"}


def put(press: Press, body: bytes, number: int = 0, status: int = 200, headers: Mapping[str, str] = HTML) -> Story:
    """Have this in the place of the newest article but so many."""
    story = press.stories("kabar")[number]
    press.pages[f"/read/{story.number}"] = (status, body, headers)
    return story


def stored(crawler: Crawler, story: Story, column: str) -> object:
    query = f"select {column} from articles join pages using (page_id, outlet) where article_id = %s"
    rows = crawler.query(query, str(story.number))
    return rows[0][0] if rows else None


def test_f07_any_character_is_stored_or_dropped(crawler: Crawler, press: Press) -> None:
    odd = ["\0", "&#0;", "&#xD800;", "\ufffe", "\u202e", "\u200b", "\ufeff", "&#x1F600;", "a\u0301" * 500, "x" * (3 << 20)]
    stories = [
        put(press, press.stories("kabar")[number].page().replace("Pemerintah", f"Pemerintah {text} negeri", 1).encode(), number)
        for number, text in enumerate(odd)
    ]
    assert crawler("crawl", "kabar").returncode == 0
    bodies = [str(stored(crawler, story, "body")) for story in stories]
    assert all("negeri Korea Utara dan Rusia soal" in body for body in bodies[:-1])
    assert not any(set("\0\ufffe\u202e\u200b\ufeff\ud800") & set(body) for body in bodies)
    assert len(bodies[-1]) <= 200_000


@pytest.mark.parametrize(
    ("header", "meta", "encoding"),
    [("utf-8", "", "cp1252"), ("iso-8859-1", "utf-8", "utf-8"), ("", "utf-8", "cp1252"), ("utf-8", "", "utf-16"), ("", "", "utf-8")],
)
def test_f09_mislabelled_bytes_are_read_for_what_they_are(crawler: Crawler, press: Press, header: str, meta: str, encoding: str) -> None:
    story = press.stories("kabar")[0]
    page = (
        story.page()
        .replace(story.title, "Résumé Korea Utara–Rusia: “Perjanjian” Baru")
        .replace("<title>", f"<meta charset='{meta}'><title>")
    )
    put(press, page.encode(encoding), headers={"Content-Type": f"text/html; charset={header}" if header else "text/html"})
    assert crawler("crawl", "kabar").returncode == 0
    assert stored(crawler, story, "headline") == "Résumé Korea Utara–Rusia: “Perjanjian” Baru"


def test_f10_what_stands_in_the_place_of_an_article_is_rejected_with_its_reason(crawler: Crawler, press: Press) -> None:
    bad = [
        "<h1>Halaman tidak ditemukan</h1><p>Maaf, halaman yang Anda cari tidak ditemukan.</p>",
        "<h1>Attention Required! | Cloudflare</h1><p>Checking your browser before accessing the site.</p>",
        "<h1>Masuk</h1><form>Masuk untuk membaca <input type=password></form>",
        "<div id=app></div>",
        "",
    ]
    stories = [put(press, f"<html><head><title>x</title></head><body>{body}</body></html>".encode(), at) for at, body in enumerate(bad)]
    crawler("crawl", "kabar")
    rejected = dict(crawler.query("select article_id, coalesce(reason, '') from pages where status = 'rejected'"))
    assert rejected.keys() == {str(story.number) for story in stories}
    assert all(rejected.values())


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:{}/read/1", "http://[::1]:{}/", "file:///etc/passwd", "http://kabar.example@127.0.0.1:{}/"]
)
def test_f11_a_redirect_leads_no_one_astray(crawler: Crawler, press: Press, to: str) -> None:
    honeypot = Press()
    with printing(honeypot):
        story = put(press, b"", status=302, headers={"Location": to.format(honeypot.port)})
        crawler("crawl", "kabar")
    assert honeypot.requests == []
    assert stored(crawler, story, "headline") is None
    assert len(crawler.stored()) > 20


def test_f12_a_date_in_words_is_the_outlets_own(crawler: Crawler, press: Press) -> None:
    said = {"Jumat, 20 November 2026 pukul 08.05 WIB": 1, "20/11/2026, 10:05 WITA": 2, "Jumat (20/11/2026) 11.05 WIB": 4}
    stories = {}
    for at, (text, hour) in enumerate(said.items()):
        page = press.stories("kabar")[at].page().replace("article:published_time", "x").replace("<h1>", f"<time>{text}</time><h1>")
        stories[put(press, page.encode(), at)] = MIDNIGHT.replace(hour=hour, minute=5)
    assert crawler("crawl", "kabar", TZ="America/New_York").returncode == 0
    assert {story: stored(crawler, story, "published_at") for story in stories} == stories


@pytest.mark.parametrize(
    ("status", "body", "left_alone"), [(500, b"", True), (200, b"User-agent: *\nDisallow: /", True), (404, b"", False)]
)
def test_f15_an_outlets_rules_are_kept(crawler: Crawler, press: Press, status: int, body: bytes, left_alone: bool) -> None:
    press.pages["/robots.txt"] = (status, body, {"Content-Type": "text/plain"})
    assert crawler("crawl", "kabar").returncode == (1 if left_alone else 0)
    assert (articles(press.requests) == []) is left_alone
    assert bool(crawler.open_issues()) is left_alone


def test_f18_a_broken_feed_keeps_what_is_whole(crawler: Crawler, press: Press) -> None:
    _, feed, headers = press.answer("kabar", "/rss")
    broken = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + feed.replace(b"<title>Korea", b"<title>&e; R&D Korea")
    press.pages["/rss"] = (200, broken[: len(broken) * 2 // 3], headers)
    press.pages |= {f"/index/{MIDNIGHT - timedelta(days=day):%Y-%m-%d}": (404, b"", HTML) for day in range(4)}
    crawler("crawl", "kabar")
    assert len(crawler.stored()) >= 14
    assert crawler.query("select count(*) from articles where headline || body like '%root:%'") == [(0,)]


def test_f23_a_migration_that_was_killed_is_run_again(own_crawler: Crawler) -> None:
    chance = random.Random(23)
    own_crawler.url = embedded.start(own_crawler.folder, "fresh")
    for _ in range(10):
        with own_crawler.start("migrate") as process:
            time.sleep(chance.uniform(0.3, 1.5))
            process.send_signal(signal.SIGKILL)
    assert own_crawler("migrate").returncode == 0
    assert own_crawler("crawl", "kabar").returncode == 0
    assert len(own_crawler.stored()) > 20


def test_f24_a_corrected_article_has_versions_and_one_taken_down_is_gone(crawler: Crawler, press: Press) -> None:
    assert crawler("crawl", "kabar").returncode == 0
    corrected, removed = press.stories("kabar")[:2]
    put(press, corrected.page().replace("menandatangani", "batal menandatangani").encode(), 0)
    put(press, b"tidak ada", 1, status=404)
    for hours in (3, 7, 25, 49, 73):
        press.clock = MIDNIGHT + timedelta(hours=5 + hours)
        crawler("crawl", "kabar")
    assert stored(crawler, corrected, "version_no") == 2
    assert "batal menandatangani" in str(stored(crawler, corrected, "body"))
    assert crawler.query("select gone_since is not null from pages where article_id = %s", str(removed.number)) == [(True,)]
    assert "menandatangani" in str(stored(crawler, removed, "body")), "what was taken down stays"
