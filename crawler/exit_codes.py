"""The numbers cron sees. Scrapy itself exits 0 on nearly every failure."""

from collections.abc import Iterable
from enum import IntEnum

from pipelines.database.errors import ConfigurationError, DatabaseUnavailable, LockHeld


class ExitCode(IntEnum):
    """How a command ended."""

    OK = 0
    DEGRADED = 1  # an outlet is below what it declares
    CONFIGURATION = 2
    DATABASE = 3
    LOCKED = 75  # another run holds the lock (EX_TEMPFAIL)


_BY_SEVERITY = (ExitCode.OK, ExitCode.LOCKED, ExitCode.DEGRADED, ExitCode.CONFIGURATION, ExitCode.DATABASE)


def worst(codes: Iterable[int]) -> ExitCode:
    """Return the worst of some processes' exit codes; one that is none of ours (a crash, a signal) counts as degraded."""
    known = {code if code in _BY_SEVERITY else ExitCode.DEGRADED for code in codes}
    return max((ExitCode(code) for code in known), key=_BY_SEVERITY.index, default=ExitCode.OK)


EXCEPTIONS: dict[type[Exception], ExitCode] = {
    ConfigurationError: ExitCode.CONFIGURATION,
    DatabaseUnavailable: ExitCode.DATABASE,
    LockHeld: ExitCode.LOCKED,
}
