"""Every shape of a time that an outlet is known to print, and what must never be taken for one."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import OLDEST, Precision
from crawler.reading import dates
from crawler.reading.dates import WIB, WITA, parse_time

FETCHED = datetime(2026, 11, 23, 8, 0, tzinfo=WIB)
MINUTE, DAY, ABOUT = Precision.MINUTE, Precision.DAY, Precision.APPROXIMATE

TABLE = [
    # ISO 8601 and its relatives
    ("2025-06-05T10:00:00+07:00", "2025-06-05T10:00:00+07:00", MINUTE),
    ("2025-06-05T03:00:00Z", "2025-06-05T10:00:00+07:00", MINUTE),
    ("2025-06-05T03:00:00+00:00", "2025-06-05T10:00:00+07:00", MINUTE),
    ("2025-06-05T10:00:00.123+0700", "2025-06-05T10:00:00+07:00", MINUTE),
    ("2025-06-05T10:00", "2025-06-05T10:00:00+07:00", MINUTE),
    ("2025-06-05 10:00:07", "2025-06-05T10:00:07+07:00", MINUTE),
    ("2015-11-05 T10:08:58Z", "2015-11-05T17:08:58+07:00", MINUTE),
    ("2021-06-17T11:38:29-07:00", "2021-06-18T01:38:29+07:00", MINUTE),
    ("2019/01/02 13:33:47", "2019-01-02T13:33:47+07:00", MINUTE),
    ("2026-08-03", "2026-08-03T12:00:00+07:00", DAY),
    ("2019-12-07T06-44-50Z", "2019-12-07T06:44:50+07:00", MINUTE),  # detik
    # offsets, named and not
    ("2025-06-05 03:00:00+00", "2025-06-05T10:00:00+07:00", MINUTE),
    ("2025-06-05T10:00+07", "2025-06-05T10:00:00+07:00", MINUTE),
    ("2025-06-05T11:00:00+8:00", "2025-06-05T10:00:00+07:00", MINUTE),
    ("5 Juni 2025, 12.00 (GMT+9)", "2025-06-05T10:00:00+07:00", MINUTE),
    ("5 Juni 2025 11:00 UTC+8", "2025-06-05T10:00:00+07:00", MINUTE),
    ("5 Juni 2025 11:00 UTC +08:00", "2025-06-05T10:00:00+07:00", MINUTE),
    ("5 Juni 2025 | 11.00 WITA (UTC+8)", "2025-06-05T10:00:00+07:00", MINUTE),
    ("5 Juni 2025, 13:00-14:00 WIB", "2025-06-05T13:00:00+07:00", MINUTE),
    ("diunggah 5 Juni 2025 03:00 +0000.", "2025-06-05T10:00:00+07:00", MINUTE),
    # what scripts write
    ("Thu Jun 05 2025 12:00:00 GMT+0900 (Korean Standard Time)", "2025-06-05T10:00:00+07:00", MINUTE),
    ("Thu Jun 05 11:00:00 WITA 2025", "2025-06-05T10:00:00+07:00", MINUTE),
    ("Thu Jun  5 10:00:00 2025", "2025-06-05T10:00:00+07:00", MINUTE),
    ("6/5/2025, 9:30:00 PM", "2025-06-05T21:30:00+07:00", MINUTE),
    ("5/6/2025, 21.30.00", "2025-06-05T21:30:00+07:00", MINUTE),
    # RFC 822
    ("Wed, 05 Jun 2025 10:00:00 +0700", "2025-06-05T10:00:00+07:00", MINUTE),
    ("Wed, 05 Jun 2025 03:00:00 GMT", "2025-06-05T10:00:00+07:00", MINUTE),
    ("05 Jun 2025 03:00 UT", "2025-06-05T10:00:00+07:00", MINUTE),
    # CNBC Indonesia, English
    ("05 June 2025 10:00", "2025-06-05T10:00:00+07:00", MINUTE),
    ("5 June 2025", "2025-06-05T12:00:00+07:00", DAY),
    ("June 5, 2025 3:05 PM", "2025-06-05T15:05:00+07:00", MINUTE),
    ("June 5, 2025 12:05 a.m.", "2025-06-05T00:05:00+07:00", MINUTE),
    ("20 July 2026, 23:40", "2026-07-20T23:40:00+07:00", MINUTE),
    ("16 Feb 2016 at 09:10 WIB", "2016-02-16T09:10:00+07:00", MINUTE),
    # Kompas
    ("03/08/2026, 17:53 WIB", "2026-08-03T17:53:00+07:00", MINUTE),
    ("Kompas.com, 03/08/2026, 17:53 WIB", "2026-08-03T17:53:00+07:00", MINUTE),
    ("Kompas.com - 26/04/2020, 20:27 WIB", "2020-04-26T20:27:00+07:00", MINUTE),
    ("Kompas.com, 03/08/2026, 17:53 WIB Diperbarui 04/08/2026, 08:10 WIB", "2026-08-03T17:53:00+07:00", MINUTE),
    ("Rabu, 4 November 2015 | 21:04 WIB", "2015-11-04T21:04:00+07:00", MINUTE),
    # KOMPAS.TV
    ("Kamis, 19 Juni 2024, 13:30 WIB", "2024-06-19T13:30:00+07:00", MINUTE),
    ("Kompas dunia | 19 Juni 2024, 13:30 WIB", "2024-06-19T13:30:00+07:00", MINUTE),
    ("Kompas.tv - 19 Juni 2024, 13:30 WIB", "2024-06-19T13:30:00+07:00", MINUTE),
    # Tribun, Republika, Katakini and others
    ("Jumat, 24 Juli 2026 12:40 WIB", "2026-07-24T12:40:00+07:00", MINUTE),
    ("Jumat 24 Jul 2026 16:32 WIB", "2026-07-24T16:32:00+07:00", MINUTE),
    ("Ahad   26 Jul 2026  06:05 WIB", "2026-07-26T06:05:00+07:00", MINUTE),
    ("Jum'at, 24 Juli 2026 pukul 23.59", "2026-07-24T23:59:00+07:00", MINUTE),
    ("Jumat, 24 Juli 2026 pkl. 07.05 WIB", "2026-07-24T07:05:00+07:00", MINUTE),
    ("Senin, 14/07/2025 09:05 WIB", "2025-07-14T09:05:00+07:00", MINUTE),
    ("Senin, 14/07/2025 09:05 WITA", "2025-07-14T08:05:00+07:00", MINUTE),
    ("Senin, 14/07/2025 09:05 WIT", "2025-07-14T07:05:00+07:00", MINUTE),
    ("Minggu, 18 Juli 2021 – 18:52 WIB", "2021-07-18T18:52:00+07:00", MINUTE),
    ("Selasa, 2 Maret 2021 13:00 (WIB)", "2021-03-02T13:00:00+07:00", MINUTE),
    ("08/1/2026 20:19", "2026-01-08T20:19:00+07:00", MINUTE),
    ("13:30 WIB, Rabu 19 Juni 2024", "2024-06-19T13:30:00+07:00", MINUTE),
    ("Tayang: Jumat, 24 Juli 2026 12:40 WIB", "2026-07-24T12:40:00+07:00", MINUTE),
    ("04 April 2022, 09:15 WIB", "2022-04-04T09:15:00+07:00", MINUTE),
    # every month, long and short, day first whatever the numbers
    ("1 Januari 2020", "2020-01-01T12:00:00+07:00", DAY),
    ("1 Pebruari 2020", "2020-02-01T12:00:00+07:00", DAY),
    ("1 Mei 2020", "2020-05-01T12:00:00+07:00", DAY),
    ("31 Agt 2020", "2020-08-31T12:00:00+07:00", DAY),
    ("31 Ags 2020 10.00", "2020-08-31T10:00:00+07:00", MINUTE),
    ("31 Agu 2020 10.00", "2020-08-31T10:00:00+07:00", MINUTE),
    ("9 Nopember 2020", "2020-11-09T12:00:00+07:00", DAY),
    ("20 Des 2021, 09:59 WIB", "2021-12-20T09:59:00+07:00", MINUTE),
    ("20 Okt 2021, 09:59 WIB", "2021-10-20T09:59:00+07:00", MINUTE),
    ("01/12/2020", "2020-12-01T12:00:00+07:00", DAY),
    ("1.12.2020", "2020-12-01T12:00:00+07:00", DAY),
    # two digits of a year, only with a clock behind them
    ("03/03/20 14:05", "2020-03-03T14:05:00+07:00", MINUTE),
    ("Selasa, 03-03-20, 14.05 WIB", "2020-03-03T14:05:00+07:00", MINUTE),
    ("02 Okt 22 | 12:10", "2022-10-02T12:10:00+07:00", MINUTE),
    # other things between date and clock
    ("Selasa, 15 September 2020 / 16:43 WIB", "2020-09-15T16:43:00+07:00", MINUTE),
    ("Selasa, 15 September 2020 \u2212 16:43 WIB", "2020-09-15T16:43:00+07:00", MINUTE),
    ("15 September 2020 • 16:43", "2020-09-15T16:43:00+07:00", MINUTE),
    ("15 September 2020, pukul: 16.43 WIB", "2020-09-15T16:43:00+07:00", MINUTE),
    ("14 / 01 / 2021 16:02 WIB", "2021-01-14T16:02:00+07:00", MINUTE),
    # seconds and milliseconds since 1970, for machines
    ("1583219100", "2020-03-03T14:05:00+07:00", MINUTE),
    ("1583219100000", "2020-03-03T14:05:00+07:00", MINUTE),
    # a clock must stand beside the date
    ("5/6/2024 dan 2.500 orang", "2024-06-05T12:00:00+07:00", DAY),
    ("5 Juni 2024 10.000 orang", "2024-06-05T12:00:00+07:00", DAY),
    # relative
    ("22 jam lalu", "2026-11-22T10:00:00+07:00", ABOUT),
    ("22 jam yang lalu", "2026-11-22T10:00:00+07:00", ABOUT),
    ("• 6 jam lalujpnn.com", "2026-11-23T02:00:00+07:00", ABOUT),
    ("15 menit lalu", "2026-11-23T07:45:00+07:00", ABOUT),
    ("sejam lalu", "2026-11-23T07:00:00+07:00", ABOUT),
    ("3 hari lalu", "2026-11-20T08:00:00+07:00", ABOUT),
    ("2 pekan lalu", "2026-11-09T08:00:00+07:00", ABOUT),
    ("1 minggu lalu", "2026-11-16T08:00:00+07:00", ABOUT),
    ("5 hours ago", "2026-11-23T03:00:00+07:00", ABOUT),
    ("kemarin", "2026-11-22T08:00:00+07:00", ABOUT),
    ("Baru saja", "2026-11-23T08:00:00+07:00", ABOUT),
    ("kemarin lusa", "2026-11-21T08:00:00+07:00", ABOUT),
    ("sehari yang lalu", "2026-11-22T08:00:00+07:00", ABOUT),
    ("an hour ago", "2026-11-23T07:00:00+07:00", ABOUT),
    # in several units
    ("2 jam 30 menit lalu", "2026-11-23T05:30:00+07:00", ABOUT),
    ("sejam dan 5 menit yang lalu", "2026-11-23T06:55:00+07:00", ABOUT),
    ("2 hari, 3 jam, 15 menit lalu", "2026-11-21T04:45:00+07:00", ABOUT),
    ("1 day and 2 hours ago", "2026-11-22T06:00:00+07:00", ABOUT),
    # a day counted back, and a clock
    ("Kemarin pukul 21.15", "2026-11-22T21:15:00+07:00", MINUTE),
    ("kemarin, 09:15 WITA", "2026-11-22T08:15:00+07:00", MINUTE),
    ("Yesterday at 9:15 pm", "2026-11-22T21:15:00+07:00", MINUTE),
    ("Kabar Laut | Hari ini 07.45", "2026-11-23T07:45:00+07:00", MINUTE),
    ("07:45 WIB, hari ini", "2026-11-23T07:45:00+07:00", MINUTE),
    ("3 hari lalu, 20:10 WIB", "2026-11-20T20:10:00+07:00", MINUTE),
    ("kemarin 15.25 ton", "2026-11-22T08:00:00+07:00", ABOUT),
    # changed and published
    ("Diperbarui: 4 Agustus 2026 09:00 WIB | Diterbitkan: 3 Agustus 2026 10:00 WIB", "2026-08-03T10:00:00+07:00", MINUTE),
    ("Terakhir diubah 4/8/2026 09:00 (tayang 3/8/2026 10:00)", "2026-08-03T10:00:00+07:00", MINUTE),
    ("Updated August 4, 2026 9:00 am · First published August 3, 2026 10:00 am", "2026-08-03T10:00:00+07:00", MINUTE),
    ("Terbit 3 Agustus 2026 10:00 · Diperbarui 4 Agustus 2026 09:00", "2026-08-03T10:00:00+07:00", MINUTE),
    ("Diperbarui 2 jam lalu, terbit kemarin 10.00", "2026-11-22T10:00:00+07:00", MINUTE),
    ("Diperbarui 4 Agustus 2026 09:00, terbitan perdana", "2026-08-04T09:00:00+07:00", MINUTE),
    # yet to come by the label, and no news of tomorrow
    ("2026-11-23T07:30:00Z", "2026-11-23T07:30:00+07:00", MINUTE),
    ("2026-11-23T07:30:00.000+0000", "2026-11-23T07:30:00+07:00", MINUTE),
    # edges of what can be a time of publication
    ("23 November 2026 08:15 WIB", "2026-11-23T08:15:00+07:00", MINUTE),
    ("23 November 2026", "2026-11-23T12:00:00+07:00", DAY),
    ("1 Januari 1995 00:00 WIB", "1995-01-01T00:00:00+07:00", MINUTE),
]
NEVER = [
    "",
    "[publishdate]",
    "{{ article.date }}",
    "0000-00-00 00:00:00",
    "1970-01-01T00:00:00Z",
    "31 Desember 1994 23:59 WIB",
    "23 November 2026 08:16 WIB",
    "24 November 2026",
    "2027-01-01T00:00:00+07:00",
    "31/02/2026 10:00",
    "32 Januari 2026",
    "20260803",
    "pukul 10.00 WIB",
    "Halaman 2 dari 3",
    "lalu",
    "25-20-15",
    "2/3/20",
    "10/11/12 penumpang",
    "0812345678",
    "1234567890123456",
    "4000 tahun lalu",
    "3.000 tahun lalu",
    "2026 tahun yang lalu",
    "1,5 jam lalu",
    "Berita Hari Ini",
    "hari ini 2.45 juta",
    "hari ini 25.15",
    "2026-11-23T08:30:00Z",
    "5 \u017fep 2026",
]


@pytest.mark.parametrize(("text", "instant", "precision"), TABLE)
def test_reads(text: str, instant: str, precision: Precision) -> None:
    found = parse_time(text, fetched_at=FETCHED)
    assert found is not None
    assert (found.instant, found.precision) == (datetime.fromisoformat(instant), precision)
    assert found.instant.tzinfo is not None


@pytest.mark.parametrize("text", NEVER)
def test_reads_nothing_in(text: str) -> None:
    assert parse_time(text, fetched_at=FETCHED) is None


@pytest.mark.parametrize(
    ("forms", "place"), [(name, place) for name in ("DATES", "SHORT_DATES", "RELATIVE") for place in range(len(getattr(dates, name)))]
)
def test_every_form_is_needed_by_an_example(forms: str, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [*getattr(dates, forms)]
    form = left.pop(place)
    monkeypatch.setattr(dates, forms, left)
    found = [parse_time(text, fetched_at=FETCHED) for text, _, _ in TABLE]
    expected = [datetime.fromisoformat(instant) for _, instant, _ in TABLE]
    assert [each and each.instant for each in found] != expected, f"no time above is read by {form}"


@pytest.mark.parametrize(
    ("text", "is_update"),
    [
        ("Diperbarui 4 Agustus 2026 09:00", True),
        ("Update: 04/08/2026 09:00 WIB", True),
        ("Last updated on August 4, 2026", True),
        ("Diperbarui 4 Agustus 2026 09:00, terbit 3 Agustus 2026", False),
        ("4 Agustus 2026 09:00", False),
        ("Kapal update 4 Agustus 2026", False),
    ],
)
def test_the_time_of_a_change_is_called_so(text: str, is_update: bool) -> None:
    found = parse_time(text, fetched_at=FETCHED)
    assert found is not None
    assert found.is_update is is_update


PIECES = [*dates.VOCABULARY, *"0129+-.:/,tz \u0661\u0131\u017f", "00", "31", "60", "999", "2026", "9999", "lalu", "ago"]


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_no_text_is_too_much(text: str) -> None:
    found = parse_time(text, fetched_at=FETCHED)
    assert found is None or OLDEST.year <= found.instant.year <= FETCHED.year


@given(st.one_of(*(st.from_regex(form) for form in (*dates.DATES, *dates.SHORT_DATES, *(form for form, _ in dates.RELATIVE)))))
def test_nothing_in_the_shape_of_a_time_is_too_much(text: str) -> None:
    found = parse_time(text, fetched_at=FETCHED)
    assert found is None or OLDEST.year <= found.instant.year <= FETCHED.year


def test_a_date_alone_is_noon_never_midnight() -> None:
    found = parse_time("3 Agustus 2026", fetched_at=FETCHED)
    assert found is not None
    assert (found.instant.hour, found.precision) == (12, DAY)


def test_the_zone_holds_only_where_none_is_printed() -> None:
    without = parse_time("3 Agustus 2026 10:00", fetched_at=FETCHED, zone=WITA)
    named = parse_time("3 Agustus 2026 10:00 WIB", fetched_at=FETCHED, zone=WITA)
    assert without is not None
    assert named is not None
    assert named.instant - without.instant == timedelta(hours=1)


def test_fetched_at_may_be_in_any_zone() -> None:
    late = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)  # already the 23rd in Jakarta
    found = parse_time("23 November 2026", fetched_at=late)
    assert found is not None
    assert found.instant == datetime(2026, 11, 23, 12, 0, tzinfo=WIB)


PRINT_ALL = """
from datetime import datetime
from crawler.reading import dates
from crawler.reading.dates import WIB, parse_time
import sys
for line in sys.stdin.read().splitlines():
    print(parse_time(line, fetched_at=datetime(2026, 11, 23, 8, 0, tzinfo=WIB)))
"""


def test_the_machines_time_zone_does_not_matter() -> None:
    root = Path(__file__).parents[3]
    lines = "\n".join([text for text, _, _ in TABLE] + NEVER)
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINT_ALL],
            input=lines,
            cwd=root,
            env=os.environ | {"TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone in ("UTC", "Asia/Jakarta", "America/New_York")
    }
    assert len(printed) == 1
    assert printed.pop().count("ParsedTime(") == len(TABLE)
