"""The stage: a local imitation of the outlets, and a way to run drills in it."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
STAGE = ROOT.parent / "shared" / "stage" / "stage.py"
ARTICLE = re.compile(r"/read/20|/20\d{12}-\d+-\d+|/read\?id=|/berita/|/artikel/|/\d{5,}/|/20\d\d/\d\d/\d\d/\w")

needs_the_stage = [
    pytest.mark.skipif(not STAGE.exists(), reason="THE STAGE IS ABSENT: no test against imitated outlets is run"),
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="the stage needs root and unshare (Linux)"),
]

NOON = "2026-11-24T12:00:00+07:00"  # of every world: by the real time each would be another one


class Stage:
    """A world of some days before its clock and some after, and a way to run drills in it."""

    def __init__(
        self, folder: Path, *, days: int, future_days: int = 0, seed: int = 4711, now: str = NOON, a_day: int = 20, wild: float = 0
    ) -> None:
        """``a_day``: stories of each outlet. ``wild``: the share of pages and lists that are served with oddities of real sites."""
        self.folder = folder
        self.world = folder / "world"
        size = ("--days", str(days), "--future-days", str(future_days), "--articles-per-day", str(a_day), "--wild", str(wild))
        self._stage("build", "--seed", str(seed), *size, "--now", now, "--out", str(self.world))
        self.now = datetime.fromisoformat(json.loads((self.world / "world.json").read_text())["now"])
        self.export = folder / "articles.jsonl"

    def _stage(self, *arguments: str, **kwargs: Any) -> str:
        return str(subprocess.run([sys.executable, str(STAGE), *arguments], check=True, text=True, stdout=subprocess.PIPE, **kwargs).stdout)

    def drill(self, step: str, script: str = "drill.py", **environment: str) -> Any:
        """Run one step of a script inside the stage; return what it says."""
        environment = {
            **os.environ,
            "SSL_CERT_FILE": str(self.world / "cert.pem"),
            "DESTINATION_GUARD_ALLOW": "127.0.0.0/8",
            "CONTACT": "mailto:desk@kantor.id",
            "CLOCK": self.now.isoformat(),
            "SINCE": (self.now - timedelta(days=2)).isoformat(),
            "DATA_DIR": str(self.folder / step),
            "DATABASE_URL": "",
            "EXPORT": str(self.export),
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        path = str(Path(__file__).parent / script)
        printed = self._stage("enclose", "--world", str(self.world), "--", sys.executable, path, step, env=environment, cwd=ROOT)
        return json.loads(printed)[step]

    def score(self, *arguments: str, articles: Path | None = None) -> Any:
        """Compare what was exported with the truth; of BaBe's days what is found is not ours to promise: its front page is no archive."""
        given = ("--world", str(self.world), "--articles", str(articles or self.export), "--ignore-outlet", "babe")
        return json.loads(self._stage("score", *given, *arguments))
