"""A declaration proposed from an invented outlet's pages, and the shapes of addresses that are told from its links."""

import asyncio
import random
import re
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler import settings as project
from crawler.families import KLY_PAGE, MARKS
from crawler.jobs.checking import declaration_problems
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from crawler.proposals.addresses import domain_of, guess_shape
from crawler.proposals.investigation import Findings, NothingFoundError, Served, investigate
from crawler.proposals.proposal import family_of, free_minute, render, steps
from crawler.proposals.spider import investigate_files
from crawler.reading.page import Page
from tests.crawler.proposals.house import HOST, NOW, STORIES, answer
from tests.crawler.test_identity import FORMS, URLS

TEMPLATE = Path(project.TEMPLATES_DIR, "spiders", "outlet.tmpl")
STORY = STORIES[17]


async def get(url: str) -> Served | None:
    status, _, body = answer(url) if urlsplit(url).hostname == HOST else (404, "", "")
    return Served(url, body.encode()) if status == 200 else None


def load(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> type[OutletSpider]:
    package = f"proposed_{folder.name}"
    (folder / package).mkdir()
    (folder / package / "__init__.py").touch()
    (folder / package / "wartalaut.py").write_text(source)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    outlets = Outlets([package])
    assert outlets.broken == {}, source
    return outlets.load("wartalaut")


def proposed(found: Findings) -> str:
    return render(TEMPLATE, "wartalaut", found, minute=3, is_live=True, now=NOW)


@pytest.mark.parametrize(
    "pasted", [f"https://{HOST}{STORY.path}", f"https://m.wartalaut.example{STORY.path}?utm_source=x", f"http://{HOST}/"]
)
def test_a_whole_declaration_is_proposed(pasted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = asyncio.run(investigate([pasted], get, NOW))
    source = proposed(found)
    assert max(map(len, source.splitlines())) <= 140
    outlet = load(source, tmp_path, monkeypatch)
    assert (outlet.title, outlet.home, outlet.allowed_domains, outlet.proven) == (
        "Warta Laut",
        f"https://{HOST}/",
        ("wartalaut.example",),
        "live 2026-11",
    )
    assert {outlet.articles.article_id(f"https://{HOST}{story.path}") for story in STORIES} == {str(story.number) for story in STORIES}
    assert outlet.articles.article_id(f"https://{HOST}/ekonomi/2031/02/91234-kapal-lain-tiba") == "91234"
    assert outlet.articles.article_id(f"https://{HOST}/video/2031/02/91234-kapal-lain-tiba") is None
    assert outlet.articles.article_id(f"https://{HOST}/mancanegara") is None
    routes = {route.name: route for route in outlet.routes}
    assert set(routes) >= {"date index", "world", "feed", "news sitemap", "tag rusia"}
    assert routes["date index"].url == f"https://{HOST}/indeks-berita?tanggal={{date:%Y-%m-%d}}&hal={{page}}"
    assert routes["date index"].exhaustive
    assert {route.url_filter for route in outlet.routes} == {"/mancanegara/", "."}
    assert outlet.page.body == (".teks-berita",)  # type: ignore[union-attr]
    assert [each for each in declaration_problems(outlet) if "wrong place" in each or "code" in each] == []


def test_a_publisher_group_is_recognised_and_pages_without_a_byline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def other(url: str) -> Served | None:
        served = await get(url)
        body = re.sub(rb'<div class="nama-penulis">.*?</div>', b"", served.body) if served else b""
        return served and replace(served, body=body.replace(b"</head>", b"<script>window.kly = {}</script></head>"))

    found = asyncio.run(investigate([f"https://{HOST}/"], other, NOW))
    source = proposed(found)
    assert "from crawler.families import KLY_PAGE, articles_on_www\n" in source
    outlet = load(source, tmp_path, monkeypatch)
    assert (outlet.page, outlet.expects.authors) == (KLY_PAGE, 0)
    assert {family for family in MARKS if family_of([Page(b"<p>" + MARKS[family], "https://x.example/")]) == family} == set(MARKS)


def test_the_next_steps_name_pages_of_the_outlet() -> None:
    found = asyncio.run(investigate([f"https://{HOST}/"], get, NOW))
    record = [step for step in steps("wartalaut", found) if step.startswith("scrapy record")]
    assert len(record) == 3
    assert all(f"https://{HOST}/" in step for step in record)
    assert [*steps("wartalaut", found)][3:] == ["scrapy check --write", "scrapy crawl wartalaut", "scrapy doctor wartalaut"]


def test_saved_pages_do_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, path in {"home.html": "/", "story.html": STORY.path, "other.html": STORIES[40].path}.items():
        body = answer(f"https://{HOST}{path}")[2]
        (tmp_path / name).write_text(body.replace("<head>", f'<head><link rel="canonical" href="https://{HOST}{path}">', 1))
    found = investigate_files([tmp_path / "home.html", tmp_path / "story.html", tmp_path / "other.html"], NOW)
    outlet = load(proposed(found), tmp_path, monkeypatch)
    assert outlet.articles.article_id(f"https://{HOST}{STORIES[0].path}") == str(STORIES[0].number)
    assert [route.name for route in outlet.routes] == ["home"]
    (tmp_path / "nameless.html").write_text("<h1>x</h1>")
    with pytest.raises(NothingFoundError, match=r"nameless\.html names no address of its own"):
        investigate_files([tmp_path / "nameless.html"], NOW)


@pytest.mark.parametrize(
    ("url", "said"), [("https://kosong.example/", "no front page of kosong.example answers"), ("https://hanya.example/", "no addresses")]
)
def test_where_nothing_is_found_it_says_why(url: str, said: str) -> None:
    async def silent(asked: str) -> Served | None:
        return Served(asked, b"<a href='/tentang-kami'>Tentang kami</a>") if "hanya" in asked else None

    with pytest.raises(NothingFoundError, match=said):
        asyncio.run(investigate([url], silent, NOW))


@pytest.mark.parametrize(
    "name", sorted(set(URLS) - {"babe", "tribunnews", "merdeka", "suara"})
)  # these have two shapes, or none in the path
def test_the_addresses_of_the_outlets_that_are_here_are_told_from_their_links(name: str) -> None:
    dice = random.Random(name)
    slugs = ("kapal-barang-tiba-di-dermaga", "harga-cabai-turun-lagi-hari-ini", "menteri-khayalan-naik-sepeda-ke-kantor")
    urls = [URLS[name](dice, slug) for slug in slugs for _ in range(5)]
    domain = domain_of(urlsplit(urls[0]).hostname or "")
    menu = [(f"https://www.{domain}/{word}", word) for word in ("ekonomi", "tag/rusia", "tentang-kami", "indeks")]
    shape = guess_shape([*menu, *((url, "Sebuah judul yang cukup panjang untuk sebuah berita") for url in urls)], domain)
    assert shape is not None
    pattern = re.compile(shape.pattern(domain))
    ids = {url: match["id"] for url in urls if (match := pattern.match(url))}
    assert len({*ids.values()}) == len({*urls})
    assert not any(pattern.match(url) for url, _ in menu)


@pytest.mark.parametrize(
    ("host", "domain"),
    [("www.kabar.co.id", "kabar.co.id"), ("news.kabar.com", "kabar.com"), ("kabar.id", "kabar.id"), ("m.kabar.web.id", "kabar.web.id")],
)
def test_the_domain_of_a_host(host: str, domain: str) -> None:
    assert domain_of(host) == domain


def test_a_new_outlet_starts_at_a_minute_of_its_own() -> None:
    outlets = Outlets(["crawler.spiders"]).named()
    minute = free_minute(outlets)
    assert all(minute != each.minute and minute != (each.minute + 30) % 60 for each in outlets)
    assert FORMS
