"""Reads an outlet's archived pages again, without the network."""

from collections.abc import Callable
from glob import escape

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import StatsCollector
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.article import Candidate, Original, Visit
from crawler.extensions.archive import WarcReplayer, archive_dir
from crawler.extensions.warc import OPEN, year_file
from crawler.outlet import OutletSpider
from pipelines.database.verdicts import ClassifiedPage
from pipelines.store import StorePipeline


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
        """Return the archived answers of one run, or what is kept of them in the year's file; None where they are gone."""
        if not archive_file or not self.settings["ARCHIVE_DIR"]:
            return None
        path = archive_dir(self.settings) / self.spider.name / archive_file
        for file, name in ((path, None), (path.with_name(f"{archive_file}{OPEN}"), None), (year_file(path), archive_file)):
            if file.is_file():
                settings = self.settings.copy()
                settings.set("ARCHIVE_REPLAY", escape(str(file.absolute())))
                return WarcReplayer(settings, name)
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
        if response is None or response.status not in {200, *request.meta.get("handle_httpstatus_list", ())}:
            return None
        try:
            answer = self._decompression.process_response(request, response)
        except IgnoreRequest:  # larger than DOWNLOAD_MAXSIZE, which has been lowered since
            return None
        assert isinstance(answer, Response)
        return answer.replace(request=request)
