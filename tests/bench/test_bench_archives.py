"""The bench of archives runs, and what it measures is whole."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.slow import SLOW

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_every_page_is_read_and_one_response_in_a_hundred_is_ours() -> None:
    command = [sys.executable, "-m", "bench.archives", "--pages", "100", "--responses", "1000"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300).stdout
    found = re.search(r"^own archive: (\d+) pages of 7 outlets$", printed, re.MULTILINE)
    assert found
    said = re.findall(r"^\w+: (\d+) pages: (\d+) unchanged$", printed, re.MULTILINE)
    assert sum(int(pages) for pages, _ in said) == sum(int(same) for _, same in said) == 3 * int(found[1])
    assert "CC-NEWS-20261120.warc.gz: 1000 records, 10 pages of our outlets\n" in printed
    assert len(re.findall(r"^(?:reread|import-warc|warcio).* \d+ (?:pages|responses)/s", printed, re.MULTILINE)) == 7
