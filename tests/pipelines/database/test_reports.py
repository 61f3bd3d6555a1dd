"""Reports and dashboards: every number that stands there is its query's answer, and a reader may ask them all."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.article import AgencyMention, Precision, Visit
from pipelines.database import embedded
from pipelines.database.connection import connect
from pipelines.database.report import ask
from pipelines.database.visits import record
from reports.digest import digest
from reports.figures import SECTIONS
from reports.page import Ask, render, shown, sort_key
from tests.servers.postgresql import Server

SINCE, NOW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC)
FIGURES = {figure.name: figure for section in SECTIONS for figure in section.figures}
DASHBOARD = Path(__file__).parents[3] / "deploy" / "grafana" / "dashboards" / "poros.json"
TEXT = "\n\n".join(" ".join(f"kata{number}x{word}" for word in range(12)) + "." for number in range(12))


@pytest.fixture
def asking(connection: psycopg.Connection) -> Ask:
    return cache(partial(ask, connection, topic="korea_russia", since=SINCE, limit=50))


@pytest.fixture
def filled(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> psycopg.Connection:
    """Two outlets: a story that was copied, corrected and half withdrawn; a doubtful article; an ill outlet."""
    connection.execute("insert into outlets select name, name, name from unnest(array['kompas', 'antara']) name")
    at = SINCE + timedelta(days=2)

    def store(name: str, body: str = TEXT, hours: float = 0, **given: Any) -> None:
        given = {
            "published_at": at + timedelta(hours=hours),
            "published_precision": Precision.MINUTE,
            "fetched_at": at + timedelta(hours=hours + 1),
            **given,
        }
        record(connection, make_visit(name, body, **given))

    store("a", agencies=[AgencyMention("AFP", "quoted"), AgencyMention("KCNA", "picture")])
    store("b", TEXT, 2, outlet="antara", agencies=[AgencyMention("AFP", "text")])
    store("c", TEXT.replace("kata", "lain"), 5, outlet="antara")
    store("a", TEXT.replace("kata3x", "ralat3x"), fetched_at=at + timedelta(hours=9))
    store("d", TEXT.replace("kata", "ragu"), 6, band="review")
    connection.execute("update pages set status = 'gone', gone_since = %s where article_id = 'c'", [at + timedelta(days=2)])
    connection.execute(
        """
        insert into crawl_runs (outlet, status, exit_code, logical_clock, since, host, pid, finished_at)
        values ('kompas', 'degraded', 1, %s, %s, '', 1, now())
        """,
        [at, at],
    )
    return connection


def tables(page: str) -> dict[str, list[list[tuple[str, str]]]]:
    """Of each figure the rows of its tables: what each cell says, and its key."""
    found: dict[str, list[list[tuple[str, str]]]] = {}
    for table in LexborHTMLParser(page).css("table"):
        rows = [[(cell.text().strip(), cell.attributes["data-key"] or "") for cell in row.css("td")] for row in table.css("tbody tr")]
        found.setdefault(table.attributes["data-figure"] or "", []).extend(rows)
    return found


def test_every_number_is_its_querys_answer(filled: psycopg.Connection, asking: Ask) -> None:
    page = render(asking, topic="korea_russia", since=SINCE, now=NOW, limit=50)
    on_page, queries = tables(page), {}
    for article in LexborHTMLParser(page).css("main article"):
        queries[(article.id or "").removeprefix("figure-")] = article.css("details code")[0].text()
    assert queries.keys() == FIGURES.keys()
    compared = 0
    for name, query in queries.items():
        cursor = filled.execute(query.encode())
        columns = [column.name for column in cursor.description or ()]
        hidden = {"url", "first_url", "copy_url"} | ({"story_id"} if name == "spread" else set())
        kept = [index for index, column in enumerate(columns) if column not in hidden]
        wanted = [
            [(shown(row[index], 3000 if columns[index] == "diff" else 300), str(sort_key(row[index]))) for index in kept] for row in cursor
        ]
        assert on_page.get(name, []) == wanted, name
        compared += bool(wanted)
    assert compared >= 8
    summary = filled.execute(LexborHTMLParser(page).css("header details code")[0].text().encode()).fetchone()
    assert [node.text() for node in LexborHTMLParser(page).css("dd")] == [*map(str, summary or ())]


def test_an_empty_database_says_what_is_missing(asking: Ask) -> None:
    page = LexborHTMLParser(render(asking, topic="korea_russia", since=SINCE, now=NOW, limit=50))
    assert [node.text() for node in page.css("p.empty")] == [figure.empty for figure in FIGURES.values()]
    assert not page.css("table, svg")
    assert digest(asking, topic="korea_russia", since=SINCE) is None


def test_the_digest_names_what_is_new(filled: psycopg.Connection, asking: Ask) -> None:
    mail = digest(asking, topic="korea_russia", since=SINCE)
    assert mail
    assert mail["Subject"] == "korea_russia: 2 new stories since 2026-03-01 07:00 WIB"
    for part in mail.iter_parts():
        text = part.get_content()
        assert "antara, kompas (2 articles)" in text
        assert "kompas is degraded since 2026-03-03" in text
    later = cache(partial(ask, filled, topic="korea_russia", since=SINCE + timedelta(days=2, hours=4), limit=50))
    mail = digest(later, topic="korea_russia", since=SINCE + timedelta(days=2, hours=4))
    assert mail
    assert mail["Subject"].startswith("korea_russia: 1 new story"), "a story is told once"


def test_the_dashboards_queries_are_a_readers(filled: psycopg.Connection, server: Server, database_url: str) -> None:
    filled.commit()
    with connect(server.superuser.format(filled.info.dbname)) as superuser:
        superuser.execute(embedded.ROLES.read_bytes())
    reader = psycopg.connect(server.reader(database_url), autocommit=True)
    dashboard = json.loads(DASHBOARD.read_text())
    queries = [target["rawSql"] for panel in dashboard["panels"] for target in panel["targets"]]
    queries += [variable["query"] for variable in dashboard["templating"]["list"]]
    assert len(queries) >= 6
    period = rf"\1 between '{SINCE.isoformat()}' and '{NOW.isoformat()}'"
    for asked in queries:
        query = re.sub(r"\$__timeFilter\(((?:[^()]|\([^()]*\))*)\)", period, asked).replace("$topic", "korea_russia")
        assert "$" not in query
        assert reader.execute(query.encode()).fetchall() or "open_issues" in query, query
    reader.close()
