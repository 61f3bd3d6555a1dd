"""Which copies still say what the imitated outlets have corrected or withdrawn: all of them are found, and no others."""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from importlib import import_module
from typing import Any

import psycopg
import pytest

from bench.storing import visit
from crawler.article import Outcome
from pipelines.database.visits import record
from pipelines.words import words
from tests.stage.stage import STAGE, Stage, needs_the_stage

pytestmark = needs_the_stage[:1]
Told = dict[str, Any]


def key(told: Told) -> tuple[str, str]:
    return told["outlet"], str(told["id"])


def still_says(copy: Told, kind: str, before: Told, paragraph: int) -> bool:
    """Whether a copy has the headline, or the words across the place where a paragraph was put in, of the article before its revision."""
    if kind == "headline":
        return words(copy["headline"]) == words(before["headline"])
    if kind == "body":
        around = [*words(before["body"][paragraph - 1])[-3:], *words(before["body"][paragraph])[:3]]
        return " ".join(around) in " ".join(words(" ".join(copy["body"])))
    return True  # withdrawn, or something was added at the end


def test_all_copies_of_what_was_corrected_or_withdrawn(
    connection: psycopg.Connection, make_stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage(days=6, seed=12, a_day=40, now="2026-11-20T12:00:00+07:00")
    monkeypatch.setattr(sys, "path", [str(STAGE.parent), *sys.path])
    world = import_module("world").World(str(stage.world))
    chance = random.Random(4)
    articles = sorted((told for told in world.arts if told["label"] == "on"), key=lambda told: told["_pub"])
    connection.execute("insert into outlets select n, n, n from unnest(%s::text[]) n", [sorted({told["outlet"] for told in articles})])

    def store(told: Told, at: Any) -> None:
        record(connection, visit(*key(told), told["headline"], "\n\n".join(told["body"]), told["_pub"], at))

    stories = defaultdict(list)
    for told in articles:
        store(told, told["_pub"])
        stories[told["story_id"]].append(told)
    expected = set()
    revised: Counter[str] = Counter()
    for story in stories.values():
        if len(story) > 1:
            changed, kind = chance.choice(story), chance.choice(["headline", "body", "append", "delete"])
            before = {"headline": changed["headline"], "body": [*changed["body"]]}
            revision = world.revise(changed["url"], kind, stage.now)
            what = {"delete": "withdrawn", "headline": "headline"}.get(kind, "body")
            copies = [copy for copy in story if copy is not changed]
            expected |= {
                (what, key(changed), key(copy)) for copy in copies if still_says(copy, kind, before, revision.get("paragraph") or 0)
            }
            revised[kind] += 1
            if kind == "delete":
                gone = visit(*key(changed), changed["headline"], "", changed["_pub"], stage.now)
                gone.outcome, gone.article, gone.verdicts = Outcome.GONE, None, {}
                record(connection, gone)
            else:
                store(changed, stage.now)
    query = """
        select what, a.outlet, a.article_id, b.outlet, b.article_id
        from uncorrected_copies u join pages a on a.page_id = u.page_id join pages b on b.page_id = copy_page_id
    """
    assert min(revised[kind] for kind in ("headline", "body", "append", "delete")) >= 2
    assert len(expected) > 30
    assert {(what, (a, b), (c, d)) for what, a, b, c, d in connection.execute(query)} == expected
