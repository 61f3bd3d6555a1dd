"""Drills over days, run inside the stage's namespace like drill.py. What the environment adds: OUTLETS, HOURS, KILLS, EXPORT (a folder)."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from crawler.discovery.routes import DateIndex
from crawler.urls import is_under
from pipelines.database import embedded
from pipelines.database.coverage import backfilled
from tests.stage.drill import FAST, ask, kill, spiders
from tests.stage.stage import ARTICLE

START = datetime.fromisoformat(os.environ["CLOCK"])
OUTLETS = os.environ["OUTLETS"].split(",")
HOURS = int(os.environ["HOURS"])
EXPORT = Path(os.environ["EXPORT"])


def environment(name: str, clock: datetime) -> dict[str, str]:
    return {**os.environ, "DATA_DIR": f"{os.environ['DATA_DIR']}-{name}", "CLOCK": clock.isoformat()}


def start(name: str, clock: datetime, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.Popen(command, env=environment(name, clock), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def run(name: str, clock: datetime, *arguments: str) -> tuple[int, str]:
    process = start(name, clock, *arguments)
    said, _ = process.communicate(timeout=900)
    return process.returncode, said


def crawl(name: str, clock: datetime) -> dict[str, tuple[int, str]]:
    """Crawl every outlet at the same time; return the exit code and what was said of those that were not well."""
    ask("POST", "/clock", now=clock.isoformat(), rate=0)
    processes = {outlet: start(name, clock, "crawl", outlet, *FAST, "-L", "WARNING") for outlet in OUTLETS}
    said = {outlet: process.communicate(timeout=900)[0] for outlet, process in processes.items()}
    return {outlet: (process.returncode, said[outlet][-3000:]) for outlet, process in processes.items() if process.returncode}


def hourly(name: str, hours: int, first: datetime = START) -> dict[str, dict[str, tuple[int, str]]]:
    """Crawl every hour; return what was not well, by hour."""
    hourly = {(clock := first + timedelta(hours=hour)).isoformat(): crawl(name, clock) for hour in range(hours + 1)}
    return {hour: bad for hour, bad in hourly.items() if bad}


def export(name: str, clock: datetime) -> str:
    path = EXPORT / f"{name}.jsonl"
    code, said = run(name, clock, "export", str(path))
    assert code == 0, said
    return str(path)


def connect(name: str) -> psycopg.Connection:
    url = embedded.start(Path(f"{os.environ['DATA_DIR']}-{name}"), "poros")
    return psycopg.connect(url, autocommit=True)


def conditional(request: Mapping[str, Any]) -> bool:
    return bool(request["if_none_match"] or request["if_modified_since"])


def soak() -> dict[str, Any]:
    """Crawl hourly, then once more at the same hour."""
    ask("DELETE", "/requests")
    bad = hourly("soak", HOURS)
    asked = ask("GET", "/requests")
    articles = Counter(
        request["host"] + request["path"]
        for request in asked
        if ARTICLE.search(request["path"]) and not conditional(request) and request["status"] == 200
    )
    end = START + timedelta(hours=HOURS)
    ask("DELETE", "/requests")
    again = crawl("soak", end)
    return {
        "bad": bad,
        "requests_a_day": {
            name: sum(is_under(request["host"], outlet.allowed_domains) for request in asked) * 24 / HOURS
            for name, outlet in spiders(OUTLETS).items()
        },
        "again": again,
        "requests": [request for request in ask("GET", "/requests") if request["path"] != "/robots.txt"],
        "fetched_twice": {url: times for url, times in articles.items() if times > 1},
        "export": export("soak", end),
        "until": end.isoformat(),
    }


def outage() -> dict[str, Any]:
    """Crawl, be down for three days, crawl once."""
    first, end = crawl("outage", START), START + timedelta(hours=72)
    after = crawl("outage", end)
    with connect("outage") as connection:
        coverage_gaps = connection.execute("select outlet, route from open_coverage_gaps").fetchall()
    return {"bad": [first, after], "coverage_gaps": coverage_gaps, "export": export("outage", end), "until": end.isoformat()}


# --- routes that die


def dead_routes() -> dict[str, Any]:
    """Kill one route an outlet at a time, in all outlets at once, and crawl hourly."""
    result: dict[str, Any] = {}
    most = max(len(outlet.routes) for outlet in spiders(OUTLETS).values())
    for kind in os.environ["KINDS"].split(","):
        for number in range(most):
            name = f"{kind}-{number}"
            killed = {outlet: spider.routes[number] for outlet, spider in spiders(OUTLETS).items() if number < len(spider.routes)}
            if os.environ.get("ONLY_REQUIRED"):
                killed = {outlet: route for outlet, route in killed.items() if route.group is None}
            if not killed:
                continue
            crawl(name, START)
            for route in killed.values():
                kill(route, kind)
            hourly(name, HOURS, START + timedelta(hours=1))
            hits = sum(each["hits"] for each in ask("GET", "/state")["faults"])
            ask("DELETE", "/fault")
            end = START + timedelta(hours=HOURS + 1)
            with connect(name) as connection:
                query = """
                    select outlet, subject from crawl_issues where kind in ('route', 'outlet')
                    union select outlet, route from routes where last_nonempty_at is null
                """  # a tag that never listed anything is not missed
                rows = connection.execute(query).fetchall()
            result[name] = {
                "killed": {outlet: route.name for outlet, route in killed.items()},
                "unnamed": [[outlet, route.name] for outlet, route in killed.items() if (outlet, route.name) not in rows],
                "hits": hits,
                "export": export(name, end),
                "until": end.isoformat(),
            }
    return result


# --- the past

ROWS = """
    select pages.outlet, article_id, url, status, band, headline, md5(body), published_at, version_no,
        (select array_agg(p.url order by p.url) from articles a join pages p using (page_id) where a.story_id = articles.story_id)
    from pages left join articles using (page_id) left join verdicts using (page_id) order by pages.outlet, article_id
"""


def backfill() -> dict[str, Any]:
    """Look at the past in one go, and in another database while being killed; compare the rows."""
    ask("POST", "/clock", now=START.isoformat(), rate=0)
    since = (START - timedelta(hours=HOURS)).date().isoformat()
    arguments = ("backfill", *OUTLETS, "--since", since, *FAST, "-L", "WARNING")
    unbroken = run("unbroken", START, *arguments)
    again: list[str] = []
    chance = random.Random(1)
    kills = 0
    for _ in range(int(os.environ["KILLS"])):
        finished = days("killed")
        ask("DELETE", "/requests")
        command = [sys.executable, "-m", "scrapy", *arguments]
        # Its table would stand in front of this drill's answer if it ended before it is killed.
        process = subprocess.Popen(command, env=environment("killed", START), stdout=sys.stderr, start_new_session=True)
        asked = chance.randint(10, 40)  # not seconds: how far a run gets in them depends on the machine
        while process.poll() is None and len(ask("GET", "/requests")) < asked:
            time.sleep(0.05)
        kills += process.poll() is None
        with suppress(ProcessLookupError):  # it was done before
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        again += asked_again(finished)
    finished = days("killed")
    ask("DELETE", "/requests")
    last = run("killed", START, *arguments)
    again += asked_again(finished)
    rows = []
    for name in ("unbroken", "killed"):
        with connect(name) as connection:
            rows.append(connection.execute(ROWS).fetchall())
    ask("DELETE", "/requests")
    idle = run("killed", START, *arguments)
    return {
        "exits": [unbroken[0], last[0], idle[0]],
        "said": unbroken[1] + last[1],
        "kills": kills,
        "again": again,
        "rows": [len(each) for each in rows],
        "same": rows[0] == rows[1],
        "requests_when_done": len(ask("GET", "/requests")),
        "export": export("killed", START),
        "since": since,
    }


def days(name: str) -> dict[str, set[Any]]:
    with connect(name) as connection:
        if connection.execute("select to_regclass('backfilled_days')").fetchone() == (None,):
            return {}
        return {outlet: backfilled(connection, outlet) for outlet in OUTLETS}


def asked_again(finished: Mapping[str, set[Any]]) -> list[str]:
    """The lists of finished days that were asked for all the same."""
    indexes = {
        pagination.url
        for outlet, spider in spiders(OUTLETS).items()
        for route in spider.routes
        if isinstance(route, DateIndex)
        for day in finished.get(outlet, ())
        for start in [datetime.combine(day, datetime.min.time(), START.tzinfo)]
        for pagination in route.paginations(start, start + timedelta(days=1))
    }
    return [url for request in ask("GET", "/requests") if (url := f"https://{request['host']}{request['path']}") in indexes]


def meeting() -> dict[str, Any]:
    """Let a backfill and an ordinary run of one outlet meet."""
    ask("POST", "/clock", now=START.isoformat(), rate=0)
    slow = ("-s", "DOWNLOAD_DELAY=1")
    run("meeting", START - timedelta(hours=1), "crawl", OUTLETS[0], *FAST)
    ask("DELETE", "/requests")
    since = (START - timedelta(hours=HOURS)).date().isoformat()
    process = start("meeting", START, "backfill", OUTLETS[0], "--since", since, *slow)
    with connect("meeting") as connection:
        while not connection.execute("select from crawl_runs where status = 'running'").rowcount:
            assert process.poll() is None
            time.sleep(0.1)
    ordinary = run("meeting", START, "crawl", OUTLETS[0], *slow)
    process.communicate(timeout=300)
    times = defaultdict(list)
    for request in ask("GET", "/requests"):
        times[request["host"]].append(request["ts"])
    with connect("meeting") as connection:
        runs = connection.execute("select status, until is null from crawl_runs order by run_id").fetchall()
    return {
        "exits": [ordinary[0], process.returncode],
        "said": ordinary[1],
        "stamps": max(map(sorted, times.values()), key=len),
        "runs": runs,
    }


if __name__ == "__main__":
    EXPORT.mkdir(exist_ok=True)
    sys.stdout.write(json.dumps({step: globals()[step]() for step in sys.argv[1].split(",")}, default=str))
