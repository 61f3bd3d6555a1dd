"""Pages that other people published with the story they hold to be in them, and how near to that a reader comes.

The repositories are unpacked into one folder, each under its own name; a benchmark whose repository is not there is left out:

    SH  article-extraction-benchmark  scrapinghub/article-extraction-benchmark
    FE  fundus-evaluation             dobbersc/fundus-evaluation
    FU  fundus                        flairNLP/fundus (the tests of its parsers)
    WA  wcxb                          Murrough-Foley/web-content-extraction-benchmark (its pages of type article)
"""

import gzip
import json
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

HALVES = ("dev", "rest", "all")  # to develop with; to decide with
NEWS = ("SH", "FE", "FU")  # WA's pages are guides and blogs, its stories drafted by a model
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"  # scripts in which a sign counts as a word
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_SHINGLE = {"SH": 4}  # words that are compared together
_FAILED = 0.5  # a lower F1 is as bad as nothing


class PublicPage(NamedTuple):
    """A page, and its story: one text, or paragraphs and further ones that may be given or left out, each group as a whole."""

    bench: str
    name: str
    path: Path
    url: str
    fetched_at: str
    paragraphs: Sequence[str]
    optional: Sequence[Sequence[str]] = ()

    @property
    def half(self) -> str:
        """Where a page belongs, for good."""
        return HALVES[sha256(f"{self.bench}/{self.name}".encode()).hexdigest()[0] >= "8"]


class Score(NamedTuple):
    """How near a found story comes to the right one: in words, in paragraphs that are equal but for white space, as a whole."""

    precision: float
    recall: float
    f1: float
    paragraph_f1: float
    is_whole: bool
    is_empty: bool


def content_of(path: Path) -> bytes:
    """The page that a file holds, packed or not."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def load(folder: Path, half: str) -> list[PublicPage]:
    """The pages of the benchmarks in ``folder`` that belong to a half (one of ``HALVES``)."""
    pages = [page for bench in _BENCHES for page in bench(folder)]
    return [page for page in pages if half in {"all", page.half}]


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _utc(when: str) -> str:
    return datetime.fromisoformat(when).replace(tzinfo=UTC).isoformat()


def _sh(folder: Path) -> Iterator[PublicPage]:
    home = folder / "article-extraction-benchmark"
    for name, told in _json(home / "ground-truth.json").items():
        yield PublicPage("SH", name, home / f"html/{name}.html.gz", told["url"], _now(), [told["articleBody"]])


def _fe(folder: Path) -> Iterator[PublicPage]:
    home = folder / "fundus-evaluation" / "dataset"
    for name, told in _json(home / "ground_truth.json").items():
        optional = [[text[1:-1]] for text in told["body"] if _is_bracketed(text)]
        paragraphs = [text for text in told["body"] if not _is_bracketed(text)]
        page = name.removesuffix(".html.gz")
        yield PublicPage("FE", page, home / "html" / name, told["url"], _utc(told["crawl_date"]), paragraphs, optional)


def _is_bracketed(text: str) -> bool:
    return text.startswith("[") and text.endswith("]")


def _fu(folder: Path) -> Iterator[PublicPage]:
    """A publisher has a page for every version of its parser, and a story for every version: the first is the first's."""
    for index in sorted((folder / "fundus" / "tests" / "resources" / "parser" / "test_data").glob("*/meta.info")):
        publishers: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for name, told in _json(index).items():
            if (index.parent / name).is_file():  # it names some that are gone
                publishers[name.split("_", 1)[0]].append((told["crawl_date"], name, told["url"]))
        for publisher, pages in publishers.items():
            stories = sorted(_json(index.parent / f"{publisher}.json").items())
            for (crawled_at, name, url), (_, story) in zip(sorted(pages), stories, strict=True):
                body = story.get("body") or {"summary": [], "sections": []}
                paragraphs = [text for part in body["sections"] for text in (*part["headline"], *part["paragraphs"])]
                page = f"{index.parent.name}-{name.removesuffix('.html.gz')}"
                yield PublicPage("FU", page, index.parent / name, url, _utc(crawled_at), paragraphs, [body["summary"]])


def _wa(folder: Path) -> Iterator[PublicPage]:
    for path in sorted((folder / "wcxb").glob("*/ground-truth/*.json")):
        told, part = _json(path), path.parents[1]
        if told["_internal"]["page_type"]["primary"] == "article":
            url = told.get("url") or "https://unknown.example/article/1"
            page = part / f"html/{path.stem}.html.gz"
            yield PublicPage("WA", f"{part.name}-{path.stem}", page, url, _now(), [told["ground_truth"].get("main_content") or ""])


_BENCHES = (_sh, _fe, _fu, _wa)


def score(page: PublicPage, body: str) -> Score:
    """Compare a found story with the right one; what is optional counts as it suits the finder."""
    size = _SHINGLE.get(page.bench, 1)

    def words_of(lines: Iterable[str]) -> Counter[tuple[str, ...]]:
        words = _WORD.findall("\n".join(lines).lower())
        return Counter(tuple(words[i : i + size]) for i in range(max(len(words) - size + 1, min(len(words), 1))))

    precision, recall, f1 = _best(page, [body], words_of)
    whole = _WORD.findall(body.lower()) == _WORD.findall("\n".join(page.paragraphs).lower())
    return Score(precision, recall, f1, _best(page, body.splitlines(), _lines_of)[2], whole, not body.strip())


def _lines_of(texts: Iterable[str]) -> Counter[str]:
    return Counter(line for text in texts if (line := " ".join(text.split())))


def _best(page: PublicPage, found: Iterable[str], parts_of: Callable[[Iterable[str]], Counter[Any]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the parts, with the optional texts that raise it."""
    have, wanted = parts_of(found), list(page.paragraphs)
    best = _rates(have, parts_of(wanted))
    for group in page.optional:
        rates = _rates(have, parts_of([*wanted, *group]))
        if rates[2] > best[2]:
            best, wanted = rates, [*wanted, *group]
    return best


def _rates(have: Counter[Any], want: Counter[Any]) -> tuple[float, float, float]:
    hits, total = (have & want).total(), have.total() + want.total()
    return hits / max(have.total(), 1), hits / max(want.total(), 1), 2 * hits / total if total else 1.0


HEADER = ("reader", "SH, FE, FU", "SH", "whole", "FE", "paragraphs", "FU", "paragraphs", "empty or < .5", "WA, of those found", "WA, empty")


def row(pages: Sequence[PublicPage], found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What the table says of a reader under ``HEADER`` behind its name; ``found``: what it found, by path."""
    scores: defaultdict[str, list[Score]] = defaultdict(list)
    for page in pages:
        scores[page.bench].append(score(page, found.get(str(page.path), {}).get("body") or ""))
    news = [each for bench in NEWS for each in scores[bench]]
    there = [each for each in scores["WA"] if not each.is_empty]
    failed = sum(each.is_empty or each.f1 < _FAILED for each in news)
    together = sum(_f1(bench, scores[bench]) * len(scores[bench]) for bench in NEWS if scores[bench]) / max(len(news), 1)
    return [
        f"{together:.3f}" if news else "–",
        *(cell for bench in NEWS for cell in _cells(bench, scores[bench])),
        f"{failed} / {len(news)}",
        *_cells("WA", there)[:1],
        f"{len(scores['WA']) - len(there)} / {len(scores['WA'])}",
    ]


def _cells(bench: str, scores: Sequence[Score]) -> list[str]:
    if not scores:
        return ["–", "–"]
    second = statistics.mean(each.is_whole if bench == "SH" else each.paragraph_f1 for each in scores)
    return [f"{_f1(bench, scores):.3f}", f"{second:.3f}"]


def _f1(bench: str, scores: Sequence[Score]) -> float:
    """The mean; of SH, as it says itself, that of mean recall and of mean precision where something was found."""
    if bench != "SH":
        return statistics.mean(each.f1 for each in scores)
    precision = statistics.mean([each.precision for each in scores if not each.is_empty] or [0.0])
    recall = statistics.mean(each.recall for each in scores)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
