"""`scrapy preview`, from the outside: on the fixtures, on the recorded day, and on what people mistype."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.outlets import Outlets
from crawler.preview.preview import address_in
from crawler.reading.page import Page
from pipelines.clean import in_one_spelling

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "tests" / "pages"
LOADER = Outlets(["crawler.spiders"])
ORDINARY = PAGES / "kompas" / "ordinary.html"


def preview(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "scrapy", "preview", *map(str, arguments)],
        cwd=ROOT,
        env={
            **os.environ,
            "CLOCK": "2026-11-23T08:00:00+07:00",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        },  # it must need none
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def rows(*arguments: str | Path) -> list[dict[str, Any]]:
    ended = preview("--json", *arguments)
    assert ended.stderr == ""
    found: list[dict[str, Any]] = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.returncode == (1 if any("rejected" in row for row in found) else 0)
    return found


def expected(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return case


# --- for machines


def test_the_fixtures_come_out_as_their_spiders_read_them() -> None:
    paths = [path for path in sorted(PAGES.glob("*/*.html")) if path.parent.name != "babe"]  # its pages do not say their address
    paths = [path for path in paths if address_in(Page(path.read_bytes(), ""))]  # nor do old ones of Antara's
    first = [path for path in paths if "." not in path.stem]
    assert len(first) < len(paths), "further pages are among them, and go with their first"
    found = rows(*paths)
    assert [row["page"] for row in found] == [path.stem for path in first]
    for row, path in zip(found, first, strict=True):
        case = expected(path)
        assert isinstance(row["seconds"], float)
        assert all(isinstance(piece["kind"], str) and isinstance(piece["text"], str) for piece in row["removed"])
        if case["article"] is None:
            assert (row["rejected"], row["body"]) == (case["rejected"], ""), path
            continue
        # An old page gives its address with http, which is then an alias
        names = set(row) & set(case["article"]) - {"published_at", "modified_at", "dateline", "section", "tags", "aliases"}
        assert {name: row[name] for name in names} == {name: case["article"][name] for name in names}, path
        assert row["tags"] == [*dict.fromkeys(tag.lower() for tag in case["article"]["tags"])]
        assert (row["dateline"], row["section"]) == tuple(
            text and in_one_spelling(text) for text in (case["article"]["dateline"], case["article"]["section"])
        )
        assert row["published_at"] == case["article"]["published_at"].replace(" ", "T")
        assert set(row["verdict"]) == {"topic", "rule_version", "band", "score"}
        assert len(row["removed"]) == sum(row["noise_removed"].values())


def test_an_address_from_outside_brings_the_rules_of_its_outlet() -> None:
    path = PAGES / "babe" / "ordinary.html"
    (by_itself,) = rows(path)
    (addressed,) = rows(path, "--url", expected(path)["url"])
    assert by_itself["outlet"] is None
    assert (addressed["outlet"], addressed["article_id"]) == ("babe", expected(path)["article"]["article_id"])
    assert addressed["body"] == expected(path)["article"]["body"]


def test_generic_leaves_the_rules_aside() -> None:
    (ruled,), (generic,) = rows(ORDINARY), rows("--generic", ORDINARY)
    assert (ruled["sources"]["body"], generic["sources"]["body"]) == ("selectors", "generic")
    assert (generic["outlet"], generic["article_id"]) == (ruled["outlet"], ruled["article_id"])
    assert "the rules of kompas are left aside" in preview("--generic", ORDINARY).stdout


def test_an_aggregators_excerpt_is_shown_and_not_kept() -> None:
    path = PAGES / "babe" / "excerpt.html"
    (ruled,), (generic,) = rows(path), rows("--generic", path)
    assert ruled["rejected"] == f"an excerpt of {expected(path)['article']['original_url']}"
    assert generic["body"] == expected(path)["article"]["body"]
    assert (generic["published_at"], generic["original_url"]) == ("2026-01-30T12:35:30+07:00", None)
    assert "anjing laut..." in preview(path).stdout


def test_what_the_pipelines_refuse_is_no_article(tmp_path: Path) -> None:
    mojibake = tmp_path / "mojibake.html"
    mojibake.write_text(ORDINARY.read_text("utf-8").replace("kini lebih rapat", "kini â€œlebih rapatâ€\x9d"), "utf-8")
    (row,) = rows(mojibake)
    assert "wrong charset" in row["rejected"]
    future = tmp_path / "future.html"
    future.write_text(ORDINARY.read_text("utf-8").replace("2026", "2036"), "utf-8")
    (row,) = rows(future)
    assert (row["headline"], row["published_at"]) == (expected(ORDINARY)["article"]["headline"], None)


# --- for people


def test_a_terminal_of_100_columns_shows_it_all() -> None:
    article = expected(ORDINARY)["article"]
    ended = preview(ORDINARY)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\x1b" not in ended.stdout, "no colours where nobody sees them"
    address, *lines = ended.stdout.splitlines()
    assert address == article["url"]
    assert max(map(len, lines)) <= 100
    text = " ".join(ended.stdout.split())
    assert "published at 2026-08-03 17:53:12 WIB json-ld:datePublished, minute" in text
    for said in (*article["authors"], *article["editors"], *article["body"].split("\n\n"), "topic about", "by selectors"):
        assert said in text
    assert "related Baca juga: Judul Lain yang Tidak Boleh Terbawa" in text


def test_a_page_without_an_article_says_why() -> None:
    path = PAGES / "tribunnews" / "blocked.html"
    ended = preview(path)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert f"no article: {expected(path)['rejected']}" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tidak-ada.html"], "tidak-ada.html: no such file"),
        ([PAGES], "is a folder"),
        (["https://elsewhere.example/read/1"], "no address of an outlet"),
        (["--html", "marked.html", ORDINARY, ORDINARY.with_name("index.html")], "--html takes one page"),
        (["--url", "https://www.kompas.com/", "https://www.kompas.com/"], "--url is the address of one file"),
        (["--html", "tidak/ada.html", ORDINARY], "cannot write tidak/ada.html"),
        ([], "name at least one"),
    ],
)
def test_wrong_usage_is_one_clear_line(arguments: list[str | Path], said: str) -> None:
    ended = preview(*arguments)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert said in (ended.stderr or ended.stdout).splitlines()[-1]


# --- the page itself, marked


def test_the_marked_page_shows_what_was_kept_and_what_was_removed(tmp_path: Path) -> None:
    marked = tmp_path / "marked.html"
    ended = preview(ORDINARY, "--html", marked)
    assert (ended.returncode, ended.stderr) == (0, f"marked in {marked}\n")
    (page,) = Page(marked.read_bytes(), marked.as_uri()).select("body > div:nth-child(2)")
    kept, removed = (" ".join(each.text_lexbor() for each in page.css(f".{name}")) for name in ("kept", "removed"))
    for sentence in expected(ORDINARY)["article"]["body"].split("\n\n"):
        assert " ".join(sentence.split()) in " ".join(page.text_lexbor().split())
        assert sentence.split()[-1] in kept
    assert "Judul Lain yang Tidak Boleh Terbawa" in removed
    assert "Judul Lain" not in kept
    assert "Judul Terkini Lainnya" not in kept + removed, "what stands outside the story is neither"


# --- live, as far as the recorded day goes


def sampled(name: str, count: int) -> list[str]:
    """URLs of articles in the recorded day, as listings have them."""
    articles = LOADER.load(name).articles
    with (ROOT / "samples" / f"{name}.warc.gz").open("rb") as file:
        urls = [str(each.rec_headers.get_header("WARC-Target-URI")) for each in ArchiveIterator(file)]
    return [articles.canonical(url) for url in urls if articles.article_id(url)][:count]


def test_addresses_are_fetched_as_a_crawl_would() -> None:
    urls = [*sampled("kompas", 2), *sampled("cnbc_indonesia", 1)]
    missing = "https://internasional.kompas.com/read/2026/11/18/11111111/tidak-ada"
    listing = "https://indeks.kompas.com/?site=news&date=2026-11-20&page=1"
    found = rows("-s", f"ARCHIVE_REPLAY={ROOT / 'samples'}", *urls, missing, listing, ORDINARY, urls[0])
    assert [row["page"] for row in found] == [*urls, missing, listing, "ordinary"]
    assert [row["outlet"] for row in found] == ["kompas", "kompas", "cnbc_indonesia", "kompas", "kompas", "kompas"]
    for row, url in zip(found, urls, strict=False):
        assert row["url"] == url
        assert len(row["body"]) > 200
        assert row["published_at"].startswith("2026-11-")
    assert found[3]["rejected"].startswith("cannot be had: ")
    assert found[4]["rejected"]
    told = preview("-s", f"ARCHIVE_REPLAY={ROOT / 'samples'}", listing).stdout
    assert "a crawl would not ask for it" in told
