"""Asks outlets and says of each what is not as declared: what `scrapy doctor` does."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from rich.console import Console
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import clock
from crawler import settings as project
from crawler.doctor.checks import Diagnosis, Level, diagnose
from crawler.doctor.markdown import report
from crawler.doctor.observations import OutletProbe
from crawler.doctor.report import show, summary
from crawler.doctor.spider import ProbeSpider, save
from crawler.jobs.alerts import channels
from crawler.jobs.command import report_write_errors
from crawler.jobs.configuration import contact_problem
from crawler.jobs.startup import answering, load_topics
from crawler.jobs.stopping import run_crawls
from crawler.outlet import OutletSpider
from pipelines.database.outlet_checks import record_held


def examine(
    outlets: Sequence[type[OutletSpider]], settings: Settings, folder: Path, console: Console, report_to: Path | None = None
) -> bool:
    """Probe the outlets, keep the pages in ``folder``, print what was found; return whether all checks hold.

    ``report_to``: where an issue's text goes, in Markdown. Raises ConfigurationError.
    """
    topics = load_topics(settings)
    if settings["ALERT_URLS"]:
        channels(settings["ALERT_URLS"].split())
    probes = [OutletProbe(outlet=outlet, now=clock.now(), may_be_relevant=topics.may_be_relevant) for outlet in outlets]
    with report_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    _probe(AsyncCrawlerProcess(settings), probes, console)
    diagnoses: list[Diagnosis] = []
    for probe in probes:
        diagnoses.append(diagnosis := diagnose(probe, topics))
        pages = folder / probe.outlet.name
        with report_write_errors(pages):
            save(probe, diagnosis.article, pages)
        show(diagnosis, console, pages)
    summary(diagnoses, console)
    _record(diagnoses, settings)
    if report_to:
        with report_write_errors(report_to):
            report_to.write_text(report(diagnoses, project.VERSION), "utf-8")
    problem = contact_problem(settings)
    if problem:
        console.print(f"✗ {problem}", style="red", markup=False)
    return not (problem or any(diagnosis.of(Level.FAILED) for diagnosis in diagnoses))


def _record(diagnoses: Sequence[Diagnosis], settings: Settings) -> None:
    """Note which outlets are as declared, where a database answers. A recording proves nothing of today."""
    well = [diagnosis.seen.outlet.name for diagnosis in diagnoses if not diagnosis.of(Level.FAILED)]
    if well and not settings["ARCHIVE_REPLAY"]:
        with answering(settings) as connection:
            if connection is not None:
                record_held(connection, well, clock.now())


def _probe(process: AsyncCrawlerProcess, probes: Sequence[OutletProbe], console: Console) -> None:
    """Ask all outlets at the same time; on a terminal show how many have answered."""
    whom = probes[0].outlet.name if len(probes) == 1 else f"{len(probes)} outlets"
    expected, answers = sum(len(probe.routes) + 1 for probe in probes), count(1)

    def answered() -> None:
        status.update(f"asking {whom}, with the delays of a crawl: {next(answers)} of about {expected} answers")

    for probe in probes:
        routes = [replace(route, unproven=False) for route in probe.outlet.routes]  # those that a crawl leaves out are asked, too
        process.crawl(ProbeSpider.of(probe.outlet, routes=routes), seen=probe, answered=answered)
    with console.status(f"asking {whom}") as status:  # shown on a terminal alone
        run_crawls(process)
