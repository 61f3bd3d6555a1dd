"""A page survives whatever is served as one, and says what is in it for machines."""

import pytest

from crawler.reading.page import Page, text_of

URL = "https://www.contoh.com/read/1/judul"


def test_encodings_in_their_order() -> None:
    for content, declared in [
        ("<p>Café</p>".encode(), "iso-8859-1"),  # valid UTF-8 is UTF-8, whatever the header says
        ("<p>Café</p>".encode("cp1252"), "cp1252"),
        ("<p>Café</p>".encode("cp1252"), None),
        ('<meta charset="iso-8859-1"><p>Café</p>'.encode("latin-1"), None),
        ("\ufeff<p>Café</p>".encode(), "iso-8859-1"),
        ("\ufeff<p>Café</p>".encode("utf-16-le"), None),
        ("<p>Café</p>".encode("utf-16-le"), "utf-16-le"),
    ]:
        assert text_of(Page(content, URL, encoding=declared).tree) == "Café", (content, declared)
    assert text_of(Page("<p>Café</p>", URL).tree) == "Café"


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"   \n", b"<!-- nothing -->", b"<", b"\xff\xfe", b"{}", "\ud800", b"<p" * 5000, b"<![CDATA[", b"<?xml version='1.0'?>"],
    ids=repr,
)
def test_anything_can_be_a_page(content: bytes | str) -> None:
    page = Page(content, URL)
    assert page.tree.tag == "html"
    assert page.json_ld == []
    assert page.links() == []
    assert page.canonical is None
    assert page.select(".x p") == []


def test_an_unknown_encoding_is_no_fault() -> None:
    assert text_of(Page(b"<p>a\xe9</p>", URL, encoding="x-no-such-charset").tree) == "aé"


def test_nul_bytes_are_dropped() -> None:
    page = Page(b"<h1\0>Ju\0dul</h1>\0<p>isi", URL)
    assert [text_of(element) for element in page.select("h1")] == ["Judul"]


def test_halves_of_surrogate_pairs() -> None:
    page = Page(
        b'<p>a &#xD83D;&#55357;&#x0;&#1114112; b</p><script type="application/ld+json">{"@type": "X", "name": "\\ud83d c"}</script>', URL
    )
    text_of(page.tree).encode()
    assert page.json_ld[0]["name"].endswith(" c")


@pytest.mark.parametrize("depth", [200, 2_000, 5_000, 20_000])
def test_what_is_nested_deep_is_still_found(depth: int) -> None:
    page = Page(b"<html><body>" + b"<div>" * depth + b'<div class="isi"><p>Halo</p></div>' + b"</div>" * depth + b"</body></html>", URL)
    assert [text_of(element) for element in page.select(".isi p")] == ["Halo"]


def test_ten_megabytes_in_one_line() -> None:
    page = Page(b'<p class="a">' + b"kata " * 2_000_000 + b"</p><p class='b'>akhir</p>", URL)
    assert [text_of(element) for element in page.select(".b")] == ["akhir"]


def json_ld(*blocks: str) -> Page:
    return Page("".join(f'<script type="application/ld+json">{block}</script>' for block in blocks), URL)


def test_json_ld_is_laid_out_flat_with_the_outermost_first() -> None:
    page = json_ld('[{"@type": "A", "x": {"@type": "C"}}, {"@graph": [{"@type": "B"}]}]', '{"@type": "D"}')
    assert [thing["@type"] for thing in page.json_ld] == ["A", "B", "D", "C"]


@pytest.mark.parametrize(
    "block",
    [
        '{"@type": "A", "name": "baris\nbaru\tdan tab"}',
        '{"@type": "A", "name": "x",}',
        '{"@type": "A", "list": [1, 2,],}',
        '<!-- {"@type": "A"} -->',
        '//<![CDATA[\n{"@type": "A"}\n//]]>',
        '{"@type": "A"}\n// a comment',
        '{"@type": "A"};',
        '\ufeff {"@type": "A"}',
    ],
)
def test_broken_json_ld_is_mended(block: str) -> None:
    assert [thing["@type"] for thing in json_ld(block).json_ld] == ["A"]


@pytest.mark.parametrize("block", ['{"@type": "A"', "null", "3", '"text"', "[" * 100_000, '{"a":' * 5_000, "{}"])
def test_hopeless_json_ld_is_left_out(block: str) -> None:
    assert [thing["@type"] for thing in json_ld(block, '{"@type": "B"}').json_ld] == ["B"]


def test_meta() -> None:
    page = Page(
        '<meta name="Author" content=" Rani  Contoh "><meta property="article:tag" content="a"><meta property="article:tag" content="b">'
        '<meta itemprop="datePublished" content="2026"><meta name="empty" content=""><meta charset="utf-8">',
        URL,
    )
    assert page.meta == {"author": ["Rani Contoh"], "article:tag": ["a", "b"], "datepublished": ["2026"]}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href="/read/1">', "https://www.contoh.com/read/1"),
        ('<link rel="CANONICAL nofollow" href="https://x.test/a">', "https://x.test/a"),
        ('<link rel="canonical" href="">', None),
        ('<link rel="canonical" href="http://[broken">', "http://[broken"),
        ('<link rel="canonical" href="//[broken">', None),
        ("", None),
    ],
)
def test_canonical(head: str, expected: str | None) -> None:
    assert Page(f"<html><head>{head}</head><body><p>x</p></body></html>", URL).canonical == expected


def test_links_are_absolute_and_lead_to_pages() -> None:
    page = Page(
        '<base href="/kanal/"><a href="a">Satu  <b>dua</b></a><a href="#x">-</a><a href="javascript:void(0)">-</a>'
        '<a href="mailto:a@b">-</a><a>-</a><a href=" https://x.test/b ">Tiga</a><a href="//[broken">-</a>',
        URL,
    )
    links = [(address, text_of(anchor)) for address, anchor in page.links()]
    assert links == [("https://www.contoh.com/kanal/a", "Satu dua"), ("https://x.test/b", "Tiga")]
