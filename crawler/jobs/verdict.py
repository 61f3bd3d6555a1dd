"""Settles by a person's word whether a page is about a topic: what `scrapy verdict` does."""

from contextlib import nullcontext

import psycopg
from rich.console import Console
from scrapy.settings import Settings

from crawler import clock
from crawler.article import ARTICLE_BANDS, Band
from crawler.jobs.rereader import Rereader
from crawler.jobs.startup import load_topics, prepare_database
from crawler.outlets import Outlets
from pipelines.database.connection import connect, storable
from pipelines.database.errors import ConfigurationError
from pipelines.database.locks import archive_lock
from pipelines.database.verdicts import ClassifiedPage, Settled, find_pages, settle
from pipelines.database.visits import record

_PATIENCE = 20  # seconds for who else is at the archive


def settle_page(
    given: str, band: Band | None, topic: str | None, *, by: str, note: str | None, outlets: Outlets, settings: Settings, console: Console
) -> None:
    """Settle the page of a URL or id for a topic, or with no band leave it to the rule again, and print what that comes to.

    A page whose text was not kept is read from the archive or, where that lacks it, asked for by the outlet's next run. Raises
    ConfigurationError, DatabaseUnavailable or LockHeld.
    """
    topics = load_topics(settings)
    if topic is None and len(topics.names) > 1:
        raise ConfigurationError(f"there are several topics: choose --topic {' or '.join(topics.names)}")
    name = topics.named(topic).name if topic else topics.names[0]
    url = prepare_database(settings)
    with connect(url) as connection:
        page = _page(find_pages(connection, given, outlets.identify(given)), given, name)
        if band is None and name not in page.settled:
            raise ConfigurationError(f"{given} is not settled: there is nothing to withdraw")
        settled = Settled(band=band, by=storable(by), at=clock.now(), note=note and storable(note)) if band else None
        lacks_text = page.headline is None and band in ARTICLE_BANDS
        with archive_lock(connection, _PATIENCE) if lacks_text else nullcontext():
            settle(connection, page.page_id, name, settled)
            headline = _read_again(connection, page, outlets, settings) if lacks_text else page.headline
    rule = page.verdicts[name]
    console.print(headline or "(its text was not kept)", style="bold", markup=False, soft_wrap=True)
    console.print(f"{page.outlet} {page.article_id}, page {page.page_id}: {page.url}", markup=False, soft_wrap=True)
    now = said(settled) if settled else "no longer settled"
    console.print(f"topic {name}: {now}; the rule says {rule.band} {rule.score:g}", markup=False, soft_wrap=True)
    if earlier := page.settled.get(name):
        console.print(f"before: {said(earlier)}", markup=False, soft_wrap=True)
    if lacks_text and headline is None:
        can_be_read = page.outlet in outlets.list()
        what = "the outlet's next run asks for it" if can_be_read else "no spider knows its outlet: it is not shown until one reads it"
        console.print(f"its text is neither stored nor in the archive; {what}", soft_wrap=True)


def said(settled: Settled) -> str:
    """Say who settled it, when and why."""
    when = f"{settled.at.astimezone(clock.WIB):%Y-%m-%d %H:%M} WIB"
    return f"{settled.band}, settled by {settled.by}, {when}{f': {settled.note}' if settled.note else ''}"


def _page(pages: list[ClassifiedPage], given: str, topic: str) -> ClassifiedPage:
    """Return the one page that is meant. Raises ConfigurationError."""
    if not pages:
        raise ConfigurationError(f"no page in the database has the URL or id {given}")
    classified = [page for page in pages if page.verdicts and not page.superseded]
    if not classified:
        page = pages[0]
        why = "it is a copy of an article that counts in its place" if page.superseded else page.reason or page.status
        raise ConfigurationError(f"{given} cannot be settled: {why}")
    if len(classified) > 1:
        raise ConfigurationError(f"{given} may be {' or '.join(page.url for page in classified)}: name one by its URL")
    if topic not in classified[0].verdicts:
        raise ConfigurationError(f"{given} is not classified by topic {topic} yet: scrapy reclassify")
    return classified[0]


def _read_again(connection: psycopg.Connection, page: ClassifiedPage, outlets: Outlets, settings: Settings) -> str | None:
    """Store what the archive has of a page that now belongs; return its headline, None where it is not there."""
    if page.outlet not in outlets.list():
        return None
    rereader = Rereader(outlets.load(page.outlet), settings, outlets.identify)
    archived = rereader.archived().latest.get(page.article_id)
    (visit,) = rereader.visits([archived], page.route or "verdict") if archived else [None]
    if visit is None or visit.article is None or not visit.verdicts:
        return None
    record(connection, visit)
    return visit.article.headline
