"""The same hosts and pages as tests/faults/outlets/loopback.py; a module of their own, since a spider's name is its own in one."""

from crawler.discovery.routes import Search
from tests.faults.outlets.loopback import PORT, LoopbackSpider


class Searched(LoopbackSpider):
    """Its index shows nothing but its search does."""

    name = "kabar"


Searched.routes = (
    *Searched.routes[:1],
    Search(
        name="search",
        url=f"http://kabar.example:{PORT}/cari?q={{query}}&page={{page}}",
        queries=("korea",),
        max_pages=3,
        browser=True,
        waits_for="a[href^='/read/']",
        unproven=True,
    ),
    *Searched.routes[1:],
)


class Declared(LoopbackSpider):
    """All of its articles are shells."""

    name = "warta"
    browser = True
    waits_for = ".isi"
