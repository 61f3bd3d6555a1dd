"""RecordingSpider and replayer: in real crawls (see rehearsal.py), and storage by storage for what goes wrong."""

import errno
import gzip
import io
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from warcio.archiveiterator import ArchiveIterator

from crawler import clock
from crawler.extensions.archive import Archive, recording_info, recordings
from tests.recordings import SINCE, URL, Recording, replay, replayed

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 1, 30, 15, 250_000, UTC)


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    clock.set_to(NOW)
    yield
    clock.set_to(None)


# In real crawls


def rehearse(**scenario: Any) -> Any:
    if sys.platform != "linux":
        pytest.skip("needs 127.0.0.2, which only Linux has without being asked")
    script = ROOT / "tests" / "crawler" / "middlewares" / "rehearsal.py"
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=json.dumps(scenario), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) | {"log": done.stderr}


def test_a_replay_gives_what_the_crawl_got_without_asking_anybody(tmp_path: Path) -> None:
    pages = {
        "/robots.txt": [{"body": "User-agent: *\nDisallow: /closed\nCrawl-delay: 0.1\n"}],
        "/plain": [{"body": "Rusia & Korea – «salam»", "headers": {"X-Twice": ["one", "two"], "Content-Language": "id"}}],
        "/packed": [{"gzip": 1 << 20}],
        "/moved": [{"status": 302, "headers": {"Location": "/plain"}}],
        "/broken": [{"status": 500, "body": "sorry"}],
        "/flaky": [{"status": 503}, {"body": "well again"}],
        "/same": [{"status": 304, "headers": {"ETag": '"x"'}}],
    }
    start = [f"http://www.outlet.test:8000{path}" for path in ("/plain", "/packed", "/moved", "/broken", "/flaky", "/same", "/closed")]
    ports = {url: url.replace("8000", "PORT") for url in start}
    keep = {"DATA_DIR": str(tmp_path), "ARCHIVE_DIR": "kept", "RETRY_TIMES": 1}
    recorded = rehearse(start=list(ports.values()), pages=pages, settings=keep)
    [path] = (tmp_path / "kept" / "scratch").iterdir()
    port = recorded["requests"][0]["headers"]["Host"].rpartition(":")[2]

    start = [url.replace("8000", port) for url in start]
    again = rehearse(start=start, settings=keep | {"ARCHIVE_REPLAY": str(path)}, ports=[int(port)])

    assert again["requests"] == again["robots"] == again["trapped"] == []
    by_url = [{item["url"]: item for item in run["items"]} for run in (recorded, again)]
    for first, second in zip(*([run[url] for url in start if url in run] for run in by_url), strict=True):
        assert {**first, "delays": None, "flags": None} == {**second, "delays": None, "flags": None}
        assert first.get("archive_file") in {path.name, None}
    assert {item["url"].rpartition("/")[2]: item.get("status") or item["reason"] for item in again["items"]} == {
        "plain": 200,
        "packed": 200,
        "broken": "Ignoring non-200 response",
        "flaky": 200,
        "same": "Ignoring non-200 response",
        "closed": "Forbidden by robots.txt",
    }
    assert list((tmp_path / "kept" / "scratch").iterdir()) == [path]


def test_what_was_not_recorded_is_not_asked_for(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.add("http://www.outlet.test/robots.txt")
    result = rehearse(start=["http://www.outlet.test/a"], settings={"ARCHIVE_REPLAY": str(recording.close())})

    assert result["robots"] == result["requests"] == []
    assert result["items"][0]["reason"].startswith("Ignored request not in cache")


def test_a_crawl_goes_on_without_its_archive(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the folder should be")
    result = rehearse(
        start=["http://www.outlet.test:PORT/a"], pages={"/a": [{}]}, settings={"DATA_DIR": str(tmp_path), "ARCHIVE_DIR": "archive"}
    )

    assert [item["status"] for item in result["items"]] == [200]
    assert result["log"].count("nothing more is archived in this run") == 1
    assert {name: count for name, count in result["stats"].items() if name.startswith("poros/archive/")} == {
        "poros/archive/failed": 1,
        "poros/archive/lost": 2,
    }


# Which of the two


@pytest.mark.parametrize(
    ("values", "storage", "ignore_missing"),
    [
        ({"ARCHIVE_DIR": "archive", "ARCHIVE_REPLAY": ""}, "WarcRecorder", False),
        ({"ARCHIVE_DIR": "archive", "ARCHIVE_REPLAY": "day.warc.gz"}, "WarcReplayer", True),
        ({"ARCHIVE_DIR": "", "ARCHIVE_REPLAY": "day.warc.gz"}, "WarcReplayer", True),
        ({"ARCHIVE_DIR": "", "ARCHIVE_REPLAY": ""}, None, None),
    ],
)
def test_the_settings_choose(values: dict[str, str], storage: str | None, ignore_missing: bool | None) -> None:
    settings = Settings(values)
    Archive().update_settings(settings)
    assert settings.getbool("HTTPCACHE_ENABLED") is (storage is not None)
    if storage:
        assert settings["HTTPCACHE_STORAGE"] == f"crawler.extensions.archive.{storage}"
        assert settings.getbool("HTTPCACHE_IGNORE_MISSING") is ignore_missing


# The file


def test_a_file_is_open_until_it_is_whole(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    [path] = recording.folder.iterdir()
    assert path.name.startswith("kompas-20261123T013015Z-")
    assert path.name.endswith(".warc.gz.open")
    meta = recording.add()
    assert recording.close().name == path.name.removesuffix(".open") == meta["archive_file"]
    assert meta["fetched_at"] == NOW


def test_a_run_without_answers_leaves_no_file(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.storage.close_spider(recording.spider)
    assert list(recording.folder.iterdir()) == []


def test_other_tools_can_read_it(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.add(body=gzip.compress(b"isi"), headers={"Content-Encoding": "gzip", "ETag": '"1"'})
    recording.add(status=304, body=b"", headers={"ETag": '"1"'})
    with recording.close().open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    (_, _, _, info), (_, about, http, body), (_, about_same, http_same, _) = records
    assert [kind for kind, *_ in records] == ["warcinfo", "response", "revisit"]
    assert b"outlet: kompas\r\n" in info
    assert b"http-header-user-agent: Poros/0 (test)\r\n" in info
    assert about.get_header("WARC-Date") == "2026-11-23T01:30:15.250000Z"
    assert (http.get_statuscode(), http.get_header("ETag"), body) == ("200", '"1"', b"isi")
    assert about_same.get_header("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert about_same.get_header("WARC-Refers-To-Target-URI") == URL
    assert http_same.get_statuscode() == "304"


def test_bodies_come_back_byte_for_byte(tmp_path: Path) -> None:
    bodies = [
        b"",
        bytes(range(256)) * 100,
        b"\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: response\r\n\r\n",
        gzip.compress(b"x"),
        "Корея–한국".encode("utf-16"),
        b"\n" * 9,
    ]
    recording = Recording(tmp_path)
    for i, body in enumerate(bodies):
        recording.add(f"{URL}/{i}", body=body)
    path = recording.close()
    assert [replayed(path, f"{URL}/{i}") for i in range(len(bodies))] == bodies


def test_headers_come_back_too(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.add(status=301, headers={"Location": "/baca/é".encode(), "X-Twice": ["1", "2"], "X-Latin": b"\xe9", "X-Empty": ""})
    response, meta = replay(recording.close())
    assert response is not None
    assert response.status == 301
    assert response.headers["Location"] == b"/baca/%C3%A9"
    assert response.headers.getlist("X-Twice") == [b"1", b"2"]
    assert meta["fetched_at"] == NOW


def test_a_fragment_is_not_part_of_an_address_and_a_query_is(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.add(f"{URL}?page=1")
    path = recording.close()
    assert replayed(path, f"{URL}?page=1#top") == b"text"
    assert replay(path, f"{URL}?page=2") == (None, {})


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([200, 200], 1),
        ([200, 503], 0),
        ([503, 200, 404], 1),
        ([200, 304], 0),
        ([503, 304, 503], 1),
        ([503, 404], 1),
        ([200, 302], 1),
    ],
)
def test_of_several_answers_the_last_that_is_no_failure_is_replayed(tmp_path: Path, statuses: list[int], expected: int) -> None:
    recording = Recording(tmp_path)
    for i, status in enumerate(statuses):
        clock.set_to(NOW + timedelta(seconds=i))
        recording.add(status=status, body=b"" if status == 304 else b"%d" % i)
    response, meta = replay(recording.close())
    assert response is not None
    assert (response.status, meta["fetched_at"]) == (statuses[expected], NOW + timedelta(seconds=expected))


def test_of_several_recordings_the_last_counts_whatever_they_are_called(tmp_path: Path) -> None:
    for name, hours in (("b", 1), ("a", 2)):
        clock.set_to(NOW + timedelta(hours=hours))
        recording = Recording(tmp_path, name)
        recording.add(body=name.encode())
        recording.close()
    assert replayed(tmp_path) == b"a"


@pytest.mark.parametrize("missing", [1, 8, 100, 30_000])
def test_a_cut_tail_costs_the_last_answer_alone(tmp_path: Path, missing: int, caplog: pytest.LogCaptureFixture) -> None:
    recording = Recording(tmp_path)
    recording.add(f"{URL}/1", body=b"first")
    recording.add(f"{URL}/2", status=304, body=b"")
    recording.add(f"{URL}/3", body=os.urandom(40_000))
    path = recording.close()
    with path.open("rb+") as file:
        file.truncate(path.stat().st_size - missing)

    assert replayed(path, f"{URL}/1") == b"first"
    assert replay(path, f"{URL}/2")[0] is not None
    assert replay(path, f"{URL}/3")[0] is None
    assert "is cut off or damaged after byte" in caplog.text


def test_a_killed_run_can_be_replayed_by_name(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    meta = recording.add()
    path = recording.kill()
    assert replayed(path) == b"text"
    assert replay(path)[1]["archive_file"] == meta["archive_file"]


class FillingDisk(io.FileIO):
    room: int | None = None  # bytes; None: plenty

    def write(self, data: Any) -> int:
        if FillingDisk.room is None:
            return super().write(data)
        if FillingDisk.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = super().write(data[: FillingDisk.room])
        FillingDisk.room -= taken
        return taken


@pytest.mark.parametrize("room", [0, 10, 5000])
def test_a_full_disk_leaves_whole_records(
    tmp_path: Path, room: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(io, "FileIO", FillingDisk)
    recording = Recording(tmp_path)
    recording.add(f"{URL}/1", body=b"first")
    monkeypatch.setattr(FillingDisk, "room", room)
    metas = [recording.add(f"{URL}/{i}", body=os.urandom(9000)) for i in (2, 3)]
    path = recording.close()

    assert replayed(path, f"{URL}/1") == b"first"
    assert [meta.get("archive_file") for meta in metas] == [None, None]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert recording.stats.get_value("poros/archive/lost") == 2
    assert "cut off" not in caplog.text


def test_the_last_of_the_disk_is_left_to_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(tmp_path)
    recording.add()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100 << 20))
    assert "archive_file" not in recording.add(f"{URL}/2")
    assert replay(recording.close(), f"{URL}/2")[0] is None


def test_an_answer_that_is_not_kept_names_no_file_of_an_earlier_hop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    request = Request(URL, meta={"archive_file": "earlier.warc.gz"})
    recording.storage.store_response(recording.spider, request, HtmlResponse(URL))
    assert "archive_file" not in request.meta


# What is said about it


def test_a_recording_says_when_it_was_made_and_how_far_it_looked_back(tmp_path: Path) -> None:
    for outlet, hours, since in (("kompas", 0, SINCE), ("cnbc", 1, SINCE - timedelta(days=1)), ("katakini", 0, None)):
        clock.set_to(NOW + timedelta(hours=hours))
        recording = Recording(tmp_path, outlet, since)
        recording.add()
        recording.close()

    def info(where: str) -> tuple[datetime, datetime | None]:
        found = recording_info(str(tmp_path / where))
        return found.clock, found.since

    assert info("archive/kompas") == (NOW, SINCE)
    assert info("archive/k*/*.warc.gz") == (NOW, SINCE)
    assert info("archive/katakini") == (NOW, None)
    assert info("") == (NOW + timedelta(hours=1), SINCE - timedelta(days=1))


def test_what_is_no_recording_is_named(tmp_path: Path) -> None:
    other = tmp_path / "other.warc.gz"
    other.write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match=r"other\.warc\.gz does not begin as a recording of ours"):
        recording_info(str(other))
    for where in ("missing", "missing/*.warc.gz"):
        with pytest.raises(FileNotFoundError, match=r"no recording \(\*\.warc\.gz\)"):
            recordings(str(tmp_path / where))
