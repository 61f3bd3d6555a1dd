"""Where this project deviates from Scrapy's defaults, and why.

The environment (or .env beside scrapy.cfg, which it overrides) may set what is read from it here; ``scrapy … -s NAME=VALUE`` any of them.
SSL_CERT_FILE in the environment names the certificates to trust instead of the system's.
"""

import logging
import os
import tomllib
from contextlib import suppress
from pathlib import Path

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent.parent
with suppress(OSError, UnicodeError):  # crawler/jobs/configuration.py says what is wrong with it
    load_dotenv(ROOT / ".env")

BOT_NAME = "poros"
SPIDER_MODULES = ["crawler.spiders"]
SPIDER_LOADER_CLASS = "crawler.outlets.Outlets"  # the default stops every command at one broken file, or goes on without those after it
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"
TEMPLATES_DIR = str(ROOT / "crawler" / "templates")

# Ours: where things are kept, and when it is
DATA_DIR = os.environ.get("DATA_DIR") or str(ROOT / "data")  # whatever is kept outside the database
DATABASE_URL = os.environ.get("DATABASE_URL", "")  # empty: the embedded PostgreSQL under DATA_DIR
CLOCK = os.environ.get("CLOCK", "")  # ISO 8601 with an offset: the logical clock stands still there; empty: real time
ARCHIVE_DIR = os.environ.get("ARCHIVE_DIR", "archive")  # inside DATA_DIR: a WARC an outlet and run; empty: no archive
ARCHIVE_DAYS: int | str = os.environ.get("ARCHIVE_DAYS") or 30  # how long prune keeps what no stored article was read from; 25 kB an answer
RUN_DAYS: int | str = os.environ.get("RUN_DAYS") or 400  # how long prune keeps the ledger's lines; one takes about 4 kB
ARCHIVE_REPLAY = os.environ.get("ARCHIVE_REPLAY", "")  # a WARC, folder or pattern: answers come from there and nothing is recorded
ADDONS = {"crawler.extensions.archive.Archive": 0}  # turns the three into HTTP-cache settings

OUTLETS = os.environ.get("OUTLETS", "")  # which this machine crawls: names separated by commas or blanks; empty: all
PING_URL = os.environ.get("PING_URL", "")  # who is told by deploy/crawl that runs start and end
CHROMIUM_PATH = os.environ.get("CHROMIUM_PATH", "")  # for pages that need a browser; empty: the one that is found

ALERT_URLS = os.environ.get("ALERT_URLS", "")  # where `scrapy alerts` tells of issues: apprise's addresses, separated by blanks

# What stories are about: topic files, separated by commas; relative paths are relative to the working directory
TOPIC = os.environ.get("TOPIC") or str(ROOT / "pipelines" / "topics" / "korea_russia.toml")

# Who we say we are
with (ROOT / "pyproject.toml").open("rb") as _file:
    VERSION = tomllib.load(_file)["project"]["version"]
CONTACT = os.environ.get("CONTACT", "")  # a URL or address where an outlet can reach whoever runs this
USER_AGENT = f"Poros/{VERSION} (news archive{CONTACT and '; +' + CONTACT})"  # "Scrapy" and "bot" in it are refused by outlets (2026-07)
ROBOTSTXT_USER_AGENT = "Poros"  # robots.txt groups name bare tokens; else the whole agent is matched
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "id",  # the default asks for English
}
REFERER_ENABLED = False  # nobody needs it, and following an outlet's Referrer-Policy header has been a hole (fixed in 2.14.2)
# The redirect middleware warns at every start that the line above is so.
logging.getLogger("scrapy.downloadermiddlewares.redirect").addFilter(lambda record: record.levelno < logging.WARNING)

# Where requests may go
DESTINATION_GUARD_ALLOW = os.environ.get("DESTINATION_GUARD_ALLOW", "")  # networks that are not public: 127.0.0.0/8 to rehearse
DESTINATION_GUARD_HOST_RULE = True  # False only in tests: leaves the address rule alone
TWISTED_DNS_RESOLVER = "crawler.middlewares.destination_guard.GuardedResolver"  # the address rule
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # lets redirected start requests through; the guard does not
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # replaced by RobotsPoliteness
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,  # no outlet needs them, and none should follow a reader
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # one from the environment would resolve names past the guard
    "crawler.middlewares.destination_guard.DestinationGuard": 90,  # before robots.txt, which must not be asked of a refused host
    "crawler.middlewares.robots.RobotsPoliteness": 100,
    "crawler.middlewares.retry_after.RetryAfter": 925,  # after the HTTP cache (900): a replay does not wait
    "crawler.browser.middleware.BrowserMiddleware": 950,  # likewise: a replay needs no browser
}
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}  # an outlet is reached by http(s) alone
DOWNLOAD_VERIFY_CERTIFICATES = True  # default: accepts any certificate
METAREFRESH_ENABLED = False  # block pages refresh to themselves; no outlet needs it
TELNETCONSOLE_ENABLED = False  # runs code in the process
REMOTE_CONTROL_ENABLED = False  # runs code in the process

# Politeness
ROBOTSTXT_OBEY = True  # default: off
CONCURRENT_REQUESTS = 1  # its hosts are one publisher's: nothing queues behind a 429, and closing a run waits for one answer, not 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # also where an outlet raises the line above
DOWNLOAD_DELAY = 2  # seconds; default: none
DOWNLOAD_DELAY_JITTER = 0  # the default may halve the gap
AUTOTHROTTLE_ENABLED = True  # slower when the outlet is slow, never faster than DOWNLOAD_DELAY
AUTOTHROTTLE_START_DELAY = 0  # that is: DOWNLOAD_DELAY; the default starts at 5 s whatever it says

# Limits, so that no answer and no outlet can take the run with it
DOWNLOAD_TIMEOUT = 30  # seconds for the whole answer; default: 180
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bytes, also after decompression; default 1 GiB: 292 kB of gzip took 650 MB
DOWNLOAD_WARNSIZE = 2 * 1024 * 1024  # bytes; the largest real pages are below 1 MiB
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # default ERROR: the page's row says why it failed, and it is tried again
REDIRECT_MAX_TIMES = 5  # default: 20
CLOSESPIDER_TIMEOUT = 900  # seconds a run; what is left is the next run's
CLOSESPIDER_ERRORCOUNT = 20  # exceptions in callbacks: the code is broken, not the page
MEMUSAGE_LIMIT_MB = 512  # default: none; a crawl of the rehearsal's outlets takes about 90, a gzip bomb 40 more

ITEM_PIPELINES = {
    "pipelines.clean.CleanPipeline": 100,
    "pipelines.validate.ValidatePipeline": 200,
    "pipelines.topic.TopicPipeline": 300,
    "pipelines.near_duplicates.NearDuplicatesPipeline": 400,
    "pipelines.store.StorePipeline": 500,
}
EXTENSIONS = {
    "scrapy.extensions.remote_control.RemoteControl": None,  # off already, yet imported, and aiohttp with it: 60 ms (2.19)
    "scrapy.extensions.logstats.LogStats": None,  # a line a minute; crawlall and backfill show how far they are
    "crawler.extensions.redaction.Redaction": -1,  # before anything that may log
    "crawler.extensions.logs.Logs": -1,
    "crawler.extensions.server_clock.ServerClock": 0,
    "crawler.extensions.run_ledger.RunLedger": 900,
}

LOG_LEVEL = os.environ.get("LOG_LEVEL") or "INFO"  # default DEBUG prints every item whole
LOG_JSON: bool | str = os.environ.get("LOG_JSON") or False  # 1: a line of JSON each
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOG_DATEFORMAT = "%Y-%m-%dT%H:%M:%S%z"  # with the offset: logs of several machines are read side by side
LOG_VERSIONS: list[str] = []  # default: ten lines at every start; requirements.txt says them
STATS_DUMP = False  # the ledger keeps them
WARN_ON_GENERATOR_RETURN_VALUE = False  # default: parses each callback's source; mypy says the same of ours, before they run
