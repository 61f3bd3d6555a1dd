"""Writers and times that a page prints beside its headline, read without any outlet's rules."""

from datetime import datetime

import pytest

from crawler.article import Article
from crawler.reading.attribution import bylines
from crawler.reading.dates import WIB
from crawler.reading.page import Page
from crawler.reading.reader import read
from crawler.reading.rules import PageRules

PARAGRAPH = "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang dan seekor kambing."
HEADLINE = "Kapal Khayalan Tiba"
PRINTED = "Selasa, 4 Agustus 2026 | 07:05 WIB"


def reading(beside: str, below: str = "") -> Article:
    story = "".join(f"<p>{PARAGRAPH} Kalimat {n}.</p>" for n in range(3))
    page = f"<title>{HEADLINE}</title><body><div><h1>{HEADLINE}</h1>{beside}<div class=isi>{story}</div>{below}</div></body>"
    url = "https://kabar.example/berita/1"
    fetched_at = datetime(2026, 8, 10, 8, 0, tzinfo=WIB)
    return read([Page(page, url)], PageRules(body=()), outlet="kabar", article_id="1", url=url, fetched_at=fetched_at)


BYLINES = [
    "<p>Oleh Rani Contoh</p>",
    "<p>By Rani Contoh</p>",
    "<p>Oleh Rani Contoh, Selasa 04/08/2026 07:05 WIB</p>",
    "<p>Rani Contoh, Jurnalis</p>",
    "<p>Reporter Rani Contoh</p>",
    "<p>Wartawan Rani Contoh, S.Sos., M.Si.</p>",
    "<p>Ditulis oleh Rani Contoh | 4 Agustus 2026</p>",
    "<p>Rani Contoh - 04 Agustus 2026 07:05 wib</p>",
    "<p>Rani Contoh · Selasa, 4 Agustus 2026 - 07:05 WIB</p>",
    "<p>LAPORAN: Rani Contoh | SELASA, 04 AGUSTUS 2026 | 07:05 WIB</p>",
    "<p>Oleh : Rani Contoh (Bandung)</p>",
    "<p>Selasa, 4 Agustus 2026 07:05 WIB Rani Contoh</p>",
    "<p>Oleh: Rani Contoh*)</p>",
    "<p>Laporan: Rani Contoh/Bandung</p>",
    "<p>Rani Contoh, CNN Indonesia | Selasa, 04/08/2026 07:05 WIB</p>",
    "<p>Oleh Rani Contoh pada 04 Agu 2026, 07:05 WIB</p>",
    "<p>LAUT | 4 Agustus 2026 07:05 Reporter : Rani Contoh</p>",
    "<p>Reporter</p><p><a href=/u/1>Rani Contoh</a></p><p>Editor</p><p><a href=/u/2>Sari Penyunting</a></p>",
    "<p>Reporter</p><p>Rani Contoh - Kabar Khayal Pagi</p>",
    "<p>Penulis:</p><p>Rani Contoh, S.H.</p><p>Editor:</p><p>Sari Penyunting</p>",
    "<a rel=author href=/u/1>Rani Contoh</a>",
    "<span itemprop=author><span itemprop=name>Rani Contoh</span></span>",
    '<div class="baca__info-author">Rani Contoh</div>',
    '<div class="author-and-time"><span class="author-name">Rani Contoh</span> <span>4 Agustus 2026</span></div>',
    '<p><span>4 Agustus 2026 07:05</span> <span class="reporter">Reporter : Rani Contoh</span></p>',
    '<p class="byline">Rani Contoh - Contoh Kabar</p>',
]


@pytest.mark.parametrize("byline", BYLINES)
def test_a_byline_beside_the_headline(byline: str) -> None:
    article = reading(f"{byline}<p>{PRINTED}</p>")
    assert article.authors == ["Rani Contoh"]
    assert article.published_at == datetime(2026, 8, 4, 7, 5, tzinfo=WIB)


def test_a_headline_about_a_reporter_is_no_byline() -> None:
    assert reading(f"<p>Rekam Peserta Aksi, Jurnalis Kabar Laut Ikut Diseret</p><p>{PRINTED}</p>").authors == []


@pytest.mark.parametrize("place", range(len(bylines.BYLINES)))
def test_every_shape_is_needed_by_an_example(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [*bylines.BYLINES]
    shape = left.pop(place)
    monkeypatch.setattr(bylines, "BYLINES", left)
    read_without = [reading(f"{byline}<p>{PRINTED}</p>").authors for byline in BYLINES]
    assert read_without != [["Rani Contoh"]] * len(BYLINES), f"no byline above is read by {shape.pattern}"


@pytest.mark.parametrize(
    ("beside", "below"),
    [
        ("<p>Kabar Laut</p>", ""),
        ("<p>Oleh Tim Redaksi</p>", ""),
        ("<p>Dermaga Timur - tempat kapal khayalan</p>", ""),
        ('<div class="author">Redaksi</div>', ""),
        ('<div class="author">Facebook</div>', ""),
        ("<p>Penulis Lepas</p>", ""),
        ("<p>Facebook</p><p>Telegram</p>", ""),
        ('<div class="author">4 Agustus 2026</div>', ""),
        ("<div class=author><div>Rani Contoh</div><div>Pecinta Kopi</div></div>", ""),  # a box about somebody
        ("", '<div class="comment"><span class="author">Budi Pembaca</span></div>'),
        ("<p>Budi Kedua, S.H.</p><p>Penulis</p><p>Sari Ketiga</p>", ""),
        ("<p>Budi Kedua</p><p>Penulis</p><p>Sari Ketiga</p>", ""),  # a label may belong to the name above it
    ],
)
def test_what_is_no_byline(beside: str, below: str) -> None:
    assert reading(beside + f"<p>{PRINTED}</p>", below).authors == []


def test_writers_with_the_same_mark() -> None:
    byline = '<ul><li class="author">Rani Contoh</li><li class="author">Budi Kedua</li></ul>'
    assert reading(f"{byline}<p>{PRINTED}</p>").authors == ["Rani Contoh", "Budi Kedua"]


@pytest.mark.parametrize(
    "byline",
    ['<p class="byline">Rani Contoh<br>Budi Kedua</p>', "<div class=penulis><a>Rani Contoh</a> (Bandung)<br><a>Budi Kedua</a></div>"],
)
def test_writers_a_line_each(byline: str) -> None:
    assert reading(f"{byline}<p>{PRINTED}</p>").authors == ["Rani Contoh", "Budi Kedua"]


def test_every_label_has_a_name_of_its_own() -> None:
    article = reading(f"<p>{PRINTED}</p>", "<p>Reporter:</p><p>Rani Contoh</p><p>Editor:</p><p>Sari Penyunting</p>")
    assert (article.authors, article.editors) == (["Rani Contoh"], ["Sari Penyunting"])


def test_what_was_updated_was_published_before() -> None:
    updated, first = "<p>Diperbarui 05 Agu 2026, 09:00 WIB</p>", "<p>Terbit 04 Agu 2026, 07:05 WIB</p>"
    for beside in (updated + first, first + updated):
        assert reading(beside).published_at == datetime(2026, 8, 4, 7, 5, tzinfo=WIB)
    assert reading(updated).published_at == datetime(2026, 8, 5, 9, 0, tzinfo=WIB)


def test_a_day_for_readers_and_a_minute_for_machines() -> None:
    stamp = "<time datetime=2026-08-04T07:05:00+07:00>Agustus 4, 2026</time>"
    others = "<time datetime=2026-08-06T01:00:00+07:00>Agustus 6, 2026</time>"
    assert reading(stamp, others).published_at == datetime(2026, 8, 4, 7, 5, tzinfo=WIB)
