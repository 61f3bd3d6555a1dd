"""Bring a database to the newest schema: the numbered SQL files in migrations/, each run as it stands.

A file is applied in one transaction, together with its row in crawler.schema_migrations. NAME.batch.sql holds one statement that changes
a limited number of rows; it is repeated, each time in a transaction of its own, until it changes none, so that a large table is filled
without a long lock and a killed migration goes on where it was.

These lines are ours because no library that is alive runs plain SQL files on a connection and under a lock of the caller's (2026-11): yoyo
had its last release in 2024-08 and locks with a row that outlives its owner, alembic and Django want Python.
"""

import logging
from pathlib import Path

import psycopg
from psycopg import sql

from pipelines.database.connection import ConfigurationError, DatabaseUnavailable, connect, describe, lock_key
from pipelines.database.errors import DatabaseEmpty

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).with_name("migrations")
_LEDGER = """
    create schema if not exists crawler;
    comment on schema crawler is 'What only the crawler needs: pages, runs, routes. It may change with every version.';
    create table if not exists crawler.schema_migrations (
        name text constraint schema_migrations_pkey primary key,
        applied_at timestamptz not null default clock_timestamp()
    );
    comment on table crawler.schema_migrations is 'The migrations applied to this database.';
    comment on column crawler.schema_migrations.name is 'Name of the file, without its ending.';
    comment on column crawler.schema_migrations.applied_at is 'Real time at which it was finished.';
"""
# What belongs to the database and to its roles, and not to what is in it: a dump leaves it out, and a reader that was made before there was
# anything to read has no rights yet.
_IS_WHOLE = """
    select exists (
        select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase left join pg_roles r on r.oid = s.setrole
        where d.datname = current_database() and (s.setrole = 0 or r.rolname = current_user)
            and exists (select from unnest(setconfig) setting where setting like 'search\\_path=%')
    ) and not exists (
        select from pg_roles, pg_namespace where rolname = 'reader' and nspname = 'poros'
            and not has_schema_privilege(rolname, nspname, 'usage') and pg_has_role(nspowner, 'usage')
    )
"""
_MAKE_WHOLE = """
    do $$
    begin
        begin
            execute format('alter database %I set search_path = "$user", public, poros, crawler', current_database());
        exception when insufficient_privilege then -- not the database's owner: at least for this role
            execute format('alter role current_user in database %I set search_path = "$user", public, poros, crawler', current_database());
        end;
        if exists (select from pg_roles where rolname = 'reader') and (
            select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = 'poros'
        ) then
            grant usage on schema poros to reader;
            grant select on all tables in schema poros to reader;
            alter default privileges in schema poros grant select on tables to reader;
        end if;
    end
    $$
"""


def migrate(url: str, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what is missing and return the names applied. A killed one leaves nothing behind.

    Safe to call from any number of processes at once; two queries where nothing is missing. A database that was restored from a dump gets
    its search_path back, and its reader is let in. Raises ConfigurationError for a database that an unreleased or a newer version has made,
    or in which the role may not create schemas; DatabaseUnavailable.
    """
    with connect(url) as connection:
        try:
            return _apply(connection, folder)
        except psycopg.errors.InsufficientPrivilege as error:
            role, database = connection.info.user, connection.info.dbname
            raise ConfigurationError(
                f"{describe(error)}; connect as the database's owner, or as that: GRANT CREATE ON DATABASE {database} TO {role}"
            ) from None
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(f"the database cannot be migrated now: {describe(error)}") from error


def check_current(connection: psycopg.Connection, folder: Path = MIGRATIONS) -> None:
    """Raise ConfigurationError unless the schema is the one that this version reads. Writes nothing."""
    database = connection.info.dbname
    try:
        missing = _missing(connection, folder, "poros.schema_migrations")
    except psycopg.errors.InsufficientPrivilege as error:
        raise ConfigurationError(f"{describe(error)}: {connection.info.user} may not read {database}, or its schema is older") from None
    if len(missing) == len([*folder.glob("*.sql")]):
        raise DatabaseEmpty(f"the database {database} is empty: scrapy crawlall fills it, scrapy migrate only makes its tables")
    if missing:
        names = ", ".join(missing)
        raise ConfigurationError(f"the schema of the database {database} is older than this version (without {names}): scrapy migrate")


def _apply(connection: psycopg.Connection, folder: Path) -> list[str]:
    if not _missing(connection, folder) and _is_whole(connection):
        return []
    connection.execute("set statement_timeout = '10min'; set lock_timeout = '10min'")  # the others' turn may take a while
    connection.execute("select pg_advisory_lock(%s)", [lock_key("migrate")])
    connection.execute("set lock_timeout = '30s'")  # an analyst's long query may hold a table: rather fail than queue all readers up
    missing = _missing(connection, folder)
    for name, path in missing.items():
        while True:
            with connection.transaction():
                if name == next(iter(missing)):
                    connection.execute(_LEDGER)
                changed = connection.execute(path.read_bytes()).rowcount
                if path.suffixes != [".batch", ".sql"] or not changed:
                    connection.execute("insert into crawler.schema_migrations (name) values (%s)", [name])
                    break
        logger.info("Database migration %s applied", name)
    if not _is_whole(connection):
        connection.execute(_MAKE_WHOLE)
    return list(missing)


def _is_whole(connection: psycopg.Connection) -> bool:
    return connection.execute(_IS_WHOLE).fetchone() == (True,)


def _missing(connection: psycopg.Connection, folder: Path, view: str = "") -> dict[str, Path]:
    """The migrations that are still to be applied, by name. ``view``: where a role that only reads sees what is applied, if it is there."""
    query = """
        select format('%I.%I', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where (nspname, relname) in (('poros', 'schema_migrations'), ('crawler', 'schema_migrations'), ('public', '_yoyo_migration'))
    """
    there = {name for (name,) in connection.execute(query)}
    if "public._yoyo_migration" in there:
        raise ConfigurationError(
            f"the database {connection.info.dbname} was made by a version before the first release, and cannot be brought up to date:"
            " name another in DATABASE_URL, or delete it"
        )
    paths = {path.name.split(".")[0]: path for path in sorted(folder.glob("*.sql"))}
    ledger = next((name for name in (view, "crawler.schema_migrations") if name in there), None)
    names = sql.SQL("select name from {}").format(sql.Identifier(*ledger.split("."))) if ledger else sql.SQL("select where false")
    applied = {name for (name,) in connection.execute(names)}
    if newer := sorted(applied - paths.keys()):
        raise ConfigurationError(f"a newer version has changed the database ({', '.join(newer)}): update this one")
    return {name: path for name, path in paths.items() if name not in applied}
