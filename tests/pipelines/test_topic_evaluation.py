"""Shares with their intervals, and what is measured on labelled stories."""

import json
from pathlib import Path

import pytest

from crawler.settings import TOPIC as TOPIC_FILE
from pipelines.topic import Topic
from pipelines.topic.evaluation import CasesError, Share, classify_cases, figures, group_by, read_cases, taken

ROW = {
    "id": "1",
    "title": "Korut Kirim Pasukan ke Rusia",
    "text": "Korut mengirim pasukan.",
    "label": "on",
    "kind": "x",
    "text_form": "retold",
}


def write(tmp_path: Path, *rows: object) -> Path:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return file


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [  # as R's binom.confint(method = "wilson") gives them
        (Share(0, 10), 0.0, 0.2775),
        (Share(5, 10), 0.2366, 0.7634),
        (Share(10, 10), 0.7225, 1.0),
        (Share(95, 100), 0.8882, 0.9785),
        (Share(0, 0), 0.0, 1.0),
    ],
)
def test_wilson_interval(share: Share, low: float, high: float) -> None:
    assert share.interval == pytest.approx((low, high), abs=0.0001)


def test_a_share_is_read_by_people_and_machines() -> None:
    assert str(Share(95, 100)) == "0.950 [0.888-0.978] 95/100"
    assert str(Share(0, 0)) == "-"
    assert Share(0, 0).as_json() == {"value": None, "low": 0, "high": 1, "hits": 0, "total": 0}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((ROW, "{"), ":2: is no case"),
        ((ROW, "", {"id": "2"}), r":3: is no case.*'title'"),
        ((["a"],), ":1: is no case"),
        (({**ROW, "label": "maybe"},), ":1: label: must be one of on, borderline, off, but is 'maybe'"),
        (({**ROW, "title": None},), ":1: title: must be text"),
        ((), "holds no cases"),
    ],
)
def test_a_faulty_file_of_cases_is_refused_with_its_line(tmp_path: Path, rows: tuple[object, ...], said: str) -> None:
    with pytest.raises(CasesError, match=said):
        read_cases(write(tmp_path, *rows))


def test_a_missing_file_of_cases_is_named(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match=r"none\.jsonl: cannot be read"):
        read_cases(tmp_path / "none.jsonl")


def test_what_is_measured(tmp_path: Path) -> None:
    rows = [
        ROW,
        {**ROW, "id": "2", "title": "Kapal Itu Datang", "text": "Korut mengirim kapal ke Rusia.", "text_form": "article"},  # review
        {**ROW, "id": "3", "label": "borderline"},
        {
            **ROW,
            "id": "4",
            "label": "off",
            "kind": "market",
            "title": "Rupiah Naik",
            "text": "Won Korea turun. Rubel di Rusia naik. Rusia.",
        },
        {**ROW, "id": "5", "label": "off", "kind": "single"},  # a false one
    ]
    classified = classify_cases(Topic.load(Path(TOPIC_FILE)), read_cases(write(tmp_path, *rows)))
    assert [each.verdict.band for each in classified] == ["about", "review", "about", "none", "about"]
    assert [each.is_wrong for each in classified] == [False, True, False, False, True]
    assert figures(classified) == {
        "about precision": Share(1, 2), "about recall": Share(1, 2),
        "about or review precision": Share(2, 3), "about or review recall": Share(2, 2),
        "naive precision": Share(2, 4), "naive recall": Share(2, 2),
    }  # fmt: skip
    assert list(group_by(classified, "text_form")) == [("article",), ("retold",)]
    assert {group: taken(part)["about or review"] for group, part in group_by(classified, "label", "kind").items()} == {
        ("on", "x"): Share(2, 2),
        ("borderline", "x"): Share(1, 1),
        ("off", "market"): Share(0, 1),
        ("off", "single"): Share(1, 1),
    }
