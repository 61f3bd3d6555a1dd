"""People and datelines, as Indonesian outlets print them."""

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.reading.attribution.dateline import find_dateline
from crawler.reading.attribution.people import merge_names, read_names, read_names_of, read_roles


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
        # degrees: dots or none, a comma or none
        ("Rani Contoh, SH, MH", ["Rani Contoh"]),
        ("Rani Contoh, SKom., M.Kom.", ["Rani Contoh"]),
        ("Rani Contoh, S. Sos, MSi", ["Rani Contoh"]),
        ("Dr. Ir. Rani Contoh, S.T., M.T., Ph.D.", ["Dr. Ir. Rani Contoh"]),
        ("Rani Contoh, B.Sc., MBA dan Made Contoh, S.Tr.Kom.", ["Rani Contoh", "Made Contoh"]),
        ("Rani Contoh S.Sos M.Si", ["Rani Contoh"]),
        ("Rani Contoh MBA", ["Rani Contoh"]),
        ("Rani Contoh, PhD", ["Rani Contoh"]),
        ("Rani Contoh, ma", ["Rani Contoh", "ma"]),  # initials
        ("Rani Ma", ["Rani Ma"]),
        # roles without a colon, jobs
        ("Wartawan Rani Contoh", ["Rani Contoh"]),
        ("Penulis Lepas Rani Contoh", ["Rani Contoh"]),
        ("Kontributor Rani Contoh", ["Rani Contoh"]),
        ("Ditulis oleh Rani Contoh", ["Rani Contoh"]),
        ("Written by Rani Contoh", ["Rani Contoh"]),
        ("OlehRani Contoh", ["Rani Contoh"]),
        ("Von Rani Contoh, Frankfurt", ["Rani Contoh"]),
        ("Rani Contoh, Jurnalis Harian Khayal", ["Rani Contoh"]),
        ("Rani Contoh, Dosen Universitas Khayal", ["Rani Contoh"]),
        ("Rani Contoh, Senior Foreign Correspondent", ["Rani Contoh"]),
        ("Contoh Reporter", ["Contoh Reporter"]),
        ("Reporter Rani Contoh, Reporter Hadi Umpama", ["Rani Contoh", "Hadi Umpama"]),
        ("Reporter Rani Contoh, Wartawan Senior", ["Rani Contoh"]),
        ("Byron Contoh", ["Byron Contoh"]),
        # outlets, agencies, networks
        ("Rani Contoh - CNN Indonesia", ["Rani Contoh"]),
        ("Rani Contoh – Harian Khayal Pagi", ["Rani Contoh"]),
        ("Media Khayal - Rani Contoh", ["Rani Contoh"]),
        ("Rani Contoh, Jawa Pos", ["Rani Contoh"]),
        ("Rani Contoh/TribunKhayal", ["Rani Contoh"]),
        ("Sindonews", []),
        ("AFP, Associated Press", []),
        ("Associated Press di Valencia", []),
        ("Rani Contoh, Reuters", ["Rani Contoh"]),
        ("Rani Contoh, Facebook, WhatsApp", ["Rani Contoh"]),
        ("Facebook", []),
        ("Bagikan ke Telegram", []),
        ("Suara Rani Contoh", ["Suara Rani Contoh"]),
        # places and prepositions
        ("Rani Contoh, Jakarta", ["Rani Contoh"]),
        ("Rani Contoh, Kabupaten Khayal", ["Rani Contoh"]),
        ("Rani Contoh di Moskow", ["Rani Contoh"]),
        ("Oleh", []),
        ("dari", []),
        # what was glued or lined up
        ("Rani|Kota|Fri", ["Rani"]),
        ("Rani Contoh | Nasional | 9 Agustus 2026", ["Rani Contoh"]),
        ("Rani Contoh | Made Contoh", ["Rani Contoh", "Made Contoh"]),
        ("Rani ContohTwitter", ["Rani Contoh"]),
        ("Rani ContohJurnalis Kompas.com", ["Rani Contoh"]),
        ("Rani McContoh", ["Rani McContoh"]),
        ("Rani Contoh December 4, 2026", ["Rani Contoh"]),
        ("Rani Contoh, March 4", ["Rani Contoh"]),
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


def test_a_name_can_end_like_a_role() -> None:
    assert read_roles("Rep: Rani Reporter/ Red: Budi Penyunting")[:2] == (["Rani Reporter"], ["Budi Penyunting"])


def test_the_houses_own_names_are_no_people() -> None:
    assert read_names("Kabar Khayal, Rani Contoh", ["Kabar Khayal"]) == ["Rani Contoh"]
    assert read_names("Rani Contoh, kabarkhayal", ["Kabar Khayal"]) == ["Rani Contoh"]
    assert read_names("Khayalpos Daerah", ["khayalpos"]) == []
    assert read_names("Kabar Rani", ["Kabar Khayal"]) == ["Kabar Rani"]


@pytest.mark.parametrize("printed", ["Editor Rani Contoh", "Redaktur Pelaksana Rani Contoh"])
def test_an_editor_is_no_author(printed: str) -> None:
    assert read_names_of("authors", printed) == []
    assert read_names_of("editors", printed) == ["Rani Contoh"]


def test_none_of_our_outlets_is_a_person() -> None:
    names = [name.replace("_", " ") for name in get_spider_loader(Settings({"SPIDER_MODULES": ["crawler.spiders"]})).list()]
    assert "kompas tv" in names
    assert [name for name in names if read_names(name)] == []


def test_names_are_merged_whatever_their_case() -> None:
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
