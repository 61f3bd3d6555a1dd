"""When a run meets the expectations of its outlet."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from crawler.article import Issue, RunCounts
from crawler.discovery import report
from crawler.expectations import Expectations, Judgement, at_least, at_most

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
RouteReport = partial(report.RouteReport, since=NOW - timedelta(hours=1))

HEALTHY = {
    "poros/visits/article": 20,
    "poros/fields/headline": 20,
    "poros/fields/published_at": 20,
    "poros/fields/authors": 18,
    "poros/fields/body": 20,
}


def unmet(stats: dict[str, int] | None = None, **routes: report.RouteReport) -> list[Issue]:
    routes = routes or {"feed": RouteReport(found=3, unknown=1)}
    return list(judge(HEALTHY | (stats or {}), routes).issues)


def counts(stats: dict[str, int], hours_ago: int = 0, **given: Any) -> RunCounts:
    fields = {name: stats.get(f"poros/fields/{name}", 0) for name in ("headline", "published_at", "authors", "generic_body")}
    unread = sum(stats.get(f"poros/visits/{outcome}", 0) for outcome in ("rejected", "failed", "gone"))
    articles = stats["poros/visits/article"]
    return RunCounts(at=NOW - timedelta(hours=hours_ago), articles=articles, unread=unread, **{"fetched": articles, **fields, **given})


def judge(stats: dict[str, int], routes: dict[str, report.RouteReport] | None = None, **given: Any) -> Judgement:
    routes = routes or {"feed": RouteReport(found=3, unknown=1)}
    return Expectations().judge("kabar", routes, stats, **{"run": counts(stats), **given})


def kinds(issues: list[Issue]) -> list[tuple[str, str]]:
    return [(issue.kind, issue.subject) for issue in issues if issue.degrades]


def test_a_healthy_run_has_no_issues() -> None:
    assert unmet() == []


def test_a_route_that_the_run_had_no_time_for_is_not_judged() -> None:
    assert unmet(feed=RouteReport(found=3), index=RouteReport(paginations=2, requests=2)) == []


def test_a_dead_route_is_named_with_its_reason() -> None:
    issues = unmet(feed=RouteReport(found=3), index=RouteReport(problems=["HTTP 404"]))
    assert issues == [Issue(kind="route", subject="index", detail="HTTP 404")]


def test_an_outlet_none_of_whose_routes_listed_anything() -> None:
    issues = unmet(feed=RouteReport(problems=["HTTP 500"]), index=RouteReport(problems=["HTTP 500"]))
    assert issues == [Issue(kind="outlet", subject="kabar", detail="no route listed anything: HTTP 500")]


def test_a_route_that_may_be_empty_in_the_early_morning_is_no_sign_of_life() -> None:
    early, lost, never_there = RouteReport(ended=1, may_be_empty=True), RouteReport(ended=1), RouteReport(ended=1, is_new=True)
    assert kinds(unmet(index=early, rusia=lost)) == [("outlet", "kabar")]
    assert kinds(unmet(index=early, rusia=never_there)) == []
    assert kinds(unmet(index=early)) == []
    assert kinds(unmet(index=RouteReport(ended=1, unchanged=1), rusia=lost)) == []


def test_a_route_that_answered_with_nothing() -> None:
    empty = RouteReport(ended=1)
    assert kinds(unmet(feed=RouteReport(found=3, unknown=1), index=empty)) == [("route", "index")]
    (issue,) = unmet(feed=RouteReport(found=3), index=empty)
    assert (issue.subject, issue.degrades) == ("index", False), "at night nothing new may stand anywhere"


@pytest.mark.parametrize(("listed", "degrades"), [(1, False), (3, True)])
def test_a_route_that_listed_nothing_while_others_did_is_dead_at_night_too(listed: int, degrades: bool) -> None:
    empty = RouteReport(ended=1, last_nonempty_at=NOW - timedelta(hours=listed))
    past = [counts(HEALTHY, hours_ago=1), counts(HEALTHY, hours_ago=2, unknown=1)]
    issues = judge(HEALTHY, {"feed": RouteReport(found=3), "index": empty}, past=past).issues
    assert [(issue.subject, issue.degrades) for issue in issues] == [("index", degrades)]


def test_a_problem_on_a_living_route_is_kept_but_does_not_degrade() -> None:
    (issue,) = unmet(tags=RouteReport(found=3, problems=["HTTP 404"]))
    assert not issue.degrades


def test_a_field_that_went_missing() -> None:
    assert kinds(unmet({"poros/fields/published_at": 10})) == [("articles", "kabar")]


def test_generic_bodies_look_like_a_redesign() -> None:
    assert kinds(unmet({"poros/fields/generic_body": 20})) == [("articles", "kabar")]


def test_pages_that_give_no_article() -> None:
    assert kinds(unmet({"poros/visits/failed": 15})) == [("articles", "kabar")]


def test_few_articles_prove_nothing() -> None:
    few = dict.fromkeys(HEALTHY, 2) | {"poros/fields/published_at": 0, "poros/fields/generic_body": 2, "poros/visits/rejected": 1}
    assert unmet(few) == []


def test_an_outlet_need_not_have_every_tag_but_not_lose_one_either() -> None:
    alive, lost = RouteReport(group="tags", found=3), RouteReport(group="tags", problems=["HTTP 404"])
    never_there = RouteReport(group="tags", problems=["HTTP 404"], is_new=True)
    assert unmet(rusia=alive, korsel=never_there) == []
    (issue,) = unmet(rusia=alive, korsel=lost)
    assert (issue.subject, issue.detail, issue.degrades) == ("korsel", "HTTP 404", False)
    assert kinds(unmet(feed=RouteReport(found=3), rusia=lost, korsel=never_there)) == [("route", "rusia"), ("route", "korsel")]


def test_a_route_that_has_not_changed_is_alive() -> None:
    assert unmet(feed=RouteReport(paginations=1, ended=1, unchanged=1)) == []


def test_a_list_that_is_too_short_leaves_a_coverage_gap_unless_another_route_looked_into_it() -> None:
    hours_ago = {hours: NOW - timedelta(hours=hours) for hours in (2, 72)}
    feed = RouteReport(
        paginations=1,
        ended=1,
        found=15,
        fell_short=True,
        since=hours_ago[72],
        high_water_mark=hours_ago[72],
        oldest=hours_ago[2],
        exhaustive=False,
    )
    (gap,) = unmet(feed=feed)
    assert (gap.kind, gap.subject, gap.gap, gap.degrades) == ("coverage_gap", "feed", (hours_ago[72], hours_ago[2]), True)
    index = RouteReport(paginations=4, ended=4, found=90, since=hours_ago[72], exhaustive=True)
    assert unmet(feed=feed, index=index) == []
    index.ended = 3
    assert kinds(unmet(feed=feed, index=index)) == [("coverage_gap", "feed")]


def test_a_list_that_was_empty_for_a_while_leaves_no_coverage_gap_where_another_route_never_broke_off() -> None:
    hours_ago = {hours: NOW - timedelta(hours=hours) for hours in (1, 12)}
    feed = RouteReport(paginations=1, ended=1, found=1, fell_short=True, since=hours_ago[12], high_water_mark=hours_ago[12], oldest=NOW)
    index = RouteReport(paginations=1, ended=1, found=9, since=hours_ago[1], high_water_mark=hours_ago[1], exhaustive=True)
    assert unmet(feed=feed, index=index) == []
    index.high_water_mark = None  # it has only begun
    assert kinds(unmet(feed=feed, index=index)) == [("coverage_gap", "feed")]


def test_a_route_is_complete_when_every_pagination_of_it_ended() -> None:
    assert RouteReport(exhaustive=True, paginations=2, ended=2, found=1).complete
    assert not RouteReport(exhaustive=True, paginations=2, ended=1, found=1).complete
    assert not RouteReport(exhaustive=False, paginations=2, ended=2, found=1).complete
    assert not RouteReport(exhaustive=True, paginations=2, ended=2).complete
    assert not RouteReport(exhaustive=True).complete


GENERIC = {**HEALTHY, **dict.fromkeys(HEALTHY, 1), "poros/fields/generic_body": 1}  # one article, read without the outlet's rules
ONE = dict.fromkeys(HEALTHY, 1)


def test_a_redesign_shows_in_runs_of_one_article_each_and_degrades_those_that_meet_it() -> None:
    past = [counts(GENERIC, hours_ago=hours) for hours in (1, 2, 3)]
    assert kinds(list(judge(GENERIC, past=past[:2]).issues)) == [], "three odd pages may be chance"
    judgement = judge(GENERIC, past=past)
    assert [(issue.kind, issue.detail) for issue in judgement.issues] == [
        ("articles", "4 of 4 bodies were read without the outlet's rules: a redesign?")
    ]
    mended = judge(ONE, past=[counts(GENERIC), *past])
    assert (list(mended.issues), "articles" in mended.judged) == ([], False), "a good run is well; the issue waits for more of them"
    assert "articles" in judge(HEALTHY, past=past).judged
    assert "articles" not in judge(ONE | dict.fromkeys(ONE, 0)).judged, "a run without an article says nothing of them"


def test_what_an_outlet_gave_before_is_asked_of_it() -> None:
    poor = HEALTHY | {"poros/fields/authors": 7}
    tripled = counts({name: value * 3 for name, value in poor.items()})
    assert judge(poor, run=tripled).issues == []
    past = [counts(HEALTHY | {"poros/fields/authors": 20}, hours_ago=hours) for hours in range(60, 160)]
    (issue,) = judge(poor, past=past, run=tripled).issues
    assert (issue.kind, issue.detail) == ("articles", "authors read from 21 of 60 articles")
    bad = [counts(HEALTHY | {"poros/fields/authors": 2}, hours_ago=hours) for hours in range(60, 160)]
    (issue,) = judge(HEALTHY | {"poros/fields/authors": 2}, past=bad).issues
    assert issue.detail == "authors read from 2 of 20 articles", "the floor holds, whatever was usual"


def test_a_day_that_brings_little_of_what_was_usual() -> None:
    def runs(first: int, last: int, unknown: int, fetched: int = 2, on_topic: int = 1, **given: Any) -> list[RunCounts]:
        usual: dict[str, Any] = {"is_good": True, "unknown": unknown, "fetched": fetched, "on_topic": on_topic, **given}
        return [counts(ONE, hours_ago=hours, **usual) for hours in range(first, last)]

    before = runs(24, 14 * 24, unknown=3)
    now = counts(ONE, unknown=0, fetched=2, on_topic=1)
    assert judge(ONE, run=now, past=runs(1, 24, unknown=3) + before).issues == []
    (issue,) = judge(ONE, run=now, past=runs(1, 24, unknown=0) + before).issues
    assert (issue.kind, issue.detail) == ("volume", "0 articles listed in a day; 72 were usual in the 14 days before")
    (issue,) = judge(ONE, run=now, past=runs(1, 24, unknown=3, on_topic=0) + before).issues
    assert issue.detail.startswith("1 articles on topic in a day; 2")
    after_an_outage = judge(ONE, run=now, past=runs(1, 24, unknown=0, is_good=False) + before)
    assert (list(after_an_outage.issues), "volume" in after_an_outage.judged) == ([], False), "what is known to be ill is told once"
    assert judge(ONE, run=now, past=runs(1, 24, unknown=0) + runs(24, 48, unknown=3)).issues == [], "two days are no usage"
    refused = runs(1, 6, unknown=3, fetched=90, on_topic=0, is_good=False)
    assert judge(ONE, run=now, past=refused + runs(6, 24, unknown=3) + before).issues == [], "which asked for the same again and again"
    ill = judge(ONE | {"poros/store/not_stored": 2}, run=now, past=runs(1, 24, unknown=0) + before)
    assert ([issue.kind for issue in ill.issues], "volume" in ill.judged) == (["storage"], False), "one cause is one issue"


@pytest.mark.parametrize(("fetched", "said"), [(0, True), (3, True), (40, False)])
def test_a_spent_budget_is_excused_by_what_was_read(fetched: int, said: bool) -> None:
    stats = dict.fromkeys(HEALTHY, 0)
    issues = judge(stats, run=counts(stats, fetched=fetched), budget=900).issues
    assert [issue.detail for issue in issues] == [f"spent its 900 seconds and read {fetched} pages"] * said


@pytest.mark.parametrize(("stat", "kind"), [("poros/store/not_stored", "storage"), ("poros/pipelines/errors", "code")])
def test_what_was_not_written_down_is_said(stat: str, kind: str) -> None:
    (issue,) = judge(HEALTHY | {stat: 1}).issues
    assert (issue.kind, issue.degrades) == (kind, True)


def test_a_dead_outlet_clears_nothing_of_its_routes_and_articles() -> None:
    judgement = judge(HEALTHY, {"feed": RouteReport(problems=["HTTP 500"])})
    assert [issue.kind for issue in judgement.issues] == ["outlet"]
    assert judgement.judged == {"outlet", "code", "storage"}


def test_probabilities() -> None:
    assert at_least(4, 4, 0.2) == pytest.approx(0.0016)
    assert at_least(0, 7, 0.3) == pytest.approx(1)
    assert at_most(0, 3) == pytest.approx(0.0498, abs=1e-4)
    assert at_most(5, 0) == 1


def test_an_outlet_whose_pages_turn_out_to_need_a_browser_is_to_be_declared() -> None:
    read = {"poros/visits/article": 20}
    (issue,) = [issue for issue in judge(HEALTHY, run=counts(HEALTHY, shells=15)).issues if issue.kind == "browser"]
    assert (issue.subject, issue.degrades) == ("kabar", True)
    assert issue.detail == "15 of 20 article pages need a browser; declare it: browser = True"
    few = judge(HEALTHY, run=counts(HEALTHY, shells=2))
    assert ("browser" in few.judged, list(few.issues)) == (True, [])
    missing = judge(HEALTHY | {"poros/browser/missing": 15}, run=counts(HEALTHY, shells=15)).issues
    assert any("make browser" in issue.detail for issue in missing if issue.kind == "browser")
    waiting = judge(HEALTHY | {"poros/browser/missing": 15}, run=RunCounts(at=NOW, unread=15, shells=15))
    assert (kinds([*waiting.issues]), "articles" in waiting.judged) == ([("browser", "kabar")], False), "one cause is one issue"
    past = [counts(HEALTHY | {"poros/visits/article": 1}, hours_ago=hour, shells=1) for hour in range(1, 9)]
    one = judge(read, run=counts({"poros/visits/article": 1}, shells=1), past=past)
    assert any(issue.kind == "browser" for issue in one.issues), "an hour brings one"
    declared = judge(read, run=counts({"poros/visits/article": 1}), past=past)
    assert not any(issue.kind == "browser" for issue in declared.issues)
