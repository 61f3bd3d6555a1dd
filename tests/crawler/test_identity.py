"""However an article is linked to, it is one article; and no two articles are ever one."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.outlet import OutletSpider

LOADER = get_spider_loader(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
STAGE = Path(__file__).parents[3] / "shared" / "stage" / "stage.py"


def outlet(name: str) -> type[OutletSpider]:
    return LOADER.load(name)  # type: ignore[return-value]


# Outlet → canonical URL → other forms of it, as linked to by outlets, apps, search engines and readers (2026-07 to 2026-10)
FORMS: dict[str, dict[str, list[str]]] = {
    "cnbc_indonesia": {
        "https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-barang-tiba": [
            "http://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-barang-tiba",
            "https://cnbcindonesia.com/news/20260930181412-4-771500/kapal-barang-tiba",
            "https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-barang-tiba/",
            "https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-barang-tiba/amp",
            "https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-barang-tiba/amp/",
            "https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-barang-tiba?utm_source=notifikasi",
            "https://www.cnbcindonesia.com/news/20260930181412-4-771500/kapal-barang-tiba#comment",
            "https://www.cnbcindonesia.com/news/20260930181412-4-771500",
        ]
    },
    "cnn_indonesia": {
        "https://www.cnnindonesia.com/internasional/20260930181412-113-1299001/kapal-barang-tiba": [
            "http://cnnindonesia.com/internasional/20260930181412-113-1299001/kapal-barang-tiba",
            "https://www.cnnindonesia.com/internasional/20260930181412-113-1299001/kapal-barang-tiba/amp",
            "https://www.cnnindonesia.com/internasional/20260930181412-113-1299001/kapal-barang-tiba/2",
            "https://www.cnnindonesia.com/internasional/20260930181412-113-1299001/kapal-barang-tiba?tag_from=wp_hl",
        ]
    },
    "detik": {
        "https://news.detik.com/internasional/d-8120001/kapal-barang-tiba": [
            "http://news.detik.com/internasional/d-8120001/kapal-barang-tiba",
            "https://news.detik.com/internasional/d-8120001/kapal-barang-tiba?single=1",
            "https://news.detik.com/internasional/d-8120001/kapal-barang-tiba/2",
            "https://news.detik.com/internasional/d-8120001/kapal-barang-tiba/amp",
            "https://news.detik.com/berita/d-8120001/kapal-barang-tiba",
        ]
    },
    "kompas": {
        "https://internasional.kompas.com/read/2026/11/23/075519270/kapal-barang-tiba": [
            "http://internasional.kompas.com/read/2026/11/23/075519270/kapal-barang-tiba",
            "https://www.kompas.com/global/read/2026/11/23/075519270/kapal-barang-tiba",
            "https://amp.kompas.com/internasional/read/2026/11/23/075519270/kapal-barang-tiba",
            "https://amp.kompas.com/global/read/2026/11/23/075519270/kapal-barang-tiba",
            "https://internasional.kompas.com/read/2026/11/23/075519270/kapal-barang-tiba?page=all",
            "https://internasional.kompas.com/read/2026/11/23/075519270/kapal-barang-tiba?page=2#page2",
            "https://internasional.kompas.com/read/2026/11/23/075519270/kapal-barang-tiba?jxrecoid=ab12~desktop",
            "https://internasional.kompas.com/read/2026/11/23/075519270/kapal-barang-tiba/",
            "https://internasional.kompas.com/read/2026/11/23/075519270/judul-yang-lama",
            "https://internasional.kompas.com/read/2026/11/23/075519270",
        ]
    },
    "kompas_tv": {
        "https://www.kompas.tv/internasional/619001/kapal-barang-tiba": [
            "https://www.kompas.tv/article/619001/kapal-barang-tiba",
            "http://www.kompas.tv/internasional/619001/kapal-barang-tiba",
            "https://kompas.tv/internasional/619001/kapal-barang-tiba",
            "https://kompas.tv/article/619001/kapal-barang-tiba?page=all",
            "https://www.kompas.tv/internasional/619001/kapal-barang-tiba?page=2",
            "https://www.kompas.tv/internasional/619001/kapal-barang-tiba/",
            "https://www.kompas.tv/internasional/619001/kapal-barang-tiba?utm_source=wa",
        ]
    },
    "tribunnews": {
        "https://www.tribunnews.com/internasional/7850001/kapal-barang-tiba": [
            "http://www.tribunnews.com/internasional/7850001/kapal-barang-tiba",
            "https://m.tribunnews.com/internasional/7850001/kapal-barang-tiba",
            "https://tribunnews.com/internasional/7850001/kapal-barang-tiba",
            "https://www.tribunnews.com/internasional/7850001/kapal-barang-tiba?page=2",
            "https://www.tribunnews.com/internasional/7850001/kapal-barang-tiba?page=all",
            "https://www.tribunnews.com/internasional/7850001/kapal-barang-tiba?_ga=2.1",
            "https://www.tribunnews.com/internasional/7850001/kapal-barang-tiba/",
        ],
        "https://www.tribunnews.com/internasional/2026/07/24/kapal-barang-tiba": [
            "https://m.tribunnews.com/internasional/2026/07/24/kapal-barang-tiba",
            "https://www.tribunnews.com/internasional/2026/07/24/kapal-barang-tiba?page=all",
            "https://www.tribunnews.com/internasional/2026/07/24/kapal-barang-tiba?ct=1&m=2&s=3",
        ],
        "https://solo.tribunnews.com/internasional/1176647/kapal-barang-tiba": [
            "http://solo.tribunnews.com/internasional/1176647/kapal-barang-tiba",
            "https://solo.tribunnews.com/internasional/1176647/kapal-barang-tiba?page=2",
        ],
    },
    "republika": {
        "https://internasional.republika.co.id/berita/tio9zt472/kapal-barang-tiba": [
            "http://internasional.republika.co.id/berita/tio9zt472/kapal-barang-tiba",
            "https://internasional.republika.co.id/berita//tio9zt472/kapal-barang-tiba",
            "https://news.republika.co.id/berita/tio9zt472/kapal-barang-tiba",
            "https://republika.co.id/berita/tio9zt472/kapal-barang-tiba",
            "https://www.republika.co.id/berita/tio9zt472/kapal-barang-tiba",
            "https://fbeta.republika.co.id/berita/tio9zt472/kapal-barang-tiba",
            "https://republika.co.id/share/tio9zt472",
            "https://internasional.republika.co.id/berita/tio9zt472/kapal-barang-tiba/",
            "https://internasional.republika.co.id/berita/tio9zt472/kapal-barang-tiba?utm_source=x",
            "https://www.republika.co.id/berita/internasional/global/26/07/24/tio9zt472-kapal-barang-tiba",
        ],
        "https://news.republika.co.id/berita/tg6kjc3430000/kapal-barang-tiba": ["https://republika.co.id/share/tg6kjc3430000"],
    },
    "katakini": {
        "https://www.katakini.com/artikel/131001/kapal-barang-tiba/": [
            "http://www.katakini.com/artikel/131001/kapal-barang-tiba/",
            "https://katakini.com/artikel/131001/kapal-barang-tiba/",
            "https://www.katakini.com/artikel/131001/kapal-barang-tiba",
            "https://www.katakini.com/artikel/131001/",
            "https://www.katakini.com/artikel/131001",
            "https://www.katakini.com/mobile/artikel/131001/kapal-barang-tiba/",
        ]
    },
    "antara": {
        "https://www.antaranews.com/berita/4912301/kapal-barang-tiba": [
            "http://www.antaranews.com/berita/4912301/kapal-barang-tiba",
            "https://m.antaranews.com/berita/4912301/kapal-barang-tiba",
            "https://antaranews.com/berita/4912301/kapal-barang-tiba?page=all",
            "https://www.antaranews.com/berita/4912301",
        ]
    },
    "tempo": {
        "https://www.tempo.co/internasional/kapal-barang-tiba-2277913": [
            "http://tempo.co/internasional/kapal-barang-tiba-2277913",
            "https://www.tempo.co/internasional/kapal-barang-tiba-2277913?utm_source=x",
            "https://www.tempo.co/internasional/judul-yang-lama-2277913",
        ],
        "https://dunia.tempo.co/read/1822001/kapal-barang-tiba": ["http://dunia.tempo.co/read/news/2026/11/23/1822001/kapal-barang-tiba"],
    },
    "liputan6": {
        "https://www.liputan6.com/global/read/8253586/kapal-barang-tiba": [
            "https://m.liputan6.com/global/read/8253586/kapal-barang-tiba",
            "http://global.liputan6.com/read/8253586/kapal-barang-tiba",
            "https://www.liputan6.com/global/read/8253586/kapal-barang-tiba?page=2",
        ]
    },
    "merdeka": {
        "https://www.merdeka.com/dunia/read/8253998/kapal-barang-tiba": [
            "https://m.merdeka.com/dunia/read/8253998/kapal-barang-tiba",
            "https://www.merdeka.com/dunia/read/8253998/kapal-barang-tiba?page=2",
        ],
        "https://www.merdeka.com/dunia/kapal-barang-tiba.html": [
            "http://www.merdeka.com/dunia/kapal-barang-tiba.html",
            "https://m.merdeka.com/dunia/kapal-barang-tiba.html",
        ],
    },
    "okezone": {
        "https://news.okezone.com/read/2026/07/24/18/3232094/kapal-barang-tiba": [
            "http://news.okezone.com/read/2026/07/24/18/3232094/kapal-barang-tiba",
            "https://news.okezone.com/amp/read/2026/07/24/18/3232094/kapal-barang-tiba",
            "https://news.okezone.com/read/2026/07/24/18/3232094/kapal-barang-tiba?page=2",
        ]
    },
    "sindonews": {
        "https://international.sindonews.com/read/1731775/41/kapal-barang-tiba-1784873276": [
            "http://international.sindonews.com/read/1731775/41/kapal-barang-tiba-1784873276",
            "https://international.sindonews.com/read/1731775/41/kapal-barang-tiba-1784873276/5",
            "https://international.sindonews.com/read/1731775/41/kapal-barang-tiba-1784873276?showpage=all",
        ]
    },
    "viva": {
        "https://www.viva.co.id/berita/dunia/1915972-kapal-barang-tiba": [
            "http://viva.co.id/berita/dunia/1915972-kapal-barang-tiba",
            "https://m.viva.co.id/berita/dunia/1915972-kapal-barang-tiba",
            "https://www.viva.co.id/berita/dunia/1915972-kapal-barang-tiba?page=2",
        ]
    },
    "suara": {
        "https://www.suara.com/news/2026/07/24/070859/kapal-barang-tiba": [
            "http://suara.com/news/2026/07/24/070859/kapal-barang-tiba",
            "https://amp.suara.com/news/2026/07/24/070859/kapal-barang-tiba",
            "https://m.suara.com/news/2026/07/24/070859/kapal-barang-tiba",
            "https://www.suara.com/news/2026/07/24/070859/kapal-barang-tiba?page=2",
        ]
    },
    "jpnn": {
        "https://www.jpnn.com/news/kapal-barang-tiba": [
            "http://jpnn.com/news/kapal-barang-tiba",
            "https://m.jpnn.com/news/kapal-barang-tiba",
            "https://www.jpnn.com/news/kapal-barang-tiba?page=2",
        ]
    },
    "media_indonesia": {
        "https://mediaindonesia.com/internasional/913303/kapal-barang-tiba": [
            "http://www.mediaindonesia.com/internasional/913303/kapal-barang-tiba",
            "https://m.mediaindonesia.com/internasional/913303/kapal-barang-tiba",
        ]
    },
    "idn_times": {
        "https://www.idntimes.com/news/world/kapal-barang-tiba-00-rcnth-nxxvry": [
            "http://idntimes.com/news/world/kapal-barang-tiba-00-rcnth-nxxvry",
            "https://www.idntimes.com/news/world/kapal-barang-tiba-00-rcnth-nxxvry?utm_source=x",
        ]
    },
    "babe": {
        "https://babeindonesia.com/read?id=90001": [
            "http://babeindonesia.com/read?id=90001",
            "https://www.babeindonesia.com/read?id=90001",
            "https://babeindonesia.com/read?utm_source=wa&id=90001",
            "https://babeindonesia.com/read?id=90001&from=home",
            "https://babeindonesia.com/read/?id=90001",
        ]
    },
}
ROWS = [(name, canonical, form) for name, articles in FORMS.items() for canonical, forms in articles.items() for form in forms]


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 60
    assert set(FORMS) == set(LOADER.list()), "an outlet without a row"


@pytest.mark.parametrize(("name", "canonical", "form"), ROWS)
def test_every_form_leads_to_the_article(name: str, canonical: str, form: str) -> None:
    articles = outlet(name).articles
    assert articles.article_id(canonical) is not None
    assert articles.article_id(form) == articles.article_id(canonical)
    assert articles.canonical(canonical) == canonical
    address = urlsplit(articles.fetch_url(form))
    assert address.scheme == "https"
    assert not address.fragment


@pytest.mark.parametrize("name", sorted(FORMS))
def test_nobody_else_has_its_articles(name: str) -> None:
    """The same URL on another host or without one, or as a parameter of another page, is none of the outlet's."""
    for canonical in FORMS[name]:
        host, path = urlsplit(canonical).netloc, urlsplit(canonical).path
        without_host = {f"https://{path[at + 1 :]}" for at, letter in enumerate(path) if letter == "/"}
        for url in (canonical.replace(host, f"{host}.kabar.example"), f"https://kabar.example/?u={canonical}", *without_host):
            assert outlet(name).articles.article_id(url) is None, url


# --- different articles

_CODES = "abcdefghijklmnopqrstuvwxyz0123456789"


def _number(chance: random.Random) -> int:
    return chance.randrange(100_000, 9_999_999)


def _code(chance: random.Random) -> str:
    return "t" + "".join(chance.choices(_CODES, k=7)) + str(chance.randrange(10))


# An article's URL made of (something that is its own, a slug that many share)
URLS: dict[str, Callable[[random.Random, str], str]] = {
    "cnbc_indonesia": lambda c, s: f"https://www.cnbcindonesia.com/news/20260930181412-4-{_number(c)}/{s}",
    "cnn_indonesia": lambda c, s: f"https://www.cnnindonesia.com/internasional/20260930181412-113-{_number(c)}/{s}",
    "detik": lambda c, s: f"https://news.detik.com/internasional/d-{_number(c)}/{s}",
    "kompas": lambda c, s: (
        f"https://internasional.kompas.com/read/2026/{c.randrange(1, 13):02}/{c.randrange(1, 29):02}"
        f"/{c.randrange(24):02}{c.randrange(60):02}{c.randrange(60):02}{c.randrange(10, 999)}/{s}"
    ),
    "kompas_tv": lambda c, s: f"https://www.kompas.tv/internasional/{_number(c)}/{s}",
    "tribunnews": lambda c, s: c.choice(
        (
            f"https://www.tribunnews.com/internasional/{_number(c)}/{s}",
            f"https://solo.tribunnews.com/internasional/{_number(c)}/{s}",
            f"https://www.tribunnews.com/internasional/2026/{c.randrange(1, 13):02}/{c.randrange(1, 29):02}/{s}-{_number(c)}",
            f"https://solo.tribunnews.com/2026/{c.randrange(1, 13):02}/{c.randrange(1, 29):02}/{s}-{_number(c)}",
        )
    ),
    "republika": lambda c, s: f"https://internasional.republika.co.id/berita/{_code(c)}/{s}",
    "katakini": lambda c, s: f"https://www.katakini.com/artikel/{_number(c)}/{s}/",
    "antara": lambda c, s: f"https://www.antaranews.com/berita/{_number(c)}/{s}",
    "tempo": lambda c, s: f"https://www.tempo.co/internasional/{s}-{_number(c)}",
    "liputan6": lambda c, s: f"https://www.liputan6.com/global/read/{_number(c)}/{s}",
    "merdeka": lambda c, s: c.choice(
        (f"https://www.merdeka.com/dunia/read/{_number(c)}/{s}", f"https://www.merdeka.com/dunia/{s}-{_number(c)}.html")
    ),
    "okezone": lambda c, s: f"https://news.okezone.com/read/2026/07/24/18/{_number(c)}/{s}",
    "sindonews": lambda c, s: f"https://international.sindonews.com/read/{_number(c)}/41/{s}-1784873276",
    "viva": lambda c, s: f"https://www.viva.co.id/berita/dunia/{_number(c)}-{s}",
    "suara": lambda c, s: f"https://www.suara.com/news/2026/07/24/07{c.randrange(60):02}{c.randrange(60):02}/{s}-{_number(c)}",
    "jpnn": lambda c, s: f"https://www.jpnn.com/news/{s}-{_number(c)}",
    "media_indonesia": lambda c, s: f"https://mediaindonesia.com/internasional/{_number(c)}/{s}",
    "idn_times": lambda c, s: f"https://www.idntimes.com/news/world/{s}-00-rcnth-{c.randrange(100_000, 999_999)}",
    "babe": lambda c, s: f"https://babeindonesia.com/read?id={_number(c)}",
}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_no_two_articles_are_one(name: str) -> None:
    chance = random.Random(name)
    articles = outlet(name).articles
    urls = {URLS[name](chance, slug) for slug in ("rusia", "korea-utara-dan-rusia", "2026-11-23", "d-1") for _ in range(75)}
    ids = {url: articles.article_id(url) for url in urls}
    assert len(urls) >= 200
    assert None not in ids.values()
    assert len(set(ids.values())) == len(urls)
    assert len({articles.canonical(url) for url in urls}) == len(urls)


@pytest.mark.skipif(not STAGE.exists(), reason="THE STAGE IS ABSENT: its articles' twins are not checked")
def test_the_stages_articles_and_their_twins(tmp_path: Path) -> None:
    build = [sys.executable, str(STAGE), "build", "--seed", "8", "--days", "6", "--articles-per-day", "40", "--out", str(tmp_path)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    names = {"cnbc": "cnbc_indonesia", "kompastv": "kompas_tv"}
    seen: dict[tuple[str, str], str] = {}
    for line in (tmp_path / "truth.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        name = names.get(truth["outlet"], truth["outlet"])
        ids = {outlet(name).articles.article_id(url) for url in (truth["url"], *truth["aliases"])}
        assert len(ids) == 1, truth
        key = (name, str(ids.pop()))
        assert seen.setdefault(key, truth["id"]) == truth["id"], truth
    assert min(sum(outlet == name for outlet, _ in seen) for name, _ in seen) >= 200
