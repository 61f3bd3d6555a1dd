"""An article of several pages is read whole under one address, however its outlet numbers them; no page of it is a story of its own."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from crawler.article import Candidate, Outcome, Visit
from crawler.discovery.follow import read_candidates
from crawler.discovery.links import Entry
from crawler.discovery.routes import Route, SectionPage
from crawler.fixtures.spider import RecordingSpider
from crawler.jobs.rereader import Rereader
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls
from tests.recordings import Recording

LOADER = get_spider_loader(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
PARAGRAPHS = [
    f"Kapal khayalan nomor {name} berlayar dari Wonsan menuju Vladivostok dengan muatan kentang, dan nakhodanya melambai lama dari geladak."
    for name in ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas", "dua belas")
]


class Sindonews(OutletSpider):
    """An outlet that we do not have, with the address under which it shows all pages (2026-07); no rules."""

    name, title, home = "sindonews", "Sindonews", "https://www.sindonews.com/"
    allowed_domains = ("sindonews.com",)
    articles = ArticleUrls(pattern=r"https?://[\w-]+\.sindonews\.com/read/(?P<id>\d+)/", query="showpage=all")
    routes: ClassVar[Sequence[Route]] = ()
    page = PageRules(body=())


class Viva(OutletSpider):
    """Another."""

    name, title, home = "viva", "Viva", "https://www.viva.co.id/"
    allowed_domains = ("viva.co.id",)
    articles = ArticleUrls(pattern=r"https?://www\.viva\.co\.id/(?:[\w-]+/)+(?P<id>\d+)-", query="page=all")
    routes: ClassVar[Sequence[Route]] = ()
    page = PageRules(body=())


def outlet(name: str) -> type[OutletSpider]:
    own: dict[str, type[OutletSpider]] = {"sindonews": Sindonews, "viva": Viva}
    return own.get(name) or LOADER.load(name)  # type: ignore[return-value]


def page(canonical: str, css_class: str, numbers: Sequence[int], *boxes: str) -> str:
    """A page of an article with two paragraphs a number."""
    story = "".join(f"<p>{paragraph}</p>" for number in numbers for paragraph in PARAGRAPHS[2 * number - 2 : 2 * number])
    return (
        f'<html lang="id"><head><title>Kapal Khayalan Berlayar</title><link rel="canonical" href="{canonical}">'
        '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-20T08:00:00+07:00"></head>'
        f'<body><h1>Kapal Khayalan Berlayar</h1><div class="{css_class}"><article>{story}{"".join(boxes)}</article></div></body></html>'
    )


def links(box: str, *addresses: str) -> str:
    return box.replace("LINKS", "".join(f'<a href="{address}">{re.split(r"[/=]|part", address)[-1]}</a> ' for address in addresses))


CNBC = "https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-berlayar"
CNN = "https://www.cnnindonesia.com/internasional/20260930181412-113-1299001/kapal-berlayar"
REPUBLIKA = "https://internasional.republika.co.id/berita/ri3bd7463/kapal-berlayar"
KOMPAS = "https://internasional.kompas.com/read/2026/11/20/080019270/kapal-berlayar"
KOMPAS_TV = "https://www.kompas.tv/internasional/619001/kapal-berlayar"
TRIBUN = "https://www.tribunnews.com/internasional/7850001/kapal-berlayar"
DETIK = "https://news.detik.com/internasional/d-8120001/kapal-berlayar"
SINDONEWS = "https://ekbis.sindonews.com/read/1900005/178/kapal-berlayar-1900000005"
VIVA = "https://www.viva.co.id/berita/dunia/1900006-kapal-berlayar"
CNN_NUMBERS = '<div class="mb-8"><div class="flex gap-2 text-base"><span>1</span> LINKS</div></div>'
CNN_NEXT = '<div class="inline-block"><a dtr-evt="halaman" href="ADDRESS">Lanjut ke sebelah...</a></div>'
SELECT = '<div><select name="multipage"><option>Halaman 1</option><option>Halaman 2</option></select></div>'

# Outlet, the address without a page, that of its second page as a list may link to it, and the pages that are asked for
FORMS: list[tuple[str, str, str, dict[str, str]]] = [
    ("cnbc_indonesia", CNBC, f"{CNBC}/2", {f"{CNBC}?page=all": page(CNBC, "detail-text", [1, 2, 3])}),
    (
        "cnn_indonesia",
        CNN,
        f"{CNN}/2",
        {
            CNN: page(CNN, "detail-text", [1], SELECT, CNN_NEXT.replace("ADDRESS", f"{CNN}/2"), links(CNN_NUMBERS, f"{CNN}/2", f"{CNN}/4")),
            f"{CNN}/2": page(CNN, "detail-text", [2], SELECT, links(CNN_NUMBERS, CNN, f"{CNN}/4")),
            f"{CNN}/3": page(CNN, "detail-text", [3], links(CNN_NUMBERS, CNN, f"{CNN}/4")),
            f"{CNN}/4": page(CNN, "detail-text", [4], links(CNN_NUMBERS, CNN, f"{CNN}/3")),
        },
    ),
    (
        "cnn_indonesia",
        CNN,
        f"{CNN}/3",
        {  # each page names the next one only
            CNN: page(CNN, "detail-text", [1], CNN_NEXT.replace("ADDRESS", f"{CNN}/2")),
            f"{CNN}/2": page(CNN, "detail-text", [2], CNN_NEXT.replace("ADDRESS", f"{CNN}/3")),
            f"{CNN}/3": page(CNN, "detail-text", [3]),
        },
    ),
    (
        "republika",
        REPUBLIKA,
        f"{REPUBLIKA}-part1",
        {
            REPUBLIKA: page(
                REPUBLIKA, "article-content", [1], links('<div class="pagination">LINKS</div>', REPUBLIKA, f"{REPUBLIKA}-part3")
            ),
            **{f"{REPUBLIKA}-part{n}": page(f"{REPUBLIKA}-part{n}", "article-content", [n + 1]) for n in (1, 2, 3)},
        },
    ),
    ("kompas", KOMPAS, f"{KOMPAS}?page=2", {f"{KOMPAS}?page=all": page(KOMPAS, "read__content", [1, 2, 3])}),
    ("kompas_tv", KOMPAS_TV, f"{KOMPAS_TV}?page=2", {f"{KOMPAS_TV}?page=all": page(KOMPAS_TV, "isi", [1, 2])}),
    ("tribunnews", TRIBUN, f"{TRIBUN}?page=2", {f"{TRIBUN}?page=all": page(TRIBUN, "txt-article", [1, 2])}),
    (
        "tribunnews",
        TRIBUN,
        f"{TRIBUN}?page=2",
        {  # it no longer knows the address of all pages
            f"{TRIBUN}?page=all": page(
                TRIBUN, "txt-article", [1], links('<div class="paging"><span class="total-page">Halaman 1/2</span>LINKS</div>', "?page=2")
            ),
            f"{TRIBUN}?page=2": page(TRIBUN, "txt-article", [2], '<div class="paging"><span class="total-page">Halaman 2/2</span></div>'),
        },
    ),
    ("detik", DETIK, f"{DETIK}/2", {f"{DETIK}?single=1": page(DETIK, "detail__body-text", [1, 2, 3])}),
    ("sindonews", SINDONEWS, f"{SINDONEWS}?showpage=2", {f"{SINDONEWS}?showpage=all": page(SINDONEWS, "isi", [1, 2])}),
    ("viva", VIVA, f"{VIVA}?page=2", {f"{VIVA}?page=all": page(VIVA, "isi", [1, 2])}),
]


def candidates(name: str, *urls: str) -> list[Candidate]:
    entries = [Entry(url=url, title="Kapal Khayalan Berlayar") for url in urls]
    return read_candidates(entries, SectionPage(name="world", url="https://kabar.example/"), outlet(name).articles)


def crawl(name: str, candidate: Candidate, answer: Callable[[Request], HtmlResponse]) -> tuple[Visit, list[str]]:
    """The article's visit, and the addresses that were asked for."""
    spider_class = RecordingSpider.of(outlet(name))
    spider: Any = spider_class.from_crawler(get_crawler(spider_class), candidates=[candidate], pages=[], visits=[])

    async def first() -> Request:
        return await anext(spider.start())

    request, asked = asyncio.run(first()), list[str]()
    while not spider.visits:
        asked.append(request.url)
        response = answer(request)
        if response.status >= 400 and response.status not in request.meta.get("handle_httpstatus_list", ()):
            failure: Any = Failure(HttpError(response))  # type: ignore[no-untyped-call]
            failure.request = request
            results = list(spider.article_failed(failure))
        else:
            results = list(request.callback(response, **request.cb_kwargs))  # type: ignore[misc]
        request = next(iter(results), request)
    return spider.visits[0], asked


def site(pages: Mapping[str, str | int]) -> Callable[[Request], HtmlResponse]:
    """Answers with these pages, or statuses."""

    def answer(request: Request) -> HtmlResponse:
        content = pages.get(request.url, 404)
        status, body = (200, content) if isinstance(content, str) else (content, "")
        return HtmlResponse(request.url, status=status, body=body.encode(), request=request)

    return answer


@pytest.mark.parametrize(("name", "url", "second", "pages"), FORMS)
def test_it_is_read_whole_from_whichever_page_a_list_links_to(name: str, url: str, second: str, pages: dict[str, str]) -> None:
    (candidate,) = candidates(name, second, url)
    visit, asked = crawl(name, candidate, site(pages))
    assert visit.outcome is Outcome.ARTICLE, visit.reason
    article = visit.article
    assert article is not None
    assert asked == [*pages]
    assert article.body.split("\n\n") == [paragraph for paragraph in PARAGRAPHS if any(paragraph in text for text in pages.values())]
    assert (visit.url, article.url, article.page_count) == (url, url, len(pages))
    assert url not in article.aliases


@pytest.mark.parametrize(("name", "url", "second"), sorted({row[:3] for row in FORMS}))
def test_a_further_page_has_the_address_of_its_article(name: str, url: str, second: str) -> None:
    articles = outlet(name).articles
    assert articles.article_id(second) == articles.article_id(url) is not None
    assert articles.canonical(second) == articles.canonical(f"{second}#isi") == url
    assert articles.fetch_url(second) == articles.fetch_url(url)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("cnbc_indonesia", "https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-2"),
        ("cnbc_indonesia", "https://www.cnbcindonesia.com/news/20260930181412-4-771500"),
        ("detik", "https://news.detik.com/internasional/d-8120001/17"),
        ("republika", "https://internasional.republika.co.id/berita/ri3bd7463/kapal-part-2"),
        ("republika", "https://internasional.republika.co.id/berita/ri3bd7463/kapal-part1-dan-part2-tiba"),
    ],
)
def test_what_only_looks_like_a_page_number_stays(name: str, url: str) -> None:
    assert outlet(name).articles.canonical(url) == url


CNN_PAGES = FORMS[1][3]


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_costs_itself_alone(status: int) -> None:
    (candidate,) = candidates("cnn_indonesia", CNN)
    for missing, left in ((f"{CNN}/3", [0, 1, 2, 3, 6, 7]), (f"{CNN}/4", [0, 1, 2, 3, 4, 5])):
        visit, asked = crawl("cnn_indonesia", candidate, site({**CNN_PAGES, missing: status}))
        assert (visit.outcome, visit.http_status, asked) == (Outcome.ARTICLE, 200, [*CNN_PAGES])
        assert visit.article is not None
        assert visit.article.body.split("\n\n") == [PARAGRAPHS[i] for i in left]
        assert visit.article.page_count == 3


def test_what_was_read_without_a_page_can_be_read_again_from_the_archive(tmp_path: Path) -> None:
    recording = Recording(tmp_path, "cnn_indonesia")
    for url in CNN_PAGES:
        answer = site({**CNN_PAGES, f"{CNN}/3": 404})(Request(url))
        recording.add(url, answer.status, answer.body)
    settings = get_project_settings()
    settings.setdict({"DATA_DIR": str(tmp_path), "ARCHIVE_DIR": "archive"})
    name = recording.close().name
    rereader = Rereader(outlet("cnn_indonesia"), settings, lambda _: None)
    (page,) = rereader.archived().in_order(since=None)
    visit = rereader.visit(page, "world")
    assert visit is not None
    assert visit.archive_file == name
    assert visit.article is not None
    assert (visit.article.page_count, visit.article.body.split("\n\n")) == (3, [*PARAGRAPHS[:4], *PARAGRAPHS[6:8]])


def test_an_article_that_is_not_there_is_gone() -> None:
    (candidate,) = candidates("cnn_indonesia", CNN)
    visit, asked = crawl("cnn_indonesia", candidate, site({}))
    assert (visit.outcome, asked) == (Outcome.GONE, [CNN])


@pytest.mark.parametrize("status", [403, 500, 503])
def test_without_a_page_that_cannot_be_had_now_nothing_is_stored(status: int) -> None:
    (candidate,) = candidates("cnn_indonesia", CNN)
    visit, _ = crawl("cnn_indonesia", candidate, site({**CNN_PAGES, f"{CNN}/3": status}))
    assert (visit.outcome, visit.reason, visit.article) == (Outcome.FAILED, f"HTTP {status}", None)


@pytest.mark.parametrize("elsewhere", ["https://www.cnnindonesia.com/", CNN.replace("1299001", "1299002"), CNN])
def test_a_page_that_leads_elsewhere_costs_itself_alone(elsewhere: str) -> None:
    """To the home page, to another story, or back to the first page."""

    def answer(request: Request) -> HtmlResponse:
        response = site(CNN_PAGES)(request)
        return response.replace(url=elsewhere, body=CNN_PAGES[CNN].encode()) if request.url == f"{CNN}/4" else response

    (candidate,) = candidates("cnn_indonesia", CNN)
    visit, asked = crawl("cnn_indonesia", candidate, answer)
    assert visit.article is not None
    assert (asked, visit.article.body.split("\n\n"), visit.article.page_count) == ([*CNN_PAGES], PARAGRAPHS[:6], 3)


def test_links_to_other_stories_and_lists_are_no_pages() -> None:
    others = (f"{CNN.replace('1299001', '1299002')}/7", "https://www.cnnindonesia.com/indeks?page=9", f"{CNN}#komentar", f"{CNN}/amp")
    first = page(CNN, "detail-text", [1], links(CNN_NUMBERS, f"{CNN}/2", *others))
    (candidate,) = candidates("cnn_indonesia", CNN)
    _, asked = crawl("cnn_indonesia", candidate, site({CNN: first, f"{CNN}/2": CNN_PAGES[f"{CNN}/2"].replace(f"{CNN}/4", "#")}))
    assert asked == [CNN, f"{CNN}/2"]


def test_no_more_than_thirty_pages_are_asked_for() -> None:
    def answer(request: Request) -> HtmlResponse:
        number = int(match[1]) if (match := re.search(r"/(\d+)$", request.url)) else 1
        content = page(CNN, "detail-text", [1 + number % 2], links(CNN_NUMBERS, f"{CNN}/{number + 1}"))
        return HtmlResponse(request.url, body=content.encode(), request=request)

    (candidate,) = candidates("cnn_indonesia", CNN)
    visit, asked = crawl("cnn_indonesia", candidate, answer)
    assert visit.outcome is Outcome.ARTICLE
    assert asked == [CNN, *(f"{CNN}/{number}" for number in range(2, 31))]


def test_an_outlet_that_sends_to_ever_new_addresses_is_left() -> None:
    def answer(request: Request) -> HtmlResponse:
        content = page(CNN, "detail-text", [1], links(CNN_NUMBERS, f"{CNN}/2", f"{CNN}/3"))
        return HtmlResponse(f"{CNN}?dari={len(met)}", body=content.encode(), request=request)

    met = candidates("cnn_indonesia", CNN)

    def counted(request: Request) -> HtmlResponse:
        met.append(met[0])
        return answer(request)

    visit, asked = crawl("cnn_indonesia", met[0], counted)
    assert (visit.outcome, len(asked)) == (Outcome.ARTICLE, 30)
    assert visit.article is not None
    assert visit.article.body.split("\n\n") == PARAGRAPHS[:2]


def test_what_a_further_page_says_to_machines_or_shows_beside_it_is_not_read_twice() -> None:
    """A last page of one short paragraph: neither JSON-LD's whole text nor the block page's own words take its place."""
    whole = " ".join(PARAGRAPHS[:3])
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Kapal", "articleBody": "{whole}"}}</script>'
    beside = f"<div><p>{PARAGRAPHS[8]}</p><p>{PARAGRAPHS[9]}</p></div>"
    first = page(CNN, "detail-text", [1], links(CNN_NUMBERS, f"{CNN}/2"))
    last = first.replace(PARAGRAPHS[0], PARAGRAPHS[2]).replace(f"<p>{PARAGRAPHS[1]}</p>", "") + data + beside
    blocked = f"<title>Just a moment...</title><h1>Just a moment</h1><p>{'Memeriksa peramban Anda sebelum melanjutkan. ' * 8}</p>"
    (candidate,) = candidates("cnn_indonesia", CNN)
    for second, body in ((last, PARAGRAPHS[:3]), (blocked, PARAGRAPHS[:2])):
        visit, _ = crawl("cnn_indonesia", candidate, site({CNN: first, f"{CNN}/2": second}))
        assert visit.article is not None
        assert visit.article.body.split("\n\n") == body
