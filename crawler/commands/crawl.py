"""``scrapy crawl OUTLET``: Scrapy's own command, with a lock, a row in the ledger and an exit code that tells the truth."""

import argparse
import gc
import logging
import socket
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from scrapy.commands import BaseRunSpiderCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from crawler import clock
from crawler.browser.chromium import find_chromium
from crawler.discovery.follow import routes_into_the_past
from crawler.exit_codes import ExitCode
from crawler.extensions.logs import set_format
from crawler.jobs.command import ProjectCommand
from crawler.jobs.configuration import warn
from crawler.jobs.startup import load_topics, parse_time, prepare_database, set_clock
from crawler.jobs.stopping import run_crawls
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets
from pipelines.database.errors import ConfigurationError

logger = logging.getLogger(__name__)

FURTHEST_BY_HAND = timedelta(days=366)  # an index of days is asked for each of them before the first article


class Command(ProjectCommand, BaseRunSpiderCommand):
    """Crawls one outlet in this process."""

    summary = "Crawl one outlet and file its stories"
    usage = "[options] OUTLET"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --since and --until to Scrapy's own options."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="look back to this date or time instead of to what earlier runs have seen")
        parser.add_argument(
            "--until", metavar="DATE", help="with --since: look only at what was published before, as backfill does, and at nothing due"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, unless the configuration, the database or another run stands in the way."""
        if len(args) != 1:
            raise UsageError("name one outlet; crawlall runs several")
        if opts.spargs:
            raise ConfigurationError(f"an outlet's spider takes no arguments (-a): {', '.join(opts.spargs)}")
        # The outlet's name stands in every line, because logs of several outlets are written to one file.
        self.settings.set("LOG_FORMAT", self.settings["LOG_FORMAT"].replace("%(levelname)s", f"{args[0]} %(levelname)s"), "cmdline")
        configure_logging(self.settings)
        set_format(self.settings, args[0])
        logging.getLogger("crawler.outlets").setLevel(logging.ERROR)  # a file of another outlet is broken: crawlall says so, once
        outlets = self.outlets()
        (spider,) = outlets.named(args)
        warn(self.settings)
        recorded_since = set_clock(self.settings)
        since, until = parse_time("--since", opts.since) or recorded_since, parse_time("--until", opts.until)
        if until and (since is None or since >= until or not routes_into_the_past(spider.routes)):
            raise ConfigurationError(f"--until needs an earlier --since, and an outlet that shows its past ({spider.name})")
        if since and not until and since < clock.now() - FURTHEST_BY_HAND:
            raise ConfigurationError(f"--since looks back {FURTHEST_BY_HAND.days} days at most; for what is older there is scrapy backfill")
        self.exitcode = self._crawl(outlets, spider, since, until, by_hand=bool(opts.since) and not until)

    def _crawl(self, outlets: Outlets, spider: type[OutletSpider], since: datetime | None, until: datetime | None, *, by_hand: bool) -> int:
        from pipelines.database.coverage import route_states
        from pipelines.database.known_pages import PostgresKnownPages
        from pipelines.database.runs import Run, RunResult
        from pipelines.database.search import save_spellings
        from pipelines.database.stories import is_outdated
        from pipelines.near_duplicates import VERSION

        url, now = prepare_database(self.settings), clock.now()
        with Run.begin(
            url,
            spider.name,
            title=spider.title,
            home=spider.home,
            logical_clock=now,
            since=since or now,
            until=until,
            by_hand=by_hand,
            period=spider.period,
            proven=spider.proven,
            prepare=partial(load_topics, self.settings),
        ) as run:
            if run.attempt(lambda connection: is_outdated(connection, VERSION)):
                logger.warning("Stories were put together by an older rule, and copies of older articles are not found: scrapy relink")
            run.attempt(partial(save_spellings, groups=load_topics(self.settings).spellings))
            process = AsyncCrawlerProcess(self.settings)
            crawler = process.create_crawler(spider)
            # The lock is kept for one delay more, so that the outlet has it between two runs, too.
            delay = 0.0 if self.settings["ARCHIVE_REPLAY"] else crawler.settings.getfloat("DOWNLOAD_DELAY")
            time.sleep(delay if run.follows_a_crash else 0)
            crawl = process.crawl(
                crawler,
                run=run,
                known=PostgresKnownPages(run, has_browser=find_chromium(self.settings["CHROMIUM_PATH"]) is not None),
                route_states=run.attempt(lambda connection: route_states(connection, spider.name)),
                identify=outlets.identify,
                may_be_relevant=load_topics(self.settings).may_be_relevant,
                is_online=partial(is_online, [outlet.home for outlet in outlets.named() if outlet is not spider]),
                since=since,
                until=until,
            )
            gc.freeze()  # what is loaded by now stays: to look through it for garbage again took 4 % of a short run's CPU (2026-11)
            run_crawls(process, run.hurry)
            if not run.is_closed and not crawl.done():  # told to stop before the crawl had begun
                run.close(RunResult(status="partial", exit_code=ExitCode.DEGRADED, reason="shutdown"))
            if not crawl.done():
                return ExitCode.DEGRADED
            crawl.result()  # raises what kept the crawl from starting: then the stats do not exist
            time.sleep(0 if crawler.stats.get_value("finish_reason") == "shutdown" else delay)
            # A crawl that did not get as far as closing its run has nothing better to say of itself.
            return int(crawler.stats.get_value("poros/run/exit_code", ExitCode.DEGRADED))


def is_online(others: Sequence[str]) -> bool:
    """Whether the name of one of some other outlets can be resolved; also where there is no other to ask about. Nothing is requested."""
    for url in others[:3]:
        try:
            socket.getaddrinfo(urlsplit(url).hostname, None)
        except OSError:
            continue
        return True
    return not others
