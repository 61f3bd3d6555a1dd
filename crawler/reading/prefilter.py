"""Texts that stand in all that a regular expression matches: where none of them does, the expression need not be tried.

They are read from the expression's source. What is not understood may be anything: then it is tried too often, never too rarely.
"""

import re
from collections.abc import Iterator, Set
from functools import cache

NO_LETTER = "#"  # an opening: anything but a letter
_ENOUGH = 4  # letters that are rare enough
_UNKNOWN = {"", NO_LETTER}
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:P<\w+>|[a-z-]*:|<?[=!])|.", re.DOTALL)
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d*,?\d*\})[+?]?")
_ZERO_WIDTH = ("\\b", "^", "(?=", "(?!", "(?<=", "(?<!")
_GROUPS = ("(?:", "(?-i:")
_OPTIONAL = ("?", "*", "{0", "{,")
_NO_LETTERS = ("\\W", "\\s", "\\d", "[^\\w")


@cache  # landmarks asks for those of a group once for every part that stands before it
def openings(source: str) -> frozenset[str]:
    """Texts, in the case of the source, with one of which every match begins; ``NO_LETTER`` may be one, "" stands for anything."""
    return frozenset(text for parts in _alternatives(source) for text in _openings_of_parts(parts))


def landmarks(source: str) -> tuple[str, ...]:
    """Texts, in the case of the source, of which one at least occurs in every match; "" where none is certain."""
    found: set[str] = set()
    for parts in _alternatives(source):  # whatever matches what is behind a part begins with an opening of that
        found |= max((set(_openings_of_parts(parts[start:])) for start in range(len(parts))), key=_rarity, default={""})
    if found & _UNKNOWN:
        return ("",)
    return tuple(text for text in found if not any(other in text for other in found - {text}))


def _rarity(texts: Set[str]) -> tuple[bool, int, float]:
    """Texts that are certain before others, then words before shorter ones, then a few before many."""
    shortest = min(map(len, texts))
    return not texts & _UNKNOWN, min(shortest, _ENOUGH), shortest / len(texts)


def _openings_of_parts(parts: list[tuple[str, str]]) -> Iterator[str]:
    text = ""
    for part, quantifier in parts:
        if part.startswith(_ZERO_WIDTH):
            continue
        texts = _openings_of(part)
        if quantifier.startswith(_OPTIONAL):
            if text:
                break
            yield from texts
        elif quantifier or texts != {part[-1]}:
            yield from {text} if len(text) >= _ENOUGH else {text if text and each == NO_LETTER else text + each for each in texts}
            return
        else:
            text += part[-1]
    yield text


def _openings_of(part: str) -> frozenset[str]:
    """The openings of one letter, sign, class or group."""
    if part.startswith(_GROUPS):
        return openings(part[part.index(":") + 1 : -1])
    if part.startswith(_NO_LETTERS):
        return frozenset({NO_LETTER})
    is_literal = part not in {".", "$"} if len(part) == 1 else len(part) == 2 and part[0] == "\\" and not part[1].isalnum()
    return frozenset({part[-1] if is_literal else ""})


def _alternatives(source: str) -> Iterator[list[tuple[str, str]]]:
    """The alternatives of an expression: their parts in order, each with its quantifier. A group is one part."""
    parts: list[tuple[str, str]] = []
    at = 0
    while at < len(source):
        start, depth = at, 0
        while at == start or depth:
            token = _TOKEN.match(source, at)
            assert token, source
            at = token.end()
            depth += token[0].startswith("(") - (token[0] == ")")
        if source[start:at] == "|":
            yield parts
            parts = []
            continue
        quantifier = _QUANTIFIER.match(source, at)
        parts.append((source[start:at], quantifier[0] if quantifier else ""))
        at += len(parts[-1][1])
    yield parts
