"""Checks declarations, fixtures, and what is made from declarations, and asks nobody for anything: what `scrapy check` does."""

import ast
import inspect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from crawler.declarations.check import start_times
from crawler.fixtures.cases import case_problems
from crawler.jobs.generated import stale
from crawler.outlet import OutletSpider, attributes
from crawler.outlets import Outlets

MOST_LINES = 50
_CODE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try, ast.With)


def all_problems(outlets: Outlets, chosen: Sequence[type[OutletSpider]], root: Path) -> Iterator[str]:
    """Yield what is wrong, each with its file and the remedy: of the chosen outlets, and of what is made from all."""
    yield from (f"{file}: {said}" for file, said in outlets.broken.items())
    for outlet in chosen:
        yield from declaration_problems(outlet)
        folder = root / "tests" / "pages" / outlet.name
        yield from (f"tests/pages/{outlet.name}/{file}: {said}" for file, said in case_problems(outlet, folder))
    yield from _of_the_schedule(outlets.named())
    if not outlets.broken:
        yield from (f"{path}: is not as the declarations say: scrapy check --write" for path in stale(outlets.named(), root))


def declaration_problems(outlet: type[OutletSpider]) -> Iterator[str]:
    """Yield what the class alone cannot tell: its order, its length, and what every outlet has to have."""
    source = inspect.getsource(inspect.getmodule(outlet))  # type: ignore[arg-type]
    tree = ast.parse(source)
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == outlet.__name__)
    for said in (*_of_source(source, tree, body), *_of_what_is_there(outlet)):
        yield f"{outlet.__module__.replace('.', '/')}.py: {said}"


def _of_source(source: str, tree: ast.Module, body: ast.ClassDef) -> Iterator[str]:
    lines = len(source.splitlines())
    if lines > MOST_LINES:
        yield f"has {lines} lines, and may have {MOST_LINES}: what its group shares belongs into crawler/families.py"
    yield from (f"line {node.lineno}: an outlet declares, and has no code" for node in ast.walk(tree) if isinstance(node, _CODE))
    targets = [node for statement in body.body if isinstance(statement, ast.Assign) for node in statement.targets]
    names = [node.id for node in targets if isinstance(node, ast.Name) and not node.id.startswith("_")]
    yield from (f"{name} is declared twice: take one out" for name in dict.fromkeys(names) if names.count(name) > 1)
    order = [name for name in attributes() if name in names]
    if (once := list(dict.fromkeys(names))) != order:
        first = next(given for given, due in zip(once, order, strict=True) if given != due)
        yield f"{first} stands in the wrong place; the order is {', '.join(order)}"
    if not ast.get_docstring(body):
        yield f"{body.name} has no docstring: say where the world news stands"


def _of_what_is_there(outlet: type[OutletSpider]) -> Iterator[str]:
    if not outlet.proven:
        yield "proven is missing: say from what the outlet is known, such as real page 2026-07"
    if len(outlet.routes) < 2:
        yield f"routes has {len(outlet.routes)}: two at least, or the outlet is silent when one dies"
    for url in (outlet.home, *(route.url for route in outlet.routes)):
        if urlsplit(url).scheme != "https":
            yield f"{url} is not https"


def _of_the_schedule(outlets: Sequence[type[OutletSpider]]) -> Iterator[str]:
    """Yield what starts together."""
    starting = defaultdict(list)
    for outlet in outlets:
        minutes, hours = start_times(outlet.minute, outlet.period) or ((), ())
        for minute in minutes:
            for hour in hours:
                starting[hour * 60 + minute].append(outlet)
    taken = {minute % 60 for minute in starting}
    free = next((minute for minute in range(60) if minute not in taken), None)
    for names in dict.fromkeys(tuple(each.name for each in together) for together in starting.values() if len(together) > 1):
        yield f"crawler/spiders/{names[-1]}.py: minute is also that of {', '.join(names[:-1])}; {free} is free"
