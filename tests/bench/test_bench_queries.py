"""Of the invented articles every measured query finds something."""

from pathlib import Path

import pytest

from bench.queries import fill, queries
from bench.storing import Databases
from tests.faults.slow import SLOW
from tests.servers.postgresql import Server


@pytest.fixture
def databases(postgres: Path, embedded_server: Server) -> Databases:
    return Databases(postgres)


@pytest.mark.skipif(not SLOW, reason="five seconds: make test-slow")
def test_every_kind_of_query_finds_something(databases: Databases) -> None:
    with databases.empty() as connection:
        fill(connection, 400)
        found = {name: [len(query(connection)) for query in asked] for name, asked in queries(400).items()}
    assert {name for name, sizes in found.items() if not any(sizes)} == set()
    assert {*found["one article"]} == {1}
    assert {*found["search: the 20 commonest words"]} == {20}
