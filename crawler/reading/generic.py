"""Generic reading: find the story on a page nobody wrote rules for, or whose redesign outran them.

Runs of text give their scores to the element they stand in; class names weigh them, and siblings like the best element join it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from crawler.article import SHORTEST_BODY
from crawler.reading.attribution.dateline import find_dateline
from crawler.reading.nodes import Node, after, ancestors, attribute, before, holding, is_link
from crawler.reading.noise.elements import holds_prose, holds_story, is_beside_story
from crawler.reading.page import Page
from crawler.reading.text import CELLS, INLINE, text_of

_SHORTEST = 40  # characters: labels, buttons and most teasers are shorter
_SHORTEST_BARE = 60  # of a run with no paragraph around it: a byline and a caption are shorter
_SHORTEST_PIECE = 20  # of a text with which a run begins
_SHORTEST_TITLE = 20
_LONGEST_DECK = 250
_OWN = 0.3  # of the longest story's score: what has a headline and less than this is the beginning of one
_TEASERS = 0.3  # characters in links to one of prose; a story with boxes of links beside it has fewer
_MOST = 0.6  # of a page's text: what holds it is no header and no footer, whatever it is called
_DOUBT = 0.2  # what is left of a score for something that is probably beside the story
_LONGEST = 600  # what one paragraph can count for: a disclaimer of a page's length must not win
_PARAGRAPHS = frozenset({"p", "blockquote", "pre", "dd", "dt", "figcaption", "summary"})  # an element is one: it stands in another
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEVER = frozenset(
    {"nav", "footer", "aside", "form", "header", "noscript", "script", "style", "button", "select", "textarea", "figcaption", "a", "dialog"}
)
_NO_PROSE = _HEADINGS | {
    "small",
    "script",
    "style",
    "noscript",
    "template",
    "title",
    "option",
    "textarea",
    "svg",
    "iframe",
    "noembed",
    "noframes",
}

_ENDS_CLIMB = CELLS | _NO_PROSE


class _Block:
    """An element of a page, what it stands in, and how likely it is to hold the story."""

    __slots__ = ("above", "count", "is_linked", "length", "node", "runs", "score", "tag", "total", "weight")

    def __init__(self, node: Node, tag: str, above: "_Block | None", *, is_linked: bool) -> None:
        self.node, self.tag, self.above = node, tag, above
        self.is_linked = is_linked  # it is a link, or stands in one
        self.runs: list[int] = []  # characters of each run of text that stands directly in it
        self.score = self.total = 0.0  # of the paragraphs in it; and with those of all that is in it
        self.count = self.length = 0  # how many these are; characters in all that is in it
        self.weight: float | None = None

    @property
    def ancestors(self) -> Iterator["_Block"]:
        above = self.above
        while above is not None:
            yield above
            above = above.above

    @property
    def is_frame(self) -> bool:
        """Whether it is the page itself."""
        return self.tag in {"body", "html"}


class _Blocks:
    """The elements of a page in which text stands."""

    def __init__(self, root: Node) -> None:
        self._known: dict[int, _Block] = {}
        self._holders: dict[int, Node | None] = {}  # by what a text stands in
        self._read(root)
        self._score()

    def of(self, node: Node | None) -> _Block | None:
        """What is known of an element; None of one that no text stands in."""
        return None if node is None else self._known.get(node.mem_id)

    @property
    def scored(self) -> list[_Block]:
        """Those that hold paragraphs, in document order of the first of these."""
        return [block for block in self._known.values() if block.count]

    def _read(self, root: Node) -> None:
        """Find all runs of text: nothing but inline elements interrupts one; what is in links counts for none."""
        holder: Node | None = None  # of the run that is being read
        length = 0
        for node in root.traverse(include_text=True, skip_empty=True):
            if node.is_text_node:
                more = len((node.text_content or "").strip())
                if more < _SHORTEST_PIECE and holder is None:
                    continue  # a label
                found = self._holder(node.parent)
                if found is None:
                    continue
                if holder is not None and found.mem_id != holder.mem_id:
                    self._end_run(holder, length)
                    length = 0
                holder = found
                length += more
            elif holder is not None and ((tag := node.tag) not in INLINE or tag in CELLS):
                self._end_run(holder, length)
                holder, length = None, 0
        if holder is not None:
            self._end_run(holder, length)

    def _end_run(self, holder: Node, length: int) -> None:
        if length >= _SHORTEST and not (block := self._block(holder)).is_linked:
            block.runs.append(length)

    def _holder(self, parent: Node | None) -> Node | None:
        """What a text in ``parent`` stands in, past inline elements; None where it is a link or a heading."""
        assert parent is not None
        if (key := parent.mem_id) not in self._holders:
            node = parent
            while (
                (tag := node.tag or "") in INLINE
                and tag not in _ENDS_CLIMB
                and not (tag == "a" and is_link(node))
                and node.parent is not None
            ):
                node = node.parent
            self._holders[key] = None if tag == "a" or tag in _NO_PROSE else node
        return self._holders[key]

    def _block(self, node: Node) -> _Block:
        path, tag = [], node.tag or ""
        while (known := self._known.get(node.mem_id)) is None and tag != "-document":
            path.append((node, tag))
            above = node.parent
            if above is None:
                break
            node, tag = above, above.tag or ""
        for each, name in reversed(path):
            linked = (known is not None and known.is_linked) or (name == "a" and is_link(each))
            known = self._known[each.mem_id] = _Block(each, name, known, is_linked=linked)
        assert known is not None
        return known

    def _score(self) -> None:
        paragraphs = list(self._paragraphs())
        for block in list(self._known.values()):
            if block.runs:
                length = sum(block.runs)
                block.length += length
                for above in block.ancestors:
                    above.length += length
        self._length = sum(sum(block.runs) for block in self._known.values() if block.runs)
        for holder, length in paragraphs:
            holder.count += 1
            holder.score += min(length, _LONGEST) * self._weight(holder)
        for block in self.scored:
            if block.count == 1 and _is_teaser(block.node):
                block.score *= _DOUBT
        for block in self.scored:
            block.total += block.score
            for above in block.ancestors:
                above.total += block.score

    def _paragraphs(self) -> Iterator[tuple[_Block, int]]:
        """(the element that contains it, its length) of every paragraph."""
        alone: list[tuple[_Block, int]] = []  # what holds one paragraph and may be one of several
        for block in list(self._known.values()):
            if not block.runs:
                continue
            if block.tag in _PARAGRAPHS and block.above is not None:
                if len(block.runs) == 1 and not block.above.runs and not block.above.is_frame and _is_only_child(block.node):
                    alone.append((block.above, block.runs[0]))
                else:
                    for length in block.runs:
                        yield block.above, length
                continue
            bare = [length for length in block.runs if length >= _SHORTEST_BARE]
            if len(bare) == 1 == len(block.runs):
                alone.append((block, bare[0]))
            else:
                for length in bare:
                    yield block, length
        rows = [_row_of(block) for block, _ in alone]
        looks = [_look(block.node) for block, _ in alone]
        alike = Counter(zip(map(id, rows), looks, strict=True))
        for (block, length), row, look in zip(alone, rows, looks, strict=True):
            yield (row if block.tag == "li" or alike[id(row), look] > 1 else block), length

    def _weight(self, block: _Block) -> float:
        """How far an element is likely to be the story's, judged by itself and what it stands in (0 to 1)."""
        path = [block]
        while path[-1].weight is None and path[-1].above is not None:
            path.append(path[-1].above)
        weight = path[-1].weight
        for each in reversed(path if weight is None else path[:-1]):
            if each.above is None or each.is_frame:
                weight = 1.0
            elif each.tag in _NEVER and not self._is_around_story(each):
                weight = 0.0
            else:
                weight = (1.0 if weight is None else weight) * (_DOUBT if is_beside_story(each.node, each.tag) else 1.0)
            each.weight = weight
        return weight or 0.0

    def _is_around_story(self, block: _Block) -> bool:
        """Whether what never holds a story holds one: a form around a whole page (ASP.NET), an anchor or a header that nobody closed."""
        if block.tag == "a":
            return not block.is_linked
        if holds_story(block.node, block.tag):
            return True
        return block.length >= _MOST * self._length and holds_prose(block.node)


def story_element(page: Page, heading: Node | None) -> Node | None:
    """The smallest element that holds the prose of the page; None when there is hardly any. ``heading``: prints its headline."""
    blocks = _Blocks(page.tree.css_first("body") or page.tree)
    scored = [block for block in blocks.scored if block.total]
    if not scored:
        return None
    best = max(scored, key=lambda block: block.score)
    if (own := _headed(heading, best, blocks)) is not None:
        scored = [block for block in scored if block is own or own in block.ancestors]
        best = max(scored, key=lambda block: block.score)
    if (first := _first_article(best, blocks)) is not None:
        best = max((block for block in scored if block is first or first in block.ancestors), key=lambda block: block.score)
    return _widened(best, blocks, own).node if best.total >= _SHORTEST else None


def _headed(heading: Node | None, best: _Block, blocks: _Blocks) -> _Block | None:
    """On a page that goes on with other stories: what the first one and its headline stand in, where that is not the best one's."""
    around = [known for each in ancestors(heading) if (known := blocks.of(each)) is not None] if heading else []
    unit = next((each for each in around if each.total >= max(SHORTEST_BODY, _OWN * best.total)), None)
    if unit is None or unit is best or unit in best.ancestors:
        return None
    assert heading is not None
    return unit if next_story(heading, unit.node, best.node) is not None else None


def next_story(heading: Node, own: Node, other: Node) -> Node | None:
    """The element around ``other`` that is another story: it has a headline like the one that stands with ``own``; None if it is not."""
    around = {each.mem_id: below for below, each in pairwise((own, *ancestors(own)))}
    unit = other
    for above in ancestors(other):
        if above.mem_id in around or above.mem_id == own.mem_id:
            break
        unit = above
    else:
        return None
    first, headed = around.get(above.mem_id), holding([heading])
    if first is not None and first.mem_id in headed:
        title = unit.css_first("h1,h2")
    else:
        title = unit.css_first(heading.tag or "h1") if above.mem_id in headed else None  # beside its story, too
    return None if title is None or other.mem_id in {each.mem_id for each in ancestors(title)} else unit  # one within is a subheading


def _is_only_child(node: Node) -> bool:
    return next(before(node), None) is None and next(after(node), None) is None


def _look(node: Node) -> tuple[str, str]:
    """The tag and the first class, or the id without numbers: what the parts of one story have in common."""
    told = node.attributes
    return node.tag or "", next(iter((told.get("class") or "").split()), (told.get("id") or "").rstrip("0123456789"))


def _row_of(block: _Block) -> _Block:
    """What an element would stand in as one paragraph of several: its parent, past the wrappers that hold nothing else."""
    row = block.above
    while row is not None and not row.runs and not row.is_frame and row.above is not None and _is_only_child_of(row):
        row = row.above
    return block if row is None else row


def _is_only_child_of(row: _Block) -> bool:
    child = row.node.first_child
    while child is not None and not child.is_element_node:
        child = child.next
    return child is not None and next(after(child), None) is None


def _first_article(best: _Block, blocks: _Blocks) -> _Block | None:
    """On a page that goes on with other articles below its own, each with its headline: the first, where that is not the best one's."""
    article = next((each for each in best.ancestors if each.tag == "article"), None)
    if article is None:
        return None
    above = [known for each in before(article.node) if each.tag == "article" and (known := blocks.of(each)) is not None]
    return next((each for each in reversed(above) if each.total and _has_headline(each.node)), None)


def _widened(best: _Block, blocks: _Blocks, within: _Block | None) -> _Block:
    """Stories cut into several containers (one a page, one an advertisement) have siblings like the best one: take their parent."""
    current = below = best
    for parent in best.ancestors:
        if parent.is_frame or below is within:
            break
        siblings = (blocks.of(node) for node in (*before(below.node), *after(below.node)))
        sibling_score = sum(each.total for each in siblings if each is not None and _alike(each, below))
        own = max(parent.score - _deck(below), 0.0)
        if sibling_score + own > 0.1 * current.total or _opens_before(below, blocks):
            current = parent
        below = parent
    return current


def _deck(story: _Block) -> float:
    """The score of a short paragraph between a headline and its story; where it stands right before that one, the story begins with it."""
    siblings = list(before(story.node))
    if story.tag in {"ul", "ol"} or not any(each.tag == "h1" for each in siblings):
        return 0.0
    above = next((each for each in siblings if each.tag == "p"), None)
    if above is None or above.mem_id == siblings[0].mem_id or _is_opening(above):
        return 0.0
    return length if _SHORTEST <= (length := len(text_of(above))) <= _LONGEST_DECK else 0.0


def _opens_before(story: _Block, blocks: _Blocks) -> bool:
    """Whether a story opens in an element of its own (Joomla's "itemIntroText")."""
    above = blocks.of(next(before(story.node), None))
    return above is not None and above.total > 0.0 and _is_opening(above.node)


def _is_opening(element: Node) -> bool:
    opening = find_dateline(text_of(element))
    return opening is not None and opening.is_sure


def _alike(block: _Block, other: _Block) -> bool:
    if _look(block.node) != _look(other.node) or block.total <= 0.1 * other.total:
        return False
    return not _has_headline(block.node)


def _is_teaser(element: Node) -> bool:
    """Whether an element holds the linked title of another story, and below it a paragraph of that at most."""
    titles = paragraphs = 0
    for part in element.css("a,p,br"):
        if part.tag == "br":
            return False
        if part.tag == "p":
            paragraphs += len(part.text_lexbor()) >= _SHORTEST
        elif not paragraphs and attribute(part, "href") and len(text_of(part)) >= _SHORTEST_TITLE:
            titles += 1
    return titles == 1 and paragraphs <= 1


def _has_headline(element: Node) -> bool:
    return element.css_first("h1") is not None


def is_listing(story: Node, paragraphs: Sequence[str]) -> bool:
    """Whether an element holds teasers: as many links as paragraphs, and long ones."""
    links = [len(link.text_lexbor()) for link in story.css("a")]
    return len(links) >= max(len(paragraphs), 1) and sum(links) >= _TEASERS * sum(map(len, paragraphs))
