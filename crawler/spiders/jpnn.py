"""JPNN, the portal of the Jawa Pos group. Its articles have no number: the slug is the id."""

from crawler.discovery.feeds import Feed
from crawler.discovery.routes import DateIndex, tag_pages
from crawler.families import articles_on_www
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules


class JpnnSpider(OutletSpider):
    """World news stands among the rest of /news/. An article of several pages is nowhere shown on one."""

    name = "jpnn"
    title = "JPNN"
    home = "https://www.jpnn.com/"
    proven = "real page 2021-07, public scraper 2026-04"
    minute = 44
    allowed_domains = ("jpnn.com",)
    articles = articles_on_www("jpnn.com", r"news/(?P<id>[\w-]+)")
    _day = "&d={date:%d}&m={date:%m}&y={date:%Y}&tab=all&page={page}"
    routes = (
        DateIndex(name="date index", url=f"{home}indeks?id={_day}", url_filter=None),
        Feed(name="feed", url=f"{home}index.php?mib=rss", url_filter=None),
        *tag_pages(f"{home}tag/{{slug}}?page={{page}}"),  # 2026-04
    )
    page = PageRules(body=('[itemprop="articleBody"]',), pages=(".pagination a",))
