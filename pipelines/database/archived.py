"""What the database says of the archive: which pages of stored articles are in which recording."""

from collections.abc import Sequence

import psycopg

_STORED = """
    select archive_file, article_id, url, aliases from pages join articles using (page_id)
    where pages.outlet = %(outlet)s and archive_file = any(%(files)s)
    union
    select v.archive_file, article_id, url, aliases from article_versions v join pages using (page_id)
    where pages.outlet = %(outlet)s and v.archive_file = any(%(files)s)
"""


def stored_pages(connection: psycopg.Connection, outlet: str, recordings: Sequence[str]) -> dict[str, set[str]]:
    """For each recording of an outlet: the ids and addresses of the stored articles whose text, today's or an earlier one, came with it."""
    found: dict[str, set[str]] = {}
    for name, article_id, url, aliases in connection.execute(_STORED, {"outlet": outlet, "files": list(recordings)}):
        found.setdefault(name, set()).update([article_id, url, *aliases])
    return found
