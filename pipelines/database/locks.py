"""Locks that keep two runs apart: PostgreSQL's advisory locks, on the connection that the work is done on.

The server frees a lock the moment its process dies, or a minute after its host has gone. Who has lost the lock has lost the connection with
it, and can write nothing more. Whoever waits for one can be seen by whoever holds it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import psycopg

from pipelines.database.connection import connect, describe, lock_key
from pipelines.database.errors import DatabaseUnavailable, LockHeld


def locked_connection(url: str, *names: str, wait: int = 0) -> psycopg.Connection:
    """A connection that holds some locks until ``release`` or its process ends, each taken within ``wait`` seconds.

    Raises LockHeld, DatabaseUnavailable or ConfigurationError.
    """
    connection = connect(url)
    try:
        for name in names:
            _take(connection, name, wait)
    except (DatabaseUnavailable, LockHeld):
        release(connection)
        raise
    return connection


def release(connection: psycopg.Connection) -> None:
    """Free the locks of a connection and close it. Closing alone frees them when the server notices, a moment later."""
    with suppress(psycopg.Error):  # lost, and its locks with it
        connection.execute("select pg_advisory_unlock_all()")
    connection.close()


@contextmanager
def lock(connection: psycopg.Connection, name: str, wait: int = 0) -> Iterator[None]:
    """A lock for as long as its block, taken within ``wait`` seconds. Raises LockHeld or DatabaseUnavailable."""
    _take(connection, name, wait)
    try:
        yield
    finally:
        with suppress(psycopg.Error):  # lost, and its locks with it
            connection.execute("select pg_advisory_unlock(%s)", [lock_key(name)])


def _take(connection: psycopg.Connection, name: str, wait: int) -> None:
    try:
        (taken,) = connection.execute("select pg_try_advisory_lock(%s)", [lock_key(name)]).fetchone() or (False,)
        if not taken and wait:
            with connection.transaction():  # of which the limits are; the lock is the session's
                limits = "select set_config('lock_timeout', %s, true), set_config('statement_timeout', '0', true)"
                connection.execute(limits, [f"{wait}s"])
                connection.execute("select pg_advisory_lock(%s)", [lock_key(name)])
            taken = True
    except psycopg.errors.LockNotAvailable:
        taken = False
    except psycopg.Error as error:
        raise DatabaseUnavailable(f"the lock cannot be taken: {describe(error)}") from error
    if not taken:
        raise LockHeld(f"{name} is being worked on by another process")


def is_held(connection: psycopg.Connection, name: str) -> bool:
    """Whether somebody holds a lock."""
    return _exists(connection, name, granted=True)


def is_awaited(connection: psycopg.Connection, name: str) -> bool:
    """Whether somebody waits for a lock that is held."""
    return _exists(connection, name, granted=False)


def _exists(connection: psycopg.Connection, name: str, *, granted: bool) -> bool:
    query = """
        select from pg_locks
        where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
            and granted = %s and (classid::bigint << 32 | objid::bigint) = %s
    """
    return connection.execute(query, [granted, lock_key(name)]).rowcount > 0


def outlet_lock(connection: psycopg.Connection, outlet: str) -> AbstractContextManager[None]:
    """The ``lock`` of an outlet's runs, for work on its pages that is no run."""
    return lock(connection, f"outlet:{outlet}")


def archive_lock(connection: psycopg.Connection, wait: int = 0) -> AbstractContextManager[None]:
    """The ``lock`` of what is archived: for whoever deletes, moves or rereads what no run is writing any more."""
    return lock(connection, "the archive", wait)
