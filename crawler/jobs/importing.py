"""Takes in what others fetched: pages of our outlets in WARC files (`scrapy import-warc`), and visits that were read elsewhere.

What is of use in a WARC file is copied into recordings of our own, which are kept, read again and cleaned as those of a crawl.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import psycopg
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.http import Response
from scrapy.settings import Settings

from crawler import clock
from crawler.article import Visit
from crawler.exit_codes import ExitCode
from crawler.extensions.archive import archive_dir, write_recording
from crawler.extensions.noarchive import forbids_archiving
from crawler.extensions.records import http_of, record_at
from crawler.jobs.command import report_write_errors
from crawler.jobs.reread import NOT_ARCHIVED, print_ends
from crawler.jobs.rereader import ArchivedPage, Place
from crawler.jobs.startup import load_topics, prepare_database, set_clock
from crawler.jobs.warc_reader import WarcReader
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from pipelines.database import forgotten, rereading
from pipelines.database.connection import connect, describe
from pipelines.database.errors import ConfigurationError, DatabaseUnavailable, LockHeld
from pipelines.database.locks import archive_lock, outlet_lock

_KNOWN = "known as of then or later"


def import_warc(files: Sequence[Path], outlets: Outlets, settings: Settings, console: Console) -> ExitCode:
    """Read the pages of our outlets in some WARC files, each outlet's under its lock, and print what came of them.

    An outlet that is being crawled is left alone, and the exit code says so. Raises ConfigurationError or DatabaseUnavailable.
    """
    if missing := [str(path) for path in files if not path.is_file()]:
        raise ConfigurationError(f"there is no file {', '.join(missing)}")
    load_topics(settings)  # or say at once what is wrong with them
    set_clock(settings)
    url = prepare_database(settings)
    with connect(url) as connection, archive_lock(url), report_write_errors(archive_dir(settings)):
        store, reader = _Store(url, connection, console), WarcReader(outlets, settings)
        work = _Copying(store, reader, settings)
        for path in files:
            with _progress(console, path.name, path.stat().st_size) as progress:
                found = reader.find(path, progress)
            counts = {"revisits, which hold no page": found.revisits, "broken": found.broken}
            said = "".join(f", {count} {what}" for what, count in counts.items() if count)
            pages = sum(map(len, found.pages.values()))
            console.print(f"{path.name}: {found.records} records, {pages} pages of our outlets{said}", soft_wrap=True)
            for name, its_pages in found.pages.items():
                outlet = outlets.load(name)
                store.under_lock(outlet, path.name, partial(work.take_in, outlet, path.name, its_pages))
    return store.code


@contextmanager
def _progress(console: Console, name: str, total: int) -> Iterator[Callable[[int], None]]:
    bar = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=total)
        yield lambda completed: progress.update(task, completed=completed)


class _Store:
    """The database, as far as it takes visits that are not of its own crawls. ``code``: how it ends."""

    def __init__(self, url: str, connection: psycopg.Connection, console: Console) -> None:
        self.url, self.connection, self.console, self.code = url, connection, console, ExitCode.OK

    def under_lock(self, outlet: type[OutletSpider], source: str, work: Callable[[], Counter[str]]) -> None:
        """Do what stores something of an outlet, and print what came of it; not while the outlet is being crawled."""
        try:
            with outlet_lock(self.url, outlet.name):
                rereading.introduce(self.connection, outlet.name, outlet.title, outlet.home)
                print_ends(self.console, outlet.name, work(), _KNOWN)
        except LockHeld as error:
            self.console.print(f"{error}: nothing of {source} is imported")
            self.code = ExitCode.LOCKED
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(f"{describe(error)}; what was imported before stays, call again for the rest") from None

    def known(self, outlet: str, found: Mapping[str, datetime]) -> set[str]:
        """Return which of some articles, by id when they were fetched, were visited then or later."""
        visited = rereading.last_visits(self.connection, outlet, found)
        return {article_id for article_id, at in visited.items() if at >= found[article_id]}

    def write(self, visits: Sequence[Visit]) -> list[rereading.End]:
        """Write visits down that are not known; return what each came to."""
        with self.connection.transaction():
            return rereading.write_what_is_new(self.connection, visits, clock.now())


class _Copying:
    """Stores the pages of WARC files, and archives their answers."""

    def __init__(self, store: _Store, reader: WarcReader, settings: Settings) -> None:
        self.store, self.reader, self.settings = store, reader, settings

    def take_in(self, outlet: type[OutletSpider], source: str, pages: Sequence[ArchivedPage]) -> Counter[str]:
        """Archive and store an outlet's pages that nobody here has visited since, and that are not forgotten; return what came of them."""
        known = self.store.known(outlet.name, {page.article_id: page.date for page in pages})
        kept_out = forgotten.among(self.store.connection, outlet.name, [name for page in pages for name in self._names(outlet, page)])
        ends = Counter[str]()
        new = []
        for page in pages:
            if not kept_out.isdisjoint(self._names(outlet, page)):
                ends[rereading.End.FORGOTTEN] += 1
            elif page.article_id in known:
                ends[_KNOWN] += 1
            else:
                new.append(page)
        archived = set[str]()
        recording = self._archive(outlet.name, source, new, archived)
        for visits in self.reader.visits(outlet.name, new):
            read = [visit for visit in visits if visit]
            for visit in read:
                if visit.article_id in archived:
                    visit.archive_file = recording
            ends.update(self.store.write(read))
            ends[NOT_ARCHIVED] += len(visits) - len(read)
        return ends

    def _names(self, outlet: type[OutletSpider], page: ArchivedPage) -> set[str]:
        """What the page may be forgotten by."""
        return {page.article_id, outlet.articles.canonical(page.url), *(url for url, _ in page.places)}

    def _archive(self, outlet: str, source: str, pages: Sequence[ArchivedPage], archived: set[str]) -> str | None:
        """Copy the pages' answers into a recording and return its name; not those that ask for noarchive. Note whose are ``archived``."""
        token, limit = self.settings["ROBOTSTXT_USER_AGENT"], self.settings.getint("DOWNLOAD_MAXSIZE")

        def answers() -> Iterator[tuple[Response, datetime]]:
            for page in pages:
                found = [(_answer(url, place), place.date) for (url, _), place in page.places.items()]
                if not any(forbids_archiving(response, token, limit) for response, _ in found):
                    archived.add(page.article_id)
                    yield from found

        if not pages or not self.settings["ARCHIVE_DIR"]:
            return None
        return write_recording(archive_dir(self.settings) / outlet, outlet, source, answers())


def _answer(url: str, place: Place) -> Response:
    with place.path.open("rb") as file:
        answer = http_of(record_at(file, place.start).content())
    headers = [(name.title(), value) for name, value in answer.headers if name != b"transfer-encoding"]
    return Response(url, status=place.status, headers=headers, body=answer.body)
