"""The tables that people see at a terminal and in a log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.markup import escape
from rich.table import Table

from crawler import clock
from crawler.outlet import OutletSpider
from pipelines.database.health import DayOfRuns, Health, OpenIssue
from pipelines.database.outlet_checks import Held
from pipelines.database.runs import RunRow

_REASON = 30  # characters of a reason that fit beside the rest; the log and crawl_runs have all of it
COUNTS = ("listed", "known", "fetched", "on_topic", "new", "updated", "rejected", "failed")


def plain_table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Return an empty table without lines; ``right``: columns of numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), justify="right" if column in right else "left", overflow="fold")
    return table


def runs_table(outlets: Sequence[str], runs: Iterable[RunRow], ended: Mapping[str, int]) -> Table:
    """Return one line an outlet: the counts of its run so far, and how it ended (``ended``: exit codes by outlet)."""
    table = plain_table("outlet", *COUNTS, "seconds", "status", right=(*COUNTS, "seconds"))
    rows = {run.outlet: run for run in runs}
    for outlet in outlets:
        if run := rows.get(outlet):
            seconds = f"{run.seconds:.1f}" if run.seconds is not None else ""
            is_dead = run.status == "running" and outlet in ended
            status = f"killed (exit {ended[outlet]})" if is_dead else run.status
            table.add_row(outlet, *(str(getattr(run, name)) for name in COUNTS), seconds, status)
        else:
            status = f"no run (exit {ended[outlet]})" if outlet in ended else "waiting"
            table.add_row(outlet, *[""] * (len(COUNTS) + 1), status)
    return table


def newest_table(articles: Iterable[Mapping[str, Any]]) -> Table:
    """Return one line an article: publication time in WIB, outlet, headline."""
    table = plain_table("WIB", "outlet", "headline")
    for article in articles:
        when = article["published_at"].astimezone(clock.WIB).strftime("%Y-%m-%d %H:%M") if article["published_at"] else "?"
        table.add_row(when, article["outlet"], article["headline"])
    return table


def outlets_table(outlets: Iterable[type[OutletSpider]], held: Mapping[str, Held]) -> Table:
    """Return one line an outlet: from what its declaration is known, and when scrapy doctor found it so; days in WIB."""
    table = plain_table("outlet", "title", "proven", "first held", "last held")
    for outlet in outlets:
        times = (held[outlet.name].first_held_at, held[outlet.name].last_held_at) if outlet.name in held else ()
        days = [at.astimezone(clock.WIB).date().isoformat() for at in times] or ["never seen"] * 2
        table.add_row(outlet.name, outlet.title, outlet.proven, *days)
    return table


def health_table(health: Iterable[Health]) -> Table:
    """Return one line an outlet, at most 100 columns wide; times in WIB."""
    table = plain_table("outlet", "state", "since", "last good run", "newest story", "issues", "gaps", right=("issues", "gaps"))
    for each in health:
        state = "well" if each.is_well else f"ill: {each.status}"
        times = (each.since, each.last_good_run_at, each.newest_story_at)
        table.add_row(each.outlet, state, *map(_short, times), str(each.open_issues or ""), str(each.open_gaps or ""))
    return table


def issue_lines(issues: Iterable[OpenIssue]) -> Iterator[str]:
    """Yield one line an open issue that degrades runs, after a blank one."""
    for number, issue in enumerate(each for each in issues if each.degrades):
        name = f"{issue.outlet}: " if issue.outlet and issue.outlet != issue.subject else ""
        yield f"{'' if number else chr(10)}{name}{issue.kind} {issue.subject} since {_short(issue.opened_at)}: {issue.detail}"


def ledger_table(runs: Iterable[DayOfRuns], *, single: bool) -> Table:
    """Return one line for each, at most 100 columns wide; times in WIB. ``single``: each is one run."""
    counts = ("listed", "fetched", "new", "failed")
    first, last = (("run", "status"), ("seconds",)) if single else (("day", "outlet", "runs", "bad"), ())
    table = plain_table(*first, *counts, *last, "reason", right=("runs", "bad", *counts, "seconds"))
    for each in runs:
        head = (_short(each.at), each.status) if single else (str(each.day), each.outlet, str(each.runs), str(each.bad or ""))
        reason = (each.reason or "") if len(each.reason or "") <= _REASON else f"{each.reason:.{_REASON - 1}}…"
        numbers = [f"{getattr(each, name):.0f}" for name in (*counts, *last)]
        table.add_row(*head, *numbers, escape(reason))
    return table


def _short(time: datetime | None) -> str:
    return f"{time.astimezone(clock.WIB):%Y-%m-%d %H:%M}" if time else ""
