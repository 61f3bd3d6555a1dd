"""Makes text storable and comparable: Unicode and whitespace only. What is noise on a page is decided in crawler/reading."""

import re
import unicodedata
from dataclasses import fields, replace

from crawler.article import Article, Precision, Visit
from pipelines.counting import CountingPipeline

_FIELDS = tuple(field.name for field in fields(Article))
_OPTIONAL = frozenset(field.name for field in fields(Article) if field.default is None)

MAX_CHARACTERS = 200_000  # a field; far above any article, far below what would hurt a row or an index

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # C0 and C1 controls that are no white space
    "\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff"  # soft hyphen, zero width, BOM
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidirectional controls
    "\ud800-\udfff"  # lone surrogates: PostgreSQL's UTF-8 has none
    "\ufdd0-\ufdef\ufff9-\ufffb" + "".join(chr(plane | end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)) + "]"
)
_SPACES = re.compile(r"[^\S\n]+")
_PARAGRAPH_BREAKS = re.compile(r" ?\n ?(?:\n ?)+")
_LINE_BREAKS = re.compile(r" ?\n ?")


def _normalise(text: str) -> str:
    if text.isascii() and text.isprintable():  # most lines: nothing to compose, to remove or to break
        return _SPACES.sub(" ", text).strip()
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    text = unicodedata.normalize("NFC", text)
    text = _SPACES.sub(" ", text)
    text = _PARAGRAPH_BREAKS.sub("\n\n", text)
    return _LINE_BREAKS.sub("\n", text).strip()


def clean_text(text: str) -> str:
    """Return text in NFC without invisible characters, one space between words, one blank line between paragraphs.

    Single line ends inside a paragraph are kept. At most MAX_CHARACTERS characters. Cleaning twice changes nothing more.
    """
    return _normalise(text)[:MAX_CHARACTERS].rstrip()


def clean_line(text: str) -> str:
    """Return text as clean_text does, on one line."""
    return " ".join(_normalise(text).split())[:MAX_CHARACTERS].rstrip()


_IN_ONE_SPELLING = ("section", "dateline")
_ABBREVIATIONS = frozenset(
    [
        "as",
        "asean",
        "bbc",
        "cnbc",
        "cnn",
        "diy",
        "dki",
        "dpr",
        "ihsg",
        "ikn",
        "kpk",
        "mk",
        "mpr",
        "ntb",
        "ntt",
        "pbb",
        "tni",
        "tv",
        "umkm",
        "un",
    ]
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def in_one_spelling(name: str) -> str:
    """Return a name of a place or a section with one capital a word: outlets print "JAKARTA", "Jakarta" and "jakarta"."""
    return _WORD.sub(lambda word: word[0].upper() if word[0].casefold() in _ABBREVIATIONS else word[0].capitalize(), name)


def _is_too_long(text: str) -> bool:
    return 3 * len(text) > MAX_CHARACTERS and len(_normalise(text)) > MAX_CHARACTERS  # NFC makes a text at most three times as long


def clean_article(article: Article) -> None:
    """Clean every text of the article in place: the body in paragraphs, the rest on one line each.

    Optional texts that come out empty become None, empty list entries go, tags are in small letters. ``noise_removed["truncated"]`` counts
    texts that were too long.
    """
    truncated = 0
    for name in _FIELDS:
        value = getattr(article, name)
        if isinstance(value, Precision):  # a str too
            continue
        if isinstance(value, str):
            truncated += _is_too_long(value)
            cleaned = clean_text(value) if name == "body" else clean_line(value)
            setattr(article, name, cleaned or (None if name in _OPTIONAL else ""))
        elif name == "agencies":
            article.agencies = [replace(mention, agency=clean_line(mention.agency)) for mention in article.agencies]
        elif isinstance(value, list):
            truncated += sum(map(_is_too_long, value))
            setattr(article, name, [line for line in map(clean_line, value) if line])
    article.tags = list(dict.fromkeys(map(str.lower, article.tags)))  # "Rusia" and "rusia" are one; capitals say nothing in a tag
    for name in _IN_ONE_SPELLING:
        if value := getattr(article, name):
            setattr(article, name, in_one_spelling(value))
    if truncated:
        article.noise_removed["truncated"] = article.noise_removed.get("truncated", 0) + truncated


class CleanPipeline(CountingPipeline):
    """Cleans the article of every Visit, and what servers and errors wrote into the Visit itself."""

    def process_item(self, item: Visit) -> Visit:
        """Annotate one Visit."""
        for name in ("reason", "etag", "last_modified"):
            if value := getattr(item, name):
                setattr(item, name, clean_line(value))
        if item.article:
            clean_article(item.article)
            self.count("clean/articles")
            if item.article.noise_removed.get("truncated"):
                self.count("clean/truncated")
        return item
