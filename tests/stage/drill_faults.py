"""Simulated days, hourly, with faults of every kind: tests/faults/drill.py with the stage's seven outlets.

python -m tests.stage.drill_faults DAYS SEED [MINUTES]      (root, Linux; after so many minutes the faults end, and a day later the drill)
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.database import embedded
from tests.faults.drill import World, live
from tests.faults.injector import Fault
from tests.stage.drill import SEVEN, ask, kill, spiders
from tests.stage.stage import ARTICLE, Stage

NOW = "2026-11-01T05:30:00+07:00"
_REDIRECTS = ["redirect_loop", "redirect_internal", "redirect_offsite"]
_EMPTY = ["block_page", "empty_body", "soft_404"]
DOWN = [*_REDIRECTS, *_EMPTY, "status_500", "status_503", "status_429", "status_403", "reset"]
INSTEAD = [*_REDIRECTS, *_EMPTY, "js_only", "status_500", "truncated", "gzip_bomb", "huge", "layout_change", "deep_nesting"]
ODD = ["nul_bytes", "lone_surrogate_entities", "bad_jsonld", "wrong_charset", "slow", "bad_xml"]
DEAD = ["status_500", "status_403", "empty_body", "soft_404", "xxe_xml", "billion_laughs"]
EXTRA: Mapping[str, Mapping[str, float]] = {
    "huge": {"mb": 12},  # what is more than we take: enough, and the stage is sooner done
    "slow": {"bytes": 20_000, "gap": 0.02},
    "status_503": {"retry_after": 400},
    "status_429": {"retry_after": 400},
}
ROUTES = {"cnbc_indonesia": "feed", "kompas": "news sitemap", "republika": "world feed", "tribunnews": "news sitemap"}
XML = r"rss|sitemap"
MATCH = {"down": "^(?!/robots.txt)", "articles": ARTICLE.pattern, "survived": ARTICLE.pattern}


class StageWorld(World):
    """The stage, asked inside its namespace."""

    def __init__(self, world: Path) -> None:
        kinds = {outlet: {"down": DOWN, "articles": INSTEAD, "survived": ODD} for outlet in SEVEN}
        for outlet, route in ROUTES.items():
            kinds[outlet]["route"] = [f"{route}: {kind}" for kind in DEAD]
        start = datetime.fromisoformat(json.loads((world / "world.json").read_text())["now"])
        super().__init__(SEVEN, start, kinds, {"DOWNLOAD_DELAY": "0", "AUTOTHROTTLE_ENABLED": "False"})
        self.spiders = spiders(SEVEN)
        self.domains = {domain: name for name, spider in self.spiders.items() for domain in spider.allowed_domains}
        self.is_offline = False

    def become(self, now: datetime, faults: Sequence[Fault]) -> None:
        ask("DELETE", "/fault")
        ask("DELETE", "/requests")
        ask("POST", "/clock", now=now.isoformat(), rate=0)
        for fault in faults:
            if fault.kind == "route":
                name, _, what = fault.what.partition(": ")
                kill(next(route for route in self.spiders[str(fault.outlet)].routes if route.name == name), what)
            elif fault.outlet:
                host = "|".join(rf"(.*\.)?{re.escape(domain)}" for domain in self.spiders[fault.outlet].allowed_domains)
                match = XML if fault.what == "bad_xml" else MATCH[fault.kind]
                ask("POST", "/fault", host=host, match=match, kind=fault.what, times=-1, **EXTRA.get(fault.what, {}))
        if (offline := any(fault.kind == "network" for fault in faults)) != self.is_offline:
            subprocess.run(["mount", "--bind", "/dev/null", "/etc/hosts"] if offline else ["umount", "/etc/hosts"], check=True)
            self.is_offline = offline
        time.sleep(1 - time.monotonic() % 1)  # the stage keeps a Date header for a second, also when its clock is set

    def asked(self) -> Mapping[str, tuple[int, int]]:
        pages = {}
        for request in ask("GET", "/requests"):
            outlet = self.domains.get(".".join(request["host"].split(".")[-3 if request["host"].endswith(".co.id") else -2 :]), "")
            article = outlet and self.spiders[outlet].articles.article_id(f"https://{request['host']}{request['path']}")
            if article and request["scheme"] == "https":
                pages[outlet, article] = request["status"] == 304
        counts = Counter((outlet, unchanged) for (outlet, _), unchanged in pages.items())
        return {outlet: (counts[outlet, False], counts[outlet, True]) for outlet in SEVEN}


def inside() -> dict[str, Any]:
    """Live in the namespace, and export."""
    world, folder = StageWorld(Path(os.environ["WORLD"])), Path(os.environ["DATA_DIR"])
    try:
        result = live(world, 24 * int(os.environ["DAYS"]), int(os.environ["SEED"]), folder, float(os.environ["MINUTES"]))
        subprocess.run([sys.executable, "-m", "scrapy", "export", os.environ["EXPORT"]], check=True, stdout=sys.stderr)
    finally:
        embedded.stop(folder)
    return result | {"until": (world.start + timedelta(hours=result["hours"] - 2)).isoformat()}


def outside(days: int, seed: int, minutes: str, folder: Path) -> dict[str, Any]:
    """Build the world, live there, and score."""
    stage = Stage(folder, days=4, future_days=days + 1, seed=seed, now=NOW, a_day=40, wild=0.3)
    numbers = {"SEED": str(seed), "DAYS": str(days), "MINUTES": minutes}
    result: dict[str, Any] = stage.drill("faults", "drill_faults.py", WORLD=str(stage.world), OUTLETS=",".join(SEVEN), **numbers)
    score = stage.score("--since", NOW, "--until", result["until"])
    return result | {"recall": score["topic"]["recall"], "score": score}


if __name__ == "__main__":
    if sys.argv[1] == "faults":
        sys.stdout.write(json.dumps({"faults": inside()}))
    else:
        days, seed = int(sys.argv[1]), int(sys.argv[2])
        with tempfile.TemporaryDirectory() as folder:
            json.dump(outside(days, seed, sys.argv[3] if len(sys.argv) > 3 else "inf", Path(folder)), sys.stdout, indent=1)
