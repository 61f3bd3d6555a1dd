"""The whole crawler, unmodified, against an imitation of the outlets on their real host names (root and Linux only)."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.slow import SLOW
from tests.stage.stage import ARTICLE, Stage, needs_the_stage

pytestmark = needs_the_stage


@pytest.fixture(scope="module")
def stage(make_stage: Callable[..., Stage]) -> Stage:
    return make_stage(days=2)


@pytest.fixture(scope="module")
def healthy(stage: Stage) -> Any:
    return stage.drill("healthy")


def test_a_crawl_is_well_and_says_so(healthy: Any) -> None:
    assert healthy["first"]["exit"] == 0, healthy["first"]["err"]
    assert "Traceback" not in healthy["first"]["err"]
    assert "cnbc_indonesia" in healthy["first"]["out"]


def test_what_is_stored_is_the_story(healthy: Any, stage: Stage) -> None:
    score = stage.score()
    assert score["topic"]["recall"] >= 0.95
    assert score["topic"]["precision"] >= 0.90
    assert (score["n_extra"], score["n_duplicates"], score["noise_leaks"]) == (0, 0, 0), score
    assert score["headline_exact"] >= 0.98
    assert score["published_at_exact"] >= 0.98
    assert score["authors_exact"] >= 0.90
    assert score["body_f1_mean"] >= 0.98


def test_a_second_run_fetches_no_article_and_changes_nothing(healthy: Any) -> None:
    assert healthy["second"]["exit"] == 0
    assert [request for request in healthy["second"]["requests"] if ARTICLE.search(request["path"])] == []
    assert re.search(r"kompas +\d+ +\d+ +0 +0 +0 +0 +0 +0 ", healthy["second"]["out"]), healthy["second"]["out"]


def test_robots_txt_is_obeyed(healthy: Any) -> None:
    requests = healthy["first"]["requests"] + healthy["second"]["requests"]
    asked = {request["host"] for request in requests if request["path"] == "/robots.txt"}
    assert asked == {request["host"] for request in requests}
    assert not [request for request in requests if re.match(r"/(search|komentar|copy|api|post)/", request["path"])]
    assert not [request for request in requests if "tribunnews" in request["host"] and re.match(r"/(tag|topic)/", request["path"])]
    assert not [request for request in requests if re.search(r"[?&](jxrecoid|utm_source|source)=", request["path"])]


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_no_redirect_leads_inside(stage: Stage) -> None:
    result = stage.drill("redirects")
    assert result.pop("secret") == []
    for place, run in result.items():
        assert run["exit"] == 1, place
        assert sum(fault["hits"] for fault in run["faults"]), f"the fault was never met: {place}"


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_failures_are_told(stage: Stage) -> None:
    result = stage.drill("failures")
    unreachable = result["unreachable"]
    assert unreachable["exit"] == 1
    assert re.search(r"^cnbc_indonesia .* degraded *$", unreachable["out"], re.MULTILINE), unreachable["out"]
    assert re.search(r"^kompas .* ok *$", unreachable["out"], re.MULTILINE), unreachable["out"]
    assert "cnbc_indonesia: outlet cnbc_indonesia: no route listed anything: " in unreachable["out"]
    redesign = result["redesign"]
    assert redesign["exit"] == 1
    assert "without the outlet's rules" in redesign["out"]


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_the_doctor_tells_what_is_wrong(stage: Stage) -> None:
    result = stage.drill("doctor")
    well = result.pop("well")
    assert (well["exit"], well["err"]) == (0, ""), well["out"]
    assert "7 of 7 outlets pass all checks" in well["out"]
    asked = {request["host"] for request in well["requests"] if request["path"] == "/robots.txt"}
    assert asked == {request["host"] for request in well["requests"]}
    assert not (stage.folder / "doctor" / "archive").exists()
    assert {path.name for path in (stage.folder / "doctor" / "doctor" / "babe").iterdir()} == {"home.html", "world.html", "article.html"}
    said = {
        "redesign": r"kompas: \d+ checks hold, 1 failed: body: read generically",
        "scripts": r"kompas: \d+ checks hold, 1 failed: browser: its text arrives by JavaScript",
        "gone": r"cnbc_indonesia: \d+ checks hold, 1 failed: feed: not XML .* looks like a page not found",
        "broken": r"cnbc_indonesia: \d+ checks hold, 1 failed: feed: HTTP 500",
        "refused": "asked as Poros/.* It answers 403 to datacentre addresses outside Indonesia.* docs/operating.md.*"
        "cnbc_indonesia: 403 to everything: this address or this user agent is refused",
        "no_robots": r"katakini: robots.txt of www.katakini.com cannot be had \(HTTP 503\)",
    }
    for name, run in result.items():
        assert run["exit"] == 1, name
        assert "Traceback" not in run["err"], name
        assert re.search(said[name], " ".join(run["out"].split())), run["out"]


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_the_gap_between_requests_to_a_host(stage: Stage) -> None:
    times = defaultdict(list)
    for request in stage.drill("delays")["run"]["requests"]:
        times[request["host"]].append(request["ts"])
    stamps = max(times.values(), key=len)
    assert len(stamps) > 10
    # Stamped on arrival: one that was held up comes close to the next, so the span counts.
    assert max(stamps) - min(stamps) >= (len(stamps) - 1) * 0.3 / 3
