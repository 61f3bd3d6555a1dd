"""An article's identity: the outlet's own id, read from any of the URLs it goes by, and one canonical URL."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.clock import WIB


@dataclass(frozen=True, kw_only=True)
class ArticleUrls:
    """What an outlet's article URLs look like.

    ``pattern`` is matched from the start of the URL. Its group ``id`` is the article's id; an optional group ``day`` holds a year, month
    and day in that order (any separators, further digits ignored), which may be a day off, and an optional group ``clock`` the hour,
    minute and second (six digits, WIB) of its publication, where the outlet is known to put that into its URLs.
    """

    pattern: str
    exclude: str | None = None  # URLs that match the pattern and are no articles (videos, galleries, advertorials)
    rewrite: Sequence[tuple[str, str]] = ()  # (regular expression, replacement) pairs that lead a twin to the canonical URL
    parameter: str | None = None  # the query parameter that holds the id, where the path does not
    query: str = ""  # what to append when fetching, such as page=all

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _exclude(self) -> re.Pattern[str] | None:
        return re.compile(self.exclude) if self.exclude else None

    def article_id(self, url: str) -> str | None:
        """Return the outlet's id of the article at this URL, or None where it is not an article's."""
        match = self._pattern.match(url)
        if match is None or (self._exclude and self._exclude.search(url)):
            return None
        return match["id"]

    def day(self, url: str) -> date | None:
        """Return the day that the URL names, if it names one; up to a day off the publication."""
        match = self._pattern.match(url)
        if match is None or not match.groupdict().get("day"):
            return None
        digits = re.sub(r"\D", "", match["day"])[:8]
        try:
            return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            return None

    def published_at(self, url: str) -> datetime | None:
        """Return the time of publication that the URL names, aware, if it names one."""
        match = self._pattern.match(url)
        if match is None or not match.groupdict().get("clock"):
            return None
        try:
            return datetime.strptime(re.sub(r"\D", "", match["day"]) + match["clock"], "%Y%m%d%H%M%S").replace(tzinfo=WIB)
        except ValueError:
            return None

    def canonical(self, url: str) -> str:
        """Return the URL as https, without query and fragment, led from a twin (AMP, mobile, share link) to the article itself."""
        parts = urlsplit(url)
        url = f"https://{(parts.hostname or '').lower()}{parts.path}"
        if self.parameter:
            url += "?" + urlencode([(name, value) for name, value in parse_qsl(parts.query) if name == self.parameter])
        for expression, replacement in self.rewrite:
            url = re.sub(expression, replacement, url)
        return url

    def fetch_url(self, url: str) -> str:
        """Return the URL to ask for: canonical, and with ``query`` where the outlet needs one to show the whole article."""
        return f"{self.canonical(url)}?{self.query}" if self.query else self.canonical(url)
