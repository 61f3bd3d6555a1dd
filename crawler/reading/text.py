"""An element of a page → the lines of text that a browser would show."""

import re
from collections.abc import Callable, Iterator
from itertools import islice, takewhile
from typing import NamedTuple

from crawler.reading.nodes import COMMENT, TEXT, Node, ancestors, is_link

# Everything else starts a line of its own.
INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym b bdi bdo big cite code data del dfn em font i kbd label mark nobr q rp rt ruby s samp small span strike strong"
        " sub sup td th time tt u var wbr",
    )
)
_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "iframe", "select", "textarea", "svg"])
CELLS = frozenset({"td", "th"})
_WITHIN_A_LINE = INLINE | {COMMENT}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\ufffd\ud800-\udfff]")
_NOT_LETTERS = re.compile(r"[\W_]+")
MOST_LINES = 10_000  # of one element: no story has more


def tidy(text: str) -> str:
    """White space collapsed (a no-break space is one), invisible characters and halves of surrogate pairs taken out."""
    if not text.isascii() and _INVISIBLE.search(text):  # str.translate takes twenty times as long
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def letters(text: str) -> str:
    """Letters and digits alone, case folded: what two printings of a title have in common."""
    return _NOT_LETTERS.sub("", text).casefold()


class Line(NamedTuple):
    """What stands on one line, the element in which it begins, and how many characters of it stand in links."""

    text: str
    owner: Node
    linked: int


def read_lines(root: Node, is_passed_over: Callable[[Node, str], bool], start: Node | None = None) -> Iterator[Line]:
    """The lines of an element, in reading order: a block or a ``br`` ends a line. Without recursion: pages nest hundreds of levels deep.

    ``is_passed_over``: whether an element (and its tag) counts for nothing, with all that is in it. ``start``: an element in ``root``
    with which to begin.
    """
    tag = root.tag or ""
    opened = [(root, tag)]
    if start is not None:
        opened += reversed([(each, each.tag or "") for each in takewhile(lambda each: each.mem_id != root.mem_id, ancestors(start))])
    node = None if tag in _UNSEEN else start or root.first_child
    pieces: list[str] = []
    owner, linked = root, 0
    link = 0  # how many elements were open when the link was opened that is being read
    while opened:
        is_behind = node is None  # the last that stands in the innermost open element
        if node is None:
            node, tag = opened.pop()
            link = 0 if link and len(opened) < link else link
        elif node.is_text_node:
            text = node.text_content if pieces or not node.is_empty_text_node else None  # between blocks, every other text is empty
            if text and (pieces or not text.isspace()):
                owner = owner if pieces else opened[-1][0]
                pieces.append(text)
                linked += len(text.strip()) if link else 0
            node = node.next
            continue
        else:
            tag = node.tag or ""
        if pieces and (tag not in _WITHIN_A_LINE or not opened):
            if line := tidy("".join(pieces)):
                yield Line(line, owner, linked)
            pieces.clear()
            linked = 0
        if is_behind or tag == COMMENT or is_passed_over(node, tag):
            if pieces and tag in CELLS:
                pieces.append(" ")
            node = node.next
        else:
            opened.append((node, tag))
            link = len(opened) if tag == "a" and not link and is_link(node) else link
            node = node.first_child


def visible_lines(root: Node, start: Node | None = None) -> Iterator[str]:
    """The lines in ``root`` that a browser would show, bylines, captions and links included. ``start``: as for ``read_lines``."""
    return (line.text for line in read_lines(root, lambda _, tag: tag in _UNSEEN, start))


def every_line(root: Node, limit: int = MOST_LINES) -> list[str]:
    """All ``visible_lines``, but no more than ``limit``."""
    return list(islice(visible_lines(root), limit))


def text_of(element: Node) -> str:
    """All text in an element on one line; a line break is white space."""
    child = element.first_child
    if child is not None and child.tag == TEXT and child.next is None:
        return " ".join((child.text_content or "").split())
    return " ".join(every_line(element))
