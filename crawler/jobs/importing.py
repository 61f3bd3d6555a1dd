"""Reads WARC files that somebody else made, for pages of our outlets: what `scrapy import-warc` does.

What is of use is copied into recordings of our own, which are kept, read again and cleaned as those of a crawl, and read from there.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import psycopg
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.http import Response
from scrapy.settings import Settings

from crawler import clock
from crawler.exit_codes import ExitCode
from crawler.extensions.archive import archive_dir, write_recording
from crawler.extensions.noarchive import forbids_archiving
from crawler.extensions.records import Record, http_of, record_at, records
from crawler.jobs.command import report_write_errors
from crawler.jobs.readers import Readers
from crawler.jobs.reread import AT_ONCE, NOT_ARCHIVED, print_ends
from crawler.jobs.rereader import ArchivedPage, Place, Places, page_of, place_of
from crawler.jobs.startup import load_topics, prepare_database, set_clock
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from pipelines.database import forgotten, rereading
from pipelines.database.connection import connect, describe
from pipelines.database.errors import ConfigurationError, DatabaseUnavailable, LockHeld
from pipelines.database.locks import archive_lock, outlet_lock

_KNOWN, _REVISIT, _BROKEN = "known as of then or later", "revisits, which hold no page", "broken"


def import_warc(files: Sequence[Path], outlets: Outlets, settings: Settings, console: Console) -> ExitCode:
    """Read the pages of our outlets in some WARC files, each outlet's under its lock, and print what came of them.

    An outlet that is being crawled is left alone, and the exit code says so. Raises ConfigurationError or DatabaseUnavailable.
    """
    if missing := [str(path) for path in files if not path.is_file()]:
        raise ConfigurationError(f"there is no file {', '.join(missing)}")
    load_topics(settings)  # or say at once what is wrong with them
    set_clock(settings)
    url = prepare_database(settings)
    code = ExitCode.OK
    with connect(url) as connection, archive_lock(connection), report_write_errors(archive_dir(settings)):
        work = _Importing(connection, outlets, settings, console)
        for path in files:
            for outlet, pages in work.find(path).items():
                try:
                    with outlet_lock(connection, outlet):
                        work.take_in(outlets.load(outlet), path.name, pages)
                except LockHeld as error:
                    console.print(f"{error}: nothing of {path.name} is imported")
                    code = ExitCode.LOCKED
                except psycopg.OperationalError as error:
                    raise DatabaseUnavailable(f"{describe(error)}; what was imported before stays, call again for the rest") from None
    return code


class _Importing:
    def __init__(self, connection: psycopg.Connection, outlets: Outlets, settings: Settings, console: Console) -> None:
        self.connection, self.outlets, self.settings, self.console = connection, outlets, settings, console
        self._readers = Readers(settings)
        domains = sorted({domain for name in outlets.list() for domain in outlets.load(name).allowed_domains})
        # of a hundred records one is of ours: the others cost no more than this
        self._is_ours = re.compile(rf"https?://(?:[^/?#]*[.@])?(?:{'|'.join(map(re.escape, domains))})[:/?]", re.IGNORECASE).match

    def find(self, path: Path) -> dict[str, list[ArchivedPage]]:
        """Return the articles of our outlets in a file, by outlet; of each the latest answers."""
        found: defaultdict[tuple[str, str], Places] = defaultdict(dict)
        counts, broken = Counter[str](), Counter[Path]()
        for record in self._shown(path, broken):
            counts["records"] += 1
            url = (record.header("WARC-Target-URI") or "").strip("<>")
            if record.kind not in {"response", "revisit"} or not self._is_ours(url) or not (article := self.outlets.identify(url)):
                continue
            if record.kind == "revisit":
                counts[_REVISIT] += 1
                continue
            try:
                place = place_of(path, record)
            except ValueError:
                broken[path] += 1
                continue
            places = found[article.outlet, article.article_id]
            places[url, False] = max(place, places.get((url, False), place), key=_use)
        pages = defaultdict(list)
        for (outlet, article_id), places in found.items():
            if page := page_of(article_id, path.name, places, self.outlets.load(outlet).articles):
                pages[outlet].append(page)
        counts |= {_BROKEN: broken[path]}
        said = "".join(f", {counts[what]} {what}" for what in (_REVISIT, _BROKEN) if counts[what])
        self.console.print(
            f"{path.name}: {counts['records']} records, {sum(map(len, pages.values()))} pages of our outlets{said}", soft_wrap=True
        )
        return pages

    def _shown(self, path: Path, broken: Counter[Path]) -> Iterator[Record]:
        """Yield the records of a file, with a progress bar."""
        bar = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        with Progress(*bar, console=self.console, transient=True, disable=not self.console.is_terminal) as progress:
            task = progress.add_task(path.name, total=path.stat().st_size)
            for record in records(path, broken):
                progress.update(task, completed=record.start)
                yield record

    def take_in(self, outlet: type[OutletSpider], source: str, pages: Sequence[ArchivedPage]) -> None:
        """Archive and store an outlet's pages that nobody here has visited since, and that are not forgotten."""
        rereading.introduce(self.connection, outlet.name, outlet.title, outlet.home)
        visited = rereading.last_visits(self.connection, outlet.name, [page.article_id for page in pages])
        kept_out = forgotten.among(self.connection, outlet.name, [name for page in pages for name in self._names(outlet, page)])
        ends = Counter[str]()
        new = []
        for page in pages:
            if not kept_out.isdisjoint(self._names(outlet, page)):
                ends[rereading.End.FORGOTTEN] += 1
            elif page.article_id in visited and visited[page.article_id] >= page.date:
                ends[_KNOWN] += 1
            else:
                new.append(page)
        archived = set[str]()
        recording = self._archive(outlet.name, source, new, archived)
        for chunk in (new[at : at + AT_ONCE] for at in range(0, len(new), AT_ONCE)):
            visits = [visit for visit in self._readers.read(outlet.name, chunk, "import") if visit]
            for visit in visits:
                visit.imported_from, visit.archive_file = source, recording if visit.article_id in archived else None
            with self.connection.transaction():
                ends.update(rereading.write_what_is_new(self.connection, visits, clock.now()))
            ends[NOT_ARCHIVED] += len(chunk) - len(visits)
        print_ends(self.console, outlet.name, ends, _KNOWN)

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


def _use(place: Place) -> tuple[bool, datetime]:
    """Of two answers at an address the one of more use is greater."""
    return place.status == 200, place.date
