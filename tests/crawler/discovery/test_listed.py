"""Which articles a run counts as listed, and on which day: also those that it does not ask for."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from crawler.article import RouteState, Validators
from crawler.discovery.feeds import Feed
from crawler.discovery.follow import Discovery, KnownSet
from crawler.discovery.links import Entry
from crawler.discovery.routes import DateIndex, Listing, Route, SectionPage
from crawler.urls import ArticleUrls

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # 23:00 in Jakarta
TODAY = date(2026, 11, 23)
ARTICLES = ArticleUrls(pattern=r"https://kabar\.example/read/(?:(?P<day>\d{8})-)?(?P<id>\d+)")
FEED = Feed(name="feed", url="https://kabar.example/rss", url_filter=None)
WORLD = SectionPage(name="world", url="https://kabar.example/dunia")
INDEX = DateIndex(name="index", url="https://kabar.example/?{date:%Y%m%d}")


def run(
    *lists: tuple[Route, Sequence[tuple[str, datetime | None]]], since: datetime | None = None, until: datetime | None = None
) -> Discovery:
    state = RouteState(high_water_mark=NOW - timedelta(hours=1), completed_at=NOW, last_nonempty_at=NOW)
    routes = dict.fromkeys(route for route, _ in lists)
    states = {route.name: state for route in routes}
    found = Discovery(
        [*routes], ARTICLES, now=NOW, known=KnownSet(), route_states=states, since=since, until=until, may_be_relevant=lambda _: False
    )
    paginations = {pagination.route.name: pagination for pagination in found.paginations()}
    for route, entries in lists:
        listing = Listing(entries=[Entry(url=f"https://kabar.example/read/{name}", published_at=time) for name, time in entries])
        found.step(paginations[route.name], listing, set(), fetched_at=NOW, validators=Validators(None, None))
    return found


def test_an_article_is_of_the_day_it_was_published_on_in_jakarta_wanted_or_not() -> None:
    late, old = datetime(2026, 11, 22, 17, 0, tzinfo=UTC), NOW - timedelta(days=9)
    found = run((FEED, [("1", NOW), ("2", late), ("3", late - timedelta(minutes=1)), ("4", old), ("5", NOW + timedelta(days=2))]))
    assert found.listed == {"1": TODAY, "2": TODAY, "3": TODAY - timedelta(days=1)}
    assert found.reports["feed"].listed == 0, "the prefilter wants none of them"


def test_without_a_time_it_is_of_the_day_that_the_address_or_the_index_names_or_of_today() -> None:
    assert run((WORLD, [("20261120-1", None), ("2", None)])).listed == {"1": date(2026, 11, 20), "2": TODAY}
    yesterday = run((INDEX, [("1", None)]), since=NOW - timedelta(days=1))  # its last pagination is the day before
    assert yesterday.listed == {"1": TODAY - timedelta(days=1)}


def test_a_list_that_tells_the_time_is_believed_whichever_comes_first() -> None:
    then = NOW - timedelta(days=2)
    world, feed = (WORLD, [("1", None)]), (FEED, [("1", then)])
    assert run(world, feed).listed == run(feed, world).listed == {"1": TODAY - timedelta(days=2)}


def test_a_backfill_counts_its_own_days_alone() -> None:
    since, until = datetime(2026, 10, 1, 17, 0, tzinfo=UTC), datetime(2026, 10, 2, 17, 0, tzinfo=UTC)
    found = run((INDEX, [("1", None), ("2", since), ("3", NOW), ("20261002-4", None), ("20261003-5", until)]), since=since, until=until)
    assert found.listed == {"1": date(2026, 10, 2), "2": date(2026, 10, 2), "4": date(2026, 10, 2)}
