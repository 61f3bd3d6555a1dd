"""What a start costs, beside bare Scrapy's: CPU seconds of the process, user and system, the least of several turns each.

    .venv/bin/python -m bench.start [TURNS]

Bare Scrapy is ``scrapy runspider`` of a spider that asks for nothing, without a project. A run with nothing new is ``scrapy crawl kompas``
on a replay of the sample's lists alone, after the whole sample was stored: all lists are read, all articles are known.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from crawler.jobs.tables import plain_table
from crawler.outlets import Outlets
from pipelines.database import embedded
from pipelines.database.connection import connect
from pipelines.database.locks import outlet_lock
from pipelines.database.migrate import migrate

ROOT = Path(__file__).parents[1]
OUTLET = "kompas"
STARTS = 20
SPIDER = """
import scrapy

class Idle(scrapy.Spider):
    name = "idle"

    async def start(self):
        return
        yield
"""


def start(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> int:
    """Start ``scrapy`` in a folder; return its process id."""
    actions = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    command = [sys.executable, "-c", f"import os; os.chdir({str(folder)!r}); from scrapy.cmdline import execute; execute()", *arguments]
    return os.posix_spawn(sys.executable, command, {**os.environ, **environment}, file_actions=actions)


def cost(pid: int) -> tuple[float, int]:
    """Wait for a process; return its CPU seconds and its exit code."""
    _, status, usage = os.wait4(pid, 0)
    return usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status)


def record_lists(sample: Path, recording: Path) -> None:
    """Copy what a recording holds besides articles."""
    outlets = Outlets(["crawler.spiders"])
    with sample.open("rb") as source, recording.open("wb") as target:
        writer = WARCWriter(target, gzip=True)
        for record in ArchiveIterator(source):
            if not outlets.identify(record.rec_headers.get_header("WARC-Target-URI") or ""):
                writer.write_record(record)


def main(turns: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            measure(folder, turns, Console(width=100, highlight=False))
        finally:
            embedded.stop(folder)


def measure(folder: Path, turns: int, console: Console) -> None:
    """Set a database up, start each kind of process in turn, and print what they cost."""
    (folder / "idle.py").write_text(SPIDER)
    (sample,) = ROOT.glob(f"samples/{OUTLET}.*warc.gz")
    record_lists(sample, folder / "lists.warc.gz")
    url = embedded.start(folder, "poros")
    migrate(url)
    environment = {"DATABASE_URL": url, "DATA_DIR": str(folder), "CLOCK": ""}
    crawl = ("crawl", OUTLET, "-s", f"ARCHIVE_REPLAY={folder / 'lists.warc.gz'}")

    def expect(code: int, arguments: Sequence[str], where: Path = ROOT) -> float:
        seconds, ended = cost(start(arguments, where, environment))
        if ended != code:
            raise SystemExit(f"scrapy {' '.join(arguments)} ended with exit code {ended}, not {code}")
        return seconds

    def lose() -> float:
        with connect(url) as connection, outlet_lock(connection, OUTLET):
            return expect(75, crawl)

    expect(0, ("crawl", OUTLET, "-s", f"ARCHIVE_REPLAY={sample}"))
    kinds: dict[str, Callable[[], float]] = {
        "bare Scrapy": lambda: expect(0, ("runspider", "idle.py"), folder),
        "a run with nothing new": lambda: expect(0, crawl),
        "a run that finds the lock taken": lose,
    }
    costs: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(turns):
        for kind, run in kinds.items():
            costs[kind].append(run())
    bare = min(costs["bare Scrapy"])
    table = plain_table("start", "CPU s", "x bare", right=("CPU s", "x bare"))
    for kind, seconds in costs.items():
        table.add_row(kind, f"{min(seconds):.2f}", f"{min(seconds) / bare:.2f}")
    console.print(table)
    with connect(url) as connection:
        count = "select count(*) from crawl_runs"
        (before,) = connection.execute(count).fetchone() or (0,)
        pids = [start(crawl, ROOT, environment) for _ in range(STARTS)]
        codes = Counter(cost(pid)[1] for pid in pids)
        (after,) = connection.execute(count).fetchone() or (0,)
    ended = ", ".join(f"{number} with exit code {code}" for code, number in sorted(codes.items()))
    console.print(f"{STARTS} starts at once ended: {ended}; new lines in the ledger: {after - before}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
