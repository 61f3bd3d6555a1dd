"""What cron calls: deploy/crawl, with the crawler and the watchman outside played by others; and the crontab beside the declarations."""

import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.outlets import Outlets
from tests.servers.receiver import receiving

ROOT = Path(__file__).parents[1]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose scrapy ends with the exit code in `code`, and whose alerts end with the one in `alerts`."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "crawl", tmp_path / "deploy")
    bin_ = tmp_path / ".venv" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "python").symlink_to(sys.executable)
    script = '#!/bin/sh\nif [ "$1" = alerts ]; then exit "$(cat alerts)"; fi\necho "said by $*"\nexit "$(cat code)"\n'
    (bin_ / "scrapy").write_text(script)
    (bin_ / "scrapy").chmod(0o755)
    return tmp_path


def crawl(checkout: Path, code: int, alerts: int, *, ping: str = "") -> tuple[int, str]:
    (checkout / "code").write_text(str(code))
    (checkout / "alerts").write_text(str(alerts))
    environment = {"PATH": os.environ["PATH"], "PING_URL": ping}
    done = subprocess.run([checkout / "deploy" / "crawl", "kompas"], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("code", "alerts", "is_mailed"),
    [(0, 2, False), (0, 0, False), (75, 2, False), (1, 0, False), (1, 1, True), (1, 2, True), (2, 0, True), (3, 0, True), (124, 0, True)],
)
def test_cron_mails_what_nobody_else_has_told(checkout: Path, code: int, alerts: int, is_mailed: bool) -> None:
    ended, said = crawl(checkout, code, alerts)
    assert ended == code
    assert (f"exit code {code}" in said and "said by crawl kompas" in said) is is_mailed
    assert bool(said) is is_mailed


@pytest.mark.parametrize(("code", "told"), [(0, "0"), (1, "1"), (3, "3"), (75, "0")])
def test_the_watchman_outside_hears_of_each_start_and_end(checkout: Path, code: int, told: str) -> None:
    with receiving() as receiver:
        ended, said = crawl(checkout, code, 0, ping=f"{receiver.url}/key/poros-OUTLET")
    assert (ended, said) == (code, "")
    assert receiver.paths == ["/key/poros-kompas/start", f"/key/poros-kompas/{told}"]


def test_a_watchman_that_does_not_answer_changes_nothing(checkout: Path) -> None:
    assert crawl(checkout, 0, 0, ping="http://127.0.0.1:9/x") == (0, "")
    ended, said = crawl(checkout, 3, 0, ping="http://127.0.0.1:9/x")
    assert ended == 3
    assert "exit code 3" in said, "nobody else has told it"


def test_pages_and_logs_are_for_their_owner(checkout: Path) -> None:
    crawl(checkout, 0, 0)
    assert {path.stat().st_mode & 0o077 for path in (checkout / "data").rglob("*")} == {0}


def test_the_crontab_has_every_outlet_as_often_as_it_declares() -> None:
    lines = re.findall(r"^(\S+) \* \* \* \* +\$POROS/deploy/crawl (\w+)$", (ROOT / "deploy" / "crontab").read_text(), re.MULTILINE)
    assert {name: timedelta(hours=1) / len(minutes.split(",")) for minutes, name in lines} == {
        outlet.name: outlet.period for outlet in Outlets(["crawler.spiders"]).named()
    }
