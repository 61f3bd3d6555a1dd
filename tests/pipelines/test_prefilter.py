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
    ],
)
def test_what_smells(words: str) -> None:
    assert TOPIC.may_be_relevant(words)


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
    assert not TOPIC.may_be_relevant(words)


def test_a_topic_need_not_name_scents(tmp_path: Path) -> None:
    text = Path(TOPIC_FILE).read_text("utf-8")
    start = text.index("[scents]")
    (tmp_path / "topic.toml").write_text(text[:start] + text[text.index("# A strong term", start) :], "utf-8")
    topic = Topic.load(tmp_path / "topic.toml")
    assert topic.may_be_relevant("Putin")
    assert not topic.may_be_relevant("Rudal Balistik")
