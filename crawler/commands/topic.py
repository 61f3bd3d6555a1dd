"""``scrapy topic``: explains a verdict, or measures the topic on labelled stories."""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from psycopg import Connection
from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.article import Verdict
from crawler.commands.crawl import identify
from crawler.exit_codes import exit_on_error
from crawler.jobs.startup import load_topics, prepare_database
from pipelines.clean import clean_line, clean_text
from pipelines.database.connection import ConfigurationError, connect
from pipelines.database.verdicts import find_pages, text_of
from pipelines.topic import Topic, TopicError
from pipelines.topic.evaluation import CasesError, ClassifiedCase, Share, classify_cases, figures, group_by, read_cases, taken
from pipelines.topic.explanation import explain_lines


class Command(ScrapyCommand):
    """Shows how a story's score comes about, from a file or from the database; or how well the topic does."""

    settings: Settings  # set before any method is called
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Explain a story's verdict, or measure the topic on labelled stories"

    def syntax(self) -> str:
        """Return how the command is called."""
        return "[options] FILE|URL|ID | --evaluate CASES.jsonl"

    def long_desc(self) -> str:
        """Return what --help says."""
        return (
            "FILE is a text with the headline on its first line, or JSON or JSONL with title and text. A URL, or an id (the page's number"
            " here, or the outlet's own id), is looked up in the database. Cases have id, title, text, label (on, borderline, off), kind"
            " and text_form."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --evaluate, --topic and --json."""
        super().add_options(parser)
        parser.add_argument("--evaluate", metavar="CASES.jsonl", type=Path, help="measure precision and recall on labelled stories")
        parser.add_argument("--topic", metavar="NAME", help="by this one of several topics")
        parser.add_argument("--json", action="store_true", help="print JSON, for machines")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Explain or measure."""
        if len(args) != (0 if opts.evaluate else 1):
            raise UsageError("name one file, URL or id, or --evaluate a file of cases")
        console = Console(width=None if os.isatty(1) else 160, highlight=False)
        with exit_on_error(self):
            topics = self._topics(opts.topic)
            if opts.evaluate:
                if len(topics) > 1:
                    raise ConfigurationError(f"--evaluate measures one topic: choose --topic {' or '.join(topic.name for topic in topics)}")
                _evaluate(console, topics[0], opts.evaluate, as_json=opts.json)
            elif Path(args[0]).is_file():
                for headline, body in _stories(Path(args[0])):
                    for topic in topics:
                        _print(console, headline, topic.classify(headline, body), as_json=opts.json)
            else:
                with connect(prepare_database(self.settings)) as connection:
                    self._look_up(console, connection, topics, args[0], as_json=opts.json)

    def _topics(self, name: str | None) -> list[Topic]:
        topics = load_topics(self.settings)
        try:
            return [topics.named(name)] if name else [*topics]
        except TopicError as error:
            raise ConfigurationError(str(error)) from None

    def _look_up(self, console: Console, connection: Connection, topics: Sequence[Topic], given: str, *, as_json: bool) -> None:
        article = identify(get_spider_loader(self.settings), given)
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
                else:
                    console.print(f"{where}\nnot classified by topic {topic.name} yet", markup=False, soft_wrap=True)
                if again and not as_json and (stored is None or (again.band, again.score) != (stored.band, stored.score)):
                    version = f"version {again.rule_version}"
                    console.print(f"by the topic as it is now ({version}): {again.band} {again.score:g}; scrapy reclassify applies it")


def _evaluate(console: Console, topic: Topic, path: Path, *, as_json: bool) -> None:
    try:
        classified = classify_cases(topic, read_cases(path))
    except CasesError as error:
        raise ConfigurationError(str(error)) from None
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
