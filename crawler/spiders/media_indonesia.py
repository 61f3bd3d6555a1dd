"""Media Indonesia."""

from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import SectionPage, tag_pages
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class MediaIndonesiaSpider(OutletSpider):
    """World news stands in "internasional"; lists go on by the number of articles, 20 a page."""

    name = "media_indonesia"
    title = "Media Indonesia"
    home = "https://mediaindonesia.com/"
    proven = "real page 2026-01, public scraper 2026-07"
    minute = 49
    allowed_domains = ("mediaindonesia.com",)
    access = "Its CDN asks some clients for a browser, at /indeks/ more than at sections and articles (2026-07)"
    articles = ArticleUrls(
        pattern=r"https?://(?:www\.|m\.)?mediaindonesia\.com/(?!video/|galleries/|foto/|indeks/)[\w-]+/(?P<id>\d{4,})/(?!\d+(?:[/?#]|$))",
        rewrite=[(r"//(?:www|m)\.", "//")],
    )
    routes = (
        SectionPage(name="world", url=f"{home}internasional/20/{{page}}", first_page=0, page_step=20, exhaustive=True),
        Feed(name="feed", url=f"{home}feed", url_filter="/internasional/"),
        NewsSitemap(name="sitemap", url=f"{home}sitemap.xml", url_filter="/internasional/", provides=("time",)),
        *tag_pages(f"{home}tag/{{slug}}"),
    )
    page = PageRules(body=("div.article",), authors=(".author-2",), noise=(".related-news", ".info-author"))
