"""Record how a request for an article ended: the page, and what came of it, in one transaction."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from itemadapter import ItemAdapter
from psycopg import sql
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from crawler.article import Article, Change, Outcome, PageStatus, Visit
from pipelines.database import originals, stories
from pipelines.database.connection import storable

_FIRST_RETRY, _LONGEST_RETRY, _MOST_ATTEMPTS = timedelta(minutes=15), timedelta(days=1), 8
# A rejected page may have been a block page, a notice or half a page in place of the story: it gets second looks.
_SECOND_LOOKS = (timedelta(hours=6), timedelta(days=1), timedelta(days=3))
# A story is looked at again for as long as it is young: (until so old, this often), counted from its publication.
_LOOKS_AT_STORIES = (
    (timedelta(hours=3), timedelta(minutes=15)),
    (timedelta(hours=12), timedelta(hours=1)),
    (timedelta(days=2), timedelta(hours=6)),
    (timedelta(days=7), timedelta(days=1)),
    (timedelta(days=30), timedelta(days=3)),
)
_SURELY_GONE = timedelta(days=1)  # a stored article that is missing once may be back after the outlet's maintenance

_PAGE = (
    *("url", "aliases", "status", "reason", "route", "fetched_at", "attempts", "next_crawl_at", "gone_since", "http_status", "etag"),
    *("last_modified", "topic", "score", "band", "rule_version", "evidence", "archive_file"),
)
_LAST_KNOWN = frozenset({"route", "etag", "last_modified", "topic", "score", "band", "rule_version", "evidence", "archive_file"})
_ARTICLE = (
    *("headline", "subtitle", "body", "authors", "editors", "agencies", "published_at", "published_source", "published_precision"),
    *(
        "modified_at",
        "section",
        "tags",
        "dateline",
        "image_url",
        "image_caption",
        "language",
        "original_url",
        "page_count",
        "sources",
        "noise_removed",
        "disagreements",
    ),
    *("fingerprint_version", "body_sha256", "shingles", "updated_at", "version_no"),
)
_TEXT = ("headline", "subtitle", "body")


def _names(columns: tuple[str, ...], table: str = "") -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, name) if table else sql.Identifier(name) for name in columns)


def _values(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Placeholder(name) for name in columns)


_KEEP_LAST = sql.SQL(", ").join(
    sql.SQL("coalesce(excluded.{0}, pages.{0})" if name in _LAST_KNOWN else "excluded.{0}").format(sql.Identifier(name)) for name in _PAGE
)
_UPSERT_PAGE = sql.SQL(
    "insert into pages (outlet, article_id, first_seen_at, {names}) values (%(outlet)s, %(article_id)s, %(fetched_at)s, {values})"
    " on conflict (outlet, md5(article_id)) do update set ({names}) = row({new}) returning page_id"
).format(names=_names(_PAGE), values=_values(_PAGE), new=_KEEP_LAST)
_UPSERT_ARTICLE = sql.SQL(
    "insert into articles (page_id, story_id, first_stored_at, {names}) values (%(page_id)s, %(story_id)s, %(updated_at)s, {values})"
    " on conflict (page_id) do update set ({names}) = row({new}) where ({old}) is distinct from ({new})"
).format(names=_names(_ARTICLE), values=_values(_ARTICLE), old=_names(_ARTICLE, "articles"), new=_names(_ARTICLE, "excluded"))


@dataclass(frozen=True, slots=True)
class _KnownPage:
    page_id: int
    url: str
    aliases: list[str]
    status: str
    attempts: int
    gone_since: datetime | None
    has_article: bool
    dated_at: datetime | None  # of the article


def record(connection: psycopg.Connection, visit: Visit) -> tuple[PageStatus, Change | None]:
    """Write a Visit down, all of it or nothing; returns its status and what it did to the articles.

    A page that has an article never loses it, whatever later visits find. Raises psycopg errors, and ValueError, TypeError or
    UnicodeError for values that PostgreSQL has no room for.
    """
    article = visit.article if visit.outcome is Outcome.ARTICLE else None
    with connection.transaction():
        known = _known_page(connection, visit.outlet, article.article_id if article else visit.article_id)
        if visit.outcome is Outcome.UNCHANGED and known is not None:
            _upsert_page(
                connection, visit, visit.article_id, known, {"status": known.status, "next_crawl_at": _next_look(known.dated_at, visit)}
            )
            return PageStatus(known.status), Change.UNCHANGED
        if article is None:
            _upsert_page(connection, visit, visit.article_id, known, _without_article(visit, known))
            return PageStatus(visit.outcome), None
        if not visit.verdicts:
            raise RuntimeError("a Visit with an article reached the store without a verdict: the topic pipeline has to come before")
        stored = visit.is_on_topic or (known is not None and known.has_article)
        status = "stored" if visit.is_on_topic else "off_topic"
        if stored and visit.original and originals.is_read(connection, visit.original):
            status, stored = "alias", False
        found: dict[str, object] = {"status": status, "reason": None}
        if status == "stored":
            found["next_crawl_at"] = _next_look(article.published_at or (known.dated_at if known else None), visit)
        page_id = _upsert_page(connection, visit, article.article_id, known, found)
        if visit.article_id != article.article_id:
            also_known = _known_page(connection, visit.outlet, visit.article_id)
            reason = f"the outlet's other id of {article.article_id}"
            _upsert_page(connection, visit, visit.article_id, also_known, {"status": "alias", "reason": reason})
        change = _store(connection, page_id, visit, article) if stored else None
        if visit.original is None:
            originals.supersede_copies(connection, page_id)
        elif visit.is_on_topic:
            originals.link(connection, page_id, visit)
        return PageStatus(status), change


def quarantine(connection: psycopg.Connection, visit: Visit, reason: str) -> None:
    """Write down that a Visit could not be recorded because of what it holds; its page is not asked for again."""
    row: dict[str, object] = {"status": "rejected", "reason": storable(reason)[:1000]}
    with connection.transaction():
        article_id = storable(visit.article_id)
        known = _known_page(connection, visit.outlet, article_id)
        if known is not None and known.has_article:
            row["status"] = known.status
        bare = Visit(
            outlet=visit.outlet, url=storable(visit.url), article_id=article_id, route=storable(visit.route),
            outcome=Outcome.REJECTED, fetched_at=visit.fetched_at, http_status=visit.http_status,
        )  # fmt: skip
        _upsert_page(connection, bare, article_id, known, row)


def _known_page(connection: psycopg.Connection, outlet: str, article_id: str) -> _KnownPage | None:
    query = """
        select pages.page_id, url, aliases, status, attempts, gone_since, articles.page_id is not null as has_article, dated_at
        from pages left join articles using (page_id) where outlet = %s and md5(article_id) = md5(%s) for update of pages
    """
    return connection.cursor(row_factory=class_row(_KnownPage)).execute(query, [outlet, article_id]).fetchone()


def _next_look(dated_at: datetime | None, visit: Visit) -> datetime | None:
    """When to look at a story again for corrections: the older it is, the later; None for one of the past."""
    age = visit.fetched_at - (dated_at or visit.fetched_at)
    return next((visit.fetched_at + pause for limit, pause in _LOOKS_AT_STORIES if age < limit), None)


def _without_article(visit: Visit, known: _KnownPage | None) -> dict[str, object]:
    """Status, attempts and due times of a page whose visit gave no article."""
    has_article = known is not None and known.has_article
    row: dict[str, object] = {"status": known.status if known and has_article else visit.outcome.value, "reason": visit.reason}
    if visit.outcome is Outcome.REJECTED:
        looks = known.attempts if known else 0
        row["attempts"] = looks + 1
        if looks < len(_SECOND_LOOKS):
            row["next_crawl_at"] = visit.fetched_at + _SECOND_LOOKS[looks]
    elif visit.outcome is Outcome.FAILED:
        attempts = (known.attempts if known else 0) + 1
        row["attempts"] = attempts
        if attempts < _MOST_ATTEMPTS:
            row["next_crawl_at"] = visit.fetched_at + min(_FIRST_RETRY * 2 ** (attempts - 1), _LONGEST_RETRY)
        if known:
            row["gone_since"] = known.gone_since
    elif visit.outcome is Outcome.GONE:
        since = known.gone_since if known and known.gone_since else visit.fetched_at
        row["gone_since"] = since
        if has_article and visit.fetched_at - since < _SURELY_GONE:
            row["next_crawl_at"] = since + _SURELY_GONE
        else:
            row["status"] = "gone"
    return row


def _upsert_page(connection: psycopg.Connection, visit: Visit, article_id: str, known: _KnownPage | None, row: dict[str, object]) -> int:
    read = visit.article if visit.outcome is Outcome.ARTICLE and visit.article and visit.article.article_id == article_id else None
    url = read.url if read else known.url if known else visit.url
    seen = [*(known.aliases if known else ()), *(read.aliases if read else ()), visit.url, *([known.url] if known else ())]
    verdict = ItemAdapter(next(iter(visit.verdicts.values()))).asdict() if visit.verdicts and read else {}
    evidence = verdict.pop("evidence", None)
    parameters: dict[str, Any] = {
        **dict.fromkeys(_PAGE), "attempts": 0, **verdict, "evidence": None if evidence is None else Jsonb(evidence),
        "outlet": visit.outlet, "article_id": article_id, "url": url, "aliases": [each for each in dict.fromkeys(seen) if each != url],
        "route": None if known and visit.route == "recrawl" else visit.route, "fetched_at": visit.fetched_at,
        "http_status": visit.http_status, "etag": visit.etag,
        "last_modified": visit.last_modified, "archive_file": visit.archive_file, **row,
    }  # fmt: skip
    (page_id,) = connection.execute(_UPSERT_PAGE, parameters).fetchone() or (0,)
    return int(page_id)


def _store(connection: psycopg.Connection, page_id: int, visit: Visit, article: Article) -> Change:
    stories.lock(connection)
    previous = connection.execute(
        """
        select story_id, version_no, updated_at, fingerprint_version, body_sha256, headline, subtitle, body
        from articles where page_id = %s
        """,
        [page_id],
    ).fetchone()
    row: dict[str, Any] = ItemAdapter(article).asdict() | {"page_id": page_id, "updated_at": visit.fetched_at, "version_no": 1}
    for name in ("sources", "noise_removed", "disagreements"):
        row[name] = Jsonb(row[name])
    row["published_precision"] = article.published_precision.value if article.published_precision else None
    mark = visit.fingerprint
    row["fingerprint_version"], row["body_sha256"] = (mark.version, mark.body_sha256) if mark else (None, None)
    row["shingles"] = sorted(mark.shingles) if mark else None
    if previous is None:
        change, compared, row["story_id"] = Change.NEW, None, stories.create(connection)
    else:
        row["story_id"], version_no, updated_at, *compared, headline, subtitle, body = previous
        old = dict(zip(_TEXT, (headline, subtitle, body), strict=True))
        if any(_plain(row[name]) != _plain(old[name]) for name in _TEXT):
            change, row["version_no"] = Change.UPDATED, version_no + 1
        else:
            change = Change.UNCHANGED
            row |= old | {"version_no": version_no, "updated_at": updated_at}
    connection.execute(_UPSERT_ARTICLE, row)
    if change is not Change.UNCHANGED:
        connection.execute(
            """
            insert into article_versions (page_id, version_no, headline, subtitle, body, modified_at, fetched_at, archive_file)
            values (%(page_id)s, %(version_no)s, %(headline)s, %(subtitle)s, %(body)s, %(modified_at)s, %(updated_at)s, %(archive_file)s)
            """,
            row | {"archive_file": visit.archive_file},
        )
    if compared != [row["fingerprint_version"], row["body_sha256"]]:
        stories.link(connection, page_id)
    return change


def _plain(text: str | None) -> str:
    """What decides whether a text has changed: not its spacing, nor how its accents are encoded."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())
