"""The marked page: right colours, and nothing in it that runs, loads or hides."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.preview.highlight import highlight_html
from crawler.reading.nodes import Node, attribute
from crawler.reading.page import Page
from crawler.reading.reader import examine
from crawler.reading.rules import PageRules

URL = "https://kabar.example/read/1"
FIRST = "JAKARTA - Kapal khayalan berangkat dari pelabuhan kecil itu setiap dua pekan sekali, kata seorang petugas khayalan di dermaga."
LAST = "Petugas itu menambahkan bahwa jadwal berikutnya akan diumumkan dua hari sebelum kapal khayalan kembali berlayar ke utara."
FORBIDDEN = frozenset(
    {"script", "style", "link", "meta", "base", "iframe", "object", "embed", "svg", "math", "noscript", "form", "textarea"}
)
RULES = PageRules(body=(".isi",), noise=(".kotak",))


def marked(body: str, *, head: str = "") -> Node:
    """The marked page's body, as a browser would parse it, without the head that explains it."""
    page = Page(f"<html><head><title>Kapal Khayalan</title>{head}</head><body><h1>Kapal Khayalan Berlayar</h1>{body}</body></html>", URL)
    reading = examine([page], RULES, outlet="kabar", article_id="1", url=URL, fetched_at=datetime(2026, 11, 23, tzinfo=UTC))
    text = highlight_html(URL, [page], reading)
    assert "default-src 'none'" in text.partition("<title>")[0], "before anything that could load"
    document = Page(text, URL)
    assert_harmless(document)
    return document.select("body > div:nth-child(2)")[0]


def assert_harmless(document: Page) -> None:
    assert {element.tag for element in document.select("head *")} <= {"meta", "title", "style"}
    for element in document.select("body *"):
        assert element.tag not in FORBIDDEN
        assert set(element.attributes) <= {"href", "class", "title", "alt", "colspan", "rowspan"}, element.attributes
        assert (attribute(element, "href") or "https://").startswith(("https://", "http://"))


def texts(page: Node, mark: str) -> list[str]:
    return [" ".join(each.text_lexbor().split()) for each in page.css(f".{mark}")]


def test_a_sentence_in_pieces_is_kept_in_pieces() -> None:
    page = marked(
        f'<div class="isi"><p><b>JAKARTA</b>{FIRST.removeprefix("JAKARTA")}</p><p>{LAST}</p></div><p>Bukan bagian berita ini.</p>'
    )
    assert texts(page, "kept") == ["JAKARTA", FIRST.removeprefix("JAKARTA").strip(), LAST]
    assert texts(page, "removed") == []


def test_lines_between_breaks_are_marked_each_for_itself() -> None:
    page = marked(
        f'<div class="isi">{FIRST}<br>Baca juga: Judul yang lain sama sekali<br>{LAST} (abc/def)<div class="kotak">Kotak</div></div>'
    )
    assert texts(page, "kept") == [FIRST, LAST]
    assert sorted(texts(page, "removed")) == ["(abc/def)", "Baca juga: Judul yang lain sama sekali", "Kotak"]


def test_why_it_was_removed_is_told_on_the_spot() -> None:
    page = marked(f'<div class="isi"><p>{FIRST}</p><div class="kotak besar" id="k1">Kotak</div><p>{LAST} (abc/def)</p></div>')
    assert [attribute(each, "title") for each in page.css(".removed")] == ["rule: div.kotak.besar#k1", "signoff"]


def test_of_what_could_run_or_load_only_the_name_is_left() -> None:
    page = marked(
        f'<div class="isi" onclick="x()" style="display:none"><p>{FIRST}</p><iframe src="https://x.example/"></iframe>'
        f'<script>x()</script><a href="javascript:x()">tautan</a><a href="//x.example/">lain</a><p>{LAST}<img src="https://x.example/i.gif"></p>'
        "</div><svg><style><img src=x onerror=x()></style></svg><noscript><img src=x></noscript><form action=https://x.example/><b>isian</b></form>",
        head='<base href="https://x.example/"><meta http-equiv="refresh" content="0;url=https://x.example/">',
    )
    assert "‹iframe›" in texts(page, "removed")
    assert "isian" in page.text_lexbor()


FRAGMENTS = [
    FIRST,
    LAST,
    "(abc/def)",
    "&#0;",
    "\ud800",
    "\x1b[31m",
    "<p title='</p><script>'>",
    "<a href=javascript:x>",
    "<x onload=x()>",
    "-->",
]
TAGS = "p div br script title textarea xmp svg math mtext table tr template noscript style frameset plaintext dialog".split()  # noqa: SIM905
FRAGMENTS += ["<div class=isi>", "<!--", "<![CDATA[", *(f"<{slash}{tag}>" for tag in TAGS for slash in ("", "/"))]


@settings(deadline=None, max_examples=150)
@example("<textarea></textarea>\x1b[31m")  # control characters beside an element that is dropped
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_no_page_breaks_it_and_none_gets_through(body: str) -> None:
    page = Page(f"<html><body>{body}</body></html>", URL)
    reading = examine([page], RULES, outlet="kabar", article_id="1", url=URL, fetched_at=datetime(2026, 11, 23, tzinfo=UTC))
    assert_harmless(Page(highlight_html(URL, [page], reading), URL))


@pytest.mark.parametrize("content", ["", "<html></html>", "<frameset><frame src=x></frameset>", "<div>" * 3000 + FIRST])
def test_pages_without_a_body_or_far_too_deep(content: str) -> None:
    page = Page(content, URL)
    reading = examine([page], RULES, outlet="kabar", article_id="1", url=URL, fetched_at=datetime(2026, 11, 23, tzinfo=UTC))
    assert highlight_html(URL, [page], reading).endswith("</body></html>\n")
