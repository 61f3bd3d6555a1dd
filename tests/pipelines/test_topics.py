"""Several topics at once: each gives its own verdict, and the prefilter lets through what any of them may be about."""

from pathlib import Path

import pytest
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.article import Article, Outcome, Visit
from crawler.clock import now
from crawler.settings import TOPIC as TOPIC_FILE
from pipelines.topic import TopicError, TopicPipeline, Topics

OTHER_FILE = str(Path(__file__).with_name("other_topic.toml"))

QUARREL = ("Turki dan Yunani Berunding soal Pulau", "Utusan Turki tiba di Athena. Yunani dan Turki bersengketa lama.")
DELIVERY = ("Korut Kirim Pasukan ke Rusia", "Korut mengirim pasukan ke Rusia. Moskow berterima kasih kepada Pyongyang.")
BOTH = ("Rusia dan Korut Teken Pakta, Turki dan Yunani Teken Gencatan", f"{QUARREL[1]} {DELIVERY[1]}")
NEITHER = ("Harga Cabai Naik", "Harga cabai naik sejak Senin.")


@pytest.fixture
def topics() -> Topics:
    return Topics.load([TOPIC_FILE, OTHER_FILE])


@pytest.mark.parametrize(
    ("story", "korea_russia", "turki_yunani"),
    [(QUARREL, "none", "about"), (DELIVERY, "about", "none"), (BOTH, "about", "about"), (NEITHER, "none", "none")],
)
def test_each_topic_gives_its_own_verdict(topics: Topics, story: tuple[str, str], korea_russia: str, turki_yunani: str) -> None:
    verdicts = topics.classify(*story)
    assert {name: verdict.band for name, verdict in verdicts.items()} == {"korea_russia": korea_russia, "turki_yunani": turki_yunani}
    assert {name: verdict.topic for name, verdict in verdicts.items()} == {name: name for name in topics.names}
    assert verdicts["turki_yunani"].rule_version == "7"
    alone = Topics.load([OTHER_FILE]).classify(*story)
    assert alone["turki_yunani"] == verdicts["turki_yunani"]


@pytest.mark.parametrize(
    ("words", "korea_russia", "turki_yunani"),
    [
        ("Menlu Lavrov Terbang ke Wonsan", True, False),
        ("Kapal Terbakar di Laut Aegea", False, True),
        ("Erdogan Terima Tamu", False, True),
        ("Putin Telepon Erdogan", True, True),
        ("Kopi Turki dan Drama Korea", False, False),
    ],
)
def test_the_prefilter_is_the_union(*, words: str, korea_russia: bool, turki_yunani: bool) -> None:
    assert Topics.load([TOPIC_FILE]).may_be_relevant(words) is korea_russia
    assert Topics.load([OTHER_FILE]).may_be_relevant(words) is turki_yunani
    assert Topics.load([TOPIC_FILE, OTHER_FILE]).may_be_relevant(words) is (korea_russia or turki_yunani)


def test_two_topics_of_one_name_are_refused(tmp_path: Path) -> None:
    twin = tmp_path / "twin.toml"
    twin.write_text(Path(OTHER_FILE).read_text("utf-8"), "utf-8")
    with pytest.raises(TopicError) as caught:
        Topics.load([TOPIC_FILE, OTHER_FILE, str(twin)])
    assert str(caught.value) == f"{twin}: there is a topic turki_yunani already, in {OTHER_FILE}"


def test_a_missing_file_among_several_is_named(tmp_path: Path) -> None:
    with pytest.raises(TopicError, match=rf"^{tmp_path}/none\.toml: cannot be read"):
        Topics.load([TOPIC_FILE, str(tmp_path / "none.toml"), OTHER_FILE])


def test_a_setting_without_a_file_is_refused() -> None:
    with pytest.raises(TopicError, match="TOPIC names no file"):
        Topics.load([])


def test_a_topic_is_found_by_its_name(topics: Topics) -> None:
    assert topics.named("turki_yunani").name == "turki_yunani"
    with pytest.raises(TopicError, match="there is no topic peru_laos, only korea_russia, turki_yunani"):
        topics.named("peru_laos")


def test_the_pipeline_gives_and_counts_the_verdicts_of_all(topics: Topics) -> None:
    crawler = get_crawler(settings_dict={"TOPIC": f"{TOPIC_FILE},{OTHER_FILE}"})
    crawler.stats = StatsCollector(crawler)
    pipeline = TopicPipeline.from_crawler(crawler)
    for number, (headline, body) in enumerate((QUARREL, DELIVERY, NEITHER)):
        article = Article(outlet="kompas", article_id=str(number), url="https://www.kompas.com/7", headline=headline, body=body)
        item = Visit(outlet="kompas", url="u", article_id="7", route="feed", outcome=Outcome.ARTICLE, fetched_at=now(), article=article)
        assert pipeline.process_item(item).verdicts == topics.classify(headline, body)
    prefix = "poros/topic/"
    stats = crawler.stats.get_stats()
    assert {name.removeprefix(prefix): value for name, value in stats.items() if name.startswith(prefix)} == {
        "korea_russia/about": 1, "korea_russia/none": 2, "turki_yunani/about": 1, "turki_yunani/none": 2, "kept": 2,
    }  # fmt: skip
