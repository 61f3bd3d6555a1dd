"""Pages that are empty until their scripts have run: a document that was fetched like any other is opened in Chromium, and read there.

The browser has no way to the network but through this crawler: what its scripts ask for are requests of the run like all others, with the
same robots.txt, delays, user agent, archive and destination guard (`Proxy`). It is started by the first such page and ends with the run.
"""

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

DOCUMENT = "browser_document"  # request.meta: the answer that is to be opened
WAITS_FOR = "browser_waits_for"  # request.meta: a selector of what the scripts have to bring; empty: text
IS_SHELL = "browser_is_shell"  # request.meta: whether nobody has declared that it needs a browser: it turned out so
RENDERED = "rendered"  # response.flags: its body is what the page was once its scripts had run
INSTALL = "make browser installs Chromium on Debian; elsewhere install it, or set CHROMIUM_PATH"


class BrowserMissing(IgnoreRequest):
    """There is no browser on this machine: the page waits until there is one."""


class BrowserFailed(IgnoreRequest):
    """The page could not be had in the browser this time."""

    transient = True


def is_rendered(response: Response) -> bool:
    """Whether an answer came out of the browser, now or when it was recorded."""
    return RENDERED in response.flags


def rendering_of(document: Response, waits_for: str, *, is_shell: bool = False) -> Request:
    """The request for a document once more, through the browser; it ends where the document's own would have."""
    request = document.request
    assert request is not None  # an answer that a spider was given has one
    meta = {DOCUMENT: document, WAITS_FOR: waits_for, IS_SHELL: is_shell}
    return request.replace(url=document.url, meta=meta, headers={}, priority=request.priority + 1, dont_filter=True)
