"""How phrases are found in a story, and what a verdict is made of."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.article import Verdict
from crawler.settings import TOPIC as TOPIC_FILE
from pipelines.topic import Topic
from pipelines.topic.lexicon import Lexicon, Text, expand, key
from pipelines.topic.score import total, weigh

TOPIC = Topic.load(Path(TOPIC_FILE))


def named(text: str, side: str) -> list[str]:
    """What of a body counts for a side, as it is spelled there."""
    fields: Any = TOPIC.classify("", text).evidence["sides"]
    return [entry["matched"] for entries in fields[side].values() for entry in entries for _ in range(entry["count"])]


# --- finding phrases


@pytest.mark.parametrize(
    ("pattern", "phrases"),
    [
        ("Korut", ["Korut"]),
        ("(drama|film) Korea (Selatan|)", ["drama Korea Selatan", "drama Korea", "film Korea Selatan", "film Korea"]),
        ("( Uni|) Soviet", ["Uni Soviet", "Soviet"]),
    ],
)
def test_patterns_expand(pattern: str, phrases: list[str]) -> None:
    assert expand(pattern) == phrases


@pytest.mark.parametrize("pattern", ["(a|b", "a)", "a|b", "", "(|)", "((a|b)|c)", "12"])
def test_broken_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"parentheses|letters"):
        expand(pattern)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rusia menang.", ["Rusia"]),
        ("pihak rusia, RUSIA dan Russia", ["rusia", "RUSIA", "Russia"]),
        ("Rusia-lah, Rusianya, Rusialah, Rusiakah, Rusiapun", ["Rusia"] * 5),
        ("pro-Rusia, Rusia–Ukraina, anti‑Rusia, Rusia/Ukraina, 'Rusia'", ["Rusia"] * 5),
        ("RusiaVladimir Putinmenyerahkan pedang", ["Rusia", "Vladimir Putin"]),
        ("kepada presidenRusia di rumahPutinyang baru", ["Rusia", "Putin"]),
        ("menurut AFPRusia menolak", ["Rusia"]),
        ("ia berusia krusial di Belarusia bersama Borussia", []),
        ("puting beliung, komputing, Computing, Dustin Moskowitz, Kremlinologi, Rusianisasi", []),
        ("Sergey Lavrov dan Lavrov Sergei", ["Sergey Lavrov", "Lavrov Sergei"]),
        ("VladimirPutin tiba", ["VladimirPutin"]),
        ("Vladimir\u00a0Putin", ["Vladimir\u00a0Putin"]),
    ],
)
def test_russia_is_found_as_outlets_print_it(text: str, found: list[str]) -> None:
    assert sorted(map(str.lower, named(text, "russia"))) == sorted(map(str.lower, found))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Korea Utara, Korut, Korsel, Korea Selatan", 4),
        ("Kim Jong Un, Kim Jong-un, Kim Jong-Un, Kim Jongun, KimJongUn, Jong-un", 6),
        ("Choe Son Hui, Choe Son-hui, Choi Sun-hui, Kim Yo Jong", 4),
        ("RRDK, RDRK, Republik Rakyat Demokratik Korea, Republik Demokratik Rakyat Korea, Republik Korea", 5),
        ("Korea Utaramengalami banjir, dekat seranganKorut", 2),
        ("Seoul-Moskwa", 1),
        ("hakim, kimia, Kimberly, koreografi, korupsi, Koreana", 0),
        ("DPRK Banda Aceh", 0),
        ("Kim dari Bandung", 0),
        ("murid rajin, lapor Yonhap", 0),
        ("DPRK dan Korut: Kim tiba", 3),
        ("virus Seoul pada tikus", 0),
    ],
)
def test_korea_is_found_as_outlets_print_it(text: str, count: int) -> None:
    assert len(named(text, "korea")) == count


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=80), st.text(st.sampled_from("Korut RusiaKim-Putin.\n\"'İßﬁ\u00a0–dan,("), max_size=120))
def test_any_text_can_be_classified_and_offsets_point_into_it(headline: str, body: str) -> None:
    verdict = TOPIC.classify(headline, body)
    sides: Any = verdict.evidence["sides"]
    for fields in sides.values():
        for field, entries in fields.items():
            for entry in entries:
                text = headline if field == "headline" else body
                assert entry["matched"] == text[entry["offset"] :][: len(entry["matched"])] or field == "listed"
    assert total(weigh(json.loads(json.dumps(verdict.evidence)), TOPIC.definition)) == verdict.score


def test_a_name_cut_off_by_a_failed_longer_one_is_still_found() -> None:
    lexicon = Lexicon({"bahasa Korea": "language", "Korea": "term", "Korea Utara": "north"})
    assert [hit.value for hit in lexicon.scan(Text("video berbahasa Korea"))] == ["term"]
    assert [hit.value for hit in lexicon.scan(Text("Korea-Utara"))] == ["north"]


def test_numbers_stand_for_each_other() -> None:
    assert key("Top 5") == key("top-10")
    assert [hit.value for hit in Lexicon({"# negara": 1}).scan(Text("Ini 25 negara terkaya"))] == [1]


def test_finding_stays_fast_on_hostile_text() -> None:
    start = time.process_time()
    for text in ("Kim Jong " * 4000, "Rusia, " * 5000, "A. " * 12000, "-" * 36000, "Korut dan Rusia, Iran, " * 1500, "X" * 36000):
        TOPIC.classify(text[:200], text)
    assert time.process_time() - start < 20  # generous: quadratic matching would take minutes


# --- exclusion phrases


def test_every_exclusion_phrase_excludes_itself_but_not_a_real_story() -> None:
    phrases = [each.phrase.replace("#", "2018") for each in TOPIC.definition.exclusions]
    wrong = []
    for phrase in phrases:
        hidden = TOPIC.classify(f"Tentang {phrase}", f"Kabar tentang {phrase} ramai di media sosial.")
        real = TOPIC.classify(
            f"Korut dan Rusia Teken Perjanjian, {phrase} Ikut Disebut",
            f"Perjanjian Korut dan Rusia diteken di Pyongyang. Soal {phrase} dibahas terakhir.\n\nRusia mengirim utusan khusus ke Korut.",
        )
        if (hidden.band, hidden.evidence["sides"], real.band) != ("none", {"korea": {}, "russia": {}}, "about"):
            wrong.append(phrase)
    assert len(phrases) > 300
    assert wrong == []


@pytest.mark.parametrize(
    ("headline", "band"),
    [
        ("Turis Rusia Tiba di Pyongyang", "about"),
        ("WN Korea Selatan Ditangkap Rusia", "about"),
        ("Rubel Rusia Laku di Pyongyang", "about"),
        ("Sekolah Korut Ajarkan Bahasa Rusia", "about"),
        ("Turis Rusia dan WN Korea Selatan Padati Kuta", "none"),
        ("Salad Rusia Disukai di Seoul", "none"),
        ("Petenis Rusia Juara di Seoul", "none"),
        ("Film Korea Utara Diputar di Moskow", "about"),
        ("Film Korea Diputar di Moskow", "none"),
        ("Restoran Korea Utara Dibuka di Rusia", "about"),
        ("Internet ala Korea Utara di Rusia", "none"),
    ],
)
def test_some_exclusions_lift_where_the_other_side_is_named_openly(headline: str, band: str) -> None:
    assert TOPIC.classify(headline, f"{headline} kemarin. Kabar itu disampaikan kantor berita.").band == band


# --- what counts


def both(verdict: Verdict) -> list[str]:
    evidence: Any = verdict.evidence
    return [sentence["field"] for sentence in evidence["both"]]


def test_a_dateline_is_no_evidence() -> None:
    for dateline in ("SEOUL, KOMPAS.com - ", "TRIBUNNEWS.COM, PYONGYANG -- ", "REPUBLIKA.CO.ID,SEOUL – ", "Seoul, CNBC Indonesia - "):
        assert named(f"{dateline}Rusia menutup bandara.", "korea") == []
    assert named("Korut dan Rusia - dua sekutu - berunding.", "korea") == ["Korut"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Hadir wakil Jepang, Korea Selatan, Rusia, dan India.",
        "Rusia 5.500, China 600, Pakistan 170, Korea Utara 50.",
        "Amerika Serikat, disusul Rusia, Tiongkok, India, dan Korea Selatan.",
        "Baht Thailand naik 0,1 persen, Korea Selatan turun 0,2 persen, Rusia naik 3,4 persen dan Jepang turun.",
    ],
)
def test_members_of_a_long_enumeration_do_not_meet(sentence: str) -> None:
    verdict = TOPIC.classify("Rapat Dimulai", sentence)
    assert both(verdict) == []
    assert verdict.band == "mention"


def test_all_sides_beside_one_other_country_are_a_list_but_a_bloc_in_a_headline_is_none() -> None:
    assert both(TOPIC.classify("Pilih Buatan Rusia, Prancis, atau Korea?", "Rapat dimulai.")) == []
    assert both(TOPIC.classify("Rusia, China, Iran, dan Korut Bersatu", "Rusia, China, Iran, dan Korut bersatu.")) == ["headline"]
    assert both(TOPIC.classify("Rusia, China, Iran, India, dan Korut Bersatu", "Rapat dimulai.")) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Amerika Serikat, Korea Selatan, dan Jepang menuding Pyongyang mengirim peluru ke Rusia.",
        "Rusia dan Korea Utara meneken perjanjian.",
        "Menurut Jepang dan Filipina, Korut menjual kapal, sementara Rusia membelinya.",
    ],
)
def test_sides_outside_of_an_enumeration_meet(sentence: str) -> None:
    assert both(TOPIC.classify("Rapat Dimulai", sentence)) == ["lead"]


def test_the_weaker_side_decides() -> None:
    verdict = TOPIC.classify("Korut Uji Rudal", "Korut menguji rudal. " * 20 + "\n\nRusia dingin.")
    assert verdict.band == "mention"


def test_a_genre_holds_a_story_down_unless_the_headline_says_what_binds_the_sides() -> None:
    body = "Rusia dan Korut disebut di dalamnya. Korut mengirim kapal ke Rusia."
    assert TOPIC.classify("Peringkat Rusia dan Korut Naik", body).band == "mention"
    assert TOPIC.classify("Peringkat Rusia Naik Setelah Korut Kirim Pasukan", body).band == "about"


@pytest.mark.parametrize(
    ("headline", "body", "limits"),
    [
        ("Rusia vs Korsel Berakhir 1-1", "Rusia menjamu Korsel. Keduanya bertemu lagi di Seoul.", {"genre": 2.9}),
        ("Rusia Kalahkan Korut", "Rusia mengalahkan Korut dalam lomba mengirim gandum.", {}),  # said of much, and nothing else of sport
        ("Rusia Kalahkan Korut", "Rusia mengalahkan Korut dengan dua gol.", {"genre": 2.9}),
        ("Rusia vs Korsel Berakhir 1-1", "Rusia menahan Korsel.\n\nA.\n\nB.\n\nDubes Rusia dan Korsel menonton.", {"genre": 4.9}),
        ("Rusia vs Korut di Moskow", "Menteri olahraga Rusia dan Korut meneken perjanjian di stadion.", {}),
    ],
)
def test_a_match_is_sport_until_states_act_in_it(headline: str, body: str, limits: dict[str, float]) -> None:
    verdict = TOPIC.classify(headline, body)
    points: Any = verdict.evidence["points"]
    assert points["limits"] == limits
    assert total(weigh(verdict.evidence, TOPIC.definition)) == verdict.score


@pytest.mark.parametrize(
    ("headline", "body", "limits"),
    [
        ("Korut Uji Rudal", "Korut menguji rudal.\n\nRusia dingin.\n\nRusia sepi.", {"sides_never_meet": 2.9}),
        ("Korut Uji Rudal", "Korut menguji rudal. Rusia mengecam. Rusia menunggu.", {"sides_in_neighbouring_sentences_only": 4.9}),
        ("Korut Uji Rudal", "Korut menguji rudal. Rusia diam. Rusia menunggu.", {"sides_never_meet": 2.9}),
        ("Kapal Itu Datang", "Korut mengirim kapal ke Rusia.", {"no_side_in_headline": 4.9}),
        ("Kapal Itu Datang", "Korut dan Rusia dingin.", {"no_side_in_headline": 2.9}),
        ("Kapal Itu Datang", "Korut mengirim kapal ke Rusia. Rusia membeli ikan Korut. Rusia dan Korut berunding.", {}),
        ("Korut Uji Rudal", "Korut menguji rudal. Korut mengirim kapal ke Rusia.", {"side_named_once": 4.9}),
        ("Korut Uji Rudal", "Di dekat Rusia, Korut menguji rudal.", {}),
        ("Peringkat Rusia dan Korut Naik", "Rusia mengirim kapal ke Korut.", {"genre": 2.9}),
        ("Peringkat Rusia dan Korut Naik", "Rusia mengirim kapal ke Korut. Korut membeli gandum Rusia.", {"genre": 4.9}),
        ("Peringkat Rusia Naik Usai Korut Kirim Kapal", "Rusia mengirim kapal ke Korut.", {}),
    ],
)
def test_what_holds_a_score_down(headline: str, body: str, limits: dict[str, float]) -> None:
    verdict = TOPIC.classify(headline, body)
    points: Any = verdict.evidence["points"]
    assert points["limits"] == limits
    assert verdict.score <= min([*limits.values(), 99])


@pytest.mark.parametrize("label", ["Baca juga:", "BACA JUGA", "Simak:", "Lihat juga :", "Artikel terkait", "Terpopuler:"])
def test_a_related_headline_is_no_evidence(label: str) -> None:
    assert named(f"Putin berpidato. {label} Korut Kirim Pasukan\n\nPutin pulang.", "korea") == []
    assert named("Putin membaca juga surat Korut.", "korea") == ["Korut"]


def test_length_makes_no_difference() -> None:
    lead = "Korut dan Rusia meneken perjanjian baru di Pyongyang."
    filler = "\n\nUpacara berlangsung singkat dan dihadiri para pejabat setempat."
    assert {TOPIC.classify("Korut dan Rusia Teken Perjanjian", lead + filler * times).score for times in (0, 1, 50)} == {12.95}


def test_evidence_says_what_was_found_where() -> None:
    verdict = TOPIC.classify(
        "Kim Jong-un Terima Utusan Putin",
        "PYONGYANG - Kim Jong-un menerima utusan Rusia.\n\nSatu. Dua. Turis Rusia tidak ikut.\n\nKim senang. Ada Iran, Kuba, Rusia.",
    )
    evidence: Any = verdict.evidence
    assert (verdict.topic, verdict.rule_version, verdict.band) == ("korea_russia", TOPIC.definition.version, "about")
    assert evidence["sides"]["korea"] == {
        "headline": [{"term": "Kim Jong Un", "matched": "Kim Jong-un", "count": 1, "offset": 0}],
        "lead": [{"term": "Kim Jong Un", "matched": "Kim Jong-un", "count": 1, "offset": 12}],
        "body": [{"term": "Kim", "matched": "Kim", "count": 1, "offset": 84}],
    }
    assert evidence["sides"]["russia"]["listed"] == [{"term": "Rusia", "matched": "Rusia", "count": 1, "offset": 112}]
    assert evidence["exclusion_phrases"] == [{"field": "body", "phrase": "turis Rusia", "offset": 59}]
    assert [(sentence["field"], sentence["links"]) for sentence in evidence["both"]] == [
        ("headline", ["terima", "utusan"]),
        ("lead", ["menerima", "utusan"]),
    ]
    assert evidence["both"][1]["text"] == "PYONGYANG - Kim Jong-un menerima utusan Rusia."
    assert [sentence["sentence"] for sentence in evidence["both"]] == [0, 1]
    assert evidence["points"] == {
        "sides": {"korea": {"headline": 3, "lead": 2, "body": 0.6}, "russia": {"headline": 3, "lead": 2, "body": 0.6}},
        "weaker_side": 8.4,
        "both": 5,
        "nearby": 0,
        "limits": {},
    }
    assert verdict.score == 13.4
    assert evidence["genre_patterns"] == {}


def test_a_story_of_one_side_has_evidence_too() -> None:
    verdict = TOPIC.classify("Putin Pidato", "Putin berpidato.")
    assert (verdict.band, verdict.score) == ("none", 0)
    assert verdict.evidence["sides"] == {
        "korea": {},
        "russia": {
            "headline": [{"term": "Putin", "matched": "Putin", "count": 1, "offset": 0}],
            "lead": [{"term": "Putin", "matched": "Putin", "count": 1, "offset": 0}],
        },
    }
