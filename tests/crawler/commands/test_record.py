"""`scrapy record`, from the outside on the recorded_visit day, and how its spider meets several pages and failures."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure
from warcio.archiveiterator import ArchiveIterator

from crawler import clock
from crawler.article import Candidate, Visit
from crawler.fixtures.fixture import CannotRecord, Fixture
from crawler.fixtures.spider import RecordingSpider, files_of, recorded_visit, write
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from crawler.reading.page import Page
from crawler.reading.reader import read

ROOT = Path(__file__).parents[3]
LOADER = Outlets(["crawler.spiders"])


def record(*arguments: str) -> "subprocess.CompletedProcess[str]":
    data_dir = str(Path(arguments[arguments.index("--into") + 1]) / "data")
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "scrapy", "record", "-s", f"ARCHIVE_REPLAY={ROOT / 'samples'}", *arguments],
        cwd=ROOT,
        # it must need no database
        env={**os.environ, "CLOCK": "", "DATA_DIR": data_dir, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def sampled_article(outlet: type[OutletSpider]) -> str:
    """The URL of an article in the recorded_visit day, as a listing has it."""
    with (ROOT / "samples" / f"{outlet.name}.warc.gz").open("rb") as file:
        for each in ArchiveIterator(file):
            url = each.rec_headers.get_header("WARC-Target-URI")
            if url and outlet.articles.article_id(url):
                return outlet.articles.canonical(url)
    raise AssertionError("no article in the recorded_visit day")


@pytest.mark.parametrize("name", ["cnbc_indonesia", "kompas"])
def test_an_article_of_the_recorded_day(name: str, tmp_path: Path) -> None:
    outlet: Any = LOADER.load(name)
    url = sampled_article(outlet)
    ended = record("--into", str(tmp_path), url, "ordinary")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    html, expected = tmp_path / name / "ordinary.html", tmp_path / name / "ordinary.json"
    assert sorted((tmp_path / name).iterdir()) == [html, expected]
    assert str(html) in ended.stdout
    assert str(expected) in ended.stdout
    assert "Review ordinary.json" in ended.stdout
    (original,) = (tmp_path / "data" / "doctor" / name).glob("recorded-ordinary.html")
    assert str(original) in ended.stdout
    assert outlet.articles.article_id(Page(original.read_bytes(), url).canonical or "") == outlet.articles.article_id(url)

    case = json.loads(expected.read_text("utf-8"))
    fetched_at = datetime.fromisoformat(case["fetched_at"])
    assert fetched_at.year == 2026, "the time is the recording's"
    article_id = outlet.articles.article_id(case["url"])
    assert article_id == outlet.articles.article_id(url)
    pages = [Page(html.read_bytes(), case["url"])]
    article = read(pages, outlet.page, outlet=name, article_id=article_id, url=case["url"], fetched_at=fetched_at)
    assert article.body == case["article"]["body"]
    assert case["url"] != url, "the words of the address are prose too"

    again = record("--into", str(tmp_path), url, "ordinary")
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "ordinary.html exists" in again.stderr
    (tmp_path / name / "ordinary.2.html").write_text("left over")
    before = html.read_bytes()
    assert record("--force", "--into", str(tmp_path), url, "ordinary").returncode == 0
    assert html.read_bytes() == before
    assert sorted((tmp_path / name).iterdir()) == [html, expected]


def test_a_page_that_is_no_article_and_names_made_up(tmp_path: Path) -> None:
    listing = "https://indeks.kompas.com/?site=news&date=2026-11-20&page=1"
    assert record("--into", str(tmp_path), listing).returncode == 0
    case = json.loads((tmp_path / "kompas" / "page.json").read_text("utf-8"))
    assert (case["url"], case["article"]) == (listing, None)
    assert case["rejected"]
    url = sampled_article(LOADER.load("cnbc_indonesia"))
    article_id = LOADER.load("cnbc_indonesia").articles.article_id(url)
    assert record("--into", str(tmp_path), url).returncode == 0
    assert (tmp_path / "cnbc_indonesia" / f"{article_id}.html").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["https://internasional.kompas.com/read/2026/11/18/11111111/tidak-ada"], 1, "cannot be had"),
        (["https://elsewhere.example/read/1"], 2, "no address of an outlet"),
        (["https://www.kompas.com/", "../up"], 2, "name one URL"),
        ([], 2, "name one URL"),
    ],
)
def test_failures_are_one_line_and_an_exit_code(arguments: list[str], code: int, line: str, tmp_path: Path) -> None:
    ended = record("--into", str(tmp_path / "pages"), *arguments)
    assert ended.returncode == code
    assert line in (ended.stderr + ended.stdout).splitlines()[-1]
    assert not (tmp_path / "pages").exists(), "nothing half-written"


# --- the spider

KOMPAS: Any = LOADER.load("kompas")
URL = "https://internasional.kompas.com/read/2026/11/20/070000370/kapal"


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    clock.set_to(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    yield
    clock.set_to(None)


def recorder(candidate: Candidate) -> Any:
    spider = RecordingSpider.of(KOMPAS)
    return spider.from_crawler(get_crawler(spider), candidates=[candidate], pages=[], visits=[])


async def first_request(spider: Any) -> Request:
    requests: list[Request] = [request async for request in spider.start()]
    assert len(requests) == 1
    return requests[0]


def asked(spider: Any) -> Request:
    try:
        first_request(spider).send(None)
    except StopIteration as done:
        request: Request = done.value
        return request
    raise AssertionError("start() waited for something")


def test_it_is_the_outlets_own_spider() -> None:
    spider = recorder(Candidate(url=URL, article_id="1", route="record"))
    assert spider.name == "kompas"
    assert spider.allowed_domains == KOMPAS.allowed_domains
    assert asked(spider).url == URL + "?page=all"


def test_it_follows_the_further_pages() -> None:
    candidate = Candidate(url=URL, article_id=KOMPAS.articles.article_id(URL), route="record")
    spider = recorder(candidate)
    paging = '<div class="read__paging"><a class="paging__link" href="?page=1">1</a><a class="paging__link" href="?page=2">2</a></div>'
    pending, met = [asked(spider)], []
    while pending:
        request = pending.pop()
        met.append(request.url)
        html = f"<html><body><h1>Kapal</h1><div class='read__content'><p>{request.url}</p></div>{paging}</body></html>"
        response = HtmlResponse(request.url, body=html.encode(), headers={"Content-Type": "text/html; charset=utf-8"}, request=request)
        assert request.callback is not None
        pending += list(request.callback(response, **request.cb_kwargs))
    assert len(met) == len(spider.pages) == 2
    assert recorded_visit(spider.visits, spider.pages, candidate, KOMPAS).fetched_at == clock.now()


def failed(error: Exception) -> tuple[list[Visit], list[Page], Candidate]:
    candidate = Candidate(url=URL, article_id=KOMPAS.articles.article_id(URL), route="record")
    spider = recorder(candidate)
    failure = Failure(error)  # type: ignore[no-untyped-call]
    failure.request = asked(spider)  # type: ignore[attr-defined]
    assert list(spider.article_failed(failure)) == [], "nothing goes on to the pipelines"
    return spider.visits, spider.pages, candidate


def test_failures_say_why() -> None:
    refused = HtmlResponse(URL, status=403, request=Request(URL))
    with pytest.raises(CannotRecord, match=r"kapal cannot be had: HTTP 403$"):
        recorded_visit(*failed(HttpError(refused)), KOMPAS)
    with pytest.raises(CannotRecord, match=r"kapal cannot be had: Forbidden by robots\.txt$"):
        recorded_visit(*failed(IgnoreRequest("Forbidden by robots.txt")), KOMPAS)
    with pytest.raises(CannotRecord, match=r"cannot be had: no answer$"):
        recorded_visit([], [], Candidate(url=URL, article_id="1", route="record"), KOMPAS)


def test_another_articles_page_is_not_recorded() -> None:
    candidate = Candidate(url=URL, article_id=KOMPAS.articles.article_id(URL), route="record")
    spider = recorder(candidate)
    request = asked(spider)
    elsewhere = HtmlResponse("https://www.kompas.com/", body=b"<html><body><p>x</p></body></html>", request=request)
    assert request.callback is not None
    assert list(request.callback(elsewhere, **request.cb_kwargs)) == []
    with pytest.raises(CannotRecord, match=r"leads to https://www\.kompas\.com/: record that instead"):
        recorded_visit(spider.visits, spider.pages, candidate, KOMPAS)


def test_whose_page_it_is() -> None:
    assert LOADER.outlet_of(URL) is KOMPAS
    assert LOADER.outlet_of("https://money.kompas.com/tag/rubel") is KOMPAS
    assert LOADER.outlet_of("https://notkompas.com/") is None
    assert LOADER.outlet_of("nothing") is None


def test_files_stand_in_the_order_the_test_reads_them(tmp_path: Path) -> None:
    write(Fixture([str(number) for number in range(1, 13)], {}), tmp_path, "long")
    read_back = [path.read_text() for path in [tmp_path / "long.html", *sorted(tmp_path.glob("long.*.html"))]]
    assert read_back == [str(number) for number in range(1, 13)]
    assert (tmp_path / "long.02.html").exists()
    (tmp_path / "longer.html").touch()
    write(Fixture(["1", "2"], {}), tmp_path, "long")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.2.html", "long.html", "long.json", "longer.html"]
    assert len(files_of(tmp_path, "long")) == 3


def test_what_cannot_be_written_leaves_what_was(tmp_path: Path) -> None:
    write(Fixture(["old"], {"url": "old"}), tmp_path, "case")
    with pytest.raises(TypeError):
        write(Fixture([None], {"url": "new"}), tmp_path, "case")  # type: ignore[list-item]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.html", "case.json"]
    assert (tmp_path / "case.html").read_text() == "old"
