"""Which Chromium there is on this machine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

# The headless shell first: 340 MB of memory where the whole browser takes 500 (PSS with Playwright, Debian 12, Chromium 156, 2026-11)
_COMMANDS = ("/usr/lib/chromium/chromium-headless-shell", "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_APPLICATIONS = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
_PLAYWRIGHTS_OWN = (
    "chromium_headless_shell-*/*/*headless*shell",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def find_chromium(given: str = "") -> str | None:
    """The path of Chromium: the one given, Debian's or Ubuntu's, that of macOS, or what Playwright has installed; None: there is none."""
    candidates = [given] if given else _candidates()
    return next((path for each in candidates if (path := shutil.which(each))), None)


def _candidates() -> Iterator[str]:
    yield from _COMMANDS
    yield from (str(root / each) for root in (Path("/Applications"), Path.home() / "Applications") for each in _APPLICATIONS)
    homes = (Path.home() / ".cache", Path.home() / "Library" / "Caches")
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = [Path(own)] if own else [home / "ms-playwright" for home in homes]
    for folder in folders:
        for pattern in _PLAYWRIGHTS_OWN:
            yield from map(str, sorted(folder.glob(pattern), reverse=True))
