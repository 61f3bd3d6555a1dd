"""26 ways to be led astray, each in real crawls from a start request, a callback, a redirect, robots.txt and a meta refresh."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.settings import Settings

from crawler.middlewares.destination_guard import DestinationGuard, allowed_networks, is_address, is_public

Rehearse = Callable[..., Any]

# Nothing but an address: no rule about hosts is needed to see it.
ADDRESSES = [
    "http://127.0.0.1:PORT/secret",
    "http://127.0.0.1.:PORT/secret",
    "http://127.1:PORT/secret",
    "http://0x7f.1:PORT/secret",
    "http://0x7f000001:PORT/secret",
    "http://0177.0.0.1:PORT/secret",
    "http://2130706433:PORT/secret",
    "http://①②⑦.⓪.⓪.①:PORT/secret",
    "http://[::1]:PORT/secret",
    "http://[::ffff:127.0.0.1]:PORT/secret",
    "http://0.0.0.0:PORT/secret",
    "http://0:PORT/secret",
    "http://10.0.0.1:PORT/secret",
    "http://172.16.0.1:PORT/secret",
    "http://192.168.0.1:PORT/secret",
    "http://169.254.169.254/latest/meta-data/",
]
# Names, and one of them of the outlet, that lead to an address which is not public.
NAMES = ["http://127.0.0.1.names.test:PORT/secret", "http://inside.outlet.test:PORT/secret", "http://localhost:PORT/secret"]
LEADS_TO = {"127.0.0.1.names.test": ["127.0.0.1"], "inside.outlet.test": ["127.0.0.1"], "localhost": ["127.0.0.1"]}
# What only the host rule sees.
PLACES = [
    "http://www.outlet.test@127.0.0.1:PORT/secret",
    "http://user:password@www.outlet.test:PORT/secret",
    "http://www.outlet.test:OTHER/secret",
    "http://elsewhere.test:PORT/secret",
    "file:///etc/passwd",
    "data:text/html,secret",
    "ftp://www.outlet.test/secret",
]
ELSEWHERE = {"elsewhere.test": ["127.0.0.2"]}
EVERYTHING = [*ADDRESSES, *NAMES, *PLACES]
NO_HOST_RULE = {"DESTINATION_GUARD_HOST_RULE": False}


def assert_nothing_was_reached(result: Any, expected_pages: set[str]) -> None:
    assert result["trapped"] == []
    assert {request["host"] for request in result["requests"]} <= {"www.outlet.test"} | {f"h{i}.outlet.test" for i in range(40)}
    assert "/secret" not in {request["path"] for request in result["requests"]}
    assert {item["url"].split("/", 3)[3] for item in result["items"] if "error" not in item} == expected_pages


HOME = "http://www.outlet.test:PORT/home"
FORMS = {"both rules": (EVERYTHING, {}), "address rule alone": ([*ADDRESSES, *NAMES], NO_HOST_RULE)}


@pytest.mark.parametrize(("forms", "settings"), FORMS.values(), ids=FORMS)
def test_no_start_request_and_no_callback_leads_astray(rehearse: Rehearse, forms: list[str], settings: dict[str, Any]) -> None:
    result = rehearse(
        start=[HOME, *forms], follow=[f"{url}?again" for url in forms], names=LEADS_TO | ELSEWHERE, pages={"/home": [{}]}, settings=settings
    )

    assert_nothing_was_reached(result, {"home"})
    assert len([item for item in result["items"] if "error" in item]) == 2 * len(forms)
    assert result["modules"] == []  # the browser is a dependency; nothing loads it


@pytest.mark.parametrize(("forms", "settings"), FORMS.values(), ids=FORMS)
def test_no_redirect_and_no_meta_refresh_leads_astray(rehearse: Rehearse, forms: list[str], settings: dict[str, Any]) -> None:
    moved = {f"/{i}": [{"status": 302, "headers": {"Location": ascii_url(url)}}] for i, url in enumerate(forms)}
    refreshing = {f"/r{i}": [{"body": f'<meta http-equiv="refresh" content="0; url={url}">'}] for i, url in enumerate(forms)}
    result = rehearse(
        start=[f"http://www.outlet.test:PORT{path}" for path in [*moved, *refreshing]],
        names=LEADS_TO | ELSEWHERE,
        pages=moved | refreshing,
        settings=settings | {"METAREFRESH_ENABLED": True},
    )

    not_followed = {item["url"].split("/", 3)[3] for item in result["items"] if "error" not in item}  # Scrapy itself keeps to http(s)
    assert {forms[int(path[1:])].split(":")[0] for path in not_followed} <= {"file", "data", "ftp"}
    assert_nothing_was_reached(result, not_followed)
    assert len(result["items"]) == 2 * len(forms)


@pytest.mark.parametrize(("forms", "settings"), FORMS.values(), ids=FORMS)
def test_no_robots_txt_leads_astray(rehearse: Rehearse, forms: list[str], settings: dict[str, Any]) -> None:
    forms = [url for url in forms if url.startswith("http")]  # a redirect elsewhere is an answer like any other, and not followed
    rules = {f"h{i}.outlet.test/robots.txt": [{"status": 302, "headers": {"Location": ascii_url(url)}}] for i, url in enumerate(forms)}
    result = rehearse(
        start=[f"http://h{i}.outlet.test:PORT/home" for i in range(len(forms))],
        names=LEADS_TO | ELSEWHERE,
        pages=rules | {"/home": [{}]},
        settings=settings,
    )

    assert_nothing_was_reached(result, set())
    assert result["requests"] == []  # whose rules cannot be had is not crawled
    assert {item["error"] for item in result["items"]} == {"OutletBackOff"}
    assert result["stats"]["poros/robots/unreachable"] == len(forms)


def ascii_url(url: str) -> str:
    return url if url.isascii() else url.replace("①②⑦.⓪.⓪.①", "%E2%91%A0%E2%91%A1%E2%91%A6.%E2%93%AA.%E2%93%AA.%E2%91%A0")


def test_allowing_a_network_for_names_does_not_allow_its_addresses(rehearse: Rehearse) -> None:
    settings = NO_HOST_RULE | {"DESTINATION_GUARD_ALLOW": "127.0.0.0/8, 10.0.0.0/8"}
    moved = {f"/{i}": [{"status": 302, "headers": {"Location": url}}] for i, url in enumerate(ADDRESSES) if url.isascii()}
    result = rehearse(
        start=[HOME, *(f"http://www.outlet.test:PORT{path}" for path in moved)], pages=moved | {"/home": [{}]}, settings=settings
    )

    assert_nothing_was_reached(result, {"home"})
    assert "refused to connect to '127.0.0.1': an address instead of a name" in result["log"]


@pytest.mark.parametrize("settings", [{}, NO_HOST_RULE], ids=FORMS)
def test_a_name_that_leads_elsewhere_at_its_second_lookup_is_refused_then(rehearse: Rehearse, settings: dict[str, Any]) -> None:
    names = {"www.outlet.test": ["127.0.0.2", "127.0.0.1"]}  # robots.txt, then the page
    result = rehearse(start=[HOME], names=names, settings=settings | {"DNSCACHE_ENABLED": False})

    assert_nothing_was_reached(result, set())
    assert len(result["robots"]) == 1
    assert "refused to connect to 'www.outlet.test': it leads to 127.0.0.1, which is not public" in result["log"]


def test_what_is_refused_is_counted_and_told_once_a_host(rehearse: Rehearse) -> None:
    result = rehearse(start=["http://10.0.0.1/a", "http://10.0.0.1/b", "http://elsewhere.test:PORT/", "http://www.outlet.test:8080/"])

    assert {name: count for name, count in result["stats"].items() if name.startswith("poros/guard/")} == {
        "poros/guard/refused": 4,
        "poros/guard/refused/address": 2,
        "poros/guard/refused/host": 1,
        "poros/guard/refused/port": 1,
    }
    assert result["log"].count("refused to go to '10.0.0.1'") == 1
    assert [item["reason"] for item in result["items"]][:1] == ["destination refused because of its address: 10.0.0.1"]


def test_a_spider_without_hosts_may_go_nowhere() -> None:
    guard = DestinationGuard(SimpleNamespace(settings=Settings({"DESTINATION_GUARD_HOST_RULE": True}), spider=None))  # type: ignore[arg-type]
    assert guard.refusal(Request("https://www.outlet.test/")) == "host"


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "224.0.0.1", "0.0.0.0", "255.255.255.255", "::1"]
)
def test_no_special_address_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "ff0e::1", "fe80::1", "fc00::1"])
def test_no_special_address_is_public_in_the_clothes_of_ipv6(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are_public() -> None:
    assert is_public("8.8.8.8")
    assert is_public("::ffff:8.8.8.8")
    assert is_public("2606:4700::1111")


@pytest.mark.parametrize("host", ["www.outlet.test", "1.outlet.test", "0x7f.outlet.test", "127.0.0.1.nip.io", ""])
def test_names_are_not_taken_for_addresses(host: str) -> None:
    assert not is_address(host)


def test_a_network_that_is_none_is_named() -> None:
    assert [str(network) for network in allowed_networks(Settings({"DESTINATION_GUARD_ALLOW": "127.0.0.0/8 10.0.0.0/8,::1"}))] == [
        "127.0.0.0/8",
        "10.0.0.0/8",
        "::1/128",
    ]
    with pytest.raises(ValueError, match=r"DESTINATION_GUARD_ALLOW: .*localnet"):
        allowed_networks(Settings({"DESTINATION_GUARD_ALLOW": "localnet"}))
