"""What analysts see of stories: how they spread, what was changed, which copies still say what was corrected elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from crawler.article import AgencyMention, Original, Precision, Visit
from pipelines.database.visits import record

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
SENTENCES = [" ".join(f"kata{number}x{word}" for word in range(12)) + "." for number in range(12)]
TEXT = "\n\n".join(SENTENCES)


@pytest.fixture(autouse=True)
def outlets(connection: psycopg.Connection) -> None:
    connection.execute("insert into outlets select name, name, name from unnest(array['kompas', 'antara', 'tribun', 'babe']) name")


@pytest.fixture
def store(connection: psycopg.Connection, make_visit: Callable[..., Visit]) -> Callable[..., object]:
    """Store an article some minutes after the first."""

    def store(name: str, body: str = TEXT, minutes: float = 0, **given: object) -> object:
        at = NOW + timedelta(minutes=minutes)
        return record(connection, make_visit(name, body, **{"published_at": at, "fetched_at": NOW + timedelta(hours=1), **given}))

    return store


def spread(connection: psycopg.Connection, columns: str) -> dict[str, tuple[object, ...]]:
    rows = connection.execute(f"select article_id, {columns} from story_spread join pages using (page_id)".encode())
    return {name: tuple(row) for name, *row in rows}


def test_roles_and_shares(connection: psycopg.Connection, store: Callable[..., object]) -> None:
    store("a", agencies=[AgencyMention("AFP", "quoted")])
    store("b", TEXT, 10, outlet="antara")
    store("c", "\n\n".join(SENTENCES[:6]), 20, outlet="tribun")
    store("d", TEXT + " " + " ".join(f"baru{number}" for number in range(60)), 30, outlet="antara")
    found = spread(connection, "role, round(100 * share_copied)::integer, round(100 * share_of_source)::integer, agencies")
    assert found == {
        "a": ("original", None, None, ["AFP"]),
        "b": ("copy", 100, 100, []),
        "c": ("cut", 100, 49, []),
        "d": ("extended", 70, 100, []),
    }


def test_how_far_behind_is_an_interval_where_a_time_is_coarse(connection: psycopg.Connection, store: Callable[..., object]) -> None:
    minute, day, approximate = Precision.MINUTE, Precision.DAY, Precision.APPROXIMATE
    store("a", published_precision=minute)
    store("b", TEXT, 25, outlet="antara", published_precision=minute)
    noon = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # in Jakarta, of a day that began ten hours before the first was published
    store("c", outlet="tribun", published_at=noon, published_precision=day)
    store("d", outlet="tribun", published_at=NOW + timedelta(minutes=30), published_precision=approximate)
    store("e", outlet="antara", published_at=None)
    found = spread(connection, "minutes_behind_least, minutes_behind_most")
    assert found == {"a": (0, 0), "b": (25, 25), "c": (-10 * 60, 14 * 60), "d": (29, 30), "e": (None, 60)}


def test_an_aggregator_is_no_outlet_of_a_story(connection: psycopg.Connection, store: Callable[..., object]) -> None:
    store("a")
    store("b", TEXT, 10, outlet="babe", original_url="https://lain.example/1")
    store("c", TEXT, 20, outlet="babe")  # its page does not say where it is from
    assert spread(connection, "is_outlet") == {"a": (True,), "b": (False,), "c": (False,)}
    assert connection.execute("select outlets, articles from current_stories").fetchall() == [(["kompas"], 3)]


def test_changes_come_newest_first_as_a_diff(connection: psycopg.Connection, store: Callable[..., object]) -> None:
    store("a")
    store("a", TEXT.replace(SENTENCES[5], "Yang ini diganti."), fetched_at=NOW + timedelta(hours=2))
    store("b", "Isi lain.", outlet="antara")
    store("b", "Isi lain.", headline="Judul baru", outlet="antara", fetched_at=NOW + timedelta(hours=3))
    (second, first) = connection.execute("select change, headline, diff from article_changes").fetchall()
    assert second[:2] == ("headline", "Judul baru")
    assert "-Judul b\n+Judul baru" in second[2]
    assert first[0] == "body"
    assert f"-{SENTENCES[5]}\n+Yang ini diganti." in first[2]


def uncorrected(connection: psycopg.Connection) -> set[tuple[str, ...]]:
    query = """
        select what, a.article_id, b.article_id
        from uncorrected_copies u join pages a on a.page_id = u.page_id join pages b on b.page_id = copy_page_id
    """
    return set(connection.execute(query).fetchall())


@pytest.mark.parametrize(
    "corrected",
    [
        TEXT.replace("kata5x6", "bukan"),  # a word
        TEXT.replace(SENTENCES[5], ""),
        TEXT.replace(SENTENCES[5], "Redaksi memperbarui bagian ini pada pukul 10.00 WIB. " + SENTENCES[5]),
        TEXT + "\n\nCatatan redaksi: jumlah kapal dalam berita ini telah diperbaiki menjadi tiga.",
        " ".join(f"ralat{number}" for number in range(150)),  # the whole text: it is no copy any more
    ],
)
def test_copies_of_a_corrected_text_are_shown_until_they_follow(
    connection: psycopg.Connection, store: Callable[..., object], corrected: str
) -> None:
    """b has it all, c lacks the place, d says already what a says after its correction."""
    store("a")
    store("b", "Pembuka lain dari yang lain. " + TEXT, 10, outlet="antara")
    store("d", corrected if "ralat0" not in corrected else "Sama sekali lain.", 20, outlet="tribun")
    assert uncorrected(connection) == set()
    store("a", corrected)
    assert uncorrected(connection) == {("body", "a", "b")}
    store("b", corrected, 10, outlet="antara")
    assert uncorrected(connection) == set()


def test_a_copy_without_the_corrected_place_is_not_shown(connection: psycopg.Connection, store: Callable[..., object]) -> None:
    store("a")
    store("b", "\n\n".join(SENTENCES[:8]), 10, outlet="antara")
    store("a", TEXT.replace("kata10x6", "bukan"))
    assert uncorrected(connection) == set()
    store("a", TEXT)
    store("a", TEXT.replace("kata5x6", "bukan"))
    assert uncorrected(connection) == {("body", "a", "b")}
    store("a", TEXT)
    assert uncorrected(connection) == set(), "the outlet took its correction back"


def test_a_corrected_headline_and_a_withdrawn_article(connection: psycopg.Connection, store: Callable[..., object]) -> None:
    store("a", headline="Tiga Kapal Tiba")
    store("b", TEXT, 10, outlet="antara", headline="TIGA KAPAL TIBA")
    store("c", TEXT, 20, outlet="tribun", headline="Kapal Datang")
    store("a", headline="Dua Kapal Tiba")
    assert uncorrected(connection) == {("headline", "a", "b")}
    store("a", outcome="gone")
    assert uncorrected(connection) >= {("withdrawn", "a", "b"), ("withdrawn", "a", "c")}
    store("b", outlet="antara", outcome="gone")
    assert uncorrected(connection) == {("withdrawn", "a", "c"), ("withdrawn", "b", "c")}


def test_a_copy_that_stepped_back_is_in_its_originals_story(connection: psycopg.Connection, store: Callable[..., object]) -> None:
    original = Original(outlet="kompas", article_id="a", url="https://kompas.example/a")
    store("b", "Salinan yang lain sama sekali bunyinya.", outlet="babe", original=original, original_url=original.url)
    store("a")
    stories = connection.execute("select count(distinct story_id), count(*) filter (where superseded) from articles").fetchone()
    assert stories == (1, 1)
    assert list(spread(connection, "role")) == ["a"]
    assert connection.execute("select reason from story_changes").fetchall() == [("superseded",)]
