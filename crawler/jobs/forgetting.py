"""Removes a text from everywhere, so that it does not come back: what `scrapy forget` does.

First it is written down that the text is forgotten, so that no run stores or archives it any more; the database comes last but for exports,
because it knows what to look for. Whoever is killed in between makes the same call again.
"""

from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import urlsplit, urlunsplit

import psycopg
from rich.console import Console
from scrapy.settings import Settings
from w3lib.url import canonicalize_url

from crawler.extensions.archive import archive_dir
from crawler.extensions.warc import OPEN, Member, decoded, leads_to, remove
from crawler.jobs.command import report_write_errors
from crawler.jobs.exports import without
from crawler.jobs.scrubbing import Needles, delete_files, scrub_logs
from crawler.jobs.startup import data_dir, prepare_database
from crawler.outlets import Outlets
from pipelines.database import forgotten
from pipelines.database.connection import connect, describe
from pipelines.database.errors import ConfigurationError, DatabaseUnavailable, LockHeld
from pipelines.database.locks import archive_lock, outlet_lock

_PATIENCE = 20  # seconds for a prune or a reclassification that is at the archive


def forget(given: str | None, note: str | None, outlets: Outlets, settings: Settings, console: Console) -> None:
    """Forget the text at an address, however it is written; without one, all that was ever forgotten, wherever it has come back.

    Prints what was removed, and the articles elsewhere that share the text. Raises ConfigurationError for what is no outlet's address or
    cannot be written, DatabaseUnavailable, and LockHeld where the recording of a run that is under way has still to be looked at.
    """
    url = prepare_database(settings)
    try:
        with connect(url) as connection, archive_lock(connection, _PATIENCE), report_write_errors(data_dir(settings)):
            work = _Forgetting(connection, outlets, settings)
            work.forget(given, note, console)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"{describe(error)}; not all is done: call again") from None
    if work.busy:
        raise LockHeld(f"{', '.join(work.busy)} is being crawled: when that run has ended, call again for what it has recorded and logged")


class _Forgetting:
    def __init__(self, connection: psycopg.Connection, outlets: Outlets, settings: Settings) -> None:
        self.connection, self.outlets, self.settings = connection, outlets, settings
        self.busy: list[str] = []  # outlets that are being crawled

    def forget(self, given: str | None, note: str | None, console: Console) -> None:
        """Write down what is forgotten, and remove it place by place."""
        connection, data = self.connection, data_dir(self.settings)
        if given is not None:
            outlet, names = _names(self.outlets, given)
            forgotten.remember(connection, outlet, names, note)
        concerned = [outlet] if given is not None else sorted(forgotten.hashes(connection))
        pages = forgotten.find(connection, concerned)
        self.marks = forgotten.hashes(connection)
        self.needles = Needles.of([text for page in pages for text in page.texts], (address for page in pages for address in page.urls))
        answers = sum(map(self._clean_archive, concerned if self.settings["ARCHIVE_DIR"] else ()))
        saved = sum(delete_files(data / "doctor" / outlet, self.needles) for outlet in concerned)
        lines = scrub_logs([data / "logs", data / "postgres" / "server.log"], self.needles, self._leads_there)
        copies = forgotten.elsewhere(connection, pages)
        forgotten.delete(connection, pages, self.needles.plain)
        exported = without(data, self._is_forgotten, console)
        console.print(
            f"forgotten: {len(pages)} pages in the database, {answers} answers in the archive, {lines} lines of logs,"
            f" {exported} lines of exports, {saved} pages that the doctor saved",
            soft_wrap=True,
        )
        for copy in copies:
            console.print(f"still there: {copy.outlet}  {copy.headline}  {copy.url}", markup=False, soft_wrap=True)

    def _is_forgotten(self, outlet: str, *names: str) -> bool:
        return any(forgotten.fingerprint(outlet, name) in self.marks.get(outlet, ()) for name in names)

    def _leads_there(self, address: str) -> bool:
        found = self.outlets.identify(address)
        return found is not None and self._is_forgotten(found.outlet, found.article_id, found.url)

    def _clean_archive(self, outlet: str) -> int:
        """Remove it from an outlet's recordings and years; of a run that is under way the recording is left for later."""
        folder, is_removed = archive_dir(self.settings) / outlet, self._remover(outlet)
        with ExitStack() as held:
            paths = [*folder.glob("*.warc.gz")]
            try:
                held.enter_context(outlet_lock(self.connection, outlet))
                paths += folder.glob(f"*.warc.gz{OPEN}")  # then they are of runs that were killed
            except LockHeld:
                self.busy.append(outlet)
            return sum(remove(path, is_removed) for path in sorted(paths))

    def _remover(self, outlet: str) -> Callable[[Member], bool]:
        """Whether an answer is a page that is forgotten, leads to one, or is a list that shows one. Other articles may name it."""
        # not at all where no spider knows the outlet any more
        identify = self.outlets.load(outlet).articles.article_id if outlet in self.outlets.list() else lambda _: None
        limit = self.settings.getint("DOWNLOAD_MAXSIZE")

        def is_its(address: str) -> bool:
            return self._is_forgotten(outlet, address, identify(address) or address)

        def is_removed(member: Member) -> bool:
            if member.url is None:
                return False
            if is_its(member.url) or is_its(leads_to(member.url, member.header("Location"))):
                return True
            return identify(member.url) is None and self.needles.name(decoded(member, limit))

        return is_removed


def _names(outlets: Outlets, given: str) -> tuple[str, list[str]]:
    """Whose article an address is, and what it goes by. Raises ConfigurationError where no outlet has such an address."""
    address = given.strip()
    address = address if "://" in address else f"https://{address.lstrip('/')}"
    try:
        parts = urlsplit(canonicalize_url(address))
        plain = urlunsplit(("https", parts.hostname or "", *parts[2:4], ""))
    except ValueError as error:
        raise ConfigurationError(f"{given} is no address: {error}") from None
    for written in (address, plain):
        if found := outlets.identify(written):
            return found.outlet, [found.article_id, found.url, written]
    owner = outlets.owner(plain)
    return owner.name, [address, plain, owner.articles.canonical(plain)]
