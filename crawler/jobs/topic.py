"""Explains verdicts and measures a topic: what `scrapy topic` prints."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from psycopg import Connection
from rich.console import Console
from rich.table import Table

from crawler.article import Original, Verdict
from crawler.jobs.tables import plain_table
from crawler.jobs.verdict import said
from pipelines.clean import clean_line, clean_text
from pipelines.database.errors import ConfigurationError
from pipelines.database.verdicts import Settled, find_pages, text_of
from pipelines.topic import Topic
from pipelines.topic.evaluation import Share, measure, read_cases
from pipelines.topic.explanation import explain_lines


def explain_pages(
    console: Console, connection: Connection, topics: Sequence[Topic], given: str, article: Original | None, *, as_json: bool
) -> None:
    """Print each topic's verdict on the pages of this URL or id. ``article``: whose URL it is. Raises ConfigurationError."""
    pages = find_pages(connection, given, article)
    if not pages:
        raise ConfigurationError(f"{given} is no file, and no page in the database has this URL or id")
    for page in pages:
        where = f"{page.outlet} {page.article_id}, page {page.page_id}, {page.status}: {page.url}"
        if not page.verdicts:
            console.print(f"{where}\nnever classified: {page.reason or page.status}", markup=False, soft_wrap=True)
            continue
        story = text_of(connection, page.page_id) if page.headline is not None else None
        for topic in topics:
            stored, again = page.verdicts.get(topic.name), topic.classify(*story) if story else None
            if stored:
                settled = page.settled.get(topic.name)
                headline = page.headline or "(off topic: its text is in the archive)"
                _print(console, headline, stored, where=where, settled=settled, as_json=as_json)
            elif not as_json:
                console.print(f"{where}\nnot classified by topic {topic.name} yet", markup=False, soft_wrap=True)
            if again and not as_json and (stored is None or (again.band, again.score) != (stored.band, stored.score)):
                version = f"version {again.rule_version}"
                console.print(f"by the topic as it is now ({version}): {again.band} {again.score:g}; scrapy reclassify applies it")


def explain_stories(console: Console, topics: Sequence[Topic], path: Path, *, as_json: bool) -> None:
    """Print each topic's verdict on the stories in a file. Raises ConfigurationError."""
    for headline, body in _stories(path):
        for topic in topics:
            _print(console, headline, topic.classify(headline, body), as_json=as_json)


def evaluate(console: Console, topic: Topic, path: Path, *, as_json: bool) -> None:
    """Print how well a topic does on labelled stories. Raises ConfigurationError."""
    measured = measure(topic, read_cases(path))
    if as_json:
        print(json.dumps(measured, ensure_ascii=False, indent=2, default=Share.as_json))
        return
    console.print(f"{topic.name} version {measured['rule_version']}, {measured['cases']} cases; shares with 95 % intervals\n")
    console.print(_figures_table(measured), _kinds_table(measured["by_kind"]), sep="\n")
    console.print(f"{len(measured['confusion'])} taken wrongly: on and not about, or off and about or review")
    for case in measured["confusion"]:
        line = "  {label:<4}{band:<8}{score:<6g}{id}  {kind}, {text_form}: {title}".format_map(case)
        console.print(line, markup=False, soft_wrap=True)


def _stories(path: Path) -> Iterator[tuple[str, str]]:
    """Yield headline and body of the stories in a file. Raises ConfigurationError."""
    try:
        content = path.read_text(encoding="utf-8")
        if path.suffix not in {".json", ".jsonl"}:
            headline, _, body = content.strip().partition("\n")
            yield clean_line(headline), clean_text(body)
            return
        rows = [json.loads(line) for line in content.splitlines() if line.strip()] if path.suffix == ".jsonl" else json.loads(content)
        for row in rows if isinstance(rows, list) else [rows]:
            yield clean_line(row["title"]), clean_text(row["text"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path} is no text, nor JSON with title and text: {type(error).__name__}: {error}") from None


def _print(console: Console, headline: str, verdict: Verdict, *, as_json: bool, where: str = "", settled: Settled | None = None) -> None:
    if as_json:
        more = ({"where": where} if where else {}) | ({"settled": asdict(settled)} if settled else {})
        print(json.dumps({"headline": headline, **more, **asdict(verdict)}, ensure_ascii=False, default=str))
        return
    console.print(headline, style="bold", markup=False, soft_wrap=True)
    for line in (*([where] if where else []), *([f"{said(settled)}; by the rule:"] if settled else []), *explain_lines(verdict)):
        console.print(line, markup=False, soft_wrap=True)
    console.print()


def _figures_table(measured: Mapping[str, Any]) -> Table:
    cases = Counter({"all": measured["cases"]})
    for kind in measured["by_kind"]:
        cases[kind["text_form"]] += kind["cases"]
    groups = {"all": measured["all"], **measured["by_text_form"]}
    table = plain_table("", *(f"{name}: {cases[name]}" for name in groups))
    for name in measured["all"]:
        table.add_row(name, *(str(figures[name]) for figures in groups.values()))
    return table


def _kinds_table(kinds: Sequence[Mapping[str, Any]]) -> Table:
    table = plain_table("label", "kind", "form", *[*kinds[0]][3:])
    for kind in kinds:
        table.add_row(*map(str, kind.values()))
    return table
