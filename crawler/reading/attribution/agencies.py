"""News agencies whose copy or picture a text says it leans on."""

import re

_PLAIN = {
    name: re.compile(rf"\b{name}\b")
    for name in (
        *("AFP", "KCNA", "Reuters", "REUTERS", "Yonhap", "YONHAP", "TASS", "RIA Novosti", "Xinhua", "XINHUA", "Kyodo", "KYODO"),
        "Associated Press",
    )
}
# These words also mean other things ("antara": between, AP: initials), so they count only beside a word that makes them a source.
_TAKEN_FROM = r"(?:dikutip dari|mengutip|melansir|dilansir(?: dari)?|dimuat|lapor|dilaporkan|kata)\s+"
_SOURCE = rf"(?:{_TAKEN_FROM}|(?:via|VIA|melalui|[Kk]antor [Bb]erita|[Ss]umber\s*:)\s*|[/(]\s*)"
_BESIDE = {
    "Associated Press": ("AP", re.compile(rf"{_SOURCE}AP\b|\bAP (?:Photo\b|/)|\bAP/[A-Z][a-z]")),
    "ANTARA": ("ANTARA", re.compile(rf"{_SOURCE}ANTARA\b|\bANTARA(?: FOTO| News|/)")),
    "Antara": ("Antara", re.compile(rf"{_SOURCE}Antara\b(?! (?:lain|keduanya))")),
    "Sputnik": ("Sputnik", re.compile(rf"{_TAKEN_FROM}Sputnik\b")),
}
_REACH = 30  # characters around a word in which what they look for stands
_OF_SOURCE_LINE = {name.casefold(): name for name in (*reversed(_PLAIN), "ANTARA", "Sputnik")} | {"ap": "Associated Press"}


def find_agencies(text: str) -> list[str]:
    """Agencies whose copy or picture a text says it leans on, as printed ("AP" written out), in order of appearance."""
    found: dict[str, tuple[int, str]] = {}
    for name, pattern in _PLAIN.items():
        if name in text and (match := pattern.search(text)):
            _keep_first(found, match.start(), name)
    for name, (word, pattern) in _BESIDE.items():
        if (start := _beside(word, pattern, text)) is not None:
            _keep_first(found, start, name)
    return [name for _, name in sorted(found.values())]


def _beside(word: str, pattern: re.Pattern[str], text: str) -> int | None:
    """Where a pattern around a word first matches; looked for where the word stands, for it is slow to fail everywhere else."""
    at = text.find(word)
    while at >= 0:
        if match := pattern.search(text, max(0, at - _REACH), at + _REACH):
            return match.start()
        at = text.find(word, at + 1)
    return None


def _keep_first(found: dict[str, tuple[int, str]], start: int, name: str) -> None:
    key = name.casefold()
    if key not in found or start < found[key][0]:
        found[key] = (start, name)


def agencies_of_source(printed: str) -> list[str]:
    """The agencies in a line that names the source of a story: "Sumber : Associated Press", "sumber : Reuters/Antara"."""
    parts = (part.strip().casefold() for part in re.split(r"[/,;&]", printed))
    return list(dict.fromkeys(_OF_SOURCE_LINE[part] for part in parts if part in _OF_SOURCE_LINE))


VOCABULARY = (*_PLAIN, *(pattern.pattern for _, pattern in _BESIDE.values()), *_OF_SOURCE_LINE)
