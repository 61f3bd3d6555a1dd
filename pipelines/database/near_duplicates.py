"""Near-duplicates: which articles share their text, and which earlier one each was taken from.

Two articles at most seven days apart are compared by their distinctive shingles (shingles.py). Each is taken from one other at most: the
earlier-dated one with the highest Jaccard index among those it shares enough with. All this depends on the articles alone: whenever one
comes, goes or changes, its neighbours are judged anew, so that the order in which articles are stored plays no part.
bench/near_duplicates.py measures how well it does.

Candidates are looked up by a sample of the shingles: a text that shares fewer than two of these is not found.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from functools import cache, cached_property

import psycopg

from pipelines.database.shingles import RULE_VERSION, SAMPLE, page_ids

_CONTAINED, _SHOWN, _FEWEST = 0.7, 0.5, 10
_OF_COPY, _OF_SOURCE = 0.3, 0.2  # the least that both have in common: who cuts a text leaves less of it than who extends it
_PART = 0.15  # of an article put together of several, the least that comes from one of them
_HITS = _SHOWN / SAMPLE / 2  # half of what sharing as much as is shown leads to expect, per shingle of the shorter one

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
_KIND = f"""
    case when a.story_id = b.story_id and n.containment >= {_CONTAINED}
        and n.shared_shingles >= {_OF_SOURCE} * greatest(n.distinctive_a, n.distinctive_b) then 'copy' else 'contains' end
"""
_KINDS = f"""
    update near_duplicates n set kind = {_KIND} from articles a, articles b
    where (n.page_a = any(%(pages)s) or n.page_b = any(%(pages)s)) and a.page_id = n.page_a and b.page_id = n.page_b and n.kind <> {_KIND}
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
# Articles dated after a new one that share enough with it: what each is taken from, whether the new one is better, and whether it stands in
# it. "Better" is null where there is nothing to compare it with.
_LATER = f"""
    select c.page_id, c.copied_from,
        pair.shared_shingles >= greatest({_OF_COPY} * pair.theirs, {_OF_SOURCE} * pair.mine) and (
            coalesce(pair.shared_shingles::float8 / nullif(pair.mine + pair.theirs - pair.shared_shingles, 0), 0) > of.jaccard
            or coalesce(pair.shared_shingles::float8 / nullif(pair.mine + pair.theirs - pair.shared_shingles, 0), 0) = of.jaccard
                and (a.dated_at, p.outlet, p.article_id) < (of.dated_at, of.outlet, of.article_id)),
        pair.shared_shingles >= greatest({_CONTAINED} * pair.mine, {_PART} * pair.theirs)
    from ({_PAIRS}) pair
    join articles a on a.page_id = pair.page_id join articles c on c.page_id = pair.other_id and c.dated_at >= a.dated_at
    join pages p on p.page_id = pair.page_id join pages q on q.page_id = pair.other_id
    left join lateral (
        select parent.dated_at, r.outlet, r.article_id,
            coalesce(k.shared_shingles::float8 / nullif(k.distinctive_a + k.distinctive_b - k.shared_shingles, 0), 0) as jaccard
        from near_duplicates k join articles parent on parent.page_id = c.copied_from join pages r on r.page_id = c.copied_from
        where k.page_a = least(c.page_id, c.copied_from) and k.page_b = greatest(c.page_id, c.copied_from)
    ) of on true
    where (a.dated_at, p.outlet, p.article_id) < (c.dated_at, q.outlet, q.article_id)
        and pair.containment >= {_CONTAINED} and pair.mine is not null
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


def compare(
    connection: psycopg.Connection, pages: Collection[int], *, are_new: bool = False, anybody: bool = True
) -> dict[int, int | None]:
    """Replace the pairs of some articles; returns what each of these, and of their neighbours, is taken from now if it may be another one.

    ``anybody``: their pairs with any article, not only with those that are linked by today's rule.
    """
    values = {"pages": list(pages), "anybody": anybody, "rule": RULE_VERSION}
    children, found = set[int](), dict[int, int | None]()
    if not are_new:
        children = page_ids(connection, _CHILDREN, pages, any=True).union(pages)
        connection.execute(_MARK, values)
        connection.execute(_FORGET, values)
    if pairs := list(_compare(connection, values)):
        connection.execute(_INSERT, [RULE_VERSION, *map(list, zip(*pairs, strict=True))])
        if are_new:
            (page_id,) = pages
            children, found = _adopt(connection, page_id, {other for _, other, *_ in pairs})
        else:
            children |= page_ids(connection, _CHILDREN, pages, any=False)
        children |= {*pages}
    if not anybody:
        children = page_ids(connection, _LINKED, children, rule=RULE_VERSION)
    return found | _parents(connection, children) if children else found


def _adopt(connection: psycopg.Connection, page_id: int, partners: set[int]) -> tuple[set[int], dict[int, int | None]]:
    """Later articles for which all has to be looked at again now that there is one more, and those that are simply taken from that one."""
    unclear, adopted = set[int](), dict[int, int | None]()

    @cache
    def may_replace(parent: int) -> bool:  # what stands in a child stands in its parent, too: also in the new one?
        return parent in partners and page_ids(connection, _PARTNERS, [parent]) - {page_id} <= partners

    for child, parent, is_better, is_inside in connection.execute(_LATER.encode(), {"pages": [page_id]}).fetchall():
        if is_better and may_replace(parent):
            adopted[child] = page_id
        elif is_better is not False or (is_inside and parent not in partners):
            unclear.add(child)
    return unclear, adopted


def _compare(connection: psycopg.Connection, values: Mapping[str, object]) -> Iterable[tuple[int, int, bool, float, int, int, int]]:
    """Pairs of some articles with others: whether they share enough for a copy, containment, shared shingles, those of either."""
    with connection.cursor(binary=True) as cursor:
        texts = cursor.execute(_MINE, values).fetchall()
    asked = []
    with connection.pipeline() if len(texts) > 1 else nullcontext():
        for page_id, version, sha256, at, shingles, standing in texts:
            mine = _Text({*shingles}, {*standing})
            given = {"page": page_id, "version": version, "sha256": sha256, "at": at}
            given |= {"sampled": list(mine.sample), "distinctive": len(mine.distinctive)}
            candidates = connection.cursor(binary=True).execute(_CANDIDATES.encode(), {**values, **given})
            asked.append((page_id, mine, candidates))
    for page_id, mine, candidates in asked:
        for other, is_same, its_shingles, its_standing in candidates:
            number = len(its_shingles)
            if is_same and number >= _FEWEST:  # however often the outlet uses it
                yield page_id, other, True, 1.0, number, number, number
            elif pair := _pair(mine, _Text({*its_shingles}, {*its_standing})):
                yield page_id, other, *pair


class _Text:
    def __init__(self, shingles: set[int], standing: set[int]) -> None:
        self.shingles = shingles
        self.distinctive = shingles - standing if standing else shingles

    @cached_property
    def sample(self) -> set[int]:
        """By what ``_CANDIDATES`` looks for others."""
        return {shingle for shingle in self.distinctive if shingle % SAMPLE == 0}

    def leads_to(self, other: "_Text", hits: int) -> bool:
        return hits >= max(2, _HITS * min(len(self.distinctive), len(other.shingles)))


def _pair(mine: _Text, theirs: _Text) -> tuple[bool, float, int, int, int] | None:
    shared = len(mine.distinctive & theirs.distinctive)
    shorter, longer = sorted((len(mine.distinctive), len(theirs.distinctive)))
    # Either has to lead to the other one, or it would matter which was stored first.
    if shorter < _FEWEST or shared < _SHOWN * shorter or not mine.leads_to(theirs, len(mine.sample & theirs.shingles)):
        return None
    if not theirs.leads_to(mine, len(mine.sample & theirs.distinctive)) and not theirs.leads_to(mine, len(theirs.sample & mine.shingles)):
        return None
    is_copy = shared >= max(_CONTAINED * shorter, _OF_SOURCE * longer)
    return is_copy, shared / shorter, shared, len(mine.distinctive), len(theirs.distinctive)


def _parents(connection: psycopg.Connection, pages: Collection[int]) -> dict[int, int | None]:
    """The article that each of these was taken from: of an aggregator's copy that stepped back, its original.

    None where it was taken from none, or put together of several: another one, which has nothing to do with the best, stands in it too.
    """
    earlier = dict[int, list[tuple[int, int, int, int]]]()
    for page_id, *pair in connection.execute(_EARLIER.encode(), {"pages": list(pages)}):
        earlier.setdefault(page_id, []).append(tuple(pair))

    @cache
    def partners(page_id: int) -> set[int]:
        return page_ids(connection, _PARTNERS, [page_id])

    found: dict[int, int | None] = dict.fromkeys(pages)
    for page_id, pairs in earlier.items():
        best = next((other for other, shared, mine, theirs in pairs if shared >= max(_OF_COPY * mine, _OF_SOURCE * theirs)), None)
        inside = {other for other, shared, mine, theirs in pairs if shared >= max(_CONTAINED * theirs, _PART * mine)} - {best}
        if best and (not inside or inside <= partners(best)):
            found[page_id] = best
    return found | dict(connection.execute(_ORIGINALS, {"pages": list(pages)}).fetchall())


def update_kinds(connection: psycopg.Connection, pages: Collection[int]) -> None:
    """Call the pairs of these articles copies where they share enough and ended in one story."""
    connection.execute(_KINDS.encode(), {"pages": list(pages)})
