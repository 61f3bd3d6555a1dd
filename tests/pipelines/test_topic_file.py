"""How a topic file is read, and the pipeline that classifies by it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.article import Article, Outcome, Visit
from crawler.settings import TOPIC as TOPIC_FILE
from pipelines.topic import Topic, TopicError, TopicPipeline, Topics
from pipelines.topic.places import line_of, lines_by_place

OTHER_TOPIC = """
name = "peru_laos"
version = "7"
lead_sentences = 2
enumeration_threshold = 2
[weights]
headline = 3
lead = 2
body = 0.5
body_most = 2
side = 2
both_headline = 2
both_lead = 1.5
both_body = 1
link = 0
both_most = 3
nearby = 0.5
nearby_most = 1
[bands]
about = 5
review = 3
[limits]
sides_never_meet = 2.9
sides_in_neighbouring_sentences_only = 4.9
no_side_in_headline = 4.9
side_named_once = 2.9
genre = 2.9
genre_with_links = 4.9
[[sides]]
name = "peru"
strong = ["Peru", "Lima"]
weak = ["Andes"]
[[sides]]
name = "laos"
strong = ["Laos", "Vientiane"]
weak = ["Mekong"]
[[exclusion_phrases]]
phrases = ["kacang Peru"]
[others]
bloc = []
countries = ["(Chile|Cile)", "Kuba"]
[links]
phrases = ["(kirim|mengirim)"]
[genre_patterns]
sport = ["laga"]
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "topic.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_spellings_are_groups_of_names(tmp_path: Path) -> None:
    assert Topic.load(write(tmp_path, OTHER_TOPIC)).definition.spellings == []
    text = OTHER_TOPIC.replace('name = "laos"', 'name = "laos"\nspellings = ["(Vientiane|Viangchan)", "(Laos|RDR Laos|Viangchan)"]')
    topics = Topics.load([str(write(tmp_path, text))])
    assert topics.spellings == [["Vientiane", "Viangchan"], ["Laos", "RDR Laos", "Viangchan"]]


def test_another_topic_is_another_file(tmp_path: Path) -> None:
    topic = Topic.load(write(tmp_path, OTHER_TOPIC))
    verdict = topic.classify("Peru Kirim Kentang ke Laos", "Peru mengirim kentang ke Vientiane. Warga Mekong senang.")
    assert (verdict.topic, verdict.rule_version, verdict.band) == ("peru_laos", "7", "about")
    assert topic.classify("Harga Kacang Peru", "Kacang Peru mahal di Laos.").band == "none"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "peru_laos"\n', "", "1: name: is missing"),
        ('version = "7"', "version = 7", "3: version: must be str, but is 7"),
        ('version = "7"', 'version = "7', r"is not TOML: .*line 3"),
        ("enumeration_threshold = 2", 'enumeration_threshold = "many"', "5: enumeration_threshold: must be int"),
        ("enumeration_threshold = 2", "enumeration_threshold = 0", "5: enumeration_threshold: must be a number from 1 on, but is 0"),
        ('version = "7"', 'version = " "', "3: version: is empty"),
        ("enumeration_threshold = 2", "enumeration_threshold = 2\ncolour = 1", "6: colour: is not a key"),
        ("side = 2\n", "", "6: weights.side: is missing"),
        ("side = 2\n", "side = -2\n", "11: weights.side: must lie between"),
        ("side = 2\n", "side = true\n", "weights.side: must be float"),
        ("side = 2\n", "side = 2\nfront = 1\n", "12: weights.front: is not a key"),
        ("review = 3", "review = 6", "19: bands: review must lie"),
        ("[limits]", "[limitations]", "limits: is missing"),
        ('strong = ["Laos", "Vientiane"]', "", r"33: sides\[2\].strong: is missing"),
        ('name = "laos"', 'name = "laos"\nspellings = "Laos"', r"35: sides\[2\].spellings: must be a list"),
        ('name = "laos"', 'name = "laos"\nspellings = [5]', r"35: sides\[2\].spellings\[1\]: must be a phrase"),
        ('strong = ["Laos", "Vientiane"]', "strong = []", r"35: sides\[2\].strong: is empty"),
        ('strong = ["Laos", "Vientiane"]', 'strong = ["Laos", 5]', r"sides\[2\].strong\[2\]: must be a phrase"),
        ('strong = ["Laos", "Vientiane"]', 'strong = ["(Laos"]', r"35: sides\[2\].strong\[1\]: unbalanced .*'\(Laos'"),
        ('strong = ["Laos", "Vientiane"]', 'strong = ["Laos", "LA-OS"]', r"sides\[2\].strong\[2\]: 'LA-OS' is there already, as 'Laos'"),
        ('weak = ["Mekong"]', 'weak = ["lima"]', r"36: sides\[2\].weak\[1\]: 'lima' is there already, as 'Lima'"),
        ('[[sides]]\nname = "laos"', '[[sides]]\nname = "peru"', "34: sides\\[2\\].name: 'peru' is a side already"),
        ('"kacang Peru"', '"kacang Brasil"', r"exclusion_phrases\[1\].phrases: 'kacang Brasil' names no side"),
        ('"kacang Peru"', '"Peru"', r"exclusion_phrases\[1\].phrases\[1\]: 'Peru' is there already"),
        ('"kacang Peru"', '"kacang Peru"]\nlift = [1', r"39: exclusion_phrases\[1\].lift: is not a key"),
        ('"Kuba"', '"Laos"', r"41: others.countries\[2\].*'Laos' is there already"),
        ("bloc = []", 'bloc = ["Kuba", "Peru"]', r"40: others.bloc\[2\]: 'Peru' is none of the countries"),
        ('"laga"', '"laga", "laga"', r"45: genre_patterns.sport\[2\]: 'laga' is there already"),
        ('["laga"]', '["laga"]\n[weak_genre_patterns]\nsport = ["Laga"]', r"47: weak_genre_patterns.sport\[1\]: 'Laga' is there already"),
        ('["laga"]', '["laga"]\n[genre_links]\nfilm = ["teken"]', r"47: genre_links.film: is none of the genres"),
        ('[genre_patterns]\nsport = ["laga"]', 'genre_patterns = "none"', r"is not TOML|genre_patterns"),
    ],
)
def test_a_faulty_file_is_refused_with_file_and_place(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in OTHER_TOPIC
    file = write(tmp_path, OTHER_TOPIC.replace(old, new, 1))
    with pytest.raises(TopicError, match=complaint) as caught:
        Topic.load(file)
    assert str(caught.value).startswith(f"{file}:")


def test_a_topic_of_one_side_is_refused(tmp_path: Path) -> None:
    start = OTHER_TOPIC.index('[[sides]]\nname = "laos"')
    file = write(tmp_path, OTHER_TOPIC[:start] + OTHER_TOPIC[OTHER_TOPIC.index("[[exclusion_phrases]]") :])
    with pytest.raises(TopicError, match=":29: sides: a topic needs at least two"):
        Topic.load(file)


def test_every_member_of_a_list_has_its_line() -> None:
    toml = 'name = "x"\n[a]\nb = [ # comment with "quotes"\n  "one", "two # three",\n\n  4, # five\n]\n[[c]]\nd = ["e]"]\n[[c]]\nf = 1\n'
    assert lines_by_place(toml) == {
        "name": 1, "a": 2, "a.b": 3, "a.b[1]": 4, "a.b[2]": 4, "a.b[3]": 6, "c": 8, "c[1]": 8, "c[1].d": 9, "c[1].d[1]": 9,
        "c[2]": 10, "c[2].f": 11,
    }  # fmt: skip
    assert [line_of(place, lines_by_place(toml)) for place in ("a.b[2]", "a.b[9]", "a.missing", "c[2].f.g", "nowhere")] == [4, 3, 2, 11, 1]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TopicError, match=re.escape(f"{tmp_path / 'none.toml'}: cannot be read")):
        Topic.load(tmp_path / "none.toml")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "topic.toml"
    file.write_bytes(b"name = \xff")
    with pytest.raises(TopicError, match="is not TOML"):
        Topic.load(file)


@pytest.fixture
def crawler() -> Crawler:
    crawler = get_crawler(settings_dict={"TOPIC": TOPIC_FILE})
    crawler.stats = StatsCollector(crawler)
    return crawler


def visit(headline: str, outcome: Outcome = Outcome.ARTICLE) -> Visit:
    article = Article(outlet="kompas", article_id="7", url="https://www.kompas.com/7", headline=headline, body=f"{headline} kemarin.")
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return Visit(outlet="kompas", url="u", article_id="7", route="feed", outcome=outcome, fetched_at=now, article=article)


def test_every_article_gets_a_verdict_and_is_counted(crawler: Crawler) -> None:
    pipeline = TopicPipeline.from_crawler(crawler)
    items = [visit("Korut Kirim Pasukan ke Rusia"), visit("Rusia Dingin"), visit("Korut Kirim Pasukan ke Rusia", Outcome.REJECTED)]
    items.append(Visit(outlet="kompas", url="u", article_id="8", route="feed", outcome=Outcome.GONE, fetched_at=items[0].fetched_at))
    assert [pipeline.process_item(item) for item in items] == items
    assert [[verdict.band for verdict in item.verdicts.values()] for item in items] == [["about"], ["none"], [], []]
    assert crawler.stats
    assert {name: value for name, value in crawler.stats.get_stats().items() if name.startswith("poros/topic/")} == {
        "poros/topic/korea_russia/about": 1,
        "poros/topic/korea_russia/none": 1,
        "poros/topic/kept": 1,
    }


def test_the_setting_topic_names_the_file(tmp_path: Path) -> None:
    crawler = get_crawler(settings_dict={"TOPIC": str(write(tmp_path, OTHER_TOPIC))})
    crawler.stats = StatsCollector(crawler)
    item = TopicPipeline.from_crawler(crawler).process_item(visit("Peru Kirim Kentang ke Laos"))
    assert item.verdicts["peru_laos"].band == "about"
