"""Recordings made outside a crawl, and what a replay finds in them."""

from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler import clock
from crawler.extensions.archive import WarcRecorder, WarcReplayer
from crawler.extensions.warc import OPEN

URL = "https://www.outlet.test/a"
SINCE = datetime(2026, 11, 21, tzinfo=clock.WIB)


class Recording:
    """A recorder at work, outside a crawl."""

    def __init__(self, folder: Path, outlet: str = "kompas", since: datetime | None = SINCE) -> None:
        self.stats = MemoryStatsCollector(SimpleNamespace(settings=Settings()))  # type: ignore[arg-type]
        self.spider = cast("Any", SimpleNamespace(name=outlet, since=since, crawler=SimpleNamespace(stats=self.stats)))
        self.folder = folder / "archive" / outlet
        settings = {"DATA_DIR": str(folder), "ARCHIVE_DIR": "archive", "USER_AGENT": "Poros/0 (test)", "ROBOTSTXT_USER_AGENT": "Poros"}
        self.storage = WarcRecorder(Settings(settings))
        self.storage.open_spider(self.spider)

    def add(self, url: str = URL, status: int = 200, body: bytes = b"text", headers: dict[str, Any] | None = None) -> dict[str, Any]:
        request = Request(url)
        self.storage.store_response(self.spider, request, HtmlResponse(url, status=status, body=body, headers=headers))
        return request.meta

    def kill(self) -> Path:
        """End as if by a signal that cannot be caught: nothing is tidied up."""
        file: Any = self.storage._file
        file.close()
        return Path(f"{self.storage._path}{OPEN}")

    def close(self) -> Path:
        self.storage.close_spider(self.spider)
        return self.storage._path


def replay(where: Path | str, url: str = URL) -> tuple[Response | None, dict[str, Any]]:
    request = Request(url)
    response = WarcReplayer(Settings({"ARCHIVE_REPLAY": str(where)})).retrieve_response(None, request)  # type: ignore[arg-type]
    return response, request.meta


def replayed(where: Path | str, url: str = URL) -> bytes:
    response, _ = replay(where, url)
    assert response is not None
    return response.body
