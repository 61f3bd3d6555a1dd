"""Deletes what is old, and keeps the pages of stored articles for good: what `scrapy prune` does."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import psycopg
from scrapy.settings import BaseSettings

from crawler import clock
from crawler.article import CLOCK_SKEW
from crawler.extensions.archive import archive_dir
from crawler.extensions.warc import OPEN, move, stamp, year_file
from crawler.jobs.command import report_write_errors
from crawler.jobs.startup import data_dir, prepare_database, reading, set_clock
from crawler.outlets import Outlets
from pipelines.database.archived import stored_pages
from pipelines.database.connection import connect
from pipelines.database.errors import ConfigurationError
from pipelines.database.locks import archive_lock
from pipelines.database.runs import proven_time, prune_runs

_LONGEST = 36_500  # days: a date of before the year 1 cannot be reckoned with
_PATIENCE = 600  # seconds: the schedule of another host starts the same at the same minute
_SILENCE = timedelta(days=2)  # without anything new at any outlet a clock is not believed


def prune(outlets: Outlets, settings: BaseSettings, *, dry_run: bool) -> None:
    """Delete recordings older than ARCHIVE_DAYS, logs and runs older than RUN_DAYS, and print what.

    How old something is depends on what outlets have shown, not on this machine's clock alone. Raises ConfigurationError, for a number or a
    clock that cannot be right; DatabaseUnavailable or LockHeld.
    """
    archive_days, run_days = _days(settings, "ARCHIVE_DAYS"), _days(settings, "RUN_DAYS")
    set_clock(settings)
    url = "" if dry_run else prepare_database(settings)
    with reading(settings) if dry_run else connect(url) as connection, nullcontext() if dry_run else archive_lock(connection, _PATIENCE):
        proven, database_now = proven_time(connection)
        if proven is None:
            print("nothing is deleted before a first whole run")
            return
        _check_clock(proven, database_now)
        now = min(clock.now(), proven)
        recordings = prune_archive(connection, archive_dir(settings), now - archive_days, outlets, dry_run=dry_run)
        with report_write_errors(logs_dir := data_dir(settings) / "logs"):
            logs = prune_logs(logs_dir, now - run_days, dry_run=dry_run)
        runs = prune_runs(connection, now - run_days, dry_run=dry_run)
    would = "would be " if dry_run else ""
    print(f"{now:%Y-%m-%d %H:%M} UTC: {recordings} recordings, {logs} logs and {runs} runs {would}deleted")
    if not dry_run:
        for name in filter(None, (settings["ARCHIVE_DIR"], "logs", "doctor")):
            with report_write_errors(data_dir(settings) / name):
                make_private(data_dir(settings) / name)


def _days(settings: BaseSettings, name: str) -> timedelta:
    days = settings.getint(name)
    if not 1 <= days <= _LONGEST:
        raise ConfigurationError(f"{name} has to be a number of days from 1 to {_LONGEST}, not {settings[name]}: nothing is deleted")
    return timedelta(days=days)


def _check_clock(proven: datetime, database_now: datetime) -> None:
    """Raise ConfigurationError for a clock that is ahead of the database's, or of all that outlets have shown."""
    for latest, whose in ((database_now + CLOCK_SKEW, "the database's clock"), (proven + _SILENCE, "all that outlets have shown")):
        if clock.now() > latest:
            raise ConfigurationError(
                f"the clock says {clock.now():%Y-%m-%d %H:%M} UTC, {whose} says {latest:%Y-%m-%d %H:%M} at the latest: nothing is deleted"
            )


def prune_archive(connection: psycopg.Connection, folder: Path, before: datetime, outlets: Outlets, *, dry_run: bool = False) -> int:
    """Delete the recordings, whole or broken off, of an earlier logical clock; return how many.

    What stored articles were read from goes into the outlet's file of the year before. Raises ConfigurationError where that cannot be
    written: then the recordings stay.
    """
    limit = f"{before.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    old = [path for path in sorted(folder.glob("*/*")) if (begun := stamp(path)) and begun < limit]
    for target, group in groupby(old, key=year_file):
        recordings = list(group)
        outlet = target.parent.name
        size = sum(path.stat().st_size for path in recordings)
        is_stored = _stored(connection, outlet, recordings, outlets)
        try:
            kept = move(recordings, target, is_stored, dry_run=dry_run)
        except OSError as error:
            raise ConfigurationError(f"cannot write {error.filename or target}: {error.strerror}; its recordings stay") from None
        would = "would be " if dry_run else ""
        print(f"{outlet}: {len(recordings)} recordings ({size / 1e6:.1f} MB) {would}deleted", end="")
        print(f", {kept} answers of stored articles {would}kept in {target.name}" if kept else "")
    return len(old)


def _stored(connection: psycopg.Connection, outlet: str, recordings: list[Path], outlets: Outlets) -> Callable[[str, str], bool]:
    """Whether an answer in a recording is of an article that is stored, under whatever address it was asked for."""
    identify = outlets.load(outlet).articles.article_id if outlet in outlets.list() else lambda _: None
    pages = stored_pages(connection, outlet, [path.name.removesuffix(OPEN) for path in recordings])
    known = {name: names | {article_id for each in names if (article_id := identify(each))} for name, names in pages.items()}
    return lambda name, url: not known.get(name, set()).isdisjoint({url, identify(url)})


def prune_logs(folder: Path, before: datetime, *, dry_run: bool = False) -> int:
    """Delete the logs, rotated ones too, that nothing was written to since; return how many."""
    old = [path for path in folder.rglob("*.log*") if path.is_file() and path.stat().st_mtime < before.timestamp()]
    for path in old if not dry_run else ():
        path.unlink()
    return len(old)


def make_private(folder: Path) -> None:
    """Take from everybody else what a version before this one let them read."""
    for path in (folder, *folder.rglob("*")):
        if path.exists() and not path.is_symlink() and path.stat().st_mode & 0o077:
            path.chmod(path.stat().st_mode & 0o700)
