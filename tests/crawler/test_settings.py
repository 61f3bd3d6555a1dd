"""The limits and manners that every crawl runs under, and the floors of the versions they rely on."""

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list

from crawler import settings as project

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings() -> Settings:
    effective = Settings()
    effective.setmodule(project, priority="project")
    return effective


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": 0,
        "CLOSESPIDER_ERRORCOUNT": 20,
        "CLOSESPIDER_TIMEOUT": 900,
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "COOKIES_ENABLED": False,
        "DEPTH_LIMIT": 0,  # a route has a page cap and a stop rule
        "DESTINATION_GUARD_HOST_RULE": True,
        "DOWNLOAD_DELAY": 2,
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_MAXSIZE": 10 << 20,
        "DOWNLOAD_TIMEOUT": 30,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_WARNSIZE": 2 << 20,
        "HTTPPROXY_ENABLED": False,
        "LOG_LEVEL": "INFO",
        "MEMUSAGE_ENABLED": True,
        "MEMUSAGE_LIMIT_MB": 512,
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": 5,
        "REFERER_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "RETRY_TIMES": 2,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": "Poros",
        "STATS_DUMP": False,
        "TELNETCONSOLE_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "crawler.middlewares.destination_guard.GuardedResolver",
    }.items(),
)
def test_limits_and_manners(settings: Settings, name: str, value: Any) -> None:
    assert settings[name] == value


def test_an_outlet_is_reached_by_http_alone(settings: Settings) -> None:
    assert {scheme for scheme, handler in settings.getwithbase("DOWNLOAD_HANDLERS").items() if handler} == {"http", "https"}
    assert not any("playwright" in str(handler) for handler in settings.getwithbase("DOWNLOAD_HANDLERS").values())


def test_the_guard_comes_before_robots_txt_and_the_waiting_after_the_cache(settings: Settings) -> None:
    order = [
        path.rpartition(".")[2] for path in build_component_list(settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES"))
    ]
    assert order[:2] == ["DestinationGuard", "RobotsPoliteness"]
    assert order[-2:] == ["HttpCacheMiddleware", "RetryAfter"]
    assert not {"OffsiteMiddleware", "RobotsTxtMiddleware"} & set(order)


@pytest.mark.parametrize(("package", "floor"), [("scrapy", (2, 17, 0)), ("lxml", (6, 1, 0)), ("brotli", (1, 2, 0))])
def test_no_version_has_a_known_hole(package: str, floor: tuple[int, ...]) -> None:
    assert tuple(int(part) for part in re.findall(r"\d+", version(package))[:3]) >= floor


def test_the_user_agent_says_who_we_are(settings: Settings) -> None:
    assert re.match(r"Poros/\d+\.\d+\.\d+ \(", settings["USER_AGENT"])
    assert not re.search("scrapy|bot", settings["USER_AGENT"], re.IGNORECASE)  # outlets refuse either word


def value_in(environment: dict[str, str], expression: str) -> str:
    code = f"from crawler import settings; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize(
    ("environment", "expression", "value"),
    [
        ({"DESTINATION_GUARD_ALLOW": "127.0.0.0/8"}, "settings.DESTINATION_GUARD_ALLOW", "127.0.0.0/8"),
        ({"DATABASE_URL": "postgresql://poros@db/poros"}, "settings.DATABASE_URL", "postgresql://poros@db/poros"),
        ({"CLOCK": "2026-11-23T08:00:00+07:00"}, "settings.CLOCK", "2026-11-23T08:00:00+07:00"),
        ({"DATA_DIR": "/srv/poros"}, "settings.DATA_DIR", "/srv/poros"),
        ({"ARCHIVE_DIR": ""}, "repr(settings.ARCHIVE_DIR)", "''"),
        ({"ARCHIVE_DAYS": "7"}, "settings.ARCHIVE_DAYS", "7"),
        (
            {"CONTACT": "https://desk.example/poros"},
            "settings.USER_AGENT.partition(' ')[2]",
            "(news archive; +https://desk.example/poros)",
        ),
    ],
)
def test_what_the_environment_sets(environment: dict[str, str], expression: str, value: str) -> None:
    assert value_in(environment, expression) == value
