"""Record how a request for an article ended: the page, and what came of it, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from difflib import unified_diff
from functools import partial
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from crawler.article import ARTICLE_BANDS, Article, Change, Outcome, PageStatus, Visit
from pipelines.database import forgotten, originals, stories
from pipelines.database.connection import storable
from pipelines.database.verdicts import save_verdicts
from pipelines.words import words

_FIRST_RETRY, _LONGEST_RETRY, _MOST_ATTEMPTS = timedelta(minutes=15), timedelta(days=1), 10  # three days in all
# A rejected page may have been a block page, a notice or half a page in place of the story.
_RECRAWL_REJECTED = (timedelta(hours=6), timedelta(days=1), timedelta(days=3))
# A story is recrawled for as long as it is young: (until so old, this often), counted from its publication.
_RECRAWL_STORED = (
    (timedelta(hours=3), timedelta(minutes=15)),
    (timedelta(hours=12), timedelta(hours=1)),
    (timedelta(days=2), timedelta(hours=6)),
    (timedelta(days=7), timedelta(days=1)),
    (timedelta(days=30), timedelta(days=3)),
)
_SURELY_GONE = timedelta(days=1)  # a stored article that is missing once may be back after the outlet's maintenance
# A text that shares less with what stood at its address is another article: share of the old body, and of the shorter headline's words.
_OTHER_BODY, _OTHER_HEADLINE, _FEWEST_SHINGLES = 0.05, 0.34, 10
_LONGEST_ALIAS = 2000  # bytes; an index takes 2,704
_LONGEST_ID = 1000  # bytes; the constraint pages_article_id_length

_UPSERT_PAGE = """
    insert into pages (outlet, article_id, first_seen_at, url, aliases, status, reason, route, fetched_at, attempts, next_crawl_at,
        gone_since, http_status, imported_from, etag, last_modified, archive_file)
    values (%(outlet)s, %(article_id)s, %(fetched_at)s, %(url)s, %(aliases)s, %(status)s, %(reason)s, %(route)s, %(fetched_at)s,
        %(attempts)s, %(next_crawl_at)s, %(gone_since)s, %(http_status)s, %(imported_from)s, %(etag)s, %(last_modified)s, %(archive_file)s)
    on conflict (outlet, article_id) do update
    set (url, aliases, status, reason, fetched_at, attempts, next_crawl_at, gone_since, http_status, imported_from) =
        row(excluded.url, excluded.aliases, excluded.status, excluded.reason, excluded.fetched_at, excluded.attempts,
            excluded.next_crawl_at, excluded.gone_since, excluded.http_status, excluded.imported_from),
        (route, etag, last_modified, archive_file) = -- what an earlier visit knew, if this one does not
        row(coalesce(excluded.route, pages.route), coalesce(excluded.etag, pages.etag),
            coalesce(excluded.last_modified, pages.last_modified), coalesce(excluded.archive_file, pages.archive_file))
    returning page_id
"""
# What is only read again says nothing of how the page was visited, and not that it is there.
_REREAD_PAGE = """
    update pages set url = %(url)s, aliases = %(aliases)s, next_crawl_at = coalesce(next_crawl_at, %(next_crawl_at)s),
        status = case when status = 'gone' then status else %(status)s end,
        reason = case when status = 'gone' then reason else %(reason)s end
    where outlet = %(outlet)s and article_id = %(article_id)s returning page_id
"""
TEXT_COLUMNS = ("headline", "subtitle", "body")
JSON_COLUMNS = ("agency_mentions", "sources", "noise_removed", "disagreements")
_ADDED = ("agency_mentions", "updated_at", "version_no")
ARTICLE_COLUMNS = (*(field.name for field in fields(Article) if field.name not in {"article_id", "url", "aliases"}), *_ADDED)


def _list(kind: Callable[[str], sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(map(kind, ARTICLE_COLUMNS))


# What is written again counts again: it is no longer superseded.
_UPSERT_ARTICLE = sql.SQL(
    "insert into articles (page_id, story_id, first_stored_at, {names}) values (%(page_id)s, %(story_id)s, %(fetched_at)s, {values})"
    " on conflict (page_id) do update set (superseded, {names}) = row(false, {new})"
    " where articles.superseded or ({old}) is distinct from ({new})"
).format(
    names=_list(sql.Identifier),
    values=_list(sql.Placeholder),
    old=_list(partial(sql.Identifier, "articles")),
    new=_list(partial(sql.Identifier, "excluded")),
)
_INSERT_VERSION = """
    with version as (
        insert into article_versions (page_id, version_no, headline, subtitle, body, modified_at, fetched_at, archive_file, change, diff,
            reread_at)
        values (%(page_id)s, %(version_no)s, %(headline)s, %(subtitle)s, %(body)s, %(modified_at)s, %(fetched_at)s, %(archive_file)s,
            %(change)s, %(diff)s, %(reread_at)s)
        returning page_id, version_no, change
    )
    insert into revisions (page_id, version_no, removed, added)
    select page_id, version_no,
        array(select unnest(shingles) except select unnest(%(shingles)s::bigint[])),
        array(select unnest(%(shingles)s::bigint[]) except select unnest(shingles))
    from version join fingerprints using (page_id) where change in ('body', 'both') and fingerprints.version = %(fingerprint)s
"""


@dataclass(frozen=True, slots=True)
class _KnownPage:
    """What earlier visits wrote down of a page: nothing, before the first."""

    page_id: int | None = None
    url: str | None = None
    aliases: Sequence[str] = ()
    status: str | None = None
    fetched_at: datetime | None = None
    attempts: int = 0
    gone_since: datetime | None = None
    has_article: bool = False
    dated_at: datetime | None = None  # of the article
    kept_for: Sequence[str] = ()  # topics that have it in the bands about or review
    settled: Sequence[tuple[str, str]] = ()  # topics of which a person said whether it belongs, and in which band


def record(connection: psycopg.Connection, visit: Visit, read_at: datetime | None = None) -> tuple[PageStatus, Change | None]:
    """Write a Visit down, all of it or nothing; returns its status and what it did to the articles.

    ``read_at``: when it was read, if not when the page was fetched. What then differs from what is known of that very visit is no change of
    the outlet's. A page that has an article never loses it, whatever later visits find. Raises psycopg errors, and ValueError, TypeError or
    UnicodeError for values that PostgreSQL has no room for.
    """
    article = visit.article if visit.outcome is Outcome.ARTICLE else None
    with connection.transaction():
        if article:
            stories.lock(connection)
        if _is_forgotten(connection, visit):
            return PageStatus.FORGOTTEN, None
        known = _known_page(connection, visit.outlet, article.article_id if article else visit.article_id)
        if visit.outcome is Outcome.UNCHANGED and known.status:
            row: dict[str, object] = {"status": known.status, "next_crawl_at": _next_crawl(known.dated_at, visit.fetched_at)}
            _upsert_page(connection, visit, visit.article_id, known, row)
            return PageStatus(known.status), Change.UNCHANGED
        if article is None:
            page_id = _upsert_page(connection, visit, visit.article_id, known, _without_article(visit, known))
            if visit.original:  # of a copy that is of no use, such as an excerpt
                originals.link(connection, page_id, visit)
            return PageStatus(visit.outcome), None
        if not visit.verdicts:
            raise RuntimeError("a Visit with an article reached the store without a verdict: the topic pipeline has to come before")
        return _record_article(connection, visit, article, known, read_at)


def _is_forgotten(connection: psycopg.Connection, visit: Visit) -> bool:
    read = [visit.article.article_id, visit.article.url, *visit.article.aliases] if visit.article else []
    return bool(forgotten.among(connection, visit.outlet, [visit.article_id, visit.url, *read]))


def _record_article(
    connection: psycopg.Connection, visit: Visit, article: Article, known: _KnownPage, read_at: datetime | None
) -> tuple[PageStatus, Change | None]:
    reread_at = read_at if known.fetched_at and known.fetched_at >= visit.fetched_at else None
    may_be_another = known.has_article and not reread_at
    replaces = known.page_id if may_be_another and _is_another_text(connection, known.page_id, visit, article) else None
    if replaces:
        _retire(connection, replaces, visit.fetched_at)
        known = _KnownPage()
    bands = {name: verdict.band for name, verdict in visit.verdicts.items()} | dict(known.settled)
    belongs = not ARTICLE_BANDS.isdisjoint(bands.values())
    is_kept = belongs or not visit.verdicts.keys() >= {*known.kept_for}  # for a topic not asked now
    status = PageStatus.STORED if is_kept else PageStatus.OFF_TOPIC
    has_text = is_kept or known.has_article
    if has_text and visit.original and originals.is_read(connection, visit.original):
        status, has_text = PageStatus.ALIAS, False
        connection.execute("update articles set superseded = true where page_id = %s", [known.page_id])
    if has_text and visit.fingerprint is None:
        raise RuntimeError("a text reached the store without a fingerprint: it was read in part, or near_duplicates did not come before")
    row: dict[str, object] = {"status": status, "reason": originals.STEPPED_BACK if status is PageStatus.ALIAS else None}
    if has_text:  # also one off topic: the next look may find that this one was mistaken
        row["next_crawl_at"] = _next_crawl(article.published_at or known.dated_at or visit.fetched_at, read_at or visit.fetched_at)
    page_id = _upsert_page(connection, visit, article.article_id, known, row, _REREAD_PAGE if reread_at else _UPSERT_PAGE)
    save_verdicts(connection, page_id, visit.verdicts.values(), reread_at or visit.fetched_at)
    if visit.article_id != article.article_id:
        also_known = _known_page(connection, visit.outlet, visit.article_id)
        alias = {"status": PageStatus.ALIAS, "reason": f"the outlet's other id of {article.article_id}"}
        _upsert_page(connection, visit, visit.article_id, also_known, alias)
    change = _store(connection, page_id, visit, article, replaces, reread_at) if has_text else None
    copies = originals.supersede_copies(connection, page_id) if visit.original is None else []
    if visit.original and belongs:
        originals.link(connection, page_id, visit)
    if stepped_back := [*copies, *([page_id] if status is PageStatus.ALIAS else [])]:
        stories.link(connection, dict.fromkeys(stepped_back), "superseded")
    return status, change


def _is_another_text(connection: psycopg.Connection, page_id: int | None, visit: Visit, article: Article) -> bool:
    """Whether the outlet used an article's address for another one: neither headline nor body have much in common with what stood there."""
    query = "select headline, shingles, version from articles join fingerprints using (page_id) where page_id = %s"
    headline, shingles, version = connection.execute(query, [page_id]).fetchone() or ("", (), "")
    mark = visit.fingerprint
    if mark is None or mark.version != version or min(len(shingles), len(mark.shingles)) < _FEWEST_SHINGLES:
        return False
    old, new = {*words(headline)}, {*words(article.headline)}
    return len(mark.shingles & {*shingles}) < _OTHER_BODY * len(shingles) and len(old & new) < _OTHER_HEADLINE * min(len(old), len(new))


def _retire(connection: psycopg.Connection, page_id: int, at: datetime) -> None:
    """Let an article make room for another one that the outlet gave its address: its text, number and story stay."""
    connection.execute(
        """
        update pages set article_id = left(article_id, 200) || ' until ' || %(at)s || ' ' || page_id, status = 'gone', gone_since = %(at)s,
            next_crawl_at = null, reason = 'its address was used for another article'
        where page_id = %(page)s
        """,
        {"page": page_id, "at": at},
    )


def quarantine(connection: psycopg.Connection, visit: Visit, reason: str) -> None:
    """Write down that a Visit could not be recorded because of what it holds; its page is not asked for again."""
    row: dict[str, object] = {"status": PageStatus.REJECTED, "reason": storable(reason)[:1000]}
    with connection.transaction():
        if _is_forgotten(connection, visit):
            return
        article_id = storable(visit.article_id).encode()[:_LONGEST_ID].decode(errors="ignore")
        known = _known_page(connection, visit.outlet, article_id)
        if known.has_article:
            row["status"] = known.status
        bare = Visit(
            outlet=visit.outlet, url=storable(visit.url), article_id=article_id, route=storable(visit.route),
            outcome=Outcome.REJECTED, fetched_at=visit.fetched_at, http_status=visit.http_status,
        )  # fmt: skip
        _upsert_page(connection, bare, article_id, known, row)


def _known_page(connection: psycopg.Connection, outlet: str, article_id: str) -> _KnownPage:
    query = """
        select page_id, url, aliases, status, fetched_at, attempts, gone_since, articles.page_id is not null as has_article, dated_at,
            array(select topic from verdicts v where v.page_id = pages.page_id and final_band in ('about', 'review')) as kept_for,
            array(select array[topic, settled_band] from verdicts v where v.page_id = pages.page_id and settled_band is not null) as settled
        from pages left join articles using (page_id) where pages.outlet = %s and article_id = %s for update of pages
    """
    return connection.cursor(row_factory=class_row(_KnownPage)).execute(query, [outlet, article_id]).fetchone() or _KnownPage()


def _next_crawl(dated_at: datetime | None, read_at: datetime) -> datetime | None:
    """When to ask for a story again, for corrections: the older it is, the later; None for one of the past."""
    age = read_at - (dated_at or read_at)
    return next((read_at + pause for limit, pause in _RECRAWL_STORED if age < limit), None)


def _without_article(visit: Visit, known: _KnownPage) -> dict[str, object]:
    """Status, attempts and next crawl of a page whose visit gave no article."""
    row: dict[str, object] = {"status": known.status if known.has_article else visit.outcome.value, "reason": visit.reason}
    if known.has_article:  # what is gone is gone until somebody reads it again
        row["gone_since"] = known.gone_since
    if visit.outcome is Outcome.REJECTED:
        row["attempts"] = known.attempts + 1
        if known.attempts < len(_RECRAWL_REJECTED):
            row["next_crawl_at"] = visit.fetched_at + _RECRAWL_REJECTED[known.attempts]
    elif visit.outcome is Outcome.FAILED:
        row["attempts"] = known.attempts + 1
        if known.attempts + 1 < _MOST_ATTEMPTS:
            row["next_crawl_at"] = visit.fetched_at + min(_FIRST_RETRY * 2**known.attempts, _LONGEST_RETRY)
        row["gone_since"] = known.gone_since
    elif visit.outcome is Outcome.NEEDS_BROWSER:  # one without an article waits, for as long as it takes
        row["next_crawl_at"] = _next_crawl(known.dated_at, visit.fetched_at) if known.has_article else None
    elif visit.outcome is Outcome.GONE:
        row["gone_since"] = since = known.gone_since or visit.fetched_at
        if known.has_article and visit.fetched_at - since < _SURELY_GONE:
            row["next_crawl_at"] = since + _SURELY_GONE
        else:
            row["status"] = PageStatus.GONE
    return row


def _upsert_page(
    connection: psycopg.Connection, visit: Visit, article_id: str, known: _KnownPage, row: Mapping[str, object], query: str = _UPSERT_PAGE
) -> int:
    read = visit.article if visit.outcome is Outcome.ARTICLE and visit.article and visit.article.article_id == article_id else None
    url = read.url if read else known.url or visit.url
    seen = [*known.aliases, *(read.aliases if read else ()), visit.url, known.url or url]
    parameters: dict[str, Any] = {
        "outlet": visit.outlet, "article_id": article_id, "url": url,
        "aliases": [each for each in dict.fromkeys(seen) if each != url and len(each.encode()) <= _LONGEST_ALIAS],
        "route": None if known.status and visit.route == "recrawl" else visit.route, "fetched_at": visit.fetched_at,
        "http_status": visit.http_status, "imported_from": visit.imported_from,
        "etag": visit.etag, "last_modified": visit.last_modified, "archive_file": visit.archive_file,
        "reason": None, "attempts": 0, "next_crawl_at": None, "gone_since": None, **row,
    }  # fmt: skip
    (page_id,) = connection.execute(query.encode(), parameters).fetchone() or (0,)
    return int(page_id)


def stored_form(article: Article) -> dict[str, Any]:
    """What is stored of an article, by column; JSON as plain values."""
    row: dict[str, Any] = asdict(article)
    row["agency_mentions"] = row["agencies"]
    row["agencies"] = list(dict.fromkeys(mention.agency for mention in article.agencies))
    return row


def _store(
    connection: psycopg.Connection, page_id: int, visit: Visit, article: Article, replaces: int | None, reread_at: datetime | None
) -> Change:
    mark = visit.fingerprint
    assert mark
    previous = connection.execute(
        "select story_id, version_no, updated_at, headline, subtitle, body from articles where page_id = %s", [page_id]
    ).fetchone()
    given = {"page_id": page_id, "fetched_at": visit.fetched_at, "updated_at": visit.fetched_at, "version_no": 1}
    row = stored_form(article) | given
    for name in JSON_COLUMNS:
        row[name] = Jsonb(row[name])
    version: dict[str, Any] = {"change": None, "diff": None, "reread_at": None}
    if previous is None:
        change, row["story_id"] = Change.NEW, stories.create(connection, article.published_at or visit.fetched_at)
    else:
        row["story_id"], version_no, updated_at, *texts = previous
        old = dict(zip(TEXT_COLUMNS, texts, strict=True))
        if kind := kind_of_change(old, row):
            change, row["version_no"] = Change.UPDATED, version_no + 1
            version = {"change": kind, "diff": "\n".join(unified_diff(_lines(old), _lines(row), lineterm="", n=1)), "reread_at": reread_at}
            row["updated_at"] = reread_at or visit.fetched_at
        else:
            change = Change.UNCHANGED
            row |= old | {"version_no": version_no, "updated_at": updated_at}
    connection.execute(_UPSERT_ARTICLE, row)
    if change is not Change.UNCHANGED:
        version |= {"archive_file": visit.archive_file, "shingles": sorted(mark.shingles), "fingerprint": mark.version}
        connection.execute(_INSERT_VERSION, row | version)
    if replaces:
        connection.execute("update articles set replaces = %s where page_id = %s", [replaces, page_id])
    reason = stories.STORED if previous is None else stories.READ_AGAIN if reread_at else None
    stories.link(connection, {page_id: mark}, reason)
    return change


def kind_of_change(old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    """Which of an article's texts differ in their words: not in typography, spacing, capitals or how accents are encoded."""
    changed = [name for name in TEXT_COLUMNS if words(old[name]) != words(new[name])]
    return "both" if "body" in changed and len(changed) > 1 else changed[0] if changed else None


def _lines(text: Mapping[str, Any]) -> list[str]:
    return [line for name in TEXT_COLUMNS for line in (text[name] or "").split("\n") if line]
