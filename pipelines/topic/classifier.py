"""Judges a story by its headline and body: whether all sides of the topic act in it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Self

from crawler.article import Band, Verdict
from pipelines.topic.definition import Definition, Mask, Term, load
from pipelines.topic.enumerations import enumerations, has_connector
from pipelines.topic.lexicon import Hit, Lexicon, Text
from pipelines.topic.score import total, weigh

QUOTED = 300  # characters of a sentence that evidence keeps

# Where a report was sent from says nothing about its subject: "SEOUL, KOMPAS.com - ", "TRIBUNNEWS.COM, MOSKOW -- "
_DATELINE = re.compile(r"\W*(?:[A-Z][\w.]*[ ,.(/)]+){1,6}-{1,2} ?")
# A related story's headline. Reading cuts those that stand in lines of their own or end one; some are typed into a paragraph.
_RELATED = re.compile(
    r"\W*(?:(?:baca|simak|lihat|tonton)(?: juga)? ?:|(?:baca|simak|lihat|tonton) juga\b|(?:artikel|berita|video) (?:terkait|lainnya)\b"
    r"|(?:ter)?populer ?:)"
)

_Span = tuple[int, int]
_Found = Hit[Term | Mask]


@dataclass(slots=True)
class _Mention:
    """A term where it stands."""

    term: Term
    start: int
    end: int
    listed: bool = False  # only a member of an enumeration of many countries


@dataclass(slots=True)
class _Sentence:
    """One sentence that names something, and what it names."""

    number: int  # 0 is the headline; the body's count from 1
    place: str  # headline, lead or body
    text: Text  # the headline or the whole body
    start: int
    end: int
    mentions: list[_Mention] = field(default_factory=list)
    masks: list[tuple[Mask, int]] = field(default_factory=list)  # each with its offset
    sides: set[str] = field(default_factory=set)  # those it names other than in an enumeration
    strong_sides: set[str] = field(default_factory=set)  # of those, the ones it names without doubt


class Topic:
    """A topic, ready to judge stories. Made by ``Topic.load``; it keeps nothing from one story to the next."""

    def __init__(self, definition: Definition) -> None:
        self.name, self.definition = definition.name, definition
        self._sides = {term.side for term in definition.terms}
        self._names: Lexicon[Term | Mask] = Lexicon(
            {term.phrase: term for term in definition.terms} | {mask.phrase: mask for mask in definition.masks}
        )
        self._others = Lexicon(definition.others)
        self._links = Lexicon({phrase: phrase for phrase in definition.links})
        self._scents = Lexicon({scent: scent for scent in definition.scents}) if definition.scents else None
        self._cues = Lexicon({cue: (shape, cue) for shape, cues in definition.shapes.items() for cue in cues})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a topic file. Raises TopicError, which names file, line and key, if it cannot be used."""
        return cls(load(path))

    def may_be_relevant(self, words: str) -> bool:
        """Whether a title, a summary or keywords name a side without doubt, or what the topic's file calls a scent."""
        text = Text(words)
        named = any(isinstance(hit.value, Term) and hit.value.strong for hit in self._names.scan(text))
        return named or (self._scents is not None and bool(self._scents.scan(text)))

    def classify(self, headline: str, body: str) -> Verdict:
        """Return the verdict on a cleaned story. Its evidence is JSON; ``score.weigh`` and ``score.total`` recompute the score from it."""
        title, text = Text(headline), Text(body)
        in_title, in_text = self._names.scan(title), self._names.scan(text)
        if self._may_meet([*in_title, *in_text]):
            sentences = self._sentences(title, text, list(_told(text)), in_title, in_text)
            for sentence in sentences:
                _lift_masks(sentence)
        else:  # the lead and the rest are all that such a story is asked about
            lead = list(islice(_told(text), self.definition.lead_sentences)) if in_text else []
            end = lead[-1][1] if lead else 0
            sentences = self._sentences(title, text, [*lead, (end, len(body))], in_title, in_text)
        named = {mention.term.side for sentence in sentences for mention in sentence.mentions if mention.term.strong}
        for sentence in sentences:
            sentence.mentions = [mention for mention in sentence.mentions if mention.term.side in named]
        evidence: dict[str, object] = {"sides": {}}
        if named == self._sides:
            for sentence in sentences:
                self._mark_listed(sentence)
            evidence |= self._meetings(sentences) | {"shapes": self._shapes(title, text)}
        evidence["sides"] = {side: _terms_by_field(sentences, side) for side in sorted(self._sides)}
        if masks := [{"field": each.place, "phrase": mask.phrase, "offset": start} for each in sentences for mask, start in each.masks]:
            evidence["masks"] = masks
        points = weigh(evidence, self.definition)
        if named == self._sides:
            evidence["points"] = points
        return self._verdict(total(points), evidence)

    def _verdict(self, points: float, evidence: dict[str, object]) -> Verdict:
        bands = self.definition.bands
        band = Band.ABOUT if points >= bands.about else Band.REVIEW if points >= bands.review else Band.MENTION if points else Band.NONE
        return Verdict(topic=self.definition.name, rule_version=self.definition.version, band=band, score=points, evidence=evidence)

    def _may_meet(self, hits: Iterable[_Found]) -> bool:
        """Whether every side is named without doubt, be it in a mask that may lift."""
        found = {hit.value for hit in hits}
        masked = (hit.value for mask in found if isinstance(mask, Mask) and (mask.lifts or not mask.hides) for hit in mask.inside)
        return {term.side for term in (*found, *masked) if isinstance(term, Term) and term.strong} == self._sides

    def _sentences(
        self, title: Text, text: Text, spans: Sequence[_Span], in_title: Iterable[_Found], in_text: Sequence[_Found]
    ) -> list[_Sentence]:
        """Return the sentences that name something, with what they name; a headline is one sentence."""
        headline = _Sentence(0, "headline", title, 0, len(title.plain))
        for hit in in_title:
            _put(headline, hit)
        sentences = [headline]
        dateline = _dateline(text) if in_text else 0
        starts = [start for start, _ in spans]
        for hit in in_text:
            number = bisect_right(starts, hit.start)
            if hit.start < dateline or not number or hit.start >= spans[number - 1][1]:
                continue
            if sentences[-1].number != number:
                place = "lead" if number <= self.definition.lead_sentences else "body"
                sentences.append(_Sentence(number, place, text, *spans[number - 1]))
            _put(sentences[-1], hit)
        return sentences

    def _mark_listed(self, sentence: _Sentence) -> None:
        """Mark the mentions that are only members of an enumeration with other countries; note which sides are not."""
        text = sentence.text
        others = self._others.scan(text, sentence.start, sentence.end) if has_connector(text.folded, sentence.start, sentence.end) else []
        if others:
            members: list[tuple[int, int, _Mention | str]] = [(mention.start, mention.end, mention) for mention in sentence.mentions]
            members = sorted([*members, *((hit.start, hit.end, hit.value) for hit in others)], key=lambda member: member[0])
            for group in enumerations(members, text.folded):
                mentions = [member for member in group if isinstance(member, _Mention)]
                if self._is_list(mentions, {member for member in group if isinstance(member, str)}, sentence.place):
                    for mention in mentions:
                        mention.listed = True
        for mention in sentence.mentions:
            if not mention.listed:
                sentence.sides.add(mention.term.side)
                if mention.term.strong:
                    sentence.strong_sides.add(mention.term.side)

    def _is_list(self, mentions: Iterable[_Mention], others: set[str], place: str) -> bool:
        """Whether an enumeration says nothing of its members: it has many, or another one beside all sides; a bloc is no list."""
        if others <= self.definition.bloc:
            return place != "headline" and len(others) >= self.definition.crowd
        return len(others) >= self.definition.crowd or {mention.term.side for mention in mentions} == self._sides

    def _meetings(self, sentences: Sequence[_Sentence]) -> dict[str, object]:
        """Return where the sides meet: in one sentence, or in two neighbouring ones."""
        return {
            "both": [self._meeting(sentence) for sentence in sentences if sentence.sides == self._sides],
            "nearby": [
                {"field": second.place, "offset": second.start} for first, second in pairwise(sentences) if self._are_nearby(first, second)
            ],
        }

    def _meeting(self, sentence: _Sentence) -> dict[str, object]:
        links = dict.fromkeys(hit.value for hit in self._links.scan(sentence.text, sentence.start, sentence.end))
        quoted = sentence.text.original[sentence.start : sentence.end].strip()[:QUOTED]
        where = {"field": sentence.place, "sentence": sentence.number, "offset": sentence.start}
        return where | {"text": quoted, "links": list(links)}

    def _are_nearby(self, first: _Sentence, second: _Sentence) -> bool:
        """Whether two sentences name the sides between them and one says what binds.

        In the body they are neighbours in one paragraph. In headline and lead, which outlets cut differently, there may be others between.
        """
        if self._sides in (first.sides, second.sides) or first.strong_sides | second.strong_sides != self._sides:
            return False
        is_next = second.number == first.number + 1 and "\n" not in first.text.original[first.start : first.end]
        return (is_next or second.place == "lead") and any(self._links.scan(each.text, each.start, each.end) for each in (first, second))

    def _shapes(self, title: Text, text: Text) -> dict[str, dict[str, list[str]]]:
        """Return shape → field → the cues there, for headline and lead."""
        shapes: dict[str, dict[str, list[str]]] = {}
        dateline = _dateline(text)
        lead = ((max(start, dateline), end) for start, end in islice(_told(text), self.definition.lead_sentences))
        for place, where, (start, end) in [("headline", title, (0, len(title.plain))), *(("lead", text, span) for span in lead)]:
            for hit in self._cues.scan(where, start, end):
                shape, cue = hit.value
                cues = shapes.setdefault(shape, {}).setdefault(place, [])
                if cue not in cues:
                    cues.append(cue)
        return shapes


def _dateline(text: Text) -> int:
    """Return where the story begins behind its dateline."""
    match = _DATELINE.match(text.plain)
    return match.end() if match else 0


def _told(text: Text) -> Iterator[_Span]:
    """Yield the sentences that tell the story."""
    return (span for span in text.sentences() if not _RELATED.match(text.folded, *span))


def _put(sentence: _Sentence, hit: _Found) -> None:
    if isinstance(hit.value, Term):
        sentence.mentions.append(_Mention(hit.value, hit.start, hit.end))
    elif hit.value.hides:
        sentence.masks.append((hit.value, hit.start))
    else:
        sentence.mentions += _inside(hit.value, hit.start)


def _lift_masks(sentence: _Sentence) -> None:
    """Let what stands in a mask count after all where the sentence names another side openly."""
    if not sentence.masks:
        return
    openly = {mention.term.side for mention in sentence.mentions}
    for mask, start in list(sentence.masks):
        if mask.lifts and openly - {hit.value.side for hit in mask.inside}:
            sentence.masks.remove((mask, start))
            sentence.mentions += _inside(mask, start)
    sentence.mentions.sort(key=lambda mention: mention.start)


def _inside(mask: Mask, start: int) -> list[_Mention]:
    return [_Mention(hit.value, start + hit.start, start + hit.end) for hit in mask.inside]


def _terms_by_field(sentences: Iterable[_Sentence], side: str) -> dict[str, list[dict[str, object]]]:
    """Return field → the side's terms there, each with how it is spelled first, how often it comes and where first."""
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    fields: dict[str, list[dict[str, object]]] = {}
    for sentence in sentences:
        for mention in sentence.mentions:
            if mention.term.side != side:
                continue
            place = "listed" if mention.listed else sentence.place
            if entry := entries.get((place, mention.term.phrase)):
                entry["count"] += 1
                continue
            matched = sentence.text.original[mention.start : mention.end]
            entry = {"term": mention.term.phrase, "matched": matched, "count": 1, "offset": mention.start}
            entries[place, mention.term.phrase] = entry
            fields.setdefault(place, []).append(entry)
    return fields
