"""How long analysts' queries take as the database grows: invented articles of twenty years, as many as asked for, on the embedded server.

Words come as often as in any language (Zipf); the commonest are the names of the topic and what every sentence has. Articles are put
together of invented sentences by the server itself, since a million of them one by one would take hours.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg

from bench.storing import Databases, cpu
from pipelines.database import embedded
from pipelines.database.connection import as_reader, connect
from pipelines.database.search import save_spellings, search
from pipelines.topic import Topics
from tests.cookbook import PAGE, questions

TOPIC = "korea_russia"
TOPIC_FILE = Path(__file__).parents[1] / "pipelines" / "topics" / "korea_russia.toml"
COMMONEST = (  # in this order
    *("yang", "rusia", "di", "dan", "korea", "utara", "pada", "untuk", "dengan", "militer"),
    *("itu", "presiden", "putin", "perang", "dari", "kata", "pasukan", "negara", "korut", "ukraina"),
)
RARE = ("kereta", "satelit", "beasiswa", "jembatan", "gempa", "tambang", "koperasi", "kilang")
_CHOICE = {"commonest": [*COMMONEST], "words": 60_000, "per_article": 13}

_VOCABULARY = """
    create table crawler.vocabulary as
    select row_number() over (order by place, word) as rank, word from (
        select word, place from unnest(%(commonest)s::text[]) with ordinality common (word, place)
        union all
        select stem, 100 from word_stems where kind = 'root' and stem <> all(%(commonest)s)
        union all
        select 'kata' || translate(n::text, '0123456789', 'abcdefghij'), 200 from generate_series(1, %(words)s) n
    ) word order by 1 limit %(words)s
"""
_POOL = """
    create table crawler.sentences as
    select n, text || '.' as text, setweight(to_tsvector('simple', text), 'C') as words
    from (
        select n, string_agg(word, ' ' order by place) as text
        from (select n, place, floor(exp(random() * ln(%(words)s)))::int as rank
              from generate_series(1, %(sentences)s) n cross join generate_series(1, 14) place) drawn
        join crawler.vocabulary using (rank) group by n
    ) made
"""
_FILL = """
    create temporary table drawn as
    select article, string_agg(text, E'\\n\\n' order by place) as body,
        %(from)s::timestamptz + (article - 0.5)::float8 * ((%(to)s::timestamptz - %(from)s) / %(count)s)
            as dated_at
    from (
        select article, place, 1 + floor(random() * %(sentences)s)::int as n
        from generate_series(1, %(count)s) article cross join generate_series(1, %(per_article)s) place
    ) choice join crawler.sentences using (n) group by article;
    analyze drawn;
    insert into outlets select 'outlet' || n, 'Outlet ' || n, 'https://outlet' || n || '.example/' from generate_series(0, 8) n;
    insert into stories (first_published_at, last_published_at)
        select dated_at, dated_at + interval '3 hours' from drawn where article %% 2 = 0 or article = 1 order by article;
    insert into pages (outlet, article_id, url, status, first_seen_at, fetched_at)
        select 'outlet' || article %% 9, article, 'https://outlet' || article %% 9 || '.example/' || article, 'stored', dated_at,
            dated_at
        from drawn order by article;
    insert into articles (page_id, outlet, story_id, headline, body, authors, editors, agencies, published_at, published_precision, tags,
            language, page_count, sources, noise_removed, first_stored_at, updated_at, version_no)
        select article, 'outlet' || article %% 9, greatest(article / 2, 1), left(split_part(body, E'\\n\\n', 2), 80), body, '{}', '{}',
            '{}', dated_at, 'minute', '{}', 'id', 1, '{}', '{}', dated_at, dated_at, 1
        from drawn order by article;
    insert into verdicts select article, %(topic)s, '1', 9, 'about', '{}', dated_at from drawn order by article;
    insert into listed_days (outlet, day, counted)
        select 'outlet' || n, day, 40 from generate_series(0, 8) n cross join generate_series(%(from)s::date, %(to)s, '1 day') day;
    drop table drawn;
"""
# As index_articles makes them, but for the lemmas, which here are the words themselves.
_INDEX = """
    insert into search_documents
    select page_id, dated_at, 1, setweight(to_tsvector('simple', headline), 'A') || setweight(to_tsvector('simple', body), 'C')
        || array_to_tsvector(array['@' || outlet, to_char(dated_at at time zone 'UTC', '"@"YYYY'),
            to_char(dated_at at time zone 'UTC', '"@"YYYY-MM')])
    from articles order by page_id
"""
_FORMS = "insert into word_forms select word, lemmas from word_lemmas(array(select word from crawler.vocabulary))"

_ON_THE_DAY = "first_published_at >= %s::date and first_published_at < %s::date + 1"
_ATTENTION = f"""
    select week, sum(articles) as articles, sum(listed) as listed from attention
    where topic = '{TOPIC}' and day >= '{{}}-01-01' and day < '{{}}-01-01' group by week order by week
"""  # noqa: S608

Query = Callable[[psycopg.Connection], Any]


def fill(connection: psycopg.Connection, count: int) -> None:
    """Put articles of twenty years into an empty database."""
    sentences, since, until = min(100_000, 20 * count), "2006-11-27 00:00+00", "2026-11-27 00:00+00"
    values = {**_CHOICE, "sentences": sentences, "count": count, "topic": TOPIC, "from": since, "to": until}
    (definition,) = connection.execute("select indexdef from pg_indexes where indexname = 'search_documents_words'").fetchone() or ("",)
    connection.execute("set maintenance_work_mem = '1GB'; set work_mem = '256MB'; set synchronous_commit = off")
    connection.execute("set plan_cache_mode = force_custom_plan; select setseed(0.5)")
    cursor = psycopg.ClientCursor(connection)
    save_spellings(connection, Topics.load([str(TOPIC_FILE)]).spellings)
    connection.execute("alter table articles disable trigger user; drop index poros.search_documents_words")
    for statement in (_VOCABULARY, _POOL, _FILL, _INDEX, _FORMS):
        cursor.execute(statement.encode(), values)
    connection.execute(definition.encode())
    connection.execute("drop table crawler.sentences, crawler.vocabulary; alter table articles enable trigger user")
    connection.execute("vacuum analyze")


def sql(statement: str, *values: object) -> Query:
    """A query, all rows of which are fetched."""
    return lambda connection: connection.execute(statement.encode(), values or None).fetchall()


def look(words: str, **filters: Any) -> Query:
    """A search."""
    return lambda connection: search(connection, words, **filters)


def queries(count: int) -> dict[str, Sequence[Query]]:
    """What is measured, by its name; to be added to."""
    chance = random.Random(count)  # noqa: S311 - no secret
    pages = [chance.randint(1, count) for _ in range(200)]
    days = [f"{chance.randint(2007, 2026)}-{chance.randint(1, 11):02}-{chance.randint(1, 26):02}" for _ in range(50)]
    pairs = chance.sample([*combinations(COMMONEST, 2)], 60)
    return {
        "search: the 20 commonest words": [look(word) for word in COMMONEST],
        "search: pairs of them": [look(" ".join(pair)) for pair in pairs],
        "search: phrases of them": [look(f'"{" ".join(pair)}"') for pair in pairs[:20]],
        "search: rare words": [look(word) for word in RARE],
        "search: a common and a rare word": [look(f"{COMMONEST[at]} {word}") for at, word in enumerate(RARE, 1)],
        "search: a common word and not another": [look(f"{one} -{other}") for one, other in pairs[:20]],
        "search: one outlet, one topic": [look(word, outlet="outlet1", topic=TOPIC) for word in COMMONEST],
        "one article": [sql("select * from current_articles where page_id = %s", page) for page in pages],
        "a day's stories": [sql(f"select * from current_stories where topic = '{TOPIC}' and {_ON_THE_DAY}", day, day) for day in days],  # noqa: S608
        "attention of a year": [sql(_ATTENTION.format(year, year + 1)) for year in range(2007, 2026)],
        "the cookbook's queries": [*map(sql, cookbook())],
    }


def cookbook() -> list[str]:
    """The queries of docs/analysts.md, for an outlet that there is."""
    asked = (question.asked for question in questions(PAGE.read_text("utf-8")) if not question.is_python)
    return [re.sub(r"(in_outlet|outlet) (=>?) '\w+'", r"\1 \2 'outlet1'", each.replace("\\gx", "")) for each in asked]


def milliseconds(connection: psycopg.Connection, query: Query) -> float:
    """How long a query takes."""
    before = time.perf_counter()
    query(connection)
    return (time.perf_counter() - before) * 1000


def figures(connection: psycopg.Connection, asked: Sequence[Query], rounds: int) -> str:
    """Median, 95th percentile and greatest time of some queries, and the CPU milliseconds that one takes."""
    before = cpu(connection)
    taken = sorted(milliseconds(connection, query) for _ in range(rounds) for query in asked)
    used = (cpu(connection) - before) / len(taken)
    return " | ".join(f"{figure:.1f}" for figure in (statistics.median(taken), statistics.quantiles(taken, n=20)[-1], taken[-1], used))


def indexing(connection: psycopg.Connection, count: int) -> float:
    """CPU milliseconds that making an article findable takes, which has just been stored: its row is in memory.

    The server does it by itself, one by one, as the trigger on articles does. What the index has put off is done before and after, so that
    it counts.
    """
    put_off = "select gin_clean_pending_list('poros.search_documents_words')"
    one_by_one = "do $$ begin for page in 1..3000 loop perform index_articles(array[page]); end loop; end $$"
    connection.execute("select sum(length(body)) from articles where page_id <= 3000")
    connection.execute("delete from search_documents where page_id <= 3000")
    connection.execute(put_off)
    before = cpu(connection)
    connection.execute(one_by_one)
    connection.execute(put_off)
    return (cpu(connection) - before) / min(count, 3000)


def main() -> None:
    """Print a table for each number of articles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[10_000, 100_000, 1_000_000], metavar="N", help="how many articles")
    parser.add_argument("--rounds", type=int, default=3, help="how often each query is asked")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            for count in arguments.counts:
                with databases.empty() as connection:
                    began = time.perf_counter()
                    fill(connection, count)
                    size = "select pg_database_size(current_database()) / 1e6, pg_total_relation_size('poros.search_documents') / 1e6"
                    database, documents = connection.execute(size).fetchone() or (0, 0)
                    took = time.perf_counter() - began
                    print(f"\n{count:,} articles, made in {took:.0f} s; {database:,.0f} MB, {documents:,.0f} of them for search")
                    print("| query | p50 ms | p95 ms | slowest | CPU, mean |\n| --- | ---: | ---: | ---: | ---: |")
                    with connect(as_reader(databases.url)) as reader:
                        for name, asked in queries(count).items():
                            print(f"| {name} | {figures(reader, asked, arguments.rounds)} |", flush=True)
                    print(f"indexing: {indexing(connection, count):.2f} ms of CPU an article")
        finally:
            embedded.stop(Path(folder))


if __name__ == "__main__":
    main()
