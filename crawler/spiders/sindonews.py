"""SINDOnews, of MNC Media, with its channels' hosts."""

from crawler.discovery.feeds import Feed
from crawler.discovery.routes import DateIndex, SectionPage
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class SindonewsSpider(OutletSpider):
    """World news stands on a host of its own. With ?showpage=all a page has the whole text and no JSON-LD of it (2026-07)."""

    name = "sindonews"
    title = "SINDOnews"
    home = "https://www.sindonews.com/"
    proven = "replica 2026-07, public scraper 2026-08"
    minute = 29
    allowed_domains = ("sindonews.com",)
    articles = ArticleUrls(
        pattern=r"https?://(?!hi-lite\.|scope\.|media\.)[\w-]+\.sindonews\.com/read/(?P<id>\d+)/\d+/",
        rewrite=[(r"(/read/\d+/\d+/[^/]+)/\d+/?$", r"\1")],  # /5 is the second page
        query="showpage=all",
    )
    _host = "https://international.sindonews.com/"
    routes = (
        DateIndex(name="date index", url=f"{home}indeks/9/{{page}}?t={{date:%Y-%m-%d}}", first_page=0, page_step=20),
        SectionPage(name="world", url=_host),
        Feed(name="feed", url=f"{home}feed", url_filter=_host),
    )
    page = PageRules(
        body=(".detail-desc",),
        authors=(".detail-nama-redaksi a",),
        published_at=(".detail-date-artikel",),
    )
