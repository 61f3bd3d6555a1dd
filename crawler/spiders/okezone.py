"""Okezone, of MNC Media, with its channels' hosts. It has no feed: its addresses answer HTML (2026)."""

from crawler.discovery.routes import DateIndex, tag_pages
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class OkezoneSpider(OutletSpider):
    """World news stands among the rest of news.okezone.com. mpi.okezone.com shows what is SINDOnews's."""

    name = "okezone"
    title = "Okezone"
    home = "https://www.okezone.com/"
    proven = "real page 2017-02, public scraper 2026-07"
    minute = 24
    allowed_domains = ("okezone.com",)
    articles = ArticleUrls(
        pattern=r"https?://(?!m\.|mpi\.)[\w-]+\.okezone\.com/(?:amp/)?read/(?P<day>\d{4}/\d\d/\d\d)/\d+/(?P<id>\d+)",
        rewrite=[(r"/amp/read/", "/read/")],
        query="page=all",
    )
    _day = "{date:%Y/%m/%d}"
    _index, _news = f"https://index.okezone.com/bydate/channel/{_day}/1/{{page}}/", f"https://news.okezone.com/indeks/{_day}/{{page}}"
    routes = (
        DateIndex(name="date index", url=_index, first_page=0, page_step=15, url_filter=None),
        DateIndex(name="date index of news", url=_news, first_page=0, page_step=10, url_filter=None),
        *tag_pages(f"{home}tag/{{slug}}/{{page}}"),  # 2026-04
    )
    page = PageRules(body=(".c-detail.read", "#contentx"), noise=("#baca-juga",))  # since 2024, and before
