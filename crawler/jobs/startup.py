"""What every command does first: check the settings, set the clock, find the database, bring its schema up to date."""

import logging
import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, get_args

from scrapy.settings import BaseSettings, default_settings

from crawler import clock
from crawler import settings as project
from crawler.article import OLDEST
from crawler.extensions.archive import recording_info
from crawler.middlewares.destination_guard import allowed_networks
from pipelines.database.errors import ConfigurationError

if TYPE_CHECKING:
    import psycopg

    from pipelines.topic import Topics

logger = logging.getLogger(__name__)

DATABASE = "poros"
DEMO_DATABASE = "demo"  # beside the real one, so that invented stories never reach an analyst

_SECONDS = re.compile("DELAY|TIMEOUT")  # settings with fractions, whatever number is their default


def data_dir(settings: BaseSettings) -> Path:
    """Return the folder for everything that is kept outside the database."""
    return Path(settings["DATA_DIR"]).resolve()


def check(settings: BaseSettings) -> None:
    """Raise ConfigurationError for a setting that would otherwise stop a crawl half-way through its start.

    Types are those of the default, Scrapy's or ours. No number is negative but a priority.
    """
    for name, kind in _types().items():
        if settings[name] is not None:
            _check_type(settings, name, kind)
    if settings["LOG_LEVEL"] not in logging.getLevelNamesMapping():
        raise ConfigurationError(f"LOG_LEVEL is a level such as INFO, not {settings['LOG_LEVEL']!r}")
    try:
        allowed_networks(settings)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def _types() -> dict[str, type]:
    types = {name: type(value) for name, value in {**vars(default_settings), **vars(project)}.items() if name.isupper()}
    # what the environment sets is text, whatever it has to be: there the annotation says it, the wanted type first
    return types | {name: get_args(hint)[0] for name, hint in project.__annotations__.items() if isinstance(hint, UnionType)}


def _check_type(settings: BaseSettings, name: str, kind: type) -> None:
    if kind is int and _SECONDS.search(name):
        kind = float
    wanted = {bool: "True or False", int: "a whole number", float: "a number"}.get(kind)
    try:
        if kind is bool:
            settings.getbool(name)
        elif kind in {int, float}:
            number = settings.getfloat(name) if kind is float else settings.getint(name)
            if not math.isfinite(number) or (number < 0 and "PRIORITY" not in name):
                wanted = f"{wanted}, 0 or more"
                raise ValueError  # noqa: TRY301 - the same message as for what is no number at all
    except (TypeError, ValueError):
        raise ConfigurationError(f"{name} has to be {wanted}, not {settings[name]!r}") from None


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

    url = database_url(settings["DATABASE_URL"], data_dir(settings), DATABASE)
    migrate(url)
    if not quiet:
        _say_database(settings)
    return url


@contextmanager
def reading(settings: BaseSettings, *, quiet: bool = False) -> "Iterator[psycopg.Connection]":
    """A connection that can only read, for a command that does no more; ``quiet`` as above. Nothing is migrated.

    Raises ConfigurationError where the schema is not this version's, or the role may not read what is asked for; DatabaseUnavailable.
    """
    import psycopg  # noqa: PLC0415

    from pipelines.database.connection import connect, database_url, describe, forbid_writing  # noqa: PLC0415
    from pipelines.database.migrate import check_current  # noqa: PLC0415

    with connect(database_url(settings["DATABASE_URL"], data_dir(settings), DATABASE)) as connection:
        check_current(connection)
        forbid_writing(connection)
        if not quiet:
            _say_database(settings)
        try:
            yield connection
        except psycopg.errors.InsufficientPrivilege as error:
            raise ConfigurationError(f"{describe(error)}: connect as the database's owner") from None


def _say_database(settings: BaseSettings) -> None:
    said = f"database: {shown_database(settings)}"
    if logging.getLogger().hasHandlers():
        logger.info(said)
    else:
        sys.stderr.write(f"poros: {said}\n")


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
    try:
        if settings["ARCHIVE_REPLAY"]:
            recording = recording_info(settings["ARCHIVE_REPLAY"])
            clock.set_to(recording.clock)
            return recording.since
        clock.set_to(settings["CLOCK"])
    except (OSError, ValueError) as error:
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
