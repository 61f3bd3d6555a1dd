"""The PostgreSQL servers that tests have databases on: the embedded one, and Debian's as a company's database server would be."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from psycopg import sql

from pipelines.database import embedded
from pipelines.database.connection import connect
from pipelines.database.migrate import migrate
from tests.faults.slow import cases

SERVERS = ("embedded_server", "debian_server")  # fixtures
on_both_servers = pytest.mark.parametrize("server", SERVERS, indirect=True)
on_one_server = pytest.mark.parametrize("server", cases(*SERVERS), indirect=True)  # what takes long: on both in make test-slow

_TEMPLATE = "migrated"
_PASSWORD = "S3CR3T: p@ss/w%rd"  # everything that a URL has to encode
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "America/New_York",  # not ours
    "fsync": "off",
    "autovacuum": "off",
}


@dataclass(frozen=True)
class Server:
    """A running server: two URLs with a place for the name of the database."""

    superuser: str
    role: str  # what the code under test connects as

    def url(self, database: str) -> str:
        return self.role.format(database)

    def reader(self, url: str) -> str:
        """The URL of the same database for the role that only reads."""
        return url.replace("//crawler", "//reader", 1)

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database that belongs to the role, and return its URL."""
        with connect(self.superuser.format("postgres")) as connection:
            names = [sql.Identifier(name) for name in (database, template)]
            connection.execute(sql.SQL("create database {} owner crawler template {} strategy file_copy").format(*names))
            settings = "select unnest(setconfig) from pg_db_role_setting join pg_database d on d.oid = setdatabase where datname = %s"
            for (setting,) in connection.execute(settings, [template]).fetchall():  # which a copy does not have
                name, _, value = setting.partition("=")
                connection.execute(sql.SQL("alter database {} set {} = " + value).format(names[0], sql.Identifier(name)))
        return self.url(database)

    def create_migrated(self, database: str) -> str:
        return self.create(database, _TEMPLATE)

    def drop(self, database: str) -> None:
        with connect(self.superuser.format("postgres")) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))


def use_embedded(data_dir: Path) -> Server:
    """Start the embedded server."""
    role = embedded.start(data_dir, "first").replace("/first?", "/{}?")
    superuser = role.replace("//crawler@", "//poros@")
    with connect(superuser.format("postgres")) as connection:
        # there is a database for each test; tests of crashes have servers of their own
        connection.execute("alter system set fsync = off")
        connection.execute("alter system set autovacuum = off")
        connection.execute("select pg_reload_conf()")
    return _with_template(Server(superuser, role))


@contextmanager
def run_debian() -> Iterator[Server]:
    """Start a server of Debian's newest PostgreSQL for a role that owns its own databases and nothing else; TCP, and a password.

    Skips the test where it is not installed.
    """
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not installed:
        pytest.skip("Debian's PostgreSQL is not there: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="poros-"))
    try:
        (folder / "password").write_text(_PASSWORD)
        if os.geteuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, "nobody")
        locale = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")  # sorts unlike C
        _run(folder, installed[-1] / "initdb", "-D", "cluster", "-U", "postgres", "-A", "scram-sha-256", "--pwfile=password", *locale)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = " ".join(f"-c {name}={value}" for name, value in {**_SETTINGS, "port": port}.items())
        _run(folder, installed[-1] / "pg_ctl", "start", "-D", "cluster", "-w", "-l", "server.log", "-o", options)
        try:
            address = f"{{}}:{quote(_PASSWORD, safe='')}@127.0.0.1:{port}/{{{{}}}}"
            superuser, role = (f"postgresql://{address.format(name)}" for name in ("postgres", "crawler"))
            with connect(superuser.format("postgres")) as connection:
                for name in ("crawler", "reader"):
                    connection.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(name), _PASSWORD))
            yield _with_template(Server(superuser, role))
        finally:
            _run(folder, installed[-1] / "pg_ctl", "stop", "-D", "cluster", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def _with_template(server: Server) -> Server:
    url = server.create(_TEMPLATE)
    with connect(server.superuser.format(_TEMPLATE)) as connection:
        connection.execute(embedded.ROLES.read_bytes())
    migrate(url)
    return server


def _run(folder: Path, *command: str | Path) -> None:
    """Run one of PostgreSQL's programs in the folder; as nobody where we are root, for whom PostgreSQL does not run."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    with (folder / "programs.log").open("ab") as log:
        subprocess.run(
            command, cwd=folder, stdout=log, stderr=log, check=True,
            user=user.pw_uid if user else None, group=user.pw_gid if user else None, extra_groups=() if user else None,
        )  # fmt: skip
