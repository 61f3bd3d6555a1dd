"""Reads a topic from its TOML file and says clearly what is wrong with it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain, combinations
from pathlib import Path
from typing import TypeAlias, TypeVar

from pipelines.database.errors import ConfigurationError
from pipelines.topic.lexicon import expand, fold, key
from pipelines.topic.places import line_of, lines_by_place

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
    prefilter: Sequence[str]  # what makes a page worth a look, besides the names of the sides


N = TypeVar("N", Weights, Bands, Limits)
_Seen: TypeAlias = dict[str, str]  # key → phrase, of the phrases read so far


class _Reader:
    """Takes values out of a TOML table and its tables, and knows file, line and place for every complaint."""

    def __init__(self, content: object, file: Path, lines: dict[str, int], place: str = "") -> None:
        self.file, self.lines, self.place = file, lines, place
        if not isinstance(content, dict):
            raise self.error("", f"must be a table, but is {content!r}")
        self.rest: dict[str, object] = dict(content)  # what has not been taken yet
        self._tables: list[_Reader] = []

    def error(self, name: str, problem: str) -> TopicError:
        """Return the complaint about one key."""
        place = ".".join(filter(None, (self.place, name)))
        return TopicError(f"{self.file}:{line_of(place, self.lines)}: {place}: {problem}")

    def take(self, name: str, kind: type[T], default: T | None = None) -> T:
        """Return the value of a key, which must be of that kind. A whole number will do for a float."""
        value = self.rest.pop(name, default)
        if value is None:
            raise self.error(name, "is missing")
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise self.error(name, f"must be {kind.__name__}, but is {value!r}")
        return value

    def table(self, name: str) -> "_Reader":
        """Return a table."""
        return self._reader(self.take(name, dict), name)

    def tables(self, name: str) -> "list[_Reader]":
        """Return the tables of an array."""
        return [self._reader(content, f"{name}[{number}]") for number, content in enumerate(self.take(name, list), 1)]

    def _reader(self, content: object, place: str) -> "_Reader":
        self._tables.append(_Reader(content, self.file, self.lines, place))
        return self._tables[-1]

    def text(self, name: str) -> str:
        """Return the value of a key, which must be text and not empty."""
        if not (value := self.take(name, str).strip()):
            raise self.error(name, "is empty")
        return value

    def count(self, name: str) -> int:
        """Return the value of a key, which must be a whole number from 1 on."""
        if (value := self.take(name, int)) < 1:
            raise self.error(name, f"must be a number from 1 on, but is {value}")
        return value

    def patterns(self, name: str, seen: _Seen) -> Iterator[list[str]]:
        """Yield what each pattern of a list stands for. ``seen`` collects the phrases of several lists: none may come twice."""
        patterns = self.take(name, list)
        if not patterns:
            raise self.error(name, "is empty")
        for number, pattern in enumerate(patterns, 1):
            place = f"{name}[{number}]"
            if not isinstance(pattern, str):
                raise self.error(place, f"must be a phrase, but is {pattern!r}")
            try:
                phrases = expand(pattern)
            except ValueError as error:
                raise self.error(place, f"{error}: {pattern!r}") from None
            for phrase in phrases:
                if (earlier := seen.setdefault(key(phrase), phrase)) is not phrase:
                    raise self.error(place, f"{phrase!r} is there already, as {earlier!r}")
            yield phrases

    def phrases(self, name: str, seen: _Seen | None = None) -> list[str]:
        """Return the phrases of a list of patterns."""
        return [*chain.from_iterable(self.patterns(name, {} if seen is None else seen))]

    def numbers(self, kind: type[N]) -> N:
        """Return a dataclass of non-negative numbers made of this table."""
        values = {field.name: self.take(field.name, float) for field in fields(kind)}
        for name, value in values.items():
            if not 0 <= value < 100:
                raise self.error(name, f"must lie between 0 and 100, but is {value}")
        return kind(**values)

    def finish(self) -> None:
        """Complain about keys nobody asked for, here or in the tables: a slip of the pen must not silently do nothing."""
        for name in self.rest:
            raise self.error(name, "is not a key a topic has")
        for table in self._tables:
            table.finish()


def load(path: Path) -> Definition:
    """Read and check a topic file. Raises TopicError, which names file, line and key."""
    try:
        toml = path.read_text(encoding="utf-8")
        content = tomllib.loads(toml)
    except OSError as error:
        raise TopicError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TopicError(f"{path}: is not TOML: {error}") from error
    top = _Reader(content, path, lines_by_place(toml))
    seen: _Seen = {}  # names of the sides and of other countries
    terms = _terms(top, seen)
    exclusions = _exclusions(top, terms)
    others, bloc = _others(top.table("others"), seen)
    genres, patterns = top.table("genre_patterns"), _Seen()
    definition = Definition(
        name=top.text("name"),
        version=top.text("version"),
        lead_sentences=top.count("lead_sentences"),
        enumeration_threshold=top.count("enumeration_threshold"),
        weights=top.table("weights").numbers(Weights),
        bands=top.table("bands").numbers(Bands),
        limits=top.table("limits").numbers(Limits),
        terms=terms,
        exclusions=exclusions,
        others=others,
        bloc=bloc,
        links=top.table("links").phrases("phrases"),
        genre_patterns={name: genres.phrases(name, patterns) for name in [*genres.rest]},
        prefilter=top.table("prefilter").phrases("phrases") if "prefilter" in top.rest else (),
    )
    top.finish()
    if not 0 < definition.bands.review < definition.bands.about:
        raise top.error("bands", "review must lie between 0 and about")
    return definition


def _terms(top: _Reader, seen: _Seen) -> tuple[Term, ...]:
    terms: list[Term] = []
    for table in top.tables("sides"):
        name = table.text("name")
        if name in {term.side for term in terms}:
            raise table.error("name", f"{name!r} is a side already")
        terms += [Term(name, phrase, strong=kind == "strong") for kind in ("strong", "weak") for phrase in table.phrases(kind, seen)]
    if len({term.side for term in terms}) < 2:
        raise top.error("sides", "a topic needs at least two")
    return tuple(terms)


def _others(table: _Reader, seen: _Seen) -> tuple[dict[str, str], frozenset[str]]:
    """Return spelling → country, and the countries of the bloc. All spellings of one country stand in one pattern, its name first."""
    others = {spelling: spellings[0] for spellings in table.patterns("countries", seen) for spelling in spellings}
    bloc = table.take("bloc", list)
    for number, country in enumerate(bloc, 1):
        if country not in others.values():
            raise table.error(f"bloc[{number}]", f"{country!r} is none of the countries")
    return others, frozenset(bloc)


def _exclusions(top: _Reader, terms: Sequence[Term]) -> tuple[Exclusion, ...]:
    seen = {key(term.phrase): term.phrase for term in terms}  # one that is a term would exclude it everywhere
    names = frozenset(seen)
    exclusions: list[Exclusion] = []
    for table in top.tables("exclusion_phrases"):
        lifts = table.take("lifts", bool, default=False)
        for phrase in table.phrases("phrases", seen):
            words = fold(phrase).replace("-", " ").split()
            keys = [*map(key, words)]
            if not any("".join(keys[start:end]) in names for start, end in combinations(range(len(keys) + 1), 2)):
                raise table.error("phrases", f"{phrase!r} names no side, so it would exclude nothing")
            exclusions.append(Exclusion(phrase, tuple(word for word in words if word != "#"), lifts))
    return tuple(exclusions)
