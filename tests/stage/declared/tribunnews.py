"""Tribunnews, on the day after its pages came to be built by scripts."""

from crawler.spiders.tribunnews import TribunnewsSpider


class DeclaredSpider(TribunnewsSpider):
    """As the maintainer would declare it then."""

    browser = True
