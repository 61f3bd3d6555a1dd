"""Worlds for the drills, and their databases taken away after them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stage.stage import Stage


@pytest.fixture(scope="module")
def make_stage(tmp_path_factory: pytest.TempPathFactory, database_remover: Callable[[Path], None]) -> Iterator[Callable[..., Stage]]:
    folder = tmp_path_factory.mktemp("stage")

    def make(**kwargs: Any) -> Stage:
        return Stage(folder, **kwargs)

    yield make
    for data in folder.iterdir():
        if (data / "postgres").exists():
            database_remover(data)
