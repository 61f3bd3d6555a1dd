"""A page and the outlet's rules → an Article, or the reason why the page is none."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from crawler.article import SHORTEST_BODY, Article
from crawler.reading import rejections
from crawler.reading.body import RECOGNISED, Body, find_body, join_paragraphs
from crawler.reading.candidates import CandidateValues
from crawler.reading.fields import original_url, read_fields
from crawler.reading.headline import find_headline
from crawler.reading.nodes import Node, attribute
from crawler.reading.noise.pieces import Removed
from crawler.reading.page import Page
from crawler.reading.rules import PageRules, Rules, every_rule, rules_for
from crawler.reading.surroundings import Surroundings
from crawler.reading.text import text_of
from crawler.reading.times import Times

__all__ = ["MOST_PAGES", "NotAnArticle", "Page", "PageRules", "Reading", "examine", "further_pages", "read"]

MOST_PAGES = 30

_DAY = re.compile(r"/(?P<y>(?:20)?[0-2]\d)/(?P<m>0[1-9]|1[0-2])/(?P<d>0[1-9]|1\d|2[0-8])(?!\d)")  # a 29th: by the page
# Where an address says which page of its article it leads to
_PAGE_NUMBERS = (
    re.compile(r"(?P<before>[?&](?:page|halaman|p)=)(?P<number>\d{1,3})(?!\d)"),
    re.compile(r"(?P<before>-part)(?P<number>\d{1,2})(?=/?(?:[?#]|$))"),
    re.compile(r"(?P<before>\d[^/?#]*/[^/?#]*[a-z][^/?#]*/)(?P<number>\d{1,2})(?=/?(?:[?#]|$))"),  # behind the slug
)
_ONE_LESS = "-part"  # "-part1" is the second page (Republika)


class NotAnArticle(Exception):  # noqa: N818 - a finding about the page, not a fault of the program
    """The page cannot be read as an article; ``reason`` says why in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was made of the pages, and of what on them: enough to show a reader what was cut and why."""

    article: Article | None
    rejected: str | None  # why there is no article
    removed: list[Removed]  # out of the container of the story, in reading order a page: elements first, then lines
    kept: list[Node]  # the elements in which the lines of the body begin; none for a body from JSON-LD


def read(
    pages: Sequence[Page], rules: Rules, *, outlet: str, article_id: str, url: str, fetched_at: datetime, story_only: bool = False
) -> Article:
    """Read one article from its page, or from its pages in reading order.

    ``url`` is its canonical address; ``fetched_at`` (aware) resolves relative times. Of an outlet's dated rules, those are taken that
    were right on the day that the address names, or the page's time of publication. ``story_only``: what decides whether it is of a topic
    (headline, body, original) and nothing else, in half the time. Raises NotAnArticle, and InvalidSelectorError when a rule is not valid
    CSS.
    """
    return _Reader(pages, rules, fetched_at).article(outlet, article_id, url, story_only=story_only)


def examine(pages: Sequence[Page], rules: Rules, *, outlet: str, article_id: str, url: str, fetched_at: datetime) -> Reading:
    """Read as ``read`` does, and say what was cut out of the story and what was kept. Raises InvalidSelectorError alone."""
    reader = _Reader(pages, rules, fetched_at)
    article, rejected = None, None
    try:
        article = reader.article(outlet, article_id, url)
    except NotAnArticle as finding:
        rejected = finding.reason
    return Reading(article=article, rejected=rejected, removed=reader.removed(), kept=reader.kept())


class _Reader:
    def __init__(self, pages: Sequence[Page], rules: Rules, fetched_at: datetime) -> None:
        self._pages, self._fetched_at = pages, fetched_at
        self._rules = rules_for(rules, _day(pages[0], rules, fetched_at))
        self._bodies: list[Body] = []

    def article(self, outlet: str, article_id: str, url: str, *, story_only: bool = False) -> Article:
        page = self._pages[0]
        if reason := rejections.no_page(page):
            raise NotAnArticle(reason)
        values = CandidateValues(page, self._rules)
        headline = find_headline(values)
        title = headline.text if headline else None
        opening = find_body(values, headline)
        self._bodies = bodies = [opening, *self._further_bodies(opening.source)]
        text = "\n\n".join(join_paragraphs(bodies))
        around = None
        if headline and opening.element is not None:
            around = Surroundings(page, headline.element, opening.element, opening)
        times = Times(values, around, self._fetched_at)
        if title is None or len(text) < SHORTEST_BODY or opening.source == "generic":
            reason = rejections.no_story(values, title, times.published, opening, text)
            if reason:
                raise NotAnArticle(reason)
        fields = {} if story_only else read_fields(values, headline, times, around, [body.cleaned for body in bodies], text)
        fields.setdefault("sources", {})["body"] = opening.source
        return Article(
            outlet=outlet,
            article_id=article_id,
            url=url,
            headline=title or "",
            body=text,
            aliases=list(dict.fromkeys(each.url for each in self._pages if each.url != url)),
            original_url=original_url(values),
            dateline=opening.cleaned.dateline,
            page_count=len(self._pages),
            noise_removed=dict(Counter(piece.kind for body in bodies for piece in body.cleaned.pieces)),
            **fields,
        )

    def _further_bodies(self, source: str) -> Iterator[Body]:
        """What the further pages show where the first has its text: their short ends are not looked for elsewhere."""
        rules = replace(self._rules, source_order={**self._rules.source_order, "body": (source,)})
        for values in (CandidateValues(page, rules) for page in self._pages[1:]):
            yield find_body(values, find_headline(values))

    def removed(self) -> list[Removed]:
        """Every piece that was cut, with its text and, where it is known, its element."""
        return [_located(piece, body.places) for body in self._bodies for piece in body.cleaned.pieces]

    def kept(self) -> list[Node]:
        kept: dict[int, Node] = {}
        for body in self._bodies:
            story = "\n".join(body.cleaned.paragraphs)
            cut = {piece.text for piece in body.cleaned.pieces}
            for line, element in body.places.items():
                if line not in cut and line[:RECOGNISED] in story:
                    kept[element.mem_id] = element
        return list(kept.values())


def _located(piece: Removed, places: Mapping[str, Node]) -> Removed:
    if piece.element is None:
        return piece._replace(element=places.get(piece.text))
    return piece._replace(text=piece.text or text_of(piece.element))


def _day(page: Page, rules: Rules, fetched_at: datetime) -> date | None:
    """The day that decides between dated rules; up to one off."""
    for template in every_rule(rules) if len(every_rule(rules)) > 1 else ():
        if match := _DAY.search(page.url):
            return date(int(match["y"]) % 2000 + 2000, int(match["m"]), int(match["d"]))
        if published := Times(CandidateValues(page, template), None, fetched_at).published:
            return published.time.instant.date()
    return None


def further_pages(page: Page, rules: Rules, is_own: Callable[[str], bool]) -> list[str]:
    """Absolute addresses of the pages of the same article that follow this one, in order; those that the links leave out are filled in.

    ``is_own``: whether an address is one of the article's.
    """
    addresses: dict[int, str] = {}
    for css in (css for template in every_rule(rules) for css in template.pages):
        for element in page.select(css):
            address = page.absolute(attribute(element, "href"))
            if address and _number(address) > 1 and is_own(address):
                addresses.setdefault(_number(address), address)
        if addresses:
            break
    wanted = range(_number(page.url) + 1, min(max(addresses, default=0), MOST_PAGES) + 1)
    return [addresses.get(number) or _numbered(addresses[max(addresses)], number) for number in wanted]


def _number(address: str) -> int:
    match = _find_number(address)
    return int(match["number"]) + (match["before"] == _ONE_LESS) if match else 1


def _numbered(address: str, number: int) -> str:
    """The address of another page of the article."""
    match = _find_number(address)
    assert match
    shown = number - (match["before"] == _ONE_LESS)
    return f"{address[: match.start('number')]}{shown}{address[match.end('number') :]}"


def _find_number(address: str) -> re.Match[str] | None:
    return next((match for form in _PAGE_NUMBERS if (match := form.search(address))), None)
