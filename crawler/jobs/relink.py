"""Links all that is stored anew, without the network: what `scrapy relink` does."""

from datetime import datetime

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.settings import Settings

from crawler.jobs.startup import prepare_database
from pipelines.database import stories
from pipelines.database.connection import connect, describe
from pipelines.database.errors import DatabaseUnavailable
from pipelines.near_duplicates import VERSION, fingerprint

_AT_ONCE = 50  # articles a transaction: a crawl that stores one waits for it


def relink(settings: Settings, console: Console, since: datetime | None) -> None:
    """Fingerprint, compare and group anew what was linked by another rule, in order of time. Call again after a kill: it goes on.

    Raises ConfigurationError or DatabaseUnavailable.
    """
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        connect(prepare_database(settings)) as connection,
        Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        try:
            unmarked, _ = stories.outdated(connection, VERSION, since)
            stories.unlink_neighbours(connection, unmarked, VERSION, since)
            for at in progress.track(range(0, len(unmarked), _AT_ONCE), description="fingerprints"):
                stories.mark_again(connection, unmarked[at : at + _AT_ONCE], fingerprint)
            stories.analyze(connection)
            _, unlinked = stories.outdated(connection, VERSION, since)
            for at in progress.track(range(0, len(unlinked), _AT_ONCE), description="stories"):
                stories.link_again(connection, unlinked[at : at + _AT_ONCE])
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(f"{describe(error)}; what was linked before stays, call again for the rest") from None
    console.print(f"{len(unlinked)} articles linked anew" if unlinked else "everything is linked by today's rule")
