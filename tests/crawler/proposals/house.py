"""An invented outlet with ten days of pages: its addresses, lists and template are like no other's."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

from crawler.clock import WIB

HOST = "www.wartalaut.example"
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # noon in Jakarta
DAYS, A_DAY, ON_TOPIC = 10, 30, 6  # every so many stories one is on topic
CHANNELS = ("nasional", "ekonomi", "olahraga", "mancanegara")
_PLACES = ("Manado", "Bitung", "Ternate", "Sorong", "Ambon", "Kupang", "Bima", "Palu", "Kendari", "Parepare")
_THINGS = ("Dermaga", "Kapal Feri", "Mercusuar", "Pasar Ikan", "Sekolah Pelayaran", "Galangan", "Gudang Garam", "Jembatan", "Pelampung")
_VERBS = ("Dibuka Lagi", "Dicat Ulang", "Ditutup Sementara", "Mulai Dibangun", "Diperiksa Petugas", "Dipindahkan", "Ramai Dikunjungi")
_PAIRS = ("Latihan Bersama", "Perjanjian Dagang", "Kereta Barang", "Pertukaran Pelajar", "Pasokan Gandum", "Kerja Sama Nelayan")


@dataclass(frozen=True, slots=True)
class Story:
    """One of the house's; ``number`` is the newest's highest."""

    number: int
    published_at: datetime

    @property
    def is_on_topic(self) -> bool:
        return self.number % ON_TOPIC == 0

    @property
    def channel(self) -> str:
        return "mancanegara" if self.is_on_topic else CHANNELS[self.number % 4]

    @property
    def title(self) -> str:
        dice = random.Random(self.number)
        if self.is_on_topic:
            return f"Korea Utara dan Rusia Sepakati {dice.choice(_PAIRS)} Ke-{self.number}"
        return f"{dice.choice(_THINGS)} Nomor {self.number} di {dice.choice(_PLACES)} {dice.choice(_VERBS)}"

    @property
    def path(self) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")
        return f"/{self.channel}/{self.published_at.astimezone(WIB):%Y/%m}/{self.number}-{slug}"

    def paragraphs(self) -> Iterator[str]:
        dice = random.Random(self.number)
        about = "Korea Utara dan Rusia" if self.is_on_topic else f"Warga {dice.choice(_PLACES)}"
        where = "Pyongyang dan Moskow" if self.is_on_topic else dice.choice(_PLACES)
        yield f"WARTALAUT - {about} mengumumkan rencana nomor {self.number} di {where}, setelah pertemuan yang berlangsung sepanjang pagi."
        for _ in range(3):
            things = ", ".join(dice.sample([*_THINGS, *_PLACES], 5)).lower()
            yield f"Menurut juru bicara khayalan, {about} akan memeriksa {things} sebelum musim angin barat tiba di {where}."
        yield f'"Rencana nomor {self.number} tidak berubah," katanya kepada wartawan yang menunggu di tangga gedung itu.'


STORIES = [Story(70_000 + at, NOW - timedelta(days=1) * (DAYS * A_DAY - at) / A_DAY) for at in range(DAYS * A_DAY)][::-1]
_BY_PATH = {story.path: story for story in STORIES}


def answer(url: str) -> tuple[int, str, str]:
    """Status, type and body of what stands at an address."""
    path, _, query = re.sub(r"^https?://[^/]+", "", url).partition("?")
    given = dict(re.findall(r"(\w+)=([\w-]*)", query))
    at = int(given.get("hal") or 1)
    page = {
        "/": lambda: _list("Warta Laut", STORIES[:60]),
        "/mancanegara": lambda: _list("Mancanegara", [story for story in STORIES if story.channel == "mancanegara"][:20]),
        "/indeks-berita": lambda: _index(date.fromisoformat(given.get("tanggal") or "2026-11-20"), at),
        "/label/rusia": lambda: _list("rusia", [story for story in STORIES if story.is_on_topic][:20]),
    }.get(path)
    if path == "/robots.txt":
        return 200, "text/plain", f"User-agent: *\nDisallow: /cari\nSitemap: https://{HOST}/peta/situs.xml\n"
    if path == "/umpan/terbaru.xml":
        return 200, "application/rss+xml", f'<rss version="2.0"><channel>{"".join(map(_item, STORIES[:25]))}</channel></rss>'
    if path == "/peta/situs.xml":
        return 200, "text/xml", f"<sitemapindex><sitemap><loc>https://{HOST}/peta/berita.xml</loc></sitemap></sitemapindex>"
    if path == "/peta/berita.xml":
        return 200, "text/xml", f"<urlset>{''.join(map(_url, STORIES[:60]))}</urlset>"
    if story := _BY_PATH.get(path):
        return 200, "text/html; charset=utf-8", _article(story)
    return (200, "text/html; charset=utf-8", page()) if page else (404, "text/html", "<h1>Halaman tidak ditemukan</h1>")


def _item(story: Story) -> str:
    link = f"https://{HOST}{story.path}"
    return f"<item><title>{story.title}</title><link>{link}</link><pubDate>{format_datetime(story.published_at)}</pubDate></item>"


def _url(story: Story) -> str:
    named = f"<news:title>{story.title}</news:title><news:publication_date>{story.published_at.isoformat()}</news:publication_date>"
    return f"<url><loc>https://{HOST}{story.path}</loc><news:news>{named}</news:news></url>"


def _html(title: str, head: str, body: str) -> str:
    menu = "".join(f'<li><a href="/{channel}">{channel.title()}</a></li>' for channel in CHANNELS)
    return (
        f'<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{title} - Warta Laut</title>'
        f'<meta property="og:site_name" content="Warta Laut">{head}'
        f'<link rel="alternate" type="application/rss+xml" href="/umpan/terbaru.xml"></head>'
        f"<body><nav><ul>{menu}"
        f'<li><a href="/indeks-berita">Indeks Berita</a></li><li><a href="/tentang-kami">Tentang Kami</a></li></ul></nav>'
        f'{body}<footer><a href="/redaksi">Redaksi</a> <a href="/pedoman-media-siber">Pedoman Media Siber</a></footer></body></html>'
    )


def _teasers(stories: list[Story]) -> str:
    return "".join(
        f'<div class="kartu"><a href="{story.path}">{story.title}</a>'
        f'<time datetime="{story.published_at.isoformat()}">{story.published_at.astimezone(WIB):%d/%m/%Y %H:%M} WIB</time></div>'
        for story in stories
    )


def _list(title: str, stories: list[Story]) -> str:
    return _html(title, "", f"<main><h1>{title}</h1>{_teasers(stories)}</main>")


def _index(day: date, at: int) -> str:
    stories = [story for story in STORIES if story.published_at.astimezone(WIB).date() == day]
    pages = "".join(f'<a href="/indeks-berita?tanggal={day}&amp;hal={number}">{number}</a>' for number in (1, 2))
    form = f'<form action="/indeks-berita"><input type="date" name="tanggal" value="{day}"><button>Cari</button></form>'
    return _html(
        "Indeks Berita",
        "",
        f'<main><h1>Indeks Berita</h1>{form}{_teasers(stories[20 * (at - 1) : 20 * at])}<p class="nomor">{pages}</p></main>',
    )


def _article(story: Story) -> str:
    others = [each for each in STORIES[:40] if each is not story][:6]
    ld = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": story.published_at.isoformat(),
    }
    first, *rest = story.paragraphs()
    related = f'<p class="sisipan">Baca juga: <a href="{others[0].path}">{others[0].title}</a></p>'
    return _html(
        story.title,
        f'<link rel="canonical" href="https://{HOST}{story.path}"><script type="application/ld+json">{json.dumps(ld)}</script>',
        f'<main><h1>{story.title}</h1><div class="nama-penulis">Oleh: <a href="/penulis/rani">Rani Contoh</a></div>'
        f'<div class="teks-berita"><p>{first}</p>{related}{"".join(f"<p>{each}</p>" for each in rest)}</div>'
        f'<p class="label"><a href="/label/rusia">rusia</a></p><aside><h2>Terpopuler</h2>{_teasers(others)}</aside></main>',
    )
