"""Suara.com with its regional hosts."""

from crawler.discovery.feeds import Feed
from crawler.discovery.routes import SectionPage, tag_pages
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class SuaraSpider(OutletSpider):
    """The time of publication is the id. World news stands among the rest of /news/."""

    name = "suara"
    title = "Suara.com"
    home = "https://www.suara.com/"
    proven = "real page 2015-06, replica 2026-07, public scraper 2026-07"
    minute = 39
    allowed_domains = ("suara.com",)
    articles = ArticleUrls(
        pattern=r"https?://(?:[\w-]+\.)?suara\.com/(?!foto/|video/)(?:[\w-]+/)?(?P<id>(?P<day>\d{4}/\d\d/\d\d)/(?P<clock>\d{6})/[\w-]+)",
        exclude=r"//yoursay\.",  # readers' own
        rewrite=[(r"//(?:m\.|amp\.)?suara\.com/", "//www.suara.com/")],
        query="page=all",
    )
    routes = (
        SectionPage(name="index", url=f"{home}indeks?page={{page}}", url_filter=None, exhaustive=True),  # 20 a page (2026-07)
        Feed(name="feed", url=f"{home}rss/news", url_filter=None),
        *tag_pages(f"{home}tag/{{slug}}"),
    )
    page = PageRules(body=(".article-content",), authors=(".author-trigger a",), noise=(".ten-second",))
