"""What pipelines share that count what they do."""

from typing import Self

from scrapy.crawler import Crawler


class CountingPipeline:
    """A pipeline that counts in the crawl's stats."""

    def __init__(self, crawler: Crawler) -> None:
        self.stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for a crawler."""
        return cls(crawler)

    def count(self, name: str, number: int = 1) -> None:
        """Add to the stat ``poros/NAME``."""
        self.stats.inc_value(f"poros/{name}", number)
