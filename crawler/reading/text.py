"""An element of a page → the lines of text that a browser would show."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

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


def every_line(root: HtmlElement, limit: int = MOST_LINES) -> list[str]:  # noqa: C901, PLR0912 - calls in it would cost half as much again
    """All lines in ``root`` that a browser would show, bylines, captions and links included; about ``limit`` of them.

    ``_walk`` without what only a story needs, written out: most elements that are read at all are read here.
    """
    found: list[str] = []
    if root.tag in _UNSEEN:
        return found
    pieces: list[str] = []

    def end() -> None:
        if line := tidy("".join(pieces)):
            found.append(line)
        pieces.clear()

    opened: list[HtmlElement] = []
    left = [2]  # children still to come of each of them, and of what is around the root: more than come
    walk = root.iter()
    for element in walk:
        tag = element.tag
        is_block = tag not in INLINE
        if pieces and is_block:
            end()
        children = len(element)
        if tag in _UNSEEN:
            pass_over(walk, children)
        else:
            if (text := element.text) and (pieces or not text.isspace()):
                pieces.append(text)
            if children:
                opened.append(element)
                left.append(children)
                continue
            if is_block and pieces:
                end()
            elif tag in CELLS:
                pieces.append(" ")
        if opened and (text := element.tail) and (pieces or not text.isspace()):
            pieces.append(text)
        left[-1] -= 1
        while not left[-1]:
            left.pop()
            parent = opened.pop()
            if (tag := parent.tag) not in INLINE:
                if pieces:
                    end()
            elif tag in CELLS:
                pieces.append(" ")
            if opened and (text := parent.tail) and (pieces or not text.isspace()):
                pieces.append(text)
            left[-1] -= 1
        if len(found) >= limit:
            break
    if pieces:
        end()
    return found


def pass_over(walk: Iterator[HtmlElement], elements: int) -> None:
    """Pass over so many elements with all that is in them."""
    while elements:
        elements += len(next(walk)) - 1
