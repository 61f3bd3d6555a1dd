"""Imported by the process that crawls are forked from, and by no other: it does what each of them would do again at its start.

Its settings are theirs: it has the environment of the command that started it. A reactor is each crawl's own. What is broken here is broken
in every crawl, which says so.
"""
# ruff: noqa: E402, F401

import os

os.setpgid(0, 0)  # first: what a terminal or `timeout` tells a command, the command tells its crawls

import gc
import logging
from contextlib import suppress

import lxml.html
import scrapy.cmdline
import scrapy.core.downloader.handlers.http11
import scrapy.core.engine
import twisted.internet.asyncioreactor
from scrapy.utils.misc import load_object, walk_modules_iter
from scrapy.utils.project import get_project_settings

import crawler.discovery.feeds
import crawler.expectations
import crawler.extensions.archive
import crawler.families
import crawler.reading.reader
import pipelines.database.coverage
import pipelines.database.known_pages
import pipelines.database.migrate
import pipelines.database.runs
import pipelines.database.search
from crawler.jobs.startup import load_topics
from crawler.outlets import Outlets

with suppress(Exception):
    settings = get_project_settings()
    for package in ("scrapy.commands", settings["COMMANDS_MODULE"]):
        list(walk_modules_iter(package))
    logging.getLogger("crawler.outlets").setLevel(logging.ERROR)  # the command has said which files cannot be loaded
    Outlets.from_settings(settings)
    for name in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES"):
        for component in settings.get_component_priority_dict_with_base(name):
            load_object(component)
    for topic in load_topics(settings):
        topic.compile()

gc.freeze()  # a collection would write to what forks share
