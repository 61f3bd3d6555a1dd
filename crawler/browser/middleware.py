"""Answers the requests that a spider makes for a document once more, through the browser."""

import logging
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.browser import DOCUMENT, INSTALL, IS_SHELL, WAITS_FOR, BrowserFailed, BrowserMissing
from crawler.browser.chromium import find_chromium

if TYPE_CHECKING:
    from crawler.browser.renderer import Renderer

logger = logging.getLogger(__name__)


class BrowserMiddleware:
    """Stands behind the archive, so that a replay needs no browser, and answers in the place of the network.

    Without a browser such a request ends as BrowserMissing; the first is logged with how to install one.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._renderer: Renderer | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.engine_stopped, signal=signals.engine_stopped)
        return middleware

    async def process_request(self, request: Request) -> Response | None:
        """Return the rendered document; leave every other request alone."""
        document: Response | None = request.meta.get(DOCUMENT)
        if document is None:
            return None
        if request.meta[IS_SHELL]:
            self.crawler.stats.inc_value("poros/browser/shells")
        if self._renderer is None:
            self._renderer = self._find(request)
        try:
            response = await self._renderer.render(document, request.meta[WAITS_FOR])
        except BrowserFailed:
            self.crawler.stats.inc_value("poros/browser/failed")
            raise
        self.crawler.stats.inc_value("poros/browser/rendered")
        return response

    def _find(self, request: Request) -> "Renderer":
        executable = find_chromium(self.crawler.settings["CHROMIUM_PATH"])
        if executable is None:
            is_list = "pagination" in request.cb_kwargs  # its route says why it lists nothing
            if not is_list and not self.crawler.stats.get_value("poros/browser/missing"):
                logger.warning("pages need a browser, and there is none: %s", INSTALL)
            self.crawler.stats.inc_value("poros/browser/missing", 0 if is_list else 1)
            raise BrowserMissing(f"needs a browser, and there is none: {INSTALL}")
        from crawler.browser.renderer import Renderer  # noqa: PLC0415 - with Playwright: a run that needs no browser does without

        return Renderer(self.crawler, executable)

    async def engine_stopped(self) -> None:
        """End the browser with the run."""
        if self._renderer:
            await self._renderer.close()
