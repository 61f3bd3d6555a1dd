"""VIVA. Its index shows the newest 34; what follows comes by scripts (2026-07)."""

from crawler.discovery.feeds import Feed
from crawler.discovery.routes import DateIndex, SectionPage, tag_pages
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class VivaSpider(OutletSpider):
    """World news stands in /berita/dunia/, until 2017 on dunia.news.viva.co.id."""

    name = "viva"
    title = "VIVA"
    home = "https://www.viva.co.id/"
    proven = "real page 2019-12, public scraper 2026-07"
    minute = 34
    allowed_domains = ("viva.co.id",)
    articles = ArticleUrls(
        pattern=r"https?://(?:[\w-]+\.)*viva\.co\.id/(?!video/|foto/|tag/)(?:[\w-]+/){1,3}(?P<id>\d{5,})-[\w-]+",
        rewrite=[(r"//(?:m\.)?viva\.co\.id/", "//www.viva.co.id/")],
        query="page=all",
    )
    _world, _index = "dunia", f"{home}indeks"
    routes = (
        SectionPage(name="world", url=f"{home}berita/dunia"),
        SectionPage(name="index", url=_index, url_filter=_world),
        Feed(name="feed", url=f"{home}get/all", url_filter=_world),
        DateIndex(name="date index", url=f"{_index}/all/all/{{date:%Y/%m/%d}}", url_filter=_world, exhaustive=False),  # its beginning
        *tag_pages(f"{home}tag/{{slug}}"),
    )
    page = PageRules(body=(".main-content-detail", "#article-detail-content"), published_at=(".main-content-date",))
