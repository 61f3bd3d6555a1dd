"""What every command does first: set the clock, find the database, bring its schema up to date."""

import argparse
from datetime import datetime
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler import clock
from crawler.extensions.archive import recording_info
from crawler.middlewares.destination_guard import allowed_networks
from pipelines.database.connection import ConfigurationError, database_url
from pipelines.database.migrate import migrate
from pipelines.topic import TopicError, Topics

DATABASE = "poros"
DEMO_DATABASE = "demo"  # beside the real one, so that invented stories never reach an analyst


def data_dir(settings: BaseSettings) -> Path:
    """Return the folder for everything that is kept outside the database."""
    return Path(settings["DATA_DIR"]).resolve()


def read_only_run(settings: BaseSettings, opts: argparse.Namespace) -> None:
    """Set a command up that fetches and shows: warnings only in its log, unless asked for more; nothing is archived, filed or counted."""
    if not opts.loglevel:
        settings.set("LOG_LEVEL", "WARNING", "cmdline")
    settings.set("ARCHIVE_DIR", "", "cmdline")
    settings.set("ITEM_PIPELINES", {}, "cmdline")
    extensions = settings.getdict("EXTENSIONS")
    settings.set("EXTENSIONS", {**extensions, "crawler.extensions.run_ledger.RunLedger": None}, "cmdline")


def check(settings: BaseSettings) -> None:
    """Raise ConfigurationError for what would otherwise stop a crawl half-way through its start."""
    try:
        allowed_networks(settings)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    load_topics(settings)


def load_topics(settings: BaseSettings) -> Topics:
    """Return the topics whose files the setting TOPIC names. Raises ConfigurationError for one that cannot be used."""
    try:
        return Topics.load(settings.getlist("TOPIC"))
    except TopicError as error:
        raise ConfigurationError(str(error)) from None


def prepare_database(settings: BaseSettings) -> str:
    """Return the URL of a database with the current schema.

    Raises ConfigurationError or DatabaseUnavailable.
    """
    url = database_url(settings["DATABASE_URL"], data_dir(settings), DATABASE)
    migrate(url)
    return url


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
    return instant if instant.tzinfo else instant.replace(tzinfo=clock.WIB)
