"""Feeds and sitemaps with the faults that real ones have; most were reported of feed readers and crawlers."""

from contextlib import suppress
from datetime import UTC, datetime
from time import process_time
from typing import Any

import pytest

from crawler.clock import WIB
from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.follow import read_candidates
from crawler.discovery.links import Entry
from crawler.discovery.routes import Listing, Route
from crawler.urls import ArticleUrls

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 in Jakarta
HALF_PAST_SEVEN = datetime(2026, 11, 23, 7, 30, tzinfo=WIB)
URL = "https://kabar.example/dunia/rss"
FEED, SITEMAP = Feed(name="feed", url=URL), NewsSitemap(name="sitemap", url=URL)
READ = "https://kabar.example/read/"


def read(route: Route, content: str | bytes, **kwargs: Any) -> Listing:
    content = content.encode() if isinstance(content, str) else content
    return route.read(content, URL, **{"encoding": None, "fetched_at": NOW, **kwargs})


def rss(item: str, *, before: str = '<?xml version="1.0"?>', attributes: str = "") -> str:
    return f"{before}<rss{attributes}><channel><title>Kabar</title><link>https://kabar.example/</link><item>{item}</item></channel></rss>"


def atom(entry: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Kabar</title><link href="{URL}" rel="self"/><entry>{entry}</entry></feed>'


def sitemap(entry: str, attributes: str = ' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"') -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset{attributes}><url>{entry}</url></urlset>'


def entry_of(route: Route, content: str | bytes, **kwargs: Any) -> Entry:
    (entry,) = read(route, content, **kwargs).entries
    return entry


LINK = f"<link>{READ}1</link>"
TITLE = "<title>Kapal Uji Tiba</title>"


# --- what stands around the list


@pytest.mark.parametrize(
    "before",
    [
        "\r\n\r\n\t",
        "\ufeff\n",
        "<!-- dari tembolok, 0.3 detik -->\n",
        "<!-- <rss> dibuat oleh pengaya -->\n",
        "\nNotice: Undefined index: judul in /srv/umpan.php on line 7\n",
        "<br />\n<b>Warning</b>:  foreach() in <b>/srv/umpan.php</b> on line <b>3</b><br />\n",
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://kabar.example/rss-0.91.dtd">',
        '<!DOCTYPE rss [<!ENTITY judul "<rss>">]>',
        '<?xml version="1.0" encoding="UTF-16"?><?xml-stylesheet href="umpan.xsl"?>',
    ],
)
def test_before_the_root_anything_may_stand(before: str) -> None:
    for declaration in ("", '<?xml version="1.0"?>'):
        entry = entry_of(FEED, rss(TITLE + LINK, before=before + declaration))
        assert (entry.url, entry.title) == (f"{READ}1", "Kapal Uji Tiba")


def test_warnings_in_the_middle_and_behind() -> None:
    warning = "<br />\n<b>Notice</b>:  Undefined variable in <b>/srv/umpan.php</b> on line <b>9</b><br>\n"
    two = f"{warning}{TITLE}{warning}{LINK}</item>{warning}<item>{TITLE}<link>{READ}2</link>"
    found = read(FEED, rss(two) + warning).entries
    assert [(entry.url, entry.title) for entry in found] == [(f"{READ}1", "Kapal Uji Tiba"), (f"{READ}2", "Kapal Uji Tiba")]


def test_a_second_feed_behind_the_first() -> None:
    found = read(FEED, rss(TITLE + LINK) + rss(f"{TITLE}<link>{READ}2</link>")).entries
    assert [entry.url for entry in found] == [f"{READ}1", f"{READ}2"]


@pytest.mark.parametrize("text", ["<html><svg><rdf:RDF/></svg></html>", "<HTML><body><rss/>", "<feedback/>", "Galat"])
def test_a_page_that_holds_something_like_a_root_is_no_feed(text: str) -> None:
    with pytest.raises(ValueError, match="not XML"):
        read(FEED, text)


# --- bytes


QUOTED = TITLE.replace("Uji", "“Uji” é")


@pytest.mark.parametrize(
    ("content", "encoding", "title"),
    [
        (rss(QUOTED + LINK, before='<?xml version="1.0" encoding="windows-1252"?>').encode("cp1252"), None, "Kapal “Uji” é Tiba"),
        (rss(QUOTED + LINK, before='<?xml version="1.0" encoding="UTF-8"?>').encode("cp1252"), None, "Kapal “Uji” é Tiba"),
        (rss(QUOTED + LINK).encode("cp1252"), None, "Kapal “Uji” é Tiba"),
        (rss(QUOTED + LINK).encode(), "iso-8859-1", "Kapal “Uji” é Tiba"),
        (rss(QUOTED + LINK).encode("utf-16"), None, "Kapal “Uji” é Tiba"),
        (rss(QUOTED + LINK).encode().replace(b" Tiba", b"\xe2\x80"), None, "Kapal “Uji” é"),  # cut in the middle of a character
        (rss(QUOTED + LINK).encode().replace(b"Kapal", b"Ka\x00\x1epal"), None, "Kapal “Uji” é Tiba"),
        (rss(TITLE.replace("Uji", "&#147;Uji&#x94;&#8;&#xD800;") + LINK).encode(), None, "Kapal “Uji” Tiba"),
    ],
    ids=["declared", "declared wrongly", "undeclared", "header", "UTF-16", "cut", "controls", "numbers"],
)
def test_bytes(content: bytes, encoding: str | None, title: str) -> None:
    assert entry_of(FEED, content, encoding=encoding).title == title


# --- words


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Kapal &ldquo;Uji&rdquo;&nbsp;&ndash; Tiba&hellip;", "Kapal “Uji” – Tiba…"),
        ("Kapal & Kereta", "Kapal & Kereta"),
        ("Kapal &amp;amp; Kereta", "Kapal & Kereta"),
        ("Kapal&amp;#8217;s", "Kapal’s"),
        ("<![CDATA[Kapal &amp; Kereta &#8211; Uji & Coba]]>", "Kapal & Kereta – Uji & Coba"),
        ("K&B; K&takdikenal; &copy=1 AT&T", "K&B; K&takdikenal; ©=1 AT&T"),
        ("Kapal < 5 Meter <3", "Kapal < 5 Meter <3"),
        ("Kapal<br>Uji", "Kapal Uji"),
        ("Kapal <b>Uji</b>coba", "Kapal Ujicoba"),
        ("&lt;p&gt;Kapal&lt;/p&gt;&lt;p&gt;Uji&lt;/p&gt;", "Kapal Uji"),
        ("<![CDATA[<em>Kapal</em><br/>Uji]]>", "Kapal Uji"),
        ("\n  Kapal\n  Uji\n", "Kapal Uji"),
        ("<i>Kapal", "Kapal"),
        ("Kapal</title><foto><1536x1536>kapal.jpg</1536x1536></foto><title>", "Kapal"),
        ("", None),
    ],
)
def test_titles_are_text(title: str, plain: str | None) -> None:
    entry = entry_of(FEED, rss(f"<title>{title}</title>{LINK}<pubDate>Mon, 23 Nov 2026 07:30:00 +0700</pubDate>"))
    assert (entry.title, entry.url, entry.published_at) == (plain, f"{READ}1", HALF_PAST_SEVEN)


def test_a_summary_is_text_and_an_address_in_it_no_word_of_it() -> None:
    summary = '<description><![CDATA[<img src="/rusia.jpg" alt="Korea"/><p>Kapal itu &quot;kecil&quot;.</p>]]></description>'
    assert entry_of(FEED, rss(TITLE + LINK + summary)).summary == 'Kapal itu "kecil".'


PREFIXED = (
    '<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    f"<s:url><s:loc>{READ}1</s:loc><n:news><n:title>Kapal Uji Tiba</n:title></n:news></s:url></s:urlset>"
)


@pytest.mark.parametrize(
    ("route", "content"),
    [
        (FEED, rss(f"<media:content><media:title>Foto</media:title></media:content><media:title>Foto</media:title>{TITLE}{LINK}")),
        (FEED, rss(f"<m:title>Foto</m:title>{TITLE}{LINK}", attributes=' xmlns:m="http://search.yahoo.com/mrss/"')),
        (FEED, rss(f"<image><title>Foto</title></image><source><title>Lain</title></source>{TITLE}{LINK}")),
        (FEED, rss(f"<itunes:title>Foto</itunes:title><dc:title>Lain</dc:title>{TITLE}{LINK}")),
        (FEED, rss(f"<x:title>Kapal Uji Tiba</x:title>{LINK}", attributes=' xmlns:x="http://purl.org/dc/elements/1.1/"')),
        (FEED, atom(f'<author><name>R</name></author><title type="xhtml"><div>Kapal <i>Uji</i> Tiba</div></title><link href="{READ}1"/>')),
        (FEED, rss(f"<TITLE>Kapal Uji Tiba</TITLE><Link>{READ}1</Link>")),
        (
            SITEMAP,
            sitemap(
                f"<image:image><image:loc>https://kabar.example/1.jpg</image:loc><image:title>Foto</image:title></image:image>"
                f"<video:video><video:title>Video</video:title></video:video><loc>{READ}1</loc><news:news><news:publication>"
                f"<news:name>Kabar</news:name></news:publication><news:title>Kapal Uji Tiba</news:title></news:news>"
            ),
        ),
        (SITEMAP, PREFIXED),
        (SITEMAP, sitemap(f"<loc>{READ}1</loc><news:news><news:title>Kapal Uji Tiba</news:title></news:news>", attributes="")),
    ],
)
def test_a_title_is_the_entrys_own(route: Route, content: str) -> None:
    entry = entry_of(route, content)
    assert (entry.url, entry.title) == (f"{READ}1", "Kapal Uji Tiba")


def test_a_picture_gives_no_title_where_there_is_no_other() -> None:
    assert entry_of(FEED, rss(f"{LINK}<media:title>Foto</media:title><media:description>Foto</media:description>")).title is None
    assert entry_of(SITEMAP, sitemap(f"<loc>{READ}1</loc><image:image><image:title>Foto</image:title></image:image>")).title is None


# --- addresses


@pytest.mark.parametrize(
    "entry",
    [
        f'<link rel="replies" href="{READ}1/komentar"/><link rel="self" href="{READ}1.atom"/><link rel="alternate" href="{READ}1"/>',
        f'<link rel="alternate" type="application/json" href="{READ}1.json"/><link rel="alternate" type="text/html" href="{READ}1"/>',
        f'<link rel="enclosure" type="image/jpeg">https://kabar.example/1.jpg</link><link href="{READ}1"/>',
        f'<link rel="enclosure" href="https://kabar.example/1.mp3"/><id>{READ}1</id>',
        f"<link>{READ}1</link><id>tag:kabar.example,2026:1</id>",
        '<link href="../read/1"/>',
        '<link xml:base="https://kabar.example/read/" href="1"/>',
    ],
)
def test_the_link_of_an_atom_entry(entry: str) -> None:
    assert entry_of(FEED, atom(entry)).url == f"{READ}1"


@pytest.mark.parametrize(
    "item",
    [
        f"<guid>{READ}1</guid>",
        f'<guid isPermaLink="true">\n{READ}1\n</guid><link/>',
        "<guid>/read/1</guid>",
        f'<atom:link rel="self" href="{URL}"/><guid>{READ}1</guid>',
        f'<atom:link href="{READ}1" rel="alternate"/><guid isPermaLink="false">1</guid>',
        f'{LINK}<guid isPermaLink="false">https://kabar.example/?p=1</guid><comments>{READ}1#komentar</comments>',
        f"<link>https://kabar.example/</link><guid>{READ}1</guid>",
        f"<link>http://[kabar/read/1</link><guid>{READ}1</guid>",
        f"<link>https://alir.example/kabar/abc</link><feedburner:origLink>{READ}1</feedburner:origLink>",
        "<link>/read/1</link>",
        "<link>//kabar.example/read/1</link>",
        "<link>../read/1</link>",
        "<link><![CDATA[\n   https://kabar.example/read/\n   1 ]]></link>",
    ],
)
def test_the_link_of_an_item(item: str) -> None:
    assert entry_of(FEED, rss(item + TITLE)).url == f"{READ}1"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (f"{READ}1?a=1&b=2", f"{READ}1?a=1&b=2"),
        (f"{READ}1?a=1&amp;amp;copy=2", f"{READ}1?a=1&copy=2"),
        ("www.kabar.example/read/1", "https://www.kabar.example/read/1"),
    ],
)
def test_addresses_that_are_escaped_or_abridged(link: str, url: str) -> None:
    assert entry_of(FEED, rss(f"<link>{link}</link>")).url == url
    assert entry_of(SITEMAP, sitemap(f"<loc>{link}</loc>")).url == url


def test_an_rdf_item_may_have_its_address_in_an_attribute() -> None:
    about = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><item rdf:about="{READ}1">{TITLE}</item></rdf:RDF>'
    assert entry_of(FEED, about).url == f"{READ}1"


def test_relative_links_and_the_base_that_the_feed_names() -> None:
    based = rss("<link>1</link>", attributes=' xml:base="https://kabar.example/read/"')
    assert entry_of(FEED, based).url == f"{READ}1"


def test_of_several_addresses_the_outlet_knows_its_article() -> None:
    articles = ArticleUrls(pattern=r"https://kabar\.example/read/(?P<id>\d+)")
    item = f'<link>https://alir.example/kabar/abc</link><guid isPermaLink="false">{READ}1</guid>'
    (candidate,) = read_candidates(read(FEED, rss(item)).entries, FEED, articles)
    assert (candidate.url, candidate.article_id) == (f"{READ}1", "1")


@pytest.mark.parametrize("address", ["http://[kabar/read/2", "https://kabar.example:x/read/2", "javascript:0", "http://", " "])
def test_a_malformed_address_costs_that_entry_alone(address: str) -> None:
    content = sitemap(f"<loc>{READ}1</loc></url><url><loc>{address}</loc></url><url><loc>{READ}3</loc>")
    assert [entry.url for entry in read(SITEMAP, content).entries] == [f"{READ}1", f"{READ}3"]


# --- times


@pytest.mark.parametrize(
    "times",
    [
        "<pubDate>Mon, 23 Nov 2026 07:30:00 +0700</pubDate>",
        "<pubdate>Mon, 23 Nov 2026 00:30:00 GMT</pubdate>",
        "<pubDate>Sen, 23 Nov 2026 07:30:00 WIB</pubDate>",
        "<pubDate></pubDate><dc:date>2026-11-23T00:30:00Z</dc:date>",
        "<pubDate>segera</pubDate><published>2026-11-23T07:30:00+07:00</published>",
        "<dcterms:issued>2026-11-23T07:30:00+07:00</dcterms:issued><dcterms:modified>2026-11-23T07:40:00+07:00</dcterms:modified>",
        "<a10:updated>2026-11-23T07:30:00+07:00</a10:updated>",
        "<published>2026-11-23T07:30:00+07:00</published><updated>2026-11-23T07:45:00+07:00</updated>",
        "<pubDate>2026-11-23</pubDate><dc:date>2026-11-23T07:30:00+07:00</dc:date>",
        "<pubDate>Mon, 23 Nov 2026 00:00:00 +0700</pubDate><dc:date>2026-11-23T07:30:00+07:00</dc:date>",
        "<media:content><pubDate>Sun, 22 Nov 2026 06:00:00 +0700</pubDate></media:content><pubDate>23 Nov 2026 07:30 WIB</pubDate>",
    ],
)
def test_the_time_of_an_item(times: str) -> None:
    assert entry_of(FEED, rss(times + LINK)).published_at == HALF_PAST_SEVEN


def test_the_time_in_a_sitemap() -> None:
    changed = "<lastmod>2026-11-23T07:50:00+07:00</lastmod>"
    news = "<news:news><news:publication_date>{}</news:publication_date></news:news>"
    exact, day = news.format("2026-11-23T07:30:00+07:00"), news.format("2026-11-22")
    assert entry_of(SITEMAP, sitemap(f"<loc>{READ}1</loc>{changed}{exact}")).published_at == HALF_PAST_SEVEN
    assert entry_of(SITEMAP, sitemap(f"<loc>{READ}1</loc>{changed}{day}")).published_at == datetime(2026, 11, 22, 12, tzinfo=WIB)


# --- indexes


def test_of_an_index_the_sitemaps_that_changed_last_come_first() -> None:
    months = "".join(
        f"<sitemap><loc>/peta/{month}.xml</loc><lastmod>2026-{month:02}-20T10:00:00+07:00</lastmod></sitemap>" for month in (8, 10, 9)
    )
    listing = read(SITEMAP, f"<sitemapindex>{months}<sitemap><loc> /peta/kini.xml </loc></sitemap></sitemapindex>")
    assert listing.further == [f"https://kabar.example/peta/{name}.xml" for name in ("kini", 10, 9, 8)]


# --- hostile lists


@pytest.mark.parametrize(
    "content",
    [
        "<rss>" + "<![CDATA[" * 100_000,
        "<rss " * 200_000,
        "<!DOCTYPE rss [" * 60_000,
        "<!--" * 250_000,
        "<rss><item><title>" + "<b " * 300_000,
        "<rss>" + "&#" * 300_000,
        "<rss>&" + "a" * 1_000_000,
        "<rss>" + "<item>" * 150_000,
        f"<rss><item><link>{READ}1{' ' * 1_000_000}x</link></item></rss>",
        f"<rss><item>{LINK}<title>{'&lt;a ' * 150_000}</title></item></rss>",
        f"<rss><item>{LINK}<description><![CDATA[<a {' /' * 400_000}]]></description></item></rss>",
    ],
    ids=lambda content: content[:20],
)
def test_a_hostile_list_costs_no_time(content: str) -> None:
    start = process_time()
    with suppress(ValueError):
        read(FEED, content)
    assert process_time() - start < 6, "a list of a megabyte is read in less than two seconds of CPU"
