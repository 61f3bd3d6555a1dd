"""The stored articles as plain dictionaries, for export and display."""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

_COLUMNS = """
    url, outlet, article_id, headline, subtitle, authors, editors, agencies, agency_mentions, published_at, published_precision,
    modified_at, section, tags, dateline, body, image_url, image_caption, original_url, language,
    topic, final_band as band, score, settled_by, story_id, aliases, status, gone_since is not null as withdrawn,
    version_no, first_stored_at, updated_at
"""
COLUMNS = tuple(name.split()[-1] for name in _COLUMNS.split(","))
_SELECT = f"""
    select {_COLUMNS} from articles join pages using (page_id, outlet) join verdicts using (page_id)
    where not superseded and (%(topics)s::text[] = '{{}}' or topic = any(%(topics)s))
"""  # noqa: S608 - the columns are ours
_STREAM = f"""{_SELECT}
    and final_band in ('about', 'review') and (%(since)s::timestamptz is null or dated_at >= %(since)s)
    and (%(stored_since)s::timestamptz is null or greatest(updated_at, settled_at, gone_since) >= %(stored_since)s)
    and (%(outlets)s::text[] = '{{}}' or outlet = any(%(outlets)s))
    order by dated_at, page_id, topic
"""
_NEWEST = f"{_SELECT} and final_band = 'about' order by dated_at desc, page_id desc, topic limit %(limit)s"


def known_outlets(connection: psycopg.Connection) -> set[str]:
    """The outlets that were ever crawled here."""
    return {outlet for (outlet,) in connection.execute("select outlet from outlets")}


def stream_articles(
    connection: psycopg.Connection,
    *,
    since: datetime | None = None,
    stored_since: datetime | None = None,
    outlets: Sequence[str] = (),
    topics: Sequence[str] = (),
) -> Generator[dict[str, Any], None, None]:
    """Every article in the bands about and review, the earliest first, a few at a time whatever their number, once for each topic.

    ``since``: only those published from then on (stored, where the page names no time); ``stored_since``: only those stored, changed,
    settled by somebody or withdrawn from then on; ``outlets``, ``topics``: only these, all when empty. The keys are COLUMNS.
    """
    values = {"since": since, "stored_since": stored_since, "outlets": list(outlets), "topics": list(topics)}
    with connection.transaction(), connection.cursor("articles", row_factory=dict_row) as cursor:
        yield from cursor.execute(_STREAM.encode(), values)


def newest_articles(connection: psycopg.Connection, limit: int, topics: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The newest articles about a topic, the latest first. The keys are COLUMNS."""
    return connection.cursor(row_factory=dict_row).execute(_NEWEST.encode(), {"limit": limit, "topics": list(topics)}).fetchall()
