"""CSS selectors, compiled once a process, looked up through an index of the page's classes and ids.

libxml2 walks the whole tree for every class selector (0.2-0.3 ms on a real page, a third of parsing it); the index is one walk for all.
"""

import re
from collections import defaultdict
from functools import cached_property, lru_cache
from typing import NamedTuple

from cssselect import HTMLTranslator
from lxml.etree import XPath
from lxml.html import HtmlElement

# "tag.class#id[attr=value]:pseudo" followed by nothing, a descendant or a child
_HEAD = re.compile(r"(?P<tag>[\w*-]*)(?P<key>[.#][\w-]+)(?:[.#][\w-]+|\[[^\]]*\]|:[\w-]+(?:\([^()]*\))?)*(?=\s|>|$)")


class _Compiled(NamedTuple):
    key: str | None  # ".class" or "#id" that the leftmost element must have; None: nothing to look up, search the tree
    head: XPath | None  # whether a looked-up element is the leftmost one; None when the key says it all
    rest: XPath | None  # from there to the wanted elements; None when the leftmost element is the wanted one


class Index:
    """The elements of one tree by class (".x") and id ("#x"), in document order."""

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree

    @cached_property
    def _by_key(self) -> dict[str, list[HtmlElement]]:
        by_key: defaultdict[str, list[HtmlElement]] = defaultdict(list)
        for element in self._tree.iter():
            if classes := element.get("class"):
                for name in classes.split():
                    by_key["." + name].append(element)
            if identity := element.get("id"):
                by_key["#" + identity].append(element)
        return by_key

    def select(self, css: str) -> list[HtmlElement]:
        """Elements matching one selector, in document order. Raises cssselect.SelectorError when it is not valid CSS."""
        if css.isalnum():
            return list(self._tree.iter(css))
        key, head, rest = _compile(css)
        if key is None:
            assert rest is not None
            return _elements(rest, self._tree)
        found = self._by_key.get(key, [])
        if head is not None:
            found = [element for element in found if head(element)]
        if rest is None:
            return list(found)
        return list(dict.fromkeys(wanted for element in found for wanted in _elements(rest, element)))


def _elements(xpath: XPath, context: HtmlElement) -> list[HtmlElement]:
    found = xpath(context)
    return [node for node in found if isinstance(node, HtmlElement)] if isinstance(found, list) else []


@lru_cache(maxsize=1024)
def _compile(css: str) -> _Compiled:
    css = css.strip()
    head = _HEAD.match(css)
    if head is None or "," in css:
        return _Compiled(None, None, XPath(_xpath(css, "descendant-or-self::")))
    rest = css[head.end() :].strip()
    axis = "descendant::"
    if rest.startswith(">"):
        axis, rest = "child::", rest[1:].strip()
    return _Compiled(
        head["key"],
        None if head[0] == head["key"] else XPath(_xpath(head[0], "self::")),
        XPath(_xpath(rest, axis)) if rest else None,
    )


def _xpath(css: str, axis: str) -> str:
    return HTMLTranslator().css_to_xpath(css, prefix=axis)
