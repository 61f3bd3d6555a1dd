"""Classifies a story by its headline and body: whether all sides of the topic act in it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any, Self

from crawler.article import Band, Verdict
from pipelines.topic.definition import Definition, Exclusion, Term, load
from pipelines.topic.enumerations import enumerations
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


@dataclass(slots=True)
class _Mention:
    """A term where it stands."""

    term: Term
    start: int
    end: int
    exclusion: Hit[Exclusion] | None  # in which it stands
    listed: bool = False  # only a member of an enumeration of many countries


@dataclass(slots=True)
class _Sentence:
    """One sentence that names something, and what it names."""

    number: int  # 0 is the headline; the body's count from 1
    place: str  # headline, lead or body
    text: Text  # the headline or the whole body
    start: int
    end: int
    found: list[_Mention] = field(default_factory=list)  # all, those in exclusion phrases too
    mentions: list[_Mention] = field(default_factory=list)  # those that count
    sides: set[str] = field(default_factory=set)  # those it names other than in an enumeration
    strong_sides: set[str] = field(default_factory=set)  # of those, the ones it names without doubt

    def lift_exclusions(self) -> None:
        """Let a name in an exclusion phrase count after all where the sentence names another side openly."""
        openly = {mention.term.side for mention in self.found if not mention.exclusion}
        for mention in self.found:
            if mention.exclusion and mention.exclusion.value.lifts and openly - {mention.term.side}:
                mention.exclusion = None


class Topic:
    """A topic, ready to classify stories. Made by ``Topic.load``; it keeps nothing from one story to the next."""

    def __init__(self, definition: Definition) -> None:
        self.name, self.definition = definition.name, definition
        self._sides = {term.side for term in definition.terms}
        self._terms = Lexicon({term.phrase: term for term in definition.terms})
        self._exclusions = Lexicon({exclusion.phrase: exclusion for exclusion in definition.exclusions})
        self._others = Lexicon(definition.others)
        self._links = Lexicon({phrase: phrase for phrase in definition.links})
        self._prefilter = Lexicon({phrase: phrase for phrase in definition.prefilter})
        patterns = chain(definition.genre_patterns.items(), definition.weak_genre_patterns.items())
        self._genres = Lexicon({phrase: (genre, phrase) for genre, phrases in patterns for phrase in phrases})
        self._genre_links = {genre: Lexicon({phrase: phrase for phrase in phrases}) for genre, phrases in definition.genre_links.items()}

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a topic file. Raises TopicError, which names file, line and key, if it cannot be used."""
        return cls(load(path))

    def compile(self) -> None:
        """Compile all its phrases, for the processes that are forked from this one. It takes 50 ms."""
        lexicons: list[Lexicon[Any]] = [self._terms, self._exclusions, self._others, self._links, self._prefilter, self._genres]
        for lexicon in (*lexicons, *self._genre_links.values()):
            lexicon.compile()

    def may_be_relevant(self, words: str) -> bool:
        """Whether a title, a summary or keywords name a side without doubt, or hold a phrase of the prefilter."""
        text = Text(words)
        if self._prefilter.scan(text):
            return True
        if not any(hit.value.strong for hit in self._terms.scan(text)):
            return False
        # Compiling all exclusion phrases takes 20 ms, the few whose words stand in a title take one: a run with nothing new needs no more.
        there = [each for each in self.definition.exclusions if all(word in text.folded for word in each.words)]
        mentions = self._mentions(text, Lexicon({exclusion.phrase: exclusion for exclusion in there}))
        return any(mention.term.strong and not mention.exclusion for mention in mentions)

    def classify(self, headline: str, body: str) -> Verdict:
        """Return the verdict on a cleaned story. Its evidence is JSON; ``score.weigh`` and ``score.total`` recompute the score from it."""
        title, text = Text(headline), Text(body)
        in_title, in_text = self._mentions(title, self._exclusions), self._mentions(text, self._exclusions)
        if self._may_meet([*in_title, *in_text]):
            sentences = self._sentences(title, text, list(_told(text)), in_title, in_text)
            for sentence in sentences:
                sentence.lift_exclusions()
        else:  # the lead and the rest are all that such a story is asked about
            lead = list(islice(_told(text), self.definition.lead_sentences)) if in_text else []
            end = lead[-1][1] if lead else 0
            sentences = self._sentences(title, text, [*lead, (end, len(body))], in_title, in_text)
        named = {each.term.side for sentence in sentences for each in sentence.found if each.term.strong and not each.exclusion}
        for sentence in sentences:
            sentence.mentions = [each for each in sentence.found if each.term.side in named and not each.exclusion]
        evidence: dict[str, object] = {"sides": {}}
        if named == self._sides:
            for sentence in sentences:
                self._mark_listed(sentence)
            genres = self._genre_patterns(title, text)
            evidence |= self._meetings(sentences, genres) | {"genre_patterns": genres}
        evidence["sides"] = {side: _terms_by_field(sentences, side) for side in sorted(self._sides)}
        if excluded := _excluded(sentences):
            evidence["exclusion_phrases"] = excluded
        points = weigh(evidence, self.definition)
        if named == self._sides:
            evidence["points"] = points
        score, bands = total(points), self.definition.bands
        band = Band.ABOUT if score >= bands.about else Band.REVIEW if score >= bands.review else Band.MENTION if score else Band.NONE
        return Verdict(topic=self.name, rule_version=self.definition.version, band=band, score=score, evidence=evidence)

    def _mentions(self, text: Text, exclusions: Lexicon[Exclusion]) -> list[_Mention]:
        """Return the terms in a text, each with the exclusion phrase that holds all of it."""
        terms = self._terms.scan(text)
        around = exclusions.scan(text) if terms else []
        starts = [hit.start for hit in around]
        mentions = []
        for term in terms:
            before = bisect_right(starts, term.start)
            exclusion = around[before - 1] if before and term.end <= around[before - 1].end else None
            mentions.append(_Mention(term.value, term.start, term.end, exclusion))
        return mentions

    def _may_meet(self, mentions: Iterable[_Mention]) -> bool:
        """Whether every side is named without doubt, be it in an exclusion phrase that may lift."""
        counting = (each.term for each in mentions if each.exclusion is None or each.exclusion.value.lifts)
        return {term.side for term in counting if term.strong} == self._sides

    def _sentences(
        self, title: Text, text: Text, spans: Sequence[_Span], in_title: Iterable[_Mention], in_text: Sequence[_Mention]
    ) -> list[_Sentence]:
        """Return the sentences that name something, with what they name; a headline is one sentence."""
        sentences = [_Sentence(0, "headline", title, 0, len(title.plain), [*in_title])]
        dateline = _dateline(text) if in_text else 0
        starts = [start for start, _ in spans]
        for mention in in_text:
            number = bisect_right(starts, mention.start)
            if mention.start < dateline or not number or mention.start >= spans[number - 1][1]:
                continue
            if sentences[-1].number != number:
                place = "lead" if number <= self.definition.lead_sentences else "body"
                sentences.append(_Sentence(number, place, text, *spans[number - 1]))
            sentences[-1].found.append(mention)
        return sentences

    def _mark_listed(self, sentence: _Sentence) -> None:
        """Mark the mentions that are only members of an enumeration with other countries; note which sides are not."""
        others = self._others.scan(sentence.text, sentence.start, sentence.end)
        members: list[tuple[int, int, _Mention | str]] = [(mention.start, mention.end, mention) for mention in sentence.mentions]
        members = sorted([*members, *((hit.start, hit.end, hit.value) for hit in others)], key=lambda member: member[0])
        for group in enumerations(members, sentence.text.folded):
            mentions = [member for member in group if isinstance(member, _Mention)]
            if self._is_list(mentions, {member for member in group if isinstance(member, str)}, sentence.place):
                for mention in mentions:
                    mention.listed = True
        openly = [mention.term for mention in sentence.mentions if not mention.listed]
        sentence.sides = {term.side for term in openly}
        sentence.strong_sides = {term.side for term in openly if term.strong}

    def _is_list(self, mentions: Iterable[_Mention], others: set[str], place: str) -> bool:
        """Whether an enumeration says nothing of its members: it has many, or another one beside all sides; a bloc is no list."""
        if others <= self.definition.bloc:
            return place != "headline" and len(others) >= self.definition.enumeration_threshold
        return len(others) >= self.definition.enumeration_threshold or {mention.term.side for mention in mentions} == self._sides

    def _meetings(self, sentences: Sequence[_Sentence], genres: Iterable[str]) -> dict[str, object]:
        """Return where the sides meet: in one sentence, or in two neighbouring ones. ``genres``: those the story may be of."""
        return {
            "both": [self._meeting(sentence, genres) for sentence in sentences if sentence.sides == self._sides],
            "nearby": [
                {"field": second.place, "offset": second.start} for first, second in pairwise(sentences) if self._are_nearby(first, second)
            ],
        }

    def _meeting(self, sentence: _Sentence, genres: Iterable[str]) -> dict[str, object]:
        links = _found(self._links, sentence)
        own = {genre: found for genre in genres if genre in self._genre_links and (found := _found(self._genre_links[genre], sentence))}
        quoted = sentence.text.original[sentence.start : sentence.end].strip()[:QUOTED]
        where = {"field": sentence.place, "sentence": sentence.number, "offset": sentence.start}
        return where | {"text": quoted, "links": links} | ({"genre_links": own} if own else {})

    def _are_nearby(self, first: _Sentence, second: _Sentence) -> bool:
        """Whether two sentences name the sides between them and one says what binds.

        In the body they are neighbours in one paragraph. In headline and lead, which outlets cut differently, there may be others between.
        """
        if self._sides in (first.sides, second.sides) or first.strong_sides | second.strong_sides != self._sides:
            return False
        is_next = second.number == first.number + 1 and "\n" not in first.text.original[first.start : first.end]
        return (is_next or second.place == "lead") and any(self._links.scan(each.text, each.start, each.end) for each in (first, second))

    def _genre_patterns(self, title: Text, text: Text) -> dict[str, dict[str, list[str]]]:
        """Return genre → field → the patterns there, for headline and lead."""
        genres: dict[str, dict[str, dict[str, None]]] = {}  # phrases are the keys: each once, in their order
        dateline = _dateline(text)
        lead = ((max(start, dateline), end) for start, end in islice(_told(text), self.definition.lead_sentences))
        for place, where, (start, end) in [("headline", title, (0, len(title.plain))), *(("lead", text, span) for span in lead)]:
            for hit in self._genres.scan(where, start, end):
                genre, phrase = hit.value
                genres.setdefault(genre, {}).setdefault(place, {})[phrase] = None
        return {genre: {place: [*phrases] for place, phrases in fields.items()} for genre, fields in genres.items()}


def _found(phrases: Lexicon[str], sentence: _Sentence) -> list[str]:
    return list(dict.fromkeys(hit.value for hit in phrases.scan(sentence.text, sentence.start, sentence.end)))


def _dateline(text: Text) -> int:
    """Return where the story begins behind its dateline."""
    match = _DATELINE.match(text.plain)
    return match.end() if match else 0


def _told(text: Text) -> Iterator[_Span]:
    """Yield the sentences that tell the story."""
    return (span for span in text.sentences() if not _RELATED.match(text.folded, *span))


def _excluded(sentences: Iterable[_Sentence]) -> list[dict[str, object]]:
    """Return the exclusion phrases, each once, with where they stand."""
    found: dict[tuple[str, int], dict[str, object]] = {}
    for sentence in sentences:
        for hit in filter(None, (mention.exclusion for mention in sentence.found)):
            found[sentence.place, hit.start] = {"field": sentence.place, "phrase": hit.value.phrase, "offset": hit.start}
    return list(found.values())


def _terms_by_field(sentences: Iterable[_Sentence], side: str) -> dict[str, list[dict[str, object]]]:
    """Return field → the side's terms there, each with how it is spelled first, how often it comes and where first."""
    fields: dict[str, dict[str, dict[str, Any]]] = {}
    for sentence in sentences:
        for mention in sentence.mentions:
            if mention.term.side == side:
                phrase, matched = mention.term.phrase, sentence.text.original[mention.start : mention.end]
                first = {"term": phrase, "matched": matched, "count": 0, "offset": mention.start}
                place = "listed" if mention.listed else sentence.place
                fields.setdefault(place, {}).setdefault(phrase, first)["count"] += 1
    return {place: [*entries.values()] for place, entries in fields.items()}
