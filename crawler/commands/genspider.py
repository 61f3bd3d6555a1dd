"""``scrapy genspider -t outlet NAME URL|FILE ...``: proposes the whole declaration of an outlet; other templates are Scrapy's."""

import argparse
from importlib import import_module
from pathlib import Path

from scrapy.commands.genspider import Command as OfScrapy
from scrapy.commands.genspider import sanitize_module_name
from scrapy.exceptions import UsageError

from crawler.exit_codes import ExitCode
from crawler.jobs.command import ReadOnlyCommand, report_write_errors
from crawler.jobs.startup import set_clock


class Command(ReadOnlyCommand, OfScrapy):
    """Stands in place of Scrapy's own, and leaves to it every template but that of an outlet."""

    summary = "Propose an outlet's declaration from its site (-t outlet), or make a spider from another template"
    usage = "[options] -t outlet NAME URL|FILE [FILE ...]"
    description = (
        "Any address of the outlet will do, best that of an article. Looks at its front page, a few articles, robots.txt and the lists"
        " that these name, two seconds apart; or reads saved pages, a front page among them. Writes crawler/spiders/NAME.py and says what"
        " to do next."
    )
    is_private = False

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Leave everything that is no outlet to Scrapy."""
        if opts.list or opts.dump or opts.template != "outlet":
            OfScrapy.run(self, args, opts)
        else:
            super().run(args, opts)

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look, write, and print the next steps."""
        from crawler import clock
        from crawler.jobs.proposing import look, write_spider

        if len(args) < 2:
            raise UsageError("name the outlet, and an address of it or saved pages")
        name = sanitize_module_name(args[0].lower())
        package = import_module(self.settings["NEWSPIDER_MODULE"])
        path = Path(str(package.__file__)).parent / f"{name}.py"
        if path.exists() and not opts.force:
            raise UsageError(f"{path} is there already: name another outlet, or overwrite it with --force", print_help=False)
        set_clock(self.settings)
        with report_write_errors(path):
            found = look(args[1:], self.settings)
            if isinstance(found, str):
                self.exitcode = ExitCode.DEGRADED
                print(found)
                return
            problems = write_spider(path, found, self.outlets(), self.settings, is_live=not Path(args[1]).is_file(), now=clock.now())
        self.exitcode = ExitCode.DEGRADED if problems else ExitCode.OK
