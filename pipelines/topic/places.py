"""Says on which line of a TOML file a value stands: the standard library's reader does not."""

import re
from collections import Counter

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=\s*")
_TOKEN = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*|[\[\]]|[^\s,\[\]#\"']+")


def lines_by_place(toml: str) -> dict[str, int]:
    """Return the line of every table, key and member of a list, by its place: "weights.lead", "sides[2].strong[3]".

    Values on one line, lists over several; of what is written otherwise (inline tables, dotted keys) only the beginning is known.
    """
    found: dict[str, int] = {}
    numbers: Counter[str] = Counter()  # of the tables of an array
    table, items, member = "", "", 0  # the list that is being read, and how many members it had so far
    for line_no, line in enumerate(toml.splitlines(), 1):
        rest = line
        if not items and (header := _HEADER.match(line)):
            table = header[2]
            if header[1] == "[[":
                found.setdefault(table, line_no)
                numbers[table] += 1
                table = f"{table}[{numbers[table]}]"
            found[table] = line_no
            continue
        if not items and (key := _KEY.match(line)):
            place = f"{table}.{key[1]}" if table else key[1]
            found[place] = line_no
            rest = line[key.end() :]
            if not rest.startswith("["):
                continue
            items, member, rest = place, 0, rest[1:]
        for piece in _TOKEN.findall(rest) if items else ():
            if piece == "]":
                items = ""
                break
            if not piece.startswith("#"):
                member += 1
                found[f"{items}[{member}]"] = line_no
    return found


def line_of(place: str, lines: dict[str, int]) -> int:
    """Return the line of a place, or of what it would stand in where it is missing."""
    while place and place not in lines:
        place = re.sub(r"\.?[^.\[]+$|\[\d+\]$", "", place)
    return lines.get(place, 1)
