"""F8, F14, F16, F17, F19 to F22 and F25 against the whole crawler; where the other faults are tested."""

import re
import subprocess
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest

from pipelines.database.connection import connect
from pipelines.database.migrate import migrate
from tests.faults.conftest import Crawler
from tests.faults.press import Press, articles, footprints, wait_until
from tests.faults.slow import SLOW
from tests.servers.postgresql import Server

TESTS = Path(__file__).parents[1]
MIB = 1 << 20
OPEN = "insert into crawl_issues (kind, subject, detail, degrades, opened_at, last_seen_at) values ('clock', 'x', '', true, now(), now())"
TERMINATE = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
WHERE = {
    7: ("pipelines/test_clean.py::test_what_is_clean_can_be_stored", "pipelines/database/test_visits.py::test_any_text_is_kept_as_it_is"),
    9: ("crawler/reading/test_page.py::test_mislabelled_bytes",),
    10: ("crawler/reading/test_rejections.py::test_a_bad_page_is_rejected_with_the_right_reason",),
    11: (
        "crawler/middlewares/test_destination_guard.py::test_no_start_request_and_no_callback_leads_astray",
        "crawler/middlewares/test_destination_guard.py::test_no_redirect_and_no_meta_refresh_leads_astray",
        "crawler/middlewares/test_destination_guard.py::test_no_robots_txt_leads_astray",
    ),
    12: ("crawler/reading/test_dates.py::test_reads", "crawler/reading/test_dates.py::test_the_machines_time_zone_does_not_matter"),
    14: (
        "crawler/discovery/test_follow.py::test_a_list_without_an_end_is_left_with_its_reason",
        "crawler/discovery/test_follow.py::test_an_index_of_sitemaps_is_followed_as_far_as_the_cap_and_it_is_said",
    ),
    15: ("crawler/middlewares/test_robots.py::test_an_outlet_whose_rules_cannot_be_had_is_left_alone",),
    18: ("crawler/discovery/test_routes.py::test_a_broken_feed_keeps_every_whole_entry",),
    19: ("crawler/extensions/test_redaction.py::test_tracebacks_are_redacted", "pipelines/database/test_connection.py::test_redact"),
    20: ("crawler/middlewares/test_retry_after.py::test_the_wait_is_the_one_that_was_asked_for",),
    22: (
        "crawler/middlewares/test_limits.py::test_headers_are_not_obeyed",
        "crawler/middlewares/test_limits.py::test_a_header_too_long_to_be_read_costs_one_page",
    ),
    23: (
        "pipelines/database/test_roles.py::test_the_reader_can_change_nothing_and_take_nothing",
        "pipelines/database/test_roles.py::test_the_reader_reads_all_that_analysts_read",
    ),
    24: (
        "pipelines/database/test_visits.py::test_only_a_changed_text_makes_a_version",
        "pipelines/database/test_visits.py::test_a_stored_article_is_gone_when_it_is_missing_for_a_day",
    ),
}


def test_every_fault_has_a_test() -> None:
    here = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    ours = {int(number) for number in re.findall(r"^def test_f(\d\d)_", here, re.MULTILINE)}
    assert ours | WHERE.keys() == set(range(1, 26))
    for file, _, name in (each.partition("::") for tests in WHERE.values() for each in tests):
        assert f"\ndef {name}(" in (TESTS / file).read_text(), name


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_f08_bombs_in_a_row_leave_the_memory_as_it_was(crawler: Crawler, press: Press) -> None:
    with press.fault("bomb", path="^/read/.*[1-5]$"):
        settings = {"MEMUSAGE_CHECK_INTERVAL_SECONDS": "0.2"}
        assert crawler("crawl", "kabar", settings=settings).returncode == 1
    ((peak, base, bombs),) = crawler.query(
        "select (stats->>'memusage/max')::bigint, (stats->>'memusage/startup')::bigint, failed + rejected from crawl_runs"
    )
    assert bombs > 21
    assert peak - base < 200 * MIB, (peak - base) / MIB


@pytest.mark.skipif(not SLOW, reason="thousands of pages: make test-slow")
def test_f16_memory_does_not_grow_with_the_pages(crawler: Crawler, press: Press) -> None:
    press.per_day = 1500
    with crawler.start("crawl", "kabar", "--since", "2026-11-18T08:00:00+07:00", settings={"CLOSESPIDER_TIMEOUT": "0"}) as process:
        seen = footprints(process, press)
    assert crawler.counts()[2] > 3500, "stored"
    counts, sizes, files = zip(*(each for each in seen if each[0] >= 500), strict=True)
    assert counts[-1] - counts[0] > 3000
    assert (max(sizes) - sizes[0]) / (counts[-1] - counts[0]) * 1000 < 1, sizes
    assert max(files) - min(files) <= 10, files


def test_f17_an_answer_that_drips_is_cut_off(crawler: Crawler, press: Press) -> None:
    with press.fault("drip", path="^/read/.*7$"):
        assert crawler("crawl", "kabar", settings={"DOWNLOAD_TIMEOUT": "1"}).returncode == 0
    query = (
        "select count(*) filter (where status = 'failed' and article_id like '%7'), count(*) filter (where status = 'failed') from pages"
    )
    ((dripping, failed),) = crawler.query(query)
    assert dripping == failed > 2


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_f14_indexes_that_name_ever_more_indexes_are_left_at_a_cap(crawler: Crawler, press: Press) -> None:
    home = f"http://peta.example:{press.port}"
    for number in range(4000):
        named = "".join(f"<sitemap><loc>{home}/peta/{number * 20 + each}.xml</loc></sitemap>" for each in range(1, 21))
        press.pages[f"/peta/{number}.xml"] = (200, f"<sitemapindex>{named}</sitemapindex>".encode(), {"Content-Type": "text/xml"})
    done = crawler("crawl", "peta")
    assert (done.returncode, crawler.last_run("peta")) == (1, ("degraded", 1)), "no list named an article"
    assert "stopped at the cap of" in done.stderr
    assert len(press.requests) <= 102


@pytest.mark.skipif(not SLOW, reason="half a minute: make test-slow")
def test_f19_no_failure_tells_the_password(debian_server: Server, press: Press, tmp_path: Path) -> None:
    url = debian_server.create_migrated("secret")
    (password,) = re.findall(r"//crawler:([^@]*)@", url)
    secrets = {password, unquote(password), "S3CR3T"}
    crawler, said = Crawler(url, tmp_path, press), ""
    with connect(url) as connection:
        connection.execute("create function loud() returns trigger language plpgsql as $$ begin raise exception '%', new.url; end $$")
        connection.execute(
            "create trigger loud before insert on pages for each row when (new.article_id like '%7') execute function loud()"
        )
        connection.execute(OPEN)
    try:
        for wrong in (
            {"DATABASE_URL": url.replace(password, "S3CR3T-not")},
            {"DATABASE_URL": url.replace("/secret", "/nowhere")},
            {"DATABASE_URL": url.replace("127.0.0.1", "nowhere.invalid")},
            {"DATABASE_URL": url.replace(password, "S3CR3T%")},
            {"DATABASE_URL": url.replace("postgresql:", "mysql:")},
            {"DATABASE_URL": re.sub(r":\d+/", ":1/", url)},
            {},  # the trigger
        ):
            done = crawler("crawl", "kabar", **wrong)
            assert done.returncode in {1, 2, 3}
            said += done.stdout + done.stderr
        done = crawler("alerts", ALERT_URLS="json://user:S3CR3T@127.0.0.1:1")
        assert done.returncode == 1
        with press.fault("slow", path="^/read"), crawler.start("crawlall", "kabar") as process:
            wait_until(lambda: articles(press.requests))
            with connect(debian_server.superuser.format("secret")) as connection:
                connection.execute(f"{TERMINATE} and datname = current_database()")
            said += done.stdout + done.stderr + "".join(process.communicate(timeout=100))
        dump = subprocess.run(["pg_dump", url], capture_output=True, text=True, check=True).stdout
        files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    finally:
        debian_server.drop("secret")
    assert len(said) > 1000
    assert [secret for secret in secrets if secret in said + dump or secret.encode() in files] == []


@pytest.mark.skipif(not SLOW, reason="it waits: make test-slow")
def test_f20_an_outlet_that_asks_for_patience_is_left_alone(crawler: Crawler, press: Press) -> None:
    with press.fault("429", path="^/read/"):
        crawler("crawl", "kabar")
    times = [at for at, (_, path) in zip(press.times, press.requests, strict=True) if path.startswith("/read/")]
    assert len(times) == 3, "the first, and one after each wait"
    assert min(later - earlier for earlier, later in pairwise(times)) >= 2, "as long as it asked"
    press.clock += timedelta(hours=1)
    assert crawler("crawl", "kabar").returncode == 0
    assert len(crawler.stored()) > 40


@pytest.mark.skipif(not SLOW, reason="a crawl more: make test-slow")
def test_f22_headers_are_not_obeyed(crawler: Crawler, press: Press) -> None:
    press.headers = [("Referrer-Policy", "sys.exit"), ("X-Long", "x" * 12_000)]
    press.headers += [("Set-Cookie", f"c{number}=1; Domain=kabar.example") for number in range(400)]
    assert crawler("crawl", "kabar").returncode == 0
    assert len(crawler.stored()) > 40


def test_f21_no_transaction_waits_for_an_answer(crawler: Crawler, press: Press) -> None:
    busy = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'"
    fifth = press.stories("kabar")[5].number
    with press.fault("hang", path=f"^/read/{fifth}$"), crawler.start("crawl", "kabar") as process:
        wait_until(lambda: ("kabar", f"/read/{fifth}") in press.requests)
        seen = {crawler.query(busy)[0][0] for _ in range(20)}
        process.terminate()
        process.communicate(timeout=60)
    assert seen == {0}


def test_f25_a_backup_restores_to_the_same(debian_server: Server, press: Press, tmp_path: Path) -> None:
    urls = [debian_server.create_migrated("backed_up"), debian_server.create("restored")]
    sums = """
        select (select md5(string_agg(a::text, ',' order by page_id)) from articles a),
               (select md5(string_agg(p::text, ',' order by page_id)) from pages p),
               (select md5(string_agg(r::text, ',' order by run_id)) from crawl_runs r), (select count(*) from current_articles)
    """
    try:
        assert Crawler(urls[0], tmp_path, press)("crawl", "kabar").returncode == 0
        dump = subprocess.run(["pg_dump", "--no-owner", urls[0]], capture_output=True, text=True, check=True)
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", urls[1]], input=dump.stdout, text=True, check=True, capture_output=True)
        assert migrate(urls[1]) == []
        counted = []
        for url in urls:
            with connect(url) as connection:
                counted.append(connection.execute(sums.encode()).fetchone())
        assert counted[0] == counted[1]
        assert counted[0]
        assert counted[0][3] > 40
    finally:
        debian_server.drop("backed_up")
        debian_server.drop("restored")
