"""``scrapy demo``: the main job on a recorded day, with no network."""

import argparse
import os
from functools import partial
from pathlib import Path

from crawler.jobs.command import ProjectCommand
from crawler.jobs.startup import DEMO_DATABASE, data_dir

SAMPLES = Path(__file__).parents[2] / "samples"
NEWEST = 12


class Command(ProjectCommand):
    """Replays samples/ through the unmodified spiders into a database of its own."""

    summary = "Replay a recorded day (its stories are invented) and show what was found"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl the recording and print what was found; whatever DATABASE_URL says, the demo's database is embedded."""
        from crawler.jobs.processes import Crawls
        from crawler.jobs.reports import PERIOD, chosen_topic, write_report
        from crawler.jobs.tables import newest_table
        from pipelines.database import embedded
        from pipelines.database.export import newest_articles
        from pipelines.database.health import outlet_health
        from pipelines.database.migrate import migrate
        from pipelines.database.session import crawl_session

        console = self.console(120)
        console.print("Replaying a recorded day of news. Its outlets are real, its stories, names and events are invented.\n")
        url = embedded.start(data_dir(self.settings), DEMO_DATABASE)
        migrate(url)
        outlets = sorted(path.name.split(".")[0] for path in SAMPLES.glob("*.warc.gz"))
        arguments = ["-s", f"ARCHIVE_REPLAY={SAMPLES}", "-L", "WARNING"]
        crawls = Crawls(url=url, arguments=arguments, logs=data_dir(self.settings) / "logs" / "demo", console=console, jobs=2)
        with crawl_session(url) as session:
            self.exitcode, runs = crawls.crawl(outlets, session)
            articles = session.attempt(partial(newest_articles, limit=NEWEST))
            now = max(each.last_run_at for each in session.attempt(outlet_health) if each.last_run_at)
            report, topic = data_dir(self.settings) / "demo.html", chosen_topic(self.settings, None)
            session.attempt(partial(write_report, path=report, topic=topic, since=now - PERIOD, now=now))
        console.print("\nNewest stories in which Korea and Russia are both involved:\n")
        console.print(newest_table(articles))
        if not any(run.new or run.updated for run in runs):
            console.print("\nNothing new: every article of the recording was known already.")
        console.print(f"\nA report about it, for a browser: {os.path.relpath(report)}", soft_wrap=True)
        console.print("\nLook around: [bold]make psql[/bold]. The same job, live: [bold]make crawl[/bold].")
