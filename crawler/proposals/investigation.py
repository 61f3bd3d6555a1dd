"""Looks at an outlet for what a declaration needs: its front page, some articles, and the lists that these and robots.txt name."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from crawler.clock import WIB
from crawler.discovery.feeds import Feed, NewsSitemap
from crawler.discovery.links import Entry, read_links
from crawler.discovery.routes import DateIndex, Listing, Route, SectionPage
from crawler.proposals.addresses import Shape, domain_of, guess_shape
from crawler.reading.nodes import attribute
from crawler.reading.page import Page
from crawler.reading.text import tidy
from crawler.urls import ArticleUrls, is_under

WORLD = ("internasional", "international", "dunia", "global", "mancanegara", "world", "luar-negeri")
_INDEX = re.compile(r"/(?:indeks|index|arsip|terkini|terbaru)\b")  # a host's name or a part of the path
_TAG = re.compile(r"/(?:tag|tags|label|topik|topic)/[\w%.-]+")
_FEED = re.compile(r"(?:rss|atom)\+xml")
_DATE = re.compile(r"(?P<y>20\d\d)(?P<s>[-/]?)(?P<m>\d\d)(?P=s)(?P<d>\d\d)|(?P<d2>\d\d?)(?P<s2>[-/])(?P<m2>\d\d?)(?P=s2)(?P<y2>20\d\d)")
_DATE_NAMES = re.compile(r"date|tanggal|tgl|day|hari|t", re.IGNORECASE)
_PAGING = re.compile(r"[?&](?:page|p|hal|halaman|offset|start)=(?P<number>\d{1,4})(?P<after>&.*)?$")
_PAGING_PATH = re.compile(r"/(?:page/)?(?P<number>\d{1,4})(?P<after>/?)$")
_FEWEST_ROUTES, _MENU = 2, 20  # characters of a menu's entry
_ARTICLES, _FEEDS, _SITEMAPS, _CHILDREN, _INDEXES = 4, 3, 4, 3, 3  # that are looked at, at most
_USUAL_TAG = "rusia"


@dataclass(frozen=True, slots=True)
class Served:
    """What an address answers, status 200."""

    url: str  # after redirects
    body: bytes
    encoding: str | None = None


Get = Callable[[str], Awaitable[Served | None]]


@dataclass(slots=True, kw_only=True)
class Findings:
    """What was found of an outlet."""

    domain: str
    home: str
    title: str
    shape: Shape
    articles: list[Page] = field(default_factory=list)  # of different stories
    routes: list[Route] = field(default_factory=list)  # those that list articles, as they would be declared
    world: str | None = None  # what tells the addresses of world news, where something does
    no_article: str | None = None  # the address of a list


class NothingFoundError(Exception):
    """Why nothing can be proposed, in a sentence."""


async def investigate(pasted: Sequence[str], get: Get, now: datetime) -> Findings:
    """Look at the outlet that some addresses belong to. Raises NothingFoundError."""
    host = urlsplit(pasted[0]).hostname or ""
    domain = domain_of(host)
    hosts = sorted((f"www.{domain}", domain, host), key=lambda name: name != host or name not in {domain, f"www.{domain}"})
    fronts = dict.fromkeys(f"https://{name}/" for name in hosts)
    for url in fronts:
        if home := await _page(url, get):
            break
    else:
        raise NothingFoundError(f"no front page of {domain} answers: {', '.join(fronts)}")
    pages = [home, *[page for url in pasted if urlsplit(url).path.strip("/") and (page := await _page(url, get))]]
    links = [*_links(pages, now)]
    world_page = next((url for url, text in links if _is_world(url, domain)), None)
    if world_page and (page := await _page(world_page, get)):
        links += [*_links([page], now)]
    shape = guess_shape(links, domain, [url for url in pasted if urlsplit(url).path.strip("/")])
    if shape is None:
        raise NothingFoundError(f"no addresses of articles are found on {home.url}: paste the address of an article")
    found = Findings(domain=domain, home=_home(home), title=_title(home, domain), shape=shape)
    look = _Look(found, get, now)
    await look.at_articles([page for page in pages if look.is_article(page.url)], links)
    await look.at_sections(world_page, links)
    await look.at_indexes(links)
    await look.at_feeds(home)
    await look.at_sitemaps()
    await look.at_tags(home)
    await look.at_channels(links)
    return found


class _Look:
    """Goes through an outlet's lists, and keeps what lists articles."""

    def __init__(self, found: Findings, get: Get, now: datetime) -> None:
        self.found, self.get, self.now = found, get, now
        self.articles = ArticleUrls(pattern=found.shape.pattern(found.domain), exclude=found.shape.exclude)

    def is_article(self, url: str) -> bool:
        return self.articles.article_id(url) is not None

    async def at_articles(self, pages: Sequence[Page], links: Sequence[tuple[str, str]]) -> None:
        """Read the pasted articles and some of those that the pages link to, those of world news before others."""
        self.found.articles += pages[:_ARTICLES]
        urls = dict.fromkeys(url for url, _ in links if self.is_article(url))
        for url in sorted(urls, key=lambda url: not any(word in url for word in WORLD)):
            if len(self.found.articles) >= _ARTICLES:
                return
            page = await _page(url, self.get)
            if page and page.url not in {each.url for each in self.found.articles} and self.is_article(page.url):
                self.found.articles.append(page)

    async def at_sections(self, world: str | None, links: Sequence[tuple[str, str]]) -> None:
        """The world news, with its further pages where it has some; what tells its addresses."""
        if world is None or (served := await self.get(world)) is None:
            return
        route = SectionPage(name="world", url=world)
        listing = self._listed(route, served)
        if not listing:
            return
        self.found.no_article = world
        urls = [entry.url for entry in listing]
        other = [url for url, _ in links if self.is_article(url) and url not in urls]
        segment = urlsplit(world).path.strip("/").rpartition("/")[2] or (urlsplit(world).hostname or "").partition(".")[0]
        for told in (f"/{segment}/", f"//{segment}."):
            if sum(told in url for url in urls) > 0.6 * len(urls) and not all(told in url for url in other):
                self.found.world = told
        paged = await self._paged(served, route)
        self.found.routes.append(
            replace(route, url=paged.url, first_page=paged.first_page, page_step=paged.page_step, exhaustive=True) if paged else route
        )

    async def at_indexes(self, links: Sequence[tuple[str, str]]) -> None:
        """The index by date, or else that of the newest articles."""
        named = [url for url, _ in links if self._is_own(url) and _INDEX.search(url) and not self.is_article(url)]
        for url in list(dict.fromkeys([*named, f"{self.found.home}indeks"]))[:_INDEXES]:
            if served := await self.get(url):
                self.found.no_article = url
                for template in dict.fromkeys([*_by_day(served), *_usual_days(url)]):
                    if route := await self._by_day(template):
                        self.found.routes.insert(0, route)
                        return
                route = SectionPage(name="index", url=url, url_filter=self.found.world)
                paged = await self._paged(served, route)
                if self._listed(route, served):
                    self.found.routes.append(replace(paged, exhaustive=True) if paged else route)
                    return

    async def at_feeds(self, home: Page) -> None:
        """What the front page names as feeds, those of world news before others."""
        named = [link for link in home.select("link") if _FEED.search(attribute(link, "type"))]
        urls = dict.fromkeys(url for link in named if (url := home.absolute(attribute(link, "href"))) and self._is_own(url))
        for url in sorted(urls, key=lambda url: not _is_of_world(url))[:_FEEDS]:
            served = await self.get(url)
            route = Feed(name=f"feed {len(self.found.routes)}", url=url, url_filter="." if _is_of_world(url) else self.found.world)
            self._keep(route, served, "world feed" if _is_of_world(url) else "feed")

    async def at_sitemaps(self) -> None:
        """What robots.txt names as sitemaps; of an index those children that list articles with their times."""
        robots = await self.get(urljoin(self.found.home, "/robots.txt"))
        named = re.findall(r"(?im)^\s*sitemap:\s*(\S+)", robots.body.decode("utf-8", "replace")) if robots else []
        for url in list(dict.fromkeys(filter(self._is_own, named)))[:_SITEMAPS]:
            served = await self.get(url)
            route = NewsSitemap(name="sitemap", url=url, url_filter=self.found.world)
            if served is None or self._keep(route, served, "sitemap"):
                continue
            further = self._read(route, served).further
            for child in sorted(further, key=lambda each: (not _is_of_world(each), "news" not in each))[:_CHILDREN]:
                of_world = "." if _is_of_world(child) else self.found.world
                if self._keep(replace(route, url=child, url_filter=of_world), await self.get(child), "news sitemap"):
                    break

    async def at_tags(self, home: Page) -> None:
        """The pages of tags, by one that an outlet is likely to have."""
        for page in (*self.found.articles, home):
            for url, _ in _links([page], self.now):
                if self._is_own(url) and (match := _TAG.search(url)) and not self.is_article(url):
                    template = f"{url[: match.start()]}{match[0].rpartition('/')[0]}/{{slug}}"
                    served = await self.get(template.replace("{slug}", _USUAL_TAG))
                    route = SectionPage(name="tag pages", url=template.replace("{slug}", _USUAL_TAG))
                    if served and self._listed(route, served):
                        self.found.routes.append(replace(route, url=template))
                    return

    async def at_channels(self, links: Sequence[tuple[str, str]]) -> None:
        """Channels of the menu, where hardly anything else was found."""
        for url, text in links:
            words = [segment for segment in urlsplit(url).path.split("/") if segment]
            if len(self.found.routes) >= _FEWEST_ROUTES or not words or len(text) > _MENU or not self._is_own(url) or self.is_article(url):
                continue
            name = next((word for word in reversed(words) if not word.isdigit()), "")
            route = SectionPage(name=name, url=url, url_filter=self.found.world)
            if (
                name
                and name not in {each.name for each in self.found.routes}
                and (served := await self.get(url))
                and self._listed(route, served)
            ):
                paged = await self._paged(served, route)
                self.found.routes.append(replace(paged, exhaustive=True) if paged else route)
                self.found.no_article = self.found.no_article or url

    # What is found in a list

    def _is_own(self, url: str) -> bool:
        return is_under(urlsplit(url).hostname or "", [self.found.domain])

    def _read(self, route: Route, served: Served) -> Listing:
        try:
            return route.read(served.body, served.url, encoding=served.encoding, fetched_at=self.now)
        except ValueError:
            return Listing(entries=())

    def _listed(self, route: Route, served: Served) -> list[Entry]:
        return [entry for entry in self._read(route, served).entries if self.is_article(entry.url)]

    def _keep(self, route: Route, served: Served | None, name: str) -> bool:
        """Keep a route that lists articles, under a name that no other has, with what it says of them."""
        listed = self._listed(route, served) if served else []
        if listed:
            names = {each.name for each in self.found.routes}
            name = next(each for each in (name, *(f"{name} {number}" for number in range(2, 10))) if each not in names)
            shares = {"title": "title", "summary": "summary", "keywords": "keywords", "time": "published_at"}
            provides = tuple(told for told, at in shares.items() if sum(bool(getattr(entry, at)) for entry in listed) > len(listed) / 2)
            self.found.routes.append(replace(route, name=name, provides=provides))
        return bool(listed)

    async def _by_day(self, template: str) -> Route | None:
        """An index by day, if two days' lists are there and differ; with its further pages."""
        lists = []
        days = [(self.now - timedelta(days=age)).astimezone(WIB).date() for age in (1, 2)]
        for day in days:
            served = await self.get(template.format(date=day))
            if served is None:
                return None
            lists.append({entry.url for entry in self._listed(SectionPage(name="", url=""), served)})
        newer, older = lists
        if not newer or not older or len(newer & older) > len(newer) / 2:
            return None
        address = template.format(date=days[0])
        served = await self.get(address)
        paged = await self._paged(served, SectionPage(name="", url=address)) if served else None
        route = DateIndex(name="date index", url=template, url_filter=self.found.world)
        if paged is None:
            return route
        (place,) = re.findall(r"\{date:.*?\}", template)
        return replace(
            route, url=paged.url.replace(place.format(date=days[0]), place), first_page=paged.first_page, page_step=paged.page_step
        )

    async def _paged(self, served: Served, route: Route) -> Route | None:
        """The route with a place for the number of the page, if the list links to its second page and that lists others."""
        numbers: dict[tuple[str, str], list[int]] = {}
        for url, _ in read_page_links(served):
            match = _PAGING.search(url) or _PAGING_PATH.search(url)
            before = url[: match.start("number")] if match else ""
            if match and _goes_on(before if match.re is _PAGING_PATH else url, route.url) and not self.is_article(url):
                numbers.setdefault((before, match["after"] or ""), []).append(int(match["number"]))
        for (before, after), found in numbers.items():
            step = min((number for number in found if number > 1), default=0)
            second = await self.get(f"{before}{step}{after}") if step else None
            first, others = ({entry.url for entry in self._listed(route, each)} for each in (served, second or served))
            if second and others - first:
                return replace(route, url=f"{before}{{page}}{after}", first_page=1 if step == 2 else 0, page_step=1 if step == 2 else step)
        return None


async def _page(url: str, get: Get) -> Page | None:
    served = await get(url)
    return Page(served.body, served.url, encoding=served.encoding) if served else None


def _links(pages: Iterable[Page], now: datetime) -> Iterator[tuple[str, str]]:
    for page in pages:
        yield from ((entry.url, entry.title or "") for entry in read_links(page, fetched_at=now))


def read_page_links(served: Served) -> Iterator[tuple[str, str]]:
    """(address, text) of every link, a list's own further pages among them."""
    page = Page(served.body, served.url, encoding=served.encoding)
    yield from ((url, element.text_lexbor()) for url, element in page.links())


def _by_day(served: Served) -> Iterator[str]:
    """Yield templates of an index by day: from links to days, and from a form that asks for one."""
    page = Page(served.body, served.url, encoding=served.encoding)
    for url, _ in page.links():
        match = _DATE.search(url)
        if match is None or not url.startswith(served.url.partition("?")[0].rstrip("/")):
            continue
        form = f"%Y{match['s']}%m{match['s']}%d" if match["y"] else f"%d{match['s2']}%m{match['s2']}%Y"
        yield _escaped(url[: match.start()]) + f"{{date:{form}}}" + _escaped(_PAGING_PATH.sub("", _PAGING.sub("", url[match.end() :])))
        break
    for field_ in page.select("form input"):
        name = attribute(field_, "name")
        if name and (attribute(field_, "type").lower() == "date" or _DATE_NAMES.fullmatch(name)):
            written = _DATE.fullmatch(attribute(field_, "value"))
            form = (
                "%d/%m/%Y"
                if written and written["y2"] and written["s2"] == "/"
                else "%d-%m-%Y"
                if written and written["y2"]
                else "%Y-%m-%d"
            )
            yield f"{_escaped(served.url.partition('?')[0])}?{name}={{date:{form}}}"


def _usual_days(url: str) -> Iterator[str]:
    """Yield templates of an index by day that names no day."""
    start, mark = _escaped(url if urlsplit(url).path == "/" else url.rstrip("/")), "&" if "?" in url else "?"
    yield from (f"{start}{mark}{name}={{date:%Y-%m-%d}}" for name in ("date", "tanggal"))
    if mark == "?":
        yield from (f"{start.rstrip('/')}/{{date:{form}}}" for form in ("%Y/%m/%d", "%Y-%m-%d", "%d-%m-%Y"))


def _goes_on(url: str, start: str) -> bool:
    """Whether an address may be a further page of a list: it has the same path, or goes on with it, and all that the list's query has."""
    parts, first = urlsplit(url), urlsplit(start)
    is_below = f"{parts.netloc}{parts.path.rstrip('/')}/".startswith(f"{first.netloc}{first.path.rstrip('/')}/")
    return is_below and {*first.query.split("&")} <= {*parts.query.split("&"), ""}


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _home(page: Page) -> str:
    parts = urlsplit(page.canonical or page.url)
    return f"https://{parts.hostname}/"


def _title(page: Page, domain: str) -> str:
    """What readers call the outlet."""
    named = page.meta.get("og:site_name") or page.meta.get("application-name")
    if named:
        return named[0]
    titles = [tidy(element.text_lexbor()) for element in page.select("title")]
    parts = [part for title in titles for part in re.split(r"\s[-|–:]\s", title) if part]
    return min(parts, key=len, default=domain.partition(".")[0].capitalize())


def _is_world(url: str, domain: str) -> bool:
    parts = urlsplit(url)
    is_channel = parts.path.strip("/").rpartition("/")[2] in WORLD
    is_host = not parts.path.strip("/") and (parts.hostname or "").partition(".")[0] in WORLD
    return is_under(parts.hostname or "", [domain]) and (is_channel or is_host)


def _is_of_world(url: str) -> bool:
    return any(re.search(rf"\b{word}\b", url) for word in WORLD)
