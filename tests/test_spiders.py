"""One test over every spider the loader finds: an outlet without complete declarations or without fixtures fails here."""

import inspect
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.discovery.routes import TagPage
from crawler.doctor.checks import noise_left
from crawler.fixtures.cases import case_differences, case_paths, case_problems, read_case
from crawler.jobs.checking import declaration_problems
from crawler.outlet import OutletSpider
from crawler.reading.page import Page

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
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def spiders() -> Iterator[type[OutletSpider]]:
    for name in sorted(LOADER.list()):
        spider = LOADER.load(name)
        assert issubclass(spider, OutletSpider), f"{name} is no OutletSpider"
        yield spider


def fixtures() -> Iterator[Any]:
    for spider in spiders():
        yield from (pytest.param(spider, path, id=f"{spider.name}-{path.stem}") for path in case_paths(PAGES / spider.name))


every_spider = pytest.mark.parametrize("spider", list(spiders()), ids=lambda spider: spider.name)


@every_spider
def test_nothing_is_wrong_with_a_declaration(spider: type[OutletSpider]) -> None:
    assert [*declaration_problems(spider)] == []


@every_spider
def test_what_an_outlet_lacks_has_a_reason(spider: type[OutletSpider]) -> None:
    has_tags, has_proof = any(isinstance(route, TagPage) for route in spider.routes), any(route.exhaustive for route in spider.routes)
    assert has_tags or spider.name in NO_TAG_PAGES, f"{spider.name} has no tag pages: add them, or say in NO_TAG_PAGES why there are none"
    assert not (has_tags and spider.name in NO_TAG_PAGES), f"{spider.name} has tag pages: take it out of NO_TAG_PAGES"
    assert has_proof or spider.name in NO_PROOF, f"no route of {spider.name} is exhaustive: add one, or say in NO_PROOF why there is none"
    assert not (has_proof and spider.name in NO_PROOF), f"a route of {spider.name} is exhaustive: take it out of NO_PROOF"


def test_outlets_are_short_at_the_median() -> None:
    lengths = sorted(len(inspect.getsource(inspect.getmodule(spider)).splitlines()) for spider in spiders())  # type: ignore[arg-type]
    assert len(lengths) >= 20
    assert lengths[len(lengths) // 2] <= 27, f"the outlets' files have {lengths} lines: more than 27 at the median"


@every_spider
def test_there_are_fixtures_of_every_sort(spider: type[OutletSpider]) -> None:
    assert [said for file, said in case_problems(spider, PAGES / spider.name) if not file] == []


@pytest.mark.parametrize(("spider", "path"), list(fixtures()))
def test_fixture(spider: type[OutletSpider], path: Path) -> None:
    expected_path = path.with_suffix(".json")
    if not expected_path.exists():
        claimed = Page(path.read_bytes(), spider.home).canonical
        assert claimed, f"{path.name} names no canonical URL: write {expected_path.name} with its url first"
        case = {"url": claimed, "fetched_at": NOW.isoformat(), "structure": "guessed"} | read_case(spider, path, claimed, NOW)
        expected_path.write_text(json.dumps(case, indent=2, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail(f"wrote {expected_path.name} from what was read: review it, then run again")
    differences = [*case_differences(spider, path, json.loads(expected_path.read_text("utf-8")))]
    assert not differences, "\n".join([f"{path.name} is read otherwise:", *differences])


@pytest.mark.parametrize(("spider", "path"), list(fixtures()))
def test_no_noise_in_a_fixtures_body(spider: type[OutletSpider], path: Path) -> None:
    article = json.loads(path.with_suffix(".json").read_text("utf-8"))["article"]
    if article:
        left = noise_left(article["body"], titles=(), others=())
        assert left == [], f"noise in {path.with_suffix('.json').name}: {'; '.join(left)}"
