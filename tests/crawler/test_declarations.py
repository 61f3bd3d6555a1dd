"""Forty and more mistakes in a declaration: each is named with its file, the attribute and the remedy before anything is asked for."""

import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from crawler.declarations.words import DeclarationError
from crawler.outlet import OutletSpider
from crawler.outlets import Outlets

KABAR = '''"""Kabar, an invented outlet."""

from datetime import date, timedelta

from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import DateIndex, Search, SectionPage, tag_pages
from crawler.expectations import Expectations
from crawler.outlet import OutletSpider
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls


class KabarSpider(OutletSpider):
    """World news stands in "dunia"."""

    name = "kabar"
    title = "Kabar"
    home = "https://www.kabar.example/"
    proven = "real page 2026-07, public scraper 2026-08"
    minute = 3
    period = timedelta(minutes=30)
    allowed_domains = ("kabar.example",)
    custom_settings = {"DOWNLOAD_DELAY": 5}
    access = "It answers 403 to some (2026-07)"
    waits_for = ".isi p"
    articles = ArticleUrls(
        pattern=r"https?://(?:www\\.)?kabar\\.example/read/(?P<day>\\d{8})/(?P<id>\\d+)",
        exclude=r"/read/\\d+/0",
        rewrite=[(r"//(kabar)", r"//www.\\1")],
        query="page=all",
    )
    routes = (
        Feed(name="feed", url=f"{home}rss", horizon_hours=14, provides=("title", "time")),
        NewsSitemap(name="sitemap", url=f"{home}sitemap.xml", children="news"),
        DateIndex(name="index", url=f"{home}indeks?d={{date:%Y-%m-%d}}&p={{page}}", url_filter="/dunia/"),
        Search(name="search", url=f"{home}cari?q={{query}}&a={{first:%Y-%m-%d}}", queries=("korea+rusia",)),
        *tag_pages(f"{home}tag/{{slug}}/{{page}}"),
    )
    expects = Expectations(authors=0.2, sample=5)
    page = (
        PageRules(body=(".isi",), authors=(".penulis",), source_order={"authors": ("selectors", "json-ld")}, noise_phrases=("lihat .*",)),
        PageRules(body=(".lama",), until=date(2024, 12, 31)),
    )
'''
# What is written → what is written instead, and what has to be said of it: the attribute, and what was meant or is allowed
TYPOS: list[tuple[str, str, tuple[str, ...]]] = [
    # attributes
    ("    period =", "    perod =", ("perod", "did you mean period?", "allowed: access, allowed_domains")),
    ("    allowed_domains =", "    alowed_domains =", ("alowed_domains", "did you mean allowed_domains?")),
    ("    routes =", "    route =", ("route is no attribute", "did you mean routes?")),
    ("    page =", "    pages =", ("pages is no attribute", "did you mean page?")),
    ("    expects =", "    expectations =", ("expectations is no attribute", "did you mean expects?")),
    ("    waits_for =", "    wait_for =", ("wait_for", "did you mean waits_for?")),
    ("    minute = 3", "    timezone = 'WIB'\n    minute = 3", ("timezone is no attribute of an outlet", "allowed: access")),
    ("    minute = 3", "    start_urls = ['https://kabar.example']\n    minute = 3", ("start_urls is no attribute", "allowed: ")),
    # types
    ('    title = "Kabar"', "    title = ('Kabar',)", ("title is ('Kabar',)", "has to be a text")),
    ("    minute = 3", '    minute = "3"', ("minute is '3'", "has to be a whole number: without quotation marks")),
    ("timedelta(minutes=30)", "30", ("period is 30", "write timedelta(minutes=30)")),
    ('("kabar.example",)', '("kabar.example")', ("allowed_domains is 'kabar.example'", "write ('kabar.example',)")),
    ('body=(".isi",)', 'body=(".isi")', ("page.body is '.isi'", "write ('.isi',)")),
    ('provides=("title", "time")', 'provides=("title")', ("Feed 'feed'.provides is 'title'", "write ('title',)")),
    ("horizon_hours=14", 'horizon_hours="14"', ("Feed 'feed'.horizon_hours is '14'", "a whole number")),
    ('queries=("korea+rusia",)', 'queries="korea+rusia"', ("Search 'search'.queries is 'korea+rusia'", "write ('korea+rusia',)")),
    ("authors=0.2", 'authors="0.2"', ("expects.authors is '0.2'", "has to be a number: without quotation marks")),
    (
        'rewrite=[(r"//(kabar)", r"//www.\\1")]',
        'rewrite=(r"//(kabar)", r"//www.\\1")',
        ("articles.rewrite is", "several of a pair (a text, a text)"),
    ),
    ("date(2024, 12, 31)", '"2024-12-31"', ("page.until is '2024-12-31'", "a date, such as date(2024, 12, 31)")),
    ("    articles = ArticleUrls(\n        pattern=", "    articles = dict(\n        pattern=", ("articles is {", "has to be ArticleUrls")),
    # values
    ("minute = 3", "minute = 63", ("minute is 63", "from 0 to 59")),
    ("minutes=30", "minutes=45", ("period of 0:45:00", "60 minutes or 24 hours divided by a whole number")),
    ('(2026-07)"', '(July 2026)"', ("access has to end with the month", "such as (2026-11)")),
    ("real page 2026-07", "reel page 2026-07", ("proven says 'reel page'", "did you mean real page?")),
    ("public scraper 2026-08", "public scraper 2026-18", ("proven says 'public scraper 2026-18'", "followed by a month")),
    (
        '("kabar.example",)',
        '("https://www.kabar.example/",)',
        ("allowed_domains has 'https://www.kabar.example/'", "write 'kabar.example'"),
    ),
    ('"DOWNLOAD_DELAY"', '"DOWNLOAD_DELY"', ("custom_settings has DOWNLOAD_DELY", "did you mean DOWNLOAD_DELAY?")),
    ("authors=0.2", "authors=20", ("expects.authors is 20", "a share is from 0 to 1")),
    ("sample=5", "sample=0", ("expects.sample is 0", "more than 0")),
    (
        'home = "https://www.kabar.example/"',
        'home = "https://www.kabar.exampel/"',
        ("home https://www.kabar.exampel/", "did you mean kabar.example?"),
    ),
    (
        'home = "https://www.kabar.example/"',
        'home = "www.kabar.example/"',
        ("home 'www.kabar.example/' is no address", "begin it with https://"),
    ),
    # articles
    ("(?P<id>\\\\d+)", "(?P<nr>\\\\d+)", ("articles.pattern has no group (?P<id>…)", "nr")),
    ("(?P<day>", "(?P<dya>", ("articles.pattern has a group dya", "did you mean day?")),
    ("(?P<id>\\\\d+)", "(?P<id>\\\\d+", ("articles.pattern", "is no regular expression", "missing ), unterminated subpattern")),
    ('exclude=r"/read/', 'exclude=r"(/read/', ("articles.exclude", "is no regular expression")),
    ("www.\\\\1", "www.\\\\2", ("articles.rewrite cannot put in", "invalid group reference 2")),
    ("kabar\\\\.example/read", "kabbar\\\\.example/read", ("articles.pattern names kabbar.example", "did you mean kabar.example?")),
    (
        "example/read/(?P<day>\\\\d{8})/(?P<id>\\\\d+)",
        "example/(?P<id>.*)",
        ("routes: Feed 'feed'.url", "passes for an article", "let articles.pattern or exclude tell them apart"),
    ),
    ('query="page=all"', 'query="?page"', ("articles.query is '?page'", "like page=all")),
    ("exclude=r", "exclud=r", ("exclud", "did you mean exclude?", "line 26")),
    ('query="page=all"', 'query="pgae=all"', ("articles.query has pgae", "did you mean page?")),
    ('query="page=all"', 'query="page=al"', ("articles.query has al", "did you mean all?")),
    ('r"//(kabar)", r"//www.', 'r"//(kabbar.example)", r"//www.', ("articles.rewrite names kabbar.example", "did you mean kabar.example?")),
    ('home = "https://www.', 'home = "https://ww.', ("home https://ww.kabar.example/", "did you mean www.kabar.example?")),
    # routes
    ('NewsSitemap(name="sitemap"', 'NewsSitemap(name="feed"', ("2 are named 'feed'", "give each a name of its own")),
    ('Feed(name="feed"', 'Feed(nmae="feed"', ("nmae", "did you mean name?", "horizon_hours")),
    ('Feed(name="feed", ', "Feed(", ("Feed", "missing", "'name'", "it takes: browser, exhaustive")),
    ('url_filter="/dunia/"', 'url_filter="/dunia("', ("DateIndex 'index'.url_filter", "is no regular expression")),
    ('children="news"', 'children="*"', ("NewsSitemap 'sitemap'.children", "is no regular expression: nothing to repeat")),
    ('"title", "time"', '"title", "tiem"', ("Feed 'feed'.provides has 'tiem'", "did you mean time?", "keywords, summary, time, title")),
    ("{{date:%Y-%m-%d}}&p", "{{dat:%Y-%m-%d}}&p", ("DateIndex 'index'.url has a place {dat}", "did you mean date?")),
    ("{{date:%Y-%m-%d}}&p", "{{date:%Y-%m}}&p", ("DateIndex 'index'.url", "is the same on several days")),
    ("&p={{page}}", "&p={{page}", ("DateIndex", "index")),
    (
        'f"{home}rss"',
        '"https://rss.kabbar.example/feed"',
        ("Feed 'feed'.url https://rss.kabbar.example/feed is on rss.kabbar.example", "kabar.example"),
    ),
    ('f"{home}rss"', 'f"{home}read/20261123/5"', ("Feed 'feed'.url", "passes for an article")),
    ("?q={{query}}", "?q={{qeury}}", ("Search 'search'.url has a place {qeury}", "did you mean query?")),
    ("horizon_hours=14", "horizon_hours=0", ("Feed 'feed'.horizon_hours is 0", "1 or more")),
    # pages
    ('body=(".isi",)', 'bdy=(".isi",)', ("bdy", "did you mean body?", "image_caption")),
    ('".penulis"', '".penulis["', ("page.authors", "is not valid CSS")),
    ('".penulis"', "\"//div[@class='penulis']\"", ("page.authors", "is not valid CSS", "an XPath? Write CSS")),
    ('waits_for = ".isi p"', 'waits_for = ".isi >"', ("waits_for", "is not valid CSS")),
    ('{"authors": ', '{"author": ', ("page.source_order names 'author'", "did you mean authors?")),
    ('"json-ld")', '"jsonld")', ("page.source_order has 'jsonld' of authors", "did you mean json-ld?")),
    ('"lihat .*"', '"lihat (.*"', ("page.noise_phrases", "is no regular expression")),
    (", until=date(2024, 12, 31)", "", ("page", "today's rules come first, without until")),
    # what Python says, with what was meant
    (
        "    title =",
        "    _other = trans_media_routes(home='x', world='y')\n    title =",
        ("write: from crawler.families import trans_media_routes",),
    ),
    ("{{date:%Y-%m-%d}}&p", "{{date.yeer}}&p", ("DateIndex 'index'.url", "did you mean year?")),
    ("{{date:%Y-%m-%d}}&p", "{{date:%Y-%M-%d}}&p", ("DateIndex 'index'.url", "is the same on several days")),
    ('title = "Kabar"', 'title = " "', ("title is empty",)),
    ('("kabar.example",)', "()", ("allowed_domains is empty",)),
    ("import Feed, NewsSitemap", "import Feeed, NewsSitemap", ("line 5", "cannot import name 'Feeed'", "did you mean Feed?")),
    ("crawler.discovery.routes", "crawler.discovery.rotes", ("line 6", "rotes", "did you mean routes?")),
    ("        Feed(name", "        Feeds(name", ("line", "name 'Feeds' is not defined", "did you mean Feed?")),
    ("timedelta(minutes=30)", "timedelta(minute=30)", ("line", "minute", "did you mean minutes?")),
    ('f"{home}rss"', 'f"{hom}rss"', ("name 'hom' is not defined", "did you mean home?")),
    ("class KabarSpider(OutletSpider):", "class KabarSpider(OutletSpider)", ("SyntaxError", "line 13", "expected ':'")),
    ("class KabarSpider(OutletSpider):", "class KabarSpider(OutletSpidr):", ("line 13", "OutletSpidr", "did you mean OutletSpider?")),
    ('    title = "Kabar"\n', "", ("KabarSpider does not declare title",)),
]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Outlets]:
    """Load a file kabar.py with this source, as every command does first."""
    package = f"declared_{uuid4().hex}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def load(source: str) -> Outlets:
        (tmp_path / package / "kabar.py").write_text(source)
        return Outlets([package])

    return load


def test_the_table_is_long_enough_and_its_outlet_is_right(loaded: Callable[[str], Outlets]) -> None:
    assert len(TYPOS) >= 40
    outlets = loaded(KABAR)
    assert (outlets.broken, outlets.list()) == ({}, ["kabar"])


@pytest.mark.parametrize(("written", "instead", "said"), TYPOS, ids=[instead.strip()[:50] for _, instead, _ in TYPOS])
def test_a_mistake_is_named_with_its_file_attribute_and_remedy(
    written: str, instead: str, said: tuple[str, ...], loaded: Callable[[str], Outlets]
) -> None:
    source = KABAR.replace("\\\\", "\\")
    written, instead = written.replace("\\\\", "\\"), instead.replace("\\\\", "\\")
    assert written in source
    outlets = loaded(source.replace(written, instead, 1))
    ((file, message),) = outlets.broken.items()
    assert file.endswith("/kabar.py")
    assert [part for part in said if part not in message] == [], message
    assert "\n" not in message


def test_a_class_is_checked_when_it_is_made() -> None:
    with pytest.raises(DeclarationError, match=r"test_declarations\.py: perid is no attribute of an outlet; did you mean period\?"):
        type("KabarSpider", (OutletSpider,), {"name": "kabar", "perid": None})
