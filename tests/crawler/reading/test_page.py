"""A page survives whatever is served as one, and says what is in it for machines."""

import pytest

from crawler.reading.page import InvalidSelectorError, Page
from crawler.reading.text import text_of

URL = "https://www.contoh.com/read/1/judul"


TITLE = "Café “Ōsaka” – 5 °C"
WESTERN = "Café “Utara” – 5 °C"  # what windows-1252 can write


def said(title: str, meta: str = "") -> str:
    return f"{meta and f'<meta charset={meta!r}>'}<h1>{title}</h1>"


@pytest.mark.parametrize(
    ("title", "content", "header"),
    [
        (TITLE, said(TITLE).encode(), None),
        # Valid UTF-8 is UTF-8, whatever is declared: lying headers are common, bytes that are valid UTF-8 by accident are not.
        (TITLE, said(TITLE).encode(), "iso-8859-1"),
        (TITLE, said(TITLE, "iso-8859-1").encode(), None),
        (TITLE, said(TITLE, "utf-8").encode(), "windows-1252"),
        (TITLE, said(TITLE).encode("utf-8-sig"), "iso-8859-1"),
        (TITLE, b"\xff\xfe" + said(TITLE).encode("utf-16-le"), "utf-8"),
        (TITLE, b"\xfe\xff" + said(TITLE, "utf-8").encode("utf-16-be"), None),
        (TITLE, said(TITLE).encode("utf-16-le"), "utf-16-le"),
        (WESTERN, said(WESTERN).encode("cp1252"), "windows-1252"),
        (WESTERN, said(WESTERN, "utf-8").encode("cp1252"), "windows-1252"),  # the header comes before the meta
        (WESTERN, said(WESTERN, "windows-1252").encode("cp1252"), None),
        (WESTERN, said(WESTERN, "iso-8859-1").encode("cp1252"), None),  # browsers read latin-1 as windows-1252
        (WESTERN, said(WESTERN).encode("cp1252"), None),
        (WESTERN, said(WESTERN).encode("cp1252"), "x-no-such-charset"),
        (WESTERN, said(WESTERN).encode("cp1252"), "UTF-8"),  # what is called UTF-8 and is not
        (WESTERN, said(WESTERN, "utf-8").encode("cp1252"), None),
        ("Москва", said("Москва", "windows-1251").encode("cp1251"), "utf-8"),
    ],
)
def test_mislabelled_bytes(title: str, content: bytes, header: str | None) -> None:
    assert text_of(Page(content, URL, encoding=header).select("h1")[0]) == title


def test_text_needs_no_encoding() -> None:
    assert text_of(Page(said(TITLE, "iso-8859-1"), URL).select("h1")[0]) == TITLE


def test_a_character_cut_in_two_costs_that_character_only() -> None:
    content = said(TITLE).encode() + "é".encode()[:1]
    assert text_of(Page(content, URL, encoding="utf-8").select("h1")[0]) == TITLE


@pytest.mark.parametrize(("faults", "title"), [(1, TITLE), (4, TITLE.encode().decode("cp1252", "replace"))])
def test_nearly_utf8_is_utf8_whatever_was_declared(faults: int, title: str) -> None:
    """Ten characters that are well formed outweigh one that is not: ``TITLE`` has five, ``filler`` thirty."""
    filler = "“kapal” – " * 10
    content = f"{said(TITLE)}<p>{filler}".encode() + "é".encode()[:1] * faults
    assert text_of(Page(content, URL, encoding="windows-1252").select("h1")[0]) == title


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


@pytest.mark.parametrize("shift", range(4))
def test_characters_that_lie_across_the_pieces_in_which_a_page_is_checked(shift: int) -> None:
    content = b"<p>" + b"x" * shift + "😀".encode() * 20_000
    assert text_of(Page(content, URL, encoding="windows-1252").tree) == "x" * shift + "😀" * 20_000
    western = b"<p>" + b"x" * shift + "😀é".encode("cp1252", "ignore") * 40_000
    assert text_of(Page(western, URL, encoding="windows-1252").tree) == "x" * shift + "é" * 40_000


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


@pytest.mark.parametrize("depth", [200, 500])
def test_what_is_nested_deep_is_still_found(depth: int) -> None:
    page = Page(b"<html><body>" + b"<div>" * depth + b'<div class="isi"><p>Halo</p></div>' + b"</div>" * depth + b"</body></html>", URL)
    assert [text_of(element) for element in page.select(".isi p")] == ["Halo"]


@pytest.mark.parametrize("opened", ["<div>", '<section class="a">', "<b><i>", "<table><tr><td>", "<p><span>", "<ul><li>", "<x-y>"])
def test_deeper_than_any_browser_goes_the_text_stays(opened: str) -> None:
    """Within seconds: without a limit to the depth these take minutes, for the time grows with the square of it."""
    page = Page(opened * 200_000 + "<i>Halo</i> kapal", URL)
    assert text_of(page.tree) == "Halo kapal"
    page = Page(opened * 200_000 + "<i>Halo</i>" + "</div>" * 200_000 + '<p class="isi">kapal', URL)
    assert [text_of(element) for element in page.select(".isi")] == ["kapal"]


def test_ten_megabytes_in_one_line() -> None:
    page = Page(b'<p class="a">' + b"kata " * 2_000_000 + b"</p><p class='b'>akhir</p>", URL)
    assert [text_of(element) for element in page.select(".b")] == ["akhir"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<h1>Kapal<br>Khayalan</h1>", "Kapal Khayalan"),
        ("<h1> Kapal \n Khayalan&nbsp;</h1>", "Kapal Khayalan"),
        ("<h1>Kap<b>al</b> <i>Khay</i>alan</h1>", "Kapal Khayalan"),
        ("<h1><div>Kapal</div><div>Khayalan</div></h1>", "Kapal Khayalan"),
        ("<h1>Kapal <!-- kecil -->Khayalan<script>x</script></h1>", "Kapal Khayalan"),
        ("<h1>Kapal <?php judul ?>Khayalan</h1>", "Kapal Khayalan"),
        ("<h1><br></h1>", ""),
        ("<h1></h1>", ""),
    ],
)
def test_text_is_what_a_browser_shows_on_one_line(markup: str, text: str) -> None:
    assert text_of(Page(markup, URL).select("h1")[0]) == text


SELECTED = """
<div id="a" class="isi utama"><p class="baca">x <a class="isi" href="#">y</a></p>
<div class="isi"><p>z</p><p class="baca akhir">w</p></div></div>
<ul class="remah"><li>1</li><li>2</li></ul><ul class="remah lain"><li>3</li></ul><div class="isi-lain" id="b"><p>v</p></div>
"""


@pytest.mark.parametrize(
    ("css", "texts"),
    [
        ("p", ["x y", "z", "w", "v"]),
        ("P.baca", ["x y", "w"]),
        (".isi", ["x y z w", "y", "z w"]),
        (".isi .isi", ["y", "z w"]),
        ("div.utama.isi > p", ["x y"]),
        ("div p", ["x y", "z", "w", "v"]),
        (":is(.akhir, .baca)", ["x y", "w"]),
        (".isi > p", ["x y", "z", "w"]),
        ("#b p", ["v"]),
        (".remah li:last-child", ["2", "3"]),
        ("ul:nth-of-type(2) > li", ["3"]),
        ('a.isi[href="#"]', ["y"]),
        ("[class^=isi]", ["x y z w", "y", "z w", "v"]),
        ("p.akhir, .remah, .baca", ["x y", "w", "1 2", "3"]),  # each once, in the order of the page
        ('p:lexbor-contains("w")', ["w"]),
        ('.baca:lexbor-contains("y")', []),  # it stands in the link, not in the paragraph itself
        ('.baca:has(:lexbor-contains("y"))', ["x y"]),
        (".none", []),
    ],
)
def test_elements_by_css(css: str, texts: list[str]) -> None:
    page = Page(SELECTED, URL)
    assert [text_of(element) for element in page.select(css)] == texts
    assert [element.mem_id for element in page.select(css)] == [element.mem_id for element in page.select(css)]


@pytest.mark.parametrize("css", ["div[", "", ">", "p:contains('w')", "p:nope", "p::text", "p,,a", "//p"])
def test_bad_css_is_told(css: str) -> None:
    with pytest.raises(InvalidSelectorError, match="is not valid CSS") as told:
        Page(SELECTED, URL).select(css)
    assert repr(css) in str(told.value)


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
        '{"@type": "A", "name": "cuaca "bersahabat" hari ini", "list": ["kata "siap", lagi"]}',
        '{"@type": "A", "name": "x"y""}',
        "{&quot;@type&quot;: &quot;A&quot;}",
        r"""{"@type": "A", "name": "laut\-kapal\'s"}""",
        '{"@type": "A", "name": "cuaca "bersahabat" hari ini",}',
    ],
)
def test_broken_json_ld_is_mended(block: str) -> None:
    assert [thing["@type"] for thing in json_ld(block).json_ld] == ["A"]


def test_what_was_mended_is_what_was_meant() -> None:
    page = json_ld('{"@type": "A", "name": "cuaca "bersahabat" hari ini", "jobTitle": "kata &quot;siap&quot;",}')
    assert page.json_ld == [{"@type": "A", "name": 'cuaca "bersahabat" hari ini', "jobTitle": 'kata "siap"'}]


def test_several_values_in_one_script() -> None:
    page = json_ld('{"@type": "A"}\n{"@type": "B"},[{"@type": "C"}];', '{"@type": "D"}')
    assert [thing["@type"] for thing in page.json_ld] == ["A", "B", "C", "D"]


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
        ('<link rel="canonical" href="https://x.test/a"><link rel="canonical" href="/read/1/judul?x=1">', f"{URL}?x=1"),  # its own
        ('<link rel="canonical" href="/"><link rel="canonical" href="/read/2">', "https://www.contoh.com/read/2"),  # no home page
        ('<link rel="canonical" href="/read/2"><link rel="canonical" href="/read/3">', "https://www.contoh.com/read/2"),
        ('<link rel="canonical" href="/"><link rel="canonical" href="">', "https://www.contoh.com/"),
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
        '<a href="mailto:a@b">-</a><a>-</a><a href=" https://x.test/b ">Tiga</a><a href="//[broken">-</a><a href="http:https://x.test/c">Empat</a>',
        URL,
    )
    links = [(address, text_of(anchor)) for address, anchor in page.links()]
    assert links == [("https://www.contoh.com/kanal/a", "Satu dua"), ("https://x.test/b", "Tiga"), ("https://x.test/c", "Empat")]
