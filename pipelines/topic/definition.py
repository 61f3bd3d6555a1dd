"""Reads a topic from its TOML file and says clearly what is wrong with it."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain, combinations
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from pipelines.database.errors import ConfigurationError
from pipelines.topic.lexicon import expand, fold, key
from pipelines.topic.places import line_of, lines_by_place, values_by_place

T = TypeVar("T")


class TopicError(ConfigurationError):
    """A topic file that cannot be used: which file, which line, which key, what is wrong."""


@dataclass(frozen=True, slots=True, eq=False)  # each is one of a kind, and hashed for every mention
class Term:
    """A phrase that names a side."""

    side: str
    phrase: str
    strong: bool


@dataclass(frozen=True, slots=True, eq=False)
class Exclusion:
    """A phrase that holds a side's name without being about that side."""

    phrase: str
    words: tuple[str, ...]  # folded; numbers are not among them
    lifts: bool  # whether the name counts after all in a sentence that names another side openly


@dataclass(frozen=True, slots=True)
class Weights:
    """What evidence is worth; the topic's file explains each."""

    headline: float
    lead: float
    body: float
    body_most: float
    side: float
    both_headline: float
    both_lead: float
    both_body: float
    link: float
    both_most: float
    nearby: float
    nearby_most: float


@dataclass(frozen=True, slots=True)
class Bands:
    """Scores from which on a story is about the topic, or worth a look."""

    about: float
    review: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Scores that some stories cannot pass, by what is tested; the topic's file explains each."""

    sides_never_meet: float
    sides_in_neighbouring_sentences_only: float
    no_side_in_headline: float
    side_named_once: float
    genre: float
    genre_with_links: float


@dataclass(frozen=True, slots=True)
class Definition:
    """One topic as declared."""

    name: str
    version: str
    lead_sentences: int
    enumeration_threshold: int  # so many other countries make an enumeration a mere list
    weights: Weights
    bands: Bands
    limits: Limits
    terms: tuple[Term, ...]
    exclusions: tuple[Exclusion, ...]
    others: Mapping[str, str]  # spelling → which other country
    bloc: frozenset[str]  # other countries that a headline may enumerate without being a list
    links: Sequence[str]
    genre_patterns: Mapping[str, Sequence[str]]  # genre → its phrases
    spellings: Sequence[Sequence[str]]  # names that are searched alike
    prefilter: Sequence[str]  # what makes a page worth a look, besides the names of the sides


N = TypeVar("N", Weights, Bands, Limits)
_Seen: TypeAlias = dict[str, str]  # key → phrase, of the phrases read so far
_KINDS: dict[type, str] = {dict: "a table", list: "a list"}  # as TOML calls them


class _PlaceError(Exception):
    """A place in the file, and what is wrong there."""


class _Values:
    """The values of a topic file by their places, such as "sides[2].strong". Each is taken out once; what is left is no key of a topic."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.rest = dict(values_by_place(content))

    def take(self, place: str, kind: type[T], default: T | None = None) -> T:
        """Return a value, which must be of that kind: text not empty, a whole number from 1 on, any other from 0 to below 100."""
        value: Any = self.rest.pop(place, default)
        if value is None:
            raise _PlaceError(place, "is missing")
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise _PlaceError(place, f"must be {_KINDS.get(kind, kind.__name__)}, but is {value!r}")
        if isinstance(value, str) and not value.strip():
            raise _PlaceError(place, "is empty")
        if kind is not bool and isinstance(value, int) and value < 1:
            raise _PlaceError(place, f"must be a number from 1 on, but is {value}")
        if isinstance(value, float) and not 0 <= value < 100:
            raise _PlaceError(place, f"must lie between 0 and 100, but is {value}")
        return value

    def members(self, place: str) -> list[str]:
        """Return the places of a list's members."""
        return [f"{place}[{number}]" for number, _ in enumerate(self.take(place, list), 1)]

    def patterns(self, place: str, seen: _Seen | None = None) -> Iterator[list[str]]:
        """Yield what each pattern of a list stands for. ``seen`` collects the phrases of several lists, of which none may come twice."""
        if not (members := self.members(place)):
            raise _PlaceError(place, "is empty")
        for member in members:
            if not isinstance(pattern := self.rest.pop(member), str):
                raise _PlaceError(member, f"must be a phrase, but is {pattern!r}")
            try:
                phrases = expand(pattern)
            except ValueError as error:
                raise _PlaceError(member, f"{error}: {pattern!r}") from None
            for phrase in phrases:
                if seen is not None and (earlier := seen.setdefault(key(phrase), phrase)) is not phrase:
                    raise _PlaceError(member, f"{phrase!r} is there already, as {earlier!r}")
            yield phrases

    def phrases(self, place: str, seen: _Seen) -> list[str]:
        """Return the phrases of a list of patterns."""
        return [*chain.from_iterable(self.patterns(place, seen))]

    def numbers(self, kind: type[N]) -> N:
        """Return a dataclass of numbers, made of the table of its name."""
        table = kind.__name__.lower()
        return kind(**{field.name: self.take(f"{table}.{field.name}", float) for field in fields(kind)})


def load(path: Path) -> Definition:
    """Read and check a topic file. Raises TopicError, which names file, line and key."""
    try:
        toml = path.read_text(encoding="utf-8")
        return _define(tomllib.loads(toml))
    except OSError as error:
        raise TopicError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TopicError(f"{path}: is not TOML: {error}") from error
    except _PlaceError as error:
        place, problem = error.args
        raise TopicError(f"{path}:{line_of(place, lines_by_place(toml))}: {place}: {problem}") from None


def _define(content: dict[str, Any]) -> Definition:
    values = _Values(content)
    for table in ("weights", "bands", "limits", "others", "links", "genre_patterns"):
        values.take(table, dict)
    values.take("prefilter", dict, default={})  # need not be there
    seen, genre_seen = _Seen(), _Seen()  # ``seen``: names of the sides and of other countries
    spellings = _spellings(values)
    terms = _terms(values, seen)
    others, bloc = _others(values, seen)
    definition = Definition(
        name=values.take("name", str).strip(),
        version=values.take("version", str).strip(),
        lead_sentences=values.take("lead_sentences", int),
        enumeration_threshold=values.take("enumeration_threshold", int),
        weights=values.numbers(Weights),
        bands=values.numbers(Bands),
        limits=values.numbers(Limits),
        terms=terms,
        exclusions=_exclusions(values, terms),
        others=others,
        bloc=bloc,
        links=values.phrases("links.phrases", {}),
        genre_patterns={genre: values.phrases(f"genre_patterns.{genre}", genre_seen) for genre in content["genre_patterns"]},
        spellings=spellings,
        prefilter=values.phrases("prefilter.phrases", {}) if "prefilter" in content else (),
    )
    for place in values.rest:
        raise _PlaceError(place, "is not a key a topic has")  # a slip of the pen must not silently do nothing
    if not 0 < definition.bands.review < definition.bands.about:
        raise _PlaceError("bands", "review must lie between 0 and about")
    return definition


def _spellings(values: _Values) -> list[list[str]]:
    """Return the groups of names that are searched alike: a side need not have any."""
    places = [place for place in values.rest if re.fullmatch(r"sides\[\d+\]\.spellings", place)]
    return [group for place in places for group in values.patterns(place)]


def _terms(values: _Values, seen: _Seen) -> tuple[Term, ...]:
    terms: list[Term] = []
    for side in values.members("sides"):
        values.take(side, dict)
        name = values.take(f"{side}.name", str).strip()
        if name in {term.side for term in terms}:
            raise _PlaceError(f"{side}.name", f"{name!r} is a side already")
        terms += [Term(name, phrase, kind == "strong") for kind in ("strong", "weak") for phrase in values.phrases(f"{side}.{kind}", seen)]
    if len({term.side for term in terms}) < 2:
        raise _PlaceError("sides", "a topic needs at least two")
    return tuple(terms)


def _others(values: _Values, seen: _Seen) -> tuple[dict[str, str], frozenset[str]]:
    """Return spelling → country, and the countries of the bloc. All spellings of one country stand in one pattern, its name first."""
    others = {spelling: spellings[0] for spellings in values.patterns("others.countries", seen) for spelling in spellings}
    bloc = {member: values.take(member, str) for member in values.members("others.bloc")}
    for member, country in bloc.items():
        if country not in others.values():
            raise _PlaceError(member, f"{country!r} is none of the countries")
    return others, frozenset(bloc.values())


def _exclusions(values: _Values, terms: Sequence[Term]) -> tuple[Exclusion, ...]:
    seen = {key(term.phrase): term.phrase for term in terms}  # one that is a term would exclude it everywhere
    names = frozenset(seen)
    exclusions: list[Exclusion] = []
    for table in values.members("exclusion_phrases"):
        values.take(table, dict)
        lifts = values.take(f"{table}.lifts", bool, default=False)
        for phrase in values.phrases(f"{table}.phrases", seen):
            words = fold(phrase).replace("-", " ").split()
            keys = [*map(key, words)]
            if not any("".join(keys[start:end]) in names for start, end in combinations(range(len(keys) + 1), 2)):
                raise _PlaceError(f"{table}.phrases", f"{phrase!r} names no side, so it would exclude nothing")
            exclusions.append(Exclusion(phrase, tuple(word for word in words if word != "#"), lifts))
    return tuple(exclusions)
