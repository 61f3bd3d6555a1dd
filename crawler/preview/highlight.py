"""A page on which everything kept for the body stands on green and everything removed on red, as HTML that is safe to open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from crawler.reading.nodes import Node, ancestors, attribute
from crawler.reading.page import Page
from crawler.reading.reader import Reading
from crawler.reading.text import INLINE, text_of
from pipelines.clean import clean_line

# What these hold is no text to a reader. Where one was removed, its name is left.
_UNSEEN = frozenset(
    re.findall(r"\w+", "script style link meta title noscript template iframe embed object svg video audio input button select textarea")
)
# These are written as they are, without most of their attributes; every other element becomes a span.
_WRITTEN = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym address article aside b big blockquote br caption center cite code col colgroup dd del dfn dir div dl dt em"
        " figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main menu nav ol p pre q s samp section small span strike"
        " strong sub sup table tbody td tfoot th thead tr tt u ul var wbr",
    )
)
_EMPTY = frozenset({"br", "col", "hr", "img", "wbr"})  # those of them that have no end tag
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_SHORTEST = 4  # characters of a removed text that is looked for inside longer ones
_HEAD = """<!DOCTYPE html>
<html lang="id"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer"><title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; color: #777; background: #fff; max-width: 60em; margin: 1em auto; padding: 0 1em }}
.head {{ color: #000; border-bottom: 1px solid #999 }}
.kept {{ background: #c8f0c8; color: #000 }}
.removed, .removed * {{ background: #f6c6c6; color: #000 }}
</style></head><body>
<div class="head">
<p>{title}</p>
<p>{rejected} <span class="kept">kept for the body</span> <span class="removed">removed</span> not looked at</p>
<ul>
"""


def highlight_html(title: str, pages: Sequence[Page], reading: Reading) -> str:
    """Return one document with the pages as read: no scripts, no styles, no address but of links; it loads nothing.

    ``title`` is shown above, and so is a list of all that was removed.
    """
    parts = [_HEAD.format(title=escape(title), rejected=escape(reading.rejected or ""))]
    parts += (f'<li><span class="removed">{escape(each.kind)}</span> {escape(clean_line(each.text))}</li>\n' for each in reading.removed)
    parts.append("</ul></div>\n")
    marker = _Marker(reading)
    for page in pages:
        if (body := page.tree.css_first("body")) is not None:
            parts += ("<div>", *marker.write(body), "</div>\n")
    return "".join(parts) + "</body></html>\n"


class _Marker:
    """Writes the pages of a reading."""

    def __init__(self, reading: Reading) -> None:
        # the body on one line; None where there is no article: then all that was kept is marked so
        story = " ".join(reading.article.body.split()) if reading.article else None
        kept = {_block(element).mem_id for element in reading.kept}
        # all by ``mem_id``: elements that were removed as they are, and why
        self._whole: dict[int, str] = {}
        # elements whose runs of text are looked at: the story that is kept in it, and text → kind of what was removed from it
        self._blocks: dict[int, tuple[str | None, dict[str, str]]] = {block: (story, {}) for block in kept}
        for piece in reading.removed:
            if piece.element is None:  # a part of a line, which stands in one of the blocks
                for block in kept if len(piece.text) >= _SHORTEST else ():
                    self._blocks[block][1][piece.text] = piece.kind
            elif clean_line(text_of(piece.element)) == clean_line(piece.text):
                self._whole[piece.element.mem_id] = _explain(piece.kind, piece.element)
                self._blocks[piece.element.mem_id] = ("", {})
            else:
                self._blocks.setdefault(_block(piece.element).mem_id, ("", {}))[1][piece.text] = piece.kind

    def write(self, root: Node) -> Iterator[str]:
        """Yield the HTML of an element."""
        opened: list[Node] = []
        node: Node | None = root
        while node is not None or opened:
            if node is None:
                node = opened.pop()
                yield _end(node)
            elif node.is_text_node:
                yield self._text(node.text_content or "", opened[-1])
            elif node.is_element_node:
                yield f"<{_written(node)}{self._attributes(node)}>"
                if node.tag not in _UNSEEN:
                    opened.append(node)
                    node = node.first_child
                    continue
                if node.mem_id in self._whole:
                    yield escape(f"‹{node.tag}›")
                yield _end(node)
            node = node.next if opened else None

    def _attributes(self, element: Node) -> str:
        """Only what loads nothing, runs nothing and hides nothing."""
        kept = {name: attribute(element, name) for name in ("alt", "colspan", "rowspan")}
        if element.tag == "a" and (address := attribute(element, "href")).startswith(("https://", "http://")):
            kept["href"] = address
        if why := self._whole.get(element.mem_id):
            kept |= {"class": "removed", "title": why}
        return "".join(f' {name}="{escape(value)}"' for name, value in kept.items() if value)

    def _text(self, text: str, owner: Node) -> str:
        """A run of text in its nearest block, cut up into what was kept of it and what was removed."""
        around = (each.mem_id for each in (owner, *ancestors(owner)) if each.mem_id in self._blocks)
        story, cut = self._blocks.get(next(around, 0), ("", {}))
        removed = "|".join(re.escape(each) for each in sorted(cut, key=len, reverse=True)) or "(?!)"
        return "".join(_marked(part, story, cut) for part in re.split(f"({removed})", _SPACE.sub(" ", text)))


def _written(element: Node) -> str:
    return tag if (tag := element.tag or "") in _WRITTEN else "span"


def _end(element: Node) -> str:
    tag = _written(element)
    return "" if tag in _EMPTY else f"</{tag}>"


def _block(element: Node) -> Node:
    """The element that the line stands in which begins in ``element``."""
    return next((each for each in (element, *ancestors(element)) if each.tag not in INLINE), element)


def _explain(kind: str, element: Node) -> str:
    names = "".join(f".{name}" for name in attribute(element, "class").split())
    identity = f"#{attribute(element, 'id')}" if attribute(element, "id") else ""
    return f"{kind}: {element.tag}{names}{identity}"


def _marked(text: str, story: str | None, cut: Mapping[str, str]) -> str:
    """A text that was removed as a whole, or kept as a whole, or is a piece of a removed one that spans several runs."""
    bare = clean_line(text)
    if not bare:
        return escape(text)
    if text not in cut and (story is None or bare in story):
        return f'<span class="kept">{escape(text)}</span>'
    kind = cut.get(text) or next((kind for whole, kind in cut.items() if bare in whole), None)
    return f'<span class="removed" title="{escape(kind)}">{escape(text)}</span>' if kind else escape(text)
