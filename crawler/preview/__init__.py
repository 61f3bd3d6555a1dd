"""Shows what a crawl would make of a page."""
