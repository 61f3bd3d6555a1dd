"""Removes a text from everywhere, so that it does not come back: what `scrapy forget` does.

First it is written down that the text is forgotten, so that no run stores or archives it any more; the database comes last but for exports,
because it knows what to look for. Whoever is killed in between makes the same call again.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

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
from pipelines.database.connection import connect
from pipelines.database.errors import LockHeld
from pipelines.database.locks import archive_lock, outlet_lock

_PATIENCE = 20  # seconds for a prune or a reclassification that is at the archive


def forget(given: str | None, note: str | None, outlets: Outlets, settings: Settings, console: Console) -> None:
    """Forget the text at an address, however it is written; without one, all that was ever forgotten, wherever it has come back.

    Prints what was removed, and the articles elsewhere that share the text. Raises ConfigurationError for what is no outlet's address or
    cannot be written, DatabaseUnavailable, and LockHeld where the recording of a run that is under way has still to be looked at.
    """
    url, data = prepare_database(settings), data_dir(settings)
    with connect(url) as connection, archive_lock(url, _PATIENCE), report_write_errors(data):
        if given:
            outlet, names = _names(outlets, given)
            forgotten.remember(connection, outlet, names, note)
        concerned = [outlet] if given else sorted(forgotten.hashes(connection))
        pages = forgotten.find(connection, concerned)
        needles = Needles.of((text for page in pages for text in page.texts), (address for page in pages for address in page.urls))
        marks = forgotten.hashes(connection)

        def is_forgotten(outlet: str, *names: str) -> bool:
            return any(forgotten.fingerprint(outlet, name) in marks.get(outlet, ()) for name in names)

        def leads_there(address: str) -> bool:
            found = outlets.identify(address)
            return found is not None and is_forgotten(found.outlet, found.article_id, found.url)

        limit = settings.getint("DOWNLOAD_MAXSIZE")
        answers, busy = 0, []
        for outlet in concerned if settings["ARCHIVE_DIR"] else ():
            is_removed = _remover(outlet, _identify(outlets, outlet), is_forgotten, needles, limit)
            with ExitStack() as held:
                try:
                    held.enter_context(outlet_lock(url, outlet))
                except LockHeld:
                    busy.append(outlet)
                paths = _recordings(archive_dir(settings) / outlet, with_open=outlet not in busy)
                answers += sum(remove(path, is_removed) for path in paths)
        saved = sum(delete_files(data / "doctor" / outlet, needles) for outlet in concerned)
        lines = scrub_logs([data / "logs", data / "postgres" / "server.log"], needles, leads_there)
        copies = forgotten.elsewhere(connection, pages)
        forgotten.delete(connection, pages, needles.plain)
        exported = without(data, is_forgotten, console)
    console.print(
        f"forgotten: {len(pages)} pages in the database, {answers} answers in the archive, {lines} lines of logs,"
        f" {exported} lines of exports, {saved} pages that the doctor saved",
        soft_wrap=True,
    )
    for copy in copies:
        console.print(f"still there: {copy.outlet}  {copy.headline}  {copy.url}", markup=False, soft_wrap=True)
    if busy:
        raise LockHeld(f"{', '.join(busy)} is being crawled: when that run has ended, call again for what it has recorded and logged")


def _identify(outlets: Outlets, outlet: str) -> Callable[[str], str | None]:
    """How an outlet's articles are told by their addresses; not at all where no spider knows the outlet any more."""
    return outlets.load(outlet).articles.article_id if outlet in outlets.list() else lambda _: None


def _names(outlets: Outlets, given: str) -> tuple[str, list[str]]:
    """Whose article an address is, and what it goes by. Raises ConfigurationError where no outlet has such an address."""
    address = given.strip()
    address = address if "://" in address else f"https://{address.lstrip('/')}"
    parts = urlsplit(canonicalize_url(address))
    plain = urlunsplit(("https", parts.hostname or "", *parts[2:4], ""))
    for written in (address, plain):
        if found := outlets.identify(written):
            return found.outlet, [found.article_id, found.url, written]
    owner = outlets.owner(plain)
    return owner.name, [address, plain, owner.articles.canonical(plain)]


def _recordings(folder: Path, *, with_open: bool) -> Iterable[Path]:
    """An outlet's recordings and files of years. Those that are open may be written to, unless we hold the outlet's lock."""
    return sorted([*folder.glob("*.warc.gz"), *(folder.glob(f"*.warc.gz{OPEN}") if with_open else ())])


def _remover(
    outlet: str, identify: Callable[[str], str | None], is_forgotten: Callable[..., bool], needles: Needles, limit: int
) -> Callable[[Member], bool]:
    """Whether an answer is a page that is forgotten, leads to one, or is a list that shows one. Other articles may name it."""

    def is_its(address: str) -> bool:
        return is_forgotten(outlet, address, identify(address) or address)

    def is_removed(member: Member) -> bool:
        if member.url is None:
            return False
        if is_its(member.url) or is_its(leads_to(member.url, member.record.http_headers.get_header("Location"))):
            return True
        return identify(member.url) is None and needles.are_in(decoded(member, limit))

    return is_removed
