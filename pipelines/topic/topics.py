"""All the topics that one crawl classifies its pages by."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Self

from crawler.article import Verdict
from pipelines.topic.classifier import Topic
from pipelines.topic.definition import TopicError


class Topics:
    """One or more topics of different names, in the order in which they are named."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._topics = topics

    @classmethod
    def load(cls, paths: Sequence[str]) -> Self:
        """Read topic files, each once a process.

        Raises TopicError: for one that cannot be used, with file, line and key; for two topics of one name; and where no file is named.
        """
        files: dict[str, str] = {}
        for path in paths:
            if (name := _load(path).name) in files:
                raise TopicError(f"{path}: there is a topic {name} already, in {files[name]}")
            files[name] = path
        if not files:
            raise TopicError("TOPIC names no file")
        return cls({name: _load(path) for name, path in files.items()})

    @property
    def names(self) -> list[str]:
        """Their names, in their order."""
        return list(self._topics)

    @property
    def spellings(self) -> list[Sequence[str]]:
        """Groups of names that are searched alike."""
        return [group for topic in self for group in topic.definition.spellings]

    def named(self, name: str) -> Topic:
        """Return one of them. Raises TopicError for a name that none of them has."""
        if name not in self._topics:
            raise TopicError(f"there is no topic {name}, only {', '.join(self._topics)}")
        return self._topics[name]

    def may_be_relevant(self, words: str) -> bool:
        """Return whether a title, a summary or keywords may belong to a story of any topic."""
        return any(topic.may_be_relevant(words) for topic in self)

    def classify(self, headline: str, body: str) -> dict[str, Verdict]:
        """Return every topic's verdict on a cleaned story, by the topic's name."""
        return {topic.name: topic.classify(headline, body) for topic in self}

    def __iter__(self) -> Iterator[Topic]:
        """Yield them in their order."""
        return iter(self._topics.values())


@lru_cache
def _load(path: str) -> Topic:
    return Topic.load(Path(path))
