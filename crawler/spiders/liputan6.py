"""Liputan6, of KapanLagi Youniverse. Indexes and tag pages are empty until scripts have run (2026-04, 2026-07)."""

from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import SectionPage
from crawler.families import KLY_PAGE, kly_articles
from crawler.outlet import OutletSpider


class Liputan6Spider(OutletSpider):
    """World news stands in "global". All pages of an article come in one."""

    name = "liputan6"
    title = "Liputan6"
    home = "https://www.liputan6.com/"
    proven = "real page 2024-10, replica 2026-07, listing 2015-11, public scraper 2026-07"
    minute = 14
    allowed_domains = ("liputan6.com",)
    articles = kly_articles("liputan6.com")
    routes = (
        SectionPage(name="world", url=f"{home}global", provides=("title", "time")),
        Feed(name="world feed", url=f"{home}feed/rss/global"),  # 50 entries in its sisters (2026)
        NewsSitemap(name="world sitemap", url=f"{home}global/sitemap.xml"),  # as Merdeka has it
    )
    page = KLY_PAGE
