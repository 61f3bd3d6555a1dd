"""``scrapy schedule cron|systemd|kubernetes|run [OUTLET …]``: when each outlet is crawled, by its declaration."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler import settings as project
from crawler.jobs.command import ProjectCommand, report_write_errors
from crawler.jobs.startup import outlets_here

KINDS = ("cron", "systemd", "kubernetes", "run")


class Command(ProjectCommand):
    """Prints or writes the schedule of the outlets named, or else of those that OUTLETS names, or else of all."""

    summary = "Print the schedule for cron, systemd or Kubernetes, or run it"
    usage = "[options] cron|systemd|kubernetes|run [OUTLET ...]"
    description = (
        "cron: a file for /etc/cron.d. systemd: services and timers for /etc/systemd/system. kubernetes: CronJobs. run: starts each job"
        " itself when it is due, for a container. Every outlet is crawled as often and at the minute that its spider declares."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --write, --folder, --user and --image."""
        super().add_options(parser)
        parser.add_argument("--write", type=Path, metavar="DIR", help="write the files there instead of printing them")
        parser.add_argument("--folder", type=Path, default=project.ROOT, metavar="DIR", help="of the checkout (default: this one)")
        parser.add_argument("--user", default="poros", help="who crawls (default: poros)")
        parser.add_argument("--image", default="poros", help="of the container (default: poros)")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print, write or run."""
        from crawler.jobs.schedule import files, jobs, run

        if not args or args[0] not in KINDS:
            raise UsageError(f"name one of {', '.join(KINDS)}")
        planned = jobs(outlets_here(self.settings, self.outlets(), args[1:]))
        if args[0] == "run":
            run(planned)
        made = files(args[0], planned, opts.folder, opts.user, opts.image)
        for name, text in made.items():
            if opts.write:
                with report_write_errors(opts.write):
                    opts.write.mkdir(parents=True, exist_ok=True)
                    (opts.write / name).write_text(text, "utf-8")
            else:
                print(text if len(made) == 1 else f"# {name}\n{text}", end="" if len(made) == 1 else "\n")
