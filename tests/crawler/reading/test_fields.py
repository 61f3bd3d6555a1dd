"""People by role, captions, and an aggregator's original."""

from datetime import datetime

import pytest

from crawler.article import Article
from crawler.reading.dates import WIB
from crawler.reading.page import Page
from crawler.reading.reader import read
from crawler.reading.rules import PageRules

PARAGRAPH = "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang dan seekor kambing."
STORY = f'<div class="isi"><p>{PARAGRAPH}</p><p>Nakhoda {PARAGRAPH}</p></div>'
HEADLINE = "Kapal Khayalan Tiba"


def reading(body: str, head: str = "", **rules: tuple[str, ...]) -> Article:
    page = f'<head><meta property="og:type" content="article"><title>{HEADLINE}</title>{head}</head><body><h1>{HEADLINE}</h1>{body}</body>'
    fetched_at = datetime(2026, 8, 10, 8, 0, tzinfo=WIB)
    declared = PageRules(body=(".isi",), **rules)  # type: ignore[arg-type]
    url = "https://kabar.example/read?id=1"
    return read([Page(page, url)], declared, outlet="kabar", article_id="1", url=url, fetched_at=fetched_at)


@pytest.mark.parametrize(
    "byline",
    [
        "Rep: Rani Contoh/        Red: Sari Penyunting",
        "Penulis/Penerjemah: Rani Contoh Editor: Sari Penyunting",
        "Penulis : Rani Contoh Editor : Sari Penyunting",
        "Editor: Sari Penyunting Penulis: Rani Contoh",
    ],
)
@pytest.mark.parametrize("css", [".pembuat", ".tidak-ada"], ids=["selected", "redesigned"])
def test_a_byline_with_roles(byline: str, css: str) -> None:
    article = reading(f'<div class="pembuat">{byline}</div>{STORY}', authors=(css,), editors=(css,))
    assert (article.authors, article.editors) == (["Rani Contoh"], ["Sari Penyunting"])


@pytest.mark.parametrize("between", ["<br>", "<br/>\n", "</p><p>"])
def test_people_a_line_each(between: str) -> None:
    article = reading(f'<div class="pembuat"><p>Rani Contoh{between}Budi Kedua{between}Jakarta</p></div>{STORY}', authors=(".pembuat",))
    assert article.authors == ["Rani Contoh", "Budi Kedua"]


@pytest.mark.parametrize("name", ["Rani Contoh, Kabar Khayal", "Rani Contoh - kabar", "Rani Contoh, Kabar"])
def test_the_house_is_nobody(name: str) -> None:
    head = f'<meta name="author" content="{name}"><meta property="og:site_name" content="Kabar Khayal">'
    assert reading(STORY, head).authors == ["Rani Contoh"]  # on kabar.example


@pytest.mark.parametrize(
    "printed", ["<p>Oleh Rani Contoh</p>", '<div class="author">Rani Contoh - kabar</div>', '<div class="pembuat">Rani Contoh</div>']
)
def test_a_name_says_more_than_initials(printed: str) -> None:
    head = '<meta name="author" content="rcn">'
    assert reading(f"{printed}{STORY}", head, authors=(".pembuat",)).authors == ["Rani Contoh"]
    assert reading(STORY, head).authors == ["rcn"]


def test_one_selector_for_an_editor_alone_gives_no_author() -> None:
    article = reading(f'<div class="pembuat">Red: Sari Penyunting</div>{STORY}', authors=(".pembuat",), editors=(".pembuat",))
    assert (article.authors, article.editors) == ([], ["Sari Penyunting"])


def test_an_organization_is_no_writer() -> None:
    authors = '[{"@type": "NewsMediaOrganization", "name": "Radio Khayal"}, {"@type": "Person", "name": "Rani Contoh"}]'
    people = '"author": %s, "editor": {"@type": "Person", "name": "SARI PENYUNTING"}'
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", {people}}}</script>'
    article = reading(f"<p>Editor: Sari Penyunting</p>{STORY}", data % authors)
    assert (article.authors, article.editors) == (["Rani Contoh"], ["SARI PENYUNTING"])
    article = reading(f"<p>Editor: Sari Penyunting</p>{STORY}", data % '"Sari Penyunting"')
    assert (article.authors, article.editors) == ([], ["SARI PENYUNTING"])


def test_a_printed_label_is_taken_before_json_ld() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"@type": "Person", "name": "Sari Pengunggah"}}</script>'
    assert reading(f"<p>Penulis: Rani Contoh</p>{STORY}", data).authors == ["Rani Contoh"]
    assert reading(f"<p>Rani Contoh | 4 Agustus 2026</p>{STORY}", data).authors == ["Sari Pengunggah"]
    both = reading(f"<p>4 Agustus 2026 20:18Reporter : Sari Pengunggah, Rani Contoh</p>{STORY}", data)
    assert both.authors == ["Sari Pengunggah", "Rani Contoh"]


def test_the_desk_is_nobody() -> None:
    assert reading(f"{STORY.removesuffix('</div>')}<p>(tim/rcn)</p></div>", authors=(".pembuat",)).authors == []
    assert reading(f"{STORY.removesuffix('</div>')}<p>(abc/rcn)</p></div>", authors=(".pembuat",)).authors == ["abc"]


@pytest.mark.parametrize(
    ("caption", "kept"),
    [
        ("Kapal di dermaga. (AFP/NAMA)", "Kapal di dermaga. (AFP/NAMA)"),
        ("Cover Berita", None),
        (f"{HEADLINE} Kapal. KCNA via REUTERS", "Kapal. KCNA via REUTERS"),
    ],
)
def test_captions(caption: str, kept: str | None) -> None:
    assert reading(f"<figure><img><figcaption>{caption}</figcaption></figure>{STORY}").image_caption == kept


ORIGINAL = "https://www.lain.example/berita/1"


@pytest.mark.parametrize(
    "link",
    [
        f'<a class="asli" href="{ORIGINAL}">Baca di sini</a>',
        f'<a href="{ORIGINAL}">\n Artikel  asli </a>',
        '<a href="//www.lain.example/berita/1">Artikel Asli</a>',
        f'<div class="read-button"><a onclick="x()">Lanjut baca</a><a href="{ORIGINAL}" rel="nofollow">Baca berita dari sumber</a></div>',
        f'<a class="asli" href="/berita/1">Bagikan</a><a href="{ORIGINAL}">Artikel Asli</a>',
    ],
    ids=["selector", "text", "relative to the scheme", "BaBe of 2017", "the selector leads to the aggregator itself"],
)
def test_the_original_of_a_copy(link: str) -> None:
    assert reading(STORY + link, original=("a.asli",)).original_url == ORIGINAL


def test_only_an_aggregator_has_originals() -> None:
    assert reading(f'{STORY}<a href="{ORIGINAL}">Artikel Asli</a>').original_url is None
    assert reading(STORY, original=("a.asli",)).original_url is None
