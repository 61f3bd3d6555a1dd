"""Pages of our own in a real Chromium, through the whole crawler: its process, proxy, archive and database."""

import socket
from datetime import timedelta

import pytest

from crawler.browser.chromium import find_chromium
from tests.browser.pages import EVERY_WAY_INSIDE, Canary, filling, shell
from tests.faults.conftest import Crawler
from tests.faults.press import Press, Story
from tests.faults.slow import SLOW
from tests.servers.postgresql import Server

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="CHROMIUM IS ABSENT: no page is opened in a browser (make browser)")

OUTLETS = {"SPIDER_MODULES": "tests.browser.outlets"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


def statuses(crawler: Crawler) -> dict[str, str]:
    return dict(crawler.query("select article_id, concat_ws(': ', status, reason) from pages"))


def put(press: Press, scripts: dict[str, str]) -> dict[str, Story]:
    """Let the newest stories be pages with these scripts; return them by the scripts' names."""
    stories = dict(zip(scripts, press.stories("kabar"), strict=False))
    for name, script in scripts.items():
        press.pages[f"/read/{stories[name].number}"] = (200, shell(stories[name].title, script), HTML)
    return stories


def test_what_scripts_do_not_get(crawler: Crawler, press: Press) -> None:
    press.per_day = 6
    with Canary().watching() as canary:
        socket.create_connection(("127.0.0.1", canary.port)).close()
        inside = EVERY_WAY_INSIDE.replace("PORT", str(canary.port))
        many = "".join(
            f"new Image().src = '/gambar/{n}.png'; document.head.append(Object.assign(document.createElement('link'),"
            f" {{rel: 'stylesheet', href: '/gaya/{n}.css'}})); fetch('https://ads.kabar.example/{n}', {{method: 'POST'}});"
            f" document.head.append(Object.assign(document.createElement('script'), {{src: 'https://iklan{n}.invalid/x.js'}}));"
            for n in range(10)
        )
        stories = put(
            press,
            {
                "inside": "FILL" + inside,
                "many": "FILL" + many,
                "late": "LATE",
                "alerts": "alert('a'); confirm('b'); prompt('c'); onbeforeunload = () => 'd'; FILL",
                "leaves": f"location = 'http://127.0.0.1:{canary.port}/'",
                "moves": "location = '/lompat'",
                "nothing": "location = '/kosong'; FILL",
                "saves": "const a = document.createElement('a'); a.href = '/berkas.zip'; a.download = 'x'; a.click(); FILL",
            },
        )
        for story in stories.values():
            path = f"/read/{story.number}"
            status, page, headers = press.pages[path]
            text = page.decode().replace("FILL", filling(story)).replace("LATE", filling(story, after=1500))
            press.pages[path] = (status, text.encode(), headers)
        press.pages["/lompat"] = (302, b"", {"Location": f"http://127.0.0.1:{canary.port}/"})
        press.pages["/kosong"] = (204, b"", {})
        press.pages["/berkas.zip"] = (200, b"PK", {"Content-Type": "application/zip"})
        run = crawler("crawl", "kabar")
        assert canary.hits == 1  # that of this test
    assert "Traceback" not in run.stderr, run.stderr
    seen = statuses(crawler)
    read = {name for name, story in stories.items() if seen[str(story.number)] == "stored"}
    assert read == {"inside", "many", "late", "alerts", "nothing", "saves"}, seen
    assert {seen[str(stories[name].number)].partition(":")[0] for name in ("leaves", "moves")} == {"failed"}, seen
    wanted = [path for _, path in press.requests if path.startswith(("/gambar", "/gaya"))]
    assert wanted == []
    ((started,),) = crawler.query("select stats->'poros/browser/started' from crawl_runs where outlet = 'kabar'")
    assert started == 1


def test_pages_wait_for_a_browser_come_back_and_a_replay_needs_none(crawler: Crawler, press: Press, server: Server) -> None:
    press.per_day = 2
    with press.fault("shell"):
        run = crawler("crawl", "kabar", CHROMIUM_PATH="/nowhere")
        assert run.returncode == 1
        assert run.stderr.count("make browser installs Chromium on Debian") == 1
        waiting = {number for number, status in statuses(crawler).items() if status.startswith("needs_browser")}
        assert waiting
        assert crawler.stored() == set()
        crawler("crawl", "kabar")
    assert crawler.stored() == waiting
    assert ("kabar", "browser") in crawler.open_issues()
    query = "select article_id, body, published_at from articles join pages using (page_id, outlet) order by article_id"
    before = crawler.query(query)
    press.faults["all"] = (".", ".", "500")
    replayer = Crawler(server.create_migrated("replay"), crawler.folder, press)
    try:
        replay = replayer("crawl", "kabar", CHROMIUM_PATH="/nowhere", ARCHIVE_REPLAY=str(crawler.folder / "archive"))
        assert replayer.query(query) == before, replay.stderr
    finally:
        server.drop("replay")


@pytest.mark.skipif(not SLOW, reason="two more crawls: make test-slow")
def test_a_declared_outlet_is_well_and_a_block_page_is_not_opened(crawler: Crawler, press: Press) -> None:
    press.per_day = 4
    first, second = press.stories("warta")[:2]
    challenge = f"<title>Tunggu sebentar</title><body><script>window._cf_chl_opt = {{}};{filling(second)}</script></body>"
    press.pages[f"/read/{first.number}"] = (200, shell(first.title, filling(first)), HTML)
    press.pages[f"/read/{second.number}"] = (200, challenge.encode(), HTML)
    with press.fault("shell"):
        run = crawler("crawl", "warta", settings=OUTLETS)
    assert run.returncode == 0, run.stderr
    seen = statuses(crawler)
    assert seen.pop(str(second.number)) == "rejected: block page"
    assert {*seen.values()} == {"stored"}
    assert f"/isi/{second.number}" not in [path for _, path in press.requests]
    assert crawler.open_issues() == set()


@pytest.mark.skipif(not SLOW, reason="a crawl and a backfill more: make test-slow")
def test_a_search_that_scripts_fill_is_tried_by_a_backfill_alone(crawler: Crawler, press: Press) -> None:
    press.per_day = 2
    old = press.stories("kabar")[-1]  # older than what is asked for by day
    link = f"document.getElementById('root').innerHTML = '<a href=/read/{old.number}>{old.title}</a>'"
    for page in (1, 2):
        press.pages[f"/cari?q=korea&page={page}"] = (200, shell("Cari", link if page == 1 else "0"), HTML)
    crawler("crawl", "kabar", settings=OUTLETS)
    assert [path for _, path in press.requests if path.startswith("/cari")] == []
    day = (press.clock - timedelta(days=1)).date().isoformat()
    run = crawler("backfill", "kabar", "--since", day, "--until", day, settings=OUTLETS)
    assert run.returncode == 0, run.stderr
    assert str(old.number) in crawler.stored()
    assert crawler.query("select day from backfilled_days") != []


@pytest.mark.skipif(not SLOW, reason="half a minute and more: make test-slow")
def test_every_wait_ends(crawler: Crawler, press: Press) -> None:
    """Pages that never end, one after the other, and after them one that does."""
    press.per_day = 6
    scripts = {
        "loops": "while (true) {}",
        "loops in time": "setInterval(() => { const end = Date.now() + 900; while (Date.now() < end); }, 1000)",
        "fetches": "setInterval(() => fetch('/isi/' + Math.random()), 10)",
        "grows": "setInterval(() => { for (let i = 0; i < 1000; i++) document.body.append(new Array(1000).join('x')); }, 10)",
        "reloads": "location.reload()",
        "waits": "document.write('<script src=/lama.js></' + 'script>')",
        "opens": "setInterval(() => { open('/read/x'); alert('x'); print(); }, 10)",
        "stays empty": "0",
        "ends": "FILL",
    }
    stories = put(press, scripts)
    ends = f"/read/{stories['ends'].number}"
    press.pages[ends] = (200, shell(stories["ends"].title, filling(stories["ends"])), HTML)
    with press.fault("hang", path="lama.js"):
        run = crawler("crawl", "kabar")
    seen = statuses(crawler)
    assert "Traceback" not in run.stderr, run.stderr
    read = {name for name, story in stories.items() if seen[str(story.number)] == "stored"}
    assert read - {"grows"} == {"ends"}, seen
    ((longest,),) = crawler.query("select stats->'poros/browser/longest' from crawl_runs where outlet = 'kabar'")
    assert longest < 25
