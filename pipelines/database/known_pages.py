"""Which pages of an outlet are known, and its recrawl schedule."""

from collections.abc import Collection
from datetime import datetime

from crawler.article import OLDEST, Candidate, PageState, Validators
from pipelines.database import forgotten
from pipelines.database.connection import storable
from pipelines.database.runs import Run

# What is to be asked for again later than the schedule asks for anything was written down by a clock that was ahead.
_DUE = "(next_crawl_at <= %(now)s or next_crawl_at > %(now)s + interval '3 days')"


class PostgresKnownPages:
    """The pages of a run's outlet, as `Discovery` asks for them; those that need a browser are due where there is one."""

    def __init__(self, run: Run, *, has_browser: bool = False) -> None:
        self.run, self.has_browser = run, has_browser
        self._forgotten = run.attempt(forgotten.hashes).get(run.outlet, set())

    def seen(self, article_ids: Collection[str], now: datetime) -> dict[str, PageState]:
        """Those of the ids that were visited before: when first, and whether they are due (again) by now.

        What is forgotten is known, and never due.
        """
        given = {storable(article_id): article_id for article_id in article_ids}
        query = f"""
            select article_id, first_seen_at, coalesce({_DUE}, status = 'needs_browser' and %(has_browser)s) from pages
            where outlet = %(outlet)s and article_id = any(%(ids)s) and fetched_at is not null
        """  # noqa: S608
        parameters = {"now": now, "outlet": self.run.outlet, "ids": list(given), "has_browser": self.has_browser}
        rows = self.run.attempt(lambda connection: connection.execute(query.encode(), parameters).fetchall())
        gone = self.run.attempt(lambda connection: forgotten.among(connection, self.run.outlet, article_ids))
        states = {given[article_id]: PageState(since, is_due) for article_id, since, is_due in rows}
        return states | dict.fromkeys(gone, PageState(OLDEST, is_due=False))

    def is_forgotten(self, *names: str) -> bool:
        """Whether one of some ids or addresses is forgotten, as far as was known when the run began."""
        return any(forgotten.fingerprint(self.run.outlet, name) in self._forgotten for name in names)

    def recrawls(self, now: datetime, limit: int = 200) -> list[Candidate]:
        """The pages that the recrawl schedule has by now, the oldest first; conditional requests for what was read from one page."""
        query = f"""
            select url, article_id, case when status = 'stored' and page_count = 1 then array[etag, last_modified] end
            from (
                (select page_id, next_crawl_at from pages where outlet = %(outlet)s and {_DUE}
                    order by next_crawl_at, page_id limit %(limit)s)
                union all
                (select page_id, null from pages where %(has_browser)s and outlet = %(outlet)s and status = 'needs_browser'
                    order by page_id limit %(limit)s)
            ) due join pages using (page_id) left join articles using (page_id, outlet)
            order by due.next_crawl_at, page_id limit %(limit)s
        """  # noqa: S608
        parameters = {"now": now, "outlet": self.run.outlet, "limit": limit, "has_browser": self.has_browser}
        rows = self.run.attempt(lambda connection: connection.execute(query.encode(), parameters).fetchall())
        return [
            Candidate(url=url, article_id=article_id, route="recrawl", validators=Validators(*told) if told and any(told) else None)
            for url, article_id, told in rows
        ]
