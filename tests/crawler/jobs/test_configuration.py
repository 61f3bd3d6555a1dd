"""Wrong settings: each is named with its remedy before anything is started, with exit code 2; what is right passes."""

import argparse
import io
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from scrapy.settings import Settings

from crawler import clock
from crawler import settings as project
from crawler.exit_codes import ExitCode
from crawler.jobs import doctor
from crawler.jobs.alerts import channels
from crawler.jobs.command import ProjectCommand
from crawler.jobs.configuration import STARTED_BY, check, contact_problem, environment_names, likely_mistakes, warn
from crawler.jobs.startup import load_topics, outlets_here, prepare_database, set_clock

FORM = "DATABASE_URL is not of the form postgresql://user:password@host:port/database"
IN_DOTENV = [
    ("DATABSE_URL=postgresql://crawler@db/poros", "DATABSE_URL: did you mean DATABASE_URL? (.env, line 2)"),
    ("DATABASE_URI=postgresql://crawler@db/poros", "did you mean DATABASE_URL?"),
    ("database_url=postgresql://crawler@db/poros", "database_url: did you mean DATABASE_URL?"),
    ("DB_URL=postgresql://crawler@db/poros", "did you mean DATABASE_URL?"),
    ("export DATABASEURL=postgresql://crawler@db/poros", "did you mean DATABASE_URL?"),
    ("CONTACTS=desk@kantor.id", "did you mean CONTACT?"),
    ("KONTAK=desk@kantor.id", "did you mean CONTACT?"),
    ("ALERT_URL=jsons://kantor.id", "did you mean ALERT_URLS?"),
    ("ALERTS_URLS=jsons://kantor.id", "did you mean ALERT_URLS?"),
    ("PINGURL=https://kantor.id/x", "did you mean PING_URL?"),
    ("LOGLEVEL=DEBUG", "did you mean LOG_LEVEL?"),
    ("LOG-LEVEL=DEBUG", "did you mean LOG_LEVEL?"),
    ("TOPICS=lain.toml", "did you mean TOPIC?"),
    ("ARCHIVE_DAY=7", "did you mean ARCHIVE_DAYS?"),
    ("OUTLET=kompas", "did you mean OUTLETS?"),
    ("DATADIR=/srv/poros", "did you mean DATA_DIR?"),
    ("DOWNLOAD_DELAY=5", "DOWNLOAD_DELAY has no effect there: scrapy … -s DOWNLOAD_DELAY=5 sets it"),
    ("FROBNICATE=1", "FROBNICATE is no setting: .env.example has those of .env"),
    ("DATABASE_URL postgresql://crawler@db/poros", "line 2 sets nothing: lines are NAME=value"),
    ("CONTACT", "line 2 sets nothing"),
    ('DATABASE_URL="postgresql://crawler@db/poros', "line 2 sets nothing"),
    ("OUTLETS=kompas\nOUTLETS=detik", "OUTLETS is set twice: keep one of the lines (.env, line 3)"),
    ("CONTACT=\udce9quipe@kantor.id", "it has to be UTF-8"),
]
ON_COMMAND_LINE = [
    ("DOWNLOAD_DELY", "5", "DOWNLOAD_DELY: did you mean DOWNLOAD_DELAY?: in -s DOWNLOAD_DELY=…"),
    ("DATABSE_URL", "postgresql://crawler@db/poros", "did you mean DATABASE_URL?"),
    ("DOWNLOAD_DELAY", "banane", "DOWNLOAD_DELAY has to be a number, not 'banane'"),
    ("DOWNLOAD_DELAY", "-1", "DOWNLOAD_DELAY has to be a number, 0 or more"),
    ("CONCURRENT_REQUESTS", "1.5", "CONCURRENT_REQUESTS has to be a whole number"),
    ("ROBOTSTXT_OBEY", "ja", "ROBOTSTXT_OBEY has to be True or False"),
    ("CLOSESPIDER_TIMEOUT", "15m", "CLOSESPIDER_TIMEOUT has to be a number"),
    ("MEMUSAGE_LIMIT_MB", "viel", "MEMUSAGE_LIMIT_MB has to be a whole number"),
]
IN_ENVIRONMENT = [
    ("LOG_LEVEL", "LAUT", "LOG_LEVEL is a level such as INFO"),
    ("LOG_JSON", "mungkin", "LOG_JSON has to be True or False"),
    ("ARCHIVE_DAYS", "30d", "ARCHIVE_DAYS has to be a whole number"),
    ("RUN_DAYS", "-1", "RUN_DAYS has to be a whole number, 0 or more"),
    ("DESTINATION_GUARD_ALLOW", "rumah", "rumah"),
    ("PING_URL", "hc-ping.com/x", "PING_URL has to be an address such as https://"),
    ("ALERT_URLS", "desk_kantor", "address 1 in ALERT_URLS is none that apprise knows: see .env.example for the form"),
    ("DATABASE_URL", "mysql://crawler@db/poros", FORM),
    ("DATABASE_URL", "postgresql://crawler:p@ss@db/poros", FORM),
    ("DATABASE_URL", "db.kantor.id:5432/poros", FORM),
    ("CLOCK", "kini", "CLOCK takes an ISO time such as 2026-11-23T08:00:00+07:00, not 'kini'"),
    ("CLOCK", "2026-11-23T08:00:00", "CLOCK needs an offset, as in 2026-11-23T08:00:00+07:00"),
    ("TOPIC", "nirgends.toml", "nirgends.toml"),
    ("TOPIC", "pyproject.toml", "pyproject.toml"),
    ("ARCHIVE_REPLAY", "nirgends.warc.gz", "ARCHIVE_REPLAY names a recording, or a folder of some: "),
    ("DATA_DIR", "pyproject.toml", "pyproject.toml; it has to be a folder that belongs to who runs this"),
    ("OUTLETS", "kompass, detik", "OUTLETS: there is no outlet kompass; did you mean kompas?"),
]


class Crawling(ProjectCommand):
    """What a crawl asks of its settings, and alerts of theirs, before anything is requested."""

    summary = "test"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        set_clock(self.settings)
        load_topics(self.settings)
        outlets_here(self.settings, self.outlets())
        if self.settings["ALERT_URLS"]:
            channels(self.settings["ALERT_URLS"].split())
        prepare_database(self.settings)


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Start with a setting, or with an .env; return the exit code and what is said."""
    monkeypatch.setattr(project, "ROOT", tmp_path)
    monkeypatch.setattr("crawler.jobs.command.on_stop", lambda: None)

    def started(name: str = "", value: str = "", priority: str = "project", dotenv: str = "") -> tuple[int, str]:
        (tmp_path / ".env").write_bytes(f"# of this test\n{dotenv}\n".encode(errors="surrogateescape"))
        command = Crawling()
        command.settings = Settings()
        command.settings.setmodule(project, priority="project")
        command.settings.set("DATABASE_URL", "postgresql://crawler@127.0.0.1:1/none", "project")
        command.settings.set("DATA_DIR", str(tmp_path), "project")
        if name:
            command.settings.set(name, value, priority)
        try:
            command.run([], argparse.Namespace())
        finally:
            clock.set_to(None)
        return command.exitcode, capsys.readouterr().err

    return started


@pytest.mark.parametrize(("line", "said"), IN_DOTENV)
def test_a_line_that_sets_nothing_is_named(line: str, said: str, crawl: Callable[..., tuple[int, str]]) -> None:
    code, error = crawl(dotenv=line)
    assert (code, error.count("\n")) == (ExitCode.CONFIGURATION, 1), error
    assert said in error


@pytest.mark.parametrize(
    ("name", "value", "said", "priority"),
    [*((*case, "cmdline") for case in ON_COMMAND_LINE), *((*case, "project") for case in IN_ENVIRONMENT)],
)
def test_a_wrong_value_is_named(name: str, value: str, said: str, priority: str, crawl: Callable[..., tuple[int, str]]) -> None:
    code, error = crawl(name, value, priority)
    assert (code, error.count("\n")) == (ExitCode.CONFIGURATION, 1), error
    assert said in error


def test_there_are_forty_of_them() -> None:
    assert len(IN_DOTENV) + len(ON_COMMAND_LINE) + len(IN_ENVIRONMENT) >= 40


def test_certificates_that_are_not_there_are_named(crawl: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nirgends.pem")
    code, error = crawl()
    assert (code, "SSL_CERT_FILE: there is no /nirgends.pem" in error) == (ExitCode.CONFIGURATION, True)


def test_what_is_right_comes_as_far_as_the_database(crawl: Callable[..., tuple[int, str]]) -> None:
    example = (Path(__file__).parents[3] / ".env.example").read_text("utf-8")
    set_lines = [line.removeprefix("#") for line in example.splitlines() if line[:2].strip("#").isupper() and "=" in line]
    assert len(set_lines) > 8
    code, error = crawl(dotenv="\n".join([*set_lines, "SSL_CERT_DIR=/etc/ssl", "PGSSLMODE=require", "# CONTACT", ""]))
    assert code == ExitCode.DATABASE, error


def test_every_setting_of_the_environment_is_known() -> None:
    assert {"DATABASE_URL", "CONTACT", "OUTLETS", "PING_URL", "TOPIC"} <= environment_names()


NOBODY = ("", "bogus", "mailto:you@example.org", "you@example", "https://localhost/x", "https://kantor", "a b@kantor.id", "ftp://kantor.id")


@pytest.mark.parametrize("contact", NOBODY)
def test_a_contact_that_reaches_nobody_is_one_warning(
    contact: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings({"CONTACT": contact, "ARCHIVE_REPLAY": ""})
    warn(settings)
    monkeypatch.setenv(STARTED_BY, "crawlall")
    warn(settings)
    assert [record.levelname for record in caplog.records if "CONTACT" in record.message] == ["WARNING"]


@pytest.mark.parametrize("contact", ["desk@kantor.id", "mailto:desk+poros@kantor.co.id", "https://kantor.id/poros", "http://kantor.id"])
def test_a_contact_that_reaches_somebody_is_none(contact: str) -> None:
    assert contact_problem(Settings({"CONTACT": contact, "ARCHIVE_REPLAY": ""})) is None
    assert contact_problem(Settings({"CONTACT": "bogus", "ARCHIVE_REPLAY": "samples"})) is None, "no outlet is asked"


@pytest.mark.parametrize(("contact", "holds"), [("bogus", False), ("desk@kantor.id", True)])
def test_the_doctor_fails_where_the_contact_reaches_nobody(
    contact: str, holds: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "AsyncCrawlerProcess", lambda settings: None)
    monkeypatch.setattr(doctor, "_probe", lambda *probed: None)
    settings = Settings({"CONTACT": contact, "ARCHIVE_REPLAY": "", "ALERT_URLS": "", "TOPIC": project.TOPIC})
    console = Console(file=io.StringIO())
    assert doctor.examine([], settings, tmp_path, console) is holds
    assert ("reaches nobody" in console.file.getvalue()) is not holds  # type: ignore[attr-defined]


def test_a_name_in_the_environment_that_is_all_but_ours_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABSE_URL", "postgresql://db/x")
    monkeypatch.setenv("XDG_DATA_DIRS", "/usr/share")
    assert [*likely_mistakes()] == ["DATABSE_URL in the environment: did you mean DATABASE_URL?"]
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/x")
    assert [*likely_mistakes()] == []


def test_nothing_is_wrong_with_our_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(project, "ROOT", tmp_path)
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.set("LOG_LEVEL", logging.getLevelName(logging.ERROR), "cmdline")
    check(settings)
