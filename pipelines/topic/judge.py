"""Judges a story by its headline and body: whether all sides of the topic act in it."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

from crawler.article import Verdict
from pipelines.topic.definition import Definition, Mask, Term, load
from pipelines.topic.lexicon import Hit, Lexicon, Text, V
from pipelines.topic.score import score

QUOTED = 300  # characters of a sentence that evidence keeps

# Where a report was sent from says nothing about its subject: "SEOUL, KOMPAS.com - ", "TRIBUNNEWS.COM, MOSKOW -- "
_DATELINE = re.compile(r"\W*(?:[A-Z][\w.]*[ ,.(/)]+){1,6}-{1,2} ?")
# Between two members of an enumeration stand one comma or conjunction, up to four words or numbers before it and up to two behind it
# ("Yen Jepang melemah 0,2 persen, won Korea Selatan …"), unless a new clause begins there ("AS dan Jepang, sementara Rusia …").
_CONNECTOR = re.compile(r"[,;/&(-] ?(?:(?:dan|serta|atau|hingga) )?| (?:dan|serta|atau|maupun|hingga) ")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CLAUSE_END = re.compile(r"[.!?:\"]")
_NEW_CLAUSE = re.compile(r"(?:me\w+|sementara|sedangkan|namun|tetapi|tapi|kata|ketika|saat|setelah|karena|bahwa|yang)$")
LONGEST_GAP = 60  # characters; the longest seen between two currencies of a round-up is 41


@dataclass(slots=True)
class _Mention:
    """A term where it stands."""

    term: Term
    start: int
    end: int
    listed: bool = False  # only a member of an enumeration of many countries


@dataclass(slots=True)
class _Sentence:
    """One sentence and what stands in it."""

    field: str  # headline, lead or body
    text: Text  # the headline or the whole body
    start: int
    end: int
    mentions: list[_Mention]
    masks: list[tuple[Mask, int]]  # each with its offset

    @property
    def sides(self) -> set[str]:
        """The sides it names other than in an enumeration."""
        return {mention.term.side for mention in self.mentions if not mention.listed}

    @property
    def strong_sides(self) -> set[str]:
        """Of those, the ones it names without doubt."""
        return {mention.term.side for mention in self.mentions if mention.term.strong and not mention.listed}

    def scan(self, lexicon: Lexicon[V]) -> Iterator[Hit[V]]:
        """Find phrases in this sentence alone."""
        return lexicon.scan(self.text, self.start, self.end)


class Topic:
    """A topic, ready to judge stories. Made by ``Topic.load``; it keeps nothing from one story to the next."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._sides = {term.side for term in definition.terms}
        self._names: Lexicon[Term | Mask] = Lexicon(
            {term.phrase: term for term in definition.terms} | {mask.phrase: mask for mask in definition.masks}
        )
        self._others = Lexicon(definition.others)
        self._links = Lexicon({phrase: phrase for phrase in definition.links})
        self._cues = Lexicon({cue: (shape, cue) for shape, cues in definition.shapes.items() for cue in cues})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a topic file. Raises TopicError, which names file and key, if it cannot be used."""
        return cls(load(path))

    def scents(self, text: str) -> bool:
        """Return whether any phrase of any side occurs at all: cheap, and generous."""
        return next(self._names.scan(Text(text)), None) is not None

    def judge(self, headline: str, body: str) -> Verdict:
        """Return the verdict on a cleaned story. Its evidence is JSON, and ``score`` recomputes the score from it."""
        sentences = self._read(headline, body)
        named = {mention.term.side for sentence in sentences for mention in sentence.mentions if mention.term.strong}
        for sentence in sentences:
            sentence.mentions = [mention for mention in sentence.mentions if mention.term.side in named]
        met = named == self._sides
        if met:
            for sentence in sentences:
                self._mark_listed(sentence)
        evidence = self._evidence(sentences, met=met)
        points = score(evidence, self.definition)
        return Verdict(
            topic=self.definition.name, rule_version=self.definition.version, band=self._band(points), score=points, evidence=evidence
        )

    def _band(self, points: float) -> str:
        if points >= self.definition.bands.about:
            return "about"
        if points >= self.definition.bands.review:
            return "review"
        return "mention" if points else "none"

    def _read(self, headline: str, body: str) -> list[_Sentence]:
        """Return the sentences of a story with the terms in them; a headline is one sentence."""
        title, text = Text(headline), Text(body)
        spans = text.sentences
        sentences = [_Sentence("headline", title, 0, len(headline), [], [])]
        lead = self.definition.lead_sentences
        sentences += [_Sentence("lead" if number < lead else "body", text, *span, [], []) for number, span in enumerate(spans)]
        dateline = match.end() if (match := _DATELINE.match(text.plain)) else 0
        starts = [start for start, _ in spans]
        for hit in self._names.scan(title):
            self._put(sentences[0], hit.value, hit.start, hit.end)
        for hit in self._names.scan(text):
            if hit.start >= dateline:
                self._put(sentences[bisect_right(starts, hit.start)], hit.value, hit.start, hit.end)
        for sentence in sentences:
            _lift_masks(sentence)
        return sentences

    @staticmethod
    def _put(sentence: _Sentence, found: Term | Mask, start: int, end: int) -> None:
        if isinstance(found, Mask):
            sentence.masks.append((found, start))
        else:
            sentence.mentions.append(_Mention(found, start, end))

    def _mark_listed(self, sentence: _Sentence) -> None:
        """Mark the mentions that are only members of an enumeration with ``crowd`` other countries."""
        others = [(hit.start, hit.end, hit.value) for hit in sentence.scan(self._others)] if sentence.mentions else []
        if len(others) < self.definition.crowd:
            return
        members: list[tuple[int, int, _Mention | str]] = [(mention.start, mention.end, mention) for mention in sentence.mentions]
        members += others
        members.sort(key=lambda member: member[0])
        for group in _enumerations(members, sentence.text.folded):
            if len({member for member in group if isinstance(member, str)}) >= self.definition.crowd:
                for member in group:
                    if isinstance(member, _Mention):
                        member.listed = True

    def _evidence(self, sentences: list[_Sentence], *, met: bool) -> dict[str, object]:
        evidence: dict[str, object] = {"sides": {side: _terms_by_field(sentences, side) for side in sorted(self._sides)}}
        masks = [
            {"field": sentence.field, "phrase": mask.phrase, "offset": start} for sentence in sentences for mask, start in sentence.masks
        ]
        if masks:
            evidence["masks"] = masks
        if met:
            evidence["both"] = [self._meeting(sentence) for sentence in sentences if sentence.sides == self._sides]
            evidence["nearby"] = [
                {"field": second.field, "offset": second.start} for first, second in pairwise(sentences) if self._are_nearby(first, second)
            ]
            evidence["shapes"] = self._shapes(sentences)
        return evidence

    def _meeting(self, sentence: _Sentence) -> dict[str, object]:
        links = dict.fromkeys(hit.value for hit in sentence.scan(self._links))
        quoted = sentence.text.original[sentence.start : sentence.end].strip()[:QUOTED]
        return {"field": sentence.field, "offset": sentence.start, "text": quoted, "links": list(links)}

    def _are_nearby(self, first: _Sentence, second: _Sentence) -> bool:
        """Whether two neighbouring sentences name the sides between them; a headline neighbours the body's first sentence."""
        if self._sides in (first.sides, second.sides) or first.strong_sides | second.strong_sides != self._sides:
            return False
        return first.field == "headline" or "\n" not in first.text.original[first.start : first.end]

    def _shapes(self, sentences: list[_Sentence]) -> dict[str, dict[str, list[str]]]:
        """Return shape → field → the cues there, for headline and lead."""
        shapes: dict[str, dict[str, list[str]]] = {}
        for sentence in sentences:
            if sentence.field != "body":
                for hit in sentence.scan(self._cues):
                    shape, cue = hit.value
                    cues = shapes.setdefault(shape, {}).setdefault(sentence.field, [])
                    if cue not in cues:
                        cues.append(cue)
        return shapes


def _lift_masks(sentence: _Sentence) -> None:
    """Let what stands in a mask count after all where the sentence names another side openly."""
    openly = {mention.term.side for mention in sentence.mentions}
    for mask, start in list(sentence.masks):
        if mask.lifts and openly - {hit.value.side for hit in mask.inside}:
            sentence.masks.remove((mask, start))
            sentence.mentions += [_Mention(hit.value, start + hit.start, start + hit.end) for hit in mask.inside]
    sentence.mentions.sort(key=lambda mention: mention.start)


def _enumerations(members: list[tuple[int, int, _Mention | str]], folded: str) -> Iterator[list[_Mention | str]]:
    """Cut mentions and other countries, in order, into enumerations."""
    run: list[_Mention | str] = []
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
    connectors = list(_CONNECTOR.finditer(gap)) if len(gap) <= LONGEST_GAP and not _CLAUSE_END.search(gap) else []
    if len(connectors) != 1:
        return None
    before, after = gap[: connectors[0].start()].split(), gap[connectors[0].end() :].split()
    return connectors[0].group() if len(before) <= 4 and len(after) <= 2 and not any(map(_NEW_CLAUSE.match, after)) else None


def _terms_by_field(sentences: list[_Sentence], side: str) -> dict[str, list[dict[str, object]]]:
    """Return field → the side's terms there, each with how it is spelled first, how often it comes and where first."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[_Sentence, _Mention]] = {}
    for sentence in sentences:
        for mention in sentence.mentions:
            if mention.term.side == side:
                place = ("listed" if mention.listed else sentence.field, mention.term.phrase)
                counts[place] += 1
                first.setdefault(place, (sentence, mention))
    fields: dict[str, list[dict[str, object]]] = {}
    for (name, phrase), (sentence, mention) in first.items():
        matched = sentence.text.original[mention.start : mention.end]
        entry = {"term": phrase, "matched": matched, "count": counts[name, phrase], "offset": mention.start}
        fields.setdefault(name, []).append(entry)
    return fields
