"""What a request under the project's settings carries, what runs beside a crawl, and the floors of the versions."""

import json
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


REHEARSAL = Path(__file__).parent / "middlewares" / "rehearsal.py"


@pytest.fixture
def settings() -> Settings:
    effective = Settings()
    effective.setmodule(project, priority="project")
    return effective


@pytest.fixture(scope="module")
def crawled() -> Any:
    """Two requests of a real crawl under the project's settings and its own delay; the first answer sets a cookie."""
    headers = {"Set-Cookie": "reader=1", "Referrer-Policy": "unsafe-url"}
    urls = [f"http://outlet.test:PORT/{number}" for number in range(2)]
    scenario = {
        "pages": {"/0": [{"headers": headers, "body": "<p>x</p>"}]},
        "start": urls[:1],
        "follow": urls[1:],
        "settings": {"DOWNLOAD_DELAY": project.DOWNLOAD_DELAY},
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", REHEARSAL],
        cwd=ROOT,
        env={**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONPATH": str(ROOT), "CONTACT": "https://desk.example/poros"},
        input=json.dumps(scenario),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout) | {"log": done.stderr}


@pytest.mark.skipif(sys.platform != "linux", reason="needs 127.0.0.2")
def test_what_a_request_carries(crawled: Any) -> None:
    first, second = crawled["requests"]
    for request in (*crawled["robots"], first, second):
        assert re.fullmatch(r"Poros/\d+\.\d+\.\d+ \(news archive; \+https://desk\.example/poros\)", request["headers"]["User-Agent"])
        assert not re.search("scrapy|bot", request["headers"]["User-Agent"], re.IGNORECASE), "outlets refuse either word (2026-07)"
        assert request["headers"]["Accept-Language"] == "id"
        assert not {"Cookie", "Referer"} & set(request["headers"])
    assert len(crawled["robots"]) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="needs 127.0.0.2")
def test_two_seconds_lie_between_requests(crawled: Any) -> None:
    first, second = crawled["requests"]
    assert second["at"] - first["at"] >= 1.9, "a lower bound: a slow machine only adds to it"


@pytest.mark.skipif(sys.platform != "linux", reason="needs 127.0.0.2")
def test_nothing_listens_and_memory_is_watched(crawled: Any) -> None:
    (extensions,) = re.findall(r"Enabled extensions:\s*(\[[^\]]*\])", crawled["log"])
    assert "MemoryUsage" in extensions
    assert not re.search("TelnetConsole|RemoteControl", extensions), "they run code in the process"
    assert not re.search(r"[Tt]elnet", crawled["log"])
    assert crawled["stats"]["memusage/startup"] > 0


def test_an_outlet_is_reached_by_http_alone(settings: Settings) -> None:
    assert {scheme for scheme, handler in settings.getwithbase("DOWNLOAD_HANDLERS").items() if handler} == {"http", "https"}
    assert not any("playwright" in str(handler) for handler in settings.getwithbase("DOWNLOAD_HANDLERS").values())


def test_the_guard_comes_before_robots_txt_and_the_waiting_after_the_cache(settings: Settings) -> None:
    order = [
        path.rpartition(".")[2] for path in build_component_list(settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES"))
    ]
    assert order[:2] == ["DestinationGuard", "RobotsPoliteness"]
    assert order[-3:] == ["HttpCacheMiddleware", "RetryAfter", "BrowserMiddleware"]
    assert not {"OffsiteMiddleware", "RobotsTxtMiddleware"} & set(order)


@pytest.mark.parametrize(("package", "floor"), [("scrapy", (2, 17, 0)), ("lxml", (6, 1, 0)), ("brotli", (1, 2, 0))])
def test_no_version_has_a_known_vulnerability(package: str, floor: tuple[int, ...]) -> None:
    assert tuple(int(part) for part in re.findall(r"\d+", version(package))[:3]) >= floor


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
