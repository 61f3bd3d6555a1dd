"""Fingerprints of bodies."""

import random
from datetime import UTC, datetime
from hashlib import blake2b, sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.article import Article, Band, Outcome, Verdict, Visit
from pipelines.near_duplicates import VERSION, NearDuplicatesPipeline, fingerprint

WORDS = [f"kata{number}" for number in range(400)]


def test_golden() -> None:
    # A change here means that stored fingerprints no longer compare: VERSION must change with it.
    found = fingerprint("Kapal itu berlabuh di Rajin, lalu pergi.")
    assert found.version == VERSION == "w4-blake2b64-1"
    assert found.body_sha256 == "3e8f5947b0906304fc1472628574c2d14dc2c5da09165fe5edf409b19766dfcd"
    assert found.shingles == {-1496192923265550221, 1309723911271666031, 1817736979219130022, 6552804089056805150}


def test_shingles_are_runs_of_four_words() -> None:
    runs = ["a b c d", "b c d e"]
    expected = {int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), "big", signed=True) for run in runs}
    assert fingerprint("A, b – c!\n\nD e").shingles == expected
    assert fingerprint("A, b – c!\n\nD e").body_sha256 == sha256(b"a b c d e").hexdigest()


@pytest.mark.parametrize(
    "variant",
    [
        "KIM JONG UN MENERIMA UTUSAN MOSKOW DI PYONGYANG.",
        "Kim Jong-un   menerima «utusan» Moskow,\n\ndi Pyongyang",
        "Ｋｉｍ Ｊｏｎｇ Ｕｎ menerima utusan Moskow di Pyongyang",
        "Kim\u00a0Jong Un menerima utusan Moskow di Pyongyang!?",
    ],
)
def test_case_layout_and_compatibility_forms_make_no_difference(variant: str) -> None:
    assert fingerprint(variant) == fingerprint("Kim Jong Un menerima utusan Moskow di Pyongyang.")


def test_other_words_make_a_difference() -> None:
    one, other = fingerprint("Lima kapal tiba di Rajin kemarin"), fingerprint("Enam kapal tiba di Rajin kemarin")
    assert one.body_sha256 != other.body_sha256
    assert one.shingles & other.shingles


@pytest.mark.parametrize(
    ("body", "count"), [("", 0), (" … !", 0), ("satu", 1), ("satu dua tiga", 1), ("satu dua tiga empat", 1), ("a b c d e f", 3)]
)
def test_short_bodies(body: str, count: int) -> None:
    assert len(fingerprint(body).shingles) == count


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters()))
def test_any_text_has_a_fingerprint_of_signed_64_bits(body: str) -> None:
    found = fingerprint(body)
    assert all(-(2**63) <= shingle < 2**63 for shingle in found.shingles)
    assert found == fingerprint(body)


def test_a_shortened_copy_with_a_new_lead_is_contained_and_a_stranger_is_not() -> None:
    rng = random.Random(5)
    for _ in range(200):
        story = rng.choices(WORDS, k=200)
        copy = [*rng.choices(WORDS, k=20), *story[40:150]]
        stranger = rng.choices(WORDS, k=200)
        shingles, of_copy, of_stranger = (fingerprint(" ".join(words)).shingles for words in (story, copy, stranger))
        assert len(shingles & of_copy) > 0.8 * min(len(shingles), len(of_copy))
        assert len(shingles & of_stranger) < 0.05 * min(len(shingles), len(of_stranger))


def visit(band: str | None, outcome: Outcome = Outcome.ARTICLE) -> Visit:
    article = Article(outlet="kompas", article_id="7", url="https://www.kompas.com/7", headline="Judul", body="satu dua tiga empat lima")
    verdicts = {"t": Verdict(topic="t", rule_version="1", band=Band(band), score=1, evidence={})} if band else {}
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return Visit(
        outlet="kompas", url="u", article_id="7", route="feed", outcome=outcome, fetched_at=now, article=article, verdicts=verdicts
    )


@pytest.mark.parametrize(
    ("item", "fingerprinted"),
    [
        (visit("about"), True),
        (visit("review"), True),
        (visit("none"), True),
        (visit("about", Outcome.REJECTED), False),
    ],
)
def test_every_article_is_fingerprinted(item: Visit, *, fingerprinted: bool) -> None:
    crawler = get_crawler()
    crawler.stats = StatsCollector(crawler)
    assert NearDuplicatesPipeline.from_crawler(crawler).process_item(item) is item
    assert item.fingerprint == (fingerprint("satu dua tiga empat lima") if fingerprinted else None)
    assert crawler.stats.get_value("poros/near_duplicates/fingerprinted", 0) == fingerprinted
