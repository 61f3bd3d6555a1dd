"""Reads WARC files that somebody else made, without a database: `scrapy import-warc` on one machine, deploy/spark on many."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Self

from scrapy.settings import Settings

from crawler.article import Visit
from crawler.extensions.records import Record, records
from crawler.jobs.readers import AT_ONCE, Readers
from crawler.jobs.rereader import ArchivedPage, Place, Places, page_of, place_of
from crawler.outlets import Outlets
from pipelines.database.errors import ConfigurationError


@dataclass(slots=True, kw_only=True)
class Found:
    """What of our outlets is in a WARC file."""

    path: Path
    pages: dict[str, list[ArchivedPage]] = field(default_factory=lambda: defaultdict(list))  # by outlet; of each page the latest answers
    records: int = 0
    revisits: int = 0  # of pages of ours, which they do not hold
    broken: int = 0  # places in the file that cannot be read


class WarcReader:
    """Takes our outlets' pages out of WARC files."""

    def __init__(self, outlets: Outlets, settings: Settings) -> None:
        self.outlets = outlets
        self._readers = Readers(settings)
        domains = sorted({domain for name in outlets.list() for domain in outlets.load(name).allowed_domains})
        # of a hundred records one is of ours: the others cost no more than this
        self._is_ours = re.compile(rf"https?://(?:[^/?#]*[.@])?(?:{'|'.join(map(re.escape, domains))})[:/?]", re.IGNORECASE).match

    @classmethod
    @cache
    def of_this_process(cls) -> Self:
        """Return one by this checkout's settings, wherever the process was started.

        Raises ConfigurationError where it would lack an outlet: nobody reads a worker's log.
        """
        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        outlets = Outlets.from_settings(settings)
        if outlets.broken:
            raise ConfigurationError("; ".join(f"{file} cannot be loaded: {error}" for file, error in outlets.broken.items()))
        return cls(outlets, settings)

    def find(self, path: Path, progress: Callable[[int], None] = lambda _: None) -> Found:
        """Return what is in a file; tell ``progress`` at which byte it is. Raises OSError."""
        found, broken = Found(path=path), Counter[Path]()
        answers: defaultdict[tuple[str, str], Places] = defaultdict(dict)
        for record in records(path, broken):
            progress(record.start)
            found.records += 1
            self._look_at(record, found, answers)
        found.broken += broken[path]
        for (outlet, article_id), places in answers.items():
            if page := page_of(article_id, path.name, places, self.outlets.load(outlet).articles):
                found.pages[outlet].append(page)
        return found

    def _look_at(self, record: Record, found: Found, answers: defaultdict[tuple[str, str], Places]) -> None:
        url = (record.header("WARC-Target-URI") or "").strip("<>")
        if record.kind not in {"response", "revisit"} or not self._is_ours(url) or not (article := self.outlets.identify(url)):
            return
        if record.kind == "revisit":
            found.revisits += 1
            return
        try:
            place = place_of(found.path, record)
        except ValueError:
            found.broken += 1
            return
        places = answers[article.outlet, article.article_id]
        places[url, False] = max(place, places.get((url, False), place), key=_use)

    def visits(self, outlet: str, pages: Sequence[ArchivedPage]) -> Iterator[list[Visit | None]]:
        """Yield how visits to an outlet's pages in a file end, some at once; None for one whose further pages the file lacks.

        They say that they were imported, and from which file.
        """
        for chunk in (pages[at : at + AT_ONCE] for at in range(0, len(pages), AT_ONCE)):
            visits = self._readers.read(outlet, chunk, "import")
            for visit in filter(None, visits):
                visit.imported_from = visit.archive_file
            yield visits

    def visits_in(self, found: Found) -> Iterator[Visit | None]:
        """Yield the same of all pages in a file, outlet by outlet."""
        for outlet, pages in found.pages.items():
            yield from chain.from_iterable(self.visits(outlet, pages))


def _use(place: Place) -> tuple[bool, object]:
    """Of two answers at an address the one of more use is greater."""
    return place.status == 200, place.date
