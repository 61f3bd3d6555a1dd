"""The invented outlet on loopback, and the way there for a crawler that asks for its real addresses."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response

from tests.crawler.proposals.house import NOW, answer


class LoopbackHandler(HTTP11DownloadHandler):
    """Asks the server at HOUSE_PORT for whatever is asked of any https address, and answers in that address's name."""

    async def download_request(self, request: Request) -> Response:
        path = request.url.split("/", 3)[3]
        asked = request.replace(url=f"http://localhost:{os.environ['HOUSE_PORT']}/{path}")
        response: Response = await super().download_request(asked)
        return response.replace(url=request.url)


@contextmanager
def serving() -> Iterator[int]:
    """Serve the outlet while a block lasts; the port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, kind, body = answer(f"https://house{self.path}")
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(NOW, usegmt=True)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
