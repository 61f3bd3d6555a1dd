"""What is served in the place of an article, in many shapes, and articles that must not be taken for it. All prose is invented."""

from datetime import datetime
from itertools import islice, product
from pathlib import Path

import pytest

from crawler.reading.dates import WIB
from crawler.reading.page import Page
from crawler.reading.reader import NotAnArticle, read
from crawler.reading.rules import PageRules

URL = "https://www.contoh.com/read/1/kapal"
FETCHED = datetime(2026, 8, 10, 8, 0, tzinfo=WIB)
RULES = PageRules(body=(".isi",))
MENU = "<header><a href='/'>Contoh</a><nav><a href='/nasional'>Nasional</a><a href='/dunia'>Dunia</a></nav></header>"
FOOTER = "<footer><p>Seluruh isi situs khayalan ini dilindungi undang-undang khayalan.</p></footer>"
SCRIPT = "<script src='/app.js'></script>"
TEASERS = "".join(f"<li><a href='/read/{n}/x'>Judul khayalan nomor {n} tentang kapal</a><i>{n} jam lalu</i></li>" for n in range(2, 22))
LONG = "Kami memakai berkas kecil agar dermaga khayalan ini terasa lebih nyaman bagi semua penumpang yang singgah di sini. " * 4
DATED = "".join(
    f"<li><i>Rabu, 5 Agustus 2026 | 0{n}:45 WIB</i><h3><a href='/read/{n}/x'>Kapal khayalan nomor {n}</a></h3><p>{LONG[:115]}</p></li>"
    for n in range(2, 9)
)
CUT = "".join(
    f"<h2><a href='/read/{n}/x'>Judul khayalan nomor {n} tentang kapal di dermaga timur</a></h2><p>Kapal {n}, tiba. {LONG[:120]}...</p>"
    for n in range(2, 5)
)
OG_HOME = '<meta property="og:url" content="https://www.contoh.com/">'
PAGE_OF_HOME = '{"@type": "WebPage", "url": "https://www.contoh.com/", "datePublished": "2019-03-09T00:50:50+00:00"}'
OG_ARTICLE = '<meta property="og:type" content="article">'


def page(body: str, title: str = "Contoh.com", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{MENU}{body}{FOOTER}</body></html>"


BLOCK, GONE, CONSENT, LOGIN = "block page", "page not found", "consent page", "login or subscription page"
CAPTION = "Kapal khayalan yang panjang sekali tiba di dermaga timur pada Selasa pagi bersama dua puluh penumpang (Dok. Kapal) Dok. Redaksi"
LISTING, MEDIA, BROWSER = "listing or other page without a story", "video or gallery without a text", "needs a browser"
BAD: list[tuple[str, str, str]] = [  # (reason or its beginning, address, page)
    (GONE, URL, page("<h1>404</h1><p>Waduh.</p>")),
    (GONE, URL, page("<h1>Artikel tidak ditemukan</h1>")),
    (GONE, URL, page("<p>Halaman yang Anda cari tidak tersedia.</p>")),
    (GONE, URL, page("<h2>Maaf, berita ini sudah dihapus</h2>" + f"<ul>{TEASERS}</ul>")),
    (GONE, URL, page("<h1>Oops</h1><div>Page not found</div>", "Contoh.com")),
    (GONE, URL, page("<p>The story is no longer available.</p>")),
    (GONE, URL, page(f"<p>{LONG}</p>", "Halaman Tidak Ditemukan - Contoh.com")),
    (GONE, URL, page("<div class='isi'><p>Artikel ini tidak dapat ditemukan.</p></div>")),
    (BLOCK, URL, "<title>Just a moment...</title><h1>contoh.com</h1><p>Checking your browser before accessing.</p>"),
    (BLOCK, URL, "<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1>"),
    (BLOCK, URL, "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>Reference #18.2f</body></html>"),
    (BLOCK, URL, "<title>contoh.com</title><h1>One more step</h1><p>Please complete the security check to continue.</p>"),
    (BLOCK, URL, "<html><head><title>Robot?</title></head><body><p>Pastikan Anda bukan robot.</p><div id='captcha'></div></body></html>"),
    (BLOCK, URL, "<html><head><title>429 Too Many Requests</title></head><body><center><h1>429</h1></center></body></html>"),
    (BLOCK, URL, "<title>Tunggu sebentar</title><body><script>window._cf_chl_opt = {cvId: '3'};</script><div id='root'></div></body>"),
    (BLOCK, URL, f"<title>contoh.com</title><script src='https://geo.captcha-delivery.com/c.js'></script><div id='app'></div>{SCRIPT}"),
    (BLOCK, URL, page("<h1>Akses Anda ditolak</h1><p>Hubungi penjaga dermaga.</p>")),
    (CONSENT, URL, page(f"<h1>We value your privacy</h1><p>{LONG}</p>")),
    (CONSENT, URL, page(f"<p>{LONG}</p>", "Sebelum melanjutkan ke Contoh")),
    (CONSENT, URL, page("<h2>Persetujuan cookie</h2><button>Terima semua cookie</button>")),
    (LOGIN, URL, page("<h1>Masuk</h1><form><input name='surel'></form>")),
    (LOGIN, URL, page("<p>Silakan login untuk membaca berita ini.</p>", "Contoh.com")),
    (LOGIN, URL, page(f"<p>{LONG}</p>", "Login - Contoh.com")),
    (LOGIN, URL, page("<h1>Konten ini khusus untuk pelanggan</h1>")),
    ("home page", "https://www.contoh.com/", page(f"<ul>{TEASERS}</ul><p>{LONG}</p>")),
    ("home page", URL, page(f"<ul>{TEASERS}</ul>", head='<link rel="canonical" href="https://www.contoh.com/">')),
    ("home page", URL, page(f"<p>{LONG}</p>", head='<link rel="canonical" href="https://www.contoh.com">')),
    (LISTING, URL, page(f"<h1>Indeks Berita</h1><ul>{TEASERS}</ul>", "Indeks Berita")),
    (LISTING, URL, page(f"<h1>Dunia</h1><ul>{TEASERS}</ul>", "Berita Dunia Terkini", '<meta property="og:type" content="website">')),
    (LISTING, URL, page("<h1>Topik: kapal</h1>" + "<div><a href='/x'><h2>Kapal</h2></a><p>Ringkas.</p></div>" * 9, "Kapal")),
    (LISTING, URL, page(f"<h1>Indeks</h1><ul>{DATED}</ul>", "Indeks", OG_ARTICLE + OG_HOME)),
    (
        LISTING,
        URL,
        page(f"<h1>Kapal</h1><div>{CUT}</div>", "Kapal", f'{OG_HOME}<script type="application/ld+json">{PAGE_OF_HOME}</script>'),
    ),
    (LISTING, URL, page(f"<h1>Tentang Kami</h1><p>{LONG}</p>", "Tentang Kami")),
    (LISTING, URL, page(f"<h1>Hasil pencarian</h1><ul>{TEASERS}</ul>", "Pencarian")),
    (MEDIA, "https://www.contoh.com/video/1/kapal", page("<h1>Kapal</h1><video></video><p>Kapal khayalan.</p>", head=OG_ARTICLE)),
    (MEDIA, "https://foto.contoh.com/read/1/kapal", page("<h1>Kapal</h1><figure><img></figure>", head=OG_ARTICLE)),
    (MEDIA, "https://www.contoh.com/galeri/1/kapal", page("<h1>Kapal</h1><p>Foto: Kapal</p>", head=OG_ARTICLE)),
    (MEDIA, URL, page("<h1>Kapal</h1><p>Kapal.</p>", "Kapal", '<meta property="og:type" content="video.other">')),
    (BROWSER, URL, f"<html><head><title>Kapal</title></head><body><div id='root'></div>{SCRIPT}</body></html>"),
    (BROWSER, URL, f"<html><head>{OG_ARTICLE}<title>Kapal</title></head><body><div id='__next'></div>{SCRIPT}</body></html>"),
    (BROWSER, URL, f"<title>Kapal</title><body><noscript>You need to enable JavaScript to run this app.</noscript>{SCRIPT}</body>"),
    (BROWSER, URL, page(f"<h1>Kapal Tiba</h1><div class='isi'></div>{SCRIPT}", "Kapal Tiba", OG_ARTICLE)),
    (
        BROWSER,
        URL,
        page(
            f"<h1>Kapal Tiba</h1><p>{CAPTION}</p>{SCRIPT}",
            "Kapal",
            OG_ARTICLE,
        ),
    ),
    (BROWSER, URL, page(f"<app-root></app-root>{SCRIPT}", "Kapal", OG_ARTICLE)),
    ("empty page", URL, "<html><head></head><body></body></html>"),
    ("not HTML", URL, '{"artikel": null}'),
    ("body shorter", URL, page(f"<h1>Kapal</h1><div class='isi'><p>{LONG[:115]}</p></div>", "Kapal", OG_ARTICLE)),
]


def verdict(text: str | bytes, url: str, rules: PageRules) -> str | None:
    try:
        read([Page(text, url)], rules, outlet="contoh", article_id="1", url=url, fetched_at=FETCHED)
    except NotAnArticle as finding:
        return finding.reason
    return None


@pytest.mark.parametrize(("reason", "url", "text"), BAD)
def test_a_bad_page_is_rejected_with_the_right_reason(reason: str, url: str, text: str) -> None:
    for rules in (RULES, PageRules(body=())):
        got = verdict(text, url, rules)
        assert got is not None
        assert got.startswith(reason)


def test_there_are_enough_bad_pages() -> None:
    assert len(BAD) >= 40


# Headlines and openings that hold the very words of error pages, walls and shells
HEADLINES = (
    *(
        "Kapal Khayalan Tiba",
        "Pesawat 404 Tidak Ditemukan di Radar",
        "Nelayan Masuk Pelabuhan Utara",
        "Access Denied, Film Baru dari Utara",
    ),
    *("Kompi 403 Berlatih", "Captcha Makin Sulit, Kata Peneliti", "Video Kapal Beredar", "Login Sekali untuk Semua Layanan Dermaga"),
    *("Cookie Buatan Warga Timur Laris", "Berlangganan untuk Setahun Lebih Murah"),
)
SENTENCES = (
    "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang yang lelah.",
    "Halaman kantor itu tidak tersedia untuk umum, kata penjaga, sebelum melanjutkan patrolinya ke utara.",
    "Barang yang hilang tidak ditemukan sampai malam, dan petugas meminta warga masuk ke akun layanan mereka.",
    "Nakhoda berjanji akan kembali sebelum musim dingin tiba di pelabuhan utara yang sunyi itu.",
)
DATE = '<meta property="article:published_time" content="2026-08-05T06:45:00+07:00">'
SHAPES = (
    lambda title, text: page(f"<h1>{title}</h1><div class='isi'>{text}</div>", f"{title} - Contoh.com", OG_ARTICLE + DATE),
    lambda title, text: page(f"<h1>{title}</h1><div class='baru'>{text}</div>", title, DATE),
    lambda title, text: page(f"<h1>{title}</h1><div>Rabu, 05/08/2026 06:45 WIB</div><div>{text}</div><ul>{TEASERS}</ul>", title),
    lambda title, text: page(f"<noscript>Aktifkan JavaScript</noscript><h1>{title}</h1><div id='app'>{text}</div>{SCRIPT}", title, DATE),
    lambda title, text: page(f"<h1>{title}</h1><div class='isi'>{text}</div><div id='root'></div>{SCRIPT}", title),
)


def test_good_pages_are_not_rejected() -> None:
    texts = [f"<p>{a}</p><p>{b}</p><p>{c}</p>" for a, b, c in islice(product(SENTENCES, repeat=3), 0, 64, 16)]
    good = [shape(title, text) for shape, title, text in product(SHAPES, HEADLINES, texts)]
    assert len(good) == 200
    rejected = [reason for text in good if (reason := verdict(text, URL, RULES))]
    assert len(rejected) <= 1, rejected


LISTINGS = Path(__file__).parents[4] / "shared" / "pages" / "listings"


@pytest.mark.skipif(not LISTINGS.exists(), reason="THE REAL LISTINGS ARE ABSENT: whether they are taken for articles is not tested")
@pytest.mark.parametrize("path", ["/indeks", "/read/2026/08/05/123456/kapal-tiba"])
def test_no_real_listing_or_home_page_becomes_an_article_whatever_its_address(path: str) -> None:
    listings = [each for each in LISTINGS.iterdir() if each.suffix in {".html", ".xml"}]
    assert len(listings) > 9
    for listing in listings:
        assert verdict(listing.read_bytes(), f"https://www.contoh.com{path}", RULES), listing
