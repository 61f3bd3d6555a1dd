"""What a crawl would make of a page: the article as it would be stored, what was cut out of it, and how both are shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from time import process_time
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crawler.article import Article, Verdict
from crawler.clock import WIB
from crawler.outlet import OutletSpider
from crawler.preview.selectors import places, silent_selectors
from crawler.reading.noise.pieces import Removed
from crawler.reading.page import Page
from crawler.reading.reader import NotAnArticle, Reading, examine, read
from crawler.reading.rules import PageRules, Rules, rules_for
from pipelines.clean import clean_article, clean_line
from pipelines.topic import Topics
from pipelines.topic.explanation import explain_lines
from pipelines.validate import drop_impossible_times, find_rejection

ABSENT = "–"  # is shown for a field that a page does not have
# Shown above or below the table of fields, or in the column of sources
_NO_ROW = frozenset(
    {"outlet", "article_id", "url", "body", "published_source", "published_precision", "sources", "disagreements", "noise_removed"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One article's page or pages, and what they come to."""

    name: str  # the file's stem, or the URL that was fetched
    url: str
    outlet: str | None  # the spider's name
    pages: Sequence[Page]
    reading: Reading  # its article cleaned and its impossible times dropped, as the pipelines do
    rejected: str | None = None  # why a crawl would keep no article, by the reader or by the pipelines
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)  # by topic
    silent: Sequence[str] = ()  # declared selectors that find nothing
    place: str | None = None  # a selector of what holds the story, where it was read without the outlet's rules
    notes: Sequence[str] = ()  # what whoever looks at it should know
    seconds: float | None = None  # CPU seconds of reading, and of parsing where ``pages`` were not parsed yet

    @property
    def article(self) -> Article | None:
        """The article a crawl would keep, if it is on topic."""
        return None if self.rejected else self.reading.article


def unavailable(name: str, outlet: str, reason: str) -> Preview:
    """Return what a page comes to that could not be had."""
    reading = Reading(article=None, rejected=reason, removed=[], kept=[])
    return Preview(name=name, url=name, outlet=outlet, pages=(), reading=reading, rejected=reason)


def preview(
    name: str, pages: Iterable[Page], url: str, outlet: type[OutletSpider] | None, topics: Topics, fetched_at: datetime, *, generic: bool
) -> Preview:
    """Read, clean, check and judge an article's pages (in reading order; parsed only when asked for, so that parsing is timed).

    ``generic`` leaves the outlet's rules aside. ``fetched_at`` is aware.
    """
    article_id = outlet.articles.article_id(url) if outlet else None
    named: dict[str, Any] = {
        "outlet": outlet.name if outlet else urlsplit(url).hostname or "",
        "article_id": article_id or "",
        "url": outlet.articles.canonical(url) if outlet and article_id is not None else url,
        "fetched_at": fetched_at,
    }
    rules = outlet.page if outlet and not generic else PageRules(body=())
    start = process_time()
    pages = list(pages)
    with suppress(NotAnArticle):
        read(pages, rules, **named)
    seconds = process_time() - start
    reading = examine(pages, rules, **named)
    rejected, verdicts = reading.rejected, dict[str, Verdict]()
    if article := reading.article:
        clean_article(article)
        if rejection := find_rejection(article):
            rejected = rejection.reason
        else:
            drop_impossible_times(article, fetched_at)
            verdicts = topics.classify(article.headline, article.body)
    return Preview(
        name=name,
        url=named["url"],
        outlet=outlet.name if outlet else None,
        pages=pages,
        reading=reading,
        rejected=rejected,
        verdicts=verdicts,
        silent=[*silent_selectors(pages, _rules_of(rules, article))],
        place=next(iter(places(pages[0], reading.kept)), None) if article and article.is_generic else None,
        notes=[*_notes(outlet, article_id, article, generic=generic)],
        seconds=seconds,
    )


def _rules_of(rules: Rules, article: Article | None) -> PageRules:
    """Those of the article's day."""
    return rules_for(rules, article.published_at.astimezone(WIB).date() if article and article.published_at else None)


def _notes(outlet: type[OutletSpider] | None, article_id: str | None, article: Article | None, *, generic: bool) -> Iterator[str]:
    if outlet is None:
        yield "no outlet has this address: read with generic rules"
    elif generic:
        yield f"the rules of {outlet.name} are left aside: read with generic rules"
    elif article and article.is_generic:
        yield f"the rules of {outlet.name} found no body: it was read generically"
    if outlet and article_id is None:
        yield f"no article's address to {outlet.name}: a crawl would not ask for it"


def address_in(page: Page) -> str | None:
    """Return the absolute address that a page gives itself, by ``rel=canonical`` or else by OpenGraph."""
    named = (page.canonical, *page.meta.get("og:url", ()))
    return next((address for address in named if address and urlsplit(address).scheme in {"http", "https"}), None)


# --- for machines


def as_row(shown: Preview) -> dict[str, Any]:
    """Return what ``--json`` prints, ready for json.dumps."""
    row: dict[str, Any] = {"page": shown.name, "url": shown.url, "outlet": shown.outlet}
    if article := shown.article:
        row |= {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(article).items()}
        row["outlet"] = shown.outlet
    else:
        row |= {"rejected": shown.rejected, "body": ""}
    row["verdicts"] = [
        {name: getattr(each, name) for name in ("topic", "rule_version", "band", "score")} for each in shown.verdicts.values()
    ]
    if row["verdicts"]:
        row["verdict"] = row["verdicts"][0]
    row["removed"] = [{"kind": piece.kind, "text": clean_line(piece.text)} for piece in shown.reading.removed]
    row["seconds"] = shown.seconds
    return row


# --- for people


def show(shown: Preview, console: Console) -> None:
    """Print what a page comes to."""
    console.print(Text(clean_line(shown.url), style="bold"), soft_wrap=True)
    for note in shown.notes:
        console.print(Text(note, style="yellow"))
    if shown.rejected:
        console.print(Text(f"no article: {clean_line(shown.rejected)}", style="bold red"))
    _show_article(shown, console)
    if shown.silent:
        console.print(Text.assemble(("\nselectors that find nothing  ", "bold"), " · ".join(shown.silent)))
    if shown.place:
        console.print(Text.assemble(("\nthe story stands in  ", "bold"), f'{shown.place}: body=("{shown.place}",)'))
    if shown.reading.removed:
        console.print(Text.assemble(("\nremoved  ", "bold"), f"{len(shown.reading.removed)} pieces"))
        for line in _removed_lines(shown.reading.removed):
            console.print(line, overflow="ellipsis", no_wrap=True)
    if shown.seconds is not None:
        console.print(Text(f"\nread in {shown.seconds * 1000:.1f} ms of CPU", style="dim"))
    console.print()


def _show_article(shown: Preview, console: Console) -> None:
    if article := shown.reading.article:
        console.print()
        console.print(_fields_table(article))
        for told in disagreements(article):
            console.print(Text.assemble(("\nsources disagree  ", "bold"), told))
        for verdict in shown.verdicts.values():
            console.print(Text.assemble(("\ntopic  ", "bold"), next(explain_lines(verdict))))
        paragraphs = article.body.split("\n\n") if article.body else []
        source = article.sources.get("body", "")
        console.print(Text.assemble(("\nbody  ", "bold"), f"{len(paragraphs)} paragraphs, {len(article.body)} characters, by {source}"))
        for paragraph in paragraphs:
            console.print(Padding(Text(paragraph), (1, 0, 0, 2)))


def _fields_table(article: Article) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("field", no_wrap=True)
    table.add_column("value", overflow="fold", ratio=1)
    table.add_column("source", max_width=32, overflow="fold")
    table.add_row("outlet, id", Text(f"{article.outlet}  {article.article_id}"))
    for row in field_rows(article):
        table.add_row(*row)
    return table


def field_rows(article: Article) -> Iterator[tuple[str, Text, Text]]:
    """Yield name, value and source of every field but the body, as people read them."""
    for name in (each.name for each in fields(Article) if each.name not in _NO_ROW):
        source = article.sources.get(name, "")
        if name == "published_at" and article.published_precision:
            source = f"{article.published_source}, {article.published_precision}"
        yield name.replace("_", " "), _value(getattr(article, name)), Text(source, style="cyan")


def disagreements(article: Article) -> Iterator[str]:
    """Yield a line for each field about which the page's sources differ: "authors: json-ld says A; meta says B"."""
    for name, told in article.disagreements.items():
        said = "; ".join(f"{source} says {clean_line(text) or 'nothing'}" for source, text in told.items())
        yield f"{name.replace('_', ' ')}: {said}"


def _value(value: object) -> Text:
    if value in (None, "", [], {}):
        return Text(ABSENT, style="dim")
    if isinstance(value, datetime):
        return Text(value.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S WIB"))
    return Text(" · ".join(map(str, value)) if isinstance(value, list) else str(value))


def _removed_lines(removed: Sequence[Removed]) -> Iterator[Text]:
    """One line a piece, kinds in the order in which they first occur; pieces without a text are only counted."""
    width = max(len(piece.kind) for piece in removed)
    for kind in dict.fromkeys(piece.kind for piece in removed):
        texts = [clean_line(piece.text) for piece in removed if piece.kind == kind]
        told = [Text(text) for text in texts if text]
        if silent := texts.count(""):
            told.append(Text(f"{silent} without a text", style="dim"))
        for text in told:
            yield Text.assemble("  ", (f"{kind:<{width}}", "red"), "  ", text)
