"""The index answers exactly what a CSS selector over the whole tree would answer."""

import pytest
from cssselect import SelectorError
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from lxml.cssselect import CSSSelector

from crawler.reading.page import Page
from crawler.reading.selectors import Index

DOCUMENT = """
<div id="a" class="isi utama"><p class="baca">x <a class="isi" href="#">y</a></p>
<div class="isi"><p>z</p><p class="baca akhir">w</p></div></div>
<ul class="remah"><li>1</li><li>2</li></ul><ul class="remah lain"><li>3</li></ul><div class="isi-lain" id="b"><p>v</p></div>
"""
SELECTORS = [
    "p", ".isi", "div.isi", "#a", "#b p", ".isi p", ".isi > p", "div.isi.utama > .isi p", ".remah li:last-child", 'a.isi[href="#"]',
    "P.baca", "div.isi.utama", "div.utama.isi > p", "p.isi", "*.isi", ".isi#a", "div#b p", "p.baca:first-child",
    "p.baca, .remah", "[class^=isi]", "ul:nth-child(2) > li", ".baca:contains('w')", "*", ".none", ".isi .isi",
]  # fmt: skip


@pytest.mark.parametrize("css", SELECTORS)
def test_as_a_selector_over_the_tree(css: str) -> None:
    tree = html.document_fromstring(DOCUMENT)
    assert Index(tree).select(css) == CSSSelector(css, translator="html")(tree)


@given(st.lists(st.sampled_from(SELECTORS), min_size=1, max_size=5))
def test_in_any_order_on_one_index(chosen: list[str]) -> None:
    page = Page(DOCUMENT, "https://x.test/")
    for css in chosen:
        assert page.select(css) == CSSSelector(css, translator="html")(page.tree)


def test_bad_css_is_told() -> None:
    with pytest.raises(SelectorError):
        Page(DOCUMENT, "https://x.test/").select("div[")
