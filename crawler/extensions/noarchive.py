"""Whether an answer asks not to be kept in an archive: a header X-Robots-Tag or a robots meta tag that says noarchive.

Only what is said to all, or to us by our token, counts: what is asked of another crawler is not asked of us.
"""

import re
from collections.abc import Iterable

from scrapy.http import Response
from selectolax.lexbor import LexborHTMLParser

from crawler.extensions.warc import decode

_WITH_VALUE = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}  # other words before a colon are an agent's
_AGENT = re.compile(r"\s*([\w-]+)\s*:(.*)", re.DOTALL)


def forbids_archiving(response: Response, token: str, limit: int) -> bool:
    """Whether an answer says noarchive, as it came over the wire; of its body no more than ``limit`` bytes are decoded."""
    headers = (value.decode("latin-1") for value in response.headers.getlist("X-Robots-Tag"))
    if any("noarchive" in _directives(header, token) for header in headers):
        return True
    encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    body = decode(response.body, encodings, limit)
    if b"noarchive" not in body.lower():
        return False
    metas = [meta.attributes for meta in LexborHTMLParser(body).css("meta[name][content]")]
    asked = [meta["content"] or "" for meta in metas if (meta["name"] or "").strip().lower() in {"robots", token.lower()}]
    return any("noarchive" in _words(content) for content in asked)


def _directives(header: str, token: str) -> Iterable[str]:
    """What a header says to all or to us: "noindex, otherbot: noarchive, nofollow" says noindex to all."""
    agent = None
    for part in header.split(","):
        found = _AGENT.match(part)
        is_agent = found and found[1].lower() not in _WITH_VALUE
        if found and is_agent:
            agent = found[1].lower()
        if agent in {None, token.lower()}:
            yield from _words(found[2] if found and is_agent else part)


def _words(text: str) -> list[str]:
    return re.split(r"[\s,;]+", text.lower().strip())
