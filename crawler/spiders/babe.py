"""BaBe, an aggregator: its pages wrap other outlets' articles. Known is one saved text (2026-01); class names are guesses."""

from datetime import timedelta

from crawler.discovery.routes import SectionPage
from crawler.expectations import Expectations
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class BabeSpider(OutletSpider):
    """Prints relative times only and has no archive, so no route proves completeness. The original is another outlet's to fetch."""

    name = "babe"
    title = "BaBe"
    home = "https://babeindonesia.com/"
    proven = "real page 2017-01, saved text 2026-01"
    minute = 22
    period = timedelta(minutes=30)  # its lists are short
    allowed_domains = ("babeindonesia.com",)
    _pattern = r"https?://(?:www\.)?babeindonesia\.com/read/?\?(?:[^#]*&)?id=(?P<id>[1-9]\d*)"
    articles = ArticleUrls(pattern=_pattern, rewrite=[(r"//www\.", "//")], parameter="id")
    routes = (SectionPage(name="home", url=home, url_filter=None), SectionPage(name="world", url=f"{home}kanal/internasional"))
    expects = Expectations(authors=0)  # its pages name the source, not the people
    page = PageRules(body=(".read .content",), published_at=(".read .time",), original=("a.asli",))
