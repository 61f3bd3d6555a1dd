"""Listings as outlets serve them, whole and broken."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from crawler.clock import WIB
from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.routes import TAGS, DateIndex, Listing, Route, Search, SectionPage, tag_pages

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Kabar</title><link>https://kabar.example/</link>
<item><title><![CDATA[Kapal & kereta]]></title><link>https://kabar.example/read/1</link>
<pubDate>Mon, 23 Nov 2026 07:30:00 +0700</pubDate><description><![CDATA[<img src="x.jpg"/>Ringkasan.]]></description></item>
<item><title>Tanpa jam</title><link>https://kabar.example/read/2</link></item>
</channel></rss>"""

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><image:image><image:loc>https://kabar.example/1.jpg</image:loc></image:image><loc><![CDATA[https://kabar.example/read/1]]></loc>
<news:news><news:publication_date>2026-11-23T07:30:00+07:00</news:publication_date><news:title>Kapal</news:title>
<news:keywords>rusia, korea utara,</news:keywords></news:news></url>
</urlset>"""


def read(route: Route, text: str) -> Listing:
    return route.read(text.encode(), "https://kabar.example/daftar", encoding="utf-8", fetched_at=NOW)


def test_feed() -> None:
    first, second = read(Feed(name="feed", url="https://kabar.example/rss"), FEED).entries
    assert (first.url, first.title) == ("https://kabar.example/read/1", "Kapal & kereta")
    assert first.summary is not None
    assert "Ringkasan." in first.summary
    assert first.published_at == datetime(2026, 11, 23, 7, 30, tzinfo=WIB)
    assert second.published_at is None


def test_atom_feed() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Kapal</title><link href="https://kabar.example/read/1"/>'
        "<updated>2026-11-23T00:30:00Z</updated></entry></feed>"
    )
    (entry,) = read(Feed(name="feed", url="https://kabar.example/atom"), atom).entries
    assert (entry.url, entry.title, entry.published_at) == (
        "https://kabar.example/read/1",
        "Kapal",
        datetime(2026, 11, 23, 0, 30, tzinfo=UTC),
    )


ITEM = "<item><title>Kapal {0}</title><link>https://kabar.example/read/{0}</link></item>"
BOMB = '<!DOCTYPE rss [<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11)) + "]>"
READ_FILE = '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/hostname"><!ENTITY n SYSTEM "http://127.0.0.1:9/x">]>'


def feed(*items: str, before: str = '<?xml version="1.0" encoding="UTF-8"?>', after: str = "</channel></rss>") -> str:
    return f"{before}<rss><channel><title>Kabar</title>{''.join(items)}{after}"


ONE, TWO = ITEM.format(1), ITEM.format(2)


@pytest.mark.parametrize(
    ("broken", "kept"),
    {
        "bare ampersand": (feed(ONE.replace("Kapal", "Kapal & kereta"), TWO), "12"),
        "bare ampersand in a link": (feed(ONE.replace("read/1", "read/1?a=1&b=2"), TWO), "12"),
        "unknown entity": (feed(ONE.replace("Kapal", "Kapal&nbsp;&raquo;"), TWO), "12"),
        "unclosed element": (feed(ONE.replace("</title>", "<br></title>"), TWO), "12"),
        "cut off between entries": (feed(ONE, TWO, after=""), "12"),
        "cut off inside an entry": (feed(ONE, TWO, TWO[:30], after=""), "12"),
        "cut off inside a CDATA section": (feed(ONE, "<item><title><![CDATA[Kap", after=""), "1"),
        "leading space": ("\n  " + feed(ONE, TWO), "12"),
        "BOM": ("\ufeff" + feed(ONE, TWO), "12"),
        "trailing junk": (feed(ONE, TWO) + "<script>lihat()</script>", "12"),
        "control characters": (feed(ONE.replace("Kapal", "Kapal\x08\x0b"), TWO), "12"),
        "wrong encoding": (feed(ONE, TWO, before='<?xml version="1.0" encoding="UTF-16"?>'), "12"),
        "no declaration, bare markup in a title": (feed(ONE.replace("Kapal", "<b>Kapal</b>"), TWO, before=""), "12"),
        "a file and the network in entities": (feed(ONE.replace("Kapal", "&f;&n;"), TWO, before=READ_FILE), "12"),
        "a bomb of entities": (feed(ONE.replace("Kapal", "&l10;"), TWO, before=BOMB), "12"),
        "an undeclared namespace": (feed(ONE.replace("<link>", "<media:x/><link>"), TWO), "12"),
        "a title of five megabytes": (feed(ONE.replace("Kapal", "K" * 5_000_000), TWO), "12"),
        "an entry without a link": (feed("<item><title>Tanpa</title></item>", ONE), "1"),
    }.values(),
    ids=lambda value: str(value)[:20],
)
def test_a_broken_feed_keeps_every_whole_entry(broken: str, kept: str) -> None:
    urls = [entry.url.partition("?")[0] for entry in read(Feed(name="feed", url="https://kabar.example/rss"), broken).entries]
    assert urls[: len(kept)] == [f"https://kabar.example/read/{number}" for number in kept]


def test_latin_letters_in_a_feed_that_says_utf_8() -> None:
    content = feed(ONE.replace("Kapal", "Kafé"), TWO).encode("latin-1")
    entries = Feed(name="feed", url="https://kabar.example/rss").read(content, "", encoding=None, fetched_at=NOW).entries
    assert [entry.url for entry in entries] == ["https://kabar.example/read/1", "https://kabar.example/read/2"]


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "&a;&a;">]>' + FEED.split("?>", 1)[1].replace(
        "Tanpa jam", "&b;"
    )
    titles = [entry.title for entry in read(Feed(name="feed", url="https://kabar.example/rss"), bomb).entries]
    assert titles == ["Kapal & kereta", "&b;"]


@pytest.mark.parametrize("text", ["", "<html><body><p>Masuk</p></body></html>", "Maaf", "<!DOCTYPE html><title>404</title>"])
@pytest.mark.parametrize("kind", [Feed, NewsSitemap])
def test_what_is_no_feed_is_refused(kind: type[Route], text: str) -> None:
    with pytest.raises(ValueError, match="XML"):
        read(kind(name="feed", url="https://kabar.example/rss"), text)


def test_news_sitemap() -> None:
    (entry,) = read(NewsSitemap(name="sitemap", url="https://kabar.example/sitemap.xml"), SITEMAP).entries
    assert entry.url == "https://kabar.example/read/1"
    assert entry.keywords == ("rusia", "korea utara")
    assert entry.published_at == datetime(2026, 11, 23, 7, 30, tzinfo=WIB)


def test_sitemap_index_leads_to_the_children_asked_for() -> None:
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<sitemap><loc>https://kabar.example/dunia/sitemap-news.xml</loc></sitemap>"
        "<sitemap><loc>https://kabar.example/dunia/sitemap-video.xml</loc></sitemap></sitemapindex>"
    )
    listing = read(NewsSitemap(name="sitemap", url="https://kabar.example/sitemap.xml", children="news"), index)
    assert listing.further == ["https://kabar.example/dunia/sitemap-news.xml"]
    assert not listing.entries


def test_section_page_takes_each_address_once_with_its_longest_text() -> None:
    page = '<a href="/read/1"><img alt=""></a><h2><a href="/read/1">Kapal\n tiba</a></h2><a href="/read/1">Baca</a><a href="/tag/x">x</a>'
    listing = read(SectionPage(name="world", url="https://kabar.example/"), page)
    assert [(entry.url, entry.title) for entry in listing.entries] == [
        ("https://kabar.example/read/1", "Kapal tiba"),
        ("https://kabar.example/tag/x", "x"),
    ]


def test_page_without_links_is_no_listing() -> None:
    with pytest.raises(ValueError, match="link"):
        read(SectionPage(name="world", url="https://kabar.example/"), "<html><body><main id=app></main></body></html>")


def test_date_index_goes_day_by_day_in_western_indonesian_time() -> None:
    index = DateIndex(name="index", url="https://kabar.example/?date={date:%Y-%m-%d}&page={page}", max_pages=2)
    since = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # midnight between the 21st and the 22nd in Jakarta
    paginations = list(index.paginations(since, NOW))
    assert [pagination.url for pagination in paginations] == [
        "https://kabar.example/?date=2026-11-23&page=1",
        "https://kabar.example/?date=2026-11-22&page=1",
    ]
    second = paginations[0].next()
    assert second is not None
    assert second.url == "https://kabar.example/?date=2026-11-23&page=2"
    assert second.next() is None


def test_every_tag_is_a_route() -> None:
    routes = tag_pages("https://kabar.example/tag/{slug}/{page}")
    urls = [pagination.url for route in routes for pagination in route.paginations(NOW, NOW)]
    assert urls == [f"https://kabar.example/tag/{tag}/1" for tag in TAGS]
    assert len({route.name for route in routes}) == len(TAGS)


def test_search_looks_into_whole_windows() -> None:
    url = "https://kabar.example/cari?q={query}&dari={first:%Y-%m-%d}&sampai={last:%Y-%m-%d}&hal={page}"
    search = Search(name="search", url=url, queries=("korea+rusia",), window=7)
    (pagination,) = search.paginations(NOW - timedelta(hours=1), NOW)
    assert pagination.url == "https://kabar.example/cari?q=korea+rusia&dari=2026-11-17&sampai=2026-11-23&hal=1"
    newest, older = search.paginations(NOW - timedelta(days=7), NOW)
    assert "dari=2026-11-10&sampai=2026-11-16" in older.url
    assert newest.url == pagination.url


def test_a_gzipped_sitemap() -> None:
    route, packed = NewsSitemap(name="sitemap", url="https://kabar.example/sitemap.xml.gz"), gzip.compress(SITEMAP.encode())
    assert len(route.read(packed, route.url, encoding=None, fetched_at=NOW).entries) == 1
    with pytest.raises(ValueError, match="broken gzip"):
        route.read(packed[:-8], route.url, encoding=None, fetched_at=NOW)


def test_a_gzip_bomb_is_refused() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (60 << 20) + b"</urlset>")
    with pytest.raises(ValueError, match="50 MiB"):
        NewsSitemap(name="sitemap", url="https://kabar.example/").read(bomb, "https://kabar.example/", encoding=None, fetched_at=NOW)


def test_pages_may_be_counted_in_articles() -> None:
    index = DateIndex(name="index", url="https://kabar.example/{page}/{date:%Y/%m/%d}", first_page=0, page_step=50, max_pages=2)
    (pagination,) = index.paginations(NOW, NOW)
    second = pagination.next()
    assert second is not None
    assert (pagination.url, second.url) == ("https://kabar.example/0/2026/11/23", "https://kabar.example/50/2026/11/23")
    assert second.next() is None


def test_a_section_page_tells_when_an_article_was_published() -> None:
    page = '<li><a href="/read/1">Kapal tiba</a><span>23/11/2026 07:30 WIB</span></li>'
    (entry,) = read(SectionPage(name="world", url="https://kabar.example/"), page).entries
    assert entry.published_at == datetime(2026, 11, 23, 7, 30, tzinfo=WIB)
