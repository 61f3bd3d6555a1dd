"""The ways of finding stories whose lists are XML: feeds and sitemaps. Most of what they say wrongly is read rightly all the same."""

import gzip
import html
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree
from w3lib.encoding import html_to_unicode

from crawler.article import Precision
from crawler.discovery.links import Entry
from crawler.discovery.routes import Listing, Route
from crawler.reading.dates import ParsedTime, parse_time
from crawler.reading.text import tidy
from crawler.urls import is_well_formed

MOST_URLS = 50_000  # of one sitemap, by the protocol
_MIDNIGHT = time()
_LONGEST_XML = 50 * 1024 * 1024  # bytes after decompression, by the sitemaps protocol
# Elements of RSS, Atom (1.0 and 0.3), Dublin Core and sitemaps, the nearest to a time of publication first
_TIMES = ("pubdate", "published", "publication_date", "issued", "created", "date", "updated", "modified", "lastmod")
# Of the elements with a prefix, these say something of the entry; those of pictures and videos have titles, too, and are left out.
_EXTENSION = re.compile(r"(?:dc|dcterms|atom|a10|news|feedburner):|.*(?:purl\.org/(?:dc|rss)/|/Atom$|/sitemap-news/|/sitemap/)")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(html|rss|feed|rdf|urlset|sitemapindex)(?=[\s>/])", re.IGNORECASE)
_INLINE = "a|b|em|font|i|mark|small|span|strong|sub|sup|u"
_HTML = rf"</?(?:{_INLINE}|blockquote|br|center|div|h[1-6]|hr|img|li|ol|p|ul|wbr)(?=[\s/>])[^<>]*>"  # no list of XML has such elements
_MARKUP = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#\d+|#[xX][\da-fA-F]+|\w+);|&|<(?!/?[a-z_:]|[!?])|" + _HTML.encode(), re.DOTALL | re.IGNORECASE
)
_CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\r")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_TAG = re.compile(rf"</?(?:(?:{_INLINE})|([a-z]\w*))(?:\s[^<>]*)?/?>", re.IGNORECASE)  # with a group where it ends a line


@dataclass(frozen=True, kw_only=True)
class Feed(Route):
    """An RSS or Atom feed."""

    provides: Sequence[str] = ("title", "summary", "time")  # as most feeds do

    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:
        """Return every entry of the feed that leads somewhere."""
        root = _parse_xml(content, url, encoding, "rss", "feed", "rdf")
        return Listing(entries=[*_read_entries(root.iter("{*}item", "{*}entry"), url, fetched_at)])


@dataclass(frozen=True, kw_only=True)
class NewsSitemap(Route):
    """A sitemap in Google's news format, or an index of such sitemaps, of which those matching ``children`` are read."""

    children: str = r"."  # a regular expression: which sitemaps of an index are read
    provides: Sequence[str] = ("title", "keywords", "time")  # as Google's news format does; a plain sitemap has times alone

    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:
        """Return the URLs of a sitemap, or the sitemaps of an index, those that changed last before the others."""
        root = _parse_xml(content, url, encoding, "urlset", "sitemapindex")
        children = [each for each in _read_entries(root.iter("{*}sitemap"), url, fetched_at) if re.search(self.children, each.url)]
        children.sort(key=lambda child: child.published_at or fetched_at, reverse=True)
        return Listing(entries=[*_read_entries(root.iter("{*}url"), url, fetched_at)], further=[child.url for child in children])


# --- an entry


def _read_entries(nodes: Iterable[etree._Element], url: str, fetched_at: datetime) -> Iterator[Entry]:
    for node in islice(nodes, MOST_URLS):
        fields = _fields(node)
        if addresses := _addresses(node, fields, url):
            yield Entry(
                url=addresses[0],
                other_urls=tuple(addresses[1:]),
                title=_first_text(fields, "title"),
                summary=_first_text(fields, "description", "summary"),
                keywords=tuple(filter(None, map(str.strip, (_first_text(fields, "keywords") or "").split(",")))),
                published_at=_time(fields, fetched_at),
            )


def _fields(entry: etree._Element) -> dict[str, list[etree._Element]]:
    """What an entry says of itself by local name (lower case): its own elements, then those of extensions."""
    own: dict[str, list[etree._Element]] = {}
    extensions: dict[str, list[etree._Element]] = {}
    for parent in (entry, *(child for child in entry.iterchildren("*") if _name(child)[1] == "news")):
        for child in parent.iterchildren("*"):
            prefix, name = _name(child)
            if prefix in {"", _name(parent)[0]}:
                own.setdefault(name, []).append(child)
            elif _EXTENSION.match(f"{prefix}:{child.nsmap.get(child.prefix)}"):
                extensions.setdefault(name, []).append(child)
    return {name: own.get(name, []) + extensions.get(name, []) for name in {**own, **extensions}}


def _name(element: etree._Element) -> tuple[str, str]:
    """The prefix and the local name in lower case, also of a prefix that nobody has declared."""
    prefix, _, name = str(element.tag).rpartition("}")[2].lower().rpartition(":")
    return prefix or (element.prefix or "").lower(), name


def _addresses(entry: etree._Element, fields: dict[str, list[etree._Element]], url: str) -> list[str]:
    """Every address that an entry gives for itself, absolute and well formed, the likeliest first."""
    links = sorted(fields.get("link", ()), key=lambda link: "html" not in link.get("type", "html"))
    alternates = [link for link in links if link.get("rel", "alternate").lower() == "alternate"]
    elements = (*fields.get("loc", ()), *fields.get("origlink", ()), *alternates)
    told = [(element, _raw(element) or element.get("href", "")) for element in elements]
    identities = [(element, _raw(element)) for name in ("guid", "id") for element in fields.get(name, ())]
    about = (entry, next((value for name, value in entry.items() if name.endswith("}about")), ""))
    told += [(element, text) for element, text in (*identities, about) if re.match(r"https?://|/", text)]
    found = list[str]()
    for element, text in told:
        # A line break is no part of an address, and one that was escaped twice still holds an "&amp;"
        address = "".join(map(str.strip, text.splitlines())).replace("&amp;", "&")
        with suppress(ValueError):
            if not address.startswith(("http://", "https://")):
                address = urljoin(element.base or url, f"//{address}" if address.startswith("www.") else address)
            if text and is_well_formed(address):
                found.append(address)
    # In some feeds every link leads to the home page, and the guid to the article (Tribunnews 2026-07)
    return sorted(dict.fromkeys(found), key=_is_home)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return not (parts.path.strip("/") or parts.query)


def _time(fields: dict[str, list[etree._Element]], fetched_at: datetime) -> datetime | None:
    """The time of publication: the first that can be read, more exactly by another of the same day."""
    texts = (_raw(element) for name in _TIMES for element in fields.get(name, ()))
    times = [time for text in texts if (time := parse_time(text, fetched_at=fetched_at))]
    first = times[0].instant if times else None
    same_day = (time for time in times if first and time.instant.astimezone(first.tzinfo).date() == first.date())
    return next((time.instant for time in same_day if not _is_coarse(time)), first)


def _is_coarse(time: ParsedTime) -> bool:
    """Whether it is no more than a day: its first second is what programs make of a date."""
    return time.precision is not Precision.MINUTE or time.instant.time() == _MIDNIGHT


def _raw(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _first_text(fields: dict[str, list[etree._Element]], *names: str) -> str | None:
    """The text of the first of the elements that has one, without its markup; many have been escaped twice."""
    for element in (element for name in names for element in fields.get(name, ())):
        text = _TAG.sub(lambda tag: " " if tag[1] else "", _raw(element))
        if text := tidy(html.unescape(html.unescape(text))):
            return text
    return None


# --- the document


def _parse_xml(content: bytes, url: str, encoding: str | None, *roots: str) -> etree._Element:
    """Return the root; before it anything may stand: blank lines, comments, what PHP warns of. Raises ValueError where it is another."""
    content = _utf8(_unzipped(content), encoding).translate(None, _CONTROLS)
    start = _ROOT.search(content)
    if start is None or start[1].decode().lower() not in roots:
        raise ValueError(f"not XML of the kind {' or '.join(roots)}")
    # From the root on there is no DOCTYPE: no entities, no network. recover: a fault must not cost more than the entry it stands in.
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        # The element around it is for what follows: warnings, or a second document
        root = etree.fromstring(b"<list>%b</list>" % _MARKUP.sub(_mended, content[start.start() :]), parser, base_url=url)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"broken XML: {error}") from None
    if root is None:
        raise ValueError("broken XML: nothing in it can be read")
    return root


def _mended(markup: re.Match[bytes]) -> bytes:
    """What stands in XML for an HTML entity or tag, a number of no character, a bare "&" or "<"; a CDATA section is left as it is."""
    if markup[0].startswith(b"<!"):
        return markup[0]
    return html.escape(html.unescape(markup[0].decode())).encode()


def _utf8(content: bytes, encoding: str | None) -> bytes:
    """UTF-8 for what is UTF-8 whatever it says of itself, else by the header or declaration; windows-1252 for what has no UTF-8 at all."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        name, text = html_to_unicode(f"text/xml; charset={encoding}" if encoding else None, content, default_encoding="utf-8")
        if name == "utf-8" and not _UTF8_LETTER.search(content):
            text = content.decode("cp1252", "replace")
        return text.encode("utf-8", "replace")
    return content


def _unzipped(content: bytes) -> bytes:
    """Unpack what is served as a .gz file. Raises ValueError for a broken one, or one that grows beyond all reason."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            unzipped = file.read(_LONGEST_XML + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"a broken gzip file: {error}") from None
    if len(unzipped) > _LONGEST_XML:
        raise ValueError(f"a gzip file of more than {_LONGEST_XML >> 20} MiB")
    return unzipped
