"""Wordings that outlets share: a line or a tail that must be cut, and beside it a line of a story that only looks like it."""

import pytest

from crawler.reading.noise import clean_lines

FIRST = "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang."
LAST = "Nakhoda khayalan itu berjanji akan kembali sebelum musim dingin tiba di pelabuhan utara."

SIGNOFFS = [
    ("[bal]", "[Bagian kedua]"),
    ("[Red]", "[Sambil tertawa]"),
    ("[abc/def]", "[kapal/perahu] adalah dua kata yang berbeda, katanya."),
    ("(Ant/OL-3)", "(Kapal jenis OL-3)"),
    ("(OL-3)", "(20-30 orang)"),
    ("(Z-10)", "(Kelas Z)"),
    ("(T.R021)", "(Tabel R)"),
    ("(reuters/abc)", "(datang/pergi setiap hari)"),
    ("(contoh.id)", "(lihat contoh)"),
    ("-abc-", "- abc"),
    ("(Reuters)", "(menurut Reuters)"),
]
TAILS = [
    (" [bal]", ' "Kapal itu [sic]'),
    ("[bal]", " [bagian dua]"),
    (" (Ant/OL-3)", " (tipe OL-3 buatan lokal)"),
    (" (T.R021)", " (lihat T.R)"),
    (" (antara/abc)", " (dermaga/pelabuhan kecil)"),
    (" (Abc/Def)**", " (kelas A)**"),
    (" (Rani Contoh)", " (HR Contoh)"),
]


@pytest.mark.parametrize(("noise", "story"), SIGNOFFS)
def test_a_line_that_signs_the_story(noise: str, story: str) -> None:
    assert clean_lines([FIRST, LAST, noise]).removed == {"signoff": 1}
    assert clean_lines([FIRST, story, LAST]).paragraphs == [FIRST, story, LAST]


@pytest.mark.parametrize(("noise", "story"), TAILS)
def test_a_tail_that_signs_the_story(noise: str, story: str) -> None:
    assert clean_lines([FIRST, LAST + noise]).paragraphs == [FIRST, LAST]
    assert clean_lines([FIRST, LAST + story]).paragraphs == [FIRST, LAST + story]


def test_names_and_abbreviations_in_brackets_sign_only_the_end() -> None:
    for bracket in (" (Rani Contoh)", " [bal]", " (OL-3)"):
        assert clean_lines([FIRST + bracket, LAST, LAST + " Demikian."]).paragraphs[0] == FIRST + bracket


@pytest.mark.parametrize(
    ("line", "authors", "agencies"),
    [
        ("RANI CONTOH", ["RANI CONTOH"], []),
        ("RANI CONTOH | ANTARA", ["RANI CONTOH"], ["ANTARA"]),
        ("RANI CONTOH | BUDI PENYUNTING", ["RANI CONTOH", "BUDI PENYUNTING"], []),
        ("REUTERS | BBC", [], ["Reuters"]),
        ("(Rani Contoh)", ["Rani Contoh"], []),
        ("DOR", [], []),
    ],
)
def test_capitals_and_names_below_the_last_paragraph(line: str, authors: list[str], agencies: list[str]) -> None:
    for lines in ([FIRST, LAST, line], [FIRST, LAST, line, "Baca juga: Dermaga Khayalan Ditutup"]):
        got = clean_lines(lines)
        assert (got.paragraphs, got.authors, got.agencies) == ([FIRST, LAST], authors, agencies)


def test_capitals_that_end_a_list_are_an_item_of_it() -> None:
    assert clean_lines([FIRST, LAST, "BBCA", "BBRI"]).paragraphs == [FIRST, LAST, "BBCA", "BBRI"]


def test_a_name_in_brackets_glued_to_the_last_paragraph_is_the_writer() -> None:
    assert clean_lines([FIRST, LAST + " (Rani Contoh)"]).authors == ["Rani Contoh"]
