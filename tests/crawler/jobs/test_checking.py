"""`scrapy check`: what a class alone cannot tell, fixtures that are read otherwise, and files that are not as the declarations say."""

import argparse
import inspect
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from scrapy.settings import Settings

from crawler import settings as project
from crawler.commands import check
from crawler.fixtures.cases import case_problems
from crawler.jobs.checking import all_problems, declaration_problems
from crawler.jobs.generated import comments, declarations_markdown, stale, write
from crawler.outlet import OutletSpider, attributes
from crawler.outlets import Outlets

ROOT = Path(__file__).parents[3]
OUTLETS = Outlets(["crawler.spiders"])
DETIK = inspect.getsource(sys.modules["crawler.spiders.detik"])


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], type[OutletSpider]]:
    """Load detik's declaration from another source."""
    package = f"checked_{uuid4().hex}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    def load(source: str) -> type[OutletSpider]:
        (tmp_path / package / "detik.py").write_text(source)
        return Outlets([package]).load("detik")

    return load


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("    minute = 37\n", "", None),
        (
            '    title = "detikcom"\n    home = "https://www.detik.com/"\n',
            '    home = "https://www.detik.com/"\n    title = "detikcom"\n',
            "home stands",
        ),
        ("    minute = 37\n", "    minute = 37\n    minute = 38\n", "minute is declared twice"),
        (
            "    page = TRANS_MEDIA_PAGE\n",
            "    page = TRANS_MEDIA_PAGE\n\n    def parse(self, response):\n        return []\n",
            "has no code",
        ),
        ("    page = TRANS_MEDIA_PAGE\n", "    page = TRANS_MEDIA_PAGE\n" + "    # x\n" * 40, "lines, and may have 50"),
        ('home = "https:', 'home = "http:', "http://www.detik.com/ is not https"),
        ("    page = T", "    routes = routes[:1]\n    page = T", "routes has 1: two at least"),
        ("    page = T", "    routes = routes[:1]\n    page = T", "routes is declared twice: take one out"),
        ('    """World news', '    _said = """World news', "has no docstring"),
        ("    routes = trans_media_routes(", "    routes = trans_media_routes(", None),
    ],
)
def test_what_the_class_alone_cannot_tell(
    written: str, instead: str, said: str | None, declared: Callable[[str], type[OutletSpider]]
) -> None:
    assert written in DETIK
    found = [*declaration_problems(declared(DETIK.replace(written, instead, 1)))]
    assert (found == []) if said is None else any(said in each and "/detik.py: " in each for each in found), found


def test_a_fixture_that_is_read_otherwise_is_named(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "tests" / "pages" / "detik", tmp_path / "detik"))
    detik = OUTLETS.load("detik")
    assert [*case_problems(detik, folder)] == []
    case = json.loads((folder / "boxes.json").read_text())
    case["article"]["dateline"] = "Vladivostok"
    case["article"]["body"] = case["article"]["body"].replace("Warga mengusulkan", "Orang mengusulkan")
    (folder / "boxes.json").write_text(json.dumps(case))
    (old,) = (each for each in case["article"]["body"].split("\n\n") if each.startswith("Orang"))
    (folder / "ordinary.json").unlink()
    (folder / "video.json").write_text(json.dumps(json.loads((folder / "video.json").read_text()) | {"structure": "unknown"}))
    assert [*case_problems(detik, folder)] == [
        ("boxes.html", f"body − {json.dumps(old)}; + {json.dumps(old.replace('Orang', 'Warga'))}"),
        ("boxes.html", 'dateline was "Vladivostok", and is "Khasan"'),
        ("ordinary.json", "is missing or no JSON: scrapy record makes it"),
        ("video.json", "has to say its structure: one of real, replica, guessed"),
        ("", "two articles are needed, an ordinary one and the hardest: scrapy record URL CASE"),
    ]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What is made from the declarations, and the fixtures."""
    for name in ("README.md", "docs/declarations.md", "deploy", "tests/pages"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    return tmp_path


def test_what_is_made_from_declarations_is_found_stale_and_made_anew(checkout: Path) -> None:
    assert [*stale(OUTLETS.named(), checkout)] == []
    table = checkout / "README.md"
    table.write_text(table.read_text().replace("| `detik` |", "| `detok` |"))
    (checkout / "docs" / "declarations.md").unlink()
    (checkout / "deploy" / "systemd" / "poros-crawl@gone.timer").touch()
    names = ["README.md", "docs/declarations.md", "deploy/systemd/poros-crawl@gone.timer"]
    assert sorted(map(str, stale(OUTLETS.named(), checkout))) == sorted(names)
    problems = [*all_problems(OUTLETS, OUTLETS.named(["detik"]), checkout)]
    assert sorted(problems) == sorted(f"{name}: is not as the declarations say: scrapy check --write" for name in names)
    assert sorted(map(str, write(OUTLETS.named(), checkout))) == sorted(names)
    assert [*all_problems(OUTLETS, [], checkout)] == []


def test_two_outlets_that_start_together_are_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OUTLETS.load("detik"), "minute", 27)
    found = [each for each in all_problems(OUTLETS, [], checkout) if "minute" in each]
    assert found == ["crawler/spiders/kompas.py: minute is also that of detik; 0 is free"]


def test_the_command_says_that_all_hold(capsys: pytest.CaptureFixture[str]) -> None:
    command = check.Command()
    command.settings = Settings()
    command.settings.setmodule(project)
    command.execute(["detik", "kompas"], argparse.Namespace(write=False))
    assert command.exitcode == 0
    assert capsys.readouterr() == ("2 outlets: declarations, schedule and fixtures hold\n", "")


def test_every_field_is_described() -> None:
    rows = [line.split(" | ") for line in declarations_markdown().splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert [row[0] for row in rows if len(row) < 4 or len(row[3]) < 4] == []
    assert {row[0].strip("| `") for row in rows} >= {*attributes(), "pattern", "url", "body", "sample", "queries", "children"}
    assert comments(OutletSpider)["period"] == "how often it is crawled"
