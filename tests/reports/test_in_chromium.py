"""A report as a browser shows it: at every width, light, dark and printed, with nothing asked of anybody."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from crawler.browser.chromium import find_chromium
from tests.faults.slow import SLOW
from tests.reports.test_page import hostile_page

Scheme = Literal["light", "dark"]

pytestmark = [
    pytest.mark.skipif(not SLOW, reason="a browser: make test-slow"),
    pytest.mark.skipif(find_chromium() is None, reason="CHROMIUM IS ABSENT: no report is looked at (make browser)"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(hostile_page())
    return path


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """axe-core as the npm registry of this machine has it."""
    folder = tmp_path_factory.mktemp("axe")
    if not shutil.which("npm") or subprocess.run(["npm", "pack", "axe-core@4"], cwd=folder, capture_output=True, check=False).returncode:
        pytest.skip("NPM IS ABSENT, or has no axe-core: whether everybody can read a report is not tested")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package" / "axe.min.js"


def opened(chromium: Browser, report: Path, width: int, scheme: Scheme, **given: Any) -> Page:
    page = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **given).new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: requests.append(str(error)))
    page.on("console", lambda message: requests.append(message.text))
    page.goto(report.as_uri())
    assert requests == [report.as_uri()], "it asks for nothing else, and its script has no fault"
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1024, 800])
def test_it_fits_and_everybody_can_read_it(
    chromium: Browser, report: Path, axe: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = opened(chromium, report, width, scheme, bypass_csp=True)  # so that axe may come in
    if width == 800:
        page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.add_script_tag(path=axe)
    found = page.evaluate("axe.run()")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert len(found["passes"]) > 30


def test_tables_are_sorted_by_keyboard(chromium: Browser, report: Path) -> None:
    page = opened(chromium, report, 1024, "light")
    column = "[...document.querySelectorAll('[data-figure=stories] tbody tr')].map(row => Number(row.cells[0].dataset.key))"
    before = page.evaluate(column)
    heading = page.locator("[data-figure=stories] th button").first
    heading.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(column) == sorted(before) != before
    page.keyboard.press("Enter")
    assert page.evaluate(column) == sorted(before, reverse=True)
    assert page.locator("[data-figure=stories] th").first.get_attribute("aria-sort") == "descending"
