"""The corpus of copies, small: its copies are found, in every order, and anybody's articles go through."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.copies import corpus
from bench.near_duplicates import orders, quality, same_share
from bench.storing import Databases, stored
from tests.servers.postgresql import Server

ROOT = Path(__file__).parents[2]


@pytest.fixture
def databases(postgres: Path, embedded_server: Server) -> Databases:
    return Databases(postgres)


def test_copies_are_found_and_strangers_are_not(databases: Databases) -> None:
    pieces = corpus(5, 480)
    found = stored(databases, pieces)
    figures = {name: float(figure.split()[0]) for name, figure, _ in quality(pieces, found)}
    assert figures["pair precision"] >= 0.988
    assert (figures["B³ precision"] >= 0.99, figures["B³ recall"] >= 0.92, figures["B³ F"] >= 0.955) == (True, True, True)
    assert figures["most events in one story"] <= 3
    assert figures["series: not alone in its story"] == figures["same event: not alone in its story"] == 0
    recalls = {name: figure for name, figure in figures.items() if name.startswith("recall")}
    assert len(recalls) > 9
    assert {name: figure for name, figure in recalls.items() if figure < 0.8} == {}
    name, order = next(orders(pieces, 0))
    assert name == "newest first"
    assert same_share(found.story, stored(databases, order).story) >= 0.995


def test_a_corpus_is_the_same_each_time_and_of_every_kind() -> None:
    assert corpus(5, 320) == corpus(5, 320) != corpus(6, 320)
    assert {piece.kind for piece in corpus(5, 2000)} >= {"wire", "late", "cut", "extended", "merged", "round-up", "series", "live updates"}


def test_anybodys_articles_go_through(tmp_path: Path) -> None:
    source = tmp_path / "corpus.jsonl"
    text = " ".join(f"kata{number}" for number in range(60))
    rows = [
        {"id": name, "outlet": outlet, "published_at": at, "fetched_at": "2026-03-02T10:00:00+07:00", "headline": "Judul", "body": body}
        for name, outlet, at, body in (
            ("a", "x", "2026-03-02T09:00:00+07:00", text),
            ("b", "y", None, text),
            ("c", "y", "2026-03-02T09:30:00+07:00", "Isi lain sama sekali."),
            (4, "y", "2026-03-02", text),
            (5, "y", "2026-03-02T11:00:00Z", None),
        )
    ]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    out = [tmp_path / "stories.jsonl", tmp_path / "pairs.jsonl"]
    options = ["--corpus", str(source), "--partition", str(out[0]), "--pairs", str(out[1])]
    command = [sys.executable, "-m", "bench.near_duplicates", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    story, pairs = ([json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in out)
    found = {row["id"]: row["story"] for row in story}
    assert found["a"] == found["b"] == found[4] != found["c"]
    assert {frozenset((pair["a"], pair["b"])): pair["kind"] for pair in pairs} == {
        frozenset(("a", "b")): "copy", frozenset(("a", 4)): "copy", frozenset(("b", 4)): "copy"
    }  # fmt: skip
    assert "5 articles, 3 stories, 3 pairs" in done.stdout
    assert "ms p99" in done.stdout
