"""One real crawl under the project's settings against loopback servers: a scenario as JSON on stdin, what happened on stdout.

The outlet's server stands on 127.0.0.2, the honeypot on 127.0.0.1 at the same port, so that nothing but the guard tells them apart.
``PORT`` in a scenario's text becomes that port, ``OTHER`` one at which 127.0.0.2 is a honeypot too.

names: host → the addresses its lookups yield, one after the other (the last repeats); others are the outlet's if they end in outlet.test
pages: path or host/path → its answers, one after the other (the last repeats): status, headers,
    body or gzip/br (bytes of zeros), hang (s), drip (bytes a 0.1 s)
start, follow: URLs; the latter are asked for from the callback of the first answer
ports: further ones that the guard lets pass
settings: on top of the project's
"""

import hashlib
import json
import logging
import socket
import sys
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import brotli  # type: ignore[import-untyped]
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.utils.project import get_project_settings
from twisted.python.failure import Failure

from crawler.middlewares.destination_guard import DestinationGuard

requests: list[dict[str, Any]] = []
trapped: list[str] = []
items: list[dict[str, Any]] = []


class Outlet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages: ClassVar[dict[str, list[dict[str, Any]]]]
    asked: ClassVar[dict[str, int]] = defaultdict(int)

    def do_GET(self) -> None:
        host = self.headers["Host"].split(":")[0]
        requests.append({"host": host, "path": self.path, "headers": dict(self.headers), "at": time.monotonic()})
        key = f"{host}{self.path}" if f"{host}{self.path}" in self.pages else self.path
        answers = self.pages.get(key, [{"status": 404, "body": "not here"}])
        answer = answers[min(self.asked[key], len(answers) - 1)]
        self.asked[key] += 1
        time.sleep(answer.get("hang", 0))
        body = answer.get("body", "").encode()
        headers = {"Content-Type": "text/html; charset=utf-8", **answer.get("headers", {})}
        if "gzip" in answer:
            body, headers["Content-Encoding"] = squeezed(zlib.compressobj(wbits=31), answer["gzip"]), "gzip"
        if "br" in answer:
            body, headers["Content-Encoding"] = squeezed(brotli.Compressor(quality=1), answer["br"]), "br"
        self.send_response(answer.get("status", 200))
        for name, value in headers.items():
            for one in value if isinstance(value, list) else [value]:
                self.send_header(name, one)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(OSError):  # the crawler may have had enough
            for start in range(0, len(body), answer.get("drip", len(body) or 1)):
                self.wfile.write(body[start : start + answer.get("drip", len(body))])
                time.sleep(0.1 if "drip" in answer else 0)
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


def squeezed(compressor: Any, size: int) -> bytes:
    """So many zero bytes, compressed without ever being in memory together."""
    coder = getattr(compressor, "compress", None) or compressor.process
    mebibyte = bytes(1 << 20)
    finish = compressor.flush if hasattr(compressor, "compress") else compressor.finish
    return b"".join([*(coder(mebibyte) for _ in range(size >> 20)), finish()])


class Honeypot(Outlet):
    def do_GET(self) -> None:
        trapped.append(f"{self.headers['Host']}{self.path}")
        self.send_error(418)


def serve(address: str, port: int, handler: type[Outlet]) -> int:
    server = ThreadingHTTPServer((address, port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def serve_both() -> int:
    while True:
        port = serve("127.0.0.2", 0, Outlet)
        try:
            return serve("127.0.0.1", port, Honeypot)
        except OSError:
            continue


class ScratchSpider(Spider):
    name = "scratch"
    allowed_domains = ("outlet.test",)
    since = datetime(2026, 11, 20, tzinfo=UTC)
    starting: list[str]
    following: list[str]

    async def start(self) -> AsyncIterator[Request]:
        for url in self.starting:
            yield Request(url, errback=self.failed, dont_filter=True)

    def parse(self, response: Response) -> Iterator[Request]:
        slots = self.crawler.engine.downloader.slots
        items.append(
            {
                "url": response.url,
                "status": response.status,
                "sha256": hashlib.sha256(response.body).hexdigest(),
                "length": len(response.body),
                "flags": response.flags,
                "headers": {name: values for name, values in response.headers.to_unicode_dict().items() if name != "Date"},
                "archive_file": response.meta.get("archive_file"),
                "fetched_at": str(response.meta.get("fetched_at")),
                "delays": {key: slot.delay for key, slot in slots.items()},
            }
        )
        following, self.following = self.following, []
        for url in following:
            yield Request(url, errback=self.failed, dont_filter=True)

    def failed(self, failure: Failure) -> None:
        items.append(
            {
                "url": failure.request.url,  # type: ignore[attr-defined]
                "error": type(failure.value).__name__,
                "reason": str(failure.value),
                "transient": getattr(failure.value, "transient", None),
            }
        )


def main() -> None:
    port, other = serve_both(), serve("127.0.0.2", 0, Honeypot)
    scenario = json.loads(sys.stdin.read().replace("PORT", str(port)).replace("OTHER", str(other)))
    Outlet.pages = scenario.get("pages", {})
    DestinationGuard.ports |= {port, *scenario.get("ports", [])}
    ScratchSpider.starting, ScratchSpider.following = scenario["start"], scenario.get("follow", [])
    names: dict[str, Iterator[str]] = {
        name: iter([*addresses[:-1], *addresses[-1:] * 9]) for name, addresses in scenario.get("names", {}).items()
    }

    def lookup(name: str) -> str:
        if name in names:
            return next(names[name])
        if name.endswith("outlet.test"):
            return "127.0.0.2"
        return socket.inet_ntoa(socket.inet_aton(name))  # OSError, as for a name that does not exist, unless it is an address

    socket.gethostbyname = lookup
    settings = get_project_settings()
    quick = {
        "SPIDER_MODULES": [],
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        "DOWNLOAD_DELAY": 0,
        "RETRY_TIMES": 0,
        "ARCHIVE_DIR": "",
        "DESTINATION_GUARD_ALLOW": "127.0.0.2/32",
    }
    settings.setdict({**quick, **scenario.get("settings", {})}, priority="cmdline")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(ScratchSpider)
    process.crawl(crawler)
    process.start()
    result = {
        "requests": [request for request in requests if request["path"] != "/robots.txt"],
        "robots": [request for request in requests if request["path"] == "/robots.txt"],
        "trapped": trapped,
        "items": items,
        "stats": crawler.stats.get_stats(),
        "modules": [name for name in sys.modules if "playwright" in name],
    }
    json.dump(result, sys.stdout, default=str)


if __name__ == "__main__":
    logging.raiseExceptions = True
    main()
