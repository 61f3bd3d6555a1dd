"""Reads the archive again by today's rules, without the network: what `scrapy reread` does.

Of each page the latest answer is read, once; earlier ones are what its earlier versions were read from, and stay as they are.
"""

import socket
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.settings import Settings

from crawler import clock
from crawler.article import Visit
from crawler.exit_codes import ExitCode
from crawler.jobs.readers import AT_ONCE, Chunk, Read, reading_processes
from crawler.jobs.rereader import ArchivedPages
from crawler.jobs.startup import load_topics, outlets_here, prepare_database, set_clock
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from pipelines.database import rereading
from pipelines.database.connection import connect, describe
from pipelines.database.errors import DatabaseUnavailable, LockHeld
from pipelines.database.locks import archive_lock, outlet_lock
from pipelines.database.rereading import End, Reading

_ROOT = Path(__file__).parents[2]
NOT_ARCHIVED = "without one of their further pages in the archive"


def reread(names: Sequence[str], outlets: Outlets, settings: Settings, console: Console, since: datetime | None, jobs: int) -> ExitCode:
    """Read the outlets' archives on this host again, or all, each outlet under its lock, and print what came of it.

    An outlet that is being crawled is left alone, and the exit code says so. Raises ConfigurationError or DatabaseUnavailable.
    """
    code = ExitCode.OK
    load_topics(settings)  # or say at once what is wrong with them
    set_clock(settings)
    chosen = outlets_here(settings, outlets, names)
    url = prepare_database(settings)
    with reading_processes(settings, jobs) as read, connect(url) as connection, archive_lock(connection):
        work = Rereading(connection, settings, console, read, since)
        for outlet in chosen:
            try:
                with outlet_lock(connection, outlet.name):
                    work.reread(outlet)
            except LockHeld as error:
                console.print(f"{error}: not read again")
                code = ExitCode.LOCKED
            except psycopg.OperationalError as error:
                raise DatabaseUnavailable(f"{describe(error)}; what was read before stays, call again for the rest") from None
            except BrokenProcessPool:
                console.print("a process that reads was killed (no memory left?); what was read before stays, call again for the rest")
                return ExitCode.DEGRADED
    return code


class Rereading:
    """Reads one archive after another, and goes on where a call before was killed."""

    def __init__(self, connection: psycopg.Connection, settings: Settings, console: Console, read: Read, since: datetime | None) -> None:
        self.connection, self.settings, self.console, self.read, self.since = connection, settings, console, read, since
        self.host, self.rules = socket.gethostname(), _rules(settings)

    def reread(self, outlet: type[OutletSpider]) -> None:
        """Read an outlet's archive, and print what came of its pages and whose archives were not seen."""
        archive, name = ArchivedPages(outlet, self.settings), outlet.name
        pages = archive.in_order(self.since)
        chunks = [pages[at : at + AT_ONCE] for at in range(0, len(pages), AT_ONCE)]
        reading = Reading(outlet=name, host=self.host, rules=self.rules, since=self.since)
        if position := reading.begin(self.connection):
            chunks = [chunk for chunk in chunks if chunk[-1].position > position]
            self.console.print(f"{name}: {len(pages) - sum(map(len, chunks))} pages were read by a call that was stopped", soft_wrap=True)
        if pages:
            rereading.introduce(self.connection, name, outlet.title, outlet.home)
        ends = Counter[str]()
        for chunk, visits in self._shown(name, chunks):
            with self.connection.transaction():
                ends.update(self.write(name, visits, archive.recordings))
                reading.go_on(self.connection, chunk[-1].position)
        reading.end(self.connection)
        print_ends(self.console, name, ends)
        for host, count in rereading.archives_not_seen(self.connection, name, archive.recordings, self.since).items():
            where = f"in the archive of {host or 'a host not known'}: not read" if host != self.host else "no longer in the archive"
            self.console.print(f"{name}: {count} pages are {where}", soft_wrap=True)

    def write(self, outlet: str, visits: Sequence[Visit | None], recordings: Collection[str]) -> list[str]:
        """Write down what some pages have become, in a transaction; return what each came to."""
        found = [visit for visit in visits if visit]
        ends = rereading.write_what_differs(self.connection, outlet, found, recordings, clock.now())
        return [*ends, *[NOT_ARCHIVED] * (len(visits) - len(found))]

    def _shown(self, outlet: str, chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, list[Visit | None]]]:
        """Read chunks, with a progress bar."""
        bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*bar, console=self.console, transient=True, disable=not self.console.is_terminal) as progress:
            task = progress.add_task(outlet, total=sum(map(len, chunks)))
            for chunk, visits in self.read(outlet, chunks, "reread", rereading.with_text(self.connection, outlet)):
                yield chunk, visits
                progress.advance(task, len(chunk))


def print_ends(console: Console, name: str, ends: Counter[str], *others: str) -> None:
    """Print what some pages came to; ``others``: what else they may have come to."""
    said = ", ".join(f"{ends[end]} {end}" for end in (*End, NOT_ARCHIVED, *others) if ends[end])
    console.print(f"{name}: {ends.total()} pages{': ' if said else ''}{said}", soft_wrap=True)


def _rules(settings: Settings) -> str:
    """What pages are read by: a hash of the code and the topics."""
    files = [*_ROOT.glob("crawler/**/*.py"), *_ROOT.glob("pipelines/**/*.py"), *map(Path, settings.getlist("TOPIC"))]
    return sha256(b"\0".join(path.read_bytes() for path in sorted(files))).hexdigest()
