"""Finds a text in files, and takes it out of logs that somebody may be writing to."""

import gzip
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from crawler.extensions.warc import replacing

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_LONGEST_NAME = 400  # characters
_FEWEST = 15  # characters: what is shorter may stand in any text
_URL = re.compile(rb"https?://[^\s\"'<>()\\]+")
_INSTEAD = b"(forgotten)"


@dataclass(frozen=True, slots=True)
class Needles:
    """What gives a text away."""

    plain: frozenset[str]
    encoded: tuple[bytes, ...]  # also as JSON, HTML and Python's repr write them
    names: tuple[bytes, ...]  # of these the addresses, without their host, and the headlines: what a list has of it, whatever else

    @classmethod
    def of(cls, texts: Collection[str], urls: Iterable[str]) -> Self:
        """Take texts (headlines, bodies) and addresses apart."""
        paths = {urlunsplit(("", "", *urlsplit(url)[2:4], "")) for url in urls}
        names = {each for each in {*texts} | paths if _FEWEST <= len(each) <= _LONGEST_NAME}
        sentences = {part.strip() for text in texts for part in _SENTENCE.split(text)}
        plain = names.union(each for each in sentences if len(each) >= _FEWEST)
        return cls(frozenset(plain), _encoded(plain), _encoded(names))

    def are_in(self, content: bytes) -> bool:
        """Whether one of them is."""
        return any(needle in content for needle in self.encoded)

    def name(self, content: bytes) -> bool:
        """Whether a list shows the text."""
        return any(needle in content for needle in self.names)


def _encoded(plain: Iterable[str]) -> tuple[bytes, ...]:
    written = (str, lambda text: json.dumps(text)[1:-1], lambda text: text.replace("/", "\\/"), lambda text: repr(text)[1:-1], escape)
    return tuple({write(each).encode(errors="replace") for each in plain for write in written})


def scrub_logs(places: Sequence[Path], needles: Needles, leads_there: Callable[[str], bool]) -> int:
    """Overwrite the lines of all logs in some places that have a needle, or an address that ``leads_there``; return how many.

    A log keeps its length and its file, so that whoever is writing to it goes on. Raises OSError.
    """
    count, leads = 0, cache(leads_there)
    for path in [path for place in places for path in (place.rglob("*") if place.is_dir() else [place]) if path.is_file()]:
        is_packed = path.suffix == ".gz"
        content = gzip.decompress(path.read_bytes()) if is_packed else path.read_bytes()
        lines = _lines(content, needles, leads)
        count += len(lines)
        if lines and is_packed:
            with replacing(path) as anew, gzip.open(anew, "wb") as packed:
                packed.write(_blanked(content, lines))
        elif lines:
            with path.open("r+b") as file:
                for start, end in lines:
                    file.seek(start)
                    file.write(_blank(end - start))
    return count


def _lines(content: bytes, needles: Needles, leads_there: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Where the lines begin and end that are to go."""
    found = [at for needle in needles.encoded for at in _offsets(content, needle)]
    found += [url.start() for url in _URL.finditer(content) if leads_there(url[0].decode(errors="replace").rstrip(".,:;"))]
    ends = ((at, content.find(b"\n", at)) for at in found)
    return sorted({(content.rfind(b"\n", 0, at) + 1, len(content) if end < 0 else end) for at, end in ends})


def _offsets(content: bytes, needle: bytes) -> Iterator[int]:
    at = content.find(needle)
    while at >= 0:
        yield at
        at = content.find(needle, at + 1)


def _blanked(content: bytes, lines: Iterable[tuple[int, int]]) -> bytes:
    blanked = bytearray(content)
    for start, end in lines:
        blanked[start:end] = _blank(end - start)
    return bytes(blanked)


def _blank(length: int) -> bytes:
    return _INSTEAD.ljust(length)[:length]


def delete_files(folder: Path, needles: Needles) -> int:
    """Delete the files of a folder that have a needle; return how many. Raises OSError."""
    found = [path for path in folder.glob("*") if path.is_file() and needles.are_in(path.read_bytes())]
    for path in found:
        path.unlink()
    return len(found)
