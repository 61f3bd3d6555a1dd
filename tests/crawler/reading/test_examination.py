"""What a reading says beyond the article: sources that differ, rules of the past, what was removed and why."""

import json
from datetime import date, datetime

import pytest

from crawler.article import Article
from crawler.reading.dates import WIB
from crawler.reading.page import Page
from crawler.reading.reader import examine, read
from crawler.reading.rules import PageRules, rules_for
from crawler.reading.text import text_of

URL = "https://www.contoh.com/read/1/kapal"
FETCHED = datetime(2026, 8, 10, 8, 0, tzinfo=WIB)
RULES = PageRules(body=(".isi",), authors=(".penulis-berita",), published_at=(".waktu",))
GENERIC = PageRules(body=())
ONE = "SOKCHO, CONTOH.com - Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang."
TWO = "Para pedagang di dek bawah sudah menyusun kardus berisi mi, sabun, dan buku sejak sebelum fajar."
THREE = "Nakhoda khayalan itu berjanji akan kembali sebelum musim dingin tiba di pelabuhan utara."
STORY = f'<div class="isi"><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div>'
BODY = f"{ONE}\n\n{TWO}\n\n{THREE}"
ARTICLE_META = '<meta property="og:type" content="article"><meta property="og:title" content="Kapal Khayalan Tiba">'


TITLE = "<title>Kapal Khayalan Tiba - Contoh.com</title>"


def document(body: str = STORY, head: str = ARTICLE_META) -> str:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{TITLE}{head}</head><body>{body}</body></html>'


def ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | fields)}</script>'


def reading(*documents: str, rules: PageRules = RULES, url: str = URL) -> Article:
    pages = [Page(text, url if n == 1 else f"{url}?page={n}") for n, text in enumerate(documents, start=1)]
    return read(pages, rules, outlet="contoh", article_id="1", url=URL, fetched_at=FETCHED)


# --- where sources differ


def test_sources_that_differ_are_all_kept() -> None:
    head = ld(headline="Kapal Khayalan Berangkat", datePublished="2026-08-05T06:45:10+07:00", author={"name": "Budi Penyunting"})
    head += '<meta property="og:title" content="Kapal  khayalan tiba - Contoh.com">'
    head += '<meta property="article:published_time" content="2026-08-04T23:45:50Z">'
    article = reading(document(f'<h1>Kapal Khayalan Tiba</h1><div class="penulis-berita">Rani Contoh</div>{STORY}', head))
    assert article.disagreements == {
        "headline": {"json-ld": "Kapal Khayalan Berangkat", "meta": "Kapal khayalan tiba", "selectors": "Kapal Khayalan Tiba"},
        "authors": {"json-ld": "Budi Penyunting", "selectors": "Rani Contoh"},
    }
    assert article.headline == article.disagreements["headline"][article.sources["headline"]]


def test_times_differ_to_the_minute() -> None:
    stamps = ld(datePublished="2026-08-05T06:45:00+07:00", dateModified="2026-08-05T07:00:00+07:00")
    stamps += '<meta property="article:modified_time" content="2026-08-05T00:01:00Z">'
    article = reading(document(f'<div class="waktu">05/08/2026 06:46 WIB</div>{STORY}', stamps))
    assert article.disagreements == {
        "published_at": {"json-ld": "2026-08-05T06:45+07:00", "selectors": "2026-08-05T06:46+07:00"},
        "modified_at": {"json-ld": "2026-08-05T07:00+07:00", "meta": "2026-08-05T07:01+07:00"},
    }


def test_an_editor_named_as_the_author() -> None:
    head = ld(author={"name": "Budi Penyunting"})
    page = document(f"<h1>Kapal Khayalan Tiba</h1>{STORY}<p>Editor: Budi Penyunting</p>", head)
    assert reading(page, rules=GENERIC).disagreements == {"authors": {"json-ld": "Budi Penyunting", "generic": ""}}


def test_sources_that_agree_are_not_told() -> None:
    head = ARTICLE_META + ld(headline="Kapal Khayalan  Tiba", datePublished="2026-08-05T06:45:00+07:00", author="Rani Contoh")
    page = document(f'<div class="waktu">05/08/2026 06:45</div><i class="penulis-berita">RANI CONTOH</i>{STORY}', head)
    assert reading(page).disagreements == {}


# --- rules of the past


NOW_RULES = PageRules(body=(".isi",), published_at=(".waktu",))
OLD_RULES = PageRules(body=(".isi-lama",), published_at=(".jam",), until=date(2016, 12, 31))
OLDEST_RULES = PageRules(body=(".badan",), until=date(2013, 5, 1))
DATED = (NOW_RULES, OLD_RULES, OLDEST_RULES)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (None, NOW_RULES),
        (date(2026, 8, 5), NOW_RULES),
        (date(2017, 1, 1), NOW_RULES),
        (date(2016, 12, 31), OLD_RULES),
        (date(2013, 5, 2), OLD_RULES),
        (date(2013, 5, 1), OLDEST_RULES),
        (date(2001, 1, 1), OLDEST_RULES),
    ],
)
def test_rules_for_a_day(day: date | None, expected: PageRules) -> None:
    assert rules_for(DATED, day) is expected
    assert rules_for(NOW_RULES, day) is NOW_RULES


@pytest.mark.parametrize(
    ("url", "time", "body"),
    [
        ("https://www.contoh.com/read/2015/11/04/1/kapal", "", "selectors"),
        ("https://www.contoh.com/berita/dunia/15/11/29/abc1-kapal", '<i class="jam">29/11/2015 06:45</i>', "selectors"),
        (URL, '<i class="jam">04/11/2015 06:45</i>', "selectors"),
        (URL, '<i class="waktu">04/11/2015 06:45</i>', "selectors"),
        (URL, '<i class="jam">04/11/2019 06:45</i>', "generic"),
        ("https://www.contoh.com/read/2019/11/04/1/kapal", "", "generic"),
    ],
)
def test_an_old_page_is_read_by_the_rules_of_its_time(url: str, time: str, body: str) -> None:
    page = Page(document(time + STORY.replace('class="isi"', 'class="isi-lama"')), url)
    article = read([page], DATED, outlet="contoh", article_id="1", url=url, fetched_at=FETCHED)
    assert (article.body, article.sources["body"]) == (BODY, body)


# --- what was removed, and why


def test_an_examination_tells_what_was_cut_and_what_was_kept() -> None:
    extra = '<div class="ads">Iklan khayalan</div><p id="baca">Baca juga: Judul lain</p><p id="tanda">(qwe/rty)</p>'
    page = Page(document(f"<h1>Kapal Khayalan Tiba</h1>{STORY.replace('</div>', extra + '</div>')}"), URL)
    found = examine([page], RULES, outlet="contoh", article_id="1", url=URL, fetched_at=FETCHED)
    assert found.article == read([page], RULES, outlet="contoh", article_id="1", url=URL, fetched_at=FETCHED)
    assert found.rejected is None
    assert [(piece.kind, piece.text, piece.element) for piece in found.removed] == [
        ("ad", "Iklan khayalan", page.select(".ads")[0]),
        ("related", "Baca juga: Judul lain", page.select("#baca")[0]),
        ("signoff", "(qwe/rty)", page.select("#tanda")[0]),
    ]
    assert [text_of(element) for element in found.kept] == [ONE, TWO, THREE]


def test_an_examination_of_what_is_no_article() -> None:
    found = examine([Page("", URL)], RULES, outlet="contoh", article_id="1", url=URL, fetched_at=FETCHED)
    assert (found.article, found.rejected, found.removed, found.kept) == (None, "empty page", [], [])


def test_an_examination_of_a_body_from_json_ld() -> None:
    page = Page(document("<div></div>", ARTICLE_META + ld(articleBody=BODY + "\n(qwe/rty)")), URL)
    found = examine([page], RULES, outlet="contoh", article_id="1", url=URL, fetched_at=FETCHED)
    assert [(piece.kind, piece.text, piece.element) for piece in found.removed] == [("signoff", "(qwe/rty)", None)]
    assert found.kept == []
