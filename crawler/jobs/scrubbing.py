"""Finds a text in files, and takes it out of logs that somebody may be writing to."""

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import BinaryIO, Self
from urllib.parse import urlsplit, urlunsplit

from crawler.extensions.warc import replacing

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_FEWEST = 15  # characters: what is shorter may stand in any text
_URL = re.compile(rb"https?://[^\s\"'<>()\\]+")
_INSTEAD = b"(forgotten)"


@dataclass(frozen=True, slots=True)
class Needles:
    """What gives a text away: its headlines, its sentences, its addresses without their host."""

    plain: frozenset[str]
    encoded: tuple[bytes, ...]  # also as JSON, HTML and Python's repr write them

    @classmethod
    def of(cls, texts: Iterable[str], urls: Iterable[str]) -> Self:
        """Take texts and addresses apart."""
        paths = {urlunsplit(("", "", *urlsplit(url)[2:4], "")) for url in urls}
        sentences = {part.strip() for text in texts for part in _SENTENCE.split(text)}
        plain = frozenset(each for each in sentences | paths if len(each) >= _FEWEST)
        forms = (
            form for each in plain for form in (each, json.dumps(each)[1:-1], each.replace("/", "\\/"), repr(each)[1:-1], escape(each))
        )
        return cls(plain, tuple({form.encode(errors="replace") for form in forms}))

    def are_in(self, content: bytes) -> bool:
        """Whether one of them is."""
        return any(needle in content for needle in self.encoded)


def scrub_logs(places: Sequence[Path], needles: Needles, leads_there: Callable[[str], bool]) -> int:
    """Overwrite the lines of all logs in some places that have a needle, or an address that ``leads_there``; return how many.

    A log keeps its length and its file, so that whoever is writing to it goes on. Raises OSError.
    """

    def is_named(line: bytes) -> bool:
        return needles.are_in(line) or any(leads_there(url.decode(errors="replace").rstrip(".,:;")) for url in _URL.findall(line))

    count = 0
    for path in [path for place in places for path in (place.rglob("*") if place.is_dir() else [place])]:
        if path.is_file() and path.suffix == ".gz":
            count += _scrub_packed(path, is_named)
        elif path.is_file():
            count += _scrub(path, is_named)
    return count


def _scrub(path: Path, is_named: Callable[[bytes], bool]) -> int:
    count = 0
    with path.open("r+b") as file:
        for start, line in _lines(file):
            if is_named(line):
                end = file.tell()
                file.seek(start)
                file.write(_blank(line))
                file.seek(end)
                count += 1
    return count


def _scrub_packed(path: Path, is_named: Callable[[bytes], bool]) -> int:
    with gzip.open(path) as file:
        lines = [(is_named(line), line) for line in file]
    count = sum(named for named, _ in lines)
    if count:
        with replacing(path) as anew, gzip.open(anew, "wb") as packed:
            packed.writelines(_blank(line) if named else line for named, line in lines)
    return count


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    start = 0
    while line := file.readline():
        yield start, line
        start += len(line)


def _blank(line: bytes) -> bytes:
    text = line.rstrip(b"\n")
    return _INSTEAD.ljust(len(text))[: len(text)] + line[len(text) :]


def delete_files(folder: Path, needles: Needles) -> int:
    """Delete the files of a folder that have a needle; return how many. Raises OSError."""
    found = [path for path in folder.glob("*") if path.is_file() and needles.are_in(path.read_bytes())]
    for path in found:
        path.unlink()
    return len(found)
