"""A page on which everything kept for the body stands on green and everything removed on red, as HTML that is safe to open."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from html import escape

from lxml import etree
from lxml.html import HtmlElement

from crawler.reading.noise.cleaner import Removed
from crawler.reading.page import Page, text_of
from crawler.reading.reader import Reading
from pipelines.clean import clean_line

# Everything that runs, loads, hides what it holds, or is parsed by other rules than text. Where it was removed, its name is left.
_DROPPED = frozenset(
    re.findall(
        r"\w+",
        "script style link meta base head title noscript noframes noembed template iframe frame frameset object embed applet param svg math"
        " video audio source track canvas input button select option textarea datalist xmp plaintext listing area map portal",
    )
)
_OPENED = frozenset({"dialog", "details", "form", "body", "html"})  # would hide what they hold, or lead somewhere
_PHRASING = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo big cite code del dfn em font i kbd label mark nobr q s samp small span strike strong sub sup time tt u var",
    )
)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # lxml refuses to write what it has read
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
"""


def highlight_html(title: str, pages: Sequence[Page], reading: Reading) -> str:
    """Return one document with the pages as read: no scripts, no styles, no address but of links; it loads nothing.

    ``title`` is shown above, and so is a list of all that was removed.
    """
    story = " ".join(reading.article.body.split()) if reading.article else None
    parts = [_HEAD.format(title=escape(title)), '<div class="head">\n', f"<p>{escape(title)}</p>\n"]
    legend = '<span class="kept">kept for the body</span> <span class="removed">removed</span> not looked at'
    parts.append(f"<p>{escape(reading.rejected) if reading.rejected else ''} {legend}</p>\n<ul>\n")
    parts += (f'<li><span class="removed">{escape(each.kind)}</span> {escape(clean_line(each.text))}</li>\n' for each in reading.removed)
    parts.append("</ul></div>\n")
    for page in pages:
        body = page.tree.find("body")
        if body is not None:
            copy = deepcopy(body)
            twins = dict(zip(body.iter(), copy.iter(), strict=True))
            for element in copy.iter():  # the HTML parser lets through what lxml then refuses to set
                element.text = element.text and _NO_XML.sub("", element.text)
                element.tail = element.tail and _NO_XML.sub("", element.tail)
            _Marker(reading, story).mark(twins)
            parts.append(etree.tostring(copy, method="html", encoding="unicode", with_tail=False) + "\n")
    return "".join(parts) + "</body></html>\n"


class _Marker:
    """Marks a copy of a page. ``story``: the body on one line; None where there is no article, and all that was kept is one."""

    def __init__(self, reading: Reading, story: str | None) -> None:
        self._reading, self._story = reading, story
        self._whole: dict[HtmlElement, str] = {}  # elements that were removed as they are, and why
        self._made: set[HtmlElement] = set()

    def mark(self, twins: Mapping[HtmlElement, HtmlElement]) -> None:
        """Mark and clean what is in the copy. ``twins``: each element of the page, and the same in the copy."""
        cut: defaultdict[HtmlElement, dict[str, str]] = defaultdict(dict)  # block → text → kind
        kept = {_block(twins[element]) for element in self._reading.kept if element in twins}
        for piece in self._reading.removed:
            element = twins.get(piece.element) if piece.element is not None else None
            if element is not None and _is_whole(piece, element):
                self._whole[element] = _named(piece, element)
            elif element is not None:
                cut[_block(element)][piece.text] = piece.kind
            elif piece.element is None and len(piece.text) >= _SHORTEST:  # a part of a line, which stands in one of the blocks
                for block in kept:
                    cut[block][piece.text] = piece.kind
        for block in reversed([each for each in twins.values() if each in kept or each in cut]):  # inner ones first
            self._mark_runs(block, self._story if block in kept else "", cut[block])
        for element in twins.values():
            _make_safe(element, self._whole.get(element))

    def _mark_runs(self, block: HtmlElement, story: str | None, cut: Mapping[str, str]) -> None:
        """Wrap the runs of text in a block; what stands in an element that was removed as it is, is left alone."""
        cuts = re.compile("|".join(re.escape(text) for text in sorted(cut, key=len, reverse=True)) or r"(?!)")
        for element in self._outside(block):
            if element not in self._whole and element.text and element.text.strip():
                run, element.text = element.text, None
                self._insert(element, 0, _parts(run, story, cut, cuts))
            parent = element.getparent()
            if element is not block and parent is not None and element.tail and element.tail.strip():
                run, element.tail = element.tail, None
                self._insert(parent, parent.index(element) + 1, _parts(run, story, cut, cuts))

    def _outside(self, block: HtmlElement) -> list[HtmlElement]:
        """The block and the elements in it that were there, without what is inside those removed as they are."""
        found: list[HtmlElement] = []
        walk = etree.iterwalk(block, events=("start",))
        for _, element in walk:
            if element in self._whole or element in self._made:
                walk.skip_subtree()
            if element not in self._made:
                found.append(element)
        return found

    def _insert(self, parent: HtmlElement, position: int, parts: Iterable[tuple[str, dict[str, str]]]) -> None:
        for offset, (text, marks) in enumerate(parts):
            span = parent.makeelement("span", marks)
            span.text = text
            parent.insert(position + offset, span)
            self._made.add(span)


def _block(element: HtmlElement) -> HtmlElement:
    """The element that the line stands in which begins in ``element``."""
    while element.tag in _PHRASING and (parent := element.getparent()) is not None:
        element = parent
    return element


def _is_whole(piece: Removed, element: HtmlElement) -> bool:
    return not piece.text or clean_line(text_of(element)) == clean_line(piece.text)


def _named(piece: Removed, element: HtmlElement) -> str:
    names = "".join(f".{name}" for name in (element.get("class") or "").split())
    identity = f"#{element.get('id')}" if element.get("id") else ""
    return f"{piece.kind}: {element.tag!s}{names}{identity}"


def _parts(run: str, story: str | None, cut: Mapping[str, str], cuts: re.Pattern[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The texts that a run of text falls into, each with its marks. ``cuts`` matches what was cut whole; it may also span several runs."""
    text = re.sub(r"\s+", " ", run)
    start = 0
    for match in cuts.finditer(text):
        yield from _part(text[start : match.start()], story, cut)
        yield match[0], {"class": "removed", "title": cut[match[0]]}
        start = match.end()
    yield from _part(text[start:], story, cut)


def _part(text: str, story: str | None, cut: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    bare = clean_line(text)
    if bare and (story is None or bare in story):
        yield text, {"class": "kept"}
    elif text:
        kind = next((kind for whole, kind in cut.items() if bare and bare in whole), None)
        yield text, {"class": "removed", "title": kind} if kind else {}


def _make_safe(element: HtmlElement, why_removed: str | None) -> None:
    """Leave nothing of an element but its text, its place and an address that a reader may follow."""
    parent = element.getparent()
    if element.tag in _DROPPED and why_removed is None:
        if parent is not None:
            element.drop_tree()
        return
    if element.tag in _DROPPED:
        name = str(element.tag)
        element.clear(keep_tail=True)
        element.tag, element.text = "span", f"‹{name}›"
    if element.tag in _OPENED:
        element.tag = "div"
    kept = {name: value for name, value in element.attrib.items() if _is_harmless(str(element.tag), name, value)}
    element.attrib.clear()
    element.attrib.update(kept)
    if why_removed is not None:
        element.attrib.update({"class": "removed", "title": why_removed})


def _is_harmless(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and value.startswith(("https://", "http://"))
    return name in {"alt", "colspan", "rowspan"}
