"""Katakini. Known are its article URLs and one saved text (2026-10); sections and class names are guesses, no feed is known."""

from crawler.discovery.routes import SectionPage
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class KatakiniSpider(OutletSpider):
    """Translated agency copy in plain paragraphs; the footer hides spam links, which no route follows off the outlet's hosts."""

    name = "katakini"
    title = "Katakini"
    home = "https://www.katakini.com/"
    proven = "saved text 2026-10"
    minute = 12
    allowed_domains = ("katakini.com",)
    articles = ArticleUrls(
        pattern=r"https?://(?:www\.)?katakini\.com/(?:mobile/)?artikel/(?P<id>[1-9]\d*)(?:[/?#]|$)",
        rewrite=[(r"//katakini\.com/", "//www.katakini.com/"), (r"/mobile/artikel/", "/artikel/")],
    )
    routes = (
        SectionPage(name="home", url="https://www.katakini.com/", url_filter=None),
        SectionPage(name="news", url="https://www.katakini.com/kategori/news/{page}/", exhaustive=True),
    )
    page = PageRules(body=(".isi-artikel",), section=(".crumb a",), image_caption=(".foto .caption",))
