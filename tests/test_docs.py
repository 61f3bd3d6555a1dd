"""The docs against the code: queries run and show what they are said to show; commands, files and links exist."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pipelines.database import embedded
from tests.cookbook import PAGE, ROOT, SAMPLES, Question, answer, cookbook, export, fill, questions
from tests.servers.postgresql import Server

INDEX = "https://indeks.kompas.com/?site=news&date=2026-11-20&page=1"
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: str) -> list[str]:
    """Return the indented blocks of a page."""
    found = re.findall(r"(?:^ {4}.*\n)+", page, re.MULTILINE)
    return [re.sub(r"^ {4}", "", block, flags=re.MULTILINE) for block in found]


def queries() -> list[tuple[str, str, str]]:
    """Return each documented query with what is shown as its output, an empty text where nothing is, and as whom it is asked."""
    found = []
    asked = (("analysts", "reader"), ("manners", "reader"), ("operating", "crawler"))
    for path, asked_by in ((ROOT / "docs" / f"{name}.md", role) for name, role in asked):
        texts = blocks(path.read_text("utf-8").replace(cookbook(path.read_text("utf-8")), ""))
        for query, following in zip(texts, [*texts[1:], ""], strict=True):
            if query.startswith(("select", "with", "create role")):
                is_output = re.search(r"^-+\+-", following, re.MULTILINE) or query.rstrip().endswith(r"\gx")
                role = "poros" if query.startswith("create role") else asked_by
                found.append((query, following if is_output else "", role))
    return found


@pytest.fixture(scope="module")
def recorded_day(embedded_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with what the demo's has."""
    url, folder = embedded_server.create_migrated("documented"), tmp_path_factory.mktemp("data")
    fill(url, folder)
    yield url
    embedded_server.drop("documented")


@pytest.mark.parametrize(("query", "shown", "role"), queries(), ids=lambda text: " ".join(text.split())[:40])
def test_a_documented_query_runs_and_shows_what_is_shown(query: str, shown: str, role: str, recorded_day: str) -> None:
    url = recorded_day.replace("//crawler@", f"//{role}@")
    command = [str(embedded.binary("psql")), "--no-psqlrc", "--set=ON_ERROR_STOP=1", url]
    done = subprocess.run(command, input=f"begin;\n{query}\nrollback;\n", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    output = [line.rstrip() for line in done.stdout.splitlines()]
    assert [line for line in shown.splitlines() if "…" not in line and line.rstrip() not in output] == []


def test_there_are_queries_with_their_output() -> None:
    shown = [output for _, output, _ in queries()]
    assert len(shown) > 5
    assert sum(1 for output in shown if output) == 1


@pytest.fixture(scope="module")
def exported(recorded_day: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the articles of that database in stories.parquet."""
    folder = tmp_path_factory.mktemp("exported")
    export(recorded_day, folder)
    return folder


@pytest.mark.parametrize("question", questions(PAGE.read_text("utf-8")), ids=lambda question: " ".join(question.asked.split())[:40])
def test_a_question_of_the_cookbook_has_the_answer_that_is_shown(question: Question, recorded_day: str, exported: Path) -> None:
    told = answer(question, recorded_day.replace("//crawler@", "//reader@"), exported)
    assert told == question.shown, "python -m tests.cookbook writes what is answered now"


def test_the_cookbook_shows_an_answer_to_each_question() -> None:
    page = PAGE.read_text("utf-8")
    found = questions(page)
    asked = [block for block in blocks(cookbook(page)) if block.startswith(("select", "with", "import"))]
    assert [question.asked for question in found] == asked
    assert len([question for question in found if len(question.shown.splitlines()) > 2]) >= 20
    assert sum(question.is_python for question in found) == 2


@pytest.mark.parametrize(
    ("page", "first_line", "arguments"),
    [
        ("operating.md", "katakini  Katakini,", ("doctor", "katakini", "-s", f"ARCHIVE_REPLAY={SAMPLES}")),
        ("adding-an-outlet.md", "https://internasional.kompas.com/", ("preview", "tests/pages/kompas/ordinary.html")),
        ("adding-an-outlet.md", INDEX, ("preview", "--list", "SectionPage", INDEX, "-s", f"ARCHIVE_REPLAY={SAMPLES}")),
    ],
)
def test_a_documented_output_is_what_the_command_prints(page: str, first_line: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    environment = {**os.environ, "COLUMNS": "120" if arguments[0] == "doctor" else "100", "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "scrapy", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    output = {line.strip() for line in done.stdout.splitlines()}
    shown = re.search(rf"^    {re.escape(first_line)}.*\n(?:    .*\n|\n)+", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)
    assert shown
    lines = [line.strip() for line in shown[0].splitlines() if not line.startswith(("    pages:", "    look:", "    read in"))]
    assert len(lines) > 10
    assert [line for line in lines if line and not line.endswith("…") and line not in output] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_named_commands_exist(path: Path) -> None:
    ours = {file.stem for file in (ROOT / "crawler" / "commands").glob("*.py")} | {"genspider", "list"}
    named = set(re.findall(r"(?:^    |`|\.venv/bin/|: )scrapy ([a-z][\w-]+)", path.read_text("utf-8"), re.MULTILINE))
    assert named - ours == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_named_files_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    named = set(re.findall(r"(?<![\w/])(?:bench|crawler|deploy|docs|pipelines|samples|tests)/[\w./-]*\w", text))
    linked = set(re.findall(r"\]\((?!https?:)([^)#]+)", text))
    missing = {name for name in named if not (ROOT / name).exists()} | {name for name in linked if not (path.parent / name).exists()}
    assert {name for name in missing if not re.search("kabar|wartalaut|NAME", name)} == set()  # the outlet that is about to be added


def test_no_document_is_empty() -> None:
    assert len(DOCS) == 10
    assert all(len(path.read_text("utf-8")) > 1000 for path in DOCS)


def test_no_two_stored_values_differ_in_case_alone(recorded_day: str) -> None:
    for column in ("section", "dateline", "unnest(tags)", "unnest(agencies)"):
        query = f"select lower(value) from (select distinct {column} as value from articles) each group by 1 having count(*) > 1"
        with psycopg.connect(recorded_day) as connection:
            assert connection.execute(query.encode()).fetchall() == [], column
