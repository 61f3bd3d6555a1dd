"""Times as Indonesian outlets print them → aware instants. No guessing library: every accepted shape is written down here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
# Every expression is for a text in lower case: without regard to case, "ſep" would match, and be no month.
MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_CLOCK = r"(?P<h>\d{1,2})[:.](?P<min>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d+)?)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?\s*"
_OFFSET = r"[+-](?:1[0-4]|0?\d)(?::?[0-5]\d)?(?!\d|[:.]\d|\s?wi)"  # "+07:00", "+0700", "+07", "+7"; not the end of "13:00-14:00 WIB"
_ZONE = rf"(?:(?:(?:utc|gmt)\s?)?(?P<offset>{_OFFSET})|(?P<zone>{'|'.join(sorted(_ZONES, key=len, reverse=True))})\b)?"
_CLOCK_AFTER = re.compile(rf"\s*[t)]?[\s,|/•·–—−-]*(?:(?:pukul|pkl\.?|jam|at)\s*:?\s*)?{_CLOCK}\(?{_ZONE}")
_CLOCK_BEFORE = re.compile(rf"(?<!\d){_CLOCK}{_ZONE}[\s,|–—-]*(?:\w+\W+)?$")  # "13:30 WIB, Rabu 19 Juni 2024"
DATES = [  # all with a year of four digits
    re.compile(r"(?<!\d)(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)"),  # 2026-08-03, 2019/01/02
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s.-]+(?P<name>{MONTH})\b\.?,?[\s-]+(?P<y>\d{{4}})(?!\d)"),
    re.compile(rf"\b(?P<name>{MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)"),  # June 5, 2025
    re.compile(rf"\b(?P<name>{MONTH})\s(?P<d>\d{{1,2}})\s(?P<clock>{_CLOCK}{_ZONE})\s?(?P<y>\d{{4}})(?!\d)"),  # Nov 19 21:30:00 WIB 2026
    re.compile(r"(?<!\d)(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})(?=,? \d{1,2}:\d\d(?::\d\d)? ?[ap]m\b)"),  # 11/5/2026, 9:30:00 PM
    re.compile(r"(?<!\d)(?P<d>\d{1,2})(\s?[-/.]\s?)(?P<m>\d{1,2})\2(?P<y>\d{4})(?!\d)"),  # day first, as all outlets print it
]
_SHORT_YEAR = r"(?P<y>\d{2})(?=[\s,|–—-]+\d{1,2}[:.]\d{2})"  # a clock behind it: without one it is a score or a number
SHORT_DATES = [  # all with a clock behind them
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})([-/.])(?P<m>\d{{1,2}})\2{_SHORT_YEAR}"),  # 03/03/20 14:05
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})[\s-](?P<name>{MONTH})[\s-]'?{_SHORT_YEAR}"),  # 02 Okt 22 | 12:10
]
_ISO = re.compile(r"\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(?:z|[+-]\d\d:\d\d)", re.ASCII)  # what pages say to machines
_HYPHENS = re.compile(r"t(\d\d)-(\d\d)-(\d\d)z?")  # "2015-06-16T14-05-11Z": detik until 2019, its own clock whatever the "Z" says
_YEAR = re.compile(r"\d{4}")  # in few of the lines that are looked at
_EPOCH = re.compile(r"(?P<seconds>1\d{9})(?:\d{3})?", re.ASCII)  # so do some; seconds, or milliseconds

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
_ONE = r"(?:se|(?:satu|beberapa|one|an?|a few) )"
_SPAN = re.compile(rf"(?:(\d{{1,4}})\s*|{_ONE})({_UNIT})")
_SPANS = rf"(?<!\d)(?<!\d[.,])(?:\d{{1,4}}\s*|\b{_ONE})(?:{_UNIT})(?:,?\s(?:dan |and )?\d{{1,2}}\s*(?:{_UNIT}))*"  # "1 jam 20 menit"
_RELATIVE = (
    # No word boundary at the end: aggregators glue the source to it, "6 jam lalujpnn.com" (seen in the BaBe seed).
    (rf"{_SPANS}\s+(?:yang\s+)?(?:lalu|ago)", None),
    (r"\b(?:baru saja|barusan|just now)", timedelta()),
    (r"\bkemarin (?:lusa|dulu)\b", timedelta(days=2)),
    (r"\b(?:kemarin|yesterday)\b", timedelta(days=1)),
    (r"\b(?:hari ini|today)\b", timedelta()),
)
# Each with its age, where the text does not say one
RELATIVE = [(re.compile(source), age) for source, age in _RELATIVE]
_IN_RELATIVE = tuple(word for source, _ in _RELATIVE for word in landmarks(source))
_NEEDS_A_CLOCK = ("hari ini", "today")  # or else it names a section: "Berita Hari Ini"
_IN_A_SENTENCE = re.compile(r"\s*[^\W\d_]")  # "hari ini 2.45 juta"

_UPDATED = re.compile(r"\b(?:di(?:perbarui|perbaharui|mutakhirkan|ubah)|updated|modified)\b|^update\b")
_PUBLISHED = re.compile(r"\b(?:(?:di)?(?:terbit|tayang|publikasi|unggah)(?:kan)?|published|posted)\b")


@dataclass(frozen=True)
class ParsedTime:
    """An instant (aware, in the zone the page used), how exactly it is known, and whether it is called the time of a change."""

    instant: datetime
    precision: Precision
    is_update: bool = False


def parse_time(text: str, *, fetched_at: datetime, zone: tzinfo = UNNAMED) -> ParsedTime | None:
    """Read the first time printed in ``text``, or that of publication beside one of a change; None when none can be right. Never raises.

    ``zone`` holds where the text names none. Numeric dates are day first. Relative times ("22 jam lalu") are resolved against
    ``fetched_at`` and marked approximate; a date without a clock becomes that day's noon, marked as a day.
    More than ``CLOCK_SKEW`` after ``fetched_at`` (a day: after its date) or before ``OLDEST`` gives None. A time in UTC that is yet to
    come is a local clock with a false label, if that has been.
    """
    text = " ".join(text.split()).lower()
    found = _first_time(text, fetched_at, zone)
    if found is None or not (updated := _UPDATED.search(text)):
        return found
    published = _PUBLISHED.search(text, updated.end())
    texts = (text[: updated.start()], text[published.end() :] if published else "")
    return next(filter(None, (_first_time(each, fetched_at, zone) for each in texts)), replace(found, is_update=True))


def _first_time(text: str, fetched_at: datetime, zone: tzinfo) -> ParsedTime | None:
    found = _machine(text) or _absolute(text, zone) or _relative(text, fetched_at, zone)
    if found is None or found.instant.year < OLDEST.year:
        return None
    if found.precision is Precision.DAY:
        return found if found.instant.date() <= fetched_at.astimezone(zone).date() else None
    latest = fetched_at + CLOCK_SKEW
    if found.instant > latest and not found.instant.utcoffset():
        found = replace(found, instant=found.instant.replace(tzinfo=zone))
    return found if found.instant <= latest else None


def _machine(text: str) -> ParsedTime | None:
    if epoch := _EPOCH.fullmatch(text):
        return ParsedTime(datetime.fromtimestamp(int(epoch["seconds"]), WIB), Precision.MINUTE)
    if not _ISO.fullmatch(text):
        return None
    try:
        return ParsedTime(datetime.fromisoformat(text.upper()), Precision.MINUTE)
    except ValueError:
        return None


def _absolute(text: str, zone: tzinfo) -> ParsedTime | None:
    text = _HYPHENS.sub(r"t\1:\2:\3", text)
    patterns = DATES if _YEAR.search(text) else SHORT_DATES if ":" in text or "." in text else ()
    matches = sorted((m for m in (pattern.search(text) for pattern in patterns) if m), key=lambda m: m.start())
    for match in matches:
        parts = match.groupdict()
        name = parts.get("name")
        month = _MONTHS[name] if name else int(parts["m"])
        try:
            day = date(int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0), month, int(parts["d"]))
        except ValueError:
            continue
        for clock in (match,) if "clock" in parts else _clocks(text, match):
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
        hour = hour % 12 + (12 if clock["half"][0] == "p" else 0)
    return datetime.combine(day, time(hour, minute, second), _zone(clock) or zone)


def _zone(clock: re.Match[str]) -> tzinfo | None:
    """The zone that a clock names."""
    if not (offset := clock["offset"]):
        return _ZONES.get(clock["zone"])
    digits = offset[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(ahead if offset[0] == "+" else -ahead)


def _relative(text: str, fetched_at: datetime, zone: tzinfo) -> ParsedTime | None:
    if not any(word in text for word in _IN_RELATIVE):
        return None
    for pattern, age in RELATIVE:
        if match := pattern.search(text):
            try:
                return _at_clock(text, match, age, fetched_at, zone)
            except OverflowError:  # "4000 tahun lalu"
                return None
    return None


def _at_clock(text: str, match: re.Match[str], age: timedelta | None, fetched_at: datetime, zone: tzinfo) -> ParsedTime | None:
    """The time that is so long ago; on that day, where whole days are counted and a clock stands beside them."""
    past = sum((int(n or 1) * _UNITS[unit] for n, unit in _SPAN.findall(match[0])), timedelta()) if age is None else age
    for clock in () if past % _UNITS["day"] else _clocks(text, match):
        there = _zone(clock)
        if there or not _IN_A_SENTENCE.match(text, clock.end()):
            try:
                return ParsedTime(_combine((fetched_at - past).astimezone(there or zone).date(), clock, zone), Precision.MINUTE)
            except ValueError:
                continue
    return ParsedTime(fetched_at - past, Precision.APPROXIMATE) if match[0] not in _NEEDS_A_CLOCK else None


VOCABULARY = (
    *(*_MONTHS, *_UNITS, *_ZONES, *(source for source, _ in _RELATIVE)),
    *(each.pattern for each in (_CLOCK_AFTER, _CLOCK_BEFORE, _UPDATED, _PUBLISHED)),
)
