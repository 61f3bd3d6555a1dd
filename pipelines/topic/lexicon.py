"""Finds many phrases in one pass over a text, as Indonesian outlets print them."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain, pairwise, product
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
# A capital inside a word, where a stripped link may have glued a name to what stands before it ("presidenRusia", "AFPKorea").
_SEAM = re.compile(r"[A-Z](?:(?<=[a-z].)|(?<=[A-Z].)(?=[a-z]))")
_ALPHANUMERIC = re.compile(r"[^\W_]")
# Each begins with a set of characters, which the engine looks for ten times as fast as for alternatives (CPython 3.11).
_SENTENCE_END = re.compile(r"[\n.!?](?:(?<=\n)\n*|(?<!\n)(?:[.!?]*[\"')\]]*(?:\s+|$)|(?<=[a-z]{2}.)(?=[A-Z\"])))")


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


def fold(text: str) -> str:
    """Return a text of the same length without what makes no difference: case, and the kind of a space, dash or quote."""
    return text.translate(_FOLD).lower()


def key(phrase: str) -> str:
    """Return what all spellings of a phrase share: "Kim Jong-un" and "Kim Jong Un" are one, and so are all numbers."""
    return _DIGITS.sub("#", fold(phrase).replace(" ", "").replace("-", ""))


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
    def seams(self) -> list[int]:
        """Where inside a word a glued name may begin."""
        return [match.start() for match in _SEAM.finditer(self.plain)]

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Return start and end of every sentence, paragraph breaks and other trailing space included."""
        bounds = chain([0], (match.end() for match in _SENTENCE_END.finditer(self.plain)), [len(self.plain)])
        return (span for span in pairwise(bounds) if _ALPHANUMERIC.search(self.plain, *span))


class Lexicon(Generic[V]):
    """Phrases and what each stands for. A phrase is found wherever it stands as a word of its own.

    A space in a phrase also stands for a hyphen or nothing, and # for a number. A word may be part of a hyphen compound and be followed
    by -nya, -lah, -kah or -pun. A name written with a capital is also found where a stripped link has glued it to its neighbours
    ("RusiaVladimir", "negeriKorut").
    """

    def __init__(self, values: Mapping[str, V]) -> None:
        self._values = values

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Compiled at the first scan: a run with nothing new asks few lexicons for anything."""
        trie: _Trie = {}
        for phrase in self._values:
            node = trie
            for character in re.sub("[ -]+", " ", fold(phrase)):
                node = node.setdefault(_TOKENS.get(character) or re.escape(character), {})
            node[""] = {}
        return re.compile(rf"(?<![^\W_])(?:{_alternatives(trie) or '(?!)'})")  # where words begin; without phrases nowhere

    @cached_property
    def _meanings(self) -> dict[str, tuple[V, bool]]:
        """What each key means, and whether it is a name."""
        return {key(phrase): (value, phrase.split()[-1][0].isupper()) for phrase, value in self._values.items()}

    def compile(self) -> None:
        """Do now what the first scan would."""
        _ = self._pattern, self._meanings

    def scan(self, text: Text, start: int = 0, end: int | None = None) -> list[Hit[V]]:
        """Return the phrases found in text[start:end] from left to right, the longest wherever several begin."""
        stop = len(text.plain) if end is None else end
        hits: list[Hit[V]] = []
        position = start
        while match := self._pattern.search(text.folded, position, stop):
            if hit := self._hit(text, *match.span()):
                hits.append(hit)
            position = match.end() if hit else match.start() + 1
        for seam in text.seams:
            match = self._pattern.match(text.folded[seam:stop]) if start <= seam < stop else None
            if match and (hit := self._hit(text, seam, seam + match.end())):
                hits.append(hit)
        return _apart(hits)

    def _hit(self, text: Text, start: int, end: int) -> Hit[V] | None:
        value, is_name = self._meanings[key(text.folded[start:end])]
        if end == len(text.plain) or not text.plain[end].isalnum() or _may_end(text, start, end, is_name=is_name):
            return Hit(value, start, end)
        return None


def _apart(hits: list[Hit[V]]) -> list[Hit[V]]:
    """Return the hits from left to right without those that begin inside another."""
    kept: list[Hit[V]] = []
    for hit in sorted(hits, key=lambda hit: hit.start):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def _alternatives(node: _Trie) -> str:
    branches = [token + _alternatives(child) for token, child in node.items() if token]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{joined}?" if "" in node else joined


def _may_end(text: Text, start: int, end: int, *, is_name: bool) -> bool:
    """Whether a phrase may end before a letter: of a clitic, or of a word that was glued to a name."""
    if _CLITIC.match(text.folded, end):
        return True
    last_word = re.split("[ -]", text.plain[start:end])[-1]
    if not is_name or not last_word[0].isupper() or not last_word[-1].islower():
        return False
    return text.plain[end].isupper() or bool(_GLUED_NEXT.match(text.plain, end))
