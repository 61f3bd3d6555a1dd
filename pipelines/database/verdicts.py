"""Stored verdicts, by page and topic: to be looked up, replaced when a topic has changed, and settled by people."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from crawler.article import ARTICLE_BANDS, Band, Original, PageStatus, Verdict
from pipelines.database import stories
from pipelines.database.connection import storable


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a person said of a page and topic: it counts instead of the rule's band."""

    band: Band  # about or none
    by: str
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifiedPage:
    """A page with its verdicts, as far as it has some."""

    page_id: int
    outlet: str
    article_id: str
    url: str
    aliases: list[str]
    route: str | None
    status: PageStatus
    reason: str | None
    archive_file: str | None  # name of the WARC file with the page
    headline: str | None  # None where there is no article
    superseded: bool | None  # whether another article counts in its place; None where there is no article
    verdicts: Mapping[str, Verdict]  # the rule's, by topic
    settled: Mapping[str, Settled]  # a person's, by topic

    def belongs(self, verdict: Verdict) -> bool:
        """Whether it is of a topic, by what a person said of it or else by this verdict of the rule's."""
        settled = self.settled.get(verdict.topic)
        return (settled or verdict).band in ARTICLE_BANDS

    def is_shown(self, topic: str) -> bool:
        """Whether an export shows it under a topic."""
        verdict = self.verdicts.get(topic)
        return self.headline is not None and verdict is not None and self.belongs(verdict) and not self.superseded


_SELECT = """
    select page_id, p.outlet, article_id, url, aliases, route, status, reason, archive_file, headline, superseded,
        (select jsonb_agg(jsonb_build_object('topic', topic, 'rule_version', rule_version, 'band', band, 'score', score, 'evidence',
            {evidence})) from verdicts v where v.page_id = p.page_id) as verdicts,
        (select jsonb_agg(jsonb_build_object(
            'topic', topic, 'band', settled_band, 'by', settled_by, 'at', settled_at, 'note', settled_note))
            from verdicts v where v.page_id = p.page_id and settled_band is not null) as settled
    from pages p left join articles using (page_id)
"""
_SAVE = """
    insert into verdicts (page_id, topic, rule_version, score, band, evidence, judged_at)
    values (%(page_id)s, %(topic)s, %(rule_version)s, %(score)s, %(band)s, %(evidence)s, %(at)s)
    on conflict (page_id, topic) do update
    set (rule_version, score, band, evidence, judged_at) =
        row(excluded.rule_version, excluded.score, excluded.band, excluded.evidence, excluded.judged_at)
    where (verdicts.rule_version, verdicts.score, verdicts.band, verdicts.evidence)
        is distinct from (excluded.rule_version, excluded.score, excluded.band, excluded.evidence)
"""


def save_verdicts(connection: psycopg.Connection, page_id: int, verdicts: Iterable[Verdict], at: datetime) -> None:
    """Write down what some topics say of a page; nothing is written where it is the same, other topics' verdicts stay."""
    for each in verdicts:
        connection.execute(_SAVE, _row(page_id, each, at))


def save_verdicts_of_many(connection: psycopg.Connection, verdicts: Mapping[int, Iterable[Verdict]], at: datetime) -> None:
    """The same for many pages, in a few round trips."""
    connection.cursor().executemany(_SAVE, [_row(page_id, each, at) for page_id, some in verdicts.items() for each in some])


def _row(page_id: int, verdict: Verdict, at: datetime) -> dict[str, object]:
    values = {"topic": verdict.topic, "rule_version": verdict.rule_version, "score": verdict.score, "band": verdict.band}
    return {**values, "page_id": page_id, "evidence": Jsonb(verdict.evidence), "at": at}


def replace_verdicts(connection: psycopg.Connection, page_id: int, verdicts: Iterable[Verdict], at: datetime) -> None:
    """Give a page other verdicts, in one transaction; nothing is written where they are the same.

    A page that is stored or off topic becomes whichever the bands of all topics make it. An article stays, whatever becomes of its page.
    """
    with connection.transaction():
        stories.lock(connection)
        save_verdicts(connection, page_id, verdicts, at)
        _follow_bands(connection, page_id)


def settle(connection: psycopg.Connection, page_id: int, topic: str, settled: Settled | None) -> None:
    """Let a person's word on a page and topic count instead of the rule's, or take it back (None). The rule's verdict stays beside it.

    Where it belongs now and has no text, the page is to be asked for again.
    """
    values = {"page_id": page_id, "topic": topic, **dict.fromkeys(("band", "by", "at", "note"))} | (asdict(settled) if settled else {})
    with connection.transaction():
        stories.lock(connection)
        connection.execute("select from pages where page_id = %(page_id)s for update", values)  # a visit may be on its way
        connection.execute(
            """
            update verdicts set (settled_band, settled_by, settled_at, settled_note) = row(%(band)s, %(by)s, %(at)s::timestamptz, %(note)s)
            where (page_id, topic) = (%(page_id)s, %(topic)s)
            """,
            values,
        )
        if connection.execute("select from articles where page_id = %(page_id)s", values).rowcount:
            _follow_bands(connection, page_id)
        elif settled and settled.band in ARTICLE_BANDS:
            connection.execute("update pages set next_crawl_at = %(at)s where page_id = %(page_id)s", values)


def _follow_bands(connection: psycopg.Connection, page_id: int) -> None:
    """Let a page that is stored or off topic become whichever the bands of all topics make it, and its article join stories or leave."""
    moved = connection.execute(
        """
        update pages set status = kept.status
        from (select case when bool_or(final_band in ('about', 'review')) then 'stored' else 'off_topic' end as status
              from verdicts where page_id = %(page_id)s) kept
        where page_id = %(page_id)s and pages.status in ('stored', 'off_topic') and pages.status <> kept.status
        """,
        {"page_id": page_id},
    )
    if moved.rowcount:
        stories.link(connection, {page_id: None})


def outlets_with_pages(connection: psycopg.Connection) -> list[str]:
    """The outlets there are pages of, by name."""
    query = "select outlet from outlets o where exists (select from pages p where p.outlet = o.outlet) order by outlet"
    return [outlet for (outlet,) in connection.execute(query)]


def pages_to_classify(connection: psycopg.Connection, outlet: str, since: datetime | None) -> list[ClassifiedPage]:
    """An outlet's pages that were classified: those with an article, and those off topic, which are only in the archive.

    ``since``: only those last visited from then on. They come by archive file, their verdicts without evidence.
    """
    where = """
        where p.outlet = %(outlet)s and (headline is not null or status = 'off_topic')
            and (%(since)s::timestamptz is null or fetched_at >= %(since)s)
        order by archive_file, page_id
    """
    return _pages(connection, _SELECT.format(evidence="'{}'::jsonb") + where, {"outlet": outlet, "since": since})


def find_pages(connection: psycopg.Connection, given: str, article: Original | None) -> list[ClassifiedPage]:
    """The pages that somebody may mean by a number, an outlet's id or a URL; ``article``: whose article the URL is."""
    where = """
        where page_id = any(array(
            select page_id from pages where page_id = %(number)s union select page_id from pages where article_id = %(given)s
            union select page_id from pages where url = %(given)s union select page_id from pages where aliases @> array[%(given)s]
            union select page_id from pages where (outlet, article_id) = (%(outlet)s, %(id)s)
        ))
        order by page_id limit 20
    """
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
    values = {"given": storable(given), "number": number, "outlet": article and article.outlet, "id": article and article.article_id}
    return _pages(connection, _SELECT.format(evidence="evidence") + where, values)


def _pages(connection: psycopg.Connection, query: str, values: Mapping[str, object]) -> list[ClassifiedPage]:
    rows = connection.cursor(row_factory=dict_row).execute(query.encode(), values)
    return [
        ClassifiedPage(
            **row | {"status": PageStatus(row["status"]), "verdicts": _verdicts(row["verdicts"]), "settled": _settled(row["settled"])}
        )
        for row in rows
    ]


def _verdicts(stored: list[dict[str, Any]] | None) -> dict[str, Verdict]:
    return {each["topic"]: Verdict(**each | {"band": Band(each["band"]), "score": float(each["score"])}) for each in stored or ()}


def _settled(stored: list[dict[str, Any]] | None) -> dict[str, Settled]:
    return {
        each.pop("topic"): Settled(**each | {"band": Band(each["band"]), "at": datetime.fromisoformat(each["at"])}) for each in stored or ()
    }


def text_of(connection: psycopg.Connection, page_id: int) -> tuple[str, str]:
    """Headline and body of an article."""
    headline, body = connection.execute("select headline, body from articles where page_id = %s", [page_id]).fetchone() or ("", "")
    return headline, body
