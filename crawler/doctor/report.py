"""What `scrapy doctor` prints: an outlet's routes and one of its articles, expected beside seen."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from shlex import quote

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crawler.clock import WIB
from crawler.doctor.checks import MOSTLY, Diagnosis, Level, RouteFacts, span
from crawler.preview.preview import ABSENT, field_rows
from pipelines.clean import clean_line

_MARKS = {Level.HOLDS: Text("✓", style="green"), Level.NOTE: Text("·", style="yellow"), Level.FAILED: Text("✗", style="bold red")}
_STYLES = {Level.HOLDS: "", Level.NOTE: "yellow", Level.FAILED: "red"}
_WIDE = 120  # columns of a terminal that has room for one line a route
_SORTED = {None: "", True: "yes", False: "no"}
_INSET = (0, 0, 0, 2)


def show(diagnosis: Diagnosis, console: Console, folder: Path | None) -> None:
    """Print an outlet's block. ``folder``: where its pages lie, if they were kept."""
    outlet = diagnosis.seen.outlet
    console.print(Text.assemble((outlet.name, "bold"), f"  {outlet.title}, {outlet.home}"), soft_wrap=True)
    console.print()
    for table in _routes_tables(diagnosis.routes, console.width):
        console.print(Padding(table, _INSET))
        console.print()
    if diagnosis.shown and diagnosis.article:
        _show_article(diagnosis, console)
    lines = [*_found(diagnosis), *((Level.NOTE, Text(remark)) for remark in _remarks(diagnosis))]
    for level, line in lines:
        _marked(console, level, line)
    if lines:
        console.print()
    console.print(Text(clean_line(diagnosis.verdict), style="bold red" if diagnosis.of(Level.FAILED) else "bold green"))
    if folder:
        console.print(Text(f"pages: {_shortest(folder)}", style="dim"), soft_wrap=True)
        if diagnosis.article and diagnosis.article.contents:
            look = f"scrapy preview {quote(_shortest(folder / 'article.html'))} --url {quote(clean_line(diagnosis.article.candidate.url))}"
            console.print(Text(f"look:  {look}", style="dim"), soft_wrap=True)
    console.print()


def _shortest(path: Path) -> str:
    """A path as people type it."""
    path = path.resolve()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _found(diagnosis: Diagnosis) -> Iterator[tuple[Level, Text]]:
    for level in (Level.NOTE, Level.FAILED):
        for finding in diagnosis.of(level):
            expected = f"  (expected: {finding.expected})" if finding.expected else ""
            yield level, Text.assemble(f"{finding.subject}: ", clean_line(finding.seen), (expected, "dim"))


def summary(diagnoses: Sequence[Diagnosis], console: Console) -> None:
    """Print one line an outlet, if there are several, and what to do next."""
    levels = [max((finding.level for finding in diagnosis.findings if finding.expected), default=Level.HOLDS) for diagnosis in diagnoses]
    if len(diagnoses) > 1:
        well = levels.count(Level.HOLDS)
        console.print(Text(f"{well} of {len(diagnoses)} outlets pass all checks", style="bold"))
        console.print()
        for diagnosis, level in zip(diagnoses, levels, strict=True):
            _marked(console, level, Text(clean_line(diagnosis.verdict)))
        console.print()
    console.print("A fixture of a page: scrapy record URL CASE. What was cut out of one, and why: scrapy preview FILE --url URL.")


def _marked(console: Console, level: Level, text: Text) -> None:
    grid = Table.grid(padding=(0, 1))
    grid.add_column()
    grid.add_column(overflow="fold")
    grid.add_row(_MARKS[level], text, style=_STYLES[level])
    console.print(Padding(grid, _INSET))


def _routes_tables(routes: Sequence[RouteFacts], width: int) -> Iterator[Table]:
    """Yield one table, or two that fit on a narrow terminal."""
    shown = list(_COLUMNS)
    for columns in (shown,) if width >= _WIDE else (shown[:_COUNTS], shown[_COUNTS:]):
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("", "route"):
            table.add_column(name, overflow="fold")
        for name in columns:
            table.add_column(name, justify="left" if name in _WORDS else "right", overflow="fold")
        for facts in routes:
            cells = (_COLUMNS[name](facts) for name in columns)
            table.add_row(_MARKS[facts.level], facts.seen.route.name, *cells, style=_STYLES[facts.level])
        yield table


def _listed(facts: RouteFacts, count: int) -> str:
    return str(count) if facts.seen.listing is not None else ""


def _age(age: timedelta | None, expected: int | None = None) -> str:
    return "" if age is None else f"{span(age)} of {expected} h" if expected else span(age)


def _provided(facts: RouteFacts) -> str:
    """What the list provides of its articles, and what it is declared to and does not."""
    provided = [name for name, share in facts.provides.items() if share >= MOSTLY]
    missing = [f"no {name}" for name in facts.seen.route.provides if facts.provides and name not in provided]
    return ", ".join(provided + missing)


_COLUMNS: dict[str, Callable[[RouteFacts], str]] = {
    "status": lambda facts: str(facts.seen.status or "–"),
    "robots": lambda facts: facts.seen.robots,
    "entries": lambda facts: _listed(facts, len(facts.seen.entries)),
    "articles": lambda facts: _listed(facts, facts.articles),
    "taken": lambda facts: _listed(facts, facts.taken),
    "newest": lambda facts: _age(facts.newest),
    "reaches back": lambda facts: _age(facts.back, facts.seen.route.horizon_hours),
    "sorted": lambda facts: _SORTED[facts.is_sorted],
    "provides": _provided,
}
_COUNTS = 5  # of them count what a list holds
_WORDS = frozenset({"robots", "sorted", "provides"})


def _show_article(diagnosis: Diagnosis, console: Console) -> None:
    assert diagnosis.shown
    assert diagnosis.article
    candidate = diagnosis.article.candidate
    console.print(Text.assemble(("article", "bold"), f"  {clean_line(candidate.url)}"), soft_wrap=True)
    when = f", {candidate.published_at.astimezone(WIB):%Y-%m-%d %H:%M} WIB" if candidate.published_at else ""
    console.print(Text(f"listed by {candidate.route}{when}", style="dim"))
    console.print()
    article = diagnosis.shown.article
    if article is None:
        return
    checks = {finding.subject: finding for finding in diagnosis.findings if finding.expected}
    body = f"{article.body.count(chr(10) * 2) + 1} paragraphs, {len(article.body)} characters"
    rows = [*field_rows(article)]
    absent = [name for name, value, _ in rows if value.plain == ABSENT and name not in checks]
    rows = [row for row in rows if row[0] not in absent]
    rows += [
        ("not there", Text(" · ".join(absent) or "–", style="dim"), Text("")),
        ("body", Text(body), Text(article.sources.get("body", ""), style="cyan")),
        ("noise left", Text(checks["noise left"].seen or "none"), Text("")),
        ("browser", Text("not needed"), Text("")),
    ]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    table.add_column("field", overflow="fold")
    table.add_column("expected", overflow="fold")
    table.add_column("seen", overflow="fold", ratio=1)
    table.add_column("source", max_width=32, overflow="fold")
    for name, value, source in rows:
        check = checks.get(name)
        mark, expected, style = (_MARKS[check.level], check.expected, _STYLES[check.level]) if check else ("", "", "")
        table.add_row(mark, name, expected, value, source, style=style)
    console.print(Padding(table, _INSET))
    console.print()


def _remarks(diagnosis: Diagnosis) -> Iterator[str]:
    """What is known of an outlet that answers 403."""
    seen = diagnosis.seen
    if seen.is_refused:
        yield f"asked as {seen.user_agent}"
        if seen.outlet.access:
            yield f"{seen.outlet.access}."
        yield 'What can be done about it: docs/operating.md, "An outlet that refuses your address".'
