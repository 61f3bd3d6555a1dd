"""Takes in what others fetched: pages of our outlets in WARC files (`scrapy import-warc`), or as deploy/spark read them (`import-visits`).

What is of use in a WARC file is copied into recordings of our own, which are kept, read again and cleaned as those of a crawl. Visits that
were read elsewhere bring no answers: what is archived of them is the file that they name.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

import psycopg
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.http import Response
from scrapy.settings import Settings

from crawler import clock
from crawler.article import Outcome, Visit
from crawler.exit_codes import ExitCode
from crawler.extensions.archive import archive_dir, write_recording
from crawler.extensions.noarchive import forbids_archiving
from crawler.extensions.records import http_of, record_at
from crawler.jobs import rows
from crawler.jobs.command import report_write_errors
from crawler.jobs.readers import AT_ONCE
from crawler.jobs.reread import NOT_ARCHIVED, print_ends
from crawler.jobs.rereader import ArchivedPage, Place
from crawler.jobs.startup import load_topics, prepare_database, set_clock
from crawler.jobs.warc_reader import WarcReader
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from pipelines.database import forgotten, parquet, rereading
from pipelines.database.connection import connect, describe
from pipelines.database.errors import ConfigurationError, DatabaseUnavailable, LockHeld
from pipelines.database.locks import archive_lock, outlet_lock
from pipelines.topic import Topics

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
    with connect(url) as connection, archive_lock(connection), report_write_errors(archive_dir(settings)):
        store, reader = _Store(connection, console), WarcReader(outlets, settings)
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
                if ends := store.under_lock(outlet, path.name, partial(work.take_in, outlet, path.name, its_pages)):
                    print_ends(console, name, ends, _KNOWN)
    return store.code


def import_visits(paths: Sequence[Path], outlets: Outlets, settings: Settings, console: Console) -> ExitCode:
    """Store visits that were read elsewhere, from Parquet files or folders of some, and print what came of them; the rest as above."""
    files = [file for path in paths for file in _parquet_files(path)]
    topics = load_topics(settings)
    set_clock(settings)
    url = prepare_database(settings)
    ends = defaultdict[str, Counter[str]](Counter)
    with connect(url) as connection, _progress(console, "visits", len(files)) as progress:
        store = _Store(connection, console)
        for number, file in enumerate(files):
            for (source, name), visits in groupby(_visits(file), attrgetter("imported_from", "outlet")):
                (outlet,) = outlets.named([name])
                ends[name] += store.under_lock(outlet, source, partial(_take_in, store, topics, name, visits))
            progress(number + 1)
    for name in sorted(filter(ends.get, ends)):
        print_ends(console, name, ends[name], _KNOWN)
    return store.code


def _parquet_files(path: Path) -> list[Path]:
    """Return a file, or a folder's files in the order in which Spark numbers them. Raises ConfigurationError."""
    if not path.is_dir():
        return [path]
    if not (path / "_SUCCESS").exists():  # Spark's word for a whole one
        raise ConfigurationError(f"{path} has no _SUCCESS: the job that writes it has not ended")
    return sorted(path.glob("*.parquet"))


def _visits(file: Path) -> Iterator[Visit]:
    try:
        yield from map(rows.unpack, parquet.rows(file))
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{file} holds no visits as this version reads them: {error!r}") from None


def _take_in(store: "_Store", topics: Topics, outlet: str, visits: Iterator[Visit]) -> Counter[str]:
    """Store an outlet's visits to pages that nobody here has visited since; return what came of them."""
    ends = Counter[str]()
    while some := list(islice(visits, AT_ONCE)):
        known = store.known(outlet, {visit.article_id: visit.fetched_at for visit in some})
        new = [visit for visit in some if visit.article_id not in known]
        for visit in new:
            _classify(visit, topics)
        ends.update(store.write(new))
        ends[_KNOWN] += len(some) - len(new)
    return ends


def _classify(visit: Visit, topics: Topics) -> None:
    """Let today's topics of this machine count where those of the other one were not the same."""
    rules = {topic.name: topic.definition.version for topic in topics}
    if visit.article and visit.outcome is Outcome.ARTICLE and {each.topic: each.rule_version for each in visit.verdicts.values()} != rules:
        visit.verdicts = topics.classify(visit.article.headline, visit.article.body)


@contextmanager
def _progress(console: Console, name: str, total: int) -> Iterator[Callable[[int], None]]:
    bar = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=total)
        yield lambda completed: progress.update(task, completed=completed)


class _Store:
    """The database, as far as it takes visits that are not of its own crawls. ``code``: how it ends."""

    def __init__(self, connection: psycopg.Connection, console: Console) -> None:
        self.connection, self.console, self.code = connection, console, ExitCode.OK

    def under_lock(self, outlet: type[OutletSpider], source: str, work: Callable[[], Counter[str]]) -> Counter[str]:
        """Do what stores something of an outlet; return what came of it. While the outlet is being crawled, say so and do nothing."""
        try:
            with outlet_lock(self.connection, outlet.name):
                rereading.introduce(self.connection, outlet.name, outlet.title, outlet.home)
                return work()
        except LockHeld as error:
            self.console.print(f"{error}: nothing of {source} is imported")
            self.code = ExitCode.LOCKED
            return Counter()
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
