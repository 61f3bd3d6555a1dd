"""Times as Indonesian outlets print them → aware instants. No guessing library: every accepted shape is written down here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from crawler.article import CLOCK_SKEW, OLDEST, Precision
from crawler.reading.prefilter import landmarks

WIB = timezone(timedelta(hours=7), "WIB")
WITA = timezone(timedelta(hours=8), "WITA")
WIT = timezone(timedelta(hours=9), "WIT")
UNNAMED = timezone(timedelta(hours=7))  # what a clock without a zone is taken for: the same as WIB, but known not to have been named

_ZONES: dict[str, tzinfo] = {"wib": WIB, "wita": WITA, "wit": WIT, "z": UTC, "utc": UTC, "gmt": UTC, "ut": UTC}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb febr februari february pebruari",
            "mar maret march mrt",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu ags agt agust agustus aug august",
            "sep sept september",
            "okt oktober oct october",
            "nov nop november nopember",
            "des desember dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
DATES = [  # all with a year of four digits
    re.compile(r"(?<!\d)(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)"),  # 2026-08-03, 2019/01/02
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s.-]+(?P<name>{_MONTH})\b\.?,?[\s-]+(?P<y>\d{{4}})(?!\d)", re.IGNORECASE),
    re.compile(rf"\b(?P<name>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)", re.IGNORECASE),  # June 5, 2025
    re.compile(r"(?<!\d)(?P<d>\d{1,2})(\s?[-/.]\s?)(?P<m>\d{1,2})\2(?P<y>\d{4})(?!\d)"),  # always day first, as all outlets print it
]
_SHORT_YEAR = r"(?P<y>\d{2})(?=[\s,|–—-]+\d{1,2}[:.]\d{2})"  # a clock behind it: without one it is a score or a number
SHORT_DATES = [  # all with a clock behind them
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})([-/.])(?P<m>\d{{1,2}})\2{_SHORT_YEAR}"),  # 03/03/20 14:05
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})[\s-](?P<name>{_MONTH})[\s-]'?{_SHORT_YEAR}", re.IGNORECASE),  # 02 Okt 22 | 12:10
]
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)  # what pages say to machines
_YEAR = re.compile(r"\d{4}")  # in few of the lines that are looked at
_EPOCH = re.compile(r"(?P<seconds>1\d{9})(?:\d{3})?", re.ASCII)  # so do some; seconds, or milliseconds
_CLOCK = r"(?P<h>\d{1,2})[:.](?P<min>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d+)?)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?\s*"
_ZONE = r"(?P<zone>(?:WITA|WIB|WIT|UTC|GMT|UT|Z)\b|[+-]\d{2}:?\d{2}(?!\d))?"
_CLOCK_AFTER = re.compile(rf"\s*T?[\s,|/•·–—−-]*(?:(?:pukul|pkl\.?|jam|at)\s*:?\s*)?{_CLOCK}\(?{_ZONE}", re.IGNORECASE)
_CLOCK_BEFORE = re.compile(rf"(?<!\d){_CLOCK}{_ZONE}[\s,|–—-]*(?:\w+\W+)?$", re.IGNORECASE)  # "13:30 WIB, Rabu 19 Juni 2024"

_UNITS = {
    **dict.fromkeys(("detik", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("menit", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("jam", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("hari", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("minggu", "pekan", "week", "weeks"), timedelta(weeks=1)),
    **dict.fromkeys(("bulan", "month", "months"), timedelta(days=30)),
    **dict.fromkeys(("tahun", "year", "years"), timedelta(days=365)),
}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
# No word boundary at the end: aggregators glue the source to it, "6 jam lalujpnn.com" (seen in the BaBe seed).
_AGO = rf"(?<!\d)(?:(?P<n>\d{{1,4}})\s*|(?P<one>se|an? ))(?P<unit>{_UNIT})\s+(?:yang\s+)?(?:lalu|ago)"
_RELATIVE = (
    (_AGO, None),
    (r"\b(?:baru saja|barusan|just now)", timedelta()),
    (r"\b(?:kemarin|yesterday)\b", timedelta(days=1)),
)
# Each with its age, where the text does not say one
RELATIVE = [(re.compile(source, re.IGNORECASE), age) for source, age in _RELATIVE]
_IN_RELATIVE = tuple(word for source, _ in _RELATIVE for word in landmarks(source))


@dataclass(frozen=True)
class ParsedTime:
    """An instant (aware, in the zone the page used) and how exactly it is known."""

    instant: datetime
    precision: Precision


def parse_time(text: str, *, fetched_at: datetime, zone: tzinfo = UNNAMED) -> ParsedTime | None:
    """Read the first time printed in ``text``; None when there is none that can be a time of publication.

    ``zone`` holds where the text names none. Numeric dates are day first. Relative times ("22 jam lalu") are resolved against
    ``fetched_at`` and marked approximate; a date without a clock becomes that day's noon, marked as a day.
    More than ``CLOCK_SKEW`` after ``fetched_at`` (a day: after its date) or before ``OLDEST`` gives None.
    """
    text = " ".join(text.split())
    found = _machine(text) or _absolute(text, zone) or _relative(text, fetched_at)
    if found is None or found.instant.year < OLDEST.year:
        return None
    if found.precision is Precision.DAY:
        return found if found.instant.date() <= fetched_at.astimezone(zone).date() else None
    return found if found.instant <= fetched_at + CLOCK_SKEW else None


def _machine(text: str) -> ParsedTime | None:
    if epoch := _EPOCH.fullmatch(text):
        return ParsedTime(datetime.fromtimestamp(int(epoch["seconds"]), WIB), Precision.MINUTE)
    if not _ISO.fullmatch(text):
        return None
    try:
        return ParsedTime(datetime.fromisoformat(text), Precision.MINUTE)
    except ValueError:
        return None


def _absolute(text: str, zone: tzinfo) -> ParsedTime | None:
    patterns = DATES if _YEAR.search(text) else SHORT_DATES if ":" in text or "." in text else ()
    matches = sorted((m for m in (pattern.search(text) for pattern in patterns) if m), key=lambda m: m.start())
    for match in matches:
        parts = match.groupdict()
        name = parts.get("name")
        month = _MONTHS[name.lower()] if name else int(parts["m"])
        try:
            day = date(int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0), month, int(parts["d"]))
        except ValueError:
            continue
        for clock in _clocks(text, match):
            try:
                return ParsedTime(_combine(day, clock, zone), Precision.MINUTE)
            except ValueError:
                continue
        return ParsedTime(datetime.combine(day, time(12), zone), Precision.DAY)
    return None


def _clocks(text: str, day: re.Match[str]) -> Iterator[re.Match[str]]:
    after = _CLOCK_AFTER.match(text, day.end())
    before = _CLOCK_BEFORE.search(text, max(0, day.start() - 40), day.start())
    yield from (clock for clock in (after, before) if clock)


def _combine(day: date, clock: re.Match[str], zone: tzinfo) -> datetime:
    hour, minute, second = int(clock["h"]), int(clock["min"]), int(clock["s"] or 0)
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"][0] in "pP" else 0)
    named = clock["zone"]
    if named and named[0] in "+-":
        offset = timedelta(hours=int(named[1:3]), minutes=int(named[-2:]))
        zone = timezone(offset if named[0] == "+" else -offset)
    elif named:
        zone = _ZONES[named.lower()]
    return datetime.combine(day, time(hour, minute, second), zone)


def _relative(text: str, fetched_at: datetime) -> ParsedTime | None:
    folded = text.lower()
    if not any(word in folded for word in _IN_RELATIVE):
        return None
    for pattern, age in RELATIVE:
        if match := pattern.search(text):
            past = age if age is not None else int(match["n"] or 1) * _UNITS[match["unit"].lower()]
            return ParsedTime(fetched_at - past, Precision.APPROXIMATE)
    return None


VOCABULARY = (*_MONTHS, *_UNITS, *_ZONES, *(each.pattern for each in (_CLOCK_AFTER, _CLOCK_BEFORE)), *(source for source, _ in _RELATIVE))
