"""Reads articles as a crawl would, live or from files, without storing them: what `scrapy preview` does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import clock
from crawler.article import Candidate, Visit
from crawler.fixtures.spider import RecordingSpider, files_of
from crawler.jobs.startup import load_topics
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from crawler.preview.preview import Preview, address_in, preview, unavailable
from crawler.reading.page import Page
from pipelines.database.errors import ConfigurationError
from pipelines.topic import Topics


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
        process.crawl(RecordingSpider.of(self.outlet), candidates=list(wanted.values()), pages=self.pages, visits=self.visits)

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


@dataclass(frozen=True)
class Previews:
    """Makes previews of URLs and files. ``address``: the URL of the one file; ``generic``: leave the outlet's rules aside."""

    settings: Settings
    outlets: Outlets
    address: str | None = None
    generic: bool = False

    def make(self, args: Sequence[str]) -> Iterator[Preview]:
        """Yield one an article, in the order given. Raises ConfigurationError."""
        topics = load_topics(self.settings)
        files = {arg: _pages_of(Path(arg)) for arg in args if not is_url(arg)}
        further = {path for paths in files.values() for path in paths[1:]}
        fetched = self._fetch([arg for arg in args if is_url(arg)])
        now = clock.now()
        for arg in dict.fromkeys(args):
            if arg in fetched:
                yield fetched[arg].preview(arg, topics, generic=self.generic)
            elif Path(arg) not in further:
                yield self._read_file(files[arg], topics, now)

    def _fetch(self, urls: Sequence[str]) -> dict[str, Fetched]:
        """Fetch the URLs, all at the same time but those of one outlet one after another."""
        by_outlet: dict[str, Fetched] = {}
        fetched: dict[str, Fetched] = {}
        for url in urls:
            outlet = self.outlets.owner(url)
            fetched[url] = by_outlet.setdefault(outlet.name, Fetched(outlet))
            fetched[url].add(url)
        if by_outlet:
            process = AsyncCrawlerProcess(self.settings)
            for each in by_outlet.values():
                each.crawl(process)
            process.start()
        return fetched

    def _read_file(self, paths: Sequence[Path], topics: Topics, now: datetime) -> Preview:
        try:
            contents = [path.read_bytes() for path in paths]
        except OSError as error:
            raise ConfigurationError(f"cannot read {error.filename}: {error.strerror}") from None
        # without any address the file's own: the reader refuses what stands at the root of a host
        url = self.address or address_in(Page(contents[0], "")) or paths[0].absolute().as_uri()
        pages = (Page(content, url) for content in contents)
        return preview(paths[0].stem, pages, url, self.outlets.outlet_of(url), topics, now, generic=self.generic)


def is_url(text: str) -> bool:
    """Return whether an argument is a URL and not a file."""
    return text.startswith(("http://", "https://"))


def _pages_of(path: Path) -> list[Path]:
    """The file, and the further pages that lie beside it."""
    if not path.is_file():
        raise ConfigurationError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; name files, or URLs with https://")
    return [path, *sorted(each for each in files_of(path.parent, path.stem) if each.suffix == ".html" and each != path)]
