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
from crawler.reading.nodes import Node, attribute
from crawler.reading.page import Page, strings, value_of
from crawler.reading.rules import PageRules
from crawler.reading.text import every_line, letters, tidy

SOURCES = ("json-ld", "meta", "selectors", "generic")  # nothing here speaks for the last: that is the text itself

_PEOPLE = frozenset({"authors", "editors"})
_ARTICLE_TYPES = re.compile(r"(?:\w*News)?Article|BlogPosting|LiveBlogPosting|Report")
_NAME_OF_HOST = re.compile(r"([\w-]+)(?:\.(?:co|com|or|go|net|ac|web))?\.[a-z]+$")  # "detik" in news.detik.com
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
        *("publish_date", "publication_date", "content_publisheddate", "cxenseparse:recs:publishtime", "parsely-pub-date", "sailthru.date"),
        *("dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "dc:date", "date"),
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
        """The first object of a kind that is this page's own; one that says it is another page's never is."""
        things = [thing for thing in self.page.json_ld if _is_of_kind(thing, wanted)]
        for is_own in (self._has_address, self._has_title) if len(things) > 1 else ():
            if (own := next(filter(is_own, things), None)) is not None:
                return own
        return next((thing for thing in things if not self._is_elsewhere(thing)), {})

    def _has_address(self, thing: dict[str, Any]) -> bool:
        return not self._addresses.isdisjoint(map(_bare_address, _addresses_of(thing)))

    def _has_title(self, thing: dict[str, Any]) -> bool:
        titles = map(letters, strings(thing.get("headline")))
        return any(title and any(title in printed for printed in self._titles) for title in titles)

    def _is_elsewhere(self, thing: dict[str, Any]) -> bool:
        """Whether it names another page of this site as its own, and another title: the story that a reader is to read next."""
        named = [*map(_bare_address, _addresses_of(thing))]
        if not any(address.partition("/")[2] for address in named) or self._has_address(thing):
            return False
        return bool(strings(thing.get("headline"))) and not self._has_title(thing)

    @cached_property
    def _addresses(self) -> frozenset[str]:
        """Those that the page goes by."""
        named = (self.page.url, self.page.canonical or "", *self.page.meta.get("og:url", ()))
        return frozenset(filter(None, map(_bare_address, named)))

    @cached_property
    def _titles(self) -> list[str]:
        """The ``letters`` of the titles that the page gives itself."""
        headings = (heading.text_lexbor() for tag in ("title", "h1") for heading in self.page.select(tag))
        return [letters(text) for text in (*headings, *self.page.meta.get("og:title", ()))]

    def _followed(self, value: Any) -> Any:
        """A JSON-LD value; where it is nothing but the ``@id`` of another object on the page, that object."""
        if isinstance(value, list):
            return [self._followed(item) for item in value]
        if isinstance(value, dict) and value.keys() == {"@id"}:
            return self._by_id.get(value["@id"], value)
        return value

    @cached_property
    def _by_id(self) -> dict[str, Any]:
        return {thing["@id"]: thing for thing in reversed(self.page.json_ld) if isinstance(thing.get("@id"), str)}

    @cached_property
    def publisher_names(self) -> list[str]:
        """The names the outlet gives itself, and that of its host."""
        named = strings(self._followed(self.article.get("publisher")))
        return [*self.page.meta.get("og:site_name", ()), *named, *_NAME_OF_HOST.findall(self.host)]

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
                printed = (line for text in texts for line in text.splitlines()) if field in _PEOPLE else texts  # a line, a name
                if tidied := [bare for text in printed if (bare := tidy(text))]:
                    known.append(CandidateValue(source, detail, tidied))
        return known

    def _ask(self, source: str, field: str) -> Iterator[tuple[str, list[str]]]:
        if source == "json-ld":
            for key in _JSON_LD.get(field, ()):
                if value := self._followed(self.article.get(key)):
                    yield f"json-ld:{key}", strings(_persons(value) if field in _PEOPLE else value)
        elif source == "meta":
            meta = self.page.meta
            for name in _META.get(field, ()):
                if name in meta:
                    yield f"meta:{name}", [html.unescape(text) for text in meta[name]]
            if field == "published_at" and self.page.select("time"):
                own = (stamp for stamp in self.page.select("time") if attribute(stamp, "itemprop") == "datePublished")
                stamps = [attribute(stamp, "datetime") for stamp in own if not self.page.is_of_other_article(stamp)]
                yield "microdata:datePublished", stamps
        elif source == "selectors":
            for css in getattr(self.rules, field, ()):
                read = _lines_of if field in _PEOPLE else value_of
                own = (element for element in self.page.select(css) if not self.page.is_of_other_article(element))
                yield f"selectors:{css}", [read(element) for element in own]


def _lines_of(element: Node) -> str:
    return value_of(element) if element.tag in {"meta", "time"} else "\n".join(every_line(element))


def _is_of_kind(thing: dict[str, Any], wanted: re.Pattern[str]) -> bool:
    kinds = thing["@type"] if isinstance(thing["@type"], list) else [thing["@type"]]
    return any(isinstance(kind, str) and wanted.fullmatch(kind) for kind in kinds)


def _addresses_of(thing: dict[str, Any]) -> Iterator[str]:
    """The addresses that a JSON-LD object says are its own."""
    for key in ("url", "@id", "mainEntityOfPage"):
        value = thing.get(key)
        for told in (value.get("@id"), value.get("url")) if isinstance(value, dict) else (value,):
            if isinstance(told, str) and told:
                yield told


def _bare_address(address: str) -> str:
    """An address as it can be compared: host and path, without "www." and the slash at the end."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (
        f"{parts.netloc.lower().removeprefix('www.').removeprefix('m.').removeprefix('amp.')}{parts.path.rstrip('/')}"
        if parts.netloc
        else ""
    )


def _persons(value: Any) -> Any:
    """A JSON-LD value without what it calls an organization: an outlet that signs its own stories (RRI)."""
    if isinstance(value, list):
        return [_persons(item) for item in value]
    return None if isinstance(value, dict) and "Organization" in str(value.get("@type")) else value
