"""The whole crawler against outlets as odd as real ones are: every page and list has an oddity or two (root and Linux only)."""

import re
from collections.abc import Callable

import pytest

from tests.faults.slow import SLOW
from tests.stage.stage import Stage, needs_the_stage

pytestmark = needs_the_stage


@pytest.fixture(scope="module")
def stage(make_stage: Callable[..., Stage]) -> Stage:
    return make_stage(days=2, seed=1848, a_day=40, wild=1)


def test_odd_pages_are_read_as_a_reader_sees_them(stage: Stage) -> None:
    run = stage.drill("wild")["run"]
    assert (run["exit"], "Traceback" in run["err"]) == (0, False), run["err"]
    score = stage.score()
    assert len(score["wild"]) > 20
    assert score["topic"]["on_topic"] > 30
    assert min(score["topic"]["recall"], score["topic"]["precision"], score["body_f1_mean"]) >= 0.99, score
    assert min(score["headline_exact"], score["published_at_exact"], score["authors_exact"]) >= 0.98, score["wrong"]
    assert (score["n_extra"], score["n_duplicates"], score["noise_leaks"]) == (0, 0, 0), score


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_what_is_served_in_the_place_of_articles_is_not_stored(stage: Stage) -> None:
    result = stage.drill("instead")
    assert "Traceback" not in result["run"]["err"]
    assert len(result["hits"]) == 4
    assert min(result["hits"].values()) >= 5
    told = re.findall(r"(\d+) of (\d+) article pages gave no article", result["run"]["out"])
    assert [refused for refused, _ in told] == [fetched for _, fetched in told]
    assert len(told) == 6
    assert "browser tribunnews: 9 of 9 article pages need a browser; there is none: make browser" in result["run"]["out"]
    assert result["articles"] == []
