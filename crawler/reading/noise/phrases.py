"""The wording of whole lines that are never the story, by kind. What is only a part of a line is in fragments.py.

Facts about Indonesian outlets, from the seeds and from saved pages of 2015-2026. Rules of the list: a pattern is anchored at the start of
the line, and what could also open a sentence of a story needs something more (a colon, the end of the line, a channel's name).
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from crawler.reading.prefilter import NO_LETTER, landmarks, openings
from crawler.reading.vocabulary import DESK, DOMAIN, MEDIUM, OWN, ROLES

_FOLLOW = r"ikuti(?! (?:langkah|cara|tahap|petunjuk|panduan|tips)\w*)"  # not "Ikuti langkah berikut untuk membuat grup WhatsApp:"
_JOINING = rf"{_FOLLOW}|gabung|bergabung(?:lah)?|join|follow|subscribe|kunjungi"
_INVITING = (
    rf"{_JOINING}|simak|dapatkan|cek(?! fakta)|klik|mari|yuk|ayo|jangan (?:lewatkan|lupa|sampai|ketinggalan)|download|unduh|pilih|silakan"
    r"|nikmati|temukan|baca|update|pantau|akses|nonton"
)
_NO_CAPTION = r"lihat foto|perbesar|thumb|cover berita|zoom|foto"  # what stands in a caption's place
NO_CAPTION = re.compile(rf"(?:{_NO_CAPTION})\W*", re.IGNORECASE)
_CHANNEL = (
    rf"{MEDIUM}|berita (?:pilihan|terkini|terbaru|menarik|lainnya)|(?:update|notifikasi) berita|newsletter|kompas\.com\+|konten menarik"
)
_NETWORK = r"(?:facebook|twitter|instagram|youtube|tiktok|whats\s?app|telegram|threads|linkedin|pinterest|line|x|e-?mail|spotify|vidio)"
_STORIES = r"(?:artikel|berita|kabar|tulisan|naskah|konten|content)"
_OTHERS = r"(?:lain(?:nya)?|menarik|terbaru|terkini)"

# A headline: all its words are capitals, numbers or particles, without a full stop; five or more, or three behind a colon.
_PARTICLE = r"di|dan|dari|dengan|dalam|ke|yang|untuk|oleh|pada|saat|soal|bagi|atau|hingga|jadi|tak|vs|gegara|buat|agar"
_FURTHER = rf"(?: (?:[A-Z\d\"“‘'(&-][^.\s]*|{_PARTICLE}))"
_TITLE = rf"[\"“‘']?[A-Z]\S*{_FURTHER}{{4,}}\W*"

# Whole lines. "(?:…)\W*$" means: nothing but this. Case is ignored, except inside (?-i:…).
_LINES: dict[str, tuple[str, ...]] = {
    "ad": (
        (
            r"\W{0,4}(?:advertisement|advertorial|iklan|ads|(?:sponsored|promoted)(?: content)?|konten bersponsor|loading(?: ads?)?|memuat"
            r"|sedang memuat|(?:skip|close|tutup|lewati) (?:ad|ads|iklan))\W*(?:(?:scroll|gulir)\b.*)?$"
        ),
        r"(?:scroll|gulir) (?:(?:down|ke bawah) )?(?:to (?:continue|resume)|untuk (?:me(?:lanjut|mbaca)|lanjut)\w*)\b.*$",
        r"(?:lanjut(?:kan)? membaca|continue reading)(?: (?:artikel|berita) di bawah(?: ini)?)?\W*$",
        rf"(?:lanjut|{_STORIES})\b.{{0,25}}\b(?:setelah|di bawah) iklan\W*$",
        r"(?:(?:kompascom\+\W*)?baca berita|nyaman) tanpa iklan\b.*$",
    ),
    "related": (
        (  # the bullet, arrow or finger before it is no letter and no quotation mark
            r"[^\w\"“‘'\[]{0,6}(?:baca|lihat|simak|tonton|saksikan|dengarkan|klik)(?: ini)?"
            r"(?: juga| pula| lainnya| selengkapnya| selanjutnya)?\s*[:：].*$"
        ),
        r"(?:baca|simak|lihat|tonton|saksikan) (?:juga|selanjutnya),? (?-i:[A-Z\d\"“‘'])[^.]{15,}(?:\.{3})?$",
        r"klik (?:link|tautan) (?:ini|berikut)\s*:.*$",
        r"(?:lanjut(?:kan)? )?baca (?:berita|artikel)(?: ini)? (?:dengan|di|dari|pada) (?:sumber(?: asli)?(?:nya)?|babe)\b[^.,]{0,60}$",
        r"(?:lewati )?(?:paling banyak (?:dibaca|dicari|dilihat|dikomentari)|most (?:viewed|read|popular))\b.{0,40}(?<![.!?])$",
        r"(?:lewati|skip)\b.{3,60}\b(?:lanjutkan membaca|continue reading)\W*$",  # BBC Indonesia
        r"akhir dari (?:podcast|artikel-artikel|paling banyak)\b.{0,60}$",
        r"(?:(?:artikel|berita)[\w -]{0,20} yang direkomendasikan|(?:anda|kamu) mungkin(?: juga)? (?:suka|tertarik)\w*)\W*$",
        r"baca (?:artikel|berita)\b.{1,200}\bselengkapnya\b.*$",
        rf"baca (?:juga )?(?:update|{_STORIES})\b.{{0,60}}\b(?:terkait|{_OTHERS})\b.{{0,80}}(?<![.!?])$",
        (
            r"(?:pilihan (?:redaksi|editor|untukmu)|menarik dibaca|selanjutnya|selengkapnya|jangan lewatkan|next(?: page)?|editor.s choice"
            r"|berita (?:lain(?:nya)?|(?:ter)?populer|sebelumnya)|(?:artikel|berita) menarik(?: lainnya)?)\s*:(?!\s*(?-i:[a-z])).*(?<!\.)$"
        ),
        r"(?:berita|artikel|kabar)(?: viral)? lain(?:nya)? (?:di|dari|soal|tentang|seputar)\b.{0,80}(?<![.!?])$",
        r"(?:baca|lihat|simak|tonton) (?:juga|pula|selengkapnya|selanjutnya|semua)\W*$",
        r"lihat .{1,30} selengkapnya$",
        r"(?:berita|artikel|foto|video|topik)(?: video)?(?: lain(?:nya)?)? terkait\b.{0,80}(?<!\.)$",
        r"(?:berita|artikel|video|konten) (?:pilihan )?untuk ?(?:anda|kamu|mu)\W*(?:\d+\W*)?$",
        r"(?:berita|artikel|kabar|video|topik) (?:lain(?:nya)?|pilihan|(?:ter)?populer|menarik|terkini|terbaru|rekomendasi)\W*$",
        r"(?:related (?:news|stor(?:y|ies)|articles?)|(?:also read|read also|see also))\s*:.*$",
        r"(?:simak|lihat|tonton|saksikan)(?: juga)?(?: video)? (?:'.{1,300}'|[\"“‘].{1,300}[\"”’])(?: di sini)?\W{0,3}$",
        r"(?:kumpulan|lihat) (?:berita|artikel)\b.{0,60}:$",
        r"(?:pilihan (?:redaksi|editor|untukmu)|rekomendasi(?: untuk ?(?:anda|kamu|mu)| (?:artikel|berita))?)\W*$",
        r"(?:editor[’']?s (?:choice|picks?)|jangan lewatkan|terkait|next story|related articles?|recommended by editor)\W*$",
        r"(?:you (?:may|might) also (?:like|enjoy)|don[’']t miss|more from [\w ]{2,30}|related (?:roundup|topics?|reading)\b.{0,60})\W*$",
        r"(?:yuk|ayo),? (?:simak|tonton|lihat)\b.{0,60}$",
        (
            r"(?:saksikan|simak|tonton|lihat|cek) (?:juga |selengkapnya (?:di|dalam) )?(?:video|live \w+|infografis)\b.{0,40}"
            r"(?:di bawah ini|berikut(?: ini)?|selengkapnya|:)\W*$"
        ),
        r"(?:saksikan|tonton|jangan lewatkan) (?:juga )?(?:live|siaran langsung|tayangan|selengkapnya)\b.{0,80}(?<![.!?])$",
        rf"(?:saksikan|tonton|dengarkan)\b.{{1,60}}\b(?:podcast|{_NETWORK})\b.{{0,40}}(?<![.!?])$",
        rf"video\s?:?\s(?-i:{_TITLE})$",
        rf"video(?: \w+)?\s?:\s(?-i:[\"“‘']?[A-Z]\S*{_FURTHER}{{2,}}\W*)$",
        r"(?:saksikan|simak|tonton|lihat) (?:juga )?video\s?[:\"“'].*$",
        rf"\W{{0,2}}(?:baca|cek|simak|lihat)\b.{{0,40}}\b(?:informasi|update|{_STORIES})\b.{{0,60}}\bdi ?sini\W*$",
        r"(?:(?:baca |lihat |simak |berita )?selengkapnya(?:,? (?:baca|klik|lihat))?|baca) di ?(?:sini|link|tautan)\b.{0,20}$",
        r"klik (?:di ?sini|halaman|link|tautan)\b.{0,25}\buntuk (?:mem)?baca\b.*$",
        r"video (?:ter)?populer\b.{0,20}:?$",
    ),
    "promo": (
        rf"[^\w\"“‘']{{0,3}}(?:{_INVITING})\b{OWN}.*\b(?:{_CHANNEL})(?! (?:itu|tersebut)\b).*$",
        (
            rf"[^\w\"“‘']?(?:(?:mari|yuk|ayo|jangan lupa),? )?(?:{_JOINING})\b(?:{OWN}|(?=.*[^.]$)).{{0,30}}"
            rf"\b(?:{MEDIUM}|grup facebook|channel|saluran|kanal|kami|akun)\b.*$"
        ),
        rf"(?:{_JOINING})\b.{{1,60}}\bdi {_NETWORK}\b.{{0,60}}(?<![.:])$",
        r"dapatkan\b.*\blangsung (?:di|ke|lewat|melalui|via) (?:e-?mail|ponsel|hp|smartphone|inbox|gawai|gadget)\w*\b.*$",
        r"(?:subscribe|like|follow)\b.{1,60}\b(?:youtube|facebook|instagram|twitter|tiktok|channel|fanpage)\b.*(?<!\.)$",
        r"ikuti (?:terus|juga) (?:perkembangan|update|berita|informasi|kabar)\b.{0,100}$",
        r"ikuti (?:perkembangan|update|berita|informasi|kabar|artikel)\b.{0,100}(?<![.!?])$",
        rf"(?:yuk|ayo|mari)\b.{{1,30}}\b(?:video|{_STORIES})\b.{{0,20}}\b{_OTHERS}\b.{{0,80}}$",
        rf"(?:yuk|ayo|jangan lupa)\b.{{1,20}}\b(?:ikuti|gabung|follow)\b.{{1,40}}\b(?:komunitas|{_NETWORK})\b.*$",
        rf"(?:tonton|lihat|{_INVITING})\b.{{0,60}}\b(?:video|{_STORIES})\b(?: \w+){{0,3}} (?:lain(?:nya)?|menarik)\b.{{0,60}}(?<![.!?])$",
        r"punya (?:kabar|berita|cerita|informasi|foto|video|tulisan|pertanyaan)\b.{1,60}\? (?:kirim|bagikan|hubungi)\w*\b.{0,80}$",
        r"(?:jadikan|tambahkan|pilih)\b.{1,60}\b(?:sumber|preferensi)\b.{1,40}\bgoogle\b.{0,40}$",
        r"(?:download|unduh) (?:apps detikcom|aplikasi (?:berita|kami))\b.*$",
        r"aktifkan notifikasi\b.{1,40}\bberita\b.{0,40}$",
        r"(?:ber)?langganan (?:newsletter|buletin)\b.{0,60}(?<![.!?])$",
        r"(?:ayo|yuk|sudah) (?:ber)?langganan\b.{0,60}$",
        r"(?:dapatkan |(?:konten premium )?nikmati )?(?:akses (?:penuh|tanpa batas|artikel|konten)|konten premium)\b.{0,90}(?<!\.)$",
        r"(?:segera )?(?:download|unduh|instal|install)\b.{0,50}\b(?:play ?store|app ?store|google play)\b.{0,40}(?<![.!?])$",
        rf"(?:{_JOINING})\b.{{0,40}}\b(?:media sosial|medsos)\b.{{0,80}}(?<!\.)$",
        rf"jadi(?:lah)? yang pertama\b.*\b(?:{_CHANNEL}).*$",
        r"jangan lupa\b.{0,30}\b(?:like|share|subscribe|follow)\b.{0,60}$",
        r"(?:untuk (?:mengikuti|bergabung),? )silah?kan klik\b.{0,60}$",
        r"kirim(?:kan)? (?:tulisan|artikel|opini|berita|foto|video|kabar) (?:anda|kamu|kalian)\b.{0,120}(?<![.!?])$",
        # kontan.co.id, 2020-2023
        r"(?:donasi, dapat voucer|dukungan anda akan menambah semangat kami|sebagai ungkapan terima ?kasih atas perhatian anda)\b.*$",
        r"(?:dalam segala situasi|segera lengkapi data diri(?:mu)?)\b.*\b(?:download|unduh|menangkan)\b.*$",  # kompas.com, 2021-2025
        rf"untuk (?:membaca|mendapat(?:kan)?)\b{OWN}.{{1,60}}\b(?:unduh|download|klik|gabung|ikuti|follow)\b.{{1,80}}$",
        r"silah?kan klik (?:di ?sini|(?:link|tautan) (?:ini|berikut|di))\b.{1,100}$",
        r"update terus\b.{1,100}$",
        r"terima kasih (?:telah|sudah) membaca\b.{0,60}$",
        rf"suka (?:dengan )?{_STORIES} ini\?.*$",
        r"\*{1,3} ?(?:ingin|pantau|saksikan|simak|ikuti|dapatkan|yuk|bagi anda|jangan lewatkan)\b.*$",
        (  # Liputan6, 2018-2025
            r"\W*(?:fakta atau hoaks\?|melawan hoaks sama saja melawan pembodohan\b|sejak 2 juli 2018, ?cek fakta liputan6\b"
            r"|jika anda memiliki informasi seputar hoaks\b|ingin lebih cepat mendapat jawaban\?"
            r"|segera ?(?:unduh|download) ?aplikasi vidio\b).*$"
        ),
        r"pastikan (?:kamu|anda) sudah (?:meng)?install aplikasi\b.*$",
        r"add as a preferred source\b.*$",
        r"gabung [\w.]+\+$",
        r"(?:pilih|dukung|vote)\b.*\bfavorit(?:mu|kamu| anda)\b.*\b(?:hadiah|menangkan|kompas\.id)\b.*$",
        r"berhasil disimpan\W*$",
    ),
    "signoff": (
        # (sef/haa), (FHM), (mcr4/jpnn), (mg-01/hmi), (Reuters)
        r"(?-i:\((?:[A-Za-z]{2,8}\d{0,2}|[a-z]{2}-\d\d|\*{1,3}|-)(?:\s?/\s?[A-Za-z]{2,6}\d?|/[a-z]{7,12}|/\*){0,3}\))\W*$",
        r"(?-i:\[(?:[a-z]{2,5}|[A-Z]{2,5}|[A-Z][a-z]{1,4}|\*)(?:/[A-Za-z]{2,6}){0,3}\])\W*$",  # [bal], [Red], [abc/def]
        rf"(?-i:\({DESK}\))\W*$",  # (H-4), (Ant/OL-3)
        r"(?-i:--?[a-z]{2,5}-{0,2})$",  # -abc-
        rf"(?:\(\s?(?:{DOMAIN}|tribun\w+)(?:\s?[/,]\s?[^()]+)?\)\W*){{1,3}}$",  # (Tribunnews.com/Name), (bola.net)
        rf"\((?:\*|[^()]{{2,40}})/(?:{DOMAIN}|tribun\w+)\)\W*$",  # (*/tribun-medan.com)
        r"\(sumber\s*:[^()]{2,60}\)\W*$",
    ),
    "republished": (
        (  # what is a sentence of a story names no site and no title
            rf"(?:sebagian (?:dari )?)?{_STORIES} ini (?=.{{0,250}}(?:\b{DOMAIN}\b|\bjudul\b|\bdi ?(?:sini|detik|cnn|kompas))|.*[^.]$)"
            r"(?:(?:sebelumnya |pertama kali )?(?:(?:telah|sudah|pernah) )?(?:lebih dulu )?"
            r"(?:tayang|naik|rilis|terbit|dimuat|dipublikasikan|diterbitkan|dilansir)|(?:bersumber|disadur|dikutip) dari|disiarkan di)\b.*$"
        ),
        rf"(?:disadur|dikutip|dilansir) dari\s*:?\s*(?:laman |situs )?{DOMAIN}\W*(?:\(.*\)\W*)?$",
        r"artikel asli\W*$",
        (
            rf"(?:(?:sebagian |seluruh )?(?:isi|judul|ringkasan)\b.{{0,20}} )?(?:{_STORIES}|ringkasan) ini"
            r" (?:diproduksi|dibuat|disusun|disunting|ditulis|diterjemahkan|dihasilkan|dioptimasi) .{0,60}\b"
            r"(?:(?-i:AI)|artificial intelligence|kecerdasan (?:buatan|artifisial)|magang)\b.{0,80}$"
        ),
        (
            rf"\W*(?:isi )?{_STORIES} ini (?:adalah |merupakan |menjadi |hasil |konten )+"
            r"(?:pandangan|opini|tanggung jawab|advertorial|kerja ?sama)\b.*$"
        ),
        r"\W*(?:(?:seluruh )?isi|setiap|semua) (?:artikel|tulisan)\b.{0,60}\btanggung jawab (?:penuh )?penulis\b.*$",
        r"\*+\)?\s*penulis (?:adalah|merupakan)\b.*$",
        rf"{_STORIES}(?: atau \w+)? ini tidak (?:untuk|bertujuan|dimaksudkan)(?: untuk)? menginspirasi\b.*$",  # below a suicide
        r"informasi ini tidak (?:untuk|bertujuan|dimaksudkan)(?: untuk)? menginspirasi\b.*$",
        r"depresi bukan\w* persoalan sepele\b.*$",
        r"catatan redaksi\s*:.*$",
        rf"(?:ralat|koreksi)\s*:.*\b(?:judul|paragraf|redaksi|{_STORIES})\b.*$",
        rf"{_STORIES} ini (?:diadaptasi|diolah|dirangkum|(?:merupakan |adalah )?kiriman|(?:tidak|bukan) (?:mencerminkan|mewakili))\b.*$",
        r".{3,60}\bberkontribusi (?:dalam|pada|untuk) (?:penulisan|penyusunan|artikel|laporan)\b.{0,40}$",  # Tempo
        r"the english\b.*\bautomatically generated\b.*$",  # VOI, 2023
    ),
    "credit": (
        rf"\(?(?:tim )?{ROLES}\s*:(?!.*(?-i:(?: [a-z]{{2,}},?){{5}}.*\.$| [a-z]+[.!]$))\s*.{{0,110}}(?<!\?)$",  # not a sentence
        r"laporan (?:langsung )?(?:wartawan|reporter|kontributor|koresponden|jurnalis)\b.{0,110}(?<![.!?])$",
        r"laporan (?-i:[A-Z]\w+(?: [A-Z]\w+)+ [|I] [A-Z]).{0,40}(?<![.!?])$",  # Serambinews, 2025
        r"republika\.co\.id,? oleh\s*:.{3,110}(?<![.!?])$",
        r"(?:source|sumber (?:berita|artikel|foto|gambar|video|tulisan))\s*:\s*.{0,110}(?<![.!?])$",
        r"tim (?:redaksi|editor|liputan)\W*$",
        r"(?:copyright|hak cipta)(?:\W*$|\s*(?:©|@|\(c\)|:|\d|by\b|dilindungi\b).*$)",
        (
            r"dilarang (?:keras )?(?:mengambil|mengutip|menyalin|memperbanyak|meng-?copy)\b.*\b(?:konten|isi|artikel|berita)\b"
            r".*\btanpa (?:se)?izin\b.*$"
        ),
        r"(?-i:(?:[A-Z]|The )).{5,200}\bcontributed (?:reporting|to this (?:report|story|article))\b.{0,40}$",
        r"©.*$",
        r".{0,40}\ball rights? reserved\W*$",
        r"\W*disclaimer\s*:.*$",
    ),
    "caption": (
        r"(?:foto(?:-foto)?|(?:foto )?ilustrasi|infografis|caption|file photo|ket(?:erangan|\.) (?:foto|gambar))\s*:.*$",
        r"(?:foto )?ilustrasi\W*$",
        r"(?:sumber|keterangan) gambar, .*$",  # BBC Indonesia
        r"dok\. [^.!?]{2,60}$",
        rf"(?:{_NO_CAPTION}|getty images|shutterstock|istock\w*|freepik|pixabay|unsplash)\W*$",
        r"(?:foto )?ilustrasi\b[^.!?]{0,80}(?:[(\[][^()]{2,60}[)\]])?$",
        r"in this (?:[\w-]+ ){0,3}(?:photo(?:graph)?|picture|image)\b.*$",
    ),
    "script": (
        r"(?:window\.)?(?:googletag|adsbygoogle|\(adsbygoogle|document\.(?:write|getelement|queryselector)|window\.\w+\s*=).*$",
        r"(?:try\s*\{|!|\()*function\s*\w*\s*\([^)]*\)\s*\{.*$",
        r"(?:var|let|const) \w+\s*=.*$",
    ),
    "css": (r"(?:@media|[.#]?[\w.#>, :-]++)\s*\{[^{}]*:[^{}]*\}.*$",),
    "media": (
        r"\[(?:gambas|video|embed|foto|gallery|widget)\b[^\]]*\]$",
        r"(?:pic\.twitter\.com|https?://(?:www\.)?(?:t\.co|t\.me|youtu\.be|whatsapp\.com|youtube\.com|twitter\.com|x\.com|instagram\.com|tiktok\.com))/\S+$",
        r"\[vidio:[^\]]*\]\S*$",
        r"(?:sebuah kiriman (?:yang )?dibagikan|lihat (?:postingan|kiriman) ini di|view this post on|a (?:post|video) shared by)\b.*$",
        r"[—–-]+ ?.{1,60}\(@\w+\).{0,40}$",
    ),
    "pagination": (
        r"halaman (?:selanjutnya|berikutnya)(?:\s*:| (?:soal|tentang|mengenai)\b|\W+halaman \d).*$",
        r"daftar isi\W*$",
        r"(?:halaman\s*:?\s*)?\d[\d\s/|,]*(?:(?:lihat|tampilkan) semua|show all|selanjutnya|next)\W*$",
        r"halaman\s*:?\s*(?:\d[\d\s/]*|(?:selanjutnya|berikutnya|sebelumnya|all|\d.*(?:selanjutnya|all)))?\W*$",
        r"(?:selanjutnya|sebelumnya|selengkapnya|next|prev(?:ious)?(?: next)?|show all|tampilkan semua|lihat artikel asli)\W*$",
        r"\d+ ?/ ?\d+$",
        r"(?:halaman \d+ dari \d+|\d+ dari \d+ halaman)\W*$",
        (
            r"\(?(?:(?:baca|simak|lihat|klik)\b.{0,40}|selengkapnya|(?:ber)?lanjut(?:kan)?|bersambung)\b(?: \w+){0,4} halaman"
            r" (?:selanjutnya|berikut(?:nya)?|sebelah|\d+)\W*$"
        ),
        r"(?:(?:ber)?lanjut(?:kan)?|bersambung)(?: baca)? ke (?:sebelah|berikutnya)\W*$",
    ),
    "tags": (r"(?:tags?|topik|tagar|label)\b\s*(?::.{0,200})?$", r"(?:#[a-z]\w+[\s,]*)+$", r"(?-i:#[A-Z]\w+(?: \w+){1,3})$"),
    "next_article": (r"next article\b.*$", r"komentar pilihan\b.{0,120}$"),  # below Disway's columns
    "share": (
        r"(?:bagikan|share|tweet|copy link|salin (?:link|tautan)|link successfully copied|a\+.{0,20}a-)\W*$",
        (
            r"(?:komentar(?:\s*[:(]\s*\d+)?|(?:kirim|beri|tulis|tinggalkan|lihat|lihat semua) komentar(?: anda)?"
            r"|berikan komentar.*|(?:silakan )?login untuk .{0,10}komentar|jadilah .{0,20}\bberkomentar\b.{0,15}"
            r"|\*?silakan (?:berbagi|tulis\w*|tinggalkan) komentar\b.{0,80}|\d[\d.]* ?(?:komentar|shares?|views?|likes?))\W*$"
        ),
        r"(?:bagaimana|apa) (?:menurut|pendapat|tanggapan)\w*\b.{1,80}\bkolom komentar(?: di bawah)?(?: ini)?\W*$",
        r"(?:(?:post )?views?|dibaca|dilihat)\W*\d[\d.,]*(?: kali| x)?\W*$",
        rf"(?:bagikan|share) (?:(?:artikel|berita) )?(?:ini|this|artikel|berita|(?:ke|to|via)(?: {_NETWORK})?)\W*$",
        rf"{_NETWORK}(?:[\s|]+(?:{_NETWORK}|copy link)){{1,8}}\W*$",
        r"(?:thanks for rating|berikan rating.{0,30}|geser untuk melihat.{0,30}|like this|follow us|trending(?: now| topics?)?)\W*$",
        r"(?:(?:read |load |view )?more|view all|lihat (?:profil|lebih banyak)|powered by.{0,30}|hubungi kami.{0,40})\W*$",
        r"(?:lanjut baca|recommendation|terbaru|(?:paling )?(?:ter)?populer|terkini|sesuai minatmu)\W*$",
    ),
    "navigation": (r"[>•|/\\«»›\s·–—_*.=-]+$", r"home\W*$", r"•.*\blalu[\w.]*$"),
}


@dataclass(frozen=True)
class LinePattern:
    """What a whole line of a kind looks like."""

    kind: str
    source: str
    openings: tuple[str, ...]  # four letters or fewer, in lower case
    landmark: str  # in lower case: stands in every such line

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Compiled for the first line that may match: a run meets few of them."""
        return re.compile(self.source, re.IGNORECASE)


def line_pattern(kind: str, source: str) -> LinePattern:
    """Make one pattern of the list."""
    beginnings = tuple({text.lower()[:4] for text in openings(source)})
    words = landmarks(source) if "" in beginnings else ()
    return LinePattern(kind, source, beginnings, words[0].lower() if len(words) == 1 else "")


PATTERNS = [line_pattern(kind, source) for kind, sources in _LINES.items() for source in sources]


@lru_cache(maxsize=8192)
def patterns_for(beginning: str) -> list[LinePattern]:
    """The patterns that can match a line which begins with these four characters: for most lines only a few of all."""
    if any(sign.isalpha() and not sign.isascii() for sign in beginning):  # some of them are "i", "k" or "s" where case is ignored
        return PATTERNS
    is_letter = beginning[:1].isalpha()
    return [each for each in PATTERNS if beginning.lower().startswith(each.openings) or (not is_letter and NO_LETTER in each.openings)]


# Somebody says it: a sentence of the story, whatever it begins with. Headlines have no full stop.
_SAID = re.compile(
    r"""[,?!]["”'’]?\s(?:begitu|demikian|kata|ujar|tutur|ucap|imbuh|imbau|pesan|tulis|sebut|jelas|tegas|terang|ungkap|papar|bunyi|lanjut|tambah)"""
    r"""(?:nya)?\b.*\.["”]?$"""
)


def is_said(text: str) -> bool:
    """Whether a text that looks like noise is what somebody says in the story: "Baca juga aturannya," kata nakhoda."""
    return text.endswith((".", '."', ".”")) and _SAID.search(text) is not None


def kind_of_line(line: str) -> str | None:
    """The kind of noise that a whole line is by its wording; None for the story."""
    folded = line.casefold()
    for each in patterns_for(line[:4]):
        if each.landmark in folded and each.expression.match(line):
            return None if is_said(line) else each.kind
    return None


# In a page's bare text there is no story from one of these on, unless sentences of it go on behind (then it was a box in the middle).
ENDS = frozenset({"signoff", "next_article", "republished", "credit", "tags", "related", "share", "promo"})
# Behind these, everywhere, even one more sentence is a promotion.
SURE_ENDS = frozenset({"signoff", "next_article", "republished"})
_HEADS_A_LIST = re.compile(
    r"(?:(?:baca|lihat|simak)(?: ini)? juga|pilihan (?:redaksi|editor)|jangan lewatkan|(?:(?:berita|artikel) )?terkait|next article"
    r"|rekomendasi untuk ?(?:anda|kamu|mu)|recommended by editor|berita (?:lain(?:nya)?|menarik(?: lainnya)?|(?:ter)?populer))\W*$",
    re.IGNORECASE,
)


def heads_a_list(line: str) -> bool:
    """Whether a line announces links to other stories: "Pilihan Redaksi", "Baca juga:"."""
    return _HEADS_A_LIST.match(line) is not None


VOCABULARY = (*(each.source for each in PATTERNS), *(each.pattern for each in (NO_CAPTION, _SAID, _HEADS_A_LIST)))
