"""Public benchmarks are read as their authors laid them out, and a story is compared with theirs. All pages here are invented."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.public_pages import HALVES, HEADER, PublicPage, content_of, load, row, score
from bench.reading import ROOT
from tests.faults.slow import SLOW

OPENING = "Kapal riset itu berlabuh di Surabaya pada Senin pagi dengan dua puluh awak, setelah sebelas hari di laut tanpa satu pun badai."
ENDING = "Nakhodanya berkata bahwa pelayaran berikutnya dimulai begitu mesin diperiksa, dan bahwa tidak ada yang perlu dikhawatirkan."
HTML = (
    f"<html><head><title>Kapal riset berlabuh</title><meta property='og:type' content='article'></head><body><h1>Kapal riset berlabuh</h1>"
    f"<article><p>{OPENING}</p><p>{ENDING}</p></article></body></html>"
)


def page(bench: str, *paragraphs: str, optional: list[list[str]] | None = None) -> PublicPage:
    return PublicPage(bench, "1", Path("1.html"), "https://a.example/1", "2026-11-20T08:00:00+00:00", paragraphs, optional or [])


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(content.encode()))
    else:
        path.write_text(json.dumps(content), "utf-8")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A page of each benchmark, and two versions of one of FU's publishers."""
    told = {"url": "https://a.example/1", "crawl_date": "2026-11-20 08:00:00"}
    scrapinghub, evaluation = tmp_path / "article-extraction-benchmark", tmp_path / "fundus-evaluation" / "dataset"
    write(scrapinghub / "ground-truth.json", {"a1": {**told, "articleBody": f"{OPENING}\n\n{ENDING}"}})
    write(scrapinghub / "html" / "a1.html.gz", HTML)
    write(evaluation / "ground_truth.json", {"Kapal_1.html.gz": {**told, "body": ["[Kapal riset berlabuh]", OPENING, ENDING]}})
    write(evaluation / "html" / "Kapal_1.html.gz", HTML)
    fundus = tmp_path / "fundus" / "tests" / "resources" / "parser" / "test_data" / "id"
    later = {**told, "crawl_date": "2026-11-21 08:00:00"}
    write(fundus / "meta.info", {"Kapal_2.html.gz": later, "Kapal_1.html.gz": told, "Gone_1.html.gz": told})
    first, second = ({"body": {"summary": [], "sections": [{"headline": [], "paragraphs": [text]}]}} for text in (OPENING, ENDING))
    write(fundus / "Kapal.json", {"V1_1": second, "V1": first})
    write(fundus / "Kapal_1.html.gz", HTML)
    write(fundus / "Kapal_2.html.gz", HTML)
    for name, kind in (("0001", "article"), ("0002", "product")):
        internal = {"page_type": {"primary": kind}}
        write(
            tmp_path / "wcxb" / "dev" / "ground-truth" / f"{name}.json", {"_internal": internal, "ground_truth": {"main_content": OPENING}}
        )
        write(tmp_path / "wcxb" / "dev" / "html" / f"{name}.html.gz", HTML)
    return tmp_path


def test_pages_and_stories_are_found_as_each_benchmark_keeps_them(sources: Path) -> None:
    pages = load(sources, "all")
    assert [(page.bench, page.name) for page in pages] == [
        ("SH", "a1"),
        ("FE", "Kapal_1"),
        ("FU", "id-Kapal_1"),
        ("FU", "id-Kapal_2"),
        ("WA", "dev-0001"),
    ]
    assert [page.paragraphs for page in pages] == [[f"{OPENING}\n\n{ENDING}"], [OPENING, ENDING], [OPENING], [ENDING], [OPENING]]
    assert pages[1].optional == [["Kapal riset berlabuh"]]
    assert {content_of(page.path).decode() for page in pages} == {HTML}


def test_a_page_belongs_to_one_half_for_good(sources: Path) -> None:
    halves = {half: {page.name for page in load(sources, half)} for half in HALVES}
    assert halves["dev"] | halves["rest"] == halves["all"]
    assert halves["dev"] == {page.name for page in load(sources, "all") if page.half == "dev"}
    assert not halves["dev"] & halves["rest"]
    assert (page("SH", OPENING).half, page("FE", OPENING).half) == ("dev", "rest")  # the sha256 of SH/1 begins with 4, of FE/1 with 9


def test_a_benchmark_that_is_not_there_has_no_pages(tmp_path: Path) -> None:
    assert load(tmp_path, "all") == []


def test_words_are_counted_and_what_is_optional_may_be_there() -> None:
    fe = page("FE", "satu dua tiga", "empat lima", optional=[["enam tujuh"], ["delapan sembilan sepuluh"]])
    half = score(fe, "satu dua tiga")
    assert (half.precision, half.recall, half.f1) == (1.0, 3 / 5, 0.75)
    assert half.paragraph_f1 == 2 / 3
    with_one = score(fe, "satu dua  tiga\n\nempat lima\n\nenam tujuh")
    assert (with_one.f1, with_one.paragraph_f1) == (1.0, 1.0)
    assert score(fe, "") == (0.0, 0.0, 0.0, 0.0, False, True)


def test_a_sign_is_a_word_in_a_script_without_spaces() -> None:
    assert score(page("FU", "船が着いた"), "船が着").recall == 3 / 5


def test_sh_compares_four_words_at_a_time_and_the_whole() -> None:
    sh = page("SH", "Satu, dua, tiga, empat, lima.")
    assert score(sh, "satu dua tiga empat lima").is_whole
    turned = score(sh, "lima satu dua tiga empat")
    assert (turned.precision, turned.recall, turned.is_whole) == (0.5, 0.5, False)


def test_a_reader_that_finds_nothing_is_told_from_one_that_is_right(sources: Path) -> None:
    pages = load(sources, "all")
    right = {str(page.path): {"body": "\n\n".join(page.paragraphs)} for page in pages}
    assert row(pages, right) == ["1.000", "1.000", "1.000", "1.000", "1.000", "1.000", "1.000", "0 / 4", "1.000", "0 / 1"]
    assert row(pages, {}) == ["0.000", "0.000", "0.000", "0.000", "0.000", "0.000", "0.000", "4 / 4", "–", "1 / 1"]
    assert len(HEADER) == 11


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_the_comparison_has_a_table_of_them(sources: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bench.reading", "--rounds", "1", "--pages", "tests/pages/kompas", "--public", sources, "--half", "all"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    table = ended.stdout.split("public pages (all):", 1)[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("| Poros")]
    assert [(each[0], each[2], each[3], each[8]) for each in rows] == [("Poros, no outlet's rules", "1.000", "1.000", "0 / 4")]
