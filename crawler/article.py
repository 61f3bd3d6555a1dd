"""What flows through a crawl: Candidate → Article → Visit.

Plain dataclasses without any Scrapy in them, so that tests, notebooks and a re-reading of the archive use the very same shapes.
Every ``datetime`` here is timezone-aware.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

SHORTEST_BODY = 200  # characters: a caption, a video's teaser, a consent wall, a soft 404 has fewer
OLDEST = datetime(1995, 1, 1, tzinfo=UTC)  # no Indonesian outlet was online before
CLOCK_SKEW = timedelta(minutes=15)  # by which an outlet's clock may be ahead
_CUT_OFF = re.compile(r"(?:\.{3}|…)[\s\])]*$")


class Precision(StrEnum):
    """How exactly a publication time is known."""

    MINUTE = "minute"
    DAY = "day"  # a date without a clock: stored as that day's noon, never as an invented midnight
    APPROXIMATE = "approximate"  # "22 jam lalu", resolved against the time of the fetch


class Outcome(StrEnum):
    """How a request for an article ended."""

    ARTICLE = "article"  # read; the pipelines decide whether it is on topic
    UNCHANGED = "unchanged"  # 304: as it was when it was read last
    REJECTED = "rejected"  # answered, but cannot be an article: never asked for again unless due
    FAILED = "failed"  # no usable answer (network, 5xx, 403): asked for again later
    GONE = "gone"  # the outlet says it is not there (404, 410)
    NEEDS_BROWSER = "needs_browser"  # empty until its scripts have run, and there is no browser: asked for again when there is one


class Band(StrEnum):
    """How much an article has to do with a topic."""

    ABOUT = "about"
    REVIEW = "review"  # a person should look
    MENTION = "mention"
    NONE = "none"


ARTICLE_BANDS = frozenset({Band.ABOUT, Band.REVIEW})  # of these the text is kept


class PageStatus(StrEnum):
    """What is known of a page."""

    STORED = "stored"  # there is an article, of at least one topic
    OFF_TOPIC = "off_topic"  # read, and of no topic; an article stored before stays
    REJECTED = "rejected"  # cannot be an article
    FAILED = "failed"  # no usable answer
    GONE = "gone"  # 404 or 410
    NEEDS_BROWSER = "needs_browser"  # waits until there is one
    ALIAS = "alias"  # another id of an article, or a copy of one that is read at its own outlet
    SCHEDULED = "scheduled"  # asked for, never fetched
    FORGOTTEN = "forgotten"  # somebody asked for it not to be kept: nothing is written down


class Change(StrEnum):
    """What storing a Visit did to the articles; None on a Visit that stored no article."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Validators(NamedTuple):
    """What an outlet said about the state of a page, to be sent back with the question whether it has changed since."""

    etag: str | None
    last_modified: str | None


class PageState(NamedTuple):
    """A page that was visited before."""

    since: datetime  # when first, by the logical clock
    is_due: bool  # whether it is to be visited again now


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteState:
    """What earlier runs saw of one route. All times are of the logical clock."""

    # Nothing that the route listed before this time was missed, except in the coverage gaps that the ledger names
    high_water_mark: datetime | None = None
    completed_at: datetime | None = None  # when the run that saw so much ended
    last_nonempty_at: datetime | None = None  # when the route last listed an article
    validators: Mapping[str, Validators] = field(default_factory=dict)  # of the first page of each pagination, by URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that was not as it should be in a run."""

    kind: str  # outlet, route, coverage_gap, articles, browser, volume, code, storage; of a machine: archive, clock, network; spider_file
    subject: str  # which outlet, route, machine or file
    detail: str
    degrades: bool = True  # whether the run is degraded by it
    gap: tuple[datetime, datetime] | None = None  # of a coverage gap: from, to


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCounts:
    """What a run brought, or several together (``+``)."""

    at: datetime  # the logical clock of the run, of several the latest
    is_good: bool = False
    unknown: int = 0  # articles listed that no run before had visited
    fetched: int = 0
    on_topic: int = 0
    articles: int = 0
    unread: int = 0  # article pages that gave no article
    shells: int = 0  # article pages that needed a browser and were not declared to, or had none
    headline: int = 0  # articles that have one
    published_at: int = 0
    authors: int = 0
    generic_body: int = 0

    def __add__(self, other: "RunCounts") -> "RunCounts":
        names = [each.name for each in fields(self) if each.name not in {"at", "is_good"}]
        return RunCounts(at=max(self.at, other.at), **{name: getattr(self, name) + getattr(other, name) for name in names})

    def asked(self, what: str) -> int:
        """Of how many one may be lacking: "article" and "text" of the pages asked for, anything else of the articles."""
        return self.articles + self.unread if what in {"article", "text"} else self.articles

    def lacking(self, what: str) -> int:
        """How many lack it: an "article", "text" without a browser, the outlet's "rules" for the body, a field."""
        if what in {"article", "text"}:
            return self.unread if what == "article" else self.shells
        return self.generic_body if what == "rules" else self.articles - int(getattr(self, what))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A page that a route believes to be an article, with what the listing said about it."""

    url: str
    article_id: str  # the outlet's own id: with the outlet's name, the article's identity
    route: str  # name of the route that listed it; "recrawl" when the recrawl schedule asked for it
    title: str | None = None
    summary: str | None = None
    keywords: tuple[str, ...] = ()
    published_at: datetime | None = None  # as the listing says; only ever used to know when to stop
    validators: Validators | None = None  # of a page that is visited again


AgencyRole = Literal["text", "quoted", "picture", "subject"]


@dataclass(frozen=True, slots=True)
class AgencyMention:
    """A news agency or foreign outlet that a story names, by its canonical name ("AP", "Reuters"), and in which role.

    ``text``: the story as a whole is taken from it. ``quoted``: a statement, report or figure is attributed to it. ``picture``: a photo,
    video or graphic is credited to it. ``subject``: the sentence is about the agency itself.
    """

    agency: str
    role: AgencyRole

    def __str__(self) -> str:
        return f"{self.agency} ({self.role})"


@dataclass(slots=True, kw_only=True)
class Article:
    """One article as read from its page or pages: the story and nothing else."""

    outlet: str  # the spider's name
    article_id: str
    url: str  # canonical
    headline: str
    body: str  # paragraphs separated by one blank line; subheadings are paragraphs; the dateline stays in the text
    aliases: list[str] = field(default_factory=list)  # other URLs seen for the same article
    subtitle: str | None = None
    authors: list[str] = field(default_factory=list)  # reporters, as printed, without the outlet's name
    editors: list[str] = field(default_factory=list)
    agencies: list[AgencyMention] = field(default_factory=list)  # each (agency, role) once
    published_at: datetime | None = None
    published_source: str | None = None  # e.g. "json-ld:datePublished", "meta:article:published_time", "selector"
    published_precision: Precision | None = None
    modified_at: datetime | None = None  # None when the page names none, or none later than published_at
    section: str | None = None
    tags: list[str] = field(default_factory=list)
    dateline: str | None = None  # the place alone: "Jakarta", "PYONGYANG"
    image_url: str | None = None
    image_caption: str | None = None
    language: str = "id"
    original_url: str | None = None  # of an aggregator's copy: the article it was taken from
    page_count: int = 1  # how many pages of the outlet it was put together from
    sources: dict[str, str] = field(default_factory=dict)  # field → which source gave it
    disagreements: dict[str, dict[str, str]] = field(default_factory=dict)  # field → source → what it says, where sources differ
    noise_removed: dict[str, int] = field(default_factory=dict)  # kind of noise → how many pieces were cut

    @property
    def is_generic(self) -> bool:
        """Whether the outlet's own rules found no body and generic reading stood in."""
        return self.sources.get("body") == "generic"

    @property
    def is_excerpt(self) -> bool:
        """Whether an aggregator shows no more than how the article begins: its text is cut off."""
        return self.original_url is not None and _CUT_OFF.search(self.body) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The article that an aggregator's copy was taken from, as the outlet's own spider knows it."""

    outlet: str
    article_id: str
    url: str  # canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The topic filter's answer for one article, with everything needed to recompute it."""

    topic: str  # e.g. "korea_russia"
    rule_version: str
    band: Band
    score: float
    evidence: dict[str, object]  # JSON: per side the terms with field and offset, sentences naming both


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What near-duplicate linking compares."""

    version: str  # names algorithm and shingle length: never compare two versions
    body_sha256: str  # hex, of the normalised tokens
    shingles: frozenset[int]  # signed 64-bit hashes of word 4-grams


@dataclass(slots=True, kw_only=True)
class Visit:
    """How one request for an article ended: there is exactly one for each, whatever happened.

    The pipelines annotate it (verdict, fingerprint, status, change); none of them drops it.
    """

    outlet: str
    url: str  # as requested
    article_id: str
    route: str
    outcome: Outcome
    fetched_at: datetime  # by the logical clock; in a replay, the recording's
    reason: str | None = None  # required unless outcome is ARTICLE or UNCHANGED
    http_status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    archive_file: str | None = None  # name of the WARC that holds the response; of an imported page without one here the other's
    imported_from: str | None = None  # name of the WARC of somebody else's that it was taken from
    article: Article | None = field(default=None, repr=False)  # set when outcome is ARTICLE; not in the repr, which goes into logs
    original: Original | None = None  # of an aggregator's copy, where its outlet has a spider
    verdicts: dict[str, Verdict] = field(default_factory=dict, repr=False)  # by topic; set by the topic pipeline
    fingerprint: Fingerprint | None = field(default=None, repr=False)  # set by the near_duplicates pipeline
    status: PageStatus | None = None  # set by the store
    change: Change | None = None  # set by the store

    @property
    def is_on_topic(self) -> bool:
        """Whether the text is kept for at least one topic."""
        return any(verdict.band in ARTICLE_BANDS for verdict in self.verdicts.values())
