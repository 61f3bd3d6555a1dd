"""Real crawls against loopback servers, each in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("rehearsal.py")
ROOT = SCRIPT.parents[3]

collect_ignore_glob = ["test_*"] if sys.platform != "linux" else []  # 127.0.0.2 has to be there without being asked


@pytest.fixture(scope="session")
def rehearse() -> Callable[..., Any]:
    """Crawl by a scenario as describe in rehearsal.py; return what happened, and the log."""

    def run(**scenario: Any) -> Any:
        environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-W", "error", SCRIPT],
            cwd=ROOT,
            env=environment,
            input=json.dumps(scenario),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) | {"log": done.stderr}

    return run
