-- Pages that are empty until their scripts have run wait where there is no browser.
alter table crawler.pages drop constraint pages_status;
alter table crawler.pages add constraint pages_status
    check (status in ('stored', 'off_topic', 'rejected', 'failed', 'gone', 'needs_browser', 'alias', 'scheduled'));
comment on column crawler.pages.status is 'stored (there is an article, of at least one topic), off_topic (read, and of no topic; an article stored before stays, but is no longer current), rejected (cannot be an article), failed (no usable answer), gone (404 or 410), needs_browser (empty until its scripts have run; asked for again as soon as there is a browser), alias (another id of an article, or a copy of one that is read at its own outlet), scheduled (to be asked for, never fetched).';
create index pages_needs_browser on crawler.pages (outlet, page_id) where status = 'needs_browser';
comment on column crawler.crawl_issues.kind is 'Kind of issue: outlet, route, articles, browser, volume, code; of no single outlet: archive, clock, database_clock, network, storage, spider_file.';
