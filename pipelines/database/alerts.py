"""Which issues somebody is to be told of, and which they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import psycopg
from psycopg import sql
from psycopg.rows import class_row

REMINDER = timedelta(days=1)


class News(StrEnum):
    """What is told of an issue; the values are the columns of crawl_issues that say when it was."""

    OPENED = "told_at"
    LASTS = "reminded_at"
    MENDED = "clearing_told_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """An issue, and what of it is to be told now."""

    issue_id: int
    news: str
    outlet: str | None
    kind: str
    subject: str
    detail: str
    occurrences: int
    opened_at: datetime
    cleared_at: datetime | None


def untold(connection: psycopg.Connection, after: Mapping[str, int], now: datetime) -> list[IssueRow]:
    """What is to be told by now (logical clock), the oldest issues first. ``after``: how many runs have to have met each kind."""
    query = """
        select issue_id, outlet, kind, subject, detail, occurrences, opened_at, cleared_at,
            case when told_at is null then 'told_at' when cleared_at is null then 'reminded_at' else 'clearing_told_at' end as news
        from crawl_issues left join unnest(%(kinds)s::text[], %(runs)s::integer[]) as told (kind, runs) using (kind)
        where cleared_at is null and told_at is null and degrades and occurrences >= runs
            or cleared_at is null and coalesce(reminded_at, told_at) <= %(now)s - %(reminder)s
            or told_at is not null and cleared_at is not null and clearing_told_at is null
        order by issue_id
    """
    parameters = {"kinds": list(after), "runs": list(after.values()), "now": now, "reminder": REMINDER}
    return connection.cursor(row_factory=class_row(IssueRow)).execute(query, parameters).fetchall()


def mark_told(connection: psycopg.Connection, issue_ids: Sequence[int], news: News, at: datetime) -> None:
    """Write down that somebody was told."""
    query = sql.SQL("update crawl_issues set {} = %s where issue_id = any(%s)").format(sql.Identifier(news))
    connection.execute(query, [at, list(issue_ids)])
