"""The container of a story → the lines of text in it, without elements that are noise."""

from collections.abc import Set
from itertools import islice

from crawler.reading.nodes import Node
from crawler.reading.noise.elements import element_noise
from crawler.reading.noise.phrases import heads_a_list
from crawler.reading.noise.pieces import Removed
from crawler.reading.text import MOST_LINES, read_lines

_SENTENCE_ENDS = frozenset(".!?\"”'’:)")
_LINKED = 0.9  # a line whose text is a link to this share is a teaser, not prose
_LABELLED = 0.75  # so is one with a label or an age beside the link, if it does not end like a sentence


def lines(root: Node, skip: Set[int] = frozenset(), removed: list[Removed] | None = None) -> list[str]:
    """The visible lines in ``root``, in reading order, without elements that are noise by tag or class and without those in ``skip``.

    A block or a ``br`` ends a line; a line that is nothing but a link is dropped. ``skip``: the ``mem_id`` of nodes. What was cut is
    added to ``removed``; elements without their text.
    """
    return [line for line, _ in owners(root, skip, removed)]


def owners(root: Node, skip: Set[int] = frozenset(), removed: list[Removed] | None = None) -> list[tuple[str, Node]]:
    """What ``lines`` returns, each line with the element in which it begins."""
    cut = [] if removed is None else removed

    def is_noise(node: Node, tag: str) -> bool:
        kind = "rule" if skip and node.mem_id in skip else element_noise(node, tag)
        if kind:
            cut.append(Removed(kind, "", node))
        return kind is not None

    found: list[tuple[str, Node]] = []
    for line, owner, linked in islice(read_lines(root, is_noise), MOST_LINES):
        whole = line[-1] in _SENTENCE_ENDS or line[0] in "(["  # a sign-off is read for its names
        if linked < (_LINKED if whole else _LABELLED) * len(line):
            found.append((line, owner))
            continue
        cut.append(Removed("related", line, owner))
        if found and heads_a_list(found[-1][0]):  # "Baca juga:" goes with its list
            found.pop()
    return found
