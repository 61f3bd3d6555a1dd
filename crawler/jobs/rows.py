"""Visits as rows with a schema: a column is what a field of the dataclass is, in Spark's and Parquet's types.

Times are instants, in UTC; what has no fixed shape, a verdict's evidence, is text in JSON. What only the store sets is left out.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from crawler.article import Visit

Row = dict[str, Any]
_LEFT_OUT = {"status", "change"}


class _Form(NamedTuple):
    """What a type is in a row, how a value gets there, and back."""

    name: str
    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


def schema() -> str:
    """Return the columns with their types, in Spark's words."""
    return _form(Visit).name.removeprefix("struct<").removesuffix(">")


def pack(visit: Visit) -> Row:
    """Make a row of a Visit."""
    row: Row = _form(Visit).pack(visit)
    return row


def unpack(row: Mapping[str, Any]) -> Visit:
    """Make a Visit of a row. Raises KeyError, TypeError or ValueError for one that another version made."""
    visit: Visit = _form(Visit).unpack(row)
    return visit


def _in_utc(time: datetime) -> datetime:
    return time.astimezone(UTC)


_PLAIN: dict[Any, _Form] = {
    int: _Form("bigint", int, int),
    float: _Form("double", float, float),
    datetime: _Form("timestamp", _in_utc, _in_utc),
    dict[str, object]: _Form("string", json.dumps, json.loads),
}


@cache
def _form(hint: Any) -> _Form:
    kind, arguments = get_origin(hint) or hint, get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if NoneType in arguments:
        form = _form(next(each for each in arguments if each is not NoneType))
        return _Form(form.name, _unless_none(form.pack), _unless_none(form.unpack))
    if is_dataclass(hint):
        return _form_of_fields({name: _form(each) for name, each in get_type_hints(hint).items() if name not in _LEFT_OUT}, hint)
    if kind in {dict, list, frozenset}:
        return _form_of_many(kind, _form(arguments[-1]))
    return _Form("string", str, str if kind is Literal else kind)  # or an enumeration's value


def _form_of_many(kind: Any, form: _Form) -> _Form:
    if kind is dict:
        return _Form(f"map<string, {form.name}>", lambda value: _each(form.pack, value), lambda value: _each(form.unpack, value))
    order = list if kind is list else sorted  # a set has none of its own
    return _Form(f"array<{form.name}>", lambda value: [*map(form.pack, order(value))], lambda value: kind(map(form.unpack, value)))


def _form_of_fields(forms: Mapping[str, _Form], cls: Any) -> _Form:
    return _Form(
        f"struct<{', '.join(f'{name}: {form.name}' for name, form in forms.items())}>",
        lambda value: {name: form.pack(getattr(value, name)) for name, form in forms.items()},
        lambda row: cls(**{name: forms[name].unpack(value) for name, value in row.items()}),
    )


def _each(change: Callable[[Any], Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: change(value) for key, value in values.items()}


def _unless_none(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else change(value)
