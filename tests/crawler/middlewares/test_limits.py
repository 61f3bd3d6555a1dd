"""Answers that mean harm, in real crawls under the project's settings: the page after them is crawled as if nothing had been."""

from collections.abc import Callable
from typing import Any

import pytest

Rehearse = Callable[..., Any]
HOME = "http://www.outlet.test:PORT/home"
MIB = 1 << 20


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_bomb_is_dropped_before_it_unfolds(rehearse: Rehearse, coding: str) -> None:
    bomb = HOME.replace("home", "bomb")
    result = rehearse(
        start=[bomb, HOME], pages={"/bomb": [{coding: 300 * MIB}], "/home": [{}]}, settings={"MEMUSAGE_CHECK_INTERVAL_SECONDS": 0.05}
    )

    outcomes = {item["url"].rpartition("/")[2]: item.get("reason", "crawled") for item in result["items"]}
    assert "exceeded DOWNLOAD_MAXSIZE" in outcomes["bomb"]
    assert outcomes["home"] == "crawled"
    assert result["stats"]["memusage/max"] - result["stats"]["memusage/startup"] < 100 * MIB


def test_a_long_answer_is_cut_off_and_a_slow_one_too(rehearse: Rehearse) -> None:
    pages = {"/long": [{"body": "x" * (10 * MIB + 1)}], "/slow": [{"hang": 3}], "/drip": [{"body": "x" * 900, "drip": 1}], "/home": [{}]}
    result = rehearse(start=[HOME.replace("/home", page) for page in pages], pages=pages, settings={"DOWNLOAD_TIMEOUT": 1})

    assert [item.get("error", item.get("status")) for item in result["items"]] == [
        "DownloadCancelledError",
        "DownloadTimeoutError",
        "DownloadTimeoutError",
        200,
    ]


def test_headers_are_not_obeyed(rehearse: Rehearse) -> None:
    headers = {"Referrer-Policy": "sys.exit", "Set-Cookie": [f"c{i}=1; Domain=outlet.test" for i in range(400)], "X-Long": "x" * 12_000}
    result = rehearse(start=[HOME], follow=[HOME], pages={"/home": [{"headers": headers}]})

    assert [item.get("status") for item in result["items"]] == [200, 200]
    assert not {"Referer", "Cookie"} & set(result["requests"][1]["headers"])


def test_a_header_too_long_to_be_read_costs_one_page(rehearse: Rehearse) -> None:
    pages = {"/flood": [{"headers": {"X-Long": "x" * 100_000}}], "/home": [{}]}
    result = rehearse(start=[HOME.replace("home", "flood"), HOME], pages=pages)

    assert result["items"][-1].get("status") == 200


def test_a_redirect_without_end_is_left_after_five_hops(rehearse: Rehearse) -> None:
    result = rehearse(start=[HOME], pages={"/home": [{"status": 302, "headers": {"Location": "/home"}}]})

    assert len(result["requests"]) == 6
    assert result["items"][0]["reason"] == "max redirections reached"
