"""Two hosts that may die: some hours of what ``python -m tests.stage.drill_hosts 24 1`` does in full (docs/operating.md, "Two hosts")."""

import shutil
from pathlib import Path

import pytest

from tests.faults.slow import SLOW
from tests.stage.drill_hosts import PATIENCE, outside
from tests.stage.stage import needs_the_stage

pytestmark = [
    *needs_the_stage,
    pytest.mark.skipif(not SLOW, reason="some minutes: make test-slow"),
    pytest.mark.skipif(not all(map(shutil.which, ("ip", "nft"))), reason="TWO HOSTS ARE NOT DRILLED: apt-get install iproute2 nftables"),
]

OUTLETS = ("cnbc_indonesia", "kompas", "republika")


def test_two_hosts(tmp_path: Path) -> None:
    strikes = ["kill", "both", "kill"]
    result = outside(strikes, 3, tmp_path, OUTLETS, a_day=100)
    assert result["wrong"] == []
    assert result["cut_off"] > 1
    assert result["crawled_by_both"] > 0
    assert len(result["fetched_again"]) <= len(strikes), result["fetched_again"]
    assert result["slowest_takeovers"][0][0] <= 60, result["slowest_takeovers"]
    assert all(seconds <= PATIENCE for seconds in result["locks_freed_after"]["both"])
    assert sum(each["requests"] for each in result["partitioned"]) <= len(OUTLETS)
    assert (result["half"], result["left_open"], result["torn"]) == (0, 0, [])
    assert (result["duplicates"], result["score"]["n_duplicates"]) == (0, 0)
    assert result["answers_archived"] > result["pages"]
    assert result["score"]["topic"]["on_topic"] > 0
    assert result["recall"] >= 0.99
