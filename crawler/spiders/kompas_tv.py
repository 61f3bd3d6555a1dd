"""KOMPAS.TV. No robots.txt, sitemap or feed has been seen, and nobody has described where its pages keep the text (2026-11)."""

from dataclasses import replace
from datetime import timedelta

from crawler.discovery.routes import SectionPage, tag_pages
from crawler.families import KG_MEDIA_PAGE, KG_MEDIA_QUERY, unproven_search
from crawler.outlet import OutletSpider
from crawler.urls import ArticleUrls


class KompasTvSpider(OutletSpider):
    """An article has two URLs, /article/ID/slug and /CHANNEL/ID/slug. A channel shows its newest 30, so no route proves completeness."""

    name = "kompas_tv"
    title = "KOMPAS.TV"
    home = "https://www.kompas.tv/"
    proven = "saved text 2026-08, public scraper 2026-10"
    minute = 2
    period = timedelta(minutes=30)  # its lists are short
    allowed_domains = ("kompas.tv",)
    articles = ArticleUrls(
        pattern=r"https?://(?:www\.)?kompas\.tv/(?!tag/|video/|live)[\w-]+/(?P<id>\d{4,})/[\w-]+",
        rewrite=[(r"//kompas\.tv/", "//www.kompas.tv/")],
        query=KG_MEDIA_QUERY,
    )
    routes = (
        SectionPage(name="world", url="https://www.kompas.tv/internasional", provides=("title", "time")),
        *tag_pages("https://www.kompas.tv/tag/{slug}?page={page}"),
        unproven_search("https://www.kompas.tv/search?q={query}"),  # filled by Google's scripts, whose host the guard refuses
    )
    page = replace(
        KG_MEDIA_PAGE,
        body=(".article-body",),  # a guess; generic reading does as well
        authors=(".author-text",),
        editors=(".author-text",),
        published_at=("span.time-news",),
        section=(".time a",),
        image_caption=(".caption",),
    )
