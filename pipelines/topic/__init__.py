"""Decides what a story is about. The topic itself is data: ../topics/korea_russia.toml."""

from pipelines.topic.definition import TopicError
from pipelines.topic.judge import Topic
from pipelines.topic.pipeline import TopicPipeline

__all__ = ["Topic", "TopicError", "TopicPipeline"]
