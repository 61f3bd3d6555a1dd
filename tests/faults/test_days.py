"""Simulated days with faults of every kind: every status, exit code and message is what the injector's table says."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.faults.drill import PressWorld, live
from tests.faults.press import OUTLETS, Press, printing
from tests.faults.slow import SLOW

SEED = 7


@pytest.mark.skipif(not SLOW, reason="minutes: make test-slow")
@pytest.mark.parametrize(("days", "outlets", "seed"), [(1, OUTLETS[:1], SEED), (3, OUTLETS, SEED)])
def test_days_of_faults(tmp_path: Path, database_remover: Callable[[Path], None], days: int, outlets: Sequence[str], seed: int) -> None:
    with printing(Press(per_day=96)) as press:
        try:
            result = live(PressWorld(press, outlets), 24 * days, seed, tmp_path)
        finally:
            database_remover(tmp_path)
    assert result["wrong"] == []
    assert (result["duplicates"], result["half"], result["open"]) == (0, 0, [])
    assert result["recall"] >= 0.99
    assert result["messages"] > 5
