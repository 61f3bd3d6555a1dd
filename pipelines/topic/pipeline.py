"""Gives every article its verdicts, one a topic."""

from scrapy.crawler import Crawler

from crawler.article import Outcome, Visit
from pipelines.counting import CountingPipeline
from pipelines.topic.topics import Topics


class TopicPipeline(CountingPipeline):
    """Classifies the article of every Visit that ended as one, by the topic files that the setting TOPIC names.

    Made only if all of them can be used: raises TopicError.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.topics = Topics.load(crawler.settings.getlist("TOPIC"))

    def process_item(self, item: Visit) -> Visit:
        """Annotate one Visit."""
        if item.outcome is Outcome.ARTICLE and item.article:
            item.verdicts = self.topics.classify(item.article.headline, item.article.body)
            for verdict in item.verdicts.values():
                self.count(f"topic/{verdict.topic}/{verdict.band}")
            self.count("topic/kept", int(item.is_on_topic))
        return item
