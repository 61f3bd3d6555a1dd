"""What is said of the database holds on both servers."""

import pytest

from tests.servers.postgresql import SERVERS, Server


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    server: Server = request.getfixturevalue(request.param)
    return server
