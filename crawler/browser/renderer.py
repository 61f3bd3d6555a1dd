"""Opens documents in Chromium, one at a time, and returns what they are once their scripts have run."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.browser import RENDERED, BrowserFailed
from crawler.browser.launch import CONTEXT, ChromiumProvider, is_needless
from crawler.browser.proxy import Proxy
from crawler.urls import is_under

logging.getLogger("scrapy-playwright").setLevel(logging.WARNING)  # two lines at each start

DEADLINE = 18.0  # seconds in which a page has its text or fails, whatever the browser does; its own time-outs do not always come
ENOUGH_WAITED = 12.0  # seconds after which a page is read as it is
CLOSING = 3.0  # seconds in which a page, and then the browser, has to be closed
PAGES_PER_CONTEXT = 50  # a context grows (playwright #6319)
MOST_REQUESTS = 20  # of one page that reach the network: at two seconds each no more would come in time
MOST_KEPT = 20 << 20  # bytes of scripts, which the next page asks for again
_POLL, _QUIET = 0.2, 3  # seconds between two looks; looks in a row that see no change
_ENOUGH = 200  # characters of prose
# Whether the document is whole, the characters of the lines that are long enough to be prose, how many elements there are
_STATE = """() => {
    const lines = (document.body ? document.body.innerText : '').split('\\n').filter(line => line.length >= 60);
    return [document.readyState !== 'loading', lines.join('').length, document.getElementsByTagName('*').length];
}"""


class Renderer:
    """One browser and the proxy before it; both are started by the first document, and anew after the browser had to be given up."""

    def __init__(self, crawler: Crawler, executable: str) -> None:
        self._crawler, self._executable = crawler, executable
        self._hosts: Sequence[str] = getattr(crawler.spider, "allowed_domains", ())
        self._turn, self._fetching = asyncio.Lock(), asyncio.Lock()
        self._proxy: Proxy | None = None
        self._handler: Any = None
        self._pages = 0
        self._kept: OrderedDict[str, Response] = OrderedDict()  # scripts, by URL
        self._document: Response | None = None  # of the page that is open
        self._requests = self._pending = 0  # of that page

    async def render(self, document: Response, waits_for: str) -> Response:
        """Return the document as it is once its scripts have run. Raises BrowserFailed."""
        async with self._turn:
            self._document, self._requests, start = document, 0, time.monotonic()
            self._pages += 1
            request = self._request(document.url)
            try:
                async with asyncio.timeout(DEADLINE):
                    return await self._opened(request, document, waits_for)
            except (PlaywrightError, OSError) as error:  # TimeoutError is one
                reason = str(error).partition("\n")[0] or f"no end in {DEADLINE:.0f} s"
                raise BrowserFailed(f"browser: {reason}") from error
            finally:
                self._document = None
                await self._close_page(request.meta.get("playwright_page"))
                self._crawler.stats.max_value("poros/browser/longest", time.monotonic() - start)

    async def close(self) -> None:
        """End the browser, then the proxy."""
        handler, self._handler = self._handler, None
        if handler:
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(CLOSING):
                    await handler.close()
        proxy, self._proxy = self._proxy, None
        if proxy:
            proxy.close()

    def _request(self, url: str) -> Request:
        meta = {
            "playwright": True,
            "playwright_include_page": True,  # we wait, read and close: scrapy-playwright waits for "load", which may never come
            "playwright_context": f"pages {self._pages // PAGES_PER_CONTEXT}",
            "playwright_context_kwargs": {**CONTEXT, "user_agent": self._crawler.settings["USER_AGENT"]},
            # Not "domcontentloaded", which we look for ourselves: it never comes to who waits for it when a script goes on to a 204
            "playwright_page_goto_kwargs": {"wait_until": "commit", "timeout": DEADLINE * 1000},
        }
        return Request(url, meta=meta)

    async def _opened(self, request: Request, document: Response, waits_for: str) -> Response:
        if self._handler is None:
            await self._start()
        await self._handler.download_request(request)
        page: Page = request.meta["playwright_page"]
        await self._settled(page, waits_for)
        headers = {name: value for name, value in document.headers.items() if name.lower() not in {b"etag", b"last-modified"}}
        return HtmlResponse(
            page.url,
            headers={**headers, "Content-Type": "text/html; charset=utf-8"},  # the validators were the shell's
            body=(await page.content()).encode("utf-8", "replace"),
            encoding="utf-8",
            flags=[RENDERED],
        )

    async def _start(self) -> None:
        self._proxy = Proxy(self._fetch)
        address = await self._proxy.start()
        handler = ScrapyPlaywrightDownloadHandler.from_crawler(self._crawler)
        handler.abort_request = partial(is_needless, hosts=self._hosts)
        handler.browser_provider = ChromiumProvider(handler.config, self._executable, address, self._proxy.key_hash)
        self._handler = handler
        self._crawler.stats.inc_value("poros/browser/started")

    async def _settled(self, page: Page, waits_for: str) -> None:
        """Wait until what the page waits for is there, or else prose that neither grows nor is still asked for.

        Raises BrowserFailed where a script has left the outlet.
        """
        end, seen, quiet = time.monotonic() + ENOUGH_WAITED, None, 0
        while time.monotonic() < end:
            await asyncio.sleep(_POLL)
            if not is_under(urlsplit(page.url).hostname or "", self._hosts):
                raise BrowserFailed(f"browser: its script leads to {page.url}")
            now = await page.evaluate(_STATE)
            quiet = quiet + 1 if now == seen and not self._pending else 0
            is_whole, prose, _ = seen = now
            is_there = await page.query_selector(waits_for) is not None if waits_for else prose >= _ENOUGH and quiet >= _QUIET
            if is_whole and is_there:
                return

    async def _close_page(self, page: Page | None) -> None:
        """Close what was opened; where that does not help, the browser."""
        is_last = self._pages % PAGES_PER_CONTEXT == PAGES_PER_CONTEXT - 1
        try:
            async with asyncio.timeout(CLOSING):
                if page is None:
                    raise TimeoutError  # noqa: TRY301 - whatever hangs in there is not ours to reach
                await (page.context.close() if is_last else page.close())
        except (PlaywrightError, TimeoutError):
            await self.close()

    async def _fetch(self, method: str, url: str, headers: Mapping[str, str]) -> Response | None:
        """Return what the crawler got for the browser; None where it must not ask, or did not get anything."""
        document = self._document
        if document is None:
            return None
        if url == document.url:
            return document
        if url in self._kept:
            return self._kept[url]
        self._pending += 1
        try:
            async with self._fetching:  # what a page that is closed had asked for is not asked for any more
                if self._document is not document or self._requests >= MOST_REQUESTS:
                    return None
                self._requests += 1
                self._crawler.stats.inc_value("poros/browser/requests")
                response = await self._crawler.engine.download_async(_as_request(method, url, headers))
        except Exception:  # noqa: BLE001 - refused, or not to be had: the page goes on without it, as in any browser
            return None
        finally:
            self._pending -= 1
        self._keep(url, response)
        return response

    def _keep(self, url: str, response: Response) -> None:
        if response.status == 200 and b"javascript" in (response.headers.get("Content-Type") or b""):
            self._kept[url] = response
            while sum(len(each.body) for each in self._kept.values()) > MOST_KEPT:
                self._kept.popitem(last=False)


def _as_request(method: str, url: str, headers: Mapping[str, str]) -> Request:
    """A request of the crawl; redirects are the browser's to follow, each through here."""
    meta = {"dont_redirect": True, "dont_retry": True, "download_timeout": DEADLINE / 2}
    return Request(url, method=method, headers=dict(headers), callback=NO_CALLBACK, meta=meta)
