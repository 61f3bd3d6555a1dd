"""People, agencies and datelines, as Indonesian outlets print them."""

import pytest

from crawler.reading.attribution.agencies import agencies_of_source, find_agencies
from crawler.reading.attribution.dateline import find_dateline
from crawler.reading.attribution.people import merge_names, read_names, read_roles


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("qwe, CNBC Indonesia", ["qwe"]),
        ("CNBC Indonesia", []),
        ("Rani Contoh", ["Rani Contoh"]),
        ("Rani Contoh, Made Contoh", ["Rani Contoh", "Made Contoh"]),
        ("Rani Contoh dan Made Contoh", ["Rani Contoh", "Made Contoh"]),
        ("Rani Contoh & Made Contoh", ["Rani Contoh", "Made Contoh"]),
        ("Rani Contoh,", ["Rani Contoh"]),
        ("Penulis: Rani Contoh", ["Rani Contoh"]),
        ("Oleh Rani Contoh", ["Rani Contoh"]),
        ("Rani Contoh - detikinet", ["Rani Contoh"]),
        ("Kontributor Denpasar, Rani Contoh", ["Rani Contoh"]),
        ("Kompas Cyber Media", []),
        ("Tim Redaksi", []),
        ("Liputan6.com", []),
        ("https://www.facebook.com/contoh", []),
        ("redaksi@contoh.com", []),
        ("Rizky L Contoh", ["Rizky L Contoh"]),
        ("Oleh Rani Contoh 9 Agustus, 2026", ["Rani Contoh"]),
        ("Rani Contoh/ RCN", ["Rani Contoh"]),
        ("RCN", ["RCN"]),
        ("By", []),
        ("(dbr/ayi)", []),
        ("Rani Contoh, S.H., M.Kn.", ["Rani Contoh"]),
        ("Rani Contoh, Dibaca Normal 3 menit", ["Rani Contoh"]),
        ("Rani Contoh, S. Kedua", ["Rani Contoh", "S. Kedua"]),
        ("Super User", []),
        ("Edy-A.-Contoh", ["Edy-A.-Contoh"]),
        ("B Kunto Contoh", ["B Kunto Contoh"]),
        ("Ni'am Contoh", ["Ni'am Contoh"]),
        ("Rani Contoh, Rani Contoh", ["Rani Contoh"]),
        ("", []),
        ("-", []),
    ],
)
def test_people(printed: str, names: list[str]) -> None:
    assert read_names(printed) == names


@pytest.mark.parametrize(
    "printed",
    [
        "Pewarta: Rani Contoh Editor: Budi Penyunting Copyright © CONTOH 2026",
        "Pewarta: Rani ContohEditor: Budi Penyunting Copyright © CONTOH 2026",
        "(Reporter: Rani Contoh | Editor: Budi Penyunting)",
        "Penulis Lepas: Rani Contoh Redaktur Pelaksana: Budi Penyunting",
    ],
)
def test_who_did_what(printed: str) -> None:
    assert read_roles(printed)[:2] == (["Rani Contoh"], ["Budi Penyunting"])


def test_the_houses_own_names_are_no_people() -> None:
    assert read_names("Harian Khayal, Rani Contoh", ["Harian Khayal"]) == ["Rani Contoh"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("tambah kantor berita itu, dimuat AFP.", ["AFP"]),
        ("tulis KCNA, dikutip dari Associated Press", ["KCNA", "Associated Press"]),
        ("Foto: Contoh (AFP/NAMA). KCNA via REUTERS", ["AFP", "KCNA", "REUTERS"]),
        ("Korean Central News Agency (KCNA)", ["KCNA"]),
        ("Pool Photo melalui AP)", ["Associated Press"]),
        ("AP Contoh adalah inisial.", []),
        ("Kerja sama antara Rusia dan Korea. Antara lain soal gandum.", []),
        ("(ANTARA FOTO/Nama)", ["ANTARA"]),
        ("Jakarta (ANTARA) - Kapal", ["ANTARA"]),
        ("dikutip dari Antara, Senin", ["Antara"]),
        ("dilansir Sputnik", ["Sputnik"]),
        ("vaksin Sputnik V", []),
        ("kampus UPI Bandung", []),
        ("", []),
    ],
)
def test_agencies(text: str, named: list[str]) -> None:
    assert find_agencies(text) == named


def test_agencies_of_a_source_line() -> None:
    assert agencies_of_source("Associated Press") == ["Associated Press"]
    assert agencies_of_source("Reuters/Antara") == ["Reuters", "ANTARA"]
    assert agencies_of_source("AP; Harian Khayal") == ["Associated Press"]


def test_agencies_are_merged_whatever_their_case() -> None:
    assert merge_names(["AFP", "REUTERS"], ["Reuters", "KCNA"]) == ["AFP", "REUTERS", "KCNA"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Jakarta, CNBC Indonesia - Kapal", "Jakarta"),
        ("PYONGYANG, KOMPAS.TV - Kapal", "PYONGYANG"),
        ("MOSKWA, KOMPAS.com – Kapal", "MOSKWA"),
        ("JAKARTA, KOMPAS.com — Kapal", "JAKARTA"),
        ("REPUBLIKA.CO.ID,PYONGYANG -- Kapal", "PYONGYANG"),
        ("REPUBLIKA.CO.ID, NEW YORK -- Kapal", "NEW YORK"),
        ("SEOUL - Kapal", "SEOUL"),
        ("Jakarta - Kapal", "Jakarta"),
        ("Jakarta– Kapal", "Jakarta"),
        ("JAKARTA—Kapal", "JAKARTA"),
        ("Mataram, NTB (ANTARA News) - Kapal", "Mataram"),
        ("ISTANBUL, 23 Februari 2016 (Antara/PRNewswire) -- Kapal", "ISTANBUL"),
        ("jpnn.com, JAKARTA - Kapal", "JAKARTA"),
        ("Liputan6.com, Jakarta - Kapal", "Jakarta"),
        ("TRIBUNSOLO.COM, JAKARTA --Kapal", "JAKARTA"),
        ("TRIBUNNEWS.COM - Kapal", None),
        ("Merdeka.com - Kapal", None),
    ],
)
def test_dateline(text: str, place: str | None) -> None:
    found = find_dateline(text)
    assert found is not None
    assert found.place == place
    assert text[found.end :].strip() == "Kapal"


@pytest.mark.parametrize(
    "text",
    [
        "Kapal khayalan itu - yang dibuat di Busan - bersandar.",
        "Kapal itu bersandar.",
        '"Kami siap - selalu," katanya.',
        "Rusia-Korea Utara sepakat.",
        "Rani—bukan nama sebenarnya—tiba di dermaga.",
        "",
        "-",
    ],
)
def test_no_dateline(text: str) -> None:
    assert find_dateline(text) is None
