"""CNN Indonesia: of CNBC Indonesia's group, same system. Its bylines name the outlet, so the sign-off's initials are the writer."""

from dataclasses import replace

from crawler.families import TRANS_MEDIA_PAGE, trans_media_articles, trans_media_routes
from crawler.outlet import OutletSpider


class CnnIndonesiaSpider(OutletSpider):
    """World news stands in the channel "internasional". An article of several pages is nowhere shown on one."""

    name = "cnn_indonesia"
    title = "CNN Indonesia"
    home = "https://www.cnnindonesia.com/"
    proven = "public scraper 2026-07"
    minute = 17
    allowed_domains = ("cnnindonesia.com",)
    articles = trans_media_articles("cnnindonesia.com")
    routes = trans_media_routes(home, world="internasional")
    _numbers, _next = ".mb-8 > .gap-2.text-base", '.inline-block:has(> a[dtr-evt="halaman"])'
    page = replace(
        TRANS_MEDIA_PAGE,
        authors=(".text-cnn_black_light3 span",),
        section=("a.gtm_breadcrumb_subkanal", "a.gtm_breadcrumb_kanal"),
        pages=(f"{_numbers} a", f"{_next} a"),
        noise=(_numbers, _next),
    )
