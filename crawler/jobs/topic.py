"""Explains verdicts and measures a topic: what `scrapy topic` prints."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from psycopg import Connection
from rich.console import Console
from rich.table import Table

from crawler.article import Original, Verdict
from pipelines.clean import clean_line, clean_text
from pipelines.database.errors import ConfigurationError
from pipelines.database.verdicts import find_pages, text_of
from pipelines.topic import Topic
from pipelines.topic.evaluation import ClassifiedCase, Share, classify_cases, figures, group_by, read_cases, taken
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
                _print(console, page.headline or "(off topic: its text is in the archive)", stored, where=where, as_json=as_json)
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
    classified = classify_cases(topic, read_cases(path))
    if as_json:
        print(json.dumps(_as_json(topic, classified), ensure_ascii=False, indent=2))
        return
    console.print(f"{topic.name} version {topic.definition.version}, {len(classified)} cases; shares with 95 % intervals\n")
    console.print(_figures_table(classified), _kinds_table(classified), sep="\n")
    wrong = [each for each in classified if each.is_wrong]
    console.print(f"{len(wrong)} taken wrongly: on and not about, or off and about or review")
    for each in wrong:
        console.print(f"  {_name(each)}", markup=False, soft_wrap=True)


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


def _print(console: Console, headline: str, verdict: Verdict, *, as_json: bool, where: str = "") -> None:
    if as_json:
        print(json.dumps({"headline": headline, **({"where": where} if where else {}), **asdict(verdict)}, ensure_ascii=False))
        return
    console.print(headline, style="bold", markup=False, soft_wrap=True)
    for line in (*([where] if where else []), *explain_lines(verdict)):
        console.print(line, markup=False, soft_wrap=True)
    console.print()


def _name(each: ClassifiedCase) -> str:
    case, verdict = each.case, each.verdict
    return f"{case.label:<4}{verdict.band:<8}{verdict.score:<6g}{case.id}  {case.kind}, {case.text_form}: {case.title}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column)
    return table


def _by_text_form(classified: list[ClassifiedCase]) -> dict[str, list[ClassifiedCase]]:
    return {form: group for (form,), group in group_by(classified, "text_form").items()}


def _figures_table(classified: list[ClassifiedCase]) -> Table:
    groups = {"all": classified, **_by_text_form(classified)}
    table = _table("", *(f"{name}: {len(group)}" for name, group in groups.items()))
    columns = [figures(group) for group in groups.values()]
    for name in columns[0]:
        table.add_row(name, *(str(column[name]) for column in columns))
    return table


def _kinds_table(classified: list[ClassifiedCase]) -> Table:
    table = _table("label", "kind", "form", "cases", *taken(classified))
    for names, group in group_by(classified, "label", "kind", "text_form").items():
        table.add_row(*names, str(len(group)), *map(str, taken(group).values()))
    return table


def _as_json(topic: Topic, classified: list[ClassifiedCase]) -> dict[str, Any]:
    def shares(group: dict[str, Share]) -> dict[str, Any]:
        return {name: share.as_json() for name, share in group.items()}

    def of_case(each: ClassifiedCase, *names: str) -> dict[str, Any]:
        return {**{name: getattr(each.case, name) for name in names}, "band": each.verdict.band, "score": each.verdict.score}

    return {
        "topic": topic.name,
        "rule_version": topic.definition.version,
        "cases": len(classified),
        "all": shares(figures(classified)),
        "by_text_form": {form: shares(figures(group)) for form, group in _by_text_form(classified).items()},
        "by_kind": [
            {"label": label, "kind": kind, "text_form": form, "cases": len(group), **shares(taken(group))}
            for (label, kind, form), group in group_by(classified, "label", "kind", "text_form").items()
        ],
        "confusion": [of_case(each, "id", "label", "kind", "text_form", "title") for each in classified if each.is_wrong],
        "verdicts": [of_case(each, "id") for each in classified],
    }
