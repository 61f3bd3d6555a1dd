"""How well and how fast copies are found, and whether stories hold what they should.

    .venv/bin/python -m bench.near_duplicates [--articles 4000] [--sizes 1000 5000 20000]
    .venv/bin/python -m bench.near_duplicates --corpus FILE.jsonl --partition OUT.jsonl --pairs OUT.jsonl

The first makes a corpus whose copies are known (bench/copies.py), stores it in several orders and prints what came of it. The second stores
anybody's articles in the file's order ({"id", "outlet", "published_at", "fetched_at", "headline", "body"}) and writes which stories
({"id", "story"}) and pairs ({"a", "b", "kind"}) came of them. Both go through the transaction in which a crawl stores a Visit, on a server
of their own. Times are CPU, of this process and of its server process together.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from bench.copies import START, Newsroom, Piece, corpus
from bench.races import races
from bench.storing import Databases, Stored, Story, cpu, read, store, stored, visit, visit_of
from crawler.article import Visit
from crawler.clock import WIB
from pipelines.database import embedded, stories
from pipelines.database.connection import storable
from pipelines.database.visits import record
from pipelines.near_duplicates import VERSION, fingerprint

# As an update leaves a database whose fingerprints were others.
UNLINK = """
    truncate shingles, near_duplicates;
    update fingerprints set (version, shingles, standing, indexed_at, linked_by) = ('other', '{}', '{}', null, null)
"""


def members(labels: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return for each article all that have the same label."""
    groups = defaultdict(set)
    for article, label in labels.items():
        groups[label].add(article)
    return {article: frozenset(groups[label]) for article, label in labels.items()}


def same_share(one: Story, other: Story) -> float:
    """Share of the articles whose story has the same articles in both."""
    mine, theirs = members(one), members(other)
    return sum(mine[article] == theirs[article] for article in mine) / len(mine)


def quality(pieces: Sequence[Piece], found: Stored) -> Iterator[tuple[str, str, str]]:
    """Yield what is measured, the figure, and the goal."""
    event = {piece.id: piece.event for piece in pieces}
    wanted, got = members(event), members(found.story)
    precision, recall = (sum(len(wanted[each] & got[each]) / len(whole[each]) for each in event) / len(event) for whole in (got, wanted))
    copies = [pair for pair, kind in found.pairs.items() if kind == "copy"]
    right = sum(event[a] == event[b] for a, b in copies)
    yield "pair precision", f"{right / max(1, len(copies)):.4f} of {len(copies)}", "≥ .988"
    yield "B³ precision", f"{precision:.4f}", "≥ .99"
    yield "B³ recall", f"{recall:.4f}", "≥ .92"
    yield "B³ F", f"{2 * precision * recall / (precision + recall):.4f}", "≥ .955"
    yield "most events in one story", str(max(len({event[each] for each in group}) for group in got.values())), "≤ 6, aim 3"
    first = {piece.event: piece.id for piece in pieces if piece.kind == "original"}
    together = defaultdict(list)
    for piece in pieces:
        if piece.event in first and piece.kind != "original":
            together[piece.kind].append(found.story[piece.id] == found.story[first[piece.event]])
    goals = {"wire": "≥ .98", "block 10 %": "≥ .98", "cut": "≥ .98", "cut, new lead": "", "extended": "≥ .98", "block 40 %": ""}
    for kind, outcomes in sorted(together.items()):
        yield f"recall: {kind}", f"{sum(outcomes) / len(outcomes):.3f} of {len(outcomes)}", goals.get(kind, "≥ .95")
    alone = {"same event": "", "series": "0", "merged": "", "round-up": ""}
    for kind, goal in alone.items():
        ours = [piece.id for piece in pieces if piece.kind == kind]
        yield f"{kind}: not alone in its story", f"{sum(len(got[each]) > 1 for each in ours)} of {len(ours)}", goal


def orders(pieces: Sequence[Piece], shuffles: int) -> Iterator[tuple[str, list[Piece]]]:
    """Yield other orders of the same articles."""
    yield "newest first", list(reversed(pieces))
    for seed in range(shuffles):
        shuffled = list(pieces)
        Random(seed).shuffle(shuffled)  # noqa: S311
        yield f"shuffled, {seed}", shuffled


def figures(probes: Sequence[float]) -> str:
    """Return mean and percentile of what linking took."""
    ranked = sorted(probes)
    return f"{sum(ranked) / len(ranked):.2f} ms mean, {ranked[int(len(ranked) * 0.99)]:.2f} ms p99"


def print_table(title: str, rows: Iterable[tuple[str, str, str]]) -> None:
    """Print rows of three columns, each as soon as it was measured."""
    for row in chain([(title, "measured", "wanted")], rows):
        print("{:<62}{:<44}{}".format(*row), flush=True)
    print()


def growth(databases: Databases, sizes: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    """Yield what linking takes when so many articles are in the window of seven days, and how a large story is added to."""
    wanted = {20_000: "≤ 10 ms mean, ≤ 20 ms p99", 50_000: "≤ 20 ms mean"}

    def week(seed: int, articles: int) -> list[Visit]:
        found = []
        for each in corpus(seed, articles):
            at = START + (each.at - START) * 0.7
            found.append(visit(each.outlet, f"{seed}-{each.id}", each.headline, each.body, at, at))
        return found

    with databases.empty() as connection:
        there = 0
        for size in sizes:
            store(connection, week(size, size - there))
            connection.execute("vacuum analyze")  # as autovacuum does in an hour
            yield f"linking, {size:,} articles in 7 days", figures(store(connection, week(size + 1, 400))), wanted.get(size, "")
            there = size + 400
    with databases.empty() as connection:
        body, at = " ".join(Newsroom(7).text(12, 12)), START
        store(connection, [visit("antara", f"{n}", "Judul", f"{body} kota{n}", at + timedelta(minutes=n), at) for n in range(300)])
        took = [store(connection, [visit("kompas", f"k{n}", "Judul", body, at + timedelta(minutes=n), at)])[0] for n in (400, 150)]
        yield "one more of a story of 300: the last, one between", f"{took[0]:.1f} ms, {took[1]:.1f} ms", "≤ 50 ms"


def revisions(databases: Databases) -> Iterator[tuple[str, str, str]]:
    """Yield how many changes were taken for what they are."""
    room = Newsroom(8)
    pieces = corpus(8, 400)
    typography: Sequence[Callable[[str], str]] = (
        lambda text: text.replace(".", "…", 3),
        lambda text: f"“{text}”",
        lambda text: text.replace(" ", " – ", 2),
        str.upper,
        lambda text: text.replace(" ", "\u00a0\n", 5),
        lambda text: text.replace(",", ";").replace(".", "!"),
    )
    with databases.empty() as connection:
        store(connection, [visit_of(piece) for piece in pieces])

        def versions() -> int:
            (number,) = connection.execute("select count(*) from article_versions where version_no > 1").fetchone() or (0,)
            return int(number)

        for number, piece in enumerate(pieces[:120]):
            changed = visit_of(piece)
            assert changed.article
            changed = visit(piece.outlet, piece.id, piece.headline, typography[number % len(typography)](piece.body), piece.at, piece.at)
            record(connection, changed)
        yield "typography taken for a revision", f"{versions()} of 120", "0"
        store(connection, [visit_of(piece) for piece in pieces * 5])
        yield "unchanged articles taken for a revision", f"{versions()} of 2,000", "0"
        for piece in pieces[:72]:
            words = piece.body.split(" ")
            words[room.random.randrange(len(words))] = "dibantah"
            record(connection, visit(piece.outlet, piece.id, piece.headline, " ".join(words), piece.at, piece.at))
        yield "revisions of one word seen", f"{versions()} of 72", "72"


def same_events(databases: Databases) -> Iterator[tuple[str, str, str]]:
    """Yield how many of 1,200 pairs of texts about one thing became one story."""
    room = Newsroom(9)
    for _ in range(1200):
        room.same_event()
    found = stored(databases, sorted(room.pieces, key=lambda piece: piece.at)).story
    together = sum(found[first.id] == found[second.id] for first, second in zip(room.pieces[::2], room.pieces[1::2], strict=True))
    yield "one event told twice: merged", f"{together} of 1,200 pairs", "≤ 3"


def relinking(databases: Databases, pieces: Sequence[Piece]) -> Iterator[tuple[str, str, str]]:
    """Yield what linking everything anew takes beside writing the same rows, and whether a kill makes a difference."""
    columns = {
        "fingerprints": "page_id, version, body_sha256, shingles, standing, distinctive, indexed_at, linked_by",
        "shingles": "shingle, dated_at, page_id, outlet, size",
        "near_duplicates": "page_a, page_b, kind, containment, shared_shingles, distinctive_a, distinctive_b, rule_version",
    }
    with databases.empty() as connection:
        store(connection, [visit_of(piece) for piece in pieces])
        before = read(connection)
        connection.execute(UNLINK)
        started, seconds = cpu(connection), time.monotonic()
        relink_all(connection)
        relinked, slow = cpu(connection) - started, time.monotonic() - seconds
        after = read(connection)
        plain = fast = 0.0
        for table, names in columns.items():
            rows = connection.execute(f"select {names} from {table}".encode()).fetchall()  # noqa: S608
            connection.execute(f"create table plain_{table} (like {table} including all)".encode())
            insert = f"insert into plain_{table} ({names}) values ({', '.join(['%s'] * len(names.split(',')))})".encode()  # noqa: S608
            started, seconds = cpu(connection), time.monotonic()
            with connection.transaction():
                connection.cursor().executemany(insert, rows)
            plain, fast = plain + cpu(connection) - started, fast + time.monotonic() - seconds
        connection.execute(UNLINK)
        for _ in range(5):
            relink_all(connection, most=len(pieces) // 3)
        relink_all(connection)
        resumed = read(connection)
        yield "relinking, beside executemany of its rows", f"{plain / relinked:.2f} by CPU, {fast / slow:.2f} by the clock", "≥ 0.5"
        for name, found in (("at once", after), ("stopped five times", resumed)):
            yield f"relinked, {name}: the same stories, pairs", f"{same_share(before[0], found[0]):.4f}, {before[1] == found[1]}", "1, True"


def relink_all(connection: psycopg.Connection, most: int | None = None) -> None:
    """Do what scrapy relink does; with ``most``, break off when so many articles have been marked or linked."""
    unmarked, unlinked = stories.outdated(connection, VERSION, None)
    stories.unlink_neighbours(connection, unmarked, VERSION, None)
    for at in range(0, len(unmarked[:most]), 50):
        stories.mark_again(connection, unmarked[at : at + 50], fingerprint)
    if most and unmarked:
        return
    stories.analyze(connection)
    for at in range(0, len(unlinked[:most]), 50):
        stories.link_again(connection, unlinked[at : at + 50])


def same_in_other_orders(databases: Databases, pieces: Sequence[Piece], found: Stored, shuffles: int) -> Iterator[tuple[str, str, str]]:
    """Yield how much of the stories is the same when the articles come in other orders."""
    for name, order in orders(pieces, shuffles):
        yield f"{name}: same story", f"{same_share(found.story, stored(databases, order).story):.4f} of the articles", "≥ .995"


def measure(databases: Databases, articles: int, sizes: Sequence[int], shuffles: int) -> None:
    """Print all tables."""
    pieces = corpus(1, articles)
    print(", ".join(f"{number} {kind}" for kind, number in Counter(piece.kind for piece in pieces).most_common()))
    found = stored(databases, pieces)
    print_table(f"{articles} articles in order of time", quality(pieces, found))
    print(f"linking: {figures(found.probes)}\n")
    print_table("orders", same_in_other_orders(databases, pieces, found, shuffles))
    print_table("one event", same_events(databases))
    print_table("at the same moment", chain(races(databases, 2), races(databases, 6)))
    print_table("revisions", revisions(databases))
    print_table("relinking", relinking(databases, pieces[:1500]))
    if sizes:
        print_table("linking one more", growth(databases, sizes))


def given_visits(lines: Iterable[str], ids: dict[str, Any]) -> Iterator[Visit]:
    """Yield Visits to somebody's articles, and note their ids as they are given. A time without a zone is Jakarta's."""
    for line in lines:
        given = json.loads(line)
        texts = [given.get("published_at"), given.get("fetched_at")]
        times = [datetime.fromisoformat(text) if text else None for text in texts]
        published_at, fetched_at = (at.replace(tzinfo=WIB) if at and not at.tzinfo else at for at in times)
        ids[str(given["id"])] = given["id"]
        headline, body = (storable(given.get(name) or "") for name in ("headline", "body"))
        yield visit(given["outlet"], str(given["id"]), headline, body, published_at, fetched_at or published_at or START)


def put_through(databases: Databases, source: Path, partition: Path, pairs: Path) -> None:
    """Store somebody's articles in their order and write what came of them."""
    ids: dict[str, Any] = {}
    with databases.empty() as connection, source.open(encoding="utf-8") as lines:
        probes = store(connection, given_visits(filter(str.strip, lines), ids))
        story, found = read(connection)
    rows = ({"id": ids[each], "story": story[each]} for each in story)
    partition.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    rows = ({"a": ids[a], "b": ids[b], "kind": kind} for (a, b), kind in found.items())
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    print(f"{len(story)} articles, {len({*story.values()})} stories, {len(found)} pairs")
    print(f"linking: {figures(probes)}")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description="How well and how fast copies are found.")
    parser.add_argument("--articles", type=int, default=4000, help="of the corpus (default: 4000)")
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[1000, 5000, 20000, 50000], help="articles in the window (none: leave this out)"
    )
    for name in ("corpus", "partition", "pairs"):
        parser.add_argument(f"--{name}", type=Path, metavar="FILE")
    options = parser.parse_args()
    files = [options.corpus, options.partition, options.pairs]
    if any(files) and not all(files):
        parser.error("--corpus, --partition and --pairs come together")
    folder = Path(tempfile.mkdtemp())
    try:
        if options.corpus:
            put_through(Databases(folder), *files)
        else:
            measure(Databases(folder), options.articles, options.sizes, shuffles=5)
    finally:
        embedded.stop(folder)
        shutil.rmtree((folder / "postgres").resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
