"""How a request ends whose outlet is left alone for the rest of the run."""

from scrapy.exceptions import IgnoreRequest


class OutletBackOff(IgnoreRequest):
    """Not asked for in this run, though nothing is wrong with the page: to be tried again in the next."""

    transient = True
