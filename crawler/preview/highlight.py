"""A page on which everything kept for the body stands on green and everything removed on red, as HTML that is safe to open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from lxml import etree
from lxml.html import HtmlElement, defs

from crawler.reading.page import Page, text_of
from crawler.reading.reader import Reading
from crawler.reading.text import INLINE
from pipelines.clean import clean_line

# What these hold is no text to a reader. Where one was removed, its name is left.
_UNSEEN = frozenset(
    re.findall(r"\w+", "script style link meta title noscript template iframe embed object svg video audio input button select textarea")
)
# These are written as they are, without most of their attributes; every other element becomes a span.
_WRITTEN = (
    {"a", "article", "aside", "br", "figcaption", "figure", "footer", "header", "img", "main", "nav", "q", "section", "sub", "sup", "wbr"}
    | (defs.general_block_tags | defs.list_tags | defs.table_tags | defs.phrase_tags | defs.font_style_tags)
) - _UNSEEN
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
        if (body := page.tree.find("body")) is not None:
            parts += ("<div>", *marker.write(body), "</div>\n")
    return "".join(parts) + "</body></html>\n"


class _Marker:
    """Writes the pages of a reading."""

    def __init__(self, reading: Reading) -> None:
        # the body on one line; None where there is no article: then all that was kept is marked so
        story = " ".join(reading.article.body.split()) if reading.article else None
        kept = {_block(element) for element in reading.kept}
        self._whole: dict[HtmlElement, str] = {}  # elements that were removed as they are, and why
        # elements whose runs of text are looked at: the story that is kept in it, and text → kind of what was removed from it
        self._blocks: dict[HtmlElement, tuple[str | None, dict[str, str]]] = {block: (story, {}) for block in kept}
        for piece in reading.removed:
            if piece.element is None:  # a part of a line, which stands in one of the blocks
                for block in kept if len(piece.text) >= _SHORTEST else ():
                    self._blocks[block][1][piece.text] = piece.kind
            elif clean_line(text_of(piece.element)) == clean_line(piece.text):
                self._whole[piece.element] = _explain(piece.kind, piece.element)
                self._blocks[piece.element] = ("", {})
            else:
                self._blocks.setdefault(_block(piece.element), ("", {}))[1][piece.text] = piece.kind

    def write(self, root: HtmlElement) -> Iterator[str]:
        """Yield the HTML of an element without its tail."""
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = str(element.tag)
            written = tag if tag in _WRITTEN else "span"
            if event == "start":
                yield f"<{written}{self._attributes(element)}>"
                if tag not in _UNSEEN:
                    yield self._text(element.text, element)
                    continue
                walk.skip_subtree()
                if element in self._whole:
                    yield escape(f"‹{tag}›")
            else:
                if written not in defs.empty_tags:
                    yield f"</{written}>"
                if element is not root:
                    yield self._text(element.tail, element.getparent())

    def _attributes(self, element: HtmlElement) -> str:
        """Only what loads nothing, runs nothing and hides nothing."""
        kept = {name: element.get(name) for name in ("alt", "colspan", "rowspan")}
        if element.tag == "a" and element.get("href", "").startswith(("https://", "http://")):
            kept["href"] = element.get("href")
        if why := self._whole.get(element):
            kept |= {"class": "removed", "title": why}
        return "".join(f' {name}="{escape(value)}"' for name, value in kept.items() if value)

    def _text(self, text: str | None, owner: HtmlElement | None) -> str:
        """A run of text in its nearest block, cut up into what was kept of it and what was removed."""
        if not text or owner is None:
            return ""
        around = (each for each in (owner, *owner.iterancestors()) if each in self._blocks)
        story, cut = self._blocks.get(next(around, owner), ("", {}))
        removed = "|".join(re.escape(each) for each in sorted(cut, key=len, reverse=True)) or "(?!)"
        return "".join(_marked(part, story, cut) for part in re.split(f"({removed})", _SPACE.sub(" ", text)))


def _block(element: HtmlElement) -> HtmlElement:
    """The element that the line stands in which begins in ``element``."""
    while element.tag in INLINE and (parent := element.getparent()) is not None:
        element = parent
    return element


def _explain(kind: str, element: HtmlElement) -> str:
    names = "".join(f".{name}" for name in (element.get("class") or "").split())
    identity = f"#{element.get('id')}" if element.get("id") else ""
    return f"{kind}: {element.tag!s}{names}{identity}"


def _marked(text: str, story: str | None, cut: Mapping[str, str]) -> str:
    """A text that was removed as a whole, or kept as a whole, or is a piece of a removed one that spans several runs."""
    bare = clean_line(text)
    if not bare:
        return escape(text)
    if text not in cut and (story is None or bare in story):
        return f'<span class="kept">{escape(text)}</span>'
    kind = cut.get(text) or next((kind for whole, kind in cut.items() if bare in whole), None)
    return f'<span class="removed" title="{escape(kind)}">{escape(text)}</span>' if kind else escape(text)
