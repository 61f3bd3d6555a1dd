"""What cron calls: deploy/crawl, with the crawler and the watchman outside played by others; and the schedules beside the declarations."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped] # apprise needs it
from scrapy.settings import Settings

from crawler.declarations.words import DeclarationError
from crawler.jobs import schedule
from crawler.jobs.generated import INSTALLED, stale
from crawler.jobs.schedule import Job, files, jobs
from crawler.jobs.startup import outlets_here
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from pipelines.database.errors import ConfigurationError
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


def test_another_regular_command_is_silent_while_it_ends_well(checkout: Path) -> None:
    shutil.copy(ROOT / "deploy" / "job", checkout / "deploy")
    for code, said in {"0": "", "1": "poros: scrapy overdue ended with exit code 1; the end of data/logs/overdue-"}.items():
        (checkout / "code").write_text(code)
        done = subprocess.run([checkout / "deploy" / "job", "overdue"], capture_output=True, text=True, check=False)
        assert (str(done.returncode), done.stderr) == (code, "")
        assert done.stdout.startswith(said)
        assert ("said by overdue" in done.stdout) is bool(said)


@pytest.mark.parametrize("line", ["PING_URL={}", "export PING_URL={}", 'PING_URL="{}" # of ours', "PING_URL='{}'"])
def test_the_watchman_is_found_in_the_file_of_settings(checkout: Path, line: str) -> None:
    with receiving() as receiver:
        (checkout / ".env").write_text(f"CONTACT=x\n{line.format(receiver.url)}\n")
        crawl(checkout, 0, 0)
    assert receiver.paths == ["/start", "/0"]


# The schedule, by the declarations

OUTLETS = Outlets(["crawler.spiders"]).named()
FOLDER = INSTALLED


def made(kind: str, folder: Path = FOLDER) -> dict[str, str]:
    return files(kind, jobs(OUTLETS), folder, "poros", "poros")


def test_what_stands_in_deploy_is_made_by_the_command() -> None:
    assert [path for path in stale(OUTLETS, ROOT) if path.parts[0] == "deploy"] == [], "scrapy check --write"


def times_a_day(minutes: str, hours: str) -> list[int]:
    """Return the minutes of the day that two fields of a crontab name."""
    each = range(24) if hours == "*" else [int(hour) for hour in hours.split(",")]
    return sorted(hour * 60 + int(minute) for hour in each for minute in minutes.split(","))


def test_every_outlet_is_crawled_as_often_as_it_declares() -> None:
    lines = re.findall(rf"^(\S+) (\S+) \* \* \* poros {FOLDER}/deploy/crawl (\w+)$", made("cron")["poros"], re.MULTILINE)
    times = {name: times_a_day(minutes, hours) for minutes, hours, name in lines}
    assert {name: timedelta(days=1) / len(found) for name, found in times.items()} == {each.name: each.period for each in OUTLETS}
    starts = [minute for found in times.values() for minute in found]
    assert len(starts) == len({*starts}), "two outlets start together: declare another minute"


@pytest.mark.parametrize(
    ("period", "minute", "first", "count"),
    [
        (timedelta(minutes=20), 47, 7, 72),
        (timedelta(hours=2), 90, 90, 12),
        (timedelta(hours=24), 200, 200, 1),
        (timedelta(minutes=1), 0, 0, 1440),
    ],
)
def test_other_periods(period: timedelta, minute: int, first: int, count: int) -> None:
    (job, *_) = jobs([type("Kabar", (OutletSpider,), {"name": "kabar", "period": period, "minute": minute})])
    times = times_a_day(**job.times)
    assert (times[0], len(times)) == (first, count)
    assert {later - earlier for earlier, later in pairwise(times)} <= {period // timedelta(minutes=1)}


@pytest.mark.parametrize("period", [timedelta(minutes=45), timedelta(minutes=90), timedelta(hours=5), timedelta(days=2), timedelta(0)])
def test_a_period_that_no_schedule_can_say_is_refused(period: timedelta) -> None:
    with pytest.raises(DeclarationError, match=r"period of .* is none that a schedule can say"):
        type("Kabar", (OutletSpider,), {"name": "kabar", "period": period})


def test_a_host_crawls_what_outlets_says() -> None:
    settings = Settings({"OUTLETS": "kompas, detik"})
    outlets = Outlets(["crawler.spiders"])
    assert [each.name for each in outlets_here(settings, outlets)] == ["kompas", "detik"]
    assert [each.name for each in outlets_here(settings, outlets, ["babe"])] == ["babe"], "by hand any"
    assert len(outlets_here(Settings({"OUTLETS": ""}), outlets)) == len(OUTLETS)
    with pytest.raises(ConfigurationError, match="OUTLETS: there is no outlet kompass; did you mean kompas"):
        outlets_here(Settings({"OUTLETS": "kompass"}), outlets)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not there: apt-get install systemd")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for name, text in made("systemd", ROOT).items():  # its commands have to be there
        (tmp_path / name.replace("@.", "@kompas.")).write_text(text)
    units = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line or "poros" in line] == []
    for unit in tmp_path.glob("*.service"):
        rated = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", "--threshold=30", unit], capture_output=True, text=True, check=False
        )
        assert rated.returncode == 0, rated.stdout + rated.stderr


def test_kubernetes_runs_each_job_once_at_a_time_and_not_as_root() -> None:
    claim, *cron_jobs = yaml.safe_load_all(made("kubernetes")["poros.yaml"])
    assert claim["kind"] == "PersistentVolumeClaim"
    assert [each["metadata"]["name"] for each in cron_jobs] == [f"poros-{job.name.replace('_', '-')}" for job in jobs(OUTLETS)]
    for job, each in zip(jobs(OUTLETS), cron_jobs, strict=True):
        assert each["spec"]["concurrencyPolicy"] == "Forbid"
        assert each["spec"]["schedule"].split() == [*job.times.values(), "*", "*", "*"]
        pod = each["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        command = f"/srv/poros/{' '.join(job.command)}"
        assert command in " ".join(pod["containers"][0]["command"])


@pytest.mark.parametrize(("code", "failed"), [(0, 0), (75, 0), (1, 1), (3, 3)])
def test_a_job_that_found_another_one_at_work_has_not_failed(code: int, failed: int, tmp_path: Path) -> None:
    crawl, *_ = (document for document in yaml.safe_load_all(made("kubernetes")["poros.yaml"]) if document["kind"] == "CronJob")
    *shell, script = crawl["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"]
    (tmp_path / "crawl").write_text(f"#!/bin/sh\nexit {code}\n")
    (tmp_path / "crawl").chmod(0o755)
    done = subprocess.run([*shell, script.replace("/srv/poros/deploy", str(tmp_path))], check=False)
    assert done.returncode == failed


def test_the_manifests_are_valid_by_the_schema_of_kubernetes() -> None:
    kubernetes_validate = pytest.importorskip("kubernetes_validate", reason="100 MB of schemas: pip install kubernetes-validate")
    for manifest in yaml.safe_load_all(made("kubernetes")["poros.yaml"]):
        kubernetes_validate.validate(manifest, "1.31", strict=True)


def test_where_nothing_else_keeps_the_time_the_command_does(monkeypatch: pytest.MonkeyPatch) -> None:
    told = list[str]()

    class Process:
        def __init__(self, command: Sequence[str | Path], cwd: Path) -> None:
            self.name = str(command[-1])
            told.append(f"start {Path(command[0]).relative_to(cwd)} {self.name}")

        def poll(self) -> int | None:
            return 0 if self.name == "quick" else None

        def terminate(self) -> None:
            told.append(f"stop {self.name}")

        def wait(self) -> None:
            told.append(f"wait {self.name}")

    planned = [
        Job("", name, ("deploy/x", name), minutes, range(24)) for name, minutes in (("quick", (7, 8)), ("slow", (7, 9)), ("never", (0,)))
    ]
    monkeypatch.setattr(subprocess, "Popen", Process)
    monkeypatch.setattr(schedule, "_minutes", lambda: (datetime(2026, 11, 27, 3, minute, tzinfo=UTC) for minute in (6, 7, 8, 9)))
    schedule.run(planned)
    assert told == [
        *("start deploy/x quick", "start deploy/x slow", "start deploy/x quick"),
        *("stop quick", "stop slow", "wait quick", "wait slow"),
    ]
