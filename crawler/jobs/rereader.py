"""Reads an outlet's archived pages again, without the network."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings, Settings
from scrapy.statscollectors import StatsCollector
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.article import Candidate, Original, Visit
from crawler.browser import DOCUMENT, RENDERED
from crawler.extensions.archive import archive_dir
from crawler.extensions.records import Record, http_of, record_at, records
from crawler.extensions.warc import OPEN, decode, is_of_a_year
from crawler.outlet import OutletSpider
from crawler.urls import ArticleUrls
from pipelines.near_duplicates import NearDuplicatesPipeline
from pipelines.store import StorePipeline

_NOT_THERE = frozenset({404, 410})  # a further page that is not there is known to be so


class Place(NamedTuple):
    """Where an answer stands."""

    path: Path
    start: int  # byte
    date: datetime  # of the answer, aware
    status: int


Places = dict[tuple[str, bool], Place]  # of an article's answers, by URL and whether it is what a browser made of it


class ArchivedPage(NamedTuple):
    """An article as one recording has it."""

    article_id: str
    url: str  # of its first page
    recording: str  # name of the WARC file that it was recorded in, wherever it lies now
    places: Places

    @property
    def date(self) -> datetime:
        """When its first page was fetched."""
        return self.places[self.url, False].date

    @property
    def position(self) -> tuple[datetime, str]:
        """Where it stands in the order of reading."""
        return self.date, self.article_id


class ArchivedPages:
    """What an outlet's archive on this host has of its articles: of each the latest answer that is of use.

    ``recordings``: the names of all recordings that something is left of.
    """

    def __init__(self, outlet: type[OutletSpider], settings: BaseSettings) -> None:
        self.recordings: set[str] = set()
        self.latest: dict[str, ArchivedPage] = {}  # by article id
        folder = archive_dir(settings) / outlet.name
        paths = [*folder.glob("*.warc.gz"), *folder.glob(f"*.warc.gz{OPEN}")] if settings["ARCHIVE_DIR"] else []
        for path in sorted(paths):
            for page in pages_in(path, outlet.articles, self.recordings):
                known = self.latest.get(page.article_id)
                if known is None or known.date < page.date:
                    self.latest[page.article_id] = page

    def in_order(self, since: datetime | None) -> list[ArchivedPage]:
        """Return those fetched from ``since`` on, the earliest first."""
        pages = [page for page in self.latest.values() if since is None or page.date >= since]
        return sorted(pages, key=attrgetter("position"))


def pages_in(path: Path, articles: ArticleUrls, recordings: set[str]) -> list[ArchivedPage]:
    """Return each article of a recording, or of a year's file; add the names of the recordings there to ``recordings``."""
    name = path.name.removesuffix(OPEN)
    found: dict[tuple[str, str], Places] = {}
    for record in records(path):
        if record.kind == "warcinfo" and is_of_a_year(path):
            name = record.header("WARC-Filename") or name
        recordings.add(name)
        is_rendered = record.kind == "conversion"
        url = record.header("WARC-Refers-To-Target-URI" if is_rendered else "WARC-Target-URI") or ""
        if (article_id := articles.article_id(url)) and record.kind in {"response", "conversion"}:
            with suppress(ValueError):  # cut off
                found.setdefault((name, article_id), {})[url, is_rendered] = place_of(path, record)
    return [page for (name, article_id), places in found.items() if (page := page_of(article_id, name, places, articles))]


def page_of(article_id: str, recording: str, places: Places, articles: ArticleUrls) -> ArchivedPage | None:
    """Return an article with the places of all answers under its addresses; None where none of them is of use."""
    urls = [url for (url, is_rendered), place in places.items() if place.status == 200 and not is_rendered]
    first = next((url for url in urls if url == articles.fetch_url(url)), urls[0] if urls else None)
    return ArchivedPage(article_id, first, recording, places) if first else None


def place_of(path: Path, record: Record) -> Place:
    """Return where a record stands. Raises ValueError for one that cannot be read."""
    status = 200 if record.kind == "conversion" else http_of(record.content()).status
    return Place(path, record.start, datetime.fromisoformat(record.header("WARC-Date") or "").astimezone(UTC), status)


class Rereader:
    """Reads an outlet's archived pages as a crawl would: its spider's own code, then every pipeline but the store."""

    def __init__(self, outlet: type[OutletSpider], settings: Settings, identify: Callable[[str], Original | None]) -> None:
        self._crawler = Crawler(outlet, settings.copy())
        self._crawler.stats = StatsCollector(self._crawler)
        self.settings = self._crawler.settings
        self.spider, self._story_spider = outlet(identify=identify), outlet(identify=identify)
        self._story_spider.story_only = True
        components = build_component_list(self.settings.get_component_priority_dict_with_base("ITEM_PIPELINES"))
        self._pipelines = [pipeline for pipeline in map(load_object, components) if pipeline is not StorePipeline]
        self._limit = self.settings.getint("DOWNLOAD_MAXSIZE")

    def archived(self) -> ArchivedPages:
        """Return what there is to read."""
        return ArchivedPages(type(self.spider), self.settings)

    def visits(self, pages: Iterable[ArchivedPage], route: str, whole: Collection[str] | None = None) -> list[Visit | None]:
        """Return how a visit to each page ends; None where the archive lacks one of its further pages. Bodies that repeat are refused.

        ``whole``: the ids of the articles of which everything is wanted (None: of all). Of the others, those off topic have no more than
        their story, and no fingerprint.
        """
        pipelines = [build_from_crawler(pipeline, self._crawler) for pipeline in self._pipelines]
        of_stories = [pipeline for pipeline in pipelines if not isinstance(pipeline, NearDuplicatesPipeline)]

        def read(page: ArchivedPage) -> Visit | None:
            if whole is not None and page.article_id not in whole:
                visit = self._visit(page, route, self._story_spider, of_stories)
                if visit is None or visit.article is None or (visit.verdicts and not visit.is_on_topic):
                    return visit  # of bodies that repeat, which have no verdicts, the time of publication decides
            return self._visit(page, route, self.spider, pipelines)

        return [read(page) for page in pages]

    def _visit(self, page: ArchivedPage, route: str, spider: OutletSpider, pipelines: Iterable[Any]) -> Visit | None:
        visit = self.visit(page, route, spider)
        for pipeline in pipelines if visit else ():
            pipeline.process_item(visit)
        return visit

    def visit(self, page: ArchivedPage, route: str, spider: OutletSpider | None = None) -> Visit | None:
        """Return how a visit to the page ends before any pipeline; None where the archive lacks one of its further pages."""
        spider = spider or self.spider
        candidate = Candidate(url=page.url, article_id=page.article_id, route=route)
        response = self._answer(Request(page.url), page)
        results = spider.parse_article(response, candidate) if response else iter(())
        while (result := next(results, None)) is not None:
            if isinstance(result, Visit):
                return result
            response = self._answer(result, page)  # the request for the article's next page, or for its rendering
            results = spider.parse_article(response, **result.cb_kwargs) if response else iter(())
        return None

    def _answer(self, request: Request, page: ArchivedPage) -> Response | None:
        is_rendering = DOCUMENT in request.meta
        place = page.places.get((request.url, is_rendering))
        if place is None or place.status not in {200, *request.meta.get("handle_httpstatus_list", ())}:
            return None
        request.meta.update(archive_file=page.recording, fetched_at=place.date)
        with place.path.open("rb") as file:
            record = record_at(file, place.start)
            content = record.content()
        if is_rendering:
            url, headers = record.header("WARC-Target-URI") or request.url, {"Content-Type": record.header("Content-Type")}
            return Response(url, headers=headers, body=content, request=request, flags=[RENDERED])
        answer = http_of(content)
        body = decode(answer.body, answer.encodings, self._limit)
        if answer.body and not body:
            return None  # larger than DOWNLOAD_MAXSIZE, which has been lowered since
        return Response(request.url, status=answer.status, headers=answer.headers, body=body, request=request)
