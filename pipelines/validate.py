"""Rejects what cannot be an article, and drops times that cannot be true."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from crawler.article import CLOCK_SKEW, OLDEST, SHORTEST_BODY, Article, Outcome, Visit
from pipelines.counting import CountingPipeline

MAX_REPLACED = 0.005  # share of U+FFFD in a body
SAME_BODY = 3  # this many articles of one run with one body: a page that stands in for all of them

# UTF-8 read as windows-1252: curly quotes and dashes, accented letters, no-break spaces and guillemets
_MOJIBAKE = re.compile("â€|Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\u00a0«»·°]")


class Rejection(NamedTuple):
    """Why an article cannot be true."""

    slug: str  # for counting
    reason: str  # for people


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _outlet_names(article: Article) -> set[str]:
    host = (urlsplit(article.url).hostname or "").removeprefix("www.")
    return {_letters(article.outlet), _letters(host), _letters(host.partition(".")[0])}


def find_rejection(article: Article) -> Rejection | None:
    """Return why this cannot be an article by itself, or None."""
    return next(_rejections(article), None)


def _rejections(article: Article) -> Iterator[Rejection]:
    if not article.headline.strip():
        yield Rejection("no_headline", "no headline")
    if _letters(article.headline) in _outlet_names(article):
        yield Rejection("outlet_name_as_headline", f"the headline is the outlet's name: {article.headline}")
    if len(article.body) < SHORTEST_BODY:
        yield Rejection("short_body", f"the body has {len(article.body)} characters, fewer than {SHORTEST_BODY}")
    if article.is_excerpt:
        yield Rejection("excerpt", f"an excerpt of {article.original_url}")
    replaced = article.body.count("\ufffd")
    if replaced > MAX_REPLACED * len(article.body):
        yield Rejection("undecodable", f"{replaced} of {len(article.body)} characters could not be decoded")
    if mojibake := _MOJIBAKE.search(f"{article.headline}\n{article.body}"):
        yield Rejection("mojibake", f"decoded with the wrong charset: {mojibake.group()!r}")


def time_fault(time: datetime, fetched_at: datetime) -> str | None:
    """Return what is wrong with a time printed on a page fetched at ``fetched_at`` (aware), or None."""
    if time.utcoffset() is None:
        return "no time zone"
    if time < OLDEST:
        return f"before {OLDEST.year}"
    if time > fetched_at + CLOCK_SKEW:
        return "future"
    return None


def drop_impossible_times(article: Article, fetched_at: datetime) -> list[str]:
    """Set times that cannot be true to None, say so in ``article.sources``, and return the names of the fields dropped."""
    dropped = []
    for name in ("published_at", "modified_at"):
        time: datetime | None = getattr(article, name)
        if time and (fault := time_fault(time, fetched_at)):
            setattr(article, name, None)
            article.sources[name] = f"rejected: {fault}"
            dropped.append(name)
    if "published_at" in dropped:
        article.published_source = article.published_precision = None
    return dropped


class ValidatePipeline(CountingPipeline):
    """Turns an ARTICLE that cannot be true into a REJECTED Visit with a reason, and counts outcomes and fields.

    A rejected Visit keeps its article, so that somebody can look at what was read.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._ids_by_body: defaultdict[bytes, list[str]] = defaultdict(list)  # this run's articles, in order of arrival

    def process_item(self, item: Visit) -> Visit:
        """Annotate one Visit."""
        if item.outcome is Outcome.ARTICLE:
            if rejection := self._rejection(item.article):
                item.outcome, item.reason = Outcome.REJECTED, rejection.reason
                self.count(f"visits/rejected/{rejection.slug}")
            elif item.article:
                for name in drop_impossible_times(item.article, item.fetched_at):
                    self.count(f"fields/{name}/rejected")
                self._count_fields(item.article)
        self.count(f"visits/{item.outcome}")
        return item

    def _rejection(self, article: Article | None) -> Rejection | None:
        if article is None:
            return Rejection("no_article", "no article was read")
        return find_rejection(article) or self._repetition(article)

    def _repetition(self, article: Article) -> Rejection | None:
        body = blake2b(" ".join(article.body.casefold().split()).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        ids = self._ids_by_body[body]
        if article.article_id not in ids:
            ids.append(article.article_id)
        # Regional hosts run the same story with its time (Tribun, 2026); a notice in place of an article has none.
        if article.published_at or ids.index(article.article_id) < SAME_BODY - 1:
            return None
        return Rejection("repeated_body", f"same body as {', '.join(ids[: SAME_BODY - 1])}")

    def _count_fields(self, article: Article) -> None:
        for name in ("headline", "published_at", "authors", "body"):
            if getattr(article, name):
                self.count(f"fields/{name}")
        if article.is_generic:
            self.count("fields/generic_body")
