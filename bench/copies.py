"""A corpus of articles whose copies are known: invented prose, and what newsrooms do to a text that is not theirs.

An article's event is what it should be in one story with: copies of one text share it. What is put together of several texts, and what
only tells of the same thing, is an event of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count
from random import Random

OUTLETS = ("kompas", "detik", "republika", "tribunnews", "cnbc", "katakini", "antara")
START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 10
SYLLABLES = "ba be bi bu da de di du ga gi ka ke ki ku la le li lu ma me mi mu na ne ni nu pa pe pi pu ra re ri ru sa se si su ta te ti tu".split()
ENDS = ("", "n", "ng", "r", "s", "t", "k", "h", "m", "l")
SMALL = "yang dan di ke dari untuk dengan pada dalam itu ini akan telah tidak juga oleh bahwa para sebagai kata".split()


@dataclass(frozen=True, kw_only=True)
class Piece:
    """An article of the corpus."""

    id: str
    event: str
    kind: str  # what was done to it
    outlet: str
    at: datetime
    headline: str
    sentences: tuple[str, ...]

    @property
    def body(self) -> str:
        """The text, three sentences a paragraph."""
        return "\n\n".join(" ".join(self.sentences[i : i + 3]) for i in range(0, len(self.sentences), 3))


class Newsroom:
    """Writes texts, and what others make of them. The same seed writes the same."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        chance = Random(0)  # the language is the same for every corpus
        made = {"".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4))) + chance.choice(ENDS) for _ in range(9000)}
        self.vocabulary = sorted(made)
        chance.shuffle(self.vocabulary)
        self.weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.vocabulary))))
        self.phrases = [self.words(chance.randint(4, 9), chance) for _ in range(400)]  # titles, names of places, turns of speech
        self.phrase_weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.phrases))))
        self.standing = {outlet: [self.sentence(chance) for _ in range(4)] for outlet in OUTLETS}
        self.ids = count(1)
        self.pieces: list[Piece] = []

    def words(self, number: int, chance: Random) -> str:
        """Return some words, frequent ones more often."""
        picked = chance.choices(self.vocabulary, cum_weights=self.weights, k=number)
        return " ".join(chance.choice(SMALL) if chance.random() < 0.3 else word for word in picked)

    def sentence(self, chance: Random | None = None) -> str:
        """Return a sentence of 10 to 24 words, every third with a phrase that everybody uses."""
        chance = chance or self.random
        text = self.words(chance.randint(10, 24), chance)
        if chance.random() < 0.33:
            text += " " + chance.choices(self.phrases, cum_weights=self.phrase_weights)[0]
        return f"{text[0].upper()}{text[1:]}."

    def text(self, least: int = 8, most: int = 26) -> tuple[str, ...]:
        """Return the sentences of a new text."""
        return tuple(self.sentence() for _ in range(self.random.randint(least, most)))

    def publish(
        self, sentences: Sequence[str], *, kind: str, event: str | None = None, outlet: str | None = None, at: datetime | None = None
    ) -> Piece:
        """Add an article, with its outlet's sign-off now and then."""
        number = next(self.ids)
        outlet = outlet or self.random.choice(OUTLETS)
        at = at or START + timedelta(seconds=self.random.randrange(DAYS * 86400))
        if self.random.random() < 0.4:
            sentences = [*sentences, self.random.choice(self.standing[outlet])]
        headline = self.words(8, self.random).title()
        piece = Piece(
            id=f"a{number}", event=event or f"e{number}", kind=kind, outlet=outlet, at=at, headline=headline, sentences=tuple(sentences)
        )
        self.pieces.append(piece)
        return piece

    def copy(self, base: Piece, sentences: Sequence[str], kind: str, hours: tuple[float, float] = (0.1, 48), outlet: str = "") -> Piece:
        """Add a copy at another outlet, some hours later."""
        other = outlet or self.random.choice([name for name in OUTLETS if name != base.outlet])
        later = base.at + timedelta(hours=self.random.uniform(*hours))
        return self.publish(sentences, kind=kind, event=base.event, outlet=other, at=later)

    def edit_blocks(self, sentences: Sequence[str], share: float) -> list[str]:
        """Delete, replace, insert or move whole sentences."""
        edited = list(sentences)
        for _ in range(max(1, round(share * len(edited)))):
            at = self.random.randrange(len(edited))
            act = self.random.choice(("delete", "replace", "insert", "move"))
            sentence = edited.pop(at) if act in {"delete", "move"} else edited[at]
            if act == "replace":
                edited[at] = self.sentence()
            elif act != "delete":
                edited.insert(self.random.randrange(len(edited) + 1), self.sentence() if act == "insert" else sentence)
        return edited

    def edit_words(self, sentences: Sequence[str], share: float) -> list[str]:
        """Exchange words here and there."""
        return [
            " ".join(self.words(1, self.random) if self.random.random() < share else word for word in sentence.split())
            for sentence in sentences
        ]

    def cover(self, base: Piece) -> None:
        """Let other outlets carry a text, each in its way."""
        text, lead = base.sentences, [self.sentence(), self.sentence()]
        half = max(4, round(0.4 * len(text)))
        ways = {
            "wire": lambda: (text, (0.1, 48.0)),
            "block 10 %": lambda: (self.edit_blocks(text, 0.1), (0.1, 48.0)),
            "block 20 %": lambda: (self.edit_blocks(text, 0.2), (0.1, 48.0)),
            "block 40 %": lambda: (self.edit_blocks(text, 0.4), (0.1, 48.0)),
            "scattered 5 %": lambda: (self.edit_words(text, 0.05), (0.1, 48.0)),
            "cut": lambda: (text[:half], (0.1, 48.0)),
            "cut, new lead": lambda: ([lead[0], *text[2 : half + 3]], (0.1, 48.0)),
            "extended": lambda: ([*text, *self.text(4, max(5, len(text)))], (0.1, 48.0)),
            "late": lambda: (self.edit_blocks(text, 0.05), (96.0, 144.0)),
        }
        for kind in self.random.sample(sorted(ways), self.random.choice((1, 1, 2, 2, 3, 5))):
            sentences, hours = ways[kind]()
            self.copy(base, sentences, kind, hours)


def corpus(seed: int, articles: int = 4000) -> list[Piece]:
    """Return articles in order of time: as many as asked for, a few more or less."""
    room = Newsroom(seed)
    scale = articles / 4000
    bases = [room.publish(room.text(), kind="original") for _ in range(round(420 * scale))]
    for base in bases:
        room.cover(base)
    for _ in range(round(24 * scale)):  # one text on the hosts of one outlet
        base = room.publish(room.text(), kind="original")
        for _ in range(room.random.randint(3, 7)):
            room.copy(base, room.edit_words(base.sentences, 0.01), "regional hosts", (0.1, 12), base.outlet)
    for _ in range(round(24 * scale)):
        base = room.publish(room.text(6, 10), kind="original")
        told = list(base.sentences)
        for number in range(room.random.randint(3, 6)):
            told = [*room.text(1, 3), *told]
            room.copy(base, told, "live updates", (2 + 2 * number, 3 + 2 * number), base.outlet)
    for number in range(round(52 * scale)):
        parts = room.random.sample([base for base in bases if base.at < START + timedelta(days=8)], 2 if number % 4 else 6)
        whole = [sentence for part in parts for sentence in (part.sentences if len(parts) == 2 else part.sentences[:6])]
        last = max(part.at for part in parts)
        if last - min(part.at for part in parts) < timedelta(days=6):
            room.publish(whole, kind="merged" if len(parts) == 2 else "round-up", at=last + timedelta(hours=room.random.uniform(0.5, 20)))
    for _ in range(5):  # series: sentences that stay, and the day's figures
        outlet, fixed = room.random.choice(OUTLETS), [room.words(20, room.random) for _ in range(4)]
        for number in range(round(80 * scale)):
            told = [f"{sentence} {room.words(5, room.random)}." for sentence in fixed]
            at = START + timedelta(hours=DAYS * 24 * number / max(1, round(80 * scale)))
            room.publish(told, kind="series", outlet=outlet, at=at)
    for _ in range(round(300 * scale)):  # the same thing told twice: two or three quotes in common
        base = room.publish(room.text(), kind="same event")
        quotes = room.random.sample(base.sentences, room.random.choice((2, 3)))
        told = [*room.text(), *quotes]
        room.random.shuffle(told)
        room.publish(told, kind="same event", at=base.at + timedelta(hours=room.random.uniform(0.1, 20)))
    while len(room.pieces) < articles:
        room.publish(room.text(), kind="single")
    return sorted(room.pieces, key=lambda piece: (piece.at, piece.id))
