"""WARC files as files: their records, each a gzip member of its own, and copies of them with some records more or less.

A file is never changed in place but written anew beside it and put in its place when it is safely on the disk: whoever is killed leaves the
old one or the new one.
"""

import errno
import io
import logging
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import urljoin

from scrapy.utils._compression import _inflate, _unbrotli, _unzstd
from scrapy.utils.gz import gunzip
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

logger = logging.getLogger(__name__)

OPEN = ".open"  # a recording's name ends like this while its run lasts, and for good when the run is killed
PARTIAL = ".partial"  # a file's name ends like this while it is written anew
_STAMP = re.compile(r"-(\d{8}T\d{6}Z)-[0-9a-f]{8}\.warc\.gz(?:\.open)?$")
_YEAR = re.compile(r"-\d{4}\.warc\.gz$")
_Span = tuple[int, int]  # where a record begins and ends in its file


def _gunzip(data: bytes, *, max_size: int = 0) -> bytes:
    """Undo gzip at once, which takes a third of the time; what is no single whole stream goes through Scrapy's."""
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(data, max_size + 1)
    except zlib.error:
        return gunzip(data, max_size=max_size)
    return content if stream.eof and not stream.unused_data and len(content) <= max_size else gunzip(data, max_size=max_size)


_DECODERS = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _inflate, "br": _unbrotli, "zstd": _unzstd}


class Member(NamedTuple):
    """A record and where it stands in its file."""

    start: int  # byte
    end: int
    record: ArcWarcRecord

    @property
    def url(self) -> str | None:
        """The address of an answer, or of that which a browser made this of; None for what is neither."""
        names = {"response": "WARC-Target-URI", "revisit": "WARC-Target-URI", "conversion": "WARC-Refers-To-Target-URI"}
        name = names.get(self.record.rec_type)
        target = name and self.record.rec_headers.get_header(name)
        return target and str(target)

    @property
    def is_rendered(self) -> bool:
        """Whether it is what a browser made of an answer."""
        return bool(self.record.rec_type == "conversion")

    def header(self, name: str) -> str | None:
        """A header of an answer; what a browser made of one has none."""
        value = None if self.is_rendered else self.record.http_headers.get_header(name)
        return value and str(value)


def members(path: Path) -> Iterator[Member]:
    """Yield each record, up to where the file is cut off or damaged.

    warcio's own iterator takes a member that is cut off for a whole one (1.8.1, 2026-11).
    """
    with path.open("rb") as file:
        start, content, member, rest = 0, bytearray(), zlib.decompressobj(wbits=31), b""
        while rest or (rest := file.read(1 << 16)):
            try:
                content += member.decompress(rest)
            except zlib.error:
                break
            rest = member.unused_data
            if member.eof:
                end = file.tell() - len(rest)
                if record := next(ArchiveIterator(io.BytesIO(content)), None):
                    yield Member(start, end, record)
                start, content, member = end, bytearray(), zlib.decompressobj(wbits=31)
    if start < path.stat().st_size:
        logger.warning("%s is cut off or damaged after byte %s; what stands before is read", path, start)


def stamp(path: Path) -> str | None:
    """The logical clock at which the run of a recording began, as it stands in its name: 20261123T013015Z. None: it is no recording."""
    found = _STAMP.search(path.name)
    return found and found[1]


def year_file(recording: Path) -> Path:
    """Where the pages of stored articles in a recording are kept when the rest is deleted: OUTLET-YEAR.warc.gz beside it."""
    return recording.with_name(_STAMP.sub(lambda found: f"-{found[1][:4]}.warc.gz", recording.name))


def is_of_a_year(path: Path) -> bool:
    """Whether a file is a year's: parts of several recordings."""
    return _YEAR.search(path.name) is not None


def with_names(path: Path) -> Iterator[tuple[str, Member]]:
    """Yield each record with the name of the recording that it was made in: of a year's file, as its warcinfo record before it says."""
    name = path.name.removesuffix(OPEN)
    for member in members(path):
        if is_of_a_year(path) and member.record.rec_type == "warcinfo":
            name = member.record.rec_headers.get_header("WARC-Filename") or path.name
        yield name, member


def move(recordings: Sequence[Path], target: Path, is_kept: Callable[[str, str], bool], *, dry_run: bool = False) -> int:
    """Put some answers of some recordings into a year's file, and delete the recordings; return how many answers.

    ``is_kept`` is told the recording's name and the address. What a move that was killed had put there already is not put there again.
    Raises OSError, also for a year's file that is damaged: then all recordings are still there.
    """
    there, end = _recordings_in(target)
    kept: dict[Path, list[_Span]] = {}
    for path in recordings:
        if (name := path.name.removesuffix(OPEN)) not in there:
            spans = [(each.start, each.end) for each in members(path) if each.start == 0 or (each.url and is_kept(name, each.url))]
            if len(spans) > 1:  # the first one says what the others are of
                kept[path] = spans
    if not dry_run:
        if kept:
            with replacing(target) as file:
                if end:
                    _copy(target, [(0, end)], file)
                for path, spans in kept.items():
                    _copy(path, spans, file)
        for path in recordings:
            path.unlink()
    return sum(len(spans) - 1 for spans in kept.values())


def _recordings_in(target: Path) -> tuple[set[str], int]:
    """Of which recordings a year's file has a part, and how long it is. Raises OSError where it is damaged."""
    names, end = set(), 0
    for name, member in with_names(target) if target.exists() else ():
        names.add(name)
        end = member.end
    if target.exists() and end < target.stat().st_size:  # what is added behind the damage could not be read
        raise OSError(errno.EIO, f"it is damaged after byte {end}", str(target))
    return names, end


def remove(path: Path, is_removed: Callable[[Member], bool]) -> int:
    """Take some records out of a file; return how many.

    What cannot be read at its end stays, but for the last record of a run that was killed: nobody can say what it is of.
    """
    left: list[_Span] = []
    count = end = 0
    for member in members(path):
        end = member.end
        if is_removed(member):
            count += 1
        else:
            left.append((member.start, member.end))
    size = path.stat().st_size
    is_cut_off = end < size and path.name.endswith(OPEN)
    if count or is_cut_off:
        with replacing(path) as file:
            _copy(path, left if is_cut_off else [*left, (end, size)], file)
    return count


def leads_to(url: str, location: str | None) -> str:
    """The address that an answer redirects to; its own where there is none, or a malformed one."""
    try:
        return urljoin(url, location or "")
    except ValueError:
        return url


def decoded(member: Member, limit: int) -> bytes:
    """The body of an answer without its Content-Encoding; nothing where that cannot be undone or makes it longer than ``limit``."""
    return decode(member.record.raw_stream.read(), member.header("Content-Encoding") or "", limit)


def decode(body: bytes, encodings: str, limit: int) -> bytes:
    """A body without its Content-Encoding; nothing where that cannot be undone or makes it longer than ``limit``."""
    try:
        for encoding in reversed([each for each in encodings.lower().replace(" ", "").split(",") if each]):
            body = _DECODERS[encoding](body, max_size=limit)
    except Exception:  # noqa: BLE001 - each decoder has errors of its own
        return b""
    return body


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file anew, a new one for its owner alone: what was there stays until the new one is whole and on the disk."""
    partial = path.with_name(f".{path.name}{PARTIAL}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else what is deleted next may be gone before this name is there
    finally:
        os.close(folder)


def _copy(source: Path, spans: Iterable[_Span], file: BinaryIO) -> None:
    with source.open("rb") as old:
        for start, end in spans:
            old.seek(start)
            file.writelines(old.read(min(1 << 20, end - at)) for at in range(start, end, 1 << 20))
