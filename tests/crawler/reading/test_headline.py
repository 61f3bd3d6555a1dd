"""A title without what its outlet adds to it."""

import pytest

from crawler.reading.candidates import CandidateValues
from crawler.reading.headline import Headline, bare_title, find_headline
from crawler.reading.page import Page
from crawler.reading.rules import PageRules
from crawler.reading.text import letters

TITLE = "Kapal Khayalan Tiba"


@pytest.mark.parametrize(
    ("printed", "publisher"),
    [
        (f"{TITLE} - Contoh.com", ""),
        (f"{TITLE} |Contoh Online", ""),
        (f"{TITLE} - Contoh.com Regional", ""),
        (f"{TITLE} | Harian Khayal", "Harian Khayal"),
        (f"{TITLE} | Kabar-Khayal", "Kabar-Khayal"),
        (f"{TITLE} | Contoh | 04.08.2026", ""),
        (f"{TITLE} Halaman all", ""),
        (f"{TITLE} - Semua Halaman", ""),
        (f"{TITLE} - Kabar-Laut.com", ""),
        (f"{TITLE} - Halaman 2 - Contoh.com", ""),
        (f"Contoh.com: {TITLE}", ""),
        (TITLE, ""),
    ],
)
def test_the_name_of_the_site_and_the_number_of_the_page_go(printed: str, publisher: str) -> None:
    assert bare_title(printed, frozenset({letters(publisher)} - {""}), "www.contoh.com") == TITLE


@pytest.mark.parametrize(
    "title", [f"{TITLE} - Dermaga Sepi", f"{TITLE} - Dermaga-Dermaga Sepi", "Halaman Rumah Nakhoda", "Kapal-Kapalan Khayal"]
)
def test_what_looks_like_it_stays(title: str) -> None:
    assert bare_title(title, frozenset(), "www.contoh.com") == title


def test_the_name_of_the_site_alone_is_no_title() -> None:
    assert bare_title("Harian Khayal", frozenset({letters("Harian Khayal")}), "www.contoh.com") == ""


PRINTED = "Kapal Khayalan Tiba di Dermaga Timur"


def headline(head: str, body: str) -> Headline | None:
    page = Page(f"<head>{head}</head><body>{body}</body>", "https://kabar.example/berita/1")
    return find_headline(CandidateValues(page, PageRules(body=())))


def told(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (told("Heboh! Kapal Khayalan Tiba, Ini Isinya"), f"<h1>{PRINTED}</h1>"),  # for networks
        (told(f"{PRINTED} | Kabar Laut Timur"), f"<h1>{PRINTED}</h1>"),  # with the name of a site that it does not give itself
        (told("Kapal Khayalan Tiba di Dermaga"), f"<h1>Kabar Laut Timur Terkini</h1><h1>{PRINTED}</h1>"),
        (told(PRINTED), "<h1>Kapal Khayalan Tiba<br>di Dermaga Timur</h1>"),
        ("<title>Kapal Khayalan Tiba\ndi Dermaga Timur</title>", "<h1>Kapal Khayalan<br/>Tiba<div>di Dermaga Timur</div></h1>"),
    ],
)
def test_the_printed_headline(head: str, body: str) -> None:
    found = headline(head, body)
    assert found is not None
    assert found.text == PRINTED


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (told(PRINTED), "<h1>Kabar Laut Timur Terkini</h1>"),
        (told(PRINTED), "<h1>Kapal</h1>"),
        (told(PRINTED), "<h1>KAPAL KHAYALAN TIBA DI TIMUR</h1>"),
        (
            f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{PRINTED}"}}</script>',
            "<h1>Kapal Khayalan Tiba Kemarin</h1>",
        ),
    ],
)
def test_another_heading_is_not_it(head: str, body: str) -> None:
    found = headline(head, body)
    assert found is not None
    assert found.text == PRINTED
