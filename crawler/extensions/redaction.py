"""Keeps passwords out of every log, tracebacks included."""

import logging
from typing import Self

from scrapy.crawler import Crawler

from pipelines.database.connection import redact


class RedactedRecord(logging.LogRecord):
    """A log record that redacts its text as it is written out."""

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        """Return the redacted message."""
        return redact(super().getMessage())

    @property
    def exc_text(self) -> str | None:
        """The redacted traceback, once a formatter has set it."""
        return self._traceback

    @exc_text.setter
    def exc_text(self, text: str | None) -> None:
        self._traceback = text and redact(text)


class Redaction:
    """The extension that makes all of the process's log records redacted ones."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:  # noqa: ARG003
        """Build the extension."""
        logging.setLogRecordFactory(RedactedRecord)
        return cls()
