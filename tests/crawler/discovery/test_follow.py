"""How far routes are followed, and what a run may say of the time that it has seen."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crawler.article import Candidate, PageState, RouteState, Validators
from crawler.clock import WIB
from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.follow import FURTHEST, MOST_SITEMAPS, Discovery, KnownSet, Step, routes_into_the_past
from crawler.discovery.links import Entry
from crawler.discovery.report import coverage_gaps
from crawler.discovery.routes import DateIndex, Listing, Pagination, Route, Search, SectionPage, TagPage
from crawler.urls import ArticleUrls

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # noon in Jakarta
BEFORE = NOW - timedelta(hours=3)  # when the run before began
AFTER = BEFORE + timedelta(minutes=5)  # when it ended
ARTICLES = ArticleUrls(pattern=r"https://kabar\.example/read/(?:(?P<day>\d{8})(?P<clock>\d{6})-)?(?P<id>\d+)")
FEED = Feed(name="feed", url="https://kabar.example/rss")
INDEX = DateIndex(name="index", url="https://kabar.example/?{date:%Y%m%d}&page={page}", max_pages=3)
WORLD = SectionPage(name="world", url="https://kabar.example/dunia/{page}")
NOTHING = Validators(None, None)


def discovery(*routes: Route, known: KnownSet | None = None, high_water_mark: datetime | None = BEFORE, **kwargs: Any) -> Discovery:
    covered = {
        route.name: RouteState(high_water_mark=high_water_mark, completed_at=AFTER, last_nonempty_at=AFTER)
        for route in routes
        if high_water_mark
    }
    return Discovery(routes, ARTICLES, now=NOW, known=known or KnownSet(), route_states=covered, **kwargs)


def listing(*entries: tuple[int, datetime | None]) -> Listing:
    return Listing(entries=[Entry(url=f"https://kabar.example/read/{number}", published_at=time) for number, time in entries])


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def seen(ids: Iterable[int], since: datetime, *, is_due: bool = False) -> KnownSet:
    return KnownSet({str(number): PageState(since, is_due) for number in ids})


def step(run: Discovery, pagination: Pagination, page: Listing, before: set[str] | None = None) -> Step:
    return run.step(pagination, page, set() if before is None else before, fetched_at=NOW, validators=NOTHING)


def ids(candidates: Iterable[Candidate]) -> list[str]:
    return [candidate.article_id for candidate in candidates]


def test_a_route_goes_back_to_where_the_run_before_began() -> None:
    run = discovery(WORLD)
    (pagination,) = run.paginations()
    first = step(run, pagination, listing((9, ago(0.1)), (8, ago(2)), (7, ago(3.9))))
    assert ids(first.articles) == ["9", "8", "7"]
    assert [following.number for following in first.paginations] == [1], "an outlet may list an article late: an hour more is looked at"
    second = step(run, first.paginations[0], listing((6, ago(4.1))))
    assert ids(second.articles) == ["6"]
    assert second.paginations == []
    assert run.reports["world"].is_whole


def test_a_pinned_story_does_not_end_a_pagination() -> None:
    run = discovery(WORLD)
    (pagination,) = run.paginations()
    assert step(run, pagination, listing((1, ago(50)), (9, ago(1)))).paginations


@pytest.mark.parametrize(("first_seen", "goes_on"), [(AFTER, False), (AFTER + timedelta(minutes=1), True)])
def test_without_times_a_page_that_the_run_before_had_seen_ends_a_pagination(first_seen: datetime, goes_on: bool) -> None:
    run = discovery(WORLD, known=seen((8, 9), first_seen))
    (pagination,) = run.paginations()
    assert bool(step(run, pagination, listing((9, None), (8, None))).paginations) is goes_on


def test_a_page_with_one_unseen_article_does_not_end_a_pagination() -> None:
    run = discovery(WORLD, known=seen((8,), AFTER))
    (pagination,) = run.paginations()
    assert step(run, pagination, listing((9, None), (8, None))).paginations


def test_a_list_without_an_end_is_left_with_its_reason() -> None:
    run = discovery(WORLD, high_water_mark=None)
    (pagination,) = run.paginations()
    paginations, seen, requests = [pagination], set[str](), 0
    while paginations:
        requests += 1
        paginations = list(step(run, paginations[0], listing((requests, ago(0.5))), seen).paginations)
    assert requests < 50  # with robots.txt
    assert run.reports["world"].problems == ["stopped at the cap of 48 pages"]
    assert not run.reports["world"].is_whole


def test_the_time_may_stand_in_the_url() -> None:
    run = discovery(WORLD)
    (pagination,) = run.paginations()
    old = Entry(url=f"https://kabar.example/read/{ago(5).astimezone(WIB):%Y%m%d%H%M%S}-5")
    assert step(run, pagination, Listing(entries=[old])).paginations == []


def test_what_is_due_for_a_recrawl_is_requested_though_it_is_known() -> None:
    run = discovery(FEED, known=seen((9,), AFTER, is_due=True))
    (pagination,) = run.paginations()
    assert ids(step(run, pagination, listing((9, ago(1)))).articles) == ["9"]


def test_two_routes_ask_for_an_article_once() -> None:
    run = discovery(FEED, WORLD)
    feed, world = run.paginations()
    assert ids(step(run, feed, listing((9, ago(1)))).articles) == ["9"]
    assert ids(step(run, world, listing((9, ago(1)), (8, ago(1)))).articles) == ["8"]
    assert (run.reports["feed"].first, run.reports["world"].first, run.reports["world"].listed) == (1, 1, 2)


def test_an_index_by_day_is_followed_from_the_day_of_the_run_before() -> None:
    assert [pagination.url for pagination in discovery(INDEX, high_water_mark=ago(20)).paginations()] == [
        "https://kabar.example/?20261123&page=1",
        "https://kabar.example/?20261122&page=1",
    ]
    assert len(list(discovery(INDEX).paginations())) == 1


def test_after_an_outage_a_short_list_leaves_a_coverage_gap_unless_the_index_looks_into_it() -> None:
    run = discovery(FEED, INDEX, high_water_mark=ago(72))
    feed, *days = run.paginations()
    assert len(days) == 4
    step(run, feed, listing((9, ago(1)), (8, ago(2.5))))
    assert coverage_gaps(run.reports) == {"feed": (ago(72), ago(2.5))}
    assert run.route_states(finished=True)["feed"].high_water_mark == ago(1), (
        "the coverage gap is in the ledger; the next run goes on from here"
    )
    for number, day in enumerate(days):
        last = step(run, day, listing((number, ago(3 + 24 * number)))).paginations
        assert not last or step(run, last[0], listing()).paginations == []
    assert run.reports["index"].complete
    assert coverage_gaps(run.reports) == {}


def test_a_list_of_the_newest_that_shows_what_was_seen_has_no_gap() -> None:
    for known, fell_short in ((KnownSet(), True), (seen((8,), AFTER), False)):
        run = discovery(FEED, known=known)
        (pagination,) = run.paginations()
        step(run, pagination, listing((9, None), (8, None)))
        assert run.reports["feed"].fell_short is fell_short


def test_nothing_is_owed_for_the_time_before_the_first_run() -> None:
    run = discovery(FEED, high_water_mark=None)
    (pagination,) = run.paginations()
    step(run, pagination, listing((9, ago(1))))
    assert coverage_gaps(run.reports) == {}


def test_nobody_catches_up_with_more_than_two_weeks_by_himself() -> None:
    run = discovery(INDEX, high_water_mark=NOW - timedelta(days=30))
    days = list(run.paginations())
    assert len(days) == 15
    for number, pagination in enumerate(days):
        step(run, pagination, listing((number, NOW - timedelta(days=20))))
    assert coverage_gaps(run.reports) == {"index": (NOW - timedelta(days=30), NOW - FURTHEST)}


def test_a_run_that_was_cut_short_has_seen_nothing() -> None:
    run = discovery(FEED)
    (pagination,) = run.paginations()
    step(run, pagination, listing((9, ago(1)), (8, ago(4))))
    assert run.route_states(finished=False)["feed"] == RouteState(last_nonempty_at=NOW)
    assert run.route_states(finished=True)["feed"].high_water_mark == ago(1), "not beyond what the outlet shows"


def test_a_pagination_that_failed_has_not_been_seen() -> None:
    run = discovery(INDEX, high_water_mark=ago(30))
    today, yesterday = run.paginations()
    step(run, today, listing((9, ago(31))))
    run.reports["index"].problems.append("HTTP 503")
    assert run.route_states(finished=True)["index"].high_water_mark is None
    assert yesterday


@pytest.mark.parametrize(("since", "joined"), [(ago(2), False), (ago(3), True)])
def test_a_look_back_that_does_not_reach_what_was_seen_is_not_joined_to_it(since: datetime, joined: bool) -> None:
    run = discovery(FEED, since=since)
    (pagination,) = run.paginations()
    step(run, pagination, listing((9, ago(1)), (8, ago(20))))
    assert (run.route_states(finished=True)["feed"].high_water_mark == ago(1)) is joined


def test_an_index_of_sitemaps_is_followed_three_levels_down() -> None:
    run = discovery(NewsSitemap(name="sitemap", url="https://kabar.example/0.xml"))
    paginations = list(run.paginations())
    for level in range(1, 9):
        if not paginations:
            break
        paginations = list(step(run, paginations[0], Listing(entries=[], further=[f"https://kabar.example/{level}.xml"])).paginations)
    assert level == 5
    assert run.reports["sitemap"].problems == ["stopped at the cap of 3 levels of sitemaps"]
    assert not run.reports["sitemap"].is_whole


@pytest.mark.parametrize(("named", "followed"), [(MOST_SITEMAPS - 1, MOST_SITEMAPS - 1), (50_000, MOST_SITEMAPS - 1)])
def test_an_index_of_sitemaps_is_followed_as_far_as_the_cap_and_it_is_said(named: int, followed: int) -> None:
    run = discovery(NewsSitemap(name="sitemap", url="https://kabar.example/0.xml"))
    (index,) = run.paginations()
    further = [f"https://kabar.example/{number}.xml" for number in range(1, named + 1)]
    paginations = step(run, index, Listing(entries=[], further=further)).paginations
    assert [pagination.url for pagination in paginations] == further[:followed], "those that are named first"
    for pagination in paginations:
        step(run, pagination, listing((9, ago(1))))
    assert run.reports["sitemap"].problems == (["stopped at the cap of 100 sitemaps"] if followed < named else [])
    assert run.reports["sitemap"].is_whole is (followed == named)
    assert step(run, paginations[0], Listing(entries=[], further=["https://kabar.example/lagi.xml"])).paginations == []


def test_a_list_with_malformed_addresses_gives_the_others() -> None:
    run = discovery(NewsSitemap(name="sitemap", url="https://kabar.example/0.xml"))
    (index,) = run.paginations()
    entries = [Entry(url=url) for url in ("http://[kabar/read/1", "https://kabar.example:x/read/2", "https://kabar.example/read/9")]
    further = ["http://[kabar/1.xml", "https://kabar.example/1.xml"]
    found = step(run, index, Listing(entries=entries, further=further))
    assert (ids(found.articles), [pagination.url for pagination in found.paginations]) == (["9"], further[1:])


def test_a_tag_that_nobody_uses_is_whole_and_an_empty_feed_is_not() -> None:
    run = discovery(TagPage(name="tag", url="https://kabar.example/tag/rusia"), FEED)
    for pagination in run.paginations():
        step(run, pagination, listing())
    assert (run.reports["tag"].is_whole, run.reports["feed"].is_whole) == (True, False)


# --- the past


def test_the_past_is_looked_at_day_by_day_where_there_is_an_index() -> None:
    search = Search(name="search", url="https://kabar.example/cari/{query}/{first:%d}-{last:%d}", queries=("x",))
    tag = TagPage(name="tag", url="https://kabar.example/tag/{page}")
    assert routes_into_the_past((FEED, INDEX, search, tag)) == [INDEX, search]
    assert routes_into_the_past((FEED, WORLD, tag)) == [WORLD, tag]
    assert routes_into_the_past((FEED,)) == []


def test_a_finished_day() -> None:
    start = datetime(2026, 11, 20, tzinfo=WIB)
    run = discovery(FEED, INDEX, since=start, until=start + timedelta(days=1))
    (pagination,) = run.paginations()
    assert pagination.url == "https://kabar.example/?20261120&page=1"
    (second,) = step(run, pagination, listing((9, start + timedelta(hours=1)), (8, None))).paginations
    assert run.finished_days() == []
    step(run, second, listing())
    assert run.finished_days() == [date(2026, 11, 20)]
    assert run.route_states(finished=True)["index"].high_water_mark is None, "it says nothing of the time after it"


@pytest.mark.parametrize(("high_water_mark", "days"), [(ago(100), [date(2026, 11, 20)]), (None, [])])
def test_a_day_without_an_article_is_finished_if_the_index_is_known_to_list_some(
    high_water_mark: datetime | None, days: list[date]
) -> None:
    start = datetime(2026, 11, 20, tzinfo=WIB)
    run = discovery(INDEX, since=start, until=start + timedelta(days=1), high_water_mark=high_water_mark)
    (pagination,) = run.paginations()
    step(run, pagination, listing())
    assert run.finished_days() == days


def test_what_is_newer_than_the_past_asked_for_is_paged_over() -> None:
    run = discovery(WORLD, since=ago(50), until=ago(20))
    (pagination,) = run.paginations()
    first = step(run, pagination, listing((9, ago(1)), (8, ago(2))))
    assert (first.articles, len(first.paginations)) == ([], 1)
    second = step(run, first.paginations[0], listing((7, ago(21)), (6, ago(52))))
    assert (ids(second.articles), second.paginations) == (["7", "6"], [])


def test_a_clock_that_was_ahead_is_not_taken_for_what_was_seen() -> None:
    ahead = Discovery((FEED,), ARTICLES, now=NOW + timedelta(days=3), known=KnownSet(), route_states={})
    (pagination,) = ahead.paginations()
    step(ahead, pagination, listing((9, ago(1)), (8, ago(4))))
    assert ahead.route_states(finished=True)["feed"].high_water_mark == ago(1)
    late = discovery(INDEX, high_water_mark=NOW + timedelta(days=3))  # as an earlier version may have left it
    assert (late.since, len(list(late.paginations()))) == (NOW, 1)


def test_where_a_list_has_no_times_it_is_seen_up_to_now() -> None:
    run = discovery(FEED, INDEX, high_water_mark=ago(3))
    feed, day = run.paginations()
    step(run, feed, listing((9, None), (8, None)))
    step(run, day, listing((7, ago(90))))
    assert run.route_states(finished=True)["feed"].high_water_mark == NOW


def test_a_list_that_has_not_changed_was_seen_up_to_where_it_was() -> None:
    run = discovery(FEED, high_water_mark=ago(3))
    (pagination,) = run.paginations()
    run.unchanged(pagination)
    assert run.route_states(finished=True)["feed"].high_water_mark == ago(3)


def test_what_nobody_has_seen_work_is_tried_by_a_backfill_alone_and_nothing_is_expected_of_it() -> None:
    search = Search(name="search", url="https://kabar.example/cari?q={query}", queries=("korea", "rusia"), unproven=True)
    tags = TagPage(name="tag", url="https://kabar.example/tag/{page}")
    assert [pagination.route for pagination in discovery(WORLD, search).paginations()] == [WORLD]
    assert routes_into_the_past([tags, search]) == [tags, search]
    assert routes_into_the_past([INDEX, tags, search]) == [INDEX, search]
    run = discovery(INDEX, search, high_water_mark=None, since=ago(36), until=ago(12))
    paginations = list(run.paginations())
    assert [each.url for each in paginations if each.route is search] == [search.url.format(query=word) for word in search.queries]
    for pagination in paginations:
        if pagination.route is INDEX:
            step(run, pagination, listing((7, ago(24)), (6, None)))
    run.reports["search"].problems.append("HTTP 404")
    run.reports["index"].ended = run.reports["index"].paginations
    assert run.finished_days()
