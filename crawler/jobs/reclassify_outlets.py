"""Classifies outlet by outlet again and prints what came in and what went out: what `scrapy reclassify` does."""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from itertools import chain

import psycopg
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.settings import Settings

from crawler.exit_codes import ExitCode
from crawler.jobs.reclassify import End, Reclassified, Rereader, reclassify
from crawler.jobs.startup import load_topics, prepare_database
from crawler.outlets import Outlets
from pipelines.database.connection import connect, describe
from pipelines.database.errors import ConfigurationError, DatabaseUnavailable, LockHeld
from pipelines.database.locks import outlet_lock
from pipelines.database.verdicts import forbid_writing, outlets_with_pages, pages_to_classify
from pipelines.topic import Topics


def reclassify_outlets(
    names: Sequence[str], outlets: Outlets, settings: Settings, console: Console, since: datetime | None, *, dry_run: bool
) -> ExitCode:
    """Classify the outlets' pages again, or all, each outlet under its lock, and print the difference.

    An outlet that is being crawled is left alone, and the exit code says so. Raises ConfigurationError or DatabaseUnavailable.
    """
    code = ExitCode.OK
    topics, url = load_topics(settings), prepare_database(settings)
    with connect(url) as connection:
        known = outlets_with_pages(connection)
        if unknown := sorted(set(names) - set(known)):
            raise ConfigurationError(f"there are no pages of {', '.join(unknown)}")
        if dry_run:
            forbid_writing(connection)
        work = _Reclassifying(console, connection, topics, since, dry_run=dry_run)
        for name in names or known:
            rereader = Rereader(outlets.load(name), settings, outlets.identify) if name in outlets.list() else None
            try:
                with nullcontext() if dry_run else outlet_lock(url, name):
                    work.reclassify(name, rereader)
            except LockHeld as error:
                console.print(f"{error}: not classified again")
                code = ExitCode.LOCKED
            except psycopg.OperationalError as error:
                raise DatabaseUnavailable(f"{describe(error)}; what was classified before stays, call again for the rest") from None
    work.print_difference()
    return code


class _Reclassifying:
    """Classifies outlet by outlet, shows how far it is, and keeps the difference."""

    def __init__(self, console: Console, connection: psycopg.Connection, topics: Topics, since: datetime | None, *, dry_run: bool) -> None:
        self.console, self.connection, self.topics, self.since, self.dry_run = console, connection, topics, since, dry_run
        self.moved: dict[End, list[Reclassified]] = {End.CAME_IN: [], End.WENT_OUT: []}
        self.same_version: Counter[str] = Counter()  # articles with another verdict by a topic of the same version

    def reclassify(self, outlet: str, rereader: Rereader | None) -> None:
        """Classify one outlet's pages again and print one line about each topic."""
        pages = pages_to_classify(self.connection, outlet, self.since)
        counts: dict[str, Counter[End]] = {name: Counter() for name in self.topics.names}
        bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*bar, console=self.console, transient=True, disable=not self.console.is_terminal) as progress:
            results = reclassify(self.connection, pages, self.topics, rereader, dry_run=self.dry_run)
            for result in chain.from_iterable(progress.track(results, total=len(pages), description=outlet)):
                for topic in [result.verdict.topic] if result.verdict else self.topics.names:
                    counts[topic][result.end] += 1
                    self.same_version[topic] += result.end is not End.SAME and _keeps_version(result)
                if result.end in self.moved:
                    self.moved[result.end].append(result)
        for topic, ends in counts.items():
            said = ", ".join(f"{ends[end]} {end}" for end in End if ends[end])
            name = f"{outlet}, {topic}" if len(counts) > 1 else outlet
            self.console.print(f"{name}: {len(pages)} pages{': ' if said else ''}{said}", soft_wrap=True)

    def print_difference(self) -> None:
        """Print which stories came in and which went out."""
        would = "would have " if self.dry_run else ""
        for end, moved in self.moved.items():
            self.console.print(f"\n{len(moved)} {would}{end.replace('came', 'come').replace('went', 'gone') if would else end}")
            for each in moved:
                self.console.print(_line(each, name_topic=len(self.topics.names) > 1), soft_wrap=True)
        for topic, count in self.same_version.items():
            if count:
                self.console.print(
                    f"\n{count} articles have another verdict although the version of {topic} is still"
                    f" {self.topics.named(topic).definition.version}: raise it, since stored verdicts name the version that gave them.",
                    soft_wrap=True,
                )


def _keeps_version(result: Reclassified) -> bool:
    """Whether an article's stored text got another verdict by a topic of the same version."""
    verdict = result.verdict
    before = verdict and result.page.verdicts.get(verdict.topic)
    return bool(verdict and before and result.page.headline is not None and before.rule_version == verdict.rule_version)


def _line(result: Reclassified, *, name_topic: bool) -> str:
    page, verdict = result.page, result.verdict
    assert verdict
    stored = page.verdicts.get(verdict.topic)
    before = f"{stored.band} {stored.score:g}" if stored else "not classified"
    after = f"[bold]{verdict.band} {verdict.score:g}[/bold]"
    topic = f"  {verdict.topic}" if name_topic else ""
    return f"  {page.outlet}{topic}  {before} → {after}  {escape(result.headline or '')}  {escape(page.url)}"
