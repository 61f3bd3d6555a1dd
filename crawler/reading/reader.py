"""A page and the outlet's rules → an Article, or the reason why the page is none."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import dropwhile
from typing import NamedTuple

from lxml.html import HtmlElement

from crawler.article import SHORTEST_BODY, Article
from crawler.reading import rejections
from crawler.reading.attribution.agencies import find_agencies
from crawler.reading.attribution.dateline import find_dateline
from crawler.reading.attribution.people import merge_names, read_names
from crawler.reading.fields import Fields
from crawler.reading.generic import story_element
from crawler.reading.noise.cleaner import clean_lines, may_lead, story_lines
from crawler.reading.noise.pieces import CleanedLines, Removed
from crawler.reading.page import Page, strings, text_of
from crawler.reading.rules import PageRules, Rules, every_rule, rules_for
from crawler.reading.text import lines, owners, tidy

_BODY_ORDER = ("selectors", "json-ld", "generic")
_COMPLETE = 0.9  # a JSON-LD body this long, measured by generic reading, is the whole story
_MOST_PAGES = 30
_RECOGNISED = 40  # characters of a line that tell where in the body it went: its end may have been cut off

_DAY = re.compile(r"/(?P<y>(?:20)?[0-2]\d)/(?P<m>0[1-9]|1[0-2])/(?P<d>0[1-9]|1\d|2[0-8])(?!\d)")  # a 29th: by the page
_PAGE_NUMBER = re.compile(r"(?P<before>[?&](?:page|halaman|p)=)(?P<number>\d{1,3})(?!\d)")


class NotAnArticle(Exception):  # noqa: N818 - a finding about the page, not a fault of the program
    """The page cannot be read as an article; ``reason`` says why in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was made of the pages, and of what on them: enough to show a reader what was cut and why."""

    article: Article | None
    rejected: str | None  # why there is no article
    removed: list[Removed]  # out of the container of the story, in reading order a page: elements first, then lines
    kept: list[HtmlElement]  # the elements in which the lines of the body begin; none for a body from JSON-LD


def read(pages: Sequence[Page], rules: Rules, *, outlet: str, article_id: str, url: str, fetched_at: datetime) -> Article:
    """Read one article from its page, or from its pages in reading order.

    ``url`` is its canonical address; ``fetched_at`` (aware) resolves relative times. Of an outlet's dated rules, those are taken that
    were right on the day that the address names, or the page's time of publication. Raises NotAnArticle, and
    cssselect.SelectorError when a rule is not valid CSS.
    """
    return _Reader(pages, rules, fetched_at).article(outlet, article_id, url)


def examine(pages: Sequence[Page], rules: Rules, *, outlet: str, article_id: str, url: str, fetched_at: datetime) -> Reading:
    """Read as ``read`` does, and say what was cut out of the story and what was kept. Raises cssselect.SelectorError alone."""
    reader = _Reader(pages, rules, fetched_at)
    article, rejected = None, None
    try:
        article = reader.article(outlet, article_id, url)
    except NotAnArticle as finding:
        rejected = finding.reason
    return Reading(article=article, rejected=rejected, removed=reader.removed(), kept=reader.kept())


class _Reader:
    def __init__(self, pages: Sequence[Page], rules: Rules, fetched_at: datetime) -> None:
        self._pages = pages
        self._rules = rules_for(rules, _day(pages[0], rules, fetched_at))
        self._fields = Fields(pages[0], self._rules, fetched_at=fetched_at)
        self._bodies: list[_Body] = []

    def article(self, outlet: str, article_id: str, url: str) -> Article:
        page, rules, fields = self._pages[0], self._rules, self._fields
        if reason := rejections.no_page(page):
            raise NotAnArticle(reason)
        self._bodies = bodies = [_body(each, rules, fields.headline) for each in self._pages]
        opening = bodies[0]
        fields.story, fields.paragraphs = opening.element, opening.cleaned.paragraphs
        text = "\n\n".join(_joined(bodies))
        headline = fields.headline
        if headline is None or len(text) < SHORTEST_BODY or opening.source == "generic":
            reason = rejections.no_story(page, fields, headline, text)
            if reason:
                raise NotAnArticle(reason)
        authors, editors = _people(fields, rules, [body.cleaned for body in bodies])
        published = fields.published
        caption = fields.image_caption()
        fields.sources["body"] = opening.source
        return Article(
            outlet=outlet,
            article_id=article_id,
            url=url,
            headline=headline or "",
            body=text,
            aliases=list(dict.fromkeys(each.url for each in self._pages if each.url != url)),
            subtitle=_subtitle(fields, text),
            authors=authors,
            editors=editors,
            agencies=merge_names(find_agencies(caption or ""), (name for body in bodies for name in body.cleaned.agencies)),
            published_at=published[0].instant if published else None,
            published_source=published[1] if published else None,
            published_precision=published[0].precision if published else None,
            modified_at=fields.modified(),
            section=fields.first("section"),
            tags=fields.tags(),
            dateline=opening.cleaned.dateline,
            image_url=fields.image_url(),
            image_caption=caption,
            original_url=fields.original_url(),
            page_count=len(self._pages),
            sources=fields.sources,
            disagreements=fields.disagreements(authors),
            noise_removed=dict(Counter(piece.kind for body in bodies for piece in body.cleaned.pieces)),
        )

    def removed(self) -> list[Removed]:
        """Every piece that was cut, with its text and, where it can be told, its element."""
        return [_told(piece, body.places) for body in self._bodies for piece in body.cleaned.pieces]

    def kept(self) -> list[HtmlElement]:
        kept: dict[HtmlElement, None] = {}
        for body in self._bodies:
            story = "\n".join(body.cleaned.paragraphs)
            cut = {piece.text for piece in body.cleaned.pieces}
            for line, element in body.places.items():
                if line not in cut and line[:_RECOGNISED] in story:
                    kept[element] = None
        return list(kept)


def _told(piece: Removed, places: Mapping[str, HtmlElement]) -> Removed:
    if piece.element is None:
        return piece._replace(element=places.get(piece.text))
    return piece._replace(text=piece.text or text_of(piece.element))


def _day(page: Page, rules: Rules, fetched_at: datetime) -> date | None:
    """The day that decides between dated rules; up to one off."""
    for template in every_rule(rules) if len(every_rule(rules)) > 1 else ():
        if match := _DAY.search(page.url):
            return date(int(match["y"]) % 2000 + 2000, int(match["m"]), int(match["d"]))
        if published := Fields(page, template, fetched_at=fetched_at).published:
            return published[0].instant.date()
    return None


def further_pages(page: Page, rules: Rules) -> list[str]:
    """Absolute addresses of the other pages of the same article, in order; page numbers that the links leave out are filled in."""
    here = _number(page.url)
    addresses: dict[int, str] = {}
    for css in (css for template in every_rule(rules) for css in template.pages):
        for element in page.select(css):
            address = page.absolute(element.get("href"))
            if address and _PAGE_NUMBER.search(address):
                addresses.setdefault(_number(address), address)
        if addresses:
            break
    if not addresses:
        return []
    pattern = addresses[max(addresses)]
    wanted = (number for number in range(1, min(max(addresses), _MOST_PAGES) + 1) if number != here)
    return [addresses.get(number) or _PAGE_NUMBER.sub(rf"\g<before>{number}", pattern) for number in wanted]


def _number(address: str) -> int:
    match = _PAGE_NUMBER.search(address)
    return int(match["number"]) if match else 1


# --- body


class _Body(NamedTuple):
    cleaned: CleanedLines
    source: str
    containers: Sequence[HtmlElement]  # where it stands; none for a body from JSON-LD
    skip: frozenset[HtmlElement] = frozenset()  # what the outlet's rules take out of them

    @property
    def element(self) -> HtmlElement | None:
        return self.containers[0] if self.containers else None

    @property
    def places(self) -> dict[str, HtmlElement]:
        """The lines of the containers, each with the element in which it (first) begins."""
        places: dict[str, HtmlElement] = {}
        for container in self.containers:
            for line, element in owners(container, self.skip):
                places.setdefault(line, element)
        return places

    @property
    def length(self) -> int:
        return sum(map(len, self.cleaned.paragraphs))


_NOTHING = _Body(CleanedLines(), "generic", ())


def _body(page: Page, rules: PageRules, headline: str | None) -> _Body:
    found = []
    for source in rules.trust.get("body", _BODY_ORDER):
        body = {"selectors": _selected, "json-ld": _structured, "generic": _generic}[source](page, rules, headline)
        if body.length >= SHORTEST_BODY:
            return body
        found.append(body)
    return max(found, key=lambda body: body.length)


def _selected(page: Page, rules: PageRules, headline: str | None) -> _Body:  # noqa: ARG001 - one signature for all three
    for css in rules.body:
        containers = _outermost(page.select(css))
        if not containers:
            continue
        skip = frozenset(element for noise in rules.noise for element in page.select(noise))
        removed: list[Removed] = []
        texts = [line for container in containers for line in lines(container, skip, removed)]
        cleaned = clean_lines(texts, _phrases(tuple(rules.noise_phrases)))
        if cleaned.paragraphs:
            cleaned.pieces[:0] = removed
            return _Body(cleaned, "selectors", containers, skip)
    return _NOTHING


def _structured(page: Page, rules: PageRules, headline: str | None) -> _Body:
    for thing in page.json_ld:
        texts = [tidy(line) for text in strings(thing.get("articleBody")) for line in re.split(r"\n+|</p>|<br\s*/?>", text)]
        if any(texts):
            cleaned = story_lines((re.sub(r"<[^>]+>", " ", line) for line in texts), headline, _phrases(tuple(rules.noise_phrases)))
            body = _Body(cleaned, "json-ld", ())
            if body.length >= _COMPLETE * _generic(page, rules, headline).length:
                return body
    return _NOTHING


def _generic(page: Page, rules: PageRules, headline: str | None) -> _Body:
    element = story_element(page.tree)
    if element is None:
        return _NOTHING
    removed: list[Removed] = []
    skip = frozenset(each for noise in rules.noise for each in page.select(noise))
    cleaned = story_lines(lines(element, skip, removed), headline, _phrases(tuple(rules.noise_phrases)))
    _add_short_lead(cleaned, element, skip)
    cleaned.pieces[:0] = removed
    return _Body(cleaned, "generic", (element,), skip)


def _add_short_lead(cleaned: CleanedLines, element: HtmlElement, skip: frozenset[HtmlElement]) -> None:
    """Begin with the sentence before a story when it stands in a ``p`` like the first paragraph's, beside that one.

    By its words alone, a first paragraph of a few is a deck or a caption.
    """
    lead = next((piece for piece in reversed(cleaned.pieces) if piece.kind == "before_start"), None)
    if lead is None or not cleaned.paragraphs or not may_lead(lead.text) or find_dateline(cleaned.paragraphs[0]):
        return
    beginning = cleaned.paragraphs[0][:_RECOGNISED]
    stands = owners(element, skip)
    first = next((_paragraph(owner) for line, owner in stands if line.startswith(beginning)), None)
    before = next((_paragraph(owner) for line, owner in stands if line == lead.text), None)
    if first is not None and before is not None and before.getparent() is first.getparent() and before.get("class") == first.get("class"):
        cleaned.pieces.remove(lead)
        cleaned.paragraphs.insert(0, lead.text)


def _paragraph(element: HtmlElement) -> HtmlElement | None:
    return element if element.tag == "p" else next(element.iterancestors("p"), None)


def _outermost(elements: list[HtmlElement]) -> list[HtmlElement]:
    if len(elements) < 2:
        return elements
    chosen = set(elements)
    return [element for element in elements if not any(ancestor in chosen for ancestor in element.iterancestors())]


@lru_cache(maxsize=64)
def _phrases(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _joined(bodies: list[_Body]) -> list[str]:
    """The paragraphs of all pages; what a page repeats of the pages before it, at its beginning, is left out."""
    joined: list[str] = []
    for body in bodies:
        known = set(joined)
        joined.extend(dropwhile(known.__contains__, body.cleaned.paragraphs))
    return joined


# --- people, subtitle


def _people(fields: Fields, rules: PageRules, texts: list[CleanedLines]) -> tuple[list[str], list[str]]:
    authors, editors = fields.people()
    signed = [name for text in texts for name in text.authors]
    if signed and (not authors or set(authors) <= set(editors)):
        authors = list(dict.fromkeys(signed))
        fields.sources["authors"] = "text"
    if not editors:
        editors = list(dict.fromkeys(name for text in texts for name in text.editors))
        if editors:
            fields.sources["editors"] = "text"
    initials = next((text.initials for text in texts if text.initials), [])
    if initials and not authors and rules.authors:  # only where the house prints bylines do initials stand for a person
        authors = read_names(initials[0])  # nobody in "(tim/rcn)", which means the desk
        if authors:
            fields.sources["authors"] = "text"
    if initials and not editors and authors == initials[:1]:
        editors = initials[1:]
        fields.sources["editors"] = "text"
    return authors, editors


def _subtitle(fields: Fields, body: str) -> str | None:
    """The description, unless it is the beginning of the body once more."""
    subtitle = fields.first("subtitle")
    # whole words only: a description is often the lead, cut off in the middle of a word
    if subtitle and " ".join(subtitle[:60].split()[:-1]) in body[: 200 + len(subtitle)]:
        fields.sources.pop("subtitle", None)
        return None
    return subtitle
