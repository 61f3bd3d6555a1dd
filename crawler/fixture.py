"""An article's pages as fetched → pages for tests/pages: the structure kept, every word that is not structure invented.

Pure: no engine, network, database or clock. What is returned has been checked; what cannot be trusted raises `CannotRecord`.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.article import Article
from crawler.invention import WORD, Inventor
from crawler.reading.page import Page
from crawler.reading.reader import NotAnArticle, read
from crawler.reading.rules import Rules, every_rule
from crawler.urls import ArticleUrls

_ADDRESSES = frozenset({"href", "src", "action", "poster", "cite", "data-src"})
_RELATED = frozenset({"canonical", "alternate", "amphtml", "prev", "next"})  # other links and scripts of the head lead to no page
_PROSE = frozenset({"content", "alt", "title", "placeholder", "label", "summary"})
_KEPT = frozenset(
    {"class", "id", "name", "property", "itemprop", "itemtype", "itemscope", "type", "rel", "datetime", "lang", "charset"}
    | {"http-equiv", "hidden", "role"}
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_FOR_MACHINES = frozenset({"og:type", "og:locale", "twitter:card", "robots", "googlebot", "viewport"})
_IDENTIFYING = re.compile(r"verification|verify|^fb:|csrf|token|pixel")
_STUB = 200  # characters kept of a script in the body: enough to be mistaken for text by a bad reading
_LINE_BREAK = re.compile(r"[ \t\r\n]*\n[ \t\r\n]*")
_AROUND_ADDRESSES = re.compile(r"(?:(?:https?:)?//|www\.)\S+|(?<!\S)/\S+")
_HOSTS = re.compile(r"//[\w.-]+")
_RUN = 4  # so many original words in a row are somebody's prose

_EXACT = frozenset(
    {"outlet", "language", "agencies", "published_at", "published_source", "published_precision", "modified_at", "page_count"}
)


class CannotRecord(Exception):  # noqa: N818 - a finding about the page, not a fault of the program
    """Why no fixture came of a page, in a sentence."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """What tests/test_spiders.py reads: the HTML of CASE.html, CASE.2.html …, and the content of CASE.json."""

    pages: list[str]
    case: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """What a spider declares, as far as reading goes."""

    name: str
    title: str
    articles: ArticleUrls
    rules: Rules


def make_fixture(pages: Sequence[Page], outlet: Outlet, *, url: str, fetched_at: datetime) -> Fixture:
    """Invent the words of an article's pages (in the order they were fetched) and read them as the test will.

    ``fetched_at`` is aware. Raises CannotRecord when the invented pages are not read as the original ones are, when some of their
    words survived, or when a page whose URL is no article's is read as an article.
    """
    inventor = Inventor(outlet.rules, outlet.articles, title=outlet.title, host=urlsplit(url).netloc)
    is_article = outlet.articles.article_id(url) is not None
    url = outlet.articles.canonical(url) if is_article else url
    address = inventor.url(url)
    if is_article and outlet.articles.article_id(address) is None:
        raise CannotRecord(f"the words of {url} cannot be replaced: {address} would not be an article's")
    kept = _KEPT | _attributes_asked_for(outlet.rules)
    written = [invented_html(page, inventor, kept) for page in pages]
    before = _read([_again(page, url) for page in pages], outlet, url, fetched_at)
    after = _read([Page(html, address) for html in written], outlet, address, fetched_at)
    if different := differences(before, after):
        raise CannotRecord("the page with invented words is read differently: " + "; ".join(different))
    if isinstance(after, Article) and not is_article:
        raise CannotRecord(f"{url} is read as an article, but the outlet's article URLs do not match it")
    case = {
        "url": address,
        "fetched_at": fetched_at.isoformat(),
        "article": json.loads(json.dumps(asdict(after), default=str)) if isinstance(after, Article) else None,
        "rejected": None if isinstance(after, Article) else after,
    }
    if left := leftovers(pages, [*written, json.dumps(case, ensure_ascii=False)], inventor):
        raise CannotRecord(f"words of the original were left: {'; '.join(left[:5])}")
    return Fixture(written, case)


def _again(page: Page, url: str) -> Page:
    """The page as if it had been fetched from ``url``: the test knows no other."""
    again = Page("", url)
    again.tree = page.tree
    return again


def _read(pages: Sequence[Page], outlet: Outlet, url: str, fetched_at: datetime) -> Article | str:
    """The article, or the reason why there is none."""
    article_id = outlet.articles.article_id(url) or ""
    canonical = outlet.articles.canonical(url)
    try:
        return read(pages, outlet.rules, outlet=outlet.name, article_id=article_id, url=canonical, fetched_at=fetched_at)
    except NotAnArticle as error:
        return error.reason


# --- HTML


def invented_html(page: Page, inventor: Inventor, kept: Collection[str] = _KEPT) -> str:
    """The page's HTML with invented words: comments, styles and scripts in the head cut, attributes other than ``kept`` left out."""
    tree = deepcopy(page.tree)
    for element in tree.iter():
        if element.tag == "script":
            element.text = _script(element, inventor)
        elif element.tag == "style":
            element.text = None
        elif element.text:
            element.text = _LINE_BREAK.sub("\n", inventor.text(element.text))
        if element.tail:
            element.tail = _LINE_BREAK.sub("\n", inventor.text(element.tail))
        for name, value in element.items():
            if (new := _attribute(element, name, value, inventor, kept)) is None:
                del element.attrib[name]
            else:
                element.set(name, new)
    doctype = page.tree.getroottree().docinfo.doctype or None
    html = etree.tostring(tree, method="html", encoding="unicode", doctype=doctype)
    return html.encode("utf-8", "ignore").decode() + "\n"


def _script(element: HtmlElement, inventor: Inventor) -> str | None:
    text = element.text or ""
    if "ld+json" in (element.get("type") or "").lower():
        return inventor.json(text)
    if next(element.iterancestors("body"), None) is None:
        return None
    return re.sub(r"\d", "0", inventor.text(text.strip()[:_STUB])).replace("<", " ")


def _attribute(element: HtmlElement, name: str, value: str, inventor: Inventor, kept: Collection[str]) -> str | None:
    if name == "content" and (about := _about(element)):
        identifying = _IDENTIFYING.search(about)
        return value if about in _FOR_MACHINES else "" if identifying else inventor.value(value)
    if name in _PROSE:
        return inventor.value(value)
    if name == "style":
        return "display:none" if _HIDDEN.search(value) else None
    if name in _ADDRESSES and element.tag in {"script", "link"} and _RELATED.isdisjoint((element.get("rel") or "").lower().split()):
        return None
    if name in _ADDRESSES or (name in kept and "//" in value):  # also rel="http://…?t=A+title" (Republika, 2016)
        return inventor.url(value)
    return value if name in kept else None


def _about(element: HtmlElement) -> str:
    """The name of a ``meta`` element; empty for others."""
    if element.tag != "meta":
        return ""
    return (element.get("name") or element.get("property") or element.get("itemprop") or "").lower()


def _attributes_asked_for(rules: Rules) -> frozenset[str]:
    """The attributes that an outlet's selectors name."""
    return frozenset(name for each in every_rule(rules) for css in each.selectors for name in re.findall(r"\[\s*([\w-]+)", css))


# --- checks


def differences(before: Article | str, after: Article | str) -> list[str]:
    """How two readings differ in structure, in words: one line a field."""
    old, new = _structure(before), _structure(after)
    return [f"{name}: {old.get(name)} became {new.get(name)}" for name in {**old, **new} if old.get(name) != new.get(name)]


def _structure(reading: Article | str) -> dict[str, object]:
    """What must not change: words a paragraph, names a list, and times, sources and noise as they are."""
    if isinstance(reading, str):
        return {"rejected": reading}
    found: dict[str, object] = {}
    for name in (field.name for field in fields(Article)):
        value = getattr(reading, name)
        if name == "disagreements":
            found |= {f"{name} {key}": {source: len(text.split()) for source, text in told.items()} for key, told in value.items()}
        elif isinstance(value, dict):  # told key by key
            found |= {f"{name} {key}": told for key, told in value.items()}
        elif name in _EXACT or value is None:
            found[name] = value
        else:
            found[name] = len(value) if isinstance(value, list) else [len(paragraph.split()) for paragraph in value.split("\n\n")]
    return found


def leftovers(pages: Iterable[Page], written: Iterable[str], inventor: Inventor) -> list[str]:
    """Runs of four words that stand in the originals and in what is written, unless the reading looks for all four."""
    original = {run for page in pages for text in _texts(page) for part in _AROUND_ADDRESSES.split(text) for run in _runs(part)}
    left = {
        run for text in written for each in (text, *_texts(Page(text, ""))) for part in _HOSTS.split(each) for run in _runs(part)
    } & original
    return sorted(" ".join(run) for run in left if not all(map(inventor.keeps, run)))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = [word.lower() for word in WORD.findall(text)]
    return zip(*(words[start:] for start in range(_RUN)), strict=False)


def _texts(page: Page) -> Iterator[str]:
    """All prose of a page, however it is spelt there: what it shows, its attributes for readers, its JSON-LD."""
    elements = [element for element in page.tree.iter() if element.tag not in {"script", "style"}]
    yield " ".join(text for element in page.tree.iter() for text in _shown(element))
    for element in elements:
        if _about(element) not in _FOR_MACHINES:
            yield from (value for name, value in element.items() if name in _PROSE)
    yield from _strings(page.json_ld)


def _shown(element: HtmlElement) -> Iterator[str]:
    if element.tag not in {"script", "style"}:
        yield element.text or ""
    yield element.tail or ""


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
