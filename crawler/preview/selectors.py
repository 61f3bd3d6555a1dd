"""Which declared selectors find nothing on a page, and which element holds its story."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields

from crawler.reading.nodes import Node, ancestors, attribute
from crawler.reading.page import Page
from crawler.reading.rules import PageRules

_NO_SELECTORS = frozenset({"noise_phrases", "source_order", "until"})
_NO_CLASS = re.compile(r"\d{3,}|^(?:col|row|mt|mb|pt|pb|p|m|d|w|h|css)-|^(?:container|content|main|clearfix|wrapper)$")


def silent_selectors(pages: Sequence[Page], rules: PageRules) -> Iterator[str]:
    """Yield each selector that finds nothing on any of an article's pages, with its field, and whether another of the field does."""
    for each in fields(rules):
        given: Sequence[str] = getattr(rules, each.name) if each.name not in _NO_SELECTORS else ()
        if each.default is not MISSING and given == each.default:
            continue
        found = {css: any(page.select(css) for page in pages) for css in given}
        yield from (f"{each.name} {css}{' (another does)' * any(found.values())}" for css, is_there in found.items() if not is_there)


def places(page: Page, kept: Sequence[Node]) -> list[str]:
    """Selectors of what holds a whole story, the innermost first. ``kept``: the elements in which its lines begin."""
    if not kept:
        return []
    above_all = frozenset.intersection(*(frozenset(above.mem_id for above in ancestors(each)) for each in kept))
    around = [node for node in ancestors(kept[0]) if node.mem_id in above_all]
    return [css for node in around for css in _selectors(node) if len(page.select(css)) == 1]


def _selectors(node: Node) -> Iterator[str]:
    if (name := attribute(node, "id")) and re.fullmatch(r"[A-Za-z][A-Za-z_-]*", name):
        yield f"#{name}"
    names = attribute(node, "class").split()
    yield from (f".{each}" for each in names if re.fullmatch(r"[A-Za-z][\w-]*", each) and not _NO_CLASS.search(each))
    if attribute(node, "itemprop") == "articleBody":
        yield '[itemprop="articleBody"]'
    if node.tag == "article":
        yield "article"
