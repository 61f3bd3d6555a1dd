"""A report as one page that needs nothing else."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from pipelines.database.report import Answer
from reports.charts import stacked_bars
from reports.figures import SECTIONS

WIB = ZoneInfo("Asia/Jakarta")
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DATETIME, _DATE = "%Y-%m-%d %H:%M", "%Y-%m-%d"

_TEMPLATES = Path(__file__).parent / "templates"

Ask = Callable[[str], Answer]


def shown(value: Any, longest: int = 300) -> str:
    """Return a value as people read it: times in WIB to the minute, texts of at most so many characters, what cannot be seen left out."""
    match value:
        case None:
            return "–"
        case datetime():
            text = f"{value.astimezone(WIB):{_DATETIME}}"
        case date():
            text = f"{value:{_DATE}}"
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            text = f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
        case float():  # a share or a score
            text = f"{value:.3f}"
        case list():
            text = ", ".join(map(shown, value))
        case _:
            text = _INVISIBLE.sub("", str(value))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def sort_key(value: Any) -> str | float:
    """Return what a column is sorted by: a number, or a text that sorts as the value does."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if _is_number(value) else shown(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal | timedelta)


def _is_url(value: Any) -> bool:
    return str(value).startswith(("https://", "http://"))


def render(ask: Ask, *, topic: str, since: datetime, now: datetime, limit: int) -> str:
    """Return the page. ``ask`` answers the query of a figure; ``limit``: rows of the lists, which the page names."""
    answers = {figure.name: ask(figure.name) for section in SECTIONS for figure in section.figures}
    files = {name: Markup((_TEMPLATES / f"report.{end}").read_text()) for name, end in (("style", "css"), ("script", "js"))}  # noqa: S704
    summary, spread = ask("summary"), answers["spread"].rows
    return template("report.html").render(
        **files,
        topic=topic,
        since=since,
        now=now,
        limit=limit,
        sections=SECTIONS,
        answers=answers,
        summary=summary.rows[0],
        summary_query=summary.query,
        charts=_charts(answers),
        stories=[list(rows) for _, rows in groupby(spread, key=itemgetter("story_id"))],
    )


def _charts(answers: dict[str, Answer]) -> dict[str, Markup]:
    charts = {}
    if rows := answers["attention"].rows:
        weeks = sorted({row["week"] for row in rows})
        counts = {(row["outlet"], row["week"]): int(row["articles"]) for row in rows}
        series = {
            shown(outlet, 40): [counts.get((outlet, week), 0) for week in weeks] for outlet in sorted({row["outlet"] for row in rows})
        }
        charts["attention"] = stacked_bars([f"{week:{_DATE}}" for week in weeks], series, name="attention")
    if rows := answers["agencies"].rows[:12]:
        roles = {role: [row[role] for row in rows[::-1]] for role in ("text", "quoted", "picture", "subject")}
        charts["agencies"] = stacked_bars([shown(row["agency"], 40) for row in rows[::-1]], roles, name="agencies", is_horizontal=True)
    return {name: Markup(chart) for name, chart in charts.items()}  # noqa: S704 - pygal escapes what it draws


def template(name: str) -> jinja2.Template:
    """Return a template of reports/templates; of those that end in .txt nothing is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=jinja2.select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"shown": shown, "sort_key": sort_key, "is_url": _is_url}
    environment.tests["of_numbers"] = lambda name, rows: any(_is_number(row[name]) for row in rows)
    return environment.get_template(name)
