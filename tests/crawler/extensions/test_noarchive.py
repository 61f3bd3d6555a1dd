"""What asks not to be archived is not, and nothing else is left out."""

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.extensions.noarchive import forbids_archiving
from tests.recordings import URL, Recording, replay

META = '<!doctype html><meta charset=utf-8><meta name="{}" content="{}"><p>Isi'


def asks(body: bytes = b"", headers: dict[str, object] | None = None) -> bool:
    return forbids_archiving(Response(URL, headers=headers, body=body), "Poros", 1 << 20)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("noarchive", True),
        ("NoIndex, NoArchive", True),
        ("poros: noarchive", True),
        ("Poros: noindex, noarchive", True),
        ("max-snippet: 20, noarchive", True),
        ("unavailable_after: 25 Jun 2027 15:00:00 WIB, noarchive", True),
        ("otherbot: nofollow, poros: noarchive", True),
        ("googlebot: noarchive", False),
        ("googlebot: nofollow, noarchive", False),  # what follows an agent's name is of that agent
        ("noindex, nofollow", False),
        ("none", False),
        ("noarchives", False),
        ("", False),
    ],
)
def test_of_the_header_counts_what_is_said_to_all_or_to_us(header: str, expected: bool) -> None:
    assert asks(headers={"X-Robots-Tag": header}) is expected


def test_any_of_several_headers_counts() -> None:
    assert asks(headers={"X-Robots-Tag": ["googlebot: noarchive", "noarchive"]})
    assert not asks(headers={"X-Robots-Tag": ["googlebot: noarchive", "noindex"]})


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("robots", "noarchive", True),
        ("ROBOTS", "index,follow,NOARCHIVE", True),
        ("poros", "noarchive", True),
        ("robots", "max-image-preview:large, noarchive", True),
        ("googlebot", "noarchive", False),
        ("googlebot-news", "noarchive", False),
        ("robots", "index, follow", False),
        ("description", "noarchive", False),
    ],
)
def test_of_the_page_counts_its_robots_meta(name: str, content: str, expected: bool) -> None:
    assert asks(META.format(name, content).encode()) is expected


def test_a_page_that_only_speaks_of_it_is_archived() -> None:
    assert not asks(b'<!-- <meta name="robots" content="noarchive"> --><p>&lt;meta name="robots" content="noarchive"&gt;')
    assert not asks(b"""<script>document.write('<meta name="robots" content="noarchive">')</script>""")


@pytest.mark.parametrize(("encoding", "encode"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)])
def test_it_is_read_as_it_came_over_the_wire(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    page = META.format("robots", "noarchive").encode()
    assert asks(encode(page), {"Content-Encoding": encoding})
    assert asks(gzip.compress(encode(page)), {"Content-Encoding": f"{encoding}, gzip"})
    assert not asks(encode(b" " * (2 << 20) + META.format("robots", "noarchive").encode()), {"Content-Encoding": encoding}), (
        "beyond the limit"
    )
    assert not asks(b"no such thing", {"Content-Encoding": encoding})


def test_the_recorder_leaves_it_out_and_counts_it(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    meta = recording.add(body=META.format("robots", "noarchive").encode())
    assert "archive_file" not in meta
    assert "fetched_at" in meta
    recording.add(f"{URL}/2")
    assert recording.stats.get_value("poros/archive/kept_out") == 1
    path = recording.close()
    assert replay(path)[0] is None
    assert replay(path, f"{URL}/2")[0] is not None
