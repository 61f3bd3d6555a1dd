"""Prose → invented words of the same shape, so that a page can be kept without anybody's sentences in it.

What the reading looks for stays: every word in its patterns, the outlet's names, digits, punctuation, hosts and the shape of addresses.
The same word becomes the same invented word wherever it stands, letter for letter as long and in the same case.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from itertools import cycle, islice
from types import ModuleType

from crawler.reading import bylines, credits, dates, endings, fields, phrases, reader, refusals, titles  # noqa: A004 - the builtin is not called
from crawler.reading.rules import Rules, every_rule
from crawler.urls import ArticleUrls

WORD = re.compile(r"[^\W\d_]{2,}")  # a single letter says nothing

_DAYS = frozenset(
    {"senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu", "ahad"}
    | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)
_SYNTAX = frozenset({"true", "false", "null"})  # of JSON
_TOKEN = re.compile(
    r"""(?P<entity>&(?:\#\d+|\#x[\da-f]+|[a-z]{2,8}\d?);)
      | <(?P<tag>/?[a-z]\w*)\b[^<>]*>                       # HTML inside a string
      | (?P<url>https?://[^\s"'<>]+)
      | (?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
      | (?P<word>[^\W\d_]{2,})""",
    re.VERBOSE | re.IGNORECASE,
)
_JSON = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*")(?P<colon>\s*:)?|[^"]+', re.DOTALL)
_ADDRESS = re.compile(r"(?:https?:)?/\S*", re.IGNORECASE)
_HOST = re.compile(r"^(?:https?:)?(?://[^/]*)?", re.IGNORECASE)
_NO_PLACE = re.compile(r"(?:javascript|mailto|tel|data|whatsapp|intent|viber|blob):", re.IGNORECASE)
_SLUG_WORD = re.compile(r"(?:%[0-9a-f]{2})+|[^\W\d_]{2,}", re.IGNORECASE)
_ENDING = re.compile(r"\.\w{2,5}$")  # of a file's name
_SECRET = re.compile(r"(?=.*\d)(?=.*[A-Z])[\w=]{18,}")  # a hash or an invitation's code; no outlet's article id has capitals
_TRACKING = re.compile(r"utm_|_ga|fbclid|gclid|token|sig|key|hash|auth", re.IGNORECASE)
_LONGEST_VALUE = 24  # characters of a query's value; what is longer repeats a title or identifies somebody

_CONSONANTS, _VOWELS, _LAST = "bcdghjklmnprstw", "aeiou", "hkmnrst"  # the last: what Indonesian words end with


class Inventor:
    """Invents words for the pages of one article: no two words become the same one, as long as there are enough of their length."""

    def __init__(self, rules: Rules, articles: ArticleUrls, *, title: str, host: str) -> None:
        """``title`` and ``host`` name the outlet: words of either are kept, for a page's title or byline ends with them."""
        own, own_beginnings = _vocabulary([title, *_looked_for(rules)])
        words, beginnings = _of_the_reading()
        self._words, self._beginnings = words | own | _DAYS | _SYNTAX, beginnings + own_beginnings
        patterns = (articles.pattern, articles.exclude or "", *(expression for pair in articles.rewrite for expression in pair))
        self._in_addresses = _vocabulary(patterns)[0]
        self._host = host.lower()
        self._kept: dict[str, bool] = {}
        self._invented: dict[str, str] = {}
        self._taken: set[str] = set()

    def keeps(self, word: str) -> bool:
        """Whether a word carries structure."""
        word = word.lower()
        if word not in self._kept:
            self._kept[word] = word in self._words or self._is_part_of_a_pattern(word) or (len(word) >= 4 and word in self._host)
        return self._kept[word]

    def _is_part_of_a_pattern(self, word: str) -> bool:
        """Whether a pattern's word begins it, or two pieces of one make it: "lain(?:nya)?"."""
        cuts = range(2, len(word) - 1)
        return word.startswith(self._beginnings) or any(word[:at] in self._words and word[at:] in self._words for at in cuts)

    def text(self, text: str) -> str:
        """Prose with every other word invented; addresses in it as by ``url``."""
        return _TOKEN.sub(self._token, text)

    def value(self, text: str) -> str:
        """What an attribute or a string of JSON holds: an address or prose."""
        return self.url(text) if _ADDRESS.fullmatch(text.strip()) else self.text(text)

    def url(self, url: str) -> str:
        """An address on the same host, of the same shape: slugs of two or more words invented, what identifies a reader left out."""
        url = url.strip()
        if scheme := _NO_PLACE.match(url):
            return scheme[0]
        address, hash_sign, fragment = url.partition("#")
        address, _, query = address.partition("?")
        path = _HOST.sub("", address, count=1)
        host = address[: len(address) - len(path)]
        pairs = [pair.partition("=") for pair in query.split("&")]
        kept = [(name, sign, value) for name, sign, value in pairs if not _TRACKING.match(name) and len(value) <= _LONGEST_VALUE]
        query = "&".join(name + sign + self._slug(value) for name, sign, value in kept)
        slugs = "/".join(map(self._slug, path.split("/")))
        return f"{host}{slugs}{query and '?' + query}{hash_sign}{self._slug(fragment[:_LONGEST_VALUE])}"

    def json(self, text: str) -> str:
        """The source of JSON, well formed or not: its strings invented, keys and what stands under "@type" kept."""
        key = ""

        def replaced(match: re.Match[str]) -> str:
            nonlocal key
            literal = match["string"]
            if literal is None:
                return self.text(match[0])
            if match["colon"]:
                key = literal
                return match[0]
            return self._literal(literal, is_type=key.startswith('"@'))

        return _JSON.sub(replaced, text)

    def _literal(self, literal: str, *, is_type: bool) -> str:
        try:
            told: str = json.loads(literal, strict=False)
        except ValueError:
            told = literal[1:-1]
        new = told if is_type and not _ADDRESS.fullmatch(told) else self.value(told)
        written = json.dumps(new, ensure_ascii=False)
        if "\n" in literal:  # a fault of the outlet's that the reading has to stand
            written = written.replace("\\n", "\n")
        return written.replace("/", "\\/") if "\\/" in literal else written.replace("</", "<\\/")

    def _slug(self, text: str) -> str:
        if _SECRET.fullmatch(text):
            return "0" * 12
        stem = _ENDING.sub("", text)
        if len(WORD.findall(stem)) < 2:
            return text
        return _SLUG_WORD.sub(self._slug_word, stem) + text[len(stem) :]

    def _slug_word(self, match: re.Match[str]) -> str:
        word = match[0]
        return word if word.startswith("%") or word.lower() in self._in_addresses else self._word(word)

    def _token(self, match: re.Match[str]) -> str:
        if match["word"]:
            return self._word(match[0])
        if match["url"]:
            return self.url(match[0])
        if match["tag"]:
            return f"<{match['tag']}>"
        return "surat@example.com".rjust(len(match[0]), "x") if match["mail"] else match[0]  # as long: shares of a line are judged

    def _word(self, word: str) -> str:
        if self.keeps(word):
            return word
        key = word.lower()
        if key not in self._invented:
            self._invented[key] = self._new(key)
            self._taken.add(self._invented[key])
        return "".join(map(_like, word, self._invented[key].ljust(len(word), "a")))

    def _new(self, key: str) -> str:
        new = ""
        for attempt in range(1000):  # short words can run out
            new = _syllables(blake2b(f"{attempt}:{key}".encode("utf-8", "replace")).digest(), len(key))
            if new != key and new not in self._taken and not self.keeps(new):
                break
        return new


def _syllables(digest: bytes, length: int) -> str:
    """A word of this length that could be Indonesian."""
    *numbers, last, first = digest
    sounds = (_VOWELS, _CONSONANTS) if length <= 3 and first % 2 else (_CONSONANTS, _VOWELS)
    word = "".join(sound[number % len(sound)] for sound, number in zip(islice(cycle(sounds), length), cycle(numbers), strict=False))
    return word if word[-1] in _VOWELS else word[:-1] + _LAST[last % len(_LAST)]


def _like(letter: str, new: str) -> str:
    """The new letter in the case and of the kind of the old one: a pattern that asks for A-Z must see the same."""
    if letter.isascii():
        return new.upper() if letter.isupper() else new
    if letter.isupper() or letter.islower():
        return "É" if letter.isupper() else "é"
    return "가"


# --- the words that the reading looks for


@cache
def _of_the_reading() -> tuple[frozenset[str], tuple[str, ...]]:
    """The vocabulary of whatever constants the reading is made of."""
    modules = (phrases, endings, bylines, titles, credits, dates, reader, refusals, fields)
    return _vocabulary(_sources([_constants(module) for module in modules]))


def _vocabulary(patterns: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """(words in lower case, beginnings of words that a pattern continues with any letters) in some regular expressions."""
    words, beginnings = set(), set()
    for pattern in patterns:
        for piece, following in _pieces(pattern):
            words.add(piece)
            if following == "?":
                words.add(piece[:-1])
            elif following == "*" and len(piece) > 3:
                beginnings.add(piece)
    return frozenset(words), tuple(sorted(beginnings))


def _constants(module: ModuleType) -> list[object]:
    return [value for name, value in vars(module).items() if not name.startswith("__")]


def _sources(value: object) -> Iterator[str]:
    if isinstance(value, re.Pattern):
        yield re.sub(r"(?m)\s#.*$", "", value.pattern) if value.flags & re.VERBOSE else value.pattern
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _sources([*value.keys(), *value.values()])
    elif isinstance(value, (list, tuple, frozenset)):
        for each in value:
            yield from _sources(each)


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """The words in the source of a regular expression, in lower case, with the "*" or "?" that follows."""
    source = re.sub(r"\(\?(?:P<\w+>|[a-zA-Z-]+:)", " (", source)
    source = re.sub(r"\[(\w)(\w)\]", lambda both: both[1] if both[1].lower() == both[2].lower() else " ", source)
    source = re.sub(r"\\w(?=[*+])", "", re.sub(r"\[[^\]]*\]", " ", source))
    for match in re.finditer(r"([^\W\d_]+)([*?]?)", re.sub(r"\\[a-zA-Z]", " ", source)):
        if len(match[1]) > 1:
            yield match[1].lower(), match[2]


def _looked_for(rules: Rules) -> Iterator[str]:
    """What an outlet's own rules look for: its phrases, and what its selectors quote."""
    for each in every_rule(rules):
        yield from each.noise_phrases
        yield from (quoted for css in each.selectors for quoted in re.findall(r"""["']([^"']+)["']""", css))
