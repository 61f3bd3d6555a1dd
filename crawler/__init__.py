"""Finds, fetches and reads articles: a Scrapy project whose spiders only declare."""
