"""``scrapy crawl OUTLET``: Scrapy's own command, with a lock, a row in the ledger and an exit code that tells the truth."""

import argparse
import logging
import time
from datetime import datetime
from functools import partial

from scrapy.commands import crawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoaderProtocol

from crawler import clock
from crawler.article import Original
from crawler.discovery.follow import routes_into_the_past
from crawler.exit_codes import ExitCode, exit_on_error
from crawler.jobs.startup import check, load_topics, parse_time, prepare_database, set_clock
from crawler.outlet import OutletSpider
from pipelines.database.connection import ConfigurationError
from pipelines.database.coverage import route_states
from pipelines.database.known_pages import PostgresKnownPages
from pipelines.database.runs import Run

logger = logging.getLogger(__name__)

# Their INFO lines are the same at every start. Set here because Scrapy resets its loggers' levels after the settings were read.
QUIET = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.utils.log", "scrapy.extensions.memusage")


def identify(loader: SpiderLoaderProtocol, url: str) -> Original | None:
    """Return which article of which outlet a URL leads to, if one of our spiders knows it."""
    for name in loader.list():
        spider = loader.load(name)
        if issubclass(spider, OutletSpider) and (article_id := spider.articles.article_id(url)):
            return Original(outlet=spider.name, article_id=article_id, url=spider.articles.canonical(url))
    return None


class Command(crawl.Command):
    """Crawls one outlet in this process."""

    settings: Settings  # set before any method is called

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` lists."""
        return "Crawl one outlet and file its stories"

    def syntax(self) -> str:
        """Return how the command is called."""
        return "[options] OUTLET"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since and --until to Scrapy's own options."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="look back to this date or time instead of to what earlier runs have seen")
        parser.add_argument(
            "--until", metavar="DATE", help="with --since: look only at what was published before, as backfill does, and at nothing due"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Put the outlet's name into every line of the log, where those of several outlets stand together."""
        super().process_options(args, opts)
        self.settings.set("LOG_FORMAT", self.settings["LOG_FORMAT"].replace("%(levelname)s", f"{' '.join(args)} %(levelname)s"), "cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, unless the configuration, the database or another run stands in the way."""
        if len(args) != 1:
            raise UsageError("name one outlet; crawlall runs several")
        process = self.crawler_process
        assert isinstance(process, AsyncCrawlerProcess)
        if args[0] not in process.spider_loader.list():
            raise UsageError(f"there is no outlet {args[0]!r}; scrapy list names them", print_help=False)
        spider = process.spider_loader.load(args[0])
        assert issubclass(spider, OutletSpider)
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)
        if not self.settings["CONTACT"] and not self.settings["ARCHIVE_REPLAY"]:
            logger.warning("CONTACT is not set (see .env.example): the outlets cannot tell who is asking")
        with exit_on_error(self):
            check(self.settings)
            recorded_since = set_clock(self.settings)
            since, until = parse_time("--since", opts.since) or recorded_since, parse_time("--until", opts.until)
            if until and (since is None or since >= until or not routes_into_the_past(spider.routes)):
                raise ConfigurationError(f"--until needs an earlier --since, and an outlet that shows its past ({spider.name})")
            self.exitcode = self._crawl(process, spider, opts, since, until)

    def _crawl(
        self,
        process: AsyncCrawlerProcess,
        spider: type[OutletSpider],
        opts: argparse.Namespace,
        since: datetime | None,
        until: datetime | None,
    ) -> int:
        url, now = prepare_database(self.settings), clock.now()
        with Run.begin(url, spider.name, title=spider.title, home=spider.home, logical_clock=now, since=since or now, until=until) as run:
            crawler = process.create_crawler(spider)
            # The lock is kept for one delay more, so that the outlet has it between two runs, too.
            delay = 0.0 if self.settings["ARCHIVE_REPLAY"] else crawler.settings.getfloat("DOWNLOAD_DELAY")
            time.sleep(delay if run.follows_a_crash else 0)
            process.crawl(
                crawler,
                run=run,
                known=PostgresKnownPages(run),
                route_states=run.attempt(lambda connection: route_states(connection, spider.name)),
                identify=partial(identify, process.spider_loader),
                may_be_relevant=load_topics(self.settings).may_be_relevant,
                since=since,
                until=until,
                **opts.spargs,
            )
            process.start()
            time.sleep(delay)
            # A crawl that did not get as far as closing its run has nothing better to say of itself.
            return int(crawler.stats.get_value("run/exit_code", ExitCode.DEGRADED)) if crawler.stats else ExitCode.DEGRADED
