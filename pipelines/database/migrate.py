"""Bring a database to the newest schema: the numbered SQL files in migrations/, applied by yoyo."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from yoyo import read_migrations
from yoyo.backends import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI

from pipelines.database.connection import DatabaseUnavailable, connect, describe, lock_key

logger = logging.getLogger(__name__)
logging.getLogger("yoyo.migrations").setLevel(logging.WARNING)  # says a line for every statement

_TABLE = "_yoyo_migration"


def migrate(url: str) -> list[str]:
    """Apply what is missing and return the names applied, all in one transaction: a killed migration leaves nothing behind.

    Safe to call from any number of processes at once. Raises DatabaseUnavailable or ConfigurationError.
    """
    with connect(url) as connection:
        try:
            return _apply(connection)
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(f"the database cannot be migrated now: {describe(error)}") from error


def _apply(connection: psycopg.Connection) -> list[str]:
    connection.execute("set statement_timeout = '10min'; set lock_timeout = '10min'")  # the others' turn may take a while
    connection.execute("select pg_advisory_lock(%s)", [lock_key("migrate")])
    connection.execute("set lock_timeout = '30s'")  # an analyst's long query may hold a table: rather fail than queue all readers up
    backend = _Backend(connection)
    migrations = backend.to_apply(read_migrations(str(Path(__file__).with_name("migrations"))))
    with backend.transaction():
        for migration in migrations:
            # not apply_migrations(): it marks in a second transaction, and a kill between the two could never be repaired
            migration.process_steps(backend, "apply")
            backend.mark_one(migration, log=False)
            logger.info("Database migration %s applied", migration.id)
    return [migration.id for migration in migrations]


class _Backend(PostgresqlPsycopgBackend):  # type: ignore[misc] # yoyo has no types
    """Yoyo on our own connection, under our own lock: yoyo's is a row that stays when its owner is killed."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._given = connection
        super().__init__(DatabaseURI("postgresql+psycopg", None, None, None, None, connection.info.dbname, {}), _TABLE)

    def connect(self, dburi: DatabaseURI) -> psycopg.Connection:  # noqa: ARG002
        return self._given

    @contextmanager
    def lock(self, timeout: float = 10) -> Iterator[None]:  # noqa: ARG002
        yield
