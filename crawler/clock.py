"""The one source of "now" for story logic.

Real time unless CLOCK (setting or environment, ISO 8601 with an offset) or a replay sets it; then it stands still at that instant.
Ledger stamps and durations are real time and do not come from here.
"""

from datetime import UTC, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")  # every outlet here prints Western Indonesian Time unless it says otherwise

_fixed: datetime | None = None


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _fixed or datetime.now(UTC)


def is_set() -> bool:
    """Whether it stands still, and so says nothing of what time it is."""
    return _fixed is not None


def set_to(instant: str | datetime | None) -> None:
    """Stop the clock at an instant, or let it run again (None or an empty string).

    Raises ValueError for text that is not ISO 8601 or has no offset.
    """
    global _fixed  # noqa: PLW0603 - there is one clock in a process
    if not instant:
        _fixed = None
        return
    try:
        parsed = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    except ValueError:
        raise ValueError(f"CLOCK takes an ISO time such as 2026-11-23T08:00:00+07:00, not {instant!r}") from None
    if parsed.tzinfo is None:
        raise ValueError(f"CLOCK needs an offset, as in 2026-11-23T08:00:00+07:00, but it is {instant!r}")
    _fixed = parsed.astimezone(UTC)
