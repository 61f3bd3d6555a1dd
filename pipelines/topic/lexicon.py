"""Finds many phrases in one pass over a text, as Indonesian outlets print them."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise, product
from typing import Generic, NamedTuple, TypeAlias, TypeVar

V = TypeVar("V")
_Trie: TypeAlias = "dict[str, _Trie]"

# One character for one, so that offsets stay true: kinds of spaces, dashes and quotes are the same thing here.
_FOLD = str.maketrans(
    dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\t", " ")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("‘’‚`´", "'")
    | {"İ": "I"}  # the one letter whose lower case is longer
)
_GROUP = re.compile(r"\(([^()]*)\)")
_DIGITS = re.compile(r"\d+")
_CLITIC = re.compile(r"(?:nya|lah|kah|pun)(?![^\W_])")
# What follows a name when a stripped link has glued the next word to it ("Korea Utaramengalami"): a prefixed verb or a function word.
_GLUED_NEXT = re.compile(
    r"(?:me|di|ber|ter|ke|se|pe)[a-z]{3,}|(?:yang|dan|di|ke|untuk|pada|dari|dalam|dengan|akan|telah|sudah|juga|tidak|itu|ini|oleh|saat|bahwa|serta"
    r"|atau|karena|sebagai|bisa|kata|usai|hingga|lalu|agar|bagi|tak|masih)(?![^\W_])"
)
_TOKENS = {" ": "[ -]?", "#": r"\d+"}
_SENTENCE_END = re.compile(r"\n+|[.!?]+[\"')\]]*(?:\s+|$)|(?<=[a-z]{2})[.!?](?=[A-Z\"])")


def expand(pattern: str) -> list[str]:
    """Return the phrases that "(drama|film) Korea (Selatan|)" stands for.

    Raises ValueError for unbalanced parentheses and for a phrase without letters.
    """
    parts = _GROUP.split(pattern)
    if any(mark in part for part in parts[::2] for mark in "()|"):
        raise ValueError("unbalanced parentheses, or | outside of them")
    choices = [part.split("|") if position % 2 else [part] for position, part in enumerate(parts)]
    phrases = list(dict.fromkeys(" ".join("".join(choice).split()) for choice in product(*choices)))
    if not all(any(map(str.isalpha, phrase)) for phrase in phrases):
        raise ValueError("a phrase without letters")
    return phrases


def key(phrase: str) -> str:
    """Return what all spellings of a phrase share: "Kim Jong-un" and "Kim Jong Un" are one, and so are all numbers."""
    return _DIGITS.sub("#", re.sub("[ -]", "", phrase.translate(_FOLD).lower()))


class Hit(NamedTuple, Generic[V]):
    """A phrase found at text[start:end], and what it stands for."""

    value: V
    start: int
    end: int


class Text:
    """A text prepared for finding: as long as the original, so that offsets stay true."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.plain = original.translate(_FOLD)
        self.folded = self.plain.lower()

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Start and end of every sentence, paragraph breaks and other trailing space included."""
        ends = [match.end() for match in _SENTENCE_END.finditer(self.plain)]
        spans = pairwise([0, *ends, len(self.plain)])
        return [(start, end) for start, end in spans if any(map(str.isalnum, self.plain[start:end]))]


class Lexicon(Generic[V]):
    """Phrases and what each stands for. A phrase is found wherever it stands as a word of its own.

    A space in a phrase also stands for a hyphen or nothing, and # for a number. A word may be part of a hyphen compound and be followed
    by -nya, -lah, -kah or -pun. A name written with a capital is also found where a stripped link has glued it to its neighbours
    ("RusiaVladimir", "negeriKorut").
    """

    def __init__(self, values: Mapping[str, V]) -> None:
        self._values = {key(phrase): value for phrase, value in values.items()}
        self._names = {key(phrase) for phrase in values if phrase.split()[-1][0].isupper()}
        trie: _Trie = {}
        for phrase in values:
            node = trie
            for character in re.sub("[ -]+", " ", phrase.translate(_FOLD).lower()):
                node = node.setdefault(_TOKENS.get(character) or re.escape(character), {})
            node[""] = {}
        self._search = re.compile(_pattern(trie)).search

    def scan(self, text: Text, start: int = 0, end: int | None = None) -> Iterator[Hit[V]]:
        """Yield the phrases found in text[start:end] from left to right, the longest wherever several begin."""
        position, stop = start, len(text.plain) if end is None else end
        while match := self._search(text.folded, position, stop):
            start, end = match.span()
            position = start + 1
            spelling = _DIGITS.sub("#", match.group().replace(" ", "").replace("-", ""))
            if _begins_word(text.plain, start) and _ends_word(text, start, end, is_name=spelling in self._names):
                position = end
                yield Hit(self._values[spelling], start, end)


def _pattern(node: _Trie) -> str:
    branches = [token + _pattern(child) for token, child in node.items() if token]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{joined}?" if "" in node else joined


def _begins_word(plain: str, start: int) -> bool:
    before = plain[max(start - 2, 0) : start]
    if not before or not before[-1].isalnum():
        return True
    if not plain[start].isupper():
        return False
    return before[-1].islower() or (before.isupper() and plain[start + 1 : start + 2].islower())  # "AFPKorea"


def _ends_word(text: Text, start: int, end: int, *, is_name: bool) -> bool:
    plain = text.plain
    if end == len(plain) or not plain[end].isalnum() or _CLITIC.match(text.folded, end):
        return True
    last_word = re.split("[ -]", plain[start:end])[-1]
    if not is_name or not last_word[0].isupper() or not last_word[-1].islower():
        return False
    return plain[end].isupper() or bool(_GLUED_NEXT.match(plain, end))
