"""Looks at an outlet's past in date ranges, each a crawl of its own: what `scrapy backfill` does.

A date range is a day where the outlet has an index of days, else all the time asked for. A crawl that finishes one writes that down in the
transaction that closes its run: whatever process is killed, no finished day is asked for again.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from multiprocessing.process import BaseProcess

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from crawler.discovery.follow import routes_into_the_past
from crawler.exit_codes import ExitCode
from crawler.jobs.processes import Crawls
from crawler.jobs.tables import plain_table
from crawler.outlet import OutletSpider
from pipelines.database.coverage import backfilled
from pipelines.database.runs import newest_run_id, run_of
from pipelines.database.session import Session

PAUSE = 5.0  # seconds until an outlet that another run is at is tried again


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days (WIB) that one crawl looks at, from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Every one of them."""
        return [self.first + timedelta(days=day) for day in range((self.last - self.first).days + 1)]

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"

    @property
    def arguments(self) -> list[str]:
        """As ``scrapy crawl`` takes it."""
        return ["--since", self.first.isoformat(), "--until", (self.last + timedelta(days=1)).isoformat()]


def date_ranges(outlet: type[OutletSpider], first: date, last: date, finished: set[date]) -> list[DateRange]:
    """What is left to look at, newest first."""
    left = [day for day in reversed(DateRange(first, last).days) if day not in finished]
    if any(route.is_by_day and not route.unproven for route in routes_into_the_past(outlet.routes)):
        return [DateRange(day, day) for day in left]
    return [DateRange(left[-1], left[0])] if left else []


@dataclass(slots=True)
class Backfill:
    """How far one outlet's past has been looked at."""

    outlet: str
    left: list[DateRange]
    task: TaskID
    failed: list[DateRange] = field(default_factory=list)  # looked at, but not whole
    empty: list[DateRange] = field(default_factory=list)  # whole, and without a single article
    pages: int = 0
    stories: int = 0
    codes: set[int] = field(default_factory=set)  # exit codes of its crawls
    not_before: float = 0.0  # on the monotonic clock
    newest_run: int = 0  # before its process was started


def backfill(crawls: Crawls, asked_for: Mapping[str, Sequence[DateRange]], session: Session) -> list[Backfill]:
    """Crawl all date ranges, an outlet's one after the other; show progress; return how it went."""
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("days")),
        *(TextColumn("{task.fields[pages]} pages, {task.fields[stories]} stories, {task.fields[rate]}"), TimeElapsedColumn()),
        *(TextColumn("left"), TimeRemainingColumn(elapsed_when_finished=False)),
    )
    running = crawls.running
    # without a thread that refreshes it: crawls are forks
    bars = Progress(*columns, console=crawls.console, disable=not crawls.console.is_terminal, auto_refresh=False)
    with bars as progress, crawls.stop_processes():
        outlets = [
            Backfill(outlet, list(left), progress.add_task(outlet, total=_days(left), pages=0, stories=0, rate=""))
            for outlet, left in asked_for.items()
        ]
        while any(each.left for each in outlets):
            ready = [each for each in outlets if each.left and each.outlet not in running and time.monotonic() >= each.not_before]
            for each in ready[: crawls.jobs - len(running)]:
                each.newest_run = session.attempt(newest_run_id)
                crawls.start(each.outlet, session, *each.left[0].arguments)
            crawls.pause(session)
            progress.refresh()
            for each in outlets:
                process = running.get(each.outlet)
                if process and _follow(each, process, session, progress):
                    del running[each.outlet]
    return outlets


def _follow(each: Backfill, process: BaseProcess, session: Session, progress: Progress) -> bool:
    """Show how far a crawl is and, if it has ended, decide what comes next; return whether it has."""
    code = process.exitcode
    run = session.attempt(partial(run_of, outlet=each.outlet, pid=process.pid or 0, since_run_id=each.newest_run))
    pages, stories = (each.pages + run.fetched, each.stories + run.new) if run else (each.pages, each.stories)
    elapsed = progress.tasks[each.task].elapsed or 0.0
    progress.update(each.task, pages=pages, stories=stories, rate=f"{pages / elapsed:.1f} pages/s" if elapsed > 1 else "")
    if code is None:
        return False
    each.pages, each.stories = pages, stories
    # One that ran out of time or gave way to another run goes on where it was: what it has fetched is known to the next.
    if code == ExitCode.LOCKED or (code == ExitCode.OK and run and run.status == "partial"):
        each.not_before = time.monotonic() + PAUSE  # the other run comes first
        return True
    date_range = each.left.pop(0)
    each.codes.add(code)
    if not set(date_range.days) <= session.attempt(partial(backfilled, outlet=each.outlet)):
        each.failed.append(date_range)
        return True
    progress.advance(each.task, len(date_range.days))
    if run and not run.listed and not run.filtered_out:
        each.empty.append(date_range)
    return True


def backfill_table(outlets: Sequence[Backfill], days: int) -> Table:
    """Return one line an outlet: of how many days asked for all is known now, what was fetched and found, and which days are odd."""
    table = plain_table("outlet", "days", "fetched", "new", "without an article", "not finished", right=("days", "fetched", "new"))
    for each in outlets:
        counts = f"{days - _days(each.failed)}/{days}", str(each.pages), str(each.stories)
        table.add_row(each.outlet, *counts, ", ".join(map(str, each.empty)), ", ".join(map(str, each.failed)))
    return table


def _days(date_ranges: Sequence[DateRange]) -> int:
    return sum(len(date_range.days) for date_range in date_ranges)
