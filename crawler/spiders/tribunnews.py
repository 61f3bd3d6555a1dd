"""Tribunnews and its regional hosts. robots.txt forbids tag pages; the main feed links to the home page only (2026-07)."""

from dataclasses import replace

from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import DateIndex, SectionPage
from crawler.families import KG_MEDIA_PAGE, KG_MEDIA_QUERY
from crawler.outlet import OutletSpider
from crawler.settings import USER_AGENT
from crawler.urls import ArticleUrls

DAY = "?date={date.year}-{date.month}-{date.day}&page={page}"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Safari/537.36"


class TribunnewsSpider(OutletSpider):
    """World news stands in "internasional". Regional hosts number their articles themselves; an index ends at page 10 (2026-07)."""

    name = "tribunnews"
    title = "Tribunnews"
    home = "https://www.tribunnews.com/"
    proven = "real page 2020-10, replica 2026-07, saved text 2025-10, public scraper 2026-08"
    minute = 57
    allowed_domains = ("tribunnews.com",)
    custom_settings = {"USER_AGENT": f"{BROWSER} {USER_AGENT}"}  # noqa: RUF012 - declared so by Scrapy; it gets 200 (2026-08)
    access = 'Its CDN answers 403 to a user agent that does not look like a browser\'s, or that has "bot" in it (2026-07)'
    articles = ArticleUrls(
        pattern=r"https?://(?:(?:www\.|m\.)?tribunnews\.com/(?:[\w-]+/)?|(?=[\w-]+\.tribunnews\.com/))"
        r"(?P<id>(?:(?!www\.|m\.)[\w-]+\.tribunnews\.com/(?:[\w-]+/)?)?(?:\d{5,}(?=/\w)|(?P<day>\d{4}/\d\d/\d\d)/[\w-]+))",
        exclude=r"com/(?:index-news|tag|topic|search|video|foto|images|webstories|penulis|editor|epaper|rss|member|komentar)/",
        rewrite=[(r"//(?:m\.)?tribunnews\.com/", "//www.tribunnews.com/")],
        query=KG_MEDIA_QUERY,
    )
    _solo, _world = "https://solo.tribunnews.com/", r"/internasional/"
    routes = (
        NewsSitemap(name="news sitemap", url=f"{home}internasional/sitemap-news.xml", horizon_hours=48),
        SectionPage(name="world", url=f"{home}internasional"),
        DateIndex(name="date index", url=f"{home}index-news/internasional{DAY}", max_pages=10),
        DateIndex(name="date index of Solo", url=f"{_solo}index-news{DAY}", url_filter=_world, max_pages=10, exhaustive=False),
        Feed(name="feed of Solo", url=f"{_solo}rss", url_filter=_world),
    )
    page = replace(
        KG_MEDIA_PAGE,
        body=(".txt-article",),
        authors=("#penulis a",),
        editors=("#editor a",),
        section=(".breadcrumb li:last-child a",),
        image_caption=("div.arial.f12.pt5.grey2",),
        pages=(".paging a",),
    )
