"""What is wrong with the settings, said before anything is started, each with its remedy."""

import inspect
import logging
import math
import os
import re
import sys
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import get_args
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from crawler import settings as project
from crawler.middlewares.destination_guard import allowed_networks
from pipelines.database.errors import ConfigurationError

logger = logging.getLogger(__name__)

STARTED_BY = "POROS_STARTED_BY"  # in the environment of a process that one of ours has started, and which need not say all of it again
_SECONDS = re.compile("DELAY|TIMEOUT")  # settings with fractions, whatever number is their default
# What an .env may hold besides settings: for deploy/crawl, for OpenSSL, libpq, compose and what keeps the time
_OTHERS = re.compile(
    r"LIMIT|SSL_CERT_(?:FILE|DIR)|PG[A-Z]+|(?:COMPOSE|PYTHON|PLAYWRIGHT)_\w+|(?:POSTGRES|CRAWLER|READER)_PASSWORD|TZ|LANG|LC_\w+"
)
_CONTACT = re.compile(
    r"(?:mailto:)?[^\s@:/()<>;,]+@(?P<mail>[\w-]+(?:\.[\w-]+)+)|https?://(?P<page>[\w-]+(?:\.[\w-]+)+)(?:[:/?#][^\s()<>;]*)?"
)
_NO_HOST = re.compile(r"(?:.*\.)?(?:example(?:\.\w+)?|test|invalid|localhost|local)")  # RFC 2606


def check(settings: BaseSettings) -> None:
    """Raise ConfigurationError for a setting that would otherwise be overlooked, or stop a crawl half-way through its start.

    Types are those of the default, Scrapy's or ours. No number is negative but a priority.
    """
    _check_dotenv(project.ROOT / ".env")
    known = {*vars(default_settings), *vars(project)}
    on_command_line = SETTINGS_PRIORITIES["cmdline"]
    for name in settings:
        if settings.getpriority(name) == on_command_line and name not in known and not _OTHERS.fullmatch(str(name)):
            raise ConfigurationError(f"{_unknown(str(name), known)}: in -s {name}=…")
    for name, kind in _types().items():
        if settings[name] is not None:
            _check_type(settings, name, kind)
    if settings["LOG_LEVEL"] not in logging.getLevelNamesMapping():
        raise ConfigurationError(f"LOG_LEVEL is a level such as INFO or WARNING, not {settings['LOG_LEVEL']!r}")
    try:
        allowed_networks(settings)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    if settings["PING_URL"] and not (
        urlsplit(settings["PING_URL"]).scheme in {"http", "https"} and urlsplit(settings["PING_URL"]).hostname
    ):
        raise ConfigurationError("PING_URL has to be an address such as https://hc-ping.com/your-ping-key/poros-OUTLET")
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if (where := os.environ.get(name)) and not Path(where).exists():
            raise ConfigurationError(f"{name}: there is no {where}; without {name} the system's certificates are trusted")


def environment_names() -> set[str]:
    """The settings that the environment, and so .env, may set: those that crawler/settings.py asks it for."""
    return set(re.findall(r'os\.environ\.get\("(\w+)"', inspect.getsource(project)))


def _check_dotenv(path: Path) -> None:
    """Raise ConfigurationError for a line that sets nothing, or no setting."""
    try:
        if not path.exists():
            return
        with path.open(encoding="utf-8") as file:
            lines = [*parse_stream(file)]
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}; it has to be UTF-8, and belong to who runs this") from None
    names, seen = environment_names(), set[str]()
    for line in lines:
        name, where = line.key, f".env, line {line.original.line}"
        if line.error or (name is not None and line.value is None):
            raise ConfigurationError(f'{where} sets nothing: lines are NAME=value or # comment; a value with blanks or # in it is "quoted"')
        if name is None:
            continue
        if name not in names and not _OTHERS.fullmatch(name):
            if name in _types():
                raise ConfigurationError(f"{name} has no effect there: scrapy … -s {name}={line.value} sets it ({where})")
            raise ConfigurationError(f"{_unknown(name, names)} ({where})")
        if name in seen:
            raise ConfigurationError(f"{name} is set twice: keep one of the lines ({where})")
        seen.add(name)


def _unknown(name: str, known: Iterable[str]) -> str:
    """Say of an unknown name what is meant, where that is plain."""
    similar = get_close_matches(name.upper(), known, 1, 0.6)
    return f"{name}: did you mean {similar[0]}?" if similar else f"{name} is no setting: .env.example has those of .env"


def likely_mistakes() -> Iterator[str]:
    """Yield a line for each variable of the environment whose name is all but that of a setting which is not set."""
    names = environment_names()
    for name in sorted(os.environ.keys() - names):
        meant = get_close_matches(name, names, 1, 0.9)
        if meant and meant[0] not in os.environ:
            yield f"{name} in the environment: did you mean {meant[0]}?"


def contact_problem(settings: BaseSettings) -> str | None:
    """What is wrong with CONTACT: None where an outlet can write to it, and where no outlet is asked."""
    contact = settings["CONTACT"]
    if settings["ARCHIVE_REPLAY"]:
        return None
    if not contact:
        return "CONTACT is not set (see .env.example): the outlets cannot tell who is asking"
    found = _CONTACT.fullmatch(contact)
    if not found or _NO_HOST.fullmatch(found["mail"] or found["page"]):
        return f"CONTACT={contact} reaches nobody: outlets need a mail address or a page of yours, such as mailto:desk@your.domain"
    return None


def warn(settings: BaseSettings) -> None:
    """Say what a crawl can live with and its operator should not; once, however many processes a command starts."""
    if STARTED_BY in os.environ:
        return
    for line in (*likely_mistakes(), contact_problem(settings)):
        if line:
            say(line, logging.WARNING)


def say(line: str, level: int = logging.INFO) -> None:
    """Say something in the log of a crawl, or on stderr where a command has no log."""
    if logging.getLogger().hasHandlers():
        logger.log(level, line)
    else:
        sys.stderr.write(f"poros: {line}\n")


def _types() -> dict[str, type]:
    types = {name: type(value) for name, value in {**vars(default_settings), **vars(project)}.items() if name.isupper()}
    # what the environment sets is text, whatever it has to be: there the annotation says it, the wanted type first
    return types | {name: get_args(hint)[0] for name, hint in project.__annotations__.items() if isinstance(hint, UnionType)}


def _check_type(settings: BaseSettings, name: str, kind: type) -> None:
    if kind is int and _SECONDS.search(name):
        kind = float
    wanted = {bool: "True or False", int: "a whole number", float: "a number"}.get(kind)
    try:
        if kind is bool:
            settings.getbool(name)
        elif kind in {int, float}:
            number = settings.getfloat(name) if kind is float else settings.getint(name)
            if not math.isfinite(number) or (number < 0 and "PRIORITY" not in name):
                wanted = f"{wanted}, 0 or more"
                raise ValueError  # noqa: TRY301 - the same message as for what is no number at all
    except (TypeError, ValueError):
        raise ConfigurationError(f"{name} has to be {wanted}, not {settings[name]!r}") from None
