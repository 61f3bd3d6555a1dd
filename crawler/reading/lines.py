"""An element of a page → the lines of text a reader would see in it."""

import re
from collections.abc import Callable

from lxml.html import HtmlElement

from crawler.reading.noise import Removed, element_noise, heads_a_list

# Everything else starts a line of its own.
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym b bdi bdo big cite code data del dfn em font i kbd label mark nobr q rp rt ruby s samp small span strike strong"
        " sub sup td th time tt u var wbr",
    )
)
_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "iframe", "select", "textarea", "svg"])
_SENTENCE_ENDS = frozenset(".!?\"”'’:)")
_CELLS = frozenset({"td", "th"})
_INVISIBLE = {ord(c): None for c in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufffd"}
_LINKED = 0.9  # a line whose text is a link to this share is a teaser, not prose
_LABELLED = 0.75  # so is one with a label or an age beside the link, if it does not end like a sentence


def tidy(text: str) -> str:
    """White space collapsed (a no-break space is one), invisible characters and halves of surrogate pairs taken out."""
    if not text.isascii():
        text = text.translate(_INVISIBLE).encode("utf-8", "ignore").decode()
    return " ".join(text.split())


def lines(root: HtmlElement, skip: frozenset[HtmlElement] = frozenset(), removed: list[Removed] | None = None) -> list[str]:
    """The visible lines in ``root``, in reading order, without elements that are noise by tag or class and without those in ``skip``.

    A block or a ``br`` ends a line; a line that is nothing but a link is dropped. What was cut is added to ``removed``;
    elements without their text.
    """
    return _walk(root, _noise_or(skip), [] if removed is None else removed).found


def owners(root: HtmlElement, skip: frozenset[HtmlElement] = frozenset()) -> list[tuple[str, HtmlElement]]:
    """What ``lines`` returns, each line with the element in which it begins."""
    walked = _walk(root, _noise_or(skip), [])
    return list(zip(walked.found, walked.owners, strict=True))


def every_line(root: HtmlElement, limit: int = 10_000) -> list[str]:
    """All lines in ``root`` that a browser would show, bylines, captions and links included; about ``limit`` of them."""
    return [] if root.tag in _UNSEEN else _walk(root, _unseen, [], keep_links=True, limit=limit).found


class _Lines:
    """The lines so far, the element in which each begins, and the line that is being read."""

    def __init__(self, root: HtmlElement, removed: list[Removed], *, keep_links: bool) -> None:
        self.found: list[str] = []
        self.owners: list[HtmlElement] = []
        self._removed, self._keep_links = removed, keep_links
        self._pieces: list[str] = []
        self._owner = root
        self._linked = 0  # characters of the current line that stand in links
        self._links = 0  # how many links are open

    def open(self, element: HtmlElement) -> None:
        if element.tag == "a" and element.get("href") is not None:  # without an address an anchor, which may be left open
            self._links += 1
        self.add(element.text, element)

    def close(self, element: HtmlElement, parent: HtmlElement) -> None:
        tag = element.tag
        if tag not in _INLINE:
            self.end()
        if tag == "a":
            self._links -= element.get("href") is not None
        elif tag in _CELLS:
            self._pieces.append(" ")
        self.add(element.tail, parent)

    def add(self, text: str | None, owner: HtmlElement) -> None:
        if text:
            if not self._pieces:
                self._owner = owner
            self._pieces.append(text)
            if self._links:
                self._linked += len(text.strip())

    def end(self) -> None:
        if not self._pieces:
            return
        line = tidy("".join(self._pieces))
        linked, self._linked = self._linked, 0
        self._pieces.clear()
        if not line:
            return
        whole = line[-1] in _SENTENCE_ENDS or line[0] in "(["  # a sign-off is read for its makers
        if self._keep_links or linked < (_LINKED if whole else _LABELLED) * len(line):
            self.found.append(line)
            self.owners.append(self._owner)
            return
        self._removed.append(Removed("related", line, self._owner))
        if self.found and heads_a_list(self.found[-1]):  # "Baca juga:" goes with its list
            self.found.pop()
            self.owners.pop()


def _walk(
    root: HtmlElement,
    kind_of: Callable[[HtmlElement], str | None],
    removed: list[Removed],
    *,
    keep_links: bool = False,
    limit: int = 10_000,
) -> _Lines:
    """Read a tree in one loop without recursion: pages nest thousands of levels deep."""
    lines = _Lines(root, removed, keep_links=keep_links)
    lines.open(root)
    opened = [(root, iter(root))]
    while opened and len(lines.found) < limit:
        parent, children = opened[-1]
        element = next(children, None)
        if element is None:
            opened.pop()
            if opened:
                lines.close(parent, opened[-1][0])
            continue
        if element.tag not in _INLINE:
            lines.end()
        if kind := kind_of(element):
            removed.append(Removed(kind, "", element))
            lines.add(element.tail, parent)
            continue
        lines.open(element)
        if len(element):
            opened.append((element, iter(element)))
        else:
            lines.close(element, parent)
    lines.end()
    return lines


def _unseen(element: HtmlElement) -> str | None:
    return "script" if element.tag in _UNSEEN else None


def _noise_or(skip: frozenset[HtmlElement]) -> Callable[[HtmlElement], str | None]:
    return (lambda element: "rule" if element in skip else element_noise(element)) if skip else element_noise
