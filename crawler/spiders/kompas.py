"""Kompas.com with all its hosts. No feed works (tried 2026-08, 2026-09)."""

from dataclasses import replace

from crawler.families import KG_MEDIA_PAGE, KG_MEDIA_WHOLE, KOMPAS_UNTIL_2016
from crawler.outlet import OutletSpider
from crawler.routes import DateIndex, NewsSitemap, TagPages
from crawler.urls import ArticleUrls


class KompasSpider(OutletSpider):
    """World news stands under internasional.kompas.com and www.kompas.com/global: twins with the same date and number."""

    name = "kompas"
    title = "Kompas.com"
    home = "https://www.kompas.com/"
    allowed_domains = ("kompas.com",)
    articles = ArticleUrls(
        pattern=r"https?://(?:[\w-]+\.)?kompas\.com/(?:[\w-]+/)?read/(?P<id>(?P<day>\d{4}/\d{2}/\d{2})/\d{8,9})",
        exclude=r"//(?:video|foto|vik|jeo|biz)\.",  # biz carries advertorials
        rewrite=[(r"//amp\.kompas\.com/", "//www.kompas.com/")],
        query=KG_MEDIA_WHOLE,
    )
    routes = (
        DateIndex(name="date index", url="https://indeks.kompas.com/?site=news&date={date:%Y-%m-%d}&page={page}", only=r"//inter|/global/"),
        NewsSitemap(name="news sitemap", url="https://internasional.kompas.com/sitemap.xml"),
        TagPages(name="tags", url="https://www.kompas.com/tag/{slug}?page={page}"),
    )
    _since_2017 = replace(
        KG_MEDIA_PAGE,
        body=(".read__content",),
        authors=(".credit-author:contains('Penulis') .credit-author-name",),
        editors=(".credit-author:contains('Editor') .credit-author-name",),
        published_at=(".read__time",),
        section=(".breadcrumb__wrap li:last-child",),
        image_caption=(".photo__caption",),
        pages=(".read__paging a.paging__link",),
    )
    page = (_since_2017, KOMPAS_UNTIL_2016)
