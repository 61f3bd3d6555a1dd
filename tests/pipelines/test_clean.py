"""The clean pipeline: Unicode and whitespace, nothing else."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.article import Article, Outcome, Visit
from pipelines.clean import MAX_CHARACTERS, CleanPipeline, clean_article, clean_line, clean_text, in_one_spelling

ANY_TEXT = st.text(st.characters(), max_size=60)  # every code point, lone surrogates and NUL among them
NASTY = st.text(
    st.sampled_from(" \t\n\r\v\f\x00\x1c\x85\u2028\u200b\u200d\u202e\ufeff\u00ad\ud800\udfff\uffff\ufdd0e\u0301\u0323A\u212b\u0958가각ᄀ"),
    max_size=40,
)


def article(**changes: object) -> Article:
    values: dict[str, object] = {
        "outlet": "kompas",
        "article_id": "7",
        "url": "https://www.kompas.com/7",
        "headline": "Judul",
        "body": "Isi.",
    }
    return Article(**(values | changes))  # type: ignore[arg-type]  # built from a dict


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Kim Jong\u00a0Un\u2009tiba", "Kim Jong Un tiba"),
        ("Rus\u00adia, Ko\u200brut\ufeff", "Rusia, Korut"),
        ("\u202eterbalik\u202c \u2067dan\u2069 \u200flagi", "terbalik dan lagi"),
        ("nul\x00 bel\x07 del\x7f c1\x9b", "nul bel del c1"),
        ("sur\ud83dogat \udc00sendiri", "surogat sendiri"),
        ("bukan\ufffe huruf\uffff\ufdd0\U0001ffff", "bukan huruf"),
        ("cafe\u0301", "café"),
        ("caf\u200be\u200d\u0301", "café"),
        ("satu\r\ndua\rtiga\u2028empat\x85lima", "satu\ndua\ntiga\nempat\nlima"),
        ("a\n\n\n \t\u00a0\n b \n\n", "a\n\nb"),
        ("  tepi \n", "tepi"),
        ("“kutip” – tetap…", "“kutip” – tetap…"),
        ("한국 Россия 👍🏽", "한국 Россия 👍🏽"),
        ("", ""),
        ("\u200b \x00\n", ""),
    ],
)
def test_cleans_text(raw: str, cleaned: str) -> None:
    assert clean_text(raw) == cleaned


def test_a_line_has_no_line_ends() -> None:
    assert clean_line("Judul\n\nyang\u2028terpotong\t dua") == "Judul yang terpotong dua"


@settings(max_examples=1000, deadline=None)
@given(st.one_of(ANY_TEXT, NASTY))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    for clean in (clean_text, clean_line):
        once = clean(text)
        assert clean(once) == once


@settings(max_examples=1000, deadline=None)
@given(st.one_of(ANY_TEXT, NASTY))
def test_what_is_clean_can_be_stored(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert "\n\n\n" not in cleaned
    assert not any(line != " ".join(line.split()) for line in cleaned.split("\n"))
    assert not {unicodedata.category(character) for character in cleaned} & {"Cs", "Zl", "Zp"}
    assert all(character == "\n" or unicodedata.category(character) != "Cc" for character in cleaned)


def test_tags_are_in_small_letters_each_once() -> None:
    tagged = article(tags=["Korea Utara", "korea  utara", "PBB", "", "pbb"])
    clean_article(tagged)
    assert tagged.tags == ["korea utara", "pbb"]


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=60))
def test_letters_numbers_and_marks_are_never_lost(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


def test_a_text_of_any_size_is_cut_at_the_cap_and_counted() -> None:
    long = article(body="kata " * MAX_CHARACTERS, tags=["x" * (MAX_CHARACTERS + 1), "y"], noise_removed={"baca_juga": 2})
    clean_article(long)
    assert len(long.body) == MAX_CHARACTERS - 1  # the cut left a space at the end
    assert len(long.tags[0]) == MAX_CHARACTERS
    assert long.noise_removed == {"baca_juga": 2, "truncated": 2}


def test_white_space_alone_is_not_too_long() -> None:
    padded = article(body=" " * MAX_CHARACTERS + "isi" + "\n" * MAX_CHARACTERS)
    clean_article(padded)
    assert (padded.body, padded.noise_removed) == ("isi", {})


def test_cleans_every_text_of_an_article() -> None:
    dirty = article(
        headline="Kim\u00a0Jong\nUn",
        body="Satu.\u200b\n\n\n Dua.",
        subtitle=" \u200b",
        section="Global\x00",
        authors=["Sari\u00a0Utami", "\ufeff", " Budi "],
        image_caption="Foto\nbersama",
        published_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    clean_article(dirty)
    assert (dirty.headline, dirty.body, dirty.subtitle, dirty.section) == ("Kim Jong Un", "Satu.\n\nDua.", None, "Global")
    assert (dirty.authors, dirty.image_caption, dirty.language) == (["Sari Utami", "Budi"], "Foto bersama", "id")
    assert dirty.published_at == datetime(2026, 1, 2, tzinfo=UTC)


def test_an_empty_headline_stays_a_text() -> None:
    empty = article(headline="\u200b", body="\x00")
    clean_article(empty)
    assert (empty.headline, empty.body) == ("", "")


def visit(**changes: object) -> Visit:
    values: dict[str, object] = {"outlet": "kompas", "url": "https://www.kompas.com/7", "article_id": "7", "route": "feed"}
    values |= {"outcome": Outcome.ARTICLE, "fetched_at": datetime(2026, 1, 2, tzinfo=UTC)}
    return Visit(**(values | changes))  # type: ignore[arg-type]  # built from a dict


def test_passes_every_visit_through_and_counts() -> None:
    crawler = get_crawler()
    crawler.stats = StatsCollector(crawler)
    pipeline = CleanPipeline.from_crawler(crawler)
    failed = visit(outcome=Outcome.FAILED, reason="reset\x00 by\ud800 peer", etag='"a\x00"')
    read = visit(article=article(body="a\u00a0b" + "c" * MAX_CHARACTERS))
    assert pipeline.process_item(failed) is failed
    assert pipeline.process_item(read) is read
    assert (failed.reason, failed.etag, failed.last_modified) == ("reset by peer", '"a"', None)
    assert read.article
    assert read.article.body.startswith("a bc")
    assert crawler.stats.get_value("poros/clean/articles") == 1
    assert crawler.stats.get_value("poros/clean/truncated") == 1


@pytest.mark.parametrize(
    ("printed", "spelling"),
    [
        ("JAKARTA", "Jakarta"),
        ("jakarta", "Jakarta"),
        ("Kompas dunia", "Kompas Dunia"),
        ("mataram, ntb", "Mataram, NTB"),
        ("JUM'AT", "Jum'at"),
    ],
)
def test_places_and_sections_are_in_one_spelling(printed: str, spelling: str) -> None:
    assert in_one_spelling(printed) == in_one_spelling(spelling) == spelling
