"""What the addresses of an outlet's articles look like, guessed from the links of its pages."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.urls import is_under

_SECOND_LEVEL = frozenset({"ac", "biz", "co", "com", "desa", "go", "mil", "my", "net", "or", "org", "sch", "web"})  # of Indonesia's domain
NO_ARTICLES = "author|foto|indeks|penulis|photo|search|tag|topic|topik|video"  # as the first segment of a path
# A segment of a path by its form: what is captured may be the article's own
_FORMS = (
    ("stamped", re.compile(r"(\d{14})-(\d+)-(\d+)")),  # Trans Media's
    ("number", re.compile(r"(\d+)")),
    ("lettered", re.compile(r"([a-z])-(\d{4,})")),
    ("numbered", re.compile(r"(\d{3,})-(?=.*[a-z])[\w.-]+")),
    ("ending", re.compile(r"(?=.*[a-z])[\w.-]+-(\d{4,})")),
    ("file", re.compile(r"([\w-]+)\.html?")),
    ("code", re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])([a-z0-9]{6,14})")),
    ("slug", re.compile(r"([\w.%]+(?:-[\w.%]+){2,})")),
    ("word", re.compile(r"([\w.%-]+)")),
)
_TITLE = 25  # characters of a link's text from which on it is a headline rather than a menu's
_FEWEST = 3  # links of one shape


@dataclass(frozen=True, slots=True)
class Shape:
    """What the articles' addresses have in common: the path as a regular expression with its groups, and on which hosts."""

    path: str
    hosts: frozenset[str]
    urls: tuple[str, ...]  # from which it was guessed

    @property
    def exclude(self) -> str | None:
        """What has to be excluded, where any channel may stand first: those that hold no articles."""
        return rf"/(?:{NO_ARTICLES})/" if self.path.startswith(r"[\w-]+/") else None

    def pattern(self, domain: str) -> str:
        """The whole address as a regular expression."""
        escaped = domain.replace(".", r"\.")
        host = rf"(?:www\.|m\.)?{escaped}" if self.is_on_www(domain) else rf"(?:[\w-]+\.)*{escaped}"
        return rf"https?://{host}/{self.path}"

    def is_on_www(self, domain: str) -> bool:
        """Whether all stand on the outlet's main host, by any of its names."""
        return self.hosts <= {domain, f"www.{domain}", f"m.{domain}"}


def domain_of(host: str) -> str:
    """The domain that a publisher registered: news.kabar.co.id → kabar.co.id."""
    labels = host.lower().split(".")
    is_second = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if is_second else -2 :])


def guess_shape(links: Iterable[tuple[str, str]], domain: str, pasted: Collection[str] = ()) -> Shape | None:
    """Return the shape of most addresses that headlines lead to, or else of those that were pasted; None where they have none.

    ``links``: (address, text of the link), of all pages seen.
    """
    groups: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for url, text in links:
        if forms := _forms(url, domain):
            groups[forms][url.partition("?")[0].partition("#")[0].rstrip("/")] = text
    told = {forms for url in pasted if (forms := _forms(url, domain))}
    headlines = {forms: sum(len(text) >= _TITLE for text in urls.values()) for forms, urls in groups.items()}
    likely = sorted(headlines, key=lambda forms: (forms in told, headlines[forms]), reverse=True)
    for forms in likely:
        same = (*groups[forms], *(url.partition("?")[0] for url in pasted if _forms(url, domain) == forms))
        urls = sorted({urlsplit(url).path.rstrip("/"): url for url in same}.values())  # an article has several hosts' addresses
        if (len(urls) >= _FEWEST or forms in told) and (path := _path(urls, forms)):
            return Shape(path, frozenset(urlsplit(url).hostname or "" for url in urls), tuple(urls))
    return None


def _segments(url: str) -> list[str]:
    return [segment for segment in urlsplit(url).path.split("/") if segment]


def _forms(url: str, domain: str) -> tuple[str, ...] | None:
    """The form of each segment of an address's path; None for other sites, and for what is the path of no article."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    segments = _segments(url)
    if not is_under(host, [domain]) or not segments or re.fullmatch(NO_ARTICLES, segments[0]):
        return None
    found = [next((name for name, form in _FORMS if form.fullmatch(segment.lower())), "") for segment in segments]
    return None if "" in found or ({*found} <= {"word", "number"} and len(found) < 2) else tuple(found)


def _path(urls: Sequence[str], forms: Sequence[str]) -> str | None:
    """The regular expression of a path: what is the same in all stands in it, the article's own is the group id."""
    columns = [*zip(*map(_segments, urls), strict=True)]
    day = _day_at(columns)
    own = _own_at(columns, forms, day)
    if own is None:
        return None
    parts = []
    for at, (form, values) in enumerate(zip(forms, columns, strict=True)):
        part = _part(form, values, is_own=at == own)
        if day is not None and day <= at < day + 3:
            part = (r"(?P<day>\d{4}", r"\d\d?", r"\d\d?)")[at - day]
        parts.append(part)
    if day is not None and own == day + 3:  # a number of the day's: without the day it is no article's own
        parts[day] = f"(?P<id>{parts[day]}"
        parts[own] = parts[own].replace("(?P<id>", "")
    path = "/".join(parts)
    return path + (r"(?=[/?#]|$)" if path.endswith(")") else "")


def _day_at(columns: Sequence[Sequence[str]]) -> int | None:
    """Where year, month and day are three segments."""
    sizes = ((1990, 2100), (1, 12), (1, 31))
    for at in range(len(columns) - 2):
        if all(
            all(value.isdigit() and low <= int(value) <= high for value in column)
            for column, (low, high) in zip(columns[at : at + 3], sizes, strict=True)
        ):
            return at
    return None


def _own_at(columns: Sequence[Sequence[str]], forms: Sequence[str], day: int | None) -> int | None:
    """Which segment holds what no other article has: a number rather than a code, a code rather than a title; the last of them."""
    dates = range(day, day + 3) if day is not None else range(0)
    places = [at for at, values in enumerate(columns) if at not in dates and len({*values}) == len(values)]
    for wanted in ({"stamped", "number", "lettered", "numbered", "ending"}, {"code"}, {"file", "slug"}):
        if found := [at for at in places if forms[at] in wanted]:
            return found[-1]
    return None


def _part(form: str, values: Sequence[str], *, is_own: bool) -> str:
    """The regular expression of one segment; only a word that is the same in all stands in it as it is."""
    if form == "word" and len({*values}) == 1:
        return re.escape(values[0]).replace(r"\-", "-")
    own = "(?P<id>{})" if is_own else "{}"
    sizes = sorted(len(number) for value in values for number in re.findall(r"\d+", value)[-1:]) or [1]
    digits = rf"\d{{{max(1, sizes[len(sizes) // 4] - 1)},}}" if is_own else r"\d+"  # one of a hundred may be of a page about the house
    parts = {
        "stamped": r"(?P<day>\d{8})\d{6}-\d+-" + own.format(r"\d+"),
        "number": own.format(digits),
        "lettered": rf"[a-z]-{own.format(digits)}",
        "numbered": rf"{own.format(digits)}-[\w.-]+",
        "ending": rf"[\w.-]+-{own.format(digits)}",
        "file": own.format(r"[\w-]+") + r"\.html",
        "code": own.format(r"(?=[a-z]*\d)[a-z0-9]{6,14}"),
        "slug": own.format(r"[\w.%]+(?:-[\w.%]+){2,}") if is_own else r"[\w.%-]+",
        "word": r"[\w-]+",
    }
    return parts[form]
