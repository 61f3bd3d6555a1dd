"""An original and its copies that several processes store at the same moment."""

from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

import psycopg

from bench.copies import START
from bench.storing import Databases, visit
from crawler.article import Original
from pipelines.database.connection import connect
from pipelines.database.visits import record

ROUNDS = 100  # of a race


def races(databases: Databases, processes: int) -> Iterator[tuple[str, str, str]]:
    """Yield what became of them: the copies are an aggregator's or another outlet's."""
    spawning = get_context("spawn")
    barrier, errors = spawning.Barrier(processes), spawning.SimpleQueue()
    with databases.empty() as connection:
        connection.execute("insert into outlets select name, name, name from unnest(array['antara', 'babe', 'kompas']) name")
        racers = [spawning.Process(target=race, args=(databases.url, number, barrier, errors)) for number in range(processes)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        failed = [errors.get() for _ in range(ROUNDS * processes)]
        query = """
            select count(*) from (
                select from articles join pages using (page_id) group by split_part(article_id, '-', 1)
                having count(distinct story_id) = 1 and count(*) filter (where articles.outlet = 'babe' and not superseded) = 0
            ) round
        """
        (one,) = connection.execute(query).fetchone() or (0,)
    deadlocks = failed.count("DeadlockDetected")
    figure = f"{one} of {ROUNDS}, {deadlocks} deadlocks, {len(failed) - failed.count('')} not stored"
    yield f"{processes} processes, original and copies at once: one story", figure, f"{ROUNDS}, 0, 0"


def race(url: str, number: int, barrier: Barrier, errors: "SimpleQueue[str]") -> None:
    """Store one member of each round, without trying again."""
    with connect(url) as connection:
        for turn in range(ROUNDS):
            text = " ".join(f"kata{turn}x{word}" for word in range(80))
            outlet = "kompas" if number == 0 else "babe" if (number + turn) % 2 else "antara"
            racing = visit(outlet, f"{turn}-{number}", "Judul", text, START, START)
            if outlet == "babe":
                racing.original = Original(outlet="kompas", article_id=f"{turn}-0", url=f"https://kompas.example/{turn}-0")
            barrier.wait()
            try:
                record(connection, racing)
                errors.put("")
            except psycopg.Error as error:
                errors.put(type(error).__name__)
