"""``scrapy record URL [CASE]``: a live page becomes a fixture, its structure kept, its words invented."""

import argparse
import re
import sys
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from crawler.article import Candidate, Visit
from crawler.exit_codes import ExitCode
from crawler.jobs.command import ReadOnlyCommand, report_write_errors
from crawler.jobs.startup import data_dir, set_clock
from crawler.jobs.stopping import run_crawls
from pipelines.database.errors import ConfigurationError

PAGES = Path(__file__).parents[2] / "tests" / "pages"


class Command(ReadOnlyCommand):
    """Saves what one URL answers as tests/pages/OUTLET/CASE.html, CASE.2.html … and CASE.json."""

    summary = "Save a page as a fixture: its structure kept, its words invented"
    usage = "[options] URL [CASE]"
    is_private = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --into and --force."""
        super().add_options(parser)
        parser.add_argument("--into", metavar="DIR", type=Path, default=PAGES, help="where OUTLET/CASE.html goes (default: tests/pages)")
        parser.add_argument("--force", action="store_true", help="overwrite a case of this name")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetch, invent, check and write; print what to look at."""
        from crawler.fixtures.fixture import CannotRecord

        if len(args) not in {1, 2} or not re.fullmatch(r"[\w-]*", "".join(args[1:])):
            raise UsageError("name one URL and, if you like, a case: letters, digits, _ and -")
        set_clock(self.settings)
        try:
            self._record(args[0], "".join(args[1:]), opts)
        except CannotRecord as error:
            self.exitcode = ExitCode.DEGRADED
            sys.stderr.write(f"poros: {error}\n")

    def _record(self, url: str, case: str, opts: argparse.Namespace) -> None:
        from crawler.fixtures.fixture import make_fixture
        from crawler.fixtures.spider import RecordingSpider, files_of, keep_original, recorded_visit, write
        from crawler.reading.page import Page

        outlet = self.outlets().owner(url)
        candidate = Candidate(url=url, article_id=outlet.articles.article_id(url) or "", route="record")
        case = case or re.sub(r"\W+", "_", candidate.article_id) or "page"
        folder = opts.into / outlet.name
        if (present := files_of(folder, case)) and not opts.force:
            raise ConfigurationError(f"{min(present)} exists: name another case, or overwrite it with --force")
        pages: list[Page] = []
        visits: list[Visit] = []
        process = AsyncCrawlerProcess(self.settings)
        process.crawl(RecordingSpider.of(outlet), candidates=[candidate], pages=pages, visits=visits)
        run_crawls(process)
        visit = recorded_visit(visits, pages, candidate, outlet)
        fixture = make_fixture(pages, outlet, url=url, fetched_at=visit.fetched_at)
        with report_write_errors(folder):
            paths = write(fixture, folder, case)
        print(*(f"{path}  {path.stat().st_size / 1000:.0f} kB" for path in paths), sep="\n")
        beside = data_dir(self.settings) / "doctor" / outlet.name  # scrapy forget looks there
        with report_write_errors(beside):
            served = keep_original(pages, beside, f"recorded-{case}")
        print(f"Beside it, as it was served and never to be committed: {served}")
        print(f"    scrapy preview {served} --url {url} --html original.html; scrapy preview {paths[0]} --html fixture.html")
        print(f"Review {paths[-1].name}: is it what a reader would say of the page? Then: pytest tests/test_spiders.py -k {case}")
