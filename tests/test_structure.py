"""What holds of every source file, besides who may import whom, which import-linter checks."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("bench", "crawler", "pipelines", "tests") for path in (ROOT / folder).rglob("*.py"))
CODE = [path for path in FILES if path.relative_to(ROOT).parts[0] in {"crawler", "pipelines"}]
SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+[\w.]+\s+set\s|delete\s+from\s|truncate\s|with\s+\w+\s+as\s*\("
    r"|(create|alter|drop|grant|lock)\s+(database|function|index|role|schema|sequence|table|unique|usage|view)\b)",
    re.IGNORECASE | re.DOTALL,
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def statements(source: str) -> list[str]:
    """Return the string constants of a module that begin like an SQL statement."""
    constants = [str(node.value) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [text for text in constants if SQL.match(text)]


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert len(lengths) > 100
    assert {file: lines for file, lines in lengths.items() if lines > 400} == {}


def test_no_class_is_longer_than_250_lines() -> None:
    classes = {
        f"{name(path)}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert len(classes) > 50
    assert {title: lines for title, lines in classes.items() if lines > 250} == {}


def test_at_most_11_modules_lie_loose_in_crawler() -> None:
    assert 0 < len([path for path in (ROOT / "crawler").glob("*.py") if path.name != "__init__.py"]) <= 11


def test_sql_stands_in_pipelines_database_alone() -> None:
    found = {name(path): statements(path.read_text("utf-8")) for path in CODE}
    holders = {file for file, texts in found.items() if texts}
    assert "pipelines/database/known_pages.py" in holders
    assert {file for file in holders if not file.startswith("pipelines/database/")} == set()


@pytest.mark.parametrize("text", ["select 1 from pages", "  insert into pages values (1)", "update pages set url = ''", "drop table pages"])
def test_sql_is_recognised(text: str) -> None:
    assert statements(f"query = {text!r}") == [text]
    assert statements(f"query = f'''{text} {{1}}'''") == [f"{text} "]


def test_the_contract_on_pipelines_names_every_module_of_crawler() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (contract,) = (contract for contract in contracts if contract["type"] == "forbidden" and contract["source_modules"] == ["pipelines"])
    paths = [path for path in (ROOT / "crawler").iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))]
    modules = {f"crawler.{path.stem}" for path in paths} - {"crawler.__init__", "crawler.article"}
    assert modules == set(contract["forbidden_modules"])
    assert not any("ignore_imports" in contract for contract in contracts)
