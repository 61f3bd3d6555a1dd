"""Generic reading: find the story on a page nobody wrote rules for, or whose redesign outran them.

Text blocks give their scores to the element they stand in; class names weigh them, and siblings like the best element join it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from crawler.reading.attribution.dateline import find_dateline
from crawler.reading.noise.elements import holds_story, is_beside_story
from crawler.reading.page import text_of

_BARE = frozenset({"div", "td", "section", "article", "span", "font", "li"})  # where text can stand without a paragraph around it
_SHORTEST = 40  # characters: labels, buttons and most teasers are shorter
_SHORTEST_TITLE = 20
_LONGEST_DECK = 250
_TEASERS = 0.3  # characters in links to one of prose; a story with boxes of links beside it has fewer
_DOUBT = 0.2  # what is left of a score for something that is probably beside the story
_LONGEST = 600  # what one paragraph can count for: a disclaimer of a page's length must not win
_NEVER = frozenset(
    {"nav", "footer", "aside", "form", "header", "noscript", "script", "style", "button", "select", "textarea", "figcaption", "a", "dialog"}
)


def story_element(tree: HtmlElement) -> HtmlElement | None:
    """The smallest element that holds the prose of the page; None when there is hardly any."""
    scores: defaultdict[HtmlElement, float] = defaultdict(float)
    blocks: Counter[HtmlElement] = Counter()
    known: dict[HtmlElement, float] = {}
    for element, length in _prose(tree):
        scores[element] += min(length, _LONGEST) * _class_weight(element, known)
        blocks[element] += 1
    if not scores:
        return None
    for element, count in blocks.items():
        if count == 1 and _is_teaser(element):
            scores[element] *= _DOUBT
    totals: defaultdict[HtmlElement, float] = defaultdict(float)
    for element, score in scores.items():
        totals[element] += score
        for ancestor in element.iterancestors():
            totals[ancestor] += score
    best = max(scores, key=lambda element: scores[element])
    if (first := _first_article(best, totals)) is not None:
        best = max(
            (element for element in scores if element is first or first in element.iterancestors()), key=lambda element: scores[element]
        )
    return _widened(best, scores, totals) if totals[best] >= _SHORTEST else None


def _prose(tree: HtmlElement) -> Iterator[tuple[HtmlElement, int]]:
    """(the element that contains it, its length without links) of every text block."""
    alone: list[tuple[HtmlElement, int]] = []  # what holds one paragraph and may be one of several
    for element in tree.iter("p", "br", *_BARE):  # one walk: each passes all nodes of the page
        tag = element.tag
        if tag in _BARE:
            if (text := element.text) and len(text) >= _SHORTEST and (length := len(text.strip())) >= _SHORTEST:
                alone.append((element, length))
            continue
        parent = element.getparent()
        if parent is None:
            continue
        if tag == "p" and (length := _own_length(element)) >= _SHORTEST:
            if len(parent) == 1 and parent.tag in _BARE:
                alone.append((parent, length))
            else:
                yield parent, length
        if (tail := element.tail) and len(tail) >= _SHORTEST and (tag == "p" or parent.tag != "p"):  # "<p>" or "<br>" as a separator
            yield parent, len(tail.strip())
    rows = [_row_of(element) for element, _ in alone]
    looks = [_look(element) for element, _ in alone]
    alike = Counter(zip(rows, looks, strict=True))
    for (element, length), row, look in zip(alone, rows, looks, strict=True):
        yield (row if element.tag == "li" or alike[row, look] > 1 else element), length


def _look(element: HtmlElement) -> tuple[str, str]:
    """The tag and the first class: what the parts of one story have in common."""
    return str(element.tag), ((element.get("class") or "").split() or [""])[0]


def _row_of(element: HtmlElement) -> HtmlElement:
    """What an element would stand in as one paragraph of several: its parent, past the wrappers that hold nothing else."""
    parent = element.getparent()
    while parent is not None and len(parent) == 1 and parent.tag in _BARE and (above := parent.getparent()) is not None:
        parent = above
    return element if parent is None or (element.tag != "li" and element.find("br") is not None) else parent


def _own_length(paragraph: HtmlElement) -> int:
    """Characters of a paragraph that do not stand in links."""
    length = len(paragraph.text or "")
    for child in paragraph:
        length += len(child.tail or "") + (0 if child.tag == "a" else len(child.text or ""))
    return length


def _class_weight(element: HtmlElement, known: dict[HtmlElement, float]) -> float:
    """How far an element is likely to be the story's, judged by itself and what it stands in (0 to 1)."""
    if element in known:
        return known[element]
    parent = element.getparent()
    if parent is None:
        weight = 1.0
    elif element.tag in _NEVER and not _is_around_story(element):
        weight = 0.0
    else:
        weight = _DOUBT if is_beside_story(element) else 1.0
        if parent.tag not in {"body", "html"}:
            weight *= _class_weight(parent, known)
    known[element] = weight
    return weight


def _is_around_story(element: HtmlElement) -> bool:
    """Whether what never holds a story holds one: a form around a whole page (ASP.NET), an anchor that nobody closed."""
    return element.get("href") is None if element.tag == "a" else holds_story(element)


def _first_article(best: HtmlElement, totals: dict[HtmlElement, float]) -> HtmlElement | None:
    """On a page that goes on with other articles below its own, each with its headline: the first, where that is not the best one's."""
    for article in best.iterancestors("article"):
        before = article.itersiblings("article", preceding=True)
        return next((each for each in reversed([*before]) if totals.get(each, 0.0) and _has_headline(each)), None)
    return None


def _widened(best: HtmlElement, scores: dict[HtmlElement, float], totals: dict[HtmlElement, float]) -> HtmlElement:
    """Stories cut into several containers (one a page, one an advertisement) have siblings like the best one: take their parent."""
    current = below = best
    for parent in best.iterancestors():
        if parent.tag in {"body", "html"}:
            break
        sibling_score = sum(totals[child] for child in parent if child in totals and child is not below and _alike(child, below, totals))
        own = max(scores[parent] - _deck(below), 0.0) if parent in scores else 0.0
        if sibling_score + own > 0.1 * totals[current] or _opens_before(below, totals):
            current = parent
        below = parent
    return current


def _deck(story: HtmlElement) -> float:
    """The score of a short paragraph between a headline and its story; where it stands right before that one, the story begins with it."""
    if story.tag in {"ul", "ol"} or next(story.itersiblings("h1", preceding=True), None) is None:
        return 0.0
    above = next(story.itersiblings("p", preceding=True), None)
    if above is None or above.getnext() is story or _is_opening(above):
        return 0.0
    return length if _SHORTEST <= (length := _own_length(above)) <= _LONGEST_DECK else 0.0


def _opens_before(story: HtmlElement, totals: dict[HtmlElement, float]) -> bool:
    """Whether a story opens in an element of its own (Joomla's "itemIntroText")."""
    before = story.getprevious()
    return before is not None and totals.get(before, 0.0) > 0.0 and _is_opening(before)


def _is_opening(element: HtmlElement) -> bool:
    opening = find_dateline(text_of(element))
    return opening is not None and opening.is_sure


def _alike(child: HtmlElement, other: HtmlElement, totals: dict[HtmlElement, float]) -> bool:
    if _look(child) != _look(other) or totals.get(child, 0.0) <= 0.1 * totals[other]:
        return False
    return not _has_headline(child)


def _is_teaser(element: HtmlElement) -> bool:
    """Whether an element holds the linked title of another story, and below it a paragraph of that at most."""
    titles = paragraphs = 0
    for part in element.iter("a", "p", "br"):
        if part.tag == "br":
            return False
        if part.tag == "p":
            paragraphs += _own_length(part) >= _SHORTEST
        elif not paragraphs and part.get("href") and len(text_of(part)) >= _SHORTEST_TITLE:
            titles += 1
    return titles == 1 and paragraphs <= 1


def _has_headline(element: HtmlElement) -> bool:
    return next(element.iter("h1"), None) is not None


def is_listing(story: HtmlElement, paragraphs: Sequence[str]) -> bool:
    """Whether an element holds teasers: as many links as paragraphs, and long ones."""
    links = [len("".join(link.itertext())) for link in story.iter("a")]
    return len(links) >= max(len(paragraphs), 1) and sum(links) >= _TEASERS * sum(map(len, paragraphs))
