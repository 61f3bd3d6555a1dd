"""Gives every article its verdicts, one a topic."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.article import Outcome, Visit
from pipelines.topic.topics import Topics


class TopicPipeline:
    """Classifies the article of every Visit that ended as one, by the topic files that the setting TOPIC names."""

    def __init__(self, topics: Topics, stats: StatsCollector) -> None:
        self.topics, self.stats = topics, stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for a crawler. Raises TopicError for a topic file that cannot be used."""
        assert crawler.stats
        return cls(Topics.load(crawler.settings.getlist("TOPIC")), crawler.stats)

    def process_item(self, item: Visit) -> Visit:
        """Annotate one Visit."""
        if item.outcome is Outcome.ARTICLE and item.article:
            item.verdicts = self.topics.classify(item.article.headline, item.article.body)
            for verdict in item.verdicts.values():
                self.stats.inc_value(f"poros/topic/{verdict.topic}/{verdict.band}")
            self.stats.inc_value("poros/topic/kept", int(item.is_on_topic))
        return item
