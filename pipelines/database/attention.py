"""How many different articles an outlet lists of each day: what the attention to a topic is a share of."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import blake2b

import psycopg

# A list may name an article again for so long before it is counted a second time; ordinary runs count articles of the last seven days
_KEPT, _RENEWED = timedelta(days=14), timedelta(days=7)
_COUNT = """
    with listed as (
        insert into listed_articles (outlet, hash, day, listed_at)
        select %(outlet)s, hash, day, %(at)s from unnest(%(hashes)s::bigint[], %(days)s::date[]) as given (hash, day)
        where not exists (
            select from listed_articles l where l.outlet = %(outlet)s and l.hash = given.hash and l.listed_at >= %(at)s - %(renewed)s
        )
        order by hash
        on conflict (outlet, hash) do update set listed_at = greatest(listed_articles.listed_at, excluded.listed_at)
        returning day, xmax = 0 as is_new
    )
    insert into listed_days (outlet, day, counted) select %(outlet)s, day, count(*) from listed where is_new group by day order by day
    on conflict (outlet, day) do update set counted = listed_days.counted + excluded.counted
"""
_FORGET = """
    with old as (delete from listed_articles where outlet = %(outlet)s and listed_at < %(at)s - %(kept)s returning day)
    update listed_days set counted_before = listed_days.articles, counted = listed_days.counted - gone.articles
    from (select day, count(*) as articles from old group by day) gone
    where listed_days.outlet = %(outlet)s and listed_days.day = gone.day
"""


def count_listed(connection: psycopg.Connection, outlet: str, listed: Mapping[str, date], at: datetime) -> None:
    """Count the articles that a run found on lists, each once however many runs find it; of what is old only the count stays.

    ``listed``: the outlet's id of each article → the day (WIB) it is of; ``at``: the logical clock.
    """
    hashes = [int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True) for name in listed]
    values = {"outlet": outlet, "at": at, "hashes": hashes, "days": [*listed.values()], "kept": _KEPT, "renewed": _RENEWED}
    connection.execute(_COUNT, values)
    connection.execute(_FORGET, values)
