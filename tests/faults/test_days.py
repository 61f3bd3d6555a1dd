"""Simulated days with faults of every kind: every exit code and every message is what the injector's table says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.drill import run
from tests.faults.slow import SLOW

SEED = 7


@pytest.mark.skipif(not SLOW, reason="four minutes a day: make test-slow")
def test_days_of_faults(tmp_path: Path, database_remover: Callable[[Path], None]) -> None:
    try:
        result = run(3, SEED, tmp_path)
    finally:
        database_remover(tmp_path)
    assert result["wrong"] == []
    assert (result["duplicates"], result["open"]) == (0, [])
    assert result["recall"] >= 0.99  # type: ignore[operator]
    assert result["messages"] > 5  # type: ignore[operator]
