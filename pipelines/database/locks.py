"""Locks that keep two runs apart: PostgreSQL's advisory locks, on connections of their own.

The server frees a lock the moment its process dies. Whoever waits for one can be seen by whoever holds it.
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
        if all(_take(connection, name, wait) for name in names):
            return connection
    except psycopg.Error as error:
        connection.close()
        raise DatabaseUnavailable(f"the lock cannot be taken: {describe(error)}") from error
    release(connection)
    raise LockHeld(f"{names[-1]} is being worked on by another process")


def release(connection: psycopg.Connection) -> None:
    """Free the locks of a connection and close it. Closing alone frees them when the server notices, a moment later."""
    with suppress(psycopg.Error):  # lost, and its locks with it
        connection.execute("select pg_advisory_unlock_all()")
    connection.close()


@contextmanager
def lock(url: str, name: str, wait: int = 0) -> Iterator[None]:
    """A lock for as long as its block, taken within ``wait`` seconds. Raises LockHeld, DatabaseUnavailable or ConfigurationError."""
    connection = locked_connection(url, name, wait=wait)
    try:
        yield
    finally:
        release(connection)


def _take(connection: psycopg.Connection, name: str, wait: int) -> bool:
    (taken,) = connection.execute("select pg_try_advisory_lock(%s)", [lock_key(name)]).fetchone() or (False,)
    if taken or not wait:
        return bool(taken)
    connection.execute("select set_config('lock_timeout', %s, false), set_config('statement_timeout', '0', false)", [f"{wait}s"])
    try:
        connection.execute("select pg_advisory_lock(%s)", [lock_key(name)])
    except psycopg.errors.LockNotAvailable:
        return False
    return True


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


def outlet_lock(url: str, outlet: str) -> AbstractContextManager[None]:
    """The ``lock`` of an outlet's runs, for work on its pages that is no run."""
    return lock(url, f"outlet:{outlet}")


def archive_lock(url: str, wait: int = 0) -> AbstractContextManager[None]:
    """The ``lock`` of what is archived: for whoever deletes, moves or rereads what no run is writing any more."""
    return lock(url, "the archive", wait)
