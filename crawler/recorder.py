"""How `scrapy record` gets one article's pages through an outlet's own spider, and where it puts the fixture made of them."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spiderloader import SpiderLoaderProtocol
from twisted.python.failure import Failure

from crawler.article import Candidate, Visit
from crawler.fixture import CannotRecord, Fixture
from crawler.outlet import OutletSpider, encoding_of
from crawler.reading.page import Page


class Recorder(OutletSpider):
    """Mixed into an outlet's spider: asks for one article, all its pages, as that spider would, and for nothing else."""

    candidate: Candidate  # article_id is empty where the URL is no article's: then it is asked for as given
    pages: list[Page]  # filled in the order of the answers
    visits: list[Visit]  # filled with the one visit

    @classmethod
    def of(cls, outlet: type[OutletSpider]) -> type[OutletSpider]:
        """Return the outlet's spider with its own user agent, delay and hosts, that records."""
        return type(outlet.__name__, (cls, outlet), {})

    async def start(self) -> AsyncIterator[Request]:
        """Yield the one request."""
        yield self._article_request(self.candidate, None if self.candidate.article_id else self.candidate.url)

    def parse_article(
        self, response: Response, candidate: Candidate, pages: tuple[Page, ...] = (), left: Sequence[str] = ()
    ) -> Iterator[Request | Visit]:
        """Keep each page as fetched, and the visit; yield the request for the next page."""
        self.pages.append(Page(response.body, response.url, encoding=encoding_of(response)))
        yield from self._kept(super().parse_article(response, candidate, pages, left))

    def article_failed(self, failure: Failure) -> Iterator[Visit]:
        """Keep the visit that says why a page could not be had."""
        yield from self._kept(super().article_failed(failure))

    def _kept(self, results: Iterator[Any]) -> Iterator[Any]:
        for result in results:
            if isinstance(result, Visit):
                self.visits.append(result)
            else:
                yield result


def recorded(visits: Sequence[Visit], pages: Sequence[Page], candidate: Candidate, outlet: type[OutletSpider]) -> Visit:
    """Return the visit that got the candidate's pages. Raises CannotRecord when they could not be had or are another article's."""
    if not visits or not pages or not 200 <= (visits[-1].http_status or 0) < 300:
        raise CannotRecord(f"{candidate.url} cannot be had: {visits[-1].reason if visits else 'no answer'}")
    if candidate.article_id and outlet.articles.article_id(pages[-1].url) != candidate.article_id:
        raise CannotRecord(f"{candidate.url} leads to {pages[-1].url}: record that instead")
    return visits[-1]


def outlet_of(url: str, spiders: SpiderLoaderProtocol) -> type[OutletSpider] | None:
    """Return the spider whose article this is, or else the one whose host it is."""
    host = urlsplit(url).hostname or ""
    outlets = [spider for name in sorted(spiders.list()) if issubclass(spider := spiders.load(name), OutletSpider)]
    articles = (outlet for outlet in outlets if outlet.articles.article_id(url) is not None)
    hosts = (outlet for outlet in outlets if any(f".{host}".endswith(f".{domain}") for domain in outlet.allowed_domains or ()))
    return next(articles, None) or next(hosts, None)


def files_of(folder: Path, case: str) -> set[Path]:
    """Return the files of a case that exist: CASE.html, CASE.2.html …, CASE.json."""
    return {path for path in folder.glob(f"{case}.*") if re.fullmatch(r"(?:\.\d+)?\.html|\.json", path.name.removeprefix(case))}


def write(fixture: Fixture, folder: Path, case: str) -> list[Path]:
    """Write a case's files, the JSON last, each whole or not at all; remove what an older case of this name leaves; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    digits = len(str(len(fixture.pages)))  # the test sorts by name
    further = [f"{case}.{number:0{digits}}.html" for number in range(2, len(fixture.pages) + 1)]
    paths = [folder / name for name in (f"{case}.html", *further, f"{case}.json")]
    contents = [*fixture.pages, json.dumps(fixture.case, indent=2, ensure_ascii=False) + "\n"]
    partial = [path.with_name(f".{path.name}.partial") for path in paths]
    try:
        for path, content in zip(partial, contents, strict=True):
            path.write_text(content, "utf-8")
        for path, final in zip(partial, paths, strict=True):
            path.replace(final)
    finally:
        for path in partial:
            path.unlink(missing_ok=True)
    for path in files_of(folder, case) - set(paths):
        path.unlink()
    return paths
