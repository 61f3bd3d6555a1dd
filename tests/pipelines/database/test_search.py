"""Search: word forms, queries with known answers, hostile input, and that what is found follows what is stored."""

import shutil
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crawler.article import Visit
from pipelines.database import forgotten
from pipelines.database.connection import as_reader, connect
from pipelines.database.migrate import MIGRATIONS, migrate
from pipelines.database.search import lemmas, save_spellings, search
from pipelines.database.visits import record
from pipelines.topic import Topics
from tests.conftest import build_visit
from tests.servers.postgresql import Server

ROOT = Path(__file__).parents[3]
CASES = Path(__file__).with_name("search_cases")
SHARED = ROOT.parent / "shared" / "word_families.txt"
CORPUS = tomllib.loads((CASES / "corpus.toml").read_text("utf-8"))
SPELLINGS = Topics.load([str(ROOT / "pipelines/topics/korea_russia.toml")]).spellings
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def lines(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def corpus_url(embedded_server: Server) -> Iterator[str]:
    """A database with the invented articles, which no test changes."""
    url = embedded_server.create_migrated("corpus")
    with connect(url) as connection:
        save_spellings(connection, SPELLINGS)
        add_outlet(connection)
        for number, article in enumerate(CORPUS["articles"], 1):
            record(connection, build_visit(str(number), published_at=NEW_YEAR + timedelta(weeks=number), **article))
    yield url
    embedded_server.drop("corpus")


@pytest.fixture
def reader(corpus_url: str) -> Iterator[psycopg.Connection]:
    """As whom analysts search: may read, and nothing else."""
    with connect(as_reader(corpus_url)) as connection:
        yield connection


@pytest.fixture
def stored(connection: psycopg.Connection) -> psycopg.Connection:
    add_outlet(connection)
    return connection


def add_outlet(connection: psycopg.Connection) -> None:
    connection.execute(
        "insert into outlets values ('kompas', 'Kompas', 'https://kompas.example/'), ('babe', 'BaBe', 'https://babe.example/')"
    )


def found(connection: psycopg.Connection, words: str, **given: Any) -> list[str]:
    return [hit.url.rsplit("/", 1)[-1] for hit in search(connection, words, **given)]


def measured(connection: psycopg.Connection, path: Path) -> tuple[float, list[tuple[str, str]]]:
    """The share of pairs of one family that meet, and the pairs of two that do."""
    families = lines(path)
    words = [word for family in families for word in family]
    known = {word: {*found} for word, found in zip(words, lemmas(connection, words), strict=True)}
    pairs = [pair for family in families for pair in combinations(family, 2)]
    strangers = [(a, b) for one, other in combinations(families, 2) for a in one for b in other if a != b and known[a] & known[b]]
    return sum(1 for a, b in pairs if known[a] & known[b]) / len(pairs), strangers


@pytest.mark.parametrize("name", ["families.txt", "families_2.txt", "families_3.txt"])
def test_the_forms_of_a_word_meet(name: str, reader: psycopg.Connection) -> None:
    meet, strangers = measured(reader, CASES / name)
    assert meet >= 0.97
    assert strangers == []


def test_different_words_do_not_meet(reader: psycopg.Connection) -> None:
    pairs = lines(CASES / "apart.txt")
    assert len(pairs) > 100
    assert [(a, b) for a, b in pairs if {*lemmas(reader, [a])[0]} & {*lemmas(reader, [b])[0]}] == []


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/word_families.txt")
def test_families_of_the_topic_meet(reader: psycopg.Connection) -> None:
    meet, strangers = measured(reader, SHARED)
    assert meet >= 0.97
    assert strangers == []


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("pengirimannyalah", "pengirimannyalah"), ("mengirimkannya", "kirim"), ("kukirim", "kirim"), ("Dikirimkan", "kirim"),
        ("tembak-menembak", "tembak"), ("rudal-rudalnya", "rudal"), ("obat-obatan", "obat"), ("drone-drone", "drone"),
        ("Putinnya", "putin"),
        ("ketidakpastian", "pasti"), ("kepemimpinannya", "pimpin"), ("mengebom", "bom"),
        ("terorisme", "terorisme"), ("risiko", "risiko"), ("resiko", "risiko"), ("Türkiye", "turkiye"), ("Jum’at", "jumat"),
        ("perundang-undangan", "undangundang"), ("memata-matai", "matamata"), ("wkwkwk", "wkwkwk"), ("2026", "2026"), ("ﬁlm", "film"),
    ],
)  # fmt: skip
def test_a_word_is_searched_by_its_root(word: str, root: str, reader: psycopg.Connection) -> None:
    assert lemmas(reader, [word]) == [[root]]


@pytest.mark.parametrize("half", ["cita", "gara", "hati", "kupu", "kura", "laba", "mata", "oleh", "paru", "pura", "sia", "tiba", "undang"])
def test_what_is_doubled_and_means_something_else_is_one_word(half: str, reader: psycopg.Connection) -> None:
    query = "select array(select lexeme from unnest(search_words(%s)))"
    assert reader.execute(query, [f"{half.title()}-{half}"]).fetchone() == ([2 * half],)


def test_words_that_follow_each_other_are_shown_as_one(reader: psycopg.Connection) -> None:
    assert lemmas(reader, ["mempertanggungjawabkan", "jawab"]) == [["tanggung+jawab", "tanggungjawab"], ["jawab"]]
    assert {"korut", "korea+utara"} <= {*lemmas(reader, ["Korut"])[0]}


def test_queries_find_what_they_should(reader: psycopg.Connection) -> None:
    right = wanted = returned = 0
    for words, numbers in CORPUS["queries"].items():
        got = {*map(int, found(reader, words))}
        right, wanted, returned = right + len(got & {*numbers}), wanted + len(numbers), returned + len(got)
    assert wanted > 100
    assert right / wanted >= 0.97
    assert right / returned >= 0.95


@pytest.mark.parametrize(
    ("words", "text", "is_found"),
    [
        ('"korut rusia"', "korut rusia", True),
        ('"korut rusia"', "Korea Utara Rusia", True),
        ('"korut rusia"', "korut x rusia dan korea utara", False),
        ('"korut di rusia"', "korut di rusia dan korea utara", True),
        ('"pekerja korut di rusia"', "pekerja korea utara di rusia, kata korut", True),
        ('"pekerja korut di rusia"', "pekerja korea di rusia, kata korut", False),
        ('"f-16 rusia"', "f16 milik rusia dan f-16", False),
        ('"f-16 rusia"', "f16 rusia dan f-16", True),
        ("Korut-Rusia", "hubungan Korea Utara dan Rusia", False),
        ("Korut-Rusia", "hubungan Korea Utara\u2013Rusia", True),
        ("korut\u2013rusia", "hubungan DPRK-Rusia", True),
        ("moskow", "\u201cMoskwa membayar\u201d", True),
        ("bayar", "\u201cMoskwa membayar\u201d", True),
        ("korut", "Pyongyang\u2014Korut\u2026 kata dia", True),
        ("rudal,nuklir", "nuklir dan rudal", True),
        ("rudal/nuklir", "rudal saja", False),
        ("rudal AND nuklir", "nuklir dan rudal", True),
        ("rudal | nuklir", "nuklir saja", True),
        ("-(rudal)", "nuklir saja", True),
        ("rudal \u2013 nuklir", "rudal nuklir", True),
        ("kerja sama", "kedua negara bekerjasama", True),
        ("kerjasama militer", "militer Rusia bekerja sama", True),
        ("kerja sama", "sama-sama bekerja", False),
        ("tanda tangan", "Putin menandatanganinya", True),
        ("penandatanganan", "tanda tangan Putin", True),
        ('"uji coba rudal"', "diujicobakan: rudal", True),
        ("pro-Rusia", "milisi prorusia", True),
    ],
)
def test_what_is_written_and_what_it_finds(words: str, text: str, is_found: bool, reader: psycopg.Connection) -> None:
    known = """
        select string_agg(lemma, ' ' order by place) from unnest(search_words(%s)) word cross join unnest(positions) place
        cross join word_lemmas(array[lexeme]) known cross join unnest(known.lemmas) lemma
    """
    query = f"select to_tsvector('simple', ({known})) @@ search_query(%s)"
    assert reader.execute(query.encode(), [text, words]).fetchone() == (is_found,)


def test_a_phrase_of_many_names_is_no_thousand_queries(reader: psycopg.Connection) -> None:
    (size,) = reader.execute("select length(search_query(%s)::text)", [f'"{"korut moskow " * 40}"']).fetchone() or (0,)
    assert 0 < size < 1_000_000


@pytest.mark.parametrize(
    "said",
    [
        "", " ", "-", "--", '"', '""', '"""', '-"', "or", "or or", "- -", "\\", "'", "' \\ : * & | ! ( ) < - >", ":*", "<->", "!", "( (",
        "a" * 10_000, "@", "\u202e\ufeff", "'; drop table articles; --", "%s %(x)s {} $1",
    ],
)  # fmt: skip
def test_what_has_no_word_or_no_hit_finds_nothing(said: str, reader: psycopg.Connection) -> None:
    notices: list[object] = []
    reader.add_notice_handler(notices.append)
    assert search(reader, said) == []
    assert (notices, lemmas(reader, ["perundingan"])) == ([], [["runding"]])


@pytest.mark.parametrize(
    "said", ["rudal " * 1_700, '"' * 5_000 + "rudal", "rudal -", 'rudal "', "rudal or", "or rudal", "(rudal)", "rudal:*", "RUDAL!"]
)
def test_what_is_strange_about_a_query_is_passed_over(said: str, reader: psycopg.Connection) -> None:
    assert found(reader, said) == ["5"]


def test_the_newest_come_first_with_rank_and_snippet(reader: psycopg.Connection) -> None:
    hits = search(reader, "pertahanan or F-16")
    assert hits[0].headline == "Anggaran Pertahanan 2027 Disepakati"
    assert [hit.published_wib for hit in hits] == sorted((hit.published_wib for hit in hits), reverse=True)
    assert sorted(hit.rank for hit in hits) == [*range(1, len(hits) + 1)]
    assert hits[-1].snippet == "Dua jet tempur «F-16» lepas landas untuk mencegat pesawat yang mendekati wilayah udara."
    (korut,) = search(reader, "korut ribuan")
    assert korut.snippet == "«Korea Utara» mengirimkan «ribuan» peluru artileri ke Rusia melalui jalur kereta."
    assert len(search(reader, "-xyz")) == 20, "whatever has it not"


def test_filters(reader: psycopg.Connection) -> None:
    since = NEW_YEAR + timedelta(weeks=30)
    assert found(reader, "korea", since=since) == ["37", "35", "30"]
    assert found(reader, "korea utara", outlet="kompas") == found(reader, "korea utara")
    assert found(reader, "korea utara", outlet="babe") == []
    with pytest.raises(psycopg.errors.RaiseException, match="there is no outlet x' "):
        found(reader, "korea utara", outlet="x' \\ |")
    assert found(reader, "korut", topic="korea_russia") == ["35", "24", "23", "2", "1"]
    assert found(reader, "korut", topic="other") == []
    query = "select page_id from search_articles('rusia', until => %s, hits => 1)"
    assert reader.execute(query, [NEW_YEAR + timedelta(weeks=4)]).fetchall() == [(3,)]


def test_a_reader_can_do_no_more(reader: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("select * from index_articles('{1}')")


def test_what_is_found_follows_what_is_stored(stored: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(stored, make_visit("1", "Kapal itu berlayar ke Busan."))
    assert found(stored, "pelayaran") == ["1"]
    record(stored, make_visit("1", "Kereta itu tiba di Busan.", fetched_at=NEW_YEAR + timedelta(days=90)))
    assert (found(stored, "pelayaran"), found(stored, "kereta")) == ([], ["1"])
    stored.execute("update articles set published_at = published_at - interval '1 year'")
    assert found(stored, "kereta", since=NEW_YEAR) == []
    stored.execute("update articles set superseded = true")
    assert found(stored, "kereta") == []
    stored.execute("update articles set superseded = false")
    assert found(stored, "kereta") == ["1"]


@pytest.mark.parametrize("body", ["¯ \u0304 ＇ ' \\ \" 'a' b\\c Isi.", " ".join(map(chr, range(0x20000, 0x2A6D0))) + " Isi."])
def test_a_strange_text_is_found(body: str, stored: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(stored, make_visit("1", f"{body}\n\n{body}", headline=f"Isi {body}"[:200]))
    assert found(stored, "isi") == ["1"]


def test_a_text_that_is_forgotten_leaves_no_word(stored: psycopg.Connection, make_visit: Callable[..., Visit]) -> None:
    record(stored, make_visit("1", "Saksi bernama Xanderwati melapor."))
    record(stored, make_visit("1", "Saksi itu melapor.", fetched_at=NEW_YEAR + timedelta(days=90)))
    record(stored, make_visit("2", "Saksi lain juga melapor."))
    forgotten.remember(stored, "kompas", ["1"], None)
    forgotten.delete(stored, forgotten.find(stored, ["kompas"]), [])
    words = {form for (form,) in stored.execute("select form from word_forms")}
    assert "xanderwati" not in words
    assert found(stored, "saksi") == ["2"]
    record(stored, make_visit("3", "Para saksi dilaporkan pulang."))
    assert found(stored, "saksi lapor") == ["3", "2"]


@pytest.mark.parametrize("server", ["embedded_server"], indirect=True)
def test_articles_of_an_older_version_are_found_after_the_migration(
    server: Server, make_visit: Callable[..., Visit], tmp_path: Path
) -> None:
    url = server.create("older")
    folder = Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))
    later = [path for path in folder.glob("*.sql") if "search" in path.name]
    for path in later:
        path.rename(tmp_path / path.name)
    migrate(url, folder)
    with connect(url) as connection:
        add_outlet(connection)
        for number in range(210):
            record(connection, make_visit(str(number), f"Rudal nomor {number} diluncurkan."))
        for path in later:
            (tmp_path / path.name).rename(path)
        migrate(url, folder)
        assert found(connection, '"rudal nomor 209" peluncuran') == ["209"]
        assert connection.execute("select count(*) from search_documents").fetchone() == (210,)
    server.drop("older")


def test_a_name_in_several_groups_is_searched_as_in_the_first(stored: psycopg.Connection) -> None:
    save_spellings(stored, [["Korut", "Korea Utara"], ["Korea", "Korut", "Korsel"]])
    save_spellings(stored, [["Korut", "Korea-Utara"], ["Korea", "Korut", "Korsel"]])
    query = "select spelling, finds from spellings where spelling ~ '^kor' order by 1"
    assert stored.execute(query).fetchall() == [
        ("korea", ["korea", "korut", "korsel"]),
        ("korea utara", ["korut", "korea utara"]),
        ("korsel", ["korea", "korut", "korsel"]),
        ("korut", ["korut", "korea utara"]),
    ]
    save_spellings(stored, [])
    assert stored.execute(query).fetchall() == []
