"""robots.txt in real crawls (RFC 9309), and what Scrapy's own middleware would not do."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.settings import Settings

from crawler.middlewares.robots import LONGEST_RULES, RobotsPoliteness

Rehearse = Callable[..., Any]
HOME = "http://www.outlet.test:PORT/home"
CLOSED = "User-agent: *\nDisallow: /\n"


def crawl(rehearse: Rehearse, robots: dict[str, Any], **more: Any) -> Any:
    """Ask for three pages of an outlet with such a robots.txt."""
    pages = {"/robots.txt": [robots], "/home": [{}], "/a": [{}], "/b": [{}], **more.pop("pages", {})}
    return rehearse(start=[HOME], follow=[HOME.replace("home", "a"), HOME.replace("home", "b")], pages=pages, **more)


def paths(result: Any) -> list[str]:
    return sorted(request["path"] for request in result["requests"])


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_4xx_means_that_everything_may_be_crawled_whatever_its_page_says(rehearse: Rehearse, status: int) -> None:
    assert paths(crawl(rehearse, {"status": status, "body": CLOSED})) == ["/a", "/b", "/home"]


@pytest.mark.parametrize(
    ("robots", "why"),
    [
        ({"status": 500, "body": "User-agent: *\nAllow: /\n"}, "HTTP 500"),
        ({"status": 503}, "HTTP 503"),
        ({"status": 429, "headers": {"Retry-After": "0"}}, "HTTP 429"),
        ({"hang": 2}, "took longer than 1"),
        ({"status": 302, "headers": {"Location": "http://elsewhere.test:PORT/robots.txt"}}, "destination refused because of its host"),
        ({"status": 302, "headers": {"Location": "/robots.txt"}}, "no usable answer"),
        ({"gzip": 11 << 20}, "no usable answer"),
    ],
)
def test_an_outlet_whose_rules_cannot_be_had_is_left_alone(rehearse: Rehearse, robots: dict[str, Any], why: str) -> None:
    result = crawl(rehearse, robots, settings={"DOWNLOAD_TIMEOUT": 1}, names={"elsewhere.test": ["127.0.0.2"]})

    assert paths(result) == []
    assert [item["error"] for item in result["items"]] == ["OutletBackOff"]
    assert result["items"][0]["transient"]
    assert why in result["items"][0]["reason"]
    assert result["stats"]["poros/robots/unreachable"] == 1
    assert result["log"].count("the host is not crawled in this run") == 1
    assert "Traceback" not in result["log"]


def test_robots_txt_is_asked_for_again_before_the_outlet_is_left_alone(rehearse: Rehearse) -> None:
    result = crawl(rehearse, {}, pages={"/robots.txt": [{"status": 500}, {"status": 502}, {}]}, settings={"RETRY_TIMES": 2})

    assert len(result["robots"]) == 3
    assert paths(result) == ["/a", "/b", "/home"]


def test_another_host_of_the_outlet_is_crawled_all_the_same(rehearse: Rehearse) -> None:
    result = rehearse(
        start=[HOME, HOME.replace("www", "index")],
        pages={"/home": [{}], "www.outlet.test/robots.txt": [{"status": 500}], "index.outlet.test/robots.txt": [{}]},
    )
    assert [request["host"] for request in result["requests"]] == ["index.outlet.test"]


def test_a_redirect_within_the_outlet_is_followed(rehearse: Rehearse) -> None:
    robots = {"status": 301, "headers": {"Location": "http://outlet.test:PORT/rules"}}
    result = crawl(rehearse, robots, pages={"/rules": [{"body": "User-agent: *\nDisallow: /a\n"}]})

    assert paths(result) == ["/b", "/home", "/rules"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (CLOSED, []),
        ("User-agent: Poros\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n", ["/b", "/home"]),
        ("User-agent: Scrapy\nUser-agent: bot\nUser-agent: news\nDisallow: /\n", ["/a", "/b", "/home"]),
    ],
    ids=["everybody", "us", "others"],
)
def test_the_rules_for_our_own_token_are_obeyed(rehearse: Rehearse, rules: str, expected: list[str]) -> None:
    assert paths(crawl(rehearse, {"body": rules})) == expected


def test_endless_rules_are_read_as_far_as_the_standard_asks(rehearse: Rehearse) -> None:
    rules = "User-agent: *\nDisallow: /a\n" + "# nothing to see here\n" * (LONGEST_RULES // 22 + 1) + "Disallow: /b\n"
    assert paths(crawl(rehearse, {"body": rules})) == ["/b", "/home"]


def test_crawl_delay_is_the_pace_of_its_host(rehearse: Rehearse) -> None:
    result = crawl(rehearse, {"body": "User-agent: *\nCrawl-delay: 0.7\n"})

    assert paths(result) == ["/a", "/b", "/home"]
    assert [item["delays"]["www.outlet.test"] for item in result["items"]] == [0.7, 0.7, 0.7]  # AutoThrottle leaves it alone
    at = [request["at"] for request in [*result["robots"], *result["requests"]]]
    assert max(at) - min(at) > 0.7  # three gaps; stamped on arrival, so one that was held up comes close to the next


@pytest.mark.parametrize(("said", "kept"), [("30", 30.0), ("3600", 120.0), ("1", 2.0), ("nonsense", 2.0), ("-5", 2.0), ("nan", 2.0)])
def test_crawl_delay_is_kept_within_our_own_and_two_minutes(said: str, kept: float) -> None:
    slot = Slot(concurrency=1, delay=2.0, jitter=0)
    downloader = SimpleNamespace(slots={"www.outlet.test": slot}, per_slot_settings={}, get_slot_key=lambda _: "www.outlet.test")
    settings = Settings({"ROBOTSTXT_OBEY": True, "ROBOTSTXT_USER_AGENT": "Poros", "DOWNLOAD_DELAY": 2})
    crawler: Any = SimpleNamespace(settings=settings, stats=None, spider=None, engine=SimpleNamespace(downloader=downloader))
    rules = ProtegoRobotParser.from_crawler(crawler, f"User-agent: *\nCrawl-delay: {said}\n".encode())

    RobotsPoliteness(crawler).process_request_2(rules, Request("https://www.outlet.test/a"))

    assert slot.delay == kept
    assert downloader.per_slot_settings == ({"www.outlet.test": {"delay": kept}} if kept > 2 else {})
