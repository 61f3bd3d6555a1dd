"""Reading side by side: this project's reader and what else there is, on the same pages, in one run.

    .venv/bin/python -m bench.reading [--pages DIR] [--rounds N] [--python PATH]
    .venv/bin/python -m bench.reading --soak 10000 [--pages DIR]

The others are no requirements of this project. To measure them, install them somewhere else and name that interpreter:

    python -m venv ELSEWHERE && ELSEWHERE/bin/pip install -U pip
    ELSEWHERE/bin/pip install -r requirements.txt trafilatura readability-lxml newspaper4k resiliparse
    .venv/bin/python -m bench.reading --python ELSEWHERE/bin/python

Every reader runs in a process of its own, N times, all in turn; a page's figure is its best time in any of them. Only figures of one
run may be compared.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "pages"
SCORER = ROOT.parent / "shared" / "score_pages.py"  # annotated pages lie in pages/ beside it
WARM_UP = 1000  # pages, before memory is looked at: caches fill, and the allocator settles
PASSES = 2  # over the pages in each process: the first one also fills caches and compiles expressions

Found = dict[str, Any]  # headline, published_at (ISO 8601), authors, body: as far as a reader finds them
Read = Callable[[bytes, Mapping[str, Any]], Found]  # a page's content, and what is known of it: url, fetched_at, rules


class Reader(NamedTuple):
    """One column of the comparison."""

    name: str
    package: str  # as it is installed; empty for this project
    load: Callable[[], Read]  # imports it
    finds: str = "headline, published_at, authors, body"  # which of them are its business


# --- the readers: each imports what it needs when it is loaded, so that memory and what is missing show


def _lxml() -> Read:
    from lxml import html

    def read(content: bytes, page: Mapping[str, Any]) -> Found:  # noqa: ARG001
        html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
        return {}

    return read


def _poros(*, generic: bool) -> Read:
    from crawler.reading.page import Page
    from crawler.reading.reader import NotAnArticle
    from crawler.reading.reader import read as read_article
    from crawler.reading.rules import PageRules

    declared: dict[str, list[PageRules]] = {}

    def rules_of(page: Mapping[str, Any]) -> list[PageRules]:
        if generic or not page["rules"]:
            return [PageRules(body=())]
        return [PageRules(**{**each, "until": each["until"] and date.fromisoformat(each["until"])}) for each in page["rules"]]

    def read(content: bytes, page: Mapping[str, Any]) -> Found:
        if (rules := declared.get(page["path"])) is None:
            rules = declared[page["path"]] = rules_of(page)
        try:
            article = read_article(
                [Page(content, page["url"])],
                rules,
                outlet=page["outlet"],
                article_id="",
                url=page["url"],
                fetched_at=datetime.fromisoformat(page["fetched_at"]),
            )
        except NotAnArticle:
            return {}
        published = article.published_at.isoformat() if article.published_at else None
        return {"headline": article.headline, "published_at": published, "authors": article.authors, "body": article.body}

    return read


def _trafilatura(*, with_metadata: bool) -> Read:
    from trafilatura import bare_extraction

    def read(content: bytes, page: Mapping[str, Any]) -> Found:
        found = bare_extraction(
            content.decode("utf-8", "replace"), url=page["url"], with_metadata=with_metadata, include_comments=False, as_dict=True
        )
        found = found or {}
        authors = (found.get("author") or "").split("; ")
        return {
            "headline": found.get("title"),
            "published_at": found.get("date"),
            "authors": [name for name in authors if name],
            "body": found.get("text") or "",
        }

    return read


def _readability() -> Read:
    from lxml import html
    from readability import Document

    def read(content: bytes, page: Mapping[str, Any]) -> Found:
        document = Document(content.decode("utf-8", "replace"), url=page["url"])
        body = html.fromstring(document.summary(html_partial=True))
        return {"headline": document.short_title(), "body": "\n".join(text for text in map(str.strip, body.itertext()) if text)}

    return read


def _newspaper() -> Read:
    from newspaper import Article

    def read(content: bytes, page: Mapping[str, Any]) -> Found:
        article = Article(page["url"], language="id", fetch_images=False)
        article.download(input_html=content.decode("utf-8", "replace"))
        article.parse()
        published = article.publish_date
        return {
            "headline": article.title,
            "published_at": published.isoformat() if isinstance(published, datetime) else None,
            "authors": list(article.authors),
            "body": article.text,
        }

    return read


def _resiliparse() -> Read:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def read(content: bytes, page: Mapping[str, Any]) -> Found:  # noqa: ARG001
        tree = HTMLTree.parse(content.decode("utf-8", "replace"))
        return {"body": extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False)}

    return read


READERS = (
    Reader("parsing alone", "lxml", _lxml, ""),
    Reader("Poros", "", lambda: _poros(generic=False)),
    Reader("Poros, no outlet's rules", "", lambda: _poros(generic=True)),
    Reader("resiliparse", "resiliparse", _resiliparse, "body"),
    Reader("readability", "readability-lxml", _readability, "headline, body"),
    Reader("trafilatura, text alone", "trafilatura", lambda: _trafilatura(with_metadata=False), "body"),
    Reader("trafilatura", "trafilatura", lambda: _trafilatura(with_metadata=True)),
    Reader("newspaper4k", "newspaper4k", _newspaper),
)


# --- one reader in a process of its own


def measure(name: str, pages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Read the pages twice; return the best CPU seconds a page, what was found, and the growth of the peak memory (MiB).

    Memory grows by what the reader imports and keeps as well as by what it needs for a page. ``missing`` says why it cannot be measured.
    """
    reader = next(reader for reader in READERS if reader.name == name)
    contents = [Path(page["path"]).read_bytes() for page in pages]
    before = _peak()
    try:
        read = reader.load()
    except ImportError as error:
        return {"missing": str(error)}
    best: dict[str, float] = {}
    found: dict[str, Found] = {}
    failed: set[str] = set()
    for _ in range(PASSES):
        for page, content in zip(pages, contents, strict=True):
            path = page["path"]
            start = process_time()
            try:
                found[path] = read(content, page)
            except Exception as error:  # noqa: BLE001 - whatever another's reader raises, it is one page without an article
                failed.add(f"{path}: {type(error).__name__}")
            best[path] = min(best.get(path, float("inf")), process_time() - start)
    return {
        "seconds": best,
        "found": found,
        "failed": sorted(failed),
        "memory": _peak() - before,
        "version": version(reader.package) if reader.package else "",
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def soak(name: str, pages: Sequence[Mapping[str, Any]], count: int) -> dict[str, Any]:
    """Read ``count`` pages, one after another and round again; return the resident memory (MiB) after the warm-up and at the end."""
    read = next(reader for reader in READERS if reader.name == name).load()
    contents = [Path(page["path"]).read_bytes() for page in pages]
    warm = min(WARM_UP, count // 2)
    resident: list[float] = []
    for number in range(1, count + 1):
        place = number % len(pages)
        read(contents[place], pages[place])
        if number in {warm, count}:
            resident.append(_resident())
    return {"warm": warm, "resident": resident}


def _resident() -> float:
    statm = Path("/proc/self/statm")  # elsewhere the peak has to do: it shows growth too, only later
    return int(statm.read_text("ascii").split()[1]) * resource.getpagesize() / 1024**2 if statm.is_file() else _peak()


def _apart(python: str, reader: Reader, pages: Sequence[Mapping[str, Any]], *more: str) -> dict[str, Any]:
    command = [python, "-W", "ignore", "-m", "bench.reading", "--reader", reader.name, *more]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(pages), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{reader.name}: {done.stderr.strip().splitlines()[-1]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])  # a library may print too
    return result


# --- the pages


def describe(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Return what is known of each page: address and time from the JSON beside it or from the page, and its outlet's rules.

    Run in a process of its own: a process that has loaded Scrapy hands its peak memory on to those it starts.
    """
    from crawler.outlets import Outlets
    from crawler.preview.preview import address_in
    from crawler.reading.page import Page
    from crawler.reading.rules import every_rule

    spiders = Outlets(["crawler.spiders"])
    now = datetime.now(UTC).isoformat()
    describe = []
    for path in paths:
        beside = path.with_suffix(".json")
        known = json.loads(beside.read_text("utf-8")) if beside.is_file() else {}
        url = known.get("url") or address_in(Page(path.read_bytes(), "")) or path.absolute().as_uri()
        outlet = spiders.outlet_of(url)
        rules = [{**asdict(each), "until": each.until and each.until.isoformat()} for each in every_rule(outlet.page)] if outlet else []
        describe.append(
            {
                "path": str(path.absolute()),
                "url": url,
                "fetched_at": known.get("fetched_at") or now,
                "outlet": outlet.name if outlet else "",
                "rules": rules,
            }
        )
    return describe


def _pages(folder: Path) -> list[dict[str, Any]]:
    paths = sorted(folder.glob("*.html")) or sorted(folder.glob("*/*.html"))
    if not paths:
        raise SystemExit(f"there is no *.html in {folder}")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(describe, paths).result()


# --- figures


def _run(python: str, pages: Sequence[Mapping[str, Any]], rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Measure all readers in turn, ``rounds`` times; return each one's results."""
    results: dict[str, list[dict[str, Any]]] = {reader.name: [] for reader in READERS}
    for _ in range(rounds):
        for reader in READERS:
            results[reader.name].append(_apart(python, reader, pages))
    return results


def _speed(results: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterable[tuple[str, ...]]:
    yield "reader", "ms a page", "slowest page", "against parsing", "peak memory, MiB"
    medians: dict[str, float] = {}
    for name, rounds in results.items():
        best = [min(each) for each in zip(*(result["seconds"].values() for result in rounds), strict=True)]
        medians[name] = statistics.median(best)
        ratio = medians[name] / medians[READERS[0].name]
        memory = max(result["memory"] for result in rounds)
        yield name, f"{medians[name] * 1000:.2f}", f"{max(best) * 1000:.1f}", f"{ratio:.1f}", f"{memory:.0f}"


def _quality(found: Mapping[str, Mapping[str, Found]]) -> Iterable[tuple[str, ...]]:
    """Let the scorer judge what the readers found on the annotated pages."""
    yield "reader", "body F1", "worst page", "pages without noise", "headline", "published_at", "authors"
    finds = {reader.name: reader.finds for reader in READERS}
    for name in (name for name in found if finds[name]):
        rows = "".join(json.dumps({"page": Path(path).stem, **each}) + "\n" for path, each in found[name].items())
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            file.write(rows)
            file.flush()
            scored = subprocess.run([sys.executable, str(SCORER), "--json", file.name], capture_output=True, text=True, check=True)
        total = json.loads(scored.stdout)["total"]
        fields = (
            f"{total[field]} / {total['pages']}" if field in finds[name] else "–" for field in ("headline", "published_at", "authors")
        )
        yield name, f"{total['body_f1']:.3f}", f"{total['body_f1_min']:.3f}", f"{total['pages_without_leak']} / {total['pages']}", *fields


def _growth(pages: Sequence[Mapping[str, Any]], count: int) -> Iterable[tuple[str, ...]]:
    yield "reader", "pages read", "MiB when warm", "MiB at the end", "MiB per 1,000 pages"
    for reader in (reader for reader in READERS if reader.finds and not reader.package):
        soaked = _apart(sys.executable, reader, pages, "--soak", str(count))
        warm, end = soaked["resident"]
        yield reader.name, f"{count:,}", f"{warm:.1f}", f"{end:.1f}", f"{(end - warm) / (count - soaked['warm']) * 1000:+.3f}"


def _print_table(rows: Iterable[Sequence[str]]) -> None:
    header, *body = rows
    print("|", " | ".join(header), "|")
    print("|", " | ".join(["---", *["---:"] * (len(header) - 1)]), "|")
    for row in body:
        print("|", " | ".join(row), "|")
    print()


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Read the same pages with several readers and compare time, memory and quality.")
    parser.add_argument(
        "--pages", type=Path, default=FIXTURES, metavar="DIR", help="a folder with *.html, or with folders of them (default: tests/pages)"
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often every reader is started (default: 5)")
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="the interpreter that has the other readers")
    parser.add_argument("--soak", type=int, metavar="N", help="instead: read N pages in one process, and tell how its memory grows")
    parser.add_argument("--reader", choices=[reader.name for reader in READERS], help=argparse.SUPPRESS)  # in its own process
    options = parser.parse_args(arguments)
    if options.soak is not None and options.soak < 2:
        parser.error("--soak takes two pages or more")
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print tables in Markdown."""
    options = _arguments(arguments)
    if options.reader:
        describe = json.load(sys.stdin)
        print(json.dumps(soak(options.reader, describe, options.soak) if options.soak else measure(options.reader, describe)))
        return
    pages = _pages(options.pages)
    if options.soak:
        _print_table(_growth(pages, options.soak))
        return
    results = _run(options.python, pages, max(1, options.rounds))
    missing = {name: rounds[0]["missing"] for name, rounds in results.items() if "missing" in rounds[0]}
    there = {name: rounds for name, rounds in results.items() if name not in missing}
    versions = {reader.package: there[reader.name][0]["version"] for reader in READERS if reader.package and reader.name in there}
    sizes = statistics.median(Path(page["path"]).stat().st_size for page in pages) / 1000
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores;", end=" ")
    print(f"{len(pages)} pages of {sizes:.0f} kB (median), {options.rounds} rounds;", end=" ")
    print(", ".join(f"{package} {number}" for package, number in versions.items()), end="\n\n")
    _print_table(_speed(there))
    if SCORER.is_file():
        annotated = _pages(SCORER.parent / "pages")
        found = {reader.name: _apart(options.python, reader, annotated)["found"] for reader in READERS if reader.name in there}
        _print_table(_quality(found))
    for name, rounds in there.items():
        for line in rounds[0]["failed"]:
            print(f"{name} failed on {line}")
    for name, why in missing.items():
        print(f"left out: {name} ({why}); how to install it: the beginning of {Path(__file__).name}")


if __name__ == "__main__":
    main()
