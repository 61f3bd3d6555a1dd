"""Connections to the database, and which database it is."""

import hashlib
import re
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
from psycopg import conninfo

from pipelines.database import embedded
from pipelines.database.errors import ConfigurationError, DatabaseUnavailable

__all__ = [
    "ConfigurationError",
    "DatabaseUnavailable",
    "as_reader",
    "connect",
    "database_url",
    "describe",
    "forbid_writing",
    "has_reader",
    "lock_key",
    "redact",
    "storable",
    "without_password",
]

# Who hears nothing for so long is alone: the client gives up first, and then the server frees the locks of who is gone. Where a transaction
# is open, sooner: others wait for what it holds.
_DEFAULTS = {
    "application_name": "poros",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "10",
    "keepalives_count": "2",
    "tcp_user_timeout": "30000",
}
_SESSION = """
    select set_config('timezone', 'UTC', false), set_config('search_path', 'crawler, poros, public', false),
           set_config('lock_timeout', '5s', false), set_config('statement_timeout', '30s', false),
           set_config('plan_cache_mode', 'force_generic_plan', false), -- planning took as long as doing (2026-11)
           set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),
           set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '60000', false),
           set_config('idle_in_transaction_session_timeout', '12s', false)
"""

# libpq guesses at a password with an unescaped @, / or : in it and then prints a part of it as a host or port: let no such URL through.
_HOST = r"(?:[^\s:/?#@,\[\]]*|\[[0-9a-fA-F:.]+\])(?::\d*)?"
_URL = re.compile(rf"postgres(?:ql)?://(?:[^\s:/?#@]*(?::[^\s:/?#@]*)?@)?{_HOST}(?:,{_HOST})*(?:/[^\s/?#@]*)?(?:\?[^\s#@]*)?")
_SECRETS = (
    (re.compile(r"(\bpostgres(?:ql)?(?:\+\w+)?://[^\s:/@]*:)\S*@"), r"\1***@"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]+:)[^\s/@]*@", re.IGNORECASE), r"\1***@"),
    (re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&'\"]+)", re.IGNORECASE), r"\1***"),
    (re.compile(r'(invalid percent-encoded token: )"[^"]*"'), r"\1***"),
)
# What no later try will mend. libpq has no code for what goes wrong while it connects; a server may say it in another language.
_REFUSALS = (
    (re.compile(r"password authentication failed|no password supplied"), "set the right password in DATABASE_URL"),
    (re.compile(r'role ".*" does not exist'), "as a superuser: CREATE ROLE … LOGIN PASSWORD …"),
    (re.compile(r'database ".*" does not exist'), "as a superuser: CREATE DATABASE … OWNER …"),
    (re.compile(r"no pg_hba\.conf entry|permission denied for database|is not permitted to log in"), "let the role connect"),
)


def redact(text: str) -> str:
    """The text without the passwords of URLs and connection strings in it: for logs, stored reasons and messages."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def describe(error: BaseException) -> str:
    """What an error says, on one line and without passwords."""
    return redact(" ".join(str(error).split()))


def storable(text: str) -> str:
    """The text without what PostgreSQL has no room for: NUL is left out, a lone surrogate becomes a question mark."""
    return text.replace("\0", "").encode(errors="replace").decode()


def database_url(settings_url: str | None, data_dir: Path, database: str = "poros") -> str:
    """The database to use: the one that is set, or else ``database`` on the embedded server, started when need be.

    Raises ConfigurationError for something that is not a PostgreSQL URL, DatabaseUnavailable when the embedded one does not start.
    """
    if not settings_url:
        return embedded.start(data_dir, database)
    _check(settings_url)
    return settings_url


def connect(url: str) -> psycopg.Connection:
    """An autocommit connection in UTC; transactions are explicit: ``with connection.transaction():``.

    Waits at most 5 s for a lock and 30 s for a statement. Raises ConfigurationError or DatabaseUnavailable.
    """
    given = _check(url)
    defaults = {name: value for name, value in _DEFAULTS.items() if name not in given}
    try:
        connection = psycopg.connect(conninfo.make_conninfo(url, **defaults), autocommit=True)
        with ExitStack() as undo:
            undo.callback(connection.close)
            connection.execute(_SESSION)
            undo.pop_all()
    except psycopg.Error as error:
        if remedy := next((remedy for said, remedy in _REFUSALS if said.search(str(error))), None):
            raise ConfigurationError(f"the database refuses us: {describe(error)}; {remedy}") from None
        raise DatabaseUnavailable(f"the database does not answer: {describe(error)}") from None
    return connection


def without_password(url: str) -> tuple[str, str | None]:
    """A connection string for an argument list, which every user of the machine can read, and the password it lacks."""
    parts = conninfo.conninfo_to_dict(url)
    password = parts.pop("password", None)
    return conninfo.make_conninfo("", **parts), None if password is None else str(password)


def forbid_writing(connection: psycopg.Connection) -> None:
    """Make the server refuse whatever would write on this connection. Nobody waits for it: it may take its time."""
    connection.execute("set default_transaction_read_only = on; set idle_in_transaction_session_timeout = 0")


def as_reader(url: str) -> str:
    """The same database for the role that only reads: without the owner's password, in whose place psql asks or looks into ~/.pgpass."""
    parts = conninfo.conninfo_to_dict(url)
    if parts.get("user") == embedded.READER:
        return url
    return conninfo.make_conninfo("", **{**parts, "user": embedded.READER, "password": None})


def has_reader(connection: psycopg.Connection) -> bool:
    """Whether the server has the role that only reads."""
    return connection.execute("select from pg_roles where rolname = %s", [embedded.READER]).rowcount > 0


def lock_key(name: str) -> int:
    """The number of one of this project's advisory locks: signed, 64 bits."""
    return int.from_bytes(hashlib.sha256(f"poros:{name}".encode()).digest()[:8], signed=True)


def _check(url: str) -> set[str]:
    """The names of the parameters in a URL or a ``name=value`` string. What libpq says of a wrong one may hold the password."""
    with suppress(psycopg.Error):
        if "://" not in url or _URL.fullmatch(url):
            return set(conninfo.conninfo_to_dict(url))
    raise ConfigurationError(
        "DATABASE_URL is not of the form postgresql://user:password@host:port/database (special characters in it percent-encoded)"
    )
