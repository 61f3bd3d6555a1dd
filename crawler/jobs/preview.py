"""Reads articles and lists as a crawl would, live or from files, without storing them: what `scrapy preview` does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings

from crawler import clock
from crawler.article import Candidate, Visit
from crawler.fixtures.spider import RecordingSpider, files_of
from crawler.jobs.startup import load_topics
from crawler.jobs.stopping import run_crawls
from crawler.outlet import OutletSpider, encoding_of, fetched_at_of
from crawler.outlets import Outlets
from crawler.preview.listing import ListPreview, ListSpider, read_list, route_of, unavailable_list
from crawler.preview.preview import Preview, address_in, preview, unavailable
from crawler.reading.page import Page
from pipelines.database.errors import ConfigurationError


def previews(
    args: Sequence[str], settings: Settings, outlets: Outlets, address: str | None, *, generic: bool, browser: bool = False
) -> Iterator[Preview]:
    """Yield a preview of each article, in the order in which URLs and files are given.

    ``address``: the URL of the one file. ``generic`` leaves the outlets' rules aside. ``browser``: read as if each outlet declared that
    its pages need one. Raises ConfigurationError.
    """
    topics = load_topics(settings)
    files = {arg: _pages_of(Path(arg)) for arg in args if not is_url(arg)}
    further = {path for paths in files.values() for path in paths[1:]}
    owners = {arg: outlets.owner(arg) for arg in args if is_url(arg)}
    fetched, visits = _fetch(owners, settings, {"browser": True} if browser else {}) if owners else ([], {})
    now = clock.now()
    for arg in dict.fromkeys(args):
        if outlet := owners.get(arg):
            visit = visits.get(outlet.articles.canonical(arg))
            pages = [page for page in fetched if _key(outlet, page.url) == _key(outlet, arg)]
            if visit and pages and 200 <= (visit.http_status or 0) < 300:
                url = visit.article.url if visit.article else arg
                yield preview(arg, pages, url, outlet, topics, visit.fetched_at, generic=generic)
            else:
                yield unavailable(arg, outlet.name, f"cannot be had: {visit.reason if visit else 'no answer'}")
        elif Path(arg) not in further:
            contents = _read(files[arg])
            # without any address the file's own: the reader refuses what stands at the root of a host
            url = address or address_in(Page(contents[0], "")) or Path(arg).absolute().as_uri()
            parsed_later = (Page(content, url) for content in contents)
            yield preview(Path(arg).stem, parsed_later, url, outlets.outlet_of(url), topics, now, generic=generic)


def list_preview(arg: str, kind: str, settings: Settings, outlets: Outlets, address: str | None, *, browser: bool = False) -> ListPreview:
    """Return what a list comes to that is read as of this kind. ``address``: the URL of a file. Raises ConfigurationError.

    ``browser``: read as if its route declared that it needs one.
    """
    may_be_relevant = load_topics(settings).may_be_relevant
    if address is not None:
        (content,) = _read(_pages_of(Path(arg))[:1])
        outlet = outlets.outlet_of(address)
        return read_list(route_of(kind, address, outlet), content, address, outlet, may_be_relevant, fetched_at=clock.now())
    owner, answers = outlets.owner(arg), list[Response | str]()
    route = route_of(kind, arg, owner)
    route = replace(route, browser=True) if browser else route
    process = AsyncCrawlerProcess(settings)
    process.crawl(ListSpider.of(owner, route), url=arg, answers=answers)
    run_crawls(process)
    answer = next(iter(answers), "no answer")
    if isinstance(answer, str):
        return unavailable_list(arg, owner, f"cannot be had: {answer}")
    fetched_at, encoding = fetched_at_of(answer), encoding_of(answer)
    return read_list(route, answer.body, answer.url, owner, may_be_relevant, fetched_at=fetched_at, encoding=encoding)


def _fetch(
    owners: Mapping[str, type[OutletSpider]], settings: Settings, declared: Mapping[str, Any]
) -> tuple[list[Page], dict[str, Visit]]:
    """Return the pages at some URLs and the visits to them, by canonical URL.

    They are fetched at the same time, but those of one outlet one after another.
    """
    pages, visits = list[Page](), list[Visit]()
    process = AsyncCrawlerProcess(settings)
    for outlet in dict.fromkeys(owners.values()):
        urls = {_key(outlet, url): url for url, owner in owners.items() if owner is outlet}.values()
        candidates = [Candidate(url=url, article_id=outlet.articles.article_id(url) or "", route="preview") for url in urls]
        process.crawl(RecordingSpider.of(outlet, **declared), candidates=candidates, pages=pages, visits=visits)
    run_crawls(process)
    return pages, {visit.url: visit for visit in visits}


def _key(outlet: type[OutletSpider], url: str) -> str:
    return outlet.articles.article_id(url) or url


def is_url(text: str) -> bool:
    """Return whether an argument is a URL and not a file."""
    return text.startswith(("http://", "https://"))


def _pages_of(path: Path) -> list[Path]:
    """The file, and the further pages that lie beside it."""
    if not path.is_file():
        raise ConfigurationError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; name files, or URLs with https://")
    return [path, *sorted(each for each in files_of(path.parent, path.stem) if each.suffix == ".html" and each != path)]


def _read(paths: Sequence[Path]) -> list[bytes]:
    try:
        return [path.read_bytes() for path in paths]
    except OSError as error:
        raise ConfigurationError(f"cannot read {error.filename}: {error.strerror}") from None
