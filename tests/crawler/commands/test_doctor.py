"""`scrapy doctor`, from the outside on the recorded day, and how its spider meets indexes, failures and poor articles."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from crawler import clock
from crawler.article import Candidate, Outcome
from crawler.discovery.feeds import NewsSitemap
from crawler.discovery.routes import DateIndex
from crawler.doctor.observations import ArticleProbe, OutletProbe, Robots
from crawler.doctor.spider import ProbeSpider, save, slug
from crawler.middlewares.back_off import OutletBackOff
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls

ROOT = Path(__file__).parents[3]


def doctor(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "scrapy", "doctor", "-s", f"ARCHIVE_REPLAY={ROOT / 'samples'}", *arguments],
        cwd=ROOT,
        # it must need no database
        env={**os.environ, "CLOCK": "", "CONTACT": "", "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_outlets_of_the_recorded_day_pass_all_checks(tmp_path: Path) -> None:
    ended = doctor("kompas", "babe", "--save", str(tmp_path))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\x1b" not in ended.stdout, "no colours where nobody sees them"
    kompas, babe = ended.stdout.index("\nkompas: all "), ended.stdout.index("\nbabe: all ")
    assert kompas < babe, "in the order in which they were named"
    assert re.search(r"✓  date index +200  allowed +\d+ +\d+ +\d+ +\d+ min +\d+ h  yes +title", ended.stdout)
    assert re.search(r"✓  news sitemap +200  allowed .* title, keywords, time", ended.stdout)
    assert re.search(r"✓  headline +there +\w", ended.stdout)
    assert re.search(r"✓  published at +there +2026-11-20 \d\d:\d\d:\d\d WIB +json-ld:datePublished, minute", ended.stdout)
    assert re.search(r"✓  body +by the outlet's rules +\d+ paragraphs, \d+ characters +selectors", ended.stdout)
    assert re.search(r"✓  noise left +none", ended.stdout)
    assert re.search(r"✓  browser +not needed", ended.stdout)
    assert "2 of 2 outlets pass all checks" in ended.stdout
    assert "scrapy record URL CASE" in ended.stdout


def test_the_pages_are_kept_as_they_were_served(tmp_path: Path) -> None:
    assert doctor("kompas", "tribunnews", "--save", str(tmp_path)).returncode == 0
    names = {path.name for path in (tmp_path / "kompas").iterdir()}
    assert {"date-index.html", "news-sitemap.xml", "search.html", "tag-rusia.html", "article.html"} <= names
    assert (tmp_path / "kompas" / "news-sitemap.xml").read_bytes().startswith(b"<?xml")
    assert {path.name for path in (tmp_path / "tribunnews").glob("*-of-solo.*")} == {"date-index-of-solo.html", "feed-of-solo.xml"}
    preview = [sys.executable, "-m", "scrapy", "preview", str(tmp_path / "kompas" / "article.html")]
    shown = subprocess.run(preview, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert shown.returncode == 0, shown.stderr
    assert "by selectors" in shown.stdout


def test_they_lie_in_the_data_folder_unless_told_otherwise(tmp_path: Path) -> None:
    ended = doctor("katakini", DATA_DIR=str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert {path.name for path in (tmp_path / "doctor" / "katakini").iterdir()} == {"home.html", "news.html", "article.html"}
    assert [path.name for path in tmp_path.iterdir()] == ["doctor"], "no archive, no database, no log"
    assert f"pages: {tmp_path / 'doctor' / 'katakini'}\n" in ended.stdout
    assert f"scrapy preview {tmp_path / 'doctor' / 'katakini' / 'article.html'} --url https://www.katakini.com/artikel/" in ended.stdout
    assert "outlets are as" not in ended.stdout, "one outlet needs no summary"


def test_a_check_that_fails_is_exit_code_1(tmp_path: Path) -> None:
    ended = doctor("detik", "katakini", "--save", str(tmp_path))  # of detik nothing was recorded
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "detik: robots.txt of news.detik.com cannot be had" in ended.stdout
    assert "katakini: all" in ended.stdout
    assert "1 of 2 outlets pass all checks" in ended.stdout
    assert list((tmp_path / "detik").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kompass"], "there is no outlet kompass"),
        (["kompas", "-s", "TOPIC=tidak-ada.toml"], "tidak-ada.toml"),
        (["kompas", "-s", "ARCHIVE_REPLAY=", "-s", "CLOCK=kemarin"], "kemarin"),
        (["kompas", "--save", "Makefile/berkas"], "cannot write Makefile/berkas"),
    ],
)
def test_wrong_usage_is_one_clear_line(arguments: list[str], said: str) -> None:
    ended = doctor(*arguments)
    assert ended.returncode == 2
    assert said in (ended.stderr or ended.stdout).splitlines()[-1]
    assert "Traceback" not in ended.stderr


# --- the spider

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STORY = "<p>Kapal barang itu berangkat dari pelabuhan pada pagi hari dan tiba di seberang sebelum malam, kata nakhodanya.</p>"
ARTICLE = (
    "<html><head><meta property='article:published_time' content='2026-11-23T07:00:00+07:00'></head><body><h1>Kapal</h1>"
    f"<div class='isi'>{STORY}{STORY.replace('Kapal', 'Perahu')}{STORY.replace('Kapal', 'Sampan')}</div>"
    "<p class='hal'><a href='?page=1'>1</a><a href='?page=2'>2</a></p></body></html>"
)


class Kabar(OutletSpider):
    """An outlet with an index of sitemaps."""

    name = "kabar"
    title = "Kabar"
    home = "https://kabar.example/"
    allowed_domains = ("kabar.example",)
    articles = ArticleUrls(pattern=r"https://kabar\.example/baca/(?P<id>\d+)")
    routes = (
        NewsSitemap(name="sitemap", url="https://kabar.example/sitemap.xml"),
        DateIndex(name="index", url="https://kabar.example/indeks/{date:%Y-%m-%d}/{page}"),
    )
    page = PageRules(body=(".isi",), pages=(".hal a",))


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    clock.set_to(NOW)
    yield
    clock.set_to(None)


class Probe:
    """A spider and the answers it is given: by URL a body, or the exception that it ends with."""

    def __init__(self, answers: dict[str, str | bytes | Exception]) -> None:
        self.seen = OutletProbe(outlet=Kabar, now=clock.now())
        self.asked: list[str] = []
        self.answered = 0
        spider_class = ProbeSpider.of(Kabar)
        self.spider: Any = spider_class.from_crawler(get_crawler(spider_class), seen=self.seen, answered=self._count)
        pending = self._start()
        while pending:
            request = pending.pop(0)
            self.asked.append(request.url)
            pending += [*self._answer(request, answers[request.url])]

    def _count(self) -> None:
        self.answered += 1

    def _start(self) -> list[Request]:
        async def requests() -> list[Request]:
            return [request async for request in self.spider.start()]

        try:
            requests().send(None)
        except StopIteration as done:
            started: list[Request] = done.value
            return started
        raise AssertionError("start() waited for something")

    def _answer(self, request: Request, answer: str | bytes | Exception) -> Iterator[Any]:
        if isinstance(answer, Exception):
            failure = Failure(answer)  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]
            assert request.errback
            return iter(request.errback(failure))
        assert request.callback
        body = answer.encode() if isinstance(answer, str) else answer
        return iter(request.callback(TextResponse(request.url, body=body, request=request), **request.cb_kwargs))


def sitemap(*ids: int) -> str:
    return f"<urlset>{''.join(f'<url><loc>https://kabar.example/baca/{each}</loc></url>' for each in ids)}</urlset>"


def index(*ids: int) -> str:
    return f"<html><body>{''.join(f'<a href=/baca/{each}>Judul {each}</a>' for each in ids)}</body></html>"


CHILDREN = "".join(f"<sitemap><loc>https://kabar.example/{name}.xml</loc></sitemap>" for name in ("foto", "lama", "baru", "lain"))
SITEMAPS = f"<sitemapindex>{CHILDREN}</sitemapindex>"
INDEX = "https://kabar.example/indeks/2026-11-23/1"


def refused(url: str, status: int) -> HttpError:
    return HttpError(Response(url, status=status, request=Request(url)))


def test_children_of_an_index_are_opened_until_one_lists_something() -> None:
    probe = Probe(
        {
            "https://kabar.example/sitemap.xml": SITEMAPS,
            INDEX: index(5),
            "https://kabar.example/foto.xml": refused("https://kabar.example/foto.xml", 404),
            "https://kabar.example/lama.xml": "<urlset></urlset>",
            "https://kabar.example/baru.xml": sitemap(7),
            "https://kabar.example/baca/7": ARTICLE,
            "https://kabar.example/baca/7?page=2": ARTICLE,
            "https://kabar.example/baca/5": ARTICLE,
            "https://kabar.example/baca/5?page=2": ARTICLE,
        }
    )
    route = probe.seen.routes["sitemap"]
    assert (route.url, route.status, route.reason, len(route.entries)) == ("https://kabar.example/baru.xml", 200, None, 1)
    assert "https://kabar.example/lain.xml" not in probe.asked
    assert probe.asked.index("https://kabar.example/baca/7") > probe.asked.index("https://kabar.example/baru.xml")
    # it is unsigned, so another one is opened
    assert [[page.url for page in article.pages] for article in probe.seen.articles] == [
        ["https://kabar.example/baca/7", "https://kabar.example/baca/7?page=2"],
        ["https://kabar.example/baca/5", "https://kabar.example/baca/5?page=2"],
    ]
    assert [article.contents for article in probe.seen.articles] == [[ARTICLE.encode()] * 2] * 2
    assert probe.answered == 5 + 2


def test_at_most_three_articles_are_opened() -> None:
    answers: dict[str, str | bytes | Exception] = {f"https://kabar.example/baca/{each}": "<html><p>x</p></html>" for each in (1, 2, 3)}
    answers["https://kabar.example/baca/2"] = IgnoreRequest("Forbidden by robots.txt")
    probe = Probe({"https://kabar.example/sitemap.xml": sitemap(1, 2, 3, 4), INDEX: index(1), **answers})
    visits = [article.visit for article in probe.seen.articles]
    assert [visit and visit.outcome for visit in visits] == [Outcome.REJECTED] * 3
    assert visits[1]
    assert visits[1].reason == "Forbidden by robots.txt"


@pytest.mark.parametrize(
    ("error", "status", "robots", "reason"),
    [
        (refused(INDEX, 403), 403, Robots.ALLOWED, "HTTP 403"),
        (IgnoreRequest("Forbidden by robots.txt"), None, Robots.FORBIDDEN, "Forbidden by robots.txt"),
        (OutletBackOff("robots.txt of x cannot be had (HTTP 503)"), None, Robots.UNREACHABLE, "robots.txt of x cannot be had (HTTP 503)"),
        (OutletBackOff("HTTP 429, asking for 900 s of rest"), None, Robots.UNKNOWN, "HTTP 429, asking for 900 s of rest"),
        (IgnoreRequest("destination refused because of its host: x"), None, Robots.UNKNOWN, "destination refused because of its host: x"),
        (TimeoutError("30 s"), None, Robots.ALLOWED, "TimeoutError: 30 s"),
    ],
)
def test_a_route_that_cannot_be_had(error: Exception, status: int | None, robots: Robots, reason: str) -> None:
    probe = Probe({"https://kabar.example/sitemap.xml": "no XML", INDEX: error})
    route = probe.seen.routes["index"]
    assert (route.status, route.robots, route.reason, route.listing) == (status, robots, reason, None)
    assert probe.seen.routes["sitemap"].reason == "not XML of the kind urlset or sitemapindex"
    assert probe.seen.routes["sitemap"].content == b"no XML", "kept, so that somebody can look at it"
    assert probe.seen.articles == []


def test_a_day_that_has_just_begun_is_not_held_against_an_outlet() -> None:
    answers: dict[str, str | bytes | Exception] = {f"https://kabar.example/baca/1{more}": ARTICLE for more in ("", "?page=2")}
    yesterday = "https://kabar.example/indeks/2026-11-22/1"
    empty = "<html><body><a href=/tentang>Tentang kami</a></body></html>"
    probe = Probe({"https://kabar.example/sitemap.xml": sitemap(1), INDEX: empty, yesterday: index(1), **answers})
    assert probe.seen.routes["index"].url == yesterday
    probe = Probe({"https://kabar.example/sitemap.xml": sitemap(1), INDEX: index(1), **answers})
    assert yesterday not in probe.asked


# --- the files


def test_what_an_earlier_probe_left_goes(tmp_path: Path) -> None:
    for name in ("sitemap.html", "index.html", "article.html", "article.2.html", "catatan.html", "sitemap.txt"):
        (tmp_path / name).write_text("alt")
    seen = OutletProbe(outlet=Kabar, now=NOW)
    seen.routes["sitemap"].content = b"\xef\xbb\xbf<?xml version='1.0'?><urlset/>"
    article = ArticleProbe(
        candidate=Candidate(url="https://kabar.example/baca/1", article_id="1", route="index"), contents=[b"1", b"2", b"3"]
    )
    save(seen, article, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "sitemap.xml", "article.html", "article.2.html", "article.3.html", "catatan.html", "sitemap.txt",
    }  # fmt: skip
    seen.routes["sitemap"].content = b"\x1f\x8b\x08rest"
    seen.routes["index"].content = b"<?xml version='1.0'?><!DOCTYPE html><html></html>"
    save(seen, None, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"sitemap.xml.gz", "index.html", "catatan.html", "sitemap.txt"}
    assert slug("date index of Solo") == "date-index-of-solo"
