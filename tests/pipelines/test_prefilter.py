"""What on a list of all channels is worth a look."""

from pathlib import Path

import pytest

from crawler.settings import TOPIC as TOPIC_FILE
from pipelines.topic import Topic

TOPIC = Topic.load(Path(TOPIC_FILE))


@pytest.mark.parametrize(
    "words",
    [
        "Menlu Lavrov Terbang ke Wonsan",
        "Kim Kirim Pasukan Lagi",
        "Zelensky: Dua Tentara Asing Ditangkap",
        "DK PBB Gelar Rapat soal Uji Coba Rudal Balistik",
        "Kapal Asing Bersandar di Pelabuhan\nrusia, kapal, pelabuhan",
        "Semenanjung Korea Memanas",
        "Lagu Korea Utara Diputar di Taman Kota",
        "Atlet Rusia Disambut di Pyongyang",
    ],
)
def test_what_is_worth_a_look(words: str) -> None:
    assert TOPIC.may_be_relevant(words)


@pytest.mark.parametrize(
    "words",
    [
        "Hakim Vonis Terdakwa yang Berusia 20 Tahun",
        "Drama Korea Terbaru Pekan Ini",
        "Menteri Belarusia Tiba di Jakarta",
        "Resep Ayam Korea untuk Berbuka",
        "Korea Open Digelar Lagi",
        "Anggota DPRK Banda Aceh Dilantik",
        "Alkimia dan Kimia Dasar",
        "",
    ],
)
def test_what_is_not(words: str) -> None:
    assert not TOPIC.may_be_relevant(words)


def test_a_topic_need_not_have_a_prefilter(tmp_path: Path) -> None:
    text = Path(TOPIC_FILE).read_text("utf-8")
    start = text.index("[prefilter]")
    (tmp_path / "topic.toml").write_text(text[:start] + text[text.index("# A strong term", start) :], "utf-8")
    topic = Topic.load(tmp_path / "topic.toml")
    assert topic.may_be_relevant("Putin")
    assert not topic.may_be_relevant("Rudal Balistik")
