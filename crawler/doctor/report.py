"""What `scrapy doctor` prints: an outlet's routes and one of its articles, expected beside seen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from shlex import quote

from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from crawler.article import Article
from crawler.clock import WIB
from crawler.doctor.checks import MOSTLY, Diagnosis, Finding, Level, RouteFacts, span
from crawler.preview.preview import ABSENT, field_rows
from pipelines.clean import clean_line

_MARKS = {Level.HOLDS: Text("✓", style="green"), Level.NOTE: Text("·", style="yellow"), Level.FAILED: Text("✗", style="bold red")}
_STYLES = {Level.HOLDS: "", Level.NOTE: "yellow", Level.FAILED: "red"}
_WIDE = 120  # columns of a terminal that has room for one line a route
_COUNTS = 5  # columns of a route's line that go into the first of two tables
_WORDS = frozenset({"", "route", "robots", "sorted", "provides"})  # columns that hold no numbers
_SORTED = {None: "", True: "yes", False: "no"}


def show(diagnosis: Diagnosis, console: Console, folder: Path | None) -> None:
    """Print an outlet's block. ``folder``: where its pages lie, if they were kept."""
    outlet, opened = diagnosis.seen.outlet, diagnosis.article
    console.print(Text.assemble((outlet.name, "bold"), f"  {outlet.title}, {outlet.home}"), soft_wrap=True)
    console.print(Text(f"known from {outlet.proven}\n" if outlet.proven else "", style="dim"))
    for table in _routes_tables(diagnosis.routes, console.width):
        _print_inset(table, console)
    if opened:
        candidate = opened.candidate
        console.print(Text.assemble(("article", "bold"), f"  {clean_line(candidate.url)}"), soft_wrap=True)
        when = f", {candidate.published_at.astimezone(WIB):%Y-%m-%d %H:%M} WIB" if candidate.published_at else ""
        console.print(Text(f"listed by {candidate.route}{when}\n", style="dim"))
    if diagnosis.shown and diagnosis.shown.article:
        checks = {finding.subject: finding for finding in diagnosis.findings if finding.expected}
        _print_inset(_article_table(diagnosis.shown.article, checks), console)
    _print_marked([*_explain_findings(diagnosis)], console)
    console.print(Text(clean_line(diagnosis.verdict), style="bold red" if diagnosis.of(Level.FAILED) else "bold green"))
    if folder:
        console.print(Text(f"pages: {_shortest(folder)}", style="dim"), soft_wrap=True)
        if opened and opened.contents:
            look = f"scrapy preview {quote(_shortest(folder / 'article.html'))} --url {quote(clean_line(opened.candidate.url))}"
            console.print(Text(f"look:  {look}", style="dim"), soft_wrap=True)
    console.print()


def summary(diagnoses: Sequence[Diagnosis], console: Console) -> None:
    """Print one line an outlet, if there are several, and what to do next."""
    if len(diagnoses) > 1:
        levels = [Level.FAILED if diagnosis.of(Level.FAILED) else Level.HOLDS for diagnosis in diagnoses]
        console.print(Text(f"{levels.count(Level.HOLDS)} of {len(diagnoses)} outlets pass all checks\n", style="bold"))
        verdicts = (Text(clean_line(diagnosis.verdict)) for diagnosis in diagnoses)
        _print_marked(list(zip(levels, verdicts, strict=True)), console)
    console.print("A fixture of a page: scrapy record URL CASE. What was cut out of one, and why: scrapy preview FILE --url URL.")


def _shortest(path: Path) -> str:
    """A path as people type it."""
    path = path.resolve()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _print_inset(table: Table, console: Console) -> None:
    console.print(Padding(table, (0, 0, 0, 2)))
    console.print()


def _print_marked(lines: Sequence[tuple[Level, Text]], console: Console) -> None:
    grid = Table.grid(Column(), Column(overflow="fold"), padding=(0, 1))
    for level, text in lines:
        grid.add_row(_MARKS[level], text, style=_STYLES[level])
    if lines:
        _print_inset(grid, console)


def _table(columns: Iterable[Column]) -> Table:
    return Table(*columns, box=None, pad_edge=False, header_style="bold")


def _explain_findings(diagnosis: Diagnosis) -> Iterator[tuple[Level, Text]]:
    """Notes, what failed, and what is known of an outlet that answers 403."""
    seen = diagnosis.seen
    for level in (Level.NOTE, Level.FAILED):
        for finding in diagnosis.of(level):
            expected = f"  (expected: {finding.expected})" if finding.expected else ""
            yield level, Text.assemble(f"{finding.subject}: ", clean_line(finding.seen), (expected, "dim"))
    if seen.is_refused:
        yield Level.NOTE, Text(f"asked as {seen.user_agent}")
        if seen.outlet.access:
            yield Level.NOTE, Text(f"{seen.outlet.access}.")
        yield Level.NOTE, Text('What can be done about it: docs/operating.md, "An outlet that refuses your address".')


def _routes_tables(routes: Sequence[RouteFacts], width: int) -> Iterator[Table]:
    """Yield one table, or two that fit on a narrow terminal."""
    rows = [_route_cells(facts) for facts in routes]
    names = list(rows[0]) if rows else []
    for shown in (names,) if width >= _WIDE else (names[:_COUNTS], names[_COUNTS:]):
        columns = ("", "route", *shown)
        table = _table(Column(name, justify="left" if name in _WORDS else "right", overflow="fold") for name in columns)
        for facts, cells in zip(routes, rows, strict=True):
            table.add_row(_MARKS[facts.level], facts.seen.route.name, *(cells[name] for name in shown), style=_STYLES[facts.level])
        yield table


def _route_cells(facts: RouteFacts) -> dict[str, str]:
    seen, route = facts.seen, facts.seen.route
    counts = (len(seen.entries), facts.articles, facts.taken) if seen.listing else ("", "", "")
    back = _age(facts.back)
    provided = [name for name, share in facts.provides.items() if share >= MOSTLY]
    missing = [f"no {name}" for name in route.provides if facts.provides and name not in provided]
    return {
        "status": str(seen.status or "–"),
        "robots": seen.robots,
        **dict(zip(("entries", "articles", "taken"), map(str, counts), strict=True)),
        "newest": _age(facts.newest),
        "reaches back": f"{back} of {route.horizon_hours} h" if back and route.horizon_hours else back,
        "sorted": _SORTED[facts.is_sorted],
        "provides": ", ".join(provided + missing),
    }


def _age(age: timedelta | None) -> str:
    return "" if age is None else span(age)


def _article_table(article: Article, checks: Mapping[str, Finding]) -> Table:
    """Every field of an article, beside the check of it if there is one."""
    body = f"{article.body.count(chr(10) * 2) + 1} paragraphs, {len(article.body)} characters"
    fields = [*field_rows(article)]
    absent = [name for name, value, _ in fields if value.plain == ABSENT and name not in checks]
    rows: list[tuple[str, Text | str, Text | str]] = [
        *(row for row in fields if row[0] not in absent),
        ("not there", Text(" · ".join(absent) or "–", style="dim"), ""),
        ("body", body, Text(article.sources.get("body", ""), style="cyan")),
        ("noise left", Text(checks["noise left"].seen or "none"), ""),
        ("browser", checks["browser"].seen or checks["browser"].expected, ""),
    ]
    wide = (Column("seen", overflow="fold", ratio=1), Column("source", max_width=32, overflow="fold"))
    table = _table([Column(), Column("field", overflow="fold"), Column("expected", overflow="fold"), *wide])
    for name, value, source in rows:
        check = checks.get(name)
        mark, expected, style = (_MARKS[check.level], check.expected, _STYLES[check.level]) if check else ("", "", "")
        table.add_row(mark, name, expected, value, source, style=style)
    return table
