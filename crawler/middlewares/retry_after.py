"""Waits when an outlet asks to be left alone (429, or 503 with Retry-After), and gives up for this run when that does not help."""

import asyncio
import logging
import math
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.middlewares.back_off import OutletBackOff
from crawler.middlewares.robots import asks_for_rules

logger = logging.getLogger(__name__)

LONGEST_WAIT = 300.0  # seconds
UNSTATED_WAIT = 30.0  # seconds after a 429 that names no time
PATIENCE = 2  # waits in a row that did not help


class RetryAfter:
    """Holds back the whole outlet, not only the URL that was refused: stands next to the network and needs CONCURRENT_REQUESTS = 1.

    A wait longer than five minutes or than what is left of the run, or a third refusal in a row: the outlet is left alone for the rest of
    the run. Its requests then end as OutletBackOff, counted as poros/retry_after/refused.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.end_of_run = time.monotonic() + (crawler.settings.getfloat("CLOSESPIDER_TIMEOUT") or math.inf)
        self.not_before = 0.0  # on the monotonic clock
        self.refusals = 0  # in a row
        self.backed_off: str | None = None  # why, once the outlet is left alone for the rest of the run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:  # noqa: ARG002
        """Wait as long as the outlet asked; raise OutletBackOff when it is left alone."""
        await asyncio.sleep(max(0.0, self.not_before - time.monotonic()))
        if self.backed_off:
            self.crawler.stats.inc_value("poros/retry_after/refused")
            raise OutletBackOff(self.backed_off)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note how long the outlet wants to be left alone."""
        if "cached" in response.flags:
            return response
        wait = asked_wait(response)
        if wait is None:
            if response.status < 400 and not asks_for_rules(request):
                self.refusals = 0
            return response
        self.refusals += 1
        self.crawler.stats.inc_value("poros/retry_after/asked")
        now = time.monotonic()
        if wait > LONGEST_WAIT or now + wait > self.end_of_run or self.refusals > PATIENCE:
            self.backed_off = f"HTTP {response.status}, asking for {wait:.0f} s of back-off ({self.refusals} such answers in a row)"
            self.crawler.stats.set_value("poros/retry_after/backed_off", 1)
            logger.warning("%s: not crawled any more in this run", self.backed_off)
            request.meta["dont_retry"] = True
        else:
            self.not_before = now + wait
            logger.info("HTTP %s from %s: waiting %.0f s", response.status, response.url, wait)
        return response


def asked_wait(response: Response) -> float | None:
    """Seconds that an answer asks to wait, by its Retry-After (seconds or a date); None when it asks for none."""
    if response.status not in {429, 503}:
        return None
    header = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if header.isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header).astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return UNSTATED_WAIT if response.status == 429 else None
