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
SYLLABLES = [consonant + vowel for consonant in "bdgklmnprst" for vowel in "aeiu"]
ENDS = ("", "n", "ng", "r", "s", "t", "k", "h", "m", "l")
SMALL = [
    "yang",
    "dan",
    "di",
    "ke",
    "dari",
    "untuk",
    "dengan",
    "pada",
    "dalam",
    "itu",
    "ini",
    "akan",
    "telah",
    "tidak",
    "juga",
    "oleh",
    "bahwa",
    "para",
    "sebagai",
    "kata",
]


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
        self.random = Random(seed)  # noqa: S311 - prose, no secret
        chance = Random(0)  # noqa: S311 - the language is the same for every corpus
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
        text, lead = base.sentences, [self.sentence()]
        half = max(4, round(0.4 * len(text)))
        soon, days_later = (0.1, 48.0), (96.0, 144.0)
        ways: dict[str, tuple[Sequence[str], tuple[float, float]]] = {
            "wire": (text, soon),
            "block 10 %": (self.edit_blocks(text, 0.1), soon),
            "block 20 %": (self.edit_blocks(text, 0.2), soon),
            "block 40 %": (self.edit_blocks(text, 0.4), soon),
            "scattered 5 %": (self.edit_words(text, 0.05), soon),
            "cut": (text[:half], soon),
            "cut, new lead": ([lead[0], *text[2 : half + 3]], soon),
            "extended": ([*text, *self.text(4, max(5, len(text)))], soon),
            "late": (self.edit_blocks(text, 0.05), days_later),
        }
        for kind in self.random.sample(sorted(ways), self.random.choice((1, 1, 2, 2, 3, 5))):
            sentences, hours = ways[kind]
            self.copy(base, sentences, kind, hours)

    def cover_all(self, number: int) -> list[Piece]:
        """Add texts and what others made of them."""
        bases = [self.publish(self.text(), kind="original") for _ in range(number)]
        for base in bases:
            self.cover(base)
        return bases

    def regional_hosts(self) -> None:
        """Add one text on the hosts of one outlet."""
        base = self.publish(self.text(), kind="original")
        for _ in range(self.random.randint(3, 7)):
            self.copy(base, self.edit_words(base.sentences, 0.01), "regional hosts", (0.1, 12), base.outlet)

    def live_updates(self) -> None:
        """Add a text that grows at the top, each time under another address."""
        base = self.publish(self.text(6, 10), kind="original")
        told = list(base.sentences)
        for number in range(self.random.randint(3, 6)):
            told = [*self.text(1, 3), *told]
            self.copy(base, told, "live updates", (2 + 2 * number, 3 + 2 * number), base.outlet)

    def put_together(self, bases: Sequence[Piece], parts: int) -> None:
        """Add a text of two whole ones, or a round-up of the beginnings of some."""
        first = self.random.choice(bases)
        near = [base for base in bases if base is not first and abs(base.at - first.at) < timedelta(days=3)]
        chosen = [first, *self.random.sample(near, min(parts - 1, len(near)))]
        told = [sentence for piece in chosen for sentence in (piece.sentences if parts == 2 else piece.sentences[:6])]
        at = max(piece.at for piece in chosen) + timedelta(hours=self.random.uniform(0.5, 20))
        self.publish(told, kind="merged" if parts == 2 else "round-up", at=at)

    def series(self, number: int) -> None:
        """Add articles of one outlet that have most sentences in common: a market report, results of matches."""
        outlet, fixed = self.random.choice(OUTLETS), [self.words(20, self.random) for _ in range(4)]
        for turn in range(number):
            told = [f"{sentence} {self.words(5, self.random)}." for sentence in fixed]
            self.publish(told, kind="series", outlet=outlet, at=START + timedelta(days=DAYS) * turn / number)

    def same_event(self) -> None:
        """Add two texts about one thing, with two or three quotes in common."""
        base = self.publish(self.text(), kind="same event")
        told = [*self.text(), *self.random.sample(base.sentences, self.random.choice((2, 3)))]
        self.random.shuffle(told)
        self.publish(told, kind="same event", at=base.at + timedelta(hours=self.random.uniform(0.1, 20)))


def corpus(seed: int, articles: int = 4000) -> list[Piece]:
    """Return articles in order of time: as many as asked for, the share of each kind always the same."""
    room = Newsroom(seed)
    bases = room.cover_all(articles // 10)
    for number in range(articles // 160):
        room.regional_hosts()
        room.live_updates()
        room.put_together(bases, parts=2 if number % 3 else 6)
    for _ in range(5):
        room.series(articles // 50)
    for _ in range(articles // 14):
        room.same_event()
    while len(room.pieces) < articles:
        room.publish(room.text(), kind="single")
    return sorted(room.pieces, key=lambda piece: (piece.at, piece.id))
