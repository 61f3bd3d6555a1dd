"""Identity: every form of a URL leads to one id and one canonical URL, and no two articles meet."""

import pytest

from crawler.spiders.cnbc_indonesia import CnbcIndonesiaSpider
from crawler.spiders.kompas import KompasSpider
from crawler.urls import ArticleUrls

CNBC = "https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-barang-tiba-di-rason"
KOMPAS = "https://internasional.kompas.com/read/2026/11/23/07551912/kapal-barang-tiba-di-rason"


@pytest.mark.parametrize(
    "url",
    [
        CNBC,
        f"{CNBC}/",
        f"{CNBC}/amp",
        f"{CNBC}?utm_source=notifikasi",
        CNBC.replace("www.", ""),
        CNBC.replace("https", "http"),
        CNBC.rsplit("/", 1)[0],
    ],
)
def test_cnbc_identity(url: str) -> None:
    assert CnbcIndonesiaSpider.articles.article_id(url) == "771500"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.cnbcindonesia.com/video/20260930181412-4-771500/kapal",
        "https://www.cnbcindonesia.com/tv/20260930181412-4-771500/kapal",
        "https://www.cnbcindonesia.com/tag/korea-utara/2",
        "https://www.cnbcindonesia.com/indeks?date=2026/09/30&page=2",
        "https://evil.example/?u=https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal",
        "https://www.cnbcindonesia.com.evil.example/news/20260930181412-4-771500/kapal",
    ],
)
def test_cnbc_other_pages_are_no_articles(url: str) -> None:
    assert CnbcIndonesiaSpider.articles.article_id(url) is None


def test_cnbc_canonical() -> None:
    articles = CnbcIndonesiaSpider.articles
    for url in (CNBC, f"{CNBC}/amp", f"{CNBC}/amp?x=1", CNBC.replace("https://www.", "http://")):
        assert articles.canonical(url) == CNBC


@pytest.mark.parametrize(
    "url",
    [
        KOMPAS,
        f"{KOMPAS}?page=2",
        f"{KOMPAS}?page=all#comments",
        KOMPAS.replace("internasional.kompas.com", "www.kompas.com/global"),
        KOMPAS.replace("internasional.kompas.com", "amp.kompas.com/internasional"),
        f"{KOMPAS}?jxrecoid=abc~desktop",
        KOMPAS.rsplit("/", 1)[0],
    ],
)
def test_kompas_identity(url: str) -> None:
    assert KompasSpider.articles.article_id(url) == "2026/11/23/07551912"
    assert str(KompasSpider.articles.day(url)) == "2026-11-23"


@pytest.mark.parametrize("host", ["video", "foto", "vik", "jeo", "biz"])
def test_kompas_other_hosts_are_no_articles(host: str) -> None:
    assert KompasSpider.articles.article_id(KOMPAS.replace("internasional", host)) is None


def test_kompas_fetches_all_pages_at_once() -> None:
    assert KompasSpider.articles.fetch_url(f"{KOMPAS}?page=2") == f"{KOMPAS}?page=all"


def test_a_day_that_is_none() -> None:
    assert KompasSpider.articles.day(KOMPAS.replace("2026/11/23", "2026/13/99")) is None


def test_an_id_or_a_url_may_be_so_long_and_no_longer() -> None:
    articles = ArticleUrls(pattern=r"https://kabar\.example/(?P<id>[^?]+)")
    for article_id, fits in (("a" * 1000, True), ("a" * 1001, False), ("é" * 500, True), ("é" * 501, False)):
        assert (articles.article_id(f"https://kabar.example/{article_id}") == article_id) is fits
    url = "https://kabar.example/1?"
    assert articles.article_id(url.ljust(2000, "x")) == "1"
    assert articles.article_id(url.ljust(2001, "x")) is None
    assert articles.article_id("https://kabar.example/\ud800") is None, "it cannot be sent"
