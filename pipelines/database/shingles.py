"""Shingles: where articles are found by the text they share, and which of them do not count.

Those do not that stand in three or more articles of the same outlet within 30 days, before or after: that leaves out the fixed sentences of
series. Articles within a day are no such uses: one text on an outlet's regional hosts, live updates.

Every fourth shingle, by its hash, can be looked up.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import nullcontext

import psycopg

from crawler.article import Fingerprint

RULE_VERSION = "one-parent-2"  # of how near-duplicates and stories are found: what other rules have linked waits for scrapy relink
SAMPLE = 4
_FIXED = 0.2  # of an article of a series, the least that it has in common with the others: a sign-off makes no series
_MANY = _FIXED / SAMPLE / 2  # half of how many of these, per shingle, can be looked up
_USES = 3  # of a shingle, at which it counts no more
_TURN = 3  # shingles that are looked up: what two articles of an outlet have in common is more than a turn of speech

_WITHDRAW = f"""
    delete from shingles using fingerprints f cross join lateral unnest(f.shingles) mine (shingle)
    where f.page_id = any(%(pages)s) and mine.shingle %% {SAMPLE} = 0
        and (shingles.shingle, shingles.dated_at, shingles.page_id) = (mine.shingle, f.indexed_at, f.page_id)
"""  # noqa: S608 - the numbers are ours
# What takes part: neither an article that no topic wants any more nor an aggregator's copy of an article that was read.
_DATE = "case when p.status <> 'off_topic' and not a.superseded then a.dated_at end"
_SAVE = f"""
    insert into fingerprints as f (page_id, version, body_sha256, shingles, distinctive, indexed_at, linked_by)
    select page_id, %(version)s, %(sha256)s, %(shingles)b, %(distinctive)s, {_DATE}, %(linked_by)s
    from articles a join pages p using (page_id) where page_id = any(%(pages)s)
    on conflict (page_id) do update
    set (version, body_sha256, shingles, standing, distinctive, indexed_at) =
        row(excluded.version, excluded.body_sha256, excluded.shingles, '{{}}', excluded.distinctive, excluded.indexed_at)
"""  # noqa: S608 - the text is ours
_KEEP = f"""
    update fingerprints f set standing = '{{}}', distinctive = cardinality(shingles), indexed_at = {_DATE}
    from articles a join pages p using (page_id) where f.page_id = any(%(pages)s) and a.page_id = f.page_id
"""  # noqa: S608
_SAVE, _KEEP = (
    f"""
    with entered as ({change} returning f.page_id, f.shingles, f.indexed_at)
    insert into shingles (shingle, dated_at, page_id, outlet, size)
    select shingle, indexed_at, page_id, outlet, cardinality(shingles)
    from entered join articles using (page_id) cross join lateral unnest(shingles) shingle
    where indexed_at is not null and shingle %% {SAMPLE} = 0 order by 1
    """  # noqa: S608
    for change in (_SAVE, _KEEP)
)
# For which articles of its outlet an article makes or breaks the third use of some shingles, or is among the three nearest that have many.
# Beyond the third use from it on, either way, and a day, there are three without it.
_SWAYED = """
    select x.page_id
    from fingerprints f join articles a using (page_id) cross join lateral unnest(f.shingles) mine (shingle)
    left join lateral (
        select dated_at from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet and s.page_id <> f.page_id
            and s.dated_at <= f.indexed_at and s.dated_at >= f.indexed_at - interval '30 days' order by dated_at desc offset 2 limit 1
    ) before on true
    left join lateral (
        select dated_at from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet and s.page_id <> f.page_id
            and s.dated_at >= f.indexed_at and s.dated_at <= f.indexed_at + interval '30 days' order by dated_at offset 2 limit 1
    ) after on true
    cross join lateral (
        select page_id, dated_at, size from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet
            and s.dated_at >= greatest(before.dated_at - interval '24 hours', f.indexed_at - interval '30 days')
            and s.dated_at < f.indexed_at - interval '24 hours'
        union all
        select page_id, dated_at, size from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet
            and s.dated_at <= least(after.dated_at + interval '24 hours', f.indexed_at + interval '30 days')
            and s.dated_at > f.indexed_at + interval '24 hours'
    ) x
    where f.page_id = any(%(pages)s) and mine.shingle = any(%(repeated)s) and x.page_id <> all(%(pages)s)
    group by 1
    having count(*) >= %(many)s * min(x.size) or %(turn)s <= count(*) filter (where 2 = (select count(*) from (
        select from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet and s.page_id <> f.page_id
            and (s.dated_at >= x.dated_at - interval '30 days' and s.dated_at < x.dated_at - interval '24 hours'
                or s.dated_at > x.dated_at + interval '24 hours' and s.dated_at <= x.dated_at + interval '30 days')
        limit 3
    ) others))
"""
# Articles of its outlet with which an article has something in common: of those that have a shingle, the three nearest before and after it.
_REPEATED = f"""
    select f.page_id, other.page_id, cardinality(f.shingles), array_agg(mine.shingle)
    from fingerprints f join articles a using (page_id) cross join lateral unnest(f.shingles) mine (shingle)
    cross join lateral (
        (select page_id from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet
            and s.dated_at >= f.indexed_at - interval '30 days' and s.dated_at < f.indexed_at - interval '24 hours'
        order by dated_at desc, page_id limit 3)
        union all
        (select page_id from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet
            and s.dated_at > f.indexed_at + interval '24 hours' and s.dated_at <= f.indexed_at + interval '30 days'
        order by dated_at, page_id limit 3)
    ) other
    where f.page_id = any(%(pages)s) and mine.shingle %% {SAMPLE} = 0
    group by 1, 2
"""  # noqa: S608
_TEXTS = "select page_id, shingles, standing from fingerprints where page_id = any(%s)"
_STANDING = "update fingerprints set standing = %s, distinctive = cardinality(shingles) - %s where page_id = %s"


def linked_by(version: str) -> str:
    """What articles linked by today's rule, by fingerprints of a version, are marked with."""
    return f"{version} {RULE_VERSION}"


def page_ids(connection: psycopg.Connection, query: str, pages: Collection[int], **values: object) -> set[int]:
    return {page_id for (page_id,) in connection.execute(query.encode(), {"pages": list(pages), **values})}


def index(connection: psycopg.Connection, marks: Mapping[int, Fingerprint | None], *, are_new: bool = False) -> None:
    """Put articles where others find them, by their new fingerprints if they have some; a fingerprint that is there stays."""
    if not are_new:
        connection.execute(_WITHDRAW.encode(), {"pages": list(marks)})
    with connection.pipeline() if len(marks) > 1 else nullcontext():
        for page_id, mark in marks.items():
            if mark:
                row = {"version": mark.version, "sha256": mark.body_sha256, "distinctive": len(mark.shingles)}
                row |= {"pages": [page_id], "shingles": sorted(mark.shingles), "linked_by": linked_by(mark.version)}
                connection.execute(_SAVE.encode(), row)
    if kept := [page_id for page_id, mark in marks.items() if not mark]:
        connection.execute(_KEEP.encode(), {"pages": kept})


def enter(connection: psycopg.Connection, marks: Mapping[int, Fingerprint | None], *, are_new: bool) -> set[int]:
    """``index`` articles; returns the others of their outlets some of whose shingles count no more, or count again."""
    swayed = set[int]() if are_new else _swayed(connection, marks, _repeated(connection, marks))
    index(connection, marks, are_new=are_new)
    repeated = _repeated(connection, marks)
    _update_standing(connection, marks, repeated, is_empty=True)
    return update_standing(connection, swayed | _swayed(connection, marks, repeated))


def update_standing(connection: psycopg.Connection, pages: Collection[int]) -> set[int]:
    """Find out which shingles of some articles do not count; returns those of which they are others than before."""
    return _update_standing(connection, pages, _repeated(connection, pages)) if pages else set()


_Repeated = list[tuple[int, int, int, list[int]]]  # article, another one of its outlet, how many shingles it has, those of both


def _repeated(connection: psycopg.Connection, pages: Collection[int]) -> _Repeated:
    with connection.cursor(binary=True) as cursor:
        return cursor.execute(_REPEATED.encode(), {"pages": list(pages)}).fetchall()


def _swayed(connection: psycopg.Connection, pages: Collection[int], repeated: _Repeated) -> set[int]:
    shingles = {shingle for *_, shared in repeated for shingle in shared}
    return page_ids(connection, _SWAYED, pages, repeated=list(shingles), turn=_TURN, many=_MANY) if len(shingles) >= _TURN else set()


def _update_standing(connection: psycopg.Connection, pages: Collection[int], repeated: _Repeated, *, is_empty: bool = False) -> set[int]:
    uses = Counter((page_id, size, shingle) for page_id, _, size, shared in repeated for shingle in shared)
    fixed = Counter((page_id, size) for (page_id, size, _), number in uses.items() if number >= _USES)
    series: dict[int, list[int]] = {page_id: [] for (page_id, size), number in fixed.items() if number >= _MANY * size}
    for page_id, other, _, shared in repeated:
        if page_id in series and len(shared) >= _TURN:
            series[page_id].append(other)
    if is_empty and not series:
        return set()
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(_TEXTS, [[*{*pages}.union(*series.values())]]).fetchall()
    texts = {page_id: {*shingles} for page_id, shingles, _ in rows}
    changed = set()
    for page_id, _, before in rows:
        if page_id in pages:
            often = Counter(shingle for other in series.get(page_id, ()) for shingle in texts[page_id] & texts[other])
            standing = sorted(shingle for shingle, number in often.items() if number >= _USES)
            standing = standing if len(standing) >= _FIXED * len(texts[page_id]) else []
            if standing != before:
                connection.execute(_STANDING, [standing, len(standing), page_id])
                changed.add(page_id)
    return changed
