"""How Chromium is started, and what of a page's requests it does not even make: for scrapy-playwright.

Imported when the first page needs a browser: a run that needs none does not pay for it.
"""

import os
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, Request
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.browser.proxy import METHODS
from crawler.urls import is_under

# All of its traffic goes through the proxy, loopback's too, and nothing that a proxy does not see is left: no name is looked up
_FLAGS = (
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--renderer-process-limit=1",
)
_NODE_OPTIONS = "--max-old-space-size=96 --max-semi-space-size=1"  # MB for Playwright's driver; without, it takes 30 more (2026-11)
CONTEXT = {"service_workers": "block", "accept_downloads": False, "locale": "id-ID", "timezone_id": "Asia/Jakarta"}

_NEEDED = frozenset({"document", "script", "xhr", "fetch"})  # not pictures, media, fonts, styles, beacons, sockets
_ADS = re.compile(r"^(?:[\w-]+\.)*(?:ads?\d*|adserver|adx|analytics|beacon|counter|metrics|pixel|stats|tracker|tracking)\.", re.IGNORECASE)


class ChromiumProvider(PlaywrightBrowserProvider):  # type: ignore[misc] # it has no types
    """Starts Playwright together with the browser, since scrapy-playwright would start it with the crawl."""

    def __init__(self, config: Any, executable: str, proxy: str, key_hash: str) -> None:
        """``proxy``: its address; ``key_hash``: of the key that it ends TLS with."""
        super().__init__(config)
        config.launch_options = {
            "executable_path": executable,
            "chromium_sandbox": os.geteuid() != 0,  # as root it does not start with one
            "proxy": {"server": proxy},
            "args": [*_FLAGS, f"--ignore-certificate-errors-spki-list={key_hash}"],
            "timeout": 15_000,
            "handle_sigint": False,  # Ctrl-C and the like are the crawl's to act on
            "handle_sigterm": False,
            "handle_sighup": False,
        }

    async def launch_browser(self) -> Browser:
        """Start both."""
        if self.browser_type is None:
            os.environ.setdefault("NODE_OPTIONS", _NODE_OPTIONS)
            await self.start()
        browser: Browser = await super().launch_browser()
        return browser


def is_needless(request: Request, hosts: Sequence[str]) -> bool:
    """Whether a request of a page is aborted: it brings no text, or would be refused since it goes to none of the outlet's hosts."""
    parts = urlsplit(request.url)
    if parts.scheme in {"data", "blob"}:
        return False
    host = parts.hostname or ""
    is_of_use = request.resource_type in _NEEDED and request.method in METHODS and not _ADS.match(host)
    return not (is_of_use and is_under(host, hosts))
