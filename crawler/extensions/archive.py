"""Every answer as it came over the wire, in WARC files: recorded while crawling, replayed instead of the network.

Both are storages of Scrapy's HTTP cache, which sees an answer before it is decompressed: the recorder never answers, the replayer never
stores. The add-on `Archive` picks one: ARCHIVE_REPLAY (a file, a folder or a pattern) replays and records nothing; else ARCHIVE_DIR (inside
DATA_DIR unless absolute; empty for no archive) records DATA_DIR/ARCHIVE_DIR/OUTLET/OUTLET-CLOCK-ID.warc.gz. While a run lasts its file is
called .warc.gz.open, and so it stays when the run is killed: whole records of it can be replayed. Only GET requests are kept.
"""

import errno
import io
import logging
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from urllib.parse import urldefrag

import scrapy
from scrapy import Request, Spider
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings
from scrapy.utils.response import response_status_message
from warcio.archiveiterator import ArchiveIterator
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler import clock
from crawler.browser import DOCUMENT, RENDERED, is_rendered
from crawler.extensions.noarchive import forbids_archiving
from crawler.extensions.warc import OPEN, PARTIAL, leads_to, members, replacing, with_names

logger = logging.getLogger(__name__)

FREE_SPACE = 256 * 1024 * 1024  # bytes left to the database: the archive stops first when a disk fills up
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_VERSION = "1.1"
_BUILDER = RecordBuilder(warc_version=_VERSION)


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """What a replay needs to know of the run that was recorded; both aware."""

    clock: datetime  # the logical clock when the run began
    since: datetime | None  # how far the run looked back


class Archive:
    """The add-on that sets the HTTP cache up as recorder or replayer."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Choose by ARCHIVE_REPLAY and ARCHIVE_DIR."""
        replays = bool(settings["ARCHIVE_REPLAY"])
        if replays or settings["ARCHIVE_DIR"]:
            settings.set("HTTPCACHE_ENABLED", True, "addon")
            settings.set("HTTPCACHE_STORAGE", f"{__name__}.{'WarcReplayer' if replays else 'WarcRecorder'}", "addon")
            settings.set("HTTPCACHE_IGNORE_MISSING", replays, "addon")


def archive_dir(settings: BaseSettings) -> Path:
    """Return the folder of the recordings; a folder an outlet stands in it."""
    return Path(settings["DATA_DIR"], settings["ARCHIVE_DIR"])


def recordings(where: str) -> list[Path]:
    """Return the recordings that a path names: the file itself, all below a folder, or what a pattern matches.

    Raises FileNotFoundError when there is none.
    """
    path = Path(where).absolute()
    found = sorted(path.rglob("*.warc.gz") if path.is_dir() else Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    if not found:
        raise FileNotFoundError(errno.ENOENT, "no recording (*.warc.gz)", where)
    return found


def recording_info(where: str) -> RecordingInfo:
    """Return the clock and reach of what `recordings` finds there: the latest clock, the earliest look back.

    Raises FileNotFoundError when there is no recording, ValueError for a file that does not begin as ours do.
    """
    infos = [_info(path) for path in recordings(where)]
    return RecordingInfo(clock=max(info.clock for info in infos), since=min((info.since for info in infos if info.since), default=None))


class WarcRecorder:
    """Writes every answer to the run's own WARC file and never answers itself; not what asks for noarchive, or is forgotten.

    Sets ``request.meta``: archive_file (name of the WARC) and fetched_at (the record's date, aware). If the file cannot be written, or
    little space is left, that is logged once, answers are counted as poros/archive/lost, and the crawl goes on.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self.settings = settings
        self._file: io.FileIO | None = None

    def open_spider(self, spider: Spider) -> None:
        """Begin the file with what a replay needs to know."""
        self._stats = spider.crawler.stats
        self._name = _name(spider.name)
        self._path = archive_dir(self.settings) / spider.name / self._name
        self._responses = 0
        self._end = 0  # of the last whole record
        try:
            self._path.parent.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # an outlet's pages are not ours to show
            self._path.parent.mkdir(exist_ok=True, mode=0o700)
            self._file = io.FileIO(f"{self._path}{OPEN}", "x")
        except OSError as error:
            self._give_up(error)
        since: datetime | None = getattr(spider, "since", None)
        info = {
            "software": f"Scrapy/{scrapy.__version__} warcio",
            "http-header-user-agent": self.settings["USER_AGENT"],
            "format": "WARC File Format 1.1",
            "robots": "obey" if self.settings.getbool("ROBOTSTXT_OBEY") else "ignore",
            "outlet": spider.name,
            "clock": clock.now().isoformat(),
            "since": since.isoformat() if since else None,
        }
        self._append(_BUILDER.create_warcinfo_record(self._name, info))

    def retrieve_response(self, spider: Spider, request: Request) -> None:
        """Return nothing, so that every request goes to the network."""

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Append an answer; a 304 as a revisit record, what a browser made of one as a conversion record."""
        if request.method != "GET":
            return
        request.meta.pop("archive_file", None)  # of an earlier hop or try
        date = request.meta["fetched_at"] = clock.now()
        if self._is_kept_out(spider, response):
            self._stats.inc_value("poros/archive/kept_out")
            return
        if self._append(_conversion_of(response, date, request.url) if is_rendered(response) else _record_of(response, date)):
            self._responses += 1
            self._stats.inc_value("poros/archive/stored")
            request.meta["archive_file"] = self._name
        else:
            self._stats.inc_value("poros/archive/lost")

    def _is_kept_out(self, spider: Spider, response: Response) -> bool:
        """Whether an answer asks not to be archived, or it is of a page that is forgotten, or leads to one."""
        is_forgotten = getattr(spider, "is_forgotten", None)
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if is_forgotten and any(map(is_forgotten, {response.url, leads_to(response.url, location)})):
            return True
        return forbids_archiving(response, self.settings["ROBOTSTXT_USER_AGENT"], self.settings.getint("DOWNLOAD_MAXSIZE"))

    def close_spider(self, spider: Spider) -> None:  # noqa: ARG002
        """Give the file its final name, once it is safely on the disk."""
        self._finish()

    def _append(self, record: ArcWarcRecord) -> bool:
        """Whether the record stands in the file now."""
        try:
            self._write(record)
        except OSError as error:
            self._give_up(error)
        return self._file is not None

    def _write(self, record: ArcWarcRecord) -> None:
        if self._file is None:
            return
        if shutil.disk_usage(self._path.parent).free < FREE_SPACE:
            raise OSError(errno.ENOSPC, f"less than {FREE_SPACE >> 20} MiB are free", str(self._path.parent))
        buffer = io.BytesIO()
        WARCWriter(buffer, gzip=True, warc_version=_VERSION).write_record(record)
        rest = buffer.getbuffer()
        while rest:  # a full disk takes a part and refuses the rest
            rest = rest[self._file.write(rest) :]
        self._end = self._file.tell()

    def _give_up(self, error: OSError) -> None:
        logger.error("nothing more is archived in this run: %s", error)
        self._stats.set_value("poros/archive/failed", 1)
        self._finish()

    def _finish(self) -> None:
        if self._file is None:
            return
        file, self._file = self._file, None
        open_path = Path(f"{self._path}{OPEN}")
        try:
            with file:
                file.truncate(self._end)
                os.fsync(file.fileno())
            if self._responses:
                open_path.rename(self._path)
            else:
                open_path.unlink()
        except OSError as error:
            logger.error("%s is left as it is: %s", open_path, error)  # noqa: TRY400 - no traceback for a full disk


def write_recording(folder: Path, outlet: str, source: str, answers: Iterable[tuple[Response, datetime]]) -> str:
    """Put answers that somebody else fetched into a recording of their own, whole or not at all; return its name. Raises OSError."""
    name = _name(outlet)
    info = {"software": f"Scrapy/{scrapy.__version__} warcio", "outlet": outlet, "clock": clock.now().isoformat(), "imported-from": source}
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    for left in folder.glob(f".*{PARTIAL}"):  # by one that was killed: the caller has the lock of the archive
        left.unlink()
    with replacing(folder / name) as file:
        writer = WARCWriter(file, gzip=True, warc_version=_VERSION)
        writer.write_record(_BUILDER.create_warcinfo_record(name, info))
        for response, date in answers:
            writer.write_record(_record_of(response, date))
    return name


def _name(outlet: str) -> str:
    return f"{outlet}-{clock.now():%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}.warc.gz"


def _record_of(response: Response, date: datetime) -> ArcWarcRecord:
    """An answer as it came; a 304 as a revisit."""
    headers = StatusAndHeaders(
        response_status_message(response.status),
        [(_text(name), _text(value)) for name, values in response.headers.items() for value in values],
        protocol="HTTP/1.1",
    )
    kind, body = "response", response.body
    about = {"WARC-Date": _stamp(date)}
    if response.status == 304:
        kind, body = "revisit", b""
        about |= {"WARC-Profile": NOT_MODIFIED_PROFILE, "WARC-Refers-To-Target-URI": response.url}
    return _BUILDER.create_warc_record(
        response.url, kind, payload=io.BytesIO(body), length=len(body), http_headers=headers, warc_headers_dict=about
    )


def _conversion_of(response: Response, date: datetime, url: str) -> ArcWarcRecord:
    """What the answer at a URL was once its scripts had run in the browser; the answer itself is a record before it."""
    about = {"WARC-Date": _stamp(date), "WARC-Refers-To-Target-URI": url}
    kind, body = "text/html; charset=utf-8", response.body
    return _BUILDER.create_warc_record(
        response.url, "conversion", payload=io.BytesIO(body), length=len(body), warc_content_type=kind, warc_headers_dict=about
    )


def _stamp(date: datetime) -> str:
    return f"{date:%Y-%m-%dT%H:%M:%S.%fZ}"


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    name: str  # of the recording it was made in
    start: int  # byte
    date: datetime
    rank: int  # 2 an answer that is of use, 1 "not modified", 0 a failure


class WarcReplayer:
    """Answers from recordings and stores nothing: of several answers to a URL the last that is no failure.

    ``name``: only from this one of the recordings of which a year's file has a part. Sets ``request.meta``: archive_file (name of the
    recording) and fetched_at (the record's date, aware). Raises FileNotFoundError when ARCHIVE_REPLAY names no recording.
    """

    def __init__(self, settings: BaseSettings, name: str | None = None) -> None:
        self._places: dict[tuple[str, bool], _Place] = {}  # by URL, and whether it is what a browser made of it
        for path in recordings(settings["ARCHIVE_REPLAY"]):
            for key, place in _index(path, name):
                self._places[key] = max(place, self._places.get(key, place), key=attrgetter("rank", "date"))

    def open_spider(self, spider: Spider) -> None:
        """Do nothing: the index is made when the cache is built, so that a wrong path stops the crawl."""

    def close_spider(self, spider: Spider) -> None:
        """Do nothing."""

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Do nothing."""

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:  # noqa: ARG002
        """Return the recorded answer, or None when there is none."""
        is_rendering = DOCUMENT in request.meta
        place = self._places.get((urldefrag(request.url).url, is_rendering))
        if place is None or request.method != "GET":
            return None
        with place.path.open("rb") as file:
            file.seek(place.start)
            record = next(ArchiveIterator(file))
            body = record.raw_stream.read()
        request.meta["archive_file"] = place.name
        request.meta["fetched_at"] = place.date
        if is_rendering:
            url = record.rec_headers.get_header("WARC-Target-URI")
            return HtmlResponse(url, headers={"Content-Type": record.content_type}, body=body, encoding="utf-8", flags=[RENDERED])
        headers = Headers()
        for name, value in record.http_headers.headers:
            headers.appendlist(name, value)
        response_class = responsetypes.from_args(headers=headers, url=request.url, body=body)
        return response_class(url=request.url, status=_status(record), headers=headers, body=body)


def _index(path: Path, only: str | None) -> Iterator[tuple[tuple[str, bool], _Place]]:
    """Yield URL and place of each answer in a recording, and whether it is what a browser made of it."""
    for name, member in with_names(path):
        if (url := member.url) and only in {None, name}:
            date = datetime.fromisoformat(member.record.rec_headers.get_header("WARC-Date")).astimezone(UTC)
            status = 200 if member.is_rendered else _status(member.record)
            rank = 1 if status == 304 else int(status < 400) * 2
            yield (url, member.is_rendered), _Place(path, name, member.start, date, rank)


def _status(record: ArcWarcRecord) -> int:
    return int(record.http_headers.get_statuscode())


def _info(path: Path) -> RecordingInfo:
    try:
        record = next(members(path)).record
        text: str = record.raw_stream.read().decode()
        fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
        since = fields.get("since")
        return RecordingInfo(datetime.fromisoformat(fields["clock"]), datetime.fromisoformat(since) if since else None)
    except (StopIteration, KeyError, ValueError):
        raise ValueError(f"{path} does not begin as a recording of ours does") from None


def _text(header: bytes) -> str:
    """WARC headers are text; what is beyond ASCII is percent-encoded there, as UTF-8."""
    try:
        return header.decode()
    except UnicodeDecodeError:
        return header.decode("latin-1")
