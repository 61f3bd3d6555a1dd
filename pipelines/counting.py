"""What the pipelines share that count what they do."""

from typing import Self

from scrapy.crawler import Crawler


class CountingPipeline:
    """A pipeline with the crawl's stats."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats
        self.stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for a crawler."""
        return cls(crawler)
