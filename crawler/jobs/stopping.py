"""How a command ends that is told to: by SIGTERM, by SIGINT (Ctrl-C), or by SIGHUP (its terminal goes away)."""

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.defer import deferred_from_coro

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 2.5  # seconds for the answer that is on its way; cron's timeout and a supervisor's are ten and more


def on_stop(act: Callable[[int], object] = lambda number: sys.exit(128 + number)) -> None:
    """Act once, with the number of the first signal; what comes after it changes nothing. What nohup ignores stays ignored."""

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's signature
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        act(number)

    for each in SIGNALS:
        if signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, stop)


def run_crawls(process: AsyncCrawlerProcess, hurry: Callable[[], None] = lambda: None) -> None:
    """Run a process's crawls to their end. Told to stop, they end as ``shutdown``, and do not wait longer than `GRACE` for an answer.

    ``hurry`` is called in the signal handler, and has to make whatever blocks the process give up.
    """
    from twisted.internet import reactor as installed  # noqa: PLC0415 - by the process, a moment ago

    reactor: Any = installed  # its types are those of a class

    def stop() -> None:
        for crawler in process.crawlers:
            if crawler.engine and crawler.engine.running:
                deferred_from_coro(crawler.engine.stop_async())
        reactor.callLater(0.1, stop)  # what is only opening now is to be stopped, too

    def end_now() -> None:
        for crawler in process.crawlers:
            if crawler.spider:  # the ledger and the archive close as they would at the end
                crawler.signals.send_catch_log(signals.spider_closed, spider=crawler.spider, reason="shutdown")
        reactor.getThreadPool().adjustPoolsize(0, 0)  # which looks names up: idle threads would keep the process
        reactor.crash()

    def told(_: int) -> None:
        hurry()
        reactor.callFromThread(stop)
        reactor.callFromThread(reactor.callLater, GRACE, end_now)

    on_stop(told)
    process.start(install_signal_handlers=False)
    on_stop()
