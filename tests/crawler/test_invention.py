"""Invented words have the shape of the real ones, and what the reading looks for stays."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.invention import WORD, Inventor
from crawler.reading.noise import clean_lines
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls

RULES = PageRules(body=(".isi",), authors=(".kru:contains('Peliput')",), noise_phrases=(r"kabar(?:nya)? pilihan\b.*",))
ARTICLES = ArticleUrls(pattern=r"https?://(?:www\.)?kabar\.example/dunia-baru/(?P<id>\d+)")

words = st.text("abdegiklmnoprstuyé", min_size=2, max_size=14)
others = st.sampled_from(["17", "5/8/2026", "—", "(", ")", '"', "\n"])
prose = st.lists(st.one_of(words, words.map(str.title), words.map(str.upper), others))


def inventor() -> Inventor:
    return Inventor(RULES, ARTICLES, title="Kabar Dunia", host="www.kabar.example")


def shape(text: str) -> str:
    return re.sub(r"[^\W\d_]", lambda letter: ("A" if letter[0].isupper() else "a") + ("" if letter[0].isascii() else "'"), text)


@given(prose)
def test_shape_stays(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert shape(inventor().text(text)) == shape(text)


@given(prose)
def test_no_other_word_stays(pieces: list[str]) -> None:
    text = " ".join(pieces)
    ours = inventor()
    for word, new in zip(WORD.findall(text), WORD.findall(ours.text(text)), strict=True):
        assert (word == new) is (ours.keeps(word) or word.lower() == new.lower())
        assert ours.keeps(word) or word.isascii() is False or word != new


@given(st.sets(st.text("abdegiklmnoprstuy", min_size=4, max_size=9), min_size=2, max_size=40))
def test_one_word_one_invention(several: set[str]) -> None:
    ours = inventor()
    invented = {word: ours.text(word) for word in sorted(several)}
    assert len(set(invented.values())) == len(several), "two words must not become the same"
    assert all(ours.text(f"“{word.title()}”, {word.upper()}!") == f"“{new.title()}”, {new.upper()}!" for word, new in invented.items())


def test_the_same_word_is_the_same_in_every_run() -> None:
    first, second = inventor(), inventor()
    second.text("kata lain yang lebih dulu: gandum, kereta")
    assert first.text("Kereta") == second.text("Kereta")


@pytest.mark.parametrize(
    "text",
    [
        "Baca juga:",
        "Berita terkait",
        "Kumpulan berita",
        "Dukung favoritmu",
        "ADVERTISEMENT",
        "SCROLL TO CONTINUE WITH CONTENT",
        "SCROLL UNTUK MELANJUTKAN MEMBACA",
        "Penulis: Editor : Tim Redaksi",
        "dikutip dari Kantor Berita Antara",
        "KCNA via REUTERS, Associated Press, RIA Novosti",
        "KOMPAS.com CNBC Indonesia TRIBUNNEWS.COM detikcom",
        "Senin, 3 Agustus 2026 pukul 17.53 WIB",
        "15 July 2026 09:05",
        "22 jam yang lalu",
        "Kabar Dunia",  # the outlet's title
        "Peliput",  # quoted in a selector
        "kabarnya pilihan",  # the outlet's own phrase
        "Halaman all",
        "&amp; &#039; &nbsp;",
        "404 Not Found",
    ],
)
def test_structure_stays(text: str) -> None:
    assert inventor().text(text) == text


@pytest.mark.parametrize(
    "lines",
    [
        ["Kapal itu berlayar dari pelabuhan sebelum fajar, kata nakhodanya.", "Baca juga: Feri Khayalan Singgah di Tiga Pelabuhan"],
        ["MOSKWA, KOMPAS.com - Kapal itu berlayar dari pelabuhan sebelum fajar. (sef/haa)"],
        ["Kapal itu berlayar dari pelabuhan sebelum fajar.", "Penulis: Rani Contoh Editor: Budi Penyunting"],
        ["Kapal itu berlayar dari pelabuhan sebelum fajar.", "(Tribunnews.com/Rani Contoh)", "Kapal lain menyusul."],
        ["Kapal itu berlayar dari pelabuhan sebelum fajar.", "Kapal di dermaga khayalan. (AFP/RANI CONTOH)"],
        ["Simak breaking news dan berita pilihan kami langsung di ponselmu lewat saluran WhatsApp", "Kapal itu berlayar sebelum fajar."],
        ["kabarnya pilihan redaktur kapal", "Kapal itu berlayar dari pelabuhan sebelum fajar."],
    ],
)
def test_noise_is_the_same_noise(lines: list[str]) -> None:
    ours = inventor()
    phrases = [re.compile(phrase, re.IGNORECASE) for phrase in RULES.noise_phrases]
    before, after = clean_lines(lines, phrases), clean_lines([ours.text(line) for line in lines], phrases)
    assert before.removed
    assert after.removed == before.removed
    assert [ours.text(paragraph) for paragraph in before.paragraphs] == after.paragraphs
    assert [ours.text(name) for name in before.authors + before.editors + before.initials] == (
        after.authors + after.editors + after.initials
    )
    assert after.agencies == before.agencies


def test_addresses_keep_their_shape() -> None:
    ours = inventor()
    slug = ours.text("kapal-gandum-berlayar")
    assert "kapal" not in slug
    for before, after in {
        "https://www.kabar.example/dunia-baru/123/kapal-gandum-berlayar": f"https://www.kabar.example/dunia-baru/123/{slug}",
        "//kabar.example/2026/08/03/1/kapal-gandum-berlayar.html?page=2": f"//kabar.example/2026/08/03/1/{slug}.html?page=2",
        "/indeks?site=news&date=2026-08-03&utm_source=x&fbclid=abc": "/indeks?site=news&date=2026-08-03",
        "https://facebook.com/sharer.php?u=https%3A%2F%2Fkabar.example%2Fkapal-gandum-berlayar": "https://facebook.com/sharer.php",
        "https://www.whatsapp.com/channel/0029VaFPbedBPzjZrk13HO3D": "https://www.whatsapp.com/channel/000000000000",
        "mailto:seseorang@kabar.example": "mailto:",
        "data:image/gif;base64,R0lGODlhAQABAAAA": "data:",
        "#": "#",
        "": "",
        "https://[": "https://[",
    }.items():
        assert ours.url(before) == after
    assert ours.text("lihat https://kabar.example/kapal-gandum-berlayar") == f"lihat https://kabar.example/{slug}"
    assert ours.text("tulis ke rani.contoh@kabar.example.") == f"{ours.text('tulis ke')} xxxxxxxxsurat@example.com."


def test_json_keeps_keys_types_and_its_faults() -> None:
    ours = inventor()
    kapal = ours.text("kapal gandum")
    source = (
        '<!--\n{"@context":"https:\\/\\/schema.org","@type":["NewsArticle","Report"],"headline":"Kapal \\"Gandum\\" &amp; kapal",\n'
        '"articleBody":"kapal\ngandum<br class=\\"x\\">kapal","datePublished":"2026-08-03T17:53:12+07:00","isAccessibleForFree":true,}\n-->'
    )
    written = ours.json(source)
    assert written.startswith('<!--\n{"@context":"https:\\/\\/schema.org","@type":["NewsArticle","Report"],"headline":"')
    assert written.endswith('"datePublished":"2026-08-03T17:53:12+07:00","isAccessibleForFree":true,}\n-->')
    first, second = kapal.split()
    assert f'"{first.title()} \\"{second.title()}\\" &amp; {first}"' in written
    assert f'"{first}\n{second}<br>{first}"' in written


@given(st.text())
def test_anything_can_be_given(text: str) -> None:
    ours = inventor()
    for method in (ours.text, ours.url, ours.json, ours.value):
        assert isinstance(method(text), str)


@given(st.recursive(prose.map(" ".join), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["name", "headline"]), inner)))
def test_json_that_can_be_read_can_be_read_again(value: object) -> None:
    ours = inventor()
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert shape(json.dumps(json.loads(ours.json(written)), ensure_ascii=False)) == shape(json.dumps(value, ensure_ascii=False))
