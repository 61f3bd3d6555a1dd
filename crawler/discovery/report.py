"""What a run saw of each of an outlet's routes, and the coverage gaps it left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler.article import Validators


@dataclass(slots=True, kw_only=True)
class RouteReport:
    """What a run saw of one route."""

    since: datetime  # how far back it was to look
    high_water_mark: datetime | None = None  # up to when earlier runs have seen it; None where this run need not reach back to them
    oldest: datetime | None = None  # of the times that it listed
    paginations: int = 0
    ended: int = 0  # paginations that came to their end: the last page, or what the run was asked to look back to
    unchanged: int = 0  # of those, ended by the answer that nothing has changed
    requests: int = 0
    found: int = 0  # article URLs of any kind and age: none at all means that the route is not as declared
    listed: int = 0  # of those, the wanted ones: recent, and matching the route's url_filter or the keyword prefilter
    filtered_out: int = 0  # recent ones that match neither
    first: int = 0  # of those listed, the ones that no other route had listed before in this run
    known: int = 0  # of the first, the ones that were visited before
    unknown: int = 0  # of those listed, how many the database did not know
    exhaustive: bool = False  # whether the route's end proves that nothing was missed
    fell_short: bool = False  # whether a list of the newest ended before what earlier runs have seen
    group: str | None = None  # single routes of one group may be dead
    unproven: bool = False  # nobody has seen it work: nothing is expected of it
    is_new: bool = False  # whether it has never listed anything
    last_nonempty_at: datetime | None = None  # when it last listed something before this run
    may_be_empty: bool = False
    problems: list[str] = field(default_factory=list)
    validators: dict[str, Validators] = field(default_factory=dict)  # of the first page of each pagination, by URL

    @property
    def answered(self) -> bool:
        """Whether the run lasted until this route was answered."""
        return bool(self.found or self.ended or self.problems)

    @property
    def is_silent(self) -> bool:
        """Whether it answered, and with nothing at all that is an article."""
        return self.answered and not (self.found or self.unchanged)

    @property
    def is_dead(self) -> bool:
        """Whether it is silent although it should not be."""
        return self.is_silent and (not self.may_be_empty or bool(self.problems))

    @property
    def is_whole(self) -> bool:
        """Whether every pagination came to its end. A tag that an outlet does not use is an empty list, and whole."""
        return 0 < self.paginations == self.ended and (self.group is not None or not self.is_dead)

    @property
    def complete(self) -> bool:
        """Whether this route proves that the run missed nothing since ``since``."""
        return self.exhaustive and self.is_whole and not self.fell_short

    @property
    def gap(self) -> tuple[datetime, datetime] | None:
        """The coverage gap: from what earlier runs have seen to the oldest that this run saw, if there is time between."""
        if self.high_water_mark is None or not self.is_whole:
            return None
        if self.since > self.high_water_mark:
            return self.high_water_mark, self.since
        return (self.high_water_mark, self.oldest) if self.fell_short and self.oldest else None


def coverage_gaps(routes: Mapping[str, RouteReport]) -> dict[str, tuple[datetime, datetime]]:
    """The coverage gaps by route, without those that an exhaustive route of the outlet covers by this run or by the runs up to it."""
    complete = [report for report in routes.values() if report.complete]
    if any(report.high_water_mark and not report.gap for report in complete):
        return {}
    back = min((report.since for report in complete), default=None)
    gaps = {name: gap for name, report in routes.items() if (gap := report.gap)}
    return {name: gap for name, gap in gaps.items() if back is None or back > gap[0]}
