"""Pages as the world serves them, read without any outlet's rules: whose data is whose, and where the story is."""

import json
from datetime import datetime

import pytest

from crawler.article import Article
from crawler.reading.dates import WIB
from crawler.reading.page import Page
from crawler.reading.reader import NotAnArticle, read
from crawler.reading.rules import PageRules

URL = "https://www.kabar.example/dunia/berita-1"
FETCHED = datetime(2026, 8, 10, 8, 0, tzinfo=WIB)
TITLE = "Kapal Khayalan Tiba di Dermaga"
ONE = "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang dan seekor kambing."
TWO = "Para pedagang di dek bawah sudah menyusun kardus berisi mi, sabun, dan buku sejak sebelum fajar menyingsing."
THREE = "Nakhoda khayalan itu berjanji akan kembali sebelum musim dingin tiba di pelabuhan utara yang sepi itu."
FOUR = "Penjaga pelabuhan mencatat tiga perahu karet yang menunggu giliran masuk sampai air pasang pada sore hari."
STORY = "".join(f"<p>{text}</p>" for text in (ONE, TWO, THREE))
BODY = f"{ONE}\n\n{TWO}\n\n{THREE}"
CROWD = "diikuti dua ratus peserta dari sembilan kabupaten, kata ketua panitia saat membuka acara."
OTHER = "".join(f"<p>Festival layang-layang hari ke-{n} {CROWD}</p>" for n in range(7))
DATED = '<meta property="article:published_time" content="2026-08-04T07:05:00+07:00">'


def page(body: str, head: str = DATED) -> str:
    return f"<!DOCTYPE html><html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"


def reading(text: str, rules: PageRules = PageRules(body=())) -> Article:  # noqa: B008 - frozen
    return read([Page(text, URL)], rules, outlet="kabar", article_id="1", url=URL, fetched_at=FETCHED)


def article(url: str, headline: str, published: str, author: object) -> str:
    told = {"@type": "NewsArticle", "mainEntityOfPage": url, "headline": headline, "datePublished": published, "author": author}
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


# --- where the story is


@pytest.mark.parametrize(
    "body",
    [
        f"<header><div><h1>{TITLE}</h1></header><div>{STORY}</div>",  # what a header does not close does not reach out of it
        f"<nav><ul><li><a href=/>Depan</a></ul><h1>{TITLE}</h1><div>{STORY}</div>",
        f"<h1>{TITLE}</h1><footer class=meta>{STORY}</footer>",
        f"<h1>{TITLE}</h1><aside>{STORY}</aside><footer><p>Hak cipta Kabar</p></footer>",
        f"<h1>{TITLE}</h1><div class=isi><p>{ONE}</p><p>{TWO}</p></body></html><p>{THREE}</p></div>",
        f"<h1>{TITLE}</h1><article><p>{ONE}<br><br>{TWO}<br><br>{THREE}</p></article><div class=x><p>{FOUR}</p></div>",
        f"<h1>{TITLE}</h1><div class=isi>{ONE}<br><br>{TWO}<br><br><img src=a.jpg>{THREE}</div>",
        f"<h1>{TITLE}</h1><div class=isi>{STORY}</div><iframe>{OTHER}</iframe>",
        f"<div class='cookie-consent'>{OTHER}</div><h1>{TITLE}</h1><div class=isi>{STORY}</div>",
        f"<h1>{TITLE}</h1><div class=isi><p class=promo-text>{ONE}</p><p class=editor-p>{TWO}</p><p class=paywall>{THREE}</p></div>",
        f"<h1>{TITLE}</h1><div class=isi><p>{ONE}<span class=sr-only> (buka jendela baru)</span></p><p>{TWO}</p><p>{THREE}</p></div>",
    ],
)
def test_the_story_is_found_whole(body: str) -> None:
    assert reading(page(body)).body == BODY


@pytest.mark.parametrize("rules", [PageRules(body=()), PageRules(body=(".isi",), authors=(".oleh",))])
def test_the_next_story_in_the_page_is_another(rules: PageRules) -> None:
    first = f"<div class=b><h1>{TITLE}</h1><p class=oleh>Oleh Rani Contoh</p><div class=isi>{STORY}</div></div>"
    second = f"<div class=b><h2>Festival Dibuka</h2><p class=oleh>Oleh Dodi Umpama</p><div class=isi>{OTHER}</div></div>"
    read_ = reading(page(f"<main>{first}{second}</main>"), rules)
    assert (read_.body, read_.authors) == (BODY, ["Rani Contoh"])


@pytest.mark.parametrize(
    "lead",
    [
        "Apa yang dibawa kapal itu?",
        "Kapal khayalan yang ditunggu seluruh warga pelabuhan utara itu akhirnya tiba",  # without a full stop
    ],
)
def test_a_lead_beside_the_first_paragraph_is_of_the_story(lead: str) -> None:
    assert reading(page(f"<h1>{TITLE}</h1><div class=isi><p>{lead}</p>{STORY}</div>")).body == f"{lead}\n\n{BODY}"
    assert reading(page(f"<h1>{TITLE}</h1><div class=isi><p class=dek>{lead}</p>{STORY}</div>")).body == BODY


def test_a_headline_repeated_in_mid_page_begins_nothing() -> None:
    audio = f"<div class=audio><span>{TITLE}</span></div>"
    assert reading(page(f"<h1>{TITLE}</h1><div class=isi><p>{ONE}</p>{audio}<p>{TWO}</p><p>{THREE}</p></div>")).body == BODY


def test_sentences_of_scripts_without_blanks() -> None:
    lines = [f"昨日の午前、架空の船が東の埠頭に到着し、二十人の乗客と一匹の山羊が下船した第{n}便。" for n in range(8)]
    assert reading(page(f"<h1>{TITLE}</h1><div>{''.join(f'<p>{line}</p>' for line in lines)}</div>")).body == "\n\n".join(lines)


# --- what a page says to machines


def test_of_several_articles_the_pages_own_speaks() -> None:
    other = article("https://www.kabar.example/olahraga/2", "Lomba Ditunda", "2026-08-01T08:00:00+07:00", "Dodi Umpama")
    own = article(URL, "Kapal Tiba", "2026-08-04T07:05:00+07:00", "Rani Contoh")
    for scripts in (other + own, own + other):
        read_ = reading(page(f"<h1>{TITLE}</h1><div>{STORY}</div>", scripts))
        assert (read_.authors, read_.published_at) == (["Rani Contoh"], datetime(2026, 8, 4, 7, 5, tzinfo=WIB))
    with pytest.raises(NotAnArticle):  # a teaser's data dates nothing
        reading(page(f"<h1>{TITLE}</h1><div>{STORY}</div>", other))


def test_an_id_is_followed() -> None:
    person = {"@type": "Person", "@id": "#rani", "name": "Rani Contoh"}
    story = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-08-04T07:05:00+07:00", "author": [{"@id": "#rani"}]}
    graph = json.dumps({"@graph": [person, story]})
    assert reading(page(f"<h1>{TITLE}</h1><div>{STORY}</div>", f'<script type="application/ld+json">{graph}</script>')).authors == [
        "Rani Contoh"
    ]


def test_the_pages_paragraphs_come_before_one_block_of_json_ld() -> None:
    told = json.dumps({"@type": "NewsArticle", "articleBody": f"{ONE} {TWO} {THREE} Baca juga: Lain."})
    script = f'<script type="application/ld+json">{told}</script>'
    assert reading(page(f"<h1>{TITLE}</h1><div>{STORY}</div>", DATED + script)).sources["body"] == "generic"
    cut = reading(page(f"<h1>{TITLE}</h1><div><p>{ONE}</p></div>", DATED + script))  # a paywall: the page shows a third of it
    assert (cut.sources["body"], THREE in cut.body) == ("json-ld", True)


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"post": {"content": STORY}}})}</script>',
        f'<script type="application/json">{json.dumps([{"kind": "text", "text": each} for each in (ONE, TWO, THREE)])}</script>',
        f"<script>self.__next_f.push({json.dumps([1, STORY])})</script>",
    ],
)
def test_a_story_in_the_data_of_scripts(script: str) -> None:
    read_ = reading(page(f"<h1>{TITLE}</h1><div id=__next></div>{script}"))
    assert (read_.body, read_.sources["body"]) == (BODY, "json-ld")


# --- what is no article, and what is one all the same


def test_prose_without_a_date_is_an_article_and_teasers_without_one_are_none() -> None:
    guide = "".join(f"<p>{ONE} {TWO} Bagian {n}.</p>" for n in range(6))
    assert reading(page(f"<h1>{TITLE}</h1><div>{guide}</div>", "")).published_at is None
    teasers = "".join(f"<li><a href=/{n}>Judul {n}</a><p>{ONE}</p></li>" for n in range(12))
    with pytest.raises(NotAnArticle, match="listing"):
        reading(page(f"<h1>{TITLE}</h1><ul>{teasers}</ul>", ""))


def test_a_dated_story_is_no_home_page_for_its_canonical() -> None:
    home = '<link rel="canonical" href="https://www.kabar.example/">'
    assert reading(page(f"<h1>{TITLE}</h1><div>{STORY}</div>", DATED + home)).body == BODY
    with pytest.raises(NotAnArticle, match="home page"):
        reading(page(f"<h1>{TITLE}</h1><div>{STORY}</div>", home))
