"""What evidence adds up to. Judging and recomputing a stored verdict go through the same function."""

import math
from collections.abc import Mapping
from typing import Any

from pipelines.topic.definition import Definition, Limits


def score(evidence: Mapping[str, Any], definition: Definition) -> float:
    """Return the score of a story by the evidence of its verdict: 0 unless every side is named."""
    weights = definition.weights
    sides = [_side(fields, definition) for fields in evidence["sides"].values()]
    if not all(sides):
        return 0.0
    both, nearby = evidence["both"], evidence["nearby"]
    where = {"headline": weights.both_headline, "lead": weights.both_lead, "body": weights.both_body}
    together = sum(where[sentence["field"]] + weights.link * bool(sentence["links"]) for sentence in both)
    points = weights.side * min(sides) + min(weights.both_most, together) + min(weights.nearby_most, weights.nearby * len(nearby))
    return round(min(points, _limit(evidence, definition.limits)), 2)


def _limit(evidence: Mapping[str, Any], limits: Limits) -> float:
    """Return the score that this story cannot pass."""
    titled = any("headline" in fields for fields in evidence["sides"].values())
    shaped = any(_is_shaped(fields) for fields in evidence["shapes"].values())
    linked = [sentence["field"] for sentence in evidence["both"] if sentence["links"]]
    found = [math.inf]
    if not evidence["both"]:
        found.append(limits.nearby if evidence["nearby"] else limits.apart)
    if not titled:
        found.append(limits.untitled if linked else limits.apart)
    if shaped and not ("headline" in linked and len(linked) > 1):
        found.append(limits.shaped_linked if "headline" in linked or len(linked) > 1 else limits.shaped)
    return min(found)


def _side(fields: Mapping[str, Any], definition: Definition) -> float:
    weights = definition.weights
    hits: int = sum(term["count"] for name, terms in fields.items() if name != "headline" for term in terms)
    return weights.headline * ("headline" in fields) + weights.lead * ("lead" in fields) + min(weights.body_most, weights.body * hits)


def _is_shaped(fields: Mapping[str, Any]) -> bool:
    return "headline" in fields or len(set().union(*fields.values())) > 1
