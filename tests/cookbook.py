"""The questions of docs/analysts.md with their answers: ``python -m tests.cookbook`` asks them again and writes the answers down.

They are asked of what the demo's database holds, in psql as the role reader; those in Python, beside an exported file.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from pipelines.database import embedded
from pipelines.database.migrate import migrate

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
PAGE = ROOT / "docs" / "analysts.md"
BEGINS, ENDS = "## Cookbook\n", "## Stories and their numbers\n"
_ANSWERED = re.compile(r"((?:^ {4}(?! ).*\n|^ {5}.*\n)+)\n((?:^ {4}.*\n)+)", re.MULTILINE)


class Question(NamedTuple):
    """A query or a few lines of Python, and what the page shows as the answer."""

    asked: str
    shown: str

    @property
    def is_python(self) -> bool:
        """Whether it is asked in Python."""
        return self.asked.startswith("import ")


def cookbook(page: str) -> str:
    """Return the cookbook of a page; nothing where it has none."""
    return page[page.index(BEGINS) : page.index(ENDS)] if BEGINS in page else ""


def questions(page: str) -> list[Question]:
    """Return the questions of the cookbook. Each is followed by its answer."""
    found = [Question(_dedented(asked), _dedented(shown)) for asked, shown in _ANSWERED.findall(cookbook(page))]
    return [question for question in found if question.asked.startswith(("select", "with", "import"))]


def answer(question: Question, url: str, folder: Path) -> str:
    """Ask a question of a database or, in Python, of the file stories.parquet in a folder."""
    command, given = [str(embedded.binary("psql")), "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--pset=footer=off", url], question.asked
    if question.is_python:
        command, given = [sys.executable, "-c", question.asked], ""
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines() if line.strip())


def fill(url: str, data_dir: Path) -> None:
    """Replay the recorded day into a migrated database."""
    outlets = [path.name.removesuffix(".warc.gz") for path in SAMPLES.glob("*.warc.gz")]
    _scrapy("crawlall", *outlets, DATABASE_URL=url, DATA_DIR=str(data_dir), ARCHIVE_REPLAY=str(SAMPLES))


def export(url: str, data_dir: Path) -> None:
    """Export the articles to stories.parquet in a folder."""
    _scrapy("export", str(data_dir / "stories.parquet"), DATABASE_URL=url, DATA_DIR=str(data_dir))


def _scrapy(*arguments: str, **environment: str) -> None:
    command = [sys.executable, "-m", "scrapy", *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _dedented(block: str) -> str:
    return re.sub(r"^ {4}", "", block, flags=re.MULTILINE)


def main() -> None:
    """Write the answers of today into the page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = embedded.start(folder, "documented")
        try:
            migrate(url)
            fill(url, folder)
            export(url, folder)
            page = PAGE.read_text("utf-8")
            for question in questions(page):
                told = answer(question, url.replace("//crawler@", "//reader@"), folder)
                old, new = (f"{question.asked}\n{text}" for text in (question.shown, told))
                page = page.replace(_indented(old), _indented(new))
            PAGE.write_text(page, "utf-8")
        finally:
            embedded.stop(folder)


def _indented(text: str) -> str:
    return re.sub(r"^(?=.)", "    ", text, flags=re.MULTILINE)


if __name__ == "__main__":
    main()
