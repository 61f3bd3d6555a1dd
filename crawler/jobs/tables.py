"""The tables that people see at a terminal and in a log."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table

from crawler import clock
from pipelines.database.runs import RunRow

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
            table.add_row(outlet, *(str(getattr(run, name)) for name in COUNTS), seconds, run.status)
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
