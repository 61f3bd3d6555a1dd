"""Starts `scrapy …` as a copy of a process that has imported everything already: half of what a short crawl takes is its imports.

What runs is the same: a process of its own that can be killed, with its own environment, log and exit code.
"""

import importlib
import json
import os
import resource
import runpy
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import ForkingMixIn, StreamRequestHandler, UnixStreamServer

ROOT = Path(__file__).parents[2]
# What crawls and alerts import, but nothing that reads the environment as it is imported: that is each process's own.
_MODULES = """
    apprise apprise.plugins.custom_json lxml.html psycopg rich.live rich.table scrapy.cmdline scrapy.core.downloader.handlers.http11
    scrapy.core.engine scrapy.core.scheduler scrapy.crawler scrapy.extensions.closespider scrapy.extensions.httpcache
    scrapy.extensions.memusage twisted.internet.asyncioreactor twisted.web.client
    crawler.discovery.feeds crawler.expectations crawler.extensions.archive crawler.extensions.logs crawler.families crawler.jobs.alerts
    crawler.jobs.tables crawler.middlewares.robots crawler.outlet crawler.reading.reader pipelines.clean
    pipelines.database.alerts pipelines.database.health pipelines.database.known_pages pipelines.database.migrate pipelines.database.runs
    pipelines.near_duplicates pipelines.store pipelines.topic pipelines.validate
"""
_INTEGER = struct.Struct("i")


class Forked:
    """As much of subprocess.Popen as drills use.

    The environment has FORKS, the server's socket, LOG, a file, and perhaps DISK: how many bytes a file may have that it writes.
    """

    def __init__(self, args: Sequence[str], env: Mapping[str, str]) -> None:
        self.args, self.returncode = args, None
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(env["FORKS"])
        self._socket.sendall(json.dumps({"args": args, "env": dict(env)}).encode() + b"\n")
        (self.pid,) = _INTEGER.unpack(self._socket.recv(_INTEGER.size))

    def poll(self) -> int | None:
        """Return the exit code, if it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0.001)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        if self.returncode is None:
            self._socket.settimeout(None if timeout is None else max(timeout, 0.001))
            try:
                (self.returncode,) = _INTEGER.unpack(self._socket.recv(_INTEGER.size))
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._socket.close()
        return int(self.returncode or 0)


class _Fork(StreamRequestHandler):
    """Starts one process, and waits for it; itself a fork of the server."""

    def handle(self) -> None:
        asked = json.loads(self.rfile.readline())
        pid = os.fork()
        if not pid:
            _run(**asked)
        self.wfile.write(_INTEGER.pack(pid))
        _, status = os.waitpid(pid, 0)
        with suppress(BrokenPipeError):  # who asked was killed
            self.wfile.write(_INTEGER.pack(os.waitstatus_to_exitcode(status)))


class _Server(ForkingMixIn, UnixStreamServer):
    max_children = 100
    request_queue_size = 20
    parent = os.getppid()

    def service_actions(self) -> None:
        """End with whoever started it."""
        super().service_actions()
        if os.getppid() != self.parent:
            os._exit(0)


def _run(args: list[str], env: dict[str, str]) -> None:
    """Be the process."""
    code = 1
    try:
        os.environ.clear()
        os.environ.update(env)
        disk = int(env.get("DISK", "0"))
        log = os.open(os.devnull if disk else env["LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        for number in (1, 2):
            os.dup2(log, number)
        if disk:
            resource.setrlimit(resource.RLIMIT_FSIZE, (disk, resource.RLIM_INFINITY))
        sys.argv = args
        runpy.run_module("scrapy", run_name="__main__")
    except SystemExit as told:
        code = told.code if isinstance(told.code, int) else 0
    except BaseException:  # noqa: BLE001 - as the interpreter would
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@contextmanager
def forking(folder: Path) -> Iterator[Path]:
    """Have a server for as long as a block; yield its socket."""
    path = Path(tempfile.mkdtemp(dir=folder)) / "forks"  # a socket's path is short
    with subprocess.Popen([sys.executable, "-m", "tests.faults.forks", str(path)], cwd=ROOT, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout
            assert server.stdout.readline() == b"ready\n"
            yield path
        finally:
            server.kill()


if __name__ == "__main__":
    for module in _MODULES.split():
        importlib.import_module(module)
    assert not {"crawler.settings", "twisted.internet.reactor"} & sys.modules.keys()
    with _Server(sys.argv[1], _Fork) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()
