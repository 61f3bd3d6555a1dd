"""Finds enumerations of countries: a country in one is only listed, which says nothing about it."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

M = TypeVar("M")

# Between two members of an enumeration stand one comma or conjunction, up to four words or numbers before it and up to two behind it
# ("Yen Jepang melemah 0,2 persen, won Korea Selatan …"), unless a new clause begins there ("AS dan Jepang, sementara Rusia …").
_CONNECTOR = re.compile(r"[,;/&(-] ?(?:(?:dan|serta|atau|hingga) )?| (?:dan|serta|atau|maupun|hingga) ")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CLAUSE_END = re.compile(r"[.!?:\"]")
_NEW_CLAUSE = re.compile(r"(?:me\w+|sementara|sedangkan|namun|tetapi|tapi|kata|ketika|saat|setelah|karena|bahwa|yang)$")
LONGEST_GAP = 60  # characters; the longest seen between two currencies of a round-up is 41


def enumerations(members: Sequence[tuple[int, int, M]], folded: str) -> Iterator[list[M]]:
    """Cut members (start, end, what), in their order in the folded text, into enumerations."""
    run: list[M] = []
    last, closed = 0, False
    for start, end, member in members:
        connector = _connector(folded[last:start]) if run else None
        conjunction = connector is not None and any(map(str.isalpha, connector))
        if run and (connector is None or (closed and not conjunction)):
            yield run
            run = []
        run.append(member)
        last, closed = end, conjunction  # "A, B dan C": what follows C is another matter
    yield run


def _connector(gap: str) -> str | None:
    """Return the comma or conjunction by which an enumeration goes on over what stands between two of its members, or None."""
    gap = _NUMBER.sub("0", gap)
    found = list(_CONNECTOR.finditer(gap)) if len(gap) <= LONGEST_GAP and not _CLAUSE_END.search(gap) else []
    if len(found) != 1:
        return None
    before, after = gap[: found[0].start()].split(), gap[found[0].end() :].split()
    return found[0].group() if len(before) <= 4 and len(after) <= 2 and not any(map(_NEW_CLAUSE.match, after)) else None
