"""CNBC Indonesia, whose world news stands in the channel "news"."""

from dataclasses import replace

from crawler.families import TRANS_MEDIA_PAGE, trans_media_articles, trans_media_routes, unproven_search
from crawler.outlet import OutletSpider


class CnbcIndonesiaSpider(OutletSpider):
    """The 14 digits of a URL are the draft's time, not the publication's."""

    name = "cnbc_indonesia"
    title = "CNBC Indonesia"
    home = "https://www.cnbcindonesia.com/"
    proven = "saved text 2025-06, public scraper 2026-10"
    minute = 7
    allowed_domains = ("cnbcindonesia.com",)
    access = "It answers 403 to datacentre addresses outside Indonesia, whatever the headers (2026-09)"
    articles = trans_media_articles("cnbcindonesia.com", query="page=all")
    routes = (*trans_media_routes(home, world="news"), unproven_search(home + "search?query={query}&fromdate={first:%Y/%m/%d}&page={page}"))
    page = replace(
        TRANS_MEDIA_PAGE,
        authors=("div.mb-1.text-base.font-semibold",),
        published_at=("div.text-cm.text-gray",),
        section=('a.text-xs.font-semibold[href="#"]',),
        image_caption=("figcaption.text-xs",),
    )
