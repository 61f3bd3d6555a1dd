"""``scrapy preview URL|FILE …``: what a crawl would make of a page and cut out of it, or take from a list."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.exit_codes import ExitCode
from crawler.jobs.command import ReadOnlyCommand, report_write_errors
from crawler.jobs.startup import set_clock

if TYPE_CHECKING:
    from rich.console import Console


class Command(ReadOnlyCommand):
    """Shows an article as it would be stored, where each field comes from, and what was removed; stores nothing."""

    summary = "Show what a crawl would make of a page or list, live or in a file"
    usage = "[options] URL|FILE ..."
    is_private = False
    description = (
        "A URL is fetched as a crawl would fetch it, with its further pages. A FILE is read as it is, and with it CASE.2.html … beside"
        " CASE.html, its further pages; the page says its address itself, unless --url does. With --list one list is read instead, as a"
        " crawl reads lists of that kind. No database is needed."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --url, --list, --browser, --generic, --json and --html."""
        super().add_options(parser)
        parser.add_argument("--url", metavar="URL", help="the address of the one file")
        parser.add_argument("--list", choices=["Feed", "NewsSitemap", "SectionPage"], help="show what a crawl would take from this list")
        parser.add_argument("--browser", action="store_true", help="open the pages at the URLs in Chromium, whatever the outlet declares")
        parser.add_argument("--generic", action="store_true", help="leave the outlet's rules aside")
        parser.add_argument("--json", action="store_true", help="print one JSON object an article or entry, for machines")
        parser.add_argument("--html", metavar="FILE", type=Path, help="write the one page with what was kept on green and removed on red")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetch or read, and show; the exit code says whether all of them are articles."""
        from crawler.jobs.preview import is_url, previews
        from crawler.preview.highlight import highlight_html
        from crawler.preview.preview import as_row, show

        if not args:
            raise UsageError("name at least one URL or file", print_help=False)
        if opts.html and len(args) > 1:
            raise UsageError("--html takes one page", print_help=False)
        if opts.url and (len(args) > 1 or is_url(args[0])):
            raise UsageError("--url is the address of one file", print_help=False)
        if opts.browser and not all(map(is_url, args)):
            raise UsageError("--browser opens URLs; a file is read as it is", print_help=False)
        console = self.console(100)
        set_clock(self.settings)
        if opts.list:
            self._show_list(args, opts, console)
            return
        for shown in previews(args, self.settings, self.outlets(), opts.url, generic=opts.generic, browser=opts.browser):
            if opts.json:
                print(json.dumps(as_row(shown), ensure_ascii=False))
            else:
                show(shown, console)
            if opts.html:
                with report_write_errors(opts.html):
                    opts.html.write_text(highlight_html(shown.url, shown.pages, shown.reading), "utf-8", "replace")
                sys.stderr.write(f"marked in {opts.html}\n")
            if not shown.article:
                self.exitcode = ExitCode.DEGRADED

    def _show_list(self, args: list[str], opts: argparse.Namespace, console: "Console") -> None:
        from crawler.jobs.preview import is_url, list_preview
        from crawler.preview.listing import as_rows, show_list

        if len(args) > 1 or opts.html or opts.generic:
            raise UsageError("--list takes one list, and neither --html nor --generic", print_help=False)
        if not opts.url and not is_url(args[0]):
            raise UsageError("a list in a file needs its address: --url URL", print_help=False)
        shown = list_preview(args[0], opts.list, self.settings, self.outlets(), opts.url, browser=opts.browser)
        if opts.json:
            for row in as_rows(shown):
                print(json.dumps(row, ensure_ascii=False))
        else:
            show_list(shown, console)
        if not shown.is_of_use:
            self.exitcode = ExitCode.DEGRADED
