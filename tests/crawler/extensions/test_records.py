"""Records are found where they begin, and nowhere else."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from crawler.extensions.records import records

URLS = ("https://warta.example/1", "https://warta.example/2")
INSIDE = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03 a gzip member, to those who look at three bytes"


def member(url: str, content: bytes) -> bytes:
    head = f"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(content)}\r\n\r\n"
    return gzip.compress(head.encode() + content + b"\r\n\r\n", 0)  # level 0: content stands in the file as it is


@pytest.mark.parametrize("damaged", [False, True])
def test_what_looks_like_a_beginning_is_none(tmp_path: Path, capfd: pytest.CaptureFixture[str], *, damaged: bool) -> None:
    broken, path = Counter[Path](), tmp_path / "a.warc.gz"
    members = [member(url, INSIDE) for url in URLS]
    path.write_bytes((b"\x1f\x8b\x08 no member" if damaged else b"").join(members))
    found = [(record.header("WARC-Target-URI"), record.content()) for record in records(path, broken)]
    assert found == [(url, INSIDE) for url in URLS]
    assert broken[path] == damaged
    assert capfd.readouterr() == ("", "")
