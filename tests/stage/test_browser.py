"""An imitated outlet whose articles are built by scripts, with real Chromium, over TLS by a certificate that SSL_CERT_FILE names."""

from collections.abc import Callable

import pytest

from crawler.browser.chromium import find_chromium
from tests.faults.slow import SLOW
from tests.stage.stage import Stage, needs_the_stage

pytestmark = [
    *needs_the_stage,
    pytest.mark.skipif(not SLOW, reason="some minutes: make test-slow"),
    pytest.mark.skipif(find_chromium() is None, reason="CHROMIUM IS ABSENT: no page is opened in a browser (make browser)"),
]


def test_an_outlet_of_shells_is_read_and_the_others_as_before(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(days=2, a_day=60)
    result = stage.drill("browser", HOST="tribunnews.com")
    proven, declared = result["proven"], result["declared"]
    assert (proven["exit"], declared["exit"]) == (1, 0), declared["err"]
    assert "browser tribunnews: " in proven["out"]
    assert "Traceback" not in proven["err"] + declared["err"]
    score = stage.score()
    assert score["topic"]["recall"] >= 0.95
    assert score["body_f1_mean"] >= 0.98
    assert (score["n_extra"], score["n_duplicates"], score["noise_leaks"]) == (0, 0, 0)
    own = score["per_outlet"]["tribunnews"]
    assert own["on_topic"] > 4
    assert (own["body_f1_mean"] >= 0.99, own["recall"] >= 0.95) == (True, True), own
