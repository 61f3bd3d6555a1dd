"""Simulated days with faults of every kind: every exit code and every message is what the injector's table says."""

from collections.abc import Callable
from pathlib import Path

from tests.faults.drill import run
from tests.faults.slow import in_full

SEED = 7


def test_days_of_faults(tmp_path: Path, database_remover: Callable[[Path], None]) -> None:
    try:
        result = run(in_full(3, short=1), SEED, tmp_path)
    finally:
        database_remover(tmp_path)
    assert result["wrong"] == []
    assert (result["duplicates"], result["open"]) == (0, [])
    assert result["recall"] >= 0.99  # type: ignore[operator]
    assert result["messages"] > 5  # type: ignore[operator]
