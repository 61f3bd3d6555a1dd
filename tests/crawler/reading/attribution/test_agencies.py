"""Agencies and foreign outlets, as Indonesian outlets print them, and what they are named for."""

import pytest

from crawler.article import AgencyMention
from crawler.reading.attribution.agencies import agencies_in_caption, agencies_in_text, agencies_of_source, is_publisher_of


def told(mentions: list[AgencyMention]) -> list[str]:
    return [str(mention) for mention in mentions]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("tambah kantor berita itu, dimuat AFP.", ["AFP (quoted)"]),
        ("Penumpang, menurut AP II, naik di bandara itu.", []),
        ("Menurut AP, inisial korban, kejadian itu malam hari.", []),
        ("Menurut RT setempat, warga mengungsi ke balai desa.", []),
        ("Menurut RT, warga mengungsi. Ketua RT 05 membenarkan.", []),
        ("Menurut RT, perundingan itu gagal.", ["RT (quoted)"]),
        ("kata DPA Konstruksi, pemilik proyek", []),
        ("Pemerintah memblokir situs Deutsche Welle sejak pekan lalu.", ["DW (subject)"]),
        ("Mereka mencabut akreditasi biro ABC News.", ["ABC News (subject)"]),
        ("Uni Eropa menjatuhkan sanksi terhadap RIA Novosti.", ["RIA Novosti (subject)"]),
        ("tulis KCNA, dikutip dari Associated Press", ["KCNA (quoted)", "AP (quoted)"]),
        ("Menurut Korean Central News Agency (KCNA), kapal itu", ["KCNA (quoted)"]),
        ("Kantor Berita Pusat Korea menyebut kapal", ["KCNA (quoted)"]),
        # glued to their neighbours
        ("kata nakhoda kepadaAFP, Rabu", ["AFP (quoted)"]),
        ("Reutersmelaporkan kapal itu", ["Reuters (quoted)"]),
        ("dikutip dari lamanAP, Kamis", ["AP (quoted)"]),
        ("laporan kantor beritaYonhapyang terbit", ["Yonhap (quoted)"]),
        ("dilansirThe Khayal Timesdan", []),
        # in a chain, in a list
        ("Dikutip dari Guardian, Time, dan Independent, kapal", ["Guardian (quoted)", "Time (quoted)", "Independent (quoted)"]),
        ("Fars, seperti dilansir AFP, menyebut", ["AFP (quoted)"]),
        ("Kantor berita Fars, seperti dilansir AFP, menyebut", ["Fars (quoted)", "AFP (quoted)"]),
        ("Dikutip detikFoto dari Futurism, kapal", ["Futurism (quoted)"]),
        ("Dilansir harian The Lighthouse Herald, kapal", ["Lighthouse Herald (quoted)"]),
        # sisters, and who is none
        ("kata dia kepada BBC News Indonesia", ["BBC (quoted)"]),
        ("kata dia kepada CNN Indonesia", []),
        ("Dikutip dari CNBC International, kapal", ["CNBC (quoted)"]),
        ("dikutip dari Jakarta Post, kapal", []),
        # other senses
        ("AP Contoh adalah inisial.", []),
        ("Perempuan berinisial AP diperiksa. Surat diberikan kepada AP.", []),
        ("Kerja sama antara Rusia dan Korea. Antara lain soal gandum.", []),
        ("PERANG ANTARA RUSIA DAN KOREA", []),
        ("dikutip dari Antara, Senin", ["Antara (quoted)"]),
        ("vaksin Sputnik V", []),
        ("kampus UPI Bandung", []),
        ("Independent dan merdeka, People power, Times Square", []),
        ("Nakhoda Express memakai visa on arrival (VOA)", []),
        ("Elite Pro Academy (EPA) U18", []),
        ("Polisi Federal Australia (AFP) menangkap nakhoda, kata AFP.", []),
        ("APBN, ASEAN, BBCA dan WSJT", []),
        ("Vanity Fair Oscar Party digelar", []),
        ("hadiah Reuters Institute", []),
        ("Baca juga: Laporan AFP soal Kapal", []),
        ("", []),
        # pictures and texts
        ("Kapal bersandar di Kota Khayal (Reuters) Menurut saksi mata kapal itu tua.", ["Reuters (picture)"]),
        ("Kapal bersandar. (AFP/NAMA ORANG)", ["AFP (picture)"]),
        ("Foto: AP", ["AP (picture)"]),
        ("Foto: Contoh (AFP/NAMA). Menurut KCNA via REUTERS", ["AFP (picture)", "KCNA (quoted)", "Reuters (quoted)"]),
        ("MOSKWA (AFP) - Kapal", ["AFP (text)"]),
        ("Artikel ini diadaptasi dari The Guardian", ["Guardian (text)"]),
        ("Foto Getty Images memperlihatkan kapal", ["Getty Images (picture)"]),
        # the outlet itself
        ("Presiden menggugat New York Times senilai dua kapal", ["New York Times (subject)"]),
        ("BBC meminta maaf atas tayangan itu", ["BBC (subject)"]),
        ("Dua jurnalis Al Jazeera yang meliput tewas di pelabuhan", ["Al Jazeera (subject)"]),
        ("Presiden menggugat BBC. Menurut BBC, kapal itu tua.", ["BBC (subject)", "BBC (quoted)"]),
    ],
)
def test_agencies_in_text(text: str, named: list[str]) -> None:
    assert told(agencies_in_text(text)) == named


@pytest.mark.parametrize(
    ("caption", "named"),
    [
        ("Kapal (REUTERS/Nama Orang)", ["Reuters"]),
        ("Kapal. KCNA via REUTERS", ["KCNA", "Reuters"]),
        ("Pool Photo melalui AP", ["AP"]),
        ("(ANTARA FOTO/Nama)", ["Antara"]),
        ("In this photograph distributed by the Russian state agency Sputnik, a ship. (Photo by NAMA / POOL / AFP)", ["Sputnik", "AFP"]),
        ("Kapal antara dua pulau, saat AP dan istri naik", []),
    ],
)
def test_agencies_in_caption(caption: str, named: list[str]) -> None:
    assert agencies_in_caption(caption) == [AgencyMention(name, "picture") for name in named]


def test_agencies_of_a_source_line() -> None:
    assert agencies_of_source("Associated Press") == ["AP"]
    assert agencies_of_source("Reuters/Antara") == ["Reuters", "Antara"]
    assert agencies_of_source("AP; Harian Khayal") == ["AP"]
    assert agencies_of_source("DINI TEJA | ANTARA") == ["Antara"]
    assert agencies_of_source("The Guardian dan dpa") == ["Guardian", "dpa"]


def test_the_publisher_is_no_agency_of_its_own_pages() -> None:
    assert is_publisher_of("Antara", ["www", "antaranews", "com"])
    assert is_publisher_of("BBC", ["BBC News Indonesia"])
    assert not is_publisher_of("Antara", ["www", "tribunnews", "com"])
