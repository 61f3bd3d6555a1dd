"""When a run meets the expectations of its outlet."""

from datetime import UTC, datetime, timedelta
from functools import partial

from crawler.article import Issue
from crawler.discovery import report
from crawler.expectations import Expectations

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
    return list(Expectations().unmet("kabar", routes, HEALTHY | (stats or {})))


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


def test_a_route_that_answered_with_nothing() -> None:
    empty = RouteReport(ended=1)
    assert kinds(unmet(feed=RouteReport(found=3, unknown=1), index=empty)) == [("route", "index")]
    (issue,) = unmet(feed=RouteReport(found=3), index=empty)
    assert (issue.subject, issue.degrades) == ("index", False), "at night nothing new may stand anywhere"


def test_a_problem_on_a_living_route_is_kept_but_does_not_degrade() -> None:
    (issue,) = unmet(tags=RouteReport(found=3, problems=["HTTP 404"]))
    assert not issue.degrades


def test_a_field_that_went_missing() -> None:
    assert kinds(unmet({"poros/fields/published_at": 10})) == [("fields", "published_at")]


def test_generic_bodies_look_like_a_redesign() -> None:
    assert kinds(unmet({"poros/fields/generic_body": 20})) == [("reading", "body")]


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
