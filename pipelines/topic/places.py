"""Says where in a TOML file a value stands: the standard library's reader does not."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate


def values_by_place(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Yield every table, key and member of a list with its place: "weights.lead", "sides[2].strong[3]"."""
    inner: dict[str, object] = {}
    if isinstance(value, dict):
        inner = {f"{place}.{name}" if place else name: each for name, each in value.items()}
    elif isinstance(value, list):
        inner = {f"{place}[{number}]": each for number, each in enumerate(value, 1)}
    for inner_place, each in inner.items():
        yield inner_place, each
        yield from values_by_place(each, inner_place)


def lines_by_place(toml: str) -> dict[str, int]:
    """Return the line of every place: the last line of the shortest beginning of the file that has it.

    It reads as many beginnings as there are lines, so ask it only when something is wrong.
    """
    found: dict[str, int] = {}
    for line_no, beginning in enumerate(accumulate(toml.splitlines(keepends=True)), 1):
        for ending in ("", "\n]"):  # a list may go on behind the line
            with suppress(tomllib.TOMLDecodeError):
                found = {place: line_no for place, _ in values_by_place(tomllib.loads(beginning + ending))} | found
    return found


def line_of(place: str, lines: dict[str, int]) -> int:
    """Return the line of a place, or of what it would stand in where it is missing."""
    while place and place not in lines:
        place = re.sub(r"\.?[^.\[]+$|\[\d+\]$", "", place)
    return lines.get(place, 1)
