"""When what runs, by the declarations of the outlets, in the words of cron, systemd and Kubernetes: what `scrapy schedule` prints."""

import json
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from crawler import settings as project
from crawler.declarations.check import start_times
from crawler.exit_codes import ExitCode
from crawler.outlet import OutletSpider


@dataclass(frozen=True, slots=True)
class Job:
    """What is started when: at each of the minutes of each of the hours, of UTC in ``run`` and of the machine's own time elsewhere."""

    unit: str  # of systemd's services
    name: str
    command: tuple[str, ...]  # below the checkout
    minutes: Sequence[int]
    hours: Sequence[int]

    def is_due(self, at: datetime) -> bool:
        """Whether it is to be started in this minute."""
        return at.minute in self.minutes and at.hour in self.hours

    @property
    def times(self) -> dict[str, str]:
        """Return the fields of minutes and hours that all three kinds of schedule read."""
        return {"minutes": ",".join(map(str, self.minutes)), "hours": "*" if len(self.hours) == 24 else ",".join(map(str, self.hours))}


_CRAWL = "poros-crawl@"
# scrapy alerts is not among them: deploy/crawl calls it after each run, when there may be news.
REGULAR = (
    Job("poros-job@", "prune", ("deploy/job", "prune"), (41,), (3,)),
    Job("poros-job@", "overdue", ("deploy/job", "overdue"), (11,), (6,)),
)


def jobs(outlets: Iterable[type[OutletSpider]]) -> list[Job]:
    """Return what is to run on a machine that crawls these outlets."""
    return [*(_crawl(outlet) for outlet in outlets), *REGULAR]


def _crawl(outlet: type[OutletSpider]) -> Job:
    times = start_times(outlet.minute, outlet.period)
    assert times, "checked when the class was made"
    return Job(_CRAWL, outlet.name, ("deploy/crawl", outlet.name), *times)


def files(kind: str, planned: Sequence[Job], folder: Path, user: str, image: str) -> dict[str, str]:
    """Return the files of a kind of schedule (cron, systemd, kubernetes), by name. ``folder``: of the checkout, where it will run."""
    given = {"folder": folder, "user": user, "data": folder / "data", "image": image}
    if kind == "cron":
        lines = [f"{job.times['minutes']} {job.times['hours']} * * * {user} {folder}/{' '.join(job.command)}\n" for job in planned]
        return {"poros": _fill("cron", given) + "".join(lines)}
    if kind == "kubernetes":
        manifests = [
            _fill("cronjob.yaml", {**given, **job.times, "job": job.name.replace("_", "-"), "command": json.dumps(_container_command(job))})
            for job in planned
        ]
        return {"poros.yaml": "".join([_fill("kubernetes", given), *manifests])}
    given["hardened"] = _fill("hardened", given).rstrip()
    units = {name: _fill(name, given) for name in ("poros-database.service", "poros-crawl@.service", "poros-job@.service")}
    for job in planned:
        units[f"{job.unit}{job.name}.timer"] = _fill("timer", {**job.times, "what": " ".join(job.command).removeprefix("deploy/")})
    return units


def _container_command(job: Job) -> list[str]:
    path, *arguments = job.command
    command = [f"/srv/poros/{path}", *arguments]
    if job.unit == _CRAWL:  # a job fails by every other code than 0, and that another crawl is at work is no failure
        return ["/bin/sh", "-c", f"{' '.join(command)} || {{ code=$?; [ $code -eq {ExitCode.LOCKED:d} ] || exit $code; }}"]
    return command


def run(planned: Sequence[Job]) -> None:
    """Start each job when it is due, until told to stop, and then stop what runs. One that is still at work is not started again."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for at in _minutes():
            for job in planned:
                if job.is_due(at) and (job.name not in running or running[job.name].poll() is not None):
                    running[job.name] = subprocess.Popen([project.ROOT / job.command[0], *job.command[1:]], cwd=project.ROOT)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait()


def _minutes() -> Iterator[datetime]:
    """Yield each minute when it begins, by the machine's clock."""
    while True:
        now = datetime.now(UTC)
        time.sleep(60 - now.second - now.microsecond / 1_000_000)
        yield datetime.now(UTC)


def _fill(name: str, given: dict[str, object]) -> str:
    template = Path(project.TEMPLATES_DIR, "schedule", f"{name}.tmpl").read_text("utf-8")
    return Template(template).substitute(given)
