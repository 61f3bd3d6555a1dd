"""The browser's only way out: a proxy on loopback that answers everything itself, from what a function of the crawler's fetches.

It ends TLS, with a key that lives as long as the run and that this run's browser alone is told to accept. So every request is seen whole,
redirects and what scripts ask for included, and who really stands behind an address is verified where every other request of the crawler
is: by Scrapy, SSL_CERT_FILE included, which Chromium does not read.
"""

import asyncio
import base64
import hashlib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy.http import Response

METHODS = frozenset({"GET", "HEAD", "OPTIONS"})  # a crawler reads
# Of the browser's headers these do not go on, since the crawler has its own; of an answer's these were about how it came.
_OURS = frozenset({"accept-encoding", "accept-language", "connection", "cookie", "host", "proxy-connection", "referer", "user-agent"})
_OF_THE_WAY = frozenset({"alt-svc", "connection", "content-encoding", "content-length", "keep-alive", "set-cookie", "transfer-encoding"})

Fetch = Callable[[str, str, Mapping[str, str]], Awaitable[Response | None]]  # method, URL, headers; None: refused


class Proxy:
    """Listens on a free port of 127.0.0.1 from `start` to `close`. ``key_hash``: by which the browser knows the key."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._tls, self.key_hash = _certificate()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Listen; return the address."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    def close(self) -> None:
        """Listen no more, and drop what is open."""
        if self._server:
            self._server.close()
        for task in self._connections:
            task.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        try:
            # What is no HTTP, or ends half-way, is of no interest: a WebSocket's ws: is sent in the clear where TLS is expected
            with suppress(OSError, EOFError, ValueError, asyncio.LimitOverrunError):
                await self._answer(reader, writer)
        finally:
            self._connections.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        method, url, headers = await _read_head(reader)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await writer.start_tls(self._tls, ssl_handshake_timeout=5)
            origin = f"https://{url.removesuffix(':443')}"
            method, path, headers = await _read_head(reader)
            url = f"{origin}{path}"
        response = None
        if method in METHODS and "upgrade" not in headers:
            kept = {name: value for name, value in headers.items() if name not in _OURS and not name.startswith("sec-")}
            response = await self._fetch(method, url, kept)
        if response is None:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            writer.write(_head(response) + (b"" if method == "HEAD" else response.body))
        await writer.drain()


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]]:
    """Method, target and headers (names in lower case) of a request. Raises ValueError for what is none."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    return method, target, {name.strip().lower(): value.strip() for name, _, value in pairs}


def _head(response: Response) -> bytes:
    """Status line and headers of an answer whose body stands as it is."""
    lines = [b"HTTP/1.1 %d -" % response.status]
    for name, values in response.headers.items():
        if name.decode("latin-1").lower() not in _OF_THE_WAY:
            lines += [name + b": " + value for value in values]
    lines += [b"Content-Length: %d" % len(response.body), b"Connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _certificate() -> tuple[ssl.SSLContext, str]:
    """A certificate for whatever host, and the hash of its key as Chromium's --ignore-certificate-errors-spki-list takes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "this run of Poros")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=7))
    certificate = builder.sign(key, hashes.SHA256())
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory(prefix="poros-") as folder:  # readable by us alone; ssl takes a file and nothing else
        path = Path(folder, "key.pem")
        path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(path)
    return context, base64.b64encode(hashlib.sha256(spki).digest()).decode()
