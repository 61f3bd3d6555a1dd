"""No password reaches a log, whichever way it gets into a record."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.extensions.redaction import RedactedRecord, Redaction

DSN = "postgresql://poros:S3CR3T%@db.example/poros"


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    factory, text = logging.getLogRecordFactory(), io.StringIO()
    Redaction.from_crawler(None)  # type: ignore[arg-type]
    logger, handler = logging.getLogger("redaction test"), logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    logger.addHandler(handler)
    yield logger, text
    logger.removeHandler(handler)
    logging.setLogRecordFactory(factory)


@pytest.mark.parametrize("arguments", [(f"cannot reach {DSN}",), ("cannot reach %s", DSN), ("cannot reach %(dsn)s", {"dsn": DSN})])
def test_messages_are_redacted(log: tuple[logging.Logger, io.StringIO], arguments: tuple[Any, ...]) -> None:
    logger, text = log
    logger.error(*arguments)
    assert "S3CR3T" not in text.getvalue()
    assert "redaction test: cannot reach postgresql://poros:" in text.getvalue()


def test_tracebacks_are_redacted(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, text = log
    try:
        int(DSN)
    except ValueError:
        logger.exception("no database")
    assert "S3CR3T" not in text.getvalue()
    assert "Traceback" in text.getvalue()


def test_a_message_that_cannot_be_put_together_is_reported_by_logging_not_raised(
    log: tuple[logging.Logger, io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    log[0].error("%d articles", "many")


def test_a_record_without_a_traceback_has_none() -> None:
    assert RedactedRecord("a", logging.INFO, "b", 1, "c", (), None).exc_text is None
