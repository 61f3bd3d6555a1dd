"""What an element is by its tag, class, id or style."""

import pytest

from crawler.reading.nodes import children, parse
from crawler.reading.noise.elements import element_noise

PARAGRAPH = "Kapal khayalan itu bersandar di dermaga timur pada Selasa pagi bersama dua puluh penumpang dan seekor kambing."


def noise(markup: str) -> str | None:
    body = parse(f"<body>{markup}".encode()).body
    assert body is not None
    (element,) = children(body)
    return element_noise(element, element.tag or "")


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<script>x</script>", "script"),
        ("<style>x</style>", "css"),
        ("<figure>x</figure>", "caption"),
        ("<ins>x</ins>", "ad"),
        ('<div id="div-gpt-ad-123-0">x</div>', "ad"),
        ('<div class="ads-on-body">x</div>', "ad"),
        ('<div class="kompasidRec-box">x</div>', "related"),
        ('<table class="linksisip"><tr><td>x</td></tr></table>', "related"),
        ('<div class="inject-baca-juga-v2">x</div>', "related"),
        ('<p class="baca">x</p>', "related"),
        ('<div class="read__paging">x</div>', "pagination"),
        ('<div class="photo__caption">x</div>', "caption"),
        ('<div class="newstag">x</div>', "tags"),
        ('<div class="polling-box">x</div>', "form"),
        ('<div id="ez-toc-container">x</div>', "navigation"),
        ('<div class="quizzical">x</div>', None),
        ('<blockquote class="twitter-tweet">x</blockquote>', "media"),
        ('<div style="display: none">x</div>', "hidden"),
        ('<div role="dialog" class="kotak">x</div>', "dialog"),
        ('<section role="alertdialog" id="video">x</section>', "dialog"),
        ('<div aria-modal="true">x</div>', "dialog"),
        ('<div role="main" aria-modal="false">x</div>', None),
        ('<div id="jxOutstreamContainer">x</div>', "ad"),
        ('<div class="kgnw-middle-player">x</div>', "media"),
        ('<blockquote class="summary-article mceNonEditable">x</blockquote>', "summary"),
        ('<div class="noncontent">x</div>', "related"),
        ("<p>x</p>", None),
        ('<div class="StoryRenderer__EditorWrapper-sc-1f9fbz3-0">x</div>', None),
        ('<div class="article-summary rounded">x</div>', "summary"),
        ('<div class="ai-summary">x</div>', "summary"),
        ('<div class="clearfix">x</div>', None),
        ('<p class="paragraf loading">x</p>', None),
        ('<div class="elementor-widget elementor-widget-text-editor">x</div>', None),
        ('<a class="inner-link-tag">x</a>', None),
        ('<div class="headline-ADMIN reads">x</div>', None),
        ("<div><img><p>Suasana dermaga lama.</p></div>", "caption"),
        ("<center><a href=x><img></a><br>Suasana dermaga lama.</center>", "caption"),
        ("<div><img><h3>1. Dermaga lama</h3>Sudah sepi.</div>", None),
        ("<div><img><p>Dermaga sepi.</p><p>Nelayan pergi.</p></div>", None),
        ("<p><img>Suasana dermaga lama.</p>", None),  # a picture floats beside the paragraph
        (f"<div><img>{PARAGRAPH} {PARAGRAPH}</div>", None),
    ],
)
def test_elements(markup: str, kind: str | None) -> None:
    assert noise(markup) == kind


def test_a_badly_named_wrapper_around_the_story_is_kept() -> None:
    story = "".join(f"<p>{PARAGRAPH}</p>" for _ in range(3))
    assert noise(f'<div class="video-page sticky share">{story}</div>') is None
    assert noise(f'<div class="comments">{story}</div>') == "comments"
    assert noise(f'<div role="dialog">{story}</div>') == "dialog"


SHORT = "Penumpang pulang dengan tenang."


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        (f"<p>Kambing itu tidur.</p><p class=paywall>{SHORT}</p>", None),
        (f'<p class="editor-p">{SHORT}</p><p>"Kami lelah," kata nakhoda.</p>', None),
        (f"<p>{PARAGRAPH}</p><p class=slideshow>Peragaan ini butuh JavaScript.</p>", "media"),
        (f"<p>{PARAGRAPH}</p><div>Iklan</div><p class=paywall>{SHORT}</p><div>Iklan</div>", None),
        (f"<p>{PARAGRAPH}</p><p class=ads>Iklan</p><p>{PARAGRAPH}</p>", "ad"),
        (f"<p>{PARAGRAPH}</p><p class=penulis>Rani Contoh, Kabar Laut</p>", "byline"),
        (f"<p>{PARAGRAPH}</p><p class=copyright>Hak cipta Kabar Laut.</p>", "navigation"),
        (f"<p class=ads>Teruslah membaca di bawah.</p><p class=paywall>{SHORT}</p>", "ad"),
        (f"<h2>Dermaga</h2><div class=promo>{SHORT}</div>", "ad"),
        (f"<p>{PARAGRAPH}</p><div class=promo>{SHORT}</div>", "ad"),
    ],
)
def test_a_short_paragraph_is_known_by_those_beside_it(markup: str, kind: str | None) -> None:
    body = parse(f"<body>{markup}".encode()).body
    assert body is not None
    named = next(element for element in children(body) if element.attributes)
    assert element_noise(named, named.tag or "") == kind
