"""How an outlet's pages are got before it has a spider: from its site, as a crawl would, or from saved files."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.outlet import OutletSpider, encoding_of
from crawler.preview.preview import address_in
from crawler.proposals.investigation import Findings, Get, NothingFoundError, Served, investigate
from crawler.reading.page import Page
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class InvestigatingSpider(OutletSpider):
    """Goes to one site only, with the delays and the robots.txt of a crawl, one request after another."""

    pasted: Sequence[str]
    now: datetime
    findings: list[Findings]  # filled when it is done
    reasons: list[str]  # why nothing was found
    answers: dict[str, Served | None]
    refusals: dict[str, str]  # why an address was not had

    @classmethod
    def of(cls, domain: str) -> type[OutletSpider]:
        """Return the spider for a domain and its subdomains."""
        declared = {
            "name": "genspider",
            "title": domain,
            "home": f"https://{domain}/",
            "allowed_domains": (domain,),
            "articles": ArticleUrls(pattern=r"(?P<id>\S{2001})"),
            "routes": (),
            "page": PageRules(body=()),
        }
        return type("InvestigatingSpider", (cls,), declared)

    async def start(self) -> AsyncIterator[Request]:
        """Investigate; no request is left to the engine."""
        try:
            self.findings.append(await investigate(self.pasted, self.get, self.now))
        except NothingFoundError as error:
            refusals = [f"{url}: {reason}" for url, reason in self.refusals.items()]
            self.reasons.append("; ".join([str(error), *refusals[:3]]))
        return
        yield  # an asynchronous generator, as Scrapy asks for

    async def get(self, url: str) -> Served | None:
        """What an address answers with 200; each is asked for once."""
        if url not in self.answers:
            self.answers[url] = await self._download(url)
        return self.answers[url]

    async def _download(self, url: str) -> Served | None:
        assert self.crawler.engine is not None
        try:
            response: Response = await self.crawler.engine.download_async(Request(url, dont_filter=True))
        except Exception as error:  # noqa: BLE001 - whatever a site does, the rest is looked at
            self.refusals[url] = str(error) if isinstance(error, IgnoreRequest) else f"{type(error).__name__}: {error}"
            return None
        if response.status == 200:
            return Served(response.url, response.body, encoding_of(response))
        self.refusals[url] = f"HTTP {response.status}"
        return None


def investigate_files(paths: Sequence[Path], now: datetime) -> Findings:
    """Look at saved pages, by the addresses that they give themselves. Raises NothingFoundError, OSError."""
    contents = {path: path.read_bytes() for path in paths}
    addresses = {path: address_in(Page(content, "")) for path, content in contents.items()}
    if nameless := [str(path) for path, address in addresses.items() if not address]:
        raise NothingFoundError(f"{', '.join(nameless)} names no address of its own (rel=canonical, og:url)")
    served = {str(addresses[path]): Served(str(addresses[path]), content) for path, content in contents.items()}

    return asyncio.run(investigate([*served], _of_files(served), now))


def _of_files(served: Mapping[str, Served]) -> Get:
    by_address = {url.rstrip("/"): each for url, each in served.items()}

    async def get(url: str) -> Served | None:
        return by_address.get(url.rstrip("/"))

    return get
