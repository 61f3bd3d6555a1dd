"""Which date_ranges of the past are left to look at."""

from datetime import date, timedelta

from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.jobs.backfill import DateRange, date_ranges
from crawler.outlet import OutletSpider

LOADER = get_spider_loader(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 4)


def left(name: str, *finished: int) -> list[DateRange]:
    outlet = LOADER.load(name)
    assert issubclass(outlet, OutletSpider)
    return date_ranges(outlet, FIRST, LAST, {FIRST + timedelta(days=day) for day in finished})


def test_days_are_looked_at_one_by_one_newest_first() -> None:
    assert [date_range.arguments for date_range in left("kompas", 1)] == [
        ["--since", "2026-11-04", "--until", "2026-11-05"],
        ["--since", "2026-11-03", "--until", "2026-11-04"],
        ["--since", "2026-11-01", "--until", "2026-11-02"],
    ]


def test_without_an_index_of_days_there_is_one_piece() -> None:
    assert left("katakini", 3) == [DateRange(FIRST, LAST - timedelta(days=1))]


def test_nothing_is_left_of_a_finished_past() -> None:
    assert left("kompas", 0, 1, 2, 3) == left("katakini", 0, 1, 2, 3) == []
