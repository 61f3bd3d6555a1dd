"""From pages and rules to an article: which source wins, what is refused, how several pages become one."""

import json
from datetime import UTC, datetime

import pytest

from crawler.article import AgencyMention, Article, Precision
from crawler.reading.dates import WIB, WITA
from crawler.reading.page import Page
from crawler.reading.reader import NotAnArticle, read
from crawler.reading.rules import PageRules

URL = "https://www.contoh.com/read/1/kapal"
FETCHED = datetime(2026, 8, 10, 8, 0, tzinfo=WIB)
RULES = PageRules(body=(".isi",), authors=(".penulis-berita",), published_at=(".waktu",))
GENERIC = PageRules(body=())
ONE = "SOKCHO, CONTOH.com - Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang."
TWO = "Para pedagang di dek bawah sudah menyusun kardus berisi mi, sabun, dan buku sejak sebelum fajar."
THREE = "Nakhoda khayalan itu berjanji akan kembali sebelum musim dingin tiba di pelabuhan utara."
STORY = f'<div class="isi"><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div>'
BODY = f"{ONE}\n\n{TWO}\n\n{THREE}"
ARTICLE_META = '<meta property="og:type" content="article"><meta property="og:title" content="Kapal Khayalan Tiba">'


TITLE = "<title>Kapal Khayalan Tiba - Contoh.com</title>"


def document(body: str = STORY, head: str = ARTICLE_META) -> str:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{TITLE}{head}</head><body>{body}</body></html>'


def ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | fields)}</script>'


def reading(*documents: str, rules: PageRules = RULES, url: str = URL) -> Article:
    pages = [Page(text, url if n == 1 else f"{url}?page={n}") for n, text in enumerate(documents, start=1)]
    return read(pages, rules, outlet="contoh", article_id="1", url=URL, fetched_at=FETCHED)


def refused(document: str, rules: PageRules = RULES, url: str = URL) -> str:
    with pytest.raises(NotAnArticle) as caught:
        reading(document, rules=rules, url=url)
    assert str(caught.value) == caught.value.reason
    return caught.value.reason


# --- body


def test_the_outlets_selectors_come_first() -> None:
    article = reading(document(STORY, ARTICLE_META + ld(articleBody="Isi lain. " * 90)))
    assert (article.body, article.sources["body"], article.is_generic) == (BODY, "selectors", False)
    assert article.dateline == "SOKCHO"


def test_a_body_nobody_has_a_selector_for_is_read_and_flagged() -> None:
    article = reading(document(STORY.replace('class="isi"', 'class="baru-v9"')))
    assert (article.body, article.is_generic) == (BODY, True)


def test_json_ld_stands_in_when_it_is_as_complete() -> None:
    whole = reading(document("<div></div>", ARTICLE_META + ld(articleBody=BODY)))
    assert (whole.body, whole.sources["body"]) == (BODY, "json-ld")
    excerpt = reading(document(STORY, ARTICLE_META + ld(articleBody=ONE)), rules=GENERIC)
    assert (excerpt.body, excerpt.sources["body"]) == (BODY, "generic")


def test_trust_changes_the_order_for_the_body() -> None:
    rules = PageRules(body=(".isi",), source_order={"body": ("json-ld", "selectors")})
    text = f"{BODY}\n\nIni kalimat yang hanya ada di JSON-LD."
    assert reading(document(STORY, ARTICLE_META + ld(articleBody=text)), rules=rules).body == text


def test_a_container_inside_its_like_is_read_once() -> None:
    assert reading(document(f'<div class="isi"><h2>Sub</h2>{STORY}</div>')).body == f"Sub\n\n{BODY}"


def test_a_story_in_several_containers_is_read_in_order() -> None:
    parts = "".join(f'<div class="isi"><p>{text}</p></div><div class="ads">iklan</div>' for text in (ONE, TWO, THREE))
    assert reading(document(parts)).body == BODY


@pytest.mark.parametrize(
    "markup",
    [
        f"{ONE}<br><br>{TWO}<br/><br/>{THREE}",
        f"{ONE}<p><p>{TWO}<p><p>{THREE}<p><p>",
        f"<div>{ONE}</div><div>{TWO}</div><div>{THREE}</div>",
        f"<p>{ONE}</p>{TWO}<p></p><p>&nbsp;</p><blockquote><p>{THREE}</p></blockquote>",
        f"<p>{ONE}</p><ul><li>{TWO}</li><li>{THREE}</li></ul>",
        f"<article><section><p><b>{ONE[:6]}</b>{ONE[6:]}</p><p>{TWO}</p></section></article><p>{THREE}</p>",
    ],
)
def test_bodies_as_content_systems_leave_them(markup: str) -> None:
    page = document(f'<h1>Kapal Khayalan Tiba</h1><div class="isi">{markup}</div>')
    assert reading(page).body == BODY
    assert reading(page, rules=GENERIC).body == BODY


def test_an_outlets_own_noise() -> None:
    rules = PageRules(body=(".isi",), noise=(".kotak-khayal", "#aneh"), noise_phrases=(r"promo khayalan.*",))
    extra = '<div class="kotak-khayal">kotak</div><p id="aneh">aneh</p><p>Promo khayalan kami</p>'
    article = reading(document(STORY.replace("<p>Nakhoda", f"{extra}<p>Nakhoda")), rules=rules)
    assert article.body == BODY
    assert article.noise_removed == {"rule": 2, "phrase": 1}


# --- generic reading


def test_generic_reading_among_lists_comments_and_teasers() -> None:
    teaser = "<li><a href='/x'>Judul berita lain yang panjang sekali dan tidak boleh terbawa ke dalam cerita ini.</a></li>"
    comment = f"<p>Saya rasa kapal khayalan ini terlalu besar untuk dermaga timur, kata seorang pembaca. {TWO}</p>"
    page = document(
        f"<nav><ul>{teaser * 30}</ul></nav><main><h1>Kapal Khayalan Tiba</h1><div class='byline'>Rani Contoh</div>"
        f"{STORY.replace(' class=', ' data-x=')}"
        f"<div class='terkait'><ul>{teaser * 9}</ul></div><div class='komentar'>{comment * 8}</div></main>"
        f"<footer><p>{'Seluruh isi situs khayalan ini dilindungi oleh undang-undang khayalan. ' * 30}</p></footer>"
    )
    assert reading(page, rules=GENERIC).body == BODY


def test_generic_reading_joins_the_parts_of_a_split_story() -> None:
    more = [f"{TWO} Ini bagian nomor {n}." for n in range(4)]
    parts = "".join(f'<div class="bagian"><div class="v9"><p>{a}</p><p>{b}</p></div></div>' for a, b in [(ONE, TWO), more[:2], more[2:]])
    assert reading(document(f"<h1>Kapal Khayalan Tiba</h1><div>{parts}</div>"), rules=GENERIC).body == "\n\n".join((ONE, TWO, *more))


def test_generic_time_and_makers_stand_around_the_story() -> None:
    page = document(
        "<div>Senin, 10 Agustus 2026</div><h1>Kapal Khayalan Tiba</h1><div>Rani Contoh - detikkhayal</div>"
        "<div>Rabu, 05/08/2026 06:45 WIB</div>"
        f"{STORY}<p>Editor: Budi Penyunting</p><div>3 menit lalu</div>",
        "",
    )
    article = reading(page, rules=GENERIC)
    assert article.published_at == datetime(2026, 8, 5, 6, 45, tzinfo=WIB)
    assert (article.published_source, article.published_precision) == ("generic", Precision.MINUTE)
    assert (article.authors, article.editors) == (["Rani Contoh"], ["Budi Penyunting"])


def test_the_date_above_the_headline_is_todays() -> None:
    page = document(f"<div>Senin, 10 Agustus 2026</div><h1>Kapal Khayalan Tiba</h1>{STORY}")
    assert reading(page, rules=GENERIC).published_at is None


def test_the_clock_of_the_site_is_not_the_storys_time() -> None:
    page = document(f"<div>Senin, 10 Agustus 2026 08:03 WIB</div><h1>Kapal Khayalan Tiba</h1>{STORY}")
    assert reading(page, rules=GENERIC).published_at is None


# --- headline


def test_the_name_of_the_site_is_no_part_of_the_headline() -> None:
    head = (
        ARTICLE_META.replace("Kapal Khayalan Tiba", "Kapal Khayalan Tiba | Harian Khayal")
        + '<meta property="og:site_name" content="Harian Khayal">'
    )
    assert reading(document(STORY, head)).headline == "Kapal Khayalan Tiba"


def test_a_headline_escaped_twice() -> None:
    assert reading(document(STORY, ld(headline="Kapal &amp;ldquo;Khayalan&amp;rdquo; Tiba"))).headline == "Kapal “Khayalan” Tiba"


def test_the_headline_is_taken_as_printed() -> None:
    page = document(f"<h1>Kapal: 'Khayalan' Tiba!</h1>{STORY}")
    assert reading(page).headline == "Kapal: 'Khayalan' Tiba!"
    assert reading(document(f"<h1>KAPAL KHAYALAN TIBA</h1>{STORY}")).headline == "Kapal Khayalan Tiba"


def test_a_cut_off_headline_is_the_last_resort() -> None:
    head = ld(headline="Kapal Khayalan Yang Panjang...") + '<meta property="og:title" content="Kapal Khayalan Yang Panjang Sekali Tiba">'
    assert reading(document(STORY, head)).headline == "Kapal Khayalan Yang Panjang Sekali Tiba"


def test_a_channels_name_in_h1_is_not_the_headline() -> None:
    page = document(f'<div class="waktu">5 Agustus 2026</div><h1>Regional</h1><h2>Kapal Khayalan Tiba</h2>{STORY}', "")
    assert reading(page, rules=PageRules(body=(".isi",), headline=())).headline == "Kapal Khayalan Tiba"


def test_entities_in_json_ld() -> None:
    assert reading(document(STORY, ld(headline="Kapal &amp; Perahu &#039;Khayalan&#039;"))).headline == "Kapal & Perahu 'Khayalan'"


# --- times


def published(head: str, body: str = STORY, rules: PageRules = RULES) -> tuple[datetime | None, str | None]:
    article = reading(document(body, head), rules=rules)
    return article.published_at, article.published_source


def test_json_ld_then_meta_then_selectors() -> None:
    stated = '<meta property="article:published_time" content="2026-08-04T23:45:01+00:00">'
    printed = f'<div class="waktu">05 August 2026 06:50</div>{STORY}'
    data = ld(datePublished="2026-08-05T06:40:00+07:00")
    assert published(ARTICLE_META + stated + data, printed) == (datetime(2026, 8, 5, 6, 40, tzinfo=WIB), "json-ld:datePublished")
    assert published(ARTICLE_META + stated, printed) == (datetime(2026, 8, 5, 6, 45, 1, tzinfo=WIB), "meta:article:published_time")
    assert published(ARTICLE_META, printed) == (datetime(2026, 8, 5, 6, 50, tzinfo=WIB), "selectors:.waktu")
    rules = PageRules(body=(".isi",), published_at=(".waktu",), source_order={"published_at": ("selectors",)})
    assert published(ARTICLE_META + data, printed, rules)[1] == "selectors:.waktu"


def test_a_placeholder_or_a_time_to_come_is_passed_over() -> None:
    data = ld(datePublished="[publishdate]") + '<meta name="publishdate" content="2026/08/05 06:45:00">'
    assert published(ARTICLE_META + data) == (datetime(2026, 8, 5, 6, 45, tzinfo=WIB), "meta:publishdate")
    assert published(ARTICLE_META + ld(datePublished="2027-01-01T00:00:00Z")) == (None, None)


@pytest.mark.parametrize(
    ("stated", "printed", "expected"),
    [
        ("2026-08-05T06:45:00-07:00", "", datetime(2026, 8, 5, 6, 45, tzinfo=WIB)),  # merdeka.com
        ("2026-08-05T06:45:58Z", "Rabu, 05/08/2026 06:45 WIB", datetime(2026, 8, 5, 6, 45, 58, tzinfo=WIB)),  # detik
        ("2026-08-04T23:45:58Z", "Rabu, 05/08/2026 06:45 WIB", datetime(2026, 8, 4, 23, 45, 58, tzinfo=UTC)),
        ("2026-08-04T23:45:58Z", "", datetime(2026, 8, 4, 23, 45, 58, tzinfo=UTC)),
        ("Wed, 05 Aug 2026 06:45:00 GMT", "Rabu, 05/08/2026 06:45 WIB", datetime(2026, 8, 5, 6, 45, tzinfo=WIB)),
        ("2026-08-04T16:45:00-07:00", "Rabu, 05/08/2026 06:45 WIB", datetime(2026, 8, 4, 23, 45, tzinfo=UTC)),  # a true -07:00
        ("2026-08-05T06:45:00+09:00", "Rabu, 05/08/2026 06:45 WIB", datetime(2026, 8, 5, 6, 45, tzinfo=WIB)),
        ("2026-08-05T06:45:00+08:00", "Rabu, 05/08/2026 06:45", datetime(2026, 8, 5, 6, 45, tzinfo=WITA)),
    ],
)
def test_a_local_clock_with_a_wrong_label(stated: str, printed: str, expected: datetime) -> None:
    body = f"<h1>Kapal Khayalan Tiba</h1><div>{printed}</div>{STORY}"
    assert published(f'{ARTICLE_META}<meta name="pubdate" content="{stated}">', body)[0] == expected


def test_the_outlets_own_clock_corrects_a_wrong_label() -> None:
    data = ld(datePublished="2026-08-05T06:45:00Z", dateModified="2026-08-05T07:15:00Z")
    article = reading(document(f'<div class="waktu">05 Agustus 2026 06:45 WIB</div>{STORY}', data))
    assert (article.published_at, article.modified_at) == (
        datetime(2026, 8, 5, 6, 45, tzinfo=WIB),
        datetime(2026, 8, 5, 7, 15, tzinfo=WIB),
    )


@pytest.mark.parametrize(
    ("modified", "kept"),
    [("2026-08-05T08:00:00+07:00", True), ("2026-08-05T06:45:00+07:00", False), ("2026-08-05T06:00:00+07:00", False), ("", False)],
)
def test_modified_only_when_later_than_published(modified: str, kept: bool) -> None:
    article = reading(document(STORY, ld(datePublished="2026-08-05T06:45:00+07:00", dateModified=modified)))
    assert article.modified_at == (datetime.fromisoformat(modified) if kept else None)


# --- people


def test_the_byline_of_an_outlet_whose_json_ld_has_no_name() -> None:
    data = ld(author={"@type": "Person", "name": ""}) + '<meta name="author" content="Contoh Media">'
    article = reading(document(f'<div class="penulis-berita">qwe, CNBC Indonesia</div>{STORY.replace("utara.", "utara. (qwe/rty)")}', data))
    assert (article.authors, article.editors) == (["qwe"], ["rty"])
    assert (article.sources["authors"], article.sources["editors"]) == ("selectors", "text")


def test_initials_stand_for_a_person_only_where_the_house_prints_bylines() -> None:
    signed = document(STORY.replace("utara.", "utara. (qwe/rty)"))
    assert (reading(signed).authors, reading(signed).editors) == (["qwe"], ["rty"])
    assert (reading(signed, rules=GENERIC).authors, reading(signed, rules=GENERIC).editors) == ([], [])


def test_whom_the_page_calls_its_editor_is_no_reporter() -> None:
    data = ld(author={"@type": "Person", "name": "Budi Penyunting"})
    meta = '<meta name="content_author" content="Rani Contoh"><meta name="content_editor" content="Budi Penyunting">'
    article = reading(document(STORY, ARTICLE_META + data + meta), rules=GENERIC)
    assert (article.authors, article.editors) == (["Rani Contoh"], ["Budi Penyunting"])
    printed = reading(document(f"<h1>Kapal Khayalan Tiba</h1>{STORY}<p>Editor: Budi Penyunting</p>", ARTICLE_META + data), rules=GENERIC)
    assert (printed.authors, printed.editors) == ([], ["Budi Penyunting"])


def test_a_name_in_the_last_line() -> None:
    signed = STORY.replace("</div>", "<p>(Contohnews.com/Rani Contoh)</p></div>")
    article = reading(document(signed))
    assert (article.body, article.authors, article.sources["authors"]) == (BODY, ["Rani Contoh"], "text")


# --- the rest


def test_everything_else() -> None:
    head = (
        ld(articleSection="Dunia", keywords=["Rusia", "Editor:X", "kapal"], image=[{"url": "/a.jpg"}], description="Ringkasan khayalan.")
        + '<link rel="canonical" href="https://m.contoh.com/1">'
    )
    article = reading(document(f"<figure><img><figcaption>Foto: Kapal. (AFP/NAMA)</figcaption></figure>{STORY}", head))
    assert (article.outlet, article.article_id, article.url, article.language) == ("contoh", "1", URL, "id")
    assert (article.section, article.tags, article.subtitle) == ("Dunia", ["Rusia", "kapal"], "Ringkasan khayalan.")
    assert (article.image_url, article.image_caption) == ("https://www.contoh.com/a.jpg", "Kapal. (AFP/NAMA)")
    assert article.agencies == [AgencyMention("AFP", "picture")]
    assert (article.page_count, article.aliases, article.modified_at) == (1, [], None)


def test_a_description_that_repeats_the_lead_is_no_subtitle() -> None:
    assert reading(document(STORY, ld(description=ONE[:90] + "..."))).subtitle is None


def test_text_can_be_stored() -> None:
    page = document(STORY.replace("</p>", " &#xD83D;&#55357;&#x0;\u200b</p>"), ld(headline="Kapal \ud83d Khayalan"))
    article = reading(page)
    article.headline.encode()
    assert (article.body, article.headline) == (BODY, "Kapal Khayalan")


# --- several pages


def test_pages_are_joined_without_what_they_repeat() -> None:
    promo = "<p>(qwe/rty)</p><p>Simak breaking news di WhatsApp Channel kami.</p></div>"
    article = reading(
        document(f'<div class="isi"><p>{ONE}</p><p>{TWO}</p>{promo}'),
        document(f'<div class="isi"><p>{ONE}</p><p>{THREE}</p>{promo}'),
    )
    assert article.body == BODY
    assert (article.page_count, article.aliases) == (2, [f"{URL}?page=2"])
    assert article.noise_removed["signoff"] == 2


# --- rejections


@pytest.mark.parametrize(
    ("reason", "page"),
    [
        ("empty page", ""),
        ("empty page", "<html><body>  </body></html>"),
        ("not HTML", '{"a": 1}'),
        ("not HTML", '<?xml version="1.0"?><rss version="2.0"><channel><item><title>Kapal</title></item></channel></rss>'),
        ("page not found", "<title>Halaman tidak ditemukan</title><h1>Maaf</h1><p>Berita yang dicari tidak ada.</p>"),
        ("page not found", "<title>404 - Contoh</title><h1>404</h1><p>x</p>"),
        ("block page", "<title>Just a moment...</title><h1>www.contoh.com</h1><p>Checking your browser.</p>"),
        ("block page", "<title>ERROR: The request could not be satisfied</title><h1>403 ERROR</h1><p>x</p>"),
        ("home page", '<link rel="canonical" href="https://www.contoh.com/">' + document(STORY.replace('class="isi"', ""))),
        (
            "listing or other page without a story",
            '<meta property="og:type" content="website"><title>Indeks</title><h1>Indeks</h1><a href="/a">A</a>',
        ),
        (
            "no headline",
            document(STORY, '<meta property="og:type" content="article">').replace("Kapal Khayalan Tiba - Contoh.com", "Contoh.com"),
        ),
        ("no body", document('<h1>Kapal Khayalan Tiba</h1><div class="isi"></div>')),
    ],
)
def test_what_is_no_article(reason: str, page: str) -> None:
    assert refused(page) == reason
    assert refused(page, GENERIC) == reason


def test_a_body_too_short() -> None:
    assert refused(document('<div class="isi"><p>Kapal khayalan itu tiba.</p></div>')) == "body shorter than 200 characters"


def test_a_listing_with_times_is_no_article() -> None:
    teaser = "Ringkasan berita khayalan yang cukup panjang untuk tampak seperti sebuah paragraf."
    item = f"<li><a href='/x'>Judul</a><p>{teaser}</p><i>05/08/2026 06:45</i></li>"
    assert refused(f"<title>Indeks</title><h1>Indeks</h1><ul>{item * 12}</ul>", GENERIC).startswith("listing")


def test_a_short_but_real_story_passes() -> None:
    short = f"{ONE} {TWO}"[:199] + "."
    assert len(short) == 200
    assert reading(document(f'<div class="isi"><p>{short}</p></div>')).body == short
    assert refused(document(f'<div class="isi"><p>{short[1:]}</p></div>')) == "body shorter than 200 characters"


def test_a_story_about_a_missing_page_is_a_story() -> None:
    head = ARTICLE_META.replace("Kapal Khayalan Tiba", "Kapal 404 Tidak Ditemukan")
    assert reading(document(STORY, head + ld(datePublished="2026-08-05T06:45:00+07:00")), rules=GENERIC).body == BODY
