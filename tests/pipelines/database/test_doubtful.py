"""Why a case is doubtful, in the words of `scrapy topic`."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from crawler.article import Band, Verdict, Visit
from pipelines.database.visits import record
from pipelines.topic.explanation import explain_lines

SIDES = {"korea": {"headline": 3.0, "lead": 2.0}, "russia": {"lead": 2.0, "body": 0.3}}


def evidence(**limits: float) -> dict[str, Any]:
    points = {"sides": SIDES, "weaker_side": 3.45, "both": 0.75, "nearby": 0.0, "limits": limits}
    return {
        "sides": {side: {} for side in SIDES},
        "both": [{"field": "body", "offset": 9, "text": "", "links": []}],
        "nearby": [],
        "points": points,
    }


@pytest.mark.parametrize(
    "limits",
    [
        {"sides_in_neighbouring_sentences_only": 4.9},
        {"no_side_in_headline": 4.9},
        {"side_named_once": 4.9},
        {"genre": 4.9},
        {"sides_never_meet": 3.1},
        {"no_side_in_headline": 3.9, "side_named_once": 3.9},
    ],
)
def test_the_reason_is_in_the_words_that_explain_a_verdict(connection: psycopg.Connection, limits: dict[str, float]) -> None:
    given = evidence(**limits)
    (said,) = connection.execute("select poros.why_doubtful(%s)", [Jsonb(given)]).fetchone() or ("",)
    verdict = Verdict(topic="t", rule_version="1", band=Band.REVIEW, score=3.9, evidence=given)
    explained = [line.split("  ")[-1] for line in explain_lines(verdict) if line.startswith("no more than")]
    assert said == "; ".join(explained)
    assert len(explained) == len(limits)


def test_of_several_limits_the_lowest_is_the_reason(connection: psycopg.Connection) -> None:
    given = Jsonb(evidence(genre=4.9, side_named_once=3.9))
    assert connection.execute("select poros.why_doubtful(%s)", [given]).fetchone() == ("a side is named a single time",)


def test_without_a_limit_the_weaker_side_is_named(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    connection.execute("insert into outlets values ('kompas', '', '')")
    visit = make_visit("1", band="review")
    visit.verdicts["korea_russia"].evidence.update(evidence())
    record(connection, visit)
    reason = "russia is hardly named (2.3 points), and 1 sentences name both sides"
    assert connection.execute("select reason from doubtful").fetchone() == (reason,)
    connection.execute("update verdicts set evidence = '{}'")
    assert connection.execute("select reason from doubtful").fetchone() == (None,), "a verdict of before there was evidence"
