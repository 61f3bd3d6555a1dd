"""Readers of a page: this project's, and what else there is. Each imports what it needs when it is loaded."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

Found = dict[str, Any]  # headline, published_at (ISO 8601), authors, body: as far as a reader finds them
Read = Callable[[bytes, Mapping[str, Any]], Found]  # a page's content, and what is known of it: url, fetched_at, outlet, language, rules


class Reader(NamedTuple):
    """One column of the comparison."""

    name: str
    package: str  # as it is installed; empty for this project
    load: Callable[[], Read]  # imports it
    finds: str = "headline, published_at, authors, body"  # which of them are its business


def _decoded(content: bytes) -> str:
    """What a reader that takes no bytes is given."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _lxml() -> Read:
    from lxml import html

    def read(content: bytes, page: Mapping[str, Any]) -> Found:  # noqa: ARG001
        html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
        return {}

    return read


def _poros(*, generic: bool) -> Read:
    from crawler.reading.page import Page
    from crawler.reading.reader import NotAnArticle
    from crawler.reading.reader import read as read_article
    from crawler.reading.rules import PageRules

    declared: dict[str, list[PageRules]] = {}

    def rules_of(page: Mapping[str, Any]) -> list[PageRules]:
        if generic or not page["rules"]:
            return [PageRules(body=())]
        return [PageRules(**{**each, "until": each["until"] and date.fromisoformat(each["until"])}) for each in page["rules"]]

    def read(content: bytes, page: Mapping[str, Any]) -> Found:
        if (rules := declared.get(page["path"])) is None:
            rules = declared[page["path"]] = rules_of(page)
        try:
            article = read_article(
                [Page(content, page["url"])],
                rules,
                outlet=page["outlet"],
                article_id="",
                url=page["url"],
                fetched_at=datetime.fromisoformat(page["fetched_at"]),
            )
        except NotAnArticle:
            return {}
        published = article.published_at.isoformat() if article.published_at else None
        return {"headline": article.headline, "published_at": published, "authors": article.authors, "body": article.body}

    return read


def _trafilatura(*, with_metadata: bool) -> Read:
    from trafilatura import bare_extraction

    def read(content: bytes, page: Mapping[str, Any]) -> Found:
        found = bare_extraction(_decoded(content), url=page["url"], with_metadata=with_metadata, include_comments=False, as_dict=True)
        found = found or {}
        authors = (found.get("author") or "").split("; ")
        return {
            "headline": found.get("title"),
            "published_at": found.get("date"),
            "authors": [name for name in authors if name],
            "body": found.get("text") or "",
        }

    return read


def _readability() -> Read:
    from html_text import extract_text
    from readability import Document

    def read(content: bytes, page: Mapping[str, Any]) -> Found:
        document = Document(_decoded(content), url=page["url"])
        return {"headline": document.short_title(), "body": extract_text(document.summary(html_partial=True))}

    return read


def _newspaper() -> Read:
    from newspaper import Article

    def read(content: bytes, page: Mapping[str, Any]) -> Found:
        article = Article(page["url"], fetch_images=False, **page["language"])  # it finds out itself where none is named
        article.download(input_html=_decoded(content))
        article.parse()
        published = article.publish_date
        return {
            "headline": article.title,
            "published_at": published.isoformat() if isinstance(published, datetime) else None,
            "authors": list(article.authors),
            "body": article.text,
        }

    return read


def _resiliparse() -> Read:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def read(content: bytes, page: Mapping[str, Any]) -> Found:  # noqa: ARG001
        tree = HTMLTree.parse(_decoded(content))
        return {"body": extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False)}

    return read


READERS = (
    Reader("parsing alone", "lxml", _lxml, ""),
    Reader("Poros", "", lambda: _poros(generic=False)),
    Reader("Poros, no outlet's rules", "", lambda: _poros(generic=True)),
    Reader("resiliparse", "resiliparse", _resiliparse, "body"),
    Reader("readability", "readability-lxml", _readability, "headline, body"),
    Reader("trafilatura, text alone", "trafilatura", lambda: _trafilatura(with_metadata=False), "body"),
    Reader("trafilatura", "trafilatura", lambda: _trafilatura(with_metadata=True)),
    Reader("newspaper4k", "newspaper4k", _newspaper),
)
