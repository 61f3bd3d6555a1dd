"""The validate pipeline: what cannot be an article, and times that cannot be true."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.article import SHORTEST_BODY, Article, Outcome, Precision, Visit
from pipelines.validate import ValidatePipeline, drop_impossible_times, find_rejection, time_fault

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
BODY = "Kapal barang itu bersandar di dermaga timur sejak pagi dan membongkar muatannya sampai malam. " * 4


def article(**changes: object) -> Article:
    values: dict[str, object] = {
        "outlet": "cnbc_indonesia",
        "article_id": "20260302-1",
        "url": "https://www.cnbcindonesia.com/news/20260302-4-1/kapal",
        "headline": "Kapal Barang Bersandar",
        "body": BODY,
        "authors": ["sef"],
        "published_at": NOW - timedelta(hours=1),
        "published_source": "json-ld:datePublished",
        "published_precision": Precision.MINUTE,
        "sources": {"body": "selector"},
    }
    return Article(**(values | changes))  # type: ignore[arg-type]  # built from a dict


def visit(read: Article | None, outcome: Outcome = Outcome.ARTICLE, reason: str | None = None) -> Visit:
    return Visit(
        outlet="cnbc_indonesia", url="u", article_id="a", route="feed", outcome=outcome, fetched_at=NOW, article=read, reason=reason
    )


@pytest.fixture
def crawler() -> Crawler:
    crawler = get_crawler()
    crawler.stats = StatsCollector(crawler)
    return crawler


def counts(crawler: Crawler) -> dict[str, object]:
    assert crawler.stats
    return {name: value for name, value in crawler.stats.get_stats().items() if name.startswith(("poros/visits/", "poros/fields/"))}


@pytest.mark.parametrize(
    ("changes", "slug", "reason"),
    [
        ({"headline": " "}, "no_headline", "no headline"),
        ({"headline": "CNBC Indonesia"}, "outlet_name_as_headline", "CNBC Indonesia"),
        ({"headline": "cnbcindonesia.com"}, "outlet_name_as_headline", "cnbcindonesia.com"),
        ({"outlet": "kompas_tv", "headline": "KOMPAS.TV", "url": "https://www.kompas.tv/a/1"}, "outlet_name_as_headline", "KOMPAS.TV"),
        ({"outlet": "kompas", "headline": "Kompas.com", "url": "https://www.kompas.com/read/1"}, "outlet_name_as_headline", "Kompas.com"),
        ({"body": "x" * (SHORTEST_BODY - 1)}, "short_body", "199 characters"),
        ({"body": ""}, "short_body", "0 characters"),
        ({"body": BODY + "\ufffd" * 3}, "undecodable", "3 of"),
        ({"body": BODY + "Kapal itu...", "original_url": "https://lain.example/1"}, "excerpt", "an excerpt of https://lain.example/1"),
        ({"body": BODY + "Kapal […]", "original_url": "https://lain.example/1"}, "excerpt", "an excerpt of https://lain.example/1"),
        ({"body": BODY + "kata â€œdamaiâ€\u009d"}, "mojibake", "â€"),
        ({"body": BODY + "CafÃ© baru"}, "mojibake", "Ã©"),
        ({"headline": "Kim Jong Un â€“ Putin"}, "mojibake", "â€"),
    ],
)
def test_rejects_what_cannot_be_an_article(crawler: Crawler, changes: dict[str, object], slug: str, reason: str) -> None:
    read = article(**changes)
    item = ValidatePipeline.from_crawler(crawler).process_item(visit(read))
    assert item.outcome is Outcome.REJECTED
    assert item.reason
    assert reason in item.reason
    assert item.article is read
    assert counts(crawler) == {"poros/visits/rejected": 1, f"poros/visits/rejected/{slug}": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"body": "x" * SHORTEST_BODY},
        {"body": BODY + "Lalu kapal itu berlayar..."},  # its own outlet's
        {"body": BODY + "Kapal ... itu tiba.", "original_url": "https://lain.example/1"},
        {"body": BODY * 2 + "\ufffd"},  # one lost character is no reason to lose a story
        {"headline": "CNBC Indonesia Gelar Diskusi"},
        {"body": BODY + "“Kutipan” – café, Ångström, naïve, São Paulo, 25 °C, Ânia, Ã"},
        {"authors": [], "published_at": None},
    ],
)
def test_accepts_articles(changes: dict[str, object]) -> None:
    assert find_rejection(article(**changes)) is None


def test_an_article_without_an_article_is_rejected(crawler: Crawler) -> None:
    item = ValidatePipeline.from_crawler(crawler).process_item(visit(None))
    assert (item.outcome, item.reason) == (Outcome.REJECTED, "no article was read")


@pytest.mark.parametrize(
    ("time", "fault"),
    [
        (NOW, None),
        (NOW + timedelta(minutes=15), None),
        (NOW + timedelta(minutes=15, seconds=1), "future"),
        ((NOW + timedelta(minutes=10)).astimezone(timezone(timedelta(hours=9))), None),
        (datetime(1995, 1, 1, tzinfo=UTC), None),
        (datetime(1994, 12, 31, 23, 59, tzinfo=UTC), "before 1995"),
        (datetime(1970, 1, 1, tzinfo=UTC), "before 1995"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=7))), "before 1995"),
        (datetime(2026, 3, 2, 3, 0), "no time zone"),  # noqa: DTZ001
    ],
)
def test_times(time: datetime, fault: str | None) -> None:
    assert time_fault(time, NOW) == fault


def test_an_impossible_time_is_dropped_and_the_article_kept(crawler: Crawler) -> None:
    read = article(published_at=NOW + timedelta(days=1), modified_at=datetime(1970, 1, 1, tzinfo=UTC))
    item = ValidatePipeline.from_crawler(crawler).process_item(visit(read))
    assert item.outcome is Outcome.ARTICLE
    assert (read.published_at, read.published_source, read.published_precision, read.modified_at) == (None, None, None, None)
    assert read.sources == {"body": "selector", "published_at": "rejected: future", "modified_at": "rejected: before 1995"}
    assert "poros/fields/published_at" not in counts(crawler)
    assert counts(crawler)["poros/fields/published_at/rejected"] == 1


def test_possible_times_stay() -> None:
    read = article(modified_at=NOW)
    assert drop_impossible_times(read, NOW) == []
    assert (read.published_at, read.modified_at) == (NOW - timedelta(hours=1), NOW)


def test_a_body_that_stands_in_for_many_articles_is_rejected_from_the_third_on(crawler: Crawler) -> None:
    pipeline = ValidatePipeline.from_crawler(crawler)
    outcomes = [pipeline.process_item(visit(article(article_id=name, body=body, published_at=None))) for name, body in [
        ("1", BODY), ("2", BODY.upper()), ("1", BODY), ("3", BODY.replace(" ", "\n")), ("4", BODY), ("2", BODY), ("5", BODY + "lain"),
    ]]  # fmt: skip
    assert [item.outcome.value for item in outcomes] == ["article", "article", "article", "rejected", "rejected", "article", "article"]
    assert outcomes[3].reason == "same body as 1, 2"
    assert counts(crawler)["poros/visits/rejected/repeated_body"] == 2


def test_a_story_that_several_hosts_run_is_kept(crawler: Crawler) -> None:
    pipeline = ValidatePipeline.from_crawler(crawler)
    assert all(pipeline.process_item(visit(article(article_id=name))).outcome is Outcome.ARTICLE for name in "1234")


def test_another_run_starts_afresh(crawler: Crawler) -> None:
    for _ in range(2):
        pipeline = ValidatePipeline.from_crawler(crawler)
        assert all(pipeline.process_item(visit(article(article_id=name, published_at=None))).outcome is Outcome.ARTICLE for name in "12")


def test_counts_outcomes_and_fields(crawler: Crawler) -> None:
    pipeline = ValidatePipeline.from_crawler(crawler)
    pipeline.process_item(visit(article()))
    pipeline.process_item(visit(article(article_id="2", authors=[], published_at=None, body=BODY + "dua", sources={"body": "generic"})))
    gone = visit(None, Outcome.GONE, "404")
    failed = visit(None, Outcome.FAILED, "timeout")
    assert [pipeline.process_item(item) for item in (gone, failed)] == [gone, failed]
    assert (gone.reason, failed.reason) == ("404", "timeout")
    assert counts(crawler) == {
        "poros/visits/article": 2, "poros/visits/gone": 1, "poros/visits/failed": 1,
        "poros/fields/headline": 2, "poros/fields/body": 2, "poros/fields/published_at": 1, "poros/fields/authors": 1,
        "poros/fields/generic_body": 1,
    }  # fmt: skip
