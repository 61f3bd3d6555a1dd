"""The container of a story → the lines of text in it, without elements that are noise."""

from collections.abc import Callable

from lxml.html import HtmlElement

from crawler.reading.noise.elements import element_noise
from crawler.reading.noise.phrases import heads_a_list
from crawler.reading.noise.pieces import Removed
from crawler.reading.text import CELLS, INLINE, MOST_LINES, pass_over, tidy

_SENTENCE_ENDS = frozenset(".!?\"”'’:)")
_LINKED = 0.9  # a line whose text is a link to this share is a teaser, not prose
_LABELLED = 0.75  # so is one with a label or an age beside the link, if it does not end like a sentence


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


class _Lines:
    """The lines so far, the element in which each begins, and the line that is being read."""

    def __init__(self, root: HtmlElement, removed: list[Removed]) -> None:
        self.found: list[str] = []
        self.owners: list[HtmlElement] = []
        self.pieces: list[str] = []
        self.links = 0  # how many links are open
        self._removed = removed
        self._owner = root
        self._linked = 0  # characters of the current line that stand in links

    def add(self, text: str, owner: HtmlElement) -> None:
        if not self.pieces:
            self._owner = owner
        self.pieces.append(text)
        if self.links:
            self._linked += len(text.strip())

    def close(self, element: HtmlElement, parent: HtmlElement | None) -> None:
        """Go on behind an element, in its ``parent``; in nothing where the element is all that is read."""
        if (tag := element.tag) not in INLINE:
            if self.pieces:
                self.end()
        elif tag == "a":
            self.links -= _is_link(element)
        elif tag in CELLS:
            self.pieces.append(" ")
        if parent is not None and (tail := element.tail) and (self.pieces or not tail.isspace()):
            self.add(tail, parent)

    def end(self) -> None:
        """End the line that is being read; there must be one."""
        line = tidy("".join(self.pieces))
        linked, self._linked = self._linked, 0
        self.pieces.clear()
        if not line:
            return
        whole = line[-1] in _SENTENCE_ENDS or line[0] in "(["  # a sign-off is read for its names
        if linked < (_LINKED if whole else _LABELLED) * len(line):
            self.found.append(line)
            self.owners.append(self._owner)
            return
        self._removed.append(Removed("related", line, self._owner))
        if self.found and heads_a_list(self.found[-1]):  # "Baca juga:" goes with its list
            self.found.pop()
            self.owners.pop()


def _walk(root: HtmlElement, kind_of: Callable[[HtmlElement], str | None], removed: list[Removed]) -> _Lines:
    """Read a tree without recursion (pages nest thousands of levels deep), in document order, counting children to know where one ends.

    An iterator over the children of every element would cost more than all the rest (2026-11: 380 of 700 ns an element).
    """
    lines = _Lines(root, removed)
    pieces = lines.pieces
    if (text := root.text) and not text.isspace():
        lines.add(text, root)
    walk = root.iter()
    opened, left = [next(walk)], [len(root)]  # the elements around the next one, and how many children each still has
    for element in walk:
        if pieces and element.tag not in INLINE:
            lines.end()
        children = len(element)
        if kind := kind_of(element):
            removed.append(Removed(kind, "", element))
            pass_over(walk, children)
            if (tail := element.tail) and (pieces or not tail.isspace()):
                lines.add(tail, opened[-1])
        else:
            lines.links += _is_link(element)
            if (text := element.text) and (pieces or not text.isspace()):  # between blocks: every other text of a page
                lines.add(text, element)
            if children:
                opened.append(element)
                left.append(children)
                continue
            lines.close(element, opened[-1])
        left[-1] -= 1
        _rise(opened, left, lines)
        if len(lines.found) >= MOST_LINES:
            break
    if pieces:
        lines.end()
    return lines


def _is_link(element: HtmlElement) -> bool:
    """Whether an element leads somewhere: without an address an ``a`` is an anchor, which may be left open."""
    return element.tag == "a" and element.get("href") is not None


def _rise(opened: list[HtmlElement], left: list[int], lines: _Lines) -> None:
    """Close the elements that have no more children."""
    while left and not left[-1]:
        left.pop()
        element = opened.pop()
        lines.close(element, opened[-1] if opened else None)
        if left:
            left[-1] -= 1


def _noise_or(skip: frozenset[HtmlElement]) -> Callable[[HtmlElement], str | None]:
    return (lambda element: "rule" if element in skip else element_noise(element)) if skip else element_noise
