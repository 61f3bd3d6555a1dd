"""The ways of finding stories whose lists are XML: feeds and sitemaps."""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import islice

from lxml import etree

from crawler.discovery.links import Entry
from crawler.discovery.routes import Listing, Route
from crawler.reading.dates import parse_time

MOST_URLS = 50_000  # of one sitemap, by the protocol
_TIMES = ("pubDate", "published", "publication_date", "updated", "date", "lastmod")  # elements of RSS, Atom, Dublin Core and sitemaps
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)  # it declares entities, if anything: not trusted
_LONGEST_XML = 50 * 1024 * 1024  # bytes after decompression, by the sitemaps protocol


@dataclass(frozen=True, kw_only=True)
class Feed(Route):
    """An RSS or Atom feed."""

    provides: Sequence[str] = ("title", "summary", "time")

    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:  # noqa: ARG002
        """Return every well-formed entry of the feed."""
        return Listing(entries=[*_read_entries(_parse_xml(content, "rss", "feed", "RDF").iter("{*}item", "{*}entry"), fetched_at)])


@dataclass(frozen=True, kw_only=True)
class NewsSitemap(Route):
    """A sitemap in Google's news format, or an index of such sitemaps, of which those matching ``children`` are read."""

    children: str = r"."
    provides: Sequence[str] = ("title", "keywords", "time")

    def read(self, content: bytes, url: str, *, encoding: str | None, fetched_at: datetime) -> Listing:  # noqa: ARG002
        """Return the URLs of a sitemap, or the sitemaps of an index."""
        root = _parse_xml(content, "urlset", "sitemapindex")
        locations = filter(None, (_fields(node).get("loc") for node in root.iter("{*}sitemap")))
        further = [location for location in locations if re.search(self.children, location)]
        return Listing(entries=[*_read_entries(root.iter("{*}url"), fetched_at)], further=further)


def _read_entries(nodes: Iterable[etree._Element], fetched_at: datetime) -> Iterator[Entry]:
    for node in islice(nodes, MOST_URLS):
        fields = _fields(node)
        url = fields.get("loc") or next((href for link in node.iter("{*}link") if (href := link.get("href"))), fields.get("link"))
        time = parse_time(next((fields[name] for name in _TIMES if name in fields), ""), fetched_at=fetched_at)
        if url:
            yield Entry(
                url=url,
                title=fields.get("title"),
                summary=fields.get("description") or fields.get("summary"),
                keywords=tuple(word.strip() for word in fields.get("keywords", "").split(",") if word.strip()),
                published_at=time.instant if time else None,
            )


def _parse_xml(content: bytes, *roots: str) -> etree._Element:
    content = _DOCTYPE.sub(b"", _unzipped(content).lstrip(), count=1)
    # recover: one bare "&" must not cost the whole feed. No entities, no network: listings are not trusted.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding=_encoding(content))
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"broken XML: {error}") from None
    if root is None or etree.QName(root).localname not in roots:
        raise ValueError(f"not XML of the kind {' or '.join(roots)}")
    return root


def _encoding(content: bytes) -> str | None:
    """UTF-8 for what is UTF-8 whatever it says of itself; None for what has to say."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


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


def _fields(element: etree._Element) -> dict[str, str]:
    """Map the local names of an element's descendants to their text; children win over grandchildren, the first over the next."""
    fields: dict[str, str] = {}
    for child in (*element.iterchildren(etree.Element), *element.iterdescendants(etree.Element)):
        if text := (child.text or "").strip():
            fields.setdefault(etree.QName(child).localname, text)
    return fields
