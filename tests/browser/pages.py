"""Pages of our own whose scripts try what a browser must not do, or do it badly. All prose is invented."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.faults.press import Story

EVERY_WAY_INSIDE = """
const inside = ['http://127.0.0.1:PORT/', 'http://localhost:PORT/', 'http://[::1]:PORT/', 'http://2130706433:PORT/',
    'https://127.0.0.1:PORT/', 'http://169.254.169.254/latest/meta-data/', 'http://kabar.example:PORT/', '/lompat'];
for (const url of inside) {
    fetch(url, {mode: 'no-cors'}).catch(() => 0);
    const add = (tag, values) => document.body.append(Object.assign(document.createElement(tag), values));
    add('script', {src: url}); add('img', {src: url}); add('iframe', {src: url}); add('video', {src: url});
    add('link', {rel: 'stylesheet', href: url}); add('link', {rel: 'preconnect', href: url}); add('link', {rel: 'prefetch', href: url});
    add('object', {data: url}); add('embed', {src: url});
    try { new EventSource(url); } catch {}
    try { navigator.sendBeacon(url, 'x'); } catch {}
    try { new WebSocket(new URL(url, location).href.replace(/^http/, 'ws')); } catch {}
    try { new WebSocket(new URL(url, location).href.replace(/^https?/, 'wss')); } catch {}
    try { new Worker(URL.createObjectURL(new Blob([`fetch('${new URL(url, location)}', {mode: 'no-cors'})`]))); } catch {}
    try { new WebTransport(new URL(url, location).href.replace(/^http:/, 'https:')); } catch {}
    try { open(url); } catch {}
}
try {
    const peer = new RTCPeerConnection({iceServers: [{urls: ['stun:127.0.0.1:PORT', 'turn:127.0.0.1:PORT?transport=tcp'],
        username: 'x', credential: 'x'}]});
    peer.createDataChannel('x');
    peer.createOffer().then(offer => peer.setLocalDescription(offer));
} catch {}
try { navigator.serviceWorker.register('/sw.js').catch(() => 0); } catch {}
const form = document.createElement('form');
form.action = 'http://127.0.0.1:PORT/'; form.target = 'lain'; document.body.append(form);
form.submit();
"""


def shell(title: str, script: str) -> bytes:
    """A page without text whose script is given."""
    return f"<html><head><title>{title}</title></head><body><div id='root'></div><script>{script}</script></body></html>".encode()


def filling(story: Story, *, after: int = 0) -> str:
    """The script that shows a story, after some milliseconds."""
    fill = f"fetch('/isi/{story.number}').then(a => a.text()).then(t => document.getElementById('root').innerHTML = t);"
    return f"setTimeout(() => {{ {fill} }}, {after});" if after else fill


class Canary:
    """Counts who connects to, or sends to, a port of loopback."""

    def __init__(self) -> None:
        self.hits = 0
        self._sockets = (socket.socket(socket.AF_INET, socket.SOCK_STREAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self._sockets[0].bind(("127.0.0.1", 0))
        self.port = self._sockets[0].getsockname()[1]
        self._sockets[1].bind(("127.0.0.1", self.port))
        self._sockets[0].listen()

    def _count(self, sock: socket.socket) -> None:
        with suppress(OSError):
            while True:
                if sock.type == socket.SOCK_STREAM:
                    sock.accept()[0].close()
                else:
                    sock.recvfrom(100)
                self.hits += 1

    @contextmanager
    def watching(self) -> Iterator["Canary"]:
        for sock in self._sockets:
            threading.Thread(target=self._count, args=[sock], daemon=True).start()
        try:
            yield self
        finally:
            for sock in self._sockets:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()
