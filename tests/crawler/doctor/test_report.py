"""What the doctor prints."""

from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from crawler.doctor.checks import Diagnosis, diagnose, span
from crawler.doctor.markdown import report
from crawler.doctor.report import show, summary
from tests.crawler.doctor.kabar import (
    Kabar,
    Refusing,
    entries,
    failing,
    healthy,
    html,
    listing,
    topic,
)


def told(diagnosis: Diagnosis, width: int = 100) -> str:
    console = Console(width=width, highlight=False)
    with console.capture() as capture:
        show(diagnosis, console, Path("/tmp/kabar"))
    return capture.get()


def redesigned() -> Diagnosis:
    """Of an outlet whose story stands in another element than declared, and whose feed is dead."""
    seen = healthy(Kabar, html(place="teks-baru"))
    return diagnose(failing(seen, "feed", status=404, reason="HTTP 404"), topic())


def test_selectors_that_find_nothing_are_named_and_where_the_story_stands() -> None:
    text = " ".join(told(redesigned(), width=200).split())
    assert 'A redesign?; the story stands in .teks-baru: body=(".teks-baru",)' in text
    assert "selectors: these find nothing: body .isi" in text
    assert "these find nothing" not in told(diagnose(healthy(), topic()))


def test_what_failed_can_be_pasted_as_an_issue() -> None:
    text = report([redesigned(), diagnose(healthy(), topic())], "0.1")
    assert "## kabar: feed; body not as declared" in text
    assert "- [x] **feed**: HTTP 404 (expected: it lists articles)" in text
    assert "- [x] **body**: read generically: the outlet's rules found none. A redesign?; the story stands in .teks-baru" in text
    assert "| feed | 404 | allowed |  |  | HTTP 404 |" in text
    assert "Article: https://kabar.example/dunia/100" in text
    assert text.endswith("All checks hold: kabar.\n")
    assert report([diagnose(healthy(), topic())], "0.1") == "All checks hold: kabar.\n"


def test_a_refusal_is_told_with_what_is_known_of_it() -> None:
    seen = failing(healthy(Refusing), status=403, reason="HTTP 403")
    seen.articles.clear()
    text = " ".join(told(diagnose(seen, topic())).split())
    assert "403 to everything: this address or this user agent is refused (expected: it answers)" in text
    assert "asked as Poros/test" in text
    assert "It answers 403 to ships (2026-11)." in text
    assert "docs/operating.md" in text
    assert "ships" not in told(diagnose(healthy(Refusing), topic()))


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_nothing_is_cut_off_on_a_narrow_terminal(width: int) -> None:
    seen = listing(healthy(Kabar, html(author="")), "feed", entries(6))
    text = told(diagnose(seen, topic()), width)
    assert "…" not in text
    tables = [line for line in text.splitlines() if not line.startswith(("look:", "article", "kabar"))]
    assert max(map(len, tables)) <= width
    for words in ("tag korut", "allowed", "6 h of 14 h", "summary, time", "Kapal Tiba", "it reaches 6 h back"):
        assert words in text or width == 60, words
    assert text.count("tag korut") == (1 if width >= 120 else 2), "one table where there is room"


def test_the_summary_is_for_several() -> None:
    well, ill = diagnose(healthy(), topic()), diagnose(failing(healthy(), "feed", status=404, reason="HTTP 404"), topic())
    console = Console(width=100, highlight=False)
    with console.capture() as capture:
        summary([well, ill], console)
    assert "1 of 2 outlets pass all checks" in capture.get()
    assert "1 failed: feed: HTTP 404" in capture.get()
    with console.capture() as capture:
        summary([well], console)
    assert "outlets" not in capture.get()


@pytest.mark.parametrize(("age", "said"), [(0, "0 min"), (99, "99 min"), (100, "2 h"), (60 * 71, "71 h"), (60 * 72, "3 d"), (-5, "0 min")])
def test_spans_as_people_say_them(age: int, said: str) -> None:
    assert span(timedelta(minutes=age)) == said
