"""Names and types in words, for people who have mistyped one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "True or False", type(None): "None"}
_MADE = {timedelta: "a timedelta, such as timedelta(hours=1)", date: "a date, such as date(2024, 12, 31)"}


class DeclarationError(TypeError):
    """What is wrong with a declaration, on one line: file, attribute and remedy."""


def meant(name: str, allowed: Collection[str]) -> str:
    """What was probably meant, and what is allowed."""
    lower = {each.lower(): each for each in allowed}
    similar = [lower[found] for found in get_close_matches(name.lower(), lower, 1, cutoff=0.5)]
    return "".join(f"; did you mean {each}?" for each in similar) + f" (allowed: {', '.join(sorted(allowed))})"


def fits(value: object, hint: Any) -> bool:
    """Whether a value is of an annotated type; a text is no sequence of texts, and True no number."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return any(fits(value, each) for each in arguments)
    if origin is Sequence:
        return isinstance(value, (tuple, list)) and all(fits(each, arguments[0]) for each in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(fits(key, arguments[0]) and fits(each, arguments[1]) for key, each in value.items())
    if origin is tuple:
        return isinstance(value, tuple) and len(value) == len(arguments) and all(map(fits, value, arguments))
    number = (int, float) if hint is float else hint
    return hint is Any or (isinstance(value, number) and not (isinstance(value, bool) and hint in {int, float}))


def in_words(hint: Any) -> str:
    """An annotated type, as people say it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return " or ".join(map(in_words, arguments))
    if origin is Sequence:
        return "several texts in brackets" if arguments[0] is str else f"several of {in_words(arguments[0])}, in brackets"
    if origin is Mapping:
        return "a dictionary" if arguments[1] is Any else f"a dictionary of {in_words(arguments[1])}"
    if origin is tuple:
        return f"a pair ({', '.join(map(in_words, arguments))})"
    return str(_WORDS.get(hint) or _MADE.get(hint) or getattr(hint, "__name__", hint))


def wrong_type(value: object, hint: Any) -> str:
    """What is said of a value of another type."""
    remedy = ""
    if isinstance(value, str) and get_origin(hint) is Sequence and get_args(hint)[0] is str:
        remedy = f": write ({value!r},)"  # the comma makes it several
    elif isinstance(value, str) and hint in {int, float}:
        remedy = ": without quotation marks"
    elif type(value) in {int, float} and hint is timedelta:
        remedy = f": write timedelta(minutes={value})"
    shown = value if isinstance(value, (str, int, float, bool, tuple, list, dict, type(None))) else type(value).__name__
    return f"is {shown!r}, and has to be {in_words(hint)}{remedy}"


def one_line(problems: Iterable[str]) -> str:
    """Several problems on one line."""
    return "; ".join(" ".join(each.split()) for each in problems)
