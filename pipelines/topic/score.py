"""What evidence adds up to. Classifying and recomputing a stored verdict go through the same functions."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.topic.definition import Definition, Weights


def weigh(evidence: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
    """Return what each part of a verdict's evidence is worth, as JSON.

    ``sides``: side → field → points. Then what is added up: ``weaker_side``, ``both`` and ``nearby``. ``limits``: name → the score that the
    story cannot pass.
    """
    weights = definition.weights
    sides = {side: _side(fields, weights) for side, fields in evidence["sides"].items()}
    both, nearby = evidence.get("both", ()), evidence.get("nearby", ())
    where = {"headline": weights.both_headline, "lead": weights.both_lead, "body": weights.both_body}
    together = sum(where[sentence["field"]] + weights.link * bool(sentence["links"]) for sentence in both)
    parts = {
        "weaker_side": weights.side * min(sum(fields.values()) for fields in sides.values()),
        "both": min(weights.both_most, together),
        "nearby": min(weights.nearby_most, weights.nearby * len(nearby)),
    }
    return {"sides": sides, **{name: round(part, 2) for name, part in parts.items()}, "limits": _limits(evidence, definition)}


def total(points: Mapping[str, Any]) -> float:
    """Return the score that weighed evidence adds up to: 0 unless every side is named."""
    if not points["weaker_side"]:
        return 0.0
    return float(round(min([points["weaker_side"] + points["both"] + points["nearby"], *points["limits"].values()]), 2))


def _side(fields: Mapping[str, Any], weights: Weights) -> dict[str, float]:
    hits = sum(term["count"] for name, terms in fields.items() if name != "headline" for term in terms)
    points = {
        "headline": weights.headline * ("headline" in fields),
        "lead": weights.lead * ("lead" in fields),
        "body": min(weights.body_most, weights.body * hits),  # the lead's once more among them
    }
    return {name: round(worth, 2) for name, worth in points.items() if worth}


def _limits(evidence: Mapping[str, Any], definition: Definition) -> dict[str, float]:
    """Return which scores this story cannot pass, and why."""
    limits, both = definition.limits, evidence.get("both", ())
    linked = [sentence["field"] for sentence in both if sentence["links"]]
    found: dict[str, float] = {}
    if not both:
        name = "sides_in_neighbouring_sentences_only" if evidence.get("nearby") else "sides_never_meet"
        found[name] = getattr(limits, name)
    if not any("headline" in fields for fields in evidence["sides"].values()) and not ("lead" in linked and len(linked) > 2):
        found["no_side_in_headline"] = limits.no_side_in_headline if linked else limits.sides_never_meet
    opens = any(sentence["sentence"] < 2 for sentence in both)  # the headline or the body's first
    if not opens and any(_is_named_once(fields) for fields in evidence["sides"].values()):
        found["side_named_once"] = limits.side_named_once
    of_genres = [genre for genre, fields in evidence.get("genre_patterns", {}).items() if _is_of_genre(genre, fields, definition)]
    if genres := [limit for genre in of_genres if (limit := _limit_of_genre(genre, both, definition)) is not None]:
        found["genre"] = min(genres)
    return found


def _is_named_once(fields: Mapping[str, Any]) -> bool:
    return "headline" not in fields and sum(term["count"] for terms in fields.values() for term in terms) == 1


def _is_of_genre(genre: str, fields: Mapping[str, Any], definition: Definition) -> bool:
    weak = {*definition.weak_genre_patterns.get(genre, ())}
    found = set().union(*fields.values())
    return not weak.issuperset(fields.get("headline", ())) or (len(found) > 1 and not weak.issuperset(found))


def _limit_of_genre(genre: str, both: Iterable[Mapping[str, Any]], definition: Definition) -> float | None:
    """Return the score that a story of a genre cannot pass; None if it says what binds the sides nevertheless."""
    if genre in definition.genre_links:
        linked = [sentence["field"] for sentence in both if genre in sentence.get("genre_links", ())]
        is_free, is_linked = "headline" in linked or "lead" in linked, bool(linked)
    else:
        linked = [sentence["field"] for sentence in both if sentence["links"]]
        is_free, is_linked = "headline" in linked and len(linked) > 1, len(linked) > 1
    return None if is_free else definition.limits.genre_with_links if is_linked else definition.limits.genre
