"""The second server is what it is said to be."""

import psycopg

from tests.servers.postgresql import Server


def test_debians_server_is_asked_over_tcp_with_a_password_by_a_role_without_rights(debian_server: Server) -> None:
    url = debian_server.create("plain")
    with psycopg.connect(url) as connection:
        rights = connection.execute(
            "select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls from pg_roles where rolname = current_user"
        )
        assert rights.fetchone() == (False,)
        assert connection.info.hostaddr == "127.0.0.1"
        assert connection.pgconn.used_password
    debian_server.drop("plain")
