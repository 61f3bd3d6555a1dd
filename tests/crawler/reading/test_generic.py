"""Where the story stands on a page that nobody wrote rules for, whatever its paragraphs are made of."""

from datetime import datetime

import pytest

from crawler.reading.dates import WIB
from crawler.reading.page import Page
from crawler.reading.reader import NotAnArticle, read
from crawler.reading.rules import PageRules

PARAGRAPHS = [f"Kapal khayalan nomor {n} bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang." for n in range(1, 6)]
CAPTION = "Kapal khayalan yang panjang sekali keterangan fotonya, " * 5
HEADLINE = "Kapal Khayalan Tiba di Dermaga"


def read_page(main: str, title: str = HEADLINE) -> tuple[str, list[str]]:
    page = f"<title>{title}</title><body><div><a href=/>Beranda</a></div><div>{main}</div></body>"
    url = "https://kabar.example/berita/1"
    fetched_at = datetime(2026, 8, 10, 8, 0, tzinfo=WIB)
    article = read([Page(page, url)], PageRules(body=()), outlet="kabar", article_id="1", url=url, fetched_at=fetched_at)
    return article.headline, article.body.split("\n\n")


@pytest.mark.parametrize(
    "paragraph",
    [
        "<p>{}</p>",
        "<div>{}</div>",
        "<div class=a><div class=b><span class=c>{}</span></div></div>",
        "<p><span>{}</span></p>",
        "<section><p>{}</p></section>",
        "{}<br><br>",
        "{}<p><p>",
        "<font>{}</font><br>",
        "<li>{}</li>",
    ],
)
def test_paragraphs_of_every_make(paragraph: str) -> None:
    story = "".join(paragraph.format(text) for text in PARAGRAPHS)
    caption = f"<div class=x><div class=y>{CAPTION}</div></div>"
    printed = f"<h1>{HEADLINE}</h1><div>4 Agustus 2026 07:05</div>"
    assert read_page(f"{printed}{caption}<div class=z>{story}</div>") == (HEADLINE, PARAGRAPHS)


@pytest.mark.parametrize("logo", ["<h1>Kapal</h1>", "<h1>Kabar</h1>", "<h1><a href=/>Kabar</a></h1>"])
@pytest.mark.parametrize("heading", ["h1", "h2"])
def test_the_section_or_the_logo_is_no_headline(logo: str, heading: str) -> None:
    story = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    printed = f"{logo}<{heading}>{HEADLINE}</{heading}><div>4 Agustus 2026 07:05</div>"
    assert read_page(printed + story, f"{HEADLINE} - Kabar")[0] == HEADLINE


def test_boxes_of_links_do_not_make_a_story_a_listing() -> None:
    box = "".join(f"<ul><li><a href=/{n}>Judul lain {n}</a></li></ul>" for n in range(8))
    story = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    assert read_page(f"<h1>{HEADLINE}</h1><div>4 Agustus 2026 07:05</div><div>{story}{box}</div>")[1] == PARAGRAPHS
    teasers = "".join(
        f"<div><a href=/{n}>Judul berita lain yang panjang sekali nomor {n}</a><p>{text}</p></div>" for n, text in enumerate(PARAGRAPHS)
    )
    with pytest.raises(NotAnArticle, match="listing"):
        read_page(f"<h1>{HEADLINE}</h1><div>4 Agustus 2026 07:05</div><div>{teasers}</div>")


@pytest.mark.parametrize("length", [2, 12], ids=["short", "longer than the first"])
def test_the_next_article_below_is_not_the_story(length: int) -> None:
    story = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    other = "".join(f"<p>Nakhoda lain nomor {n} tidur sepanjang hari di geladak kapal yang sunyi itu.</p>" for n in range(length))
    printed = f"<h1>{HEADLINE}</h1><div>4 Agustus 2026 07:05</div>"
    pages = f"<article>{printed}<div>{story}</div></article><article><h1>Nakhoda Tidur</h1><div>{other}</div></article>"
    assert read_page(pages) == (HEADLINE, PARAGRAPHS)


STORY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
PRINTED = f"<h1>{HEADLINE}</h1><div>4 Agustus 2026 07:05</div>"


@pytest.mark.parametrize(
    "page",
    [
        f"<form method=post>{PRINTED}<div>{STORY}</div></form>",
        f"{PRINTED}<div><a name=top>{STORY}</a></div>",
        f"{PRINTED}<div>{STORY}<p>{HEADLINE}</p></div>",
        f"{PRINTED}<div><p>{HEADLINE}</p>{STORY}</div>",
        f"{PRINTED}<div><div class=social>{'<br>'.join(PARAGRAPHS)}</div><p>(*)</p></div>",
    ],
    ids=["a form around the page", "an anchor left open", "the headline below", "the headline again", "badly named, without paragraphs"],
)
def test_what_must_not_hide_a_story(page: str) -> None:
    assert read_page(page) == (HEADLINE, PARAGRAPHS)


def test_a_table_in_a_figure_is_of_the_story() -> None:
    figure = "<figure><table><tr><td>Karcis</td><td>Rp 1.000</td></tr></table><figcaption>Tabel: Contoh</figcaption></figure>"
    assert read_page(f"{PRINTED}<div>{STORY}{figure}<figure><img></figure><p>{PARAGRAPHS[0]}</p></div>")[1] == [
        *PARAGRAPHS,
        "Karcis Rp 1.000",
        PARAGRAPHS[0],
    ]


@pytest.mark.parametrize("word", ["Namun", "Nakhoda Kapal"])
def test_a_dash_deep_in_a_story_is_no_dateline(word: str) -> None:
    dashed = f"{word} - yang tidur di geladak - tidak tahu bahwa kapalnya sudah bersandar di dermaga timur sejak pagi."
    story = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS[:3], dashed, *PARAGRAPHS[3:]))
    assert read_page(f"{PRINTED}<div>{story}</div>")[1] == [*PARAGRAPHS[:3], dashed, *PARAGRAPHS[3:]]


OTHER = "Nakhoda lain tidur sepanjang hari di geladak kapal yang sunyi itu, dan tidak ada yang berani membangunkannya."
TEASERS = "".join(
    f'<div class="row"><a href=/{n}><img></a><a href=/{n}>Judul berita lain yang panjang nomor {n}</a><p>{text}</p></div>'
    for n, text in enumerate(PARAGRAPHS)
)


@pytest.mark.parametrize(
    "page",
    [
        f"{PRINTED}<div class=row>{STORY}</div>{TEASERS}",
        f"<main><h1>{HEADLINE}</h1><p>{OTHER}</p><div>4 Agustus 2026 07:05</div><article>{STORY}</article></main>",
        f"{PRINTED}<div><div class=ayat>{OTHER}</div><article>{STORY}</article><div class=klub>{OTHER}</div></div>",
        f"<div role=dialog>{f'<p>{OTHER}</p>' * 9}</div>{PRINTED}<div>{STORY}</div>",
    ],
    ids=["teasers below, in elements like the story's", "a deck between headline and story", "boxes of a paragraph each", "a dialog"],
)
def test_what_is_not_of_the_story(page: str) -> None:
    assert read_page(page) == (HEADLINE, PARAGRAPHS)


def test_a_short_story_beside_longer_teasers() -> None:
    brief = [text.replace(" bersama dua puluh penumpang", "") for text in PARAGRAPHS[:3]]
    story = "".join(f"<p>{text}</p>" for text in brief)
    teasers = TEASERS.replace("penumpang.", f"penumpang. {OTHER} {OTHER}")
    assert read_page(f"{PRINTED}<div class=isi>{story}</div><div>{teasers}</div>")[1] == brief


def test_an_opening_in_an_element_of_its_own() -> None:
    opening = f"DERMAGA TIMUR - {PARAGRAPHS[0]}"
    story = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[1:])
    page = f"{PRINTED}<div><div class=intro><p>{opening}</p></div><div class=full>{story}</div></div>"
    assert read_page(page)[1] == [opening, *PARAGRAPHS[1:]]


@pytest.mark.parametrize("lead", ["Siapa tak kenal nakhoda itu?", "Kapal datang lagi."])
def test_a_short_first_paragraph_is_known_by_where_it_stands(lead: str) -> None:
    assert read_page(f"{PRINTED}<div><p>{lead}</p>{STORY}</div>")[1] == [lead, *PARAGRAPHS]
    for beside in (f"<p class=teras>{lead}</p>", f"<div>{lead}</div>", f"<div><p>{lead}</p></div>", f"<p>{lead}</p><p>4 Agustus 2026</p>"):
        assert read_page(f"{PRINTED}<div>{beside}{STORY}</div>")[1] == PARAGRAPHS


@pytest.mark.parametrize("begun", [1, 2])
def test_a_story_that_goes_on_in_an_element_of_its_own(begun: int) -> None:
    opening, rest = ("".join(f"<p>{text}</p>" for text in part) for part in (PARAGRAPHS[:begun], PARAGRAPHS[begun:]))
    assert read_page(f"<article>{PRINTED}{opening}<div class=more>{rest}</div></article>")[1] == PARAGRAPHS


@pytest.mark.parametrize("lead", [f"DERMAGA TIMUR - {OTHER}", f"{OTHER} {OTHER} {OTHER}"], ids=["with a dateline", "longer than a deck"])
def test_what_is_a_lead_though_it_stands_where_decks_do(lead: str) -> None:
    assert read_page(f"<main>{PRINTED}<p>{lead}</p><div class=iklan>Iklan</div><div>{STORY}</div></main>")[1] == [
        lead,
        *PARAGRAPHS,
    ]


def test_two_paragraphs_above_are_of_the_story() -> None:
    opening, rest = ("".join(f"<p>{text}</p>" for text in part) for part in (PARAGRAPHS[:2], PARAGRAPHS[2:]))
    assert read_page(f"<article>{PRINTED}{opening}<div class=iklan>Iklan</div><div class=more>{rest}</div></article>")[1] == PARAGRAPHS


def test_a_paragraph_with_a_link_below_it_is_no_teaser() -> None:
    related = "<a href=/x>Baca juga: Dermaga Ditutup</a>"
    story = "".join(f"<div class=bagian><p>{text}</p>{related}</div>" for text in PARAGRAPHS)
    assert read_page(f"{PRINTED}<div>{story}</div>")[1] == PARAGRAPHS


def test_nothing_short_stands_before_a_dateline() -> None:
    dated = [f"DERMAGA TIMUR - {PARAGRAPHS[0]}", *PARAGRAPHS[1:]]
    story = "".join(f"<p>{text}</p>" for text in dated)
    assert read_page(f"{PRINTED}<div><p>Kapal datang lagi.</p>{story}</div>")[1] == dated


def test_a_page_whose_text_never_is_a_story() -> None:
    with pytest.raises(NotAnArticle):
        read_page(f"<div><h1>{HEADLINE}</h1><a href=/x><div>Kapal yang lain lagi tiba</div></a></div><footer><h2>Kami</h2>{STORY}</footer>")
