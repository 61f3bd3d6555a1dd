"""Links of a listing with the times printed beside them, in the shapes that outlets use."""

from datetime import UTC, datetime

import pytest

from crawler.clock import WIB
from crawler.discovery.links import read_links
from crawler.reading.page import Page

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 WIB


def titles(body: str) -> dict[str, str | None]:
    page = Page(f"<html><body>{body}</body></html>", "https://kabar.example/indeks")
    return {link.url.removeprefix("https://kabar.example/"): link.title for link in read_links(page, fetched_at=NOW)}


def times(body: str) -> dict[str, datetime | None]:
    page = Page(f"<html><body>{body}</body></html>", "https://kabar.example/indeks")
    return {link.url.removeprefix("https://kabar.example/"): link.published_at for link in read_links(page, fetched_at=NOW)}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            '<li><h4><a href="/topik">Topik</a></h4><h3><a href="/a">Judul</a></h3><time>Jumat, 24 Juli 2026 17:25 WIB</time></li>',
            (7, 24, 17, 25),
        ),
        ('<li><span>Kabar - 24/07/2026, 17:25 WIB</span><h3><a href="/a">Judul</a></h3></li>', (7, 24, 17, 25)),
        ('<li><a href="/a"><h3>Judul</h3><div class="date"><span>Dunia</span> - 5 jam yang lalu</div></a></li>', (11, 23, 3, 0)),
        ('<div><a href="/a"><img></a><h2><a href="/a">Judul</a></h2><span>19 Juni 2026, 13:30 WIB</span></div>', (6, 19, 13, 30)),
        ('<div class="item"><a href="/a"><h2>Judul</h2></a><span>6 jam lalujpnn.com</span></div>', (11, 23, 2, 0)),
    ],
    ids=["Tribun", "time before the link", "Republika", "KOMPAS.TV", "BaBe"],
)
def test_the_time_of_an_item(item: str, expected: tuple[int, int, int, int]) -> None:
    month, day, hour, minute = expected
    other = '<li><h3><a href="/b">Judul lain</a></h3><time>1 Januari 2026 00:00 WIB</time></li>'
    assert times(f"<ul>{item}{other}</ul>")["a"] == datetime(2026, month, day, hour, minute, tzinfo=WIB)


@pytest.mark.parametrize(
    "body",
    [
        '<ul><li><a href="/a">Jadwal Salat 12 Juni 2020</a></li></ul>',
        "<ul>" + "".join(f'<li><a href="/{name}">Judul</a></li>' for name in "abcd") + "</ul><p>1 Juni 2020 10:00 WIB</p>",
        "<p>" + "".join(f'<a href="/{name}">Judul</a> 1 Juni 2020 10:00' for name in "abcd") + "</p>",
    ],
    ids=["a date in a headline", "a time elsewhere on the page", "no telling whose time it is"],
)
def test_no_time_is_better_than_anothers(body: str) -> None:
    assert times(body)["a"] is None


def test_each_address_once_with_its_longest_text() -> None:
    page = Page('<a href="/a"><img></a><a href="/a">Judul  panjang</a><a href="/a">Baca</a><a href="#">x</a>', "https://kabar.example/")
    assert [(link.url, link.title) for link in read_links(page, fetched_at=NOW)] == [("https://kabar.example/a", "Judul panjang")]


JUDUL = "Kapal Uji Tiba di Pelabuhan"


@pytest.mark.parametrize(
    "links",
    [
        f'<a href="/a" title="{JUDUL}"></a>',
        f'<a href="/a" aria-label="{JUDUL}"><svg><title>Ikon</title></svg></a>',
        f'<a href="/a"><img alt="{JUDUL}"></a>',
        f'<a href="/a" title="{JUDUL}"><img alt="Foto kapal yang panjang sekali di sebuah pelabuhan"></a>',
        '<a href="/a" title=" Kapal Uji \n Tiba di Pelabuhan "><img alt=""></a><a href="/a">Baca selengkapnya</a>',
        f'<a href="/a" title="{JUDUL}"><h2></h2><span>Dunia</span> <time>23 November 2026, 07:30 WIB</time></a>',
        f'<a href="/a" title="{JUDUL}">Kapal Uji Tiba …</a>',
        f'<a href="/a" title="{JUDUL}">Kapal Uji Ti...</a>',
        f'<a href="/a"><img alt="Foto: kapal uji yang baru tiba di pelabuhan (dok. redaksi)"></a><a href="/a">{JUDUL}</a>',
        f'<a href="/a" title="Tautan ini menuju ke berita tersebut">{JUDUL}</a>',
        '<a href="/a"><h3>Kapal Uji Tiba</h3><p>di Pelabuhan</p></a>',
        '<a href="/a">Kapal Uji<br>Tiba di\nPelabuhan<script>pasang()</script></a>',
    ],
)
def test_a_title_may_stand_in_an_attribute(links: str) -> None:
    assert titles(f"<ul><li>{links}</li></ul>") == {"a": JUDUL}


def test_a_link_without_a_word() -> None:
    assert titles('<a href="/a"><img src="/1.jpg"></a>') == {"a": None}


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ('<time datetime="2026-11-23T00:31:00Z">30 menit yang lalu</time>', (7, 31)),
        ('<time datetime="2026-11-23T07:31:00+07:00"></time>', (7, 31)),
        ('<span title="Senin, 23 Nov 2026 07:31 WIB">30 menit yang lalu</span>', (7, 31)),
        ('<abbr class="timeago" title="2026-11-23T07:31:00+07:00">tadi</abbr>', (7, 31)),
        ('<time datetime="2026-11-23T07:31:00+00:00">23 November 2026 07:31</time>', (7, 31)),  # WordPress east of WIB
        ('<time datetime="2026-11-23">30 menit yang lalu</time>', (7, 30)),
    ],
)
def test_an_exact_time_beats_one_counted_back(time: str, expected: tuple[int, int]) -> None:
    hour, minute = expected
    assert times(f'<li><a href="/a">Judul</a>{time}</li>')["a"] == datetime(2026, 11, 23, hour, minute, tzinfo=WIB)


def test_a_malformed_address_costs_that_link_alone() -> None:
    assert set(titles('<a href="http://[kabar/b">x</a><a href="//[x">x</a><a href="/a">Judul</a>')) >= {"a"}
