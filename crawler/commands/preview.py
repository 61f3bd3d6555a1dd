"""``scrapy preview URL|FILE …``: what a crawl would make of a page, and what it would cut out of it."""

import argparse
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from scrapy import Request
from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader

from crawler import clock
from crawler.article import Candidate, Visit
from crawler.exit_codes import ExitCode, exit_on_error
from crawler.fixtures.spider import RecordingSpider, files_of, outlet_of
from crawler.jobs.startup import check, load_topics, read_only_run, set_clock
from crawler.outlet import OutletSpider
from crawler.preview.highlight import highlight_html
from crawler.preview.preview import Preview, address_in, as_row, preview, show, unavailable
from crawler.reading.page import Page
from pipelines.database.connection import ConfigurationError
from pipelines.topic import Topics


class SeveralRecordingSpider(RecordingSpider):
    """Asks for several articles of one outlet, with the outlet's delay between them."""

    candidates: Sequence[Candidate]

    async def start(self) -> AsyncIterator[Request]:
        """Yield one request an article."""
        for candidate in self.candidates:
            yield self._article_request(candidate, None if candidate.article_id else candidate.url)


class Fetched:
    """What came of asking one outlet for some articles."""

    def __init__(self, outlet: type[OutletSpider]) -> None:
        self.outlet = outlet
        self.candidates: dict[str, Candidate] = {}  # by the URL given
        self.pages: list[Page] = []
        self.visits: list[Visit] = []

    def add(self, url: str) -> None:
        """Ask for one more."""
        article_id = self.outlet.articles.article_id(url) or ""
        self.candidates[url] = Candidate(url=url, article_id=article_id, route="preview")

    def crawl(self, process: AsyncCrawlerProcess) -> None:
        """Have them fetched once the process starts."""
        wanted = {self._key(url): candidate for url, candidate in self.candidates.items()}
        process.crawl(SeveralRecordingSpider.of(self.outlet), candidates=list(wanted.values()), pages=self.pages, visits=self.visits)

    def preview(self, url: str, topics: Topics, *, generic: bool) -> Preview:
        """Return what one of the URLs comes to."""
        articles, candidate = self.outlet.articles, self.candidates[url]
        visit = next((v for v in self.visits if (v.article_id, v.url) == (candidate.article_id, articles.canonical(url))), None)
        pages = [page for page in self.pages if self._key(page.url) == self._key(url)]
        if visit is None or not pages or not 200 <= (visit.http_status or 0) < 300:
            return unavailable(url, self.outlet.name, f"cannot be had: {visit.reason if visit else 'no answer'}")
        address = visit.article.url if visit.article else url
        return preview(url, pages, address, self.outlet, topics, visit.fetched_at, generic=generic)

    def _key(self, url: str) -> str:
        return self.outlet.articles.article_id(url) or url


class Command(ScrapyCommand):
    """Shows an article as it would be stored, where each field comes from, and what was removed; stores nothing."""

    requires_project = True
    settings: Settings  # set before any method is called

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Show what a crawl would make of a page, live or in a file"

    def syntax(self) -> str:
        """Return how the command is called."""
        return "[options] URL|FILE ..."

    def long_desc(self) -> str:
        """Return what --help says."""
        return (
            "A URL is fetched as a crawl would fetch it, with its further pages. A FILE is read as it is, and with it CASE.2.html … beside"
            " CASE.html, its further pages; the page says its address itself, unless --url does. Neither needs a database."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --url, --generic, --json and --html."""
        super().add_options(parser)
        parser.add_argument("--url", metavar="URL", help="the address of the one file")
        parser.add_argument("--generic", action="store_true", help="leave the outlet's rules aside")
        parser.add_argument("--json", action="store_true", help="print one JSON object an article, for machines")
        parser.add_argument("--html", metavar="FILE", type=Path, help="write the one page with what was kept on green and removed on red")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Log warnings only, unless asked for more; nothing is archived or filed."""
        super().process_options(args, opts)
        read_only_run(self.settings, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetch or read, and show; the exit code says whether all of them are articles."""
        if not args:
            raise UsageError("name at least one URL or file", print_help=False)
        if opts.html and len(args) > 1:
            raise UsageError("--html takes one page", print_help=False)
        if opts.url and (len(args) > 1 or _is_url(args[0])):
            raise UsageError("--url is the address of one file", print_help=False)
        console = Console(width=None if os.isatty(1) else 100, highlight=False)
        with exit_on_error(self):
            check(self.settings)
            set_clock(self.settings)
            for shown in self._previews(args, opts, load_topics(self.settings)):
                if opts.json:
                    print(json.dumps(as_row(shown), ensure_ascii=False))
                else:
                    show(shown, console)
                if opts.html:
                    _write(opts.html, highlight_html(shown.url, shown.pages, shown.reading))
                    sys.stderr.write(f"marked in {opts.html}\n")
                if not shown.article:
                    self.exitcode = ExitCode.DEGRADED

    def _previews(self, args: Sequence[str], opts: argparse.Namespace, topics: Topics) -> Iterator[Preview]:
        spiders = get_spider_loader(self.settings)
        files = {arg: _pages_of(Path(arg)) for arg in args if not _is_url(arg)}
        further = {path for paths in files.values() for path in paths[1:]}
        fetched = self._fetched([arg for arg in args if _is_url(arg)], spiders)
        now = clock.now()
        for arg in dict.fromkeys(args):
            if arg in fetched:
                yield fetched[arg].preview(arg, topics, generic=opts.generic)
            elif Path(arg) not in further:
                yield _preview_file(files[arg], opts, topics, spiders, now)

    def _fetched(self, urls: Sequence[str], spiders: SpiderLoaderProtocol) -> dict[str, Fetched]:
        """Fetch the URLs, all at the same time but those of one outlet one after another."""
        outlets: dict[str, Fetched] = {}
        fetched: dict[str, Fetched] = {}
        for url in urls:
            outlet = outlet_of(url, spiders)
            if outlet is None:
                raise ConfigurationError(f"{url} is no address of an outlet; scrapy list names them")
            fetched[url] = outlets.setdefault(outlet.name, Fetched(outlet))
            fetched[url].add(url)
        if outlets:
            process = self.crawler_process
            assert isinstance(process, AsyncCrawlerProcess)
            for outlet_fetched in outlets.values():
                outlet_fetched.crawl(process)
            process.start()
        return fetched


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _pages_of(path: Path) -> list[Path]:
    """The file, and the further pages that lie beside it."""
    if not path.is_file():
        raise ConfigurationError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; name files, or URLs with https://")
    return [path, *sorted(each for each in files_of(path.parent, path.stem) if each.suffix == ".html" and each != path)]


def _preview_file(paths: Sequence[Path], opts: argparse.Namespace, topics: Topics, spiders: SpiderLoaderProtocol, now: datetime) -> Preview:
    try:
        contents = [path.read_bytes() for path in paths]
    except OSError as error:
        raise ConfigurationError(f"cannot read {error.filename}: {error.strerror}") from None
    # without any address the file's own: the reader refuses what stands at the root of a host
    url = opts.url or address_in(Page(contents[0], "")) or paths[0].absolute().as_uri()
    pages = (Page(content, url) for content in contents)
    return preview(paths[0].stem, pages, url, outlet_of(url, spiders), topics, now, generic=opts.generic)


def _write(path: Path, html: str) -> None:
    try:
        path.write_text(html, "utf-8", "replace")
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error.strerror}") from None
