"""Shells as frameworks build them, which need a browser, and pages with many scripts that have their text. All prose is invented."""

import json

import pytest

from crawler.reading.rules import PageRules
from tests.crawler.reading.test_rejections import FOOTER, LONG, MENU, URL, verdict

NEEDED = "needs a browser: its text arrives by JavaScript"
DATE = '<meta property="article:published_time" content="2026-08-05T06:45:00+07:00"><meta property="og:type" content="article">'
HEAD = f"<!DOCTYPE html><html><head><title>Kapal Tiba</title>{DATE}"
TEXT = f"<h1>Kapal Tiba</h1><div class='teks'><p>{LONG}</p><p>{LONG}</p></div>"
SCRIPTS = "".join(
    f"<script>window.iklan{n} = window.iklan{n} || []; iklan{n}.push({{'slot': {n}, 'isi': '{'x' * 400}'}});</script>" for n in range(60)
)
STATE = json.dumps({"props": {"artikel": {"judul": "Kapal Tiba", "isi": f"<p>{LONG}</p><p>{LONG}</p>"}}})
LD = json.dumps({"@type": "NewsArticle", "headline": "Kapal Tiba", "articleBody": f"{LONG}\n\n{LONG}", "datePublished": "2026-08-05"})

SHELLS = {
    "React": f"{HEAD}<script defer src='/static/js/main.3f2a.js'></script></head><body><noscript>You need to enable JavaScript to run this"
    " app.</noscript><div id='root'></div></body></html>",
    "Next": f"{HEAD}<script src='/_next/static/chunks/main.js' defer></script></head><body><div id='__next'></div>"
    '<script id=\'__NEXT_DATA__\' type=\'application/json\'>{"props": {"pageProps": {}}, "page": "/read/[id]"}</script></body></html>',
    "Nuxt": f"{HEAD}</head><body><div id='__nuxt'></div><script>window.__NUXT__ = {{serverRendered: false}}</script>"
    "<script src='/_nuxt/entry.js' type='module'></script></body></html>",
    "Vue": f"{HEAD}</head><body>{MENU}<div id='app'></div><script type='module' src='/assets/index.js'></script>{FOOTER}</body></html>",
    "Angular": f"{HEAD}</head><body><app-root></app-root><script src='main.js' type='module'></script></body></html>",
    "SvelteKit": f"{HEAD}</head><body><div style='display: contents'><script>import('/_app/start.js')</script></div></body></html>",
    "by hand": f"{HEAD}</head><body>{MENU}<h1>Kapal Tiba</h1><div class='teks'></div><p>Baca kisah lain tentang kapal dan dermaga di"
    f" halaman depan kami setiap hari.</p><script>muat('/api/1', '.teks')</script>{FOOTER}</body></html>",
    "microdata": f"{HEAD}</head><body><h1>Kapal Tiba</h1><section itemprop='articleBody'></section><p>{LONG[:110]}</p>"
    "<script src='/isi.js'></script></body></html>",
}
WITH_TEXT = {
    "sixty inline scripts": f"{HEAD}{SCRIPTS}</head><body>{MENU}{TEXT}{SCRIPTS}{FOOTER}</body></html>",
    "an empty mount for comments": f"{HEAD}</head><body>{TEXT}<div id='app'></div><script src='/komentar.js'></script></body></html>",
    "asks for JavaScript": f"{HEAD}</head><body><noscript>Please enable JavaScript.</noscript><div id='root'>{TEXT}</div>{SCRIPTS}</body>"
    "</html>",
    "rendered by Next": f"{HEAD}</head><body><div id='__next'>{TEXT}</div><script type='application/json'>{STATE}</script></body></html>",
    "rendered by Nuxt": f"{HEAD}</head><body><div id='__nuxt'>{TEXT}</div><script>window.__NUXT__={STATE}</script></body></html>",
    "in Next's data": f"{HEAD}</head><body><div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>{STATE}</script>"
    f"{SCRIPTS}</body></html>",
    "in JSON-LD": f"{HEAD}<script type='application/ld+json'>{LD}</script></head><body><h1>Kapal Tiba</h1><div id='root'></div>{SCRIPTS}"
    "</body></html>",
    "hidden until a script shows it": f"{HEAD}<style>.tunda {{ visibility: hidden }}</style></head><body><div class='tunda'>{TEXT}</div>"
    f"{SCRIPTS}</body></html>",
    "AMP": f"{HEAD}<script async src='https://cdn.ampproject.org/v0.js'></script></head><body><amp-ad></amp-ad>{TEXT}<amp-analytics>"
    "<script type='application/json'>{}</script></amp-analytics></body></html>",
    "streamed by Next": f"{HEAD}</head><body><main></main><script>self.__next_f.push([1, {json.dumps(STATE)}])</script>{SCRIPTS}"
    "</body></html>",
}


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_needs_a_browser(name: str) -> None:
    for rules in (PageRules(body=(".teks",)), *([PageRules(body=())] if name != "by hand" else [])):
        assert verdict(SHELLS[name], URL, rules) == NEEDED


@pytest.mark.parametrize("name", WITH_TEXT)
def test_a_page_that_has_its_text_needs_none(name: str) -> None:
    for rules in (PageRules(body=(".teks",)), PageRules(body=())):
        assert verdict(WITH_TEXT[name], URL, rules) is None


def test_a_short_item_between_scripts_needs_none() -> None:
    brief = f"{HEAD}{SCRIPTS}</head><body><h1>Kapal Tiba</h1><div class='teks'><p>{LONG[:113]}.</p></div>{SCRIPTS}</body></html>"
    assert (verdict(brief, URL, PageRules(body=(".teks",))) or "").startswith("body shorter")
