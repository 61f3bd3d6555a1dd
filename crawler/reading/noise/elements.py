"""What on a page is never the story by its tag, class, id or style; every kind has a name."""

import re
from functools import lru_cache
from itertools import chain

from crawler.reading.nodes import TEXT, Node, after, before

_TAGS = {
    **dict.fromkeys(("script", "noscript", "template"), "script"),
    "style": "css",
    **dict.fromkeys(("figure", "figcaption", "picture", "svg", "map", "canvas"), "caption"),
    **dict.fromkeys(("iframe", "object", "embed", "video", "audio"), "media"),
    **dict.fromkeys(("form", "button", "input", "select", "textarea", "option", "dialog"), "form"),
    **dict.fromkeys(("nav", "footer", "aside", "header"), "navigation"),
    "ins": "ad",
    "h1": "headline",
    **dict.fromkeys(("title", "meta", "link", "head"), "head"),
}
# Words of classes and ids, camel case and underscores read as hyphens.
_CLASS_WORDS = {
    "ad": r"ads?|adv|advert\w*|adslot|adsense|gpt|dfp|iklan|\w*banner\w*|billboard|sponsor\w*|skinad|outbrain|taboola|mgid|popin"
    r"|parallax\w*|jx-?outstream\w*|detikads|native-?wrap|promo\w*|gate|paywall|newsletter|subscri\w*|pop-?up|modal|toast|liftdown",
    "related": r"related|terkait|baca|baca-?juga\w*|link-?sisip|sisip|lihat-?juga|lihatjg|simak-?juga|paradetail|picked-?article"
    r"|rekomendasi|recommend\w*|populer|popular|terpopuler|trending|terkini|read-?more|next-?article|end-of-article|inject|pilihan\w*|kompasid-?rec|noncontent",
    "share": r"shares?|share-?\w*|sharing|social\w*|sosmed|medsos|reactions?|rating|addthis\w*|sharethis\w*|copy-?link|follow\w*",
    "comments": r"comments?|komentar|disqus\w*|respond",
    "caption": r"caption\w*|pics?|figcaption|photo|foto|gambar|galler\w+|galeri|source-img|image-?credit",
    "tags": r"tags?|tagging|tagcloud\w*|newstag|keywords?",
    "pagination": r"paging|pagination|pager|page-?numbers?|paginate",
    "byline": r"byline|authors?|penulis|(?<!text-)(?<!ck-)editor(?!-(?:content|text|wrapper))|reporter|credits?",
    # the teaser once more, in points (Tribunnews, 2026)
    "summary": r"summary-(?:article|head)|(?:article|news|post|ai)-?summary|ai-?note|(?:ringkasan|rangkuman)(?:-\w+)?|key-?takeaways",
    "media": r"videos?|player|embed\w*|jw-?player|twitter-tweet|instagram-media|tiktok-embed|fb-post|playlist|slideshow|carousel|fb-quote"
    r"|kgnw-middle",
    "form": r"poll(?:s|ing)?|quiz|kuis|jajak-?pendapat|votes?|voting",
    "consent": r"consent|gdpr|cookies?|onetrust\w*|didomi\w*",
    "hidden": r"screen-reader-text|sr-only|visually-?hidden",
    "navigation": r"breadcrumbs?|toc|nav|navbar|navigation|menu|sidebar|side-bar|footer|copyright|disclaimer|footnote\w*"
    r"|(?<!elementor-)widget",
}
_CLASSES = re.compile("|".join(rf"(?P<{kind}>(?<![a-z])(?:{words})(?![a-z]))" for kind, words in _CLASS_WORDS.items()))
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_+|\s+(?=\S)")
_MAY_HOLD_STORY = frozenset({"form", "caption"})
_CERTAIN_KINDS = frozenset({None, "comments", "related", "dialog"})  # hold prose, and other people's
_MAY_FRAME_PICTURE = frozenset({"div", "center", "table", "section"})  # not "p": older pages float a picture beside a paragraph
_LONGEST_CAPTION = 160  # characters
# Those in which one paragraph may stand whose class says what it is to the page, not what it is (p.paywall, p.editor-p, tr.player-row)
_UNITS = frozenset({"p", "li", "tr", "td", "dd", "blockquote"})
_DOUBTFUL_KINDS = frozenset({"ad", "share", "byline", "media", "navigation", "form", "pagination"})
_OF_PARAGRAPHS = frozenset({"ad", "byline"})  # whose words name short ones, too
_PROSE_END = (".", "!", "?", '"', "”", "’", "…", "。", "！", "？", "」")
_SHORTEST_PROSE = 60  # characters
_NOT_IN_CAPTION = "h2,h3,h4,h5,h6,li,blockquote"
_LONG = 100  # characters of a paragraph of prose
_SEVERAL = 3
_DIALOGS = frozenset({"dialog", "alertdialog"})  # what an element is to a screen reader
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def element_noise(element: Node, tag: str) -> str | None:
    """The kind of noise an element inside a story's container is, by tag, class and id; None when it may hold the story.

    A badly named wrapper around several paragraphs of prose is kept: losing the story is worse than a line of noise.
    """
    kind = _TAGS.get(tag)
    if kind in _MAY_HOLD_STORY and holds_story(element, tag):
        return None
    if kind or tag == "a":  # what is in a link is judged with the line it stands in
        return kind
    kind = _named_noise(element)
    if kind is None and tag in _MAY_FRAME_PICTURE and _frames_picture(element):
        return "caption"
    if kind in _CERTAIN_KINDS:
        return kind
    is_story = tag in _UNITS and kind in _DOUBTFUL_KINDS and (_is_prose(element) or (kind in _OF_PARAGRAPHS and _goes_on(element)))
    return None if is_story or holds_prose(element) else kind


def _is_prose(element: Node) -> bool:
    text = element.text_lexbor().strip()
    return len(text) >= _SHORTEST_PROSE and text.endswith(_PROSE_END)


def _goes_on(element: Node) -> bool:
    """Whether a short paragraph reads like a sentence, and so does one beside it that nothing calls noise."""
    beside = (each for each in chain(before(element), after(element)) if each.tag == element.tag and _named_noise(each) is None)
    return _is_sentence(element) and any(map(_is_sentence, beside))


def _is_sentence(element: Node) -> bool:
    text = element.text_lexbor().strip()
    return " " in text and text.endswith(_PROSE_END)


def _frames_picture(element: Node) -> bool:
    """Whether an element holds a picture and a few words beside it, which are its caption, whatever they say."""
    if element.css_first("img") is None or len(element.text_lexbor().strip()) > _LONGEST_CAPTION:
        return False
    return element.css_first(_NOT_IN_CAPTION) is None and len(element.css("p")) <= 1


def is_beside_story(element: Node, tag: str) -> bool:
    """Whether the text in an element is by its class or id comments, other stories or navigation. Not asked of what its tag makes noise."""
    if tag in _TAGS:
        return False
    kind = _named_noise(element)
    return kind in {"comments", "related", "consent", "dialog"} or (kind == "navigation" and not holds_prose(element))


def _named_noise(element: Node) -> str | None:
    """The kind of noise that an element's class, id or style says it is, whatever it holds."""
    attributes = element.attributes
    if not attributes:
        return None
    if attributes.get("role") in _DIALOGS or attributes.get("aria-modal") == "true":
        return "dialog"
    classes, identity = attributes.get("class"), attributes.get("id")
    if (classes or identity) and (kind := _class_noise(f"{classes or ''} {identity or ''}")):
        return kind
    style = attributes.get("style")
    return "hidden" if (style and _HIDDEN.search(style)) or "hidden" in attributes else None


@lru_cache(maxsize=8192)
def _class_noise(names: str) -> str | None:
    match = _CLASSES.search(_CAMEL.sub("-", names.strip()).lower())
    return match.lastgroup if match else None


def holds_prose(element: Node) -> bool:
    """Whether an element holds several paragraphs of prose, or as much text between line breaks."""
    long = sum(len(paragraph.text_lexbor()) > _LONG for paragraph in element.css("p"))
    return (
        long >= _SEVERAL
        or sum(len(child.text_content or "") > _LONG for child in element.iter(include_text=True) if child.tag == TEXT) >= _SEVERAL
    )


def holds_story(element: Node, tag: str) -> bool:
    """Whether an element that by its tag is none of the story is a part of it: a form around a whole page, a figure around a table."""
    if tag == "form":
        return holds_prose(element) or element.css_first("h1") is not None
    return tag == "figure" and element.css_first("table,blockquote") is not None
