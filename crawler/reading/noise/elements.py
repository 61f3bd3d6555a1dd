"""What on a page is never the story by its tag, class, id or style; every kind has a name."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.reading.page import raw_text

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
    "caption": r"caption\w*|figcaption|photo|foto|gambar|galler\w+|galeri|source-img|image-?credit",
    "tags": r"tags?|tagging|tagcloud\w*|newstag|keywords?",
    "pagination": r"paging|pagination|pager|page-?numbers?|paginate",
    "byline": r"byline|authors?|penulis|(?<!text-)(?<!ck-)editor(?!-(?:content|text|wrapper))|reporter|credits?",
    # the teaser once more, in points (Tribunnews, 2026)
    "summary": r"summary-(?:article|head)|(?:article|news|post|ai)-?summary|ai-?note|(?:ringkasan|rangkuman)(?:-\w+)?|key-?takeaways",
    "media": r"videos?|player|embed\w*|jw-?player|twitter-tweet|instagram-media|tiktok-embed|fb-post|playlist|slideshow|carousel|fb-quote"
    r"|kgnw-middle",
    "form": r"poll(?:s|ing)?|quiz|kuis|jajak-?pendapat|votes?|voting",
    "navigation": r"breadcrumbs?|toc|nav|navbar|navigation|menu|sidebar|side-bar|footer|copyright|disclaimer|footnote\w*"
    r"|(?<!elementor-)widget",
}
_CLASSES = re.compile("|".join(rf"(?P<{kind}>(?<![a-z])(?:{words})(?![a-z]))" for kind, words in _CLASS_WORDS.items()))
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_+|\s+(?=\S)")
_MAY_HOLD_STORY = frozenset({"form", "caption"})
_CERTAIN_KINDS = frozenset({None, "comments", "related"})  # hold prose, and other people's
_MAY_FRAME_PICTURE = frozenset({"div", "center", "table", "section"})  # not "p": older pages float a picture beside a paragraph
_LONGEST_CAPTION = 160  # characters
_NOT_IN_CAPTION = ("h2", "h3", "h4", "h5", "h6", "li", "blockquote")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def element_noise(element: HtmlElement) -> str | None:
    """The kind of noise an element inside a story's container is, by tag, class and id; None when it may hold the story.

    A badly named wrapper around several paragraphs of prose is kept: losing the story is worse than a line of noise.
    """
    tag = str(element.tag)
    kind = _TAGS.get(tag)
    if kind in _MAY_HOLD_STORY and holds_story(element):
        return None
    if kind or tag == "a":  # what is in a link is judged with the line it stands in
        return kind
    kind = _named_noise(element)
    if kind is None and tag in _MAY_FRAME_PICTURE and _frames_picture(element):
        return "caption"
    if kind in _CERTAIN_KINDS or not _holds_prose(element):
        return kind
    return None


def _frames_picture(element: HtmlElement) -> bool:
    """Whether an element holds a picture and a few words beside it, which are its caption, whatever they say."""
    if next(element.iter("img"), None) is None or len(raw_text(element).strip()) > _LONGEST_CAPTION:
        return False
    return next(element.iter(*_NOT_IN_CAPTION), None) is None and len(list(element.iter("p"))) <= 1


def is_beside_story(element: HtmlElement) -> bool:
    """Whether the text in an element is by its class or id comments, other stories or navigation. Not asked of what its tag makes noise."""
    if element.tag in _TAGS:
        return False
    kind = _named_noise(element)
    return kind in {"comments", "related"} or (kind == "navigation" and not _holds_prose(element))


def _named_noise(element: HtmlElement) -> str | None:
    """The kind of noise that an element's class, id or style says it is, whatever it holds."""
    attributes = element.attrib
    if not attributes:
        return None
    classes, identity = attributes.get("class"), attributes.get("id")
    if (classes or identity) and (kind := _class_noise(f"{classes or ''} {identity or ''}")):
        return kind
    style = attributes.get("style")
    return "hidden" if (style and _HIDDEN.search(style)) or "hidden" in attributes else None


@lru_cache(maxsize=8192)
def _class_noise(names: str) -> str | None:
    match = _CLASSES.search(_CAMEL.sub("-", names.strip()).lower())
    return match.lastgroup if match else None


def _holds_prose(element: HtmlElement) -> bool:
    if sum(len(raw_text(paragraph)) > 100 for paragraph in element.iter("p")) >= 3:
        return True
    return sum(len(line_break.tail or "") > 100 for line_break in element.iterchildren("br")) >= 3  # text without paragraphs


def holds_story(element: HtmlElement) -> bool:
    """Whether an element that by its tag is none of the story is a part of it: a form around a whole page, a figure around a table."""
    if element.tag == "form":
        return _holds_prose(element) or any(True for _ in element.iter("h1"))
    return element.tag == "figure" and any(True for _ in element.iter("table", "blockquote"))
