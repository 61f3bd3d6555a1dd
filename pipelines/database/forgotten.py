"""Texts that somebody asked to be forgotten: they are deleted, and what is left says that they are not to come back.

Of their ids and addresses only hashes are kept: an address can hold the headline.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg.rows import class_row

from pipelines.database import stories
from pipelines.database.connection import storable


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenPage:
    """A page that is to be deleted."""

    page_id: int
    outlet: str
    article_id: str
    urls: list[str]
    texts: list[str] = field(repr=False)  # headlines, subtitles and bodies of all its versions

    @property
    def names(self) -> list[str]:
        """Its id and its addresses."""
        return [self.article_id, *self.urls]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """An article with much the same text that stays."""

    outlet: str
    url: str
    headline: str


_FIND = """
    select page_id, p.outlet, article_id, array_prepend(url, aliases) as urls, array(
        select distinct text from article_versions v cross join lateral unnest(array[v.headline, v.subtitle, v.body]) text
        where v.page_id = p.page_id and text is not null
    ) as texts
    from pages p
    where p.outlet = any(%(outlets)s) and exists (
        select from unnest(array[article_id, url] || aliases) name
        join forgotten f on f.outlet = p.outlet and f.hash = encode(sha256(convert_to(p.outlet || E'\\n' || name, 'UTF8')), 'hex')
    )
"""
_ELSEWHERE = """
    with mine as (
        select page_id, story_id from articles where page_id = any(%(pages)s)
    )
    select a.outlet, p.url, a.headline from articles a join pages p using (page_id)
    where a.page_id <> all(%(pages)s) and (
        a.story_id in (select story_id from mine) or p.original_page_id = any(%(pages)s) or a.original_url = any(%(urls)s)
        or a.page_id in (select page_b from near_duplicates where page_a = any(%(pages)s)
            union select page_a from near_duplicates where page_b = any(%(pages)s))
    )
    order by a.dated_at, a.page_id
"""
# A copy says no more of its original than the outlet: the rest of its address may be the headline.
_UNLINK = """
    update articles a set original_url = o.home from pages copy, pages p join outlets o using (outlet)
    where copy.page_id = a.page_id and p.page_id = any(%(ids)s) and (copy.original_page_id = p.page_id or a.original_url = any(%(urls)s))
"""
# Wherever a sentence or an address of theirs may stand besides their own rows, which the foreign keys leave to be deleted in this order.
_MENTIONS = (("pages", "reason"), ("crawl_runs", "reason"), ("crawl_issues", "detail"))
_TABLES = ("near_duplicates", "revisions", "article_versions", "fingerprints", "verdicts", "articles", "pages")


def fingerprint(outlet: str, name: str) -> str:
    """What is kept of an id or an address."""
    return hashlib.sha256(f"{outlet}\n{storable(name)}".encode()).hexdigest()


def remember(connection: psycopg.Connection, outlet: str, names: Iterable[str], note: str | None) -> None:
    """Let nothing come back of a text with these ids and addresses."""
    query = "insert into forgotten (outlet, hash, note) select %s, unnest(%s::text[]), %s on conflict do nothing"
    connection.execute(query, [outlet, sorted({fingerprint(outlet, name) for name in names}), note])


def hashes(connection: psycopg.Connection) -> dict[str, set[str]]:
    """What is kept of all that is forgotten, by outlet."""
    found: dict[str, set[str]] = {}
    for outlet, mark in connection.execute("select outlet, hash from forgotten"):
        found.setdefault(outlet, set()).add(mark)
    return found


def among(connection: psycopg.Connection, outlet: str, names: Collection[str]) -> set[str]:
    """Those of some ids or addresses that are forgotten."""
    marks = {fingerprint(outlet, name): name for name in names}
    query = "select hash from forgotten where outlet = %s and hash = any(%s)"
    return {marks[mark] for (mark,) in connection.execute(query, [outlet, list(marks)])}


def find(connection: psycopg.Connection, outlets: Collection[str]) -> list[ForgottenPage]:
    """The pages of some outlets that are to be forgotten and are still there; all that they go by is to be forgotten, too."""
    pages: list[ForgottenPage] = []
    connection.execute("set statement_timeout = '5min'")  # it looks at every page
    while True:
        found = connection.cursor(row_factory=class_row(ForgottenPage)).execute(_FIND, {"outlets": list(outlets)}).fetchall()
        if len(found) == len(pages):
            return pages
        pages = found
        for page in pages:
            remember(connection, page.outlet, page.names, None)


def elsewhere(connection: psycopg.Connection, pages: Sequence[ForgottenPage]) -> list[Elsewhere]:
    """The articles that share their text: of the same story, near-duplicates, and copies at aggregators."""
    values = {"pages": [page.page_id for page in pages], "urls": [url for page in pages for url in page.urls]}
    return connection.cursor(row_factory=class_row(Elsewhere)).execute(_ELSEWHERE, values).fetchall()


def delete(connection: psycopg.Connection, pages: Sequence[ForgottenPage], sentences: Collection[str]) -> None:
    """Delete pages with their articles, all versions, verdicts and pairs, in one transaction; their stories go on without them.

    ``sentences``: what must not stand in any reason or detail either.
    """
    if not pages:
        return
    ids = [page.page_id for page in pages]
    with connection.transaction():
        stories.lock(connection)
        urls = [url for page in pages for url in page.urls]
        values = {"ids": ids, "urls": urls}
        connection.execute(_UNLINK, values)
        connection.execute("update pages set original_page_id = null where original_page_id = any(%(ids)s)", values)
        connection.execute("update articles set replaces = null where replaces = any(%(ids)s)", values)
        stories.leave(connection, ids, lambda: _delete(connection, ids))
        for url in urls:
            connection.execute("update pages set aliases = array_remove(aliases, %(url)s) where aliases @> array[%(url)s]", {"url": url})
        for table, column in _MENTIONS:
            query = f"""
                update {table} set {column} = '(it named a page that is forgotten)'
                where exists (select from unnest(%(texts)s::text[]) text where position(text in {column}) > 0)
            """  # noqa: S608 - the names are ours
            connection.execute(query.encode(), {"texts": list(sentences)})


def _delete(connection: psycopg.Connection, ids: Sequence[int]) -> None:
    for table in _TABLES:
        condition = "page_a = any(%(ids)s) or page_b = any(%(ids)s)" if table == "near_duplicates" else "page_id = any(%(ids)s)"
        connection.execute(f"delete from {table} where {condition}".encode(), {"ids": ids})  # noqa: S608
