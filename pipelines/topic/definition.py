"""Reads a topic from its TOML file and says clearly what is wrong with it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

from pipelines.database.errors import ConfigurationError
from pipelines.topic.lexicon import Hit, Lexicon, Text, expand, key
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
class Mask:
    """A phrase that holds a side's name without being about that side."""

    phrase: str
    lifts: bool  # whether it stands aside in a sentence that names another side openly
    inside: tuple[Hit["Term"], ...]  # the terms that stand in it
    hides: bool = True  # False for a longer name that only begins like a mask: "film Korea Utara" beside the mask "film Korea"


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
    """Scores that some stories cannot pass; the topic's file explains each."""

    apart: float
    nearby: float
    untitled: float
    passing: float
    shaped: float
    shaped_linked: float


@dataclass(frozen=True, slots=True)
class Definition:
    """One topic as declared."""

    name: str
    version: str
    lead_sentences: int
    crowd: int
    weights: Weights
    bands: Bands
    limits: Limits
    terms: tuple[Term, ...]
    masks: tuple[Mask, ...]
    others: Mapping[str, str]  # spelling → which other country
    bloc: frozenset[str]  # other countries that a headline may enumerate without being a list
    links: tuple[str, ...]
    shapes: Mapping[str, tuple[str, ...]]  # shape → its cues
    scents: tuple[str, ...]  # what makes a page worth a look, besides the names of the sides


N = TypeVar("N", Weights, Bands, Limits)


class _Reader:
    """Takes values out of a TOML table, and knows file, line and place for every complaint."""

    def __init__(self, content: object, file: Path, lines: dict[str, int], place: str = "") -> None:
        self.file, self.lines, self.place = file, lines, place
        if not isinstance(content, dict):
            raise self.error("", f"must be a table, but is {content!r}")
        self._content: dict[str, object] = dict(content)

    def error(self, name: str, problem: str) -> TopicError:
        """Return the complaint about one key."""
        place = ".".join(filter(None, (self.place, name)))
        return TopicError(f"{self.file}:{line_of(place, self.lines)}: {place}: {problem}")

    def take(self, name: str, kind: type[T], default: T | None = None) -> T:
        """Return the value of a key, which must be of that kind. A whole number will do for a float."""
        value = self._content.pop(name, default)
        if value is None:
            raise self.error(name, "is missing")
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise self.error(name, f"must be {kind.__name__}, but is {value!r}")
        return value

    def table(self, name: str) -> "_Reader":
        """Return a table."""
        return _Reader(self.take(name, dict), self.file, self.lines, name)

    def tables(self, name: str) -> Iterator["_Reader"]:
        """Yield the tables of an array."""
        for number, content in enumerate(self.take(name, list), 1):
            yield _Reader(content, self.file, self.lines, f"{name}[{number}]")

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

    def names(self) -> list[str]:
        """Return the keys not taken yet."""
        return list(self._content)

    def phrases(self, name: str, seen: dict[str, str]) -> tuple[str, ...]:
        """Return the phrases of a list of patterns. ``seen`` (key → phrase) collects them over several lists: none may come twice."""
        phrases: list[str] = []
        for number, pattern in enumerate(self.take(name, list), 1):
            place = f"{name}[{number}]"
            if not isinstance(pattern, str):
                raise self.error(place, f"must be a phrase, but is {pattern!r}")
            try:
                expanded = expand(pattern)
            except ValueError as error:
                raise self.error(place, f"{error}: {pattern!r}") from None
            for phrase in expanded:
                if (earlier := seen.setdefault(key(phrase), phrase)) is not phrase:
                    raise self.error(place, f"{phrase!r} is there already, as {earlier!r}")
            phrases += expanded
        if not phrases:
            raise self.error(name, "is empty")
        return tuple(phrases)

    def numbers(self, kind: type[N]) -> N:
        """Return a dataclass of non-negative numbers made of this whole table."""
        values = {field.name: self.take(field.name, float) for field in fields(kind)}
        for name, value in values.items():
            if not 0 <= value < 100:
                raise self.error(name, f"must lie between 0 and 100, but is {value}")
        self.finish()
        return kind(**values)

    def finish(self) -> None:
        """Complain about keys nobody asked for: a slip of the pen must not silently do nothing."""
        for name in self._content:
            raise self.error(name, "is not a key a topic has")


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
    seen: dict[str, str] = {}  # names of the sides and of other countries
    terms = _terms(top, seen)
    others, bloc = _others(top.table("others"), seen)
    links, shapes = top.table("links"), top.table("shapes")
    scents = top.table("scents") if "scents" in top.names() else None
    cues: dict[str, str] = {}
    definition = Definition(
        name=top.text("name"),
        version=top.text("version"),
        lead_sentences=top.count("lead_sentences"),
        crowd=top.count("crowd"),
        weights=top.table("weights").numbers(Weights),
        bands=top.table("bands").numbers(Bands),
        limits=top.table("limits").numbers(Limits),
        terms=terms,
        masks=_masks(top, terms),
        others=others,
        bloc=bloc,
        links=links.phrases("phrases", {}),
        shapes={name: shapes.phrases(name, cues) for name in shapes.names()},
        scents=scents.phrases("phrases", {}) if scents else (),
    )
    links.finish()
    if scents:
        scents.finish()
    top.finish()
    if not 0 < definition.bands.review < definition.bands.about:
        raise top.error("bands", "review must lie between 0 and about")
    return definition


def _terms(top: _Reader, seen: dict[str, str]) -> tuple[Term, ...]:
    terms: list[Term] = []
    for table in top.tables("sides"):
        name = table.text("name")
        if name in {term.side for term in terms}:
            raise table.error("name", f"{name!r} is a side already")
        terms += [Term(name, phrase, strong=True) for phrase in table.phrases("strong", seen)]
        terms += [Term(name, phrase, strong=False) for phrase in table.phrases("weak", seen)]
        table.finish()
    if len({term.side for term in terms}) < 2:
        raise top.error("sides", "a topic needs at least two")
    return tuple(terms)


def _others(table: _Reader, seen: dict[str, str]) -> tuple[dict[str, str], frozenset[str]]:
    """Return spelling → country, and the countries of the bloc. All spellings of one country stand in one pattern, its name first."""
    others: dict[str, str] = {}
    for number, pattern in enumerate(table.take("countries", list), 1):
        place = f"{table.place}.countries[{number}]"
        spellings = _Reader({"spelling": [pattern]}, table.file, table.lines, place).phrases("spelling", seen)
        others |= dict.fromkeys(spellings, spellings[0])
    bloc = table.take("bloc", list)
    for number, country in enumerate(bloc, 1):
        if country not in others.values():
            raise table.error(f"bloc[{number}]", f"{country!r} is none of the countries")
    table.finish()
    return others, frozenset(bloc)


def _masks(top: _Reader, terms: tuple[Term, ...]) -> tuple[Mask, ...]:
    lexicon = Lexicon({term.phrase: term for term in terms})
    seen = {key(term.phrase): term.phrase for term in terms}  # a mask that is a term would hide it everywhere
    masks: list[Mask] = []
    for table in top.tables("masks"):
        lifts = table.take("lifts", bool, default=False)
        for phrase in table.phrases("phrases", seen):
            inside = tuple(lexicon.scan(Text(phrase)))
            if not inside:
                raise table.error("phrases", f"{phrase!r} names no side, so it would mask nothing")
            masks.append(Mask(phrase, lifts, inside))
        table.finish()
    longer = {phrase: Mask(phrase, False, tuple(lexicon.scan(Text(phrase))), hides=False) for phrase in _longer(masks, terms, seen)}
    return (*masks, *longer.values())


def _longer(masks: list[Mask], terms: tuple[Term, ...], seen: dict[str, str]) -> Iterator[str]:
    """Yield what begins with a mask that ends in a name, goes on to a longer name, and is no mask itself."""
    for mask in masks:
        name = mask.inside[-1].value.phrase
        for term in terms:
            phrase = mask.phrase.removesuffix(name) + term.phrase
            if mask.phrase.endswith(name) and term.phrase.startswith(f"{name} ") and key(phrase) not in seen:
                yield phrase
