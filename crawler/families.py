"""What outlets of one house share, so that a sister costs a few lines: declarations, no spiders."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urljoin

from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import DateIndex, Route, tag_pages
from crawler.reading.rules import PageRules
from crawler.settings import USER_AGENT
from crawler.urls import ArticleUrls

# --- Trans Media: CNBC Indonesia, CNN Indonesia and detik run one content system

TRANS_MEDIA_PAGE = PageRules(
    # CNBC and CNN since 2025, both before, detik on most of its hosts, detik on the rest
    body=(".detail-text", ".detail_text", ".detail__body-text", ".itp_bodycontent"),
    authors=(".detail__author",),
    published_at=(".detail__date",),
    tags=(".detail__body-tag a",),
    image_caption=(".detail__media-caption",),
)


def trans_media_articles(domain: str) -> ArticleUrls:
    """URLs like /news/20250605094714-4-638695/slug: the last number is the id, the 14 digits are the time of the draft."""
    host = domain.replace(".", r"\.")
    return ArticleUrls(
        pattern=rf"https?://(?:www\.)?{host}/(?!foto/|video/|tv/|embed/)[a-z-]+/(?P<day>\d{{8}})\d{{6}}-\d+-(?P<id>\d+)",
        rewrite=[(rf"//{host}", f"//www.{domain}"), (r"/amp/?$", "")],
    )


def trans_media_routes(
    home: str, world: str, *, index: str = "indeks?date={date:%Y/%m/%d}", tags: str = "tag/{slug}/{page}"
) -> tuple[Route, ...]:
    """The ways into an outlet at ``home`` with its world news in the channel ``world``; ``index`` and ``tags`` may be whole URLs."""
    return (
        Feed(name="feed", url=f"{home}{world}/rss", horizon_hours=14),  # to 21 (2026-09)
        NewsSitemap(name="news sitemap", url=f"{home}{world}/sitemap_news.xml"),
        DateIndex(name="date index", url=urljoin(home, index) + "&page={page}", url_filter=rf"\.com/{world}/"),
        *tag_pages(urljoin(home, tags)),
    )


# --- KG Media: Kompas.com, KOMPAS.TV and Tribun

KG_MEDIA_WHOLE = "page=all"  # the query that shows an article of several pages on one
KG_MEDIA_PAGE = PageRules(
    body=(),
    # JSON-LD may call the editor the author (Kompas 2026-08, Tribun 2026-07)
    trust={"authors": ("meta", "selectors", "generic"), "editors": ("meta", "selectors", "generic")},
)
TRIBUN_PAGE = replace(
    KG_MEDIA_PAGE,
    body=(".txt-article",),
    authors=("#penulis a",),
    editors=("#editor a",),
    section=(".breadcrumb li:last-child a",),
    image_caption=("div.arial.f12.pt5.grey2",),
    pages=(".paging a",),
)
KOMPAS_PAGE = (
    replace(
        KG_MEDIA_PAGE,
        body=(".read__content",),
        authors=(".credit-author:contains('Penulis') .credit-author-name",),
        editors=(".credit-author:contains('Editor') .credit-author-name",),
        published_at=(".read__time",),
        section=(".breadcrumb__wrap li:last-child",),
        image_caption=(".photo__caption",),
        pages=(".read__paging a.paging__link",),
    ),
    replace(KG_MEDIA_PAGE, body=(".kcm-read-text",), published_at=(".kcm-date", ".kcm-read-top"), until=date(2016, 12, 31)),
)
# Tribun's CDN answers 403 to whatever does not look like a browser; a browser with our own name behind it gets 200 (2026-07, 2026-08).
TRIBUN_SETTINGS: dict[str, Any] = {
    "USER_AGENT": f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Safari/537.36 {USER_AGENT}"
}

# --- Republika: its templates of 2016 and 2015

REPUBLIKA_UNTIL_2017 = PageRules(
    body=(".content-detail", ".txt-detailberita"), published_at=(".date-detail", ".rangka .date"), until=date(2017, 12, 31)
)
