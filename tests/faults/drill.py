"""Simulated days, hourly, with faults of every kind drawn from a seed, and the injector's own table of what each run and message must be.

    python -m tests.faults.drill DAYS SEED      (some four minutes a day; make test-slow runs three)

The table knows nothing of the crawler but the kinds of faults and after how many runs each is told.
"""

import json
import random
import resource
import signal
import socket
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pipelines.database import embedded
from pipelines.database.migrate import migrate
from tests.faults.conftest import Crawler
from tests.faults.press import NOW, OUTLETS, Press, printing
from tests.servers.receiver import Receiver, receiving

OF_OUTLET = {"500": "outlet", "403": "outlet", "offline": "outlet", "redesign": "articles"}  # fault → kind of issue
OF_ALL = {"database": None, "killed": None, "network": "network", "disk": "archive", "clock": "clock"}
TOLD_AFTER = {"outlet": 2, "articles": 1, "network": 2, "archive": 1, "clock": 1}  # runs
MASKS = ("database", "killed", "network")  # nothing else is seen beside them
QUIET = 4  # hours at the beginning and the end
PER_DAY = 96  # stories an outlet: four an hour, so that a redesign shows in each run


@dataclass(frozen=True)
class Fault:
    """What is wrong from one hour to before another; with one outlet, or with all."""

    kind: str
    outlet: str | None
    first: int
    end: int


def draw(hours: int, seed: int) -> list[Fault]:
    """Faults of 1 to 40 hours (a third of the whole at most), overlapping, but of one outlet and of one kind one after the other."""
    chance, drawn = random.Random(seed), list[Fault]()
    places = [(tuple(OF_OUTLET), outlet) for outlet in OUTLETS] + [((kind,), None) for kind in OF_ALL]
    for kinds, outlet in places:
        hour = QUIET + chance.randrange(hours // 3)
        while hour < hours - QUIET:
            length = chance.randint(1, min(40, hours // 3))
            if kinds[0] in MASKS:
                length = min(length, 3 if hours < 100 else 40)
            drawn.append(Fault(chance.choice(kinds), outlet, hour, min(hour + length, hours - QUIET)))
            hour = drawn[-1].end + chance.randint(2, max(3, hours // 3))
    return drawn


@dataclass
class Table:
    """What must be: the exit code of each run, and the messages by hour."""

    faults: list[Fault]
    bad: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # what the message names → runs that met it
    told: set[str] = field(default_factory=set)

    def active(self, hour: int, outlet: str) -> set[str]:
        return {fault.kind for fault in self.faults if fault.first <= hour < fault.end and fault.outlet in {None, outlet}}

    def exit_code(self, hour: int, outlet: str) -> int:
        kinds = self.active(hour, outlet)
        return 3 if "database" in kinds else -signal.SIGKILL if "killed" in kinds else 1 if kinds else 0

    def messages(self, hour: int) -> Iterator[str]:
        """What is to be told after the runs of this hour, besides reminders."""
        host = socket.gethostname()
        opened, mended = set[str](), set[str]()
        for outlet in OUTLETS:
            kinds = self.active(hour, outlet)
            if {"database", "killed"} & kinds:
                continue
            visible = kinds & {"network"} or kinds
            for kind, issue in {**OF_OUTLET, **OF_ALL}.items():
                name = outlet if kind in OF_OUTLET else f"{issue} {host}"
                if kind in visible and not (kind == "disk" and "offline" in kinds):
                    self.bad[name] += 1
                    if self.bad[name] >= TOLD_AFTER[str(issue)] and name not in self.told:
                        self.told.add(name)
                        opened.add(name)
            if kinds & {"network", "clock"}:
                continue  # it clears nothing
            unmet = {
                name
                for kind, issue in {**OF_OUTLET, **OF_ALL}.items()
                for name in [outlet if kind in OF_OUTLET else f"{issue} {host}"]
                if kind in kinds
            }
            blind = {f"archive {host}", f"network {host}", f"clock {host}"} if "offline" in kinds else set()
            for name in {outlet, f"archive {host}", f"network {host}", f"clock {host}"} - unmet - blind:
                self.bad[name] = 0
                if name in self.told:
                    self.told.discard(name)
                    mended.add(name)
        yield from (f"Poros: {name}: not as it should be" for name in opened - mended)
        yield from (f"Poros: {name}: mended" for name in mended - opened)


def run(days: float, seed: int, folder: Path) -> dict[str, object]:
    """Live through the days; return what was not as the table says, and the counts."""
    hours = round(days * 24)
    faults = draw(hours, seed)
    table, wrong, runs, expected, seconds = Table(faults), list[str](), 0, list[str](), list[float]()
    url = embedded.start(folder, "poros")
    migrate(url)
    with printing(Press(per_day=PER_DAY)) as press, receiving() as receiver:
        crawler = Crawler(url, folder, press)
        for hour in range(hours):
            press.clock = NOW + timedelta(hours=hour)
            press.faults = {
                f"{fault}": (fault.outlet or ".", "^(?!/robots.txt)", fault.kind)
                for fault in faults
                if fault.first <= hour < fault.end and fault.kind in OF_OUTLET
            }
            is_away = "database" in table.active(hour, OUTLETS[0])
            if is_away:
                embedded.stop(folder)
            for outlet in OUTLETS:
                began = time.monotonic()
                code, runs = crawl(crawler, outlet, table.active(hour, outlet), seed + hour), runs + 1
                seconds.append(time.monotonic() - began)
                if code != table.exit_code(hour, outlet):
                    wrong.append(
                        f"hour {hour}: {outlet} ended with {code}, not {table.exit_code(hour, outlet)}; {table.active(hour, outlet)}"
                    )
            sys.stderr.write(f"hour {hour}: {len(wrong)} wrong {wrong[-1:]}, {sum(seconds):.0f} s\n")
            if is_away:
                embedded.start(folder)
            else:
                should = sorted(table.messages(hour))
                expected += should
                wrong += tell(crawler, receiver, hour, should)
        stored = {outlet: crawler.stored(outlet) for outlet in OUTLETS}
        published = {outlet: all_stories(press, outlet, hours) for outlet in OUTLETS}
        found = sum(len(stored[outlet] & published[outlet]) for outlet in OUTLETS)
        duplicates = crawler.query(
            "select count(*) - count(distinct (outlet, article_id)) from articles join pages using (page_id, outlet)"
        )
        open_now = crawler.open_issues()
    return {
        "faults": [f"{fault.kind} {fault.outlet or 'all'} {fault.first}-{fault.end}" for fault in faults],
        "wrong": wrong,
        "runs": runs,
        "messages": len(expected),
        "reminders": sum("still" in title for title in receiver.titles),
        "recall": found / sum(map(len, published.values())),
        "duplicates": duplicates[0][0],
        "open": sorted(map(str, open_now)),
    }


def crawl(crawler: Crawler, outlet: str, kinds: set[str], seed: int) -> int:
    """Crawl with what is wrong with this machine."""
    off = random.Random(seed).choice([timedelta(days=3), timedelta(hours=-2)]) if "clock" in kinds else timedelta()
    limits = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (900, resource.RLIM_INFINITY))) if "disk" in kinds else None
    environment = {"LOOPBACK_OFFLINE": "1"} if "network" in kinds else {}
    with crawler.start("crawl", outlet, clock=crawler.press.clock + off, limits=limits, **environment) as process:
        if "killed" in kinds and "database" not in kinds:
            time.sleep(random.Random(seed).uniform(0.2, 1.2))
            process.kill()
        process.communicate(timeout=180)
    return process.returncode


def tell(crawler: Crawler, receiver: Receiver, hour: int, should: list[str]) -> Iterator[str]:
    """Call for the alerts of an hour; yield what was told wrongly, reminders apart, of which there is one a day at most."""
    before = len(receiver.posted)
    done = crawler("alerts", ALERT_URLS=receiver.url.replace("http://", "json://"))
    titles = receiver.titles[before:]
    told = sorted(title for title in titles if "still" not in title)
    if done.returncode or told != should:
        yield f"hour {hour}: told {told}, not {should} (exit {done.returncode})"


def all_stories(press: Press, outlet: str, hours: int) -> set[str]:
    """The ids of what was published from the first run to an hour before the last."""
    gap = 86_400 // press.per_day
    first, last = NOW.timestamp() // gap, (NOW + timedelta(hours=hours - 2)).timestamp() // gap
    return {str(number) for number in range(int(first) + 1, int(last))}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        json.dump(run(float(sys.argv[1]), int(sys.argv[2]), Path(folder)), sys.stdout, indent=1)
        embedded.stop(Path(folder))
