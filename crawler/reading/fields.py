"""One field after another of one page: who says what, in which order they are asked, and whose answer stood.

Sources: "json-ld", "meta" (with OpenGraph and microdata), "selectors" (the outlet's rules), "generic" (the text around the story).
"""

import html
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.article import Precision
from crawler.reading.attribution.people import merge_names, read_names, read_names_of
from crawler.reading.dates import UNNAMED, WIB, WIT, WITA, ParsedTime, parse_time
from crawler.reading.generic import Surroundings
from crawler.reading.headline import bare_title, letters
from crawler.reading.noise.phrases import NO_CAPTION
from crawler.reading.noise.pieces import CleanedLines
from crawler.reading.page import Page, raw_text, strings, text_of, value_of
from crawler.reading.rules import PageRules
from crawler.reading.text import tidy

ORDER = ("json-ld", "meta", "selectors", "generic")  # the last one is silent but where ``Fields`` itself asks it

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
_TRUNCATED = ("...", "…")
_MISLABELLED = timedelta(hours=-7)  # "-07:00" over a clock that is WIB: merdeka.com, 2021
_EASTERN = frozenset(zone.utcoffset(None) for zone in (WITA, WIT))
_KEYWORD_PREFIX = re.compile(r"^\s*[\w ]{2,20}:\s*")


class Answer(NamedTuple):
    """What one source says about a field: its texts, and where exactly they stand ("json-ld:datePublished")."""

    source: str
    detail: str
    texts: list[str]


class Fields:
    """The fields of one page around its story. ``sources`` fills with the source of every field that was found."""

    def __init__(self, page: Page, rules: PageRules, *, fetched_at: datetime) -> None:
        self._page, self._rules, self._fetched_at = page, rules, fetched_at
        self.sources: dict[str, str] = {}
        self.story: HtmlElement | None = None  # where the body was found, and what was read there: set by the reader
        self.paragraphs: Sequence[str] = ()
        self._asked: dict[tuple[str, str], list[tuple[str, list[str]]]] = {}
        self._names_in: dict[tuple[str, ...], list[str]] = {}
        self._bare_titles: dict[str, str] = {}
        self._times: dict[str, ParsedTime | None] = {}
        self._is_mislabelled = False  # whether this page says "Z" and means WIB

    # --- who says what

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
        for thing in self._page.json_ld:
            kinds = thing["@type"] if isinstance(thing["@type"], list) else [thing["@type"]]
            if any(isinstance(kind, str) and wanted.fullmatch(kind) for kind in kinds):
                return thing
        return {}

    def answers(self, field: str) -> Iterator[Answer]:
        """What each source says about a field, in the order they are trusted; silent sources are left out."""
        for source in self._rules.trust.get(field, ORDER):
            for detail, texts in self._answers_of(source, field):
                yield Answer(source, detail, texts)

    def _answers_of(self, source: str, field: str) -> list[tuple[str, list[str]]]:
        asked = (source, field)
        if (known := self._asked.get(asked)) is None:
            known = self._asked[asked] = []
            for detail, texts in self._ask(source, field):
                if tidied := [bare for text in texts if (bare := tidy(text))]:
                    known.append((detail, tidied))
        return known

    def _ask(self, source: str, field: str) -> Iterator[tuple[str, list[str]]]:
        if source == "json-ld":
            for key in _JSON_LD.get(field, ()):
                if value := self.article.get(key):
                    yield f"json-ld:{key}", strings(_persons(value) if field in {"authors", "editors"} else value)
        elif source == "meta":
            meta = self._page.meta
            for name in _META.get(field, ()):
                if name in meta:
                    yield f"meta:{name}", [html.unescape(text) for text in meta[name]]
            if field == "published_at" and self._page.all("time"):
                stamps = [t.get("datetime") or "" for t in self._page.all("time") if t.get("itemprop") == "datePublished"]
                yield "microdata:datePublished", stamps
        elif source == "selectors":
            for css in getattr(self._rules, field, ()):
                yield f"selectors:{css}", [value_of(element) for element in self._page.select(css)]

    def first(self, field: str) -> str | None:
        """The first text any source has for a field."""
        for answer in self.answers(field):
            self.sources[field] = answer.source
            return answer.texts[0]
        return None

    # --- headline

    @cached_property
    def headline(self) -> str | None:
        """The headline as printed, without the name of the site or the number of the page."""
        if self._title is None:
            return None
        source, title = self._title
        self.sources["headline"] = source
        printed = tidy(text_of(self.headline_element)) if self.headline_element is not None else title
        return title if printed.isupper() else printed

    @cached_property
    def headline_element(self) -> HtmlElement | None:
        """The heading that prints the headline, punctuation aside."""
        wanted = letters(self._title[1]) if self._title else ""
        headings = (*self._page.all("h1"), *self._page.all("h2"))
        return next((heading for heading in headings if letters(raw_text(heading)) == wanted), None)

    @cached_property
    def _title(self) -> tuple[str, str] | None:
        """(source, text) of the first title that is neither cut off nor a section's ("News"), or of the first one."""
        doubtful = None
        for source, title in self._titles():
            if not title.endswith(_TRUNCATED) and (source in {"json-ld", "meta"} or " " in title):
                return source, title
            doubtful = doubtful or (source, title)
        return doubtful

    def _titles(self) -> Iterator[tuple[str, str]]:
        for answer in self.answers("headline"):
            if title := self._bare_title(answer.texts[0]):
                yield answer.source, title
        yield from (("generic", title) for title in self._generic_titles())

    def _generic_titles(self) -> Iterator[str]:
        titles = [self._bare_title(text_of(element)) for element in self._page.all("title")[:1]]
        headings = [tidy(text_of(element)) for element in (*self._page.all("h1"), *self._page.all("h2"))]
        told = [heading for heading in headings if heading and any(letters(heading) in letters(title) for title in titles)]
        yield from sorted(told, key=len, reverse=True)  # a section's name can be a part of the title, too
        yield from (title for title in titles + headings if title)

    def _bare_title(self, text: str) -> str:
        if text not in self._bare_titles:  # most sources say the same
            self._bare_titles[text] = bare_title(html.unescape(text), self._house_letters, urlsplit(self._page.url).netloc.lower())
        return self._bare_titles[text]

    @cached_property
    def _house_letters(self) -> set[str]:
        return {letters(name) for name in self.house}

    @cached_property
    def house(self) -> list[str]:
        """The names the outlet gives itself."""
        return [*self._page.meta.get("og:site_name", ()), *strings(self.article.get("publisher"))]

    # --- times

    @cached_property
    def published(self) -> tuple[ParsedTime, str] | None:
        """When it was published, and which source says so."""
        for answer in self.answers("published_at"):
            for text in answer.texts:
                if found := self._time(text):
                    self.sources["published_at"] = answer.source
                    return self._in_right_zone(found), answer.detail
        if "generic" in self._rules.trust.get("published_at", ORDER) and (printed := self._printed_time):
            self.sources["published_at"] = "generic"
            return printed, "generic"
        return None

    def modified(self) -> datetime | None:
        """When it was last changed, as the first source that names a time says; None unless that is later than its publication."""
        if self.published is None:
            return None
        for answer in self.answers("modified_at"):
            for text in answer.texts:
                if found := self._time(text):
                    if self._is_mislabelled or found.instant.utcoffset() == _MISLABELLED:
                        found = _as_local(found)
                    if found.instant <= self.published[0].instant:
                        return None
                    self.sources["modified_at"] = answer.source
                    return found.instant
        return None

    def _in_right_zone(self, told: ParsedTime) -> ParsedTime:
        """Outlets label local clocks "-07:00" (merdeka), "Z" (detik) or "GMT": the clock that the page prints for its readers decides."""
        offset, local = told.instant.utcoffset(), _as_local(told)
        if offset == local.instant.utcoffset() or told.precision is not Precision.MINUTE:
            return told
        printed = self._selected_time or self._printed_time
        if printed is None or printed.precision is not Precision.MINUTE:
            return local if offset == _MISLABELLED else told
        if offset in _EASTERN and printed.instant.tzinfo is UNNAMED:  # Bali, Sulawesi: their readers need no "WITA"
            return told
        if _minute(printed) == _minute(local):
            self._is_mislabelled = True
            return local
        return told

    @cached_property
    def _selected_time(self) -> ParsedTime | None:
        texts = (text for _, answer in self._answers_of("selectors", "published_at") for text in answer)
        return next((found for text in texts if (found := self._time(text))), None)

    def _time(self, text: str) -> ParsedTime | None:
        if text not in self._times:
            self._times[text] = parse_time(text, fetched_at=self._fetched_at)
        return self._times[text]

    # --- where sources differ

    def disagreements(self, authors: Sequence[str]) -> dict[str, dict[str, str]]:
        """Field → source → its answer, of every field on which the sources that have an answer differ. ``authors``: those chosen."""
        told = {
            "headline": self._told("headline", lambda texts: self._bare_title(texts[0])),
            "published_at": self._told("published_at", self._told_minute),
            "modified_at": self._told("modified_at", self._told_minute),
            "authors": self._told("authors", lambda texts: ", ".join(self._named("authors", texts))),
        }
        if told["authors"] and "authors" in self.sources:
            told["authors"].setdefault(self.sources["authors"], ", ".join(authors))
        elif told["authors"]:  # whoever is named as the author is the editor elsewhere on the page
            told["authors"]["generic"] = ""
        return {field: answers for field, answers in told.items() if len({_folded(answer) for answer in answers.values()}) > 1}

    def _told(self, field: str, read: Callable[[list[str]], str]) -> dict[str, str]:
        """What each source says, whether or not it is trusted; silent ones are left out."""
        told: dict[str, str] = {}
        for source in ORDER[:-1]:
            answers = (read(texts) for _, texts in self._answers_of(source, field))
            if answer := next(filter(None, answers), None):
                told[source] = answer.replace("\0", "")  # JSON-LD may hold one; jsonb does not
        return told

    def _told_minute(self, texts: list[str]) -> str:
        for text in texts:
            found = self._time(text)
            if found and found.precision is Precision.MINUTE:
                return found.instant.astimezone(WIB).isoformat(timespec="minutes")
        return ""

    # --- people and the rest

    def people(self) -> tuple[list[str], list[str]]:
        """(reporters, editors). Whom the page calls its editor is no reporter, whatever JSON-LD says (Kompas, Antara, Tribun)."""
        printed = CleanedLines() if self._has_selected_people else self._attribution
        editors = merge_names([*self._names("editors"), *self._editors_in_keywords()], printed.editors)
        authors = self._names("authors", without={*map(_folded, editors)} - {*map(_folded, printed.authors)})
        told, labelled = {*map(_folded, authors)}, {*map(_folded, printed.labelled)}
        if labelled and (told < labelled or not told & labelled):
            authors = []  # JSON-LD names the first of them, or whoever typed it in
        if not authors and (authors := [*self._creators()] or printed.authors or self._marked_authors):
            self.sources["authors"] = "generic"
        return authors, editors

    @property
    def _marked_authors(self) -> list[str]:
        return [] if self._has_selected_people or self._surroundings is None else self._surroundings.marked_authors(self.house)

    @property
    def _has_selected_people(self) -> bool:
        """Whether the outlet's rules for people hold on this page: if so, no one else is looked for around the story."""
        return any(self._page.select(css) for css in (*self._rules.authors, *self._rules.editors))

    def _names(self, field: Literal["authors", "editors"], without: Collection[str] = ()) -> list[str]:
        """The names of the first source that has any but those in ``without`` (folded)."""
        for answer in self.answers(field):
            if names := [name for name in self._named(field, answer.texts) if _folded(name) not in without]:
                self.sources[field] = answer.source
                return names
        return []

    def _named(self, field: Literal["authors", "editors"], texts: list[str]) -> list[str]:
        key = (field, *texts)
        if key not in self._names_in:
            self._names_in[key] = list(dict.fromkeys(name for text in texts for name in read_names_of(field, text, self.house)))
        return self._names_in[key]

    def _creators(self) -> list[str]:
        return [name for text in strings(self.article.get("creator")) for name in read_names(text, self.house)]

    def _editors_in_keywords(self) -> list[str]:
        texts = strings(self.article.get("keywords"))
        return [name for text in texts if text.startswith("Editor:") for name in read_names(text.removeprefix("Editor:"))]

    def tags(self) -> list[str]:
        """The article's tags, each once."""
        for answer in self.answers("tags"):
            parts = [part.strip() for text in answer.texts for part in text.split(",")]
            if tags := list(dict.fromkeys(part for part in parts if part and not _KEYWORD_PREFIX.match(part))):
                self.sources["tags"] = answer.source
                return tags
        return []

    def image_url(self) -> str | None:
        """The absolute address of the lead image."""
        return self._page.absolute(self.first("image_url"))

    def image_caption(self) -> str | None:
        """The caption of the lead image, its credit included; without the headline that Katakini prints before it."""
        caption = self.first("image_caption")
        if caption is None:
            captions = (tidy(text_of(element)) for element in self._page.all("figcaption"))
            caption = next((text for text in captions if text and not NO_CAPTION.fullmatch(text)), None)
            if caption:
                self.sources["image_caption"] = "generic"
        return caption.removeprefix(self.headline or "").strip().removeprefix("Foto:").strip() or None if caption else None

    def original_url(self) -> str | None:
        """On an aggregator's page: the absolute address, on another host, of the article it was copied from."""
        selected = [element for css in self._rules.original for element in self._page.select(css)]
        labelled = (anchor for anchor in self._page.tree.iter("a") if text_of(anchor).casefold() == "artikel asli")
        for element in (*selected, *labelled) if self._rules.original else ():
            address = self._page.absolute(element.get("href"))
            if address and urlsplit(address).netloc != urlsplit(self._page.url).netloc:
                return address
        return None

    # --- what is printed around the story

    @cached_property
    def _surroundings(self) -> Surroundings | None:
        if self.story is None or self.headline is None:
            return None
        return Surroundings(self.headline_element, self.story, self.paragraphs)

    @cached_property
    def _printed_time(self) -> ParsedTime | None:
        return self._surroundings.time(self._fetched_at, self._page.all("time")) if self._surroundings else None

    @cached_property
    def _attribution(self) -> CleanedLines:
        return self._surroundings.attribution() if self._surroundings else CleanedLines()


def _persons(value: Any) -> Any:
    """A JSON-LD value without what it calls an organization: an outlet that signs its own stories (RRI)."""
    if isinstance(value, list):
        return [_persons(item) for item in value]
    return None if isinstance(value, dict) and "Organization" in str(value.get("@type")) else value


def _minute(told: ParsedTime) -> datetime:
    return told.instant.replace(second=0, microsecond=0)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _as_local(told: ParsedTime) -> ParsedTime:
    return ParsedTime(told.instant.replace(tzinfo=WIB), told.precision)
