"""What the families promise: the addresses of their outlets, and one identity under every name an article goes by."""

from datetime import UTC, datetime, timedelta

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.families import trans_media_articles, trans_media_routes
from crawler.outlet import OutletSpider
from crawler.settings import USER_AGENT

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LOADER = get_spider_loader(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))


def outlet(name: str) -> type[OutletSpider]:
    spider = LOADER.load(name)
    assert issubclass(spider, OutletSpider)
    return spider


def test_a_sister_of_cnbc() -> None:
    routes = trans_media_routes("https://www.kabar.example/", world="dunia")
    first = [next(route.paginations(NOW - timedelta(days=1), NOW)).url for route in routes]
    assert first[:4] == [
        "https://www.kabar.example/dunia/rss",
        "https://www.kabar.example/dunia/sitemap_news.xml",
        "https://www.kabar.example/indeks?date=2026/11/23&page=1",
        "https://www.kabar.example/tag/korea-utara/1",
    ]
    articles = trans_media_articles("kabar.example")
    assert articles.article_id("https://kabar.example/dunia/20261123070000-4-123/judul/amp") == "123"
    assert articles.canonical("http://kabar.example/dunia/20261123070000-4-123/judul/amp") == (
        "https://www.kabar.example/dunia/20261123070000-4-123/judul"
    )


def test_detiks_index_takes_the_month_first() -> None:
    (index,) = (route for route in outlet("detik").routes if route.name == "date index")
    assert next(index.paginations(NOW, NOW)).url == "https://news.detik.com/internasional/indeks?date=11/23/2026&page=1"


def test_tribun_is_asked_as_a_browser_that_gives_our_name() -> None:
    agent = outlet("tribunnews").custom_settings["USER_AGENT"]  # type: ignore[index]
    assert agent.startswith("Mozilla/5.0 (")
    assert agent.endswith(USER_AGENT)


@pytest.mark.parametrize(
    ("name", "article_id", "urls"),
    [
        (
            "tribunnews",
            "7851001",
            [
                "https://www.tribunnews.com/internasional/7851001/judul",
                "https://m.tribunnews.com/internasional/7851001/judul?page=all",
                "https://tribunnews.com/nasional/7851001/judul-lain",
            ],
        ),
        (
            "tribunnews",
            "2026/07/24/judul",
            ["https://www.tribunnews.com/internasional/2026/07/24/judul", "https://m.tribunnews.com/2026/07/24/judul?ct=1"],
        ),
        ("tribunnews", "solo.tribunnews.com/2026/07/24/judul", ["https://solo.tribunnews.com/2026/07/24/judul?page=2"]),
        ("tribunnews", "pontianak.tribunnews.com/metropolis/1176647", ["https://pontianak.tribunnews.com/metropolis/1176647/judul"]),
        (
            "republika",
            "tio9zt472",
            [
                "https://internasional.republika.co.id/berita/tio9zt472/judul",
                "https://internasional.republika.co.id/berita//tio9zt472/judul",
                "https://republika.co.id/share/tio9zt472",
                "https://fbeta.republika.co.id/berita/tio9zt472",
            ],
        ),
        ("republika", "tg6kjc3430000", ["https://news.republika.co.id/berita/tg6kjc3430000/judul"]),
        ("republika", "p1s0ca409", ["http://www.republika.co.id/berita/internasional/global/17/12/30/p1s0ca409-judul"]),
        ("kompas_tv", "641001", ["https://www.kompas.tv/internasional/641001/judul", "https://kompas.tv/article/641001/judul?page=all"]),
        (
            "katakini",
            "98001",
            [
                "https://www.katakini.com/artikel/98001/judul/",
                "https://katakini.com/mobile/artikel/98001/judul/",
                "https://katakini.com/artikel/98001/",
            ],
        ),
        ("babe", "700", ["https://babeindonesia.com/read?id=700", "https://www.babeindonesia.com/read?utm_source=x&id=700"]),
        (
            "detik",
            "8400001",
            ["https://news.detik.com/internasional/d-8400001/judul", "https://news.detik.com/internasional/d-8400001/judul/2"],
        ),
        ("cnn_indonesia", "1384001", ["https://www.cnnindonesia.com/internasional/20260724095511-113-1384001/judul"]),
    ],
)
def test_one_identity_whatever_the_address(name: str, article_id: str, urls: list[str]) -> None:
    assert {outlet(name).articles.article_id(url) for url in urls} == {article_id}


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("tribunnews", "https://www.tribunnews.com/topic/konflik-khayalan"),
        ("tribunnews", "https://www.tribunnews.com/images/regional/7851001/judul"),
        ("tribunnews", "https://www.tribunnews.com/index-news/internasional?date=2026-7-24"),
        ("republika", "https://republika.co.id/kanal/internasional"),
        ("republika", "https://retizen.republika.co.id/berita/tio9zt472/judul"),
        ("republika", "https://www.republika.co.id/berita/internasional/global"),
        ("kompas_tv", "https://www.kompas.tv/tag/995-senjata-api"),
        ("kompas_tv", "https://www.kompas.tv/video/641001/judul"),
        ("katakini", "https://www.katakini.com/artikel/0/situs-contoh/"),
        ("babe", "https://babeindonesia.com/read?id=0"),
        ("babe", "https://babeindonesia.com/read?width=700"),
        ("detik", "https://20.detik.com/detikflash/d-8400001/judul"),
        ("detik", "https://news.detik.com/foto-news/d-8400001/judul"),
        ("detik", "https://www.detik.com/tag/d-day/"),
        ("cnn_indonesia", "https://www.cnnindonesia.com/video/20260724095511-113-1384001/judul"),
        ("antara", "https://jabar.antaranews.com/berita/472419/judul"),  # numbers of its own
        ("antara", "https://www.antaranews.com/video/4912301/judul"),
        ("tempo", "https://www.tempo.co/penulis/rani-contoh-99812"),
        ("tempo", "https://www.tempo.co/tag/piala-dunia-20262"),
        ("tempo", "https://www.tempo.co/ekonomi/sinyal-pasar"),
        ("liputan6", "https://www.liputan6.com/video/read/8253586/judul"),
        ("liputan6", "https://video.liputan6.com/read/8253586/judul"),
        ("liputan6", "https://www.liputan6.com/global"),
        ("merdeka", "https://www.merdeka.com/foto/read/8253682/judul"),
        ("merdeka", "https://video.merdeka.com/peristiwa/judul.html"),
        ("merdeka", "https://www.merdeka.com/tag/rusia"),
        ("okezone", "https://mpi.okezone.com/article/sindonews/3232094"),
        ("okezone", "https://index.okezone.com/bydate/channel/2026/07/24/1/15/"),
        ("sindonews", "https://hi-lite.sindonews.com/read/1731775/41/judul"),
        ("sindonews", "https://www.sindonews.com/indeks/9/20?t=2026-07-24"),
        ("viva", "https://www.viva.co.id/video/1915972-judul"),
        ("viva", "https://www.viva.co.id/berita/dunia"),
        ("suara", "https://yoursay.suara.com/news/2026/07/24/070859/judul"),
        ("suara", "https://www.suara.com/foto/2026/07/24/070859/judul"),
        ("jpnn", "https://www.jpnn.com/tag/rusia"),
        ("media_indonesia", "https://mediaindonesia.com/internasional/20/40"),
        ("media_indonesia", "https://mediaindonesia.com/indeks/2000/4000"),
        ("media_indonesia", "https://mediaindonesia.com/video/detail_video/9133-judul"),
        ("idn_times", "https://www.idntimes.com/news/world/rani-contoh/judul-lama"),
    ],
)
def test_what_is_no_article(name: str, url: str) -> None:
    assert outlet(name).articles.article_id(url) is None


def test_what_a_query_holds_survives_where_it_names_the_article() -> None:
    assert (
        outlet("babe").articles.fetch_url("http://www.babeindonesia.com/read?utm_source=x&id=700")
        == "https://babeindonesia.com/read?id=700"
    )
    assert outlet("detik").articles.fetch_url("https://news.detik.com/x/d-1/judul?_ga=1") == "https://news.detik.com/x/d-1/judul?single=1"
