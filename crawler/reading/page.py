"""One HTML document, parsed once, with everything in it that was meant for machines."""

import codecs
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import filterfalse
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import SelectolaxError
from w3lib.encoding import html_to_unicode

from crawler.reading.json_ld import flatten, load_json
from crawler.reading.nodes import Node, ancestors, attribute, holding, parse
from crawler.reading.text import text_of

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DESCRIBING = ("meta", "title", "h1", "h2", "time", "link", "script")
_SCOPE = b"itemscope"
_TWICE = re.compile(r"https?:(?=https?://)")  # http:http://… (pictures of Tempo, 2015)
_NOT_LINKS = ("#", "javascript:", "mailto:", "tel:", "data:", "whatsapp:")
_CHUNK = 1 << 14  # bytes decoded at a time: the whole page as one text costs more in fresh memory than in decoding (2026-11)


class InvalidSelectorError(ValueError):
    """A rule that is not valid CSS."""


class Page:
    """A page as fetched. Never raises, whatever the content: of what is no page at all the tree is empty.

    ``tree``: the root ``<html>`` element. ``url``: where it was fetched from, as given. ``source``: what was parsed, in UTF-8.
    """

    def __init__(self, content: bytes | str, url: str, *, encoding: str | None = None) -> None:
        """``encoding`` is the charset of the HTTP header, if it named one.

        A byte order mark wins; then bytes that are valid UTF-8 are UTF-8 whatever was declared (a header saying iso-8859-1 over
        UTF-8 is common, valid UTF-8 by accident is not); then the header, the page's own ``meta``, and at last windows-1252, which
        is also what bytes are that are called UTF-8 and are not.
        """
        self.url = url
        self.source = _utf8(content, encoding)
        self._document = parse(self.source)
        root = self._document.root
        assert root is not None  # a parsed document has its html element, even of nothing
        self.tree: Node = root
        self._selected: dict[str, list[Node]] = {}

    def select(self, css: str) -> list[Node]:
        """Elements matching a CSS selector, in document order. Raises InvalidSelectorError when it is not valid CSS."""
        if css not in self._selected:
            self._selected |= self._described() if css in _DESCRIBING else {css: self._find(css)}
        return self._selected[css]

    def _find(self, css: str) -> list[Node]:
        try:
            found = self.tree.css(css)
        except SelectolaxError as error:
            raise InvalidSelectorError(f"{css!r} is not valid CSS: {error}") from None
        # Of a list of selectors, an element that matches two comes twice (selectolax 1.0.2).
        return list({node.mem_id: node for node in found}.values()) if "," in css else found

    def _described(self) -> dict[str, list[Node]]:
        """The elements with each of the tags that every reading asks for: found together, they cost half as much (2026-11)."""
        found: dict[str, list[Node]] = {tag: [] for tag in _DESCRIBING}
        for node in self.tree.css(",".join(_DESCRIBING)):
            found[node.tag or ""].append(node)
        return found

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """Every JSON-LD object, outermost first: lists, ``@graph`` and objects inside objects are laid out flat."""
        scripts = (script for script in self.select("script") if "ld+json" in attribute(script, "type").lower())
        return list(flatten([value for script in scripts for value in load_json(script.text_lexbor())]))

    @cached_property
    def meta(self) -> Mapping[str, list[str]]:
        """``meta`` contents by name, property or itemprop (lower case), empty ones left out."""
        found: dict[str, list[str]] = {}
        for element in self.select("meta"):
            told = element.attributes
            name = told.get("name") or told.get("property")
            if not name and (name := told.get("itemprop")) and self.is_of_other_article(element):
                continue
            if name and (content := " ".join((told.get("content") or "").split())):
                found.setdefault(name.strip().lower(), []).append(content)
        return found

    @property
    def stamps(self) -> Sequence[Node]:
        """Elements that tell machines a time: ``time``, and ``abbr`` by its title."""
        return [*self.select("time"), *self.select("abbr")]

    def is_of_other_article(self, element: Node) -> bool:
        """Whether an element stands in the microdata of an article that is not the page's own: a teaser's."""
        return bool(self._other_articles) and any(above.mem_id in self._other_articles for above in ancestors(element))

    def leave_out(self, units: Iterable[Node]) -> None:
        """From now on, what stands in these elements is of another article."""
        self._other_articles |= {unit.mem_id for unit in units}

    @cached_property
    def _other_articles(self) -> frozenset[int]:
        """The scopes of microdata that are articles, but for the one around the page's headline, or else the longest that is no teaser."""
        if _SCOPE not in self.source:
            return frozenset()
        scopes = self.tree.css('[itemscope][itemtype*="Article" i]')
        own = next((scope for scope in scopes if scope.css_first("h1") is not None), None)
        own = own or max(filterfalse(self._is_teaser, scopes), key=lambda scope: len(scope.text_lexbor()), default=None)
        return frozenset(scope.mem_id for scope in scopes) - holding([own] if own else [])

    def _is_teaser(self, scope: Node) -> bool:
        """Whether the title in a scope of microdata is a link to another page."""
        titles = scope.css('[itemprop~="headline"]')
        links = (link for title in titles for link in (title, *ancestors(title), *title.css("a")) if link.tag == "a")
        addresses = (self.absolute(link.attributes.get("href")) for link in links)
        own = {path_of(self.url), path_of(self.canonical or self.url)}
        return any(address and path_of(address) not in own for address in addresses)

    @cached_property
    def canonical(self) -> str | None:
        """The absolute address in ``link rel=canonical``; None when there is none or it is empty.

        Of several, the one that is the page's own address, or else the first that is no home page.
        """
        links = [link.attributes for link in self.select("link")]
        named = [self.absolute(link.get("href")) for link in links if "canonical" in (link.get("rel") or "").lower().split()]
        found = [address for address in named if address]
        articles = [address for address in found if not is_home(address)]
        return next((address for address in articles if path_of(address) == path_of(self.url)), next(iter(articles or found), None))

    def absolute(self, href: str | None) -> str | None:
        """An address found on this page, made absolute; None when it leads to no page."""
        href = (href or "").strip()
        if not href or href.lower().startswith(_NOT_LINKS):
            return None
        href = _TWICE.sub("", href)
        if href.startswith(("http://", "https://")):
            return href
        try:
            return urljoin(self._base, href)
        except ValueError:
            return None

    @cached_property
    def _base(self) -> str:
        for base in self.select("base"):
            if href := attribute(base, "href"):
                try:
                    return urljoin(self.url, href)
                except ValueError:
                    break
        return self.url

    def links(self) -> list[tuple[str, Node]]:
        """(absolute address, element) of every link that leads to a page, in document order."""
        return [(address, anchor) for anchor in self.tree.css("a") if (address := self.absolute(anchor.attributes.get("href")))]


def is_home(address: str) -> bool:
    """Whether an address is that of a site's first page."""
    return path_of(address) in {"", "/"}


def path_of(address: str) -> str | None:
    """The path of an address; None of one that is malformed."""
    try:
        return urlsplit(address).path
    except ValueError:
        return None


def strings(value: Any) -> list[str]:
    """The texts in a JSON-LD value: a string, the name or address of an object, or a list of either."""
    if isinstance(value, str):
        return [html.unescape(value)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    if isinstance(value, dict):
        return strings(value.get("name") or value.get("url") or value.get("@id"))
    return []


def value_of(element: Node) -> str:
    """What a selected element says: the content of a meta, the datetime of a time, else its text."""
    if element.tag == "meta":
        return attribute(element, "content")
    return (attribute(element, "datetime") if element.tag == "time" else "") or text_of(element)


def _utf8(content: bytes | str, encoding: str | None) -> bytes:
    if isinstance(content, str):
        return content.replace("\0", "").encode("utf-8", "replace")
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace").replace("\0", "").encode()
    declared = (encoding or "").lower()
    if not declared.startswith(("utf-16", "utf-32", "utf16", "utf32")) and _is_utf8(content):
        return content.replace(b"\0", b"")
    is_other = not _is_nearly_utf8(content, faults_per_character=1)
    header = f"text/html; charset={encoding}" if encoding and not (is_other and declared in _UTF8) else None
    used, text = html_to_unicode(header, content, default_encoding="cp1252")
    if is_other and used in _UTF8:
        text = content.decode("cp1252", "replace")
    return text.replace("\0", "").encode("utf-8", "replace")


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    view, start = memoryview(content), 0
    try:
        while start < len(content):
            end = start + _CHUNK
            start += codecs.utf_8_decode(view[start:end], "strict", end >= len(content))[1]
    except UnicodeDecodeError:
        return _is_nearly_utf8(content, faults_per_character=0.1)
    return True


_UTF8 = {"utf-8", "utf8"}
_WELL_FORMED = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _is_nearly_utf8(content: bytes, faults_per_character: float) -> bool:
    """Whether next to all that is no ASCII is UTF-8: a teaser was cut within a character, or one line comes from elsewhere."""
    well_formed = _WELL_FORMED.findall(content)
    rest = len(content.translate(None, bytes(range(0x80)))) - sum(map(len, well_formed))
    return rest <= faults_per_character * len(well_formed)
