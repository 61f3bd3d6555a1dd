"""Classifies again what is stored and archived, without the network: what `scrapy reclassify` does.

An article is classified by its stored text. A page off topic has none: its archived answers go through its outlet's spider and through the
pipelines, as in a crawl, so that a story that now belongs comes in whole.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

import psycopg
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.settings import Settings

from crawler import clock
from crawler.article import Verdict, Visit
from crawler.exit_codes import ExitCode
from crawler.jobs.rereader import Rereader
from crawler.jobs.startup import load_topics, prepare_database, reading
from crawler.outlets import Outlets
from pipelines.database import originals
from pipelines.database.connection import connect, describe
from pipelines.database.errors import ConfigurationError, DatabaseUnavailable, LockHeld
from pipelines.database.locks import archive_lock, outlet_lock
from pipelines.database.search import save_spellings
from pipelines.database.verdicts import ClassifiedPage, outlets_with_pages, pages_to_classify, replace_verdicts, text_of
from pipelines.database.visits import record
from pipelines.topic import Topics

_AT_ONCE = 100  # pages that are read before the first is written


class End(StrEnum):
    """What classifying a page again by one topic came to."""

    SAME = "unchanged"
    NEWLY_CLASSIFIED = "with another verdict"  # that changes nothing for those who read stories
    CAME_IN = "came in"
    WENT_OUT = "went out"
    NOT_ARCHIVED = "not in the archive (any more)"
    UNREADABLE = "archived, but no article to today's rules"
    UNSTORABLE = "that now belong, but hold what the database has no room for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassified:
    """A page, and what classifying it again by one topic came to."""

    page: ClassifiedPage
    end: End
    verdict: Verdict | None = None  # None where no topic was asked
    headline: str | None = None

    @property
    def before(self) -> Verdict | None:
        """The stored verdict of the same topic."""
        return self.verdict and self.page.verdicts.get(self.verdict.topic)


def reclassify(
    names: Sequence[str], outlets: Outlets, settings: Settings, console: Console, since: datetime | None, *, dry_run: bool
) -> ExitCode:
    """Classify the outlets' pages again, or all, each outlet under its lock, and print the difference.

    An outlet that is being crawled is left alone, and the exit code says so. Raises ConfigurationError or DatabaseUnavailable.
    """
    code = ExitCode.OK
    topics, url = load_topics(settings), "" if dry_run else prepare_database(settings)
    with reading(settings) if dry_run else connect(url) as connection, nullcontext() if dry_run else archive_lock(connection):
        known = outlets_with_pages(connection)
        if unknown := sorted(set(names) - set(known)):
            raise ConfigurationError(f"there are no pages of {', '.join(unknown)}")
        if not dry_run:
            save_spellings(connection, topics.spellings)
        work = _Reclassifying(console, connection, topics, dry_run=dry_run)
        for name in names or known:
            rereader = Rereader(outlets.load(name), settings, outlets.identify) if name in outlets.list() else None
            try:
                with nullcontext() if dry_run else outlet_lock(connection, name):
                    work.reclassify(name, pages_to_classify(connection, name, since), rereader)
            except LockHeld as error:
                console.print(f"{error}: not classified again")
                code = ExitCode.LOCKED
            except psycopg.OperationalError as error:
                raise DatabaseUnavailable(f"{describe(error)}; what was classified before stays, call again for the rest") from None
    work.print_difference()
    return code


class _Reclassifying:
    """Classifies outlet by outlet, shows how far it is, and keeps the difference. Nothing is written in a dry run."""

    def __init__(self, console: Console, connection: psycopg.Connection, topics: Topics, *, dry_run: bool) -> None:
        self.console, self.connection, self.topics, self.dry_run = console, connection, topics, dry_run
        self.moved: dict[End, list[Reclassified]] = {End.CAME_IN: [], End.WENT_OUT: []}
        self.same_version: Counter[str] = Counter()  # articles with another verdict by a topic of the same version

    def reclassify(self, outlet: str, pages: Sequence[ClassifiedPage], rereader: Rereader | None) -> None:
        """Classify one outlet's pages again and print one line about each topic. ``rereader``: None where no spider knows the outlet."""
        counts: dict[str, Counter[End]] = {name: Counter() for name in self.topics.names}
        bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*bar, console=self.console, transient=True, disable=not self.console.is_terminal) as progress:
            results = self._classify(pages, rereader)
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

    def _classify(self, pages: Sequence[ClassifiedPage], rereader: Rereader | None) -> Iterator[list[Reclassified]]:
        """Yield what came of each page, topic by topic, each in a transaction of its own."""
        for page in (page for page in pages if page.headline is not None):
            headline, body = text_of(self.connection, page.page_id)
            verdicts = self.topics.classify(headline, body)
            self._replace(page, verdicts)
            yield [_compare(page, verdict, headline, has_text=True) for verdict in verdicts.values()]
        textless = [page for page in pages if page.headline is None]
        archived = rereader.archived().latest if rereader and textless else {}
        for some in (textless[at : at + _AT_ONCE] for at in range(0, len(textless), _AT_ONCE)):
            found = [archived[page.article_id] for page in some if page.article_id in archived]
            settled = {page.article_id for page in some if page.settled}
            visits = {visit.article_id: visit for visit in rereader.visits(found, "reclassify", settled) if visit} if rereader else {}
            for page in some:
                visit = visits.get(page.article_id)
                yield self._classify_visit(page, visit if visit and visit.archive_file == page.archive_file else None)

    def _classify_visit(self, page: ClassifiedPage, visit: Visit | None) -> list[Reclassified]:
        """Store what an archived page has become, or its other verdicts where it still is no article of ours."""
        if visit is None:
            return [Reclassified(page=page, end=End.NOT_ARCHIVED)]
        if visit.article is None or not visit.verdicts:
            return [Reclassified(page=page, end=End.UNREADABLE)]
        belongs = any(map(page.belongs, visit.verdicts.values()))
        if not belongs:
            self._replace(page, visit.verdicts)
        elif not self.dry_run:
            visit.route = page.route or visit.route
            try:
                record(self.connection, visit)
            except (psycopg.DataError, psycopg.IntegrityError, ValueError):
                return [Reclassified(page=page, end=End.UNSTORABLE)]
        belongs = belongs and not (visit.original and originals.is_read(self.connection, visit.original))  # which is told in its place
        return [_compare(page, verdict, visit.article.headline, has_text=belongs) for verdict in visit.verdicts.values()]

    def _replace(self, page: ClassifiedPage, verdicts: Mapping[str, Verdict]) -> None:
        if not self.dry_run:
            replace_verdicts(self.connection, page.page_id, verdicts.values(), clock.now())

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


def _compare(page: ClassifiedPage, verdict: Verdict, headline: str, *, has_text: bool) -> Reclassified:
    before = page.verdicts.get(verdict.topic)
    is_same = before is not None and (before.score, before.band, before.rule_version) == (verdict.score, verdict.band, verdict.rule_version)
    end = End.SAME if is_same else End.NEWLY_CLASSIFIED
    is_shown = has_text and not page.superseded and page.belongs(verdict)
    if is_shown != page.is_shown(verdict.topic):
        end = End.CAME_IN if is_shown else End.WENT_OUT
    return Reclassified(page=page, end=end, verdict=verdict, headline=headline)


def _keeps_version(result: Reclassified) -> bool:
    """Whether an article's stored text got another verdict by a topic of the same version."""
    verdict, before = result.verdict, result.before
    return bool(verdict and before and result.page.headline is not None and before.rule_version == verdict.rule_version)


def _line(result: Reclassified, *, name_topic: bool) -> str:
    page, verdict, stored = result.page, result.verdict, result.before
    assert verdict
    before = f"{stored.band} {stored.score:g}" if stored else "not classified"
    after = f"[bold]{verdict.band} {verdict.score:g}[/bold]"
    topic = f"  {verdict.topic}" if name_topic else ""
    return f"  {page.outlet}{topic}  {before} → {after}  {escape(result.headline or '')}  {escape(page.url)}"
