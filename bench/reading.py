"""Reading side by side: this project's reader and what else there is, on the same pages, in one run.

    .venv/bin/python -m bench.reading [--pages DIR] [--rounds N] [--python PATH]
    .venv/bin/python -m bench.reading --soak 10000 [--pages DIR]

The others are no requirements of this project. To measure them, install them somewhere else and name that interpreter:

    python -m venv ELSEWHERE && ELSEWHERE/bin/pip install -U pip
    ELSEWHERE/bin/pip install -r requirements.txt trafilatura readability-lxml html-text newspaper4k resiliparse
    .venv/bin/python -m bench.reading --python ELSEWHERE/bin/python

Every reader runs in a process of its own, N times, all in turn; a page's figure is its best time in any of them. Only figures of one
run may be compared. Public benchmarks (public_pages.py), where they lie beside the checkout, are read once.
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
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

from bench import public_pages
from bench.readers import READERS, Found, Reader

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "pages"
SCORER = ROOT.parent / "shared" / "score_pages.py"  # annotated pages lie in pages/ beside it
PUBLIC = ROOT.parent / "shared" / "public_pages" / "sources"
WARM_UP = 1000  # pages, before memory is looked at: caches fill, and the allocator settles
_TWINS = {"Poros", "trafilatura, text alone"}  # find on a public page what another one finds
PASSES = 2  # over the pages in each process: the first one also fills caches and compiles expressions


# --- one reader in a process of its own


def measure(name: str, pages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Read the pages twice; return the best CPU seconds a page, what was found, and the growth of the peak memory (MiB).

    Memory grows by what the reader imports and keeps as well as by what it needs for a page. ``missing`` says why it cannot be measured.
    """
    reader = next(reader for reader in READERS if reader.name == name)
    contents = [public_pages.content_of(Path(page["path"])) for page in pages]
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
    contents = [public_pages.content_of(Path(page["path"])) for page in pages]
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
                "language": {"language": "id"},
                "rules": rules,
            }
        )
    return describe


def _saved(folder: Path) -> list[Path]:
    paths = sorted(folder.glob("*.html")) or sorted(folder.glob("*/*.html"))
    if not paths:
        raise SystemExit(f"there is no *.html in {folder}")
    return paths


def _pages(paths: Sequence[Path]) -> list[dict[str, Any]]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(describe, paths).result()


# --- figures


def _run(python: str, readers: Sequence[Reader], pages: Sequence[Mapping[str, Any]], rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Measure readers in turn, ``rounds`` times; return each one's results."""
    results: dict[str, list[dict[str, Any]]] = {reader.name: [] for reader in readers}
    for _ in range(rounds):
        for reader in readers:
            results[reader.name].append(_apart(python, reader, pages))
    return results


def _speed(results: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterable[tuple[str, ...]]:
    yield "reader", "ms a page", "slowest page", "against parsing", "trafilatura against it", "peak memory, MiB"
    times = {
        name: [min(each) for each in zip(*(one["seconds"].values() for one in rounds), strict=True)] for name, rounds in results.items()
    }
    medians = {name: statistics.median(best) for name, best in times.items()}
    for name, median in medians.items():
        against = f"{medians['trafilatura'] / median:.1f}" if "trafilatura" in medians else "–"
        memory = max(result["memory"] for result in results[name])
        ratio = median / medians[READERS[0].name]
        yield name, f"{median * 1000:.2f}", f"{max(times[name]) * 1000:.1f}", f"{ratio:.1f}", against, f"{memory:.0f}"


def _public(folder: Path, half: str, python: str) -> Iterable[tuple[str, ...]]:
    """Read public pages once, with each reader; of the first it is told alone what it takes."""
    pages = public_pages.load(folder, half)
    known = {"outlet": "", "language": {}, "rules": []}
    told = [{"path": str(page.path), "url": page.url, "fetched_at": page.fetched_at, **known} for page in pages]
    results = _run(python, [reader for reader in READERS if reader.name not in _TWINS], told, 1)
    there = {name: rounds for name, rounds in results.items() if "missing" not in rounds[0]}
    header, *speeds = _speed(there)
    yield *public_pages.HEADER, *header[1:]
    for (name, *speed), (rounds,) in zip(speeds, there.values(), strict=True):
        cells = public_pages.row(pages, rounds["found"]) if name != READERS[0].name else ["–"] * (len(public_pages.HEADER) - 1)
        yield name, *cells, *speed


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
    parser.add_argument("--public", type=Path, default=PUBLIC, metavar="DIR", help="where public benchmarks lie (default: %(default)s)")
    parser.add_argument("--half", choices=public_pages.HALVES, default="dev", help="which public pages (default: %(default)s)")
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
    pages = _pages(_saved(options.pages))
    if options.soak:
        _print_table(_growth(pages, options.soak))
        return
    results = _run(options.python, READERS, pages, max(1, options.rounds))
    missing = {name: rounds[0]["missing"] for name, rounds in results.items() if "missing" in rounds[0]}
    there = {name: rounds for name, rounds in results.items() if name not in missing}
    versions = {reader.package: there[reader.name][0]["version"] for reader in READERS if reader.package and reader.name in there}
    sizes = statistics.median(Path(page["path"]).stat().st_size for page in pages) / 1000
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores;", end=" ")
    print(f"{len(pages)} pages of {sizes:.0f} kB (median), {options.rounds} rounds;", end=" ")
    print(", ".join(f"{package} {number}" for package, number in versions.items()), end="\n\n")
    _print_table(_speed(there))
    if SCORER.is_file():
        annotated = _pages([path for path in sorted((SCORER.parent / "pages").rglob("*.html")) if path.with_suffix(".json").is_file()])
        found = {reader.name: _apart(options.python, reader, annotated)["found"] for reader in READERS if reader.name in there}
        _print_table(_quality(found))
    if options.public.is_dir():
        print(f"public pages ({options.half}):", end="\n\n")
        _print_table(_public(options.public, options.half, options.python))
    for name, rounds in there.items():
        for line in rounds[0]["failed"]:
            print(f"{name} failed on {line}")
    for name, why in missing.items():
        print(f"left out: {name} ({why}); how to install it: the beginning of {Path(__file__).name}")


if __name__ == "__main__":
    main()
