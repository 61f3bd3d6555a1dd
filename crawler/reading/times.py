"""When a page was published and last changed, and which source says so."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from crawler.article import Precision
from crawler.reading.candidates import CandidateValues
from crawler.reading.dates import UNNAMED, WIB, WIT, WITA, ParsedTime, parse_time
from crawler.reading.surroundings import Surroundings

_MISLABELLED = timedelta(hours=-7)  # "-07:00" over a clock that is WIB: merdeka.com, 2021
_MIDNIGHT = time()
_EASTERN = frozenset(zone.utcoffset(None) for zone in (WITA, WIT))


class Published(NamedTuple):
    """When a page was published, which source says so and where; and whether the page's labels of time zones were found wrong."""

    time: ParsedTime
    source: str
    detail: str
    is_mislabelled: bool = False  # this page says "Z" and means WIB


class Times:
    """The times of one page. ``surroundings``: the lines around its story, None where that is not known."""

    def __init__(self, values: CandidateValues, surroundings: Surroundings | None, fetched_at: datetime) -> None:
        self._values, self._surroundings, self._fetched_at = values, surroundings, fetched_at
        self._parsed: dict[str, ParsedTime | None] = {}

    @cached_property
    def published(self) -> Published | None:
        """When it was published."""
        named = self._named()
        first = next(named, None)
        if first is None or not _is_coarse(first.time):
            return first
        day = first.time.instant.date()
        exact = (each for each in named if not _is_coarse(each.time) and not each.time.is_update)
        return next((each for each in exact if day in {each.time.instant.date(), each.time.instant.astimezone(WIB).date()}), first)

    def _named(self) -> Iterator[Published]:
        """The time that each source names, in their order."""
        for value in self._values.of("published_at"):
            if found := self._first(value.texts):
                yield self._in_right_zone(Published(found, value.source, value.detail))
        if "generic" in self._values.order("published_at") and self._printed:
            yield Published(self._printed, "generic", "generic")

    @cached_property
    def modified(self) -> tuple[datetime, str] | None:
        """When it was last changed, as the first source that names a time says, and that; None unless later than its publication."""
        for value in self._values.of("modified_at") if self.published else ():
            if self.published and (found := self._first(value.texts)):
                if self.published.is_mislabelled or found.instant.utcoffset() == _MISLABELLED:
                    found = _as_local(found)
                return (found.instant, value.source) if found.instant > self.published.time.instant else None
        return None

    def minute(self, texts: Iterable[str]) -> str:
        """The first minute that texts name, in ISO format and WIB; empty where they name none."""
        times = filter(None, map(self._parse, texts))
        exact = next((each for each in times if each.precision is Precision.MINUTE), None)
        return exact.instant.astimezone(WIB).isoformat(timespec="minutes") if exact else ""

    def _in_right_zone(self, published: Published) -> Published:
        """Outlets label local clocks "-07:00" (merdeka), "Z" (detik) or "GMT": the clock that the page prints for its readers decides."""
        named = published.time
        offset, local = named.instant.utcoffset(), _as_local(named)
        if offset == local.instant.utcoffset() or named.precision is not Precision.MINUTE:
            return published
        printed = self._selected or self._printed
        if printed and printed.precision is Precision.DAY and not offset and self._is_indonesian:
            day = printed.instant.date()  # that of the clock, not that of the label
            is_local = day == local.instant.date() != named.instant.astimezone(WIB).date()
            return published._replace(time=local, is_mislabelled=True) if is_local else published
        if printed is None or printed.precision is not Precision.MINUTE:
            return published._replace(time=local) if offset == _MISLABELLED else published
        if offset in _EASTERN and printed.instant.tzinfo is UNNAMED:  # Bali, Sulawesi: their readers need no "WITA"
            return published
        return published._replace(time=local, is_mislabelled=True) if _minute(printed) == _minute(local) else published

    @cached_property
    def _is_indonesian(self) -> bool:
        """Whether the page is an outlet's with rules, or says so: elsewhere another zone's day can be that of UTC."""
        return bool(self._values.rules.body or self._values.page.select('html[lang^="id"]'))

    @cached_property
    def _selected(self) -> ParsedTime | None:
        return self._first(text for value in self._values.by_source("selectors", "published_at") for text in value.texts)

    @cached_property
    def _printed(self) -> ParsedTime | None:
        return self._surroundings.time(self._fetched_at, self._values.page.stamps) if self._surroundings else None

    def _first(self, texts: Iterable[str]) -> ParsedTime | None:
        return next(filter(None, map(self._parse, texts)), None)

    def _parse(self, text: str) -> ParsedTime | None:
        if text not in self._parsed:  # most sources say the same
            self._parsed[text] = parse_time(text, fetched_at=self._fetched_at)
        return self._parsed[text]


def _is_coarse(time: ParsedTime) -> bool:
    """Whether a time tells no more than a day: a day's first second is what programs make of a date."""
    return time.precision is not Precision.MINUTE or time.instant.time() == _MIDNIGHT


def _minute(time: ParsedTime) -> datetime:
    return time.instant.replace(second=0, microsecond=0)


def _as_local(time: ParsedTime) -> ParsedTime:
    return ParsedTime(time.instant.replace(tzinfo=WIB), time.precision)
