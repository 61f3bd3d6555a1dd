"""From a pasted address to a whole crawl in six commands, in a checkout of its own, with no source file opened (make test-slow)."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.crawler.proposals.house import DAYS, HOST, NOW, STORIES
from tests.crawler.proposals.site import serving
from tests.faults.slow import SLOW

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(not SLOW, reason="half a minute of crawls: make test-slow")
HANDLERS = '{"https": "tests.crawler.proposals.site.LoopbackHandler", "http": null, "data": null, "file": null, "ftp": null, "s3": null}'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout as a maintainer has it."""
    left_out = shutil.ignore_patterns(".*", "data", "__pycache__", "bench", "samples")
    return Path(shutil.copytree(ROOT, tmp_path / "poros", ignore=left_out))


@pytest.fixture
def house() -> Iterator[int]:
    with serving() as port:
        yield port


def test_six_commands(checkout: Path, house: int, database_url: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "DATA_DIR": str(checkout / "data"),
        "CLOCK": NOW.isoformat(),
        "HOUSE_PORT": str(house),
        "DESTINATION_GUARD_ALLOW": "127.0.0.0/8",
        "CONTACT": "mailto:you@example.org",
        "PYTHONPATH": str(checkout),
    }

    def scrapy(*arguments: str) -> str:
        settings = ("-s", f"DOWNLOAD_HANDLERS={HANDLERS}", "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")
        command = [sys.executable, "-m", "scrapy", *arguments, *settings]
        done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, (arguments, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout

    said = scrapy("genspider", "-t", "outlet", "wartalaut", f"https://{HOST}{STORIES[40].path}?utm_source=wa")
    records = [shlex.split(line)[1:] for line in re.findall(r"^    (scrapy record .*)$", said, re.MULTILINE)]
    assert len(records) == 3
    for arguments in records:
        scrapy(*arguments)
    assert "21 outlets: declarations, schedule and fixtures hold" in scrapy("check", "--write")
    scrapy("crawl", "wartalaut", "--since", "2026-11-10")
    with psycopg.connect(database_url) as connection:
        stored = {article_id for (article_id,) in connection.execute("select article_id from poros.pages where status = 'stored'")}
        bodies = connection.execute("select body from poros.current_articles").fetchall()
    expected = {str(story.number) for story in STORIES if story.is_on_topic}
    assert len(expected) == DAYS * 5
    assert len(stored & expected) >= 0.95 * len(expected)
    assert stored <= expected
    assert not any("Baca juga" in body or "Terpopuler" in body for (body,) in bodies)
