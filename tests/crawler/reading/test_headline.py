"""A title without what its outlet adds to it."""

import pytest

from crawler.reading.headline import bare_title
from crawler.reading.text import letters

TITLE = "Kapal Khayalan Tiba"


@pytest.mark.parametrize(
    ("printed", "publisher"),
    [
        (f"{TITLE} - Contoh.com", ""),
        (f"{TITLE} |Contoh Online", ""),
        (f"{TITLE} - Contoh.com Regional", ""),
        (f"{TITLE} | Harian Khayal", "Harian Khayal"),
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


@pytest.mark.parametrize("title", [f"{TITLE} - Dermaga Sepi", "Halaman Rumah Nakhoda", "Kapal-Kapalan Khayal"])
def test_what_looks_like_it_stays(title: str) -> None:
    assert bare_title(title, frozenset(), "www.contoh.com") == title


def test_the_name_of_the_site_alone_is_no_title() -> None:
    assert bare_title("Harian Khayal", frozenset({letters("Harian Khayal")}), "www.contoh.com") == ""
