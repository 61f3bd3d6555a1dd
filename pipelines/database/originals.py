"""Copies that an aggregator shows, and the articles they were taken from.

The original is fetched by its own outlet's spider, under that outlet's rules; until it has been read, the copy stands in for it. Then the
copy steps back: its page becomes an alias of the original's, its text stays but is no longer current.
"""

from dataclasses import asdict

import psycopg

from crawler.article import Original, Visit
from pipelines.database import forgotten

STEPPED_BACK = "a copy of an article that was read at its own outlet"  # why a copy's page does not count


def is_read(connection: psycopg.Connection, original: Original) -> bool:
    """Whether the original was read at its own outlet, on topic or not."""
    query = "select from pages where outlet = %s and article_id = %s and status in ('stored', 'off_topic')"
    return connection.execute(query, [original.outlet, original.article_id]).rowcount == 1


def link(connection: psycopg.Connection, page_id: int, visit: Visit) -> None:
    """Say which page the copy was taken from, and make that page due at its outlet if nobody has asked for it yet.

    Of an original that is forgotten nothing is said.
    """
    original = visit.original
    assert original is not None
    if forgotten.among(connection, original.outlet, [original.article_id, original.url]):
        return
    parameters = {**asdict(original), "copy": page_id, "copy_url": visit.url, "at": visit.fetched_at}
    connection.execute(
        "insert into outlets (outlet, title, home) values (%(outlet)s, %(outlet)s, %(url)s) on conflict do nothing",
        parameters,  # the outlet's own first run puts its names right
    )
    connection.execute(
        """
        with original as (
            insert into pages (outlet, article_id, url, aliases, status, route, first_seen_at, next_crawl_at)
            values (%(outlet)s, %(article_id)s, %(url)s, array[%(copy_url)s::text], 'scheduled', 'aggregator', %(at)s, %(at)s)
            on conflict (outlet, article_id) do update
            set aliases = case when %(copy_url)s = any(pages.aliases) then pages.aliases else pages.aliases || excluded.aliases end
            returning page_id
        )
        update pages set original_page_id = original.page_id from original where pages.page_id = %(copy)s
        """,
        parameters,
    )


def supersede_copies(connection: psycopg.Connection, page_id: int) -> list[int]:
    """Let the copies of a page that was now read step back; returns those that have an article."""
    rows = connection.execute(
        """
        with copies as (
            update pages set status = 'alias', next_crawl_at = null, reason = %s
            where original_page_id = %s and status in ('stored', 'off_topic') returning page_id
        )
        update articles set superseded = true from copies where articles.page_id = copies.page_id returning articles.page_id
        """,
        [STEPPED_BACK, page_id],
    )
    return [copy for (copy,) in rows]
