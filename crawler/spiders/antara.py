"""Antara, the national agency. Its regional hosts number their articles themselves and are left out."""

from crawler.discovery.feeds import Feed
from crawler.discovery.routes import DateIndex, tag_pages
from crawler.families import articles_on_www
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules


class AntaraSpider(OutletSpider):
    """World news has a feed of its own; no URL tells it from the rest."""

    name = "antara"
    title = "Antara"
    home = "https://www.antaranews.com/"
    proven = "real page 2017-05, listing 2015-11, public scraper 2026-08"
    minute = 4
    allowed_domains = ("antaranews.com",)
    articles = articles_on_www("antaranews.com", r"berita/(?P<id>\d+)", query="page=all")
    routes = (
        Feed(name="world feed", url=f"{home}rss/dunia.xml"),  # answered 200 (2026-03)
        Feed(name="feed", url=f"{home}rss/terkini.xml", url_filter=None),
        DateIndex(name="date index", url=f"{home}indeks/{{date:%d-%m-%Y}}/{{page}}", url_filter=None),
        *tag_pages(f"{home}tag/{{slug}}/{{page}}"),
    )
    page = PageRules(body=(".wrap__article-detail-content", "#content_news"))  # since 2022, and before
