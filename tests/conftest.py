"""A real PostgreSQL for the tests that need one, and the visits they store in it."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crawler.article import Article, Band, Fingerprint, Outcome, Verdict, Visit
from pipelines.database import embedded
from pipelines.database.connection import connect
from pipelines.database.runs import Run
from tests.servers.postgresql import Server, run_debian, use_embedded

_numbers = count(1)


@pytest.fixture(autouse=True)
def own_umask() -> Iterator[None]:
    """A command that is run in the process of the tests makes files private: its umask goes with it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of an embedded server that runs for the whole session."""
    data_dir = tmp_path_factory.mktemp("data")
    yield data_dir
    remove_database(data_dir)


@pytest.fixture(scope="session")
def embedded_server(postgres: Path) -> Server:
    return use_embedded(postgres)


@pytest.fixture(scope="session")
def debian_server() -> Iterator[Server]:
    with run_debian() as server:
        yield server


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """The server of the test's database: the embedded one where the test is not parametrised (``on_both_servers``)."""
    server: Server = request.getfixturevalue(getattr(request, "param", "embedded_server"))
    return server


@pytest.fixture
def database_url(server: Server) -> Iterator[str]:
    """The URL of a fresh, migrated database of the test's own."""
    name = f"test_{next(_numbers)}"
    yield server.create_migrated(name)
    server.drop(name)


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection to that database."""
    with connect(database_url) as connection:
        yield connection


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    """A run of the outlet kompas in that database."""
    clock = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
    with Run.begin(database_url, "kompas", title="Kompas", home="https://kompas.example", logical_clock=clock, since=clock) as run:
        yield run


@pytest.fixture
def make_visit() -> Callable[..., Visit]:
    return build_visit


@pytest.fixture(scope="session")
def database_remover() -> Callable[[Path], None]:
    return remove_database


def remove_database(data_dir: Path) -> None:
    """Stop the folder's server and remove the cluster, which for root lies elsewhere."""
    embedded.stop(data_dir)
    shutil.rmtree((data_dir / "postgres").resolve(), ignore_errors=True)


def build_visit(article_id: str = "1", body: str = "Isi berita.", *, outcome: str = "article", band: str = "about", **given: Any) -> Visit:
    """A Visit as the pipelines hand it to the store; ``given`` are fields of Visit or of Article."""
    visit_fields = {
        name: given.pop(name) for name in list(given) if name in Visit.__slots__ and name not in {"outlet", "url", "article_id"}
    }
    outlet = given.pop("outlet", "kompas")
    url = given.pop("url", f"https://{outlet}.example/{article_id}")
    visit = Visit(
        outlet=outlet, url=url, article_id=article_id, route="feed", outcome=Outcome(outcome),
        fetched_at=datetime(2026, 3, 2, 3, 0, tzinfo=UTC), http_status=200,
    )  # fmt: skip
    if visit.outcome is Outcome.ARTICLE:
        words = body.lower().split()
        given = {"headline": f"Judul {article_id}", "published_at": datetime(2026, 3, 2, 1, 0, tzinfo=UTC), **given}
        visit.article = Article(outlet=outlet, url=url, article_id=article_id, body=body, **given)
        evidence: dict[str, object] = {"korea": ["Pyongyang"]}
        visit.verdicts = {"korea_russia": Verdict(topic="korea_russia", rule_version="1", band=Band(band), score=0.9, evidence=evidence)}
        visit.fingerprint = Fingerprint(
            version="test-4",
            body_sha256=hashlib.sha256(" ".join(words).encode(errors="replace")).hexdigest(),
            shingles=frozenset(_hash(words[at : at + 4]) for at in range(len(words) - 3)),
        )
    else:
        visit.reason = "as the test says"
    for name, value in visit_fields.items():
        setattr(visit, name, value)
    return visit


def _hash(words: list[str]) -> int:
    return int.from_bytes(hashlib.sha256(" ".join(words).encode(errors="replace")).digest()[:8], signed=True)
