"""Links of a listing with the times printed beside them, in the shapes that outlets use."""

from datetime import UTC, datetime

import pytest

from crawler.clock import WIB
from crawler.discovery.links import read_links
from crawler.reading.page import Page

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 WIB


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
