"""Stories: an article together with all that were taken from it, and their numbers, which people cite.

Copies are linked, never dropped. A number stays with the majority of the articles it had; each change is written down.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import psycopg

from crawler.article import Fingerprint
from pipelines.database import near_duplicates, shingles
from pipelines.database.connection import lock_key

STORED, READ_AGAIN = "stored", "read again"  # reasons: the article is new; other rules read it otherwise

_STATE = """
    select a.page_id, a.dated_at, f.indexed_at, p.status <> 'off_topic' and not a.superseded as takes_part,
        f.version, f.body_sha256
    from articles a join pages p using (page_id) left join fingerprints f using (page_id) where a.page_id = any(%s)
"""
_MEMBERS = """
    select page_id, copied_from, story_id, dated_at from articles
    where story_id in (select story_id from articles where page_id = any(%s)) order by dated_at, page_id
"""

_SAVE_TIMES = """
    update stories set first_published_at = first, last_published_at = last
    from unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) times (story, first, last)
    where story_id = story and (first_published_at, last_published_at) is distinct from (first, last)
"""
_MOVE = """
    with moved as (
        update articles set story_id = new.story
        from unnest(%(pages)s::bigint[], %(from)s::bigint[], %(to)s::bigint[]) new (page, old, story)
        where page_id = new.page returning page_id, new.old, story_id
    )
    insert into story_changes (page_id, from_story_id, to_story_id, reason, cause_page_id)
    select page_id, old, story_id, %(reason)s, %(cause)s from moved where old <> all(%(newborn)s) order by page_id
"""


def lock(connection: psycopg.Connection) -> None:
    """Make every other process wait with its articles until this transaction ends: two at once would miss each other.

    Before any row of a page is locked: whoever holds this lock may want any page.
    """
    connection.execute("select pg_advisory_xact_lock(%s)", [lock_key("stories")])


def create(connection: psycopg.Connection, at: datetime) -> int:
    """A new story; the caller gives it an article of that date in the same transaction."""
    query = "insert into stories (first_published_at, last_published_at) values (%(at)s, %(at)s) returning story_id"
    (story_id,) = connection.execute(query, {"at": at}).fetchone() or (0,)
    return int(story_id)


def link(connection: psycopg.Connection, marks: Mapping[int, Fingerprint | None], reason: str | None = None) -> None:
    """Link articles anew that have changed: their fingerprint, their date, or whether they take part. Needs ``lock`` before.

    ``reason``: why, for the history; without one it is read off what changed.
    """
    are_new = reason == STORED
    changed: dict[int, Fingerprint | None] = {**marks} if are_new else {}
    for page_id, dated_at, indexed_at, takes_part, version, sha256 in (
        () if are_new else connection.execute(_STATE, [list(marks)]).fetchall()
    ):
        mark = marks[page_id]
        is_other = mark is not None and (mark.version, mark.body_sha256) != (version, sha256)
        if is_other or (version and indexed_at != (dated_at if takes_part else None)):
            changed[page_id] = mark if is_other else None
            reason = reason or _reason(indexed_at, takes_part=takes_part, is_other=is_other)
    if changed:
        swayed = shingles.enter(connection, changed, are_new=are_new)
        pages = [*changed, *swayed]
        _settle(connection, pages, near_duplicates.compare(connection, pages, are_new=are_new and not swayed), reason or "", changed)


def leave(connection: psycopg.Connection, pages: Sequence[int], delete: Callable[[], object]) -> None:
    """Take articles out of their stories for good, and ``delete`` them; the others are grouped anew. Needs ``lock`` before."""
    values = {"pages": pages}
    connection.execute("update articles set superseded = true where page_id = any(%(pages)s)", values)
    swayed = shingles.enter(connection, dict.fromkeys(pages), are_new=False)
    parents = near_duplicates.compare(connection, {*pages, *swayed})
    connection.execute(
        """
        insert into story_changes (page_id, from_story_id, to_story_id, reason, cause_page_id)
        select page_id, story_id, null, 'forgotten', page_id from articles where page_id = any(%(pages)s) order by page_id
        """,
        values,
    )
    rows = connection.execute(
        """
        update articles set copied_from = case when copied_from <> all(%(pages)s) then copied_from end
        where story_id in (select story_id from articles where page_id = any(%(pages)s)) or copied_from = any(%(pages)s)
        returning page_id, superseded, copied_from
        """,
        values,
    ).fetchall()
    delete()
    parents = {page_id: copied_from for page_id, _, copied_from in rows} | parents
    left = {page_id: parent for page_id, parent in parents.items() if page_id not in pages}
    # its number stays with an article that counts
    _settle(
        connection, [*left, *(swayed - left.keys())], left, "forgotten", [page_id for page_id, is_superseded, _ in rows if is_superseded]
    )


def _reason(indexed_at: datetime | None, *, takes_part: bool, is_other: bool) -> str:
    if not takes_part:
        return "off topic"
    if indexed_at is None:
        return "on topic again"
    return "text changed" if is_other else "date changed"


def _settle(
    connection: psycopg.Connection, pages: Collection[int], parents: Mapping[int, int | None], reason: str, causes: Collection[int]
) -> None:
    """Write down what articles are taken from, where others than before may be, and regroup the stories that this touches."""
    if not parents:
        return
    moved = connection.execute(
        """
        update articles set copied_from = new.parent from unnest(%s::bigint[], %s::bigint[]) new (page, parent)
        where page_id = new.page and copied_from is distinct from new.parent returning page_id, copied_from
        """,
        [list(parents), list(parents.values())],
    ).fetchall()
    touched = {page_id for pair in moved for page_id in pair if page_id}.union(pages)
    renumbered = _regroup(connection, touched, reason, causes)
    near_duplicates.update_kinds(connection, {*pages, *renumbered})


def is_outdated(connection: psycopg.Connection, version: str) -> bool:
    """Whether some articles were linked by another rule than today's, or by fingerprints of another version."""
    query = "select exists (select from fingerprints where linked_by < %(now)s or linked_by > %(now)s or linked_by is null)"
    (found,) = connection.execute(query, {"now": shingles.linked_by(version)}).fetchone() or (False,)
    return bool(found)


def outdated(connection: psycopg.Connection, version: str, since: datetime | None) -> tuple[list[int], list[int]]:
    """The articles that have to be fingerprinted and those that have to be linked anew, in order of time; ``since``: dated from then on."""
    query = """
        select page_id, f.version <> %(version)s or f.indexed_at is null and p.status <> 'off_topic' and not a.superseded
        from articles a join pages p using (page_id) join fingerprints f using (page_id)
        where f.linked_by is distinct from %(now)s and (%(since)s::timestamptz is null or dated_at >= %(since)s) order by dated_at, page_id
    """
    rows = connection.execute(query, {"version": version, "now": shingles.linked_by(version), "since": since}).fetchall()
    return [page_id for page_id, is_unmarked in rows if is_unmarked], [page_id for page_id, _ in rows]


def unlink_neighbours(connection: psycopg.Connection, pages: Sequence[int], version: str, since: datetime | None) -> None:
    """Let the articles be linked anew, too, that were linked while some of their outlet could not be found: they may be a series."""
    query = """
        update fingerprints f set linked_by = null
        from articles a join (
            select outlet, min(dated_at) - interval '30 days' as first, max(dated_at) + interval '30 days' as last
            from articles where page_id = any(%(pages)s) group by 1
        ) near on near.outlet = a.outlet and a.dated_at between first and last
        where f.page_id = a.page_id and f.linked_by = %(now)s and (%(since)s::timestamptz is null or a.dated_at >= %(since)s)
    """
    connection.execute(query, {"pages": pages, "now": shingles.linked_by(version), "since": since})


def mark_again(connection: psycopg.Connection, pages: Sequence[int], fingerprint: Callable[[str], Fingerprint]) -> None:
    """Fingerprint some articles by their stored bodies, and put them where others find them."""
    with connection.transaction():
        lock(connection)
        rows = connection.execute("select page_id, body from articles where page_id = any(%s)", [pages])
        shingles.index(connection, {page_id: fingerprint(body) for page_id, body in rows})


def analyze(connection: psycopg.Connection) -> None:
    """Let the server know how much has just been written: its plans for finding candidates depend on it."""
    connection.execute("analyze fingerprints, shingles")


def link_again(connection: psycopg.Connection, pages: Sequence[int]) -> None:
    """Link some articles anew."""
    with connection.transaction():
        lock(connection)
        shingles.update_standing(connection, pages)
        _settle(connection, pages, near_duplicates.compare(connection, pages, anybody=False), "relinked", ())


def _regroup(connection: psycopg.Connection, pages: Collection[int], reason: str, causes: Collection[int]) -> list[int]:
    """Make each tree of the articles in these articles' stories one story; returns the articles whose story has another number."""
    members = connection.execute(_MEMBERS, [list(pages)]).fetchall()
    parent = {page_id: copied_from for page_id, copied_from, *_ in members}
    before = {page_id: story_id for page_id, _, story_id, _ in members}
    dated = {page_id: dated_at for page_id, *_, dated_at in members}
    groups: dict[int, list[int]] = {}
    for page_id in parent:
        root = page_id
        while above := parent[root]:
            root = above
        groups.setdefault(root, []).append(page_id)
    numbers = _numbers(groups, before, causes)
    numbers |= {root: create(connection, dated[root]) for root in groups if root not in numbers}
    times = [(numbers[root], dated[group[0]], dated[group[-1]]) for root, group in groups.items()]
    connection.execute(_SAVE_TIMES, [*map(list, zip(*times, strict=True))])
    after = {page_id: numbers[root] for root, group in groups.items() for page_id in group}
    newborn = {before[page_id] for page_id in causes} if reason == STORED else set()
    moved = [page_id for page_id in after if after[page_id] != before[page_id]]
    if moved:
        told = causes if len(causes) == 1 else [None]
        rows = {"pages": moved, "from": [before[each] for each in moved], "to": [after[each] for each in moved]}
        connection.execute(_MOVE, {**rows, "newborn": list(newborn), "reason": reason, "cause": next(iter(told))})
    for story_id in {*before.values()} - {*after.values()}:
        if story_id in newborn:
            connection.execute("delete from stories where story_id = %s", [story_id])
            continue
        ((heir, _),) = Counter(after[page_id] for page_id in after if before[page_id] == story_id).most_common(1)
        connection.execute("update stories set merged_into = %s where %s in (story_id, merged_into)", [heir, story_id])
    return moved


def _numbers(groups: Mapping[int, Collection[int]], before: Mapping[int, int], causes: Collection[int]) -> dict[int, int]:
    """The number of each group that keeps one: that of the story most of whose articles it has.

    Of two that have as many, that with the text that stayed as it was; then the older story.
    """
    shares = Counter((root, before[page_id]) for root, group in groups.items() for page_id in group)

    def rank(share: tuple[int, int]) -> tuple[int, bool, int]:
        root, story_id = share
        return -shares[share], all(page_id in causes for page_id in groups[root] if before[page_id] == story_id), story_id

    numbers: dict[int, int] = {}
    for root, story_id in sorted(shares, key=rank):
        if root not in numbers and story_id not in numbers.values():
            numbers[root] = story_id
    return numbers
