"""Looks at an outlet's past in date ranges, each a crawl of its own: what `scrapy backfill` does.

A date range is a day where the outlet has an index of days, else all the time asked for. A crawl that finishes one writes that down in the
transaction that closes its run: whatever process is killed, no finished day is asked for again.
"""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from psycopg import Connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from crawler.discovery.follow import routes_into_the_past
from crawler.exit_codes import ExitCode
from crawler.jobs.processes import POLL, start_crawl, stop_processes
from crawler.jobs.tables import plain_table
from crawler.outlet import OutletSpider
from pipelines.database.coverage import backfilled
from pipelines.database.runs import RunRow, newest_run_id, run_of

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

    @property
    def arguments(self) -> list[str]:
        """As ``scrapy crawl`` takes it."""
        return ["--since", self.first.isoformat(), "--until", (self.last + timedelta(days=1)).isoformat()]


def date_ranges(outlet: type[OutletSpider], first: date, last: date, finished: set[date]) -> list[DateRange]:
    """What is left to look at, newest first."""
    left = [day for day in reversed(DateRange(first, last).days) if day not in finished]
    if any(route.is_by_day for route in routes_into_the_past(outlet.routes)):
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
    process: "subprocess.Popen[bytes] | None" = None
    newest_run: int = 0  # before the process was started


def backfill(
    asked_for: Mapping[str, Sequence[DateRange]],
    connection: Connection,
    *,
    jobs: int,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    logs: Path,
    console: Console,
) -> list[Backfill]:
    """Crawl all date_ranges, at most ``jobs`` outlets at a time, an outlet's one after the other; show progress; return how it went."""
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("days")),
        *(TextColumn("{task.fields[pages]} pages, {task.fields[stories]} stories, {task.fields[rate]}"), TimeElapsedColumn()),
        *(TextColumn("left"), TimeRemainingColumn(elapsed_when_finished=False)),
    )
    running: dict[str, subprocess.Popen[bytes]] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress, stop_processes(running):
        outlets = [
            Backfill(
                outlet,
                list(left),
                progress.add_task(outlet, total=sum(len(date_range.days) for date_range in left), pages=0, stories=0, rate=""),
            )
            for outlet, left in asked_for.items()
        ]
        while any(outlet.left for outlet in outlets):
            for each in _ready(outlets, jobs):
                each.newest_run = newest_run_id(connection)
                each.process = running[each.outlet] = start_crawl(
                    each.outlet, [*arguments, *each.left[0].arguments], environment, logs if console.is_terminal else None
                )
            time.sleep(POLL)
            for each in outlets:
                if each.process is not None:
                    _follow(each, connection, progress, running)
    return outlets


def _ready(outlets: Sequence[Backfill], jobs: int) -> Iterator[Backfill]:
    """The outlets whose next date_range can be started."""
    places = jobs - sum(each.process is not None for each in outlets)
    waiting = (each for each in outlets if each.left and each.process is None and time.monotonic() >= each.not_before)
    for each, _ in zip(waiting, range(places), strict=False):
        yield each


def _follow(each: Backfill, connection: Connection, progress: Progress, running: dict[str, "subprocess.Popen[bytes]"]) -> None:
    """Show how far a crawl is and, if it has ended, decide what comes next."""
    assert each.process is not None
    code = each.process.poll()
    run = run_of(connection, each.outlet, each.process.pid, each.newest_run)
    pages, stories = (run.fetched, run.new) if run else (0, 0)
    elapsed = progress.tasks[each.task].elapsed or 0.0
    rate = f"{(each.pages + pages) / elapsed:.1f} pages/s" if elapsed > 1 else ""
    progress.update(each.task, pages=each.pages + pages, stories=each.stories + stories, rate=rate)
    if code is None:
        return
    each.process = None
    del running[each.outlet]
    if code == ExitCode.LOCKED:
        each.not_before = time.monotonic() + PAUSE
        return
    each.pages, each.stories = each.pages + pages, each.stories + stories
    if _is_unfinished(run, code):
        each.not_before = time.monotonic() + PAUSE  # the run it gave way to comes first
        return
    date_range = each.left.pop(0)
    each.codes.add(code)
    if set(date_range.days) <= backfilled(connection, each.outlet):
        progress.advance(each.task, len(date_range.days))
        if run and not run.listed and not run.filtered_out:
            each.empty.append(date_range)
    else:
        each.failed.append(date_range)


def _is_unfinished(run: RunRow | None, code: int) -> bool:
    """Whether a crawl only ran out of time, or gave way to another: what it has fetched is known to the next."""
    return code == ExitCode.OK and run is not None and run.status == "partial"


def backfill_table(outlets: Sequence[Backfill], days: int) -> Table:
    """Return one line an outlet: of how many days asked for all is known now, what was fetched and found, and which days are odd."""
    table = plain_table("outlet", "days", "fetched", "new", "without an article", "not finished", right=("days", "fetched", "new"))
    for each in outlets:
        done = days - sum(len(date_range.days) for date_range in each.failed)
        table.add_row(
            each.outlet, f"{done}/{days}", str(each.pages), str(each.stories), _list_ranges(each.empty), _list_ranges(each.failed)
        )
    return table


def _list_ranges(date_ranges: Sequence[DateRange]) -> str:
    return ", ".join(
        str(date_range.first) if date_range.first == date_range.last else f"{date_range.first} to {date_range.last}"
        for date_range in date_ranges
    )
