"""CNBC Indonesia. It answers 403 to datacentre addresses outside Indonesia, whatever the headers (2026-09)."""

from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.routes import DateIndex, Feed, NewsSitemap, TagPages
from crawler.urls import ArticleUrls


class CnbcIndonesiaSpider(OutletSpider):
    """World news stands in the channel "news"; the 14 digits of a URL are the draft's time, not the publication's."""

    name = "cnbc_indonesia"
    title = "CNBC Indonesia"
    home = "https://www.cnbcindonesia.com/"
    allowed_domains = ("cnbcindonesia.com",)
    articles = ArticleUrls(
        pattern=r"https?://(?:www\.)?cnbcindonesia\.com/(?!foto/|video/|tv/|embed/)[a-z-]+/(?P<day>\d{8})\d{6}-\d+-(?P<id>\d+)",
        rewrite=[(r"//cnbcindonesia", "//www.cnbcindonesia"), (r"/amp/?$", "")],
    )
    routes = (
        Feed(name="feed", url="https://www.cnbcindonesia.com/news/rss"),
        NewsSitemap(name="news sitemap", url="https://www.cnbcindonesia.com/news/sitemap_news.xml"),
        DateIndex(name="date index", url="https://www.cnbcindonesia.com/indeks?date={date:%Y/%m/%d}&page={page}", only=r"com/news/"),
        TagPages(name="tags", url="https://www.cnbcindonesia.com/tag/{slug}/{page}"),
    )
    page = PageRules(
        body=(".detail-text", ".detail_text"),  # the second: the template before 2025
        authors=("div.mb-1.text-base.font-semibold",),
        published_at=("div.text-cm.text-gray",),
        section=('a.text-xs.font-semibold[href="#"]',),
        image_caption=("figcaption.text-xs",),
    )
