"""Finds an outlet: by its name, or by the URL of one of its pages."""

import builtins
import logging
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.settings import BaseSettings
from scrapy.utils.spider import iter_spider_classes

from crawler import settings as project
from crawler.article import Original
from crawler.declarations.explain import explain
from crawler.outlet import OutletSpider
from crawler.urls import is_under
from pipelines.database.errors import ConfigurationError

logger = logging.getLogger(__name__)

_DECLARED = ("title", "home", "allowed_domains", "articles", "routes", "page")


class Outlets:
    """All outlets: the spider loader that SPIDER_LOADER_CLASS names.

    Unlike Scrapy's it goes on after a file that cannot be loaded, for whatever reason: the file is named in ``broken`` and in the log.
    """

    def __init__(self, packages: Sequence[str]) -> None:
        self._outlets: dict[str, type[OutletSpider]] = {}
        self.broken: dict[str, str] = {}  # file → what is wrong with it
        for package in packages:
            for module in iter_modules(import_module(package).__path__, f"{package}."):
                self._load(module.name)

    def _load(self, module: str) -> None:
        try:
            for spider in iter_spider_classes(import_module(module)):
                self._outlets[spider.name] = _check_declaration(spider)
        except Exception as error:  # noqa: BLE001 - a file under work may raise anything
            file = f"{module.replace('.', '/')}.py"
            self.broken[file] = explain(error, file)
            logger.warning("%s cannot be loaded: %s", file, self.broken[file])

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Build the loader, as Scrapy does."""
        return cls(settings.getlist("SPIDER_MODULES"))

    def load(self, spider_name: str) -> type[OutletSpider]:
        """Return one outlet. Raises KeyError."""
        return self._outlets[spider_name]

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """Return the names of the outlets whose host a request goes to."""
        return [name for name, outlet in self._outlets.items() if outlet.handles_request(request)]

    def list(self) -> builtins.list[str]:
        """Return the outlets' names, sorted."""
        return sorted(self._outlets)

    def named(self, names: Iterable[str] = ()) -> builtins.list[type[OutletSpider]]:
        """Return the outlets of these names, each once; all when none is named. Raises ConfigurationError."""
        names = dict.fromkeys(names) or self.list()
        if unknown := [name for name in names if name not in self._outlets]:
            reasons = "".join(f"; {file} cannot be loaded: {error}" for file, error in self.broken.items())
            similar = get_close_matches(unknown[0], self.list(), 1)
            remedy = f"did you mean {similar[0]}?" if similar else "scrapy list names them"
            raise ConfigurationError(f"there is no outlet {', '.join(unknown)}; {remedy}{reasons}")
        return [self._outlets[name] for name in names]

    def identify(self, url: str) -> Original | None:
        """Return which article of which outlet a URL leads to, if one knows it."""
        for outlet in self._outlets.values():
            if article_id := outlet.articles.article_id(url):
                return Original(outlet=outlet.name, article_id=article_id, url=outlet.articles.canonical(url))
        return None

    def outlet_of(self, url: str) -> type[OutletSpider] | None:
        """Return the outlet whose article this is, or else the one whose host it is."""
        if original := self.identify(url):
            return self._outlets[original.outlet]
        host = urlsplit(url).hostname or ""
        return next((outlet for outlet in self._outlets.values() if is_under(host, outlet.allowed_domains)), None)

    def owner(self, url: str) -> type[OutletSpider]:
        """Return `outlet_of` a URL. Raises ConfigurationError where it is None."""
        if outlet := self.outlet_of(url):
            return outlet
        raise ConfigurationError(f"{url} is no address of an outlet; scrapy list names them")


def _check_declaration(spider: type) -> type[OutletSpider]:
    """Return an outlet's spider. Raises TypeError for what is none, or lacks something; what it has was checked when it was made."""
    if not issubclass(spider, OutletSpider):
        raise TypeError(f"{spider.__name__} is no OutletSpider")
    if missing := [name for name in _DECLARED if not hasattr(spider, name)]:
        raise TypeError(f"{spider.__name__} does not declare {', '.join(missing)}")
    package, _, file = spider.__module__.rpartition(".")
    if package == project.NEWSPIDER_MODULE:
        named = {"name": (spider.name, file), "class": (spider.__name__, "".join(map(str.capitalize, file.split("_"))) + "Spider")}
        for what, (given, expected) in named.items():
            if given != expected:
                raise TypeError(f"{what} is {given}, and has to be {expected}, as the file's name is {file}.py")
    return spider
