"""Issues: what was not as expected, each from the run that met it first to the one that met it no more."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import psycopg

from crawler.article import Issue
from pipelines.database.connection import redact, storable

_OPEN = """
    insert into crawl_issues (outlet, kind, subject, detail, degrades, opened_at, last_seen_at, run_id)
    values (%(outlet)s, %(kind)s, %(subject)s, %(detail)s, %(degrades)s, %(at)s, %(at)s, %(run_id)s)
    on conflict (coalesce(outlet, ''), kind, md5(subject)) where cleared_at is null do update
    set detail = excluded.detail, degrades = excluded.degrades, last_seen_at = excluded.last_seen_at, run_id = excluded.run_id,
        occurrences = crawl_issues.occurrences + 1
"""
_CLEAR = """
    update crawl_issues set cleared_at = %(at)s
    where outlet is not distinct from %(outlet)s and cleared_at is null and kind = any(%(judged)s)
        and (%(machine)s::text is null or subject = %(machine)s)
        and (kind, subject) not in (select * from unnest(%(kinds)s::text[], %(subjects)s::text[]))
"""


def update_issues(
    connection: psycopg.Connection,
    outlet: str | None,
    issues: Collection[Issue],
    *,
    at: datetime,
    judged: Collection[str],
    run_id: int | None = None,
    machine: str | None = None,
) -> None:
    """Open or go on with each of an outlet's issues (None: of no single outlet), and clear others of the kinds ``judged``.

    ``at``: aware, by the logical clock. ``judged``: the kinds of which all that there are were met. ``machine``: clear only its issues.
    """
    rows = [asdict(issue) | {"subject": storable(redact(issue.subject)), "detail": storable(redact(issue.detail))} for issue in issues]
    common = {"outlet": outlet, "at": at, "run_id": run_id}
    connection.cursor().executemany(_OPEN, [row | common for row in rows])
    subjects = {"kinds": [row["kind"] for row in rows], "subjects": [row["subject"] for row in rows]}
    connection.execute(_CLEAR, {**common, **subjects, "judged": list(judged), "machine": machine})
