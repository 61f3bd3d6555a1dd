"""Keeps the crawler on its outlet's public hosts, whatever a page or a redirect says.

Two rules that do not lean on each other:

- the host rule, `DestinationGuard`, reads the URL of every request: start requests, callbacks, redirects, robots.txt;
- the address rule, `GuardedResolver`, reads the address that a host leads to, and hands out no other than the one it has read, so that
  the address checked is the address connected. Twisted asks it for every connection, also when the host is an address already.

DESTINATION_GUARD_ALLOW names networks that host names may lead to although they are not public, such as 127.0.0.0/8 for a rehearsal.
A URL with an address for a host is refused by both rules, whatever is allowed.
DESTINATION_GUARD_HOST_RULE=False leaves the address rule alone: for tests of that rule, never for work.
"""

import logging
import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import ClassVar, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import DNSLookupError

from crawler.urls import is_under

logger = logging.getLogger(__name__)

Networks = Sequence[IPv4Network | IPv6Network]


def is_address(host: str) -> bool:
    """Whether a URL's host is an IP address, in any form a resolver understands: 127.0.0.1, 127.1, 0x7f.1, 0177.0.0.1, 2130706433, ::1."""
    if ":" in host:
        return True
    try:
        socket.inet_aton(host.rstrip("."))
    except OSError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet.

    Raises ValueError for text that is no address.
    """
    ip = ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_global and not ip.is_multicast


def allowed_networks(settings: BaseSettings) -> Networks:
    """Read DESTINATION_GUARD_ALLOW: networks separated by commas or blanks.

    Raises ValueError for what is no network.
    """
    try:
        return tuple(ip_network(network) for network in re.split(r"[,\s]+", settings.get("DESTINATION_GUARD_ALLOW") or "") if network)
    except ValueError as error:
        raise ValueError(f"DESTINATION_GUARD_ALLOW: {error}") from None


class DestinationGuard:
    """The host rule: http(s), the standard ports, no user, no proxy, and a host of the outlet (`allowed_domains`) given by name.

    A refused request ends as IgnoreRequest, counted as poros/guard/refused and poros/guard/refused/REASON.
    """

    ports: ClassVar[frozenset[int]] = frozenset({80, 443})

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("DESTINATION_GUARD_HOST_RULE"):
            raise NotConfigured("DESTINATION_GUARD_HOST_RULE is off: nothing but the address rule keeps requests on public hosts")
        self.crawler = crawler
        self._warned: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest unless the request may leave."""
        reason = self.refusal(request)
        if reason is None:
            return
        host = urlparse_cached(request).hostname or ""
        self.crawler.stats.inc_value("poros/guard/refused")
        self.crawler.stats.inc_value(f"poros/guard/refused/{reason}")
        if host not in self._warned:
            self._warned.add(host)
            came_from = request.meta.get("redirect_urls") or ["the outlet's own rules or pages"]
            logger.warning("refused to go to %r because of its %s; sent there by %s", host, reason, came_from[-1])
        raise IgnoreRequest(f"destination refused because of its {reason}: {host}")

    def refusal(self, request: Request) -> str | None:
        """What is wrong with a request's destination: scheme, user, address, host, port, proxy; None when nothing is."""
        url = urlparse_cached(request)
        try:
            port = url.port or 80
        except ValueError:
            port = -1
        host = url.hostname or ""
        wrong = {
            "scheme": url.scheme not in {"http", "https"},
            "user": "@" in url.netloc,
            "address": is_address(host),
            "host": not is_under(host, getattr(self.crawler.spider, "allowed_domains", None) or ()),
            "port": port not in self.ports,
            "proxy": bool(request.meta.get("proxy")),
        }
        return next((reason for reason, applies in wrong.items() if applies), None)


class GuardedResolver(CachingThreadedResolver):
    """The address rule: a host name must lead to a public address, or into an allowed network.

    Like the class it extends it finds IPv4 addresses only. A refused host is reported like one that does not exist.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allowed: Networks = ()
        self._warned: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Build the resolver. Raises ValueError when DESTINATION_GUARD_ALLOW cannot be read."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = allowed_networks(crawler.settings)
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """Return the IPv4 address of a host name; fails with DNSLookupError, also when the address is refused."""
        if is_address(name):
            return fail(self._refusal(name, "an address instead of a name"))
        return super().getHostByName(name, timeout).addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        if is_public(address) or any(ip_address(address) in network for network in self.allowed):
            return address
        raise self._refusal(name, f"it leads to {address}, which is not public")

    def _refusal(self, name: str, reason: str) -> DNSLookupError:
        if name not in self._warned:
            self._warned.add(name)
            logger.warning("refused to connect to %r: %s", name, reason)
        return DNSLookupError(f"refused to connect to {name!r}: {reason}")
