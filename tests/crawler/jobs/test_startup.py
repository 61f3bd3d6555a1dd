"""What is wrong with the settings is said before anything is started."""

import logging

import pytest
from scrapy.settings import Settings

from crawler import settings as project
from crawler.jobs.configuration import check
from pipelines.database.errors import ConfigurationError


@pytest.fixture
def settings() -> Settings:
    effective = Settings()
    effective.setmodule(project, priority="project")
    return effective


def test_nothing_is_wrong_with_ours_and_scrapys(settings: Settings) -> None:
    check(settings)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DOWNLOAD_DELAY", "banane", "DOWNLOAD_DELAY has to be a number"),
        ("DOWNLOAD_DELAY", "nan", "0 or more"),
        ("CLOSESPIDER_TIMEOUT", "-1", "0 or more"),
        ("CONCURRENT_REQUESTS", "x", "CONCURRENT_REQUESTS has to be a whole number, not 'x'"),
        ("CONCURRENT_REQUESTS", "1.5", "a whole number"),
        ("LOGSTATS_INTERVAL", "oft", "LOGSTATS_INTERVAL has to be a number"),
        ("RETRY_TIMES", "", "RETRY_TIMES"),
        ("ROBOTSTXT_OBEY", "banane", "ROBOTSTXT_OBEY has to be True or False"),
        ("ARCHIVE_DAYS", "abc", "ARCHIVE_DAYS has to be a whole number, not 'abc'"),
        ("ARCHIVE_DAYS", "-1", "0 or more, not '-1'"),
        ("RUN_DAYS", "-1", "RUN_DAYS"),
        ("LOG_LEVEL", "LAUT", "LOG_LEVEL"),
        ("DESTINATION_GUARD_ALLOW", "rumah", "rumah"),
    ],
)
def test_a_wrong_setting_is_named(settings: Settings, name: str, value: str, said: str) -> None:
    settings.set(name, value, "cmdline")
    with pytest.raises(ConfigurationError, match=said):
        check(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DOWNLOAD_DELAY", "0.5"), ("DNS_TIMEOUT", "2.5"), ("RETRY_PRIORITY_ADJUST", "-3"), ("ARCHIVE_DAYS", "90"), ("ROBOTSTXT_OBEY", "0"),
     ("LOG_LEVEL", logging.getLevelName(logging.ERROR)), ("CLOSESPIDER_TIMEOUT", 0)],
)  # fmt: skip
def test_a_right_setting_passes(settings: Settings, name: str, value: object) -> None:
    settings.set(name, value, "cmdline")
    check(settings)
