"""What is wrong with a file of declarations that cannot be loaded: a mistyped name, field or import, by line, with the likely meaning."""

import builtins
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from traceback import walk_tb
from types import FrameType

from crawler.declarations.words import DeclarationError, meant
from crawler.expectations import Expectations
from crawler.reading.rules import PageRules
from crawler.urls import ArticleUrls

_UNKNOWN = re.compile(r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'")
_IMPORTED_FROM = (
    *("datetime", "dataclasses", "crawler.discovery.feeds", "crawler.discovery.routes", "crawler.expectations", "crawler.families"),
    *("crawler.reading.rules", "crawler.urls"),
)
_OF_TIMEDELTA = re.compile(r"'(\w+)' is an invalid keyword argument for __new__\(\)")
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")
_MADE_OF = {each.__name__: each for each in (ArticleUrls, Expectations, PageRules)}  # where dataclasses.replace() made it
_MISSING = re.compile(r"(\w+)(?:\.__init__)?\(\) missing \d+ required (?:keyword-only|positional) arguments?: (.+)")


def explain(error: BaseException, file: str) -> str:
    """Say on one line what kept a file from being loaded; ``file``: its path, as the error's traceback ends it."""
    if isinstance(error, DeclarationError):
        return str(error).removeprefix(f"{file}: ")
    at, frame = _place(error, file)
    line = f"line {at}: " if at else ""
    said = next(_remedies(error, frame), "")
    return " ".join(f"{type(error).__name__}: {line}{_words(error)}{said}".split())


def _words(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.msg}{f': {error.text.strip()}' if error.text else ''}"
    return str(error)


def _place(error: BaseException, file: str) -> tuple[int | None, FrameType | None]:
    """The line of the file that is to blame, and the frame in which it was run."""
    if isinstance(error, SyntaxError):
        return error.lineno, None
    frames = [(line, frame) for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename.endswith(file)]
    return frames[-1] if frames else (None, None)


def _remedies(error: BaseException, frame: FrameType | None) -> Iterator[str]:
    """Yield what was probably meant, where the error tells what was not found."""
    if isinstance(error, NameError) and frame is not None and error.name:
        if home := next((name for name in _IMPORTED_FROM if hasattr(import_module(name), error.name)), None):
            yield f"; write: from {home} import {error.name}"
        yield _similar(error.name, {**frame.f_globals, **frame.f_locals, **vars(builtins)})
    elif isinstance(error, ModuleNotFoundError) and error.name:
        parent, _, name = error.name.rpartition(".")
        if parent and (spec := find_spec(parent)) and spec.submodule_search_locations:
            yield meant(name, [each.name for each in iter_modules(spec.submodule_search_locations)])
    elif isinstance(error, ImportError) and error.name and (found := re.search(r"cannot import name '(\w+)'", str(error))):
        yield _similar(found[1], vars(import_module(error.name)))
    elif isinstance(error, AttributeError) and error.name:
        yield _similar(error.name, dir(error.obj))
    elif isinstance(error, TypeError) and frame is not None:
        yield from _of_call(str(error), frame)


def _of_call(message: str, frame: FrameType) -> Iterator[str]:
    """Yield what a class or function takes that was called with what it does not, or without what it needs."""
    if found := _OF_TIMEDELTA.search(message):
        yield meant(found[1], _UNITS)
        return
    found = _UNKNOWN.search(message) or _MISSING.search(message)
    called = {**_MADE_OF, **frame.f_globals}.get(found[1]) if found else None
    if found is None or called is None:
        return
    code = getattr(called, "__code__", None)
    if is_dataclass(called):
        allowed = [each.name for each in fields(called)]
    else:
        allowed = [*code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]] if code else []
    if _UNKNOWN.search(message):
        yield meant(found[2], allowed)
    else:
        yield f" (it takes: {', '.join(sorted(allowed))})"


def _similar(name: str, there: object) -> str:
    return meant(name, [each for each in map(str, there) if not each.startswith("_")]).partition(" (allowed")[0]  # type: ignore[call-overload]
