"""The headline of a page: which title is one, without what its outlet adds to it (its own name, the number of the page)."""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from crawler.reading.candidates import CandidateValues
from crawler.reading.nodes import Node
from crawler.reading.page import Page
from crawler.reading.text import letters, text_of, tidy

_PAGE_SUFFIX = re.compile(r"\s*[-–|]?\s*\b(?:halaman\s+(?:all|semua|\d+)|semua\s+halaman)\s*$", re.IGNORECASE)
_SITE_SUFFIX = re.compile(r"(?:\s+[-–—:]|\s*\|)\s*((?:[^-–—|:]|\b-\b){2,40})$")
_SITE_PREFIX = re.compile(r"^[\w.]+\.(?:com|co\.id|co|id|tv)\s*[:|-]\s+", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w-]+\.(?:com|co\.id|co|id|tv)", re.IGNORECASE)  # "TribunSolo.com" on solo.tribunnews.com
_WORD = re.compile(r"\w{3,}")
_AKIN, _FEWEST = 0.5, 4  # of the words of the shorter one, or of so many if it has fewer
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}")
_TRUNCATED = ("...", "…")


class Headline(NamedTuple):
    """The headline as printed, which source named it, and the heading that prints it, if one does."""

    text: str
    source: str
    element: Node | None


def find_headline(values: CandidateValues) -> Headline | None:
    """The first title that is neither cut off nor a section's ("News"), or else the first one; as its heading prints it."""
    chosen = None
    for source, title in _titles(values):
        is_cut = title.endswith(_TRUNCATED) and _printing(title, values.page) is None
        is_whole = not is_cut and (source in {"json-ld", "meta"} or " " in title)
        if is_whole or chosen is None:
            chosen = (source, title)
        if is_whole:
            break
    if chosen is None:
        return None
    source, title = chosen
    element = _printing(title, values.page)
    printed = tidy(text_of(element)) if element is not None else title
    if element is None and source == "meta" and (akin := _akin(title, values)) is not None:  # the title is for networks and searches
        source, printed = "selectors", title_in(text_of(akin), values)
    return Headline(title if printed.isupper() else printed, source, element)


def _printing(title: str, page: Page) -> Node | None:
    """The heading that prints a title."""
    wanted = letters(title)
    return next((heading for heading in _headings(page) if letters(heading.text_lexbor()) == wanted), None)


def _akin(title: str, values: CandidateValues) -> Node | None:
    """The first-level heading that says most of what a title says; None where none does."""
    said = set(_WORD.findall(title.lower()))
    best, most = None, 0.0
    for heading in values.page.select("h1"):
        words = set(_WORD.findall(title_in(text_of(heading), values).lower()))
        shared = len(said & words) / max(_FEWEST, min(len(said), len(words)))
        if shared >= _AKIN and shared > most:
            best, most = heading, shared
    return best


def _titles(values: CandidateValues) -> Iterator[tuple[str, str]]:
    for value in values.of("headline"):
        if title := title_in(value.texts[0], values):
            yield value.source, title
    page_titles = [title_in(text_of(element), values) for element in values.page.select("title")[:1]]
    headings = [tidy(text_of(element)) for element in _headings(values.page)]
    named = [heading for heading in headings if heading and any(letters(heading) in letters(title) for title in page_titles)]
    longest_first = sorted(named, key=len, reverse=True)  # a section's name can be a part of the title, too
    yield from (("generic", title) for title in (*longest_first, *page_titles, *headings) if title)


def _headings(page: Page) -> list[Node]:
    return [*page.select("h1"), *page.select("h2")]


def title_in(text: str, values: CandidateValues) -> str:
    """The title in a text of a page; empty where it is nothing but the site's name."""
    return bare_title(html.unescape(text), values.publisher_letters, values.host)


@lru_cache(maxsize=256)  # most sources say the same
def bare_title(text: str, names: frozenset[str], host: str) -> str:
    """The title in a text; empty where it is nothing but the site's name.

    ``names``: the ``letters`` of the names that the site gives itself. ``host``: its own, in lower case.
    """
    title = _SITE_PREFIX.sub("", _without_page(tidy(text)))
    while (suffix := _SITE_SUFFIX.search(title)) and _is_site(suffix[1], names, host):
        title = _without_page(title[: suffix.start()]).rstrip()
    return "" if _is_site(title, names, host) else title


def _without_page(title: str) -> str:
    return _PAGE_SUFFIX.sub("", title) if "halaman" in title.lower() else title


def _is_site(text: str, names: frozenset[str], host: str) -> bool:
    """Whether a text is one of the site's names, a domain, a date, or words that are in the site's host."""
    if letters(text) in names or _DOMAIN.fullmatch(text) or _DATE.fullmatch(text):
        return True
    words = text.lower().split()
    return len(words) <= 4 and any(len(word) >= 4 and word.split(".")[0] in host for word in words)


VOCABULARY = (_PAGE_SUFFIX.pattern, _SITE_SUFFIX.pattern, _DOMAIN.pattern)
