"""The addresses of an article's further pages, from the links on one of its pages."""

import pytest

from crawler.reading.page import Page
from crawler.reading.reader import further_pages
from crawler.reading.rules import PageRules

URL = "https://www.contoh.com/read/1/kapal"


def paging(*links: str) -> str:
    return '<h1>Kapal</h1><p>Isi</p><div class="hal">' + "".join(f'<a href="{link}">x</a>' for link in links) + "</div>"


@pytest.mark.parametrize(
    ("here", "links", "further"),
    [
        (URL, ["?page=1", "?page=2", "?page=3", "?page=all"], ["?page=2", "?page=3"]),
        (URL, ["?page=2", "?page=9"], [f"?page={n}" for n in range(2, 10)]),
        (f"{URL}?page=2", ["", "?page=1", "?page=4"], ["?page=3", "?page=4"]),
        (f"{URL}?page=all", [], []),
        (URL, ["?page=all"], []),
        (URL, ["?page=999"], [f"?page={n}" for n in range(2, 31)]),
        (URL, ["/2", "/4/"], ["/2", "/3/", "/4/"]),
        (f"{URL}/3", ["", "/2", "/4?dari=hal"], ["/4?dari=hal"]),
        (URL, ["-part1", "-part3"], ["-part1", "-part2", "-part3"]),
        (f"{URL}-part1", ["", "-part2"], ["-part2"]),
        (URL, ["-part3?page=2"], ["-part3?page=2"]),
        (URL, ["/amp", "/100", "/2/3", "-part", "-part2-selesai", "#2"], []),
    ],
)
def test_further_pages(here: str, links: list[str], further: list[str]) -> None:
    rules = PageRules(body=(".isi",), pages=(".none a", ".hal a"))
    page = Page(paging(*(URL + link for link in links)), here)
    assert further_pages(page, rules, lambda _: True) == [URL + link for link in further]
    assert further_pages(page, rules, lambda _: False) == []
    assert further_pages(page, PageRules(body=(".isi",)), lambda _: True) == []
