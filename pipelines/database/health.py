"""How the outlets' runs go, for people: all times by the runs' logical clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A row of the view outlet_health."""

    outlet: str
    period: timedelta | None
    status: str | None
    since: datetime | None
    last_run_at: datetime | None
    last_good_run_at: datetime | None
    newest_story_at: datetime | None
    open_issues: int
    open_gaps: int

    @property
    def is_well(self) -> bool:
        """Whether its latest run ended with exit code 0."""
        return self.last_run_at is not None and self.last_run_at == self.last_good_run_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether it had no good run in twice its period."""
        return not self.last_good_run_at or now - self.last_good_run_at > 2 * (self.period or timedelta(hours=1))


def outlet_health(connection: psycopg.Connection, outlets: Sequence[str] = ()) -> list[Health]:
    """How these outlets are, or all that have ever been crawled."""
    query = """
        select outlet, period, status, since, last_run_at, last_good_run_at, newest_story_at, open_issues, open_gaps
        from outlet_health where outlet = any(%(outlets)s) or %(outlets)s::text[] = '{}' and last_run_at is not null order by outlet
    """
    return connection.cursor(row_factory=class_row(Health)).execute(query, {"outlets": list(outlets)}).fetchall()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIssue:
    """An issue that no run has cleared."""

    outlet: str | None
    kind: str
    subject: str
    detail: str
    degrades: bool
    opened_at: datetime
    occurrences: int


def open_issues(connection: psycopg.Connection) -> list[OpenIssue]:
    """All open issues, those of no single outlet first."""
    query = """
        select outlet, kind, subject, detail, degrades, opened_at, occurrences from crawl_issues
        where cleared_at is null order by outlet nulls first, issue_id
    """
    return connection.cursor(row_factory=class_row(OpenIssue)).execute(query).fetchall()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfRuns:
    """The runs of an outlet on a day (WIB), or a single run."""

    day: date
    outlet: str
    at: datetime  # of the first
    runs: int
    bad: int  # those whose exit code was not 0
    listed: int
    fetched: int
    new: int
    failed: int
    seconds: float
    reason: str | None  # of the latest that has one
    status: str  # of the latest


def runs_since(connection: psycopg.Connection, since: datetime, outlet: str | None = None) -> list[DayOfRuns]:
    """The runs since a time, newest first: by outlet and day, or each run of one outlet."""
    query = """
        select (logical_clock at time zone 'Asia/Jakarta')::date as day, outlet, min(logical_clock) as at, count(*)::integer as runs,
            (count(*) filter (where status <> 'running' and exit_code is distinct from 0))::integer as bad,
            sum(listed)::integer as listed, sum(fetched)::integer as fetched, sum(new)::integer as new,
            sum(failed)::integer as failed, coalesce(sum(seconds), 0) as seconds,
            (array_agg(reason order by run_id desc) filter (where reason is not null))[1] as reason,
            (array_agg(status order by run_id desc))[1] as status
        from crawl_runs where logical_clock >= %(since)s and (%(outlet)s::text is null or outlet = %(outlet)s)
        group by 1, 2, case when %(outlet)s::text is not null then run_id end
        order by 1 desc, at desc, outlet
    """
    parameters = {"since": since, "outlet": outlet}
    return connection.cursor(row_factory=class_row(DayOfRuns)).execute(query, parameters).fetchall()
