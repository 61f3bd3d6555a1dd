"""Two hosts for a drill: each a network, process and mount namespace with a name of its own and a cable to where outlets and database are.

Needs root, unshare, ip and nft (Linux), and to be inside the stage's enclosure.
"""

import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tests.faults.forks import ROOT, Forked
from tests.stage.stage import STAGE

WEB = (80, 443)
_AT_ONCE = 2  # crawls of a host, as cron's minutes are spread
# The database and the stage listen on loopback alone; what arrives by a cable is led there. What is cut off is lost without a word.
_FIREWALL = """
table ip hosts {{
    chain led {{
        type nat hook prerouting priority dstnat
        ip daddr 10.77.0.0/16 tcp dport {{ 80, 443 }} dnat to 127.0.0.1
        ip daddr 10.77.0.0/16 tcp dport 5432 dnat to 127.0.0.1:{port}
    }}
}}
"""
_CHAINS = """
add chain ip hosts {cable}in {{ type filter hook input priority filter; }}
add chain ip hosts {cable}out {{ type filter hook output priority filter; }}
flush chain ip hosts {cable}in
flush chain ip hosts {cable}out
"""
_CUT = """
add rule ip hosts {cable}in iifname {cable} tcp dport {{ {ports} }} drop
add rule ip hosts {cable}out oifname {cable} tcp sport {{ {ports} }} drop
"""
_BOOT = 'hostname "$1" && mount --bind "$2" /etc/hosts && exec "$3" -m tests.faults.forks "$4"'


def firewall(rules: str, **given: object) -> None:
    """Have some rules."""
    subprocess.run(["nft", "-f", "-"], input=rules.format(**given), text=True, check=True)


def build_firewall(port: int) -> None:
    """Lead what hosts ask for to the stage, and to the database at its port."""
    firewall(_FIREWALL, port=port)


def _start(*command: str | Path) -> "subprocess.Popen[bytes]":
    """Start what says that it is ready, and ends with this process."""
    process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


@dataclass(eq=False)
class Firing:
    """One time at which a host's schedule starts crawls."""

    host: "Host"
    at: datetime  # the true time, which is the outlets'
    crawls: "dict[str, Future[int | None]]" = field(default_factory=dict)  # exit codes by outlet; None: it was killed, or its host down
    ended: dict[str, float] = field(default_factory=dict)  # when, by outlet
    began: float = field(default_factory=time.time)

    def wait(self) -> dict[str, int | None]:
        """Wait for the crawls to end; return their exit codes."""
        return {outlet: crawl.result() for outlet, crawl in self.crawls.items()}


@dataclass(eq=False)
class Host:
    """A host. ``ahead``: by how much its clock is."""

    name: str
    number: int
    ahead: timedelta
    folder: Path
    environment: Mapping[str, str]
    database: str  # a URL with a place for the host's name of the database server

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.firings = list[Firing]()
        self.address, self.cable = f"10.77.{self.number}.1", f"cable{self.number}"
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        hosts = subprocess.run([sys.executable, STAGE, "hosts", "--ip", self.address], capture_output=True, text=True, check=True)
        (self.folder / "hosts").write_text(hosts.stdout)
        self._network = _start("unshare", "--net", "sh", "-c", "echo ready && exec sleep infinity")
        self._ip("link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", str(self._network.pid))
        self._ip("addr", "add", f"{self.address}/24", "dev", self.cable)
        self._ip("link", "set", self.cable, "up")
        Path(f"/proc/sys/net/ipv4/conf/{self.cable}/route_localnet").write_text("1")
        inside = "ip link set lo up && ip addr add $1 dev eth0 && ip link set eth0 up"
        subprocess.run([*self._enter, "sh", "-c", inside, "sh", f"10.77.{self.number}.2/24"], check=True)
        self.boot()

    @property
    def _enter(self) -> Sequence[str]:
        return "nsenter", f"--net=/proc/{self._network.pid}/ns/net"

    def _ip(self, *arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True)

    def boot(self) -> None:
        """Start, as after a power failure: with what is on the disk, and nothing else."""
        self._forks = Path(tempfile.mkdtemp(dir=self.folder)) / "forks"
        namespaces = ("unshare", "--pid", "--mount", "--uts", "--fork", "--kill-child", "--mount-proc")
        given = (self.name, self.folder / "hosts", sys.executable, self._forks)
        self._processes = _start(*self._enter, *namespaces, "sh", "-c", _BOOT, "sh", *given)

    def kill(self) -> None:
        """End all its processes at once, by SIGKILL."""
        self._processes.send_signal(signal.SIGKILL)  # the first of its namespace goes with it, and then the kernel ends the rest
        self._processes.wait()

    def cut(self, ports: Collection[int]) -> None:
        """Let nothing through to these ports, nor back."""
        firewall(_CHAINS + _CUT, cable=self.cable, ports=", ".join(map(str, ports)))

    def mend(self) -> None:
        """Let everything through again."""
        firewall(_CHAINS, cable=self.cable)

    def fire(self, at: datetime, outlets: Sequence[str], chance: random.Random) -> Firing:
        """Start a crawl of each outlet, some at a time, in an order that chance draws."""
        firing = Firing(self, at)
        self.firings.append(firing)
        clock = (at + self.ahead).isoformat()
        for outlet in chance.sample(outlets, len(outlets)):
            firing.crawls[outlet] = self._pool.submit(self._crawl, outlet, clock, firing)
        return firing

    def _crawl(self, outlet: str, clock: str, firing: Firing) -> int | None:
        environment = {
            **self.environment,
            "DATABASE_URL": self.database.format(self.address),
            "DATA_DIR": str(self.folder),
            "CLOCK": clock,
            "CONTACT": f"mailto:{self.name}@kantor.id",  # so that the outlets' log tells the hosts apart
            "FORKS": str(self._forks),
            "LOG": str(self.folder / "crawls.log"),
        }
        try:
            return Forked(["scrapy", "crawl", outlet, *self.environment["SETTINGS"].split()], environment).wait(600)
        except (OSError, struct.error):  # its host was killed
            return None
        finally:
            firing.ended[outlet] = time.time()

    def tear_down(self) -> None:
        """Take it away."""
        self.kill()
        self._pool.shutdown()
        self._network.kill()
        self._network.wait()
