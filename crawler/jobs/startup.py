"""What every command does first, when its settings are checked: set the clock, find the database, bring its schema up to date."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.settings import BaseSettings

from crawler import clock
from crawler.article import OLDEST
from crawler.extensions.archive import recording_info
from crawler.jobs.configuration import say
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from pipelines.database.errors import ConfigurationError

if TYPE_CHECKING:
    import psycopg

    from pipelines.topic import Topics

DATABASE = "poros"
DEMO_DATABASE = "demo"  # beside the real one, so that invented stories never reach an analyst
DEMO = "the demo's, whose stories are invented"


def data_dir(settings: BaseSettings) -> Path:
    """Return the folder for everything that is kept outside the database."""
    return Path(settings["DATA_DIR"]).resolve()


def outlets_here(settings: BaseSettings, outlets: Outlets, names: Sequence[str] = ()) -> list[type[OutletSpider]]:
    """Return the outlets of these names, or else those that this machine crawls by the setting OUTLETS, or else all.

    Raises ConfigurationError.
    """
    here = settings["OUTLETS"].replace(",", " ").split()
    try:
        return outlets.named(names or here)
    except ConfigurationError as error:
        raise error if names else ConfigurationError(f"OUTLETS: {error}") from None


def load_topics(settings: BaseSettings) -> "Topics":
    """Return the topics whose files the setting TOPIC names. Raises ConfigurationError for one that cannot be used."""
    from pipelines.topic import Topics  # noqa: PLC0415 - a run that finds the lock taken does not need it

    return Topics.load(settings.getlist("TOPIC"))


def prepare_database(settings: BaseSettings, *, quiet: bool = False) -> str:
    """Return the URL of a database with the current schema; say which it is, unless what is said would be mailed (``quiet``).

    Raises ConfigurationError or DatabaseUnavailable.
    """
    from pipelines.database.connection import database_url  # noqa: PLC0415 - 70 ms, and half of the commands need no database
    from pipelines.database.migrate import migrate  # noqa: PLC0415

    folder = data_dir(settings)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ConfigurationError(f"DATA_DIR: nothing can be written in {folder}; it has to be a folder that belongs to who runs this")
    url = database_url(settings["DATABASE_URL"], folder, DATABASE)
    migrate(url)
    if not quiet:
        say(f"database: {shown_database(settings)}")
    return url


def prepare_search(settings: BaseSettings, *, quiet: bool = False) -> None:
    """Prepare the database, and let it know the names that the topics spell in several ways. Raises the same."""
    from pipelines.database.connection import connect  # noqa: PLC0415
    from pipelines.database.search import save_spellings  # noqa: PLC0415

    topics = load_topics(settings)
    with connect(prepare_database(settings, quiet=quiet)) as connection:
        save_spellings(connection, topics.spellings)


def has_demo_only(settings: BaseSettings) -> bool:
    """Whether the embedded server has the demo's database, and no other was ever made or named: then that is what people look at."""
    from pipelines.database import embedded  # noqa: PLC0415 - 70 ms

    folder = data_dir(settings)
    is_embedded = not settings["DATABASE_URL"] and embedded.has_database(folder, DEMO_DATABASE)
    return is_embedded and not embedded.has_database(folder, DATABASE)


@contextmanager
def reading(settings: BaseSettings, *, quiet: bool = False, unattended: bool = False) -> "Iterator[psycopg.Connection]":
    """A connection that can only read, for a command that does no more; ``quiet`` as above. Nothing is migrated.

    Where nothing was ever crawled but the demo has run, it is the demo's database, unless nobody looks (``unattended``).
    Raises ConfigurationError where the schema is not this version's, or the role may not read what is asked for; DatabaseUnavailable.
    """
    import psycopg  # noqa: PLC0415

    from pipelines.database.connection import connect, database_url, describe, forbid_writing  # noqa: PLC0415
    from pipelines.database.migrate import check_current  # noqa: PLC0415

    demo = not unattended and has_demo_only(settings)
    with connect(database_url(settings["DATABASE_URL"], data_dir(settings), DEMO_DATABASE if demo else DATABASE)) as connection:
        if not (quiet or unattended):
            say(f"database: {DEMO if demo else shown_database(settings)}")
        check_current(connection)
        forbid_writing(connection)
        try:
            yield connection
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable) as error:  # in a schema that is closed to the role
            raise ConfigurationError(
                f"{connection.info.user} may not read that: connect as the database's owner ({describe(error)})"
            ) from None


@contextmanager
def answering(settings: BaseSettings) -> "Iterator[psycopg.Connection | None]":
    """A connection, for what is only of interest where a database answers; None where none does or its schema is not this version's.

    An embedded server is not started for it.
    """
    from pipelines.database import embedded  # noqa: PLC0415 - 70 ms
    from pipelines.database.connection import connect, database_url  # noqa: PLC0415
    from pipelines.database.errors import DatabaseUnavailable  # noqa: PLC0415
    from pipelines.database.migrate import check_current  # noqa: PLC0415

    with ExitStack() as opened:
        connection = None
        if settings["DATABASE_URL"] or embedded.is_running(data_dir(settings)):
            with suppress(ConfigurationError, DatabaseUnavailable):
                tried = opened.enter_context(connect(database_url(settings["DATABASE_URL"], data_dir(settings), DATABASE)))
                check_current(tried)
                connection = tried
        yield connection


def shown_database(settings: BaseSettings) -> str:
    """Which database the settings name, without a password."""
    from pipelines.database.connection import redact  # noqa: PLC0415

    if settings["DATABASE_URL"]:
        return redact(settings["DATABASE_URL"])
    return f"the embedded one in {data_dir(settings)} (DATABASE_URL is not set)"


def set_clock(settings: BaseSettings) -> datetime | None:
    """Set the logical clock from the recording that is replayed, or else from CLOCK; return how far back the recording looked.

    Raises ConfigurationError.
    """
    if settings["ARCHIVE_REPLAY"]:
        try:
            recording = recording_info(settings["ARCHIVE_REPLAY"])
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"ARCHIVE_REPLAY names a recording, or a folder of some: {error}") from None
        clock.set_to(recording.clock)
        return recording.since
    try:
        clock.set_to(settings["CLOCK"])
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    return None


def parse_time(option: str, text: str | None) -> datetime | None:
    """Return the instant that an option names: a day (its midnight WIB) or an ISO time, WIB where it has no offset.

    Raises ConfigurationError.
    """
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"{option} takes a date such as 2026-11-23 or an ISO time, not {text!r}") from None
    if instant.year < OLDEST.year:
        raise ConfigurationError(f"{option} {text}: no outlet was online before {OLDEST.year}")
    return instant if instant.tzinfo else instant.replace(tzinfo=clock.WIB)
