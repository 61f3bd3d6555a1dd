"""An invented outlet, and what a probe of it gives."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from crawler.article import Candidate, Outcome, Visit
from crawler.discovery.feeds import Feed
from crawler.discovery.links import Entry
from crawler.discovery.routes import Listing, SectionPage, TagPage
from crawler.doctor.checks import Level, diagnose
from crawler.doctor.observations import ArticleProbe, OutletProbe, Robots
from crawler.expectations import Expectations
from crawler.outlet import OutletSpider
from crawler.reading.page import Page
from crawler.reading.reader import NotAnArticle, read
from crawler.reading.rules import PageRules
from crawler.settings import TOPIC as TOPIC_FILE
from crawler.urls import ArticleUrls
from pipelines.topic import Topics

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PARAGRAPH = "Kapal barang itu berangkat dari pelabuhan pada pagi hari dan tiba di seberang sebelum malam turun, kata nakhodanya."
BODY = "".join(f"<p>Bagian {number}. {PARAGRAPH}</p>" for number in range(1, 5))


class Kabar(OutletSpider):
    """An outlet with a route of every sort."""

    name = "kabar"
    title = "Kabar"
    home = "https://kabar.example/"
    allowed_domains = ("kabar.example",)
    articles = ArticleUrls(pattern=r"https://kabar\.example/(?:dunia|kota)/(?P<id>\d+)")
    routes = (
        Feed(name="feed", url="https://kabar.example/rss", horizon_hours=14),
        SectionPage(name="world", url="https://kabar.example/dunia?page={page}", url_filter="/dunia/"),
        TagPage(name="tag rusia", url="https://kabar.example/tag/rusia"),
        TagPage(name="tag korut", url="https://kabar.example/tag/korut"),
    )
    page = PageRules(body=(".isi",), authors=(".penulis",))


class Unsigned(Kabar):
    """The same without bylines."""

    expects = Expectations(authors=0)


class Refusing(Kabar):
    """The same, known to refuse."""

    access = "It answers 403 to ships (2026-11)"


def entries(count: int = 20, *, apart: timedelta = HOUR, channel: str = "dunia", **told: Any) -> list[Entry]:
    """A list of articles, newest first."""
    told = {"title": "Judul", "summary": "Ringkasan", **told}
    return [Entry(url=f"https://kabar.example/{channel}/{100 - at}", published_at=NOW - (at + 1) * apart, **told) for at in range(count)]


def html(
    *, body: str = BODY, place: str = "isi", author: str = '<b class="penulis">Rani Contoh</b>', time: str = "2026-11-23T07:00:00+07:00"
) -> str:
    meta = f'<meta property="article:published_time" content="{time}"><meta property="og:type" content="article">'
    return f"<html><head>{meta}</head><body><h1>Kapal Tiba</h1>{author}<div class='{place}'>{body}</div></body></html>"


def opened(outlet: type[OutletSpider], page: str, *, article_id: str = "100", published_at: datetime | None = None) -> ArticleProbe:
    """An article as the probe leaves it."""
    url = f"https://kabar.example/dunia/{article_id}"
    candidate = Candidate(url=url, article_id=article_id, route="feed", published_at=published_at or NOW - HOUR)
    pages = [Page(page, url)]
    visit = Visit(outlet="kabar", url=url, article_id=article_id, route="feed", outcome=Outcome.ARTICLE, fetched_at=NOW, http_status=200)
    try:
        visit.article = read(pages, outlet.page, outlet="kabar", article_id=article_id, url=url, fetched_at=NOW)
    except NotAnArticle as error:
        visit.outcome, visit.reason = Outcome.REJECTED, error.reason
    return ArticleProbe(candidate=candidate, pages=pages, contents=[page.encode()], visit=visit)


def healthy(outlet: type[OutletSpider] = Kabar, *pages: str) -> OutletProbe:
    """An outlet as it is expected to be."""
    seen = OutletProbe(outlet=outlet, now=NOW, user_agent="Poros/test")
    for route in seen.routes.values():
        route.url = route.landed = route.route.url.replace("{page}", "1")
        route.status, route.reason, route.robots = 200, None, Robots.ALLOWED
        route.listing = Listing(entries=entries())
    seen.articles = [opened(outlet, page, article_id=str(100 - at)) for at, page in enumerate(pages or (html(),))]
    return seen


@cache
def topic() -> Topics:
    return Topics.load([TOPIC_FILE])


def found(seen: OutletProbe, level: Level = Level.FAILED) -> list[str]:
    return [str(finding) for finding in diagnose(seen, topic()).of(level)]


def listing(seen: OutletProbe, name: str, given: list[Entry]) -> OutletProbe:
    seen.routes[name].listing = Listing(entries=given)
    return seen


def failing(seen: OutletProbe, *names: str, **fields: Any) -> OutletProbe:
    """Let the routes (all, if none is named) not be had."""
    for name in names or seen.routes:
        seen.routes[name].listing = None
        for field, value in fields.items():
            setattr(seen.routes[name], field, value)
    return seen
