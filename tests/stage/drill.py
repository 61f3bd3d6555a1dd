"""Runs inside the stage's namespace: crawls, and asks the stage what it saw. Prints one JSON object.

python drill.py STEP[,STEP...]      in the environment of the crawl (DATA_DIR, CLOCK, SSL_CERT_FILE, DESTINATION_GUARD_ALLOW)
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.discovery.routes import Route
from crawler.outlet import OutletSpider
from tests.stage.stage import ARTICLE

ADMIN = "http://127.0.0.1:9099"
TWO = ("cnbc_indonesia", "kompas")
SEVEN = (*TWO, "kompas_tv", "tribunnews", "republika", "katakini", "babe")  # all that are imitated
FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]


def ask(method: str, path: str, **body: object) -> Any:
    data = json.dumps(body).encode() if body else None
    with urlopen(Request(ADMIN + path, data=data, method=method, headers={"Content-Type": "application/json"})) as answer:
        return json.load(answer)


def spiders(outlets: Sequence[str]) -> dict[str, type[OutletSpider]]:
    loader = get_spider_loader(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
    return {name: loader.load(name) for name in outlets}  # type: ignore[misc]


def kill(route: Route, kind: str) -> None:
    """Let the route's lists, and nothing else, answer with a fault."""
    address = re.escape(route.url.removeprefix("https://"))
    pattern = re.sub(r"\\\{[^}]*\}", "[^&]*", address)
    host, _, path = pattern.partition("/")
    fault(kind, host=host, match=f"^/{path}$")


def scrapy(*arguments: str) -> dict[str, Any]:
    """Run a command; return its exit code, what it printed, and what the stage was asked meanwhile."""
    ask("DELETE", "/requests")
    done = subprocess.run([sys.executable, "-m", "scrapy", *arguments], capture_output=True, text=True, timeout=500, check=False)
    return {"exit": done.returncode, "out": done.stdout, "err": done.stderr[-20000:], "requests": ask("GET", "/requests")}


def crawl(*arguments: str, outlets: Sequence[str] = TWO) -> dict[str, Any]:
    return scrapy("crawlall", *outlets, "--since", os.environ["SINCE"], *FAST, *arguments)


def fault(kind: str, match: str = ".", host: str = "*") -> None:
    ask("POST", "/fault", host=host, match=match, kind=kind, times=-1)


def healthy() -> dict[str, Any]:
    return {"first": crawl(outlets=SEVEN), "second": crawl(outlets=SEVEN), "export": scrapy("export", os.environ["EXPORT"])}


def wild() -> dict[str, Any]:
    return {"run": crawl(outlets=SEVEN), "export": scrapy("export", os.environ["EXPORT"])}


def instead() -> dict[str, Any]:
    """Serve something else in the place of every article."""
    kinds = {"block_page": "cnbcindonesia.com|kompas.tv", "soft_404": "kompas.com|katakini.com", "js_only": "tribunnews.com"}
    for kind, hosts in {**kinds, "empty_body": "republika.co.id|babeindonesia.com"}.items():
        fault(kind, ARTICLE.pattern, rf"(.*\.)?({hosts})")
    run, faults = crawl("-s", "CHROMIUM_PATH=/nowhere", outlets=SEVEN), ask("GET", "/state")["faults"]
    ask("DELETE", "/fault")
    scrapy("export", os.environ["EXPORT"])
    return {
        "run": run,
        "hits": {each["kind"]: each["hits"] for each in faults},
        "articles": Path(os.environ["EXPORT"]).read_text().splitlines(),
    }


def browser() -> dict[str, Any]:
    """Let one outlet build its articles by scripts: as if nobody had expected it, and once it is declared."""
    fault("js_only", ARTICLE.pattern, rf"(.*\.)?{os.environ['HOST']}")
    found = {"proven": crawl(outlets=SEVEN)}
    found["export"] = scrapy("export", os.environ["EXPORT"])
    declared = ("-s", "SPIDER_MODULES=tests.stage.declared", "-s", f"DATA_DIR={os.environ['DATA_DIR']}-declared")
    return {**found, "declared": crawl(*declared, outlets=["tribunnews"])}


def redirects() -> dict[str, Any]:
    """Redirect everything inside: listings, articles and robots.txt in turn, with the host rule on and off."""
    result: dict[str, Any] = {}
    for place, match in {
        "listings": "^(?!/robots.txt)(?!.*/read/)(?!.*/20\\d{12}-)",
        "articles": "/read/|/20\\d{12}-",
        "robots": "^/robots.txt",
    }.items():
        fault("redirect_internal", match)
        for rule in (True, False):
            run = crawl("-s", f"DESTINATION_GUARD_HOST_RULE={rule}", "-s", f"DATA_DIR={os.environ['DATA_DIR']}-{place}-{rule}")
            result[f"{place} {rule}"] = {"exit": run["exit"], "requests": len(run["requests"]), "faults": ask("GET", "/state")["faults"]}
        ask("DELETE", "/fault")
    result["secret"] = ask("GET", "/state")["secret_hits"]
    return result


def failures() -> dict[str, Any]:
    fault("status_503", host=r"(www\.)?cnbcindonesia\.com")
    unreachable = crawl()
    ask("DELETE", "/fault")
    fault("layout_change")
    redesign = crawl("-s", f"DATA_DIR={os.environ['DATA_DIR']}-redesign")
    ask("DELETE", "/fault")
    return {"unreachable": unreachable, "redesign": redesign}


def doctor() -> dict[str, Any]:
    """Probe healthy outlets, and then outlets with one thing wrong each."""
    no_browser = ("-s", "CHROMIUM_PATH=none")  # the stage has no searches, for which a browser would wait
    result: dict[str, Any] = {"well": scrapy("doctor", *SEVEN, *FAST, *no_browser)}
    for name, outlet, kind, match in (
        ("redesign", "kompas", "layout_change", "."),
        ("scripts", "kompas", "js_only", "."),
        ("gone", "cnbc_indonesia", "soft_404", "/rss$"),
        ("broken", "cnbc_indonesia", "status_500", "/rss$"),
        ("refused", "cnbc_indonesia", "status_403", "."),
        ("no_robots", "katakini", "status_503", "^/robots.txt"),
    ):
        fault(kind, match)
        result[name] = scrapy("doctor", outlet, *FAST, *no_browser)
        ask("DELETE", "/fault")
    return result


def delays() -> dict[str, Any]:
    return {"run": scrapy("crawlall", "kompas", "--since", os.environ["SINCE"], "-s", "DOWNLOAD_DELAY=0.3", "-s", "CLOSESPIDER_TIMEOUT=12")}


if __name__ == "__main__":
    sys.stdout.write(json.dumps({step: globals()[step]() for step in sys.argv[1].split(",")}))
