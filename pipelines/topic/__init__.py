"""Decides what a story is about. The topic itself is data: ../topics/korea_russia.toml."""

from pipelines.topic.classifier import Topic
from pipelines.topic.definition import TopicError
from pipelines.topic.pipeline import TopicPipeline
from pipelines.topic.topics import Topics

__all__ = ["Topic", "TopicError", "TopicPipeline", "Topics"]
