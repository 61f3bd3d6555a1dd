"""What each source of a page says about each field, before anybody decides which of them is right.

Sources: "json-ld", "meta" (with OpenGraph and microdata), "selectors" (the outlet's rules), "generic" (the text around the story).
"""

import html
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from crawler.reading.attribution.people import read_names_of
from crawler.reading.page import Page, strings, value_of
from crawler.reading.rules import PageRules
from crawler.reading.text import letters, tidy

SOURCES = ("json-ld", "meta", "selectors", "generic")  # nothing here speaks for the last: that is the text itself

_ARTICLE_TYPES = re.compile(r"(?:\w*News)?Article|BlogPosting|LiveBlogPosting|Report")
_PAGE_TYPES = re.compile(r"WebPage")
_JSON_LD = {
    "headline": ("headline",),
    "subtitle": ("description",),
    "published_at": ("datePublished",),
    "modified_at": ("dateModified",),
    "authors": ("author",),
    "editors": ("editor",),
    "section": ("articleSection",),
    "tags": ("keywords",),
    "image_url": ("image", "thumbnailUrl"),
}
_META = {
    "headline": ("og:title", "twitter:title"),
    "subtitle": ("og:description", "description"),
    "published_at": (
        *("article:published_time", "og:published_time", "datepublished", "publishdate", "dtk:publishdate", "pubdate", "publish-date"),
        *("publish_date", "publication_date", "content_publisheddate", "dc.date.issued", "cxenseparse:recs:publishtime"),
    ),
    "modified_at": ("article:modified_time", "datemodified", "og:updated_time"),
    "authors": ("content_author", "author", "dable:author", "article:author", "dc.creator"),
    "editors": ("content_editor", "editor"),
    "section": ("content_subcategory", "article:section", "content_category", "section"),
    "tags": ("content_tags", "news_keywords", "article:tag", "keywords"),
    "image_url": ("og:image", "og:image:url", "twitter:image"),
}


class CandidateValue(NamedTuple):
    """What one source says about a field: its texts, and where exactly they stand ("json-ld:datePublished")."""

    source: str
    detail: str
    texts: list[str]


class CandidateValues:
    """The candidate values of one page."""

    def __init__(self, page: Page, rules: PageRules) -> None:
        self.page, self.rules = page, rules
        self.host = urlsplit(page.url).netloc.lower()
        self._known: dict[tuple[str, str], list[CandidateValue]] = {}
        self._names: dict[tuple[str, ...], list[str]] = {}

    @cached_property
    def article(self) -> dict[str, Any]:
        """The JSON-LD object that describes the article, or the page when none does; empty when there is neither."""
        return self._article or self._thing(_PAGE_TYPES)

    @property
    def is_article(self) -> bool:
        """Whether JSON-LD calls the page an article."""
        return bool(self._article)

    @cached_property
    def _article(self) -> dict[str, Any]:
        return self._thing(_ARTICLE_TYPES)

    def _thing(self, wanted: re.Pattern[str]) -> dict[str, Any]:
        for thing in self.page.json_ld:
            kinds = thing["@type"] if isinstance(thing["@type"], list) else [thing["@type"]]
            if any(isinstance(kind, str) and wanted.fullmatch(kind) for kind in kinds):
                return thing
        return {}

    @cached_property
    def publisher_names(self) -> list[str]:
        """The names the outlet gives itself."""
        return [*self.page.meta.get("og:site_name", ()), *strings(self.article.get("publisher"))]

    @cached_property
    def publisher_letters(self) -> frozenset[str]:
        """The ``letters`` of these names."""
        return frozenset(map(letters, self.publisher_names))

    def names(self, field: Literal["authors", "editors"], texts: Sequence[str]) -> list[str]:
        """The people that texts name for a field, each once."""
        asked = (field, *texts)
        if asked not in self._names:  # most sources say the same
            named = (name for text in texts for name in read_names_of(field, text, self.publisher_names))
            self._names[asked] = list(dict.fromkeys(named))
        return self._names[asked]

    def order(self, field: str) -> Sequence[str]:
        """The sources of a field, in the order in which they are taken."""
        return self.rules.source_order.get(field, SOURCES)

    def of(self, field: str) -> Iterator[CandidateValue]:
        """What the sources say about a field, in their order; silent ones are left out."""
        for source in self.order(field):
            yield from self.by_source(source, field)

    def first(self, field: str) -> CandidateValue | None:
        """The first value that any source has for a field."""
        return next(self.of(field), None)

    def by_source(self, source: str, field: str) -> list[CandidateValue]:
        """What one source says about a field, whether it is taken or not."""
        asked = (source, field)
        if (known := self._known.get(asked)) is None:
            known = self._known[asked] = []
            for detail, texts in self._ask(source, field):
                if tidied := [bare for text in texts if (bare := tidy(text))]:
                    known.append(CandidateValue(source, detail, tidied))
        return known

    def _ask(self, source: str, field: str) -> Iterator[tuple[str, list[str]]]:
        if source == "json-ld":
            for key in _JSON_LD.get(field, ()):
                if value := self.article.get(key):
                    yield f"json-ld:{key}", strings(_persons(value) if field in {"authors", "editors"} else value)
        elif source == "meta":
            meta = self.page.meta
            for name in _META.get(field, ()):
                if name in meta:
                    yield f"meta:{name}", [html.unescape(text) for text in meta[name]]
            if field == "published_at" and self.page.all("time"):
                stamps = [t.get("datetime") or "" for t in self.page.all("time") if t.get("itemprop") == "datePublished"]
                yield "microdata:datePublished", stamps
        elif source == "selectors":
            for css in getattr(self.rules, field, ()):
                yield f"selectors:{css}", [value_of(element) for element in self.page.select(css)]


def _persons(value: Any) -> Any:
    """A JSON-LD value without what it calls an organization: an outlet that signs its own stories (RRI)."""
    if isinstance(value, list):
        return [_persons(item) for item in value]
    return None if isinstance(value, dict) and "Organization" in str(value.get("@type")) else value
