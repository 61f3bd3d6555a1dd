"""Near-duplicates: which articles share their text, and so which of them are one story.

Copies are linked, never dropped. Two articles at most 72 hours apart are compared by containment: of the shorter one's distinctive
shingles, the share that the other one has. Distinctive are those that the same outlet did not use in three or more earlier articles
of the last 30 days, which leaves out the fixed sentences of series such as match reports and exchange rates.
"""

from collections.abc import Collection

import psycopg

from pipelines.database.connection import lock_key

RULE_VERSION = "containment-1"
_NEAR, _PARTIAL, _FEWEST = 0.7, 0.5, 20

# A coarse sieve on all shingles; what passes is compared on the distinctive ones.
_CANDIDATES = """
    select near.page_id, theirs.body_sha256 = mine.body_sha256, cardinality(mine.shingles)
    from articles me
    join fingerprints mine using (page_id)
    join articles near on near.page_id <> me.page_id
        and near.dated_at between me.dated_at - interval '72 hours' and me.dated_at + interval '72 hours'
    join fingerprints theirs on theirs.page_id = near.page_id and theirs.version = mine.version
    where me.page_id = %(page)s and (
        theirs.body_sha256 = mine.body_sha256
        or (select count(*) from (select unnest(theirs.shingles) intersect select unnest(mine.shingles)) shared) >= %(fewest)s
    )
"""
_DISTINCTIVE = """
    select unnest(shingles) from fingerprints where page_id = %(page)s
    except
    select shingle
    from articles me
    join fingerprints mine using (page_id)
    join articles earlier on earlier.outlet = me.outlet
        and earlier.dated_at >= me.dated_at - interval '30 days' and earlier.dated_at < me.dated_at
    join fingerprints theirs on theirs.page_id = earlier.page_id and theirs.version = mine.version
    cross join unnest(theirs.shingles) shingle
    where me.page_id = %(page)s
    group by shingle
    having count(*) >= 3
"""
_INSERT = """
    insert into near_duplicates (page_a, page_b, kind, containment, shared_shingles, rule_version)
    values (least(%(page)s, %(other)s), greatest(%(page)s, %(other)s), %(kind)s, %(containment)s, %(shared)s, %(rule)s)
"""


def lock(connection: psycopg.Connection) -> None:
    """Make every other process wait with its articles until this transaction ends: two at once would miss each other."""
    connection.execute("select pg_advisory_xact_lock(%s)", [lock_key("stories")])


def create(connection: psycopg.Connection) -> int:
    """A new story; the caller gives it an article in the same transaction."""
    (story_id,) = connection.execute("insert into stories default values returning story_id").fetchone() or (0,)
    return int(story_id)


def link(connection: psycopg.Connection, page_id: int) -> None:
    """Compare an article with its neighbours anew, replace its links, and regroup the stories these touch.

    Needs ``lock`` earlier in the same transaction.
    """
    connection.execute("delete from near_duplicates where %(page)s in (page_a, page_b)", {"page": page_id})
    for other, exact, length in connection.execute(_CANDIDATES, {"page": page_id, "fewest": _FEWEST}).fetchall():
        kind, containment, shared = ("exact", 1.0, length) if exact else _compare(connection, page_id, other)
        if kind:
            parameters = {"page": page_id, "other": other, "kind": kind, "containment": containment, "shared": shared, "rule": RULE_VERSION}
            connection.execute(_INSERT, parameters)
    touched = connection.execute(
        """
        select story_id from articles where page_id = %(page)s
        union
        select story_id from near_duplicates join articles on page_id = any(array[page_a, page_b])
        where %(page)s in (page_a, page_b) and kind <> 'partial_copy'
        """,
        {"page": page_id},
    )
    _regroup(connection, [story_id for (story_id,) in touched])


def _compare(connection: psycopg.Connection, page_id: int, other: int) -> tuple[str | None, float, int]:
    mine, theirs = ({shingle for (shingle,) in connection.execute(_DISTINCTIVE, {"page": each})} for each in (page_id, other))
    shared, shorter = len(mine & theirs), min(len(mine), len(theirs))
    if shorter < _FEWEST:
        return None, 0.0, shared
    containment = shared / shorter
    return "near_duplicate" if containment >= _NEAR else "partial_copy" if containment >= _PARTIAL else None, containment, shared


def _regroup(connection: psycopg.Connection, story_ids: Collection[int]) -> None:
    """Make each connected group of these stories' articles one story: the oldest of those its articles were in, if still free."""
    members = connection.execute(
        "select page_id, story_id, dated_at from articles where story_id = any(%s) order by dated_at, page_id", [list(story_ids)]
    ).fetchall()
    pairs = connection.execute(
        "select page_a, page_b from near_duplicates where kind <> 'partial_copy' and page_a = any(%(pages)s) and page_b = any(%(pages)s)",
        {"pages": [page_id for page_id, _, _ in members]},
    )
    group = {page_id: {page_id} for page_id, _, _ in members}
    for page_a, page_b in pairs:
        if group[page_a] is not group[page_b]:
            group[page_a] |= group[page_b]
            for page_id in group[page_b]:
                group[page_id] = group[page_a]
    before = {page_id: story_id for page_id, story_id, _ in members}
    dated = {page_id: dated_at for page_id, _, dated_at in members}
    after: dict[int, int] = {}
    for page_id, _, dated_at in members:  # the earliest article of a group comes first
        if page_id not in after:
            free = {before[each] for each in group[page_id]} - set(after.values())
            story_id = min(free) if free else create(connection)
            latest = max(dated[each] for each in group[page_id])
            after |= dict.fromkeys(group[page_id], story_id)
            connection.execute(
                "update articles set story_id = %(story)s where page_id = any(%(pages)s) and story_id <> %(story)s",
                {"story": story_id, "pages": list(group[page_id])},
            )
            connection.execute(
                "update stories set first_published_at = %s, last_published_at = %s where story_id = %s", [dated_at, latest, story_id]
            )
    for page_id, story_id in before.items():
        if story_id not in after.values():
            connection.execute("update stories set merged_into = %s where story_id = %s", [after[page_id], story_id])
