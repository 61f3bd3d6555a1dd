"""An outlet's declaration as it would be written, from what was found of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from string import Template

from crawler import families
from crawler.clock import WIB
from crawler.declarations.check import start_times
from crawler.discovery.routes import Route
from crawler.outlet import OutletSpider
from crawler.preview.selectors import places
from crawler.proposals.investigation import Findings
from crawler.reading.nodes import Node
from crawler.reading.page import Page
from crawler.reading.reader import MOST_PAGES, examine
from crawler.reading.rules import PageRules

_WIDTH = 140
_PAGINGS = (".pagination a", ".paging a", ".pages a", ".halaman a")
_ALL_ON_ONE = re.compile(r"[?&]((?:page|showpage|single|view)=(?:all|1))\b")


def free_minute(outlets: Iterable[type[OutletSpider]]) -> int:
    """The first minute of an hour at which no outlet is crawled."""
    taken = {minute for each in outlets for minute in (start_times(each.minute, each.period) or ((), ()))[0]}
    return next(minute for minute in range(60) if minute not in taken)


def render(template: Path, name: str, found: Findings, *, minute: int, is_live: bool, now: datetime) -> str:
    """Return the source of crawler/spiders/NAME.py."""
    readings = [*_readings(found.articles, now)]
    family = family_of(found.articles)
    rules, is_signed = _rules(readings, family, now)
    articles, helpers = _articles(found)
    routes = [*_routes(found)]
    used = {each.partition("(")[0].lstrip("*") for each in routes}
    imports = {
        "crawler.discovery.feeds": used & {"Feed", "NewsSitemap"},
        "crawler.discovery.routes": used & {"DateIndex", "SectionPage"}
        | ({"tag_pages"} if any(each.startswith("*tag") for each in routes) else set()),
        "crawler.expectations": set() if is_signed else {"Expectations"},
        "crawler.families": helpers | ({family} if family else set()),
        "crawler.outlet": {"OutletSpider"},
        "crawler.reading.rules": set() if family else {"PageRules"},
        "crawler.urls": set() if helpers else {"ArticleUrls"},
    }
    month = f"{now.astimezone(WIB):%Y-%m}"
    world = f'World news has "{found.world}" in its address.' if found.world else "No address tells the world news from the rest."
    return Template(template.read_text("utf-8")).substitute(
        doc=f"{_text(found.title)}. Proposed by scrapy genspider from {'its site' if is_live else 'saved pages'} ({month}).",
        imports="\n".join(f"from {module} import {', '.join(sorted(names))}" for module, names in imports.items() if names),
        classname="".join(map(str.capitalize, name.split("_"))) + "Spider",
        classdoc=world,
        name=name,
        title=_text(found.title),
        home=found.home,
        proven=f"{'live' if is_live else 'real page'} {month}",
        minute=minute,
        domain=found.domain,
        articles=articles,
        routes="\n".join(f"        {each}," for each in routes),
        expects="" if is_signed else "    expects = Expectations(authors=0)  # the articles seen have no byline\n",
        page=rules,
    )


def family_of(pages: Sequence[Page]) -> str | None:
    """The name of the family's rules, where the pages are a publisher group's that is here already."""
    for name, mark in families.MARKS.items():
        if pages and all(mark in page.source for page in pages):
            return name
    return None


def steps(name: str, found: Findings) -> Iterator[str]:
    """Yield the commands that come next, with addresses of the outlet's own."""
    longest = sorted(found.articles, key=lambda page: len(page.source))
    cases = {"ordinary": longest[len(longest) // 2] if longest else None, "longest": longest[-1] if len(longest) > 1 else None}
    yield from (f"scrapy record '{page.url}' {case}" for case, page in cases.items() if page)
    if found.no_article:
        yield f"scrapy record '{found.no_article}' list"
    yield "scrapy check --write"
    yield f"scrapy crawl {name}"
    yield f"scrapy doctor {name}"


# --- articles


def _articles(found: Findings) -> tuple[str, set[str]]:
    """The attribute, and which helpers of crawler/families.py stand in it."""
    query = next((match[1] for page in found.articles for url, _ in page.links() if (match := _ALL_ON_ONE.search(url))), "")
    further = [f'exclude=r"{found.shape.exclude}"'] * bool(found.shape.exclude) + [f'query="{query}"'] * bool(query)
    is_on_www = found.shape.is_on_www(found.domain)
    if is_on_www and found.home == f"https://www.{found.domain}/":
        return _call(4, "articles_on_www", f'"{found.domain}"', f'r"{found.shape.path}"', *further), {"articles_on_www"}
    rewrite = [r'rewrite=[(r"//(?:www|m)\.", "//")]'] * is_on_www
    return _call(4, "ArticleUrls", f'pattern=r"{found.shape.pattern(found.domain)}"', *rewrite, *further), set()


def _call(indent: int, function: str, *given: str) -> str:
    """A call on one line, or on as many as it takes."""
    line = f"{function}({', '.join(given)})"
    if indent + len("articles = ") + len(line) < _WIDTH:
        return line
    blanks = " " * indent
    return "\n".join([f"{function}(", *(f"{blanks}    {each}," for each in given), f"{blanks})"])


# --- routes


def _routes(found: Findings) -> Iterator[str]:
    """Yield each route as it is written, the front page last where there are fewer than two."""
    for route in found.routes:
        url = f'f"{{home}}{_braces(route.url.removeprefix(found.home))}"' if route.url.startswith(found.home) else f'"{route.url}"'
        if route.name == "tag pages":
            yield f"*tag_pages({url})"
            continue
        given = [f'name="{route.name}"', f"url={url}"]
        given += [f"{each.name}={_value(getattr(route, each.name))}" for each in fields(route) if _is_told(route, each.name, each.default)]
        yield _call(8, type(route).__name__, *given)
    if len(found.routes) < 2:
        yield 'SectionPage(name="home", url=home, url_filter=None)'


def _is_told(route: Route, name: str, default: object) -> bool:
    return name not in {"name", "url"} and default is not MISSING and getattr(route, name) != default


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_value, value))}{',' * (len(value) == 1)})"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _braces(template: str) -> str:
    """A template as it stands in an f-string."""
    return template.replace("{", "{{").replace("}", "}}")


def _text(text: str) -> str:
    return text.replace("\\", "").replace('"', "'").strip()


# --- pages


def _readings(pages: Iterable[Page], now: datetime, rules: PageRules | None = None) -> Iterator[tuple[Page, list[Node], str, bool]]:
    """Yield of each page that is an article: the elements that were kept, the body, and whether it is signed."""
    for page in pages:
        reading = examine([page], rules or PageRules(body=()), outlet="", article_id="", url=page.url, fetched_at=now)
        if reading.article and reading.kept:
            yield page, list(reading.kept), reading.article.body, bool(reading.article.authors)


def _rules(readings: Sequence[tuple[Page, list[Node], str, bool]], family: str | None, now: datetime) -> tuple[str, bool]:
    """The rules, and whether articles are signed: the element in which generic reading found the stories, if all are read from it alike."""
    is_signed = not readings or sum(signed for *_, signed in readings) > len(readings) / 2
    if family:
        return family, is_signed
    bodies = [body for _, _, body, _ in readings]
    pages = [page for page, *_ in readings]
    chosen = ""
    for css in _places(readings):
        again = [body for _, _, body, _ in _readings(pages, now, PageRules(body=(css,)))]
        if again == bodies:
            chosen = f'"{css}",'
            break
    paging = next((css for css in _PAGINGS if any(0 < len(page.select(css)) <= MOST_PAGES for page in pages)), "")
    return f"PageRules(body=({chosen}){f', pages=({paging!r},)' if paging else ''})".replace("'", '"'), is_signed


def _places(readings: Sequence[tuple[Page, list[Node], str, bool]]) -> list[str]:
    """Selectors of what holds the whole story on every page, the innermost first."""
    of_pages = [places(page, kept) for page, kept, *_ in readings]
    return [css for css in (of_pages[0] if of_pages else []) if all(css in each for each in of_pages)]
