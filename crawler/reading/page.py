"""One HTML document, parsed once, with everything in it that was meant for machines."""

import codecs
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement
from w3lib.encoding import html_to_unicode

from crawler.reading.selectors import Index

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)+|(?://\s*)?(?:-->|\]\]>)\s*$")  # scripts hidden from browsers of 1998
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_NOT_LINKS = ("#", "javascript:", "mailto:", "tel:", "data:", "whatsapp:")
_OPENINGS = re.compile(rb"<(\w+)[^<>]*>\s*(?:<\1[^<>]*>\s*){200,}(<\1[^<>]*>)")
_MANY_TAGS = 4000  # no page with fewer can nest 2048 deep, where libxml2 stops reading
_DEEPEST = 60  # levels of JSON-LD; real ones have five


class Page:
    """A page as fetched. Never raises, whatever the content: what cannot be parsed is an empty tree.

    ``tree``: the root ``<html>`` element, without comments. ``url``: where it was fetched from, as given.
    """

    def __init__(self, content: bytes | str, url: str, *, encoding: str | None = None) -> None:
        """``encoding`` is the charset of the HTTP header, if it named one.

        A byte order mark wins; then bytes that are valid UTF-8 are UTF-8 whatever was declared (a header saying iso-8859-1 over
        UTF-8 is common, valid UTF-8 by accident is not); then the header, the page's own ``meta``, and at last windows-1252.
        """
        self.url = url
        self.tree: HtmlElement = _parse(_utf8(content, encoding))

    @cached_property
    def _index(self) -> Index:
        return Index(self.tree)

    def select(self, css: str) -> list[HtmlElement]:
        """Elements matching a CSS selector, in document order. Raises cssselect.SelectorError when it is not valid CSS."""
        return self._index.select(css)

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """Every JSON-LD object, outermost first: lists, ``@graph`` and objects inside objects are laid out flat."""
        blocks: list[Any] = []
        for script in self.tree.iter("script"):
            if "ld+json" in (script.get("type") or "").lower() and script.text:
                blocks.extend(_loads(script.text))
        return list(_flatten(blocks))

    @cached_property
    def meta(self) -> Mapping[str, list[str]]:
        """``meta`` contents by name, property or itemprop (lower case), empty ones left out."""
        found: dict[str, list[str]] = {}
        for element in self.tree.iter("meta"):
            name = element.get("name") or element.get("property") or element.get("itemprop")
            content = " ".join((element.get("content") or "").split())
            if name and content:
                found.setdefault(name.strip().lower(), []).append(content)
        return found

    @cached_property
    def canonical(self) -> str | None:
        """The absolute address in ``link rel=canonical``; None when there is none or it is empty."""
        for link in self.tree.iter("link"):
            if "canonical" in (link.get("rel") or "").lower().split():
                return self.absolute(link.get("href"))
        return None

    def absolute(self, href: str | None) -> str | None:
        """An address found on this page, made absolute; None when it leads to no page."""
        href = (href or "").strip()
        if not href or href.lower().startswith(_NOT_LINKS):
            return None
        if href.startswith(("http://", "https://")):
            return href
        try:
            return urljoin(self._base, href)
        except ValueError:
            return None

    @cached_property
    def _base(self) -> str:
        for base in self.tree.iter("base"):
            if href := base.get("href"):
                try:
                    return urljoin(self.url, href)
                except ValueError:
                    break
        return self.url

    def links(self) -> list[tuple[str, HtmlElement]]:
        """(absolute address, element) of every link that leads to a page, in document order."""
        return [(address, anchor) for anchor in self.tree.iter("a") if (address := self.absolute(anchor.get("href")))]


def text_of(element: HtmlElement) -> str:
    """All text in an element, white space collapsed."""
    return " ".join("".join(element.itertext()).split())


def _utf8(content: bytes | str, encoding: str | None) -> bytes:
    if isinstance(content, str):
        return content.replace("\0", "").encode("utf-8", "replace")
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace").replace("\0", "").encode()
    declared = (encoding or "").lower()
    if not declared.startswith(("utf-16", "utf-32", "utf16", "utf32")):
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return content.replace(b"\0", b"")
    header = f"text/html; charset={encoding}" if encoding else None
    return html_to_unicode(header, content, default_encoding="cp1252")[1].replace("\0", "").encode("utf-8", "replace")


@lru_cache(maxsize=1)
def _parser() -> etree.HTMLParser[HtmlElement]:
    parser: etree.HTMLParser[HtmlElement] = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    # lxml.html's own lookup calls Python for every element
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _parse(content: bytes) -> HtmlElement:
    tree = _tree(content)
    if content.count(b"<") > _MANY_TAGS and any(error.type_name == "ERR_RESOURCE_LIMIT" for error in _parser().error_log):
        tree = _tree(_OPENINGS.sub(rb"\2", content))
    return tree if tree is not None else etree.fromstring(b"<html></html>", _parser())


def _tree(content: bytes) -> HtmlElement | None:
    try:
        return etree.fromstring(content, _parser()) if content.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _loads(text: str) -> list[Any]:
    for mended in (text, _TRAILING_COMMA.sub("", _WRAPPING.sub("", _WRAPPING.sub("", text)))):
        try:
            # not strict: raw line feeds and tabs inside strings are the commonest fault; raw_decode: so is a comment after the object
            return [json.JSONDecoder(strict=False).raw_decode(mended.lstrip("\ufeff \t\r\n"))[0]]
        except (ValueError, RecursionError):
            continue
    return []


def _flatten(blocks: list[Any]) -> Iterator[dict[str, Any]]:
    queue = deque((block, 0) for block in blocks)
    while queue:
        value, depth = queue.popleft()
        if depth > _DEEPEST:
            continue
        if isinstance(value, list):
            queue.extendleft((item, depth + 1) for item in reversed(value))
        elif isinstance(value, dict):
            if "@type" in value:
                yield value
            if "@graph" in value:
                queue.appendleft((value["@graph"], depth + 1))
                continue
            queue.extend((item, depth + 1) for item in value.values() if isinstance(item, (list, dict)))
