"""One HTML document, parsed once, with everything in it that was meant for machines."""

import codecs
import html
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
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
_DESCRIBING = ("meta", "title", "h1", "h2", "time", "figcaption")
_NOT_LINKS = ("#", "javascript:", "mailto:", "tel:", "data:", "whatsapp:")
_OPENINGS = re.compile(rb"<(\w+)[^<>]*>\s*(?:<\1[^<>]*>\s*){200,}(<\1[^<>]*>)")
_DEEP = 1000  # levels; libxml2 stops reading at 2048, with the innermost element as the last of the page
_CHUNK = 1 << 14  # bytes decoded at a time: the whole page as one text costs more in fresh memory than in decoding (2026-11)
_DECODER = json.JSONDecoder(strict=False)  # raw line feeds and tabs inside strings are the commonest fault
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

    def all(self, tag: str) -> Sequence[HtmlElement]:
        """All elements with one of the tags that hold a page's own account of itself (``_DESCRIBING``), in document order."""
        return self._described.get(tag, ())

    @cached_property
    def _described(self) -> dict[str, list[HtmlElement]]:
        found: dict[str, list[HtmlElement]] = {tag: [] for tag in _DESCRIBING}
        for element in self.tree.iter(*_DESCRIBING):  # one walk instead of one a tag
            found[str(element.tag)].append(element)
        return found

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """Every JSON-LD object, outermost first: lists, ``@graph`` and objects inside objects are laid out flat."""
        blocks: list[Any] = []
        for script in self.tree.iter("script"):
            kind = script.get("type")
            if kind and "ld+json" in kind.lower() and (text := script.text):
                blocks.extend(_loads(text))
        return list(_flatten(blocks))

    @cached_property
    def meta(self) -> Mapping[str, list[str]]:
        """``meta`` contents by name, property or itemprop (lower case), empty ones left out."""
        found: dict[str, list[str]] = {}
        for element in self.all("meta"):
            name = element.get("name") or element.get("property") or element.get("itemprop")
            if name and (content := " ".join((element.get("content") or "").split())):
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


def raw_text(element: HtmlElement) -> str:
    """All text in an element as it stands: what joining ``itertext()`` gives, at a tenth of its price on a large element."""
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def text_of(element: HtmlElement) -> str:
    """All text in an element, white space collapsed."""
    return " ".join(raw_text(element).split())


def strings(value: Any) -> list[str]:
    """The texts in a JSON-LD value: a string, the name or address of an object, or a list of either."""
    if isinstance(value, str):
        return [html.unescape(value)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    if isinstance(value, dict):
        return strings(value.get("name") or value.get("url") or value.get("@id"))
    return []


def value_of(element: HtmlElement) -> str:
    """What a selected element says: the content of a meta, the datetime of a time, else its text."""
    if element.tag == "meta":
        return element.get("content") or ""
    return (element.get("datetime") if element.tag == "time" else None) or text_of(element)


def _utf8(content: bytes | str, encoding: str | None) -> bytes:
    if isinstance(content, str):
        return content.replace("\0", "").encode("utf-8", "replace")
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace").replace("\0", "").encode()
    declared = (encoding or "").lower()
    if not declared.startswith(("utf-16", "utf-32", "utf16", "utf32")) and _is_utf8(content):
        return content.replace(b"\0", b"")
    header = f"text/html; charset={encoding}" if encoding else None
    return html_to_unicode(header, content, default_encoding="cp1252")[1].replace("\0", "").encode("utf-8", "replace")


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    view, start = memoryview(content), 0
    try:
        while start < len(content):
            end = start + _CHUNK
            start += codecs.utf_8_decode(view[start:end], "strict", end >= len(content))[1]
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=1)
def _parser() -> etree.HTMLParser[HtmlElement]:
    parser: etree.HTMLParser[HtmlElement] = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    # lxml.html's own lookup calls Python for every element
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _parse(content: bytes) -> HtmlElement:
    tree = _tree(content)
    if _ends_deep(tree) and any(error.type_name == "ERR_RESOURCE_LIMIT" for error in _parser().error_log):
        tree = _tree(_OPENINGS.sub(rb"\2", content))
    return tree if tree is not None else etree.fromstring(b"<html></html>", _parser())


def _ends_deep(tree: HtmlElement | None) -> bool:
    """Whether the last element of a page stands very deep."""
    for _ in range(_DEEP):
        if tree is None or len(tree) == 0:
            return False
        tree = tree[-1]
    return True


def _tree(content: bytes) -> HtmlElement | None:
    try:
        return etree.fromstring(content, _parser()) if content and not content.isspace() else None
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _loads(text: str) -> list[Any]:
    try:
        return [_DECODER.raw_decode(text.lstrip("\ufeff \t\r\n"))[0]]  # raw: a comment may follow the object
    except (ValueError, RecursionError):
        mended = _TRAILING_COMMA.sub("", _WRAPPING.sub("", _WRAPPING.sub("", text)))
    return _loads(mended) if mended != text else []


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
