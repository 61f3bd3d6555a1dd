"""What is noise, by its wording, and what only looks like it."""

import re

import pytest

from crawler.reading.nodes import Node, parse
from crawler.reading.noise.cleaner import clean_lines, is_sentence, read_attribution, story_lines
from crawler.reading.noise.lines import lines, owners
from crawler.reading.text import every_line

FIRST = "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang."
LAST = "Nakhoda khayalan itu berjanji akan kembali sebelum musim dingin tiba di pelabuhan utara."

NOISE = [
    ("ad", "ADVERTISEMENT"),
    ("related", 'Simak Video "Melihat Kaleng Cat Khayalan"'),
    ("related", "Tonton juga Video: Kapal Khayalan Karam di Kolam"),
    ("ad", "Advertisement"),
    ("ad", "SCROLL TO CONTINUE WITH CONTENT"),
    ("ad", "ADVERTISEMENT SCROLL TO CONTINUE WITH CONTENT"),
    ("ad", "Scroll down untuk melanjutkan membaca"),
    ("ad", "Loading..."),
    ("ad", "Baca berita tanpa iklan. Gabung Kompas.com+"),
    ("related", "Baca juga: Dermaga Khayalan Ditutup"),
    ("related", "Baca Juga: Dermaga Khayalan Ditutup, Ini Sebabnya!"),
    ("related", "BACA JUGA: Dermaga Khayalan Ditutup"),
    ("related", "Baca juga : Dermaga Khayalan Ditutup."),
    ("related", "Baca: Dermaga Khayalan Ditutup"),
    ("related", "Lihat juga"),
    ("related", "Pilihan Redaksi"),
    ("related", "Jangan Lewatkan"),
    ("related", "Saksikan video di bawah ini:"),
    ("related", "Berita Terkait:"),
    ("related", "Yuk, Simak Juga Video ini!"),
    ("related", "Rekomendasi untuk Anda"),
    ("promo", "Ikuti Whatsapp Channel Khayalan"),
    ("promo", "Simak breaking news dan berita pilihan kami langsung di ponselmu. Pilih saluran kami di WhatsApp Channel."),
    ("promo", "Dapatkan update berita pilihan setiap hari. Mari bergabung di Grup Telegram kami."),
    ("promo", "Cek berita dan artikel yang lain di Google News"),
    ("promo", "Add as a preferred source on Google"),
    ("promo", "Pastikan kamu sudah install aplikasi WhatsApp ya."),
    ("promo", "Pilih idol K-Pop favoritmu dan menangkan hadiah"),
    ("signoff", "(qwe/rty)"),
    ("signoff", "(Qwe/Rty)"),
    ("signoff", "(abc/def/ghi)"),
    ("signoff", "(FHM)"),
    ("signoff", "(H-4)"),
    ("signoff", "(Contohnews.com/Rani Contoh)"),
    ("republished", "Artikel ini telah tayang di Contoh.com dengan judul Kapal Khayalan, https://contoh.com/1"),
    ("republished", "Artikel Asli"),
    ("credit", "Penulis : Rani Contoh Editor : Budi Penyunting"),
    ("credit", "Editor: Budi Penyunting"),
    ("credit", "Sumber : Associated Press"),
    ("credit", "COPYRIGHT © CONTOH 2026"),
    ("credit", "© 2026 Contoh.com. All Right Reserved"),
    ("caption", "Foto: Kapal khayalan (AFP/NAMA CONTOH)"),
    ("caption", "Lihat Foto"),
    ("caption", "Kapal khayalan di dermaga timur. (Sumber: Nama Contoh, Contoh Pool Photo melalui AP)"),
    ("caption", "Kapal khayalan di dermaga timur, 12 Juli 2026. KCNA via REUTERS"),
    ("caption", "Kapal khayalan di dermaga timur. KCNA VIA KNS/AFP (KCNA VIA KNS/AFP)"),
    ("caption", "Nama CONTOH / SPUTNIK / AFP"),
    ("caption", "PELABUHAN, XX - JUNI 06: Nakhoda berbicara di dermaga. Nama Contoh/Getty Images/AFP"),
    ("caption", "Kapal khayalan. (Dok. Pribadi)"),
    ("caption", "In this handout photograph an imaginary ship leaves an imaginary port. (Photo by Nama CONTOH / POOL / AFP)"),
    ("caption", "Kapal khayalan tiba ©2026 Instagram @contoh/editorial Contoh"),
    ("script", "googletag.cmd.push(function() { googletag.display('div-gpt-ad-1-0'); });"),
    ("script", "var contoh = document.getElementById('x');"),
    ("css", ".img-follow{width: 22px !important;margin-right: 5px}"),
    ("media", "[Gambas:Video CNBC]"),
    ("pagination", "Halaman 1 2 3"),
    ("pagination", "Halaman selanjutnya"),
    ("tags", "Tags"),
    ("tags", "Tag: kapal, dermaga"),
    ("next_article", "Next Article Kapal Lain Berangkat"),
    ("share", "Bagikan"),
    ("share", "1.093 Views"),
    ("share", "0 Komentar"),
    ("share", "Lanjut baca:"),
    ("navigation", "> >"),
    ("navigation", "• 6 jam lalucontoh.com"),
]
STORY = [
    "Simak video itu sampai selesai, pesan guru khayalan kepada murid-muridnya.",
    "Ia gemar baca buku sejak kecil dan membaca juga koran setiap pagi di dermaga.",
    "Baca juga buku lain, kata guru khayalan itu kepada murid-muridnya.",
    "Perusahaan memasang advertisement berbahasa Inggris di papan kampus.",
    "Iklan lowongan itu dibuka sampai akhir bulan.",
    "Jangan membagikan kode OTP lewat WhatsApp, kata petugas khayalan itu.",
    "Simak rincian jadwal kapal khayalan berikut ini.",
    "Penulis itu menerbitkan tiga novel tentang laut.",
    "Editor majalah khayalan itu mundur pada bulan Juli.",
    "Sumber di pelabuhan mengatakan kapal itu kosong.",
    "Komisi itu adalah Komisi Pelabuhan Khayalan (KPK)",
    "Biaya dapat dibayar tunai dan/atau dicicil (dan/atau)",
    "Foto itu memperlihatkan kapal di dermaga timur.",
    "Halaman rumah nakhoda dipenuhi bunga matahari.",
    "Tag harga pada kardus itu sudah pudar.",
    "Komentar nakhoda disambut tawa penumpang.",
    "Terkini, kapal kedua juga sudah berangkat.",
    "Demikian laporan kantor berita itu, dikutip dari AFP.",
    '"Apa yang Anda baca?" tanya petugas.',
    "• Kelas tiga: kursi kayu, tanpa makan siang.",
    "1. Jalan Dermaga Timur",
    "Bahasa Kedua",
    "Kursi { dan } ditulis dengan kurung kurawal.",
]


@pytest.mark.parametrize(("kind", "line"), NOISE)
def test_noise_lines_are_cut_and_counted(kind: str, line: str) -> None:
    cleaned = clean_lines([FIRST, line, FIRST, LAST])
    assert cleaned.paragraphs == [FIRST, FIRST, LAST]
    assert set(cleaned.removed) == {kind}


@pytest.mark.parametrize("line", STORY)
def test_lines_of_the_story_stay(line: str) -> None:
    cleaned = clean_lines([FIRST, line, LAST])
    assert cleaned.paragraphs == [FIRST, line, LAST]
    assert not cleaned.removed


@pytest.mark.parametrize(
    "tail",
    [
        " (qwe/rty)",
        "(qwe/rty)",
        " (abc/def/ghi)",
        " (H-4)",
        " (FHM)",
        " (Reuters)",
        " (Contohnews.com/Rani Contoh)",
        " [Gambas:Video CNBC]",
        " Baca juga: Dermaga Khayalan Ditutup",
        " Artikel ini telah tayang di Contoh.com dengan judul Kapal.",
        " ADVERTISEMENT SCROLL TO CONTINUE WITH CONTENT",
        " googletag.cmd.push(function() { googletag.display('div-gpt-ad-1-0'); });",
        " .wa-channel{background: #03e677;height: 35px;}",
        " Penulis : Rani Contoh Editor : Budi Penyunting",
        " Simak breaking news dan berita pilihan di WhatsApp Channel kami.",
        " (qwe/rty) [Gambas:Video CNBC] Next Article Kapal Lain Berangkat",
    ],
)
def test_what_is_glued_to_the_last_paragraph_is_cut_off(tail: str) -> None:
    assert clean_lines([FIRST, LAST + tail]).paragraphs == [FIRST, LAST]


@pytest.mark.parametrize("end", [" (KPK)", " (km/jam)", " (Rabu)", " (15/7/2026)", " (40 tahun)"])
def test_brackets_at_the_end_of_a_paragraph_are_not_always_a_signoff(end: str) -> None:
    line = LAST.rstrip(".") + end
    assert clean_lines([FIRST, line]).paragraphs == [FIRST, line]


def test_a_fragment_in_the_middle_of_a_line_leaves_its_surroundings() -> None:
    got = clean_lines([f"{FIRST} [Gambas:Video CNBC] {LAST}"])
    assert got.paragraphs == [f"{FIRST} {LAST}"]
    assert got.removed == {"media": 1}


def test_a_promotion_behind_the_signoff_is_not_the_story() -> None:
    promotion = "Banyak pelaut khayalan di sekitar kita, dan kisah mereka layak diceritakan kepada semua orang."
    assert clean_lines([FIRST, LAST, "(qwe/rty)", promotion]).paragraphs == [FIRST, LAST]
    assert clean_lines([FIRST, LAST + " (qwe/rty)", promotion]).paragraphs == [FIRST, LAST]


def test_a_signoff_in_the_middle_does_not_end_a_story_that_goes_on() -> None:
    more = [f"{LAST} Ini kalimat nomor {n}." for n in range(3)]
    assert clean_lines([FIRST, "(qwe/rty)", *more]).paragraphs == [FIRST, *more]


def test_the_list_below_its_heading_goes_with_it() -> None:
    got = clean_lines([FIRST, "Pilihan Redaksi", "Kapal Khayalan Tiba di Utara", "Dermaga Timur Ditutup Sementara", LAST])
    assert got.paragraphs == [FIRST, LAST]
    assert got.removed == {"related": 3}


def test_an_outlets_own_phrases_must_match_the_whole_line() -> None:
    phrases = [re.compile("promo khayalan.*")]
    assert clean_lines([FIRST, "promo khayalan kami", f"Ada promo khayalan. {LAST}"], phrases).paragraphs == [
        FIRST,
        f"Ada promo khayalan. {LAST}",
    ]


def test_a_bare_dateline_is_joined_to_the_first_paragraph() -> None:
    got = clean_lines(["Jakarta -", FIRST, LAST])
    assert (got.paragraphs, got.dateline) == ([f"Jakarta - {FIRST}", LAST], "Jakarta")


def test_attribution_is_read_from_what_is_cut() -> None:
    got = clean_lines([FIRST, LAST, "Penulis : Rani Contoh Editor : Budi Penyunting", "Sumber : Associated Press/Antara"])
    assert (got.authors, got.editors, got.agencies) == (["Rani Contoh"], ["Budi Penyunting"], ["AP", "Antara"])
    assert clean_lines([FIRST, LAST, "(Contohnews.com/Rani Contoh)"]).authors == ["Rani Contoh"]
    assert clean_lines([FIRST, LAST + " (qwe/rty)"]).initials == ["qwe", "rty"]
    assert clean_lines([FIRST, LAST, "(abc/def/ghi)"]).initials == []
    both = clean_lines([FIRST, LAST, "Redaktur & Reporter : Rani Contoh"])
    assert (both.authors, both.editors) == (["Rani Contoh"], ["Rani Contoh"])


def test_attribution_around_a_story() -> None:
    assert read_attribution(["Rani Contoh | Senin, 14/07/2025 09:05 WIB"]).authors == ["Rani Contoh"]
    assert read_attribution(["qwe, CNBC Indonesia"]).authors == ["qwe"]
    assert read_attribution(["Kabar Dunia | 19 Juni 2024, 13:30 WIB", "Penulis : Rani Contoh"]).authors == ["Rani Contoh"]
    assert read_attribution(["Kapal Khayalan Tiba, Ini Sebabnya"]).authors == []


def test_nothing_in_nothing_out() -> None:
    assert clean_lines([]).paragraphs == []
    assert clean_lines(["", "  ", "\xa0"]).paragraphs == []
    assert story_lines([]).paragraphs == []


def test_a_line_of_ten_megabytes_does_not_hang() -> None:
    assert len(clean_lines(["kata demi kata " * 700_000 + "selesai."]).paragraphs) == 1


def test_a_whole_page_as_bare_text() -> None:
    headline = "Kapal Khayalan Tiba di Dermaga Timur, Penumpang Bersorak"
    page = [
        "Kamis, 2 Oktober 2026",
        headline,
        "Rani Contoh | Senin, 14/07/2025 09:05 WIB",
        f"{headline} Penumpang kapal khayalan turun di dermaga timur, 12 Juli 2025. KCNA via REUTERS",
        f"SOKCHO - {FIRST}",
        "Baca juga: Dermaga Khayalan Ditutup",
        "Bahasa Kedua",
        LAST,
        "(qwe/rty)",
        "Next Article Kapal Lain Berangkat",
        "Apakah Kapal Lain Akan Berangkat Lagi Bulan Depan dari Dermaga Timur?",
        "Most Popular",
    ]
    for known in (headline, None):
        got = story_lines(page, known)
        assert got.paragraphs == [f"SOKCHO - {FIRST}", "Bahasa Kedua", LAST]
        assert (got.dateline, got.authors, got.captions) == ("SOKCHO", ["Rani Contoh"], [page[3]])


def test_a_dateline_deep_in_the_story_is_not_its_beginning() -> None:
    page = [FIRST, LAST, *(f"{LAST} Ini kalimat nomor {n}." for n in range(4)), f"SOKCHO - {FIRST}"]
    assert story_lines(page).paragraphs == page


@pytest.mark.parametrize(
    ("line", "sentence"),
    [("Acara ditutup.", True), (FIRST, True), ("Kapal Khayalan Tiba di Utara", False), ("Halaman", False), ('"Kami siap," ujarnya.', True)],
)
def test_sentences(line: str, sentence: bool) -> None:
    assert is_sentence(line) is sentence


# --- elements


def element_of(markup: str) -> Node:
    body = parse(f"<body>{markup}".encode()).body
    assert body is not None
    assert body.first_child is not None
    return body.first_child


def test_lines_of_an_element() -> None:
    markup = (
        "<div>bare <b>text</b>&nbsp;with a <a href=x>link</a>, <p>one</p> tail<br>after a break<br/><br/>"
        "<ul><li>item</li></ul><p><a href=y>Only a link</a></p><span>a</span><span>b</span><script>no</script>"
        "<table><tr><td>cell</td><td>cell</td></tr></table>soft\u00adhyphen</div>"
    )
    root = element_of(markup)
    shown = ["bare text with a link,", "one", "tail", "after a break", "item", "ab", "cell cell", "softhyphen"]
    assert lines(root) == shown
    assert every_line(root) == [*shown[:5], "Only a link", *shown[5:]]


def test_a_line_behind_an_empty_cell_begins_in_its_own() -> None:
    root = element_of("<div><p>Satu</p><table><tr><td></td><td>dua</td><td>tiga</td></tr></table></div>")
    assert [(line, owner.html) for line, owner in owners(root)] == [("Satu", "<p>Satu</p>"), ("dua tiga", "<td>dua</td>")]


def test_a_link_beside_a_label_or_an_age_is_a_teaser() -> None:
    root = element_of(
        "<div><p>Satu.</p><p>Promosi <a href=x>Dermaga Khayalan Ditutup Sementara Besok Pagi</a></p>"
        "<ul><li><a href=x>Dermaga Khayalan Ditutup</a><i>2 jam</i></li></ul>"
        "<p>Kata <a href=x>nakhoda kapal khayalan itu kepada kami</a>.</p></div>"
    )
    assert lines(root) == ["Satu.", "Kata nakhoda kapal khayalan itu kepada kami."]


def test_a_heading_goes_with_the_links_it_announces() -> None:
    root = element_of("<div><p>Satu.</p><h5>Pilihan Redaksi</h5><ul><li><a href=x>Judul</a></li></ul><h2>Sub</h2><p>Dua.</p></div>")
    assert lines(root) == ["Satu.", "Sub", "Dua."]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Satu</p>", ["Satu"]),
        ("<p> </p>", []),
        ("<script>x</script>", []),
        ("<div>Satu<p>Dua <b>tiga</b></p>empat<br>lima <a>enam</a></div>", ["Satu", "Dua tiga", "empat", "lima enam"]),
        ("<div><p>Satu<style>x</style></p> <i>dua</i> <i>tiga</i></div>", ["Satu", "dua tiga"]),
        ("<table><tr><td>Satu<td>Dua</tr><tr><td><b>Tiga</b></table>", ["Satu Dua", "Tiga"]),
        ("<div><select><option>x</select>Satu<noscript><p>x</noscript> dua</div>", ["Satu", "dua"]),
    ],
)
def test_every_line_that_a_browser_shows(markup: str, expected: list[str]) -> None:
    assert every_line(element_of(f"{markup}behind it")) == expected
    assert every_line(element_of(f"<div>{markup}</div>")) == expected


def test_about_as_many_lines_as_are_wanted() -> None:
    element = element_of("<div>" + "<p>x</p>" * 50 + "</div>")
    assert 5 <= len(every_line(element, limit=5)) <= 6


@pytest.mark.parametrize(
    ("below", "kept"),
    [
        (["Lihat peta"], 0),
        (["Kabar Laut", "Lebih banyak"], 0),
        (["Juara satu", "Juara dua", "Juara tiga"], 3),
        (["Yang datang:", "Nakhoda dan kambingnya"], 2),
        (["1. Nakhoda", "2. Kambing"], 2),
        (['"Kami siap," tutup Nakhoda Rahman (58)'], 1),
        (["Nakhoda 2-1 Kambing"], 1),
        (["Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi dan tidak berangkat lagi"], 1),
    ],
)
def test_a_few_words_below_the_last_sentence_are_no_story(below: list[str], kept: int) -> None:
    assert clean_lines([FIRST, LAST, *below]).paragraphs == [FIRST, LAST, *below[:kept]]


def test_a_line_up_behind_a_promotion_is_of_the_story() -> None:
    line_up = "Kapal Timur: Nakhoda; Mualim, Juru Mudi, Juru Masak, Kelasi Satu; Kelasi Dua, Kelasi Tiga, Kambing Putih, Kambing Hitam"
    assert story_lines([FIRST, LAST, "Saksikan Video Pilihan di Bawah Ini:", line_up]).paragraphs == [FIRST, LAST, line_up]
    keywords = line_up.replace(":", ",")
    assert story_lines([FIRST, LAST, "Saksikan Video Pilihan di Bawah Ini:", keywords]).paragraphs == [FIRST, LAST]
