"""Imported by what starts crawls, before it forks them: it does what each of them would do again at its start, a second of CPU (2026-11).

No reactor is among it, nor a thread: those are each crawl's own. What the project adds to the settings each crawl loads itself.
"""
# ruff: noqa: F401

import gc
from contextlib import suppress

import lxml.html
import scrapy.core.downloader.handlers.http11
import scrapy.core.engine
import scrapy.core.scheduler
import scrapy.dupefilters
import scrapy.extensions.httpcache
import scrapy.logformatter
import scrapy.pqueues
import scrapy.squeues
import scrapy.statscollectors
import twisted.internet.asyncioreactor
from scrapy.settings import default_settings
from scrapy.utils.misc import load_object
from scrapy.utils.project import get_project_settings

import crawler.browser.middleware
import crawler.discovery.feeds
import crawler.expectations
import crawler.extensions.archive
import crawler.extensions.logs
import crawler.extensions.redaction
import crawler.extensions.run_ledger
import crawler.extensions.server_clock
import crawler.families
import crawler.middlewares.destination_guard
import crawler.middlewares.retry_after
import crawler.middlewares.robots
import crawler.reading.reader
import pipelines.clean
import pipelines.database.coverage
import pipelines.database.known_pages
import pipelines.database.migrate
import pipelines.database.runs
import pipelines.database.search
import pipelines.near_duplicates
import pipelines.store
import pipelines.validate
from crawler.jobs.startup import load_topics
from pipelines.database.errors import ConfigurationError

for _components in ("DOWNLOADER_MIDDLEWARES_BASE", "SPIDER_MIDDLEWARES_BASE", "EXTENSIONS_BASE"):
    for _component in getattr(default_settings, _components):
        load_object(_component)
with suppress(ConfigurationError):  # each crawl says it
    for _topic in load_topics(get_project_settings()):
        _topic.compile()
gc.freeze()  # a collection would write to what forks share
