"""Days of hourly crawls, outages, routes that die, a past that is caught up with: on the stage, with its clock moved along.

By default small worlds; ``make soak`` sets SOAK_DAYS=10 and takes its time.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.slow import SLOW
from tests.stage.stage import ARTICLE, Stage, needs_the_stage

pytestmark = needs_the_stage

DAYS = int(os.environ.get("SOAK_DAYS", "1"))
WHOLE = DAYS > 2
SEVEN = ("cnbc_indonesia", "kompas", "kompas_tv", "tribunnews", "republika", "katakini", "babe")
OUTLETS = SEVEN if WHOLE else ("cnbc_indonesia", "republika")  # the shortest feeds
NOW = "2026-11-10T05:30:00+07:00"


@pytest.fixture(scope="module")
def stage(make_stage: Callable[..., Stage]) -> Stage:
    return make_stage(days=10, future_days=max(DAYS, 4), seed=1912, now=NOW)


def drill(stage: Stage, step: str, hours: int, outlets: tuple[str, ...] = OUTLETS, **environment: str) -> Any:
    folder = str(stage.folder / "exports")
    return stage.drill(step, "drill_days.py", OUTLETS=",".join(outlets), HOURS=str(hours), EXPORT=folder, **environment)


def score(stage: Stage, result: Any, outlets: tuple[str, ...] = OUTLETS, since: str = NOW) -> Any:
    ignored = [name for each in SEVEN if each not in outlets for name in ("--ignore-outlet", KEYS.get(each, each))]
    return stage.score("--since", since, "--until", result["until"], *ignored, articles=Path(result["export"]))


KEYS = {"cnbc_indonesia": "cnbc", "kompas_tv": "kompastv"}  # as the stage calls them


@pytest.fixture(scope="module")
def soaked(stage: Stage) -> Any:
    if not SLOW and not WHOLE:
        pytest.skip("half a day of hourly crawls: make test-slow")
    return drill(stage, "soak", hours=24 * DAYS if WHOLE else 12)


def test_hourly_crawls_find_every_story(stage: Stage, soaked: Any) -> None:
    assert soaked["bad"] == {}
    found = score(stage, soaked)
    assert found["topic"]["recall"] >= 0.99, found
    assert (found["n_extra"], found["n_duplicates"], found["noise_leaks"]) == (0, 0, 0), found


def test_hourly_crawls_fetch_every_article_once(soaked: Any) -> None:
    assert soaked["fetched_twice"] == {}


def test_hourly_crawls_ask_each_outlet_for_no_more_than_is_said(soaked: Any) -> None:
    most = max(soaked["requests_a_day"].values())
    assert 24 <= most <= (1000 if WHOLE else 2000), soaked["requests_a_day"]  # half a day of the short form begins with two days' look back


def test_with_nothing_new_every_list_is_asked_once_whether_it_has_changed(soaked: Any) -> None:
    assert soaked["again"] == {}
    asked = [request["host"] + request["path"] for request in soaked["requests"]]
    assert len(asked) == len(set(asked))
    assert [url for url in asked if ARTICLE.search(url)] == []
    assert [request for request in soaked["requests"] if request["status"] != 304] == []
    assert len(asked) > 3 * len(OUTLETS)


@pytest.mark.skipif(not (WHOLE or SLOW), reason="half a minute: make test-slow")
def test_an_outage_of_three_days_leaves_no_coverage_gap(stage: Stage) -> None:
    result = drill(stage, "outage", hours=0)
    first, after = result["bad"]
    assert first == {}
    assert set(after) <= {"babe"}, after  # it shows its newest and has no past: that is said
    assert {outlet for outlet, _ in result["coverage_gaps"]} <= {"babe"}
    assert score(stage, result)["topic"]["recall"] == 1.0


@pytest.mark.skipif(not WHOLE, reason="takes half an hour: make soak")
def test_any_route_may_die(stage: Stage) -> None:
    result = drill(stage, "dead_routes", hours=12, KINDS="status_403")
    result |= drill(stage, "dead_routes", hours=12, KINDS="empty_body,soft_404", ONLY_REQUIRED="1")
    for name, one in result.items():
        assert one["hits"] > 0, name
        assert score(stage, one)["topic"]["recall"] >= 0.95, (name, one["killed"])
        assert one["unnamed"] == [], name


@pytest.mark.skipif(not WHOLE, reason="a minute: make soak")
def test_a_route_that_dies_is_named_and_costs_no_story(stage: Stage) -> None:
    result = drill(stage, "dead_routes", hours=1, outlets=("kompas", "republika"), KINDS="soft_404", ONLY_REQUIRED="1")
    assert len(result) > 3
    for name, one in result.items():
        assert one["hits"] > 0, name
        assert one["unnamed"] == [], name
        assert score(stage, one, ("kompas", "republika"))["topic"]["recall"] == 1.0, (name, one["killed"])


@pytest.mark.skipif(not (WHOLE or SLOW), reason="half a minute: make test-slow")
def test_a_backfill_that_is_killed_goes_on_where_it_was(stage: Stage) -> None:
    outlets = tuple(each for each in OUTLETS if each != "babe")
    result = drill(stage, "backfill", hours=24 * (10 if WHOLE else 4), outlets=outlets, KILLS="5" if WHOLE else "2")
    assert result["exits"] == [0, 0, 0], result["said"]
    assert result["kills"] > 0
    assert result["again"] == []
    assert result["same"], result["rows"]
    assert result["requests_when_done"] == 0
    found = stage.score(
        *("--since", f"{result['since']}T00:00:00+07:00", "--until", "2026-11-09T23:59:59+07:00"),
        *(name for each in SEVEN if each not in outlets for name in ("--ignore-outlet", KEYS.get(each, each))),
        articles=Path(result["export"]),
    )
    assert found["topic"]["recall"] >= 0.99, found


@pytest.mark.skipif(not WHOLE, reason="half a minute: make soak")
def test_an_ordinary_run_and_a_backfill_share_an_outlets_patience(stage: Stage) -> None:
    result = drill(stage, "meeting", hours=24, outlets=("kompas",))
    assert result["exits"] == [0, 0], result["said"]
    assert ["partial", False] in result["runs"], "the backfill gave way"
    stamps = result["stamps"]
    assert len(stamps) > 10
    assert stamps[-1] - stamps[0] >= (len(stamps) - 1) * 0.8  # a second, halved by two processes that do not know of each other
