"""The roles that roles.sql makes: the owner owns its database and nothing else, the reader reads what analysts read and can do no more."""

import subprocess
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import conninfo, errors

from crawler.article import Visit
from pipelines.database import embedded
from pipelines.database.connection import connect
from pipelines.database.migrate import MIGRATIONS, migrate
from pipelines.database.visits import record
from tests.servers.postgresql import Server, on_both_servers

REFUSED = (
    "insert into poros.outlets values ('kabar', '', '')",
    "insert into poros.pages (outlet, article_id, url, status) values ('kompas', 'x', 'x', 'stored')",
    "update poros.articles set headline = ''",
    "delete from poros.verdicts",
    "truncate poros.articles",
    "copy poros.outlets from stdin",
    "copy poros.outlets from '/etc/passwd'",
    "copy poros.outlets from program 'true'",
    "copy poros.outlets to '/tmp/poros-outlets'",
    "copy poros.outlets to program 'true'",
    "copy (select 1) to program 'true'",
    "create table poros.mine ()",
    "create table public.mine ()",
    "create table crawler.mine ()",
    "create temporary table mine ()",
    "create table mine as select * from poros.articles",
    "select * into temporary mine from poros.articles",
    "create view poros.mine as select 1",
    "create schema mine",
    "create function poros.mine() returns int language sql return 1",
    "create database mine",
    "create role mine",
    "alter table poros.articles add mine int",
    "alter view poros.current_articles owner to reader",
    "alter schema poros rename to mine",
    "alter role crawler password 'x'",
    "alter role reader superuser",
    "alter system set fsync = off",
    "comment on table poros.articles is ''",
    "create index on poros.articles (headline)",
    "drop table poros.articles cascade",
    "drop view poros.current_articles cascade",
    "drop schema poros cascade",
    "drop role crawler",
    "set role crawler",
    "set session authorization crawler",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('/')",
    "select lo_import('/etc/passwd')",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'x')",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'crawler'",
    "select setval('poros.stories_story_id_seq', 1)",
    "select 1 from poros.articles for update",
    "do $$ begin lock table poros.articles in access exclusive mode; end $$",
    "select * from crawler.crawl_runs",
    "select * from crawler.pages",
)
ADVISORY = "select proname, pg_get_function_identity_arguments(oid) from pg_proc where proname like '%advisory%' order by oid"


@pytest.fixture
def reader(server: Server, database_url: str, make_visit: Callable[..., Visit]) -> Iterator[psycopg.Connection]:
    """The reader's connection to a database with an article, beside one of the owner's."""
    with connect(server.superuser.format(conninfo.conninfo_to_dict(database_url)["dbname"])) as superuser:
        superuser.execute(embedded.ROLES.read_bytes())  # a copy of a database lacks its rights on the database
    with connect(database_url) as owner:
        owner.execute("insert into outlets values ('kompas', 'Kompas', 'https://kompas.example/')")
        record(owner, make_visit())
        with psycopg.connect(server.reader(database_url), autocommit=True) as connection:
            yield connection


@on_both_servers
def test_the_reader_can_change_nothing_and_take_nothing(reader: psycopg.Connection) -> None:
    ended = dict[str, str]()
    for statement in REFUSED:
        try:
            reader.execute(statement.encode())
        except errors.InsufficientPrivilege:
            continue
        except psycopg.Error as error:
            ended[statement] = str(error)
        else:
            ended[statement] = "done"
    assert ended == {}


@on_both_servers
def test_the_reader_can_take_no_lock_that_keeps_runs_apart(reader: psycopg.Connection) -> None:
    functions = reader.execute(ADVISORY).fetchall()
    assert len(functions) > 20
    for name, arguments in functions:
        given = ", ".join(f"1::{kind}" for kind in arguments.split(", ") if kind)
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute(f"select {name}({given})".encode())


@on_both_servers
def test_the_reader_reads_all_that_analysts_read(reader: psycopg.Connection, server: Server, database_url: str) -> None:
    query = "select relname from pg_class where relnamespace = 'poros'::regnamespace and relkind in ('r', 'v', 'm', 'p')"
    names = [name for (name,) in reader.execute(query)]
    assert {"articles", "current_articles", "current_stories", "pages", "freshness", "open_coverage_gaps"} <= set(names)
    rows = {name: len(reader.execute(f"select * from poros.{name} limit 1".encode()).fetchall()) for name in names}
    assert rows["articles"] == rows["current_articles"] == rows["pages"] == rows["schema_migrations"] == 1
    assert reader.execute("select status from pages").fetchall() == [("stored",)], "found without naming a schema"
    with connect(database_url) as owner:  # a later migration
        owner.execute("create table poros.added ()")
    assert reader.execute("select * from poros.added").fetchall() == []


@on_both_servers
def test_a_restored_database_lets_the_reader_in_again(server: Server) -> None:
    """A dump has no privileges, and roles.sql may have come before there was anything to read."""
    url = server.create("restored")
    try:
        for shut in ("", "revoke usage on schema poros from reader; revoke select on all tables in schema poros from reader"):
            with connect(url) as owner:
                owner.execute(shut.encode())
            migrate(url)
            with psycopg.connect(server.reader(url)) as reader:
                assert reader.execute("select * from poros.articles").fetchall() == []
    finally:
        server.drop("restored")


@on_both_servers
def test_the_owner_is_no_superuser(connection: psycopg.Connection, server: Server) -> None:
    query = """
        select rolname, rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls from pg_roles
        where rolname = session_user or rolname = 'reader' order by rolname
    """
    assert connection.execute(query).fetchall() == [("crawler", False), ("reader", False)]
    for statement in (
        "copy poros.outlets to program 'true'",
        "select pg_read_file('/etc/passwd')",
        "create role mine",
        "set role poros",
        "select lo_import('/etc/passwd')",
    ):
        with pytest.raises((errors.InsufficientPrivilege, errors.InvalidParameterValue)):
            connection.execute(statement.encode())


@on_both_servers
def test_what_another_role_made_is_taken_over(server: Server) -> None:
    """A database of before there were roles: of some owner on a server, of the superuser in the embedded one."""
    superuser = server.superuser.format("taken_over")
    url = server.create("taken_over")
    try:
        migrate(superuser)
        with connect(superuser) as admin, psycopg.connect(server.reader(url), autocommit=True) as reader:
            for _ in range(2):
                psql = [
                    str(embedded.binary("psql")),
                    "--no-psqlrc",
                    "--quiet",
                    "--set=ON_ERROR_STOP=1",
                    superuser,
                    "-f",
                    str(embedded.ROLES),
                ]
                done = subprocess.run(psql, capture_output=True, text=True, check=False)
                assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
            assert reader.execute("select * from poros.articles").fetchall() == []
            query = """
                select relname, relowner::regrole from pg_class where relnamespace in ('poros'::regnamespace, 'crawler'::regnamespace)
                    and relowner <> 'crawler'::regrole
                union all
                select proname, proowner::regrole from pg_proc
                where pronamespace in ('poros'::regnamespace, 'crawler'::regnamespace) and proowner <> 'crawler'::regrole
            """
            assert admin.execute(query).fetchall() == []
        with connect(url) as owner:  # as later migrations do
            owner.execute("alter table poros.articles add later int")
            owner.execute("create or replace view poros.schema_migrations as select name, applied_at from crawler.schema_migrations")
            assert len(owner.execute("select from crawler.schema_migrations").fetchall()) == len([*MIGRATIONS.glob("*.sql")])
    finally:
        server.drop("taken_over")
