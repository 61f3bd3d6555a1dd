"""Which database it is, how it is spoken to, and that no password ever shows."""

import logging
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from pipelines.database import embedded
from pipelines.database.connection import ConfigurationError, DatabaseUnavailable, connect, database_url, lock_key, redact

SECRET = "S3CR3T"


def test_a_session(database_url: str) -> None:
    with connect(database_url) as connection:
        assert connection.autocommit
        names = ("TimeZone", "lock_timeout", "statement_timeout", "application_name")
        values = [connection.execute("select current_setting(%s)", [name]).fetchone() for name in names]
        assert values == [("UTC",), ("5s",), ("30s",), ("poros",)]
    with connect(make_conninfo(database_url, application_name="psql")) as connection:
        assert connection.info.get_parameters()["application_name"] == "psql"


@pytest.mark.parametrize("server", ["debian_server"], indirect=True)
def test_a_client_gives_up_before_its_server_gives_its_locks_to_others(database_url: str) -> None:
    names = ("keepalives_idle", "keepalives_interval", "keepalives_count")
    with connect(database_url) as connection:
        given = connection.info.get_parameters()
        idle, interval, count = (int(given[name]) for name in names)
        client = max(idle + interval * count, int(given["tcp_user_timeout"]) / 1000)
        of_server = [connection.execute(f"show tcp_{name}".encode()).fetchone() or ("",) for name in (*names, "user_timeout")]
    idle, interval, count, user = (int(value) for (value,) in of_server)
    assert client < idle + interval * count == user / 1000 == 60


def test_the_embedded_database_is_for_those_who_set_none(postgres: Path) -> None:
    assert database_url(None, postgres) == database_url("", postgres) == embedded.start(postgres, "poros")
    assert database_url(None, postgres, "demo") == embedded.start(postgres, "demo")
    assert database_url("postgresql://u:p%40@db.example/x", postgres) == "postgresql://u:p%40@db.example/x"
    assert database_url("host=db.example dbname=x password='a b'", postgres) == "host=db.example dbname=x password='a b'"


WRONG = [
    f"postgresql://u:{SECRET}%@h/d", f"postgresql://u:{SECRET}%zz@h/d", f"postgresql://u:a/{SECRET}@h/d", f"postgresql://u:a@{SECRET}@h/d",
    f"postgresql://u:12/{SECRET}@h/d", f"postgresql://u:{SECRET}:x@h/d", f"postgresql://u:x:{SECRET}@h/d", f"postgresql://u:#{SECRET}@h/d",
    f"postgresql://u:?{SECRET}@h/d", f"postgresql://u:{SECRET} x@h/d", f"mysql://u:{SECRET}@h/d", f"host=h password={SECRET} x", SECRET,
    f"postgresql://h:{SECRET}/d", f"postgresql://h/d?nothing={SECRET}",
]  # fmt: skip


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_url_is_a_configuration_error_without_the_url(url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for attempt in (lambda: database_url(url, tmp_path), lambda: connect(url)):
        with pytest.raises(ConfigurationError) as caught:
            attempt()
        assert SECRET not in said(caught.value, caplog)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{SECRET}@127.0.0.1:1/d",
        f"postgresql://u:{SECRET}@127.0.0.1:99999/d",
        f"postgresql://u:{SECRET}@nowhere.invalid/d",
        f"postgresql:///d?host=/nowhere&user=u&password={SECRET}",
        f"host=127.0.0.1 port=1 user=u password='{SECRET} x'",
        f"postgresql://u:{SECRET}@127.0.0.1:1,127.0.0.1:2/d?sslmode=require&sslrootcert=/nowhere",
    ],
)
def test_an_unreachable_database_is_named_without_the_password(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        connect(url)
    assert SECRET not in said(caught.value, caplog)
    assert "\n" not in str(caught.value)


def said(error: BaseException, caplog: pytest.LogCaptureFixture) -> str:
    logging.getLogger("test").error("failed", exc_info=error)
    return f"{error!r} {error} {caplog.text}"


@pytest.mark.parametrize(
    "text",
    [
        f"to postgresql://u:{SECRET}@h/d failed",
        f"postgresql://u:a@{SECRET}/x@h/d",
        f"postgresql+psycopg://u:{SECRET}%@h",
        f"https://name:{SECRET}@proxy.example/",
        f"host=h password={SECRET} dbname=d",
        f"password = '{SECRET} \\' {SECRET}'",
        f"PGPASSWORD={SECRET}",
        f"?user=u&password={SECRET}&x=y",
        f'invalid percent-encoded token: "{SECRET}%"',
    ],
)
def test_redact(text: str) -> None:
    assert SECRET not in redact(text)
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text", ["https://kompas.example:443/read/1?a=b@c", "https://kompas.example/@user", "pukul 10:30@Jakarta", "x" * 10_000]
)
def test_redact_leaves_everything_else(text: str) -> None:
    assert redact(text) == text


def test_lock_keys_never_change() -> None:
    assert lock_key("crawlall") == lock_key("crawlall") != lock_key("outlet:kompas")
    assert all(-(2**63) <= lock_key(str(number)) < 2**63 for number in range(100))


def test_a_connection_that_cannot_be_set_up_is_closed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.database.connection._SESSION", "select no_such_function()")
    with pytest.raises(DatabaseUnavailable):
        connect(database_url)
    with psycopg.connect(database_url) as connection:
        assert connection.execute(
            "select count(*) from pg_stat_activity where application_name = 'poros' and datname = current_database()"
        ).fetchone() == (0,)
