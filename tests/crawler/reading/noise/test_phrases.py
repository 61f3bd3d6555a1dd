"""Wordings of whole lines that outlets share: each pattern with a line that must fall by it, and beside it one that only looks like it."""

from collections.abc import Iterator

import pytest

from crawler.reading.noise import phrases
from crawler.reading.noise.cleaner import clean_lines
from crawler.reading.noise.phrases import LinePattern, line_pattern

FIRST = "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang."
LAST = "Nakhoda khayalan itu berjanji akan kembali sebelum musim dingin tiba di pelabuhan utara."

# Lines that sign a story, below it, and lines of a story.
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
# Kind, a line of it, and a line of a story.
LINES = [
    ("related", "(Baca juga: Dermaga Khayalan Ditutup)", "(Baca doa sebelum berlayar.)"),
    ("credit", "Rani Contoh contributed reporting from the harbour.", "The crew contributed to this victory with songs."),
    ("related", "You may also like...", "You may also like it, said the mate of the ship."),
    ("related", "Lanjut baca berita dengan BaBe Baca berita dari sumber", "Baca berita dari sumber resmi saja, pesan nakhoda."),
    ("related", "Baca artikel ini di sumber aslinya", "Baca berita di geladak dilarang."),
    ("related", "ARTIKEL UNTUK KAMU (7)", "Artikel untuk kamu yang di geladak ditulis nakhoda."),
    ("pagination", "Bersambung ke sebelah...", "Bersambung ke cerita tentang dermaga."),
    ("pagination", "Lanjut baca ke sebelah >>", "Lanjut ke sebelah kanan, perintah nakhoda."),
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
    ("ad", "Lanjutkan membaca artikel di bawah ini", "Lanjutkan membaca peta, perintah nakhoda."),
    ("ad", "Nyaman tanpa iklan. Gabung sekarang", "Nyaman tanpa angin, kapal itu melaju."),
    ("related", "Baca artikel Contoh tentang dermaga selengkapnya", "Baca artikel itu sampai selesai, kata nakhoda."),
    ("related", "Baca selengkapnya", "Baca selengkapnya aturan itu, pesan nakhoda."),
    ("related", "Lihat kapal selengkapnya", "Lihat kapal itu berlayar, kata nakhoda."),
    ("related", "Berita Terpopuler", "Berita populer itu dibaca nakhoda."),
    ("related", 'Simak "Kapal Khayalan Karam" di sini:', 'Simak "Kapal Khayalan" di bioskop.'),
    ("related", "Kumpulan berita tentang dermaga:", "Kumpulan berita itu dibukukan nakhoda."),
    ("related", "Pilihan Redaksi", "Pilihan redaksi itu dibantah nakhoda."),
    ("related", "Yuk, tonton kapalnya", "Yuk, berlayar, ajak nakhoda."),
    ("related", "Simak infografis selengkapnya", "Simak infografis itu, pesan nakhoda."),
    ("related", "Saksikan siaran langsung dari dermaga", "Saksikan siaran langsung itu, pesan nakhoda."),
    ("related", "Tonton video: kapal karam di kolam timur.", "Tonton video itu, pesan nakhoda."),
    ("related", "Klik di sini untuk membaca", "Klik di sini, kata petugas, lalu unggah foto."),
    ("promo", "Ikuti kami", "Ikuti arah angin, pesan nakhoda."),
    ("promo", "Like fanpage Facebook Contoh Kabar", "Like di Facebook nakhoda terus bertambah."),
    ("promo", "Ayo ramai-ramai ikuti akun komunitas pelaut", "Ayo ramai-ramai naik kapal, ajak nakhoda."),
    ("promo", "Unduh aplikasi kami sekarang juga", "Unduh aplikasi itu lebih dulu, kata petugas."),
    ("promo", "Aktifkan notifikasi supaya dapat berita", "Aktifkan notifikasi kapal, perintah nakhoda."),
    ("promo", "Berlangganan newsletter", "Berlangganan koran, nakhoda itu membaca setiap pagi."),
    ("promo", "DONASI, Dapat Voucer Gratis!", "Donasi itu diterima nakhoda."),
    ("promo", "Segera lengkapi data dirimu dan menangkan hadiah", "Segera lengkapi data muatan, perintah petugas."),
    ("promo", "Update terus kabar kapal", "Update peta laut terbit setiap bulan."),
    ("promo", "Pastikan kamu sudah install aplikasi", "Pastikan kamu sudah memakai pelampung, kata nakhoda."),
    ("promo", "Add as a preferred source", "Add itu kata asing, ujar nakhoda."),
    ("promo", "Gabung Kabar.com+", "Gabung Kabar. Kapal berangkat."),
    ("promo", "Pilih kapal favoritmu dan menangkan hadiah", "Pilih kapal favoritmu, kata nakhoda."),
    ("promo", "Berhasil disimpan", "Berhasil disimpan di palka, ikan itu tahan sepekan."),
    ("republished", "Artikel Asli", "Artikel asli itu hilang di laut."),
    ("republished", "Artikel ini tidak untuk menginspirasi siapa pun", "Artikel ini tidak untuk dijual, kata nakhoda."),
    ("republished", "Depresi bukanlah persoalan sepele.", "Depresi bukan persoalan nakhoda itu saja."),
    ("republished", "Catatan redaksi: ejaan kami ubah", "Catatan redaksi itu dibacakan nakhoda."),
    ("republished", "The English version is automatically generated by a machine.", "The English Ship, nama kapal itu, berlayar."),
    ("credit", "Tim Redaksi", "Tim redaksi itu naik kapal."),
    ("credit", "© Kabar 2026", "Tanda © ditulis di lambung kapal."),
    ("credit", "Kabar. All Rights Reserved", "Kapal All Rights Reserved itu berlayar."),
    ("credit", "Disclaimer: isi bukan nasihat", "Disclaimer itu dibacakan di dermaga."),
    ("caption", "Infografis: jalur kapal.", "Infografis itu memuat jalur kapal."),
    ("caption", "Dok. Rani Contoh", "Dok. itu ditutup. Kapal menunggu."),
    ("caption", "Perbesar", "Perbesar layar, perintah nakhoda."),
    ("caption", "In this handout photo a ship arrives", "In this port, kata papan itu, no ship arrives."),
    ("script", "document.write('kapal')", "Dokumen itu ditulis nakhoda (tiga lembar)."),
    ("script", "!function(a,b){a()}", "Function itu nama kapal asing."),
    ("script", "var kapal = 1;", "Var singkatan dari wasit video."),
    ("css", "body { margin: 0 }", "Kursi { dan } ditulis dengan kurung kurawal."),
    ("media", "[Video kapal khayalan]", "[Videonya dihapus] kata nakhoda di papan itu."),
    ("media", "[vidio:Kapal]123", "[vidio] adalah ejaan lama di papan itu."),
    ("pagination", "Daftar isi", "Daftar isi kapal itu dibacakan."),
    ("pagination", "Halaman 1 2 3", "Halaman 1 2 3 dan 4 buku itu basah."),
    ("pagination", "1/3", "1/3 penumpang turun di dermaga timur."),
    ("tags", "Tags: kapal, dermaga", "Tag harga pada kardus itu sudah pudar."),
    ("next_article", "Next Article Dermaga Ditutup", "Next artinya berikut, kata nakhoda."),
    ("next_article", "Komentar Pilihan Rani Contoh di Tulisan Edisi Senin", "Komentar nakhoda disambut tawa penumpang."),
    ("share", "Bagikan", "Bagikan pelampung itu, perintah nakhoda."),
    ("share", "Follow us", "Follow us ditulis di lambung kapal."),
    ("share", "Terpopuler", "Terpopuler di antara kapal itu adalah Dewi Laut."),
    ("navigation", ">>>", ">>> tertulis di papan dermaga."),
    ("navigation", "Home", "Home adalah nama kapal itu."),
    ("navigation", "• 3 jam lalu", "• Kapal pertama: tiga jam dari dermaga."),
]


@pytest.mark.parametrize(("noise", "story"), SIGNOFFS)
def test_a_line_that_signs_the_story(noise: str, story: str) -> None:
    assert clean_lines([FIRST, LAST, noise]).removed == {"signoff": 1}
    assert clean_lines([FIRST, story, LAST]).paragraphs == [FIRST, story, LAST]


@pytest.mark.parametrize(("kind", "noise", "story"), LINES)
def test_lines_beside_the_story(kind: str, noise: str, story: str) -> None:
    got = clean_lines([FIRST, noise, FIRST, LAST])
    assert (got.paragraphs, set(got.removed)) == ([FIRST, FIRST, LAST], {kind})
    assert clean_lines([FIRST, story, LAST]).paragraphs == [FIRST, story, LAST]


# --- every pattern


@pytest.fixture
def patterns(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[LinePattern]]:
    """The patterns in force, which a test may change."""
    changed = [*phrases.PATTERNS]
    monkeypatch.setattr(phrases, "PATTERNS", changed)
    phrases.patterns_for.cache_clear()
    yield changed
    phrases.patterns_for.cache_clear()


def outcome(line: str) -> list[object]:
    return [(got.paragraphs, got.removed) for got in (clean_lines([FIRST, line, FIRST, LAST]), clean_lines([FIRST, LAST, line]))]


def decides_an_example(pattern: LinePattern, patterns: list[LinePattern]) -> bool:
    """Whether one of the examples is read differently without a pattern."""
    examples = [noise for _, noise, _ in LINES] + [noise for noise, _ in SIGNOFFS]
    examples = [example for example in examples if pattern.expression.match(example)]
    before = [outcome(example) for example in examples]
    patterns.remove(pattern)
    phrases.patterns_for.cache_clear()
    return [outcome(example) for example in examples] != before


@pytest.mark.parametrize("pattern", phrases.PATTERNS, ids=lambda pattern: f"{pattern.kind}: {pattern.source[:60]}")
def test_every_pattern_decides_an_example(pattern: LinePattern, patterns: list[LinePattern]) -> None:
    assert decides_an_example(pattern, patterns), f"no line above falls by {pattern.source}"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (r"\w+ khayalan membuka loket\b.*$", "Pelabuhan khayalan membuka loket baru hari ini"),
        (r".*\bpoin hadiah$", "Kumpulkan seratus poin hadiah"),
        (r"(?:satu |dua ){0,3}\w+ poin$", "dua sepuluh poin"),
        (r"[a-z]{5} laut$", "Pesta laut"),
        (r"\d+ (?:poin|loket)$", "17 loket"),
        (r"(?-i:[A-Z]{3}) loket$", "ABC loket"),
    ],
)
def test_a_pattern_that_may_begin_with_any_word_needs_nothing_else(source: str, line: str, patterns: list[LinePattern]) -> None:
    assert clean_lines([FIRST, line, LAST]).paragraphs == [FIRST, line, LAST]
    patterns.append(line_pattern("promo", source))
    phrases.patterns_for.cache_clear()
    assert clean_lines([FIRST, line, LAST]).removed == {"promo": 1}


def test_a_pattern_without_an_example_is_found(patterns: list[LinePattern]) -> None:
    unused = line_pattern("promo", r"\w+ khayalan membuka loket\b.*$")
    dead = line_pattern("ad", r"baca juga: dermaga khayalan ditutup$")  # another pattern comes before it
    patterns += (unused, dead)
    assert not decides_an_example(unused, patterns)
    assert not decides_an_example(dead, patterns)
