"""Simulated days, hourly, with faults of every kind drawn from a seed, and the injector's own table of what each run and message must be.

    python -m tests.faults.drill DAYS SEED      (the press's two outlets, a minute and a half a day)
    python -m tests.stage.drill_faults DAYS SEED      (the stage's seven, two minutes and a half)

Every hour is one `scrapy crawlall --jobs 2` and one `scrapy alerts`, whose messages an HTTP server receives.
"""

import json
import math
import os
import random
import re
import signal
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import psycopg

from pipelines.database import embedded
from pipelines.database.migrate import migrate
from tests.faults.conftest import OURS
from tests.faults.forks import Forked, forking
from tests.faults.injector import Fault, Key, Kinds, Table, draw, rest
from tests.faults.press import NOW, OUTLETS, Press, printing
from tests.servers.receiver import Receiver, receiving

OFF = (timedelta(days=3), timedelta(hours=-2))  # by which a wrong clock is wrong
DISK = {"DISK": "900"}  # bytes that a file may have where the disk is full
HALF = """
    select (select count(*) from articles a
            where story_id is null or not exists (select from article_versions v where v.page_id = a.page_id))
        + (select count(*) from pages p left join articles a using (page_id) where status = 'stored' and a is null)
"""
DUPLICATES = "select count(*) - count(distinct (outlet, article_id)) from articles join pages using (page_id, outlet)"
_BUSY = """
    create or replace function busy() returns trigger language plpgsql as $$
    begin raise exception 'busy' using errcode = '40001'; end $$;
    create or replace trigger busy before insert on pages for each row execute function busy();
"""


class World(ABC):
    """Who imitates the outlets. ``kinds``: by outlet and kind of fault, what there is."""

    def __init__(self, outlets: Sequence[str], start: datetime, kinds: Kinds, settings: Mapping[str, str]) -> None:
        self.outlets, self.start, self.kinds, self.settings = outlets, start, kinds, settings
        self.environment = dict[str, str]()

    @abstractmethod
    def become(self, now: datetime, faults: Sequence[Fault]) -> None:
        """Have this time and these faults, and be found unless the network is among them."""

    @abstractmethod
    def asked(self) -> Mapping[str, tuple[int, int]]:
        """Return how many articles were asked for since then, by outlet: sent, and unchanged."""

    def recall(self, query: Callable[..., list[tuple[Any, ...]]], hours: int) -> float:
        """Return the share of stories that were stored in so many hours, where the world can say it by itself."""
        return math.nan


@dataclass
class Drill:
    """What was done, and what was not as the table says."""

    world: World
    folder: Path
    receiver: Receiver
    forks: Path
    url: str
    table: Table
    seed: int
    wrong: list[str] = field(default_factory=list)
    runs: int = 0
    told: int = 0
    reminded: int = 0
    last_good: dict[str, int] = field(default_factory=dict)

    @property
    def _crawl(self) -> Sequence[str]:
        outlets = self.world.outlets
        return ["crawl", *outlets] if len(outlets) == 1 else ["crawlall", *outlets, "--jobs", "2"]

    def hour(self, number: int) -> None:
        """Live through an hour."""
        now, chance = self.world.start + timedelta(hours=number), random.Random(f"{self.seed} {number}")
        active = self.table.active(number)
        kinds = {fault.kind for fault in active}
        self.world.become(now, active)
        if "database" in kinds:
            embedded.stop(self.folder)
            if (code := self._run(*self._crawl, now=now).wait(600)) != 3:
                self.wrong.append(f"hour {number}: without a database it ended with {code}")
            self.runs += len(self.world.outlets)
            embedded.start(self.folder)
            return
        before = self._one("select coalesce(max(run_id), 0) from crawl_runs")
        with psycopg.connect(self.url, autocommit=True) as connection:
            if "storage" in kinds:
                connection.execute(_BUSY)
            off = next((OFF[fault.first % 2] for fault in active if fault.kind == "clock"), timedelta())
            crawls = self._run(*self._crawl, now=now + off, **(DISK if "disk" in kinds else {}))
            killed = set[str]()
            if "killed" in kinds:
                victims = chance.sample(list(self.world.outlets), max(1, len(self.world.outlets) // 2))
                killed = self._kill(victims, before, crawls, chance)
            if "restart" in kinds:
                time.sleep(chance.uniform(0.5, 4))
                embedded.stop(self.folder)
                embedded.start(self.folder)
            code = crawls.wait(900)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("drop trigger if exists busy on pages")
        self._judge(number, before, code, killed)
        self._tell(number, now)
        for archive in self.folder.glob("archive/*/*"):
            archive.unlink()

    def _judge(self, number: int, before: int, code: int, killed: Collection[str]) -> None:
        asked, ended = self.world.asked(), set[str]()
        restarted = any(fault.kind == "restart" for fault in self.table.active(number))
        query = "select outlet, status, exit_code, reason from crawl_runs where run_id > %s"
        rows = {outlet: rest for outlet, *rest in self._query(query, before)}
        for outlet in self.world.outlets:
            self.runs += 1
            status, exit_code, reason = rows.get(outlet, ("none", None, None))
            sent, unchanged = asked.get(outlet, (0, 0))
            if status == "none" and restarted:  # it was starting just then, and ended with 3
                ended.add(status)
                continue
            allowed = self.table.allowed(number, outlet, asked=sent, unchanged=unchanged, killed=outlet in killed)
            is_back = status == "degraded" and re.fullmatch(r"(coverage_gap [^;]*(; )?)+", reason or "") is not None
            if is_back and number - self.last_good.get(outlet, number) > 1:
                allowed |= {"degraded"}  # what the list did not show any more is said once
            if status not in allowed or exit_code != {"ok": 0, "running": None}.get(status, 1):
                faults = [*map(str, self.table.active(number, outlet))]
                self.wrong.append(f"hour {number}: {outlet} {status} {exit_code}, not {allowed}; {sent} sent; {reason}; {faults}")
            if status == "ok" or is_back:
                self.last_good[outlet] = number
            ended.add(status)
        ill = -signal.SIGKILL if self._crawl[0] == "crawl" and killed else 1
        if code != (3 if "none" in ended else ill if ended != {"ok"} else 0):
            self.wrong.append(f"hour {number}: it ended with {code}; {ended}")

    def _kill(self, victims: Sequence[str], before: int, crawls: Forked, chance: random.Random) -> set[str]:
        """Kill these outlets' crawls somewhere on their way; return those that had not closed their run yet."""
        waiting, killed = dict.fromkeys(victims), set[str]()
        query = "select outlet, pid from crawl_runs where run_id > %s and status = 'running'"
        while waiting and crawls.poll() is None:
            for outlet, pid in self._query(query, before):
                if outlet not in waiting:
                    continue
                del waiting[outlet]
                time.sleep(chance.uniform(0, 0.6))
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
                    time.sleep(0.05)  # what it has sent to the database arrives
                    if (outlet, pid) in self._query(query, before):
                        os.kill(pid, signal.SIGKILL)
                        killed.add(outlet)
                    else:
                        os.kill(pid, signal.SIGCONT)
            time.sleep(0.02)
        return killed

    def _tell(self, number: int, now: datetime) -> None:
        """Call for the alerts of an hour and compare."""
        before = len(self.receiver.posted)
        code = self._run("alerts", now=now).wait(120)
        told = [each for message in self.receiver.posted[before:] for each in read_message(message)]
        self.told += len([news for news, _ in told if "still" not in news])
        self.reminded += len([news for news, _ in told if "still" in news])
        self.wrong += self.table.messages(number, told)
        if code or len(told) != len(set(told)):
            self.wrong.append(f"hour {number}: alerts ended with {code}; {told}")

    def _run(self, *arguments: str, now: datetime, **environment: str) -> Forked:
        settings = [part for name, value in self.world.settings.items() for part in ("-s", f"{name}={value}")]
        environment |= {
            **os.environ,
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.folder),
            "CLOCK": now.isoformat(),
            "DESTINATION_GUARD_ALLOW": "127.0.0.0/8",
            "CONTACT": "mailto:you@example.org",
            "ALERT_URLS": self.receiver.url.replace("http://", "json://"),
            "FORKS": str(self.forks),
            "LOG": str(self.folder / "drill.log"),
            **self.world.environment,
        }
        return Forked(["scrapy", *arguments, *settings], environment)

    def _query(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode(), parameters or None).fetchall()

    def _one(self, query: str) -> int:
        return int(self._query(query)[0][0])


def read_message(message: Mapping[str, str]) -> Iterator[tuple[str, Key]]:
    """What a message tells: the news, and of each issue the kind and the subject; a route's with its outlet."""
    name, _, news = message["title"].removeprefix("Poros: ").partition(": ")
    for paragraph in message["message"].split("\n\n"):
        kind, _, rest = paragraph.partition(" ")
        subject = rest.partition(": ")[0]
        yield news, (kind, f"{name} {subject}" if kind == "route" else subject)


def live(world: World, hours: int, seed: int, folder: Path, minutes: float = math.inf) -> dict[str, Any]:
    """Live through some hours; return what was not as the table says, and the counts. The database is left running.

    After so many ``minutes`` all faults end, and with them the hours but the last that are without any.
    """
    faults = draw(hours, seed, world.kinds)
    url, began = embedded.start(folder, "poros"), time.monotonic()
    migrate(url)
    with receiving() as receiver, forking(folder) as forks:
        drill = Drill(world, folder, receiver, forks, url, Table(faults, world.outlets), seed)
        number = 0
        while number < hours:
            if time.monotonic() - began > minutes * 60 and number < hours - rest(hours):
                faults = drill.table.faults = [replace(fault, end=min(fault.end, number)) for fault in faults if fault.first < number]
                hours = number + rest(hours)
            drill.hour(number)
            number += 1
            sys.stderr.write(f"hour {number - 1}: {len(drill.wrong)} wrong {drill.wrong[-1:]}, {time.monotonic() - began:.0f} s\n")
            sys.stderr.flush()
    return {
        "hours": hours,
        "seed": seed,
        "faults": [*map(str, faults)],
        "wrong": drill.wrong,
        "runs": drill.runs,
        "messages": drill.told,
        "reminders": drill.reminded,
        "half": drill._one(HALF),
        "duplicates": drill._one(DUPLICATES),
        "recall": world.recall(drill._query, hours),
        "open": drill._query("select outlet, kind, subject from crawl_issues where cleared_at is null and degrades"),
        "seconds": round(time.monotonic() - began),
    }


_OF_PRESS = {"down": ["500", "403", "offline"], "articles": ["redesign", "soft_404"], "route": ["feed: 500"], "survived": ["slow"]}


class PressWorld(World):
    """The press on loopback."""

    _WHERE: ClassVar = {"down": "^(?!/robots.txt)", "articles": "^/read/", "route": "^/rss", "survived": "^/read/"}

    def __init__(self, press: Press, outlets: Sequence[str] = OUTLETS) -> None:
        super().__init__(outlets, NOW, dict.fromkeys(outlets, _OF_PRESS), OURS)
        self.press = press
        self.environment["LOOPBACK_PORT"] = str(press.port)

    def become(self, now: datetime, faults: Sequence[Fault]) -> None:
        self.press.clock = now
        self.press.answers.clear()
        self.environment["LOOPBACK_OFFLINE"] = "1" if "network" in {fault.kind for fault in faults} else ""
        self.press.faults = {
            str(fault): (fault.outlet, self._WHERE[fault.kind], fault.what.rpartition(": ")[2]) for fault in faults if fault.outlet
        }

    def asked(self) -> Mapping[str, tuple[int, int]]:
        answers = {(outlet, path): status for outlet, path, status in self.press.answers if path.startswith("/read/")}
        counts = Counter((outlet, status == 304) for (outlet, _), status in answers.items())
        return {outlet: (counts[outlet, False], counts[outlet, True]) for outlet in self.outlets}

    def recall(self, query: Callable[..., list[tuple[Any, ...]]], hours: int) -> float:
        """The share of what was published between the first run and two hours before the last that is stored."""
        gap = 86_400 // self.press.per_day
        first, last = (int((self.start + timedelta(hours=hour)).timestamp() // gap) for hour in (0, hours - 2))
        published = {(outlet, str(number)) for outlet in self.outlets for number in range(first + 1, last)}
        return len(published & {*query("select outlet, article_id from pages where status = 'stored'")}) / len(published)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, printing(Press(per_day=96)) as press:
        try:
            json.dump(live(PressWorld(press), round(float(sys.argv[1]) * 24), int(sys.argv[2]), Path(folder)), sys.stdout, indent=1)
        finally:
            embedded.stop(Path(folder))
