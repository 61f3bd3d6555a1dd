"""Lines of a page → the story among them: what is noise by its wording (phrases.py, endings.py) or its place is cut.

Every kind has a name; what is cut is counted under it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from lxml.html import HtmlElement

from crawler.reading.attribution import bylines as byline
from crawler.reading.attribution import people as credit
from crawler.reading.noise import fragments as ending
from crawler.reading.noise import phrases as wording

_PROSE_AND_SYMBOLS = re.compile(r"[.!?\"”'’)…][^\w.!?]+$")  # an emoji behind the full stop
_PROSE_END = (".", "!", "?", '"', "”", "'", "’", ")", ":", "…")


def heads_a_list(line: str) -> bool:
    """Whether a line announces links to other stories: "Pilihan Redaksi", "Baca juga:"."""
    return wording.HEADS_A_LIST.match(line) is not None


def is_prose(line: str) -> bool:
    """Whether a line reads like a paragraph of a story rather than a headline, a label or a button."""
    if len(line) < 60 or line.count(" ") < 7 or not (line.endswith(_PROSE_END) or _PROSE_AND_SYMBOLS.search(line, len(line) - 8)):
        return False
    return not line.endswith("?") or ". " in line or '"' in line or "”" in line  # headlines ask, paragraphs rarely only ask


def is_sentence(line: str) -> bool:
    """Whether a line, however short, reads like a sentence of a story: "Acara ditutup dengan doa bersama."."""
    return is_prose(line) or (" " in line and line.endswith((".", "!", '."', ".”", ',"', '!"', "!”")))


def may_lead(line: str) -> bool:
    """Whether a line can be a story's first paragraph, though too short to be told from a deck: "Siapa tak kenal nakhoda itu?"."""
    return (is_sentence(line) or line.endswith("?")) and line.count(" ") >= 2 and wording.kind_of_line(line) is None


def _is_enumeration(line: str) -> bool:
    """Whether a line names many of one kind: a team's line-up. Without a colon it may be keywords."""
    return len(line) >= 80 and ":" in line and line.count(",") + line.count(";") >= 4


class Removed(NamedTuple):
    """A piece of a page that is not its story: its kind, its text, and the element it stands in where that is known."""

    kind: str
    text: str
    element: HtmlElement | None = None


@dataclass
class CleanedLines:
    """The story's paragraphs, the pieces that were cut, and what these and the opening said about its makers."""

    paragraphs: list[str] = field(default_factory=list)
    pieces: list[Removed] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    labelled: list[str] = field(default_factory=list)  # those of the authors whom a label calls so: "Penulis: Rani Contoh"
    initials: list[str] = field(default_factory=list)  # of a sign-off "(sef/haa)": writer first, then editor
    dateline: str | None = None  # the place alone

    @property
    def removed(self) -> Counter[str]:
        """How many pieces of each kind were cut."""
        return Counter(piece.kind for piece in self.pieces)


def clean_lines(lines: Iterable[str], phrases: Sequence[re.Pattern[str]] = ()) -> CleanedLines:
    """Take everything that is not the story out of the lines of a story's container.

    ``phrases``: an outlet's own patterns, each matched against a whole line. Nothing is reordered; a bare dateline is joined to the next.
    """
    cleaner = _Cleaner(phrases, wording.SURE_ENDS)
    texts = cleaner.without_fragments([*lines])
    return cleaner.clean(texts, [cleaner.kind(text) for text in texts])


def _is_repeated(line: str, before: str, after: Sequence[str]) -> bool:
    """Whether a line is the paragraph before it once more, or the one behind it cut off with dots (before a jump to the next page)."""
    if len(line) >= 120 and line == before:
        return True
    return line.endswith(("...", "…")) and len(line) >= 40 and any(text.startswith(line.rstrip(".… ")) for text in after)


_LONG = 150  # characters: few captions have more, most paragraphs do


def _credit_behind_prose(line: str) -> int:
    """Where what makes a line look like a caption begins behind a paragraph: "… kata nakhoda. (Sumber: Antara)"; 0 for a caption."""
    end = ending.CAPTION_END.search(line, ending.from_bracket(line, ending.CAPTION_REACH))
    return end.start() if end and end.start() >= _LONG and is_prose(line[: end.start()].rstrip()) else 0


_FEW_LABELS = 2  # three or more are a list
_LONGEST_LABEL = 60  # characters
_NO_LABEL = re.compile(r"[.!?…:;,)\]'’-]$|[\d\"“”:]|^\W")  # a sentence, a quotation, an item of a list, a result


def _ends_with_labels(paragraphs: Sequence[str]) -> bool:
    """Whether a few words without a sense stand below the last sentence: "Lihat semua", "Editor's Picks". A list is of the story."""
    labels = sum(1 for _ in takewhile(_is_label, reversed(paragraphs[-_FEW_LABELS - 1 :])))
    return 0 < labels <= _FEW_LABELS and labels < len(paragraphs) and not paragraphs[-labels - 1].endswith((":", ";", ","))


def _is_label(line: str) -> bool:
    return len(line) < _LONGEST_LABEL and _NO_LABEL.search(line) is None


_AT_THE_END = frozenset({"code", "initials", "named", "square"})


class _Cleaner:
    def __init__(self, phrases: Sequence[re.Pattern[str]], ends: Collection[str]) -> None:
        """``ends``: kinds of noise behind which there is no story."""
        self._phrases, self._ends = phrases, ends
        self._got = CleanedLines()
        self._said: list[str] = []  # kept and captions: where agencies are named
        self._tail_hints: Sequence[str] = ()  # those that the lines mention at all

    def clean(self, lines: Sequence[str], kinds: Sequence[str | None]) -> CleanedLines:
        got = self._got
        self._tail_hints = wording.mentioned("\n".join(lines), ending.TAIL_HINTS)
        story = [i for i, line in enumerate(lines) if kinds[i] is None and (is_sentence(line) or _is_enumeration(line))]
        last = story[-1] if story else -1
        nearly_last = story[-2] if len(story) > 1 else -1
        listing = False  # below a heading of a list of other stories
        for i, line in enumerate(lines):
            if kind := kinds[i]:
                end = _credit_behind_prose(line) if kind == "caption" and 0 <= last == i - 1 else 0
                got.paragraphs += [line[:end].rstrip()] if end else []
                self._note(kind, line[end:])
                listing = heads_a_list(line)
                if got.paragraphs and kind in self._ends and i > (nearly_last if kind in wording.SURE_ENDS else last):
                    self._rest(lines[i + 1 :], kinds[i + 1 :])
                    break
                continue
            if (listing and not is_sentence(line)) or _is_repeated(line, lines[i - 1] if i else "", lines[i + 1 : i + 2]):
                got.pieces.append(Removed("related" if listing else "duplicate", line))
                continue
            listing = False
            before = len(got.pieces)
            if paragraph := self._cut(line, last=i >= last):
                got.paragraphs.append(paragraph)
            if i >= nearly_last and len(got.pieces) > before and any(piece.kind == "signoff" for piece in got.pieces[before:]):
                self._rest(lines[i + 1 :], kinds[i + 1 :])
                break
        self._finish()
        return got

    def without_fragments(self, lines: Sequence[str]) -> list[str]:
        """The lines without what is noise wherever it stands, white space collapsed, empty ones left out."""
        hints = wording.mentioned("\n".join(lines), ending.FRAGMENT_HINTS)
        texts = []
        for line in lines:
            text = line
            if hints and wording.mentioned(line, hints):
                for kind, pattern in ending.FRAGMENTS.items():
                    self._got.pieces += (Removed(kind, match[0]) for match in pattern.finditer(text))
                    text = pattern.sub(" ", text)
            if text := " ".join(text.split()):
                texts.append(text)
        return texts

    def kind(self, line: str) -> str | None:
        """The kind of noise a whole line is; None for the story."""
        if self._phrases and any(phrase.fullmatch(line) for phrase in self._phrases):
            return "phrase"
        if kind := wording.kind_of_line(line):
            return kind
        if line.endswith(("lalu", "ago")) and ending.AGED.search(line, max(0, len(line) - ending.AGE_REACH)):
            return "related"
        credited = line.endswith(ending.BRACKETS) or not line.endswith(_PROSE_END) or "FOTO/" in line[-60:]
        if credited and wording.mentioned(line, ending.CAPTION_HINTS):
            return "caption" if ending.CAPTION_END.search(line, ending.from_bracket(line, ending.CAPTION_REACH)) else None
        return None

    def _cut(self, line: str, *, last: bool) -> str:
        hinted = self._tail_hints and wording.mentioned(line, self._tail_hints)
        while hinted or line.endswith(ending.BRACKETS):
            start = max(0, len(line) - ending.TAIL_REACH) if hinted else ending.from_bracket(line, ending.TAIL_REACH)
            if not (tail := ending.TAILS.search(line, start)):
                break
            kind = str(tail.lastgroup)
            if (kind in _AT_THE_END and not last) or wording.is_said(line[tail.start() :]):  # a name in brackets can end any paragraph
                break
            kind = "signoff" if kind in {*_AT_THE_END, "source", "origin", "house"} else kind
            self._note(kind, tail[str(tail.lastgroup)])
            line = line[: tail.start()].rstrip()
        return line

    def _rest(self, lines: Sequence[str], kinds: Sequence[str | None]) -> None:
        """What follows the end: nothing of it is story, but credits may stand there."""
        for line, kind in zip(lines, kinds, strict=True):
            if kind in {"credit", "signoff"}:
                self._note(kind, line)
            else:
                self._got.pieces.append(Removed(kind or "after_end", line))

    def _note(self, kind: str, line: str) -> None:
        self._got.pieces.append(Removed(kind, line))
        if kind == "caption":
            self._said.append(line)
        elif kind == "credit":
            _add_credits(line, self._got)
        elif kind == "signoff":
            _read_signoff(line, self._got)

    def _finish(self) -> None:
        got = self._got
        # the writer as a sign-off: "DINI TEJA" (Tempo, 2015); in a list, capitals are an item of it
        if len(got.paragraphs) > 1 and ending.SIGNED.fullmatch(got.paragraphs[-1]) and is_sentence(got.paragraphs[-2]):
            self._note("signoff", got.paragraphs.pop())
        while _ends_with_labels(got.paragraphs):
            got.pieces.append(Removed("label", got.paragraphs.pop()))
        if len(got.paragraphs) > 1 and _is_bare_dateline(got.paragraphs[0]):  # "Jakarta -" alone, before the first <p> (detik, 2015)
            got.paragraphs[:2] = [" ".join(got.paragraphs[:2])]
        if got.paragraphs and (opening := credit.dateline(got.paragraphs[0])):
            got.dateline = opening.place
        named = credit.agencies("\n".join(self._said + got.paragraphs))
        got.agencies = credit.merged(named, got.agencies)


def _add_credits(line: str, got: CleanedLines) -> None:
    named = credit.by_role(line)
    got.authors += [name for name in named.authors if name not in got.authors]
    got.editors += [name for name in named.editors if name not in got.editors]
    got.agencies += named.agencies


def _read_signoff(line: str, got: CleanedLines) -> None:
    """Read "(sef/haa)", "(Tribunnews.com/Name)", "(Name/Tribunnews.com)", "(Rani Contoh)" and "DINI TEJA | ANTARA"."""
    if ending.CODED.fullmatch(line):
        return
    if ending.SIGNED.fullmatch(line):
        parts = re.split(r"\s*[|/]\s*", line.strip(" ()*."))
        got.authors += [name for part in parts if " " in part for name in credit.people(part) if name not in got.authors]
        got.agencies += credit.agencies_of_source("/".join(parts))
        return
    parts = [part.strip() for part in re.split("[/,]", re.sub(r"^\W*sumber\s*:", "", line, flags=re.IGNORECASE).strip(" ()[].*"))]
    if any("." in part or part.lower().startswith("tribun") for part in parts):
        got.authors += [name for part in parts for name in credit.people(part) if name not in got.authors]
    elif len(parts) == 2 and " " in parts[0] and parts[1].islower():  # (Rani Contoh/kabarlaut)
        got.authors += [name for name in credit.people(parts[0]) if name not in got.authors]
    elif len(parts) == 2 and all(part.isalpha() for part in parts):
        got.initials = got.initials or parts
    got.agencies += credit.agencies_of_source(parts[0])


# --- a whole page as bare text


def makers(lines: Iterable[str], *, captions: bool = True) -> CleanedLines:
    """What the lines around a story (headline, byline, captions, credits) say about who made it; no paragraphs.

    ``captions``: whether they are read for agencies.
    """
    cleaner = _Cleaner((), ())
    got = CleanedLines()
    bylines: list[str] = []
    pictured: list[str] = []
    for line in byline.labelled(lines):
        if not byline.may_name(line):
            continue
        if name := byline.name_in(line):
            bylines += credit.people(name)
        elif ":" in line and (byline.TIME_THEN_ROLE.search(line) or wording.kind_of_line(line) == "credit"):
            _add_credits(line, got)
        elif captions and credit.agencies(line) and cleaner.kind(line) == "caption":
            pictured.append(line)
    got.labelled = got.authors
    got.authors = got.authors or list(dict.fromkeys(bylines))  # "Penulis: X" says more than a name before a time
    got.agencies = credit.agencies("\n".join(pictured))
    return got


def story_lines(lines: Iterable[str], headline: str | None = None, phrases: Sequence[re.Pattern[str]] = ()) -> CleanedLines:
    """Find the story in the lines of a whole page rendered as bare text, and clean it.

    It begins at a dateline or, where the outlet prints none, at the first paragraph of prose after the ``headline`` that is no caption; it
    ends as in ``clean_lines``. Bylines and captions before it are read for their makers.
    """
    cleaner = _Cleaner(phrases, wording.ENDS)
    texts = cleaner.without_fragments([*lines])
    kinds = [cleaner.kind(text) for text in texts]
    after = 0
    for i, text in enumerate(texts):
        if headline and text.casefold() == headline.casefold():
            kinds[i] = "headline"
            after = after or i + 1
    if after and _prose(texts[:after]) > _prose(texts[after:]):  # the headline once more, below the story
        after = 0
    start = _start(texts, kinds, after, headline)
    before = makers(texts[:start])
    got = cleaner.clean(texts[start:], kinds[start:])
    got.pieces += (Removed("before_start", text) for text in texts[:start])
    got.authors = list(dict.fromkeys(before.authors + got.authors))
    got.editors = list(dict.fromkeys(before.editors + got.editors))
    got.agencies = credit.merged(before.agencies, got.agencies)
    return got


def _prose(texts: list[str]) -> int:
    return sum(len(text) for text in texts if is_prose(text))


def _start(texts: list[str], kinds: list[str | None], after: int, headline: str | None) -> int:
    paragraphs = [
        i
        for i, text in enumerate(texts)
        if i >= after and kinds[i] is None and is_prose(text) and not (headline and text.startswith(headline))
    ]
    if not paragraphs:  # an outlet that ends paragraphs without a full stop
        paragraphs = [i for i, text in enumerate(texts) if i >= after and kinds[i] is None and len(text) >= 100]
    # a teaser and a caption or two can look like paragraphs; a dateline further down is not the beginning
    dated = next((i for n, i in enumerate(paragraphs[:4]) if (opening := credit.dateline(texts[i])) and (n < 2 or opening.is_sure)), None)
    start = dated if dated is not None else paragraphs[0] if paragraphs else len(texts)
    return start - 1 if start and start < len(texts) and _is_bare_dateline(texts[start - 1]) else start


def _is_bare_dateline(line: str) -> bool:
    opening = credit.dateline(line + " X") if len(line) < 80 else None
    return opening is not None and opening.end >= len(line)
