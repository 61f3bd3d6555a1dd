"""An element of a page → the lines of text a reader would see in it."""

import re
from collections import Counter

from lxml import etree
from lxml.html import HtmlElement

from crawler.reading.noise import element_noise, heads_a_list

# Everything else starts a line of its own.
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym b bdi bdo big cite code data del dfn em font i kbd label mark nobr q rp rt ruby s samp small span strike strong"
        " sub sup td th time tt u var wbr",
    )
)
_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "iframe", "select", "textarea", "svg"])
_CELLS = frozenset({"td", "th"})
_INVISIBLE = {ord(c): None for c in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufffd"}
_LINKED = 0.9  # a line whose text is a link to this share is a teaser, not prose


def tidy(text: str) -> str:
    """White space collapsed (a no-break space is one), invisible characters and halves of surrogate pairs taken out."""
    if not text.isascii():
        text = text.translate(_INVISIBLE).encode("utf-8", "ignore").decode()
    return " ".join(text.split())


def lines(root: HtmlElement, skip: frozenset[HtmlElement] = frozenset(), removed: Counter[str] | None = None) -> list[str]:
    """The visible lines in ``root``, in reading order, without elements that are noise by tag or class and without those in ``skip``.

    A block or a ``br`` ends a line; a line that is nothing but a link is dropped. ``removed`` counts what was cut, by kind.
    """
    return _Walk(root, skip, Counter() if removed is None else removed, every=False).lines()


def every_line(root: HtmlElement, limit: int = 10_000) -> list[str]:
    """All lines in ``root`` that a browser would show, bylines, captions and links included; about ``limit`` of them."""
    return [] if root.tag in _UNSEEN else _Walk(root, frozenset(), Counter(), every=True).lines(limit)


class _Walk:
    def __init__(self, root: HtmlElement, skip: frozenset[HtmlElement], removed: Counter[str], *, every: bool) -> None:
        self._root, self._skip, self._removed, self._every = root, skip, removed, every
        self._found: list[str] = []
        self._pieces: list[str] = []
        self._linked = 0  # characters of the current line that stand in links
        self._links = 0  # how many links are open

    def lines(self, limit: int = 10_000) -> list[str]:
        walk = etree.iterwalk(self._root, events=("start", "end"))
        skipped: HtmlElement | None = None
        for event, element in walk:
            if len(self._found) >= limit:
                break
            tag = element.tag
            if tag not in _INLINE:
                self._end_line()
            if event == "start":
                if kind := self._kind(element):
                    self._removed[kind] += 1
                    skipped = element
                    walk.skip_subtree()
                    continue
                self._links += tag == "a"
                self._add(element.text)
                continue
            if element is skipped:
                skipped = None
            else:
                self._links -= tag == "a"
                if tag in _CELLS:
                    self._pieces.append(" ")
            if element is not self._root:
                self._add(element.tail)
        self._end_line()
        return self._found

    def _kind(self, element: HtmlElement) -> str | None:
        if element is self._root:
            return None
        if self._every:
            return "script" if element.tag in _UNSEEN else None
        return "rule" if element in self._skip else element_noise(element)

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            if self._links:
                self._linked += len(text.strip())

    def _end_line(self) -> None:
        if not self._pieces:
            return
        line = tidy("".join(self._pieces))
        linked, self._linked = self._linked, 0
        self._pieces.clear()
        if not line:
            return
        if linked < _LINKED * len(line) or self._every:
            self._found.append(line)
            return
        self._removed["related"] += 1
        if self._found and heads_a_list(self._found[-1]):  # "Baca juga:" goes with its list
            self._found.pop()
