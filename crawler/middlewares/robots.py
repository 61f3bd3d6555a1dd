"""robots.txt by the book (RFC 9309): what Scrapy's own middleware leaves to us.

Scrapy reads the body of a 500 as rules, crawls on when robots.txt cannot be had, and knows Crawl-delay but does not keep it (2.19).
"""

import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.middlewares.back_off import OutletBackOff

logger = logging.getLogger(__name__)

LONGEST_DELAY = 120.0  # seconds; Common Crawl's news crawler caps Crawl-delay there too
LONGEST_RULES = 512 * 1024  # bytes; RFC 9309 asks for at least 500 KiB, and parsing megabytes of rules takes a minute


class RobotsPoliteness(RobotsTxtMiddleware):
    """A 4xx means no rules; anything else that is not an answer (5xx, 429, timeout, a redirect off the outlet) means: not in this run.

    Requests to such a host end as OutletBackOff, counted as poros/robots/unreachable. Crawl-delay is kept, up to two minutes.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.token: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.own_delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._failures: dict[str, str] = {}  # host:port → why its robots.txt could not be had
        self._exceptions: dict[str, Exception] = {}  # host:port → the same, where there was no answer
        self._warned: set[str] = set()

    def process_response(self, request: Request, response: Response) -> Response:
        """Let nothing but rules reach the parser."""
        if not asks_for_rules(request):
            return response
        if response.status >= 500 or response.status == 429:
            self._failures[_asked_host(request)] = f"HTTP {response.status}"
            raise IgnoreRequest(f"robots.txt: HTTP {response.status}")
        if response.status >= 400:
            return response.replace(body=b"")
        if len(response.body) > LONGEST_RULES:
            return response.replace(body=response.body[:LONGEST_RULES].rpartition(b"\n")[0])
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Remember why robots.txt could not be had; as IgnoreRequest, it is not logged with a traceback."""
        if asks_for_rules(request):
            self._failures[_asked_host(request)] = str(exception) or type(exception).__name__
            self._exceptions[_asked_host(request)] = exception
            raise IgnoreRequest("robots.txt cannot be had") from exception

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise IgnoreRequest when the rules forbid a request, OutletBackOff when there is no knowing; keep the delay they ask for."""
        if rp is None:
            host = urlparse_cached(request).netloc
            reason = f"robots.txt of {host} cannot be had ({self._failures.get(host, 'no usable answer')})"
            self.crawler.stats.inc_value("poros/robots/unreachable")
            if host not in self._warned:
                self._warned.add(host)
                level = logging.DEBUG if isinstance(self._exceptions.get(host), CannotResolveHostError) else logging.WARNING
                logger.log(level, "%s: the host is not crawled in this run", reason)  # without a network, the run's last line says so
            raise OutletBackOff(reason) from self._exceptions.get(host)
        super().process_request_2(rp, request)
        delay = min(rp.crawl_delay(self.token) or 0.0, LONGEST_DELAY)
        if delay > self.own_delay:
            self._keep(delay, request)

    def _keep(self, delay: float, request: Request) -> None:
        """Set the pace of the request's download slot: the one it has, and the one it gets if Scrapy drops the idle slot."""
        request.meta["autothrottle_dont_adjust_delay"] = True  # else AutoThrottle halves the delay with every quick answer
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        downloader.per_slot_settings.setdefault(key, {})["delay"] = delay
        if key in downloader.slots:
            downloader.slots[key].delay = delay


def asks_for_rules(request: Request) -> bool:
    """Whether a request, or the one it was redirected from, is the middleware's own for a robots.txt."""
    return request.callback is NO_CALLBACK and bool(request.meta.get("dont_obey_robotstxt"))


def _asked_host(request: Request) -> str:
    """The host:port whose rules are asked for, also after redirects."""
    first = request.meta.get("redirect_urls", [request.url])[0]
    return urlparse_cached(request.replace(url=first)).netloc
