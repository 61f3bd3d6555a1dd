"""Tempo. Its lists in HTML are empty until scripts have run; each section has a sitemap (2026-07)."""

from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class TempoSpider(OutletSpider):
    """World news stands in "internasional". Of an article for subscribers the page has the opening only."""

    name = "tempo"
    title = "Tempo"
    home = "https://www.tempo.co/"
    proven = "real page 2015-11, replica 2026-07, listing 2015-11, public scraper 2026-07"
    minute = 9
    allowed_domains = ("tempo.co",)
    _old = r"read/(?:\w+/)?(?:\d{4}/\d\d/\d\d/)?"  # until 2024
    _new = r"(?!tag/|penulis/|video/|foto/)[\w-]+/(?:[\w-]+-)?"
    articles = ArticleUrls(pattern=rf"https?://(?:[\w-]+\.)?tempo\.co/(?:{_old}|{_new})(?P<id>\d{{5,}})(?=[/?#]|$)")
    _world = "/internasional/"
    routes = (
        NewsSitemap(name="world sitemap", url=f"{home}internasional-sitemap.xml", url_filter=_world, provides=("time",)),  # 2026-05
        Feed(name="feed", url="https://rss.tempo.co/nasional", url_filter=_world),  # that of world news is empty (2026)
    )
    page = PageRules(body=())  # each paragraph has an element of its own, all with one id (2026-07)
