"""Outlets on loopback: their names lead to this machine, at the port that LOOPBACK_PORT names; with LOOPBACK_OFFLINE they lead nowhere.

LOOPBACK_AHEAD: seconds that this machine's clock is ahead of its database's.
"""

import os
import re
import socket
from datetime import UTC, datetime, timedelta

from crawler import clock
from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import DateIndex
from crawler.middlewares.destination_guard import DestinationGuard
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls

PORT = int(os.environ.get("LOOPBACK_PORT", "0"))
OFFLINE = bool(os.environ.get("LOOPBACK_OFFLINE"))

DestinationGuard.ports |= {PORT}

if AHEAD := float(os.environ.get("LOOPBACK_AHEAD", "0")):
    clock.now = lambda: datetime.now(UTC) + timedelta(seconds=AHEAD)


def _lookup(name: str, *_: object, **__: object) -> str:
    if OFFLINE or not name.endswith(".example"):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    return "127.0.0.1"


def _look_up_all(name: str, *_: object, **__: object) -> list[object]:
    return [_lookup(name)]


if PORT:  # in a crawl's process, not where a test only reads the declarations
    socket.gethostbyname = _lookup
    socket.getaddrinfo = _look_up_all  # type: ignore[assignment]


class LoopbackUrls(ArticleUrls):
    """Canonical URLs are https without a port; what is asked is the press."""

    def fetch_url(self, url: str) -> str:
        return re.sub(r"https?://([\w.]+)(:\d+)?", rf"http://\1:{PORT}", url)


class LoopbackSpider(OutletSpider):
    """A feed of the newest and an index of days."""

    page = PageRules(body=(".isi",), authors=(".penulis",))

    def __init_subclass__(cls) -> None:
        home = f"http://{cls.name}.example:{PORT}"
        cls.title, cls.home, cls.allowed_domains = cls.name.title(), f"{home}/", (f"{cls.name}.example",)
        cls.articles = LoopbackUrls(pattern=rf"https?://{cls.name}\.example(:\d+)?/read/(?P<id>\d+)")
        if "routes" not in vars(cls):
            cls.routes = (Feed(name="feed", url=f"{home}/rss"), DateIndex(name="index", url=f"{home}/index/{{date:%Y-%m-%d}}"))


class KabarSpider(LoopbackSpider):
    """The first."""

    name = "kabar"


class WartaSpider(LoopbackSpider):
    """The second."""

    name = "warta"


class PetaSpider(LoopbackSpider):
    """One whose map of the site names maps."""

    name = "peta"
    routes = (NewsSitemap(name="sitemap", url=f"http://peta.example:{PORT}/peta/0.xml", children="."),)
