"""CNN Indonesia: of CNBC Indonesia's group, same system. Its bylines name the outlet, so the sign-off's initials are the writer."""

from dataclasses import replace

from crawler.families import TRANS_MEDIA_PAGE, trans_media_articles, trans_media_routes
from crawler.outlet import OutletSpider


class CnnIndonesiaSpider(OutletSpider):
    """World news stands in the channel "internasional"."""

    name = "cnn_indonesia"
    title = "CNN Indonesia"
    home = "https://www.cnnindonesia.com/"
    allowed_domains = ("cnnindonesia.com",)
    articles = trans_media_articles("cnnindonesia.com")
    routes = trans_media_routes(home, world="internasional")
    page = replace(
        TRANS_MEDIA_PAGE, authors=(".text-cnn_black_light3 span",), section=("a.gtm_breadcrumb_subkanal", "a.gtm_breadcrumb_kanal")
    )
