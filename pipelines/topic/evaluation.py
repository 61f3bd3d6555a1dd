"""Measures a topic on labelled stories: precision and recall with their intervals, beside the naive rule that both names suffice."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from crawler.article import ARTICLE_BANDS, Band, Verdict
from pipelines.clean import clean_line, clean_text
from pipelines.database.errors import ConfigurationError
from pipelines.topic.classifier import Topic
from pipelines.topic.lexicon import Lexicon, Text

LABELS = ("on", "borderline", "off")
_Z = 1.959964  # of the normal distribution, for 95 %


class CasesError(ConfigurationError):
    """A file of cases that cannot be used: which file, which line, what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A story with the label that people gave it."""

    id: str
    title: str
    text: str
    label: str  # on, borderline (counts neither way) or off
    kind: str  # which trap or which way of telling
    text_form: str  # such as article or retold: whether its length says anything


@dataclass(frozen=True, slots=True)
class Share:
    """Hits of a total, with Wilson's 95 % interval."""

    hits: int
    total: int

    @classmethod
    def of(cls, answers: Iterable[bool]) -> Self:
        """Count the hits among the answers."""
        answers = list(answers)
        return cls(sum(answers), len(answers))

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None of nothing."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the true one probably lies."""
        if not self.total:
            return 0.0, 1.0
        share, n, z = self.hits / self.total, self.total, _Z
        middle, spread = share + z * z / 2 / n, z * math.sqrt(share * (1 - share) / n + z * z / 4 / n / n)
        return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))

    def __str__(self) -> str:
        if not self.total:
            return "-"
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}-{high:.3f}] {self.hits}/{self.total}"

    def as_json(self) -> dict[str, Any]:
        """The share as plain numbers."""
        low, high = self.interval
        return {"value": self.value, "low": low, "high": high, "hits": self.hits, "total": self.total}


@dataclass(frozen=True, slots=True)
class ClassifiedCase:
    """A case and what the rules say of it."""

    case: Case
    verdict: Verdict
    is_naive: bool  # whether every side is named without doubt: the naive rule takes it

    @property
    def is_wrong(self) -> bool:
        """Whether it is on and not about the topic to the rule, or off and kept."""
        band, label = self.verdict.band, self.case.label
        return band is not Band.ABOUT if label == "on" else label == "off" and band in ARTICLE_BANDS

    def as_json(self, *names: str) -> dict[str, Any]:
        """Some attributes of the case, and its band and score."""
        return {**{name: getattr(self.case, name) for name in names}, "band": self.verdict.band, "score": self.verdict.score}


def read_cases(path: Path) -> list[Case]:
    """Read cases, a JSON object a line. Raises CasesError."""
    cases = []
    names = [field.name for field in fields(Case)]
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CasesError(f"{path}: cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            case = Case(**{name: row[name] for name in names})
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise CasesError(f"{path}:{number}: is no case, an object with {', '.join(names)}: {type(error).__name__}: {error}") from None
        for name in names:
            if not isinstance(getattr(case, name), str):
                raise CasesError(f"{path}:{number}: {name}: must be text, but is {getattr(case, name)!r}")
        if case.label not in LABELS:
            raise CasesError(f"{path}:{number}: label: must be one of {', '.join(LABELS)}, but is {case.label!r}")
        cases.append(case)
    if not cases:
        raise CasesError(f"{path}: holds no cases")
    return cases


def classify_cases(topic: Topic, cases: Iterable[Case]) -> list[ClassifiedCase]:
    """Classify each case by its cleaned title and text."""
    names = Lexicon({term.phrase: term.side for term in topic.definition.terms if term.strong})
    sides = {term.side for term in topic.definition.terms}
    classified = []
    for case in cases:
        title, text = clean_line(case.title), clean_text(case.text)
        named = {hit.value for part in (title, text) for hit in names.scan(Text(part))}
        classified.append(ClassifiedCase(case, topic.classify(title, text), named == sides))
    return classified


_RULES: dict[str, Callable[[ClassifiedCase], bool]] = {
    "about": lambda each: each.verdict.band is Band.ABOUT,
    "about or review": lambda each: each.verdict.band in ARTICLE_BANDS,
    "naive": lambda each: each.is_naive,
}


def figures(classified: Sequence[ClassifiedCase]) -> dict[str, Share]:
    """Precision and recall of the rule and of the naive one; borderline cases count in none."""
    shares = {}
    for rule, takes in _RULES.items():
        decided = [each for each in classified if each.case.label != "borderline"]
        shares[f"{rule} precision"] = Share.of(each.case.label == "on" for each in decided if takes(each))
        shares[f"{rule} recall"] = Share.of(takes(each) for each in decided if each.case.label == "on")
    return shares


def taken(classified: Sequence[ClassifiedCase]) -> dict[str, Share]:
    """Which share of the cases each rule takes: of cases that are on a recall, of those that are off the false ones."""
    return {rule: Share.of(map(takes, classified)) for rule, takes in _RULES.items()}


def measure(topic: Topic, cases: Iterable[Case]) -> dict[str, Any]:
    """Return everything that is measured, as JSON but for the shares: of all cases, by form and by kind, and each verdict."""
    classified = classify_cases(topic, cases)
    return {
        "topic": topic.name,
        "rule_version": topic.definition.version,
        "cases": len(classified),
        "all": figures(classified),
        "by_text_form": {form: figures(group) for (form,), group in group_by(classified, "text_form").items()},
        "by_kind": [
            {"label": label, "kind": kind, "text_form": form, "cases": len(group), **taken(group)}
            for (label, kind, form), group in group_by(classified, "label", "kind", "text_form").items()
        ],
        "confusion": [each.as_json("id", "label", "kind", "text_form", "title") for each in classified if each.is_wrong],
        "verdicts": [each.as_json("id") for each in classified],
    }


def group_by(classified: Iterable[ClassifiedCase], *names: str) -> dict[tuple[str, ...], list[ClassifiedCase]]:
    """The cases by some of their attributes, labels in the order of LABELS, all else by the alphabet."""

    def order(each: ClassifiedCase) -> list[int | str]:
        return [LABELS.index(each.case.label) if name == "label" else getattr(each.case, name) for name in names]

    groups: dict[tuple[str, ...], list[ClassifiedCase]] = {}
    for each in sorted(classified, key=order):
        groups.setdefault(tuple(getattr(each.case, name) for name in names), []).append(each)
    return groups
