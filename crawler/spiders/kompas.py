"""Kompas.com with all its hosts. No feed works (tried 2026-08, 2026-09)."""

from dataclasses import replace
from datetime import date

from crawler.discovery.feeds import NewsSitemap
from crawler.discovery.routes import DateIndex, Search, tag_pages
from crawler.families import KG_MEDIA_PAGE, KG_MEDIA_QUERY
from crawler.outlet import OutletSpider
from crawler.urls import ArticleUrls


class KompasSpider(OutletSpider):
    """World news stands under internasional.kompas.com and www.kompas.com/global: twins with the same date and number."""

    name = "kompas"
    title = "Kompas.com"
    home = "https://www.kompas.com/"
    proven = "real page 2025-05, saved text 2026-08, listing 2015-11, public scraper 2026-10"
    minute = 27
    allowed_domains = ("kompas.com",)
    articles = ArticleUrls(
        pattern=r"https?://(?:[\w-]+\.)?kompas\.com/(?:[\w-]+/)?read/(?P<id>(?P<day>\d{4}/\d{2}/\d{2})/(?P<clock>\d{6})\d{2,3})",
        exclude=r"//(?:video|foto|vik|jeo|biz)\.",  # biz carries advertorials
        rewrite=[(r"//amp\.kompas\.com/", "//www.kompas.com/")],
        query=KG_MEDIA_QUERY,
    )
    _search = "https://search.kompas.com/search?q={query}&sort=latest&start_date={first:%Y-%m-%d}&end_date={last:%Y-%m-%d}&page={page}"
    routes = (
        DateIndex(
            name="date index", url="https://indeks.kompas.com/?site=news&date={date:%Y-%m-%d}&page={page}", url_filter="//inter|/global/"
        ),
        NewsSitemap(name="news sitemap", url="https://internasional.kompas.com/sitemap.xml"),
        Search(name="search", url=_search, queries=("korea+rusia",), max_pages=38),  # where it stops (2026-08)
        *tag_pages("https://www.kompas.com/tag/{slug}?page={page}"),
    )
    page = (
        replace(
            KG_MEDIA_PAGE,
            body=(".read__content",),
            authors=('.credit-author:has(:lexbor-contains("Penulis")) .credit-author-name',),
            editors=('.credit-author:has(:lexbor-contains("Editor")) .credit-author-name',),
            published_at=(".read__time",),
            section=(".breadcrumb__wrap li:last-child",),
            image_caption=(".photo__caption",),
            pages=(".read__paging a.paging__link",),
        ),
        replace(KG_MEDIA_PAGE, body=(".kcm-read-text",), published_at=(".kcm-date", ".kcm-read-top"), until=date(2016, 12, 31)),
    )
