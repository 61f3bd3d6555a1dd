"""``scrapy reclassify``: applies a changed topic to everything stored and archived."""

import argparse
import os
from collections import Counter
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from itertools import chain

import psycopg
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.commands.crawl import identify
from crawler.exit_codes import ExitCode, exit_on_error
from crawler.jobs.reclassify import End, Reclassified, Rereader, reclassify
from crawler.jobs.startup import load_topics, parse_time, prepare_database
from crawler.outlet import OutletSpider
from pipelines.database.connection import DatabaseUnavailable, connect, describe
from pipelines.database.locks import LockHeld, outlet_lock
from pipelines.database.verdicts import forbid_writing, outlets_with_pages, pages_to_classify
from pipelines.topic import Topics


class Command(ScrapyCommand):
    """Classifies again and says what came in and what went out; nothing is asked of any outlet."""

    settings: Settings  # set before any method is called
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Apply a changed topic to everything stored and archived"

    def syntax(self) -> str:
        """Return how the command is called."""
        return "[options] [OUTLET ...]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since and --dry-run."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="only pages last visited from this date or time on")
        parser.add_argument("--dry-run", action="store_true", help="say what would come in and go out, and write nothing")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Classify outlet by outlet, each under its lock; one that is being crawled is left alone, and the exit code says so."""
        console = Console(width=None if os.isatty(1) else 160, highlight=False)
        with exit_on_error(self):
            since, topics = parse_time("--since", opts.since), load_topics(self.settings)
            url = prepare_database(self.settings)
            with connect(url) as connection:
                known = outlets_with_pages(connection)
                if unknown := sorted(set(args) - set(known)):
                    raise UsageError(f"there are no pages of {', '.join(unknown)}", print_help=False)
                if opts.dry_run:
                    forbid_writing(connection)
                work = _Reclassifying(console, connection, topics, since, dry_run=opts.dry_run)
                for outlet in args or known:
                    try:
                        with nullcontext() if opts.dry_run else outlet_lock(url, outlet):
                            work.reclassify(outlet, self._rereader(outlet))
                    except LockHeld as error:
                        console.print(f"{error}: not classified again")
                        self.exitcode = ExitCode.LOCKED
                    except psycopg.OperationalError as error:
                        raise DatabaseUnavailable(f"{describe(error)}; what was classified before stays, call again for the rest") from None
            work.print_difference()

    def _rereader(self, outlet: str) -> Rereader | None:
        spiders = get_spider_loader(self.settings)
        if outlet not in spiders.list():
            return None
        spider = spiders.load(outlet)
        assert issubclass(spider, OutletSpider)
        return Rereader(spider, self.settings, partial(identify, spiders))


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
