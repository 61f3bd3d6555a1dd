"""What `scrapy doctor --report` writes: an issue's text, ready to paste."""

from collections.abc import Iterator, Sequence

from crawler.clock import WIB
from crawler.doctor.checks import Diagnosis, Level, RouteFacts
from pipelines.clean import clean_line


def report(diagnoses: Sequence[Diagnosis], version: str) -> str:
    """Return Markdown: of each outlet that failed a check what failed, what its routes answered, and how to look further."""
    failed = [each for each in diagnoses if each.of(Level.FAILED)]
    lines = [line for each in failed for line in _of_outlet(each, version)]
    well = [each.seen.outlet.name for each in diagnoses if each not in failed]
    return "\n".join([*lines, *([f"All checks hold: {', '.join(well)}."] if well else [])]) + "\n"


def _of_outlet(diagnosis: Diagnosis, version: str) -> Iterator[str]:
    seen, outlet = diagnosis.seen, diagnosis.seen.outlet
    yield f"## {outlet.name}: {'; '.join(dict.fromkeys(finding.subject for finding in diagnosis.of(Level.FAILED)))} not as declared"
    yield ""
    yield f"`scrapy doctor {outlet.name}`, {seen.now.astimezone(WIB):%Y-%m-%d %H:%M} WIB, Poros {version}."
    yield f"Known from: {outlet.proven or '–'}."
    yield ""
    for level, mark in ((Level.FAILED, "x"), (Level.NOTE, " ")):
        for finding in diagnosis.of(level):
            expected = f" (expected: {finding.expected})" if finding.expected else ""
            yield f"- [{mark}] **{finding.subject}**: {clean_line(finding.seen)}{expected}"
    yield ""
    yield "| route | status | robots.txt | entries | articles | why not |"
    yield "|---|---|---|---|---|---|"
    yield from map(_of_route, diagnosis.routes)
    yield ""
    if diagnosis.article:
        yield f"Article: {clean_line(diagnosis.article.candidate.url)}"
        yield ""
    yield f"To mend: `crawler/spiders/{outlet.name}.py`; the pages lie in `data/doctor/{outlet.name}/`."
    yield ""


def _of_route(facts: RouteFacts) -> str:
    seen = facts.seen
    entries = (str(len(seen.entries)), str(facts.articles)) if seen.listing else ("", "")
    cells = (seen.route.name, str(seen.status or "–"), str(seen.robots), *entries, clean_line(facts.death or ""))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
