"""What ``scrapy report`` and ``scrapy digest`` have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from scrapy.settings import BaseSettings

from crawler.jobs.startup import load_topics, reading
from pipelines.database.errors import ConfigurationError

if TYPE_CHECKING:
    from reports.page import Ask

LIMIT = 50  # rows of a list


def chosen_topic(settings: BaseSettings, name: str | None) -> str:
    """Return a topic's name; without one the only topic's. Raises ConfigurationError when there are several, or none of that name."""
    topics = load_topics(settings)
    if not name and len(topics.names) > 1:
        raise ConfigurationError(f"which topic? --topic {' or '.join(topics.names)}")
    return topics.named(name or topics.names[0]).name


@contextmanager
def answering(settings: BaseSettings, *, topic: str, since: datetime) -> "Iterator[Ask]":
    """Yield what answers the queries of reports, each once, all of one moment."""
    from pipelines.database.report import ask  # noqa: PLC0415

    with reading(settings, quiet=True) as connection:
        yield cache(partial(ask, connection, topic=topic, since=since, limit=LIMIT))
