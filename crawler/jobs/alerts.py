"""Tells people what broke, once a day that it still is, and when it was mended: what `scrapy alerts` does."""

import warnings
from collections.abc import Sequence
from itertools import groupby

import apprise
from psycopg import Connection

from crawler import clock
from pipelines.database.alerts import IssueRow, News, mark_told, untold
from pipelines.database.errors import ConfigurationError

# After how many runs that met it an issue is told. What is not here, and what degrades no run, is never told: the crawler survives it.
AFTER_RUNS = {
    "archive": 1,  # what is not archived now can never be read again
    "articles": 1,  # as many articles were awaited as it takes to exclude chance
    "browser": 1,  # likewise
    "clock": 1,
    "code": 1,
    "database_clock": 1,
    "network": 2,
    "outlet": 2,  # a server may be restarted
    "route": 3,  # other routes find most of the stories meanwhile
    "spider_file": 1,
    "storage": 2,
    "volume": 1,
}
_TITLES = {News.OPENED: "not as it should be", News.LASTS: "still not as it should be", News.MENDED: "mended"}


def channels(addresses: Sequence[str]) -> list[apprise.Apprise]:
    """Return one for each address. Raises ConfigurationError, without the address, which may hold a password."""
    if not addresses:
        raise ConfigurationError("ALERT_URLS is not set (see .env.example): nobody can be told of anything")
    made = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'imghdr' is deprecated")  # which apprise tries and does without (2.3.0)
        for number, address in enumerate(addresses, 1):
            made.append(apprise.Apprise())
            if not made[-1].add(address):
                raise ConfigurationError(f"address {number} in ALERT_URLS is none that apprise knows: see .env.example for the form")
    return made


def tell(connection: Connection, channels: Sequence[apprise.Apprise]) -> bool:
    """Deliver what there is to tell, one message for each outlet (or machine) and kind of news; return whether every channel took all.

    A message is delivered when one channel took it; if none did, it is tried again at the next call. The caller holds the lock.
    """
    well = True
    issues = sorted(untold(connection, AFTER_RUNS, clock.now()), key=_group)
    for (name, news), group in groupby(issues, key=_group):
        told = list(group)
        title, body = f"Poros: {name}: {_TITLES[News(news)]}", "\n\n".join(map(_text, told))
        taken = [bool(channel.notify(title=title, body=body)) for channel in channels]
        if any(taken):
            mark_told(connection, [issue.issue_id for issue in told], News(news), clock.now())
        well &= all(taken)
    return well


def _group(issue: IssueRow) -> tuple[str, str]:
    return issue.outlet or f"{issue.kind} {issue.subject}", issue.news


def _text(issue: IssueRow) -> str:
    since, until = (at and f"{at.astimezone(clock.WIB):%Y-%m-%d %H:%M}" for at in (issue.opened_at, issue.cleared_at))
    time = f"{since} to {until} WIB" if until else f"since {since} WIB"
    return f"{issue.kind} {issue.subject}: {issue.detail}\n{time}, met by {issue.occurrences} runs"
