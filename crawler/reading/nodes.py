"""The tree that a browser builds of a page (WHATWG's parsing), by lexbor; and what is asked of its nodes.

Nodes are compared by ``mem_id``: their own ``==`` compares what they hold, written out.
"""

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

Node = LexborNode
Document = LexborHTMLParser

TEXT, COMMENT = "-text", "-comment"  # tags of what is no element
_MANY = 8_000  # tags; a page that has more may nest so deep that parsing it takes minutes
_EVERY, _LOOKED_AT = 1024, 64  # bytes: counting all tags of a real page takes a tenth of parsing it (2026-11)
_DEEPEST = 512  # levels: Chromium builds no more (kMaximumHTMLParserDOMTreeDepth)
# All but those that close themselves or hold nothing.
_NESTING = re.compile(
    rb"<(/?)(?!(?:p|li|td|th|tr|tbody|thead|tfoot|dd|dt|option|area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)"
    rb"[a-z][^>]*(?<!/)>",
    re.IGNORECASE,
)


def parse(content: bytes) -> Document:
    """Parse UTF-8. Never raises, whatever the content; takes time in proportion to it."""
    seen = sum(content.count(b"<", start, start + _LOOKED_AT) for start in range(0, len(content), _EVERY))
    if seen > _MANY * _LOOKED_AT // _EVERY:
        content = _flattened(content)
    return LexborHTMLParser(content, options=LexborDocumentOptions.WO_EVENTS, scripting=True)


def _flattened(content: bytes) -> bytes:
    """The page without the tags that would stand deeper than a browser goes; what is in them stays."""
    depth = 0

    def tag(match: re.Match[bytes]) -> bytes:
        nonlocal depth
        depth = max(depth - 1, 0) if match[1] else depth + 1
        return match[0] if depth + bool(match[1]) <= _DEEPEST else b""

    return _NESTING.sub(tag, content)


def ancestors(node: Node) -> Iterator[Node]:
    """The elements around a node, the innermost first."""
    above = node.parent
    while above is not None and above.tag != "-document":
        yield above
        above = above.parent


def holding(nodes: Iterable[Node]) -> set[int]:
    """The ``mem_id`` of some nodes, and of all that these stand in."""
    found: set[int] = set()
    for node in nodes:
        above: Node | None = node
        while above is not None and above.mem_id not in found:
            found.add(above.mem_id)
            above = above.parent
    return found


def children(node: Node) -> Iterator[Node]:
    """The elements that stand directly in a node."""
    return (child for child in node.iter() if child.is_element_node)


def before(node: Node) -> Iterator[Node]:
    """The elements before a node that have the same parent, the nearest first."""
    while (sibling := node.prev) is not None:
        node = sibling
        if node.is_element_node:
            yield node


def after(node: Node) -> Iterator[Node]:
    """The elements behind a node that have the same parent, the nearest first."""
    while (sibling := node.next) is not None:
        node = sibling
        if node.is_element_node:
            yield node


def attribute(node: Node, name: str) -> str:
    """The value of an attribute; empty where there is none, or no value."""
    return node.attributes.get(name) or ""


def is_link(node: Node) -> bool:
    """Whether an ``a`` leads somewhere: without an address it is an anchor, which may be left open."""
    return node.attributes.get("href") is not None
