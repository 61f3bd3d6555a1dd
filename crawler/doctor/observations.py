"""Probe results of an outlet: each route's first page as it was answered, and the articles that were opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crawler.article import CLOCK_SKEW, Candidate, Visit
from crawler.discovery.follow import is_wanted, read_candidates
from crawler.discovery.links import Entry
from crawler.discovery.routes import Listing, Route
from crawler.outlet import OutletSpider
from crawler.reading.page import Page


class Robots(StrEnum):
    """What robots.txt says of one address."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "no answer"  # so nothing is requested of the host
    UNKNOWN = "–"


@dataclass(slots=True, kw_only=True)
class RouteProbe:
    """The first page of one route, as it was answered."""

    route: Route
    url: str = ""  # requested
    landed: str = ""  # where that led to
    status: int | None = None
    reason: str | None = "it was not requested: the probe was cut short"  # why there is no listing
    robots: Robots = Robots.UNKNOWN
    listing: Listing | None = None
    content: bytes = b""  # as served

    @property
    def entries(self) -> Sequence[Entry]:
        """The lines of the list."""
        return self.listing.entries if self.listing else ()


@dataclass(slots=True, kw_only=True)
class ArticleProbe:
    """One article that was opened."""

    candidate: Candidate
    pages: list[Page] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)  # the same as served, or as the browser made it of that
    is_rendered: bool = False  # whether it was read in the browser
    visit: Visit | None = None  # None: it was not answered


@dataclass(slots=True, kw_only=True)
class OutletProbe:
    """All that was seen of an outlet. ``now`` is aware, by the logical clock; ``may_be_relevant``: whether words may be about the topic."""

    outlet: type[OutletSpider]
    now: datetime
    may_be_relevant: Callable[[str], bool] = lambda _: True
    user_agent: str = ""
    routes: dict[str, RouteProbe] = field(init=False)  # every route, also those that were not asked
    articles: list[ArticleProbe] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.routes = {route.name: RouteProbe(route=route) for route in self.outlet.routes}

    @property
    def is_refused(self) -> bool:
        """Whether anything was answered 403."""
        visits = (article.visit for article in self.articles)
        return 403 in {*(seen.status for seen in self.routes.values()), *(visit.http_status for visit in visits if visit)}

    def listed(self, name: str) -> list[Candidate]:
        """The articles that a route lists, each once."""
        return read_candidates(self.routes[name].entries, self.routes[name].route, self.outlet.articles)

    def is_taken(self, candidate: Candidate) -> bool:
        """Whether a crawl would request the article."""
        return is_wanted(candidate, self.routes[candidate.route].route, self.may_be_relevant)

    def candidates(self) -> list[Candidate]:
        """The articles to open, each once and the best first.

        Those that match a route's url_filter come before those of a tag or of the keyword prefilter, and these before the rest; among
        equals the newest first, those without a time last. What is dated in the future is left out.
        """
        best: dict[str, Candidate] = {}
        for candidate in sorted((candidate for name in self.routes for candidate in self.listed(name)), key=self._rank):
            if candidate.published_at is None or candidate.published_at <= self.now + CLOCK_SKEW:
                best.setdefault(candidate.article_id, candidate)
        return list(best.values())

    def _rank(self, candidate: Candidate) -> tuple[bool, bool, bool, float]:
        route, at = self.routes[candidate.route].route, candidate.published_at
        by_address = route.group is None and route.matches(candidate.url)
        return not by_address, not self.is_taken(candidate), at is None, -at.timestamp() if at else 0.0
