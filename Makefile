# Every target makes what it needs: `make demo` on a fresh checkout is enough.
SHELL := /bin/sh
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
PIP_INSTALL := .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes
INSTALLED := .venv/installed# what runs
INSTALLED_DEV := .venv/installed-dev# what tests, besides
INSTALLED_SPARK := .venv/installed-spark# what deploy/spark needs, besides

.PHONY: demo crawl test test-slow test-spark soak lint install browser psql stop help

help:
	@echo "make demo     replay a bundled day of (invented) news into an embedded PostgreSQL and show what was found"
	@echo "make crawl    the same job, live"
	@echo "make test     run the tests            make lint   run ruff, mypy, import-linter, scrapy check"
	@echo "make test-slow  the faults in full: kills, bombs, simulated days"
	@echo "make test-spark  deploy/spark on this machine: installs PySpark, and Java where it is missing (Debian, root)"
	@echo "make soak     ten days of hourly crawls against imitated outlets (root, and an hour)"
	@echo "make psql     read the database (OWNER=1: to write)   make stop   stop the embedded PostgreSQL"
	@echo "make browser  install Chromium, for pages that are empty until their scripts have run (Debian)"

demo: $(INSTALLED)
	@.venv/bin/scrapy demo

# make turns every exit code but 0 into 2: a script calls deploy/crawl or .venv/bin/scrapy crawlall
crawl: $(INSTALLED)
	@.venv/bin/scrapy crawlall

test: $(INSTALLED_DEV)
	@.venv/bin/python -m pytest -n auto --dist loadfile

test-slow: $(INSTALLED_DEV)
	@POROS_SLOW=1 .venv/bin/python -m pytest -v -n auto --dist loadfile tests/faults tests/rehearsal tests/browser tests/stage tests/bench \
		tests/pipelines/database tests/crawler/commands tests/crawler/jobs tests/crawler/proposals tests/reports
	@POROS_SLOW=1 $(MAKE) test-spark

test-spark: $(INSTALLED_SPARK)
	@command -v java >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends default-jre-headless >/dev/null; } \
		|| { echo "Spark needs Java 17 or newer: install it (Debian: default-jre-headless)" >&2; exit 2; }
	@.venv/bin/python -m pytest -v tests/spark

lint: $(INSTALLED_DEV)
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/scrapy check

psql: $(INSTALLED)
	@.venv/bin/scrapy psql $(if $(OWNER),--owner)

soak: $(INSTALLED_DEV)
	@SOAK_DAYS=10 .venv/bin/python -m pytest -v tests/stage/test_days.py

stop: $(INSTALLED)
	@.venv/bin/scrapy stop

install: $(INSTALLED)

# The headless shell takes two thirds of the memory of the whole browser, which stands in where a release has no shell
browser:
	@command -v apt-get >/dev/null || { echo "make browser is for Debian: elsewhere install Chromium, or set CHROMIUM_PATH" >&2; exit 2; }
	@as_root=; test "$$(id -u)" = 0 || as_root=sudo; export DEBIAN_FRONTEND=noninteractive; \
		$$as_root apt-get update -qq && { $$as_root apt-get install -qq -y --no-install-recommends chromium-headless-shell chromium-sandbox >/dev/null \
		|| $$as_root apt-get install -qq -y --no-install-recommends chromium chromium-sandbox >/dev/null; }

$(INSTALLED): requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing: install it, or name it with make PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 2; }
	@rm -rf .venv
	@echo "Installing into .venv (a minute or two) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED)
	@echo "Adding what tests need ..."
	@$(PIP_INSTALL) --no-compile -r requirements-dev.txt # most modules of pandas are never imported here
	@touch $@

$(INSTALLED_SPARK): requirements-spark.txt $(INSTALLED_DEV)
	@echo "Adding PySpark ..."
	@$(PIP_INSTALL) --no-compile -r requirements-spark.txt
	@touch $@
