"""What an outlet declares against what was seen of it today: probe results in, findings out. No request is made here."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from functools import partial
from itertools import pairwise

from crawler.article import CLOCK_SKEW, Article, Candidate, Outcome
from crawler.browser import INSTALL
from crawler.discovery.follow import DATE_TOLERANCE, FIRST_LOOK_BACK
from crawler.doctor.observations import ArticleProbe, OutletProbe, Robots, RouteProbe
from crawler.outlet import OutletSpider
from crawler.preview.preview import Preview, disagreements, preview, unavailable
from crawler.reading.page import Page
from crawler.reading.rejections import NEEDS_A_BROWSER, stands_instead
from crawler.reading.rules import every_rule
from crawler.reading.text import every_line
from pipelines.topic import Topics

MOSTLY = 0.5  # share of a list's articles that must have what it provides: a link may be a picture, an article may have no summary
SAMPLE = 5  # articles that a list must have before its reach is checked
PINNED = 20  # one article in so many may be an old one that is pinned
FORGIVEN = 0.5  # of horizon_hours: on a busy day a list reaches less far back
_LISTS = "it lists articles"
# What a reader calls noise. It is not the cleaner's list (crawler/reading/noise), whose own mistakes it could not find.
_TEASER = re.compile(
    r"\b(?:baca|simak|lihat|tonton) (?:juga|pula|selengkapnya)\b"
    r"|^(?:ikuti|gabung|unduh|download|dapatkan)\b.*(?:whatsapp|google news|aplikasi)"
    r"|\bpilihan (?:redaksi|editor)\b|\bartikel terkait\b|^(?:advertisement|iklan)\W*$|scroll (?:to|untuk)",
    re.IGNORECASE,
)
_TEASER_LENGTH = 150  # characters: a longer paragraph is a sentence that uses the words
_TITLE_LENGTH = 25  # characters of another article's title from which on a paragraph that holds little else repeats it
_CODE = re.compile(r"</?[a-z]+[ >/]|\bfunction\s*\(|=>\s*\{|\bwindow\.\w|googletag|\)\s*;\s*$|[{}]\s*$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class Level(IntEnum):
    """How a check fared."""

    HOLDS = 0
    NOTE = 1  # worth knowing, no check
    FAILED = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One check beside what was seen, or a note."""

    subject: str  # the outlet's or a route's name, or a field of the article
    level: Level
    seen: str = ""  # in words; may be empty where the check holds
    expected: str = ""  # in words; empty for a note

    def __str__(self) -> str:
        return f"{self.subject}: {self.seen}"


@dataclass(slots=True, kw_only=True)
class RouteFacts:
    """What a route's first page shows; ages are before the time of the probe."""

    seen: RouteProbe
    death: str | None = None  # why the route lists no article; None when it does
    articles: int = 0  # entries with an article's address
    taken: int = 0  # of those, the ones that a crawl requests
    newest: timedelta | None = None
    back: timedelta | None = None  # age of the oldest, not counting what is pinned
    is_sorted: bool | None = None  # newest first; None: too few times to tell
    provides: dict[str, float] = field(default_factory=dict)  # title, summary, keywords, time → share of the articles
    level: Level = Level.HOLDS


@dataclass(slots=True)
class Diagnosis:
    """The findings about an outlet."""

    seen: OutletProbe
    routes: list[RouteFacts]
    findings: list[Finding]
    article: ArticleProbe | None = None  # the one that is shown
    shown: Preview | None = None  # what was read from it

    def of(self, level: Level) -> list[Finding]:
        """The findings of one level."""
        return [finding for finding in self.findings if finding.level is level]

    @property
    def verdict(self) -> str:
        """One line: how many checks hold, and which failed."""
        held, failed = len(self.of(Level.HOLDS)), self.of(Level.FAILED)
        if not failed:
            return f"{self.seen.outlet.name}: all {held} checks hold"
        if not held:
            return f"{self.seen.outlet.name}: {'; '.join(finding.seen for finding in failed)}"
        return f"{self.seen.outlet.name}: {held} checks hold, {len(failed)} failed: {'; '.join(map(str, failed))}"


def diagnose(seen: OutletProbe, topics: Topics) -> Diagnosis:
    """Check everything seen of an outlet against what it declares."""
    routes = [_facts(name, seen) for name in seen.routes]
    if all(facts.death for facts in routes if not facts.seen.route.unproven):
        return Diagnosis(seen, routes, [Finding("outlet", Level.FAILED, _explain_refusal(routes), "it answers")])
    findings = [*_of_routes(routes)]
    if not seen.articles:
        why = "the probe was cut short" if seen.candidates() else "every one that is listed lies in the future"
        return Diagnosis(seen, routes, [*findings, _check("article", False, "one can be opened", f"none was opened: {why}")])
    previews = [_preview(article, seen.outlet, topics) for article in seen.articles]
    judged = [[*_of_article(shown, article, seen)] for shown, article in zip(previews, seen.articles, strict=True)]
    failures = [sum(finding.level is Level.FAILED for finding in each) for each in judged]
    best = failures.index(min(failures))
    others = (other for other in previews if other.rejected and previews[best].article)
    notes = (Finding("article", Level.NOTE, f"{other.name}: {other.rejected}") for other in others)
    return Diagnosis(seen, routes, [*findings, *judged[best], *notes], seen.articles[best], previews[best])


def is_complete(outlet: type[OutletSpider], article: Article | None) -> bool:
    """Whether an article was read, with all fields that are expected of its outlet and, where it declares one, by its body rule."""
    if article is None or (article.is_generic and _declares_body(outlet)):
        return False
    return all(getattr(article, name) for name in _expected_fields(outlet))


def _expected_fields(outlet: type[OutletSpider]) -> list[str]:
    return [name for name in ("headline", "published_at", "authors") if getattr(outlet.expects, name) > 0]


def _declares_body(outlet: type[OutletSpider]) -> bool:
    return bool(every_rule(outlet.page)[0].body)


def span(age: timedelta) -> str:
    """A length of time as people say it: 5 min, 3 h, 4 d."""
    minutes = max(0, round(age.total_seconds() / 60))
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.0f} h" if minutes < 72 * 60 else f"{minutes / 1440:.0f} d"


def _check(subject: str, holds: object, expected: str, seen: str) -> Finding:
    """``seen``: in words, where the check fails."""
    return Finding(subject, Level.HOLDS, expected=expected) if holds else Finding(subject, Level.FAILED, seen, expected)


# --- routes


def _facts(name: str, outlet: OutletProbe) -> RouteFacts:
    seen, candidates = outlet.routes[name], outlet.listed(name)
    if not candidates:
        return RouteFacts(seen=seen, death=_explain_death(seen), level=Level.FAILED)
    urls = {candidate.url for candidate in candidates}
    listed = [entry for entry in seen.entries if entry.url in urls]
    facts = RouteFacts(seen=seen, articles=len(candidates), taken=sum(map(outlet.is_taken, candidates)))
    fields = {"title": "title", "summary": "summary", "keywords": "keywords", "time": "published_at"}
    facts.provides = {name: sum(bool(getattr(entry, at)) for entry in listed) / len(listed) for name, at in fields.items()}
    times = [candidate.published_at for candidate in candidates if candidate.published_at]
    if times:
        facts.newest = outlet.now - max(times)
        facts.back = outlet.now - sorted(times)[len(times) // PINNED]
    if len(times) > 2:
        rises = sum(later > earlier for earlier, later in pairwise(times))
        facts.is_sorted = rises <= len(times) / 5
    return facts


def _explain_death(seen: RouteProbe) -> str:
    """Why a route lists no article."""
    if seen.robots is Robots.FORBIDDEN:
        return "robots.txt forbids it to us"
    reason = seen.reason or ("no entry has an article's address" if seen.entries else "its list is empty")
    instead = stands_instead(Page(seen.content, seen.url)) if seen.status == 200 else None
    return f"{reason}; what was served looks like a {instead}" if instead else reason


def _of_routes(routes: Sequence[RouteFacts]) -> Iterator[Finding]:
    """Findings about routes, first those about each group: single routes of it may be dead, all of them may not."""
    groups = defaultdict(list)
    for facts in routes:
        if facts.seen.route.unproven and facts.death:
            facts.level = Level.NOTE
            yield Finding(facts.seen.route.name, Level.NOTE, f"{facts.death}; nobody has seen this route work yet")
            continue
        groups[facts.seen.route.group or facts.seen.route.name].append(facts)
    for group, members in groups.items():
        yield from _of_dead_routes(group, members)
        for facts in members:
            if not facts.death:
                findings = [*_of_route(facts)]
                facts.level = max(finding.level for finding in findings)
                yield from findings


def _of_dead_routes(group: str, members: Sequence[RouteFacts]) -> Iterator[Finding]:
    dead = [facts for facts in members if facts.death]
    reasons = dict.fromkeys(str(facts.death) for facts in dead)
    if len(dead) == len(members):
        subject = members[0].seen.route.name if len(members) == 1 else f"all {len(members)} {group}"
        yield Finding(subject, Level.FAILED, "; ".join(reasons), _LISTS)
        return
    for facts in dead:
        facts.level = Level.NOTE
    for reason in reasons:
        names = ", ".join(facts.seen.route.name for facts in dead if facts.death == reason)
        yield Finding(names, Level.NOTE, f"{reason}; others of the {group} list some")


def _of_route(facts: RouteFacts) -> Iterator[Finding]:
    """Findings about a route that lists articles."""
    route = facts.seen.route
    check = partial(_check, route.name)
    yield check(True, _LISTS, "")
    missing = [name for name in route.provides if facts.provides[name] < MOSTLY]
    yield check(not missing, f"it provides each article's {', '.join(route.provides)}", f"most come without {', '.join(missing)}")
    if facts.newest is not None and facts.back is not None:
        yield from _of_times(facts, facts.newest, facts.back)
    if route.is_paged and facts.is_sorted is not None:
        yield check(facts.is_sorted, "newest first", "it is not sorted newest first, so a run would stop too early on its pages")
    if not facts.taken:
        yield Finding(route.name, Level.NOTE, f"none of its {facts.articles} articles passes its url_filter or the prefilter")
    if facts.seen.landed not in {"", facts.seen.url}:
        yield Finding(route.name, Level.NOTE, f"it has moved to {facts.seen.landed}")


def _of_times(facts: RouteFacts, newest: timedelta, back: timedelta) -> Iterator[Finding]:
    route = facts.seen.route
    check = partial(_check, route.name)
    yield check(newest >= -CLOCK_SKEW, "its times are past", f"its newest is {span(-newest)} ahead: another zone?")
    if newest < -CLOCK_SKEW:
        return  # no other time of it can be trusted
    if route.group is None:
        oldest = max(FIRST_LOOK_BACK, timedelta(hours=route.horizon_hours or 0))
        yield check(newest <= oldest, f"its newest is younger than {span(oldest)}", f"its newest is {span(newest)} old")
    if route.horizon_hours and facts.articles < SAMPLE:
        yield Finding(route.name, Level.NOTE, f"{facts.articles} articles are too few to check how far back it reaches")
    elif route.horizon_hours:
        seen = f"it reaches {span(back)} back, less than half of its {route.horizon_hours} h"
        yield check(back >= FORGIVEN * timedelta(hours=route.horizon_hours), f"it reaches {route.horizon_hours} h back", seen)


def _explain_refusal(routes: Sequence[RouteFacts]) -> str:
    """The one cause, where no route lists an article."""
    statuses, verdicts = {facts.seen.status for facts in routes}, {facts.seen.robots for facts in routes}
    if statuses == {403}:
        return "403 to everything: this address or this user agent is refused"
    if verdicts == {Robots.FORBIDDEN}:
        return "robots.txt forbids all routes to us (the group for Poros, or for everybody)"
    deaths = list(dict.fromkeys(str(facts.death) for facts in routes))
    if verdicts == {Robots.UNREACHABLE}:
        return f"{deaths[0]}: until then nothing may be requested"
    return f"no route lists an article: {'; '.join(deaths[:3])}{'; …' if len(deaths) > 3 else ''}"


# --- the article


def _preview(article: ArticleProbe, outlet: type[OutletSpider], topics: Topics) -> Preview:
    url, visit = article.candidate.url, article.visit
    if visit is None or visit.outcome is not Outcome.ARTICLE:
        return unavailable(url, outlet.name, (visit and visit.reason) or "no answer")
    return preview(url, article.pages, visit.article.url if visit.article else url, outlet, topics, visit.fetched_at, generic=False)


def _of_article(shown: Preview, seen: ArticleProbe, outlet: OutletProbe) -> Iterator[Finding]:
    waits = seen.visit is not None and seen.visit.outcome is Outcome.NEEDS_BROWSER
    if waits or shown.rejected == NEEDS_A_BROWSER:
        yield _check("browser", False, "not needed", f"its text arrives by JavaScript: its pages need a browser{waits * f': {INSTALL}'}")
        return
    article, is_declared = shown.article, _declares_body(outlet.outlet)
    reasons = dict.fromkeys(each.visit.reason for each in outlet.articles if each.visit and each.visit.reason)
    none = f"none of the {len(outlet.articles)} opened gave an article" if len(outlet.articles) > 1 else "the one opened gave no article"
    yield _check("article", article, "it can be read", f"{none}: {'; '.join(reasons) or shown.rejected}")
    if article is None:
        return
    if seen.is_rendered and not outlet.outlet.browser:
        yield _check("browser", False, "not needed", "its text arrives by JavaScript: declare it (browser = True)")
    else:
        yield _check("browser", True, "declared" if outlet.outlet.browser else "not needed", "")
    for name in _expected_fields(outlet.outlet):
        source = article.sources.get(name, "")
        yield _check(name.replace("_", " "), getattr(article, name), "there", source if source.startswith("rejected") else "not found")
    ruled, source = not (is_declared and article.is_generic), article.sources.get("body", "")
    expected = "by the outlet's rules" if is_declared else "there"
    place = f'; the story stands in {shown.place}: body=("{shown.place}",)' if shown.place else ""
    yield _check("body", ruled, expected, f"read generically: the outlet's rules found none. A redesign?{place}")
    if shown.silent:
        yield Finding("selectors", Level.NOTE, f"these find nothing: {' · '.join(shown.silent)}")
    if ruled and is_declared and source != "selectors":
        yield Finding("body", Level.NOTE, f"from {source}: the outlet's selectors found none")
    left = noise_left(article.body, _other_titles(seen, outlet), _other_lines(article.body, seen, outlet))
    yield _check("noise left", not left, "none", "; ".join(left))
    yield from _notes(article, seen.candidate, outlet.now)


def noise_left(body: str, titles: Collection[str], others: Collection[str]) -> list[str]:
    """What a reader would call noise in a body (paragraphs separated by blank lines).

    ``titles``: of other articles of the outlet; ``others``: lines of other pages of the outlet, which its template repeats.
    """
    found = []
    for paragraph in body.split("\n\n"):
        if match := _CODE.search(paragraph):
            found.append(f"code: {match[0].strip()}")
        elif len(paragraph) <= _TEASER_LENGTH and _TEASER.search(paragraph):
            found.append(f"teaser: {paragraph[:60]}")
        elif any(title in paragraph and len(paragraph) < len(title) + _TITLE_LENGTH for title in titles):
            found.append(f"another article's title: {paragraph[:60]}")
        elif paragraph in others:
            found.append(f"on another page, too: {paragraph[:60]}")
    return found


def _other_titles(seen: ArticleProbe, outlet: OutletProbe) -> set[str]:
    listed = [candidate for name in outlet.routes for candidate in outlet.listed(name)]
    own = {candidate.title for candidate in listed if candidate.article_id == seen.candidate.article_id}
    return {candidate.title for candidate in listed if candidate.title and len(candidate.title) >= _TITLE_LENGTH} - own


def _other_lines(body: str, seen: ArticleProbe, outlet: OutletProbe) -> set[str]:
    others = [set(every_line(page.tree)) for other in outlet.articles if other is not seen for page in other.pages]
    paragraphs = body.split("\n\n")  # a page that has most of them is a copy of the story
    return set().union(*(lines for lines in others if len(lines.intersection(paragraphs)) <= len(paragraphs) / 2))


def _notes(article: Article, candidate: Candidate, now: datetime) -> Iterator[Finding]:
    for disagreement in disagreements(article):
        yield Finding("sources disagree", Level.NOTE, disagreement)
    for address in _ADDRESS.findall(article.body):
        yield Finding("body", Level.NOTE, f"it holds an address, {address[:60]}: a link to another story?")
    if published := article.published_at:
        age = span(now - published)
        if now - published > FIRST_LOOK_BACK + DATE_TOLERANCE:
            yield Finding("published at", Level.NOTE, f"{age} ago, though the article was chosen as the newest that was listed")
        if (listed := candidate.published_at) and abs(listed - published) > DATE_TOLERANCE:
            yield Finding("published at", Level.NOTE, f"the list says {span(now - listed)} ago, the page {age} ago")
