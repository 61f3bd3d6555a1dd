"""Looks at an outlet that is not here yet and writes its spider: what `scrapy genspider -t outlet` does."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import clock
from crawler.jobs.stopping import run_crawls
from crawler.outlets import Outlets
from crawler.proposals.addresses import domain_of
from crawler.proposals.investigation import Findings, NothingFoundError
from crawler.proposals.proposal import free_minute, render, steps
from crawler.proposals.spider import InvestigatingSpider, investigate_files


def look(given: Sequence[str], settings: Settings) -> Findings | str:
    """Return what is found at an address or in saved pages; a sentence where that is nothing. Raises OSError."""
    if all(Path(each).is_file() for each in given):
        try:
            return investigate_files([*map(Path, given)], clock.now())
        except NothingFoundError as error:
            return str(error)
    url = given[0] if "//" in given[0] else f"https://{given[0]}"
    domain = domain_of(urlsplit(url).hostname or "")
    found, reasons = list[Findings](), list[str]()
    process = AsyncCrawlerProcess(settings)
    process.crawl(InvestigatingSpider.of(domain), pasted=[url], now=clock.now(), findings=found, reasons=reasons, answers={}, refusals={})
    run_crawls(process)
    return found[0] if found else next(iter(reasons), f"nothing was found of {domain}")


def write_spider(path: Path, found: Findings, outlets: Outlets, settings: Settings, *, is_live: bool, now: datetime) -> list[str]:
    """Write the declaration, say what was found and what to do next; return what is wrong with it."""
    name, template = path.stem, Path(settings["TEMPLATES_DIR"], "spiders", "outlet.tmpl")
    source = render(template, name, found, minute=free_minute(outlets.named()), is_live=is_live, now=now)
    path.write_text(source, "utf-8")
    print(f"{path}\n\n{source}")
    names = ", ".join(route.name for route in found.routes) or "none but the front page"
    print(f"Found: {len(found.articles)} articles, {len(found.shape.urls)} addresses like theirs; lists: {names}.")
    loaded = Outlets([settings["NEWSPIDER_MODULE"]])
    problems = [f"{file}: {said}" for file, said in loaded.broken.items() if file.endswith(f"/{path.name}")]
    print(*problems, "Next:", *(f"    {step}" for step in steps(name, found)), sep="\n")
    return problems
