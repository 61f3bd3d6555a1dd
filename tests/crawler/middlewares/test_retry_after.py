"""What a 429 or a 503 does to the crawl: waits, in real crawls and by a stopped clock, and then rest."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.middlewares.back_off import OutletBackOff
from crawler.middlewares.retry_after import RetryAfter, asked_wait

Rehearse = Callable[..., Any]
URL = "http://{}.outlet.test:PORT/{}"
PAGES = [URL.format(host, page) for host in ("www", "index") for page in "abcd"]
BUSY = {"status": 429, "headers": {"Retry-After": "0"}}


def test_an_outlet_that_keeps_refusing_gets_two_more_requests_from_all_hosts_together(rehearse: Rehearse) -> None:
    result = rehearse(start=PAGES, pages={f"/{page}": [BUSY] for page in "abcd"}, settings={"RETRY_TIMES": 2})

    assert len(result["requests"]) == 3
    assert len(result["items"]) == len(PAGES)  # each request ends as something
    assert {item["error"] for item in result["items"]} == {"HttpError", "OutletBackOff"}
    assert all(item["transient"] for item in result["items"] if item["error"] == "OutletBackOff")
    assert result["stats"]["poros/retry_after/backed_off"] == 1
    assert result["log"].count("not crawled any more in this run") == 1


def test_an_outlet_that_asks_for_more_than_five_minutes_gets_none(rehearse: Rehearse) -> None:
    result = rehearse(start=PAGES, pages={"/a": [{"status": 503, "headers": {"Retry-After": "301"}}]}, settings={"RETRY_TIMES": 2})

    assert len(result["requests"]) == 1


def test_an_outlet_that_was_given_time_is_crawled_on(rehearse: Rehearse) -> None:
    result = rehearse(
        start=PAGES,
        pages={"/a": [{"status": 429, "headers": {"Retry-After": "1"}}, {}], "/b": [BUSY, {}], "/c": [{}], "/d": [BUSY, {}]},
        settings={"RETRY_TIMES": 2},
    )

    assert sorted(item["status"] for item in result["items"]) == [200] * len(PAGES)
    at = [request["at"] for request in result["requests"]]
    assert at[1] - at[0] >= 0.99


def middleware(**settings: Any) -> RetryAfter:
    crawler: Any = SimpleNamespace(settings=Settings({"CLOSESPIDER_TIMEOUT": 900, **settings}))
    crawler.stats = MemoryStatsCollector(SimpleNamespace(settings=Settings()))  # type: ignore[arg-type]
    return RetryAfter(crawler)


def answer(status: int = 200, header: str | None = None) -> Response:
    return Response("https://www.outlet.test/a", status=status, headers={"Retry-After": header} if header is not None else {})


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds slept; the clock moves by nothing else."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(time, "monotonic", lambda: 1000.0 + sum(slept))
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return slept


def test_the_wait_is_the_one_that_was_asked_for(waits: list[float]) -> None:
    request, retry_after = Request("https://www.outlet.test/a"), middleware()
    for header in ("120", "300"):
        retry_after.process_response(request, answer(429, header))
        asyncio.run(retry_after.process_request(request))
    asyncio.run(retry_after.process_request(request))
    assert waits == [120, 300, 0]


def test_a_wait_that_outlasts_the_run_is_not_begun(waits: list[float]) -> None:
    request, retry_after = Request("https://www.outlet.test/a"), middleware(CLOSESPIDER_TIMEOUT=60)
    retry_after.process_response(request, answer(429, "61"))
    with pytest.raises(OutletBackOff):
        asyncio.run(retry_after.process_request(request))
    assert waits == [0]
    assert request.meta["dont_retry"]


def test_an_answer_in_between_shows_that_waiting_helps(waits: list[float]) -> None:
    request, retry_after = Request("https://www.outlet.test/a"), middleware()
    for _ in range(4):
        retry_after.process_response(request, answer(429, "1"))
        retry_after.process_response(request, answer(200))
    asyncio.run(retry_after.process_request(request))


def test_a_replay_does_not_wait(waits: list[float]) -> None:
    request, retry_after = Request("https://www.outlet.test/a"), middleware()
    recorded = answer(429, "300")
    recorded.flags.append("cached")
    for _ in range(4):
        retry_after.process_response(request, recorded)
    asyncio.run(retry_after.process_request(request))
    assert waits == [0]


@pytest.mark.parametrize(
    ("status", "header", "expected"),
    [
        (200, "60", None),
        (500, "60", None),
        (503, None, None),
        (503, "soon", None),
        (503, "60", 60),
        (429, None, 30),
        (429, "²", 30),
        (429, "0", 0),
    ],
)
def test_what_an_answer_asks_for(status: int, header: str | None, expected: float | None) -> None:
    assert asked_wait(answer(status, header)) == expected


def test_an_answer_may_name_a_date() -> None:
    in_an_hour, an_hour_ago = (format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True) for hours in (1, -1))
    assert asked_wait(answer(503, in_an_hour)) == pytest.approx(3600, abs=60)
    assert asked_wait(answer(503, an_hour_ago)) == 0
