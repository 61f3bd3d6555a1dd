"""Reading archives: an outlet's own again (`scrapy reread`), and somebody else's (`scrapy import-warc`), beside bare iteration in one run.

    nice .venv/bin/python -m bench.archives [--pages N] [--responses N]

The own archive is the recorded day (samples/), its pages off topic as often as it takes under ids of their own: on-topic stories are tens a
day. The other one is shaped as CC-NEWS is: one response in a hundred is of an outlet of ours. CPU is that of the process and of those it
started; PostgreSQL's backend is printed apart. Where fastwarc is not installed, its line is missing and warcio reads.
"""

import argparse
import gzip
import io
import os
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from bench.storing import Databases
from crawler.extensions.archive import write_recording
from crawler.extensions.records import http_of, records
from crawler.jobs.importing import import_warc
from crawler.jobs.readers import Readers
from crawler.jobs.reread import reread
from crawler.jobs.rereader import ArchivedPage, ArchivedPages, pages_in
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets

SAMPLES = Path(__file__).parents[1] / "samples"
OUTLETS = Outlets(["crawler.spiders"])
A_RECORDING = 300  # article pages in one
DISTINCT = 300  # members of the other archive that are not ours, in turn


# --- archives


def sample_pages(outlet: type[OutletSpider]) -> Iterator[tuple[ArchivedPage | None, Response, datetime]]:
    """Yield each answer of the recorded day; of an article with what is known of it."""
    path = SAMPLES / f"{outlet.name}.warc.gz"
    pages = (
        {place.start: page for page in pages_in(path, outlet.articles, set()) for place in page.places.values()} if path.exists() else {}
    )
    for record in records(path) if path.exists() else ():
        if record.kind == "response":
            answer = http_of(record.content())
            url, date = record.header("WARC-Target-URI") or "", datetime.fromisoformat(record.header("WARC-Date") or "")
            yield pages.get(record.start), Response(url, status=answer.status, headers=answer.headers, body=answer.body), date


def renamed(outlet: type[OutletSpider], url: str, number: int) -> str | None:
    """The URL of another article; None where that cannot be made of this one."""
    article_id = outlet.articles.article_id(url) or ""
    if not (last := re.search(r"\d+(?=\D*$)", article_id)):
        return None
    digits = str((int(last[0]) + number) % 10 ** len(last[0])).zfill(len(last[0]))
    other = url.replace(article_id, article_id[: last.start()] + digits + article_id[last.end() :])
    return other if outlet.articles.article_id(other) not in {None, article_id} else None


def off_topic(settings: Settings) -> dict[str, list[Response]]:
    """The answers with a page off topic, by outlet."""
    readers, found = Readers(settings), dict[str, list[Response]]()
    for name in OUTLETS.list():
        for page, response, _ in sample_pages(outlet := OUTLETS.load(name)):
            if page and (visit := readers.read(name, [page], "bench")[0]) and not visit.is_on_topic and renamed(outlet, response.url, 1):
                found.setdefault(name, []).append(response)
    return found


def make_archive(folder: Path, pages: int, off: Mapping[str, Sequence[Response]]) -> None:
    """Archive about so many pages of all outlets that the recorded day has."""
    for name, responses in off.items():
        outlet = OUTLETS.load(name)
        day = list(sample_pages(outlet))
        write_recording(folder / name, name, "bench", ((response, date) for _, response, date in day))
        lists = [(response, date) for page, response, date in day if page is None]
        others = [(url, response) for number in range(1, 2 + pages // len(off) // len(responses)) for response in responses
                  if (url := renamed(outlet, response.url, number * 7))]  # fmt: skip
        others = others[: pages // len(off)]
        for at in range(0, len(others), A_RECORDING):
            dated = [(response.replace(url=url, body=_of_its_own(response, at + number)), day[0][2] + timedelta(seconds=2 * (at + number)))
                     for number, (url, response) in enumerate(others[at : at + A_RECORDING])]  # fmt: skip
            write_recording(folder / name, name, "bench", [*lists, *dated])


def _of_its_own(response: Response, number: int) -> bytes:
    """The body of an answer with a number in each paragraph: a crawl refuses stories that are all the same."""
    encoded = response.headers.get("Content-Encoding") == b"gzip"
    body = (gzip.decompress(response.body) if encoded else response.body).replace(b"</p>", f" {number}</p>".encode())
    return gzip.compress(body, 6) if encoded else body


def make_news(path: Path, responses: int, off: Mapping[str, Sequence[Response]]) -> None:
    """Write a file as CC-NEWS has them: a gzip member a response, one in a hundred of ours."""
    bodies = [answer.body for name in off for page, answer, _ in sample_pages(OUTLETS.load(name)) if page]
    foreign = [_member(f"https://www.example{number}.com/2026/11/20/a-story", bodies[number % len(bodies)]) for number in range(DISTINCT)]
    ours = cycle([(name, response) for name, some in off.items() for response in some])
    with path.open("wb") as file:
        for number in range(responses):
            if number % 100:
                file.write(foreign[number % DISTINCT])
                continue
            name, response = next(ours)
            url = renamed(OUTLETS.load(name), response.url, 3 + number * 11)
            file.write(_member(url or response.url, response.body))


def _member(url: str, body: bytes) -> bytes:
    with suppress(OSError, EOFError):
        body = gzip.decompress(body)
    content = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: nginx\r\n\r\n" + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-20T05:00:00Z\r\n"
    head += f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(content)}\r\n\r\n"
    return gzip.compress(head.encode() + content + b"\r\n\r\n", 6)


# --- figures


def measured(work: Callable[[], object], connection: psycopg.Connection) -> tuple[float, float]:
    """CPU seconds of some work and of the processes it starts, and of PostgreSQL meanwhile."""
    backend = connection.info.backend_pid
    before, server = _cpu(), _server_cpu(backend)
    work()
    return _cpu() - before, _server_cpu(backend) - server


def _cpu() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _server_cpu(backend: int) -> float:
    """What the server of a connection and all its processes have used, those that ended too."""
    postmaster, ticks = _stat(Path(f"/proc/{backend}/stat"))[1], 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = _stat(path)
            if int(path.parent.name) == postmaster:
                ticks += sum(fields[11:15])
            elif fields[1] == postmaster:
                ticks += sum(fields[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(path: Path) -> list[int]:
    """The fields from the state on, which is left out as 0: see proc(5)."""
    return [0, *map(int, path.read_text("utf-8").rpartition(")")[2].split()[1:])]


def bare(path: Path, limit: int) -> Iterator[tuple[str, float]]:
    """Iterate over a file with warcio and fastwarc alone; yield the responses each reads in a second of CPU."""
    from warcio.archiveiterator import ArchiveIterator

    yield "warcio", _rate(path, limit, lambda file: (record.raw_stream.read() for record in ArchiveIterator(file)))
    if find_spec("fastwarc"):
        from fastwarc import warc as fastwarc

        yield (
            "fastwarc",
            _rate(path, limit, lambda file: (record.reader.read() for record in fastwarc.ArchiveIterator(file, parse_http=True))),
        )


def _rate(path: Path, limit: int, read: Callable[[Any], Iterator[bytes]]) -> float:
    with path.open("rb") as file:
        before = time.process_time()
        count = sum(1 for _ in islice(read(file), limit))
        return count / (time.process_time() - before)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=6000, help="of the own archive, about (default: %(default)s)")
    parser.add_argument("--responses", type=int, default=100_000, help="of the other one (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        databases, quiet = Databases(folder), Console(file=io.StringIO(), width=200)
        settings = get_project_settings()
        settings.setdict({"DATA_DIR": temporary, "ARCHIVE_DIR": "archive", "CLOCK": "2026-11-25T12:00:00+07:00"})
        off = off_topic(settings)
        make_archive(folder / "archive", arguments.pages, off)
        pages = sum(len(ArchivedPages(OUTLETS.load(name), settings).latest) for name in off)
        with databases.empty() as connection:
            settings.set("DATABASE_URL", databases.url)

            def show(what: str, jobs: int) -> None:
                own, server = measured(lambda: reread([*off], OUTLETS, settings, quiet, None, jobs), connection)
                print(f"{what:44} {pages / own:8.0f} pages/s   PostgreSQL {1000 * server / pages:.2f} ms a page", flush=True)

            print(f"own archive: {pages} pages of {len(off)} outlets")
            show("reread, nothing is stored yet", 1)
            show("reread, nothing differs", 1)
            connection.execute("update verdicts set rule_version = 'older'")
            show("reread, every verdict differs", 1)
            show("reread, nothing differs, 2 jobs", 2)
            show("reread, nothing differs", 1)
        news = folder / "CC-NEWS-20261120.warc.gz"
        make_news(news, arguments.responses, off)
        with databases.empty() as connection:
            settings.set("DATABASE_URL", databases.url)
            own, server = measured(lambda: import_warc([news], OUTLETS, settings, quiet), connection)
            print(f"\n{news.name}: {arguments.responses} responses, {news.stat().st_size / 1e6:.0f} MB")
            print(f"{'import-warc':44} {arguments.responses / own:8.0f} responses/s   PostgreSQL {server:.1f} s in all", flush=True)
        for name, rate in bare(news, arguments.responses // 5):
            print(f"{name + ', bare iteration':44} {rate:8.0f} responses/s", flush=True)
        file: Any = quiet.file
        print(f"\nwhat the commands said:\n{file.getvalue()}")


if __name__ == "__main__":
    main()
