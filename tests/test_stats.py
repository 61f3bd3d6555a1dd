"""docs/stats.md describes every stat of ours, and no other."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "stats.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(poros/[^`]+)` \| .+ \| `([^`]+)` \|$", PAGE, re.MULTILINE)
PATTERNS = [re.compile(re.sub("[A-Z]+", "[^/]+", name)) for name, _ in ROWS]


def names(path: Path) -> set[str]:
    """Return the stats that a module names, with {} for what varies; pipelines leave the prefix to `CountingPipeline.count`."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    inside = {id(value) for node in nodes if isinstance(node, ast.JoinedStr) for value in node.values}
    counted = [node.args[0] for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "self.count"]
    texts = [text(node) for node in nodes if id(node) not in inside] + [f"poros/{text(node)}" for node in counted]
    return {name for name in texts if re.fullmatch(r"poros/[\w{}/]*\w[\w{}/]*", name)}


def text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(value.value) if isinstance(value, ast.Constant) else "{}" for value in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""


CODE = {path.relative_to(ROOT).as_posix(): names(path) for room in ("crawler", "pipelines") for path in (ROOT / room).rglob("*.py")}


def test_the_page_has_a_row_for_every_stat_in_the_code() -> None:
    named = set().union(*CODE.values())
    assert len(named) > 20
    assert {name for name in named if not any(pattern.fullmatch(name) for pattern in PATTERNS)} == set()


@pytest.mark.parametrize(("name", "module"), ROWS, ids=lambda text: text)
def test_a_row_is_of_a_stat_that_its_module_sets(name: str, module: str) -> None:
    assert any(re.fullmatch(re.escape(each).replace(r"\{\}", "[^/]+"), name) for each in CODE[module])
    assert re.sub("[A-Z]+", "{}", name) in set().union(*CODE.values())


def test_a_crawl_sets_none_that_the_page_lacks(database_url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "ARCHIVE_REPLAY": str(ROOT / "samples")}
    command = [sys.executable, "-m", "scrapy", "crawlall", "katakini", "republika"]
    assert subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 0
    with psycopg.connect(database_url) as connection:
        stats = {name for (counted,) in connection.execute("select stats from crawl_runs") for name in counted}
    ours = {name for name in stats if name.startswith("poros/")}
    assert {"poros/visits/article", "poros/store/new", "poros/run/exit_code"} <= ours
    assert {name for name in ours if not any(pattern.fullmatch(name) for pattern in PATTERNS)} == set()
    # Scrapy's, HTTP's and the log's: whatever else is counted would be ours, without the prefix
    assert {name.split("/")[0] for name in stats - ours} <= {
        *("downloader", "elapsed_time_seconds", "finish_reason", "finish_time", "httpcache", "httpcompression", "item_scraped_count"),
        *("items_per_minute", "log_count", "memusage", "request_depth_max", "response_received_count", "responses_per_minute"),
        *("robotstxt", "scheduler", "start_time"),
    }
