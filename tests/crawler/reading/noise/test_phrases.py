"""Wordings that outlets share: a line or a tail that must be cut, and beside it a line of a story that only looks like it."""

import pytest

from crawler.reading.noise import phrases
from crawler.reading.noise.cleaner import clean_lines

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
    ("(Contohnews.com, Rani Contoh)", "(contoh, dan lain-lain)"),
    ("(*/contoh-kabar.com)", "(*) Harga belum termasuk pajak."),
    ("-abc-", "- abc"),
    ("(Reuters)", "(menurut Reuters)"),
    ("(abc4/contoh)", "(lantai 4/dermaga)"),
    ("(***)", "(*) Tanpa pajak."),
    ("(abc/de2)", "(pintu/2)"),
    ("(contoh.net/abc)", "(dua/tiga hari)"),
    ("( Contohnews.com / Rani Contoh )", "( dua / tiga hari )"),
    ("(sumber: Antara)", "(sumber air itu kering)"),
]
TAILS = [
    (" [bal]", ' "Kapal itu [sic]'),
    ("[bal]", " [bagian dua]"),
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
    assert clean_lines([FIRST, LAST, "BBCA", "BBRI", "BMRI"]).paragraphs == [FIRST, LAST, "BBCA", "BBRI", "BMRI"]


def test_a_name_in_brackets_glued_to_the_last_paragraph_is_the_writer() -> None:
    assert clean_lines([FIRST, LAST + " (Rani Contoh)"]).authors == ["Rani Contoh"]


BESIDE_THE_STORY = [
    ("related", "(Baca juga: Dermaga Khayalan Ditutup)", "(Baca doa sebelum berlayar.)"),
    ("related", "Klik juga: Dermaga Khayalan Ditutup", "Klik tombol merah untuk menyalakan mesin kapal."),
    ("related", "Baca juga Dermaga Khayalan Ditutup Sementara", "Baca juga buku harian nakhoda itu"),
    ("related", 'Baca artikel Contoh, "Dermaga Ditutup" selengkapnya di sini', "Baca artikel itu sampai habis, kata nakhoda."),
    ("related", "Pilihan Editor: Dermaga Khayalan Ditutup", "Pilihan editor: kapal itu sendiri."),
    ("related", "Selanjutnya: Dermaga Khayalan Ditutup", "Selanjutnya, kapal khayalan itu berlayar ke utara."),
    ("related", "Berita lainnya di Contoh Kabar", "Berita lain di koran itu membahas harga ikan."),
    ("related", "Recommended By Editor", "Rekomendasi itu dibacakan di dermaga."),
    ("related", "Dermaga Khayalan Ditutup Sementara 3 jam yang lalu", "Kapal itu dibuat tiga tahun lalu"),
    ("related", "Simak juga 'Dermaga Khayalan Ditutup':", "Simak juga 'Dermaga Khayalan' di bioskop."),
    ("related", "Related news: Imaginary pier closed", "Related persons, he said, may not board the ship."),
    ("related", "Video Terpopuler Hari ini:", "Video terpopuler itu direkam nakhoda di geladak."),
    ("promo", "SUBSCRIBE YOUTUBE CHANNEL KAMI", "Like dan komentar di Facebook nakhoda terus bertambah."),
    ("related", "Artikel lainnya tentang dermaga", "Artikel lain di majalah itu membahas dermaga."),
    ("promo", "Nonton video menarik lainnya:", "Nonton video itu butuh waktu dua jam, kata nakhoda."),
    ("related", "Selengkapnya baca di sini.", "Selengkapnya ada sepuluh kapal."),
    ("promo", "Join saluran WhatsApp Contoh Kabar", "Join itu kata asing, ujar nakhoda."),
    ("promo", "Ikuti terus perkembangan berita ini dalam topik Dermaga.", "Ikuti terus arah angin, pesan nakhoda."),
    ("promo", "Yuk, baca kabar laut lainnya di Contoh Kabar!", "Yuk, naik kapal, ajak nakhoda."),
    ("promo", "Punya kabar menarik di sekitar Anda? Kirim ke redaksi@contoh.id.", "Punya kabar baik? Nakhoda mengangguk."),
    ("promo", "Untuk mendapatkan berita lebih cepat, unduh aplikasi Contoh Kabar.", "Untuk mendapatkan karcis, penumpang antre."),
    ("promo", "Silakan klik tautan ini untuk bergabung.", "Silakan naik, kata nakhoda."),
    ("promo", "Terima kasih telah membaca artikel ini.", "Terima kasih telah datang, kata nakhoda."),
    ("republished", "Konten ini dibuat dengan bantuan AI.", "Konten ini dibuat untuk anak-anak pelaut."),
    ("pagination", "Halaman: 1 2 Lihat Semua", "Halaman 1 hilang."),
    ("ad", "- Advertisement -", "- Iklan lowongan di dermaga"),
    ("republished", "**) Artikel ini adalah pandangan pribadi penulis.", "Artikel ini ditulis di atas kapal."),
    ("pagination", "Halaman selanjutnya: Pengakuan nakhoda", "Halaman buku itu kosong."),
    ("promo", "Ikuti kami di Facebook dan Instagram Contoh Kabar", "Ikuti lomba di Facebook itu sebelum Senin."),
    ("promo", "Dapatkan kabar pelabuhan langsung di email Anda", "Dapatkan izin langsung di kantor pelabuhan, kata petugas."),
    ("promo", "**Pantau arus mudik di kanal ini", "** Data per 5 Mei."),
    ("promo", "* Fakta atau Hoaks? Kirim pertanyaan ke nomor kami.", "Fakta atau bukan, kapal itu sudah berangkat."),
    ("ad", "Scroll ke bawah untuk membaca informasi selengkapnya.", "Scroll naskah kuno itu disimpan di kapal."),
    ("credit", "Laporan Wartawan Contoh Kabar, Rani Contoh", "Laporan wartawan itu dibacakan di dermaga."),
    ("credit", "Sumber: dari berbagai sumber", "Sumber: dari warga untuk warga, begitu semboyan mereka."),
    ("credit", "Copyright @ 2026 Contoh", "Copyright itu, kata nakhoda, milik semua penumpang."),
    ("credit", "Hak Cipta © Contoh 2026", "Hak cipta lagu itu dipegang nakhoda."),
    (
        "credit",
        "Dilarang keras mengambil konten di situs web ini tanpa izin tertulis dari kami.",
        "Dilarang keras mengambil ikan di sini.",
    ),
    ("caption", "Ilustrasi kapal (contoh.com/Nama Contoh)", "Ilustrasi kapal itu digambar anak sekolah (12 tahun)."),
    ("caption", "Kapal di dermaga (unsplash.com/Nama Contoh)", "Nakhoda mengunggah fotonya di media sosial (Instagram/TikTok)."),
    ("caption", "Kapal di dermaga [Contoh.com/Nama]", "Nakhoda itu berkata bahwa kapalnya [Dewi Laut] siap."),
    ("caption", "Kapal di dermaga. /Pixabay/Nama", "Kapal itu memuat dan/atau menarik tongkang"),
    ("caption", "Kapal di dermaga Foto: Nama Contoh", "Ada foto: kapal di dermaga itu."),
    ("media", "Sebuah kiriman dibagikan oleh Nakhoda (@nakhoda)", "Sebuah kiriman ikan tiba di dermaga."),
    ("media", "— Nakhoda (@nakhoda) July 1, 2022", "— Kapal pertama: pukul delapan."),
    ("pagination", "Baca selengkapnya di halaman berikutnya", "Baca catatan di halaman berikutnya, pesan nakhoda."),
    ("pagination", "2 dari 3 halaman", "Dua dari tiga kapal sudah berangkat."),
    ("tags", "#KapalKhayalan #Dermaga", "#1 Dermaga Timur"),
    ("share", "Post Views: 1,234", "Dilihat dari dermaga, kapal itu kecil."),
    ("share", "Bagikan artikel ini", "Bagikan air kepada penumpang, perintah nakhoda."),
    ("related", "→ Baca juga: Dermaga Khayalan Ditutup", '"Baca juga: aturan kapal," kata nakhoda.'),
    (
        "related",
        "Baca juga berita terkait DERMAGA atau lainnya dari Rani Contoh",
        "Baca berita lain sebelum berlayar, kata nakhoda.",
    ),
    ("related", "Berita terkait dermaga khayalan", "Berita terkait dermaga itu dibantah nakhoda."),
    ("related", "Jangan lewatkan: Dermaga Khayalan Ditutup", "Jangan lewatkan: doa sebelum berlayar"),
    ("related", "Saksikan Live KabarSore :", "Saksikan live, penumpang membayar dua kali lipat."),
    ("related", "Dengarkan podcast kami di Spotify", "Dengarkan podcast membuat nakhoda mengantuk."),
    ("related", "Video Kapal Khayalan Karam di Kolam Timur", "Video Kapal Khayalan itu diputar di geladak"),
    ("related", "Simak juga Video Kapal Khayalan Karam", "Simak juga video itu, pesan nakhoda."),
    ("related", 'Tonton juga "Kapal Khayalan Karam" di sini:', 'Tonton juga "Kapal Khayalan" di bioskop.'),
    ("related", "Video: Kapal Khayalan Karam di Kolam Timur", "Video: rekaman 4K hingga 60 bingkai per detik"),
    ("related", "Editor's Choice", "Editor itu memilih kapal."),
    ("related", "Baca selengkapnya di sini.", "Baca doa di sini, kata nakhoda."),
    ("promo", "Gabung di saluran WhatsApp Contoh Kabar", "Bergabung di grup Telegram itu, penumpang ditipu."),
    ("promo", "Mari bergabung di Channel Telegram Contoh Kabar", "Mari bergabung di kapal itu, ajak nakhoda."),
    ("promo", "(Ayo ikuti saluran WhatsApp Contoh.com biar tidak ketinggalan. Klik di sini, ya!)", "(Ayo naik, kata nakhoda.)"),
    ("promo", "- Baca Kabar Lainnya di GOOGLE NEWS", "- Baca kabar di dermaga"),
    ("promo", "Baca berita Contoh Kabar lainnya di GoogleNews.", "Cek Fakta Contoh.com menelusuri kabar di grup WhatsApp itu."),
    ("promo", "Mari bergabung di Channel Telegram kami", "Bergabunglah dengan grup pelaut untuk mendapat berita laut."),
    ("related", "Baca Update Contoh Kabar di sini >>>", "Baca kabar itu di dermaga."),
    ("promo", "Simak kabar kami di saluran WhatsApp.", "Pilih saluran WhatsApp yang ingin diikuti"),
    ("promo", "Ikuti Contoh Kabar di Instagram", "Ikuti langkah berikut untuk menghapus akun di Instagram:"),
    ("promo", "Ikuti perkembangan kabar dermaga di kanal kami", "Ikuti perkembangan cuaca sebelum berlayar."),
    ("promo", "Jadikan Contoh Kabar sumber pilihan Anda di Google", "Jadikan laut sumber penghidupan, kata nakhoda."),
    ("promo", "Untuk membaca berita kapal lainnya, unduh aplikasi Contoh Kabar.", "Untuk mendapatkan karcis, klik tombol di layar."),
    ("promo", "Silakan klik tautan berikut ini untuk bergabung.", "Silakan klik tautan yang dikirim nakhoda."),
    ("promo", "Ikuti terus kabar dermaga dari kami", "Ikuti terus kabar cuaca dari menara, pesan nakhoda."),
    ("republished", "Artikel ini bersumber dari contoh.id", "Artikel ini bersumber dari catatan harian nakhoda."),
    ("republished", "Berita ini telah tayang di Contoh.com", "Berita ini telah tayang di televisi sejak pagi."),
    (
        "republished",
        "Artikel ini sudah lebih dulu tayang di detikLaut. Klik di sini.",
        "Artikel ini sudah dibaca nakhoda.",
    ),
    ("republished", "Isi artikel sepenuhnya tanggung jawab penulis", "Isi artikel itu membuat nakhoda marah."),
    ("republished", "Artikel ini merupakan kerja sama dengan Bank Khayalan", "Artikel ini merupakan bukti di pengadilan."),
    ("republished", "Informasi ini tidak untuk menginspirasi siapa pun.", "Informasi ini tidak untuk disebarkan, kata nakhoda."),
    ("republished", "Dikutip dari contoh.com", "Dikutip dari buku harian itu, kapal karam di utara."),
    ("credit", "Penulis Lepas: Rani Contoh", "Penulis lepas itu naik kapal."),
    ("credit", "(Reporter: Rani Contoh | Editor: Budi Contoh)", "(Reporter itu tertawa.)"),
    ("credit", "Laporan Rani Contoh | Pelabuhan Timur", "Laporan Rani Contoh dibacakan di dermaga."),
    ("credit", "Sumber foto: Rani Contoh", "Sumber foto itu dirahasiakan nakhoda."),
    ("credit", "Reporter: Rani Contoh", "Reporter: Baik, terima kasih atas waktunya."),
    ("credit", "Hak cipta dilindungi undang-undang", "Hak cipta dilindungi undang-undang, kata nakhoda."),
    ("caption", "Kapal di dermaga. (Foto: Rani Contoh)", "Kapal itu milik lembaga SDL (Sumber Daya Laut)."),
    ("caption", "Kapal di dermaga (Istimewa)", "Nakhoda itu lahir di DIP (Daerah Istimewa Pelabuhan)."),
    ("caption", "Kapal di dermaga (Kredit: Rani Contoh)", "Kapal itu dibeli lewat KKR (Kredit Kapal Rakyat)."),
    ("related", "BACA SELANJUTNYA Dermaga Khayalan Ditutup...", "Baca selanjutnya surat nakhoda itu"),
    ("related", "Baca juga artikel terkait KAPAL atau tulisan menarik lainnya Rani Contoh", "Baca juga artikel itu, pesan nakhoda."),
    ("related", "Klik tautan ini: Jadwal Kapal", "Klik tautan palsu membuat nakhoda rugi."),
    ("related", "Paling banyak dibaca", "Paling banyak dibaca adalah buku harian nakhoda."),
    ("related", "Lewati Podcast dan lanjutkan membaca", "Lewati dermaga itu untuk sampai ke kapal."),
    ("related", "Akhir dari Podcast", "Akhir dari perjalanan itu adalah dermaga."),
    ("related", "Artikel-artikel yang direkomendasikan:", "Artikel yang direkomendasikan nakhoda itu tentang ikan."),
    ("related", "Anda mungkin juga suka", "Anda mungkin mabuk laut, kata nakhoda."),
    ("related", "Video: Detik-detik Kapal Karam", "Video: nakhoda menari"),
    ("promo", "Sudah berlangganan? Masuk di sini", "Sudah berlayar sepuluh tahun, nakhoda itu pulang."),
    ("promo", "Dapatkan akses penuh ke seluruh artikel", "Dapatkan izin penuh dari pelabuhan, pesan nakhoda."),
    ("promo", "Unduh aplikasi Contoh Kabar di Play Store dan App Store", "Unduh peta laut sebelum berlayar."),
    ("promo", "Ikuti media sosial Contoh Kabar dan dapatkan hadiah", "Ikuti aturan media sosial perusahaan."),
    ("promo", "Jadilah yang pertama tahu, ikuti Contoh Kabar di Google News", "Jadi yang pertama tiba, kapal itu bersandar di timur."),
    ("promo", "Jangan lupa like, share, dan subscribe", "Jangan lupa membawa pelampung, pesan nakhoda."),
    ("promo", "Untuk bergabung silakan klik tanda bintang.", "Untuk bergabung, pelaut harus bisa berenang."),
    ("promo", "Kirim tulisan Anda ke redaksi@contoh.id", "Kirim tulisan itu ke kapal, perintah nakhoda."),
    ("republished", "Koreksi: judul artikel ini diubah pada Senin.", "Koreksi: kapal itu berlayar pada Selasa."),
    ("republished", "Artikel ini diadaptasi dari tulisan berbahasa Inggris", "Artikel itu diadaptasi menjadi film."),
    ("republished", "Tulisan ini tidak mencerminkan sikap redaksi", "Tulisan ini tidak terbaca, kata nakhoda."),
    ("republished", "Rani Contoh berkontribusi dalam penulisan artikel ini", "Rani Contoh berkontribusi dalam pelayaran itu."),
    ("caption", "Sumber gambar, Rani Contoh", "Sumber gambar itu dirahasiakan."),
    ("tags", "#Kapal for Kapal", "#1 Kapal Timur"),
    ("share", "Read more", "More kata penumpang asing itu."),
    (
        "republished",
        "Sebagian judul dan ringkasan artikel ini dibuat dengan kecerdasan artifisial (AI).",
        "Sebagian judul artikel ini hilang.",
    ),
    ("republished", "*Setiap tulisan di kolom ini menjadi tanggung jawab penulis.", "Setiap tulisan nakhoda itu pendek."),
    ("republished", "* Penulis adalah pelaut di Dermaga Timur", "Penulis adalah pekerjaan nakhoda itu di darat."),
    ("pagination", "Halaman selanjutnya soal kapal Rani Contoh.", "Halaman selanjutnya dari buku itu hilang."),
    ("pagination", "Halaman selanjutnya Halaman 1/2", "Halaman selanjutnya, kata nakhoda, masih kosong."),
    ("related", "Video 20detik: Kapal Karam di Timur", "Video kedua: nakhoda menari"),
    ("promo", "Suka artikel ini? Yuk follow Contoh Kabar di Instagram!", "Suka kapal ini? Nakhoda mengangguk."),
    ("share", "*Silakan berbagi komentar Anda pada kolom di bawah ini.", "Silakan berbagi makanan, pesan nakhoda."),
    ("signoff", "(Contohnews.com/Rani Contoh) (Contohtimur.com/Budi Kedua)", "(Contoh) (lain) di dermaga itu."),
    ("credit", "REPUBLIKA.CO.ID, Oleh: Rani Contoh", "Republika itu, oleh nakhoda, dibaca setiap pagi."),
    ("credit", "Foto dan teks: Rani Contoh", "Foto dan teks itu dibuat nakhoda."),
    ("caption", "(credit: contoh.com)", "(credit card ditolak)"),
    ("caption", "Kapal di dermaga (dok pribadi)", "Nakhoda mengirim bukti itu kepada polisi (foto dan video)."),
    ("caption", "Arsip foto - Kapal di dermaga. ANTARA FOTO/Rani Contoh/abc.", "Nakhoda itu bekerja untuk Antara atau AFP."),
    ("caption", "CONTOHNEWS.COM/RANI CONTOH", "Kapal itu berlayar pada malam/siang"),
    ("caption", "Foto ilustrasi.", "Foto ilustrasi itu diambil di negara lain."),
    ("media", "https://t.co/AbC123", "https://pelabuhan.contoh.go.id"),
    ("pagination", "1 2 3 Tampilkan Semua", "1 2 3 dan seterusnya"),
    ("pagination", "Selengkapnya >", "Selengkapnya akan diumumkan nakhoda."),
    ("ad", "Artikel berlanjut setelah iklan", "Artikel itu berlanjut sampai halaman belakang."),
    ("ad", "Konten Bersponsor", "Konten bersponsor harus diberi tanda."),
    ("share", "Komentar (0)", "Komentar (dua buah) dihapus nakhoda."),
    ("share", "Facebook Twitter WhatsApp", "Facebook, Twitter, dan WhatsApp diblokir di kapal."),
    ("share", "Bagaimana pendapat Anda? Tulis di kolom komentar!", "Bagaimana pendapat Anda tentang kapal itu?"),
]


# What no story says, one line at least of every pattern that the others do not meet.
NEVER_THE_STORY = (
    *("Lanjutkan membaca artikel di bawah ini", "Nyaman tanpa iklan. Gabung sekarang", "Baca selengkapnya", "Lihat kapal selengkapnya"),
    *("Berita Terpopuler", "Kumpulan berita tentang dermaga:", "Pilihan Redaksi", "Yuk, tonton kapalnya", 'Simak juga video: "Kapal"'),
    *("Klik di sini untuk membaca", "Ayo ramai-ramai ikuti akun komunitas pelaut", "Unduh aplikasi kami sekarang juga"),
    *("Aktifkan notifikasi supaya dapat berita", "Berlangganan newsletter", "DONASI, Dapat Voucer Gratis!", "Update terus kabar kapal"),
    *("Segera lengkapi data dirimu dan menangkan hadiah", "Pastikan kamu sudah install aplikasi", "Add as a preferred source on Google"),
    *("Gabung Kabar.com+", "Pilih kapal favoritmu dan menangkan hadiah", "Berhasil disimpan", "Artikel Asli"),
    *("Artikel ini tidak untuk menginspirasi siapa pun", "Depresi bukanlah persoalan sepele.", "Catatan redaksi: ejaan kami ubah"),
    *("The English version is automatically generated by a machine.", "Tim Redaksi", "© Kabar 2026", "Kabar. All Rights Reserved"),
    *("Disclaimer: isi bukan nasihat", "Foto: kapal", "Dok. Rani Contoh", "Perbesar", "In this handout photo a ship arrives"),
    *("googletag.cmd.push(function() {});", "!function(a,b){a()}", "var kapal = 1;", ".kapal { color: red }", "[Gambas:Video 20detik]"),
    *("[vidio:Kapal]123", "Daftar isi", "Halaman 1 2 3", "1/3", "Tags: kapal, dermaga", "Next Article Dermaga Ditutup"),
    *("Komentar Pilihan Rani Contoh di Tulisan Edisi Senin", "Bagikan", "Follow us", "Terpopuler", ">>>", "Home", "• 3 jam lalu"),
)


@pytest.mark.parametrize("line", NEVER_THE_STORY)
def test_lines_that_are_never_the_story(line: str) -> None:
    assert clean_lines([FIRST, LAST, line, FIRST]).paragraphs[:2] == [FIRST, LAST]
    assert phrases.kind_of_line(line) is not None


def test_every_pattern_has_a_line_that_meets_it() -> None:
    lines = [*NEVER_THE_STORY, *(noise for _, noise, _ in BESIDE_THE_STORY), *(line for line, _ in SIGNOFFS)]
    assert [pattern.pattern for _, pattern in phrases._ANY if not any(pattern.match(line) for line in lines)] == []


@pytest.mark.parametrize(("kind", "noise", "story"), BESIDE_THE_STORY)
def test_lines_beside_the_story(kind: str, noise: str, story: str) -> None:
    got = clean_lines([FIRST, noise, FIRST, LAST])
    assert (got.paragraphs, set(got.removed)) == ([FIRST, FIRST, LAST], {kind})
    assert clean_lines([FIRST, story, LAST]).paragraphs == [FIRST, story, LAST]


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


def test_the_first_letters_of_a_line_choose_the_patterns_that_can_match_it() -> None:
    for line in (*NEVER_THE_STORY, *(noise for _, noise, _ in BESIDE_THE_STORY), *(line for line, _ in SIGNOFFS)):
        for form in (line, line.lower(), line.upper()):
            expected = next((kind for kind, pattern in phrases._ANY if pattern.match(form)), None)
            assert phrases.kind_of_line(form) == expected, form


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


def test_a_group_that_may_be_missing_hides_no_beginning() -> None:
    for pattern in ("(?:satu |dua ){0,3}artikel ini", "(?:satu |dua )?artikel ini", "(?:satu|artikel) ini"):
        assert "arti" in phrases._beginnings(pattern), pattern
