-- Search that knows Indonesian word forms, with nothing but tables and functions: no extension, and no file on the server.
-- The roots are those of simplemma 2.0.0 (MIT License, Copyright (c) 2021 Adrien Barbaresi), looked through and added to by hand.

create table poros.word_stems (
    stem text not null,
    kind text not null,
    lemma text not null,
    rank integer not null,
    constraint word_stems_pkey primary key (stem, kind, lemma) include (rank),
    constraint word_stems_kind check (kind in ('root', 'nasal', 'r', 'form'))
);
comment on table poros.word_stems is 'What is left of an Indonesian word without its affixes, and the lemma it leads to.';
comment on column poros.word_stems.stem is 'The root, or what it becomes after a prefix: ngirim in mengirim.';
comment on column poros.word_stems.kind is 'root; nasal: after me- and pe-; r: after be-, te- and pe-, which lose their r; form: a whole word that the rules would get wrong.';
comment on column poros.word_stems.lemma is 'The root by which the word is searched.';
comment on column poros.word_stems.rank is 'Of several analyses of a word the one of the highest rank counts: the longest root, and the one that lost no letter.';

create table poros.word_affixes (
    prefix text not null,
    suffix text not null,
    kind text not null,
    constraint word_affixes_pkey primary key (prefix, suffix, kind)
);
comment on table poros.word_affixes is 'Which affixes a word may have around what kind of stem.';
comment on column poros.word_affixes.prefix is 'Before the stem; may be empty.';
comment on column poros.word_affixes.suffix is 'After the stem; may be empty. A clitic (-nya, -lah) may follow.';
comment on column poros.word_affixes.kind is 'Kind of stem, as in word_stems.';

create table poros.word_forms (
    form text constraint word_forms_pkey primary key,
    lemmas text[] not null
);
create index word_forms_lemmas on poros.word_forms using gin (lemmas);
comment on table poros.word_forms is 'The words of the stored articles and their lemmas, as word_lemmas has them: so that each is looked up once.';
comment on column poros.word_forms.form is 'The word, in lower case.';
comment on column poros.word_forms.lemmas is 'Its roots; the word itself where none is known.';

create table poros.spellings (
    spelling text constraint spellings_pkey primary key,
    finds text[] not null
);
comment on table poros.spellings is 'Names that are written in several ways, from the sides of the topic files: a search for one finds all.';
comment on column poros.spellings.spelling is 'The name, in lower case, with a blank between its words.';
comment on column poros.spellings.finds is 'Every spelling that a search for it finds, itself among them.';

create table poros.search_documents (
    page_id bigint constraint search_documents_pkey primary key constraint search_documents_of_article references poros.articles on delete cascade,
    dated_at timestamptz not null,
    version_no integer not null,
    document tsvector not null
) with (toast_tuple_target = 8160); -- in the row itself: to look at 2,000 then takes a quarter of the time (2026-11)
create index search_documents_words on poros.search_documents using gin (document) with (gin_pending_list_limit = 1024);
create index search_documents_dated on poros.search_documents (dated_at);
comment on table poros.search_documents is 'What articles are found by, one row an article.';
comment on column poros.search_documents.page_id is 'The article.';
comment on column poros.search_documents.dated_at is 'As in articles.';
comment on column poros.search_documents.version_no is 'The version of the article that it was made of.';
comment on column poros.search_documents.document is 'The lemmas of the headline (weight A), of the subtitle and the first paragraph (B) and of the rest (C), and @outlet, @year and @year-month (UTC).';

-- Words that the rules below would get wrong, each with its lemma where that is another word.
with given as (
    select split_part(word, '=', 1) as form, coalesce(nullif(split_part(word, '=', 2), ''), word) as lemma
    from regexp_split_to_table(trim($words$
adalah adukan=adu agamawan=agama agar akan alami alamiah=alam andi atasan=atas atau bagaimanapun bagian=bagi bahkan bangsawan=bangsa bekasi
bekukan=beku belajar=ajar berabu=abu beramal=amal berangan=angan berangka=angka berapi=api beratap=atap berekor=ekor berombak=ombak
berpengalaman=alami berpengetahuan=tahu bin bini budayawan=budaya bukan buron=buru buronan=buru busan dan dani dari daripada dengan
dermawan=derma dialami=alami diawali=awal diimpikan=mimpi dikemukakan=muka dinyanyikan=nyanyi dipelajari=ajar dirubah=ubah ditertawakan=tawa
diurungkan=urung diutarakan=utarakan dua ialah ilmuwan=ilmu impian=mimpi jajakan=jaja jika jutawan=juta kalian kan karyawan
karyawati=karyawan katakan=kata kedelapan=delapan kedua=dua keempat=empat keenam=enam kejari kekasih=kasih kelima=lima kemayoran
keretakan=retak kesembilan=sembilan kesepuluh=sepuluh ketiga=tiga ketujuh=tujuh kuningan maluku masukan=masuk memadai memadu=padu
memadukan=padu memesona=pesona memimpikan=mimpi mempelajari=ajar mempesona=pesona menertawakan=tawa mengalah=kalah mengalami=alami
mengawali=awal mengenai mengurungkan=urung mengutarakan=utarakan menurut menyanyi=nyanyi merapi merbabu merubah=ubah mil milan namun
negarawan=negara nonton=tonton olahragawan=olahraga oleh pada pelajar=ajar pelajaran=ajar pelajari=ajar pemadu=padu pemaduan=padu pemalang
pembelajar=ajar pembelajaran=ajar pencari=cari pengacara pengalaman=alami pengetahuan=tahu penglihatan=lihat penyanyi=nyanyi pepatah
pepohonan=pohon peralatan=alat perantara perantaraan=perantara peranti perapian=api persero perseroan perusahaan=usaha ralat rel
rohaniwan=rohani rupawan=rupa sebagai sebagaimana sebaliknya sebelum sebuah secara sedikit seekor sehingga sejarawan=sejarah sekali
sekaligus selain selama semakin semarang seniman=seni seorang seperempat=empat sesudah setelah tarakan teheran terabai=abai terhadap
terkemuka=muka terpelajar=ajar terpencil terpesona=pesona tersebut tertawa=tawa toni usahawan=usaha wartawan wartawati=wartawan
wewenang=wenang wisatawan=wisata yang
$words$, E'\n'), '\s+') word
)
insert into poros.word_stems select form, 'form', lemma, 1000 from given;

-- Roots: other spellings follow a slash; ! marks those that lose no letter after me- and pe- (kaku: mengaku is of aku).
with given as (
    select spelling as stem, rtrim(split_part(root, '/', 1), '!') as lemma, root like '%!' as is_rigid
    from regexp_split_to_table(trim($words$
abad abadi abai abang abdi abjad abnormal abolisi abrasi absah absen absolut abstrak abu acak acap acara acu acuh ada adab adaptasi adat
adegan adik adil administrasi administratif adon adopsi adu aduh aduk adzan afiliasi afirmasi agak agama agen agenda agih agitasi agraria
agregasi agresi agresif agun agung agustus ahli aib air ajaib ajak ajal ajang ajar ajek aju ajudan akad akademi akademik akademis akal akar
akbar akhir akhlak akibat akomodasi akrab akreditasi aksara akselerasi akses aksi aktif aktivasi aktivis aktivitas/aktifitas aktor aktris
aktual aku akuisisi akumulasi akun akuntan akurasi akurat akustik akut ala alam alamat alami alas alasan alat album alergi alfabet algoritma
aliansi alias alienasi alih alim alir alis alkohol almamater almarhum almond alokasi altar alternatif alu alumni alun alur alutsista amal
aman amanat amandemen amarah amat amatir ambang ambar ambigu ambil ambilalih ambisi ambisius amblas ambles ambruk ambulans amendemen amfibi
amin amnesti amoniak ampas amplop ampuh ampun amputasi amuk amunisi anak anaktiri analis analisis/analisa analog anarkis anatomi ancam andai
andil aneh aneka aneksasi angan anggap anggar anggota anggrek angguk anggun anggur angin angka angkasa angkat angkuh angkut angsur aniaya
anjing anjlok anjur antagonis antar antara antariksa antek antena anti antik anting antisipasi antre/antri antusias antusiasme anugerah
anulir anumerta anut anyam apa apabila apalagi aparat apartemen apartheid apel api apik aplikasi apotek/apotik apresiasi april apung arah
arak arang arbitrase arca area areal arena argumen argumentasi arif arisan arkeologi armada arogan aroma arsenal arsip arsir arsitek
arsitektur artefak arti artikel artikulasi artileri artis artistik arung arus arwah asa asah asal asam asap asas asasi aset asimetri
asimilasi asin asing asisten asli asmara asosiasi aspal aspek aspirasi asrama astrofisika astronaut astronomi asuh asumsi asung asup
asuransi asyik atap atas atase atestasi atlet/atlit atletik atmosfer atom atraksi atribusi atur audiensi audio audit aula aura aus autentik
autobiografi autokrasi avionik avtur awak awal awas awet ayah ayak ayam ayat ayom ayun azan azimat babak babat babi baca badai badan badar
bagaimana bagal bagan bagasi bagi bagus bahagia bahan bahana bahari bahas bahasa bahaya bahtera bahu bahwa baiat baik bait baja bajak baju
bakal bakar bakat bakau bakso bakteri bakti baku balada balai balap balas bali balik baling balistik balkon balon balut bambu bandar bandara
bandel banderol banding bandit bandung bangga bangkang bangkit bangkrut bangku bangsa bangun banjir bank bantah bantai bantal bantaran
banting bantu bantul banyak bapa bapak baptis bara barak barang barat barel baret barikade baring baris barter baru basah base basis basmi
basuh bata batal batalion/batalyon batang batas baterai batik batin batu batuk bau baur baut bawa bawah bawang bayam bayang bayar bayi
bayonet bazar bea beasiswa beban bebas beber beberapa becak beda bedah bedil bedug begal begini begitu bek bekal bekas beking beku bekuk
bela belah belai belakang belalai belanja belas belasungkawa belenggu beli beliau belit beliung belok belot belukar belulang belum benah
benak benam benang benar bencana benci benda bendahara bendera bendung bengis bengkak bengkel bengkok benih bening bensin bentak bentang
benteng bentrok bentuk bentur benua berai berang berangkat berangus berani berantas berapa beras berat berbagai bercak beres berhala beri
berikut berita beritahu berkah berkas berkat berlian berondong berontak bersahaja bersih beruang beruntun besan besar beset besi besok besuk
betah betina betis beton betul biadab biak biang biar biara biarawan bias biasa biaya bibi bibir bibit bicara bidadari bidan bidang bidik
bijak bijaksana biji bijih bikin bila bilah bilang bilas bilateral bilik bimbang bimbing bina binasa binatang bincang bingkai bingung
bintang bintik bintil biografi biokimia biola biologi biologis bioskop birahi birokrasi biru bisa bisik bising biskuit bisnis bisu bius blok
blokade blokir bobol bobot bobrok bocah bocor bodoh bohong boikot bola boleh bolos bom bombardemen bombardir bonceng bondong boneka bongkah
bongkar bonus bor bordir borgol borong boros bos bosan botak botani botol boyong brankas brigade brigadir brosur buah buai bual buang buat
bubar bubuh bubuk bubur budak budaya budi budidaya bugar bui bujet bujuk bujur buka bukit bukti buku bulan bulat bulir bulldozer bulu bumbu
bumbung bumerang bumi buncit bundar bunga bungkam bungker bungkuk bungkus bungsu bunker bunting buntu buntung buntut bunuh bunyi bupati
burai buru buruh buruk burung bus busa busana busuk busung busur buta butir butuh buyar buyut cabai cabang cabik cabut cacah cacar cacat
caci cacing cadang cadas cagar cahaya cair cakap cakar cakram cakup calon camat cambuk campak campur canang canda candi candu canggih
canggung cangkang cangkir cangkok cangkul cantik cantum cap capai caplok capres cara cari catat catu catur cebur cecar cedera cegah cegat
cek cekal cekam cekcok cekik cela celah celaka celana celoteh celup cemar cemara cemas cemburu cemerlang cemooh cendana cendekiawan cendera
cenderung cengang cengkeh cengkeram cepat cerah cerai ceramah cerca cerdas cerdik ceria cerita cermat cermin cerna ceroboh cerobong ceruk
cetak cetus cibir cicak cicil cicip cicit ciduk cilok cincang cincin cinta ciprat cipta ciri cita citacita citra cium ciut coba coblos cocok
cokelat colok comot condong congkak congkel contek contoh copet copot corak corat coreng coret corong cuaca cuat cuci cucu cucur cuit cuka
cukai cukup cukur culik curah curang curhat curi curiga cuti dada dadak dadu daerah daftar dagang daging dahaga dahan dahsyat dahulu daki
dakwa dalam dalang dalih damai damar damba dampak dampar damping dana danau dandan dangdut dangkal dansa dapat dapur darah darat darma
darurat dasar dasawarsa dasi data datang datar daulat daun daur daya dayaguna dayung debar debat debit debu debut dedah dedikasi defensif
definisi defisit deformasi degradasi dekade dekam dekap dekat deklamasi deklarasi dekomposisi dekrit delapan delegasi delik delta delusi
demam demarkasi demi demikian demiliterisasi demo demobilisasi demokrasi demokratis demonstrasi denah denda dendam dengar dengki dengkur
dengung denominasi dentum denyut depak depan departemen deportasi depresi depresiasi deputi dera deradikalisasi derajat derap deras
deregulasi derek deret derit derita derma dermaga desa desah desain desainer desak desas desember desentralisasi desersi desir deskripsi
destinasi detail/detil detak detasemen deteksi detektif detik detonasi devaluasi deviden devisa dewa dewan dewasa dia diagnosis dialek
dialog diam diameter diare diaspora didih didik difusi digital digitalisasi diktator dikte dilema dilusi dimensi dinamis dinas dinasti
dinding dingin dini dinosaurus diplomasi diplomat diplomatik direktorat direktur dirgantara diri disabilitas disertasi disinfeksi
disinformasi disiplin diskon diskredit diskresi diskriminasi diskualifikasi diskusi distorsi distribusi distrik diversifikasi divestasi
divisi doa dobrak dokter doktor doktrin dokumen dokumentasi dokumenter dolar domba domestik dominan dominasi domisili dompet donasi dongak
dongeng dongkel dongkrak donor dorong dosa dosen dosis draf drama dramatis drastis drone drum dua duda duduk duel duga duka dukun dukung
dulang dulu dunia duniawi duplikasi durasi durhaka duri durian dusta dusun duta ecer edar edisi edit editorial edukasi efek efektif
efektivitas efisien efisiensi egois eja ejek ekonomi ekonomis ekor eksekusi eksekutif eksibisi eksistensi ekskavasi eksklusif eksodus
ekspansi ekspatriat ekspedisi ekspektasi eksperimen eksploitasi eksplorasi ekspor ekspos ekspresi eksterior eksternal ekstradisi ekstrak
ekstraksi ekstremis elaborasi elak elang elektrifikasi elektrik elektron elektronik elemen elevasi eliminasi eliminir elite elok elu elus
emansipasi emas emban embargo ember embrio embun embus/hembus emigran emigrasi emisi emosi emosional empang empat enak enam encer endap
endus energi enggan engkau enkripsi entas entitas entri enyah enzim episode era eram erang erat erosi erti erupsi es esa esens eskalasi
eskort esok estafet estimasi etalase etape etika etis etnik etnis evakuasi evaluasi evolusi fabrikasi faedah faksi fakta faktor fakultas
famili fanatik farmasi fase fasih fasik fasilitas fatal favorit februari federal federasi fenomena feri fermentasi festival figur fiksi film
filosofi filsafat filter final finalis finansial firasat firdaus firma firman fisik fisika fisiologi fisiologis fiskal fitch fitnah fitur
fleksibilitas flotila fluktuasi fokus fondasi/pondasi formal formasi format formulasi forum fosil foto fotografi fotosintesis foya fragmen
fraksi fregat frekuensi frustrasi fundamental fungsi fungsionalitas gabung gabus gadai gading gadis gaduh gagah gagal gagang gagas gaib
gairah gajah gaji galah galak galaksi galang galau galeri gali galon gambar gamblang gampang ganas ganda gandeng gandum ganggu ganja ganjal
ganjar ganjil ganti gantung ganyang gapai garagara garam garansi garap gardu garis garisbawah garnisun garong garuda gas gasak gasing gatal
gaul gaung gawang gawat gaya gayung gebrak gebuk gedor gedung gegas gejala gejolak gelandang gelang gelantung gelap gelar gelas gelayut
geledah gelegak gelegar gelembung geli geliat gelimpang gelincir gelinding gelisah gelitik gelombang gelontor gelora gelut gema gemar
gembala gembira gembleng gembung gemilang geming gempa gempar gempita gempur gemuk gemuruh genang genap gencar gencat gencatan gencet
gendong generasi genetik genetika genggam gengsi genjot genosida gentar genteng genting geografi geografis gerah gerai gerak geram gerbang
gerbong gerebek/gerebeg gereja gerigi gerilya gerogot gerombol gertak gerus gerutu gesek geser gesit getah getar getol giat gigi gigih gigit
gila gilas giling gilir ginjal girang giring gitar gitaris giur gizi global globalisasi goda godok gol golak golf golong golput goncang
gopoh goreng gores gorila gosip gosok gosong gotong goyah goyang granat gratis grosir group grup gua gubah gubernur gubris gudang gugah
gugat gugup gugur gugus gula gulat guling gulir gulung gumam gumpal gumul guna guncang gundik gundul gunjing gunting gunung gurat gurau
gurita guru gurun gusar gusur guyur habib habis habitat hadang hadap hadiah hadir hafal hajar hajat hak hakikat hakim hal halal halaman
halang halau halte halus halusinasi ham hama hamba hambat hambur hamil hampa hampar hampir hancur hancurlebur handal/andal hangat hangus
hanif hantam hantar hantu hanya hanyut hapus haram harap hardik harfiah harga hari harimau harmoni harmonis harta haru harum harus hasil
hasrat hasut hati hatihati haus hawa hayat hebat heboh hegemoni hektar hela helikopter hemat hempas/empas hendak hening hentak henti heran
hewan hias hibah hibrida hibur hidang hidrasi hidrogen hidrolik hidung hidup hijab hijau hijrah hikmah hikmat hilang hilir hilirisasi himne
himpit/impit himpun hina hindar hingga hinggap hipersonik hipnotis hipotesis hirau hirup hisab historis hitam hitung hiu hobi honor hormat
hotel hubung hujan hujat hukum hulu humas huni hunus huru huruf hutan huyung ibadah ibarat iblis ibu ibukota ibunda idam idap ide
identifikasi identik identitas ideologi iga igau ikan ikat ikhlas iklan iklim ikrar ikut ikutserta ilegal ilham ilmiah ilmu ilustrasi
imajinasi imam iman imbal imbang imbas imbau/himbau imbuh imigran imigrasi iming impas implementasi implikasi impor importasi improvisasi
imunisasi imunitas inap incar inci indah indeks independen independensi indera indikasi indikator individu indoktrinasi indra induk induksi
industri industrialisasi infanteri infeksi infiltrasi inflasi informasi infrastruktur ingat ingin ingintahu ingkar ini inisial inisiasi
inisiatif injak injeksi inovasi inovatif insentif insiden insinyur inspeksi inspirasi instalasi instansi institusi instruksi instrumen intai
intan integrasi integritas intel intelektual intelijen intens intensif intensifikasi intensitas interaksi interior internal internasional
internet interogasi interpretasi interupsi intervensi inti intim intimidasi intip invasi investasi investigasi investor ionisasi ipar
iradiasi irama iri irigasi iring iris ironi ironis isak isap/hisap iseng isi isolasi isolir isotop istana isteri istilah istimewa istirahat
istri isu isyarat item itu izin/ijin jabar jabat jadi jadwal jaga jago jagung jahat jahe jahit jaja jajah jajak jajal jajan jajar jaket
jaksa jala jalan jalar jalin jalur jam jamah jamak jambak jambang jambret jambu jamin jamu jamur janda jangan janggal jangka jangkau jangkit
janin janji jantan jantung januari jarah jarak jarang jari jaring jarum jas jasa jasad jasmani jatah jati jatuh jauh jawab jawat jaya jebak
jeblos jebol jegal jejak jejal jelajah jelang jelas jelek jeli jelma jemaah jemaat jembatan jemput jemu jemur jenazah jendela jenderal
jengkel jenguk jenis jenius jenjang jentik jenuh jepit jerat jerih jerit jernih jeruk jerumus jet jibaku jihad jijik jilat jilid jinak
jinjing jitu jiwa joget jorok jual juang juara jubah jubir judi judul juga jujur julang juli juluk julur jumat jumlah jumpa jumput jungkir
juni junior junjung junta juntai jurang juri jurnal jurnalis jurnalisme juru jurus justifikasi justru juta kabar kabel kabin kabinet kabul
kabupaten kabur kabut kaca kacang kacau kadang kadar kader kadet kafilah kafir kaget kagum kaidah kain kaisar kait kaji kakak kakek kaki
kaku! kala kalah kalang kalangan kalau kaldu kalender kaleng kali kalibrasi kalimat kalkulasi kalori kalsium kalung kamar kambing
kambinghitam kambuh kamera kami kamis kamp kampanye kampung kampus kamu kamuflase kamus kanak kanal kanan kancing kandang kandas kandidat
kandung kangkang kanker kanselir kantong kantor kantuk kantung kanvas kapal kapan kapas kapasitas kapital kapitalisasi kapok kapsul kapten
kapur karakter karakterisasi karakteristik karam karang karantina karat karbohidrat karbon karena! karet kargo karib karier/karir karikatur
kartel kartu kartun karun karung! karunia karut karya kasar kasasi kaset! kasih kasino kasur kasus kata katak katalis katalog kategori
kategorisasi katrol kaum kavaleri kawah kawal kawan kawasan! kawat kawin kaya kayak! kayu kayuh kebablasan kebal kebiri kebun kebut kecam
kecambah kecap kecewa kecil kecimpung kecoh kecuali kedai kedaluwarsa/kadaluwarsa kedelai kedip kehendak kejagung kejam kejar keji keju
kejut kekal kekang kelabu kelahi kelakar kelam kelamin kelapa kelas keledai kelenjar keliling kelinci kelingking keliru kelit kelola
kelompok kelopak keluar keluarga keluh kelupas keluyur kemah kemarau kemas kembali kembang kembara kemih kempis kemudi kemudian kemul kena
kenal kenan kenang kenapa kencan kencang kendala kendali kendara kendor kendur kening kental kentang kenyang kepada kepak kepal kepala
keping kepompong keponakan kepung kera! kerabat kerah keran kerangka keranjang kerap keras kerek kereta kerikil kering keringat keripik
keriput keris keritik keriting kerja kerjasama kerongkongan keroyok kertas kerucut keruh keruk kerumun kerut kesal kesan kesatria ketan
ketat ketiak ketik ketika! ketimbang ketua ketuk khas khasiat khawatir/kuatir khayal khianat khilaf khitan khotbah khusus kibar kibas kibul
kidung kikis kilah kilang kilap kilat kilau kilometer kimia kimiawi kinerja kinetik kini! kios kipas kiper kiprah kira kiri! kirim kisah
kisar kisruh kita kitab kitar klaim klarifikasi klarinet klasifikasi klasik klausul klien klik klinik klip kloning klorofil klub koalisi
kobar kocok kode kodok kokang kokpit kolaborasi kolam kolega koleksi kolom kolonel koloni kolonial kolonisasi komandan komando kombatan
kombinasi komedi komentar komersial komersialisasi komik komisaris komisi komite komitmen komoditas komoditi kompak kompas kompensasi
kompeten kompetensi kompetisi kompetitif kompetitor kompi kompilasi komplain kompleks komplikasi komplot komponen kompor komposer komposisi
kompromi komputer komune komunikasi komunis komunitas kondisi koneksi konfederasi konferensi konfigurasi konfirmasi konflik konfrontasi
kongres kongsi konkret/konkrit konotasi konsekuensi konsensus konsentrasi konsep konser konservasi konservatif konsesi konsisten konsolidasi
konsonan konsorsium konspirasi konstan konstituen konstitusi konstitusional konstruksi konsul konsulat konsultasi konsumen konsumsi
kontainer kontak kontan konteks kontes kontestan kontingen kontrak kontraksi kontraktor kontras kontribusi kontrol kontroversi kontroversial
konvensi konvensional konversi konvoi konyol koordinasi/kordinasi koordinator koordinir koper! koperasi! kopi kopral koran korban kordon
korek koreksi korelasi koreografi korporat korps korup korupsi korvet kosmetik kosmonaut kosong kostum kota kotak! koteka kotor koyak kreasi
kreatif kreativitas kredensial kredibilitas kredit kreditor kreditur kremasi krim kriminal kriminalisasi kripik kripto krisis kristal
kriteria kritik kritikus kritis kromosom kroni kronis kronologi kruz ksatria kuadrat kuak kualifikasi kualitas kuantifikasi kuantitas
kuartal kuas kuasa kuat kubah! kubu kubur kubus kucil kucing kucur kuda kudeta kudus kuil kuku kukuh/kokoh kukus kuliah kuliner kulit kultur
kultural kuman kumandang kumis kumpul kumuh kunci kungkung kuning kunjung kuno kuntit kunyah kuota kupas kuping kupukupu kurakura kurang
kuras kurikulum kurir kursi kursus kurung kurus! kusut! kutil kutip kutub kutuk laba labalaba label labrak labu labuh lacak laci lacur lada
ladang laga lagak lagi lagu lahan lahap lahar lahir lain laju laki laknat laksamana laksana laku lalai lalap lalim lalu lama lamar lambai
lamban lambang lambat lambung lampau lampias lampir lampu lancar lancong landa landas langgan langgar langgeng langit langka langkah
langsing langsung lanjut lansia lansir lantai lantang lantaran lantas lantik lantun lapang lapar lapis lapor laptop lapuk larang laras larat
lari larik larut lasak laser laskar latah latar latarbelakang latih laut lawak lawan lawat layak layan layang layar layat lazim lebah lebar
lebaran lebat lebih lebur leceh ledak lega legal legalisasi legenda legislatif legislator legitimasi legiun leher lejit lekat lelah lelaki
lelang leleh leluasa lelucon lemah lemak lemari lembab lembaga lembah lembap lembar lembu lembut lempar lempem lenceng lendir lengah lengan
lengas lenggang lengkap lengket lengkung lengser lensa lenting lentur lenyap lepas lereng lesak lesat leset lestari lesu letak letih letnan
letup letus level lewat lezat liar liat libas libat liberal liberalisasi libur licik licin lidah lift liga lihat liku likuidasi lilin lilit
lima limbah limpah lincah lindas lindung lingkar lingkung lingkup lintas lipat lipatganda lipit lipur liput lira lirik lisan lisensi listrik
literatur liuk liur lobi logam logika logis logistik logo lokal lokalisasi lokasi lolos lomba lompat loncat lonceng longgar longsor lonjak
lontar lorong lorot lowong loyal luang luap luar luas lubang luber lucu lucut ludah lugas luka lukis luluh lulus lumas lumat lumbung lumpuh
lumpur lumur lunak lunas luncur luntur lupa luput lurah luruh lurus lusin lusuh lutut luwes maaf mabuk macam macan macet madam madrasah madu
magma magnetik magnitudo magrib mahakuasa mahal mahasiswa mahkota main majalah majelis majikan maju maka makalah makam makan makar makelar
makhluk maki makin maklum maklumat makmur makna makro maksiat maksimal maksimum maksud maktub makzul malah malaikat malam malang malaria
malas malu mama mampir mampu mana manajemen manajer manajerial mandat mandek mandi mandiri mandul manfaat mangga manggis mangkir mangkrak
mangkuk mangsa manipulasi manis manja mantan mantap manufaktur manusia manuver mapan marah marak maret marga margin mari marinir marjinal
markas marsekal martabat masa masak masalah masam masih masing masjid maskapai massal masuk masyarakat masyhur mata matahari matamata matang
matematika materi material mati matriks mau maupun maut mawar mayang mayat mayor mayoritas medali medan media mediasi mediator medis
meditasi megah mei meja mekanik mekanis mekanisme mekar melarat melayu melek melodi memang membran memorandum memori memorial menang menantu
menara mengapa menhan meniran menit menlu mentah mental mentari mentega menteri merah merdeka merek mereka merger meriah meriam merosot
merpati mertua mesin meski mesra metabolisme metamorfosis meter metode metodologi mewah migrasi mikro mikrofon miliar/milyar milik milisi
militan militer militerisasi mimpi min minat minggu mini minim minimal minimum minoritas minta minum minus minyak miring mirip misal misi
misil miskin misteri misterius mitigasi mitra mobil mobilisasi mobilitas modal model moderat moderator modern modernisasi modifikasi mogok
mohon molekul momentum monarki moncong moneter monitor monopoli monumen monyet moral moratorium mortir motif motivasi moto motor moyang muak
mual muara muat muda mudah mudik mufakat muka mukim mukjizat mulai/mula mulia multilateral multiplikasi mulus mulut mumi mumpuni munafik
muncul mungil mungkar mungkin mungkir munisipalitas muntahan murah muram murid murka murni murtad murung museum musik musikal musim musisi
muslihat muslim musnah mustahil musuh musyawarah musyrik mutakhir mutasi mutilasi mutlak mutu nabi nada nafkah nafsu naga nahas naik nakal
nakhoda/nahkoda nalar nama nanas nanti napas/nafas napi narasi narasumber nasabah nasi nasib nasihat/nasehat nasional nasionalisasi naskah
natal naturalisasi naung navigasi negara negatif negeri negosiasi negosiator nekat nelayan nenas nenek neraca netral ngeri niat nihil nikah
nikel nikmat nilai nirkabel nista nobat noda nominasi nomor/nomer nonaktif norma normal normalisasi nota notaris novel november nuansa
nubuat nukleus nuklir nurani nutrisi nyala nyaman nyamuk nyanyi nyata nyawa nyinyir obat objek/obyek obligasi obor obrak obral obrol
observasi obsesi ofensif oksida oksidasi oksigen oktan oktober olah olahraga oleholeh oles oligarki olok ombak ombudsman omel omong omset
onderdil ongkos oper operasi operasional operator opini oplah oposisi opsi optik optimal optimalisasi orang orangtua orasi orbit orde organ
organik organisasi organisme orientasi orkestrasi otak otomatis otomatisasi otomotif otonom otonomi otopsi otorisasi otoritas otoriter otot
pabean pabrik pacar paceklik pacu padam padang padat padi padu pagar pagi paha pahala paham pahat pahit pahlawan pailit pajak pajang pakai
pakan pakar paket paksa pakta paku palak palang paling palsu palu palung paman pamer pamit panah panas pancang pancar pancing pancur pandai
pandang pandemi pandikar pandu panel panen pangan pangeran panggang panggil panggul panggung pangkal pangkalan pangkas pangkat pangku
panglima pangsa panik panitia panjang panjat panji panser pansus pantai pantang pantas pantat pantau pantik pantul papah papan papar para
parade paradigma paraf parah parameter paramiliter parasit parasut parfum paripurna parit pariwisata parkir parlemen parlementer parsial
partai partikel partisipasi paru paruh paruparu parut pasak pasal pasang pasar pasca pasien pasif pasifik pasir pasok paspor pasrah pasti
pasukan! pasung patah paten patok patroli patuh patung patungan paus paut pawai payah payudara payung pecah pecat pecundang pedang pedas
pedih pedoman peduli pegang pegat pegawai peka pekak pekan pekerti pekik pelan pelat peleton pelihara pelik pelintir pelopor pelor pelosok
pelosot peloton peluang peluk peluru pembuluh pemilu pemirsa pemudi penalti penasaran pencar pencet pendam pendar pendek pendeta penetrasi
pengantin pengaruh penjara penjuru pensiun pentas penting pentolan penuh penyu pepet perabot perah perahu perak peran perang perangkat peras
perawan percaya percik perdana perdata perdaya perempuan performa pergi pergok perhati periksa perilaku perimeter perinci/rinci peringkat
perintah periode perisai peristiwa perkara perkasa perkosa perlahan perlu permanen permata permen pernah peroleh perosok pers persegi
persekusi persen persentase persepsi persis personal personel/personil perspektif pertama perunggu perut perwira pesan pesantren pesat
pesawat pesiar pesisir pesona pesta peta petak petaka peti petik petir petisi piagam piala piano piara piawai picu pidato pigmen pihak pijak
pijar pijit pikat pikir pikul pikun pilah pilar pilih pilkada pilot pimpin pinang pincang pindah pindai pinggang pinggir pingsan pinjam
pinta pintal pintar pintas pintu pipa pipi pipih pipis pir pirang piranti piring pisah pisang pisau pistol pita piutang planet plastik plaza
plus pohon poin pojok pokok pola polarisasi polemik poligami polimer polisi politik politikus politis politisasi politisi polong polos
polsek polusi pompa ponsel ponton pop popularitas populasi populer porak pori poros porsi portofolio pos posisi positif posko poster potensi
potensial potong potret prajurit prakarsa prakira praktik/praktek praktis prasangka prasasti predikat prediksi preman prerogatif presentasi
presiden presidensi prestasi prestise prevalensi pria pribadi prihatin prima primer prinsip prioritas privasi privat privatisasi produk
produksi produktif produktivitas produsen produser profesi profesional profesionalisme profesor professional profil program progres
progresif proksi promosi promotor propaganda propelan properti proporsi proposal prosedur proses prosesi prosesor prospek protein
protektorat protes protokol protokoler proton prototipe provinsi/propinsi provokasi proyek proyeksi proyektil psikologi psikologis puas
puasa publik publikasi publisitas pucat pucuk pudar puing puja puji pukat pukau pukul pula pulang pulas pulau pulih pulsa puluh pun punah
puncak pundak punggung pungkas pungli pungut punuk punya pupuk pupus pura purapura purbakala purnawirawan puruk pusaka pusat pusing pustaka
putar putarbalik putih putra putri putus raba rabu racik racun radang radar radiasi radikal radikalisasi radio radius raga ragam ragi ragu
rahang rahasia rahim rahmat raib raih raja rajalela rajang rajin rajut raket rakit raksasa rakyat ramah ramai ramal rambah rambat rambut
rampas ramping rampok rampung ramu rancang rancu rangka rangkai rangkak rangkap rangkul rangkum rangsang ranjang ranjau rantai rantau
ranting rapat rapi rapuh ras rasa rasio rasional rasionalisasi rasuk rasul rata ratap ratifikasi rating ratu ratus raung raup raut rawa
rawan rawat raya rayap rayu razia reaksi reaktif reaktor realisasi realitas rebah rebak rebut reda redaksi redam reduksi redup referendum
referensi refleksi reformasi reformulasi regang region regional registrasi regu regulasi reguler rehabilitasi rehat reka rekam rekan rekat
rekayasa rekening rekomendasi rekonsiliasi rekonstruksi rekor rekreasi rekrut rela relasi relatif relawan relevan relevansi reli relief
relokasi rem remah remaja remas rembes rembet rembuk remeh remisi rempah renang rencana rendah rendam renegosiasi rengek renggang renggut
renovasi rentan rentang renung renyah reparasi repatriasi repot representasi reproduksi reputasi resah resap resep resepsi reses resesi
residu resimen resmi resolusi resonansi respek respon/respons restoran restorasi restrukturisasi restu retak retas retorika retret reuni
reunifikasi revisi revitalisasi revolusi revolusioner rezeki rezim ria riak riang rias riba ribu ribut ricuh riil rilis rindu ringan ringkas
ringkuk ringkus rintang rintih rintis risalah risau riset risih risiko/resiko ritme ritual rival robek roboh robot rock roda rogoh roh
rohani rok roket rokok romantis rombak rombong rompak rompi rona ronda rongga rongrong rontok rosot rotan rotasi roti royalti ruang ruap
ruas rubuh rudal rudapaksa rugi ruh rujuk rukun rumah rumit rumor rumpun rumput rumus runcing runding rundung runtuh runyam rupa rupiah rusa
rusak rusuh rute rutin saat sabar sabda sabet sabit sabot sabotase sabtu sabuk sabung sadap sadar sagu sah sahabat saham sahut saing sains
saja saji sakit sakral saksama saksi saku salah salahguna salam salat salawat saldo saleh salib salin saling salip salju salur sama samar
sambang sambar sambil sambung sambut sampah sampai sampan sampel samping sampul sana sandang sandar sandera sandi sanding sandung sang
sangat sangga sanggah sanggup sangka sangkal sangkut sangsi sanitasi sanjung sanksi santai santap santri santun sapa sapi sapu saraf saran
sarana sarang sari saring sarjana sasar sastra satelit satgas satpam satria satu satupadu satwa saudara saung saus sawah sawit saya sayang
sayap sayat sayembara sayur sebab sebal sebar sebarluas sebentar seberang sebut sedan sedang sedangkan sedap sedekah sederhana sedia sedih
sedot segala segan segar segel segenap segera segi segmen segregasi sehat sejahtera sejak sejarah sejati sejuk sekadar/sekedar sekap
sekarang sekat sekitar sekolah sekretariat sekretaris seks seksi seksual sektarian sektor sekuler sekunder sekuritisasi sekutu sel selalu
selam selamat selancar selang selaras selasa selat selatan seleksi selenggara selera selesai seleweng selidik selimut selinap selip selisih
selonong selubung seludup seluler selundup seluruh selusup semacam semai semak semang semangat semarak semat semayam sembah sembahyang
sembari sembelih sembilan sembuh sembunyi sembur semen semenanjung semenjak sementara semesta semester semifinal semoga sempat sempit
semprot sempurna semrawut semu semua semula semut senandung senang senantiasa senapan senda sendat sendi sendiri sendok sengaja sengat
senggol sengit sengketa sengsara seni senin senior senja senjang senjata sensitif sensor sensus sentak sentil sentimen sentral sentralisasi
sentuh senyawa senyum sepak sepakat sepakbola sepatu sepeda sepele sependapat seperti sepi september septik sepuluh sepupu seragam serah
serak serakah seram serang serap serasi serat serbu serbuk serdadu seremonial seret sergah sergap seri serial serigala serikat sering
seringai serius serobot serpih sersan serta sertifikasi sertifikat seru seruput server servis sesak sesal sesat sesi sesuai sesuatu set
setan setel seteru setia setiap setir setor setrum setubuh setuju sewa sia siaga sial siang siap siapa siar siasat siasia sibak sibuk sidak
sidang sidik sifat signifikan sihir sikap sikat siklus siksa sikut sila silakan silam silang silat silaturahmi silih siluman simak simbah
simbiosis simbol simbolis simetri simpan simpang simpati simpatisan simpul simulasi sinambung sinar sindikat sindir sinergi sinetron singa
singel singgah singgasana singgung singkap singkat singkir single singsing sini sinkron sinkronisasi sintesis sinyal sinyalir sipil sipir
siram sirat sirene sirip sirkulasi sirna sisa sisi sisih sisip sisir sistem/sistim siswa sita sitir sitoplasma situ situasi situs siul
siuman skala skandal skema skenario sketsa skor skors skuadron slogan sma sniper soal sobek soda sodok sodor sogok sokong solidaritas solo
solusi sombong sopan sopir sorak sore sorong sorot sortir sosial sosialis sosialisasi sosok spanduk spektakuler spektrum spekulasi
spekulatif spesial spesialis spesialisasi spesies spesifik spion spionase sponsor stabil stabilisasi stabilitas stadion staf stagnasi
standar standardisasi stasiun statistik status statuta steril sterilisasi stigma stimulasi stok strata strategi strategis streaming strip
struktur struktural studi studio suaka suami suap suara suasana suatu subjek/subyek subsidi substansi subuh subur subversi suci sudah sudut
suguh suhu sujud suka sukacita sukar sukarela sukarelawan sukaria sukses suku sulam sulap sulih suling sulit sultan suluh sulut sumbang
sumbat sumber sumpah sumur sunah sunat sundul sungai sungguh sungkur suntik sunting sunyi supaya superior supervisi supir suplai suporter
suram surat surga surplus suruh surut survei susah suspensi susu susul susun susup susur susut sutradara swasembada swasta swastanisasi
syafaat syahid syair syal syarat syirik syukur taat tabah tabel tabrak tabung tabur tadah tadi tafakur tafsir tagih tahan tahap tahta tahu
tahun tajam taji tajuk tak takar takdir takhta takjub taklid taklimat takluk taksi taksir taktik taktis takut takwa talenta tali tamak taman
tamat tambah tambak tambal tambang tambat tampak tampan tampar tampik tampil tampung tamu tanah tanam tancap tanda tandang tandas
tandatangan tanding tandu tanduk tangan tangga tanggal tanggap tangguh tangguk tanggul tanggulang tanggung tanggungjawab tangis tangkai
tangkal tangkap tangkas tangki tangkis tani tanjak tank tanker tanpa tantang tanya tapak tapal tapi tapis tapol tara target tari tarif tarik
taring taruh taruna tarung tasbih tata tatap tatar tauhid taut tawa tawan tawar tayang tebak tebal tebang tebar tebas tebu tebus teduh tega
tegak tegang tegar tegas teguh tegur teh tekad tekan tekel teken teknik teknis teknologi teks tekstil tekuk tekun telaah teladan telah telan
telanjang telanjur/terlanjur telantar telat teledor telefon telepon teleskop televisi telik telinga teliti telpon teluk telur telusup
telusur tema teman tembaga tembak tembakau tembikar tembok tembus tempa tempat tempel tempo tempuh tempur temu tenaga tenang tenar tenda
tendang tendensi tender tengah tenggak tenggang tenggara tenggelam tengger tengkar tengkorak tengok tenis tentang tentara tenteram/tentram
tentu tenun tenung teologi teori tepat tepi tepis tepuk tepung terampil/trampil terang terap terapi terbang terbit teriak terik terima
teritori teritorial terjang terjemah terjun terka terkam terlalu terlantar termal terminal ternak terobos terompet teropong teror teroris
terorisme terowongan terpa tertib terus tes tesis tetangga tetap tetapi tetas tetes tewas tiada tiang tiap tiba tibatiba tidak tidur tiga
tikai tikam tiket tikus tilang tilik tim timah timang timba timbal timbang timbul timbun timpa timpal timpang timses timur tindak
tindaklanjut tindas tindih tinggal tinggi tingkah tingkat tinjau tinju tipe tipis tipu tiri tiris tiru titah titel titik titikberat titip
tiup tobat todong toko tokoh tokok tol tolak toleh toleransi tolong tombak tombok tombol ton tongkat tonjok tonjol tonton topan topang
topeng topi topik toreh torpedo total tradisi tradisional tragedi tragis traktat traktor transaksi transfer transformasi transisi transit
transkrip transmisi transparansi transportasi tren trik trilateral triliun triwulan trofi tropis truk tsunami tua tuai tualang tuan tuang
tubruk tubuh tuding tuduh tugas tuju tujuh tukang tukar tukik tulang tular tuli tulis tulus tumbang tumbuh tumbuk tumis tumor tumpah tumpang
tumpas tumpu tumpuk tumpul tunai tunang tunda tundra tunduk tunggak tunggal tunggang tungging tunggu tungkai tunjang tunjuk tuntas tuntun
tuntut tur turbin turet turun turut tusuk tutup tutur uang uap ubah uban ubi ubin ucap udang udara ujar uji ujicoba ujung ukir ukur ulah
ulama ulang ular ulas ulat ulet ulir ultimatum ulung ulur umat umbar umbi umpama umpan umpat umum umur undang undangundang undi unduh
undur/mundur unggah unggas unggul ungkap ungkit ungsi ungu unifikasi unik unilateral unit universitas unjuk unsur unta untuk untung upacara
upah upaya urai uranium urat urbanisasi urgensi uruk urung urus urut usah usaha usai usang usap usia usik usir uskup usul usung usus usut
utama utang/hutang utara utuh utus vaksin vaksinasi vakum validasi validitas valuta van vandal variabel varian variasi varietas vas
vegetarian vektor verifikasi versi vertikal veteran veto video viral virus visa visi visualisasi vokal vokalis voli volume vonis voting
wabah wabup wacana wadah waduk wafat wahana wahyu wajah wajar wajib wakaf wakil waktu walau wali walikota wangi wanita wanti waralaba waras
warga warganegara waris warkat warna warta warung wasiat wasit waspada watak wawancara wawasan wazir wejang wenang wibawa wilayah wiraswasta
wirausaha wisata wisuda wol wujud yaitu yakin yakni yatim yayasan yen yuridis yurisdiksi zakat zalim zaman/jaman zat ziarah zikir zina zona
$words$, E'\n'), '\s+') root
    cross join lateral string_to_table(rtrim(root, '!'), '/') spelling
), nasal as (
    select lemma, nasal.stem, 2 * length(given.stem) + nasal.is_whole::integer as rank
    from given cross join lateral (
        select case substr(given.stem, 1, 1) when 'p' then 'm' when 't' then 'n' when 's' then 'ny' when 'k' then 'ng' end || substr(given.stem, 2), false
        where not is_rigid
        union all
        select case when given.stem ~ '^[bfpv]' then 'm' when given.stem ~ '^[cdjstz]' then 'n' when given.stem ~ '^[aeioughkq]' then 'ng' else '' end
            || given.stem, true
        union all
        select 'nge' || given.stem, true where given.stem ~ '^[^aiueo]+[aiueo][^aiueo]*$'
    ) nasal (stem, is_whole)
    where nasal.stem is not null
)
insert into poros.word_stems
select stem, 'root', lemma, 2 * length(stem) + 1 from given
union all
select stem, 'r', lemma, 2 * length(stem) + 1 from given where stem ~ '^(r|[^aiueo]+er)'
union all
select stem, 'nasal', lemma, max(rank) from nasal group by stem, lemma;

insert into poros.word_affixes
select prefix, suffix, kind from (values
    ('', '{""}', 'form'),
    ('', '{"",kan,i,an}', 'root'),
    ('me', '{"",kan,i}', 'nasal'), ('di', '{"",kan,i}', 'root'), ('ku', '{"",kan,i}', 'root'), ('kau', '{"",kan,i}', 'root'),
    ('pe', '{"",an}', 'nasal'), ('pe', '{"",an}', 'root'), ('per', '{"",an,kan,i}', 'root'),
    ('ter', '{"",kan,i}', 'root'), ('te', '{"",kan,i}', 'r'),
    ('ber', '{"",an,kan}', 'root'), ('be', '{"",an,kan}', 'r'),
    ('non', '{""}', 'root'), ('ke', '{an,kan,i}', 'root'), ('ketidak', '{an}', 'root'), ('se', '{"",an}', 'root'),
    -- two prefixes
    ('memper', '{"",kan,i}', 'root'), ('mempe', '{"",kan,i}', 'r'), ('diper', '{"",kan,i}', 'root'), ('dipe', '{"",kan,i}', 'r'),
    ('member', '{"",kan,i}', 'root'), ('diber', '{kan,i}', 'root'), ('pember', '{an}', 'root'), ('pemer', '{""}', 'root'),
    ('menge', '{kan,i}', 'root'), ('dike', '{kan,i}', 'root'), ('penge', '{an}', 'root'),
    ('menye', '{"",kan,i}', 'root'), ('dise', '{kan,i}', 'root'), ('penye', '{"",an}', 'root'), ('kese', '{an}', 'root'),
    ('keber', '{an}', 'root'), ('kebe', '{an}', 'r'), ('keter', '{an}', 'root'), ('kepe', '{an}', 'root'), ('kepe', '{an}', 'nasal'),
    ('berke', '{an}', 'root'), ('berpe', '{"",an}', 'nasal'), ('berpe', '{"",an}', 'root'), ('bersi', '{""}', 'root')
) affix (prefix, suffixes, kind) cross join unnest(suffixes::text[]) suffix;

create function poros.word_lemmas(words text[]) returns table (word text, lemmas text[])
language sql stable parallel safe
begin atomic
    -- of a name that no root is known of: Putinnya
    select given.word, coalesce(analysis.lemmas, array[regexp_replace(plain.word, '^(.{4,})nya$', '\1')])
    from unnest(words) given (word)
    cross join lateral (
        select case when given.word ~ '[^[:ascii:]]'
            then coalesce(nullif(regexp_replace(normalize(given.word, nfkd), '[\u0300-\u036f]', '', 'g'), ''), given.word) else given.word end
        offset 0 -- once a word, not once an affix
    ) plain (word)
    left join lateral (
        select array_agg(distinct best.lemma) as lemmas from (
            select s.lemma
            from (values (''), ('nya'), ('lah'), ('kah'), ('pun'), ('ku'), ('mu')) clitic (ending)
            cross join lateral (
                select left(plain.word, length(plain.word) - length(clitic.ending))
                where right(plain.word, length(clitic.ending)) = clitic.ending offset 0
            ) core (word)
            join poros.word_affixes a on starts_with(core.word, a.prefix) and right(core.word, length(a.suffix)) = a.suffix
            join poros.word_stems s on s.kind = a.kind
                and s.stem = substr(core.word, 1 + length(a.prefix), length(core.word) - length(a.prefix) - length(a.suffix))
            where length(core.word) - length(a.prefix) - length(a.suffix) > 2
            order by s.rank - case when length(a.prefix) > 4 then 3 else 0 end desc, length(a.prefix), length(clitic.ending) -- penye-: rather pe-
            fetch first row with ties
        ) best
    ) analysis on analysis.lemmas is not null;
end;
comment on function poros.word_lemmas is 'The roots of Indonesian words: mengirimkannya is searched as kirim.';

create function poros.search_words(said text) returns tsvector
language plpgsql immutable parallel safe as $$
declare
    mark text;
begin
    if said is not nfkc normalized then
        said := normalize(said, nfkc);
    end if;
    if said ~* '(cita-c|gara-g|hati-h|kupu-k|kura-k|laba-l|mata-m|oleh-o|paru-p|pura-p|sia-s|tiba-t|undang-u)' then
        said := regexp_replace(said, '(cita|gara|hati|kupu|kura|laba|mata|oleh|paru|pura|sia|tiba|undang)-(\1)', '\1\2', 'gi');
    end if;
    foreach mark in array string_to_array('- / . @ & < + _', ' ') loop -- by which the parser would make one word of several
        said := replace(said, mark, ' ');
    end loop;
    foreach mark in array string_to_array(E''' \u2018 \u2019 ` \u00b4', ' ') loop -- Jum'at
        said := replace(said, mark, '');
    end loop;
    return to_tsvector('simple', said);
end
$$;
comment on function poros.search_words is 'The words of a text with their places. A hyphen parts words (F-16), an apostrophe does not; undang-undang is one.';

create function poros.index_articles(pages bigint[]) returns setof bigint
language plpgsql set enable_seqscan = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
declare
    article record;
begin
    for article in
        select a.page_id, a.dated_at, a.version_no, a.outlet, poros.search_words(left(a.headline, 5000)) as headline,
            poros.search_words(left(concat_ws(' ', a.subtitle, split_part(a.body, E'\n\n', 1)), 50000)) as lead,
            poros.search_words(substr(a.body, length(split_part(a.body, E'\n\n', 1)) + 1, 100000)) as rest
        from poros.articles a where a.page_id = any(pages) and not a.superseded
    loop
        with said as materialized (
            select part.weight, word.lexeme, word.positions, f.lemmas
            from (values ('A', article.headline), ('B', article.lead), ('C', article.rest)) part (weight, words)
            cross join unnest(part.words) word left join poros.word_forms f on f.form = word.lexeme
        ), unknown as materialized (
            select word, lemmas from poros.word_lemmas(array(select distinct lexeme from said where lemmas is null order by lexeme))
        ), kept as (
            insert into poros.word_forms select word, lemmas from unknown on conflict do nothing
        ), part as (
            select weight, string_agg(
                '''' || lemma || ''':' || replace(array_to_string(positions, ','), ',', weight || ',') || weight, ' '
            )::tsvector as document
            from (
                select weight, positions, lemmas from said where lemmas is not null
                union all
                select weight, positions, unknown.lemmas from said join unknown on word = lexeme where said.lemmas is null
            ) known cross join unnest(lemmas) lemma
            group by weight
        )
        insert into poros.search_documents values (
            article.page_id, article.dated_at, article.version_no,
            coalesce((select document from part where weight = 'A'), '') || coalesce((select document from part where weight = 'B'), '')
            || coalesce((select document from part where weight = 'C'), '')
            || array_to_tsvector(array['@' || article.outlet,
                to_char(article.dated_at at time zone 'UTC', '"@"YYYY'), to_char(article.dated_at at time zone 'UTC', '"@"YYYY-MM')])
        ) on conflict (page_id) do update
        set (dated_at, version_no, document) = row(excluded.dated_at, excluded.version_no, excluded.document);
        return next article.page_id;
    end loop;
end
$$;
comment on function poros.index_articles is 'Makes articles findable; returns which. A trigger does it whenever one is stored.';

create function poros.index_article() returns trigger
language plpgsql as $$
begin
    if new.superseded then
        delete from poros.search_documents where page_id = new.page_id;
    else
        perform poros.index_articles(array[new.page_id]);
    end if;
    return null;
end
$$;
comment on function poros.index_article is 'What search_documents has of an article changes with it.';
create trigger articles_new after insert on poros.articles for each row execute function poros.index_article();
create trigger articles_changed after update on poros.articles for each row when (
    (old.headline, old.subtitle, old.body, old.dated_at, old.superseded)
    is distinct from (new.headline, new.subtitle, new.body, new.dated_at, new.superseded)
) execute function poros.index_article();

create function poros.forget_words() returns trigger
language plpgsql as $$
begin
    delete from poros.word_forms where form in (
        select lexeme from unnest(poros.search_words(concat_ws(' ', old.headline, old.subtitle, old.body)))
    );
    return null;
end
$$;
comment on function poros.forget_words is 'A text that is removed leaves no word behind; what other articles have is looked up again.';
create trigger article_versions_forgotten after delete on poros.article_versions for each row execute function poros.forget_words();

create function poros.phrase_query(words text[]) returns tsquery
language plpgsql stable parallel safe as $$
declare
    phrase tsquery;
    following tsquery;
begin
    for following in
        select string_agg(quote_literal(lemma), ' | ')::tsquery
        from unnest(words) with ordinality said (word, place)
        cross join lateral poros.word_lemmas(array[said.word]) known cross join unnest(known.lemmas) lemma
        group by place order by place
    loop
        phrase := coalesce(phrase <-> following, following);
    end loop;
    return phrase;
end
$$;
comment on function poros.phrase_query is 'A query for words that follow each other, in any of their forms.';

create function poros.term_query(said text) returns tsquery
language plpgsql stable parallel safe as $$
declare
    words text[] := array(
        select lexeme from unnest(poros.search_words(said)) word cross join unnest(word.positions) place order by place limit 100
    );
    roots text[] := array(select distinct lemma from poros.word_lemmas(words) known cross join unnest(known.lemmas) lemma);
    spelling text;
    term tsquery;
begin
    for spelling in
        select unnest(finds) from poros.spellings s where s.spelling in (array_to_string(words, ' '), array_to_string(roots, ' '))
    loop
        term := coalesce(term || poros.phrase_query(string_to_array(spelling, ' ')), poros.phrase_query(string_to_array(spelling, ' ')));
    end loop;
    if term is not null then
        return term;
    elsif cardinality(words) > 1 and cardinality(roots) = 1 then -- rudal-rudal, tembak-menembak
        return poros.phrase_query(roots);
    elsif array_to_string(words, '') ~ '^([a-z]+[0-9]+|[0-9]+[a-z]+)$' then -- F-16, F16
        words := regexp_split_to_array(array_to_string(words, ''), '(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])');
        return poros.phrase_query(words) || poros.phrase_query(array[array_to_string(words, '')]);
    end if;
    return poros.phrase_query(words);
end
$$;
comment on function poros.term_query is 'A query for what stands between two blanks: a word, a name in every spelling, words with a hyphen between them.';

create function poros.search_query(words text) returns tsquery
language plpgsql stable parallel safe as $$
declare
    said text := translate(left(words, 10000), E'\u201c\u201d\u201e\u00ab\u00bb', '"""""');
    name text;
    item record;
    part text;
    term tsquery;
    either tsquery;
    every tsquery;
    follows_or boolean := false;
begin
    for name in -- so that what follows takes a name of several words for one term
        select spelling from poros.spellings where spelling like '% %' and strpos(lower(said), split_part(spelling, ' ', 1)) > 0
        order by length(spelling) desc
    loop
        said := regexp_replace(said, '\m' || replace(name, ' ', '[\s-]+') || '\M', replace(name, ' ', '-'), 'gi');
    end loop;
    for item in
        select piece[1] = '-' as is_negated, coalesce(piece[2], piece[3]) as text, piece[2] is not null as is_phrase
        from regexp_matches(said, '(-?)(?:"([^"]*)"?|([^\s"]+))', 'g') piece
        where coalesce(piece[2], piece[3]) ~ '[[:alnum:]]' limit 100
    loop
        if lower(item.text) = 'or' and not item.is_phrase and not item.is_negated then
            follows_or := true;
            continue;
        end if;
        term := null;
        foreach part in array regexp_split_to_array(item.text, '\s+') loop
            part := left(part, 500);
            term := coalesce(term <-> poros.term_query(part), term, poros.term_query(part));
        end loop;
        if term is null then
            continue;
        elsif item.is_negated then
            term := !! term;
        end if;
        if follows_or and either is not null then
            either := either || term;
        else
            every := coalesce(every && either, either);
            either := term;
        end if;
        follows_or := false;
    end loop;
    return coalesce(every && either, either);
end
$$;
comment on function poros.search_query is 'What somebody looks for, for search_documents.document: words in any form, "words that follow each other", one or another, -not; a name in every spelling. Of whatever else is written nothing is made; null, which finds nothing, where there is no word.';

create function poros.search_snippet(body text, forms text[]) returns text
language plpgsql immutable parallel safe as $$
declare
    pattern text := coalesce('\m(' || nullif(array_to_string(forms, '|'), '') || ')\M', '$.^'); -- which is nowhere
    sentence text := (
        select text from regexp_split_to_table(body, '(?<=[.!?])\s+|\n+') with ordinality split (text, place)
        where text <> '' order by regexp_count(text, pattern, 1, 'i') desc, place limit 1
    );
    start integer := greatest(regexp_instr(sentence, pattern, 1, 1, 0, 'i') - 100, 1);
begin
    if length(sentence) > 300 then
        if start > 1 then
            start := start + strpos(substr(sentence, start), ' ');
        end if;
        sentence := case when start > 1 then '… ' else '' end || substr(sentence, start, 280)
            || case when length(sentence) > start + 280 then ' …' else '' end;
    end if;
    return regexp_replace(regexp_replace(sentence, pattern, '«\1»', 'gi'), '»([ -])«', '\1', 'g');
end
$$;
comment on function poros.search_snippet is 'The sentence of a text that has most of some words, in «marks».';

create function poros.search_articles(
    words text, since timestamptz default null, until timestamptz default null, in_outlet text default null, on_topic text default null,
    hits integer default 20
) returns table (page_id bigint, published_wib timestamp, outlet text, headline text, snippet text, rank bigint, url text)
language plpgsql stable set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    query tsquery := poros.search_query(words);
    lexemes text[] := array(select piece[1] from regexp_matches(query::text, '''([^'']+)''', 'g') piece);
    forms text[] := array(select form from poros.word_forms where lemmas && lexemes and form !~ '[^[:alnum:]]');
    filter tsquery := case when in_outlet is null then query
        else query && quote_literal('@' || regexp_replace(in_outlet, '\W', '', 'g'))::tsquery end;
    earliest timestamptz := greatest(since, (select min(dated_at) from poros.search_documents));
    latest timestamptz := least(until, (select max(dated_at) + interval '1 second' from poros.search_documents));
    is_phrase boolean := query::text like '%<%';
    starts timestamptz;
    unit text;
    months integer := 1;
    searched integer := 0; -- months
    newest bigint[] := '{}';
begin
    -- Back in time, step by step, until there are enough: a common word is in hundreds of thousands of articles.
    while numnode(query) > 0 and latest > earliest and cardinality(newest) < 2000 loop
        unit := case when months > 12 then 'year' else 'month' end;
        starts := greatest(earliest, (date_trunc(unit, (latest - interval '1 microsecond') at time zone 'UTC')
            - case unit when 'year' then months / 12 * interval '1 year' else (months - 1) * interval '1 month' end) at time zone 'UTC');
        with hit as materialized (
            select d.page_id, d.dated_at from poros.search_documents d
            where d.document @@ (filter && (
                select string_agg(to_char(period, case unit when 'year' then '"''@"YYYY"''"' else '"''@"YYYY-MM"''"' end), ' | ')::tsquery
                from generate_series(date_trunc(unit, starts at time zone 'UTC'), latest at time zone 'UTC', ('1 ' || unit)::interval) period
            ))
        )
        select newest || array(
            select hit.page_id from hit
            where hit.dated_at >= starts and hit.dated_at < latest and (on_topic is null or exists (
                select from poros.verdicts v where v.page_id = hit.page_id and v.topic = on_topic and v.band in ('about', 'review')
            ))
            order by hit.dated_at desc, hit.page_id desc limit 2000 - cardinality(newest)
        ) into newest;
        -- A phrase has to be looked for in the articles themselves: those that seldom have it are not all read for the sake of a rank.
        if is_phrase and cardinality(newest) >= hits then
            exit when (select count(*) > 20000 from (select from poros.search_documents where dated_at >= starts limit 20001) walked);
        end if;
        latest := starts;
        searched := searched + months; -- the next step is as long as it seems to need
        months := least(
            months * case when is_phrase then 2 when cardinality(newest) < 20 then 4 else 16 end,
            1.2 * searched * (2000 - cardinality(newest)) / nullif(cardinality(newest), 0) + 1
        );
    end loop;
    return query
    with ranked as materialized (
        select d.page_id, place, row_number() over (order by ts_rank(d.document, query) desc, place) as rank
        from unnest(newest) with ordinality hit (page_id, place) join poros.search_documents d on d.page_id = hit.page_id
        order by place limit hits
    )
    select r.page_id, a.dated_at at time zone 'Asia/Jakarta', a.outlet, a.headline, poros.search_snippet(a.body, forms), r.rank, p.url
    from ranked r join poros.articles a on a.page_id = r.page_id join poros.pages p on p.page_id = r.page_id
    order by r.place;
end
$$;
comment on function poros.search_articles is 'The newest articles that a search finds, with a sentence that shows why. rank: 1 is the best by ts_rank of the newest 2,000 (of a phrase that is in fewer of the newest 20,000 articles: of those).';
