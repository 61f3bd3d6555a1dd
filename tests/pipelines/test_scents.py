"""What on a list of all channels is worth a look."""

from pathlib import Path

import pytest

from pipelines.topic import Topic
from pipelines.topic.pipeline import DEFAULT

TOPIC = Topic.load(DEFAULT)


@pytest.mark.parametrize(
    "words",
    [
        "Menlu Lavrov Terbang ke Wonsan",
        "Kim Kirim Pasukan Lagi",
        "Zelensky: Dua Tentara Asing Ditangkap",
        "DK PBB Gelar Rapat soal Uji Coba Rudal Balistik",
        "Kapal Asing Bersandar di Pelabuhan\nrusia, kapal, pelabuhan",
        "Semenanjung Korea Memanas",
    ],
)
def test_what_smells(words: str) -> None:
    assert TOPIC.smells(words)


@pytest.mark.parametrize(
    "words",
    [
        "Hakim Vonis Terdakwa yang Berusia 20 Tahun",
        "Drama Korea Terbaru Pekan Ini",
        "Menteri Belarusia Tiba di Jakarta",
        "Resep Ayam Korea untuk Berbuka",
        "Anggota DPRK Banda Aceh Dilantik",
        "Alkimia dan Kimia Dasar",
        "",
    ],
)
def test_what_does_not(words: str) -> None:
    assert not TOPIC.smells(words)


def test_a_topic_need_not_name_scents(tmp_path: Path) -> None:
    text = DEFAULT.read_text("utf-8")
    start = text.index("[scents]")
    (tmp_path / "topic.toml").write_text(text[:start] + text[text.index("# A strong term", start) :], "utf-8")
    topic = Topic.load(tmp_path / "topic.toml")
    assert topic.smells("Putin")
    assert not topic.smells("Rudal Balistik")
