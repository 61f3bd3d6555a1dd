"""An article's identity: the outlet's own id, read from any of the URLs it goes by, and one canonical URL."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.clock import WIB

LONGEST_ID = 1000  # bytes of UTF-8: the database indexes ids, and an entry of a B-tree holds 2,704 bytes at most
LONGEST_URL = 2000  # characters: people look pages up by URL; no outlet's article has had one of more than 300 (2026-11)


def is_under(host: str, domains: Iterable[str]) -> bool:
    """Return whether a host is one of the domains or lies below one."""
    return any(f".{host}".endswith(f".{domain}") for domain in domains)


@dataclass(frozen=True, kw_only=True)
class ArticleUrls:
    """What an outlet's article URLs look like.

    ``pattern`` is matched from the start of the URL. Its group ``id`` is the article's id; an optional group ``day`` holds a year, month
    and day in that order (eight digits, any separators), which may be a day off, and an optional group ``clock`` the hour, minute and
    second (six digits, WIB) of its publication, where the outlet is known to put that into its URLs.
    """

    pattern: str  # a regular expression with the groups id and, where the outlet's URLs have them, day and clock
    exclude: str | None = None  # URLs that match the pattern and are no articles (videos, galleries, advertorials)
    rewrite: Sequence[tuple[str, str]] = ()  # (regular expression, replacement) pairs that lead a twin to the canonical URL
    parameter: str | None = None  # the query parameter that holds the id, where the path does not
    query: str = ""  # what to append when fetching, such as page=all

    def article_id(self, url: str) -> str | None:
        """Return the outlet's id of the article at this URL, or None where it is not an article's, malformed or too long."""
        match = re.match(self.pattern, url)
        if match is None or (self.exclude and re.search(self.exclude, url)) or not is_well_formed(url):
            return None
        return match["id"] if len(match["id"].encode()) <= LONGEST_ID else None

    def day(self, url: str) -> date | None:
        """Return the day that the URL names, if it names one; up to a day off the publication."""
        time = self._time(url, "day", form="%Y%m%d")
        return time and time.date()

    def published_at(self, url: str) -> datetime | None:
        """Return the time of publication that the URL names, aware, if it names one."""
        return self._time(url, "day", "clock", form="%Y%m%d%H%M%S")

    def _time(self, url: str, *groups: str, form: str) -> datetime | None:
        match = re.match(self.pattern, url)
        parts = [match.groupdict().get(group) for group in groups] if match else [None]
        if None in parts:
            return None
        try:
            return datetime.strptime(re.sub(r"\D", "", "".join(map(str, parts))), form).replace(tzinfo=WIB)
        except ValueError:
            return None

    def canonical(self, url: str) -> str:
        """Return the URL as https, without query and fragment, led from a twin (AMP, mobile, share link) to the article itself.

        Raises ValueError for a malformed one.
        """
        parts = urlsplit(url)
        url = f"https://{(parts.hostname or '').lower()}{parts.path}"
        if self.parameter:
            url += "?" + urlencode([(name, value) for name, value in parse_qsl(parts.query) if name == self.parameter])
        for expression, replacement in self.rewrite:
            url = re.sub(expression, replacement, url)
        return url

    def fetch_url(self, url: str) -> str:
        """Return the URL to ask for: canonical, and with ``query`` where the outlet needs one. Raises ValueError for a malformed one."""
        return f"{self.canonical(url)}?{self.query}" if self.query else self.canonical(url)


@lru_cache(1024)  # a page's address is asked for five times
def is_well_formed(url: str) -> bool:
    """Whether a URL can be asked for: http or https, a host, a valid port, and no longer than ``LONGEST_URL``."""
    try:
        parts, _ = urlsplit(url), url.encode()  # a lone surrogate cannot be sent
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and len(url) <= LONGEST_URL
    except ValueError:
        return False
