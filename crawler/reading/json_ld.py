"""JSON as scripts hold it, which is often not quite JSON, and the objects of JSON-LD in it."""

import html
import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)+|(?://\s*)?(?:-->|\]\]>)\s*$")  # scripts hidden from browsers of 1998
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_UNKNOWN_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
_CLOSES = re.compile(r"\s*(?:$|[}\]:]|,\s*(?:[\"{\[\d-]|true|false|null))")
_DECODER = json.JSONDecoder(strict=False)  # raw line feeds and tabs inside strings are the commonest fault
_DEEPEST = 60  # levels of JSON-LD; real ones have five


def load_json(text: str) -> list[Any]:
    """Return the JSON values in a script, one after the other; none where it cannot be mended."""
    for mend in (None, *_MENDS):
        text = mend(text) if mend else text
        try:
            return _values(text)
        except (ValueError, RecursionError):
            continue
    return []


def _values(text: str) -> list[Any]:
    """All values in a text. Raises ValueError where it begins with none: a comment or a semicolon may follow them."""
    text = text.strip("\ufeff \t\r\n")
    value, end = _DECODER.raw_decode(text)
    found = [value]
    while (rest := text[end:].lstrip(" \t\r\n,;")).startswith(("{", "[")):
        text = rest
        value, end = _DECODER.raw_decode(text)
        found.append(value)
    return found


def _without_wrapping(text: str) -> str:
    return _WRAPPING.sub("", _WRAPPING.sub("", text))


def _without_entities(text: str) -> str:
    return html.unescape(text) if "&quot;" in text else text


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub("", text)


def _with_escapes(text: str) -> str:
    """Escape what should be: backslashes before any letter, and quotes within a string: ``"cuaca "bersahabat" hari ini"``."""
    text = _UNKNOWN_ESCAPE.sub(r"\\\\", text.replace(r"\'", "'"))
    parts = re.split(r'((?<!\\)")', text)  # quotes stand at the odd places
    is_open = False
    for i in range(1, len(parts), 2):
        if is_open and not _CLOSES.match("".join(parts[i + 1 : i + 3])):
            parts[i] = '\\"'
        else:
            is_open = not is_open
    return "".join(parts)


_MENDS: tuple[Callable[[str], str], ...] = (_without_wrapping, _without_entities, _without_trailing_commas, _with_escapes)


def long_texts(value: Any) -> Iterator[str]:
    """Yield the texts in a JSON value that may be a story: those that stand alone, and those of the items of a list, joined."""
    queue = [(value, 0)]
    while queue:
        found, depth = queue.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(found, str):
            yield found
        elif isinstance(found, list):
            by_key: dict[str, list[str]] = {}
            for item in found:
                for key, text in item.items() if isinstance(item, dict) else [("", item)]:
                    if isinstance(text, str):
                        by_key.setdefault(key, []).append(text)
            yield from ("\n".join(texts) for texts in by_key.values())
            queue += ((item, depth + 1) for item in found)
        elif isinstance(found, dict):
            queue += ((item, depth + 1) for item in found.values())


def flatten(values: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield every JSON-LD object in some values, outermost first: lists, ``@graph`` and objects inside objects are laid out flat."""
    queue = deque((value, 0) for value in values)
    while queue:
        value, depth = queue.popleft()
        if depth > _DEEPEST:
            continue
        if isinstance(value, list):
            queue.extendleft((item, depth + 1) for item in reversed(value))
        elif isinstance(value, dict):
            if "@type" in value:
                yield value
            if "@graph" in value:
                queue.appendleft((value["@graph"], depth + 1))
                continue
            queue.extend((item, depth + 1) for item in value.values() if isinstance(item, (list, dict)))
