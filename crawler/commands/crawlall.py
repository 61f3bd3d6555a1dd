"""``scrapy crawlall``: the main job."""

import argparse
from functools import partial

from scrapy.exceptions import UsageError

from crawler import clock
from crawler.article import Issue
from crawler.exit_codes import ExitCode, worst
from crawler.jobs.command import ProjectCommand
from crawler.jobs.configuration import warn
from crawler.jobs.startup import data_dir, load_topics, outlets_here, parse_time, prepare_database, set_clock


class Command(ProjectCommand):
    """Crawls all outlets, or those named, each in a process of its own."""

    summary = "Crawl all outlets, or those named, and file their stories"
    usage = "[options] [OUTLET ...]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --jobs and --since."""
        super().add_options(parser)
        parser.add_argument("--jobs", type=int, default=4, metavar="N", help="how many outlets at a time (default: 4)")
        parser.add_argument("--since", metavar="DATE", help="look back to this date or time instead of to what earlier runs have seen")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl under one lock; the exit code is the worst of the outlets'."""
        from crawler.jobs.processes import Crawls, forwarded_options
        from pipelines.database.issues import update_issues
        from pipelines.database.session import crawl_session

        if opts.jobs < 1:
            raise UsageError("--jobs takes a number from 1 on", print_help=False)
        outlets = self.outlets()
        names = [outlet.name for outlet in outlets_here(self.settings, outlets, args)]
        parse_time("--since", opts.since)
        load_topics(self.settings)  # or say at once what is wrong with them: each crawl would
        set_clock(self.settings)
        warn(self.settings)
        url = prepare_database(self.settings)
        crawls = Crawls(
            url=url,
            arguments=[*forwarded_options(opts), *(["--since", opts.since] if opts.since else [])],
            logs=data_dir(self.settings) / "logs",
            console=self.console(),
            jobs=opts.jobs,
        )
        broken = [Issue(kind="spider_file", subject=file, detail=error) for file, error in outlets.broken.items()]
        with crawl_session(url) as session:
            session.attempt(partial(update_issues, outlet=None, issues=broken, at=clock.now(), judged={"spider_file"}))
            code, _ = crawls.crawl(names, session)
        self.exitcode = worst([code, ExitCode.DEGRADED if broken else ExitCode.OK])
