"""What the doctor finds: each check that fails and each note, from invented probe results."""

from dataclasses import replace
from typing import Any

import pytest

from crawler.article import Outcome
from crawler.discovery.links import Entry
from crawler.discovery.routes import Listing
from crawler.doctor.checks import Level, diagnose
from crawler.doctor.observations import OutletProbe, Robots
from tests.crawler.doctor.kabar import (
    BODY,
    HOUR,
    NOW,
    Kabar,
    Unsigned,
    entries,
    failing,
    found,
    healthy,
    html,
    listing,
    topic,
)


def test_an_outlet_as_declared() -> None:
    diagnosis = diagnose(healthy(), topic())
    assert (diagnosis.of(Level.FAILED), diagnosis.of(Level.NOTE)) == ([], [])
    held = {(finding.subject, finding.expected) for finding in diagnosis.of(Level.HOLDS)}
    assert {subject for subject, _ in held} == {
        "feed", "world", "tag rusia", "tag korut", "article", "browser", "headline", "published at", "authors", "body", "noise left",
    }  # fmt: skip
    assert {expected for subject, expected in held if subject == "feed"} == {
        "it lists articles", "it provides each article's title, summary, time", "its times are past", "its newest is younger than 48 h",
        "it reaches 14 h back",
    }  # fmt: skip
    assert ("world", "newest first") in held
    assert diagnosis.verdict == f"kabar: all {len(diagnosis.of(Level.HOLDS))} checks hold"


# --- routes


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (entries(6), "feed: it reaches 6 h back, less than half of its 14 h"),
        (entries(apart=3 * HOUR, title=None), "feed: most come without title"),
        (entries(summary=None, title=""), "feed: most come without title, summary"),
        (entries(apart=50 * HOUR), "feed: its newest is 50 h old"),
        (entries(apart=-HOUR), "feed: its newest is 20 h ahead: another zone?"),
        ([], "feed: its list is empty"),
        ([Entry(url="https://kabar.example/menu")], "feed: no entry has an article's address"),
    ],
)
def test_a_list_that_is_not_as_declared(given: list[Entry], said: str) -> None:
    seen = listing(healthy(), "feed", given)
    assert said in found(seen)
    assert all(words.startswith("feed: ") for words in found(seen)), "and nothing else is to blame"


def test_what_is_close_to_what_is_declared_passes() -> None:
    assert found(listing(healthy(), "feed", entries(7))) == [], "half the reach, on a busy day"
    some = entries()
    some[:9] = [replace(entry, title=None, summary=None) for entry in some[:9]]
    assert found(listing(healthy(), "feed", some)) == [], "a link may be a picture"
    pinned = Entry(url="https://kabar.example/dunia/1", title="Judul", summary="Ringkasan", published_at=NOW - 900 * HOUR)
    assert "less than half" in found(listing(healthy(), "feed", [pinned, *entries(19, apart=HOUR / 4)]))[0]


def test_the_pages_of_a_list_have_to_be_sorted() -> None:
    mixed = entries()
    mixed = mixed[1::2] + mixed[::2]
    assert found(listing(healthy(), "world", mixed)) == [], "two halves: one step back in twenty"
    swapped = [entry for pair in zip(mixed[10:], mixed[:10], strict=True) for entry in reversed(pair)]
    assert found(listing(healthy(), "world", swapped)) == [
        "world: it is not sorted newest first, so a run would stop too early on its pages"
    ]
    assert found(listing(healthy(), "feed", swapped)) == [], "no page follows"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": 404, "reason": "HTTP 404"}, "feed: HTTP 404"),
        ({"status": None, "reason": "TimeoutError", "robots": Robots.ALLOWED}, "feed: TimeoutError"),
        ({"status": None, "reason": "Forbidden by robots.txt", "robots": Robots.FORBIDDEN}, "feed: robots.txt forbids it to us"),
        (
            {"status": None, "reason": "robots.txt of kabar.example cannot be had (HTTP 503)", "robots": Robots.UNREACHABLE},
            "feed: robots.txt of kabar.example cannot be had (HTTP 503)",
        ),
        (
            {"reason": "not XML of the kind rss", "content": b"<html><title>Just a moment...</title><body><p>Wait</p></body></html>"},
            "feed: not XML of the kind rss; what was served looks like a block page",
        ),
    ],
)
def test_a_route_that_cannot_be_had(fields: dict[str, Any], said: str) -> None:
    assert found(failing(healthy(), "feed", **fields)) == [said]


def test_a_tag_may_be_dead_and_all_of_them_may_not() -> None:
    one = failing(healthy(), "tag korut", status=404, reason="HTTP 404")
    assert found(one) == []
    assert found(one, Level.NOTE) == ["tag korut: HTTP 404; others of the tags list some"]
    diagnosis = diagnose(failing(one, "tag rusia", status=404, reason="HTTP 404"), topic())
    assert [str(finding) for finding in diagnosis.findings if finding.level] == ["all 2 tags: HTTP 404"]
    assert [facts.level for facts in diagnosis.routes] == [Level.HOLDS, Level.HOLDS, Level.FAILED, Level.FAILED]


def test_notes_about_routes() -> None:
    seen = healthy()
    seen.may_be_relevant = lambda _: False
    assert found(listing(seen, "world", entries(3, channel="kota")), Level.NOTE) == [
        "world: none of its 3 articles passes its url_filter or the prefilter"
    ]
    few = listing(healthy(), "feed", entries(4))
    assert (found(few), found(few, Level.NOTE)) == ([], ["feed: 4 articles are too few to check how far back it reaches"])
    moved = healthy()
    moved.routes["feed"].landed = "https://kabar.example/rss/baru"
    assert (found(moved), found(moved, Level.NOTE)) == ([], ["feed: it has moved to https://kabar.example/rss/baru"])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": 403, "reason": "HTTP 403"}, "outlet: 403 to everything: this address or this user agent is refused"),
        (
            {"status": None, "reason": "Forbidden by robots.txt", "robots": Robots.FORBIDDEN},
            "outlet: robots.txt forbids all routes to us (the group for Poros, or for everybody)",
        ),
        (
            {"status": None, "reason": "robots.txt of kabar.example cannot be had (HTTP 500)", "robots": Robots.UNREACHABLE},
            "outlet: robots.txt of kabar.example cannot be had (HTTP 500): until then nothing may be requested",
        ),
        ({"status": None, "reason": "DNSLookupError"}, "outlet: no route lists an article: DNSLookupError"),
    ],
)
def test_one_cause_for_everything_is_said_once(fields: dict[str, Any], said: str) -> None:
    seen = failing(healthy(), **fields)
    seen.articles.clear()
    assert (found(seen), found(seen, Level.NOTE)) == ([said], [])
    assert diagnose(seen, topic()).verdict == f"kabar: {said.removeprefix('outlet: ')}"


# --- the article


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (html(author=""), "authors: not found"),
        (html(time=""), "published at: not found"),
        (html(time="2027-01-01T07:00:00+07:00"), "published at: not found"),
        (html(place="naskah"), "body: read generically: the outlet's rules found none. A redesign?"),
        (html(body=BODY + "<p>Nilai lebar itu naik lagi pada hari yang sama, kata pengelola pelabuhan itu.}</p>"), "noise left: code: }"),
        (html(body="").replace("</body>", "<script>1</script></body>"), "browser: its text arrives by JavaScript"),
        ("<html><body><h1>Kapal</h1><script>1</script><div id='app'></div></body></html>", "browser: its text arrives by JavaScript"),
        ("<html><body><h1>Kapal</h1><div class='isi'><p>Pendek.</p></div></body></html>", "article: the one opened gave no article: "),
    ],
)  # fmt: skip
def test_an_article_that_is_not_as_expected(page: str, said: str) -> None:
    (words,) = found(healthy(Kabar, page))
    assert words.startswith(said)


def test_the_best_of_those_opened_is_shown() -> None:
    short = "<html><body><h1>Kapal</h1><div class='isi'><p>Pendek.</p></div></body></html>"
    seen = healthy(Kabar, short, html(author=""), html())
    diagnosis = diagnose(seen, topic())
    assert diagnosis.of(Level.FAILED) == []
    assert diagnosis.article is seen.articles[2]
    (note,) = found(seen, Level.NOTE)
    assert note.startswith("article: https://kabar.example/dunia/100: ")
    (failed,) = found(healthy(Kabar, short, short))
    assert failed.startswith("article: none of the 2 opened gave an article: ")
    assert found(healthy(Kabar, short, short), Level.NOTE) == []


def test_what_an_outlet_does_not_promise_is_not_missed() -> None:
    assert found(healthy(Unsigned, html(author=""))) == []


def test_an_article_that_could_not_be_had() -> None:
    seen = healthy()
    assert seen.articles[0].visit
    seen.articles[0].visit = replace(seen.articles[0].visit, outcome=Outcome.FAILED, reason="HTTP 403", http_status=403, article=None)
    assert found(seen) == ["article: the one opened gave no article: HTTP 403"]
    assert seen.is_refused
    seen.articles[0].visit = None
    assert found(seen) == ["article: the one opened gave no article: no answer"]
    seen.articles.clear()
    assert found(seen) == ["article: none was opened: the probe was cut short"]
    for name in seen.routes:
        listing(seen, name, entries(apart=-HOUR))
    assert "article: none was opened: every one that is listed lies in the future" in found(seen)


def test_an_outlet_that_was_not_asked() -> None:
    (said,) = found(OutletProbe(outlet=Kabar, now=NOW))
    assert said == "outlet: no route lists an article: it was not requested: the probe was cut short"


def test_notes_about_the_article() -> None:
    differing = html().replace("</head>", '<script type="application/ld+json">{"@type":"NewsArticle","author":"Budi Lain"}</script></head>')
    assert found(healthy(Kabar, differing), Level.NOTE)[0].startswith("sources disagree: authors: ")
    linked = html(body=BODY + "<p>Berita lengkap ada di https://kabar.example/dunia/77 sejak pagi tadi, kata pengelola situs itu.</p>")
    assert found(healthy(Kabar, linked), Level.NOTE) == [
        "body: it holds an address, https://kabar.example/dunia/77: a link to another story?"
    ]
    old = found(healthy(Kabar, html(time="2026-11-13T07:00:00+07:00")), Level.NOTE)
    assert old == [
        "published at: 10 d ago, though the article was chosen as the newest that was listed",
        "published at: the list says 60 min ago, the page 10 d ago",
    ]


@pytest.mark.parametrize(
    ("paragraph", "said"),
    [
        ("Kapal Lain Tiba di Pelabuhan Seberang Pagi Ini", "another article's title: Kapal Lain Tiba"),
        ("Terkait: Kapal Lain Tiba di Pelabuhan Seberang Pagi Ini", "another article's title: Terkait: Kapal Lain Tiba"),
        ("Kabar hadir setiap pagi untuk Anda.", "on another page, too: Kabar hadir"),
        ("Lalu nakhoda menunjuk laut. Simak pula kisah pelautnya.", "teaser: Lalu nakhoda"),
        ("Mereka menunggu kapal itu. window.muat", "code: window.m"),
    ],
)
def test_noise_that_the_cleaner_left(paragraph: str, said: str) -> None:
    """The page goes through the whole reader: what stands in its body there was not cut."""
    template = "<p>Kabar hadir setiap pagi untuk Anda.</p>"
    page = html(body=BODY + f"<p>{paragraph}</p>" + BODY.replace("Bagian", "Babak"))
    other = html(author="", body=BODY.replace("Kapal barang", "Perahu layar") + template)
    listed = Entry(url="https://kabar.example/dunia/9", title="Kapal Lain Tiba di Pelabuhan Seberang Pagi Ini", published_at=NOW - 2 * HOUR)
    seen = listing(healthy(Kabar, page, other), "world", [*entries(1), listed])
    article = seen.articles[0].visit and seen.articles[0].visit.article
    assert article
    assert paragraph in article.body, "the cleaner cuts it: choose another"
    (words,) = found(seen)
    assert words.startswith(f"noise left: {said}")


def test_what_is_no_noise() -> None:
    """A sentence that quotes a title, or uses a teaser's words, and the same story on another page."""
    title = "Kapal Lain Tiba di Pelabuhan"
    sentence = f'Buku berjudul "{title}" itu dibaca nakhoda selama pelayaran, dan awaknya diajak membaca juga pada malam hari di geladak.'
    body = BODY + f"<p>{sentence} {sentence}</p>"
    seen = listing(healthy(Kabar, html(body=body), html(body=body)), "world", entries(2))
    listing(seen, "tag rusia", [Entry(url="https://kabar.example/dunia/9", title=title), *entries(2)])
    assert found(seen) == []


# --- which articles are opened


def test_the_newest_of_a_channel_that_is_taken_comes_first() -> None:
    seen = healthy()
    seen.may_be_relevant = lambda words: "Rusia" in words
    for route in seen.routes.values():
        route.listing = Listing(entries=[])
    home, future = (Entry(url=f"https://kabar.example/dunia/{number}") for number in (1, 2))
    future = replace(future, published_at=NOW + HOUR)
    city = Entry(url="https://kabar.example/kota/3", published_at=NOW - HOUR, title="Rusia")
    other = Entry(url="https://kabar.example/kota/4", published_at=NOW - HOUR / 2)
    listing(seen, "world", [other, city, home, future, *entries(2)])
    listing(seen, "tag rusia", [replace(home, published_at=NOW)])
    assert [candidate.article_id for candidate in seen.candidates()] == ["100", "99", "1", "3", "4"]
    assert seen.candidates()[0].route == "world"
