"""One test over every spider the loader finds: an outlet without complete declarations or without fixtures fails here."""

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.discovery.routes import TagPage
from crawler.doctor.checks import noise_left
from crawler.outlet import OutletSpider
from crawler.reading.page import Page
from crawler.reading.reader import NotAnArticle, read
from crawler.reading.rules import every_rule

PAGES = Path(__file__).parent / "pages"
LOADER = get_spider_loader(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
# What an outlet does not have, and how that is known
NO_TAG_PAGES = {
    "tribunnews": "robots.txt forbids /tag/ and /topic/ (2026-07)",
    "katakini": "nobody has seen one (2026-11)",
    "babe": "nobody has seen one (2026-11)",
    "tempo": "they are empty until scripts have run (2026-07)",
    "liputan6": "they are empty until scripts have run (2026-04)",
    "sindonews": "their addresses have a number that the tag does not tell (2026-07)",
    "idn_times": "they are empty until scripts have run (2026-08)",
}
NO_PROOF = {  # their runs look back further each time instead of stopping at what is known
    "kompas_tv": "a section shows its newest 30 (2026-10), and there is no index",
    "babe": "its lists show the newest and do not go on (2026-11)",
    "tempo": "nobody has said how far back its sitemaps go (2026-05)",
    "liputan6": "its indexes are empty until scripts have run (2026-07)",
    "merdeka": "robots.txt forbids the further pages of its lists (2026-07)",
    "viva": "its index shows the newest 34 (2026-07)",
    "idn_times": "robots.txt forbids the further pages of its lists (2026-07)",
}
STRUCTURES = {"real": "a served page", "replica": "made after served pages", "guessed": "made after what others say of them"}
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def spiders() -> Iterator[type[OutletSpider]]:
    for name in sorted(LOADER.list()):
        spider = LOADER.load(name)
        assert issubclass(spider, OutletSpider), f"{name} is no OutletSpider"
        yield spider


def fixtures() -> Iterator[Any]:
    for spider in spiders():
        for path in sorted((PAGES / spider.name).glob("*.html")):
            if "." not in path.stem:  # CASE.2.html is the second page of CASE.html
                yield pytest.param(spider, path, id=f"{spider.name}-{path.stem}")


every_spider = pytest.mark.parametrize("spider", list(spiders()), ids=lambda spider: spider.name)


@every_spider
def test_name_file_and_class_agree(spider: type[OutletSpider]) -> None:
    assert spider.__module__ == f"crawler.spiders.{spider.name}", f"{spider.name} has to stand in crawler/spiders/{spider.name}.py"
    expected = "".join(part.capitalize() for part in spider.name.split("_")) + "Spider"
    assert spider.__name__ == expected, f"the class of {spider.name} has to be called {expected}"


@every_spider
def test_declarations_are_complete(spider: type[OutletSpider]) -> None:
    for name in ("title", "home", "allowed_domains", "articles", "routes", "page", "__doc__"):
        assert getattr(spider, name, None), f"{spider.name} declares no {name}"
    names = [route.name for route in spider.routes]
    assert len(names) >= 2, f"{spider.name} has one route: if it dies, the outlet is silent"
    assert len(set(names)) == len(names), f"{spider.name} has two routes of one name: {', '.join(names)}"
    has_tags, has_proof = any(isinstance(route, TagPage) for route in spider.routes), any(route.exhaustive for route in spider.routes)
    assert has_tags or spider.name in NO_TAG_PAGES, f"{spider.name} has no tag pages: add them, or say in NO_TAG_PAGES why there are none"
    assert not (has_tags and spider.name in NO_TAG_PAGES), f"{spider.name} has tag pages: take it out of NO_TAG_PAGES"
    assert has_proof or spider.name in NO_PROOF, f"no route of {spider.name} is exhaustive: add one, or say in NO_PROOF why there is none"
    assert not (has_proof and spider.name in NO_PROOF), f"a route of {spider.name} is exhaustive: take it out of NO_PROOF"
    assert "(?P<id>" in spider.articles.pattern, f"the pattern of {spider.name}'s articles has no group (?P<id>...)"
    assert spider.articles.article_id(spider.home) is None, f"the front page of {spider.name} passes for an article"
    assert re.search(r"^$|\(20\d\d-\d\d\)$", spider.access), f"access of {spider.name} has to end with the month it was seen: (2026-11)"


@every_spider
def test_routes_stay_on_the_outlets_hosts(spider: type[OutletSpider]) -> None:
    urls = [spider.home] + [pagination.url for route in spider.routes for pagination in route.paginations(NOW - timedelta(days=2), NOW)]
    for url in urls:
        parts = urlsplit(url)
        assert parts.scheme == "https", f"{url} is not https"
        is_allowed = any(f".{parts.hostname}".endswith(f".{domain}") for domain in spider.allowed_domains or ())
        assert is_allowed, f"{url} is on no host of allowed_domains"
        assert not re.search(r"[{}]", url), f"an unfilled place in {url}"
        assert spider.articles.article_id(url) is None, f"the listing {url} passes for an article"


@every_spider
def test_an_outlet_is_a_short_declaration(spider: type[OutletSpider]) -> None:
    source = inspect.getsource(inspect.getmodule(spider))  # type: ignore[arg-type]
    assert len(source.splitlines()) <= 50, f"{spider.name}.py has {len(source.splitlines())} lines, more than 50"
    parsing = re.search(r"\bdef |\.css\(|\.xpath\(|\bre\.|lxml|parsel|selectolax", source)
    assert parsing is None, f"{spider.name}.py has parsing code, {parsing[0]!r}: it belongs into crawler/reading"


def test_outlets_are_short_at_the_median() -> None:
    lengths = sorted(len(inspect.getsource(inspect.getmodule(spider)).splitlines()) for spider in spiders())  # type: ignore[arg-type]
    assert lengths[len(lengths) // 2] <= 27, f"the outlets' files have {lengths} lines: more than 27 at the median"


@every_spider
def test_rules_are_valid_css(spider: type[OutletSpider]) -> None:
    """All of them: a crawl asks a rule only where the sources before it said nothing."""
    for css in (css for rules in every_rule(spider.page) for css in rules.selectors):
        Page("", spider.home).select(css)  # raises


@every_spider
def test_there_are_fixtures_of_every_sort(spider: type[OutletSpider]) -> None:
    cases = [json.loads(path.read_text("utf-8")) for path in (PAGES / spider.name).glob("*.json")]
    record = f"record it with `scrapy record URL CASE` into {(PAGES / spider.name).relative_to(PAGES.parents[1])}"
    articles = sum(case["article"] is not None for case in cases)
    assert articles >= 2, f"{spider.name} has {articles} fixtures of articles: an ordinary one and its hardest are needed; {record}"
    assert {case["structure"] for case in cases} <= set(STRUCTURES), f"{spider.name}: a structure is one of {', '.join(STRUCTURES)}"
    assert any(case["rejected"] for case in cases), f"{spider.name} has no fixture of a page that is no article; {record}"


def read_fixture(spider: type[OutletSpider], path: Path, url: str, fetched_at: datetime) -> dict[str, Any]:
    files = [path, *sorted(path.parent.glob(f"{path.stem}.*.html"))]
    pages = [Page(file.read_bytes(), url) for file in files]
    article_id = spider.articles.article_id(url) or ""
    try:
        article = read(
            pages, spider.page, outlet=spider.name, article_id=article_id, url=spider.articles.canonical(url), fetched_at=fetched_at
        )
    except NotAnArticle as error:
        return {"article": None, "rejected": error.reason}
    assert article_id, f"{url} is no article URL of {spider.name}"
    return {"article": json.loads(json.dumps(asdict(article), default=str)), "rejected": None}


@pytest.mark.parametrize(("spider", "path"), list(fixtures()))
def test_fixture(spider: type[OutletSpider], path: Path) -> None:
    expected_path = path.with_suffix(".json")
    if not expected_path.exists():
        claimed = Page(path.read_bytes(), spider.home).canonical
        assert claimed, f"{path.name} names no canonical URL: write {expected_path.name} with its url first"
        case = {"url": claimed, "fetched_at": NOW.isoformat(), "structure": "guessed"} | read_fixture(spider, path, claimed, NOW)
        expected_path.write_text(json.dumps(case, indent=2, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail(f"wrote {expected_path.name} from what was read: review it, then run again")
    expected = json.loads(expected_path.read_text("utf-8"))
    got = read_fixture(spider, path, expected["url"], datetime.fromisoformat(expected["fetched_at"]))
    assert got == {"article": expected["article"], "rejected": expected["rejected"]}


@pytest.mark.parametrize(("spider", "path"), list(fixtures()))
def test_no_noise_in_a_fixtures_body(spider: type[OutletSpider], path: Path) -> None:
    article = json.loads(path.with_suffix(".json").read_text("utf-8"))["article"]
    if article:
        left = noise_left(article["body"], titles=(), others=())
        assert left == [], f"noise in {path.with_suffix('.json').name}: {'; '.join(left)}"
