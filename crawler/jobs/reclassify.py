"""Classifies again what is stored and archived, without the network: what `scrapy reclassify` does to one outlet.

An article is classified by its stored text. A page off topic has none: its archived answers go through its outlet's spider and through the
pipelines, as in a crawl, so that a story that now belongs comes in whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from glob import escape
from itertools import groupby

import psycopg
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import StatsCollector
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import build_from_crawler, load_object

from crawler import clock
from crawler.article import ARTICLE_BANDS, Candidate, Original, Verdict, Visit
from crawler.extensions.archive import OPEN, WarcReplayer, archive_dir
from crawler.outlet import OutletSpider
from pipelines.database import originals
from pipelines.database.verdicts import ClassifiedPage, replace_verdicts, text_of
from pipelines.database.visits import record
from pipelines.store import StorePipeline
from pipelines.topic import Topics


class End(StrEnum):
    """What classifying a page again by one topic came to."""

    SAME = "unchanged"
    NEWLY_CLASSIFIED = "with another verdict"  # that changes nothing for those who read stories
    CAME_IN = "came in"
    WENT_OUT = "went out"
    NOT_ARCHIVED = "not in the archive (any more)"
    UNREADABLE = "archived, but no article to today's rules"
    UNSTORABLE = "that now belong, but hold what the database has no room for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassified:
    """A page, and what classifying it again by one topic came to."""

    page: ClassifiedPage
    end: End
    verdict: Verdict | None = None  # None where no topic was asked
    headline: str | None = None


class Rereader:
    """Reads an outlet's archived pages as a crawl would: its spider's own code, then every pipeline but the store."""

    def __init__(self, outlet: type[OutletSpider], settings: Settings, identify: Callable[[str], Original | None]) -> None:
        crawler = Crawler(outlet, settings.copy())
        crawler.stats = StatsCollector(crawler)
        components = build_component_list(crawler.settings.get_component_priority_dict_with_base("ITEM_PIPELINES"))
        pipelines = [pipeline for pipeline in map(load_object, components) if pipeline is not StorePipeline]
        self.settings = crawler.settings
        self.spider = outlet(identify=identify)
        self._decompression = HttpCompressionMiddleware.from_crawler(crawler)
        self._pipelines = [build_from_crawler(pipeline, crawler) for pipeline in pipelines]

    def open(self, archive_file: str | None) -> WarcReplayer | None:
        """Return the archived answers of one run; None where they are gone."""
        folder = archive_dir(self.settings) / self.spider.name
        names = (archive_file, f"{archive_file}{OPEN}") if archive_file and self.settings["ARCHIVE_DIR"] else ()
        for path in (folder / name for name in names):
            if path.is_file():
                settings = self.settings.copy()
                settings.set("ARCHIVE_REPLAY", escape(str(path.absolute())))
                return WarcReplayer(settings)
        return None

    def visit(self, page: ClassifiedPage, archive: WarcReplayer) -> Visit | None:
        """Return how a visit to the page as archived ends; None where the archive lacks it or one of its further pages."""
        candidate = Candidate(url=page.url, article_id=page.article_id, route=page.route or "reclassify")
        urls = [url for url in (page.url, *page.aliases) if self.spider.articles.article_id(url) == page.article_id]
        requests = (Request(url) for url in dict.fromkeys([*map(self.spider.articles.fetch_url, urls), *urls]))
        response = next((answer for request in requests if (answer := self._answer(request, archive))), None)
        results = self.spider.parse_article(response, candidate) if response else iter(())
        while (result := next(results, None)) is not None:
            if isinstance(result, Visit):
                for pipeline in self._pipelines:
                    pipeline.process_item(result)
                return result
            response = self._answer(result, archive)  # the request for the article's next page
            results = self.spider.parse_article(response, **result.cb_kwargs) if response else iter(())
        return None

    def _answer(self, request: Request, archive: WarcReplayer) -> Response | None:
        response = archive.retrieve_response(self.spider, request)
        if response is None or response.status != 200:
            return None
        try:
            answer = self._decompression.process_response(request, response)
        except IgnoreRequest:  # larger than DOWNLOAD_MAXSIZE, which has been lowered since
            return None
        assert isinstance(answer, Response)
        return answer.replace(request=request)


def reclassify(
    connection: psycopg.Connection, pages: list[ClassifiedPage], topics: Topics, rereader: Rereader | None, *, dry_run: bool
) -> Iterator[list[Reclassified]]:
    """Classify an outlet's pages again, each in a transaction of its own, and yield what came of each, topic by topic.

    ``pages`` come by archive file. ``rereader`` is None for an outlet that no spider knows any more. Nothing is written in a dry run.
    """
    for page in (page for page in pages if page.headline is not None):
        headline, body = text_of(connection, page.page_id)
        yield _replace(connection, page, topics.classify(headline, body), headline, dry_run=dry_run)
    for archive_file, group in groupby((page for page in pages if page.headline is None), key=lambda page: page.archive_file):
        archive = rereader.open(archive_file) if rereader else None
        for page in group:
            visit = rereader.visit(page, archive) if rereader and archive else None
            if visit is None:
                yield [Reclassified(page=page, end=End.NOT_ARCHIVED)]
            elif visit.article is None or not visit.verdicts:
                yield [Reclassified(page=page, end=End.UNREADABLE)]
            elif not visit.is_on_topic or (visit.original and originals.is_read(connection, visit.original)):
                yield _replace(connection, page, visit.verdicts, visit.article.headline, dry_run=dry_run)
            elif dry_run or _is_stored(connection, visit):
                yield [_compare(page, verdict, visit.article.headline, has_text=True) for verdict in visit.verdicts.values()]
            else:
                yield [Reclassified(page=page, end=End.UNSTORABLE)]


def _is_stored(connection: psycopg.Connection, visit: Visit) -> bool:
    try:
        record(connection, visit)
    except (psycopg.DataError, psycopg.IntegrityError, ValueError):
        return False
    return True


def _replace(
    connection: psycopg.Connection, page: ClassifiedPage, verdicts: Mapping[str, Verdict], headline: str, *, dry_run: bool
) -> list[Reclassified]:
    if not dry_run:
        replace_verdicts(connection, page.page_id, verdicts.values(), clock.now())
    return [_compare(page, verdict, headline, has_text=page.headline is not None) for verdict in verdicts.values()]


def _compare(page: ClassifiedPage, verdict: Verdict, headline: str, *, has_text: bool) -> Reclassified:
    before = page.verdicts.get(verdict.topic)
    is_same = before is not None and (before.score, before.band, before.rule_version) == (verdict.score, verdict.band, verdict.rule_version)
    end = End.SAME if is_same else End.NEWLY_CLASSIFIED
    is_shown = has_text and not page.superseded and verdict.band in ARTICLE_BANDS
    if is_shown != page.is_shown(verdict.topic):
        end = End.CAME_IN if is_shown else End.WENT_OUT
    return Reclassified(page=page, end=end, verdict=verdict, headline=headline)
