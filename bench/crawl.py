"""CPU of a crawl of the stage's seven outlets, a page, beside bare Scrapy's over the same addresses, in one run.

python -m bench.crawl [DAYS] [SEED]      (root, Linux, beside the stage; some 340 pages, 2 minutes)

Of each: (a crawl - a second one with nothing new) / answers with 200, children included, into an empty database: the median of seven
rounds, in each of which all take their turn. Bare Scrapy reads the links of every page; `trafilatura` is Scrapy with that in the callback,
where it is installed. What PostgreSQL spends is printed apart.
"""

import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from pipelines.database import embedded
from tests.stage.drill import SEVEN, ask
from tests.stage.stage import Stage

ROUNDS = 7
OURS = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "--jobs", "1")
THEIRS = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "LOG_LEVEL": "WARNING"}
_SPIDER = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess
{imports}

class Spider(scrapy.Spider):
    name = "bare"
    start_urls = json.load(open(sys.argv[1]))

    def parse(self, response):
        if isinstance(response, scrapy.http.HtmlResponse):
            {read}

process = CrawlerProcess({settings!r})
process.crawl(Spider)
process.start()
"""
PEERS = {
    "bare Scrapy, links read": ("", "[response.urljoin(link) for link in response.css('a::attr(href)').getall()]"),
    "Scrapy with trafilatura": ("import trafilatura", "trafilatura.bare_extraction(response.text, url=response.url)"),
}


def seconds_of(command: Sequence[str]) -> float:
    """CPU seconds of a command and all that it started and waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def seconds_of_postgresql(folder: Path) -> float:
    """CPU seconds that the embedded server has spent so far, those of its processes that have ended included."""
    postmaster = (folder / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0]
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = stat.read_text().rpartition(")")[2].split()
        if stat.parent.name == postmaster:
            ticks += sum(map(int, fields[11:15]))  # with its children that have ended
        elif fields[1] == postmaster:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def inside() -> dict[str, Any]:
    """Crawl in the stage's namespace, ours and theirs by turns; return the pages and, by name, the CPU seconds of both crawls a round."""
    folder = Path(os.environ["DATA_DIR"])
    crawl = [sys.executable, "-m", "scrapy", "crawlall", *SEVEN, "--since", os.environ["SINCE"], *OURS]
    peers = {name: code for name, code in PEERS.items() if not (module := code[0].rpartition(" ")[2]) or importlib.util.find_spec(module)}
    spider, given = folder / "peer.py", folder / "urls.json"
    rounds, pages = defaultdict[str, list[tuple[float, float]]](list), 0
    try:
        for number in range(ROUNDS):
            os.environ["DATABASE_URL"] = embedded.start(folder, f"round{number}")
            subprocess.run([sys.executable, "-m", "scrapy", "migrate"], check=True, stdout=subprocess.DEVNULL)
            ask("DELETE", "/requests")
            spent, crawls = [seconds_of_postgresql(folder)], []
            for _ in range(2):
                crawls.append(seconds_of(crawl))
                spent.append(seconds_of_postgresql(folder))
                if len(crawls) == 1:
                    answered = [each for each in ask("GET", "/requests") if each["status"] == 200 and each["scheme"] == "https"]
            rounds["Poros"].append((crawls[0], crawls[1]))
            rounds["PostgreSQL, of Poros"].append((spent[1] - spent[0], spent[2] - spent[1]))
            pages = len(answered)
            for name, (imports, read) in peers.items():
                spider.write_text(_SPIDER.format(imports=imports, read=read, settings=THEIRS))
                crawls = []
                for urls in ([f"https://{each['host']}{each['path']}" for each in answered], []):
                    given.write_text(json.dumps(urls))
                    crawls.append(seconds_of([sys.executable, str(spider), str(given)]))
                rounds[name].append((crawls[0], crawls[1]))
    finally:
        embedded.stop(folder)
    return {"pages": pages, "rounds": rounds}


def main() -> None:
    """Build a world, measure in it, print."""
    given = [*map(int, sys.argv[1:])]
    days, seed = (*given, *(6, 11)[len(given) :])
    with tempfile.TemporaryDirectory() as name:
        stage = Stage(Path(name), days=days, seed=seed, a_day=40)
        result = stage.drill("inside", str(Path(__file__).resolve()))
    first, second = map(median, zip(*result["rounds"]["Poros"], strict=True))
    print(f"{result['pages']} answers with 200; two crawls of Poros: {first:.1f} and {second:.1f} s of CPU")
    seconds = {name: [(first - second) / result["pages"] for first, second in rounds] for name, rounds in result["rounds"].items()}
    bare = seconds["bare Scrapy, links read"]
    for name, each in seconds.items():
        ratio = median(ours / theirs for ours, theirs in zip(each, bare, strict=True))
        print(f"{name:26} {1000 * median(each):6.2f} ms a page   {ratio:5.2f} x bare")


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        print(json.dumps({"inside": inside()}))
    else:
        main()
