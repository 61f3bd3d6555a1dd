"""The comparison of readers runs with whatever is installed, and says what is not."""

import subprocess
import sys
from pathlib import Path

from bench.readers import READERS

ROOT = Path(__file__).parents[2]


def test_every_reader_is_measured_or_named_as_left_out(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bench.reading", "--rounds", "1", "--pages", "tests/pages/kompas", "--public", tmp_path / "none"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    for reader in READERS:
        measured = f"| {reader.name} | " in ended.stdout
        assert measured != (f"left out: {reader.name} (" in ended.stdout), reader.name
    assert "| Poros | " in ended.stdout
    assert "| parsing alone | " in ended.stdout
    assert "failed on" not in ended.stdout


def test_a_folder_without_pages_is_one_clear_line(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bench.reading", "--pages", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (1, f"there is no *.html in {tmp_path}\n")


def test_growth_of_memory_over_many_pages_is_told_for_our_reader() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bench.reading", "--soak", "40", "--pages", "tests/pages/kompas"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in ended.stdout.splitlines() if line.startswith("| Poros")]
    assert [(name, pages) for name, pages, *_ in rows] == [("Poros", "40"), ("Poros, no outlet's rules", "40")]
    assert all(float(memory) > 0 for _, _, *memories, _ in rows for memory in memories)


def test_a_soak_of_no_pages_is_refused() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bench.reading", "--soak", "1"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.endswith("--soak takes two pages or more\n")
