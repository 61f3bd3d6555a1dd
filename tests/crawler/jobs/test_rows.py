"""A Visit is the same after it was a row, and the schema is the documented one."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crawler.article import AgencyMention, Original, Precision
from crawler.jobs import rows
from tests.conftest import build_visit

WIB = timezone(timedelta(hours=7))
FULL = build_visit(
    "1", "Kapal khayalan berlayar dari Wonsan ke Vladivostok.", etag='"1"', last_modified="kemarin",
    imported_from="a.warc", archive_file="a.warc",
    original=Original(outlet="detik", article_id="2", url="https://detik.example/2"), fetched_at=datetime(2026, 3, 2, 10, tzinfo=WIB),
    authors=["Si Pengarang"], agencies=[AgencyMention("AP", "text"), AgencyMention("TASS", "quoted")], published_precision=Precision.DAY,
    sources={"headline": "meta"}, disagreements={"headline": {"meta": "A", "json-ld": "B"}}, noise_removed={"iklan": 2},
)  # fmt: skip


@pytest.mark.parametrize(
    "visit", [FULL, build_visit("2"), build_visit("3", outcome="gone", http_status=404)], ids=["full", "plain", "gone"]
)
def test_a_visit_is_the_same_after_it_was_a_row(visit: object) -> None:
    assert isinstance(visit, type(FULL))
    assert rows.unpack(rows.pack(visit)) == visit


def test_a_row_has_plain_values_and_times_in_utc() -> None:
    row = rows.pack(FULL)
    assert row["fetched_at"] == FULL.fetched_at
    assert row["fetched_at"].tzinfo is UTC
    assert row["verdicts"]["korea_russia"]["evidence"] == '{"korea": ["Pyongyang"]}'
    assert row["article"]["agencies"][1] == {"agency": "TASS", "role": "quoted"}
    assert {"status", "change"}.isdisjoint(row)


@pytest.mark.parametrize("change", [{"outcome": "nothing we know"}, {"another": 1}, {"verdicts": {"a": {"topic": "a"}}}])
def test_a_row_of_another_version_is_refused(change: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        rows.unpack(rows.pack(FULL) | change)


def test_the_documented_schema_is_the_one_that_is_written() -> None:
    page = (Path(__file__).parents[3] / "docs" / "scale.md").read_text("utf-8")
    assert rows.schema() in re.sub(r"\s+", " ", page)
