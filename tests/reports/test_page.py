"""The page of a report: whatever headlines say, they are text."""

from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from pipelines.database.report import Answer
from reports.page import render

SINCE, NOW = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 21, 5, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "x" * 10_000,
    "\u202egnp.exe",
    "a\u0000b",
    "🚀👩‍👩‍👧",
    '" onload="alert(1)',
    "{{ 7 * 7 }}",
    "&lt;b&gt;",
]
COLUMNS = {
    "summary": "stories articles outlets",
    "health": "outlet status since last_good_run_at newest_story_at open_issues",
    "proofs": "outlet proven first_held_at last_held_at",
    "issues": "outlet kind subject detail opened_at",
    "gaps": "outlet route gap_from gap_to",
    "freshness": "outlet articles share",
    "attention": "outlet week articles listed share",
    "agencies": "agency text quoted picture subject",
    "stories": "story_id published_at headline first_outlet first_url outlets articles",
    "spread": "story_id outlet headline url published_at role minutes_behind_least share_copied",
    "changes": "changed_at outlet url headline change diff",
    "withdrawn": "withdrawn_at outlet url headline published_at",
    "uncorrected": "corrected_at what outlet url headline copy_outlet copy_url copy_headline copy_read_at",
    "doubtful": "published_at outlet url headline score reason",
}
NUMBERS = {"articles", "listed", "share", "score", "stories", "share_copied", "text", "quoted", "picture", "minutes_behind_least"}


def hostile_page() -> str:
    """A report in which every figure has rows and every text is hostile."""

    def value(figure: str, column: str, number: int, text: str) -> object:
        if column == "story_id":
            return number * 7 % 5
        if column.endswith("url"):
            return "https://a.example/1" if number else f"javascript:{text}"
        if column.endswith("_at") or column in {"since", "gap_from", "gap_to"}:
            return SINCE
        others = {"week": SINCE.date(), "outlets": [text, "kompas"]}
        return 7 if column in NUMBERS or (figure, column) == ("agencies", "subject") else others.get(column, text)

    def ask(figure: str) -> Answer:
        columns = tuple(COLUMNS[figure].split())
        rows = [{column: value(figure, column, number, text) for column in columns} for number, text in enumerate(HOSTILE)]
        return Answer("select '<script>'", columns, rows)

    return render(ask, topic="korea_russia", since=SINCE, now=NOW, limit=50)


def test_hostile_headlines_are_text() -> None:
    page = LexborHTMLParser(hostile_page())
    assert len(page.css("script")) == 1
    assert not [node for node in page.css("*") if any(name.startswith("on") for name in node.attributes)]
    assert {link.attributes["href"] for link in page.css("main a")} == {"https://a.example/1"}
    headlines = {node.text() for node in page.css("[data-figure=stories] .long")}
    assert headlines == {HOSTILE[0], f"{'x' * 299}…", "gnp.exe", "ab", "🚀👩👩👧", *HOSTILE[5:]}
