"""The outlets of the faults, one declared to need a browser, one with a search that scripts fill."""
