"""What must stand in all that an expression matches, read from its source."""

import pytest

from crawler.reading.prefilter import NO_LETTER, landmarks, openings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"baca juga\b.*$", {"baca juga"}),
        (r"baca|lihat", {"baca", "lihat"}),
        (r"(?:satu |dua )?artikel ini", {"satu ", "dua ", "artikel ini"}),
        (r"(?:satu |dua ){0,3}artikel", {"satu ", "dua ", "artikel"}),
        (r"(?:satu|artikel) ini", {"satu", "artikel"}),
        (r"(?:ikuti(?! (?:cara|tips)\b)|yuk)\b", {"ikuti", "yuk"}),
        (r"berit?a", {"beri"}),
        (r"a+b", {"a"}),
        (r"(?=.*kami)\bgabung", {"gabung"}),
        (r"(?-i:[A-Z])apal", {""}),
        (r"\w+ kapal", {""}),
        (r".{3,60}kapal", {""}),
        (r"\W*baca", {NO_LETTER, "baca"}),
        (r"[^\w\"]{0,3}baca", {NO_LETTER, "baca"}),
        (r"\[video", {"[video"}),
        (r"(?:|baca)", {"", "baca"}),
        (r"(?P<name>baca)", {""}),
        (r"(?i:baca)", {""}),
        (r"", {""}),
    ],
)
def test_openings(source: str, expected: set[str]) -> None:
    assert openings(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\w+ berkontribusi (?:dalam|pada)\b", {" berkontribusi "}),
        (r"(?:[.#][\w-]+)+\{[^{}]*\}", {"{"}),
        (r"(?:\(Baca|Baca)\s?:", {"Baca"}),
        (r"[A-Z]+\.(?:com|COM)/", {".com", ".COM"}),
        (r"\w+|kapal", {""}),
        (r"\w{3}", {""}),
        (r"kapal?", {"kapa"}),
    ],
)
def test_landmarks(source: str, expected: set[str]) -> None:
    assert set(landmarks(source)) == expected
