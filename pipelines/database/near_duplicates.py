"""Near-duplicates: which articles share their text, and which earlier one each was taken from.

Two articles at most seven days apart are compared by their distinctive shingles. Those do not count that stand in three or more articles
of the same outlet within 30 days, before or after: that leaves out the fixed sentences of series. Articles within a day are no such uses:
one text on an outlet's regional hosts, live updates. Each article is taken from one other at most: the earlier-dated one with the highest
Jaccard index among those it shares enough with. All this depends on the articles alone: whenever one comes, goes or changes, its neighbours
are judged anew, so that the order in which articles are stored plays no part. bench/near_duplicates.py measures how well it does.

Candidates are looked up by every fourth shingle, by its hash: a text that shares fewer than two of these is not found.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import NamedTuple

import psycopg

from crawler.article import Fingerprint

RULE_VERSION = "one-parent-1"
_CONTAINED, _OF_LONGER, _SHOWN, _FEWEST = 0.7, 0.3, 0.5, 10
_FIXED = 0.2  # of an article of a series, the least that it has in common with the others: a sign-off makes no series
_PART = 0.15  # of an article put together of several, the least that comes from one of them
_SAMPLE = 4
_HITS = _SHOWN / _SAMPLE / 2  # half of what sharing as much as is shown leads to expect, per shingle of the shorter one
_USES = 3  # of a shingle, at which it counts no more
_TURN = 3  # shingles that are looked up: what two articles of an outlet have in common is more than a turn of speech

_WITHDRAW = f"""
    delete from shingles using fingerprints f cross join lateral unnest(f.shingles) mine (shingle)
    where f.page_id = any(%(pages)s) and mine.shingle %% {_SAMPLE} = 0
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
    where indexed_at is not null and shingle %% {_SAMPLE} = 0 order by 1
    """  # noqa: S608
    for change in (_SAVE, _KEEP)
)
# For which articles of its outlet an article makes or breaks the third use of a shingle. Beyond the third use from it on, either way, and a
# day, there are three without it.
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
        select page_id, dated_at from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet
            and s.dated_at >= greatest(before.dated_at - interval '24 hours', f.indexed_at - interval '30 days')
            and s.dated_at < f.indexed_at - interval '24 hours'
        union all
        select page_id, dated_at from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet
            and s.dated_at <= least(after.dated_at + interval '24 hours', f.indexed_at + interval '30 days')
            and s.dated_at > f.indexed_at + interval '24 hours'
    ) x
    where f.page_id = any(%(pages)s) and mine.shingle = any(%(repeated)s) and x.page_id <> all(%(pages)s)
        and (select count(*) from (
            select from shingles s where s.shingle = mine.shingle and s.outlet = a.outlet and s.page_id <> f.page_id
                and (s.dated_at >= x.dated_at - interval '30 days' and s.dated_at < x.dated_at - interval '24 hours'
                    or s.dated_at > x.dated_at + interval '24 hours' and s.dated_at <= x.dated_at + interval '30 days')
            limit 3
        ) others) = 2
    group by 1 having count(*) >= %(turn)s
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
    where f.page_id = any(%(pages)s) and mine.shingle %% {_SAMPLE} = 0
    group by 1, 2
"""  # noqa: S608
_STANDING = """
    with often as (
        select page_id, array_agg(shingle) as shingles
        from (
            select series.page_id, shingle
            from unnest(%(of)s::bigint[], %(others)s::bigint[]) series (page_id, other_id)
            join fingerprints f on f.page_id = series.other_id cross join unnest(f.shingles) shingle
            group by 1, 2 having count(*) >= 3
        ) used
        group by 1
    ), found as (
        select page_id, case when cardinality(standing) >= %(share)s * cardinality(shingles) then standing else '{}' end as standing
        from (
            select f.page_id, f.shingles, array(select unnest(f.shingles) intersect select unnest(often.shingles) order by 1) as standing
            from fingerprints f left join often using (page_id) where f.page_id = any(%(pages)s)
        ) every
    )
    update fingerprints f
    set (standing, distinctive) = row(found.standing, cardinality(f.shingles) - cardinality(found.standing))
    from found where f.page_id = found.page_id and f.standing <> found.standing returning f.page_id
"""
_MINE = """
    select page_id, version, body_sha256, indexed_at, shingles, standing from fingerprints
    where page_id = any(%(pages)s) and indexed_at is not null
"""
# What has the same words throughout is found however often it was used.
_CANDIDATES = f"""
    with candidates as (
        select near.page_id
        from unnest(%(sampled)s::bigint[]) mine (shingle) cross join lateral (
            select page_id, size from shingles s where s.shingle = mine.shingle
                and s.dated_at >= %(at)s - interval '7 days' and s.dated_at <= %(at)s + interval '7 days'
            order by dated_at limit 400 -- what is used more often is not worth the reading
        ) near
        group by 1 having count(*) >= greatest(2, {_HITS} * least(min(size), %(distinctive)s))
        union
        select page_id from fingerprints where body_sha256 = %(sha256)s
            and indexed_at >= %(at)s - interval '7 days' and indexed_at <= %(at)s + interval '7 days'
    )
    select page_id, body_sha256 = %(sha256)s, shingles, standing from candidates join fingerprints using (page_id)
    where page_id <> %(page)s and version = %(version)s and (%(anybody)s or linked_by = version || ' ' || %(rule)s)
"""  # noqa: S608
_MARK = """
    update fingerprints set linked_by = version || ' ' || %(rule)s where page_id = any(%(pages)s)
        and linked_by is distinct from version || ' ' || %(rule)s
"""
_LINKED = "select page_id from fingerprints where page_id = any(%(pages)s) and linked_by = version || ' ' || %(rule)s"
_FORGET = """
    delete from near_duplicates n using fingerprints a, fingerprints b
    where (n.page_a = any(%(pages)s) or n.page_b = any(%(pages)s)) and a.page_id = n.page_a and b.page_id = n.page_b
        and (%(anybody)s or a.linked_by = b.linked_by)
"""
_INSERT = """
    insert into near_duplicates (page_a, page_b, kind, containment, shared_shingles, distinctive_a, distinctive_b, rule_version)
    select least(page, other), greatest(page, other), case when is_copy then 'copy' else 'contains' end, containment, shared,
        case when page < other then mine else theirs end, case when page < other then theirs else mine end, %s
    from unnest(%s::bigint[], %s::bigint[], %s::boolean[], %s::float8[], %s::integer[], %s::integer[], %s::integer[])
        as pair (page, other, is_copy, containment, shared, mine, theirs)
    on conflict do nothing
"""
_PAIRS = """
    select page_b as page_id, page_a as other_id, shared_shingles, distinctive_b as mine, distinctive_a as theirs, containment
    from near_duplicates where page_b = any(%(pages)s)
    union all
    select page_a, page_b, shared_shingles, distinctive_a, distinctive_b, containment from near_duplicates where page_a = any(%(pages)s)
"""
_PARTNERS = f"select other_id from ({_PAIRS}) pair"  # noqa: S608
_ORIGINALS = """
    select a.page_id, original.page_id from articles a join pages p using (page_id)
    join articles original on original.page_id = p.original_page_id
    where a.superseded and a.page_id = any(%(pages)s)
"""
_KINDS = f"""
    update near_duplicates set kind = kinds.kind
    from (
        select page_a, page_b, case when a.story_id = b.story_id and containment >= {_CONTAINED}
            and shared_shingles >= {_OF_LONGER} * greatest(distinctive_a, distinctive_b) then 'copy' else 'contains' end as kind
        from near_duplicates join articles a on a.page_id = page_a join articles b on b.page_id = page_b
        where page_a = any(%(pages)s) or page_b = any(%(pages)s)
    ) kinds
    where (near_duplicates.page_a, near_duplicates.page_b) = (kinds.page_a, kinds.page_b) and near_duplicates.kind <> kinds.kind
"""  # noqa: S608
# Articles that may be taken from one of these, or were, or whose text is of several: dated later, or any.
_CHILDREN = f"""
    select distinct child.page_id
    from ({_PAIRS}) pair
    join articles a on a.page_id = pair.page_id
    join articles child on child.page_id = pair.other_id and (%(any)s or child.dated_at >= a.dated_at)
    left join near_duplicates p on p.page_a = least(child.page_id, child.copied_from)
        and p.page_b = greatest(child.page_id, child.copied_from)
    left join articles parent on parent.page_id = child.copied_from
    where p is null or parent.page_id = any(%(pages)s)
        or not exists (select from near_duplicates n
            where (n.page_a, n.page_b) = (least(pair.page_id, child.copied_from), greatest(pair.page_id, child.copied_from)))
        or (pair.shared_shingles::float8 / nullif(pair.mine + pair.theirs - pair.shared_shingles, 0), parent.dated_at)
            >= (p.shared_shingles::float8 / nullif(p.distinctive_a + p.distinctive_b - p.shared_shingles, 0), a.dated_at)
    union select page_id from articles where copied_from = any(%(pages)s)
"""  # noqa: S608
_EARLIER = f"""
    select pair.page_id, pair.other_id, pair.shared_shingles, pair.mine, pair.theirs
    from ({_PAIRS}) pair
    join articles a on a.page_id = pair.page_id join articles other on other.page_id = pair.other_id and other.dated_at <= a.dated_at
    join pages p on p.page_id = pair.page_id join pages q on q.page_id = pair.other_id
    where (other.dated_at, q.outlet, q.article_id) < (a.dated_at, p.outlet, p.article_id)
        and containment >= {_CONTAINED} and mine is not null
    order by pair.page_id, pair.shared_shingles::float8 / nullif(mine + theirs - pair.shared_shingles, 0) desc nulls last,
        other.dated_at, q.outlet, q.article_id
"""  # noqa: S608


def linked_by(version: str) -> str:
    """What articles linked by today's rule, by fingerprints of a version, are marked with."""
    return f"{version} {RULE_VERSION}"


def _ids(connection: psycopg.Connection, query: str, pages: Collection[int], **values: object) -> set[int]:
    return {page_id for (page_id,) in connection.execute(query.encode(), {"pages": list(pages), **values})}


def index(connection: psycopg.Connection, marks: Mapping[int, Fingerprint | None], *, are_new: bool = False) -> None:
    """Put articles where others find them, by their new fingerprints if they have some; a fingerprint that is there stays."""
    if not are_new:
        connection.execute(_WITHDRAW.encode(), {"pages": list(marks)})
    for page_id, mark in marks.items():
        if mark:
            row = {
                "version": mark.version,
                "sha256": mark.body_sha256,
                "shingles": sorted(mark.shingles),
                "distinctive": len(mark.shingles),
            }
            connection.execute(_SAVE.encode(), {"pages": [page_id], "linked_by": linked_by(mark.version), **row})
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
    return _ids(connection, _SWAYED, pages, repeated=list(shingles), turn=_TURN) if len(shingles) >= _TURN else set()


def _update_standing(connection: psycopg.Connection, pages: Collection[int], repeated: _Repeated, *, is_empty: bool = False) -> set[int]:
    uses = Counter((page_id, size, shingle) for page_id, _, size, shared in repeated for shingle in shared)
    fixed = Counter((page_id, size) for (page_id, size, _), number in uses.items() if number >= _USES)
    may_be = {page_id for (page_id, size), number in fixed.items() if number >= _FIXED * size / _SAMPLE / 2}
    series = [(page_id, other) for page_id, other, _, shared in repeated if len(shared) >= _TURN and page_id in may_be]
    if is_empty and not series:
        return set()
    of, others = [page_id for page_id, _ in series], [other for _, other in series]
    return _ids(connection, _STANDING, pages, of=of, others=others, share=_FIXED)


def compare(connection: psycopg.Connection, pages: Collection[int], *, are_new: bool = False, anybody: bool = True) -> set[int]:
    """Replace the pairs of some articles; returns all that may be taken from another article now: these, and neighbours of theirs.

    ``anybody``: their pairs with any article, not only with those that are linked by today's rule.
    """
    values = {"pages": list(pages), "anybody": anybody, "rule": RULE_VERSION}
    children = set[int]()
    if not are_new:
        children = _ids(connection, _CHILDREN, pages, any=True).union(pages)
        connection.execute(_MARK, values)
        connection.execute(_FORGET, values)
    if pairs := list(_compare(connection, values)):
        connection.execute(_INSERT, [RULE_VERSION, *map(list, zip(*pairs, strict=True))])
        children |= _ids(connection, _CHILDREN, pages, any=False).union(pages)
    return children if anybody else _ids(connection, _LINKED, children, rule=RULE_VERSION)


def _compare(connection: psycopg.Connection, values: Mapping[str, object]) -> Iterable[tuple[int, int, bool, float, int, int, int]]:
    """Pairs of some articles with others: whether they share enough for a copy, containment, shared shingles, those of either."""
    with connection.cursor(binary=True) as cursor:
        for page_id, version, sha256, at, all_mine, standing in cursor.execute(_MINE, values).fetchall():
            text = _Text({*all_mine}, {*all_mine} - {*standing})
            given = {"page": page_id, "version": version, "sha256": sha256, "at": at, "distinctive": len(text.distinctive)}
            rows = cursor.execute(_CANDIDATES.encode(), {**values, **given, "sampled": _sampled(text.distinctive)})
            for other, is_same, shingles, fixed in rows:
                if is_same:  # however often the outlet uses it
                    yield page_id, other, True, 1.0, len(shingles), len(shingles), len(shingles)
                elif pair := _pair(text, _Text({*shingles}, {*shingles} - {*fixed})):
                    yield page_id, other, *pair


class _Text(NamedTuple):
    shingles: Collection[int]
    distinctive: set[int]


def _pair(mine: _Text, theirs: _Text) -> tuple[bool, float, int, int, int] | None:
    shared = mine.distinctive & theirs.distinctive
    shorter, longer = sorted((len(mine.distinctive), len(theirs.distinctive)))
    if shorter < _FEWEST or len(shared) < _SHOWN * shorter or not (_leads_to(mine, theirs) and _leads_to(theirs, mine)):
        return None
    is_copy = len(shared) >= max(_CONTAINED * shorter, _OF_LONGER * longer)
    return is_copy, len(shared) / shorter, len(shared), len(mine.distinctive), len(theirs.distinctive)


def _leads_to(one: _Text, other: _Text) -> bool:
    """Whether ``_CANDIDATES`` of one article holds the other. Both have to, or it would matter which was stored first."""
    hits = len(_sampled(one.distinctive.intersection(other.shingles)))
    return hits >= max(2, _HITS * min(len(other.shingles), len(one.distinctive)))


def _sampled(shingles: Iterable[int]) -> list[int]:
    return [shingle for shingle in shingles if shingle % _SAMPLE == 0]


def parents(connection: psycopg.Connection, pages: Collection[int]) -> dict[int, int | None]:
    """The article that each of these was taken from: of an aggregator's copy that stepped back, its original.

    None where it was taken from none, or put together of several: another one, which has nothing to do with the best, stands in it too.
    """
    earlier = dict[int, list[tuple[int, int, int, int]]]()
    for page_id, *pair in connection.execute(_EARLIER.encode(), {"pages": list(pages)}):
        earlier.setdefault(page_id, []).append(tuple(pair))

    @cache
    def partners(page_id: int) -> set[int]:
        return _ids(connection, _PARTNERS, [page_id])

    found: dict[int, int | None] = dict.fromkeys(pages)
    for page_id, pairs in earlier.items():
        best = next((other for other, shared, mine, theirs in pairs if shared >= _OF_LONGER * max(mine, theirs)), None)
        inside = {other for other, shared, mine, theirs in pairs if shared >= max(_CONTAINED * theirs, _PART * mine)} - {best}
        if best and (not inside or inside <= partners(best)):
            found[page_id] = best
    return found | dict(connection.execute(_ORIGINALS, {"pages": list(pages)}).fetchall())


def update_kinds(connection: psycopg.Connection, pages: Collection[int]) -> None:
    """Call the pairs of these articles copies where they share enough and ended in one story."""
    connection.execute(_KINDS.encode(), {"pages": list(pages)})
