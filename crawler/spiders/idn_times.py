"""IDN Times. robots.txt forbids queries; /indeks is not there (2026-07)."""

from crawler.discovery.feeds import NewsSitemap
from crawler.discovery.routes import SectionPage
from crawler.families import articles_on_www
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules


class IdnTimesSpider(OutletSpider):
    """World news stands in /news/world/. Two codes end the slug, the author's and the article's; regional hosts are left out."""

    name = "idn_times"
    title = "IDN Times"
    home = "https://www.idntimes.com/"
    proven = "replica 2026-07, public scraper 2026-07"
    minute = 54
    allowed_domains = ("idntimes.com",)
    articles = articles_on_www("idntimes.com", r"[\w-]+/[\w-]+/[\w-]+-(?P<id>[a-z0-9]{5}-[a-z0-9]{6})(?=[/?#]|$)")
    routes = (
        SectionPage(name="news", url=f"{home}news", url_filter="/world/", provides=("title", "time")),
        NewsSitemap(name="sitemap", url=f"{home}sitemap.xml", children="/news/sitemap-", url_filter="/world/", provides=("time",)),
    )
    page = PageRules(body=("#article-description",))
