"""Says in words and figures why a story has its verdict: from its evidence alone, so that a stored verdict explains itself."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from crawler.article import Verdict

_WHY_LIMITED = {
    "sides_never_meet": "the sides never meet, neither in a sentence nor in neighbouring ones",
    "sides_in_neighbouring_sentences_only": "the sides only meet in neighbouring sentences",
    "no_side_in_headline": "the headline names no side",
    "side_named_once": "a side is named a single time",
    "genre": "it is of a genre that names many",
}


def explain_lines(verdict: Verdict) -> Iterator[str]:
    """Yield the lines that show what a verdict is made of. A term stands as printed, with how often it comes and where first (@)."""
    evidence: Mapping[str, Any] = verdict.evidence
    points: Mapping[str, Any] | None = evidence.get("points")
    yield f"{verdict.band} {verdict.score:g}  (topic {verdict.topic}, version {verdict.rule_version})"
    for side, fields in evidence["sides"].items():
        worth = points["sides"][side] if points else {}
        yield _sum(side, sum(worth.values()) if points else None, "" if fields else "not named")
        for field in ("headline", "lead", "body", "listed"):
            if field in fields or field in worth:
                yield _sum(f"  {field}", worth.get(field), _terms(fields.get(field, ())))
    if points:
        yield from _meetings(evidence, points)
    for excluded in evidence.get("exclusion_phrases", ()):
        yield f"not counted: {excluded['phrase']} ({excluded['field']} @{excluded['offset']})"
    for genre, fields in evidence.get("genre_patterns", {}).items():
        patterns = "; ".join(f"{field}: {', '.join(found)}" for field, found in fields.items())
        yield f"genre {genre}: {patterns}"


def _meetings(evidence: Mapping[str, Any], points: Mapping[str, Any]) -> Iterator[str]:
    yield _sum("the weaker side, weighted", points["weaker_side"])
    yield _sum("sentences naming both sides", points["both"])
    for sentence in evidence["both"]:
        found = dict.fromkeys(chain(sentence["links"], *sentence.get("genre_links", {}).values()))
        links = f"  [{', '.join(found)}]" if found else ""
        yield f"  {sentence['field']} @{sentence['offset']}: {sentence['text']}{links}"
    yield _sum("neighbouring sentences", points["nearby"], ", ".join(f"@{each['offset']}" for each in evidence["nearby"]))
    for name, limit in points["limits"].items():
        yield _sum("no more than", limit, _WHY_LIMITED[name])


def _terms(entries: Sequence[Mapping[str, Any]]) -> str:
    times = (f" ×{each['count']}" if each["count"] > 1 else "" for each in entries)
    return ", ".join(f"{each['matched']}{count} @{each['offset']}" for each, count in zip(entries, times, strict=True))


def _sum(what: str, points: float | None, why: str = "") -> str:
    return f"{what:<30}{'' if points is None else format(points, '.2f'):>6}  {why}".rstrip()
