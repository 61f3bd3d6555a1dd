"""What ``scrapy report``, ``scrapy digest`` and ``scrapy demo`` have in common."""

from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.settings import BaseSettings

from crawler.jobs.startup import load_topics
from pipelines.database.errors import ConfigurationError

if TYPE_CHECKING:
    import psycopg

    from reports.page import Ask

PERIOD = timedelta(days=28)
LIMIT = 50  # rows of a list


def chosen_topic(settings: BaseSettings, name: str | None) -> str:
    """Return a topic's name; without one the only topic's. Raises ConfigurationError when there are several, or none of that name."""
    topics = load_topics(settings)
    if not name and len(topics.names) > 1:
        raise ConfigurationError(f"which topic? --topic {' or '.join(topics.names)}")
    return topics.named(name or topics.names[0]).name


def answering(connection: "psycopg.Connection", topic: str, since: datetime) -> "Ask":
    """Return what answers the queries of reports, each once."""
    from pipelines.database.report import ask  # noqa: PLC0415

    return cache(partial(ask, connection, topic=topic, since=since, limit=LIMIT))


def write_report(connection: "psycopg.Connection", path: Path, *, topic: str, since: datetime, now: datetime) -> None:
    """Write a page about what was published since a time, whole or not at all. Raises ConfigurationError where that cannot be."""
    from reports.page import render  # noqa: PLC0415

    page = render(answering(connection, topic, since), topic=topic, since=since, now=now, limit=LIMIT)
    half = path.with_name(f".{path.name}.half")
    try:
        half.write_text(page, encoding="utf-8")
        half.replace(path)
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error.strerror}") from None
    finally:
        half.unlink(missing_ok=True)
