"""Memory of a crawl as the number of its pages grows: invented stories on loopback, all of them stored, 60 kB a page.

All are listed at the beginning, so that the peak holds a request for each; what its reading costs is the growth after the first 100.

python -m bench.memory [STORIES A DAY ...]      (the first crawl fetches those of two and a half days)
"""

import sys
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from pipelines.database import embedded
from pipelines.database.connection import connect
from pipelines.database.migrate import migrate
from tests.faults.conftest import Crawler
from tests.faults.press import Press, footprints, printing

OUTLET = "kabar"
FILL = "<nav>" + "".join(f'<a href="/halaman/{number}">Halaman {number}</a>' for number in range(1400)) + "</nav></body>"


class Filled(Press):
    """A press of large pages. They are made when they are asked for: a process's peak counts what who started it had in memory."""

    def answer(self, outlet: str, path: str) -> tuple[int, bytes, Mapping[str, str]]:
        """Fill an article's page up."""
        status, body, headers = super().answer(outlet, path)
        return status, body.replace(b"</body>", FILL.encode()) if path.startswith("/read/") else body, headers


def measure(folder: Path, press: Press) -> tuple[int, float, float]:
    """Crawl what the press has; return how many pages were fetched, the peak of the process, and its growth after the first 100 (MiB)."""
    url = embedded.start(folder, f"pages{press.per_day}")
    migrate(url)
    crawl = Crawler(url, folder, press).start("crawl", OUTLET, settings={"CLOSESPIDER_TIMEOUT": "0"})
    seen = footprints(crawl, press)
    _, error = crawl.communicate()
    with connect(url) as connection:
        query = "select fetched, (stats->>'memusage/max')::float8 / 2 ^ 20 from crawl_runs"
        pages, size = connection.execute(query).fetchone() or (0, 0.0)
    if pages < press.per_day:
        sys.exit(f"{pages} pages were fetched\n{error[-2000:]}")
    return pages, size, max(resident for _, resident, _ in seen) - seen[0][1]


def main() -> None:
    """Measure and print."""
    counts = [*map(int, sys.argv[1:])] or [200, 600, 1300]
    sizes = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            for count in counts:
                with printing(Filled(per_day=count)) as press:
                    sizes.append(measure(folder, press))
                    print("{:5} pages: peak {:.1f} MiB, {:+.1f} MiB after the first 100".format(*sizes[-1]), flush=True)
        finally:
            embedded.stop(folder)
    for (few, small, _), (many, large, _) in pairwise(sizes):
        print(f"from {few} to {many} pages: {1000 * (large - small) / (many - few):+.2f} MiB per 1,000 pages")


if __name__ == "__main__":
    main()
