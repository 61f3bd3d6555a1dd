"""deploy/spark in local[2]: what comes out is row for row what one machine reads, and loaded it is what import-warc stores."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from scrapy.settings import Settings

from crawler import clock
from crawler.article import Visit
from crawler.fixtures.cases import case_paths
from crawler.jobs import rows
from crawler.jobs.importing import import_visits
from crawler.jobs.warc_reader import WarcReader
from pipelines.database import forgotten, parquet
from tests.crawler.jobs.test_import_visits import stored
from tests.crawler.jobs.test_importing import IDS, OUTLETS, URL, World, entry, page
from tests.crawler.test_several_pages import FORMS
from tests.faults.slow import SLOW

ROOT = Path(__file__).parents[2]
MISSING = [what for what, found in {"PySpark": find_spec("pyspark"), "Java": shutil.which("java")}.items() if not found]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} missing: make test-spark")
COPIES = 30  # of each page of tests/pages, at other addresses where there can be some
HALF_CHARACTERS = (
    r'<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Lain \ud800 \u0000", "author": "Si \udc00"}</script>'
)


def fixtures() -> Iterator[bytes]:
    """The pages of tests/pages, their prose invented, of all outlets; of those with several pages the first alone."""
    for folder in sorted((ROOT / "tests" / "pages").iterdir()):
        for path in case_paths(folder):
            case = json.loads(path.with_suffix(".json").read_text("utf-8"))
            last = "".join(filter(str.isdigit, case["url"].rpartition("/")[0]))[-5:]
            for number in range(COPIES):
                url = case["url"].replace(last, str(int(last) + number).zfill(len(last))) if last else case["url"]
                yield entry(url, path.read_bytes(), date=f"2026-11-{20 + number % 3}T05:00:00Z")


def several_pages() -> Iterator[bytes]:
    for name, _, _, answers in FORMS:
        if name in OUTLETS.list():
            yield from (entry(url, body.encode()) for url, body in answers.items())


@pytest.fixture(scope="module")
def warcs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """WARC files of ours and of others, whole and broken; no file is at the last path."""
    folder = tmp_path_factory.mktemp("warcs")
    pages = [*fixtures()]
    others = [entry(f"https://example.com/{number}", page(number)) for number in range(50)]
    damaged = gzip.compress(entry(URL.format(3), page(3)))
    whole = [gzip.compress(entry(URL.format(number), page(number))) for number in (4, 5)]
    later = [
        entry(URL.format(4), page(6), date="2026-11-21T05:00:00Z"),
        entry(URL.format(7), page(7)),
        entry(URL.format(8), page(8, more=HALF_CHARACTERS)),
    ]
    files = {
        "a.warc.gz": b"".join(map(gzip.compress, [*pages[::2], *others])),
        "b.warc": b"".join([*several_pages(), *pages[1::2], entry(URL.format(1), b"", kind="revisit")]),
        "c.warc.gz": damaged[:60] + b"x" * 40 + damaged[100:] + whole[0] + damaged[:-30] + whole[1],
        "d.warc.gz": b"".join(map(gzip.compress, later)),
        "e.warc.gz": b"bukan arsip",
        "f.warc.gz": b"".join(map(gzip.compress, others)),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [*(folder / name for name in files), folder / "nowhere.warc.gz"]


@pytest.fixture(scope="module")
def listed(warcs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A list of them; one is had by HTTP."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(warcs[0].parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        lines = [f"http://127.0.0.1:{server.server_port}/{path.name}" if path.name == "d.warc.gz" else str(path) for path in warcs]
        path = tmp_path_factory.mktemp("list") / "files.txt"
        path.write_text("\n".join(lines) + "\n")
        yield path
        server.shutdown()


def submit(listed: Path, out: Path, master: str, *options: str, **environment: str) -> list[str]:
    """Let the job run, in another time zone than UTC; return what it says."""
    python = sys.executable
    given = {**os.environ, "PYSPARK_DRIVER_PYTHON": python, "SPARK_LOCAL_IP": "127.0.0.1", "TZ": "Asia/Jakarta", **environment}
    command = [str(Path(python).with_name("spark-submit")), "--master", master, *options, "deploy/spark/visits.py", str(listed), str(out)]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def out(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the job writes of them in this machine's own processes."""
    folder = tmp_path_factory.mktemp("spark")
    said = submit(listed, folder / "out", "local[2]", PYTHONPATH=".", PYSPARK_PYTHON=sys.executable)
    (folder / "said").write_text("\n".join(said))
    return folder / "out"


def read(settings: Settings, warcs: list[Path]) -> list[Visit]:
    """What one machine reads of the same files."""
    reader = WarcReader(OUTLETS, settings)
    return [visit for path in warcs if path.exists() for visit in reader.visits_in(reader.find(path)) if visit]


def from_spark(out: Path) -> list[rows.Row]:
    return [row for path in sorted((out / "visits").glob("*.parquet")) for row in parquet.rows(path)]


@pytest.fixture
def world(tmp_path: Path, connection: psycopg.Connection, database_url: str) -> Iterator[World]:
    yield World(tmp_path, connection, database_url)
    clock.set_to(None)


def test_the_output_is_row_for_row_that_of_one_machine(out: Path, warcs: list[Path], world: World) -> None:
    visits = read(world.settings, warcs)
    found = from_spark(out)
    assert found == [rows.pack(visit) for visit in visits]
    assert [rows.unpack(row) for row in found] == visits
    assert len({row["outlet"] for row in found}) == len(OUTLETS.list())
    assert len(found) > 1000
    assert {row["outcome"] for row in found} == {"article", "rejected"}
    assert any(visit.article and visit.article.page_count > 2 for visit in visits)


def test_each_file_is_accounted_for(out: Path, listed: Path) -> None:
    (path,) = (out / "files").glob("*.json")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["path"] for line in lines] == listed.read_text().splitlines()
    assert sum(line["visits"] for line in lines) == len(from_spark(out))
    assert [line["broken"] > 0 for line in lines] == [False, False, True, False, True, False, False]
    assert [line.get("problem", "").partition(":")[0] for line in lines] == [
        "",
        "",
        "",
        "",
        "no WARC record in it",
        "",
        "FileNotFoundError",
    ]
    assert (lines[1]["revisits"], lines[0]["incomplete"] + lines[1]["incomplete"] > 0, lines[5]["visits"]) == (1, True, 0)
    said = (out.parent / "said").read_text("utf-8").splitlines()
    assert re.fullmatch(r"7 files: .* records, .* visits, .*; 2 could not be read", said[-1])
    troubled = [line["path"] for line in lines if line.get("problem") or line["broken"] or line["incomplete"]]
    assert [line.partition(": ")[0] for line in said[-1 - len(troubled) : -1]] == troubled


@pytest.mark.skipif(not SLOW, reason="four minutes: make test-slow")
def test_workers_need_no_more_than_the_pack(out: Path, listed: Path, tmp_path: Path) -> None:
    pack, base = tmp_path / "poros.tar.gz", f"{sys.base_prefix}/bin/python3"
    assert subprocess.run([base, "-c", "import scrapy"], capture_output=True, check=False).returncode
    subprocess.run([ROOT / "deploy" / "spark" / "pack", pack], check=True, env={**os.environ, "PYTHON": sys.executable})
    options = ("--archives", f"{pack}#poros", "--conf", "spark.executorEnv.PYTHONPATH=poros")
    submit(listed, tmp_path / "out", "local-cluster[2,1,1024]", *options, PYTHONPATH=".", PYSPARK_PYTHON=base)
    spec = find_spec("pyspark")
    assert spec
    assert spec.origin
    shutil.rmtree(Path(spec.origin).parent / "work")  # of the cluster
    assert from_spark(tmp_path / "out") == from_spark(out)


def test_loaded_it_is_what_import_warc_stores_and_a_second_time_nothing(out: Path, warcs: list[Path], world: World, server: Any) -> None:
    url = server.create_migrated("imported")
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for each in (connection, world.connection):
                each.execute("insert into outlets values ('kompas', 'Kompas.com', 'https://www.kompas.com/')")
                forgotten.remember(each, "kompas", [IDS[5]], None)
            World(world.folder, connection, url).take(*(path for path in warcs if path.exists()))
            expected = stored(connection)
    finally:
        server.drop("imported")

    def load() -> list[str]:
        return world.said(lambda console: import_visits([out / "visits"], OUTLETS, world.settings, console), 0)  # type: ignore[arg-type]

    load()
    found = stored(world.connection)
    assert found == expected
    assert len(found["crawler.pages"]) > 100
    assert world.rows(f"select from pages where article_id = '{IDS[5]}'") == []
    before = world.rows("select xmin, * from pages order by page_id")
    assert all(line.endswith("known as of then or later") for line in load())
    assert (stored(world.connection), world.rows("select xmin, * from pages order by page_id")) == (found, before)
