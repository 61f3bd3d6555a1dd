"""The fields of an article beside its headline, times and body: from candidate values, the text around the story, and its own lines."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from crawler.article import AgencyMention
from crawler.reading.attribution.agencies import agencies_in_caption, agencies_in_text, agencies_of_source, is_publisher_of
from crawler.reading.attribution.people import merge_names, read_names
from crawler.reading.candidates import SOURCES, CandidateValues
from crawler.reading.headline import Headline, title_in
from crawler.reading.nodes import attribute
from crawler.reading.noise.phrases import NO_CAPTION
from crawler.reading.noise.pieces import CleanedLines
from crawler.reading.page import strings
from crawler.reading.surroundings import Surroundings
from crawler.reading.text import text_of, tidy
from crawler.reading.times import Times

_SOURCE_LINE = ':lexbor-contains("Sumber" i)'
_LONGEST_SOURCE_LINE = 100  # characters
_INITIALS = re.compile(r"[a-z]{2,4}")
_NO_TAG = re.compile(r"^\s*(?:[\w ]{2,20}:\s*|Update me$)")  # IDN Times 2026-07
_TO_ORIGINAL = ("artikel asli", "baca berita dari sumber")  # BaBe's buttons (2026-01, 2017-02)


class _Found(NamedTuple):
    """Names, and which source has them; None where none has."""

    names: list[str]
    source: str | None = None


def read_fields(
    values: CandidateValues,
    headline: Headline | None,
    times: Times,
    around: Surroundings | None,
    cleaned: Sequence[CleanedLines],
    text: str,
) -> dict[str, Any]:
    """What an Article says beside its identity, original, headline and body, by its fields' names; ``sources``, ``disagreements`` too.

    ``cleaned``: the lines of the body a page; ``text``: the body.
    """
    authors, editors = _sign(*_read_people(values, around), cleaned, prints_bylines=bool(values.rules.authors))
    caption, caption_source = _image_caption(values, headline)
    tags, tags_source = _tags(values)
    subtitle, section, image = values.first("subtitle"), values.first("section"), values.first("image_url")
    if subtitle and _begins(text, subtitle.texts[0]):
        subtitle = None
    published, modified = times.published, times.modified
    sources = {
        "headline": headline and headline.source,
        "subtitle": subtitle and subtitle.source,
        "authors": authors.source,
        "editors": editors.source,
        "published_at": published and published.source,
        "modified_at": modified and modified[1],
        "section": section and section.source,
        "tags": tags_source,
        "image_url": image and image.source,
        "image_caption": caption_source,
    }
    return {
        "subtitle": subtitle and subtitle.texts[0],
        "authors": authors.names,
        "editors": editors.names,
        "agencies": _agencies(values, headline, caption, cleaned, text),
        "published_at": published and published.time.instant,
        "published_source": published and published.detail,
        "published_precision": published and published.time.precision,
        "modified_at": modified and modified[0],
        "section": section and section.texts[0],
        "tags": tags,
        "image_url": image and values.page.absolute(image.texts[0]),
        "image_caption": caption,
        "sources": {field: source for field, source in sources.items() if source},
        "disagreements": _disagreements(values, times, authors),
    }


# --- people


def _read_people(values: CandidateValues, around: Surroundings | None) -> tuple[_Found, _Found]:
    """Reporters and editors. Whom the page calls its editor is no reporter, whatever JSON-LD says (Kompas, Antara, Tribun)."""
    rules, page = values.rules, values.page
    if any(page.select(css) for css in (*rules.authors, *rules.editors)):  # the outlet's rules hold here: nobody else is looked for
        around = None
    printed = around.attribution() if around else CleanedLines()
    editors = _first_names(values, "editors")
    editors = editors._replace(names=merge_names([*editors.names, *_editors_in_keywords(values)], printed.editors))
    authors = _first_names(values, "authors", without={*map(_folded, editors.names)} - {*map(_folded, printed.authors)})
    chosen, labelled = {*map(_folded, authors.names)}, {*map(_folded, printed.labelled)}
    if labelled and (chosen < labelled or not chosen & labelled):
        authors = _Found([])  # JSON-LD names the first of them, or whoever typed it in
    if _are_initials(authors.names):
        creators = [name for text in strings(values.article.get("creator")) for name in read_names(text, values.publisher_names)]
        if names := creators or printed.authors or (around.marked_authors(values.publisher_names) if around else []):
            authors = _Found(names, "generic")
    return authors, editors


def _sign(authors: _Found, editors: _Found, cleaned: Sequence[CleanedLines], *, prints_bylines: bool) -> tuple[_Found, _Found]:
    """Reporters and editors, those included whom the story's own lines name, where nothing else does."""
    signed = list(dict.fromkeys(name for each in cleaned for name in each.authors))
    if signed and (not authors.names or set(authors.names) <= set(editors.names)):
        authors = _Found(signed, "text")
    if not editors.names and (names := list(dict.fromkeys(name for each in cleaned for name in each.editors))):
        editors = _Found(names, "text")
    initials = next((each.initials for each in cleaned if each.initials), [])
    # only where the outlet prints bylines do initials stand for a person; for nobody in "(tim/rcn)", which means the desk
    if initials and not authors.names and prints_bylines and (names := read_names(initials[0])):
        authors = _Found(names, "text")
    if initials and not editors.names and authors.names == initials[:1]:
        editors = _Found(initials[1:], "text")
    return authors, editors


def _first_names(values: CandidateValues, field: Literal["authors", "editors"], without: Collection[str] = ()) -> _Found:
    """The names of the first source that has any but those in ``without`` (folded); initials only where no source has more."""
    said = (
        (value.source, [name for name in values.names(field, value.texts) if _folded(name) not in without]) for value in values.of(field)
    )
    found = [_Found(names, source) for source, names in said if names]
    return next((each for each in found if not _are_initials(each.names)), found[0] if found else _Found([]))


def _are_initials(names: Sequence[str]) -> bool:
    """Whether names tell no more than a newsroom's initials, "bgs" (detik, until 2016); no names do not either."""
    return all(map(_INITIALS.fullmatch, names))


def _editors_in_keywords(values: CandidateValues) -> list[str]:
    texts = strings(values.article.get("keywords"))
    return [name for text in texts if text.startswith("Editor:") for name in read_names(text.removeprefix("Editor:"))]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _agencies(
    values: CandidateValues, headline: Headline | None, caption: str | None, cleaned: Sequence[CleanedLines], text: str
) -> list[AgencyMention]:
    """Whom the credits, the captions and the story name; never the publisher of the page."""
    captions = [*filter(None, [caption]), *(line for each in cleaned for line in each.captions)]
    mentions = [
        *(AgencyMention(name, "text") for name in (*(name for each in cleaned for name in each.agencies), *_printed_sources(values))),
        *agencies_in_text(f"{headline.text}\n{text}" if headline else text),
        *(mention for line in captions for mention in agencies_in_caption(line)),
    ]
    publisher = [*values.publisher_names, *(urlsplit(values.page.url).hostname or "").split(".")]
    return [mention for mention in dict.fromkeys(mentions) if not is_publisher_of(mention.agency, publisher)]


def _printed_sources(values: CandidateValues) -> Iterator[str]:
    """The agencies in lines of their own outside the story: "Sumber : Associated Press" (KOMPAS.TV, 2024-06)."""
    # asking for elements by their text costs a tenth of reading a page, and the page in small letters a thirtieth (2026-11)
    may_be_there = any(map(values.page.source.__contains__, (b"sumber", b"Sumber", b"SUMBER")))
    for element in values.page.select(_SOURCE_LINE) if may_be_there else ():
        line = tidy(text_of(element))
        if len(line) < _LONGEST_SOURCE_LINE and line.casefold().startswith("sumber"):
            yield from agencies_of_source(line.partition(":")[2])


# --- the rest


def _begins(body: str, subtitle: str) -> bool:
    """Whether a description is the beginning of the body once more: often the lead, cut off in the middle of a word."""
    return " ".join(subtitle[:60].split()[:-1]) in body[: 200 + len(subtitle)]


def _tags(values: CandidateValues) -> tuple[list[str], str | None]:
    """The article's tags, each once."""
    for value in values.of("tags"):
        parts = [part.strip() for text in value.texts for part in text.split(",")]
        if tags := list(dict.fromkeys(part for part in parts if part and not _NO_TAG.match(part))):
            return tags, value.source
    return [], None


def _image_caption(values: CandidateValues, headline: Headline | None) -> tuple[str | None, str | None]:
    """The caption of the lead image, its credit included; without the headline that Katakini prints before it."""
    if value := values.first("image_caption"):
        caption, source = value.texts[0], value.source
    else:
        captions = (tidy(text_of(element)) for element in values.page.select("figcaption"))
        caption, source = next((text for text in captions if text and not NO_CAPTION.fullmatch(text)), ""), "generic"
    bare = caption.removeprefix(headline.text if headline else "").strip().removeprefix("Foto:").strip()
    return bare or None, source if caption else None


def original_url(values: CandidateValues) -> str | None:
    """On an aggregator's page: the absolute address, on another host, of the article it was copied from."""
    page, rules = values.page, values.rules
    if not rules.original:
        return None
    selected = [element for css in rules.original for element in page.select(css)]
    labelled = (anchor for anchor in page.tree.css("a") if text_of(anchor).casefold() in _TO_ORIGINAL)
    for element in (*selected, *labelled):
        address = page.absolute(attribute(element, "href"))
        if address and urlsplit(address).netloc != urlsplit(page.url).netloc:
            return address
    return None


# --- where sources differ


def _disagreements(values: CandidateValues, times: Times, authors: _Found) -> dict[str, dict[str, str]]:
    """Field → source → what it says, of every field on which the sources that say anything differ."""
    said = {
        "headline": _said(values, "headline", lambda texts: title_in(texts[0], values)),
        "published_at": _said(values, "published_at", times.minute),
        "modified_at": _said(values, "modified_at", times.minute),
        "authors": _said(values, "authors", lambda texts: ", ".join(values.names("authors", texts))),
    }
    if said["authors"] and authors.source:
        said["authors"].setdefault(authors.source, ", ".join(authors.names))
    elif said["authors"]:  # whoever is named as the author is the editor elsewhere on the page
        said["authors"]["generic"] = ""
    return {field: by_source for field, by_source in said.items() if len({_folded(text) for text in by_source.values()}) > 1}


def _said(values: CandidateValues, field: str, read: Callable[[list[str]], str]) -> dict[str, str]:
    """What each source says, whether or not it is taken; silent ones are left out."""
    said: dict[str, str] = {}
    for source in SOURCES[:-1]:
        texts = (read(value.texts) for value in values.by_source(source, field))
        if text := next(filter(None, texts), None):
            said[source] = text.replace("\0", "")  # JSON-LD may hold one; jsonb does not
    return said


VOCABULARY = (_NO_TAG.pattern, "Editor:", *_TO_ORIGINAL)
