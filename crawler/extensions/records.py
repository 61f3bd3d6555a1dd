"""The records of WARC files, whoever wrote them: read by fastwarc where it is installed, else by warcio.

A record that is broken or cut off costs itself alone: reading goes on at the next one.
"""

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from warcio import archiveiterator

fastwarc: Any = import_module("fastwarc.warc") if find_spec("fastwarc") else None

_CHUNK = re.compile(rb"([0-9A-Fa-f]+)[^\r\n]*\r?\n")
_PAGE = re.compile(rb"\s*<(?:!doctype|!--|html|head|\?xml)", re.IGNORECASE)
_GZIP, _PLAIN = b"\x1f\x8b\x08", b"WARC/1."  # how a record begins
_LOOK_AHEAD = 1 << 20  # bytes that are searched at a time


class Record(NamedTuple):
    """A record, as far as its own headers say. Its content is there until the next record is asked for."""

    start: int  # byte in the file
    kind: str  # response, revisit, conversion, …
    header: Callable[[str], str | None]
    content: Callable[[], bytes]  # raises ValueError where the record is cut off


class Http(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: list[tuple[bytes, bytes]]  # names in lower case
    body: bytes  # without chunks, with its Content-Encoding

    @property
    def encodings(self) -> str:
        """What its Content-Encoding says."""
        return b",".join(value for name, value in self.headers if name == b"content-encoding").decode("latin-1")


def records(path: Path, broken: Counter[Path] | None = None) -> Iterator[Record]:
    """Yield each record of a file that can be read; count in ``broken`` the places where something cannot.

    Of a record that is cut off its content says so.
    """
    start: int | None = 0
    failed, damaged = False, 0
    with path.open("rb") as file:
        beginning = _GZIP if file.read(len(_GZIP)) == _GZIP else _PLAIN
        while start is not None:
            file.seek(start)
            try:
                for record in _iterate(file):
                    damaged, failed, start = damaged + failed, False, record.start
                    yield record
            except _Broken:
                failed = True
            start = _next(file, start + 1, beginning)  # None at the end of a whole file
    if broken is not None:
        broken[path] += damaged + failed


def record_at(file: BinaryIO, start: int) -> Record:
    """Return the record that begins at a byte of a file. Raises ValueError where there is none."""
    file.seek(start)
    try:
        return next(_iterate(file))
    except (StopIteration, _Broken):
        raise ValueError(f"there is no record at byte {start}") from None


class _Broken(Exception):  # noqa: N818 - a record is
    """What stands here cannot be read."""


def _iterate(file: BinaryIO) -> Iterator[Record]:
    """Yield the records from where a file stands. Raises _Broken behind the last that can be read."""
    try:
        yield from _read(file)
    except (OSError, EOFError, ValueError, zlib.error, archiveiterator.ArchiveLoadFailed) as error:
        raise _Broken from error


def _by_fastwarc(file: BinaryIO) -> Iterator[Record]:
    for each in fastwarc.ArchiveIterator(file, parse_http=False):
        header = each.headers.get
        yield Record(each.stream_pos, header("WARC-Type") or "", header, partial(_content, each.reader, header))


def _by_warcio(file: BinaryIO) -> Iterator[Record]:
    iterator = archiveiterator.ArchiveIterator(file, no_record_parse=True)
    for each in iterator:
        header = each.rec_headers.get_header
        yield Record(iterator.offset, each.rec_type, header, partial(_content, each.raw_stream, header))


_read = _by_fastwarc if fastwarc else _by_warcio


def _content(reader: Any, header: Callable[[str], str | None]) -> bytes:
    content: bytes = reader.read()
    if len(content) != int(header("Content-Length") or -1):
        raise ValueError("a record is cut off")
    return content


def http_of(content: bytes) -> Http:
    """Parse an HTTP answer as it stands in a record. Raises ValueError."""
    head, end, body = content.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    if not end or not status.startswith(b"HTTP/"):
        raise ValueError("no HTTP answer")
    pairs = (line.partition(b":") for line in lines)
    headers = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
    if any(name == b"transfer-encoding" and b"chunked" in value.lower() for name, value in headers):
        body = _joined(body)
    if _PAGE.match(body):  # some archives decode it and keep the header
        headers = [header for header in headers if header[0] != b"content-encoding"]
    return Http(int(status.split(None, 2)[1]), headers, body)


def _joined(body: bytes) -> bytes:
    """A body without its chunks; as it is where it has none, since some archives keep the header alone."""
    chunks, at = list[bytes](), 0
    while found := _CHUNK.match(body, at):
        at = found.end() + int(found[1], 16)
        if at == found.end():
            return b"".join(chunks)
        chunks.append(body[found.end() : at])
        at += 2
    return body


def _next(file: BinaryIO, start: int, beginning: bytes) -> int | None:
    """Where, from a byte on, the next record may begin."""
    before = b""
    while True:
        file.seek(start)
        if not (read := file.read(_LOOK_AHEAD)):
            return None
        if (found := (before + read).find(beginning)) < 0:
            start += len(read)
            before = read[-len(beginning) + 1 :]
        elif _begins(file, at := start - len(before) + found):
            return at
        else:
            start, before = at + 1, b""


def _begins(file: BinaryIO, at: int) -> bool:
    """Whether a record begins at a byte: compressed data may look like the beginning of a gzip member."""
    file.seek(at)
    beginning = file.read(512)
    try:
        return beginning.startswith(_PLAIN) or zlib.decompressobj(31).decompress(beginning, len(_PLAIN)) == _PLAIN
    except zlib.error:
        return False
