"""What is served in the place of an article, by the reason: blocks, walls, error pages, listings, shells."""

import re
from collections.abc import Iterator, Sequence

from crawler.article import SHORTEST_BODY
from crawler.reading.body import Body
from crawler.reading.candidates import CandidateValues
from crawler.reading.generic import is_listing
from crawler.reading.nodes import attribute, children
from crawler.reading.noise.cleaner import is_sentence
from crawler.reading.noise.lines import lines
from crawler.reading.page import Page, is_home
from crawler.reading.text import text_of
from crawler.reading.times import Published

# Characters of long paragraphs that no listing has in one element: guides and essays bear no date.
_LONG_BODY, _LONG_PARAGRAPH = 1_000, 120
_STAMP = re.compile(r".{0,30}\b\d{4}\b.{1,10}\b\d{1,2}[.:]\d\d\b.{0,5}")  # a day and a clock: what a teaser has beside its title
_SEVERAL = 3
_FEW_LINES = 40  # of a page without a story: what it says instead stands among them

_FEEDS = frozenset({"rss", "feed", "urlset", "sitemapindex"})
# What a page in the place of an article says of itself: in its title, or in its few words if it has no more.
_INSTEAD = {
    "block page": r"just a moment|attention required|access (?:to this page has been )?denied|request (?:was )?blocked"
    r"|akses (?:anda )?ditolak|could not be satisfied|are you (?:a )?(?:human|robot)|(?:bukan|not a) robot"
    r"|captcha|security check|verify(?:ing)? (?:that )?you"
    r"|enable javascript and cookies|checking your browser|memeriksa peramban|\b403\b|\b429\b|too many requests|terlalu banyak permintaan"
    r"|pardon our interruption|unusual traffic",
    "page not found": r"tidak (?:dapat )?(?:kami )?(?:di)?temukan|tidak tersedia|(?:sudah|telah) dihapus|\b404\b|not found"
    r"|halaman (?:hilang|error)|(?:berita|halaman) yang anda cari|no longer (?:available|exists)",
    "consent page": r"before you continue|sebelum melanjutkan|(?:value|menghargai|about) (?:your |your privacy|privasi)"
    r"|(?:cookie|privacy) (?:consent|settings|preferences)|(?:persetujuan|pengaturan) (?:cookie|kuki|privasi)|terima semua (?:cookie|kuki)",
    "login or subscription page": r"^\W*(?:log ?in|masuk|sign ?in|daftar)(?: akun)?\s*(?:$|[-|–])"
    r"|(?:silakan|harus|perlu|please) (?:log ?in|masuk|sign ?in)|(?:masuk|log ?in|sign in) (?:ke|dengan|to|with) (?:akun|your)"
    r"|khusus (?:untuk )?(?:pelanggan|anggota)|berlangganan untuk|subscribe to (?:continue|read)",
}
_INSTEAD_OF_AN_ARTICLE = {reason: re.compile(words, re.IGNORECASE | re.MULTILINE) for reason, words in _INSTEAD.items()}
_ASKS_FOR_JAVASCRIPT = re.compile(r"javascript(?!.{0,40}(?:comment|disqus))", re.IGNORECASE | re.DOTALL)
NEEDS_A_BROWSER = "needs a browser: its text arrives by JavaScript"
# Where scripts build a page, or a story
_MOUNTS = ("#app", "#root", "#__next", "#__nuxt", "#main-app", "#svelte", "app-root", '[itemprop="articleBody"]')
# What the pages of those who keep robots out load, whatever they say and in whatever language
_CHALLENGES = (
    *(b"_cf_chl_opt", b"captcha-delivery.com", b"_Incapsula_Resource", b"sucuri_cloudproxy", b"gokuProps", b"px-captcha", b"bm-verify"),
    b"/.well-known/ddos-guard/",
)
_VIDEO = re.compile(r"/(?:video|videos|foto|photo|gallery|galeri|tv|live)(?:/|$)|//(?:video|foto|tv)\.", re.IGNORECASE)


def no_page(page: Page) -> str | None:
    """Why what was fetched is no page at all; None when it may be one."""
    body = page.tree.css_first("body")
    if body is None or (not page.select("script") and not body.text_lexbor().strip()):
        return "empty page"
    first = next(children(body), None)
    is_text = first is None and page.tree.css_first("head > *") is None
    return "not HTML" if is_text or (first is not None and first.tag in _FEEDS) else None


def no_story(values: CandidateValues, headline: str | None, published: Published | None, opening: Body, text: str) -> str | None:
    """Why a page is no article, the most telling reason first; None for an article. Not for a story that an outlet's own rules found.

    ``opening``: what the first page's body was read from. ``text``: the body, as far as one was found. A page that is dated and has a body
    is not suspected for its title.
    """
    return next(_reasons(values, headline, published, opening, text), None)


def _reasons(values: CandidateValues, headline: str | None, published: Published | None, opening: Body, text: str) -> Iterator[str]:
    page = values.page
    short = len(text) < SHORTEST_BODY
    if short and _is_challenge(page):
        yield "block page"
    if (short or published is None) and (reason := _said_instead(page, every_word=short and published is None)):
        yield reason
    if is_home(page.url) or (is_home(page.canonical or page.url) and (short or published is None)):
        yield "home page"
    if short and (_VIDEO.search(page.url) or any(kind.startswith("video") for kind in page.meta.get("og:type", []))):
        yield "video or gallery without a text"
    if short and _is_built_by_scripts(page, values.rules.body):
        yield NEEDS_A_BROWSER
    if _is_listing(values, published, opening):
        yield "listing or other page without a story"
    if headline is None:
        yield "no headline"
    if short and not any(map(is_sentence, text.split("\n\n"))):  # nothing, or a caption
        yield NEEDS_A_BROWSER if _has_scripts(page) else "no body"
    if short:
        yield f"body shorter than {SHORTEST_BODY} characters"


def stands_instead(page: Page) -> str | None:
    """What a page that is of no use says it is: a block page, a page not found …; None where it does not say."""
    return _said_instead(page, every_word=True)


def may_be_opened(page: Page) -> bool:
    """Whether a browser may be given a page: it is one, and neither a block page nor a challenge."""
    return no_page(page) is None and not _is_challenge(page) and stands_instead(page) != "block page"


def _is_challenge(page: Page) -> bool:
    return any(mark in page.source for mark in _CHALLENGES)


def _said_instead(page: Page, *, every_word: bool) -> str | None:
    said = [text_of(element) for tag in ("title", "h1") for element in page.select(tag)]
    if every_word:
        said += lines(page.tree)[:_FEW_LINES]
    text = "\n".join(said)
    return next((reason for reason, words in _INSTEAD_OF_AN_ARTICLE.items() if words.search(text)), None)


def _is_listing(values: CandidateValues, published: Published | None, opening: Body) -> bool:
    """Whether nothing calls the page an article, and it has no time of its own or is a list of teasers.

    What a page says to machines is its own only where it does not name the home page as its address.
    """
    meta = values.page.meta
    is_told = "article" in map(str.lower, meta.get("og:type", [])) or (published and published.source in {"json-ld", "meta"})
    if values.is_article or (is_told and not any(map(is_home, (values.page.canonical or "-", *meta.get("og:url", []))))):
        return False
    paragraphs = opening.cleaned.paragraphs
    is_list = opening.element is not None and is_listing(opening.element, paragraphs)
    is_list = is_list or sum(_STAMP.fullmatch(line) is not None for line in paragraphs) >= _SEVERAL
    prose = sum(len(paragraph) for paragraph in paragraphs if len(paragraph) >= _LONG_PARAGRAPH)
    return is_list or (published is None and prose < _LONG_BODY)


def _is_built_by_scripts(page: Page, body: Sequence[str]) -> bool:
    """Whether a page without a story is a shell that a browser would fill. ``body``: where the outlet's rules say that a story stands."""
    if any(_ASKS_FOR_JAVASCRIPT.search(element.text_lexbor()) for element in page.tree.css("noscript")):
        return True
    if not _has_scripts(page):
        return False
    mounts = [element for css in _MOUNTS for element in page.select(css)]
    places = [element for css in body for element in page.select(css)]
    return any(not lines(mount) for mount in mounts or [page.tree]) or (bool(places) and not any(map(lines, places)))


def _has_scripts(page: Page) -> bool:
    return any("json" not in attribute(script, "type") for script in page.select("script"))


VOCABULARY = tuple(each.pattern for each in (*_INSTEAD_OF_AN_ARTICLE.values(), _ASKS_FOR_JAVASCRIPT, _VIDEO))
