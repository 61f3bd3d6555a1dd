"""What is made from the outlets' declarations: README's table, docs/declarations.md, and the schedules in deploy/."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from crawler.declarations.check import PROOFS, PROVIDED, hints_of
from crawler.declarations.words import in_words
from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import DateIndex, Route, Search, SectionPage, TagPage
from crawler.expectations import Expectations
from crawler.jobs.schedule import files, jobs
from crawler.outlet import OutletSpider, attributes
from crawler.reading.candidates import SOURCES
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls

Outlet = type[OutletSpider]
INSTALLED = Path("/srv/poros")  # where deploy/ expects the checkout
SCHEDULES = {"cron": "cron.d", "systemd": "systemd", "kubernetes": "kubernetes"}  # kind → folder in deploy/
_README = re.compile(r"\| spider \| outlet \|.*?\n(?=\n)", re.DOTALL)
_LINE = re.compile(r" {4}(\w+): [^#]*?(?: {2}# (.*))?$")
_OF_SPIDERS = {
    "name": "of the spider, its file and its fixtures' folder: small letters, digits and _",
    "custom_settings": "a user agent or a delay that the outlet demands, with the date it was seen to; else leave it out",
}


def outlets_markdown(outlets: Iterable[Outlet]) -> str:
    """Return README's table: what each outlet is called, by which routes it is found, and from what its declaration is known."""
    lines = ["| spider | outlet | found by | proven |", "|---|---|---|---|"]
    for outlet in outlets:
        routes = dict.fromkeys("tag pages" if route.group == "tags" else route.name for route in outlet.routes)
        lines.append(f"| `{outlet.name}` | {outlet.title} | {', '.join(routes)} | {outlet.proven} |")
    return "\n".join(lines) + "\n"


def generated(outlets: Iterable[Outlet], root: Path) -> dict[Path, str]:
    """Return the content of every file that is made from the declarations of all outlets, by its path below ``root``."""
    outlets = [*outlets]
    made = {
        Path("deploy", folder, name): text
        for kind, folder in SCHEDULES.items()
        for name, text in files(kind, jobs(outlets), INSTALLED, "poros", "poros").items()
    }
    readme = (root / "README.md").read_text("utf-8")
    return made | {
        Path("README.md"): _README.sub(lambda _: outlets_markdown(outlets), readme, count=1),
        Path("docs", "declarations.md"): declarations_markdown(),
    }


def stale(outlets: Iterable[Outlet], root: Path) -> Iterator[Path]:
    """Yield the files below ``root`` that are not as they would be made: those to write, and units of outlets that are gone."""
    made = generated(outlets, root)
    for path, text in made.items():
        if not (root / path).is_file() or (root / path).read_text("utf-8") != text:
            yield path
    for folder in SCHEDULES.values():
        yield from (path.relative_to(root) for path in (root / "deploy" / folder).glob("*") if path.relative_to(root) not in made)


def write(outlets: Iterable[Outlet], root: Path) -> list[Path]:
    """Make those files anew; return which were not up to date."""
    outlets = [*outlets]
    made = generated(outlets, root)
    changed = [*stale(outlets, root)]
    for path in changed:
        if path in made:
            (root / path).write_text(made[path], "utf-8")
        else:
            (root / path).unlink()
    return changed


# --- docs/declarations.md


def declarations_markdown() -> str:
    """Return the reference of everything that an outlet may declare."""
    spider = {**comments(OutletSpider), **_OF_SPIDERS}
    rows = [(name, hint, _shown(vars(OutletSpider).get(name, MISSING)), spider[name]) for name, hint in attributes().items()]
    rows = [(name, hint, "none" if name == "custom_settings" else default, said) for name, hint, default, said in rows]
    return "\n".join(
        [
            "# Declarations",
            "",
            "Everything that an outlet may declare. Made by `scrapy check --write` from the code, whose comments these are;",
            "[adding-an-outlet.md](adding-an-outlet.md) says how to go about it.",
            "",
            "A wrong name, type or value is an error that says which file and attribute, what is allowed and what was probably meant.",
            "A mark such as `(2026-07)` beside a value says when it was seen.",
            "",
            *_section("An outlet", "The attributes of a class in `crawler/spiders/`, in the order in which they stand there.", rows),
            f"What `proven` may name: {', '.join(PROOFS)}.",
            "",
            *_of_class("Addresses of articles: `ArticleUrls`", ArticleUrls),
            *_of_class("Routes: what all have", Route),
            f"What `provides` may name: {', '.join(PROVIDED)}.",
            "",
            *(line for kind in (Feed, NewsSitemap, SectionPage, TagPage, DateIndex, Search) for line in _of_route(kind)),
            "`tag_pages(url)` makes a `TagPage` of each tag that the topic has; `{slug}` in its URL stands for the tag.",
            "",
            *_of_class("Pages: `PageRules`", PageRules),
            f"What `source_order` may name: {', '.join(SOURCES)}.",
            "",
            *_of_class("What every run must deliver: `Expectations`", Expectations),
        ]
    )


def comments(kind: type) -> dict[str, str]:
    """What is said of each field of a class in its source: above it, and at the end of its line."""
    said: dict[str, str] = {}
    above: list[str] = []
    for line in inspect.getsource(kind).splitlines():
        if line.startswith("    # "):
            above.append(line.strip(" #"))
        elif match := _LINE.match(line):
            said[match[1]] = " ".join([*above, match[2] or ""]).strip()
            above = []
        else:
            above = []
    return said


def _of_class(title: str, kind: type, only: Mapping[str, Field[Any]] | None = None) -> list[str]:
    hints, said = hints_of(kind), comments(kind)
    chosen = [each for each in fields(kind) if only is None or each.name in only]
    rows = [(each.name, hints[each.name], _default(each), said.get(each.name, "")) for each in chosen]
    return _section(title, inspect.cleandoc(kind.__doc__ or "").replace("``", "`"), rows)


def _of_route(kind: type[Route]) -> list[str]:
    own = {each.name: each for each in fields(kind) if each.name in vars(kind).get("__annotations__", {})}
    return _of_class(f"`{kind.__name__}`", kind, own)


def _section(title: str, said: str, rows: Iterable[tuple[str, Any, str, str]]) -> list[str]:
    table = [f"| `{name}` | {in_words(hint)} | {default} | {text.replace('|', chr(92) + '|')} |" for name, hint, default, text in rows]
    head = ["| field | is | default | meaning |", "|---|---|---|---|"] if table else []
    level = "###" if title.startswith("`") else "##"
    return [f"{level} {title}", "", said, "", *head, *table, *([""] if table else [])]


def _default(field: Field[Any]) -> str:
    return "`{}`" if field.default_factory is not MISSING else _shown(field.default)


def _shown(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value // timedelta(minutes=1)} minutes"
    if isinstance(value, Expectations):
        return "as below"
    return "needed" if value is MISSING or inspect.isdatadescriptor(value) else f"`{value!r}`"
