"""From a clone to the first run that cron starts, and through an upgrade, in a bare Debian: by the commands of docs/operating.md, copied.

It takes ten minutes, root, mmdebstrap, Debian's packages and PyPI (`make test-slow`). The recorded day stands in for the outlets.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.slow import SLOW

ROOT = Path(__file__).parents[2]
RECORDED = sorted(path.name.removesuffix(".warc.gz") for path in (ROOT / "samples").glob("*.warc.gz"))
TOOLS = ("mmdebstrap", "unshare", "git")

pytestmark = [
    pytest.mark.skipif(not SLOW, reason="ten minutes: make test-slow"),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root"),
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"apt-get install {' '.join(TOOLS)}"),
]

# What is not in the docs: what stands in for the outlets, waiting for cron, and looking at what came of it.
SCRIPT = """
mount -t proc proc {root}/proc
mount --rbind /dev {root}/dev
exec chroot {root} /bin/sh -ex <<'END'
export DEBIAN_FRONTEND=noninteractive HOME=/root LC_ALL=C.UTF-8
{install}
printf 'ARCHIVE_REPLAY=/srv/poros/samples\\nOUTLETS={outlets}\\nCONTACT=desk@kantor.id\\n' >>.env
{first_runs}
{schedule}
count() {{ runuser -u poros -- .venv/bin/scrapy psql --owner -Atc "select count(*) from crawl_runs where status = 'ok'"; }}
before=$(count)
cron
end=$(($(date +%s) + 1200))
while [ "$(count)" -le "$before" ]; do [ "$(date +%s)" -lt $end ]; sleep 5; done
echo "cron: runs by hand $before, now $(count)"
ls data/logs
{upgrade}
runuser -u poros -- .venv/bin/scrapy psql -Atc "select 'reader: ' || current_user || ', articles ' || count(*) from articles"
runuser -u poros -- .venv/bin/scrapy status
stat -c 'mode: %a %U %n' data .env /etc/cron.d/poros
runuser -u poros -- .venv/bin/scrapy stop
END
"""


def commands(section: str, number: int | None = None) -> str:
    """Return the blocks of a section of the docs, or one of them, as lines of a shell script."""
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    (body,) = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    found = [re.sub(r"^ {4}", "", block, flags=re.MULTILINE) for block in re.findall(r"(?:^ {4}.*\n)+", body, re.MULTILINE)]
    assert found
    # without a network only what is recorded can be examined
    return "".join(found if number is None else found[number : number + 1]).replace("scrapy doctor", "scrapy doctor kompas")


@pytest.fixture
def bare_debian(tmp_path: Path) -> Iterator[Path]:
    """A root with Debian's smallest set of packages, this machine's certificates and way to PyPI, and a repository to clone."""
    root = tmp_path / "root"
    (suite,) = re.findall(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)
    subprocess.run(["mmdebstrap", "--variant=minbase", suite, root], check=True, capture_output=True)
    for path in ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf"):
        if Path(path).exists():
            shutil.copy(path, root / path.lstrip("/"))
    certificates = root / "usr" / "local" / "share" / "ca-certificates"
    certificates.mkdir(parents=True)
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", certificates / "here.crt")
    subprocess.run(["git", "clone", "--quiet", "--bare", "--no-local", ROOT, root / "repository"], check=True)
    yield root
    shutil.rmtree(root)


def test_from_a_clone_to_the_first_scheduled_run_and_through_an_upgrade(bare_debian: Path, tmp_path: Path) -> None:
    script = SCRIPT.format(
        root=bare_debian,
        outlets=",".join(RECORDED),
        install=commands("Install", 0).replace("REPOSITORY", "/repository"),
        first_runs=commands("Install", 1),
        schedule=commands("Scheduling", 0),
        upgrade=commands("Upgrade"),
    )
    # in namespaces of its own: what it has started ends with it
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-ec", script]
    log = tmp_path / "rehearsal.log"
    with log.open("wb") as output:
        done = subprocess.run(command, stdout=output, stderr=output, check=False)
    said = log.read_text("utf-8")
    assert done.returncode == 0, said[-3000:]
    assert re.search(r"^cron: runs by hand \d+, now \d+$", said, re.MULTILINE)
    assert re.search(rf"^(?:{'|'.join(RECORDED)})-\d{{4}}-\d\d\.log$", said, re.MULTILINE), "the log of deploy/crawl"
    assert re.search(r"^reader: reader, articles [1-9]", said, re.MULTILINE)
    assert re.search(r"^kompas +well ", said, re.MULTILINE)
    assert "mode: 700 poros data\n" in said
    assert "mode: 640 root .env\n" in said
