"""What outlets of one publisher group share, so that another of its outlets takes a few lines: declarations, no spiders."""

from urllib.parse import urljoin

from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import DateIndex, Route, Search, tag_pages
from crawler.reading.rules import PageRules
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


def trans_media_articles(domain: str, query: str = "") -> ArticleUrls:
    """URLs like /news/20250605094714-4-638695/slug: the last number is the id, the 14 digits are the time of the draft.

    ``/slug/2`` is the second page; ``query`` shows all of them on one.
    """
    host = domain.replace(".", r"\.")
    return ArticleUrls(
        pattern=rf"https?://(?:www\.)?{host}/(?!foto/|video/|tv/|embed/)[a-z-]+/(?P<day>\d{{8}})\d{{6}}-\d+-(?P<id>\d+)",
        rewrite=[(rf"//{host}", f"//www.{domain}"), (r"/amp/?$", ""), (r"(-\d+/[^/]+)/\d{1,2}/?$", r"\1")],
        query=query,
    )


def trans_media_routes(
    home: str, world: str, *, index: str = "indeks?date={date:%Y/%m/%d}", tags: str = "tag/{slug}/{page}"
) -> tuple[Route, ...]:
    """The routes of an outlet at ``home`` with its world news in the channel ``world``; ``index`` and ``tags`` may be whole URLs."""
    return (
        Feed(name="feed", url=f"{home}{world}/rss", horizon_hours=14),  # to 21 (2026-09)
        NewsSitemap(name="news sitemap", url=f"{home}{world}/sitemap_news.xml"),
        DateIndex(name="date index", url=urljoin(home, index) + "&page={page}", url_filter=rf"\.com/{world}/"),
        *tag_pages(urljoin(home, tags)),
    )


# --- KG Media: Kompas.com, KOMPAS.TV and Tribun

KG_MEDIA_QUERY = "page=all"  # shows an article of several pages on one
KG_MEDIA_PAGE = PageRules(
    body=(),
    # JSON-LD may call the editor the author (Kompas 2026-08, Tribun 2026-07)
    source_order={"authors": ("meta", "selectors", "generic"), "editors": ("meta", "selectors", "generic")},
)


# --- KapanLagi Youniverse: Liputan6 and Merdeka run one content system

KLY_PAGE = PageRules(body=(".article-content-body", ".articles-content__body"))


def kly_articles(domain: str) -> ArticleUrls:
    """URLs like /global/read/8253586/slug; without the channel on its own host, and without a number, /dunia/slug.html, until 2022."""
    host = domain.replace(".", r"\.")
    return ArticleUrls(
        pattern=rf"https?://(?:(?!video|foto|enamplus)[\w-]+\.)?{host}/(?!photo/|foto/|video/|slideshow/)(?:[\w-]+/)?"
        r"(?:read/)?(?P<id>(?<=/read/)\d+|(?<!/read/)[\w-]+(?=\.html))",
        rewrite=[(rf"//(?:m\.)?{host}/", f"//www.{domain}/")],
    )


# What all pages of a group's outlets have in their source, by the name of its rules: `scrapy genspider` knows it by that
MARKS = {"TRANS_MEDIA_PAGE": b"detik.net.id", "KG_MEDIA_PAGE": b"kgnw", "KLY_PAGE": b"window.kly"}


# --- any outlet


def articles_on_www(domain: str, path: str, *, exclude: str | None = None, query: str = "") -> ArticleUrls:
    """Articles at https://www.``domain``/``path`` (a regular expression), found there also from the domain alone and from m."""
    host = domain.replace(".", r"\.")
    rewrite = [(rf"//(?:m\.)?{host}/", f"//www.{domain}/")]
    return ArticleUrls(pattern=rf"https?://(?:www\.|m\.)?{host}/{path}", exclude=exclude, rewrite=rewrite, query=query)


def unproven_search(url: str) -> Search:
    """A search that scripts fill and that nobody has seen filled: a backfill tries it for what the outlet's other routes do not reach.

    It was built against pages of our own (2026-11).
    """
    query = "korea+utara+rusia"
    return Search(name="search", url=url, queries=(query,), window=1, max_pages=5, browser=True, waits_for="article a[href]", unproven=True)
