"""A page and the outlet's rules → an Article, or the reason why the page is none."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import dropwhile
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.article import Article
from crawler.reading import credits as credit
from crawler.reading.fallback import is_listing, story_element
from crawler.reading.fields import Fields, strings
from crawler.reading.lines import lines, tidy
from crawler.reading.noise import CleanedLines, clean_lines, story_lines
from crawler.reading.page import Page, text_of
from crawler.reading.rules import PageRules

SHORTEST_BODY = 200  # characters: what is shorter is a caption, a video's teaser or an error
_BODY_ORDER = ("selectors", "json-ld", "generic")
_COMPLETE = 0.9  # a JSON-LD body this long, measured by generic reading, is the whole story
_MOST_PAGES = 30

_FEEDS = frozenset({"rss", "feed", "urlset", "sitemapindex"})
_BLOCKED = re.compile(
    r"just a moment|attention required|access denied|request blocked|could not be satisfied|are you (?:a )?(?:human|robot)|captcha"
    r"|security check|verify(?:ing)? (?:that )?you|enable javascript and cookies|before you continue|sebelum melanjutkan|\b403\b"
    r"|too many requests|pardon our interruption",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"tidak (?:dapat )?(?:kami )?(?:di)?temukan|tidak tersedia|(?:sudah|telah) dihapus|\b404\b|not found"
    r"|halaman (?:hilang|error)|berita yang anda cari",
    re.IGNORECASE,
)
_VIDEO = re.compile(r"/(?:video|videos|foto|photo|gallery|galeri|tv|live)(?:/|$)|//(?:video|foto|tv)\.", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"(?P<before>[?&](?:page|halaman|p)=)(?P<number>\d{1,3})(?!\d)")


class NotAnArticle(Exception):  # noqa: N818 - a finding about the page, not a fault of the program
    """The page cannot be read as an article; ``reason`` says why in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(pages: Sequence[Page], rules: PageRules, *, outlet: str, article_id: str, url: str, fetched_at: datetime) -> Article:
    """Read one article from its page, or from its pages in reading order.

    ``url`` is its canonical address; ``fetched_at`` (aware) resolves relative times. Raises NotAnArticle, and
    cssselect.SelectorError when a rule is not valid CSS.
    """
    page = pages[0]
    _refuse_what_is_no_page(page)
    fields = Fields(page, rules, fetched_at=fetched_at)
    bodies = [_body(each, rules, fields.headline) for each in pages]
    opening = bodies[0]
    fields.story, fields.paragraphs = opening.element, opening.cleaned.paragraphs
    text = "\n\n".join(_joined(bodies))
    headline = fields.headline
    if headline is None or len(text) < SHORTEST_BODY or opening.source == "generic":
        _refuse_what_is_no_story(page, fields, headline, text)
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
        aliases=list(dict.fromkeys(each.url for each in pages if each.url != url)),
        subtitle=_subtitle(fields, text),
        authors=authors,
        editors=editors,
        agencies=credit.merged(credit.agencies(caption or ""), (name for body in bodies for name in body.cleaned.agencies)),
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
        page_count=len(pages),
        sources=fields.sources,
        noise_removed=dict(sum((body.cleaned.removed for body in bodies), Counter())),
    )


def further_pages(page: Page, rules: PageRules) -> list[str]:
    """Absolute addresses of the other pages of the same article, in order; page numbers that the links leave out are filled in."""
    here = _number(page.url)
    addresses: dict[int, str] = {}
    for css in rules.pages:
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
    element: HtmlElement | None  # where it stands; None for a body from JSON-LD

    @property
    def length(self) -> int:
        return sum(map(len, self.cleaned.paragraphs))


_NOTHING = _Body(CleanedLines(), "generic", None)


def _body(page: Page, rules: PageRules, headline: str | None) -> _Body:
    found = []
    for source in rules.trust.get("body", _BODY_ORDER):
        body = {"selectors": _selected, "json-ld": _structured, "generic": _generic}[source](page, rules, headline)
        if body.length >= SHORTEST_BODY:
            return body
        found.append(body)
    return max(found, key=lambda body: body.length)


def _selected(page: Page, rules: PageRules, headline: str | None) -> _Body:  # noqa: ARG001 - one signature for all three
    removed: Counter[str] = Counter()
    for css in rules.body:
        containers = _outermost(page.select(css))
        if not containers:
            continue
        skip = frozenset(element for noise in rules.noise for element in page.select(noise))
        texts = [line for container in containers for line in lines(container, skip, removed)]
        cleaned = clean_lines(texts, _phrases(tuple(rules.noise_phrases)))
        if cleaned.paragraphs:
            cleaned.removed.update(removed)
            return _Body(cleaned, "selectors", containers[0])
    return _NOTHING


def _structured(page: Page, rules: PageRules, headline: str | None) -> _Body:
    for thing in page.json_ld:
        texts = [tidy(line) for text in strings(thing.get("articleBody")) for line in re.split(r"\n+|</p>|<br\s*/?>", text)]
        if any(texts):
            cleaned = story_lines((re.sub(r"<[^>]+>", " ", line) for line in texts), headline, _phrases(tuple(rules.noise_phrases)))
            body = _Body(cleaned, "json-ld", None)
            if body.length >= _COMPLETE * _generic(page, rules, headline).length:
                return body
    return _NOTHING


def _generic(page: Page, rules: PageRules, headline: str | None) -> _Body:
    element = story_element(page.tree)
    if element is None:
        return _NOTHING
    removed: Counter[str] = Counter()
    skip = frozenset(each for noise in rules.noise for each in page.select(noise))
    cleaned = story_lines(lines(element, skip, removed), headline, _phrases(tuple(rules.noise_phrases)))
    cleaned.removed.update(removed)
    return _Body(cleaned, "generic", element)


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
        authors = credit.people(initials[0])  # nobody in "(tim/rcn)", which means the desk
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


# --- refusals


def _refuse_what_is_no_page(page: Page) -> None:
    body = page.tree.find("body")
    if body is None or (not any(text.strip() for text in body.itertext()) and not page.json_ld):
        raise NotAnArticle("empty page")
    first = next(iter(body), None)
    if first is not None and first.tag in _FEEDS:
        raise NotAnArticle("not HTML")
    if page.tree.find("head") is None and len(body) <= 1 and (first is None or (first.tag == "p" and len(first) == 0)):
        raise NotAnArticle("not HTML")


def _refuse_what_is_no_story(page: Page, fields: Fields, headline: str | None, text: str) -> None:
    """Told the most telling reason first; a story found by the outlet's own rules never comes here."""
    title = " ".join(text_of(element) for element in page.tree.iter("title", "h1"))
    short = len(text) < SHORTEST_BODY
    dated = fields.published is not None
    kinds = page.meta.get("og:type", [])
    if (short or not dated) and _BLOCKED.search(title):
        raise NotAnArticle("block page")
    if (short or not dated) and _NOT_FOUND.search(title):
        raise NotAnArticle("page not found")
    if urlsplit(page.canonical or page.url).path in {"", "/"}:
        raise NotAnArticle("home page")
    if short and (_VIDEO.search(page.url) or any(kind.startswith("video") for kind in kinds)):
        raise NotAnArticle("video or gallery without a text")
    told = fields.is_article or "article" in {kind.lower() for kind in kinds} or fields.sources.get("published_at") in {"json-ld", "meta"}
    if not told and (not dated or (fields.story is not None and is_listing(fields.story, len(fields.paragraphs)))):
        raise NotAnArticle("listing or other page without a story")
    if headline is None:
        raise NotAnArticle("no headline")
    if not text:
        raise NotAnArticle("no body: an empty shell")
    if short:
        raise NotAnArticle(f"body shorter than {SHORTEST_BODY} characters")
