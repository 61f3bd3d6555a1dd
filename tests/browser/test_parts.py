"""What needs no browser to be seen: what a run without one imports, which requests of a page are needless, what the proxy answers."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Response

from crawler.browser.chromium import find_chromium
from crawler.browser.launch import is_needless
from crawler.browser.proxy import Proxy
from tests.faults.conftest import ROOT


def test_a_run_that_needs_no_browser_imports_none() -> None:
    code = "import sys, crawler.settings, crawler.outlets, crawler.browser.middleware, crawler.extensions.archive; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "crawler.browser.middleware" in modules
    assert not [name for name in modules if "playwright" in name or name in {"crawler.browser.proxy", "crawler.browser.renderer"}]


def test_a_browser_is_found_where_it_is_named_alone() -> None:
    assert find_chromium(sys.executable) == sys.executable
    assert find_chromium("/nowhere/chromium") is None


@pytest.mark.parametrize(
    ("url", "kind", "method", "needless"),
    [
        ("https://www.kabar.example/app.js", "script", "GET", False),
        ("https://api.kabar.example/isi/1", "fetch", "OPTIONS", False),
        ("data:text/html,x", "document", "GET", False),
        ("https://www.kabar.example/app.js", "script", "POST", True),
        ("https://www.kabar.example/kapal.jpg", "image", "GET", True),
        ("https://www.kabar.example/gaya.css", "stylesheet", "GET", True),
        ("https://www.kabar.example/suara", "websocket", "GET", True),
        ("https://ads.kabar.example/x.js", "script", "GET", True),
        ("https://kabar.example.invalid/x.js", "script", "GET", True),
        ("http://127.0.0.1/x", "xhr", "GET", True),
    ],
)
def test_what_is_aborted(url: str, kind: str, method: str, needless: bool) -> None:
    request: Any = SimpleNamespace(url=url, resource_type=kind, method=method)
    assert is_needless(request, ("kabar.example",)) is needless


def test_the_proxy_answers_from_the_crawler_alone() -> None:
    asked: list[tuple[str, str, Mapping[str, str]]] = []

    async def fetch(method: str, url: str, headers: Mapping[str, str]) -> Response | None:
        asked.append((method, url, headers))
        headers_of_answer = {"Content-Type": "text/html", "Set-Cookie": "a=b", "Content-Encoding": "br", "X-Own": "1"}
        return HtmlResponse(url, body=b"<p>isi", headers=headers_of_answer) if "/isi" in url else None

    async def say(port: int, text: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(text.encode())
        answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        return answer

    async def talk() -> list[bytes]:
        proxy = Proxy(fetch)
        port = int((await proxy.start()).rpartition(":")[2])
        end = "Host: kabar.example\r\nUser-Agent: Chrome\r\nCookie: a=b\r\nAccept: text/html\r\n\r\n"
        told = [
            *("GET http://kabar.example/isi HTTP/1.1\r\n", "GET http://kabar.example/lain HTTP/1.1\r\n"),
            *("POST http://kabar.example/isi HTTP/1.1\r\n", "GET http://kabar.example/isi HTTP/1.1\r\nUpgrade: websocket\r\n"),
            *("\x16\x03\x01 nonsense\r\n", "GET\r\n"),
        ]
        answers = [await say(port, f"{each}{end}") for each in told]
        proxy.close()
        return answers

    answers = asyncio.run(talk())
    assert answers[0].startswith(b"HTTP/1.1 200 ")
    assert answers[0].endswith(b"\r\n\r\n<p>isi")
    assert (b"X-Own: 1" in answers[0], b"ookie" in answers[0], b"br" in answers[0].partition(b"<p>")[0]) == (True, False, False)
    assert [answer[:12] for answer in answers[1:4]] == [b"HTTP/1.1 403"] * 3
    assert answers[4:] == [b"", b""]
    assert [(method, url, dict(headers)) for method, url, headers in asked] == [
        ("GET", "http://kabar.example/isi", {"accept": "text/html"}),
        ("GET", "http://kabar.example/lain", {"accept": "text/html"}),
    ]
