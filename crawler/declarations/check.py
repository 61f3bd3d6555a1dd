"""Checks the values of a declaration, when its class is made: no page is asked for, and nothing of it is run."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from string import Formatter
from typing import Any, ClassVar, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from scrapy.settings import default_settings

from crawler.declarations.words import fits, in_words, meant, wrong_type
from crawler.discovery.routes import DateIndex, Route, Search
from crawler.expectations import Expectations
from crawler.reading.candidates import SOURCES
from crawler.reading.page import InvalidSelectorError, Page
from crawler.reading.rules import PageRules, every_rule
from crawler.urls import ArticleUrls, is_under

DAY = 24 * 60  # minutes
PROVIDED = ("title", "summary", "keywords", "time")
PROOFS = ("live", "real page", "replica", "listing", "saved text", "public scraper")
_ALL_PAGES = ("page", "showpage", "single", "view")  # what outlets call the parameter that shows an article on one page
_GROUPS = ("id", "day", "clock")
_NO_FIELDS = ("noise", "noise_phrases", "original", "pages", "source_order", "until")  # of PageRules: no field of an article
_HOST = re.compile(r"(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}(?![\w.-])")
_NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
_OTHER_DAYS = (date(2026, 11, 24), date(2026, 12, 23), date(2027, 11, 23))
_EMPTY = Page("", "")


def start_times(minute: int, period: timedelta) -> tuple[list[int], list[int]] | None:
    """The minutes and the hours at which an outlet is crawled; None for a period that no schedule can say."""
    every = period // timedelta(minutes=1)
    times = range(minute % every, DAY, every) if every > 0 else ()
    minutes, hours = sorted({at % 60 for at in times}), sorted({at // 60 for at in times})
    return None if not times or DAY % every or len(minutes) * len(hours) != len(times) else (minutes, hours)


def problems(declared: Mapping[str, object], hints: Mapping[str, Any], known: Mapping[str, object]) -> Iterator[str]:
    """Yield what is wrong with the attributes of a class, each with a remedy.

    ``declared``: those in its own body; ``hints``: the type of every attribute that there is; ``known``: what it inherits, too.
    """
    for name, value in declared.items():
        if name.startswith("_") or callable(value) or isinstance(value, (classmethod, staticmethod, property)):
            continue
        if name not in hints:
            yield f"{name} is no attribute of an outlet{meant(name, hints)}"
        elif not fits(value, hints[name]):
            yield f"{name} {wrong_type(value, hints[name])}"
        else:
            yield from (f"{name}{said}" for said in _CHECKS[name](value, known)) if name in _CHECKS else ()


def _of_name(name: str, _: Mapping[str, Any]) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        yield f" is {name!r}, and has to be of small letters, digits and _"


def _of_title(title: str, _: Mapping[str, Any]) -> Iterator[str]:
    if not title.strip():
        yield " is empty: say what readers call the outlet"


def _of_home(home: str, known: Mapping[str, Any]) -> Iterator[str]:
    yield from _of_address(home, known.get("allowed_domains") or ())


def _of_access(access: str, _: Mapping[str, Any]) -> Iterator[str]:
    if access and not re.search(r"\(20\d\d-\d\d\)$", access):
        yield " has to end with the month it was seen, such as (2026-11)"


def _of_what_is_waited_for(css: str, _: Mapping[str, Any]) -> Iterator[str]:
    yield from _of_selectors([css] if css else [])


def _of_settings(given: Mapping[str, Any] | None, _: Mapping[str, Any]) -> Iterator[str]:
    yield from (f" has {key}, which is no setting{meant(key, _settings())}" for key in given or () if key not in _settings())


def _of_address(url: str, domains: Sequence[str]) -> Iterator[str]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield f" {url!r} is no address: begin it with https://"
    elif re.match(r"(?!www\.)w{1,4}\.|[vw]{3,4}\.(?<!www\.)", parts.hostname):
        yield f" {url} is on {parts.hostname}; did you mean www.{parts.hostname.partition('.')[2]}?"
    elif domains and not is_under(parts.hostname, domains):
        yield f" {url} is on {parts.hostname}, which is under none of allowed_domains{meant(parts.hostname, domains)}"


def _of_domains(domains: Sequence[str], _: Mapping[str, Any]) -> Iterator[str]:
    if not domains:
        yield " is empty: every host would be refused"
    for domain in domains:
        if not re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}|localhost|[\d.]+", domain):
            host = urlsplit(domain if "//" in domain else f"//{domain}").hostname or domain
            yield f" has {domain!r}, which is no host: write {host.removeprefix('www.')!r}"


def _of_minute(minute: int, known: Mapping[str, Any]) -> Iterator[str]:
    period = known.get("period")
    longest = max(60, period // timedelta(minutes=1)) if isinstance(period, timedelta) else 60
    if not 0 <= minute < longest:
        yield f" is {minute}, and has to be from 0 to {longest - 1}"


def _of_period(period: timedelta, _: Mapping[str, Any]) -> Iterator[str]:
    if start_times(0, period) is None:
        yield f" of {period} is none that a schedule can say: 60 minutes or 24 hours divided by a whole number"


def _of_proof(proven: str, _known: Mapping[str, Any]) -> Iterator[str]:
    for each in proven.split(", "):
        kind, _, month = each.rpartition(" ")
        if kind not in PROOFS:
            yield f" says {kind or each!r}{meant(kind or each, PROOFS)}"
        elif not re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", month):
            yield f" says {each!r}: what it is known from is followed by a month, such as {kind} 2026-07"


@cache
def _settings() -> frozenset[str]:
    from crawler import settings as project  # noqa: PLC0415 - it reads the environment as it is imported: that is the command's to choose

    return frozenset(name for module in (default_settings, project) for name in vars(module) if name.isupper())


# --- values of the classes that declarations are made of


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """The type of each field of a class, or of each class variable where it has no fields."""
    found = get_type_hints(kind)
    return {
        name: get_args(hint)[0] if get_origin(hint) is ClassVar else hint
        for name, hint in found.items()
        if get_origin(hint) is ClassVar or is_dataclass(kind)
    }


def _of_types(value: Any, label: str) -> Iterator[str]:
    hints = hints_of(value.__class__)
    for each in fields(value):
        if not fits(given := getattr(value, each.name), hints[each.name]):
            yield f"{label}.{each.name} {wrong_type(given, hints[each.name])}"


def _of_expression(source: str) -> str | None:
    try:
        re.compile(source)
    except re.error as error:
        return f"{source!r} is no regular expression: {error}"
    return None


def _of_articles(articles: ArticleUrls, known: Mapping[str, Any]) -> Iterator[str]:
    if wrong := [*_of_types(articles, "")]:
        yield from wrong
        return
    expressions = {"pattern": [articles.pattern], "exclude": [articles.exclude or ""], "rewrite": [each for each, _ in articles.rewrite]}
    faults = [f".{name} {fault}" for name, sources in expressions.items() for source in sources if (fault := _of_expression(source))]
    if faults:
        yield from faults
        return
    groups = re.compile(articles.pattern).groupindex
    if "id" not in groups:
        yield ".pattern has no group (?P<id>…), which is the article's own id" + "".join(meant(each, _GROUPS) for each in groups)
    yield from (f".pattern has a group {each}{meant(each, _GROUPS)}" for each in groups if each not in _GROUPS)
    for expression, replacement in articles.rewrite:
        try:
            re.sub(expression, replacement, "")
        except (re.error, IndexError) as error:
            yield f".rewrite cannot put in {replacement!r}: {error}"
    yield from _of_query(articles.query)
    domains = known.get("allowed_domains") or ()
    for field, source in (("pattern", articles.pattern), *(("rewrite", each) for pair in articles.rewrite for each in pair)):
        named = _HOST.findall(source.replace("\\", ""))
        if domains and named and not any(is_under(host, domains) for host in named):
            yield f".{field} names {named[0]}, which is under none of allowed_domains{meant(named[0], domains)}"
    home = known.get("home")
    if isinstance(home, str) and _takes(articles, home):
        yield f".pattern takes the front page {home} for an article: ask for more of the address"


def _of_query(query: str) -> Iterator[str]:
    if query and not re.fullmatch(r"[\w-]+=[^?&=#\s]+(?:&[\w-]+=[^?&=#\s]+)*", query):
        yield f".query is {query!r}, and has to be like page=all"
    name, _, value = query.partition("=")
    for said, usual in ((name, _ALL_PAGES), (value, ("all",))):
        if said and said not in usual and get_close_matches(said, usual, 1, cutoff=0.7):
            yield f".query has {said}{meant(said, usual)}"


# --- routes


def _of_routes(routes: Sequence[Route], known: Mapping[str, Any]) -> Iterator[str]:
    counts = Counter(route.name for route in routes)
    yield from (f": {count} are named {name!r}: give each a name of its own" for name, count in counts.items() if count > 1)
    for route in routes:
        label = f": {type(route).__name__} {route.name!r}"
        wrong = [*_of_types(route, label)] or [f"{label}{said}" for said in _of_route(route, known)]
        yield from wrong


def _of_route(route: Route, known: Mapping[str, Any]) -> Iterator[str]:
    for name in ("url_filter", "children"):
        source = getattr(route, name, None)
        if source is not None and (fault := _of_expression(source)):
            yield f".{name} {fault}"
    yield from (f".provides has {each!r}{meant(each, PROVIDED)}" for each in route.provides if each not in PROVIDED)
    yield from (f".waits_for{said}" for said in _of_selectors([route.waits_for] if route.waits_for else []))
    for name, least in {"first_page": 0, "page_step": 1, "max_pages": 1, "horizon_hours": 1, "window": 1}.items():
        if (number := getattr(route, name, None)) is not None and number < least:
            yield f".{name} is {number}, and has to be {least} or more"
    faults = [*_of_template(route)]
    yield from faults
    for url in () if faults else dict.fromkeys(each.url for each in route.paginations(_NOW - timedelta(days=1), _NOW)):
        yield from (f".url{said}" for said in _of_address(url, known.get("allowed_domains") or ()))
        articles = known.get("articles")
        if isinstance(articles, ArticleUrls) and _takes(articles, url):
            yield f".url {url} passes for an article: let articles.pattern or exclude tell them apart"


def _takes(articles: ArticleUrls, url: str) -> bool:
    """Whether an address passes for an article's, as far as the patterns can be used."""
    if any(map(_of_expression, (articles.pattern, articles.exclude or ""))):
        return False
    match = re.match(articles.pattern, url)
    return match is not None and bool(match.groupdict().get("id")) and not (articles.exclude and re.search(articles.exclude, url))


def _of_template(route: Route) -> Iterator[str]:
    """Yield what is wrong with the places that a URL leaves to be filled."""
    allowed = {DateIndex: ("date", "page"), Search: ("query", "first", "last", "page")}
    places = next((names for kind, names in allowed.items() if isinstance(route, kind)), ("page",))
    try:
        named = {name.partition(".")[0] for _, name, _, _ in Formatter().parse(route.url) if name is not None}
    except ValueError as error:
        yield f".url {route.url!r} has a brace too many or too few: {error}"
        return
    unknown = sorted(named - {*places})
    yield from (f".url has a place {{{name}}}{meant(name, places)}" for name in unknown)
    for name in ("date", "query"):
        if name in places and name not in named:
            yield f".url has no place {{{name}}}: {'{date:%Y-%m-%d}' if name == 'date' else '{query}'} has to stand in it"
    if unknown or not isinstance(route, DateIndex) or "date" not in named:
        return
    try:
        days = {route.url.replace("{page}", "").format(date=day) for day in (_NOW.date(), *_OTHER_DAYS)}
    except (AttributeError, ValueError) as error:
        mistyped = getattr(error, "name", None)
        yield f".url {route.url!r} cannot be filled with a day: {error}{meant(mistyped, ('year', 'month', 'day')) if mistyped else ''}"
        return
    if len(days) <= len(_OTHER_DAYS):
        yield f".url {route.url!r} is the same on several days: year, month and day have to stand in it, such as {{date:%Y-%m-%d}}"


# --- pages


def _of_selectors(selectors: Iterable[str]) -> Iterator[str]:
    for css in selectors:
        try:
            _EMPTY.select(css)
        except InvalidSelectorError as error:
            xpath = ": an XPath? Write CSS, such as div.isi" if css.startswith(("/", "(/")) else ""
            yield f" {error}{xpath}"


def _of_rules(rules: PageRules | Sequence[PageRules], _: Mapping[str, Any]) -> Iterator[str]:
    if wrong := [said for each in every_rule(rules) for said in _of_types(each, "")]:
        yield from wrong
        return
    for each in every_rule(rules):
        for field in fields(each):
            if field.name not in {"noise_phrases", "source_order", "until"}:
                yield from (f".{field.name}{said}" for said in _of_selectors(getattr(each, field.name)))
        yield from (f".noise_phrases {fault}" for source in each.noise_phrases if (fault := _of_expression(source)))
        asked = sorted({field.name for field in fields(each)} - {*_NO_FIELDS} | {"image_url"})
        for name, sources in each.source_order.items():
            if name not in asked:
                yield f".source_order names {name!r}{meant(name, asked)}"
            yield from (f".source_order has {source!r} of {name}{meant(source, SOURCES)}" for source in sources if source not in SOURCES)
    days = [each.until or date.max for each in every_rule(rules)]
    if not days:
        yield f" is empty, and has to be {in_words(PageRules)}"
    elif days != sorted(days, reverse=True) or days.count(date.max) > 1:
        yield ": today's rules come first, without until; then those of the past, newest first"


def _of_expectations(expects: Expectations, _: Mapping[str, Any]) -> Iterator[str]:
    if wrong := [*_of_types(expects, "")]:
        yield from wrong
        return
    for field in fields(expects):
        value = getattr(expects, field.name)
        if field.name in {"sample", "pace"}:
            if value <= 0:
                yield f".{field.name} is {value}, and has to be more than 0"
        elif not 0 <= value <= 1:
            yield f".{field.name} is {value}: a share is from 0 to 1"


# What is checked of an attribute whose type is right; what is said continues its name.
_CHECKS: dict[str, Callable[[Any, Mapping[str, Any]], Iterator[str]]] = {
    "name": _of_name,
    "title": _of_title,
    "home": _of_home,
    "proven": _of_proof,
    "minute": _of_minute,
    "period": _of_period,
    "allowed_domains": _of_domains,
    "custom_settings": _of_settings,
    "access": _of_access,
    "waits_for": _of_what_is_waited_for,
    "articles": _of_articles,
    "routes": _of_routes,
    "expects": _of_expectations,
    "page": _of_rules,
}
