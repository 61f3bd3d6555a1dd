"""The page of a report: what stands on it is what its queries answer, whatever headlines say."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.article import Visit
from pipelines.database.migrate import migrate
from pipelines.database.report import Answer, ask
from pipelines.database.visits import record
from reports.digest import digest
from reports.figures import SECTIONS
from reports.page import Ask, render, shown, sort_key

SINCE, NOW = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 21, 5, tzinfo=UTC)
FIGURES = [figure for section in SECTIONS for figure in section.figures]
HOSTILE = ["<script>alert(1)</script>", "x" * 10_000, "\u202egnp.exe", "a\u0000b", "🚀👩‍👩‍👧", '" onload="alert(1)', "{{ 7 * 7 }}", "&lt;b&gt;"]


def page_of(ask: Ask, limit: int = 50) -> LexborHTMLParser:
    return LexborHTMLParser(render(ask, topic="korea_russia", since=SINCE, now=NOW, limit=limit))


def test_hostile_headlines_are_text() -> None:
    rows = [{"headline": text, "url": f"javascript:{text}", "first_url": "https://a.example/1", "outlets": [text]} for text in HOSTILE]
    numbers = {"stories": 1, "articles": 1, "week": SINCE.date(), "share": 0.5, "status": "ok", "story_id": 1, "outlet": HOSTILE[0]}
    roles = dict.fromkeys(("text", "quoted", "picture", "subject"), 1)
    answer = Answer("select '<script>'", tuple(rows[0]), [row | numbers | roles | {"agency": text} for row, text in zip(rows, HOSTILE, strict=True)])
    page = page_of(lambda name: answer)
    assert len(page.css("script")) == 1
    assert not [node for node in page.css("*") if any(name.startswith("on") for name in node.attributes)]
    assert {link.attributes["href"] for link in page.css("main a")} <= {"https://a.example/1"}
    headlines = {node.text() for node in page.css("[data-figure=stories] .long")}
    assert {"<script>alert(1)</script>", "gnp.exe", "ab", "{{ 7 * 7 }}", "&lt;b&gt;", f"{'x' * 299}…"} <= headlines
