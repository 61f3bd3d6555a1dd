"""detik: of CNBC Indonesia's group, with URLs of its own; ?single=1 shows an article of several pages on one."""

from crawler.families import TRANS_MEDIA_PAGE, trans_media_routes
from crawler.outlet import OutletSpider
from crawler.urls import ArticleUrls


class DetikSpider(OutletSpider):
    """World news stands at news.detik.com/internasional; the index takes its date month first (2026-07)."""

    name = "detik"
    title = "detikcom"
    home = "https://www.detik.com/"
    proven = "real page 2015-11, replica 2026-07, listing 2015-11, public scraper 2026-07"
    minute = 37
    allowed_domains = ("detik.com",)
    articles = ArticleUrls(
        pattern=r"https?://(?!20\.)(?:[\w-]+\.)?detik\.com/(?!foto|detiktv)(?:[\w-]+/)+?d-(?P<id>\d+)",
        rewrite=[(r"(/d-\d+/[^/]+)/(?:amp|\d{1,2})/?$", r"\1")],
        query="single=1",
    )
    _index, _tags = "internasional/indeks?date={date:%m/%d/%Y}", f"{home}tag/{{slug}}/?page={{page}}"
    routes = trans_media_routes("https://news.detik.com/", world="internasional", index=_index, tags=_tags)
    page = TRANS_MEDIA_PAGE
