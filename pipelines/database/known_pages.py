"""Which pages of an outlet need no visit, and which are due for one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import LiteralString

from crawler.article import Candidate
from pipelines.database.connection import storable
from pipelines.database.runs import Run


class PostgresKnownPages:
    """The pages of a run's outlet, asked by the routes while they list candidates."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def known(self, article_ids: Collection[str], now: datetime) -> set[str]:
        """Those of the ids that need no visit: visited before, and not due (again) by now. One query."""
        given = {storable(article_id): article_id for article_id in article_ids}
        query = """
            select article_id from pages
            where outlet = %s and md5(article_id) in (select md5(id) from unnest(%s::text[]) id) and (next_due is null or next_due > %s)
        """
        return {given[article_id] for (article_id,) in self._ask(query, [self.run.outlet, list(given), now])}

    def due(self, now: datetime, limit: int = 200) -> list[Candidate]:
        """The pages to visit again by now, the longest due first."""
        query = "select url, article_id from pages where outlet = %s and next_due <= %s order by next_due, page_id limit %s"
        rows = self._ask(query, [self.run.outlet, now, limit])
        return [Candidate(url=url, article_id=article_id, route="due") for url, article_id in rows]

    def _ask(self, query: LiteralString, parameters: Sequence[object]) -> list[tuple[str, ...]]:
        return self.run.attempt(lambda connection: connection.execute(query, parameters).fetchall())
