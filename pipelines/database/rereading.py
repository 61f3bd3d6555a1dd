"""Pages that were read again: what is stored of them is compared first, and only what differs is written."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import psycopg
from psycopg.rows import dict_row

from crawler.article import ARTICLE_BANDS, Change, PageStatus, Verdict, Visit
from pipelines.database import forgotten
from pipelines.database.verdicts import save_verdicts_of_many
from pipelines.database.visits import ARTICLE_COLUMNS, TEXT_COLUMNS, kind_of_change, record, stored_form

Position = tuple[datetime, str]  # of a page in the order of reading: when it was fetched, and its article's id


class End(StrEnum):
    """What reading a page again came to."""

    SAME = "unchanged"
    VERDICT = "with another verdict"  # that changes nothing for those who read stories
    PARTICULARS = "with other particulars, such as time or authors"
    TEXT = "with another text"
    CAME_IN = "came in"
    WENT_OUT = "went out"
    UNREADABLE = "no article to today's rules"
    NEWER = "of which a newer answer is in no archive here"
    FORGOTTEN = "forgotten"
    UNSTORABLE = "that hold what the database has no room for"


_ENDS = {None: End.VERDICT, Change.NEW: End.CAME_IN, Change.UPDATED: End.TEXT, Change.UNCHANGED: End.SAME}
_COMPARED = tuple(name for name in ARTICLE_COLUMNS if name not in {"outlet", "updated_at", "version_no", *TEXT_COLUMNS})
_WITHOUT_TEXT = {PageStatus.OFF_TOPIC, PageStatus.GONE, PageStatus.ALIAS}  # of pages that were read and have no article
_STORED = f"""
    select p.page_id, p.article_id, p.url, p.aliases, p.status, p.archive_file, p.fetched_at, a.page_id is not null as has_article,
        a.superseded, f.version as fingerprint, f.body_sha256, {", ".join(f"a.{name}" for name in (*TEXT_COLUMNS, *_COMPARED))},
        original.outlet as original_outlet, original.article_id as original_id,
        (select jsonb_object_agg(topic, jsonb_build_array(rule_version, score, band, evidence)) from verdicts v where v.page_id = p.page_id)
            as verdicts
    from pages p left join articles a using (page_id) left join fingerprints f using (page_id)
        left join pages original on original.page_id = p.original_page_id
    where p.outlet = %(outlet)s and p.article_id = any(%(ids)s)
"""  # noqa: S608 - the names are ours


def write_what_differs(
    connection: psycopg.Connection, outlet: str, visits: Sequence[Visit], recordings: Collection[str], at: datetime
) -> list[End]:
    """Write down in what some pages of an outlet, read again at a time, differ from what is stored; return what each came to.

    ``recordings``: those that were looked at. Of a page with a newer answer in another one nothing is written. Call it in a transaction.
    """
    names = [name for visit in visits for name in (visit.article_id, visit.url)]
    kept_out = forgotten.among(connection, outlet, names)
    cursor = connection.cursor(row_factory=dict_row)
    values = {"outlet": outlet, "ids": [visit.article_id for visit in visits]}
    stored = {row["article_id"]: row for row in cursor.execute(_STORED.encode(), values)}
    verdicts: dict[int, list[Verdict]] = {}
    ends = []
    for visit in visits:
        row = stored.get(visit.article_id)
        if kept_out & {visit.article_id, visit.url}:
            end = End.FORGOTTEN
        elif row and row["fetched_at"] and row["fetched_at"] > visit.fetched_at and row["archive_file"] not in recordings:
            end = End.NEWER
        elif visit.article is None or not visit.verdicts:
            end = End.UNREADABLE
        elif row is None or _differs(row, visit):
            end = _record(connection, visit, row, at)
        elif other := _other_verdicts(row, visit):
            end, verdicts[row["page_id"]] = End.VERDICT, other
        else:
            end = End.SAME
        ends.append(end)
    save_verdicts_of_many(connection, verdicts, at)
    return ends


def _differs(row: dict[str, Any], visit: Visit) -> bool:
    """Whether more than verdicts have to be written, or a verdict that changes who sees the article."""
    assert visit.article
    if row["superseded"] or (row["status"] == PageStatus.ALIAS and not row["has_article"]):
        return False
    if not row["has_article"]:
        return visit.is_on_topic or row["status"] not in _WITHOUT_TEXT
    if any(_is_kept(row, each.topic) != (each.band in ARTICLE_BANDS) for each in visit.verdicts.values()):
        return True
    mark, original, new = visit.fingerprint, visit.original, stored_form(visit.article)
    return (
        any(row[name] != new[name] for name in _COMPARED)
        or (any(row[name] != new[name] for name in TEXT_COLUMNS) and kind_of_change(row, new) is not None)
        or (mark is not None and (mark.version, mark.body_sha256) != (row["fingerprint"], row["body_sha256"]))
        or (original is not None and (original.outlet, original.article_id) != (row["original_outlet"], row["original_id"]))
        or row["url"] != new["url"]
        or not {*new["aliases"], visit.url} <= {*row["aliases"], new["url"]}
    )


def _is_kept(row: dict[str, Any], topic: str) -> bool:
    before = (row["verdicts"] or {}).get(topic)
    return before is not None and before[2] in ARTICLE_BANDS


def _other_verdicts(row: dict[str, Any], visit: Visit) -> list[Verdict]:
    before = row["verdicts"] or {}
    return [each for each in visit.verdicts.values() if before.get(each.topic) != [each.rule_version, each.score, each.band, each.evidence]]


def _record(connection: psycopg.Connection, visit: Visit, row: dict[str, Any] | None, at: datetime) -> End:
    try:
        with connection.transaction():
            status, change = record(connection, visit, at)
    except (psycopg.DataError, psycopg.IntegrityError, ValueError):
        return End.UNSTORABLE
    if status is PageStatus.FORGOTTEN:
        return End.FORGOTTEN
    if visit.article is None or not visit.verdicts:
        return End.UNREADABLE
    if row is None:
        return _ENDS[change]
    was_kept = row["has_article"] and any(_is_kept(row, topic) for topic in visit.verdicts)
    if was_kept != (visit.is_on_topic and status is not PageStatus.ALIAS):
        return End.WENT_OUT if was_kept else End.CAME_IN
    return _ENDS[change] if change is not Change.UNCHANGED else End.PARTICULARS


def write_what_is_new(connection: psycopg.Connection, visits: Sequence[Visit], at: datetime) -> list[End]:
    """Write down pages that somebody else fetched, later than anybody here; return what each came to. Call it in a transaction."""
    return [_record(connection, visit, None, at) for visit in visits]


def last_visits(connection: psycopg.Connection, outlet: str, ids: Collection[str]) -> dict[str, datetime]:
    """When those of some articles of an outlet that were ever visited were so last."""
    query = "select article_id, fetched_at from pages where outlet = %s and article_id = any(%s) and fetched_at is not null"
    return dict(connection.execute(query, [outlet, list(ids)]).fetchall())


def introduce(connection: psycopg.Connection, outlet: str, title: str, home: str) -> None:
    """Let an outlet be known before its first run."""
    connection.execute("insert into outlets (outlet, title, home) values (%s, %s, %s) on conflict do nothing", [outlet, title, home])


def with_text(connection: psycopg.Connection, outlet: str) -> set[str]:
    """The ids of an outlet's articles whose text is kept, or would be by what a person said of them."""
    query = """
        select article_id from pages p where outlet = %s and (
            exists (select from articles a where a.page_id = p.page_id)
            or exists (select from verdicts v where v.page_id = p.page_id and settled_band is not null))
    """
    return {article_id for (article_id,) in connection.execute(query, [outlet])}


def archives_not_seen(connection: psycopg.Connection, outlet: str, recordings: Collection[str], since: datetime | None) -> dict[str, int]:
    """How many pages of an outlet have their latest answer in recordings other than these, by the host that ran them (empty: not known)."""
    query = r"""
        select coalesce(host, ''), sum(pages)::int from (
            select archive_file, count(*) as pages from pages
            where outlet = %(outlet)s and archive_file not in (select unnest(%(recordings)s::text[]))
                and (%(since)s::timestamptz is null or fetched_at >= %(since)s) group by 1
        ) unseen left join lateral (
            select host from crawl_runs where outlet = %(outlet)s and logical_clock
                <= to_timestamp(substring(archive_file from '-(\d{8}T\d{6})Z-'), 'YYYYMMDD"T"HH24MISS') + interval '1 second'
            order by logical_clock desc limit 1
        ) run on true
        group by 1 order by 1
    """
    return dict(connection.execute(query, {"outlet": outlet, "recordings": list(recordings), "since": since}).fetchall())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A reading of an outlet's archive on a host."""

    outlet: str
    host: str
    rules: str
    since: datetime | None

    def begin(self, connection: psycopg.Connection) -> Position | None:
        """Return up to where one of the same kind came that did not end."""
        query = """
            select fetched_at, article_id from rereadings
            where (outlet, host, rules) = (%(outlet)s, %(host)s, %(rules)s) and since is not distinct from %(since)s
        """
        return connection.execute(query, asdict(self)).fetchone()

    def go_on(self, connection: psycopg.Connection, position: Position) -> None:
        """Write down up to where it has come."""
        query = """
            insert into rereadings (outlet, host, rules, since, fetched_at, article_id)
            values (%(outlet)s, %(host)s, %(rules)s, %(since)s, %(fetched_at)s, %(article_id)s)
            on conflict (outlet, host) do update set (rules, since, fetched_at, article_id) =
                row(excluded.rules, excluded.since, excluded.fetched_at, excluded.article_id)
        """
        connection.execute(query, {**asdict(self), "fetched_at": position[0], "article_id": position[1]})

    def end(self, connection: psycopg.Connection) -> None:
        """Write down that it has ended."""
        connection.execute("delete from rereadings where (outlet, host) = (%(outlet)s, %(host)s)", asdict(self))
