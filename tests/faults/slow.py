"""`make test-slow` runs the faults in full; `make test` runs short forms of them."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
SLOW = bool(os.environ.get("POROS_SLOW"))


def in_full(times: int, *, short: int) -> int:
    """How often a fault is tried."""
    return times if SLOW else short


def cases(*values: T, short: int = 1) -> Sequence[T]:
    """The cases of a test: the first of them in the short form."""
    return values if SLOW else values[:short]
