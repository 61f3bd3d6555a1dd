"""Two hosts with the same schedule, the same outlets and one database, on the stage; one of them dies every hour.

python -m tests.stage.drill_hosts HOURS SEED      (root, Linux; nft and Debian's PostgreSQL; an hour takes a minute, as a partition does)

Every host crawls hourly by a clock of its own; the one of b is ten minutes ahead, so that it comes first. In each hour one of the two is
struck in the middle of its crawls, and is up again an hour later:

kill        all its processes are killed
power       the same, and nothing it sends arrives any more: what a power failure looks like to the database
database    for 60 seconds nothing passes between it and the database; then it is killed, too
outlets     the same between it and the outlets
both        the same between it and everything
"""

import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from crawler.extensions.records import records
from pipelines.database.visits import _next_crawl
from tests.faults.drill import DUPLICATES, HALF
from tests.servers.postgresql import run_debian
from tests.stage.drill import SEVEN, ask, scrapy, spiders
from tests.stage.hosts import WEB, Firing, Host, build_firewall
from tests.stage.stage import Stage

NOW = "2026-11-01T11:30:00+07:00"
HOUR = timedelta(hours=1)
AHEAD = timedelta(minutes=10)
PARTITION = 60  # seconds
PATIENCE = 180  # seconds for the database to notice that a host is gone
DOZEN = [*(["kill", kind] for kind in ("power", "database", "database", "outlets", "both")), ["kill"], ["kill"]]  # hours
# By what happened to its host, how a crawl may end; None: with its host. Whoever finds the other at work ends with 75.
ENDS: Mapping[str, set[int | None]] = {
    "": {0, 75},
    "kill": {0, 75, None},
    "power": {0, 75, None},
    "database": {0, 3, 75},
    "outlets": {0, 1, 75},
    "both": {0, 1, 3, 75},
}
KEYS = {"cnbc_indonesia": "cnbc", "kompas_tv": "kompastv"}  # as the stage calls them
SETTINGS = "-s DOWNLOAD_DELAY=0.2 -s AUTOTHROTTLE_ENABLED=False -L INFO"


@dataclass
class Strike:
    """What happened to a host."""

    kind: str
    firing: Firing
    at: datetime  # true time, which passes in leaps
    moment: float = field(default_factory=time.time)
    freed: float | None = None  # seconds after which the database had freed the host's locks


class Drill:
    """Hours of two hosts."""

    def __init__(self, url: str, folder: Path, outlets: Sequence[str], seed: int) -> None:
        self.url, self.outlets, self.chance = url, outlets, random.Random(seed)
        parts = urlsplit(url)
        build_firewall(parts.port or 0)
        self.ports = {"database": {parts.port or 0}, "outlets": {*WEB}, "both": {parts.port or 0, *WEB}}
        away = parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@{{}}:5432").geturl()
        environment = {**os.environ, "DESTINATION_GUARD_ALLOW": "10.77.0.0/16", "SETTINGS": SETTINGS}
        self.hosts = [
            Host(name, number, ahead, folder / name, environment, away)
            for number, (name, ahead) in enumerate([("b", AHEAD), ("a", timedelta())], 1)
        ]
        self.strikes = list[Strike]()
        self.watches = list[threading.Thread]()

    def live(self, kinds: Sequence[str]) -> datetime:
        """Live through an hour without a strike, one of each kind, and another without; return the time at the end."""
        at = datetime.fromisoformat(NOW)
        for kind in ["", *kinds, ""]:
            struck = self.chance.choice(self.hosts)
            for host in self.hosts:
                self._fire(host, at - host.ahead, kind if host is struck else "")
            said = {host.name: (len(host.firings), self._asked(host.firings[-1])) for host in self.hosts}
            sys.stderr.write(f"{at:%H:%M} {kind or 'nothing'} {struck.name} {said} {[*self.hosts[1].firings[-1].wait().values()]}\n")
            sys.stderr.flush()
            at += HOUR
        for host in self.hosts:
            host.firings[-1].wait()
        return at - HOUR

    def _fire(self, host: Host, at: datetime, kind: str) -> None:
        """Let a host's schedule start its crawls; strike it, or wait for their end, or let the other's schedule come meanwhile."""
        self._restore(host)
        ask("POST", "/clock", now=at.isoformat(), rate=0)
        time.sleep(1 - time.monotonic() % 1)  # the stage keeps a Date header for a second
        firing = host.fire(at, self.outlets, self.chance)
        overlaps = host is self.hosts[0] and self.chance.random() < 0.5  # ten minutes are less than a run may take, 50 are more
        if kind:
            self._strike(firing, kind, overlaps=overlaps)
        elif not overlaps:
            firing.wait()

    def _restore(self, host: Host) -> None:
        """Have a host that was struck an hour ago up again."""
        if not host.firings:
            return
        if host.firings[-1] in [strike.firing for strike in self.strikes[-2:]]:
            for watch in self.watches:
                watch.join()
            host.firings[-1].wait()
            host.kill()
            host.mend()
            host.boot()
        host.firings[-1].wait()

    def _strike(self, firing: Firing, kind: str, *, overlaps: bool) -> None:
        """Strike a host when it has asked for so many pages; be back when the other's schedule comes, which may be within a partition."""
        pages, host = self.chance.randint(1, 5 * len(self.outlets)), firing.host
        while self._asked(firing) < pages and not all(crawl.done() for crawl in firing.crawls.values()):
            time.sleep(0.05)
        if kind == "kill":
            host.kill()
            self.strikes.append(Strike(kind, firing, firing.at))
            return
        host.cut(self.ports["both" if kind == "power" else kind])
        self.strikes.append(strike := Strike(kind, firing, firing.at))
        if kind == "power":
            host.kill()
            self._watch(strike, PATIENCE)
        else:
            self.watches.append(threading.Thread(target=self._partition, args=[strike]))
            self.watches[-1].start()
            if overlaps:
                time.sleep(seconds := self.chance.uniform(0, PARTITION))
                strike.at = firing.at + AHEAD - timedelta(seconds=seconds)
            else:
                self.watches[-1].join()
                firing.wait()

    def _partition(self, strike: Strike) -> None:
        self._watch(strike, PARTITION)
        time.sleep(max(0, strike.moment + PARTITION - time.time()))
        strike.firing.host.mend()
        if strike.freed is None and strike.kind != "outlets":
            self._watch(strike, PATIENCE)

    def _watch(self, strike: Strike, seconds: float) -> None:
        """Look for so long at most when the host's locks are freed."""
        query = """
            select count(*) from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and client_addr << %s::inet
        """
        with psycopg.connect(self.url, autocommit=True) as connection:
            while (passed := time.time() - strike.moment) < seconds:
                if connection.execute(query, [f"10.77.{strike.firing.host.number}.0/24"]).fetchone() == (0,):
                    strike.freed = passed
                    return
                time.sleep(0.1)

    def _asked(self, firing: Firing) -> int:
        host = firing.host.name
        return sum(f"{host}@kantor.id" in request["ua"] for request in ask("GET", f"/requests?since={firing.began}"))

    # --- what came of it

    def firing_of(self, request: Mapping[str, Any]) -> Firing:
        """Which host's schedule started the crawl that asked."""
        (host,) = (host for host in self.hosts if f"{host.name}@kantor.id" in request["ua"])
        return [firing for firing in host.firings if firing.began <= request["ts"]][-1]

    def asked_again(self) -> Iterator[str]:
        """Articles that were sent although, by the clock of who asked, they were not due again."""
        known = dict[tuple[str, str], datetime]()
        with psycopg.connect(self.url) as connection:
            query = "select outlet, article_id, published_at from articles join pages using (page_id, outlet)"
            for outlet, article_id, at in connection.execute(query):
                known[outlet, article_id] = at
        theirs = spiders(self.outlets)
        last = dict[tuple[str, str, str], datetime]()
        for request in ask("GET", "/requests"):
            url = f"https://{request['host']}{request['path']}"
            if request["scheme"] != "https" or request["status"] not in {200, 304}:
                continue
            for outlet, spider in theirs.items():
                if article_id := spider.articles.article_id(url):
                    firing, key = self.firing_of(request), (outlet, article_id, urlsplit(url).query)
                    at = firing.at + firing.host.ahead
                    if key in last:
                        due = _next_crawl(known[outlet, article_id], last[key]) if (outlet, article_id) in known else None
                        if due is None or at < due:
                            yield f"{outlet} {article_id} at {last[key]:%d %H:%M} and {at:%d %H:%M} by {firing.host.name}"
                    last[key] = at

    def takeovers(self) -> Iterator[tuple[float, str]]:
        """How many minutes after its locks were free an outlet whose crawl was ended had a good run, and after what."""
        ahead = {host.name: host.ahead for host in self.hosts}
        with psycopg.connect(self.url) as connection:
            query = "select outlet, host, logical_clock, extract(epoch from started_at)::float from crawl_runs where exit_code = 0"
            good = connection.execute(query).fetchall()
        for strike in self.strikes:
            free = strike.at + timedelta(seconds=strike.freed or 0)
            for outlet in (outlet for outlet, code in strike.firing.wait().items() if code not in {0, 75}):
                at = [clock - ahead[host] for name, host, clock, began in good if name == outlet and began > strike.moment]
                minutes = (min(at) - free) / timedelta(minutes=1) if at else float("inf")
                yield minutes, f"{outlet} after {strike.kind} of {strike.firing.host.name} at {strike.at:%d %H:%M}"

    def ends(self) -> tuple[dict[str, Counter[str]], list[str]]:
        """How crawls ended by what happened to their host, and which ended as they should not have."""
        kinds = {id(strike.firing): strike.kind for strike in self.strikes}
        ended, wrong = defaultdict[str, Counter[str]](Counter), list[str]()
        for firing in (firing for host in self.hosts for firing in host.firings):
            kind = kinds.get(id(firing), "")
            for outlet, code in firing.wait().items():
                ended[kind or "nothing"][str(code)] += 1
                if code not in ENDS[kind]:
                    wrong.append(f"{outlet} at {firing.at:%d %H:%M} on {firing.host.name}: {code} after {kind or 'nothing'}")
        return dict(ended), wrong

    def partitioned(self) -> Iterator[dict[str, Any]]:
        """What a host without its database did: how many requests it still sent, and when its crawls had ended."""
        requests = ask("GET", "/requests")
        for strike in self.strikes:
            if strike.kind in {"database", "both"}:
                sent = [each for each in requests if each["ts"] > strike.moment and self.firing_of(each) is strike.firing]
                ended = max(strike.firing.ended.values()) - strike.moment
                yield {
                    "kind": strike.kind,
                    "requests": len([each for each in sent if each["ts"] < strike.moment + PARTITION]),
                    "requests_later": len([each for each in sent if each["ts"] >= strike.moment + PARTITION]),
                    "seconds": round(ended, 1),
                    "codes": [*strike.firing.wait().values()],
                }

    def query(self, query: str) -> int:
        with psycopg.connect(self.url) as connection:
            (count,) = connection.execute(query.encode()).fetchone() or (0,)
        return int(count)


def unreadable(folder: Path) -> tuple[int, list[str]]:
    """How many records the archives have, and which finished recordings cannot be read to their end."""
    broken, count = Counter[Path](), 0
    for path in folder.glob("*/archive/*/*"):
        for record in records(path, broken):
            with suppress(ValueError):
                record.content()
                count += 1
    return count, [path.name for path, times in broken.items() if times and path.suffix == ".gz"]


def inside() -> dict[str, Any]:
    """Live in the stage's namespace, and export."""
    folder, outlets = Path(os.environ["DATA_DIR"]), os.environ["OUTLETS"].split(",")
    folder.mkdir()
    began = time.monotonic()
    with run_debian() as server:
        url = server.create_migrated("poros")
        with psycopg.connect(server.superuser.format("postgres"), autocommit=True) as connection:
            ((path,),) = connection.execute("show hba_file")
            with Path(path).open("a") as rules:
                rules.write("host all all 10.77.0.0/16 scram-sha-256\n")
            connection.execute("select pg_reload_conf()")
        drill = Drill(url, folder, outlets, int(os.environ["SEED"]))
        try:
            end = drill.live(os.environ["KINDS"].split(","))
            ended, wrong = drill.ends()
            again, takeovers = [*drill.asked_again()], sorted(drill.takeovers(), reverse=True)
            answers, torn = unreadable(folder)
            os.environ["DATABASE_URL"] = url
            assert scrapy("export", os.environ["EXPORT"])["exit"] == 0
            shared = "select outlet from crawl_runs where exit_code = 0 group by 1 having count(distinct host) = 2"
            return {
                "strikes": dict(Counter(strike.kind for strike in drill.strikes)),
                "runs": drill.query("select count(*) from crawl_runs"),
                "cut_off": drill.query("select count(*) from crawl_runs where status in ('abandoned', 'failed')"),
                "ended": ended,
                "wrong": wrong,
                "crawled_by_both": drill.query(f"select count(*) from ({shared}) outlets"),
                "fetched_again": again,
                "slowest_takeovers": takeovers[:3],
                "locks_freed_after": {
                    kind: [round(each.freed, 1) if each.freed is not None else None for each in drill.strikes if each.kind == kind]
                    for kind in ("power", "database", "both")
                },
                "partitioned": [*drill.partitioned()],
                "pages": drill.query("select count(*) from pages"),
                "articles": drill.query("select count(*) from current_articles"),
                "duplicates": drill.query(DUPLICATES),
                "half": drill.query(HALF),
                "left_open": drill.query("select count(*) from crawl_runs where status = 'running'"),
                "answers_archived": answers,
                "torn": torn,
                "until": (end - 2 * HOUR).isoformat(),
                "seconds": round(time.monotonic() - began),
            }
        finally:
            for host in drill.hosts:
                host.tear_down()


def outside(kinds: Sequence[str], seed: int, folder: Path, outlets: Sequence[str] = SEVEN, a_day: int = 40) -> dict[str, Any]:
    """Build the world, live there, and score."""
    stage = Stage(folder, days=4, future_days=len(kinds) // 24 + 2, seed=seed, now=NOW, a_day=a_day)
    given = {"KINDS": ",".join(kinds), "SEED": str(seed), "OUTLETS": ",".join(outlets)}
    result: dict[str, Any] = stage.drill("hosts", "drill_hosts.py", **given)
    ignored = [part for name in SEVEN if name not in outlets for part in ("--ignore-outlet", KEYS.get(name, name))]
    score = stage.score("--since", NOW, "--until", result["until"], *ignored)
    return result | {"recall": score["topic"]["recall"], "score": score}


def draw(hours: int, chance: random.Random) -> list[str]:
    """What happens in each hour: of twelve, seven kills, and five of the rest, no two of which follow each other."""
    kinds = list[str]()
    while len(kinds) < hours:
        kinds += [kind for some in chance.sample(DOZEN, len(DOZEN)) for kind in some]
    return kinds[:hours]


if __name__ == "__main__":
    if sys.argv[1] == "hosts":
        sys.stdout.write(json.dumps({"hosts": inside()}))
    else:
        hours, seed = int(sys.argv[1]), int(sys.argv[2])
        kinds = draw(hours, random.Random(seed))
        with tempfile.TemporaryDirectory() as folder:
            json.dump(outside(kinds, seed, Path(folder)), sys.stdout, indent=1)
