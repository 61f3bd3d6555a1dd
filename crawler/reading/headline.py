"""A title without what its outlet adds to it: the outlet's name, and the number of the page."""

import re
from collections.abc import Collection

from crawler.reading.text import tidy

_PAGE_SUFFIX = re.compile(r"\s*[-–|]?\s*\b(?:halaman\s+(?:all|semua|\d+)|semua\s+halaman)\s*$", re.IGNORECASE)
_SITE_SUFFIX = re.compile(r"(?:\s+[-–—:]|\s*\|)\s*([^-–—|:]{2,40}|[\w-]+\.(?:com|co\.id|co|id|tv))$")
_SITE_PREFIX = re.compile(r"^[\w.]+\.(?:com|co\.id|co|id|tv)\s*[:|-]\s+", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w-]+\.(?:com|co\.id|co|id|tv)", re.IGNORECASE)  # "TribunSolo.com" on solo.tribunnews.com
_NOT_LETTERS = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """Letters and digits alone, case folded: what two printings of a title have in common."""
    return _NOT_LETTERS.sub("", text).casefold()


def bare_title(text: str, names: Collection[str], host: str) -> str:
    """The title in a text; empty where it is nothing but the site's name.

    ``names``: the ``letters`` of the names that the site gives itself. ``host``: its own, in lower case.
    """
    title = _SITE_PREFIX.sub("", _without_page(tidy(text)))
    while (suffix := _SITE_SUFFIX.search(title)) and _is_site(suffix[1], names, host):
        title = _without_page(title[: suffix.start()]).rstrip()
    return "" if _is_site(title, names, host) else title


def _without_page(title: str) -> str:
    return _PAGE_SUFFIX.sub("", title) if "halaman" in title.lower() else title


def _is_site(text: str, names: Collection[str], host: str) -> bool:
    """Whether a text is one of the site's names, a domain, or words that are in the site's host."""
    if letters(text) in names or _DOMAIN.fullmatch(text):
        return True
    words = text.lower().split()
    return len(words) <= 4 and any(len(word) >= 4 and word.split(".")[0] in host for word in words)
