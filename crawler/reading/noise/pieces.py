"""What cleaning makes of lines: the story's paragraphs, and the pieces that were cut."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.reading.nodes import Node


class Removed(NamedTuple):
    """A piece of a page that is not its story: its kind, its text, and the element it stands in where that is known."""

    kind: str
    text: str
    element: Node | None = None


@dataclass
class CleanedLines:
    """The story's paragraphs, the pieces that were cut, and what these and the opening said about who made it."""

    paragraphs: list[str] = field(default_factory=list)
    pieces: list[Removed] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)  # whom a sign-off or a credit names as the source of the text
    captions: list[str] = field(default_factory=list)
    labelled: list[str] = field(default_factory=list)  # those of the authors whom a label calls so: "Penulis: Rani Contoh"
    initials: list[str] = field(default_factory=list)  # of a sign-off "(sef/haa)": writer first, then editor
    dateline: str | None = None  # the place alone

    @property
    def removed(self) -> Counter[str]:
        """How many pieces of each kind were cut."""
        return Counter(piece.kind for piece in self.pieces)
