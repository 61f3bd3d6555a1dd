"""Reads archived pages in this process, or in several at once."""

import os
import signal
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread

from scrapy.settings import Settings

from crawler.article import Visit
from crawler.jobs.rereader import ArchivedPage, Rereader
from crawler.jobs.stopping import SIGNALS
from crawler.outlets import Outlets

Chunk = Sequence[ArchivedPage]
Read = Callable[[str, Iterable[Chunk], str, Collection[str]], Iterator[tuple[Chunk, list[Visit | None]]]]
AT_ONCE = 100  # pages that are read, and then stored in one transaction: a crawl that stores one waits for it
_AHEAD = 2  # chunks that each process has to do: more would only wait in memory


class Readers:
    """A reader for each outlet, made when its first page comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._outlets = settings, Outlets.from_settings(settings)
        self._rereaders: dict[str, Rereader] = {}

    def read(self, outlet: str, chunk: Chunk, route: str, whole: Collection[str] | None = None) -> list[Visit | None]:
        """Return how a visit to each page ends, as ``Rereader.visits``."""
        if outlet not in self._rereaders:
            self._rereaders[outlet] = Rereader(self._outlets.load(outlet), self._settings, self._outlets.identify)
        return self._rereaders[outlet].visits(chunk, route, whole)


_readers: list[Readers] = []  # of a process that was started to read: one


@contextmanager
def reading_processes(settings: Settings, jobs: int) -> Iterator[Read]:
    """What reads an outlet's pages, as ``Rereader.visits``, and yields each chunk with what came of it, in their order.

    Several are forks, so that they need not import anything again: begin before there are threads and connections, which forks would share.
    """
    readers = Readers(settings)
    if jobs == 1:
        yield lambda outlet, chunks, route, whole: ((chunk, readers.read(outlet, chunk, route, whole)) for chunk in chunks)
        return
    import crawler.reading.reader  # noqa: F401, PLC0415 - once for all of them

    pool = ProcessPoolExecutor(jobs, get_context("fork"), initializer=_begin, initargs=(readers,))
    pool.submit(int)  # all are forked now

    def read(outlet: str, chunks: Iterable[Chunk], route: str, whole: Collection[str]) -> Iterator[tuple[Chunk, list[Visit | None]]]:
        waiting = deque[tuple[Chunk, Future[list[Visit | None]]]]()
        for chunk in chunks:
            its_whole = {page.article_id for page in chunk} & {*whole}
            waiting.append((chunk, pool.submit(_read, outlet, chunk, route, its_whole)))
            if len(waiting) > _AHEAD * jobs:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()

    try:
        yield read
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(readers: Readers) -> None:
    """Set a process up to read. It ends with the one that started it, however that ends."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)  # a terminal tells all; who started it tells it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # how the pool ends those that are left when one was killed
    Thread(target=_end_with_parent, daemon=True).start()
    _readers.append(readers)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent
    parent.join()
    os._exit(1)


def _read(outlet: str, chunk: Chunk, route: str, whole: Collection[str]) -> list[Visit | None]:
    return _readers[0].read(outlet, chunk, route, whole)
