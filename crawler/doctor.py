"""What an outlet declares against what was seen of it today: observations in, findings out. Nothing is asked of anybody here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from functools import partial
from itertools import pairwise

from crawler.article import Article, Candidate, Outcome
from crawler.discovery import DATE_TOLERANCE, FIRST_LOOK_BACK
from crawler.observations import ArticleSeen, OutletSeen, Robots, RouteSeen
from crawler.outlet import OutletSpider
from crawler.preview import Preview, disagreements, preview, unavailable
from crawler.reading.noise import clean_lines
from crawler.reading.refusals import NEEDS_A_BROWSER
from crawler.reading.rules import every_rule
from pipelines.topic import Topic
from pipelines.validate import CLOCK_SKEW

MOSTLY = 0.5  # of a list's articles, what is said of them all: a link may be a picture, an article may come without a summary
PINNED = 20  # one article in so many may be an old one that is pinned
FORGIVEN = 0.5  # of the hours that a list is said to reach back: on a busy day it fills up sooner
_CODE = re.compile(r"</?[a-z]+[ >/]|\bfunction\s*\(|=>\s*\{|\bwindow\.\w|googletag|[{};]\s*$", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class Level(IntEnum):
    """How a belief fared."""

    HOLDS = 0
    NOTE = 1  # worth knowing, and no belief
    FAILED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One belief beside what was seen, or a note."""

    subject: str  # the outlet's or a route's name, or a field of the article
    level: Level
    seen: str = ""  # in words; may be empty where the belief holds
    believed: str = ""  # in words; empty for a note

    def __str__(self) -> str:
        return f"{self.subject}: {self.seen}"


@dataclass(slots=True, kw_only=True)
class RouteFacts:
    """What a route's first page shows; ages before the time of the examination."""

    seen: RouteSeen
    articles: int = 0  # entries with an article's address
    taken: int = 0  # of those, the ones that the route asks for
    newest: timedelta | None = None
    back: timedelta | None = None  # age of the oldest, not counting what is pinned
    is_sorted: bool | None = None  # newest first; None: too few times to tell
    tells: dict[str, float] = field(default_factory=dict)  # title, summary, keywords, time → share of the articles
    level: Level = Level.HOLDS

    @property
    def death(self) -> str | None:
        """Why the route lists no article; None when it does."""
        if self.seen.robots is Robots.FORBIDDEN:
            return "robots.txt forbids it to us"
        if self.seen.reason:
            return self.seen.reason
        if not self.seen.entries:
            return "it answered, but its list is empty"
        return None if self.articles else f"none of its {len(self.seen.entries)} entries has an article's address"


@dataclass(slots=True, kw_only=True)
class Diagnosis:
    """What came of examining an outlet."""

    seen: OutletSeen
    routes: list[RouteFacts]
    findings: list[Finding]
    article: ArticleSeen | None  # the one that is shown
    shown: Preview | None  # what it comes to

    def of(self, level: Level) -> list[Finding]:
        """The findings of one level."""
        return [finding for finding in self.findings if finding.level is level]

    @property
    def verdict(self) -> str:
        """One line: what holds, and what does not."""
        held, failed = len(self.of(Level.HOLDS)), self.of(Level.FAILED)
        if not failed:
            return f"{self.seen.outlet.name}: all {held} beliefs hold"
        return f"{self.seen.outlet.name}: {held} beliefs hold, {len(failed)} failed: {'; '.join(map(str, failed))}"


def diagnose(seen: OutletSeen, topic: Topic) -> Diagnosis:
    """Hold everything seen of an outlet against what it declares. Raises ConfigurationError when a rule is not valid CSS."""
    routes = [_facts(each, seen) for each in seen.routes.values()]
    if refusal := _refused_altogether(routes):
        return Diagnosis(seen=seen, routes=routes, findings=[refusal], article=None, shown=None)
    findings = [*_of_routes(routes)]
    if not seen.articles:
        findings.append(_belief("article", False, "one can be opened", "none was opened: no route lists one that is not of the future"))
        return Diagnosis(seen=seen, routes=routes, findings=findings, article=None, shown=None)
    judged = []
    for article in seen.articles:
        shown = _preview(article, seen.outlet, topic)
        judged.append(([*_of_article(shown, article, seen)], article, shown))
    best, article, shown = min(judged, key=lambda each: sum(finding.level is Level.FAILED for finding in each[0]))
    others = (other for _, _, other in judged if other is not shown and other.rejected)
    notes = (Finding(subject="article", level=Level.NOTE, seen=f"{other.name}: {other.rejected}") for other in others)
    return Diagnosis(seen=seen, routes=routes, findings=[*findings, *best, *notes], article=article, shown=shown)


def lacks(outlet: type[OutletSpider], article: Article | None) -> set[str]:
    """The beliefs about an article that do not hold for this one: names of fields, "body" where the outlet's rules found none."""
    if article is None:
        return {"article"}
    missing = {name for name in expected_fields(outlet) if not getattr(article, name)}
    return missing | {"body"} if article.is_generic and _declares_body(outlet) else missing


def expected_fields(outlet: type[OutletSpider]) -> list[str]:
    """The fields that an outlet promises."""
    return [name for name in ("headline", "published_at", "authors") if getattr(outlet.expects, name) > 0]


def believed_of_body(outlet: type[OutletSpider]) -> str:
    """Where the body of an outlet's articles is believed to come from."""
    return "by the outlet's rules" if _declares_body(outlet) else "there"


def _declares_body(outlet: type[OutletSpider]) -> bool:
    return bool(every_rule(outlet.page)[0].body)


def span(age: timedelta) -> str:
    """A length of time as people say it: 5 min, 3 h, 4 d."""
    minutes = max(0, round(age.total_seconds() / 60))
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.0f} h" if minutes < 72 * 60 else f"{minutes / 1440:.0f} d"


def _belief(subject: str, holds: object, believed: str, seen: str) -> Finding:
    """``seen``: what is to be said where it does not hold."""
    return Finding(subject=subject, level=Level.HOLDS if holds else Level.FAILED, believed=believed, seen="" if holds else seen)


# --- routes


def _facts(seen: RouteSeen, outlet: OutletSeen) -> RouteFacts:
    facts, discovery = RouteFacts(seen=seen), outlet.discovery
    candidates = list(discovery.candidates(seen.entries, seen.route))
    if not candidates:
        return facts
    entries = {entry.url: entry for entry in reversed(seen.entries)}
    listed = [entries[candidate.url] for candidate in candidates]
    facts.articles = len(candidates)
    facts.taken = sum(discovery.is_wanted(candidate, seen.route) for candidate in candidates)
    told = {"title": "title", "summary": "summary", "keywords": "keywords", "time": "published_at"}
    facts.tells = {name: sum(bool(getattr(entry, at)) for entry in listed) / len(listed) for name, at in told.items()}
    times = [candidate.published_at for candidate in candidates if candidate.published_at]
    if times:
        facts.newest = outlet.now - max(times)
        facts.back = outlet.now - sorted(times)[len(times) // PINNED]
    if len(times) > 2:
        rises = sum(later > earlier for earlier, later in pairwise(times))
        facts.is_sorted = rises <= len(times) / 5
    return facts


def _of_routes(routes: Sequence[RouteFacts]) -> Iterator[Finding]:
    """Findings about routes that live, notes about the dead of a group, and what a dead group means."""
    groups = {facts.seen.route.group for facts in routes if facts.seen.route.group}
    members = {group: [facts for facts in routes if facts.seen.route.group == group] for group in groups}
    dead = {group for group, among in members.items() if len(among) > 1 and all(facts.death for facts in among)}
    for facts in routes:
        route = facts.seen.route
        if route.group in dead:
            facts.level = Level.FAILED
            if facts is members[route.group][0]:
                among = members[route.group]
                reasons = "; ".join(dict.fromkeys(str(each.death) for each in among))
                subject, believed = f"all {len(among)} {route.group}", "some of them list articles"
                yield Finding(subject=subject, level=Level.FAILED, seen=reasons, believed=believed)
            continue
        for finding in _of_route(facts, alone=route.group is not None and len(members[route.group]) > 1):
            facts.level = max(facts.level, finding.level)
            yield finding


def _of_route(facts: RouteFacts, *, alone: bool) -> Iterator[Finding]:
    """``alone``: whether others of its group live."""
    route = facts.seen.route
    if facts.death:
        if alone:
            yield Finding(subject=route.name, level=Level.NOTE, seen=f"{facts.death} (others of the {route.group} list some)")
        else:
            yield Finding(subject=route.name, level=Level.FAILED, seen=facts.death, believed="it lists articles")
        return

    belief = partial(_belief, route.name)
    yield belief(True, "it lists articles", "")
    missing = [name for name in route.tells if facts.tells[name] < MOSTLY]
    yield belief(
        not missing, f"it tells each article's {', '.join(route.tells)}", f"most of its articles come without {', '.join(missing)}"
    )
    if facts.newest is not None:
        yield belief(
            facts.newest >= -CLOCK_SKEW, "its times are past", f"its newest time is {span(-facts.newest)} ahead: another time zone?"
        )
    if facts.newest is not None and route.group is None:
        oldest = max(FIRST_LOOK_BACK, timedelta(hours=route.reach or 0))
        yield belief(facts.newest <= oldest, f"its newest is younger than {span(oldest)}", f"its newest is {span(facts.newest)} old")
    if route.reach and facts.back is not None:
        wanted = timedelta(hours=route.reach) * FORGIVEN
        seen = f"it reaches {span(facts.back)} back, less than half of the {route.reach} h it is trusted with"
        yield belief(facts.back >= wanted, f"it reaches {route.reach} h back", seen)
    if route.is_paged and facts.is_sorted is not None:
        yield belief(facts.is_sorted, "newest first", "it is not sorted newest first, so a run would stop too early on its pages")
    if not facts.taken:
        yield Finding(subject=route.name, level=Level.NOTE, seen=f"of its {facts.articles} articles none is of a channel or words it takes")
    if facts.seen.landed not in {"", facts.seen.url}:
        yield Finding(subject=route.name, level=Level.NOTE, seen=f"it has moved to {facts.seen.landed}")


def _refused_altogether(routes: Sequence[RouteFacts]) -> Finding | None:
    """What stands in the way of everything, where no route lists an article and one cause explains it."""
    deaths = list(dict.fromkeys(facts.death for facts in routes))
    if None in deaths:
        return None
    statuses, verdicts = {facts.seen.status for facts in routes}, {facts.seen.robots for facts in routes}
    if statuses == {403}:
        why = "403 to everything: this address or this user agent is refused"
    elif verdicts == {Robots.FORBIDDEN}:
        why = "robots.txt forbids all routes to us (the group for Poros, or for everybody)"
    elif verdicts == {Robots.UNREACHABLE}:
        why = f"{deaths[0]}: while that is so, nothing may be asked"
    else:
        why = f"no route lists an article: {'; '.join(map(str, deaths[:3]))}{'; …' if len(deaths) > 3 else ''}"
    for facts in routes:
        facts.level = Level.FAILED
    return Finding(subject="outlet", level=Level.FAILED, seen=why, believed="it answers")


# --- the article


def _preview(article: ArticleSeen, outlet: type[OutletSpider], topic: Topic) -> Preview:
    url, visit = article.candidate.url, article.visit
    if visit is None or visit.outcome is not Outcome.ARTICLE:
        return unavailable(url, outlet.name, (visit and visit.reason) or "no answer")
    return preview(url, article.pages, visit.article.url if visit.article else url, outlet, topic, visit.fetched_at, generic=False)


def _of_article(shown: Preview, seen: ArticleSeen, outlet: OutletSeen) -> Iterator[Finding]:
    if shown.rejected == NEEDS_A_BROWSER:
        yield _belief("browser", False, "none is needed", f"the article {shown.rejected}")
        return
    article = shown.article
    opened = "; ".join(dict.fromkeys(each.visit.reason or "" for each in outlet.articles if each.visit and each.visit.reason))
    tried = f"none of the {len(outlet.articles)} opened" if len(outlet.articles) > 1 else "the one opened"
    yield _belief("article", article, "it can be read", f"{tried} gave an article: {opened or shown.rejected}")
    if article is None:
        return
    yield _belief("browser", True, "none is needed", "")
    for name in expected_fields(outlet.outlet):
        said = article.sources.get(name, "")
        yield _belief(name.replace("_", " "), getattr(article, name), "there", said if said.startswith("rejected") else "not found")
    ruled = "body" not in lacks(outlet.outlet, article)
    yield _belief("body", ruled, believed_of_body(outlet.outlet), "read generically: the outlet's rules found none. A redesign?")
    if ruled and _declares_body(outlet.outlet) and article.sources.get("body") != "selectors":
        yield Finding(subject="body", level=Level.NOTE, seen=f"from {article.sources.get('body')}: the outlet's selectors found none")
    left = noise_left(article.body)
    yield _belief("noise left", not left, "none", "; ".join(left))
    for subject, words in _notes(article, seen.candidate, outlet.now):
        yield Finding(subject=subject, level=Level.NOTE, seen=words)


def noise_left(body: str) -> list[str]:
    """What of a body (paragraphs separated by blank lines) the noise detector would still cut, or looks like code or an address."""
    paragraphs = body.split("\n\n")
    pieces = [f"{piece.kind}: {piece.text[:60]}" for piece in clean_lines(paragraphs).pieces]
    for kind, pattern in {"code": _CODE, "address": _LINK}.items():
        pieces += (f"{kind}: {match[0][:60]}" for paragraph in paragraphs if (match := pattern.search(paragraph)))
    return pieces


def _notes(article: Article, candidate: Candidate, now: datetime) -> Iterator[tuple[str, str]]:
    for told in disagreements(article):
        yield "sources disagree", told
    if published := article.published_at:
        if now - published > FIRST_LOOK_BACK + DATE_TOLERANCE:
            yield "published at", f"{span(now - published)} ago, though the article was chosen as the newest that was listed"
        if (listed := candidate.published_at) and abs(listed - published) > DATE_TOLERANCE:
            yield "published at", f"the list says {span(now - listed)} ago, the page {span(now - published)} ago"
