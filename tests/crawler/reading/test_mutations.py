"""Pages broken at random: the reader neither crashes nor hangs, and says why where it finds nothing.

All runs in one child process with a generous limit, so that a hang is a failure and not a test run that never ends.
"""

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from crawler.reading.dates import WIB
from crawler.reading.page import Page
from crawler.reading.reader import examine
from crawler.reading.rules import PageRules

PAGES = sorted((Path(__file__).parents[2] / "pages").glob("*/*.html"))
FETCHED = datetime(2026, 11, 23, 8, 0, tzinfo=WIB)
RULES = PageRules(body=(".detail-text", ".read__content", ".txt-article", ".article-content article"), published_at=("time", ".date"))
TAG = re.compile(rb"<[^<>]*>")
MUTANTS = 200
LIMIT = 300  # seconds for all of them together, which take about five


def mutants() -> Iterator[tuple[str, bytes]]:
    random_ = random.Random(11)
    for number in range(MUTANTS - 8):
        path = PAGES[number % len(PAGES)]
        content = path.read_bytes()
        kind = ("dropped", "truncated", "doubled", "shuffled", "garbled", "emptied")[number % 6]
        if kind == "dropped":
            content = TAG.sub(lambda tag: tag[0] if random_.random() < 0.7 else b"", content)
        elif kind == "truncated":
            content = content[: random_.randrange(len(content))]
        elif kind == "doubled":
            content = TAG.sub(lambda tag: tag[0] * random_.choice((1, 1, 2)), content)
        elif kind == "shuffled":
            tags = iter(random_.sample(TAG.findall(content), k=len(TAG.findall(content))))
            content = b"".join(next(tags) if TAG.fullmatch(part) else part for part in re.findall(rb"<[^<>]*>|[^<]+|<", content))
        elif kind == "garbled":
            content = bytes(random_.randrange(256) if random_.random() < 0.01 else byte for byte in content)
        else:
            content = re.sub(rb">[^<>]+<", lambda text: text[0] if random_.random() < 0.5 else b"><", content)
        yield f"{path.parent.name}/{path.stem} {kind}", content
    whole = PAGES[0].read_bytes()
    yield "nested div", b"<div>" * 5_000 + whole
    yield "nested kinds", b"<div><p><b><i><a href=/x>" * 5_000 + whole
    yield "nested inside", whole.replace(b"<p>", b"<span>" * 5_000 + b"<p>", 1)
    yield "10 MB line", b"<h1>Kapal</h1><div class=detail-text><p>" + b"kata demi kata " * 700_000 + b"</p></div>"
    yield "10 MB word", b"<h1>Kapal</h1><div class=detail-text><p>" + b"k" * 10_000_000 + b"</p></div>"
    yield "brackets", b"<h1>Kapal</h1><div class=detail-text>" + b"<p>" + b"(" * 200_000 + b")" * 200_000 + b"</p></div>"
    yield "JSON-LD", b"<script type='application/ld+json'>" + b"[" * 200_000 + b"</script>" + whole
    yield "attributes", b"<p " + b" ".join(b"a%d=x" % n for n in range(50_000)) + b">" + whole


def read_all() -> None:
    count = 0
    for name, content in mutants():
        for rules in (RULES, PageRules(body=())):
            url = "https://www.contoh.com/read/1/kapal"
            reading = examine([Page(content, url)], rules, outlet="contoh", article_id="1", url=url, fetched_at=FETCHED)
            assert bool(reading.article) != bool(reading.rejected), name
            assert reading.article is None or len(reading.article.body) >= 200, name
        count += 1
    sys.stdout.write(str(count))


def test_no_crash_no_hang_and_always_a_reason() -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, str(MUTANTS)), done.stderr[-3000:]


if __name__ == "__main__":
    read_all()
