"""How a spider follows routes and turns every article request into exactly one Visit."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, ClassVar

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from crawler import clock
from crawler.article import Candidate, Outcome, PageState, RouteState, Validators, Visit
from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.follow import KnownSet
from crawler.discovery.routes import DateIndex, Route, SectionPage
from crawler.extensions.server_clock import ServerClock
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STORY = (
    "<p>"
    + "</p><p>".join(f"Kapal nomor {number} berlayar dari pelabuhan menuju kota lain pada pagi hari itu." for number in range(6))
    + "</p>"
)


class KabarSpider(OutletSpider):
    """An outlet that does not exist."""

    name = "kabar"
    title = "Kabar"
    home = "https://kabar.example/"
    allowed_domains = ("kabar.example",)
    articles = ArticleUrls(pattern=r"https?://kabar\.example/read/(?P<day>\d{8})-(?P<id>\d+)")
    routes: ClassVar[Sequence[Route]] = (
        Feed(name="feed", url="https://kabar.example/rss"),
        DateIndex(name="index", url="https://kabar.example/indeks?date={date:%Y%m%d}&page={page}", max_pages=3, url_filter=r"-\d$"),
        SectionPage(name="world", url="https://kabar.example/dunia"),
    )
    page = PageRules(body=(".isi",), pages=(".halaman a",))


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    clock.set_to(NOW)
    yield
    clock.set_to(None)


def spider(**kwargs: Any) -> KabarSpider:
    return KabarSpider.from_crawler(get_crawler(KabarSpider), may_be_relevant=lambda words: "Rusia" in words, **kwargs)


def known(*article_ids: str, since: datetime = NOW) -> KnownSet:
    return KnownSet(dict.fromkeys(article_ids, PageState(since, is_due=False)))


def started(kabar: KabarSpider) -> list[Request | Visit]:
    async def collect() -> list[Request | Visit]:
        return [request async for request in kabar.start()]

    return asyncio.run(collect())


def first_requests(kabar: KabarSpider) -> list[Request]:
    return [each for each in started(kabar) if isinstance(each, Request)]


def answer(request: Request, html: str, url: str | None = None, status: int = 200) -> HtmlResponse:
    return HtmlResponse(url or request.url, body=html.encode(), encoding="utf-8", request=request, status=status)


def links(*numbers: int, day: str = "20261123") -> str:
    return "<html><body>" + "".join(f'<a href="/read/{day}-{number}">Judul {number}</a>' for number in numbers) + "</body></html>"


def call(request: Request, response: Response) -> list[Any]:
    assert request.callback is not None
    return list(request.callback(response, **request.cb_kwargs))


def page(body: str = STORY, extra: str = "") -> str:
    return (
        f"<html><head><title>Kapal</title></head><body><h1>Kapal berlayar pagi ini</h1><div class='isi'>{body}</div>{extra}</body></html>"
    )


def index_request(kabar: KabarSpider) -> Request:
    return next(request for request in first_requests(kabar) if "indeks" in request.url)


def test_starts_with_every_route() -> None:
    urls = [request.url for request in first_requests(spider())]
    assert urls == [
        "https://kabar.example/rss",
        "https://kabar.example/indeks?date=20261123&page=1",
        "https://kabar.example/indeks?date=20261122&page=1",
        "https://kabar.example/indeks?date=20261121&page=1",
        "https://kabar.example/dunia",
    ]


def test_how_far_back_the_run_looks_can_be_read_from_the_spider() -> None:
    assert spider(since=datetime(2026, 11, 20, tzinfo=UTC)).since == datetime(2026, 11, 20, tzinfo=UTC)
    assert spider().since == NOW - timedelta(days=2)


class Scheduled(KnownSet):
    def recrawls(self, now: datetime) -> list[Candidate]:
        validators = Validators('"1"', "Mon, 23 Nov 2026 00:00:00 GMT")
        return [Candidate(url="https://kabar.example/read/20261120-9", article_id="9", route="recrawl", validators=validators)]


def test_recrawls_come_last_and_are_conditional() -> None:
    *listings, recrawl = first_requests(spider(known=Scheduled()))
    assert recrawl.url == "https://kabar.example/read/20261120-9"
    assert all(listing.priority > 0 > recrawl.priority for listing in listings)
    assert (recrawl.headers["If-None-Match"], recrawl.headers["If-Modified-Since"]) == (b'"1"', b"Mon, 23 Nov 2026 00:00:00 GMT")
    assert visit(call(recrawl, Response(recrawl.url, status=304, request=recrawl))).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(("ahead", "etag"), [(-7200, None), (3 * 86_400, None), (600, '"2"'), (None, '"2"')])
def test_what_was_read_by_a_wrong_clock_is_read_again(ahead: int | None, etag: str | None) -> None:
    crawler = get_crawler(KabarSpider)
    server_clock = ServerClock.from_crawler(crawler)
    recrawl = first_requests(KabarSpider.from_crawler(crawler, known=Scheduled()))[-1]
    date = {} if ahead is None else {"Date": format_datetime(NOW - timedelta(seconds=ahead), usegmt=True)}
    response = HtmlResponse(recrawl.url, headers={"ETag": '"2"', **date}, body=STORY.encode(), request=recrawl)
    server_clock.response_received(response)
    assert visit(call(recrawl, response)).etag == etag


def test_a_replay_asks_without_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    kabar = KabarSpider.from_crawler(get_crawler(KabarSpider, {"ARCHIVE_REPLAY": "x"}), known=Scheduled())
    assert "If-None-Match" not in first_requests(kabar)[-1].headers


def test_a_list_is_asked_for_only_if_it_has_changed() -> None:
    feed = "https://kabar.example/rss"
    seen = RouteState(high_water_mark=NOW, completed_at=NOW, validators={feed: Validators('"7"', None)})
    kabar = spider(route_states={"feed": seen})
    request = first_requests(kabar)[0]
    assert (request.url, request.headers["If-None-Match"]) == (feed, b'"7"')
    assert call(request, Response(feed, status=304)) == []
    assert kabar.discovery.reports["feed"].is_whole
    assert kabar.discovery.route_states(finished=True)["feed"].validators == seen.validators
    assert "If-None-Match" not in first_requests(spider(route_states={"feed": seen}, since=NOW))[0].headers, "asked to look back"


def test_listing_asks_for_unknown_articles_once_and_goes_on() -> None:
    kabar = spider(known=known("2"))
    request = index_request(kabar)
    requests = call(request, answer(request, links(1, 2, 3)))
    assert [request.url for request in requests] == [
        "https://kabar.example/read/20261123-1",
        "https://kabar.example/read/20261123-3",
        "https://kabar.example/indeks?date=20261123&page=2",
    ]
    again = call(requests[-1], answer(requests[-1], links(3, 4)))
    assert [request.url for request in again] == [
        "https://kabar.example/read/20261123-4",
        "https://kabar.example/indeks?date=20261123&page=3",
    ]


def test_a_page_of_other_channels_is_filtered_out_and_does_not_end_the_pagination() -> None:
    kabar = spider()
    request = index_request(kabar)
    (following,) = call(request, answer(request, links(10, 11)))
    assert following.url == "https://kabar.example/indeks?date=20261123&page=2"
    report = kabar.discovery.reports["index"]
    assert (report.found, report.listed, report.filtered_out) == (2, 0, 2)


def test_of_other_channels_what_passes_the_prefilter_is_requested() -> None:
    kabar = spider()
    request = index_request(kabar)
    html = links(10).replace("</body>", '<a href="/read/20261123-11">Kapal Rusia tiba</a></body>')
    article, _ = call(request, answer(request, html))
    assert article.url == "https://kabar.example/read/20261123-11"


def test_a_listing_that_repeats_itself_ends_the_pagination() -> None:
    kabar = spider()
    request = index_request(kabar)
    *_, following = call(request, answer(request, links(1)))
    assert call(following, answer(following, links(1))) == []
    assert kabar.discovery.reports["index"].ended == 1
    assert kabar.discovery.reports["index"].problems == []


def test_endless_listing_stops_at_the_cap_and_says_so() -> None:
    kabar = spider()
    request = index_request(kabar)
    for number in range(1, 4):
        *_, request = call(request, answer(request, links(number)))
    assert "read" in request.url, "no fourth page is asked for"
    assert kabar.discovery.reports["index"].problems == ["stopped at the cap of 3 pages"]
    assert kabar.discovery.reports["index"].ended == 0


def test_articles_older_than_asked_for_are_left_alone() -> None:
    kabar = spider()
    request = index_request(kabar)
    assert call(request, answer(request, links(1, day="20261119"))) == []
    assert kabar.discovery.reports["index"].listed == 0


def test_a_sitemap_index_that_names_itself_ends() -> None:
    class SitemapSpider(KabarSpider):
        name = "kabar_sitemap"
        routes = (NewsSitemap(name="sitemap", url="https://kabar.example/sitemap.xml"),)

    kabar = SitemapSpider.from_crawler(get_crawler(SitemapSpider))
    index = (
        "<sitemapindex>" + "".join(f"<sitemap><loc>https://kabar.example/{name}.xml</loc></sitemap>" for name in "aab") + "</sitemapindex>"
    )
    (request,) = first_requests(kabar)
    following = call(request, answer(request, index))
    assert [each.url for each in following] == ["https://kabar.example/a.xml", "https://kabar.example/b.xml"]
    assert call(following[0], answer(following[0], index)) == []


def test_broken_listing_is_a_problem_of_its_route() -> None:
    kabar = spider()
    request = first_requests(kabar)[0]
    assert call(request, answer(request, "<html>Masuk</html>")) == []
    assert kabar.discovery.reports["feed"].problems == ["not XML of the kind rss or feed or rdf"]


MALFORMED = (
    "http://[broken",
    "https://kabar.example:99999/read/20261123-8",
    "https://kabar.example:x/read/20261123-8",
    "https://kabar.example/read/20261123-8?" + "x" * 2000,
    "https://kabar.example/read/20261123-" + "8" * 1001,
)


class Careless(KabarSpider):
    """An outlet whose pattern takes any port."""

    name = "careless"
    articles = ArticleUrls(pattern=r"https?://(?:kabar\.example(?::\w+)?|\[\w+)/?(?:read/(?P<day>\d{8})-(?P<id>\d+))?")
    routes = (*KabarSpider.routes, NewsSitemap(name="sitemap", url="https://kabar.example/sitemap.xml", children="."))


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_address_costs_that_entry_alone(malformed: str) -> None:
    careless = Careless.from_crawler(get_crawler(Careless))
    requests = {request.url.rpartition("/")[2]: request for request in first_requests(careless)}
    good = ("https://kabar.example/read/20261123-1", "https://kabar.example/read/20261123-2")
    lists = {
        "rss": "<rss>{}</rss>".format("".join(f"<item><link>{url}</link></item>" for url in (good[0], malformed, good[1]))),
        "dunia": "".join(f"<a href='{url}'>x</a>" for url in (good[0].replace("-1", "-3"), malformed, good[1].replace("-2", "-4"))),
        "sitemap.xml": "<sitemapindex>{}</sitemapindex>".format(
            "".join(
                f"<sitemap><loc>{url}</loc></sitemap>" for url in ("https://kabar.example/a.xml", malformed, "https://kabar.example/b.xml")
            )
        ),
    }
    found = {name: [each.url for each in call(requests[name], answer(requests[name], text))] for name, text in lists.items()}
    assert found["rss"] == [*good]
    assert found["dunia"] == ["https://kabar.example/read/20261123-3", "https://kabar.example/read/20261123-4"]
    assert found["sitemap.xml"][:1] + found["sitemap.xml"][-1:] == ["https://kabar.example/a.xml", "https://kabar.example/b.xml"]
    assert [problem for report in careless.discovery.reports.values() for problem in report.problems] == []


@pytest.mark.parametrize("malformed", MALFORMED[:4])
def test_a_malformed_address_in_the_recrawl_schedule_does_not_end_the_run(malformed: str) -> None:
    class Planted(KnownSet):
        def recrawls(self, now: datetime) -> list[Candidate]:
            urls = (malformed, "https://kabar.example/read/20261120-9")
            return [Candidate(url=url, article_id=str(number), route="recrawl") for number, url in enumerate(urls)]

    *_, rejected, request = started(spider(known=Planted()))
    assert isinstance(rejected, Visit)
    assert (rejected.outcome, rejected.reason, rejected.url) == (Outcome.REJECTED, "malformed URL", malformed)
    assert isinstance(request, Request)
    assert request.url == "https://kabar.example/read/20261120-9"


def test_a_malformed_address_of_a_further_page_costs_that_page_alone() -> None:
    kabar = spider()
    request = article_request(kabar)
    pages = "<div class='halaman'><a href='/read/20261123-1?page=2'>2</a><a href='http://[broken'>3</a></div>"
    (second,) = call(request, answer(request, page(extra=pages)))
    assert second.url == "https://kabar.example/read/20261123-1?page=2"
    assert visit(call(second, answer(second, page(extra=pages)))).outcome is Outcome.ARTICLE


def article_request(kabar: KabarSpider) -> Request:
    request = index_request(kabar)
    return next(iter(call(request, answer(request, links(1)))))  # type: ignore[no-any-return]


def visit(result: list[Any]) -> Visit:
    assert len(result) == 1
    assert isinstance(result[0], Visit)
    return result[0]


def test_article() -> None:
    kabar = spider()
    request = article_request(kabar)
    got = visit(call(request, answer(request, page())))
    assert got.outcome is Outcome.ARTICLE
    assert got.reason is None
    assert got.article is not None
    assert got.article.url == "https://kabar.example/read/20261123-1"
    assert got.article.headline == "Kapal berlayar pagi ini"
    assert (got.article_id, got.route, got.http_status, got.fetched_at) == ("1", "index", 200, NOW)


def test_fetched_at_comes_from_the_recording() -> None:
    kabar = spider()
    request = article_request(kabar)
    recorded = datetime(2026, 11, 22, tzinfo=UTC)
    response = answer(request.replace(meta={"fetched_at": recorded}), page())
    assert visit(call(request, response)).fetched_at == recorded


def test_redirect_to_the_home_page_is_rejected() -> None:
    kabar = spider()
    request = article_request(kabar)
    got = visit(call(request, answer(request, page(), url="https://kabar.example/")))
    assert (got.outcome, got.reason) == (Outcome.REJECTED, "redirected to https://kabar.example/")


def test_page_without_a_story_is_rejected_with_its_reason() -> None:
    kabar = spider()
    request = article_request(kabar)
    got = visit(call(request, answer(request, page(body=""))))
    assert got.outcome is Outcome.REJECTED
    assert got.reason
    assert got.article is None


def test_all_pages_of_an_article_are_read() -> None:
    kabar = spider()
    request = article_request(kabar)
    pages = "<div class='halaman'><a href='/read/20261123-1?page=1'>1</a><a href='/read/20261123-1?page=2'>2</a></div>"
    (second,) = call(request, answer(request, page(extra=pages)))
    assert second.url == "https://kabar.example/read/20261123-1?page=2"
    got = visit(
        call(second, answer(second, page(body="<p>Halaman kedua menutup cerita dengan satu kalimat yang panjang.</p>", extra=pages)))
    )
    assert got.article is not None
    assert got.article.page_count == 2
    assert got.article.body.endswith("Halaman kedua menutup cerita dengan satu kalimat yang panjang.")


def test_a_reader_that_fails_costs_one_visit_not_the_run(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("unexpected")

    monkeypatch.setattr("crawler.reading.reader.read", fail)
    kabar = spider()
    request = article_request(kabar)
    got = visit(call(request, answer(request, page())))
    assert (got.outcome, got.reason) == (Outcome.FAILED, "reader: RuntimeError")
    assert "cannot read" in caplog.text


@pytest.mark.parametrize(
    ("status", "outcome"), [(404, Outcome.GONE), (410, Outcome.GONE), (403, Outcome.FAILED), (500, Outcome.FAILED), (503, Outcome.FAILED)]
)
def test_http_errors(status: int, outcome: Outcome) -> None:
    kabar = spider()
    request = article_request(kabar)
    got = fail(request, HttpError(answer(request, "", status=status)))
    assert (got.outcome, got.reason, got.http_status) == (outcome, f"HTTP {status}", status)


def test_network_errors_are_tried_again_and_refusals_are_not() -> None:
    kabar = spider()
    request = article_request(kabar)
    assert fail(request, TimeoutError("30 s")).outcome is Outcome.FAILED
    assert fail(request, IgnoreRequest("Forbidden by robots.txt")).outcome is Outcome.REJECTED


def fail(request: Request, error: Exception) -> Visit:
    assert request.errback is not None
    failure = Failure(error)  # type: ignore[no-untyped-call]
    failure.request = request  # type: ignore[attr-defined]
    return visit(list(request.errback(failure)))
