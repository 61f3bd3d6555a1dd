"""Lines of a page → the story among them: what is noise by its wording (phrases.py, fragments.py) or its place is cut.

Every kind has a name; what is cut is counted under it.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import islice, takewhile

from crawler.reading.attribution.agencies import names_any
from crawler.reading.attribution.bylines import TIME_THEN_ROLE, find_byline, is_signature, join_labels, names_source, read_signoff
from crawler.reading.attribution.dateline import find_dateline
from crawler.reading.attribution.people import ByRole, read_names, read_roles
from crawler.reading.noise.fragments import (
    BRACKETS,
    TRAILERS,
    Pattern,
    caption_end,
    cut_fragments,
    ends_with_age,
    find_trailer,
    patterns_for,
)
from crawler.reading.noise.phrases import ENDS, SURE_ENDS, heads_a_list, kind_of_line
from crawler.reading.noise.pieces import CleanedLines, Removed

_PROSE_AND_SYMBOLS = re.compile(r"[.!?\"”'’)…][^\w.!?]+$")  # an emoji behind the full stop
_UNSPACED_END = ("。", "！", "？", "」", "』")  # of sentences in scripts that part no words
_SHORTEST_PROSE, _SHORTEST_UNSPACED = 60, 25  # characters
_PROSE_END = (".", "!", "?", '"', "”", "'", "’", ")", ":", "…")


def is_prose(line: str) -> bool:
    """Whether a line reads like a paragraph of a story rather than a headline, a label or a button."""
    if line.endswith(_UNSPACED_END):
        return len(line) >= _SHORTEST_UNSPACED
    if (
        len(line) < _SHORTEST_PROSE
        or line.count(" ") < 7
        or not (line.endswith(_PROSE_END) or _PROSE_AND_SYMBOLS.search(line, len(line) - 8))
    ):
        return False
    return not line.endswith("?") or ". " in line or '"' in line or "”" in line  # headlines ask, paragraphs rarely only ask


def is_sentence(line: str) -> bool:
    """Whether a line, however short, reads like a sentence of a story: "Acara ditutup dengan doa bersama."."""
    return (line.endswith((".", "!", '."', ".”", ',"', '!"', "!”")) and " " in line) or line.endswith(_UNSPACED_END) or is_prose(line)


def may_lead(line: str) -> bool:
    """Whether a line can be one of a story's first, though by its words it might be a deck: "Siapa tak kenal nakhoda itu?"."""
    reads_on = is_sentence(line) or line.endswith("?") or len(line) >= _SHORTEST_PROSE
    return reads_on and line.count(" ") >= 2 and kind_of_line(line) is None and find_byline(line) is None


def _is_enumeration(line: str) -> bool:
    """Whether a line names many of one kind: a team's line-up. Without a colon it may be keywords."""
    return len(line) >= 80 and ":" in line and line.count(",") + line.count(";") >= 4


def clean_lines(lines: Iterable[str], phrases: Sequence[re.Pattern[str]] = ()) -> CleanedLines:
    """Take everything that is not the story out of the lines of a story's container.

    ``phrases``: an outlet's own patterns, each matched against a whole line. Nothing is reordered; a bare dateline is joined to the next.
    """
    texts, fragments = cut_fragments([*lines])
    cleaned = _Cleaner(SURE_ENDS).clean(texts, [_kind(text, phrases) for text in texts])
    cleaned.pieces[:0] = fragments
    return cleaned


def _is_repeated(line: str, before: str, after: Sequence[str]) -> bool:
    """Whether a line is the paragraph before it once more, or the one behind it cut off with dots (before a jump to the next page)."""
    if len(line) >= 120 and line == before:
        return True
    return line.endswith(("...", "…")) and len(line) >= 40 and any(text.startswith(line.rstrip(".… ")) for text in after)


_LONG = 150  # characters: few captions have more, most paragraphs do


def _credit_behind_prose(line: str) -> int:
    """Where what makes a line look like a caption begins behind a paragraph: "… kata nakhoda. (Sumber: Antara)"; 0 for a caption."""
    end = caption_end(line)
    return end if end and end >= _LONG and is_prose(line[:end].rstrip()) else 0


_FEW_WORDS = 4
_FEW_LABELS = 2  # three or more are a list
_LONGEST_LABEL = 60  # characters
_NO_LABEL = re.compile(r"[.!?…:;,)\]'’-]$|[\d\"“”:]|^\W")  # a sentence, a quotation, an item of a list, a result


def _ends_with_labels(paragraphs: Sequence[str]) -> bool:
    """Whether a few words without a sense stand below the last sentence: "Lihat semua", "Editor's Picks". A list is of the story."""
    labels = sum(1 for _ in takewhile(_is_label, reversed(paragraphs[-_FEW_LABELS - 1 :])))
    return 0 < labels <= _FEW_LABELS and labels < len(paragraphs) and not paragraphs[-labels - 1].endswith((":", ";", ","))


def _ends_with_heading(paragraphs: Sequence[str]) -> bool:
    """Whether the last line announces what does not follow: "Kabar Laut mobile :"."""
    return len(paragraphs) > 1 and paragraphs[-1].endswith(":") and paragraphs[-1].count(" ") < _FEW_WORDS and is_sentence(paragraphs[-2])


def _is_label(line: str) -> bool:
    return len(line) < _LONGEST_LABEL and _NO_LABEL.search(line) is None


def _kind(line: str, phrases: Sequence[re.Pattern[str]] = ()) -> str | None:
    """The kind of noise a whole line is; None for the story."""
    if phrases and any(phrase.fullmatch(line) for phrase in phrases):
        return "phrase"
    if kind := kind_of_line(line):
        return kind
    if ends_with_age(line):
        return "related"
    is_credited = line.endswith(BRACKETS) or not line.endswith(_PROSE_END) or "FOTO/" in line[-60:]
    return "caption" if is_credited and caption_end(line) is not None else None


class _Cleaner:
    def __init__(self, ends: Collection[str]) -> None:
        """``ends``: kinds of noise behind which there is no story."""
        self._ends = ends
        self._got = CleanedLines()
        self._trailers: Sequence[Pattern] = ()  # those that may be in the lines

    def clean(self, lines: Sequence[str], kinds: Sequence[str | None]) -> CleanedLines:
        got = self._got
        self._trailers = patterns_for(lines, TRAILERS)
        story = [i for i, line in enumerate(lines) if kinds[i] is None and (is_sentence(line) or _is_enumeration(line))]
        last = story[-1] if story else -1
        nearly_last = story[-2] if len(story) > 1 else -1
        listing = False  # below a heading of a list of other stories
        for i, line in enumerate(lines):
            if kind := kinds[i]:
                end = _credit_behind_prose(line) if kind == "caption" and 0 <= last == i - 1 else 0
                got.paragraphs += [line[:end].rstrip()] if end else []
                self._note("signoff" if end and names_source(line[end:]) else kind, line[end:])
                listing = heads_a_list(line)
                if got.paragraphs and kind in self._ends and i > (nearly_last if kind in SURE_ENDS else last):
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

    def _cut(self, line: str, *, last: bool) -> str:
        # a name in brackets can end any paragraph
        while (trailer := find_trailer(line, self._trailers)) and (last or not trailer.is_last):
            self._note(trailer.kind, trailer.text)
            line = line[: trailer.start].rstrip()
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
            self._got.captions.append(line)
        elif kind in {"credit", "signoff"}:
            _add(self._got, read_roles(line) if kind == "credit" else read_signoff(line))

    def _finish(self) -> None:
        got = self._got
        # the writer as a sign-off: "DINI TEJA" (Tempo, 2015); in a list, capitals are an item of it
        if len(got.paragraphs) > 1 and is_signature(got.paragraphs[-1]) and is_sentence(got.paragraphs[-2]):
            self._note("signoff", got.paragraphs.pop())
        while _ends_with_labels(got.paragraphs) or _ends_with_heading(got.paragraphs):
            got.pieces.append(Removed("label", got.paragraphs.pop()))
        if len(got.paragraphs) > 1 and _is_bare_dateline(got.paragraphs[0]):  # "Jakarta -" alone, before the first <p> (detik, 2015)
            got.paragraphs[:2] = [" ".join(got.paragraphs[:2])]
        if got.paragraphs and (opening := find_dateline(got.paragraphs[0])):
            got.dateline = opening.place


def _add(got: CleanedLines, named: ByRole) -> None:
    got.authors += [name for name in named.authors if name not in got.authors]
    got.editors += [name for name in named.editors if name not in got.editors]
    got.agencies += named.agencies
    got.initials = got.initials or named.initials


# --- a whole page as bare text


def read_attribution(lines: Iterable[str], *, captions: bool = True) -> CleanedLines:
    """What the lines around a story (headline, byline, captions, credits) say about who made it; no paragraphs.

    ``captions``: whether they are read for agencies.
    """
    got = CleanedLines()
    bylines: list[str] = []
    for line in join_labels(lines):
        if name := find_byline(line):
            bylines += read_names(name)
        elif ":" in line and (TIME_THEN_ROLE.search(line) or kind_of_line(line) == "credit"):
            _add(got, read_roles(line))
        elif captions and names_any(line) and _kind(line) == "caption":
            got.captions.append(line)
    got.labelled = got.authors
    got.authors = got.authors or list(dict.fromkeys(bylines))  # "Penulis: X" says more than a name before a time
    return got


def story_lines(
    lines: Iterable[str], headline: str | None = None, phrases: Sequence[re.Pattern[str]] = (), *, is_headed: bool = True
) -> CleanedLines:
    """Find the story in the lines of a whole page rendered as bare text, and clean it.

    It begins at a dateline or, where the outlet prints none, at the first paragraph of prose after the ``headline`` that is no caption; it
    ends as in ``clean_lines``. Bylines and captions before it are read for who made it. ``is_headed``: the headline stands above the
    story in these lines; where it is printed elsewhere, a line like it is a teaser.
    """
    texts, fragments = cut_fragments([*lines])
    kinds = [_kind(text, phrases) for text in texts]
    after = 0
    title = headline and headline.casefold()
    for i, text in enumerate(texts):
        if title and text.casefold() == title:
            kinds[i] = "headline"
            after = after or (i + 1 if is_headed else 0)
    if after and _prose(texts[:after]) > _prose(texts[after:]):  # the headline once more, below the story
        after = 0
    start = _start(texts, kinds, after, headline)
    before = read_attribution(texts[:start])
    got = _Cleaner(ENDS).clean(texts[start:], kinds[start:])
    got.pieces[:0] = fragments
    got.pieces += (Removed("before_start", text) for text in texts[:start])
    got.authors = list(dict.fromkeys(before.authors + got.authors))
    got.editors = list(dict.fromkeys(before.editors + got.editors))
    got.agencies[:0], got.captions[:0] = before.agencies, before.captions
    return got


def _prose(texts: list[str]) -> int:
    return sum(len(text) for text in texts if is_prose(text))


def _start(texts: list[str], kinds: list[str | None], after: int, headline: str | None) -> int:
    lines = [i for i in range(after, len(texts)) if kinds[i] is None]
    prose = (i for i in lines if is_prose(texts[i]) and not (headline and texts[i].startswith(headline)))
    # a teaser and a caption or two can look like paragraphs; a dateline further down is not the beginning
    paragraphs = list(islice(prose, 4))
    if not paragraphs:  # an outlet that ends paragraphs without a full stop
        paragraphs = [i for i in lines if len(texts[i]) >= 100][:4]
    dated = next((i for n, i in enumerate(paragraphs) if (opening := find_dateline(texts[i])) and (n < 2 or opening.is_sure)), None)
    start = dated if dated is not None else paragraphs[0] if paragraphs else len(texts)
    return start - 1 if start and start < len(texts) and _is_bare_dateline(texts[start - 1]) else start


def _is_bare_dateline(line: str) -> bool:
    opening = find_dateline(line + " X") if len(line) < 80 else None
    return opening is not None and opening.end >= len(line)
