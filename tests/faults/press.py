"""A server on loopback that plays the outlets of tests/faults/outlets, with faults that begin and end when a test says so."""

import gzip
import hashlib
import random
import re
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # noon in Jakarta
OUTLETS = ("kabar", "warta")
_WORDS = [
    "menteri",
    "pelabuhan",
    "rencana",
    "jembatan",
    "panen",
    "sekolah",
    "kapal",
    "gudang",
    "peta",
    "musim",
    "kereta",
    "sungai",
    "pabrik",
    "taman",
    "kota",
    "desa",
]
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Story:
    """An invented story; every one is about Korea and Russia, and shares no sentence with another."""

    number: int
    outlet: str
    published_at: datetime

    @property
    def title(self) -> str:
        return f"Korea Utara dan Rusia Teken Perjanjian Nomor {self.number}"

    def paragraphs(self) -> Iterator[str]:
        words = random.Random(f"{self.outlet} {self.number}")
        for place in ("Pyongyang", "Moskow", "Vladivostok"):
            first, *some = [f"{words.choice(_WORDS)}{words.randrange(100, 999)}" for _ in range(31)]
            yield f"Pemerintah Korea Utara dan Rusia soal {first} di {place} menandatangani {' '.join(some)}."

    def shell(self) -> str:
        """The page as a framework builds it: a script fetches what it shows."""
        fill = f"fetch('/isi/{self.number}').then(a => a.text()).then(t => document.getElementById('root').innerHTML = t)"
        return f"<html><head><title>{self.title}</title></head><body><div id='root'></div><script>{fill}</script></body></html>"

    def page(self, *, redesigned: bool = False) -> str:
        of_body, of_author = ("konten-baru", "nama-baru") if redesigned else ("isi", "penulis")
        body = "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs())
        return (
            f"<html><head><title>{self.title}</title>"
            f'<meta property="article:published_time" content="{self.published_at.isoformat()}">'
            f'</head><body><h1>{self.title}</h1><span class="{of_author}">Siti Rahma</span>'
            f'<div class="{of_body}">{body}</div></body></html>'
        )


@dataclass
class Press:
    """What the outlets publish, and what is wrong with them. ``clock`` is the servers' own."""

    per_day: int = 24
    clock: datetime = NOW
    faults: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # name → host, path, kind: patterns and what happens
    requests: list[tuple[str, str]] = field(default_factory=list)
    answers: list[tuple[str, str, int]] = field(default_factory=list)  # host, path, status; 0: none was sent
    port: int = 0
    pages: dict[str, tuple[int, bytes, Mapping[str, str]]] = field(default_factory=dict)  # what stands at a path instead
    headers: list[tuple[str, str]] = field(default_factory=list)  # of every answer, besides
    times: list[float] = field(default_factory=list)  # of the requests, on the monotonic clock

    def stories(self, outlet: str) -> list[Story]:
        """What the outlet has published in the four days up to now, newest first."""
        return [self._story(outlet, number) for number in self._numbers(outlet)]

    def _numbers(self, outlet: str) -> range:
        gap = _DAY // self.per_day
        newest = int((self.clock.timestamp() - OUTLETS.index(outlet) * gap / 2) // gap)
        return range(newest, newest - 4 * self.per_day, -1)

    def _story(self, outlet: str, number: int) -> Story:
        gap = _DAY // self.per_day
        return Story(number, outlet, datetime.fromtimestamp(number * gap + OUTLETS.index(outlet) * gap / 2, UTC))

    @contextmanager
    def fault(self, kind: str, host: str = ".", path: str = "^(?!/robots.txt)") -> Iterator[None]:
        """Let a fault last as long as a block."""
        name = f"{kind} {host} {path}"
        self.faults[name] = (host, path, kind)
        try:
            yield
        finally:
            del self.faults[name]

    def answer(self, outlet: str, path: str) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, body and headers of a page as it is without a fault."""
        page = {"Content-Type": "text/html; charset=utf-8"}
        if path in self.pages:
            return self.pages[path]
        if path == "/rss":
            items = "".join(self._item(story) for story in self.stories(outlet)[: self.per_day])
            return 200, f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), {"Content-Type": "application/rss+xml"}
        if match := re.fullmatch(r"/index/(\d{4}-\d\d-\d\d)", path):
            day = date.fromisoformat(match[1])
            links = "".join(
                f'<li><a href="/read/{story.number}">{story.title}</a> <time datetime="{story.published_at.isoformat()}"></time></li>'
                for story in self.stories(outlet)
                if (story.published_at + timedelta(hours=7)).date() == day
            )
            return 200, f'<html><body><a href="/tentang">Tentang</a><ul>{links}</ul></body></html>'.encode(), page
        if match := re.fullmatch(r"/(read|isi)/(\d+)", path):
            number = int(match[2])
            story = self._story(outlet, number) if number in self._numbers(outlet) else None
            if story and match[1] == "read" and self.kind_of(outlet, path) == "shell":
                return 200, story.shell().encode(), page
            if story:
                redesigned = self.kind_of(outlet, path) == "redesign"
                return 200, story.page(redesigned=redesigned).encode(), page
        return 404, b"tidak ada", page

    def _item(self, story: Story) -> str:
        link = f"http://{story.outlet}.example:{self.port}/read/{story.number}"
        return f"<item><title>{story.title}</title><link>{link}</link><pubDate>{format_datetime(story.published_at)}</pubDate></item>"

    def kind_of(self, outlet: str, path: str) -> str | None:
        """The kind of the first fault that meets a request."""
        return next((kind for host, where, kind in self.faults.values() if re.search(host, outlet) and re.search(where, path)), None)


@contextmanager
def printing(press: Press) -> Iterator[Press]:  # noqa: C901 - every kind of fault at one place
    """Serve on a free port while a block lasts."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # noqa: C901
            outlet = self.headers["Host"].partition(".")[0]
            press.requests.append((outlet, self.path))
            press.times.append(time.monotonic())
            status, body, headers = press.answer(outlet, self.path)
            kind = press.kind_of(outlet, self.path) or ""
            if kind == "offline":
                press.answers.append((outlet, self.path, 0))
                self.close_connection = True
                return
            if kind in {"hang", "slow"} and (ended.wait(60 if kind == "hang" else 0.15) or kind == "hang"):
                return
            if kind.isdecimal():
                status, body, headers = int(kind), b"galat", {**headers, **({"Retry-After": "2"} if kind == "429" else {})}
            if kind == "bomb":
                body, headers = gzip.compress(bytes(300 << 20), 1), {**headers, "Content-Encoding": "gzip"}
            if kind == "soft_404":
                body = b"<html><body><h1>Halaman tidak ditemukan</h1></body></html>"
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if status == 200 and self.path.startswith("/read/"):
                headers = {**headers, "ETag": tag}
                if self.headers["If-None-Match"] == tag:
                    status, body = 304, b""
            press.answers.append((outlet, self.path, status))
            self.send_response_only(status)
            always = {"Date": format_datetime(press.clock, usegmt=True), **headers, "Content-Length": str(len(body))}
            for name, value in (*always.items(), *press.headers):
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                for at in range(0, len(body), 1 if kind == "drip" else max(1, len(body))):
                    self.wfile.write(body[at : at + (1 if kind == "drip" else len(body))])
                    if kind == "drip" and ended.wait(0.1):
                        return

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # of a client that was killed
    press.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield press
    finally:
        ended.set()
        server.shutdown()
        server.server_close()


def articles(requests: Sequence[tuple[str, str]], outlet: str = "kabar") -> list[str]:
    """The paths of articles that were asked for."""
    return [path for host, path in requests if host == outlet and path.startswith("/read/")]


def wait_until(condition: Any, seconds: float = 60) -> None:
    """Wait for what another process does; a test that waits longer fails."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def footprints(process: "subprocess.Popen[str]", press: Press, every: int = 100) -> list[tuple[int, float, int]]:
    """Wait for a crawl; of every so many of its articles: how many were asked for, resident memory in MiB, open files."""
    seen, of = list[tuple[int, float, int]](), Path(f"/proc/{process.pid}")
    while process.poll() is None:
        count = len(articles(press.requests))
        with suppress(OSError):  # it ended
            if count >= (seen[-1][0] if seen else 0) + every:
                pages = int((of / "statm").read_text().split()[1])
                seen.append((count, pages * resource.getpagesize() / (1 << 20), len(list((of / "fd").iterdir()))))
        time.sleep(0.1)
    return seen
