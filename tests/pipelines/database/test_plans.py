"""How many rows the queries that people ask read, with 200,000 articles in the database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipelines.database import embedded
from pipelines.database.connection import connect
from pipelines.database.migrate import migrate

ARTICLES = 200_000  # over 200 days and 9 outlets, in pairs of near-duplicates; one in ten is for review
FILL = """
    alter table articles disable trigger articles_new; -- no query here searches
    insert into outlets select 'outlet' || n, 'Outlet ' || n, 'https://outlet.example/' from generate_series(0, 8) n;
    insert into stories (first_published_at, last_published_at)
        select at, at + interval '86 s'
        from generate_series(0, {n} / 2 - 1) n, lateral (select timestamptz '2026-01-01 00:00+07' + n * interval '172.8 s' as at) time;
    insert into pages (outlet, article_id, url, status, route, first_seen_at, fetched_at, aliases, gone_since)
        select 'outlet' || n % 9, n::text, 'https://outlet.example/' || n, 'stored', 'feed', now(), now(),
            array['https://m.outlet.example/' || n],
            case when n % 200 = 0 then timestamptz '2026-01-02 00:00+07' + n * interval '86.4 s' end
        from generate_series(0, {n} - 1) n;
    insert into articles (page_id, outlet, story_id, headline, body, authors, editors, agencies, published_at, published_precision, tags,
                          language, page_count, sources, noise_removed, first_stored_at, updated_at, version_no, copied_from)
        select page_id, outlet, article_id::int / 2 + 1, 'Judul ' || article_id, 'Isi berita.', '{{}}', '{{}}', '{{}}',
            timestamptz '2026-01-01 00:00+07' + article_id::int * interval '86.4 s', 'minute', '{{}}',
            'id', 1, '{{}}', '{{}}', now(), now(), 1, case when article_id::int % 2 = 1 then page_id - 1 end
        from pages;
    insert into verdicts
        select page_id, 'korea_russia', '1', 9, case when page_id % 10 = 0 then 'review' else 'about' end, '{{}}', now() from pages;
    insert into listed_days (outlet, day, counted)
        select outlet, day, 900 from outlets, generate_series(date '2026-01-01', date '2026-07-19', '1 day') day;
    insert into fingerprints (page_id, version, body_sha256, shingles)
        select page_id, '1', repeat('0', 64), case when page_id % 50 = 0 then array[9] else array[1, 2] end from pages;
    insert into near_duplicates (page_a, page_b, kind, containment, shared_shingles, rule_version)
        select copied_from, page_id, 'copy', 1, 4, '1' from articles where copied_from < 20000;
    insert into article_versions (page_id, version_no, headline, body, fetched_at, change, diff)
        select page_id, number, headline, body, dated_at + number * interval '1 hour',
            case number when 2 then 'body' end, case number when 2 then '-a' end
        from articles, generate_series(1, 2) number where page_id % 50 = 0;
    insert into revisions select page_id, 2, array[1, 2], array[9] from article_versions where version_no = 2;
    vacuum analyze;
"""
DAY = "2026-03-02"
OF_OUTLET = "from current_articles where outlet = 'outlet1' and"
QUERIES = {
    "one outlet and one day": f"* {OF_OUTLET} published_at >= '{DAY} 00:00+07' and published_at < '2026-03-03 00:00+07'",
    "one outlet and one day, WIB": f"* {OF_OUTLET} published_wib::date = '{DAY}'",
    "one outlet and one day, as dated": f"headline, copies {OF_OUTLET} dated_at between '{DAY} 00:00+07' and '{DAY} 23:59+07'",
    "an hour of all outlets": f"headline from current_articles where published_wib between '{DAY} 08:00' and '{DAY} 09:00'",
    "the newest of an outlet": "headline from current_articles where outlet = 'outlet1' order by dated_at desc limit 20",
    "a page by number": "* from current_articles where page_id = 4711",
    "a page by URL": "* from current_articles where url = 'https://outlet.example/4711'",
    "a page by another URL": "page_id from pages where aliases @> array['https://m.outlet.example/4711']",
    "the newest stories": "* from current_stories order by first_published_at desc limit 20",
    "the newest stories of a topic": "* from current_stories where topic = 'korea_russia' order by first_published_at desc limit 20",
    "the stories that went on last": "* from current_stories order by last_published_at desc limit 20",
    "a story": "* from current_stories where story_id = 99",
    "the articles of a story": "* from current_articles where story_id = 99",
    "how a story spread": "* from story_spread where story_id = 99 order by published_at",
    "the newest changes": "changed_wib, outlet, change, diff from article_changes limit 20",
    "the changes of an article": "changed_wib, outlet, change, diff from article_changes where page_id = 4700",
    "the newest corrections that copies lack": "* from uncorrected_copies where corrected_at > '2026-07-19' order by corrected_at desc",
    "corrections of a story that copies lack": "* from uncorrected_copies where story_id = 2350",
    "whose text an article shares": "kind, share_a, share_b from near_duplicates where 4700 in (page_a, page_b)",
    "where a story's number went": "coalesce(merged_into, story_id) from stories where story_id = 99",
    "doubtful articles by score": "page_id from verdicts where topic = 'korea_russia' and band = 'review' order by score desc limit 20",
    "the newest doubtful articles": "outlet, headline, reason from doubtful where topic = 'korea_russia' order by dated_at desc limit 20",
    "the stories of a day": f"* from current_stories where topic = 'korea_russia' and first_published_wib::date = '{DAY}' limit 100",
    "what was taken down last": "* from withdrawn_articles order by gone_since desc limit 20",
    "attention of an outlet in a few days": f"* from attention where outlet = 'outlet1' and day between '{DAY}' and '2026-03-03'",
    "pages of an outlet, newest first": "url, status, reason from pages where outlet = 'outlet1' order by fetched_at desc limit 20",
}


@pytest.fixture(scope="module")
def filled(postgres: Path) -> Iterator[psycopg.Connection]:
    url = embedded.start(postgres, "filled")
    migrate(url)
    with connect(url) as connection:
        connection.execute("set statement_timeout = '5min'")
        *statements, vacuum = FILL.format(n=ARTICLES).split(";\n")[:-1]
        for statement in (";".join(statements), vacuum):
            connection.execute(statement.encode())
        yield connection
    with connect(embedded.start(postgres, "postgres")) as server:
        server.execute("drop database filled with (force)")


def rows_read(node: dict[str, Any]) -> float:
    """How many rows the scans of a plan took from tables and indexes, those that a filter threw away included."""
    own = 0.0
    if "Relation Name" in node or "Index Name" in node:
        own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(own * node["Actual Loops"]) + sum(rows_read(child) for child in node.get("Plans", ()))


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_a_query_reads_few_rows(filled: psycopg.Connection, query: str) -> None:
    ((plan,),) = filled.execute(f"explain (analyze, format json) select {query}".encode()).fetchone() or (({},),)
    assert plan["Plan"]["Actual Rows"] > 0, "it has an answer"
    assert rows_read(plan["Plan"]) <= 1000


def test_rows_that_a_whole_scan_reads_are_counted(filled: psycopg.Connection) -> None:
    ((plan,),) = filled.execute("explain (analyze, format json) select from articles where body = 'x'").fetchone() or (({},),)
    assert rows_read(plan["Plan"]) >= ARTICLES
