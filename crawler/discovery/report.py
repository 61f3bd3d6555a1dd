"""What a run saw of each of an outlet's routes, and the times it could not look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler.article import Validators


@dataclass(slots=True, kw_only=True)
class RouteReport:
    """What a run saw of one route."""

    since: datetime  # how far back it was to look
    high_water_mark: datetime | None = None  # what it was to meet: where what earlier runs saw ends; None where nothing has to be met
    oldest: datetime | None = None  # of the times it printed
    paginations: int = 0
    ended: int = 0  # paginations that came to their end: the last page, or what the run was asked to look back to
    unchanged: int = 0  # of those, ended by the answer that nothing has changed
    requests: int = 0
    found: int = 0  # article URLs of any kind and age: none at all means that the route is not what we believe
    listed: int = 0  # of those, the ones we want: recent, and of a channel or of words that may be the topic's
    filtered_out: int = 0  # recent ones that we do not
    first: int = 0  # of those listed, the ones that no other route had listed before in this run
    known: int = 0  # of the first, the ones that were visited before
    unknown: int = 0  # of those listed, how many the database did not know
    exhaustive: bool = False  # whether the route's end proves that nothing was missed
    fell_short: bool = False  # whether a list of the newest ended before it met what was seen
    group: str | None = None  # routes of one group may be dead one by one
    is_new: bool = False  # whether it has never listed anything
    may_be_empty: bool = False
    problems: list[str] = field(default_factory=list)
    validators: dict[str, Validators] = field(default_factory=dict)  # of the first page of each pagination, by URL

    @property
    def answered(self) -> bool:
        """Whether the run lasted long enough to learn anything from this route."""
        return bool(self.found or self.ended or self.problems)

    @property
    def is_dead(self) -> bool:
        """Whether it answered, and with nothing at all that is an article."""
        return self.answered and not (self.found or self.unchanged or (self.may_be_empty and not self.problems))

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
        """The time between what earlier runs saw and the oldest that this one saw, if it did not meet that."""
        if self.high_water_mark is None or not self.is_whole:
            return None
        if self.since > self.high_water_mark:
            return self.high_water_mark, self.since
        return (self.high_water_mark, self.oldest) if self.fell_short and self.oldest else None


def coverage_gaps(routes: Mapping[str, RouteReport]) -> dict[str, tuple[datetime, datetime]]:
    """The gaps of routes that no other route of the outlet has looked into, in this run or in an unbroken row up to it, by route."""
    complete = [report for report in routes.values() if report.complete]
    if any(report.high_water_mark and not report.gap for report in complete):
        return {}
    back = min((report.since for report in complete), default=None)
    gaps = {name: gap for name, report in routes.items() if (gap := report.gap)}
    return {name: gap for name, gap in gaps.items() if back is None or back > gap[0]}
