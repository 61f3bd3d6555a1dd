"""Which of the times that a page names is that of its publication."""

from datetime import datetime

import pytest

from crawler.article import Article, Precision
from crawler.reading.dates import WIB
from crawler.reading.page import Page
from crawler.reading.reader import read
from crawler.reading.rules import PageRules

PARAGRAPH = "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang dan seekor kambing."
URL = "https://kabar.example/berita/1"


def reading(head: str, printed: str = "", lang: str = "id") -> Article:
    story = "".join(f"<p>{PARAGRAPH} Kalimat {n}.</p>" for n in range(3))
    body = f"<div><h1>Kapal Khayalan Tiba</h1><p>{printed}</p><div class=isi>{story}</div></div>"
    page = Page(f"<html lang={lang}><title>Kapal Khayalan Tiba</title>{head}<body>{body}</body>", URL)
    fetched_at = datetime(2026, 8, 5, 18, 0, tzinfo=WIB)
    return read([page], PageRules(body=()), outlet="kabar", article_id="1", url=URL, fetched_at=fetched_at)


def ld(published: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{published}"}}</script>'


def meta(published: str, name: str = "article:published_time") -> str:
    return f'<meta property="{name}" content="{published}">'


EXACT = "2026-08-05T06:45:00+07:00"


@pytest.mark.parametrize(
    ("head", "printed"),
    [
        (ld("2026-08-05") + meta(EXACT), ""),
        (ld("2026-08-05") + meta("2026-08-04T23:45:00Z"), "Rabu, 5 Agustus 2026"),
        (ld("5 Agustus 2026"), "Rabu, 5 Agustus 2026 | 06.45 WIB"),
        (ld("2026-08-05T00:00:00+07:00") + meta(EXACT), ""),
        (ld("2026-08-05T00:00:00Z"), "Rabu, 05/08/2026 06:45 WIB"),
        (meta("11 jam lalu") + meta(EXACT, "pubdate"), ""),
        (meta("2026-08-05", "dc.date") + meta(EXACT, "dcterms.created"), ""),
        (meta(EXACT, "DC.date"), "5 Agustus 2026"),
        (meta("Wed Aug 05 2026 06:45:00 GMT+0700 (Western Indonesia Time)", "date"), ""),
    ],
)
def test_an_exact_time_beats_a_coarse_one_of_the_same_day(head: str, printed: str) -> None:
    article = reading(head, printed)
    assert (article.published_at, article.published_precision) == (datetime.fromisoformat(EXACT), Precision.MINUTE)


@pytest.mark.parametrize(
    ("head", "printed", "published", "precision"),
    [
        (ld("2026-08-04") + meta(EXACT), "", "2026-08-04T12:00:00+07:00", Precision.DAY),  # another day's
        (ld("2026-08-05"), "Diperbarui 5 Agustus 2026 09:00 WIB", "2026-08-05T12:00:00+07:00", Precision.DAY),
        (ld("2026-08-05T00:00:00+07:00"), "5 Agustus 2026", "2026-08-05T00:00:00+07:00", Precision.MINUTE),
        (ld(EXACT) + meta("2026-08-05T09:00:00+07:00"), "", EXACT, Precision.MINUTE),  # both exact: the first
    ],
)
def test_nothing_else_does(head: str, printed: str, published: str, precision: Precision) -> None:
    article = reading(head, printed)
    assert (article.published_at, article.published_precision) == (datetime.fromisoformat(published), precision)


@pytest.mark.parametrize(
    ("label", "printed", "published"),
    [
        ("2026-08-04T20:45:00Z", "Selasa, 4 Agustus 2026", "2026-08-04T20:45:00+07:00"),  # the day of the clock
        ("2026-08-04T20:45:00+00:00", "Rabu, 5 Agustus 2026", "2026-08-04T20:45:00+00:00"),  # the day of the label
        ("2026-08-04T10:45:00Z", "Selasa, 4 Agustus 2026", "2026-08-04T10:45:00+00:00"),  # of both
        ("2026-08-05T06:45:00+00:00", "5/8/2026 06.45", EXACT),
        ("2026-08-05T17:45:00Z", "", "2026-08-05T17:45:00+07:00"),  # yet to come by its label
        ("2026-08-04T22:00:00-05:00", "Selasa, 4 Agustus 2026", "2026-08-05T10:00:00+07:00"),  # abroad
    ],
)
def test_a_label_of_utc_may_be_false(label: str, printed: str, published: str) -> None:
    assert reading(meta(label), printed).published_at == datetime.fromisoformat(published)


def test_abroad_the_day_of_utc_may_be_theirs() -> None:
    label = meta("2026-08-04T20:45:00Z")
    assert reading(label, "August 4, 2026", lang="en").published_at == datetime.fromisoformat("2026-08-04T20:45:00+00:00")


def scope(published: str, title: str, attributes: str = "") -> str:
    stamp = f'<meta itemprop="datePublished" content="{published}">'
    return f'<div itemscope itemtype="https://schema.org/NewsArticle" {attributes}>{stamp}{title}</div>'


OTHER = "2026-08-04T05:00:00+07:00"
TEASERS = [
    '<a href="/berita/2" itemprop="headline">Kapal Lain Berangkat</a>',
    '<a href="/berita/2"><h3 itemprop="headline">Kapal Lain Berangkat</h3></a>',
    '<h3 itemprop="name headline"><a href="https://kabar.example/berita/2">Kapal Lain Berangkat</a></h3>',
]


@pytest.mark.parametrize("teaser", TEASERS)
@pytest.mark.parametrize("count", [1, 2])
def test_microdata_of_teasers_dates_no_story(teaser: str, count: int) -> None:
    article = reading("", "5 Agustus 2026 06:45 WIB" + scope(OTHER, teaser) * count)
    assert article.published_at == datetime.fromisoformat(EXACT)


@pytest.mark.parametrize(
    "own",
    ['<meta itemprop="headline" content="Kapal">', '<a itemprop="headline" href="/berita/1?ref=judul">Kapal Khayalan Tiba</a>', "Kapal"],
)
def test_microdata_of_the_story_may_stand_beside_it(own: str) -> None:
    article = reading("", scope(OTHER, TEASERS[0]) + scope(EXACT, own) + scope(OTHER, TEASERS[1]))
    assert article.published_at == datetime.fromisoformat(EXACT)
