"""Gives every article its verdict."""

from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.article import Outcome, Visit
from pipelines.topic.judge import Topic

DEFAULT = Path(__file__).parents[1] / "topics" / "korea_russia.toml"


class TopicPipeline:
    """Judges the article of every Visit that ended as one, by the topic file that the setting TOPIC names."""

    def __init__(self, topic: Topic, stats: StatsCollector) -> None:
        self.topic, self.stats = topic, stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for a crawler. Raises TopicError for a topic file that cannot be used."""
        assert crawler.stats
        return cls(Topic.load(Path(crawler.settings.get("TOPIC") or DEFAULT)), crawler.stats)

    def process_item(self, item: Visit) -> Visit:
        """Annotate one Visit."""
        if item.outcome is Outcome.ARTICLE and item.article:
            item.verdict = self.topic.judge(item.article.headline, item.article.body)
            self.stats.inc_value(f"topic/{item.verdict.band}")
        return item
