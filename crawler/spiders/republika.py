"""Republika with all its hosts. robots.txt names Scrapy, not us (2026-10); the main feed holds two and a half hours (2026-09)."""

from datetime import date

from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import DateIndex, SectionPage, tag_pages
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class RepublikaSpider(OutletSpider):
    """The code in the URL is the id; og:url is a share link, rel=canonical the address. Tag pages mix in other stories (2026-08)."""

    name = "republika"
    title = "Republika"
    home = "https://republika.co.id/"
    proven = "real page 2016-02, replica 2026-07, listing 2020-03, public scraper 2026-10"
    minute = 47
    allowed_domains = ("republika.co.id",)
    articles = ArticleUrls(
        pattern=r"https?://(?:[\w-]+\.)*republika\.co\.id/(?:berita|share)/+(?:[a-z-]+/[a-z-]+/[\d/]+/)?(?P<id>(?=[a-z]*\d)[a-z0-9]{6,14})\b",
        exclude=r"//(?:tv|visual|retizen)\.",
        rewrite=[(r"/berita/+", "/berita/"), (r"-part\d+/?$", "")],
    )
    _world = r"//(?:internasional|news|www|fbeta)\.|//republika"  # where world news has stood
    routes = (
        Feed(name="feed", url="https://www.republika.co.id/rss", url_filter=_world, horizon_hours=2),
        Feed(name="world feed", url="https://www.republika.co.id/rss/internasional"),
        DateIndex(name="date index", url=f"{home}index/{{page}}/{{date:%Y/%m/%d}}", first_page=0, page_step=50, url_filter=_world),
        NewsSitemap(name="sitemap", url=f"{home}files/xml/sitemap.xml", url_filter=_world, provides=("time",)),
        SectionPage(name="world", url="https://internasional.republika.co.id/"),
        *tag_pages(f"{home}tag/{{slug}}", url_filter=_world),
    )
    _since_2018 = PageRules(
        body=(".article-content article",),
        authors=(".max-card__title > div",),
        editors=(".max-card__title > div",),
        published_at=(".date-item__headline",),
        section=(".breadcrumb li:last-child a",),
        image_caption=(".detail__media-caption .caption-img",),
        pages=(".pagination a",),  # of 2017-2022; none on two articles of 2026-07
        source_order={"authors": ("selectors",), "editors": ("selectors", "json-ld")},  # JSON-LD calls the editor the author (2026-07)
    )
    _templates_of_2015_and_2016 = PageRules(
        body=(".content-detail", ".txt-detailberita"), published_at=(".date-detail", ".rangka .date"), until=date(2017, 12, 31)
    )
    page = (_since_2018, _templates_of_2015_and_2016)
