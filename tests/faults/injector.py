"""Faults drawn from a seed, and the injector's own table of what every run and message must be.

The table knows the faults, after how many runs each is told, and how many articles were asked for; nothing else of the crawler.
"""

import random
import socket
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Kinds = Mapping[str, Mapping[str, Sequence[str]]]
Key = tuple[str, str]  # kind and subject of an issue, as messages have them
OF_OUTLET = ("down", "articles", "route", "survived")
OF_ALL = {"database": "", "killed": "", "restart": "", "network": "network", "disk": "archive", "clock": "clock", "storage": "storage"}
NEEDS_A_BROWSER = frozenset({"js_only", "shell"})  # pages that a browser reads, which an outlet has to declare
TOLD_AFTER = {"outlet": 2, "articles": 1, "browser": 1, "route": 3, "network": 2, "archive": 1, "clock": 1, "storage": 2}  # runs
QUIET = 4  # hours at the beginning
DAYS_BACK = 48  # hours that articles are looked at together
FEW, ENOUGH = 4, 8  # articles: fewer cannot say that something is wrong with all of them, so many must
REMINDED = 24  # hours


@dataclass(frozen=True)
class Fault:
    """What is wrong from one hour to before another; with one outlet, or with all. ``what``: in the words of who imitates the outlets."""

    kind: str
    what: str
    outlet: str | None
    first: int
    end: int

    def __str__(self) -> str:
        return f"{self.kind} {self.what} {self.outlet or 'all'} {self.first}-{self.end}"


def rest(hours: int) -> int:
    """Hours without a fault at the end: what failed last is asked for again within a day."""
    return min(24, hours // 6)


def draw(hours: int, seed: int, kinds: Kinds) -> list[Fault]:
    """Faults of 1 to 40 hours (a sixth of the whole at most), overlapping; of one outlet or kind one after the other.

    ``kinds``: by outlet and kind, what there is.
    """
    chance, longest, last = random.Random(seed), max(1, min(40, hours // 6)), hours - rest(hours)
    drawn = []
    for outlet, its in [*kinds.items(), *((None, {kind: [""]}) for kind in OF_ALL)]:
        hour = QUIET + chance.randrange(max(1, hours // 4))
        while hour < last:
            kind = chance.choice(list(its))
            end = min(hour + chance.randint(1, longest), last)
            drawn.append(Fault(kind, chance.choice(its[kind]), outlet, hour, end))
            hour = end + chance.randint(2, 3 * longest)
    return drawn


@dataclass
class Articles:
    """What is known of an outlet's article pages: those asked for in vain by hour, since one was read well, and the other way round."""

    bad: dict[int, int] = field(default_factory=dict)
    bad_in_a_row: int = 0
    good_in_a_row: int = 0

    def seen(self, hour: int, count: int, *, is_bad: bool) -> None:
        if is_bad:
            self.bad[hour] = count
        self.bad_in_a_row = self.bad_in_a_row + count if is_bad else 0 if count else self.bad_in_a_row
        self.good_in_a_row = self.good_in_a_row + count if not is_bad else 0 if count else self.good_in_a_row

    def lately(self, hour: int) -> int:
        return sum(count for at, count in self.bad.items() if at > hour - DAYS_BACK)


@dataclass
class Table:
    """What must be, hour by hour; ``allowed`` and ``messages`` are to be called once for each hour, in this order."""

    faults: Sequence[Fault]
    outlets: Sequence[str]
    machine: str = field(default_factory=socket.gethostname)
    met: Counter[Key] = field(default_factory=Counter)  # by how many runs, since it was mended
    unsure: Counter[Key] = field(default_factory=Counter)  # by how many runs that need not have noticed it
    told: dict[Key, int] = field(default_factory=dict)  # when; what was not mended since
    articles: dict[Key, Articles] = field(default_factory=lambda: defaultdict(Articles))
    must: set[tuple[str, Key]] = field(default_factory=set)  # messages of this hour
    may: set[tuple[str, Key]] = field(default_factory=set)  # those that depend on how many articles are enough

    def active(self, hour: int, outlet: str | None = None) -> list[Fault]:
        """The faults of an hour: of all, or those that an outlet meets."""
        return [each for each in self.faults if each.first <= hour < each.end and (not outlet or each.outlet in {None, outlet})]

    def allowed(self, hour: int, outlet: str, *, asked: int, unchanged: int, killed: bool) -> set[str]:
        """How a run may end. ``asked``: article pages that it was sent; ``unchanged``: those that had not changed."""
        kinds = {fault.kind for fault in self.active(hour, outlet)}
        if killed:
            return {"running"}
        if "network" in kinds:
            self._meet(("network", self.machine))
            return {"failed"}
        met = {key for key in self._keys(hour, outlet) if key[0] != "storage" or asked + unchanged}
        # a list may be empty while the others have nothing new either; which they may have without an article being asked for
        unsure = {key for key in met if key[0] == "route" and not asked and not self.met[key] and self._is_empty(hour, outlet)}
        self.unsure.update(unsure)
        self.may |= {("not as it should be", key) for key in unsure if self.unsure[key] >= TOLD_AFTER[key[0]]}
        met -= unsure
        for key in met:
            self._meet(key)
        endings = {"degraded"} if met else {"ok", "degraded"} if unsure else {"ok"}
        whats = {fault.what for fault in self.active(hour, outlet) if fault.kind == "articles"}
        lacks = {"browser" if what in NEEDS_A_BROWSER else "articles" for what in whats}
        for key in (("articles", outlet), ("browser", outlet)):
            speaks = self.articles[key]
            if key[0] == "articles" or "down" not in kinds:
                speaks.seen(hour, asked, is_bad=key[0] in lacks or "down" in kinds)
            if key[0] in lacks and "down" not in kinds and asked and speaks.lately(hour) >= FEW:
                (self.must if speaks.bad_in_a_row >= ENOUGH else self.may).add(("not as it should be", key))
                endings = {"degraded"} if met or speaks.bad_in_a_row >= ENOUGH else {"ok", "degraded"}
        if not {kind for kind, _ in met} & {"clock", "storage"}:
            self._clear(outlet, kinds, lacks, asked, is_silent=_is_silent(self.active(hour, outlet)))
        return endings

    def _is_empty(self, hour: int, outlet: str) -> bool:
        """Whether a route answers with a list, of its kind and without an article."""
        return any(each.kind == "route" and each.what.endswith((": xxe_xml", ": billion_laughs")) for each in self.active(hour, outlet))

    def _keys(self, hour: int, outlet: str) -> Iterator[Key]:
        active = self.active(hour, outlet)
        for fault in active:
            if fault.kind == "disk" and _is_silent(active):
                continue
            if kind := OF_ALL.get(fault.kind):
                yield kind, "database" if kind == "storage" else self.machine
            elif fault.kind == "down":
                yield "outlet", outlet
            elif fault.kind == "route" and "down" not in {each.kind for each in active}:
                yield "route", f"{outlet} {fault.what.partition(': ')[0]}"

    def _meet(self, key: Key) -> None:
        self.met[key] += 1
        if self.met[key] >= TOLD_AFTER[key[0]]:
            self.must.add(("not as it should be", key))
        elif self.met[key] + self.unsure[key] >= TOLD_AFTER[key[0]]:
            self.may.add(("not as it should be", key))

    def _clear(self, outlet: str, kinds: Collection[str], lacks: Collection[str], asked: int, *, is_silent: bool) -> None:
        """What is not met by a run that would have met it is mended."""
        mended = {("network", self.machine), ("clock", self.machine)}
        mended |= {("archive", self.machine)} if "disk" not in kinds and not is_silent else set()
        mended |= {("storage", "database")} if asked else set()
        if "down" not in kinds:
            mended |= {("outlet", outlet)}
            mended |= {key for key in self.met if key[0] == "route" and key[1].startswith(f"{outlet} ")} if "route" not in kinds else set()
        for key in mended:
            self.met[key] = self.unsure[key] = 0
            self.must.add(("mended", key))
        for key in (("articles", outlet), ("browser", outlet)):
            if "down" not in kinds and key[0] not in lacks and asked:
                (self.must if self.articles[key].good_in_a_row >= ENOUGH else self.may).add(("mended", key))

    def messages(self, hour: int, told: Collection[tuple[str, Key]]) -> Iterator[str]:
        """Yield what was told though it should not have been, and what should have been told and was not; note what was told."""
        must = {(news, key) for news, key in self.must if (news == "mended") == (key in self.told)}
        may = {(news, key) for news, key in self.may if (news == "mended") == (key in self.told)}
        still = "still not as it should be"
        reminders = {(still, key) for key, at in self.told.items() if hour - at >= REMINDED and ("mended", key) not in must | may}
        unsure = {(still, key) for key, at in self.told.items() if hour - at >= REMINDED and ("mended", key) in may}
        for each in sorted(set(told) - must - may - reminders - unsure):
            yield f"hour {hour}: told {each}"
        for each in sorted((must | reminders) - set(told)):
            yield f"hour {hour}: not told {each}"
        for news, key in told:
            if news == "mended":
                self.told.pop(key, None)
            else:
                self.told[key] = hour
        self.must, self.may = set(), set()


def _is_silent(active: Collection[Fault]) -> bool:
    """Whether an outlet gives no whole answer that could be archived."""
    return any(fault.kind == "down" and fault.what in {"offline", "reset"} for fault in active)
