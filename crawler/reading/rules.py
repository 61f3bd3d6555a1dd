"""What an outlet declares about its pages. Data only: `reader.py` knows what to do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRules:
    """Where an outlet's pages keep what, as CSS selectors tried in order (the first that yields something wins).

    A selector's value is the ``content`` of a ``meta``, the ``datetime`` of a ``time``, and the text of anything else.
    """

    body: Sequence[str]  # the element that holds the story's paragraphs; () leaves it to generic reading
    headline: Sequence[str] = ("h1",)  # asked where structured data has none
    subtitle: Sequence[str] = ()  # the teaser below the headline
    authors: Sequence[str] = ()  # who wrote it; of "Penulis: A Editor: B" the writers are taken
    editors: Sequence[str] = ()  # who edited it; of "Penulis: A Editor: B" the editors are taken
    published_at: Sequence[str] = ()  # the printed time of publication, WIB where it names no zone
    modified_at: Sequence[str] = ()  # the printed time of the last change, WIB where it names no zone
    section: Sequence[str] = ()  # the channel, as the breadcrumb's last link
    tags: Sequence[str] = ()  # the links to its tags, all of them
    image_caption: Sequence[str] = ()  # the caption of the lead image
    pages: Sequence[str] = ()  # links to the other pages of the same article: ?page=2, /slug/2, slug-part1
    original: Sequence[str] = ()  # links to the article that an aggregator copied this one from
    noise: Sequence[str] = ()  # elements inside the body that are never the story (beyond elements.py)
    noise_phrases: Sequence[str] = ()  # regular expressions for whole lines, beyond phrases.py
    # Field → which sources are asked, in which order, where the usual order is wrong: "json-ld", "meta", "selectors", "generic"
    # (for the body "selectors", "json-ld", "generic"). A source left out is not asked.
    source_order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    until: date | None = None  # of a template that the outlet has left behind: the last day on which it was in use

    @property
    def selectors(self) -> list[str]:
        """All CSS selectors of all fields."""
        names = (each.name for each in fields(self) if each.name not in {"noise_phrases", "source_order", "until"})
        return [css for name in names for css in getattr(self, name)]


Rules = PageRules | Sequence[PageRules]  # an outlet's: those of today, and before them those of its past, newest first


def every_rule(rules: Rules) -> Sequence[PageRules]:
    """The rules of today, then those of the past."""
    return (rules,) if isinstance(rules, PageRules) else rules


def rules_for(rules: Rules, day: date | None) -> PageRules:
    """The rules that were right for a page of this day: the oldest still in use then, today's where no dated ones fit."""
    dated = (past for past in reversed(every_rule(rules)) if past.until and day and day <= past.until)
    return next(dated, every_rule(rules)[0])
