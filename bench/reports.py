"""How long a report takes and how large it is: python -m bench.reports [ARTICLES] (a year of them; 20,000)."""

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from crawler.jobs.reports import write_report
from pipelines.database import embedded
from pipelines.database.migrate import migrate

NOW = datetime(2026, 11, 21, tzinfo=UTC)
_FILL = """
    insert into outlets select 'outlet_' || n, 'Outlet', 'https://' || n || '.example' from generate_series(1, 9) n;
    insert into pages (outlet, article_id, url, status, first_seen_at, fetched_at)
    select 'outlet_' || 1 + n %% 9, n, 'https://' || 1 + n %% 9 || '.example/read/' || n, 'stored', at, at
    from generate_series(1, %(articles)s) n, lateral (select %(now)s - n * interval '1 year' / %(articles)s as at) t;
    insert into stories (first_published_at, last_published_at)
    select at, at from generate_series(1, %(articles)s) n, lateral (select %(now)s - n * interval '1 year' / %(articles)s as at) t;
    insert into articles (page_id, outlet, story_id, headline, body, authors, editors, agencies, agency_mentions, published_at,
        published_precision, tags, language, page_count, sources, noise_removed, first_stored_at, updated_at, version_no)
    select page_id, outlet, page_id - page_id %% 3 + 1, 'Korea Utara dan Rusia Teken Perjanjian ' || article_id, repeat('kata lain ', 250),
        '{}', '{}', '{AFP}', '[{"agency": "AFP", "role": "quoted"}]', first_seen_at, 'minute', '{}', 'id', 1, '{}', '{}',
        first_seen_at + interval '20 minutes', first_seen_at, 1 + (page_id %% 20 = 0)::integer
    from pages;
    insert into article_versions (page_id, version_no, headline, body, fetched_at)
    select page_id, n, headline, body, first_stored_at + n * interval '1 hour' from articles, generate_series(1, version_no) n;
    insert into verdicts (page_id, topic, rule_version, score, band, evidence, judged_at)
    select page_id, 'korea_russia', '1', 7, case when page_id %% 10 = 0 then 'review' else 'about' end,
        '{"points": {"limits": {"genre": 4}}, "both": []}', first_stored_at from articles;
    insert into listed_days (outlet, day, counted)
    select outlet, (%(now)s at time zone 'Asia/Jakarta')::date - n, 300 from outlets, generate_series(0, 365) n;
"""


def main() -> None:
    """Fill a database, write the report, print seconds and bytes."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = embedded.start(folder)
        migrate(url)
        try:
            with psycopg.ClientCursor(psycopg.connect(url, autocommit=True)) as cursor:
                cursor.execute(_FILL.encode(), {"articles": articles, "now": NOW})
                cursor.execute("analyze")
                path = folder / "report.html"
                began = time.perf_counter()
                write_report(cursor.connection, path, topic="korea_russia", since=NOW - timedelta(days=366), now=NOW)
                print(f"{articles} articles in a year: {time.perf_counter() - began:.2f} s, {path.stat().st_size:,} bytes")
        finally:
            embedded.stop(folder)


if __name__ == "__main__":
    main()
