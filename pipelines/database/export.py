"""The stored articles as plain dictionaries, for export and display."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

COLUMNS = (
    *("url", "outlet", "article_id", "headline", "subtitle", "authors", "editors", "agencies", "published_at", "published_precision"),
    *(
        "modified_at",
        "section",
        "tags",
        "dateline",
        "body",
        "image_url",
        "image_caption",
        "original_url",
        "language",
        "topic",
        "band",
        "score",
    ),
    *("story_id", "aliases", "status", "version_no", "first_stored_at", "updated_at"),
)
_SELECT = sql.SQL("select {} from articles join pages using (page_id) ").format(sql.SQL(", ").join(map(sql.Identifier, COLUMNS)))
_STREAM = _SELECT + sql.SQL("""
    where band in ('about', 'review') and status <> 'alias' and (%(since)s::timestamptz is null or updated_at >= %(since)s)
        and (%(outlets)s::text[] = '{}' or outlet = any(%(outlets)s))
    order by dated_at, page_id
""")
_NEWEST = _SELECT + sql.SQL("where band = 'about' and status <> 'alias' order by dated_at desc, page_id desc limit %s")


def stream_articles(connection: psycopg.Connection, since: datetime | None, outlets: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Every article in the bands about and review, the earliest first, a few at a time whatever their number.

    ``since``: only those stored or changed from then on; ``outlets``: only these, all when empty. The keys are COLUMNS.
    """
    with connection.transaction(), connection.cursor("articles", row_factory=dict_row) as cursor:
        yield from cursor.execute(_STREAM, {"since": since, "outlets": list(outlets)})


def newest_articles(connection: psycopg.Connection, limit: int) -> list[dict[str, Any]]:
    """The newest articles about the topic, the latest first. The keys are COLUMNS."""
    return connection.cursor(row_factory=dict_row).execute(_NEWEST, [limit]).fetchall()
