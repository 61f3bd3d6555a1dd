"""`make test-slow` runs the faults in full; `make test` runs short forms of them."""

import os

SLOW = bool(os.environ.get("POROS_SLOW"))


def in_full(times: int, *, short: int) -> int:
    """How often a fault is tried."""
    return times if SLOW else short
