"""Compares this machine's clock with those of the servers it asks (RFC 9110: Date, and Age where a cache answers)."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.article import CLOCK_SKEW
from crawler.outlet import READ_AGAIN, fetched_at_of

_STAT = "poros/clock/seconds_ahead"


class ServerClock:
    """Counts by how much this machine's clock is ahead: of all answers what differs least, since one server or cache may be wrong."""

    def __init__(self, crawler: Crawler) -> None:
        self.stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension and connect it to every answer."""
        server_clock = cls(crawler)
        crawler.signals.connect(server_clock.response_received, signal=signals.response_received)
        return server_clock

    def response_received(self, response: Response) -> None:
        """Look at an answer's clock, if it has one."""
        try:
            date = parsedate_to_datetime((response.headers.get("Date") or b"").decode())
            age = timedelta(seconds=int(response.headers.get("Age") or 0))
            ahead = (fetched_at_of(response) - date - age).total_seconds()
        except (ValueError, TypeError, OverflowError):  # none, not a date, without a zone, or beyond the calendar
            return
        known: float | None = self.stats.get_value(_STAT)
        if known is None or abs(ahead) < abs(known):
            self.stats.set_value(_STAT, known := ahead)
        # by a wrong clock, times are of the future or of the wrong zone: the page is asked for anew, changed or not
        response.meta[READ_AGAIN] = abs(known) > CLOCK_SKEW.total_seconds()


def seconds_ahead(crawler: Crawler) -> float | None:
    """By how much this machine's clock is ahead of every server's that answered; None where none says what time it is."""
    ahead: float | None = crawler.stats.get_value(_STAT)
    return ahead
