"""Finding outlets by name and URL, also where a file of one of them is broken."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler import settings as project
from crawler.outlets import Outlets
from pipelines.database.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
OUTLETS = Outlets(["crawler.spiders"])
STORY = "https://internasional.kompas.com/read/2026/11/20/101500070/rusia-dan-korea-utara"
BROKEN = {
    "syntax": ("class Kabar(\n", "SyntaxError"),
    "missing": ("import no_such_module\n", "ModuleNotFoundError"),
    "raising": ("from crawler.discovery.feeds import Feed\n\nFeed(nothing=1)\n", "TypeError"),
    "foreign": ("import scrapy\n\n\nclass Foreign(scrapy.Spider):\n    name = 'foreign'\n", "Foreign is no OutletSpider"),
    "empty": (
        "from crawler.outlet import OutletSpider\n\n\nclass Empty(OutletSpider):\n    name = 'empty'\n",
        "does not declare title, home",
    ),
}


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package of spiders none of which can be used."""
    folder = tmp_path / "broken_spiders"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for name, (source, _) in BROKEN.items():
        (folder / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(os.environ, "PYTHONPATH", str(tmp_path))
    return folder.name


def test_scrapy_finds_the_outlets() -> None:
    settings = Settings()
    settings.setmodule(project, priority="project")
    loader = get_spider_loader(settings)
    assert loader.list() == OUTLETS.list()
    assert loader.load("kompas") is OUTLETS.load("kompas")
    assert loader.find_by_request(Request("https://money.kompas.com/")) == ["kompas"]
    with pytest.raises(KeyError):
        loader.load("kabar")


def test_outlets_by_name() -> None:
    assert [outlet.name for outlet in OUTLETS.named(["kompas", "babe", "kompas"])] == ["kompas", "babe"]
    assert [outlet.name for outlet in OUTLETS.named()] == sorted(OUTLETS.list())
    with pytest.raises(ConfigurationError, match=r"^there is no outlet kabar, lagi; scrapy list names them$"):
        OUTLETS.named(["kabar", "kompas", "lagi"])


def test_outlets_by_url() -> None:
    article = OUTLETS.identify(f"{STORY}?page=all")
    assert article is not None
    assert (article.outlet, article.url) == ("kompas", STORY)
    assert OUTLETS.identify("https://www.kompas.com/tag/rusia") is None
    assert OUTLETS.owner("https://www.kompas.com/tag/rusia").name == "kompas"
    with pytest.raises(ConfigurationError, match="no address of an outlet"):
        OUTLETS.owner("https://notkompas.com/")


def test_a_broken_file_is_named_and_the_others_are_found(broken: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        outlets = Outlets(["crawler.spiders", broken])
    assert outlets.list() == OUTLETS.list()
    assert len(caplog.messages) == len(outlets.broken) == len(BROKEN)
    for name, (_, error) in BROKEN.items():
        assert error in outlets.broken[f"{broken}/{name}.py"]
        assert "\n" not in outlets.broken[f"{broken}/{name}.py"]
    with pytest.raises(ConfigurationError, match=f"{broken}/syntax.py cannot be loaded: SyntaxError"):
        outlets.named(["syntax"])


def scrapy(url: str, folder: Path, package: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder), "ARCHIVE_REPLAY": str(ROOT / "samples"), "CLOCK": ""}
    command = [sys.executable, "-m", "scrapy", *arguments, "-s", f"SPIDER_MODULES=crawler.spiders,{package}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_commands_work_with_the_other_outlets(broken: str, database_url: str, tmp_path: Path) -> None:
    listed = scrapy(database_url, tmp_path, broken, "list")
    assert (listed.returncode, listed.stdout.split()) == (0, OUTLETS.list())
    assert listed.stderr.count("cannot be loaded") == len(BROKEN)

    one = scrapy(database_url, tmp_path, broken, "crawl", "katakini")
    assert one.returncode == 0, one.stderr
    assert "cannot be loaded" not in one.stderr

    everything = scrapy(database_url, tmp_path, broken, "crawlall", "katakini")
    assert everything.returncode == 1, everything.stderr
    assert everything.stderr.count(f"{broken}/syntax.py cannot be loaded: SyntaxError") == 1
    query = "select subject, detail from crawl_issues where outlet is null and kind = 'spider_file' and cleared_at is null"
    with psycopg.connect(database_url) as connection:
        issues: dict[str, str] = dict(connection.execute(query).fetchall())
        assert set(issues) == {f"{broken}/{name}.py" for name in BROKEN}
        assert "SyntaxError" in issues[f"{broken}/syntax.py"]

    assert scrapy(database_url, tmp_path, "crawler.spiders", "crawlall", "katakini").returncode == 0
    with psycopg.connect(database_url) as connection:
        assert connection.execute(query).fetchall() == []
