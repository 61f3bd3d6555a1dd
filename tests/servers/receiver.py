"""An HTTP server on loopback that keeps what it is sent: the watchman, or a webhook behind apprise."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What was sent: the paths asked for, and the JSON of what was posted. ``refuses``: it answers 503."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False

    @property
    def titles(self) -> list[str]:
        """Of the messages that apprise posted."""
        return [message["title"] for message in self.posted]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Serve while a block lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            receiver.paths.append(self.path)
            self._answer()

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if not receiver.refuses:
                receiver.posted.append(json.loads(content))
            self._answer()

        def _answer(self) -> None:
            self.send_response_only(503 if receiver.refuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
