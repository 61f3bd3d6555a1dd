"""Pages that go on with the next story below their own."""

import pytest

from crawler.reading.rules import PageRules
from tests.crawler.reading.test_reader import BODY, GENERIC, ONE, RULES, STORY, THREE, TWO, document, reading

NEXT = f'<h1>Nakhoda Lain Tidur</h1><div class="penulis-berita">Hadi Umpama</div><div class="isi"><p>{THREE}</p><p>{TWO}</p></div>'


@pytest.mark.parametrize("rules", [RULES, GENERIC], ids=["rules", "generic"])
@pytest.mark.parametrize(
    "page",
    [
        f"<div>{{story}}</div><div>{NEXT}</div>",
        f"{{story}}<div>{NEXT}</div>",
        f"<main><section>{{story}}</section></main><div><div>{NEXT}</div></div>",
    ],
)
def test_the_next_story_in_the_same_page_is_another(page: str, rules: PageRules) -> None:
    story = f'<h1>Kapal Khayalan Tiba</h1><div class="penulis-berita">Rani Contoh</div>{STORY}'
    article = reading(document(page.format(story=story)), rules=rules)
    assert (article.body, article.authors) == (BODY, ["Rani Contoh"])


@pytest.mark.parametrize("heading", ["h1", "h2"])
def test_parts_of_a_story_with_headings_in_them_are_one(heading: str) -> None:
    one, two, three = (f'<div class="isi">{part}</div>' for part in (f"<p>{ONE}</p>", f"<h2>Sub</h2><p>{TWO}</p>", f"<p>{THREE}</p>"))
    page = document(f"<{heading}>Kapal Khayalan Tiba</{heading}>{one}{two}<div>{three}</div>")
    assert reading(page).body == f"{ONE}\n\nSub\n\n{TWO}\n\n{THREE}"
