"""Wordings inside a line: each pattern with a text that must fall by it, and beside it one that only looks like it."""

from collections.abc import Iterator

import pytest

from crawler.reading.noise import fragments
from crawler.reading.noise.cleaner import clean_lines
from crawler.reading.noise.fragments import Pattern

FIRST = "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang."
LAST = "Nakhoda khayalan itu berjanji akan kembali sebelum musim dingin tiba di pelabuhan utara."

# What stands inside a paragraph and is cut out of it, and what is not.
FRAGMENTS = [
    ("[Gambas:Video CNBC]", "[Gambas] adalah nama kapal."),
    ("pic.twitter.com/AbC123", "Alamat pic.twitter.com itu ditutup."),
    ("googletag.cmd.push(function() { googletag.display('x'); });", "Kata googletag.cmd tertulis di papan."),
    ("(adsbygoogle = window.adsbygoogle || []).push({});", "Papan itu bertuliskan adsbygoogle saja."),
    (".wa-channel{background: #03e677;height: 35px;}", "Tanda { dan } ditulis nakhoda."),
    ("ADVERTISEMENT", "Papan advertisement itu jatuh."),
    ("SCROLL TO CONTINUE WITH CONTENT", "Papan SCROLL itu jatuh."),
    ("(Baca juga: Dermaga Ditutup)", "(Baca doa dulu.)"),
    ("Lihat Foto", "Lihat foto itu, kata nakhoda."),
    ("Add as a preferred source on Google", "Add as a word, kata nakhoda."),
]
# What ends the last paragraph of a story, and what is a part of it.
TAILS = [
    (" [bal]", ' "Kapal itu [sic]'),
    ("[bal]", " [bagian dua]"),
    (" [ab/kabarlaut/cde]", " [kapal/perahu layar]"),
    (" (Ant/OL-3)", " (tipe OL-3 buatan lokal)"),
    (" (T.R021)", " (lihat T.R)"),
    (" (antara/abc)", " (dermaga/pelabuhan kecil)"),
    (" (Abc/Def)**", " (kelas A)**"),
    (" (Rani Contoh)", " (HR Contoh)"),
    (" (*/contoh-kabar.com)", " (*harga/kg)"),
    (" (abc4/contoh)", " (geladak 4/5)"),
    (" (***)", " (*kelas tiga)"),
    (" (abc/de2)", " (kelas/2)"),
    (" (Rani Contoh )", " (Kelas dua )"),
    (" (Red)", " (Laut)"),
    (" (Rani Contoh/Budi Contoh)", " (HR Contoh/Rani)"),
    (" (rani@contoh.id)", " (lewat surel rani@contoh.id)"),
    (" (Reuters/Z-2)", " (menurut Reuters/Z)"),
    (" (qwe/rty)", " (pintu satu/dua)"),
    (" (Contohnews.com/Rani Contoh)", " (menurut contoh)"),
    (" (Reuters)", " (menurut Reuters)"),
    (" Baca juga: Dermaga Khayalan Ditutup", " Baca juga buku itu."),
    (" Baca: Dermaga Khayalan Ditutup", " Baca buku: hobi nakhoda."),
    (' Lihat juga Video "Dermaga Ditutup"', " Lihat juga videonya."),
    (" Baca artikel Contoh tentang dermaga selengkapnya", " Baca artikel itu sampai selesai."),
    (" Artikel ini bersumber dari www.contoh.id dengan perubahan judul", " Artikel ini bersumber dari catatan nakhoda."),
    (" Simak breaking news dan berita pilihan di WhatsApp Channel kami.", " Simak pengumuman di dermaga."),
    (" Ikuti Whatsapp Channel Contoh", " Ikuti saja nakhoda itu."),
    (" Penulis: Rani Contoh Editor: Budi Contoh", " Penulis itu pulang."),
    (" Copyright © CONTOH 2026", " Copyright itu milik nakhoda."),
    (" Halaman selanjutnya: Pengakuan nakhoda", " Halaman selanjutnya kosong."),
    (" Bersambung ke halaman 2", " Bersambung dengan layar."),
    (" Next Article Kapal Lain Berangkat", " Next Ship, nama kapal itu."),
]
# Captions, and lines of a story that end like one.
CAPTIONS = [
    ("Kapal di dermaga (Photo by Rani Contoh)", "Kapal itu milik lembaga SDL (Sumber Daya Laut)."),
    ("Kapal di dermaga (dok pribadi)", "Nakhoda mengirim bukti itu kepada polisi (foto dan video)."),
    ("Kapal di dermaga (Istimewa)", "Nakhoda itu lahir di DIP (Daerah Istimewa Pelabuhan)."),
    ("Kapal di dermaga (Xinhua/Rani Contoh)", "Kapal di dermaga (Reuters/Z-2)"),
    ("Kapal di dermaga (AFP/RANI CONTOH)", "Kapal di dermaga (AFP/H-2)"),
    ("Kapal di dermaga (Rani Contoh/Getty Images/AFP)", "Kapal itu disewa Reuters dan AFP (dua hari)."),
    ("Kapal di dermaga (unsplash.com/Nama Contoh)", "Nakhoda mengunggah fotonya di media sosial (Instagram/TikTok)."),
    ("Kapal di dermaga [Contoh.com/Nama]", "Nakhoda itu berkata bahwa kapalnya [Dewi Laut] siap."),
    ("Kapal di dermaga. /Pixabay/Nama", "Kapal itu memuat dan/atau menarik tongkang"),
    ("Kapal di dermaga Foto: Nama Contoh", "Ada foto: kapal di dermaga itu."),
    ("Kapal di dermaga (contoh.com/RANI CONTOH)", "Kapal di dermaga (contoh.com/rani/kapal)"),
    ("Kapal di dermaga. CONTOHNEWS.COM/RANI CONTOH", "Kapal itu berlayar pada malam/siang"),
    ("Kapal khayalan di dermaga timur, 12 Juli 2026. KCNA via REUTERS", "Kapal itu tiba di dermaga via Reuters Street"),
    ("Nama CONTOH / SPUTNIK / AFP", "Nakhoda / Mualim / Kelasi"),
    ("Arsip foto - Kapal di dermaga. ANTARA FOTO/Rani Contoh/abc.", "Nakhoda itu bekerja untuk Antara atau AFP."),
    ("Kapal khayalan tiba ©2026 Instagram @contoh/editorial Contoh", "Tanda © ditulis di lambung kapal."),
]


@pytest.mark.parametrize(("noise", "story"), FRAGMENTS)
def test_a_fragment_is_cut_out_of_its_line(noise: str, story: str) -> None:
    assert clean_lines([f"{FIRST} {noise} {LAST}"]).paragraphs == [f"{FIRST} {LAST}"]
    assert clean_lines([f"{FIRST} {story} {LAST}"]).paragraphs == [f"{FIRST} {story} {LAST}"]


@pytest.mark.parametrize(("noise", "story"), CAPTIONS)
def test_a_line_that_ends_like_a_caption(noise: str, story: str) -> None:
    assert clean_lines([FIRST, noise, FIRST, LAST]).removed == {"caption": 1}
    assert clean_lines([FIRST, story, FIRST, LAST]).paragraphs == [FIRST, story, FIRST, LAST]


@pytest.mark.parametrize(("noise", "story"), TAILS)
def test_what_is_glued_to_the_last_paragraph(noise: str, story: str) -> None:
    assert clean_lines([FIRST, LAST + noise]).paragraphs == [FIRST, LAST]
    assert clean_lines([FIRST, LAST + story]).paragraphs == [FIRST, LAST + story]


def test_names_and_abbreviations_in_brackets_sign_only_the_end() -> None:
    for bracket in (" (Rani Contoh)", " [bal]", " (OL-3)"):
        assert clean_lines([FIRST + bracket, LAST, LAST + " Demikian."]).paragraphs[0] == FIRST + bracket


@pytest.mark.parametrize(
    ("line", "authors", "agencies"),
    [
        ("RANI CONTOH", ["RANI CONTOH"], []),
        ("RANI CONTOH | ANTARA", ["RANI CONTOH"], ["Antara"]),
        ("RANI CONTOH | BUDI PENYUNTING", ["RANI CONTOH", "BUDI PENYUNTING"], []),
        ("REUTERS | BBC", [], ["Reuters", "BBC"]),
        ("(Rani Contoh)", ["Rani Contoh"], []),
        ("DOR", [], []),
    ],
)
def test_capitals_and_names_below_the_last_paragraph(line: str, authors: list[str], agencies: list[str]) -> None:
    for lines in ([FIRST, LAST, line], [FIRST, LAST, line, "Baca juga: Dermaga Khayalan Ditutup"]):
        got = clean_lines(lines)
        assert (got.paragraphs, got.authors, got.agencies) == ([FIRST, LAST], authors, agencies)


def test_capitals_that_end_a_list_are_an_item_of_it() -> None:
    assert clean_lines([FIRST, LAST, "BBCA", "BBRI", "BMRI"]).paragraphs == [FIRST, LAST, "BBCA", "BBRI", "BMRI"]


def test_a_name_in_brackets_glued_to_the_last_paragraph_is_the_writer() -> None:
    assert clean_lines([FIRST, LAST + " (Rani Contoh)"]).authors == ["Rani Contoh"]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (f"{FIRST} (Baca juga: Dermaga Ditutup) {LAST}", f"{FIRST} {LAST}"),
        (f"{LAST} [Baca: Dermaga Ditutup]", LAST),
        (f"{LAST} Baca: Dermaga Ditutup", LAST),
        (f"{FIRST} (Baca doa dulu.) {LAST}", f"{FIRST} (Baca doa dulu.) {LAST}"),
        (f"{LAST} Baca buku: hobi nakhoda.", f"{LAST} Baca buku: hobi nakhoda."),
        (f'{LAST} Lihat juga Video "Dermaga Ditutup"', LAST),
        (f'Papan itu bertuliskan "Baca juga: Aturan Kapal" di dermaga. {LAST}',) * 2,
        (f"{LAST} Gabung di saluran WhatsApp Contoh.com", LAST),
        (f"{LAST} Ikuti Whatsapp Channel Contoh", LAST),
        (f'{FIRST} "Ikuti saja pengumuman di grup WhatsApp kami," kata nakhoda.',) * 2,
        (f"{FIRST} Cek nomor karcis melalui WhatsApp, lalu datang ke loket.",) * 2,
        (f"{LAST} Artikel ini bersumber dari www.contoh.id dengan perubahan judul", LAST),
        (f"{LAST} Artikel ini bersumber dari catatan nakhoda.",) * 2,
        (f"{LAST} Pewarta: Rani Contoh Editor: Budi Contoh Copyright © CONTOH 2026", LAST),
        (f"{LAST} Copyright © CONTOH 2026", LAST),
        (f"{LAST} Halaman selanjutnya: Pengakuan nakhoda", LAST),
        (f"{LAST} Halaman selanjutnya kosong.",) * 2,
        (f"{LAST} pic.twitter.com/AbC123", LAST),
    ],
)
def test_links_to_other_stories_inside_a_paragraph(line: str, kept: str) -> None:
    assert clean_lines([FIRST, line]).paragraphs == [FIRST, kept]


def test_the_beginning_of_the_next_paragraph_before_a_jump_is_cut() -> None:
    assert clean_lines([FIRST, LAST[:50] + "...", LAST]).paragraphs == [FIRST, LAST]
    assert clean_lines([FIRST, LAST[:50] + "...", "Kapal itu.", LAST]).paragraphs == [FIRST, LAST[:50] + "...", "Kapal itu.", LAST]


def test_a_source_behind_the_last_paragraph_does_not_make_it_a_caption() -> None:
    paragraph = f"{FIRST} {LAST}"
    for source, agencies in ((" (Sumber: Antara)", ["Antara"]), (" (Foto: Rani Contoh)", []), (" © contoh.com", [])):
        got = clean_lines([FIRST, paragraph + source])
        assert (got.paragraphs, got.agencies) == ([FIRST, paragraph], agencies)


@pytest.mark.parametrize("signed", ["rs/ha", "rs/ha (Reuters, AP)"])
def test_initials_without_brackets_sign_below_the_story_alone(signed: str) -> None:
    assert clean_lines([FIRST, LAST, signed]).paragraphs == [FIRST, LAST]
    assert clean_lines([FIRST, "per km/jam", LAST]).paragraphs == [FIRST, "per km/jam", LAST]


def test_a_writer_signs_with_the_house() -> None:
    for lines in ([f"{LAST} (Rani Contoh/kabarlaut)"], [LAST, "(Rani Contoh/kabarlaut)"]):
        assert clean_lines([FIRST, *lines]).authors == ["Rani Contoh"]


@pytest.mark.parametrize("code", ["(T.R021/B/A014)", "(U.KR-PNG/B/S024)", "(Red/01)", "(KR-ABC)", "(cr2)", "(mg-01/hmi)", "[Ant]"])
def test_a_desks_code_names_nobody(code: str) -> None:
    for lines in ([f"{LAST} {code}"], [LAST, code]):
        got = clean_lines([FIRST, *lines])
        assert (got.paragraphs, got.authors) == ([FIRST, LAST], [])


@pytest.mark.parametrize("tail", ["(gus/c17/fim)", "(m27/C)", "(Contoh/kabarlaut)"])
def test_signatures_glued_to_the_last_paragraph(tail: str) -> None:
    assert clean_lines([FIRST, f"{LAST} {tail}"]).paragraphs == [FIRST, LAST]


# --- every pattern


@pytest.fixture(params=["FRAGMENTS", "TRAILERS", "CAPTION_ENDS"])
def patterns(request: pytest.FixtureRequest) -> Iterator[list[Pattern]]:
    """One list of patterns in force, which a test may change."""
    in_force: list[Pattern] = getattr(fragments, request.param)
    before = [*in_force]
    yield in_force
    in_force[:] = before


def outcomes() -> list[object]:
    pages = [
        *([f"{FIRST} {noise} {LAST}"] for noise, _ in FRAGMENTS),
        *([FIRST, LAST + noise] for noise, _ in TAILS),
        *([FIRST, LAST.rstrip(".") + noise] for noise, _ in TAILS),
        *([FIRST, noise, FIRST, LAST] for noise, _ in CAPTIONS),
    ]
    return [(got.paragraphs, got.removed) for got in map(clean_lines, pages)]


def undecided(patterns: list[Pattern]) -> list[Pattern]:
    """The patterns without which every example is read as it is with them."""
    with_all, found = outcomes(), []
    for each in [*patterns]:
        at = patterns.index(each)
        del patterns[at]
        found += [each] if outcomes() == with_all else []
        patterns.insert(at, each)
    return found


def test_every_pattern_decides_an_example(patterns: list[Pattern]) -> None:
    assert [each.source for each in undecided(patterns)] == []


def test_a_pattern_without_a_word_of_its_own_needs_nothing_else(patterns: list[Pattern]) -> None:
    line = f"{LAST} [a-z] qwx-17"
    assert clean_lines([FIRST, line]).paragraphs == [FIRST, line]
    compiled = fragments.trailer if patterns is fragments.TRAILERS else fragments.pattern
    patterns.append(added := compiled("promo", r"\s*\w{3}-\d\d$"))
    assert clean_lines([FIRST, line]).paragraphs != [FIRST, line]
    assert undecided(patterns) == [added]
