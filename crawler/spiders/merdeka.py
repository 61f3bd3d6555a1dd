"""Merdeka, of KapanLagi Youniverse. robots.txt forbids every URL with a query and whatever has "index" in it (2026-07)."""

from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import SectionPage, tag_pages
from crawler.families import KLY_PAGE, kly_articles
from crawler.outlet import OutletSpider


class MerdekaSpider(OutletSpider):
    """World news stands in "dunia". Before 2022 an article was /section/slug.html, without a number."""

    name = "merdeka"
    title = "Merdeka"
    home = "https://www.merdeka.com/"
    proven = "real page 2021-06, replica 2026-07, listing 2020-10, public scraper 2026-07"
    minute = 19
    allowed_domains = ("merdeka.com",)
    articles = kly_articles("merdeka.com")
    routes = (
        NewsSitemap(name="world sitemap", url=f"{home}dunia/sitemap.xml"),
        SectionPage(name="world", url=f"{home}dunia"),
        Feed(name="feed", url=f"{home}rss/", url_filter="/dunia/"),
        *tag_pages(f"{home}tag/{{slug}}"),
    )
    page = KLY_PAGE
