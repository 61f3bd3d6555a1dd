"""What a run says in its log: two lines where all is well, each a line of text or, with LOG_JSON, of JSON."""

import json
import logging
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.settings import BaseSettings
from scrapy.utils.log import get_scrapy_root_handler

# Their INFO lines are the same at every run. Filters, because Scrapy resets its loggers' levels whenever it configures logging (2.19).
_QUIET = ("addons", "core.engine", "crawler", "middleware", "utils.log", "extensions.memusage")


class JsonFormatter(logging.Formatter):
    """One object a record: time, level, outlet, logger, message, and traceback where there is one."""

    def __init__(self, outlet: str, date_format: str) -> None:
        super().__init__(datefmt=date_format)
        self.outlet = outlet

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        about = {"time": self.formatTime(record, self.datefmt), "level": record.levelname, "outlet": self.outlet, "logger": record.name}
        if record.exc_info:
            record.exc_text = self.formatException(record.exc_info)  # redacted as it is set
        return json.dumps({**about, "message": record.getMessage(), **({"traceback": record.exc_text} if record.exc_text else {})})


class Logs:
    """The extension that keeps to the format once Scrapy has configured logging."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension; without LOG_JSON there is nothing to keep to."""
        if not crawler.settings.getbool("LOG_JSON"):
            raise NotConfigured
        logs = cls()
        crawler.signals.connect(logs.spider_opened, signal=signals.spider_opened)
        return logs

    def spider_opened(self, spider: Spider) -> None:
        """Set the format anew, now that Scrapy has made its handler anew."""
        set_format(spider.settings, spider.name)


def set_format(settings: BaseSettings, outlet: str) -> None:
    """Set the format of what Scrapy's handler writes, and leave out what every run would say alike."""
    for name in _QUIET:
        logging.getLogger(f"scrapy.{name}").addFilter(_is_worth_a_line)
    if settings.getbool("LOG_JSON") and (handler := get_scrapy_root_handler()):
        handler.setFormatter(JsonFormatter(outlet, settings["LOG_DATEFORMAT"]))


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
