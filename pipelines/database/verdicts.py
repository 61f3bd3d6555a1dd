"""Stored verdicts: to be looked up, and replaced when the topic has changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from itemadapter import ItemAdapter
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from crawler.article import ARTICLE_BANDS, Original, Verdict
from pipelines.database.connection import storable


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifiedPage:
    """A page with its verdict, if it has one."""

    page_id: int
    outlet: str
    article_id: str
    url: str
    aliases: list[str]
    route: str | None
    status: str
    reason: str | None
    archive_file: str | None  # name of the WARC file with the page
    topic: str | None
    score: float | None
    band: str | None
    rule_version: str | None
    headline: str | None  # None where there is no article

    @property
    def is_shown(self) -> bool:
        """Whether an export shows it."""
        return self.headline is not None and self.band in ARTICLE_BANDS and self.status != "alias"


_CLASSIFIED = """
    select page_id, outlet, article_id, url, aliases, route, status, reason, archive_file, topic, score, band, rule_version, headline
    from pages left join articles using (page_id)
"""
_REPLACE = """
    update pages set topic = %(topic)s, score = %(score)s, band = %(band)s, rule_version = %(rule_version)s, evidence = %(evidence)s,
        status = case when status in ('stored', 'off_topic') then %(status)s else status end
    where page_id = %(page_id)s and ((topic, score, band, rule_version, evidence)
            is distinct from (%(topic)s, %(score)s::double precision, %(band)s, %(rule_version)s, %(evidence)s::jsonb)
        or status in ('stored', 'off_topic') and status <> %(status)s)
"""


def outlets(connection: psycopg.Connection) -> list[str]:
    """The outlets there are pages of, by name."""
    return [outlet for (outlet,) in connection.execute("select distinct outlet from pages order by outlet")]


def pages_to_classify(connection: psycopg.Connection, outlet: str, since: datetime | None) -> list[ClassifiedPage]:
    """An outlet's pages that were judged: those with an article, and those off topic, which are only in the archive.

    ``since``: only those last visited from then on. They come by archive file.
    """
    query = f"""{_CLASSIFIED}
        where outlet = %(outlet)s and (headline is not null or status = 'off_topic')
            and (%(since)s::timestamptz is null or fetched_at >= %(since)s)
        order by archive_file, page_id
    """
    return connection.cursor(row_factory=class_row(ClassifiedPage)).execute(query.encode(), {"outlet": outlet, "since": since}).fetchall()


def find_pages(connection: psycopg.Connection, given: str, article: Original | None) -> list[ClassifiedPage]:
    """The pages that somebody may mean by a number, an outlet's id or a URL; ``article``: whose article the URL is."""
    query = f"""{_CLASSIFIED}
        where %(given)s in (page_id::text, article_id, url) or %(given)s = any(aliases) or (outlet, article_id) = (%(outlet)s, %(id)s)
        order by page_id limit 20
    """
    values = {"given": storable(given), "outlet": article and article.outlet, "id": article and article.article_id}
    return connection.cursor(row_factory=class_row(ClassifiedPage)).execute(query.encode(), values).fetchall()


def evidence_of(connection: psycopg.Connection, page_id: int) -> dict[str, Any] | None:
    """A page's evidence, or None where it was never judged."""
    row = connection.execute("select evidence from pages where page_id = %s", [page_id]).fetchone()
    return row[0] if row else None


def text_of(connection: psycopg.Connection, page_id: int) -> tuple[str, str]:
    """Headline and body of an article."""
    headline, body = connection.execute("select headline, body from articles where page_id = %s", [page_id]).fetchone() or ("", "")
    return headline, body


def replace_verdict(connection: psycopg.Connection, page_id: int, verdict: Verdict) -> None:
    """Give a page another verdict, in one statement; nothing is written where it is the same.

    A page that is stored or off topic becomes whichever the band makes it. An article stays, whatever becomes of its page.
    """
    status = "stored" if verdict.band in ARTICLE_BANDS else "off_topic"
    values = {**ItemAdapter(verdict).asdict(), "evidence": Jsonb(verdict.evidence), "status": status, "page_id": page_id}
    connection.execute(_REPLACE, values)


def forbid_writing(connection: psycopg.Connection) -> None:
    """Make the server refuse whatever would write on this connection."""
    connection.execute("set default_transaction_read_only = on")
